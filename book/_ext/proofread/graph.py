"""The quantities of a world: a graph in which roots are drawn and the others computed from them."""

from __future__ import annotations

import math
import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, cast

import numpy as np

from . import declarations, syntax
from .declarations import Function, Quantity
from .draws import draw, sample
from .errors import IndexProblem, NotationProblem, ProofreadError, SizeProblem
from .evaluator import Budget, Environment, Scope, evaluate, evaluate_integer
from .external import call_external, from_plain, points_of
from .labels import parse_declared
from .notation import Notation
from .sizes import NodeKey, draw_sizes
from .values import TIMES, Array, NotSingle, Value, measured, scalar, stacked

MAXIMUM_ENTRIES = 10_000


class Graph(ABC):
    """The quantities of one random draw, each computed once, from what it depends on.

    Parameters
    ----------
    notation : Notation
        What is declared.
    seed : int
        Which world.
    edge : bool
        Whether zeros and the ends of ranges are among the values.
    budget : Budget, optional
        How much may be evaluated; shared by the worlds of one checker.
    """

    def __init__(
        self, notation: Notation, seed: int, edge: bool = False, budget: Budget | None = None
    ) -> None:
        self.notation = notation
        self.seed = seed
        self.edge = edge
        self.root: Graph = self
        self.budget = budget or Budget()
        self.precision = 0.0
        self._memory: dict[NodeKey, Value] = {}
        self._precisions: dict[NodeKey, float] = {}
        self.ancestors: dict[NodeKey, frozenset[NodeKey]] = {}
        self.open: list[tuple[NodeKey, set[NodeKey]]] = []
        self.sizes: dict[NodeKey, int] = {}
        draw_sizes(self)

    def scope(
        self, bindings: Mapping[str, Any] | None = None, budget: Budget | None = None
    ) -> Scope:
        """A place to evaluate in."""
        return Scope(cast(Environment, self), bindings or {}, budget=budget or self.root.budget)

    def value(self, key: str, indices: tuple[int, ...]) -> Value:
        """The quantity of that key and family member, computed once."""
        node = (key, indices)
        found = self._memory.get(node)
        if found is None:
            found = self._compute(node)
            self._memory[node] = found
        root = self.root
        if self._precisions:
            root.precision = max(root.precision, self._precisions.get(node, 0.0))
        if root.open:
            touched = root.open[-1][1]
            touched.add(node)
            touched |= root.ancestors.get(node, frozenset())
        return found

    def touch(self, nodes: AbstractSet[NodeKey]) -> None:
        """Note that what is being computed depends on these."""
        for _, touched in self.root.open[-1:]:
            touched |= nodes

    def _compute(self, node: NodeKey) -> Value:
        if any(node == opened for opened, _ in self.root.open):
            raise NotationProblem(f"{node[0]} depends on itself: give its start", (node[0],))
        if len(self.root.open) > 60:
            raise NotationProblem(f"{node[0]} depends on too long a chain of others", (node[0],))
        touched: set[NodeKey] = set()
        outer, self.root.precision = self.root.precision, 0.0
        self.root.open.append((node, touched))
        try:
            value = self._from_rule(node)
        finally:
            self.root.open.pop()
        if self.root.precision:
            self._precisions[node] = self.root.precision
        self.root.precision = outer
        self.root.ancestors.setdefault(node, frozenset(touched))
        return value

    def _from_rule(self, node: NodeKey) -> Value:
        quantity = self.notation.quantities[node[0]]
        scope = self.scope(self.family_bindings(quantity, node[1]), self.root.budget.within())
        try:
            return self._apply_rule(quantity, node, scope)
        except NotationProblem as problem:
            problem.entry = problem.entry or (quantity.key,)
            raise
        except NotSingle:
            raise
        except ProofreadError as problem:
            message = f"computing {quantity.key}: {problem.message}"
            raise NotationProblem(message, (quantity.key,)) from problem

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
            several = points_of(arguments)
            return from_plain(array, (sizes, quantity.shape), rule.target, several)
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
        rate = evaluate(parse_declared(self.notation, rule.rate, f"symbol {quantity.key}"), scope)
        return measured(before.array - rate.array * slope.array, before.labels)

    def after(self, key: str, indices: tuple[int, ...]) -> Value | None:
        """The quantity after its update step, if it declares one."""
        quantity = self.notation.quantities[key]
        if quantity.after is None:
            return None
        scope = self.scope(self.family_bindings(quantity, indices))
        return self.rule_value(quantity, quantity.after, scope)

    def _entrywise(self, quantity: Quantity, rule: declarations.Formula, scope: Scope) -> Value:
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
                f"symbol {quantity.key} is declared {TIMES.join(quantity.shape) or 'a scalar'}, "
                f"its value is {value.shape_text()}"
            )
        return Value(value.array, quantity.shape, value.scale, quantity.kind == "row")

    def _sizes_of(self, quantity: Quantity, scope: Scope) -> tuple[int, ...]:
        nodes = (self.declared_node(quantity, size, scope) for size in quantity.shape)
        sizes = tuple(evaluate_integer(node, scope) for node in nodes)
        if any(size < 0 for size in sizes) or math.prod(sizes) > MAXIMUM_ENTRIES:
            shape = TIMES.join(map(str, sizes))
            raise SizeProblem(f"{quantity.key} would be {shape}: at most {MAXIMUM_ENTRIES} entries")
        return sizes

    def _drawn(
        self, quantity: Quantity, rule: declarations.Draw, node: NodeKey, scope: Scope
    ) -> Value:
        if quantity.kind == "dimension":
            return scalar(self.root.sizes[node])
        bounds = None
        if rule.low:
            low, high = (
                float(np.real(evaluate(self.declared_node(quantity, end, scope), scope).array))
                for end in (rule.low, rule.high)
            )
            bounds = (low, high)
        sizes = self._sizes_of(quantity, scope)
        array = draw(
            self._generator(node),
            rule.domain,
            sizes,
            bounds,
            rule.values,
            self.edge,
        )
        return measured(array, quantity.shape, quantity.kind == "row")

    def _sampled(
        self, quantity: Quantity, rule: declarations.RandomDraw, node: NodeKey, scope: Scope
    ) -> Value:
        arguments = self._parameters(quantity, rule, scope)
        sizes = self._sizes_of(quantity, scope)
        array = sample(self._generator(node), rule, arguments, sizes, 0)
        return measured(np.asarray(array)[()], quantity.shape, quantity.kind == "row")

    def _parameters(
        self, quantity: Quantity, rule: declarations.RandomDraw, scope: Scope
    ) -> list[Array]:
        nodes = (self.declared_node(quantity, one, scope) for one in rule.arguments)
        return [evaluate(node, scope).array for node in nodes]

    def declared_node(self, quantity: Quantity, latex: str, scope: Scope) -> syntax.Node:
        """What is declared of a quantity, parsed, with the names that are bound here."""
        return parse_declared(
            self.notation, latex, f"symbol {quantity.key}", frozenset(scope.bindings)
        )

    def _generator(self, node: NodeKey) -> np.random.Generator:
        place = [zlib.crc32(node[0].encode()), *(index + 10_000 for index in node[1])]
        return np.random.default_rng([self.root.seed, *place])

    def family_bindings(
        self, declaration: Quantity | Function, indices: tuple[int, ...]
    ) -> dict[str, int]:
        """The family's indices, each checked against its range."""
        bindings: dict[str, int] = {}
        ranges = declaration.ranges if isinstance(declaration, Quantity) else {}
        for slot, index in zip(declaration.pattern.slots, indices, strict=True):
            low, high = self.range_of(slot.index, ranges, bindings)
            if not low <= index <= high:
                raise IndexProblem(
                    f"{slot.index} = {index} leaves the range {low} … {high} of {declaration.key}"
                )
            bindings[slot.index] = index
        return bindings

    def range_of(
        self, name: str, ranges: Mapping[str, tuple[str, str]], bindings: Mapping[str, Any]
    ) -> tuple[int, int]:
        """The first and the last value of an index, given the indices bound before it."""
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
        return self.range_of(name, {}, bindings)

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

    @abstractmethod
    def derivative(self, node: syntax.Derivative, scope: Scope) -> Value:
        """The derivative of an expression by a quantity or a parameter."""
