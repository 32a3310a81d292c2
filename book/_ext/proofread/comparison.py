"""Comparing two values: how far apart, against what scale, and what the difference looks like."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from . import syntax
from .errors import DomainProblem, FalseClaim, ShapeProblem, Span, SyntaxProblem
from .graph import Graph
from .values import TIMES, Array, Value

TOLERANCE = 1e-9


@dataclass
class Evidence:
    """What has been compared so far."""

    comparisons: int = 0
    worst_error: float = 0.0

    def count(self, comparisons: int, error: float = 0.0) -> None:
        """Add comparisons with their largest relative error."""
        self.comparisons += comparisons
        self.worst_error = max(self.worst_error, error)


Side = tuple[Value, syntax.Node]


def compare(left: Side, relation: str, right: Side, world: Graph, evidence: Evidence) -> None:
    """Check one relation entry by entry.

    Raises
    ------
    FalseClaim
        It does not hold.
    ShapeProblem
        The sides have different shapes.
    DomainProblem
        A side is not finite.
    """
    for value, node in (left, right):
        if not np.all(np.isfinite(value.array)):
            raise DomainProblem(
                "this has no finite value at a point of the world: declare a domain that "
                "leaves such points out, or write the formula so that it does not overflow",
                node.span,
            )
    left, right = _spread_zero(left, right), _spread_zero(right, left)
    _same_shape(left, right, relation)
    if relation in ("=", r"\leftarrow"):
        _equal(left, right, world, evidence)
    elif relation == r"\approx":
        _near(left, right, world, evidence)
    else:
        _ordered(left, relation, right, evidence)


def _spread_zero(side: Side, other: Side) -> Side:
    """A literal 0 stands for the vector or matrix of zeros that the other side needs."""
    node, shape = side[1], other[0]
    if isinstance(node, syntax.Number) and float(node.text) == 0 and shape.labels:
        return Value(np.zeros(shape.sizes), shape.labels, 0.0), node
    return side


def _same_shape(left: Side, right: Side, relation: str) -> None:
    a, b = left[0], right[0]
    bound = relation in ("<", ">", r"\le", r"\ge") and not (a.labels and b.labels)
    if a.sizes == b.sizes or bound:
        return
    raise ShapeProblem(
        f"the left side is {a.shape_text()}, the right side {b.shape_text()}", right[1].span
    )


def _equal(left: Side, right: Side, world: Graph, evidence: Evidence) -> None:
    a, b = np.real(left[0].array), np.real(right[0].array)
    scale = max(left[0].scale, right[0].scale, 1e-290)
    error = float(np.max(np.abs(a - b))) / scale
    if error > max(TOLERANCE, world.root.precision):
        raise FalseClaim(_difference(a, b, error), _entry_span(right[1], _worst(a, b)))
    evidence.count(int(np.size(a)), error)


def _near(left: Side, right: Side, world: Graph, evidence: Evidence) -> None:
    """``\\approx``: to the digits shown, or to the world's declared approximation."""
    a, b = np.real(left[0].array), np.real(right[0].array)
    digits = [_half_unit(node) for _, node in (left, right)]
    shown = [half for half in digits if half is not None]
    difference = float(np.max(np.abs(a - b)))
    scale = max(left[0].scale, right[0].scale, 1e-290)
    if shown:
        allowed = max(shown) * (1 + 1e-9) + TOLERANCE * scale
    elif world.notation.approximation is not None:
        allowed = world.notation.approximation * float(np.max(np.abs(a)))
    else:
        raise SyntaxProblem(
            "\\approx needs a decimal number on one side, a remainder O(h^k), or a declared "
            "approximation",
            right[1].span,
        )
    if difference > allowed:
        raise FalseClaim(_difference(a, b, difference / scale), right[1].span)
    evidence.count(int(np.size(a)))


