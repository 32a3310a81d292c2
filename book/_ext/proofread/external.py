"""Calling ``module:function`` from the table: an allow-list, and arrays in NumPy's own shapes."""

from __future__ import annotations

import functools
import importlib
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .errors import DomainProblem, NotationProblem
from .notation import Notation
from .values import TIMES, Array, Value, measured

MAXIMUM_CALLS = 10_000
"""At how many points a function is called by itself; more can only be samples."""
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


class LostPerturbation(Exception):
    """A function cannot take the complex numbers that the complex step needs."""


def resolve(notation: Notation, target: str) -> Callable[..., Any]:
    """The function that ``module:function`` names, if its module is allowed."""
    if not _TARGET.fullmatch(target):
        raise NotationProblem(f"{target!r} is not of the form module:function")
    module = target.split(":")[0]
    if not notation.allows(module):
        raise NotationProblem(
            f"{target!r} is not allowed: name its module under modules in the notation table "
            f"(allowed are {', '.join(notation.modules)})"
        )
    return _load(target)


@functools.cache
def _load(target: str) -> Callable[..., Any]:
    module, _, path = target.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for name in path.split("."):
            if name.startswith("_"):
                raise NotationProblem(f"{target!r} names a private attribute")
            found = getattr(found, name)
    except (ImportError, AttributeError) as problem:
        raise NotationProblem(f"{target!r} cannot be loaded: {problem}") from problem
    if not callable(found):
        raise NotationProblem(f"{target!r} is not a function")
    return found  # type: ignore[no-any-return]


def call_external(
    notation: Notation, target: str, arguments: list[Value], elementwise: bool = False
) -> Array:
    """Call it: scalars as numbers, vectors and rows as one axis, matrices as two.

    Where an argument holds several points along axes in front, it is called for each point by
    itself, unless it acts entry by entry; the results keep those axes.
    """
    function = resolve(notation, target)
    several = points_of(arguments)
    if elementwise or not several or math.prod(several) > MAXIMUM_CALLS:
        return _call_once(function, target, [to_plain(one) for one in arguments])
    whole = [np.broadcast_to(one.array, (*several, *one.sizes)) for one in arguments]
    results = [
        _call_once(
            function,
            target,
            [to_plain(Value(a[place], b.labels)) for a, b in zip(whole, arguments, strict=True)],
        )
        for place in np.ndindex(several)
    ]
    return np.stack(results).reshape(*several, *results[0].shape)


def points_of(arguments: list[Value]) -> tuple[int, ...]:
    """The axes that the arguments together have in front of their labelled ones."""
    shapes = (np.shape(one.array)[: np.ndim(one.array) - len(one.labels)] for one in arguments)
    return np.broadcast_shapes(*shapes)


def _call_once(function: Callable[..., Any], target: str, plain: list[Array]) -> Array:
    is_complex = any(np.iscomplexobj(one) for one in plain)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            return np.asarray(function(*plain))
    except (TypeError, ValueError, np.exceptions.ComplexWarning) as problem:
        if is_complex:
            raise LostPerturbation(target) from problem
        raise NotationProblem(f"{target} fails: {problem}") from problem
    except (ArithmeticError, np.linalg.LinAlgError) as problem:
        raise DomainProblem(f"{target} fails: {problem}") from problem
    except Exception as problem:
        raise NotationProblem(f"{target} fails: {type(problem).__name__}: {problem}") from problem


def to_plain(value: Value) -> Array:
    """The array as NumPy code expects it: vectors with one axis."""
    if len(value.labels) == 2 and 1 in value.sizes:
        axis = -1 if value.sizes[1] == 1 else -2
        return np.squeeze(value.array, axis=axis)
    return value.array


def from_plain(
    array: Array,
    labelled: tuple[tuple[int, ...], tuple[str, ...]],
    target: str,
    several: tuple[int, ...] = (),
) -> Value:
    """The declared sizes and labels given back to a function's result, for several points."""
    sizes, labels = labelled
    array = np.asarray(array)
    if array.dtype.kind not in "biufc":
        raise NotationProblem(f"{target} returns {array.dtype}, expected numbers")
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    plain = tuple(size for size in sizes if size != 1)
    shape = array.shape[len(several) :]
    if shape != sizes and tuple(size for size in shape if size != 1) != plain:
        raise NotationProblem(
            f"{target} returns shape {shape}, the table declares "
            f"{TIMES.join(labels) or 'a scalar'} (= {sizes})"
        )
    return measured(array.reshape((*several, *sizes))[()], labels)
