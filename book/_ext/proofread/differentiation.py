"""Numerical derivatives: the complex step, with Richardson extrapolation as cross-check.

The complex step f'(x) = Im f(x + ih)/h has no cancellation, but a function that drops imaginary
parts makes it 0 without a word. So each derivative is compared, along one random direction, with
Richardson's extrapolated differences. Where they differ, a kink keeps the complex step (the
function's own convention there), anything else falls back to Richardson.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from .errors import DomainProblem, ProofreadError, ShapeProblem
from .external import LostPerturbation
from .values import Array

STEP = 1e-30
AGREEMENT = 1e-6
RICHARDSON_STEP = 0.02
STEPS = tuple(RICHARDSON_STEP / 2**halving for halving in range(4))
DIRECTIONS_AT_ONCE = 32
"""How many directions are evaluated together; more would only take more memory."""
RICHARDSON_PRECISION = 1e-7

Function = Callable[[Array], Array]
Method = Callable[[Function, Array, Array], Array]


@dataclass(frozen=True)
class Jacobian:
    """Entries with the output's axes first, then the input's; and how exact they are."""

    array: Array
    precision: float


def jacobian(
    function: Function, at: Array, here: Array = None, rank: int | None = None
) -> Jacobian:
    """All partial derivatives of ``function`` at ``at``, where its value is ``here`` if known.

    The variable has ``rank`` axes (all, if nothing is said); axes before them hold several points,
    which the derivative keeps.
    """
    at = np.asarray(at)
    shape = at.shape[at.ndim - rank :] if rank is not None else at.shape
    if np.iscomplexobj(at):
        return Jacobian(_per_entry(function, at, shape, richardson), 0.0)
    here = np.asarray(function(at[()]) if here is None else here)
    if np.iscomplexobj(here):
        return Jacobian(_per_entry(function, at, shape, richardson), 0.0)
    try:
        exact = _per_entry(function, at, shape, _complex_step)
    except LostPerturbation:
        return Jacobian(_per_entry(function, at, shape, richardson), RICHARDSON_PRECISION)
    direction = np.random.default_rng(math.prod(shape)).uniform(0.5, 1.5, shape)
    if _agrees(function, at, exact, direction) or _has_kink(function, at, direction):
        return Jacobian(exact, 0.0)
    return Jacobian(_per_entry(function, at, shape, richardson), RICHARDSON_PRECISION)


def _per_entry(function: Function, at: Array, shape: tuple[int, ...], method: Method) -> Array:
    """The slopes by each entry of the variable, with the output's axes first."""
    units = np.eye(math.prod(shape)).reshape(math.prod(shape), *shape)
    if not len(units):
        raise ShapeProblem("a derivative by something without entries")
    groups = range(0, len(units), DIRECTIONS_AT_ONCE)
    slopes = [method(function, at, units[first : first + DIRECTIONS_AT_ONCE]) for first in groups]
    stacked = np.moveaxis(np.concatenate(slopes), 0, -1)
    return stacked.reshape(stacked.shape[:-1] + shape)


def _values(function: Function, points: Array) -> Array:
    """The function at each of several points.

    All are evaluated at once if the function carries an axis more. That it does is no matter of
    shapes alone: the last point, evaluated by itself, has to give the same again.
    """
    alone = np.asarray(function(points[-1][()]))
    try:
        together = np.asarray(function(points)) if len(points) > 1 else alone[np.newaxis]
    except (ProofreadError, LostPerturbation, TypeError, ValueError):
        together = alone
    if together.shape == (len(points), *alone.shape) and _same(together[-1], alone):
        return together
    return np.stack([*(np.asarray(function(point[()])) for point in points[:-1]), alone])


def _same(one: Array, other: Array) -> bool:
    """Equal but for rounding, the tiny imaginary parts for themselves."""
    parts = ((np.real(one), np.real(other)), (np.imag(one), np.imag(other)))
    return all(np.abs(a - b).max(initial=0) <= 1e-11 * np.abs(b).max(initial=0) for a, b in parts)


def _complex_step(function: Function, at: Array, directions: Array) -> Array:
    """The slopes along each direction."""
    padded = _padded(directions, at)
    return np.imag(_values(function, at + 1j * STEP * padded)) / STEP


def richardson(function: Function, at: Array, directions: Array) -> Array:
    """Central differences at four steps, extrapolated to step zero; error of order h^8."""
    padded = _padded(directions, at)
    points = [at + sign * step * padded for step in STEPS for sign in (1, -1)]
    values = _values(function, np.concatenate(points))
    values = values.reshape(len(STEPS), 2, len(directions), *values.shape[1:])
    rows = [(pair[0] - pair[1]) / (2 * step) for pair, step in zip(values, STEPS, strict=True)]
    for level in range(1, len(STEPS)):
        weight = 4.0**level
        rows = [(weight * b - a) / (weight - 1) for a, b in pairwise(rows)]
    return rows[0]


def _padded(directions: Array, at: Array) -> Array:
    """Directions given the axes that ``at`` has before the variable's."""
    more = (1,) * (1 + at.ndim - directions.ndim)
    return directions.reshape(len(directions), *more, *directions.shape[1:])


def _agrees(function: Function, at: Array, exact: Array, direction: Array) -> bool:
    try:
        other = richardson(function, at, direction[np.newaxis])[0]
    except DomainProblem:
        return True
    along = np.sum(exact * direction, axis=tuple(range(exact.ndim - direction.ndim, exact.ndim)))
    scale = max(1.0, float(np.abs(along).max()), float(np.abs(other).max()))
    return bool(np.abs(along - other).max() <= AGREEMENT * scale)


def _has_kink(function: Function, at: Array, direction: Array) -> bool:
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
    function: Function, at: Array, order: int, cross_check: bool = True
) -> Jacobian:
    """f' or f'' of a function that acts entry by entry, for all entries at once."""
    at = np.asarray(at)
    ones = np.ones((1, *at.shape))
    if order == 2:
        inner = lambda array: elementwise_derivative(function, array, 1).array  # noqa: E731
        return Jacobian(richardson(inner, at, ones)[0], RICHARDSON_PRECISION)
    if np.iscomplexobj(at):
        return Jacobian(richardson(function, at, ones)[0], 0.0)
    try:
        exact = _complex_step(function, at, ones)[0]
    except LostPerturbation:
        return Jacobian(richardson(function, at, ones)[0], RICHARDSON_PRECISION)
    if not cross_check:
        return Jacobian(exact, 0.0)
    other = richardson(function, at, ones)[0]
    scale = np.maximum(1.0, np.abs(other))
    doubtful = np.abs(exact - other) > AGREEMENT * scale
    if not np.any(doubtful) or _kinks(function, at, doubtful):
        return Jacobian(exact, 0.0)
    return Jacobian(other, RICHARDSON_PRECISION)


def _kinks(function: Function, at: Array, doubtful: Array) -> bool:
    """Whether every doubtful entry has a kink of its own nearby."""
    for place in np.argwhere(doubtful):
        index = tuple(place)
        if not _has_kink(partial(_single, function, at, index), at[index], np.ones(())):
            return False
    return True


def _single(function: Function, at: Array, place: tuple[int, ...], number: Array) -> Array:
    moved = at.copy()
    moved[place] = number
    return np.asarray(function(moved[()]))[place]
