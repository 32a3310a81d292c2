"""One random draw of everything that a notation declares, ready to be differentiated and sampled.

Forcing a quantity to another value makes a layer above the world in which only what depends on it
is computed anew; that is how a partial derivative differs from a total one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import declarations, syntax
from .declarations import Function, Quantity
from .differentiation import STEP, elementwise_derivative, jacobian
from .draws import sample
from .errors import NotationProblem, ShapeProblem, SizeProblem, SyntaxProblem
from .evaluator import Budget, Scope, evaluate, evaluate_integer
from .external import call_external, points_of
from .graph import Graph
from .labels import parse_declared
from .moments import moment_value
from .notation import Notation
from .randomness import keys_outside_moments, random_keys
from .results import derivative_by_entry, gradient_shape, labelled
from .sizes import NodeKey
from .values import Array, NotSingle, Value, measured, scalar

SAMPLES = 40_000
MAXIMUM_RANDOM_ENTRIES = 100
MAXIMUM_DERIVATIVES = 4
CROSS_CHECKS = 3
"""How often a world compares a function's complex step with Richardson's differences."""


@dataclass(frozen=True)
class _Known:
    """A derivative that has been computed: its value, its precision, what it depends on."""

    value: Value
    precision: float
    touched: frozenset[NodeKey]


class World(Graph):
    """A point at which equations are evaluated, made with the parameters of a `Graph`."""

    def __init__(
        self, notation: Notation, seed: int, edge: bool = False, budget: Budget | None = None
    ) -> None:
        self._derivatives: dict[object, _Known] = {}
        self._cross_checks: dict[str, int] = {}
        self._samples: World | None = None
        self.depth = 0
        super().__init__(notation, seed, edge, budget)

    def forced(self, node: NodeKey, value: Value) -> World:
        """This world with one quantity set, and all that depends on it computed anew."""
        if self.depth >= MAXIMUM_DERIVATIVES:
            raise SizeProblem(f"derivatives are nested more than {MAXIMUM_DERIVATIVES} deep")
        return _Layer(self, {node: value})

    def call(self, node: syntax.Call, indices: tuple[int, ...], arguments: list[Value]) -> Value:
        """A declared function; with primes its elementwise derivative."""
        function = self.notation.functions[node.key]
        if node.primes:
            return self._primed(node, function, indices, arguments[0])
        return self.apply_function(function, indices, arguments)

    def _primed(
        self, node: syntax.Call, function: Function, indices: tuple[int, ...], at: Value
    ) -> Value:
        def along(array: Array) -> Array:
            return self.apply_function(function, indices, [measured(array, at.labels)]).array

        checks = self._cross_checks
        checks[node.key] = checks.get(node.key, 0) + 1
        slope = elementwise_derivative(
            along, at.array, node.primes, checks[node.key] <= CROSS_CHECKS
        )
        self.root.precision = max(self.root.precision, slope.precision)
        value = measured(np.asarray(slope.array)[()], at.labels)
        value.scale = max(value.scale, STEP)
        return value

    def apply_function(
        self, function: Function, indices: tuple[int, ...], arguments: list[Value]
    ) -> Value:
        """A declared function at these arguments."""
        try:
            return self._apply_rule_of(function, indices, arguments)
        except NotationProblem as problem:
            problem.entry = problem.entry or (function.key,)
            raise

    def _apply_rule_of(
        self, function: Function, indices: tuple[int, ...], arguments: list[Value]
    ) -> Value:
        rule = function.rule
        bindings: dict[str, Any] = dict(self.family_bindings(function, indices))
        parameters = function.pattern.parameters
        bindings |= dict(zip(parameters, arguments, strict=True))
        scope = self.scope(bindings)
        if isinstance(rule, declarations.Formula):
            node = parse_declared(
                self.notation, rule.latex, f"function {function.key}", frozenset(bindings)
            )
            if function.elementwise and arguments[0].labels:
                return _entry_by_entry(node, scope, parameters[0], arguments[0])
            return evaluate(node, scope)
        if rule.arguments:
            arguments = [
                evaluate(
                    parse_declared(
                        self.notation, one, f"function {function.key}", frozenset(bindings)
                    ),
                    scope,
                )
                for one in rule.arguments
            ]
        array = call_external(self.notation, rule.target, arguments, function.elementwise)
        first = arguments[0]
        if function.elementwise:
            if np.size(array) != np.size(first.array):
                raise NotationProblem(f"{rule.target} is not elementwise")
            return measured(array.reshape(np.shape(first.array))[()], first.labels)
        return labelled(array, first, points_of(arguments))

    def derivative(self, node: syntax.Derivative, scope: Scope) -> Value:
        """The derivative of an expression by a quantity, one of its entries, or a parameter."""
        target = node.by.base if isinstance(node.by, syntax.Entry) else node.by
        if isinstance(target, syntax.IndexReference):
            whole = self._by_parameter(node.of, target, scope)
        elif isinstance(target, syntax.Symbol):
            whole = self._by_symbol(node.of, target, scope)
        else:
            raise SyntaxProblem("a derivative is by a declared quantity", node.span)
        if not isinstance(node.by, syntax.Entry):
            return whole
        indices = tuple(evaluate_integer(index, scope) for index in node.by.indices)
        return derivative_by_entry(whole, evaluate(target, scope), indices, node.by.span)

    def _by_symbol(self, of: syntax.Node, target: syntax.Symbol, scope: Scope) -> Value:
        indices = tuple(evaluate_integer(index, scope) for index in target.indices)
        key: object = None
        used = syntax.free_names(of)
        bindings = {name: one for name, one in scope.bindings.items() if name in used}
        if all(isinstance(one, int) for one in bindings.values()):
            key = (of, target.key, indices, frozenset(bindings.items()))
            known = self._known(key)
            if known is not None:
                self.root.precision = max(self.root.precision, known.precision)
                self.touch(known.touched)
                return known.value
        at = evaluate(target, scope)
        node = (target.key, indices)

        def downstream(array: Array) -> Value:
            value = Value(array, at.labels, at.scale, at.spreads)
            world = self.forced(node, value)
            return evaluate(of, scope.within(world))

        found = self._tracked_slopes(downstream, at)
        found = replace(found, touched=found.touched | {node})
        if key is not None:
            self._derivatives[key] = found
        return found.value

    def _known(self, key: object) -> _Known | None:
        """A derivative that has been computed here."""
        return self._derivatives.get(key)

    def _tracked_slopes(self, downstream: Callable[[Array], Value], at: Value) -> _Known:
        """The slopes, how exact they are, and what they depend on."""
        touched: set[NodeKey] = set()
        outer, self.root.precision = self.root.precision, 0.0
        self.root.open.append((("", ()), touched))
        try:
            value = self._slopes(downstream, at)
        finally:
            self.root.open.pop()
        known = _Known(value, self.root.precision, frozenset(touched))
        self.root.precision = max(outer, known.precision)
        self.touch(known.touched)
        return known

    def _by_parameter(self, of: syntax.Node, by: syntax.IndexReference, scope: Scope) -> Value:
        at = scope.bindings.get(by.name)
        if not isinstance(at, Value):
            raise SyntaxProblem(f"{by.name} is an index: nothing is differentiated by it", by.span)

        def downstream(array: Array) -> Value:
            return evaluate(of, scope.binding(by.name, Value(array, at.labels, at.scale)))

        return self._slopes(downstream, at)

    def _slopes(self, downstream: Callable[[Array], Value], at: Value) -> Value:
        result = downstream(at.array)
        several = points_of([result, at])
        points = np.broadcast_to(at.array, (*several, *at.sizes))[()]
        rank = len(at.labels)
        slopes = jacobian(lambda array: downstream(array).array, points, result.array, rank)
        self.root.precision = max(self.root.precision, slopes.precision)
        slope = gradient_shape(slopes.array, result, at)
        # Rounding is relative to what was perturbed, and never below what the complex step leaves.
        slope.scale = max(slope.scale, result.scale, STEP)
        return slope

    def function_derivative(self, node: syntax.FunctionDerivative, scope: Scope) -> Value:
        """The derivative of a declared function by one argument: gradient or Hessian."""
        function = self.notation.functions[node.key]
        indices = tuple(evaluate_integer(index, scope) for index in node.indices)
        arguments = [evaluate(argument, scope) for argument in node.arguments]
        at = arguments[node.position]

        def along(array: Array) -> Value:
            replaced = list(arguments)
            replaced[node.position] = Value(array, at.labels, at.scale)
            return self.apply_function(function, indices, replaced)

        if node.order == 1:
            return self._slopes(along, at)

        def gradient(array: Array) -> Value:
            rank = len(at.labels)
            slopes = jacobian(lambda inner: along(inner).array, array, rank=rank)
            return measured(slopes.array, at.labels)

        return self._slopes(gradient, at)

    def moment(self, node: syntax.Moment, scope: Scope) -> Value:
        """An expectation, variance or covariance, by sampling."""
        sampled = self.sampled_world()
        inner = scope.within(sampled)
        values = [evaluate(argument, inner) for argument in node.arguments]
        result, precision = moment_value(node.name, values, SAMPLES)
        self.root.precision = max(self.root.precision, precision)
        return result

    def is_random(self, node: syntax.Node) -> bool:
        """Whether an expression is a random variable: moments of one are not."""
        keys = random_keys(self.notation)
        return bool(keys) and not keys.isdisjoint(keys_outside_moments(node))

    def sampled_world(self) -> World:
        """This world with every random variable replaced by many samples of it."""
        if self._samples is None:
            self._samples = _SampledLayer(self)
        return self._samples


class _Layer(World):
    """A world above another in which some quantities are forced."""

    def __init__(self, parent: World, forced: dict[NodeKey, Value]) -> None:
        self.notation = parent.notation
        self.parent = parent
        self.root = parent.root
        self.seed, self.edge = parent.seed, parent.edge
        self.budget = parent.budget
        self.depth = parent.depth + 1
        self._memory = forced
        self._forced = frozenset(forced)
        self._derivatives = {}
        self._precisions = {}
        self._cross_checks = parent._cross_checks
        self._samples = None

    def _compute(self, node: NodeKey) -> Value:
        known = self.parent.value(*node)
        if self._affected(node):
            return super()._compute(node)
        return known

    def _known(self, key: object) -> _Known | None:
        """A derivative computed here, or below if what is forced does not matter for it."""
        known = self._derivatives.get(key)
        if known is None:
            below = self.parent._known(key)
            if below is not None and not self._reaches(below.touched):
                known = below
        return known

    def _affected(self, node: NodeKey) -> bool:
        return self._reaches(self.root.ancestors.get(node, frozenset()))

    def _reaches(self, nodes: frozenset[NodeKey]) -> bool:
        """Whether what depends on these is different here."""
        return not self._forced.isdisjoint(nodes)


class _SampledLayer(_Layer):
    """A world in which random variables are arrays of samples."""

    def __init__(self, parent: World) -> None:
        super().__init__(parent, {})

    def _affected(self, node: NodeKey) -> bool:
        return self._reaches(self.root.ancestors.get(node, frozenset()) | {node})

    def _reaches(self, nodes: frozenset[NodeKey]) -> bool:
        return any(self._is_random(one) for one in nodes)

    def _is_random(self, node: NodeKey) -> bool:
        rule = self.notation.quantities[node[0]].rule
        return isinstance(rule, declarations.RandomDraw)

    def _sampled(
        self, quantity: Quantity, rule: declarations.RandomDraw, node: NodeKey, scope: Scope
    ) -> Value:
        arguments = self._parameters(quantity, rule, scope)
        if math.prod(self._sizes_of(quantity, scope)) > MAXIMUM_RANDOM_ENTRIES:
            raise SizeProblem(f"{quantity.key}: at most {MAXIMUM_RANDOM_ENTRIES} random entries")
        array = sample(
            self._generator(node), rule, arguments, self._sizes_of(quantity, scope), SAMPLES
        )
        return measured(array, quantity.shape, quantity.kind == "row")


def _entry_by_entry(node: syntax.Node, scope: Scope, name: str, at: Value) -> Value:
    """A scalar expression for every entry: all at once as samples, unless it has branches."""
    try:
        whole = evaluate(node, scope.binding(name, Value(at.array, (), at.scale)))
        return measured(np.broadcast_to(whole.array, np.shape(at.array)), at.labels)
    except (NotSingle, ShapeProblem):
        cells = [
            evaluate(node, scope.binding(name, scalar(entry))).array for entry in np.ravel(at.array)
        ]
        return measured(np.reshape(np.array(cells), np.shape(at.array)), at.labels)
