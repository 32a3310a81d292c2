"""One random draw of everything that a notation declares, evaluated on demand.

Quantities form a graph: roots are drawn, the others computed from them. Forcing a quantity to
another value makes a layer above this world in which only what depends on it is computed anew;
that is how a partial derivative differs from a total one.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import declarations, syntax
from .declarations import Function, Quantity
from .differentiation import elementwise_derivative, jacobian
from .draws import draw, sample
from .errors import (
    DomainProblem,
    IndexProblem,
    NotationProblem,
    ProofreadError,
    ShapeProblem,
    SyntaxProblem,
)
from .evaluator import Budget, Scope, evaluate, evaluate_integer
from .external import LostPerturbation, call_external, from_plain
from .labels import parse_declared
from .moments import moment_value
from .notation import Notation
from .values import Array, NotSingle, Value, measured, scalar, stacked

NodeKey = tuple[str, tuple[int, ...]]
SAMPLES = 40_000
CROSS_CHECKS = 3
"""How often a world compares a function's complex step with Richardson's differences."""


class World:
    """A point at which equations are evaluated.

    Parameters
    ----------
    notation : Notation
        What is declared.
    seed : int
        Which world.
    edge : bool
        Whether zeros and the ends of ranges are among the values.
    """

    def __init__(self, notation: Notation, seed: int, edge: bool = False) -> None:
        self.notation = notation
        self.seed = seed
        self.edge = edge
        self.root = self
        self.parent: World | None = None
        self.budget = Budget()
        self.precision = 0.0
        self._memory: dict[NodeKey, Value] = {}
        self._derivatives: dict[object, tuple[Value, float]] = {}
        self._precisions: dict[NodeKey, float] = {}
        self._ancestors: dict[NodeKey, frozenset[NodeKey]] = {}
        self._cross_checks: dict[str, int] = {}
        self._open: list[tuple[NodeKey, set[NodeKey]]] = []
        self._sizes: dict[NodeKey, int] = _draw_sizes(self)

    def scope(self, bindings: Mapping[str, Any] | None = None) -> Scope:
        """A place to evaluate in."""
        return Scope(self, bindings or {}, budget=self.root.budget)

    def value(self, key: str, indices: tuple[int, ...]) -> Value:
        """The quantity of that key and family member, computed once."""
        node = (key, indices)
        found = self._memory.get(node)
        if found is None:
            found = self._compute(node)
            self._memory[node] = found
        self.root.precision = max(self.root.precision, self._precisions.get(node, 0.0))
        for _, touched in self.root._open[-1:]:
            touched.add(node)
            touched |= self.root._ancestors.get(node, frozenset())
        return found

    def _compute(self, node: NodeKey) -> Value:
        if any(node == opened for opened, _ in self.root._open):
            raise NotationProblem(f"{node[0]} depends on itself: give its start")
        if len(self.root._open) > 60:
            raise NotationProblem(f"{node[0]} depends on too long a chain of others")
        touched: set[NodeKey] = set()
        outer, self.root.precision = self.root.precision, 0.0
        self.root._open.append((node, touched))
        try:
            value = self._from_rule(node)
        finally:
            self.root._open.pop()
        if self.root.precision:
            self._precisions[node] = self.root.precision
        self.root.precision = outer
        self.root._ancestors.setdefault(node, frozenset(touched))
        return value

    def _from_rule(self, node: NodeKey) -> Value:
        quantity = self.notation.quantities[node[0]]
        scope = self.scope(self._family_bindings(quantity, node[1]))
        try:
            return self._apply_rule(quantity, node, scope)
        except NotationProblem:
            raise
        except ProofreadError as problem:
            raise NotationProblem(f"computing {quantity.key}: {problem.message}") from problem

    def _apply_rule(self, quantity: Quantity, node: NodeKey, scope: Scope) -> Value:
        where = f"symbol {quantity.key}"
        start = quantity.start.get(node[1][-1]) if node[1] and quantity.start else None
        if start is not None:
            names = frozenset(scope.bindings)
            return self._shaped(
                quantity, evaluate(parse_declared(self.notation, start, where, names), scope), scope
            )
        rule = quantity.rule
        if isinstance(rule, declarations.Draw):
            return self._drawn(quantity, rule, node, scope)
        if isinstance(rule, declarations.RandomDraw):
            return self._sampled(quantity, rule, node, scope)
        return self.rule_value(quantity, rule, scope)

    def rule_value(self, quantity: Quantity, rule: declarations.Rule, scope: Scope) -> Value:
        """What a rule gives for a quantity: also for its value after an update."""
        where = f"symbol {quantity.key}"
        names = frozenset(scope.bindings)
        if isinstance(rule, declarations.Formula):
            if rule.entries:
                return self._entrywise(quantity, rule, scope)
            value = evaluate(parse_declared(self.notation, rule.latex, where, names), scope)
            return self._shaped(quantity, value, scope)
        if isinstance(rule, declarations.External):
            arguments = [
                evaluate(parse_declared(self.notation, one, where, names), scope)
                for one in rule.arguments
            ]
            array = call_external(self.notation, rule.target, arguments)
            sizes = self._sizes_of(quantity, scope)
            return from_plain(array, sizes, quantity.shape, rule.target)
        if isinstance(rule, declarations.DerivativeOf):
            return self._shaped(quantity, self._slope(quantity, rule.of, rule.by, scope), scope)
        if isinstance(rule, declarations.Descent):
            return self._descended(quantity, rule, scope)
        raise NotationProblem(f"{where} has no value of its own")

    def _slope(self, quantity: Quantity, of: str, by: str, scope: Scope) -> Value:
        names = frozenset(scope.bindings)
        where = f"symbol {quantity.key}"
        above = parse_declared(self.notation, of, where, names)
        below = parse_declared(self.notation, by, where, names)
        if not isinstance(below, (syntax.Symbol, syntax.Entry)):
            raise NotationProblem(f"{where}: the derivative is by {by!r}, expected a symbol")
        return self.derivative(syntax.Derivative((0, 0), above, below), scope)

    def _descended(self, quantity: Quantity, rule: declarations.Descent, scope: Scope) -> Value:
        names = [slot.index for slot in quantity.pattern.slots]
        indices = tuple(scope.bindings[name] for name in names)
        before = self.value(quantity.key, indices)
        written = tuple(syntax.IndexReference((0, 0), name) for name in names)
        loss = parse_declared(
            self.notation, rule.loss, f"symbol {quantity.key}", frozenset(scope.bindings)
        )
        symbol = syntax.Symbol((0, 0), quantity.key, written)
        slope = self.derivative(syntax.Derivative((0, 0), loss, symbol), scope)
        rate = evaluate(
            parse_declared(self.notation, rule.rate, f"symbol {quantity.key}"), scope
        )
        return measured(before.array - rate.array * slope.array, before.labels)

    def after(self, key: str, indices: tuple[int, ...]) -> Value | None:
        """The quantity after its update step, if it declares one."""
        quantity = self.notation.quantities[key]
        if quantity.after is None:
            return None
        scope = self.scope(self._family_bindings(quantity, indices))
        return self.rule_value(quantity, quantity.after, scope)

    def _entrywise(
        self, quantity: Quantity, rule: declarations.Formula, scope: Scope
    ) -> Value:
        sizes = self._sizes_of(quantity, scope)
        axes = [axis for axis, label in enumerate(quantity.shape) if label != "1"]
        if len(rule.entries) != len(axes):
            raise NotationProblem(
                f"symbol {quantity.key}: {len(rule.entries)} entry indices for {len(axes)} axes"
            )
        names = frozenset(scope.bindings) | frozenset(rule.entries)
        node = parse_declared(self.notation, rule.latex, f"symbol {quantity.key}", names)
        cells: list[Array] = []
        for place in np.ndindex(sizes):
            inner = scope
            for name, axis in zip(rule.entries, axes, strict=True):
                inner = inner.binding(name, place[axis] + 1)
            cells.append(evaluate(node, inner).array)
        return measured(stacked(cells, sizes), quantity.shape, quantity.kind == "row")

    def _shaped(self, quantity: Quantity, value: Value, scope: Scope) -> Value:
        sizes = self._sizes_of(quantity, scope)
        if value.sizes != sizes:
            raise NotationProblem(
                f"symbol {quantity.key} is declared {' × '.join(quantity.shape) or 'a scalar'}, "
                f"its value is {value.shape_text()}"
            )
        return Value(value.array, quantity.shape, value.scale, quantity.kind == "row")

    def _sizes_of(self, quantity: Quantity, scope: Scope) -> tuple[int, ...]:
        where = f"shape of {quantity.key}"
        return tuple(
            evaluate_integer(
                parse_declared(self.notation, size, where, frozenset(scope.bindings)), scope
            )
            for size in quantity.shape
        )

    def _drawn(
        self, quantity: Quantity, rule: declarations.Draw, node: NodeKey, scope: Scope
    ) -> Value:
        if quantity.kind == "dimension":
            return scalar(self.root._sizes[node])
        bounds = None
        if rule.low:
            bounds = tuple(
                float(np.real(evaluate(self._bound(quantity, end, scope), scope).array))
                for end in (rule.low, rule.high)
            )
        sizes = self._sizes_of(quantity, scope)
        array = draw(
            self._generator(node), rule.domain, sizes, bounds, rule.values, self.edge  # type: ignore[arg-type]
        )
        return measured(array, quantity.shape, quantity.kind == "row")

    def _sampled(
        self, quantity: Quantity, rule: declarations.RandomDraw, node: NodeKey, scope: Scope
    ) -> Value:
        arguments = [
            evaluate(self._bound(quantity, one, scope), scope).array for one in rule.arguments
        ]
        sizes = self._sizes_of(quantity, scope)
        array = sample(self._generator(node), rule, arguments, sizes, 0)
        return measured(np.asarray(array)[()], quantity.shape, quantity.kind == "row")

    def _bound(self, quantity: Quantity, latex: str, scope: Scope) -> syntax.Node:
        return parse_declared(
            self.notation, latex, f"symbol {quantity.key}", frozenset(scope.bindings)
        )

    def _generator(self, node: NodeKey) -> np.random.Generator:
        place = [zlib.crc32(node[0].encode()), *(index + 10_000 for index in node[1])]
        return np.random.default_rng([self.root.seed, *place])

    def _family_bindings(
        self, declaration: Quantity | Function, indices: tuple[int, ...]
    ) -> dict[str, int]:
        """The family's indices, each checked against its range."""
        bindings: dict[str, int] = {}
        ranges = declaration.ranges if isinstance(declaration, Quantity) else {}
        for slot, index in zip(declaration.pattern.slots, indices, strict=True):
            low, high = self._range_of(slot.index, ranges, bindings)
            if not low <= index <= high:
                raise IndexProblem(
                    f"{slot.index} = {index} leaves the range {low} … {high} of {declaration.key}"
                )
            bindings[slot.index] = index
        return bindings

    def _range_of(
        self, name: str, ranges: Mapping[str, tuple[str, str]], bindings: Mapping[str, Any]
    ) -> tuple[int, int]:
        declared = self.notation.indices[name]
        low, high = ranges.get(name, (declared.low, declared.high))
        names = frozenset(bindings)
        scope = self.scope(bindings)
        where = f"range of {name}"
        return (
            evaluate_integer(parse_declared(self.notation, low, where, names), scope),
            evaluate_integer(parse_declared(self.notation, high, where, names), scope),
        )

    def index_bounds(self, name: str, scope: Scope) -> tuple[int, int]:
        """The first and last value of a declared index, given the others."""
        bindings = {key: one for key, one in scope.bindings.items() if isinstance(one, int)}
        return self._range_of(name, {}, bindings)

    def bound_names(self, name: str, run: syntax.IndexRun | None) -> frozenset[str]:
        """The other indices that an index's bounds depend on."""
        if run is not None:
            return syntax.free_names(run.low) | syntax.free_names(run.high)
        declared = self.notation.indices[name]
        ends = (declared.low, declared.high)
        nodes = [parse_declared(self.notation, end, f"range of {name}") for end in ends]
        return syntax.free_names(nodes[0]) | syntax.free_names(nodes[1])

    def is_root(self, key: str) -> bool:
        """Whether a quantity is drawn rather than computed."""
        return isinstance(self.notation.quantities[key].rule, declarations.Draw)

    def forced(self, node: NodeKey, value: Value) -> World:
        """This world with one quantity set, and all that depends on it computed anew."""
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

        checks = self.root._cross_checks
        checks[node.key] = checks.get(node.key, 0) + 1
        slope = elementwise_derivative(
            along, at.array, node.primes, checks[node.key] <= CROSS_CHECKS
        )
        self.root.precision = max(self.root.precision, slope.precision)
        return measured(np.asarray(slope.array)[()], at.labels)

    def apply_function(
        self, function: Function, indices: tuple[int, ...], arguments: list[Value]
    ) -> Value:
        """A declared function at these arguments."""
        rule = function.rule
        bindings: dict[str, Any] = dict(self._family_bindings(function, indices))
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
        array = call_external(self.notation, rule.target, arguments)
        first = arguments[0]
        if function.elementwise or np.ndim(array) == len(first.labels):
            if function.elementwise and np.size(array) != np.size(first.array):
                raise NotationProblem(f"{rule.target} is not elementwise")
            return measured(array.reshape(np.shape(first.array))[()], first.labels)
        return _labelled(array, first)

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
        return self._entry_of_derivative(whole, node.by, target, scope)

    def _by_symbol(self, of: syntax.Node, target: syntax.Symbol, scope: Scope) -> Value:
        indices = tuple(evaluate_integer(index, scope) for index in target.indices)
        key: object = None
        used = syntax.free_names(of)
        bindings = {name: one for name, one in scope.bindings.items() if name in used}
        if all(isinstance(one, int) for one in bindings.values()):
            key = (of, target.key, indices, frozenset(bindings.items()))
            if key in self._derivatives:
                known, precision = self._derivatives[key]
                self.root.precision = max(self.root.precision, precision)
                return known
        at = evaluate(target, scope)

        def downstream(array: Array) -> Value:
            world = self.forced((target.key, indices), Value(array, at.labels, at.scale, at.spreads))
            return evaluate(of, scope.within(world))

        outer, self.root.precision = self.root.precision, 0.0
        found = self._slopes(downstream, at)
        if key is not None:
            self._derivatives[key] = found, self.root.precision
        self.root.precision = max(outer, self.root.precision)
        return found

    def _by_parameter(self, of: syntax.Node, by: syntax.IndexReference, scope: Scope) -> Value:
        at = scope.bindings.get(by.name)
        if not isinstance(at, Value):
            raise SyntaxProblem(f"{by.name} is an index: nothing is differentiated by it", by.span)
        return self._slopes(
            lambda array: evaluate(of, scope.binding(by.name, Value(array, at.labels, at.scale))), at
        )

    def _slopes(self, downstream: Callable[[Array], Value], at: Value) -> Value:
        result = downstream(at.array)
        slopes = jacobian(lambda array: downstream(array).array, at.array)
        self.root.precision = max(self.root.precision, slopes.precision)
        return _gradient_shape(slopes.array, result, at)

    def _entry_of_derivative(
        self, whole: Value, by: syntax.Entry, target: syntax.Node, scope: Scope
    ) -> Value:
        indices = tuple(evaluate_integer(index, scope) for index in by.indices)
        base = evaluate(target, scope)
        sizes = base.sizes
        axes = [axis for axis, size in enumerate(sizes) if size != 1]
        if len(indices) == len(sizes):
            axes = list(range(len(sizes)))
        if len(axes) != len(indices):
            raise IndexProblem(f"{len(indices)} indices for {base.shape_text()}", by.span)
        picked = [0] * len(sizes)
        for axis, index in zip(axes, indices, strict=True):
            if not 1 <= index <= sizes[axis]:
                raise IndexProblem(
                    f"the index {index} leaves its range 1 … {base.labels[axis]}", by.span
                )
            picked[axis] = index - 1
        if whole.labels == base.labels or len(whole.labels) == len(sizes):
            if whole.sizes == sizes:
                return Value(whole.array[tuple(picked)], (), whole.scale)
            column = [one for one, size in zip(picked, sizes, strict=True) if size != 1]
            return Value(whole.array[:, column], (whole.labels[0], "1"), whole.scale)
        return Value(whole.array[(..., *picked)], whole.labels[: -len(sizes)], whole.scale)

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
            slopes = jacobian(lambda inner: along(inner).array, array)
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

    def is_random(self, node: syntax.Node, scope: Scope) -> bool:
        """Whether an expression is a random variable: moments of one are not."""
        if isinstance(node, syntax.Moment):
            return False
        if isinstance(node, syntax.Symbol):
            rule = self.notation.quantities[node.key].rule
            if isinstance(rule, declarations.RandomDraw):
                return True
            if not self.notation.has_random:
                return False
            indices = tuple(evaluate_integer(index, scope) for index in node.indices)
            value = self.sampled_world().value(node.key, indices)
            return np.ndim(value.array) > len(value.labels)
        return any(self.is_random(child, scope) for child in syntax.children(node))

    def sampled_world(self) -> World:
        """This world with every random variable replaced by many samples of it."""
        if self._samples is None:
            self._samples = _SampledLayer(self)
        return self._samples

    _samples: World | None = None


