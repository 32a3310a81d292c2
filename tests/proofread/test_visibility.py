"""A term in a line of text that is lost beside a larger one makes no claim that is checked."""

from __future__ import annotations

import pytest
from proofread import Checker, NotationTable, check_equation


@pytest.fixture(scope="module")
def checker() -> Checker:
    return NotationTable().checker(
        {
            "dimensions": {"n": [2, 9]},
            "indices": {"i": [1, "n"]},
            "symbols": {
                "x": "a number",
                "s": {"range": [1e-12, 1e-11]},
                "v": {"kind": "vector", "shape": "n"},
                "t": {"value": "0 x"},
            },
        }
    )


@pytest.mark.parametrize(
    ("latex", "hidden"),
    [
        ("10^{12} + x = 10^{12} + 2x", ["x", "2x"]),
        ("3(10^{12} + x) = 3(10^{12} - x)", ["x", "x"]),
        (r"\frac{10^{12} - x}{2} = 5 \cdot 10^{11}", ["x"]),
        ("1 + s = 1", ["s"]),
        ("(1 + 10^{-11}) x = x", ["10^{-11}"]),
        ("10^{12} + v_i = 10^{12}", ["v_i"]),
        ("10^{12} + 10^{12} v_i = 10^{12} (1 + v_i)", []),
        ("10^6 + x = x + 10^6", []),
        ("x + t = x", []),
        ("2s + s = 3s", []),
        ("x + s > x - 1", []),
    ],
)
def test_what_is_lost_is_told(latex: str, hidden: list[str], checker: Checker) -> None:
    report = check_equation(latex, checker, inline=True)
    assert [problem.kind for problem in report.problems] == ["weak"] * len(hidden)
    for problem, term in zip(report.problems, hidden, strict=True):
        assert problem.message.startswith(term + " is so small")
        assert latex[problem.column - 1 :].startswith(term)
    assert report.status == ("failed" if hidden else "checked")


def test_a_displayed_formula_shows_it_by_its_corruptions(checker: Checker) -> None:
    report = check_equation("10^{12} + x = 10^{12} + 2x", checker)
    assert {problem.kind for problem in report.problems} == {"weak"}
    assert report.survivors
