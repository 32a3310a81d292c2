"""The displayed equations of the book as parsed statements, each with its page's declarations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from proofread import Notation, NotationTable, syntax
from proofread.declarations import External
from proofread.markdown import scan
from proofread.pages import EXCUSE, WORLD
from proofread.statements import parse_statements
from proofread.tables import load_yaml

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGES = sorted(path.relative_to(BOOK).as_posix() for path in BOOK.rglob("*.md"))


@dataclass(frozen=True)
class Equation:
    """One displayed equation."""

    page: str
    line: int
    label: str
    latex: str
    notation: Notation

    @property
    def statements(self) -> list[syntax.Statement]:
        """The claims that it makes, one for each row."""
        return parse_statements(self.latex, self.notation)

    def chains(self) -> Iterator[syntax.Chain]:
        """The claims that are relations between sides."""
        for statement in self.statements:
            if isinstance(statement.claim, syntax.Chain):
                yield statement.claim


@cache
def table() -> NotationTable:
    """The declarations that all pages share."""
    return NotationTable.load(BOOK / "notation.yml")


def equations_of(text: str, page: str) -> list[Equation]:
    """The displayed equations of a page that are not excused from the checks."""
    scanned = scan(text)
    front: Any = load_yaml(scanned.front_matter) if scanned.front_matter else {}
    found = []
    for formula in scanned.formulas:
        comments = [comment for _, comment in formula.comments]
        if formula.inline or any(map(EXCUSE.match, comments)):
            continue
        worlds = [match.group(1) for match in map(WORLD.match, comments) if match]
        notation = table().checker(front.get("proofread", {}), *worlds[-1:]).notation
        found.append(Equation(page, formula.line, formula.label, formula.latex, notation))
    return found


@cache
def book_equations() -> list[Equation]:
    """The displayed equations of all pages."""
    return [
        equation
        for page in PAGES
        for equation in equations_of((BOOK / page).read_text(encoding="utf-8"), page)
    ]


def meaning(node: syntax.Node, notation: Notation) -> str:
    """The Python function that a call or a quantity means, as ``module:function``, or nothing."""
    if isinstance(node, syntax.Entry):
        node = node.base
    rule: object = None
    if isinstance(node, syntax.Call):
        rule = notation.functions[node.key].rule
    elif isinstance(node, syntax.Symbol):
        rule = notation.quantity(node.key).rule
    return rule.target if isinstance(rule, External) else ""
