"""What is a formula of a page, where it stands, and what is said about it."""

from __future__ import annotations

import pytest
from proofread.markdown import FoundFormula, scan


def found(text: str) -> list[FoundFormula]:
    return scan(text).formulas


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("$a$ and $b$", ["a", "b"]),
        ("costs $5", []),
        ("`$a$` and \\$a\\$", []),
        ("```python\n$$a$$\n```", []),
        ("    $$a$$", []),
        ("$$\na\n$$", ["\na\n"]),
        ("$$a$$", ["a"]),
        ("```{math}\na\n```", ["a"]),
        ("```{math} a\nb\n```", ["a\nb"]),
        ("{math}`a`", ["a"]),
        ("\\begin{align}\na\n\\end{align}", ["\\begin{align}\na\n\\end{align}"]),
        ("```{code-cell}\n$a$\n```", []),
        ("```{note} $a$\n$b$\n```", ["a", "b"]),
        ("---\ntitle: $a$\n---\n\n$b$", ["b"]),
    ],
)
def test_formulas(text: str, formulas: list[str]) -> None:
    assert [one.latex for one in found(text)] == formulas


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("$a$ and $a$ and\n$a$", [(1, 2), (1, 10), (2, 2)]),
        ("`$a$` then $a$", [(1, 13)]),
        ("\n$$\n  a\n$$", [(3, 3)]),
        ("> $$\n> a\n> $$", [(2, 3)]),
        ("- x\n\n  $$\n  a\n  $$", [(4, 3)]),
        ("| $a$ | $b$ |\n|--|--|\n| $c$ | $c$ |", [(1, 4), (1, 10), (3, 4), (3, 10)]),
        ("````{note}\n```{math}\n:label: eq\n\na\n```\n````", [(5, 1)]),
        ("$a$ ÄÖ $b$", [(1, 2), (1, 9)]),
        ("$a\nb$ $b$", [(1, 2), (2, 5)]),
    ],
)
def test_places(text: str, places: list[tuple[int, int]]) -> None:
    assert [(one.line, one.column) for one in found(text)] == places


def test_a_place_in_a_formula_is_a_place_in_the_page() -> None:
    (formula,) = found("x\n\n> $$\n> a = b\n>   + c\n> $$")
    rows = formula.latex.split("\n")
    at = next(number for number, row in enumerate(rows, 1) if "+ c" in row)
    assert formula.place(at, rows[at - 1].index("c") + 1) == (5, 7)


def test_labels() -> None:
    labels = [one.label for one in found("$$\na\n$$ (eq-a)\n\n```{math}\n:label: eq-b\nb\n```")]
    assert labels == ["eq-a", "eq-b"]
    assert [one.lost_label for one in found("text $$a$$ (eq-a)")] == [True]


def test_comments_belong_to_the_next_block() -> None:
    formulas = found("% one\n% two\n$a$ and $b$\n\n$c$\n\n% three\n$$\nd\n$$")
    assert [[text for _, text in one.comments] for one in formulas] == [
        ["one", "two"], ["one", "two"], [], ["three"],
    ]  # fmt: skip
    assert formulas[-1].comments == [(7, "three")]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("if $a > 0$", True),
        ("Suppose $a > 0$", True),
        ("whenever *now* $a > 0$", False),
        ("if so, then $a > 0$", False),
        ("$a > 0$", False),
    ],
)
def test_a_formula_after_a_word_of_condition_is_one(text: str, condition: bool) -> None:
    assert [one.condition for one in found(text)] == [condition]


def test_what_is_not_read_is_noted() -> None:
    page = scan("<p>$$a$$</p>\n\n```{include} other.md\n```\n\n```{raw} html\n\\(a\\)\n```")
    assert page.unread == [(1, "HTML"), (6, "{raw}")]
    assert page.includes == [(3, "other.md")]
    assert page.formulas == []


def test_the_front_matter_is_kept_as_it_is() -> None:
    assert scan("---\na: 1\nb: '$x$'\n---\n").front_matter == "a: 1\nb: '$x$'"
    assert scan("# Title\n").front_matter == ""
