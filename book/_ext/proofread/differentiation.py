"""Numerical derivatives: the complex step, with Richardson extrapolation as cross-check.

The complex step f'(x) = Im f(x + ih)/h has no cancellation, but a function that drops imaginary
parts makes it 0 without a word. So each derivative is compared, along one random direction, with
Richardson's extrapolated differences. Where they differ, a kink keeps the complex step (the
function's own convention there), anything else falls back to Richardson.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from .errors import DomainProblem, ProofreadError
from .external import LostPerturbation
from .values import Array

STEP = 1e-30
AGREEMENT = 1e-6
RICHARDSON_STEP = 0.02
RICHARDSON_PRECISION = 1e-7


@dataclass(frozen=True)
class Jacobian:
    """Entries with the output's axes first, then the input's; and how exact they are."""

    array: Array
    precision: float


def jacobian(function: Callable[[Array], Array], at: Array) -> Jacobian:
    """All partial derivatives of ``function`` at ``at``."""
    at = np.asarray(at)
    if np.iscomplexobj(at):
        return Jacobian(_per_entry(function, at, richardson), 0.0)
    try:
        exact = _batched(function, at)
        if exact is None:
            exact = _per_entry(function, at, _complex_step)
    except LostPerturbation:
        return Jacobian(_per_entry(function, at, richardson), RICHARDSON_PRECISION)
    if np.iscomplexobj(np.asarray(function(at))):
        return Jacobian(_per_entry(function, at, richardson), 0.0)
    direction = np.random.default_rng(at.size).uniform(0.5, 1.5, at.shape)
    if _agrees(function, at, exact, direction):
        return Jacobian(exact, 0.0)
    if _has_kink(function, at, direction):
        return Jacobian(exact, 0.0)
    return Jacobian(_per_entry(function, at, richardson), RICHARDSON_PRECISION)


def _batched(function: Callable[[Array], Array], at: Array) -> Array | None:
    """All complex steps at once along a leading axis; None if the function cannot carry one."""
    if at.size < 2:
        return None
    steps = np.eye(at.size).reshape(at.size, *at.shape)
    try:
        plain = np.shape(function(at))
        result = np.asarray(function(at + 1j * STEP * steps))
    except (ProofreadError, LostPerturbation, TypeError, ValueError):
        return None
    if result.shape != (at.size, *plain):
        return None
    slopes = np.imag(result) / STEP
    return np.moveaxis(slopes, 0, -1).reshape(*plain, *at.shape)


def _per_entry(
    function: Callable[[Array], Array],
    at: Array,
    method: Callable[[Callable[[Array], Array], Array, Array], Array],
) -> Array:
    columns = []
    for place in np.ndindex(at.shape):
        direction = np.zeros(at.shape)
        direction[place] = 1.0
        columns.append(np.asarray(method(function, at, direction)))
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape(stacked.shape[:-1] + at.shape)


def _complex_step(function: Callable[[Array], Array], at: Array, direction: Array) -> Array:
    return np.imag(function((at + 1j * STEP * direction)[()])) / STEP


def richardson(function: Callable[[Array], Array], at: Array, direction: Array) -> Array:
    """Central differences at four steps, extrapolated to step zero; error of order h^8."""
    rows = []
    for halving in range(4):
        step = RICHARDSON_STEP / 2**halving
        above = function((at + step * direction)[()])
        below = function((at - step * direction)[()])
        rows.append((np.asarray(above) - np.asarray(below)) / (2 * step))
    for level in range(1, 4):
        weight = 4.0**level
        rows = [(weight * b - a) / (weight - 1) for a, b in pairwise(rows)]
    return rows[0]


def _agrees(function: Callable[[Array], Array], at: Array, exact: Array, direction: Array) -> bool:
    try:
        other = richardson(function, at, direction)
    except DomainProblem:
        return True
    along = np.sum(exact * direction, axis=tuple(range(np.ndim(exact) - at.ndim, np.ndim(exact))))
    scale = max(1.0, float(np.abs(along).max()), float(np.abs(other).max()))
    return bool(np.abs(along - other).max() <= AGREEMENT * scale)


def _has_kink(function: Callable[[Array], Array], at: Array, direction: Array) -> bool:
    """Whether the slopes on the two sides differ, or a kink lies within Richardson's reach."""
    step = RICHARDSON_STEP / 200
    here = np.asarray(function(at[()]))
    above = (np.asarray(function((at + step * direction)[()])) - here) / step
    below = (here - np.asarray(function((at - step * direction)[()]))) / step
    scale = max(1.0, float(np.abs(above).max()))
    if bool(np.abs(above - below).max() > 0.01 * scale):
        return True
    wide = RICHARDSON_STEP
    far = (np.asarray(function((at + wide * direction)[()])) - here) / wide
    back = (here - np.asarray(function((at - wide * direction)[()]))) / wide
    bends = np.abs(far - above).max() + np.abs(back - below).max()
    return bool(bends > 0.2 * scale)


def elementwise_derivative(
    function: Callable[[Array], Array], at: Array, order: int, cross_check: bool = True
) -> Jacobian:
    """f' or f'' of a function that acts entry by entry, for all entries at once."""
    if order == 2:
        inner = lambda array: elementwise_derivative(function, array, 1).array  # noqa: E731
        ones = np.ones(np.shape(at))
        return Jacobian(richardson(inner, np.asarray(at), ones), RICHARDSON_PRECISION)
    at = np.asarray(at)
    ones = np.ones(at.shape)
    if np.iscomplexobj(at):
        return Jacobian(richardson(function, at, ones), 0.0)
    try:
        exact = _complex_step(function, at, ones)
    except LostPerturbation:
        return Jacobian(richardson(function, at, ones), RICHARDSON_PRECISION)
    if not cross_check:
        return Jacobian(exact, 0.0)
    other = richardson(function, at, ones)
    scale = np.maximum(1.0, np.abs(other))
    doubtful = np.abs(exact - other) > AGREEMENT * scale
    if not np.any(doubtful) or _kinks(function, at, doubtful):
        return Jacobian(exact, 0.0)
    return Jacobian(other, RICHARDSON_PRECISION)


def _kinks(function: Callable[[Array], Array], at: Array, doubtful: Array) -> bool:
    """Whether every doubtful entry has a kink of its own nearby."""
    for place in np.argwhere(doubtful):
        index = tuple(place)
        if not _has_kink(partial(_single, function, at, index), at[index], np.ones(())):
            return False
    return True


def _single(
    function: Callable[[Array], Array], at: Array, place: tuple[int, ...], number: Array
) -> Array:
    moved = at.copy()
    moved[place] = number
    return np.asarray(function(moved[()]))[place]
