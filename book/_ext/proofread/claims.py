"""Holding one claim against one world: every index, every relation, every entry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from . import syntax
from .comparison import Evidence, compare
from .distributions import check_distributions
from .errors import (
    DomainProblem,
    FalseClaim,
    IndexProblem,
    OutsideFamily,
    ShapeProblem,
    SizeProblem,
    SyntaxProblem,
)
from .evaluator import MAXIMUM_RANGE, Scope, evaluate, evaluate_integer, holds, is_member
from .orders import check_order, remainder_of
from .syntax import Statement
from .values import Value
from .worlds import World

SMALLEST_STEP = 1e-4


@dataclass
class Outcome:
    """What checking a statement in one world showed."""

    evidence: Evidence = field(default_factory=Evidence)
    assignments: int = 0
    vacuous: bool = True


@np.errstate(all="ignore")
def check_statement(statement: Statement, world: World) -> Outcome:
    """Check a statement for all values of its free indices.

    Raises
    ------
    FalseClaim
        A relation does not hold; the message shows both sides.
    ProofreadError
        The statement cannot be evaluated.
    """
    outcome = Outcome()
    outside: OutsideFamily | None = None
    for bindings in assignments(statement, world):
        scope = world.scope(bindings)
        try:
            if _check_at(statement, scope, outcome):
                outcome.vacuous = False
            outcome.assignments += 1
        except OutsideFamily as problem:
            if statement.ranges:
                raise
            outside = outside or problem
        except FalseClaim as problem:
            raise _with_indices(problem, bindings) from None
    if not outcome.assignments and outside is not None:
        raise IndexProblem(outside.message, outside.span)
    return outcome


def condition_truths(statement: Statement, world: World) -> set[bool]:
    """Whether a condition holds, for each value of its free indices."""
    with np.errstate(all="ignore"):
        return {
            _is_true(statement.claim, world.scope(bindings))
            for bindings in assignments(statement, world)
        }


def _with_indices(problem: FalseClaim, bindings: dict[str, int]) -> FalseClaim:
    if bindings:
        where = ", ".join(f"{name} = {value}" for name, value in sorted(bindings.items()))
        problem.message = f"for {where}: {problem.message}"
    return problem


def _check_at(statement: Statement, scope: Scope, outcome: Outcome) -> bool:
    """Check at one assignment; False if a condition or premise does not hold there."""
    if not all(holds(condition, scope) for condition in statement.conditions):
        return False
    premises = [_is_true(premise, scope) for premise in statement.premises]
    if statement.equivalence:
        return _check_equivalence(statement, all(premises), scope, outcome)
    if not all(premises):
        return False
    check_claim(statement.claim, scope, outcome.evidence)
    return True


def _check_equivalence(statement: Statement, premise: bool, scope: Scope, outcome: Outcome) -> bool:
    if premise != _is_true(statement.claim, scope):
        raise FalseClaim("one side of ⟺ holds and the other does not", statement.claim.span)
    outcome.evidence.count(1)
    return premise


def _is_true(node: syntax.Node, scope: Scope) -> bool:
    try:
        check_claim(node, scope, Evidence())
    except FalseClaim:
        return False
    return True


def assignments(statement: Statement, world: World) -> list[dict[str, int]]:
    """Every value of the statement's free indices."""
    parts = (statement.claim, *statement.premises, *statement.conditions)
    names = frozenset().union(*(syntax.free_names(part) for part in parts))
    runs = {run.name: run for run in statement.ranges}
    for run in statement.ranges:
        names |= syntax.free_names(run.low) | syntax.free_names(run.high) | {run.name}
    found: list[dict[str, int]] = [{}]
    for name in _by_dependence(names, world, runs):
        outer, found = found, []
        for bindings in outer:
            numbers = _run_of(name, bindings, world, runs)
            if len(found) + len(numbers) > MAXIMUM_RANGE:
                raise SizeProblem(
                    f"the free indices take more than {MAXIMUM_RANGE} values together",
                    statement.claim.span,
                )
            found += [{**bindings, name: index} for index in numbers]
    return found