def _half_unit(node: syntax.Node) -> float | None:
    """Half a unit in the last place of a literal, also behind a sign or in a fraction's top."""
    if isinstance(node, syntax.Add) and len(node.terms) == 1:
        return _half_unit(node.terms[0][1])
    if isinstance(node, syntax.MatrixLiteral):
        cells = [_half_unit(cell) for row in node.rows for cell in row]
        known = [cell for cell in cells if cell is not None]
        return max(known) if len(known) == len(cells) else None
    power = _power_of_ten(node)
    if power is not None:
        return power
    if not isinstance(node, syntax.Number):
        return None
    decimals = len(node.text.partition(".")[2])
    return 0.5 * 10.0**-decimals


def _power_of_ten(node: syntax.Node) -> float | None:
    """``2.8 \\times 10^{-16}``: half a unit of the 2.8."""
    if not isinstance(node, syntax.Multiply) or node.operator not in ("times", "dot"):
        return None
    mantissa, power = node.left, node.right
    if not isinstance(mantissa, syntax.Number) or not isinstance(power, syntax.Power):
        return None
    base, exponent = power.base, power.exponent
    sign = 1
    if isinstance(exponent, syntax.Add) and len(exponent.terms) == 1:
        sign, exponent = exponent.terms[0]
    if not isinstance(base, syntax.Number) or not isinstance(exponent, syntax.Number):
        return None
    half = _half_unit(mantissa)
    size = min(float(exponent.text), 300.0)
    return None if half is None else half * float(base.text) ** (sign * size)


def _ordered(left: Side, relation: str, right: Side, evidence: Evidence) -> None:
    a, b = np.real(left[0].array), np.real(right[0].array)
    scale = max(left[0].scale, right[0].scale)
    slack = 1e-12 * scale
    rounding = 1e-15 * scale  # two ways to compute one number are not two numbers
    truth = {
        "<": a < b - rounding,
        ">": a > b + rounding,
        r"\le": a <= b + slack,
        r"\ge": a >= b - slack,
        r"\ne": np.abs(a - b) > slack,
    }[relation]
    if not np.all(truth):
        place = tuple(np.argwhere(~np.atleast_1d(truth))[0])
        both = np.broadcast_arrays(np.atleast_1d(a), np.atleast_1d(b))
        raise FalseClaim(
            f"{both[0][place]:.6g} {relation} {both[1][place]:.6g} is false", right[1].span
        )
    evidence.count(int(np.size(truth)))


def _difference(a: Array, b: Array, error: float) -> str:
    """Both sides at the worst entry, and the pattern of the difference if there is one."""
    left, right = np.atleast_1d(a), np.atleast_1d(b)
    place = _worst(a, b)
    where = ""
    if left.size > 1:
        where = f" in entry {', '.join(str(int(one) + 1) for one in place)}"
    text = f"the left side is {left[place]:.6g}, the right side {right[place]:.6g}{where}"
    return text + _pattern(left, right) + f" (relative error {error:.1g})"


def _worst(a: Array, b: Array) -> tuple[int, ...]:
    """The entry that differs most."""
    difference = np.abs(np.atleast_1d(a) - np.atleast_1d(b))
    return tuple(int(one) for one in np.unravel_index(int(np.argmax(difference)), difference.shape))


def _entry_span(node: syntax.Node, place: tuple[int, ...]) -> Span:
    """Where an entry is written, if the side is a matrix written out."""
    if isinstance(node, syntax.MatrixLiteral) and len(place) == 2:
        return node.rows[place[0]][place[1]].span
    return node.span


def _pattern(left: Array, right: Array) -> str:
    usable = np.abs(right) > 1e-8 * float(np.max(np.abs(right)) or 1.0)
    if not np.any(usable) or np.any(np.abs(left[~usable]) > 1e-8):
        return ""
    ratios = left[usable] / right[usable]
    ratio = float(ratios.flat[0])
    if ratios.size > 1 and float(np.ptp(ratios)) < 1e-7 * abs(ratio):
        return f"; left = {ratio:.6g} {TIMES.strip()} right"
    if any(math.isclose(ratio, known, rel_tol=1e-7) for known in (-1.0, 2.0, 0.5)):
        return f"; left = {ratio:.3g} {TIMES.strip()} right"
    return ""
