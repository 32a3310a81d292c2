"""Which quantities are random variables: those drawn as such, and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterator

from . import syntax
from .declarations import DerivativeOf, Descent, External, Formula, Quantity, RandomDraw
from .labels import parse_declared
from .notation import Notation


def random_keys(notation: Notation) -> frozenset[str]:
    """The keys of all random quantities of a notation."""
    if notation.random is None:
        drawn = {
            key for key, one in notation.quantities.items() if isinstance(one.rule, RandomDraw)
        }
        notation.random = frozenset(_closure(notation, drawn) if drawn else ())
    return notation.random


def _closure(notation: Notation, drawn: set[str]) -> set[str]:
    used = {key: _used(notation, one) for key, one in notation.quantities.items()}
    found = set(drawn)
    while True:
        more = {key for key, keys in used.items() if not keys.isdisjoint(found)} - found
        if not more:
            return found
        found |= more


def _used(notation: Notation, quantity: Quantity) -> frozenset[str]:
    """The keys that a quantity's own expressions use, outside moments."""
    names = frozenset(slot.index for slot in quantity.pattern.slots)
    rule = quantity.rule
    if isinstance(rule, Formula):
        names |= frozenset(rule.entries)
    keys: frozenset[str] = frozenset()
    for latex in (*expressions(quantity), *quantity.start.values()):
        node = parse_declared(notation, latex, f"symbol {quantity.key}", names)
        keys |= keys_outside_moments(node)
    return keys


def expressions(quantity: Quantity) -> Iterator[str]:
    """What a quantity is computed by, as LaTeX; nothing for one that is drawn."""
    rule = quantity.rule
    if isinstance(rule, Formula):
        yield rule.latex
    elif isinstance(rule, External):
        yield from rule.arguments
    elif isinstance(rule, DerivativeOf):
        yield rule.of
    elif isinstance(rule, Descent):
        yield rule.loss


def keys_outside_moments(node: syntax.Node) -> frozenset[str]:
    """The quantities that an expression uses: what stands in an expectation is averaged away."""
    if isinstance(node, syntax.Moment):
        return frozenset()
    own = frozenset((node.key,)) if isinstance(node, syntax.Symbol) else frozenset()
    return own.union(*(keys_outside_moments(child) for child in syntax.children(node)))
