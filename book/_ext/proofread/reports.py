"""What checking a page says, as plain data that becomes JSON, badges and the report."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .sources import place


@dataclass(frozen=True)
class Problem:
    """One thing to mend, at its line and column (both from 1) of the page."""

    line: int
    column: int
    kind: str
    message: str
    suggestion: str = ""

    def at(self, path: str) -> str:
        """``file:line:column: kind: message``."""
        hint = f"; did you mean: {self.suggestion}" if self.suggestion else ""
        return f"{place(path, self.line, self.column)}: {self.kind}: {self.message}{hint}"


@dataclass(frozen=True)
class DeclarationProblem(Problem):
    """What is wrong with a declaration that a formula uses, and the keys that lead to it."""

    entry: tuple[str, ...] = ()


@dataclass(frozen=True)
class SymbolUse:
    """A declared symbol in a formula: where (offsets in its LaTeX), which, and its gloss."""

    start: int
    end: int
    key: str
    words: str = ""
    shape: str = ""
    code: str = ""


@dataclass
class EquationReport:
    """The verdict on one formula.

    ``status`` is checked, excused or failed; ``kinds`` says what was claimed: identity, update,
    inequality, membership, approximation, order, statistical, implication, condition, range,
    expression. ``equivalents`` lists corruptions that passed since they say the same.
    """

    label: str
    latex: str
    line: int
    column: int
    inline: bool
    status: str
    reason: str = ""
    world: str = ""
    relations: int = 0
    comparisons: int = 0
    worlds: int = 0
    worst_error: float = 0.0
    corruptions_tried: int = 0
    corruptions_caught: int = 0
    equivalents: list[str] = field(default_factory=list)
    survivors: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    symbols: list[SymbolUse] = field(default_factory=list)


@dataclass
class PageReport:
    """All formulas of a page that claim something, and what is wrong beside them."""

    path: str
    equations: list[EquationReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def all_problems(self) -> list[Problem]:
        """The page's own problems and its formulas', in the order of lines."""
        found = [*self.problems, *(one for each in self.equations for one in each.problems)]
        return sorted(found, key=lambda problem: (problem.line, problem.column))

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)
