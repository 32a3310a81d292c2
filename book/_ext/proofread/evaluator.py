"""From a syntax tree and a world to a value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from . import syntax, values
from .errors import (
    DomainProblem,
    IndexProblem,
    OutsideFamily,
    ShapeProblem,
    SizeProblem,
    Span,
    SyntaxProblem,
)
from .functions import apply_builtin
from .labels import symbol_labels
from .notation import Notation
from .values import TIMES, Value, is_whole, measured, scalar, single

MAXIMUM_STEPS = 100_000
MAXIMUM_RANGE = 2_000
_CONSTANTS = {"pi": math.pi, "e": math.e}


class Environment(Protocol):
    """What evaluating needs from a world."""

    notation: Notation

    def value(self, key: str, indices: tuple[int, ...]) -> Value:
        """A declared quantity."""

    def index_bounds(self, name: str, scope: Scope) -> tuple[int, int]:
        """The first and last value of a declared index."""

    def call(self, node: syntax.Call, indices: tuple[int, ...], arguments: list[Value]) -> Value:
        """A declared function, or its elementwise derivative, at these arguments."""

    def derivative(self, node: syntax.Derivative, scope: Scope) -> Value:
        """The derivative of an expression by a quantity or a parameter."""

    def function_derivative(self, node: syntax.FunctionDerivative, scope: Scope) -> Value:
        """The gradient or Hessian of a declared function."""

    def moment(self, node: syntax.Moment, scope: Scope) -> Value:
        """An expectation, variance or covariance."""


@dataclass
class Budget:
    """How many more nodes may be evaluated, in all worlds, before a formula is too large.

    ``inner`` is for what the formula does not write out itself: declared quantities, derivatives.
    """

    steps: int = MAXIMUM_STEPS
    inner: Budget | None = None

    def refill(self, steps: int = MAXIMUM_STEPS) -> None:
        """Start counting anew."""
        self.steps = steps
        self.inner = Budget(5 * steps)

    def within(self) -> Budget:
        """The budget for declared quantities and derivatives."""
        return self.inner or self

    def spend(self, span: Span) -> None:
        """Use one step."""
        self.steps -= 1
        if self.steps < 0:
            raise SizeProblem(
                "evaluating takes too many steps: shorten the sums or the sizes", span
            )


@dataclass(frozen=True)
class Scope:
    """Where an expression is evaluated: the world, and the values of indices and parameters."""

    world: Environment
    bindings: Mapping[str, Any] = field(default_factory=dict)
    summed: frozenset[str] = frozenset()
    budget: Budget = field(default_factory=Budget)

    def binding(self, name: str, value: Any) -> Scope:
        """The same place with one more index or parameter bound."""
        return Scope(self.world, {**self.bindings, name: value}, self.summed, self.budget)

    def summing(self, name: str, value: int) -> Scope:
        """The same place inside a sum over an index."""
        bindings = {**self.bindings, name: value}
        return Scope(self.world, bindings, self.summed | {name}, self.budget)

    def within(self, world: Environment) -> Scope:
        """The same bindings in another world."""
        return Scope(world, self.bindings, self.summed, self.budget.within())


def evaluate(node: syntax.Node, scope: Scope) -> Value:
    """Evaluate an expression.

    Raises
    ------
    ProofreadError
        A shape, index or domain problem, at its place.
    """
    scope.budget.spend(node.span)
    return _RULES[type(node)](node, scope)


def evaluate_integer(node: syntax.Node, scope: Scope) -> int:
    """Evaluate an index or a bound."""
    if isinstance(node, syntax.IndexReference):
        bound = scope.bindings.get(node.name)
        if isinstance(bound, int):
            return bound
    value = evaluate(node, scope)
    if value.labels or np.ndim(value.array):
        raise IndexProblem(f"an index is an integer, this is {value.shape_text()}", node.span)
    number = complex(value.array)
    if number.imag != 0 or not is_whole(number.real):
        raise IndexProblem(f"an index is an integer, this is {number.real:g}", node.span)
    return round(number.real)


def _number(node: syntax.Number, scope: Scope) -> Value:
    return scalar(float(node.text))


def _constant(node: syntax.Constant, scope: Scope) -> Value:
    return scalar(_CONSTANTS[node.name])


def _index(node: syntax.IndexReference, scope: Scope) -> Value:
    bound = scope.bindings.get(node.name)
    if bound is None:
        raise IndexProblem(f"the index {node.name} is free here, but has no value", node.span)
    return bound if isinstance(bound, Value) else scalar(bound)


def _symbol(node: syntax.Symbol, scope: Scope) -> Value:
    indices = tuple(evaluate_integer(index, scope) for index in node.indices)
    try:
        value = scope.world.value(node.key, indices)
    except IndexProblem as problem:
        if any(mentions(index, scope.summed) for index in node.indices):
            raise IndexProblem(problem.message, node.span) from None
        raise OutsideFamily(problem.message, node.span) from None
    if not value.labels:
        return value
    return Value(value.array, symbol_labels(scope.world.notation, node), value.scale, value.spreads)


def mentions(node: syntax.Node, names: frozenset[str]) -> bool:
    """Whether an expression uses one of these indices."""
    return bool(names) and not names.isdisjoint(syntax.free_names(node))


def _function_reference(node: syntax.FunctionReference, scope: Scope) -> Value:
    raise SyntaxProblem(f"{node.key} is a function: its argument is missing", node.span)


def _entry(node: syntax.Entry, scope: Scope) -> Value:
    base = evaluate(node.base, scope)
    indices = tuple(evaluate_integer(index, scope) for index in node.indices)
    return values.entry(base, indices, node.span)


def _call(node: syntax.Call, scope: Scope) -> Value:
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    indices = tuple(evaluate_integer(index, scope) for index in node.indices)
    return scope.world.call(node, indices, arguments)


def _apply(node: syntax.Apply, scope: Scope) -> Value:
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    return apply_builtin(node.name, arguments, node.span)


def _add(node: syntax.Add, scope: Scope) -> Value:
    sign, first = node.terms[0]
    total = evaluate(first, scope)
    if sign < 0:
        total = Value(-total.array, total.labels, total.scale, total.spreads)
    literal = isinstance(first, syntax.Number)
    for sign, term in node.terms[1:]:
        value = evaluate(term, scope)
        if literal:
            total = values.spread_number(total, value)
        total = values.add(total, value, sign, (first.span[0], term.span[1]))
        literal = literal and isinstance(term, syntax.Number)
    return total


def _multiply(node: syntax.Multiply, scope: Scope) -> Value:
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    return values.multiply(left, right, node.operator, node.span)


def _divide(node: syntax.Divide, scope: Scope) -> Value:
    numerator = evaluate(node.numerator, scope)
    return values.divide(numerator, evaluate(node.denominator, scope), node.denominator.span)


def _power(node: syntax.Power, scope: Scope) -> Value:
    exponent = evaluate(node.exponent, scope)
    base = evaluate(node.base, scope)
    if node.entrywise:
        return values.entrywise_power(base, exponent, node.span)
    return values.power(base, exponent, node.span)


def _transpose(node: syntax.Transpose, scope: Scope) -> Value:
    return values.transpose(evaluate(node.base, scope), node.span)


def index_range(binder: syntax.Binder, scope: Scope) -> list[int]:
    """The values that a bound index takes."""
    if binder.members is not None:
        members = np.atleast_1d(np.real(evaluate(binder.members, scope).array)).ravel()
        if not all(is_whole(float(member)) for member in members):
            raise IndexProblem(f"{binder.name} runs over something else than integers", binder.span)
        return [int(member) for member in members]
    if binder.low is not None and binder.high is not None:
        low, high = evaluate_integer(binder.low, scope), evaluate_integer(binder.high, scope)
    else:
        low, high = scope.world.index_bounds(binder.declared, scope)
    if high - low >= MAXIMUM_RANGE:
        raise SizeProblem(f"{binder.name} runs over more than {MAXIMUM_RANGE} values", binder.span)
    return list(range(low, high + 1))


def _aggregate(node: syntax.Aggregate, scope: Scope) -> Value:
    terms: list[Value] = []
    places: list[int] = []
    for place, inner in _assignments(node, scope):
        terms.append(evaluate(node.body, inner))
        places.append(place)
    if node.name in ("sum", "product"):
        return _accumulate(node, terms)
    if not terms:
        raise DomainProblem(f"the {node.name} runs over nothing", node.span)
    if any(term.labels for term in terms):
        raise ShapeProblem(f"{node.name} compares scalars", node.span)
    numbers = [single(term.array) for term in terms]
    best = numbers.index(max(numbers) if node.name.endswith("max") else min(numbers))
    return scalar(places[best]) if node.name.startswith("arg") else terms[best]


def _assignments(node: syntax.Aggregate, scope: Scope) -> list[tuple[int, Scope]]:
    """Every value of the bound indices that the condition admits."""
    scopes = [(0, scope)]
    for binder in node.binders:
        outer, scopes = scopes, []
        for _, inner in outer:
            values_of_one = _descending(binder, node, inner)
            if len(scopes) + len(values_of_one) > MAXIMUM_RANGE:
                raise SizeProblem(f"more than {MAXIMUM_RANGE} terms", node.span)
            scopes += [(value, inner.summing(binder.name, value)) for value in values_of_one]
    if node.condition is None:
        return scopes
    return [(value, inner) for value, inner in scopes if holds(node.condition, inner)]


def _descending(binder: syntax.Binder, node: syntax.Aggregate, scope: Scope) -> list[int]:
    """The index's values; a product from a symbol to a literal runs down: ``\\prod_{t=T}^{1}``."""
    downwards = isinstance(binder.high, syntax.Number) and not isinstance(binder.low, syntax.Number)
    if node.name != "product" or not downwards or binder.low is None or binder.high is None:
        return index_range(binder, scope)
    low, high = evaluate_integer(binder.low, scope), evaluate_integer(binder.high, scope)
    if low - high >= MAXIMUM_RANGE:
        raise SizeProblem(f"{binder.name} runs over more than {MAXIMUM_RANGE} values", binder.span)
    return list(range(low, high - 1, -1))