def _by_dependence(
    names: frozenset[str], world: World, runs: dict[str, syntax.IndexRun]
) -> list[str]:
    """The indices in an order in which each one's bounds come after what they depend on."""
    ordered: list[str] = []
    pending = sorted(names)
    while pending:
        for name in pending:
            if world.bound_names(name, runs.get(name)).isdisjoint(set(pending) - {name}):
                ordered.append(name)
                pending.remove(name)
                break
        else:
            raise IndexProblem(f"the bounds of {', '.join(pending)} depend on each other")
    return ordered


def _run_of(
    name: str, bindings: dict[str, int], world: World, runs: dict[str, syntax.IndexRun]
) -> range:
    scope = world.scope(bindings)
    if name in runs:
        low = evaluate_integer(runs[name].low, scope)
        high = evaluate_integer(runs[name].high, scope)
        if low > high and not isinstance(runs[name].low, syntax.Number):
            low, high = high, low
    else:
        low, high = world.index_bounds(name, scope)
    if high - low > MAXIMUM_RANGE:
        raise SizeProblem(f"{name} runs over more than {MAXIMUM_RANGE} values")
    return range(low, high + 1)


def check_claim(node: syntax.Node, scope: Scope, evidence: Evidence) -> None:
    """Check a chain of relations, or that an expression alone has a finite value."""
    if not isinstance(node, syntax.Chain):
        value = evaluate(node, scope)
        if not np.all(np.isfinite(value.array)):
            raise DomainProblem("the expression has no finite value", node.span)
        return
    left = node.first
    for relation, right in node.links:
        _check_relation(left, relation, right, scope, evidence)
        left = right


def _check_relation(
    left: syntax.Node, relation: str, right: syntax.Node, scope: Scope, evidence: Evidence
) -> None:
    world = scope.world
    assert isinstance(world, World)
    world.root.precision = 0.0
    order = remainder_of(right)
    if order is not None and relation in ("=", r"\approx"):
        check_order(left, right, order, scope, evidence)
        return
    if relation == r"\in":
        if not is_member(evaluate(left, scope), right, scope):
            raise FalseClaim("the left side is not in this set", right.span)
        evidence.count(1)
        return
    if relation == "=" and _both_random(left, right, scope):
        check_distributions(left, right, scope, evidence)
        return
    value, other = evaluate(left, scope), evaluate(right, scope)
    if relation == r"\leftarrow":
        before, value = value, _updated(left, scope)
        scale = _step_scale(before, value)
        value, other = replace(value, scale=scale), replace(other, scale=scale)
    compare((value, left), relation, (other, right), world, evidence)


def _step_scale(before: Value, after: Value) -> float:
    """The size of an update, against which its errors count: beside w a small step would hide.

    It is no smaller than what rounding allows to see.
    """
    step = np.max(np.abs(after.array - before.array))
    whole = max(np.max(np.abs(before.array)), np.max(np.abs(after.array)))
    return float(max(step, SMALLEST_STEP * whole))


def _both_random(left: syntax.Node, right: syntax.Node, scope: Scope) -> bool:
    world = scope.world
    assert isinstance(world, World)
    return world.is_random(left) or world.is_random(right)


def _updated(node: syntax.Node, scope: Scope) -> Value:
    """What stands left of an arrow: the quantity after its step."""
    target = node.base if isinstance(node, syntax.Entry) else node
    if not isinstance(target, syntax.Symbol):
        raise SyntaxProblem("what an arrow updates is a declared quantity", node.span)
    world = scope.world
    assert isinstance(world, World)
    indices = tuple(evaluate_integer(index, scope) for index in target.indices)
    value = world.after(target.key, indices)
    if value is None:
        if world.is_root(target.key):
            raise ShapeProblem(
                f"{target.key} has no declared value after an update: add after to its declaration",
                node.span,
            )
        return evaluate(node, scope)
    if isinstance(node, syntax.Entry):
        return evaluate(node, scope.within(world.forced((target.key, indices), value)))
    return value
