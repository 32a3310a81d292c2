"""The mutation gate, its proofs of equivalence, and repairs."""

from __future__ import annotations

from typing import Any

import pytest
from proofread import Checker, NotationTable, check_equation
from proofread.canonical import equivalence
from proofread.corruption import corruptions
from proofread.statements import parse_statements

WORLD: dict[str, Any] = {
    "dimensions": {"n": [2, 9], "m": [2, 9]},
    "indices": {"i": [1, "n"]},
    "symbols": {
        "x": "a number",
        "y": "a number",
        "p": {"domain": "positive"},
        "v": {"kind": "vector", "shape": "n"},
        "u": {"kind": "vector", "shape": "n"},
        "X": {"kind": "matrix", "shape": ["n", "m"]},
        "S": {"kind": "matrix", "shape": ["n", "n"], "domain": "symmetric"},
        "b": {"domain": "binary"},
    },
    "functions": {r"\sigma(z)": {"value": r"\frac{1}{1+e^{-z}}", "elementwise": True}},
}


@pytest.fixture(scope="module")
def checker() -> Checker:
    return NotationTable().checker(WORLD)


def changes(latex: str, checker: Checker) -> set[str]:
    return {edit.latex for edit in corruptions(latex, checker.check(latex), checker)}


@pytest.mark.parametrize(
    ("latex", "corrupted"),
    [
        ("x - y = x + (-y)", "x + y = x + (-y)"),
        (r"v^\top u = u^\top v", r"v u = u^\top v"),
        (r"\sigma'(x) = \sigma(x) \sigma(-x)", r"\sigma(x) = \sigma(x) \sigma(-x)"),
        ("2xy = xy + xy", "3xy = xy + xy"),
        ("x^2 = x x", "x^3 = x x"),
        (r"\sum_{i=1}^{n} v_i = v_1 + \sum_{i=2}^{n} v_i",
         r"\sum_{i=1}^{n-1} v_i = v_1 + \sum_{i=2}^{n} v_i"),
        (r"X \odot X = X \odot X + X - X", r"X \cdot X = X \odot X + X - X"),
        ("x + y = y + x", "x  = y + x"),
        (r"p + x = x + p", r"x + x = x + p"),
        (r"v_i = v_i + u_i - u_i", r"v_{i+1} = v_i + u_i - u_i"),
        (r"0 < p", r"0 > p"),
        (r"\log p = 2 \log p - \log p", r"(p) = 2 \log p - \log p"),
    ],
)  # fmt: skip
def test_a_change_of_each_kind_is_tried(latex: str, corrupted: str, checker: Checker) -> None:
    assert corrupted in changes(latex, checker)


def test_a_weak_world_fails_the_gate(checker: Checker) -> None:
    report = check_equation("b^2 = b", checker)
    assert report.status == "failed"
    assert {problem.kind for problem in report.problems} == {"weak"}
    assert any("b^3 = b" in survivor for survivor in report.survivors)
    assert "so the check does not tell them apart" in report.problems[0].message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x y = y x", "y x = x y"),
        ("(x - y)^2 = x^2 - 2xy + y^2", "(y - x)^2 = x^2 - 2xy + y^2"),
        (r"\cos(x - y) = \cos(y - x)", r"\cos(x - y) = \cos(x - y)"),
        (r"v^\top S u = x", r"x = v^\top S u"),
        (r"\sum_{a=1}^n v_a = x", r"\sum_{b=1}^n v_b = x"),
        (r"(S X)^\top = X^\top S", r"X^\top S^\top = X^\top S"),
        (r"x^\top = x", "x = x"),
        (r"\frac{x}{2} = \frac{1}{2} x", r"\frac{x}{2} = x \frac{1}{2}"),
        (r"\sigma(x) < 1", r"\sigma(x) < 2"),
    ],
)
def test_equivalent_formulas_are_proved_so(one: str, other: str, checker: Checker) -> None:
    notation = checker.notation
    assert equivalence(parse_statements(one, notation), parse_statements(other, notation), notation)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = y", "y = y"),
        ("b x = b y", "b y = b y"),
        ("x = y = p", "x = y = y"),
    ],
)
def test_what_no_world_could_refute_is_no_corruption(
    one: str, other: str, checker: Checker
) -> None:
    notation = checker.notation
    before, after = parse_statements(one, notation), parse_statements(other, notation)
    assert "says nothing" in equivalence(before, after, notation)
    assert not equivalence(after, before, notation)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x y = x", "x y = y"),
        ("x = y = p", "x = x = p"),
        ("x < y", "y < y"),
        ("(x - y)^3 = x", "(y - x)^3 = x"),
        (r"X^\top X v = v", r"X X^\top v = v"),
        (r"\sin(x - y) = x", r"\sin(y - x) = x"),
        (r"\sum_{a=1}^n v_a = x", r"\sum_{a=1}^n u_a = x"),
        (r"\sigma(x) < 2", r"\sigma(x) < 1"),
        (r"0 < \sigma(x)", r"1 < \sigma(x)"),
        (r"b^2 = b", r"b^3 = b"),
        ("x < y", r"x \le y"),
    ],
)
def test_different_formulas_are_not(one: str, other: str, checker: Checker) -> None:
    notation = checker.notation
    assert not equivalence(
        parse_statements(one, notation), parse_statements(other, notation), notation
    )


@pytest.mark.parametrize(
    ("wrong", "offer"),
    [
        (r"v u = u^\top v", r"insert ^\top after v"),
        (r"\sigma(x) = \sigma(x) \sigma(-x)", "insert a prime"),
        ("2x - y = x + x + y", "+ to -"),
        (r"\sigma(-x) = 1 + \sigma(x)", "+ to -"),
        ("p < 0", "< to >"),
        (r"\sum_{i=1}^{n} v_i = v_1 + \sum_{i=1}^{n} v_i", "1 to 2"),
    ],
)
def test_a_repair_is_offered(wrong: str, offer: str, checker: Checker) -> None:
    (problem,) = check_equation(wrong, checker).problems
    assert offer in problem.suggestion


def test_no_repair_is_invented(checker: Checker) -> None:
    (problem,) = check_equation("(x + y)^2 = x^2 + xy + y^2", checker).problems
    assert problem.suggestion == ""