def _accumulate(node: syntax.Aggregate, terms: list[Value]) -> Value:
    if not terms:
        return scalar(0.0 if node.name == "sum" else 1.0)
    total = terms[0]
    for term in terms[1:]:
        if node.name == "sum":
            total = values.add(total, term, 1, node.span)
        else:
            total = values.multiply(total, term, "juxtaposition", node.span)
    return total


def holds(node: syntax.Node, scope: Scope) -> bool:
    """Whether a condition is true here; complex perturbations do not decide it."""
    if isinstance(node, syntax.Both):
        return all(holds(part, scope) for part in node.parts)
    assert isinstance(node, syntax.Chain)
    left = node.first
    for relation, right in node.links:
        if not _relation_holds(left, relation, right, scope):
            return False
        left = right
    return True


def _relation_holds(left: syntax.Node, relation: str, right: syntax.Node, scope: Scope) -> bool:
    value = evaluate(left, scope)
    if relation == r"\in":
        return is_member(value, right, scope)
    other = evaluate(right, scope)
    if value.labels or other.labels:
        raise ShapeProblem("a condition compares scalars", left.span)
    a, b = single(value.array), single(other.array)
    return _COMPARE[relation](a, b) if relation in _COMPARE else a == b


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    r"\le": lambda a, b: a <= b,
    r"\ge": lambda a, b: a >= b,
    r"\ne": lambda a, b: a != b,
}


