"""Every equality that a chapter writes in plain text is right, to the digits shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from tests.book.plain_arithmetic import Equality, equalities
from tests.book.printed_formulas import BOOK, PAGES
from tests.book.prose import Block, blocks_of


@cache
def written(page: str) -> list[tuple[Block, Equality]]:
    """The equalities of a page, with the block that each stands in."""
    text = (BOOK / page).read_text(encoding="utf-8")
    return [(block, one) for block in blocks_of(text) for one in equalities(block.text)]


@pytest.mark.parametrize("page", PAGES)
def test_every_equality_in_the_text_is_right(page: str) -> None:
    problems = [
        f"book/{page}:{block.line_at(one.start)}: {one.problem()}"
        for block, one in written(page)
        if one.problem()
    ]
    assert not problems, "\n".join(problems)


def test_many_equalities_are_found() -> None:
    assert sum(len(written(page)) for page in PAGES) > 60


@pytest.mark.parametrize("page", PAGES)
def test_a_wrong_digit_of_a_result_is_noticed(page: str) -> None:
    for _, equality in written(page):
        for spoiled in spoiled_results(equality):
            assert spoiled.problem(), spoiled


def spoiled_results(equality: Equality) -> Iterator[Equality]:
    """The equality with one digit of its last side changed."""
    *sides, last = equality.sides
    text = " ".join(token.text for token in last)
    before = " = ".join(" ".join(token.text for token in side) for side in sides)
    for place, character in enumerate(text):
        if character.isdecimal():
            for digit in "0123456789".replace(character, ""):
                changed = f"{before} = {text[:place]}{digit}{text[place + 1 :]}"
                yield from equalities(changed)


@pytest.mark.parametrize(
    "text",
    [
        "So 3 · 0.3 − 0.2 = 0.7, and on.",
        "the product −1.3954 · 0.2109 · (−2) · 0.2217 · 3 = 0.3915.",
        "a step (2, 1) − 0.1 · (4, 8) = (1.6, 0.2) down",
        "2² + 1² = 5, (1/4)² = 0.0625, 784 · 512 = 401,408",
        "−(log 0.8 + log 0.5) / 2 = (0.223 + 0.693) / 2 = 0.458",
        "2 · (4/9) · (1/3) = 8/27 ≈ 0.296",
        "with ␣ = 3 and e = 2.718…",
    ],
)
def test_right_equalities_pass(text: str) -> None:
    assert [one.problem() for one in equalities(text) if one.problem()] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("So 3 · 0.3 − 0.2 = 0.8.", "3 · 0.3 − 0.2 is 0.7, not 0.8"),
        ("2 + 3 · 4 = 20", "2 + 3 · 4 is 14, not 20"),
        ("−3 + 1 = 2", "− 3 + 1 is -2, not 2"),
        ("2 / 3 = 0.66", "2 / 3 is 0.6666666667, not 0.66"),
        ("(2, 1) − (1, 1) = (1, 1)", "( 2 , 1 ) − ( 1 , 1 ) is (1, 0), not ( 1 , 1 )"),
        ("1 + 1 = 4 / 2 = 3", "1 + 1 is 2, not 3"),
    ],
)
def test_wrong_equalities_do_not(text: str, problem: str) -> None:
    assert [one.problem() for one in equalities(text)] == [problem]
