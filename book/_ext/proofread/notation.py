"""The table that gives symbols their meaning: merged, looked up by head, parsed on demand."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .declarations import (
    Alias,
    Draw,
    Function,
    IndexRange,
    Quantity,
    read_function,
    read_index,
    read_quantity,
)
from .errors import NotationProblem, within
from .lexer import tokenize
from .patterns import canonical, parse_pattern
from .syntax import Node, Symbol

SECTIONS = ("words", "dimensions", "indices", "symbols", "functions", "assume", "approximation")
ALWAYS_ALLOWED = ("numpy",)


@dataclass(frozen=True)
class Layer:
    """Declarations that stand together: what they are called, and the keys that lead to them."""

    name: str
    sections: Mapping[str, Any]
    keys: tuple[str, ...]
    local: bool
    """Whether a page has them rather than the book's table."""


class Notation:
    """The declarations of one world.

    Parameters
    ----------
    layers : list of Layer
        From the book's common table to the page's own, later ones adding to earlier ones.
    modules : tuple of str
        Modules that ``module:function`` may name, beside NumPy.
    """

    def __init__(self, layers: list[Layer], modules: tuple[str, ...] = ()) -> None:
        self.modules = (*ALWAYS_ALLOWED, *modules)
        self.indices: dict[str, IndexRange] = {}
        self.quantities: dict[str, Quantity] = {}
        self.functions: dict[str, Function] = {}
        self.assumptions: list[str] = []
        self.approximation: float | None = None
        self.parsed: dict[tuple[str, frozenset[str]], Node] = {}
        self.labels: dict[Symbol, tuple[str, ...]] = {}
        self._forms: dict[object, str] = {}
        for layer in layers:
            with within(*layer.keys):
                self._add_layer(layer.name, layer.sections, layer.local)
        self.heads = self._index_heads()
        self._no_index_is_a_symbol()
        self.random: frozenset[str] | None = None

    def _add_layer(self, layer: str, sections: Mapping[str, Any], local: bool) -> None:
        if not isinstance(sections, Mapping):
            raise NotationProblem(f"{layer} is {sections!r}, expected {', '.join(SECTIONS)}")
        for section in sections:
            if section not in SECTIONS:
                raise NotationProblem(
                    f"{layer} has the unknown section {section!r}: known are {', '.join(SECTIONS)}",
                    (str(section),),
                )
        for section in ("indices", "dimensions", "symbols", "functions"):
            for key, raw in _section(layer, sections, section):
                with within(section, key):
                    self._add_entry(layer, section, (key, raw), local)
        self._add_conditions(layer, sections)

    def _add_entry(self, layer: str, section: str, entry: tuple[str, Any], local: bool) -> None:
        key, raw = entry
        if section == "indices":
            spelled = canonical(tokenize(key))
            self._no_clash(layer, key, ("index", spelled), replaceable=True)
            self.indices[spelled] = read_index(key, raw)
        elif section == "functions":
            function = read_function(key, raw, self.indices, local)
            self._no_clash(layer, key, function.pattern)
            self.functions[key] = function
        else:
            plain = _dimension(key, raw) if section == "dimensions" else raw
            quantity = read_quantity(key, plain, self.indices, local)
            self._no_clash(layer, key, quantity.pattern)
            self.quantities[key] = quantity

    def _add_conditions(self, layer: str, sections: Mapping[str, Any]) -> None:
        assumptions = sections.get("assume", [])
        if isinstance(assumptions, str):
            assumptions = [assumptions]
        if not isinstance(assumptions, list):
            raise NotationProblem(
                f"{layer}: assume is {assumptions!r}, expected a list", ("assume",)
            )
        self.assumptions += [str(assumption) for assumption in assumptions]
        approximation = sections.get("approximation", self.approximation)
        if approximation is not None and not (
            isinstance(approximation, float) and 0 < approximation < 1
        ):
            raise NotationProblem(
                f"{layer}: approximation is {approximation!r}, expected a relative error "
                "between 0 and 1, e.g. 0.01",
                ("approximation",),
            )
        self.approximation = approximation

    def _no_clash(self, layer: str, key: str, form: object, replaceable: bool = False) -> None:
        if form in self._forms and not replaceable:
            raise NotationProblem(
                f"{layer} declares {key}, which clashes with {self._forms[form]}: "
                "rename one of them"
            )
        self._forms[form] = f"{key} of {layer}"

    def _no_index_is_a_symbol(self) -> None:
        for index in self.indices:
            for one in self.heads.get(index, ()):
                if one.pattern.head == (index,) and one.pattern.specificity[1:3] == (0, 0):
                    raise NotationProblem(
                        f"{one.key} is declared, and {index} is an index, for which it would be "
                        "taken: rename one of them",
                        (one.key,),
                    )

    def _index_heads(self) -> dict[str, list[Quantity | Function]]:
        heads: dict[str, list[Quantity | Function]] = {}
        declared: list[Quantity | Function] = [*self.quantities.values()]
        declared += self.functions.values()
        for declaration in declared:
            heads.setdefault(declaration.pattern.head[0], []).append(declaration)
        for declarations in heads.values():
            declarations.sort(key=lambda one: one.pattern.specificity, reverse=True)
        return heads

    def quantity(self, key: str) -> Quantity:
        """The quantity of that key, following ``entries of`` to the quantity itself."""
        seen = {key}
        quantity = self.quantities[key]
        while isinstance(quantity.rule, Alias):
            target = self.find_key(quantity.rule.target, quantity.key)
            if target in seen:
                raise NotationProblem(
                    f"symbol {key} is declared as the entries of itself", (key, "entries of")
                )
            seen.add(target)
            quantity = self.quantities[target]
        return quantity

    def find_key(self, written: str, asker: str) -> str:
        """The key that ``written`` spells, whatever its braces."""
        if written in self.quantities:
            return written
        pattern = parse_pattern(written, self.indices, function=False)
        for key, quantity in self.quantities.items():
            if quantity.pattern == pattern:
                return key
        raise NotationProblem(f"{asker} refers to {written}, which is not declared", (asker,))

    def nearest(self, name: str) -> str:
        """A declared name that looks like ``name``, or an empty string."""
        names = {"".join(one.pattern.head) for group in self.heads.values() for one in group}
        close = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.5)
        return close[0] if close else ""

    def allows(self, module: str) -> bool:
        """Whether ``module:function`` may name this module."""
        return any(module == name or module.startswith(name + ".") for name in self.modules)

    def roots(self) -> list[Quantity]:
        """The quantities that are drawn at random."""
        return [one for one in self.quantities.values() if isinstance(one.rule, Draw)]


def _section(layer: str, sections: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    section = sections.get(name) or {}
    if not isinstance(section, Mapping):
        raise NotationProblem(
            f"{layer}: {name} is {section!r}, expected names with their meaning", (name,)
        )
    return [(str(key), value) for key, value in section.items()]


def _dimension(key: str, raw: Any) -> dict[str, Any]:
    if isinstance(raw, bool) or raw is None:
        raise NotationProblem(f"dimension {key} is {raw!r}, expected a size or [low, high]")
    if isinstance(raw, int):
        return {"kind": "dimension", "range": [raw, raw]}
    if isinstance(raw, list):
        return {"kind": "dimension", "range": raw}
    if isinstance(raw, Mapping):
        return {"kind": "dimension", **raw}
    raise NotationProblem(f"dimension {key} is {raw!r}, expected a size or [low, high]")