def is_member(value: Value, node: syntax.Node, scope: Scope) -> bool:
    """Whether a value lies in a set; a space's sizes must be the value's."""
    if isinstance(node, syntax.RealSpace):
        return _in_space(value, node, scope)
    entries = np.atleast_1d(np.real(value.array)).ravel()
    if isinstance(node, syntax.Interval):
        low = float(np.real(evaluate(node.low, scope).array))
        high = float(np.real(evaluate(node.high, scope).array))
        above = entries >= low if node.closed_low else entries > low
        below = entries <= high if node.closed_high else entries < high
        return bool(np.all(above & below))
    if isinstance(node, syntax.FiniteSet):
        shown = [float(np.real(evaluate(one, scope).array)) for one in node.members]
        if node.run:
            within = (entries >= shown[0]) & (entries <= shown[-1])
            return bool(np.all(within & ((entries - shown[0]) % 1 == 0)))
        return bool(np.all(np.isin(entries, np.array(shown))))
    members = np.atleast_1d(np.real(evaluate(node, scope).array)).ravel()
    return bool(np.all(np.isin(entries, members)))


def _in_space(value: Value, node: syntax.RealSpace, scope: Scope) -> bool:
    sizes = [evaluate_integer(size, scope) for size in node.sizes]
    actual = list(value.sizes)
    if len(sizes) == 1 and len(actual) == 2 and 1 in actual:
        actual = [max(actual)] if actual != [1, 1] else [1]
    if sizes != actual:
        raise ShapeProblem(
            f"the left side is {value.shape_text()}, not {TIMES.join(map(str, sizes)) or '1'} "
            "as the space says",
            node.span,
        )
    entries = np.real(np.atleast_1d(value.array))
    if node.name == "R":
        return bool(np.all(np.isfinite(entries)))
    whole = all(is_whole(float(one)) for one in entries.ravel())
    return whole and (node.name == "Z" or bool(np.all(entries >= 0)))