class _Layer(World):
    """A world above another in which some quantities are forced."""

    def __init__(self, parent: World, forced: dict[NodeKey, Value]) -> None:
        self.notation = parent.notation
        self.parent = parent
        self.root = parent.root
        self.seed, self.edge = parent.seed, parent.edge
        self.budget = parent.budget
        self._memory = forced
        self._forced = frozenset(forced)
        self._derivatives = {}
        self._precisions = {}

    def _compute(self, node: NodeKey) -> Value:
        assert self.parent is not None
        known = self.parent.value(*node)
        if self._affected(node):
            return super()._compute(node)
        return known

    def _affected(self, node: NodeKey) -> bool:
        return not self._forced.isdisjoint(self.root._ancestors.get(node, frozenset()))


class _SampledLayer(_Layer):
    """A world in which random variables are arrays of samples."""

    def __init__(self, parent: World) -> None:
        super().__init__(parent, {})

    def _affected(self, node: NodeKey) -> bool:
        lineage = (node, *self.root._ancestors.get(node, ()))
        return any(self._is_random(one) for one in lineage)

    def _is_random(self, node: NodeKey) -> bool:
        rule = self.notation.quantities[node[0]].rule
        return isinstance(rule, declarations.RandomDraw)

    def _sampled(
        self, quantity: Quantity, rule: declarations.RandomDraw, node: NodeKey, scope: Scope
    ) -> Value:
        arguments = [
            evaluate(self._bound(quantity, one, scope), scope).array for one in rule.arguments
        ]
        array = sample(
            self._generator(node), rule, arguments, self._sizes_of(quantity, scope), SAMPLES
        )
        return measured(array, quantity.shape, quantity.kind == "row")


