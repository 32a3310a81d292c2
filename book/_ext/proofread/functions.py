"""The built-in functions; all but the shape-changing ones allow the complex step.

``abs``, ``max`` and norms decide by real parts and stay analytic in the perturbation, since
NumPy's own would drop the imaginary part and make every derivative silently 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .errors import DomainProblem, ShapeProblem, Span
from .values import Array, Value, is_whole, measured, single

ELEMENTWISE: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "sign": lambda array: np.sign(np.real(array)),
}
MAXIMUM_FACTORIAL = 170


def apply_builtin(name: str, arguments: list[Value], span: Span) -> Value:
    """Apply one of the built-in functions."""
    with np.errstate(all="ignore"):
        if name in ELEMENTWISE:
            value = arguments[0]
            return measured(ELEMENTWISE[name](value.array), value.labels)
        if name in ("max", "min"):
            return _extremum(name, arguments, span)
        if name in _SHAPED:
            return _SHAPED[name](arguments, span)
        value = arguments[0]
        if value.labels:
            raise ShapeProblem(f"{name} takes a scalar, this is {value.shape_text()}", span)
        return _SCALAR[name](arguments, span)


def _extremum(name: str, arguments: list[Value], span: Span) -> Value:
    if any(argument.labels for argument in arguments):
        raise ShapeProblem(f"{name} compares scalars", span)
    best = arguments[0].array
    for other in arguments[1:]:
        better = np.real(other.array) > np.real(best)
        if name == "min":
            better = np.real(other.array) < np.real(best)
        best = np.asarray(np.where(better, other.array, best))[()]
    return measured(best, ())


def _root(arguments: list[Value], span: Span) -> Value:
    array = arguments[0].array
    if np.any(np.real(array) < 0):
        raise DomainProblem("the square root of a negative number", span)
    return measured(np.sqrt(array), ())


def _cube_root(arguments: list[Value], span: Span) -> Value:
    array = arguments[0].array
    return measured(np.sign(np.real(array)) * (array * np.sign(np.real(array))) ** (1 / 3), ())


def _absolute(arguments: list[Value], span: Span) -> Value:
    array = arguments[0].array
    return measured(np.where(np.real(array) < 0, -array, array)[()], ())


def _floor(arguments: list[Value], span: Span) -> Value:
    return measured(np.floor(np.real(arguments[0].array)), ())


def _ceil(arguments: list[Value], span: Span) -> Value:
    return measured(np.ceil(np.real(arguments[0].array)), ())


def _factorial(arguments: list[Value], span: Span) -> Value:
    number = single(arguments[0].array)
    if not is_whole(number) or not 0 <= number <= MAXIMUM_FACTORIAL:
        raise DomainProblem(
            f"the factorial of {number:g}: an integer up to {MAXIMUM_FACTORIAL} is needed", span
        )
    return measured(np.float64(math.factorial(int(number))), ())


def _binomial(arguments: list[Value], span: Span) -> Value:
    upper, lower = (single(argument.array) for argument in arguments)
    if not (is_whole(upper) and is_whole(lower)) or not 0 <= lower <= upper <= 1000:
        raise DomainProblem("a binomial coefficient needs integers 0 ≤ k ≤ n ≤ 1000", span)
    return measured(np.float64(math.comb(int(upper), int(lower))), ())


def _norm(arguments: list[Value], span: Span) -> Value:
    value = arguments[0]
    order = float(np.real(arguments[1].array)) if len(arguments) > 1 else 2.0
    axes = tuple(range(-len(value.labels), 0))
    if order == 1:
        signed = np.where(np.real(value.array) < 0, -value.array, value.array)
        return measured(signed.sum(axis=axes) if axes else signed[()], ())
    if order != 2:
        raise DomainProblem(f"the norm of order {order:g} is not checked: use 1 or 2", span)
    squares = value.array * value.array
    return measured(np.sqrt(squares.sum(axis=axes) if axes else squares), ())


def _diagonal(arguments: list[Value], span: Span) -> Value:
    value = arguments[0]
    if len(value.labels) != 2:
        raise ShapeProblem(f"diag takes a vector or a matrix, not {value.shape_text()}", span)
    if 1 in value.sizes:
        label = value.labels[0] if value.sizes[1] == 1 else value.labels[1]
        return measured(value.array * np.eye(max(value.sizes)), (label, label))
    if value.sizes[0] != value.sizes[1]:
        raise ShapeProblem(f"diag takes a square matrix, not {value.shape_text()}", span)
    return measured(value.array * np.eye(value.sizes[0]), value.labels)


def _trace(arguments: list[Value], span: Span) -> Value:
    value = _square("tr", arguments, span)
    return measured(np.trace(value.array, axis1=-2, axis2=-1), ())


def _determinant(arguments: list[Value], span: Span) -> Value:
    value = _square("det", arguments, span)
    return measured(np.linalg.det(value.array), ())


def _square(name: str, arguments: list[Value], span: Span) -> Value:
    value = arguments[0]
    if len(value.labels) != 2 or value.sizes[0] != value.sizes[1]:
        raise ShapeProblem(f"{name} takes a square matrix, not {value.shape_text()}", span)
    return value


def _vec(arguments: list[Value], span: Span) -> Value:
    value = arguments[0]
    if len(value.labels) != 2:
        raise ShapeProblem(f"vec takes a matrix, not {value.shape_text()}", span)
    label = "·".join(value.labels)
    turned = np.swapaxes(value.array, -1, -2)
    return measured(turned.reshape(*turned.shape[:-2], -1, 1), (label, "1"))


_SCALAR: dict[str, Callable[[list[Value], Span], Value]] = {
    "sqrt": _root,
    "cbrt": _cube_root,
    "absolute": _absolute,
    "floor": _floor,
    "ceil": _ceil,
    "factorial": _factorial,
    "binomial": _binomial,
}
_SHAPED: dict[str, Callable[[list[Value], Span], Value]] = {
    "norm": _norm,
    "diag": _diagonal,
    "trace": _trace,
    "det": _determinant,
    "vec": _vec,
}
