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
    """A declared symbol in an equation: ``latex[start:end]`` is the use of symbol ``name``."""

    start: int
    end: int
    name: str


class EquationRecord(TypedDict):
    """One equation with its verdict and the evidence for it."""

    label: str
    latex: str
    line: int
    column: int
    inline: bool
    status: str
    reason: str
    relations: int
    comparisons: int
    worlds: int
    worst_error: float
    corruptions_tried: int
    corruptions_caught: int
    equivalents: list[str]
    kinds: list[str]
    problems: list[ProblemRecord]
    symbols: list[SymbolRecord]


class GlossRecord(TypedDict):
    """What a symbol means: its LaTeX, meaning in words, shape as LaTeX, and its place in code."""

    latex: str
    words: str
    shape: str
    code: str


class PageRecord(TypedDict):
    """All equations of a page, the problems of the page itself, and its symbols by name."""

    path: str
    fingerprint: str
    equations: list[EquationRecord]
    problems: list[ProblemRecord]
    glosses: dict[str, GlossRecord]


class Totals(TypedDict):
    """Sums over the book; the front page quotes them."""

    pages: int
    equations: int
    displayed: int
    inline: int
    checked: int
    excused: int
    failed: int
    relations: int
    comparisons: int
    worst_error: float
    corruptions_tried: int
    corruptions_caught: int
    equivalents: int


def is_failing(page: PageRecord) -> bool:
    """Whether anything on the page is wrong."""
    return bool(page["problems"]) or any(one["problems"] for one in page["equations"])
