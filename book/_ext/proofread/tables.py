"""The book's notation table and a page's front matter, joined to notations and their worlds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from . import sources
from .checker import Checker
from .errors import NotationProblem
from .notation import SECTIONS, Layer, Notation
from .places import Place, find_place

TABLE_FIELDS = ("modules", "common", "worlds")
PAGE_FIELDS = ("world", "worlds", *SECTIONS)


_LOST_COMMAND = re.compile(
    r"[\x07\x08\x0b\x0c\x1b]|\r[a-z]|\t(?:au|heta|imes|ext|an|op|ilde|frac|r)|\n(?:u|abla|e\b|eq|ot)"
)
"""What YAML makes of ``\\beta``, ``\\tau`` or ``\\nu`` in double quotes."""


class _StrictLoader(yaml.SafeLoader):
    """YAML in which a key stands once."""


def _mapping_without_repeats(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int, float)):
            raise NotationProblem(f"{key!r} is no name", place=_place(key_node))
        if key in found:
            raise NotationProblem(f"{key} is declared twice: remove one", place=_place(key_node))
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    if node.style == '"' and _LOST_COMMAND.search(node.value):
        raise NotationProblem(
            f"in double quotes a backslash begins an escape, so that {node.value!r} was read: put "
            "LaTeX in single quotes",
            place=_place(node),
        )
    return str(node.value)


def _place(node: yaml.Node | yaml.Event) -> Place:
    mark = node.start_mark
    assert mark is not None  # text that is parsed has marks
    return mark.line + 1, mark.column + 1


_StrictLoader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats
)
_StrictLoader.add_constructor("tag:yaml.org,2002:str", _text)


def load_yaml(text: str) -> Any:
    """Read YAML; a repeated key, an alias bomb or malformed text is an error of our own."""
    try:
        for event in yaml.parse(text, Loader=_StrictLoader):
            if isinstance(event, yaml.AliasEvent):
                raise NotationProblem("aliases are not read, write it out", place=_place(event))
        return yaml.load(text, Loader=_StrictLoader)  # a SafeLoader
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        raise NotationProblem(
            f"this is not valid YAML: {getattr(problem, 'problem', problem)} (put LaTeX with "
            "braces, commas or colons in single quotes)",
            place=(mark.line + 1, mark.column + 1) if isinstance(mark, yaml.Mark) else None,
        ) from problem
    except (ValueError, RecursionError) as problem:
        raise NotationProblem(f"this is not valid YAML: {problem}") from problem


class NotationTable:
    """The declarations shared by all pages, and the worlds built from them.

    Parameters
    ----------
    data : mapping
        What ``notation.yml`` holds: ``modules``, ``common``, ``worlds``.
    """

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = data or {}
        if not isinstance(data, Mapping):
            raise NotationProblem(f"the notation table is {data!r}, expected a mapping")
        for name in data:
            if name not in TABLE_FIELDS:
                raise NotationProblem(
                    f"the notation table has the unknown field {name!r}: known are "
                    f"{', '.join(TABLE_FIELDS)}",
                    (str(name),),
                )
        modules = data.get("modules") or []
        if not isinstance(modules, list):
            raise NotationProblem(f"modules is {modules!r}, expected a list", ("modules",))
        self.modules = tuple(str(module) for module in modules)
        self.common: Mapping[str, Any] = data.get("common") or {}
        self.worlds: Mapping[str, Any] = _named_worlds(data.get("worlds"), "the notation table")
        self._checkers: dict[str, Checker] = {}
        self._name = self._text = ""

    @classmethod
    def load(cls, path: Path) -> NotationTable:
        """Read ``notation.yml``.

        Raises
        ------
        NotationProblem
            It is malformed; the message begins with the place.
        """
        text = path.read_text(encoding="utf-8")
        try:
            table = cls(load_yaml(text))
        except NotationProblem as problem:
            place = problem.place or (find_place(text, problem.entry) if problem.entry else None)
            where = sources.place(path.name, *place) if place else path.name
            raise NotationProblem(f"{where}: {problem.message}") from problem
        table._name, table._text = path.name, text
        return table

    def place(self, keys: tuple[str, ...]) -> str:
        """``notation.yml:line:column`` of the entry that these keys lead to, or nothing."""
        found = find_place(self._text, keys) if self._text else None
        return sources.place(self._name, *found) if found else ""

    def checker(self, page: Mapping[str, Any], world: str = "") -> Checker:
        """The worlds for a page; ``world`` overrides the one the page names.

        Raises
        ------
        NotationProblem
            The front matter is wrong, or names a world that nobody declares.
        """
        if not isinstance(page, Mapping):
            raise NotationProblem(f"proofread is {page!r}, expected fields: world, symbols, …")
        for name in page:
            if name not in PAGE_FIELDS:
                raise NotationProblem(
                    f"proofread has the unknown field {name!r}: known are {', '.join(PAGE_FIELDS)}",
                    ("proofread", str(name)),
                )
        chosen = world or str(page.get("world", ""))
        own = _named_worlds(page.get("worlds"), "the page")
        sections = {name: page[name] for name in SECTIONS if name in page}
        key = json.dumps([chosen, own.get(chosen), sections], sort_keys=True, default=str)
        if key not in self._checkers:
            worlds = self._world_layers(chosen, own)
            # A page's own worlds build on what the page declares for all of them.
            layers = [
                Layer("the common table", self.common, ("common",), local=False),
                *(layer for layer in worlds if not layer.local),
                Layer("the page", sections, ("proofread",), local=True),
                *(layer for layer in worlds if layer.local),
            ]
            self._checkers[key] = Checker(Notation(layers, self.modules))
        return self._checkers[key]

    def _world_layers(self, name: str, own: Mapping[str, Any]) -> list[Layer]:
        """A world and all that it builds on, the lowest first."""
        layers: list[Layer] = []
        asked: tuple[str, ...] = ("proofread", "world")
        while name:
            keys = ("worlds", name)
            if any(layer.keys[-2:] == keys for layer in layers):
                raise NotationProblem(f"the world {name} extends itself", (*keys, "extends"))
            found = own.get(name, self.worlds.get(name))
            if not isinstance(found, Mapping):
                known = ", ".join(sorted({*own, *self.worlds})) or "none"
                raise NotationProblem(f"the world {name} is not declared: known are {known}", asked)
            sections = {key: value for key, value in found.items() if key != "extends"}
            layers.insert(0, Layer(f"the world {name}", sections, keys, local=name in own))
            name, asked = str(found.get("extends", "")), (*keys, "extends")
        return layers


def _named_worlds(raw: Any, where: str) -> Mapping[str, Any]:
    worlds = raw or {}
    if not isinstance(worlds, Mapping):
        raise NotationProblem(
            f"worlds of {where} is {worlds!r}, expected names with declarations", ("worlds",)
        )
    return worlds
