"""``O(h^k)``: the order of a remainder, measured by letting h shrink."""

from __future__ import annotations

import numpy as np

from . import syntax
from .comparison import Evidence
from .errors import FalseClaim, SyntaxProblem
from .evaluator import Scope, evaluate, evaluate_integer
from .values import scalar
from .worlds import World

STEPS = tuple(0.1 / 2**halving for halving in range(8))
SLACK = 0.25


def remainder_of(node: syntax.Node) -> syntax.Order | None:
    """The O(…) among the terms of a side, if there is one."""
    if isinstance(node, syntax.Order):
        return node
    if isinstance(node, syntax.Add):
        for _, term in node.terms:
            if isinstance(term, syntax.Order):
                return term
    return None


def check_order(
    left: syntax.Node,
    right: syntax.Node,
    order: syntax.Order,
    scope: Scope,
    evidence: Evidence,
) -> None:
    """Check that the difference without the O(…) shrinks exactly as fast as it says.

    Worlds at the edge are left out: where a derivative happens to vanish, the order is higher.
    """
    world = scope.world
    assert isinstance(world, World)
    if world.edge:
        return
    rest = _without(right, order)
    claimed = float(evaluate_integer(order.exponent, scope))
    remainders = [_remainder(left, rest, order, scope, step) for step in STEPS]
    measured = _slope(remainders)
    if measured is None:
        raise FalseClaim(
            "the two sides agree without the remainder, so its order cannot be measured",
            order.span,
        )
    if abs(measured - claimed) > SLACK:
        raise FalseClaim(
            f"the remainder shrinks with order {measured:.2f}, the formula says {claimed:g}",
            order.span,
        )
    evidence.count(len(STEPS))


def _without(right: syntax.Node, order: syntax.Order) -> syntax.Node | None:
    if right is order:
        return None
    assert isinstance(right, syntax.Add)
    terms = tuple(term for term in right.terms if term[1] is not order)
    if any(isinstance(term, syntax.Order) for _, term in terms):
        raise SyntaxProblem("one remainder is enough", right.span)
    return syntax.Add(right.span, terms) if terms else None


def _remainder(
    left: syntax.Node,
    rest: syntax.Node | None,
    order: syntax.Order,
    scope: Scope,
    step: float,
) -> tuple[float, float]:
    world = scope.world
    assert isinstance(world, World)
    indices = tuple(evaluate_integer(index, scope) for index in order.small.indices)
    inner = scope.within(world.forced((order.small.key, indices), scalar(step)))
    first = evaluate(left, inner)
    if rest is None:
        return float(np.max(np.abs(first.array))), first.scale
    second = evaluate(rest, inner)
    if first.sizes != second.sizes:
        raise FalseClaim("the two sides have different shapes", rest.span)
    difference = float(np.max(np.abs(first.array - second.array)))
    return difference, max(first.scale, second.scale)


def _slope(remainders: list[tuple[float, float]]) -> float | None:
    """The order between the two smallest steps at which rounding does not yet matter."""
    usable = [
        (step, size)
        for step, (size, scale) in zip(STEPS, remainders, strict=True)
        if np.isfinite(size) and size * step > 1e-13 * scale
    ]
    if len(usable) < 3:
        return None
    (a, large), (b, small) = usable[-2], usable[-1]
    return float(np.log(large / small) / np.log(a / b))