def _draw_sizes(world: World) -> dict[NodeKey, int]:
    """All dimensions, distinct as far as their ranges allow."""
    world._sizes = {}
    generator = np.random.default_rng([world.seed, 77])
    dimensions = [one for one in world.notation.quantities.values() if one.kind == "dimension"]
    for quantity in sorted(dimensions, key=lambda one: len(one.pattern.slots)):
        rule = quantity.rule
        if not isinstance(rule, declarations.Draw):
            continue
        for indices in _family_members(world, quantity):
            scope = world.scope(dict(world._family_bindings(quantity, indices)))
            low, high = (
                evaluate_integer(world._bound(quantity, end, scope), scope)
                for end in (rule.low, rule.high)
            )
            world._sizes[quantity.key, indices] = _distinct(
                quantity, generator, (low, high), set(world._sizes.values())
            )
    return world._sizes


def _distinct(
    quantity: Quantity, generator: np.random.Generator, ends: tuple[int, int], used: set[int]
) -> int:
    low, high = ends
    if not 0 <= low <= high <= 1000:
        raise NotationProblem(
            f"dimension {quantity.key} has the range [{low}, {high}], expected 0 ≤ low ≤ high"
        )
    if low == high:
        return low
    free = [size for size in range(low, high + 1) if size not in used]
    if not free:
        raise NotationProblem(
            f"dimension {quantity.key}: no size in [{low}, {high}] is left that differs from the "
            "others: widen its range"
        )
    return int(generator.choice(free))


