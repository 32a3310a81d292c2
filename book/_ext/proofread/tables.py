"""The book's notation table and a page's front matter, joined to notations and their worlds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .checker import Checker
from .errors import NotationProblem
from .notation import SECTIONS, Notation

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
            raise NotationProblem(f"line {key_node.start_mark.line + 1}: {key!r} is no name")
        if key in found:
            raise NotationProblem(
                f"line {key_node.start_mark.line + 1}: {key} is declared twice: remove one"
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    if node.style == '"' and _LOST_COMMAND.search(node.value):
        raise NotationProblem(
            f"line {node.start_mark.line + 1}: in double quotes a backslash begins an escape, so "
            f"that {node.value!r} was read: put LaTeX in single quotes"
        )
    return str(node.value)


_StrictLoader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats
)
_StrictLoader.add_constructor("tag:yaml.org,2002:str", _text)


def load_yaml(text: str) -> Any:
    """Read YAML; a repeated key, an alias bomb or malformed text is an error of our own."""
    try:
        for event in yaml.parse(text, Loader=_StrictLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise NotationProblem(f"line {line}: aliases are not read, write it out")
        return yaml.load(text, Loader=_StrictLoader)  # a SafeLoader
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1}: " if isinstance(mark, yaml.Mark) else ""
        raise NotationProblem(
            f"{where}this is not valid YAML: {getattr(problem, 'problem', problem)} (put LaTeX "
            "with braces, commas or colons in single quotes)"
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
                    f"{', '.join(TABLE_FIELDS)}"
                )
        modules = data.get("modules") or []
        if not isinstance(modules, list):
            raise NotationProblem(f"modules is {modules!r}, expected a list")
        self.modules = tuple(str(module) for module in modules)
        self.common: Mapping[str, Any] = data.get("common") or {}
        self.worlds: Mapping[str, Any] = _named_worlds(data.get("worlds"), "the notation table")
        self._checkers: dict[str, Checker] = {}

    @classmethod
    def load(cls, path: Path) -> NotationTable:
        """Read ``notation.yml``."""
        return cls(load_yaml(path.read_text(encoding="utf-8")))

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
                    f"proofread has the unknown field {name!r}: known are {', '.join(PAGE_FIELDS)}"
                )
        chosen = world or str(page.get("world", ""))
        own = _named_worlds(page.get("worlds"), "the page")
        sections = {name: page[name] for name in SECTIONS if name in page}
        key = json.dumps([chosen, own.get(chosen), sections], sort_keys=True, default=str)
        if key not in self._checkers:
            worlds = self._world_layers(chosen, own)
            # A page's own worlds build on what the page declares for all of them.
            layers = [
                ("the common table", self.common, False),
                *(layer for layer in worlds if not layer[2]),
                ("the page", sections, True),
                *(layer for layer in worlds if layer[2]),
            ]
            self._checkers[key] = Checker(Notation(layers, self.modules))
        return self._checkers[key]

    def _world_layers(
        self, name: str, own: Mapping[str, Any]
    ) -> list[tuple[str, Mapping[str, Any], bool]]:
        if not name:
            return []
        layers: list[tuple[str, Mapping[str, Any], bool]] = []
        seen: set[str] = set()
        while name:
            if name in seen:
                raise NotationProblem(f"the world {name} extends itself")
            seen.add(name)
            found = own.get(name, self.worlds.get(name))
            if not isinstance(found, Mapping):
                known = ", ".join(sorted({*own, *self.worlds})) or "none"
                raise NotationProblem(f"the world {name} is not declared: known are {known}")
            local = name in own
            layers.insert(
                0,
                (
                    f"the world {name}",
                    {key: value for key, value in found.items() if key != "extends"},
                    local,
                ),
            )
            name = str(found.get("extends", ""))
        return layers


def _named_worlds(raw: Any, where: str) -> Mapping[str, Any]:
    worlds = raw or {}
    if not isinstance(worlds, Mapping):
        raise NotationProblem(f"worlds of {where} is {worlds!r}, expected names with declarations")
    return worlds