def _derivative(node: syntax.Derivative, scope: Scope) -> Value:
    return scope.world.derivative(node, scope)


def _function_derivative(node: syntax.FunctionDerivative, scope: Scope) -> Value:
    return scope.world.function_derivative(node, scope)


def _cases(node: syntax.Cases, scope: Scope) -> Value:
    chosen = [
        place
        for place, (_, condition) in enumerate(node.branches)
        if condition is not None and holds(condition, scope)
    ]
    otherwise = [place for place, (_, condition) in enumerate(node.branches) if condition is None]
    if len(otherwise) > 1:
        raise SyntaxProblem("only one branch may say otherwise", node.span)
    if len(chosen) + (not chosen and len(otherwise)) != 1:
        raise DomainProblem(
            f"{len(chosen)} branches of the cases hold at one point: exactly one must", node.span
        )
    return evaluate(node.branches[(chosen or otherwise)[0]][0], scope)


def _matrix(node: syntax.MatrixLiteral, scope: Scope) -> Value:
    rows = [[evaluate(cell, scope) for cell in row] for row in node.rows]
    if any(cell.labels for row in rows for cell in row):
        raise ShapeProblem("the entries of a written-out matrix are scalars", node.span)
    sizes = (len(rows), len(rows[0]))
    array = values.stacked([cell.array for row in rows for cell in row], sizes)
    return measured(array, (str(sizes[0]), str(sizes[1])), sizes[0] == 1)


def _indicator(node: syntax.Indicator, scope: Scope) -> Value:
    return scalar(1.0 if holds(node.condition, scope) else 0.0)


def _moment(node: syntax.Moment, scope: Scope) -> Value:
    return scope.world.moment(node, scope)


def _order(node: syntax.Order, scope: Scope) -> Value:
    raise SyntaxProblem("O(…) stands alone as a term beside = or \\approx", node.span)


def _not_a_value(node: syntax.Node, scope: Scope) -> Value:
    raise SyntaxProblem("an expression was expected here", node.span)


_RULES: dict[type[syntax.Node], Callable[[Any, Scope], Value]] = {
    syntax.Number: _number,
    syntax.Constant: _constant,
    syntax.IndexReference: _index,
    syntax.Symbol: _symbol,
    syntax.FunctionReference: _function_reference,
    syntax.Entry: _entry,
    syntax.Call: _call,
    syntax.Apply: _apply,
    syntax.Add: _add,
    syntax.Multiply: _multiply,
    syntax.Divide: _divide,
    syntax.Power: _power,
    syntax.Transpose: _transpose,
    syntax.Aggregate: _aggregate,
    syntax.Derivative: _derivative,
    syntax.FunctionDerivative: _function_derivative,
    syntax.Cases: _cases,
    syntax.MatrixLiteral: _matrix,
    syntax.Indicator: _indicator,
    syntax.Moment: _moment,
    syntax.Order: _order,
    syntax.Chain: _not_a_value,
    syntax.Both: _not_a_value,
    syntax.RealSpace: _not_a_value,
    syntax.Interval: _not_a_value,
    syntax.FiniteSet: _not_a_value,
    syntax.IndexRun: _not_a_value,
}
