"""Drawing the sizes of a world: distinct, so that shapes that do not fit name themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from . import declarations, syntax
from .declarations import Function, Quantity
from .errors import NotationProblem, ProofreadError
from .evaluator import Scope, evaluate_integer
from .notation import Notation

NodeKey = tuple[str, tuple[int, ...]]


class Sized(Protocol):
    """What drawing sizes needs from a world; it fills in ``sizes``."""

    notation: Notation
    seed: int
    sizes: dict[NodeKey, int]

    def scope(self, bindings: Mapping[str, Any] | None = None) -> Scope:
        """A place to evaluate in."""

    def family_bindings(
        self, declaration: Quantity | Function, indices: tuple[int, ...]
    ) -> dict[str, int]:
        """The family's indices, checked."""

    def range_of(
        self, name: str, ranges: Mapping[str, tuple[str, str]], bindings: Mapping[str, Any]
    ) -> tuple[int, int]:
        """An index's first and last value."""

    def declared_node(self, quantity: Quantity, latex: str, scope: Scope) -> syntax.Node:
        """An expression of a declaration, parsed."""


def draw_sizes(world: Sized) -> None:
    """Draw all dimensions, distinct as far as their ranges allow."""
    generator = np.random.default_rng([world.seed, 77])
    dimensions = [one for one in world.notation.quantities.values() if one.kind == "dimension"]
    sizes: dict[NodeKey, int] = world.sizes
    for quantity in sorted(dimensions, key=_freedom):
        rule = quantity.rule
        if not isinstance(rule, declarations.Draw):
            continue
        for indices in _family_members(world, quantity):
            scope = world.scope(dict(world.family_bindings(quantity, indices)))
            low, high = (_end(world, quantity, end, scope) for end in (rule.low, rule.high))
            sizes[quantity.key, indices] = _distinct(
                quantity, generator, (low, high), set(sizes.values())
            )


def _end(world: Sized, quantity: Quantity, latex: str, scope: Scope) -> int:
    try:
        return evaluate_integer(world.declared_node(quantity, latex, scope), scope)
    except NotationProblem:
        raise
    except ProofreadError as problem:
        message = f"dimension {quantity.key}: {problem.message}"
        raise NotationProblem(message, (quantity.key,)) from problem


def _freedom(quantity: Quantity) -> tuple[int, float]:
    """Sort key: families last, and narrow ranges before wide ones take their sizes."""
    rule = quantity.rule
    width = float("inf")
    if isinstance(rule, declarations.Draw) and rule.low.isdigit() and rule.high.isdigit():
        width = int(rule.high) - int(rule.low)
    return len(quantity.pattern.slots), width


def _distinct(
    quantity: Quantity, generator: np.random.Generator, ends: tuple[int, int], used: set[int]
) -> int:
    low, high = ends
    if not 0 <= low <= high <= 1000:
        raise NotationProblem(
            f"dimension {quantity.key} has the range [{low}, {high}], expected 0 ≤ low ≤ high",
            (quantity.key,),
        )
    if low == high:
        return low
    free = [size for size in range(low, high + 1) if size not in used]
    if not free:
        raise NotationProblem(
            f"dimension {quantity.key}: no size in [{low}, {high}] is left that differs from the "
            "others: widen its range",
            (quantity.key,),
        )
    return int(generator.choice(free))


def _family_members(world: Sized, quantity: Quantity) -> list[tuple[int, ...]]:
    members: list[tuple[int, ...]] = [()]
    for place, slot in enumerate(quantity.pattern.slots):
        names = [one.index for one in quantity.pattern.slots[:place]]
        longer = []
        for member in members:
            bindings = dict(zip(names, member, strict=True))
            low, high = world.range_of(slot.index, quantity.ranges, bindings)
            longer += [(*member, index) for index in range(low, high + 1)]
        members = longer
    return members
