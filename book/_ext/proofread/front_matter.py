"""A page's front matter: what it declares, and where in the page each entry stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import NotationProblem
from .places import Place, find_place
from .reports import Problem
from .tables import NotationTable, load_yaml

_DASHES = 1
"""The lines above the YAML."""


@dataclass(frozen=True)
class FrontMatter:
    """The ``proofread`` section of a page, and the YAML that it was read from."""

    text: str = ""
    section: Mapping[str, Any] = field(default_factory=dict)

    def worlds(self) -> list[str]:
        """The names of the page's own worlds."""
        worlds = self.section.get("worlds")
        return [str(name) for name in worlds] if isinstance(worlds, Mapping) else []

    def place(self, keys: tuple[str, ...]) -> Place | None:
        """Where in the page the entry stands that these keys lead to."""
        found = find_place(self.text, keys) if self.text else None
        return found and (found[0] + _DASHES, found[1])

    def start(self) -> Place:
        """Where the section begins."""
        return self.place(("proofread",)) or (1, 1)

    def problem(
        self, message: str, entry: tuple[str, ...], table: NotationTable, kind: str = "notation"
    ) -> Problem:
        """A problem at the entry at fault; if that is the book's table's, its place is told."""
        for length in range(len(entry), 0, -1):
            own = self.place(entry[:length])
            if own is not None:
                return Problem(*own, kind, message)
            where = table.place(entry[:length])
            if where:
                return Problem(*self.start(), kind, f"{where}: {message}")
        return Problem(*self.start(), kind, message)


def read_front_matter(text: str) -> FrontMatter:
    """Read the YAML of a page.

    Raises
    ------
    NotationProblem
        With its ``place`` in the page, if the text cannot be read.
    """
    if not text:
        return FrontMatter()
    try:
        data = load_yaml(text)
    except NotationProblem as problem:
        line, column = problem.place or (1, 1)
        problem.place = (line + _DASHES, column)
        raise
    section = data.get("proofread", {}) if isinstance(data, Mapping) else {}
    if not isinstance(section, Mapping):
        message = f"proofread is {section!r}, expected fields: world, symbols, …"
        raise NotationProblem(message, place=FrontMatter(text).start())
    return FrontMatter(text, section)
