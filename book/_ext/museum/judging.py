"""What proofread says about both forms of an exhibit."""

from __future__ import annotations

from dataclasses import dataclass

from proofread import Checker, EquationReport, NotationTable, ProofreadError, check_equation
from proofread.canonical import equivalence
from proofread.repairs import suggest_repairs
from proofread.statements import parse_statements

from .exhibits import Exhibit

# What a world may use beside NumPy.
MODULES = ("nnlib",)


@dataclass(frozen=True)
class Verdict:
    """An exhibit with the reports on its two forms.

    ``offers`` counts the repairs that proofread offers for the wrong form; ``restored`` says
    whether one of them is the published correction, perhaps written in another way.
    """

    exhibit: Exhibit
    wrong: EquationReport
    right: EquationReport
    offers: int
    restored: bool

    @property
    def tells_apart(self) -> bool:
        """Whether the wrong form is rejected and the right one accepted."""
        return self.wrong.status == "failed" and self.right.status == "checked"

    @property
    def points_at_mistake(self) -> bool:
        """Whether the message stands at the part that had to change."""
        start = self.exhibit.wrong.find(self.exhibit.mistake)
        columns = [problem.column - 1 for problem in self.wrong.problems]
        return any(start <= column < start + len(self.exhibit.mistake) for column in columns)

    @property
    def tried_repairs(self) -> bool:
        """Whether proofread looks for repairs: not for what it cannot read or evaluate."""
        return any(problem.kind in ("false", "shape", "index") for problem in self.wrong.problems)

    @property
    def printed(self) -> str:
        """The verdict on the wrong form, as proofread prints it for a file of that name."""
        return "\n".join(problem.at(self.exhibit.id) for problem in self.wrong.problems)

    def surprise(self) -> str:
        """What is not as the museum says; empty if all is."""
        if self.exhibit.escapes:
            apart = self.tells_apart
            return "the two forms are told apart now: give it a mistake and a room" if apart else ""
        if self.wrong.status != "failed":
            return "the wrong form is accepted"
        if self.right.status != "checked":
            messages = "; ".join(problem.message for problem in self.right.problems)
            return f"the right form is rejected: {messages}"
        return ""


def checker_of(exhibit: Exhibit) -> Checker:
    """The worlds of an exhibit.

    Raises
    ------
    ProofreadError
        Its declarations are wrong.
    """
    return NotationTable({"modules": list(MODULES)}).checker(exhibit.world)


def judge(exhibit: Exhibit) -> Verdict:
    """Hold both forms against the exhibit's world.

    Raises
    ------
    ProofreadError
        Its declarations are wrong.
    """
    checker = checker_of(exhibit)
    right = check_equation(exhibit.right, checker)
    wrong = check_equation(exhibit.wrong, checker, corruptions=False)
    offers = _offers(exhibit, wrong, checker)
    restored = any(_same(offer, exhibit.right, checker) for offer in offers)
    return Verdict(exhibit, wrong, right, len(offers), restored)


def _offers(exhibit: Exhibit, wrong: EquationReport, checker: Checker) -> list[str]:
    """The repaired formulas that the report's suggestion names."""
    suggestions = " ".join(problem.suggestion for problem in wrong.problems)
    repairs = (edit.latex for edit in suggest_repairs(exhibit.wrong, checker))
    return [latex for latex in repairs if latex in suggestions]


def _same(offer: str, right: str, checker: Checker) -> bool:
    """Whether every claim of the offer stands in the right form, perhaps written differently."""
    try:
        offered, published = (parse_statements(one, checker.notation) for one in (offer, right))
    except ProofreadError:
        return False
    return all(
        any(one == other or equivalence([one], [other], checker.notation) for other in published)
        for one in offered
    )