def _family_members(world: World, quantity: Quantity) -> list[tuple[int, ...]]:
    members: list[tuple[int, ...]] = [()]
    for place, slot in enumerate(quantity.pattern.slots):
        names = [one.index for one in quantity.pattern.slots[:place]]
        longer = []
        for member in members:
            bindings = dict(zip(names, member, strict=True))
            low, high = world._range_of(slot.index, quantity.ranges, bindings)
            longer += [(*member, index) for index in range(low, high + 1)]
        members = longer
    return members


def _entry_by_entry(node: syntax.Node, scope: Scope, name: str, at: Value) -> Value:
    """A scalar expression for every entry: all at once as samples, unless it has branches."""
    try:
        whole = evaluate(node, scope.binding(name, Value(at.array, (), at.scale)))
        return measured(np.broadcast_to(whole.array, np.shape(at.array)), at.labels)
    except (NotSingle, ShapeProblem):
        cells = [
            evaluate(node, scope.binding(name, scalar(entry))).array
            for entry in np.ravel(at.array)
        ]
        return measured(np.reshape(np.array(cells), np.shape(at.array)), at.labels)


def _labelled(array: Array, first: Value) -> Value:
    """A function's result that has not its argument's shape: a scalar, a vector or a matrix."""
    if np.ndim(array) == 0:
        return measured(array[()], ())
    if np.ndim(array) == 1:
        size = array.shape[0]
        if len(first.labels) == 2 and first.sizes[0] == 1:
            label = first.labels[1] if first.sizes[1] == size else str(size)
            return measured(array.reshape(1, -1), ("1", label))
        label = first.labels[0] if first.labels and first.sizes[0] == size else str(size)
        return measured(array.reshape(-1, 1), (label, "1"))
    return measured(array, tuple(str(size) for size in array.shape))


def _gradient_shape(slopes: Array, result: Value, at: Value) -> Value:
    """The shape of a derivative: the variable's for a scalar, a Jacobian for two vectors."""
    slopes = np.asarray(slopes)
    if not result.labels:
        return measured(slopes[()], at.labels)
    if not at.labels:
        return measured(slopes, result.labels)
    vectors = len(result.labels) == len(at.labels) == 2 and 1 in result.sizes and 1 in at.sizes
    if vectors:
        rows = result.labels[0] if result.sizes[1] == 1 else result.labels[1]
        columns = at.labels[0] if at.sizes[1] == 1 else at.labels[1]
        return measured(slopes.reshape(max(result.sizes), max(at.sizes)), (rows, columns))
    return measured(slopes, (*result.labels, *at.labels))


__all__ = ["DomainProblem", "LostPerturbation", "NodeKey", "World"]
