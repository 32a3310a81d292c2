"""The printed notation table, made from the same declarations that the checks rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from proofread import Notation, NotationTable
from sphinx.util.docutils import SphinxDirective

from .records import GlossRecord
from .symbol_list import math, shape_as_latex

HEADINGS = ("Symbol", "Meaning", "Shape or range", "In nnlib")
_SECTIONS = ("dimensions", "indices", "symbols", "functions")


class NotationDirective(SphinxDirective):
    """``{proofread:notation}`` stands for one table for all pages, and one for each world."""

    def run(self) -> list[nodes.Node]:
        """Make the tables of everything that the notation declares with a meaning."""
        table = NotationTable.load(Path(self.env.srcdir) / self.config.proofread_notation)
        found: list[nodes.Node] = []
        for world in ("", *table.worlds):
            own = table.worlds[world] if world else table.common
            glosses = _glosses(own, table.checker({}, world).notation)
            if glosses:
                found.append(_table(str(own.get("words") or world or "On every page"), glosses))
        return found


def _glosses(own: Mapping[str, Any], notation: Notation) -> list[GlossRecord]:
    """What one layer of the notation declares, as far as it says what that means."""
    names = [str(name) for section in _SECTIONS for name in own.get(section) or {}]
    glosses = [_gloss(name, notation) for name in names]
    return [gloss for gloss in glosses if gloss["words"]]


def _gloss(name: str, notation: Notation) -> GlossRecord:
    if name in notation.functions:
        function = notation.functions[name]
        return {"key": name, "words": function.words, "shape": "", "code": function.code}
    if name in notation.quantities:
        one = notation.quantities[name]
        shape = " \N{MULTIPLICATION SIGN} ".join(one.shape)
        return {"key": name, "words": one.words, "shape": shape, "code": one.code}
    index = next(one for one in notation.indices.values() if one.name == name)
    return {"key": name, "words": index.words, "shape": f"{index.low} … {index.high}", "code": ""}


def _table(title: str, glosses: Iterable[GlossRecord]) -> nodes.table:
    group = nodes.tgroup("", cols=len(HEADINGS))
    group.extend(nodes.colspec("", colwidth=width) for width in (15, 45, 20, 20))
    group.append(nodes.thead("", _row([[nodes.Text(heading)] for heading in HEADINGS])))
    group.append(nodes.tbody("", *(_row(_cells(gloss)) for gloss in glosses)))
    return nodes.table("", nodes.title("", title), group, classes=["proofread-notation"])


def _cells(gloss: GlossRecord) -> list[list[nodes.Node]]:
    return [
        [math(gloss["key"])],
        [nodes.Text(gloss["words"])],
        [math(shape_as_latex(gloss["shape"])[1])] if gloss["shape"] else [],
        [nodes.literal(gloss["code"], gloss["code"])] if gloss["code"] else [],
    ]


def _row(cells: Iterable[Iterable[nodes.Node]]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))
