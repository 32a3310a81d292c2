"""What the extension keeps of a checked page: plain data, ready for pickling and for JSON."""

from __future__ import annotations

from typing import TypedDict


class ProblemRecord(TypedDict):
    """One thing wrong, at a place in the source."""

    line: int
    column: int
    kind: str
    message: str
    suggestion: str


class SymbolRecord(TypedDict):
    """A declared symbol in an equation: ``latex[start:end]`` has the page's gloss ``gloss``."""

    start: int
    end: int
    gloss: int


class EquationRecord(TypedDict):
    """One equation with its verdict and the evidence for it.

    ``brought`` says that a directive made the formula, so that it is not in the page's text.
    """

    brought: bool

    label: str
    latex: str
    line: int
    column: int
    inline: bool
    status: str
    reason: str
    world: str
    relations: int
    comparisons: int
    worlds: int
    worst_error: float
    corruptions_tried: int
    corruptions_caught: int
    equivalents: list[str]
    survivors: list[str]
    kinds: list[str]
    problems: list[ProblemRecord]
    symbols: list[SymbolRecord]


class GlossRecord(TypedDict):
    """What a symbol means: its LaTeX, meaning in words, shape or range, and its place in code."""

    key: str
    words: str
    shape: str
    code: str


class PageRecord(TypedDict):
    """All equations of a page, the problems of the page itself, and its symbols' glosses.

    ``docstrings`` counts formulas that claim something in docstrings shown on the page.
    """

    path: str
    fingerprint: str
    equations: list[EquationRecord]
    problems: list[ProblemRecord]
    glosses: list[GlossRecord]
    docstrings: int


class Totals(TypedDict):
    """Sums over the book; the front page quotes them.

    ``checked`` counts formulas that claim something; an expression without a relation, which can
    only be evaluated, counts under ``evaluated``. ``docstrings`` are not among the ``equations``.
    """

    pages: int
    equations: int
    displayed: int
    inline: int
    checked: int
    evaluated: int
    excused: int
    failed: int
    relations: int
    comparisons: int
    worst_error: float
    corruptions_tried: int
    corruptions_caught: int
    equivalents: int
    docstrings: int


def all_problems(page: PageRecord) -> list[ProblemRecord]:
    """The page's own problems and those of its equations."""
    return page["problems"] + [one for each in page["equations"] for one in each["problems"]]
