"""Real errors, published by others: the wrong form is rejected and the right one accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from proofread import Checker, NotationTable, check_equation
from proofread.tables import load_yaml

ERRATA: dict[str, Any] = load_yaml(
    (Path(__file__).resolve().parents[2] / "book" / "errata.yml").read_text(encoding="utf-8")
)
CHECKED = [name for name, erratum in ERRATA.items() if "unchecked" not in erratum]
TABLE = NotationTable({"modules": ["errata_oracles"]})

POINTED_AT = {
    # What the problem's place begins with, or what a repair offered says, where the published
    # correction changes one term.
    "act-02": "2 before x",
    "fwd-01": "exchange W and X",
    "fwd-02": "exchange W_1 and X",
    "fwd-04": "w_{41}",
    "fwd-07": "1 to 2",
    "fwd-10": "add the term u",
    "fwd-15": "a floor around",
    "grad-01": "insert -",
    "grad-03": "2 to 1",
    "grad-06": "z^{(3)} to J",
    "grad-11": r"insert ^\top after a^{[l-1]}",
    "grad-18": "add the term L(w)",
    "grad-24": "j to j-1",
    "grad-29": r"\frac{\partial}{\partial w",
    "grad-31": r"\bar v to \bar{r}",
    "grad-33": "x to y",
    "grad-36": "C to L",
    "init-06": "- to +",
    "lin-13": r"insert ^\top after w",
    "lin-19": "drop u",
    "lin-20": "write P(y|W)",
    "loss-13": r"y to \tilde{y}",
    "loss-14": "e^{XW}",
    "loss-19": "insert -",
    "opt-01": "t to t-1",
    "opt-04": r"\nabla x",
    "opt-09": "x' to x",
    "opt-14": "drop the term",
    "opt-19": r"w_2 to \Delta w_2",
    "opt-22": "insert - before",
}


def checker_of(name: str) -> Checker:
    return TABLE.checker(ERRATA[name]["world"])


@pytest.mark.parametrize("name", CHECKED)
def test_the_right_form_is_accepted(name: str) -> None:
    erratum = ERRATA[name]
    latex = erratum.get("checked right", erratum["right"])
    report = check_equation(latex, checker_of(name))
    assert report.status == "checked", [problem.message for problem in report.problems]
    assert report.corruptions_caught == report.corruptions_tried


@pytest.mark.parametrize("name", CHECKED)
def test_the_wrong_form_is_rejected(name: str) -> None:
    erratum = ERRATA[name]
    latex = erratum.get("checked wrong", erratum["wrong"])
    report = check_equation(latex, checker_of(name))
    assert report.status == "failed"
    assert {problem.kind for problem in report.problems}.isdisjoint({"notation", "weak", "size"})


@pytest.mark.parametrize("name", sorted(POINTED_AT))
def test_the_message_points_at_the_wrong_term(name: str) -> None:
    erratum = ERRATA[name]
    latex = erratum.get("checked wrong", erratum["wrong"])
    (problem,) = check_equation(latex, checker_of(name)).problems
    place = latex[problem.column - 1 :]
    assert POINTED_AT[name] in problem.suggestion or place.startswith(POINTED_AT[name])


def test_a_correct_formula_that_was_changed_is_accepted_in_both_forms() -> None:
    erratum = ERRATA["lin-10"]
    for latex in (erratum["wrong"], erratum["right"]):
        assert check_equation(latex, checker_of("lin-10")).status == "checked"


def test_enough_of_the_errata_are_checked() -> None:
    assert len(ERRATA) == 46
    assert len(CHECKED) >= 43
    assert all(ERRATA[name]["unchecked"] for name in set(ERRATA) - set(CHECKED))
