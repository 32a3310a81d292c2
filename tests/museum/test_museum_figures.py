"""The numbers that the page quotes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from museum.exhibits import Exhibit
from museum.figures import figures
from museum.judging import Verdict, judge

WORLD = {"symbols": {"x": {"domain": "nonzero"}, "d": {"value": "x + x"}}}
DOUBLE = Exhibit(
    "double", "Twice too little", "arithmetic", "A number and its double.", "d = x", "d = 2x",
    "a book", "https://example.org", WORLD, mistake="x", caught_as="false",
    stood=(date(2020, 1, 1), date(2020, 1, 11)),
)  # fmt: skip
LONGER = replace(DOUBLE, id="longer", stood=(date(2020, 1, 1), date(2023, 1, 1)))
UNDATED = replace(DOUBLE, id="undated", wrong="d = xy", mistake="y", caught_as="symbol", stood=None)
TRUE = replace(
    DOUBLE,
    id="true",
    wrong="d = x + x",
    mistake="",
    caught_as="",
    escapes="It is true.",
    stood=None,
)


@pytest.fixture(scope="module")
def verdicts() -> dict[str, list[Verdict]]:
    return {"one": [judge(DOUBLE), judge(LONGER)], "two": [judge(UNDATED), judge(TRUE)]}


def test_exhibits_are_counted_by_what_became_of_them(verdicts: dict[str, list[Verdict]]) -> None:
    numbers = figures(verdicts)
    assert (numbers["exhibits"], numbers["caught"], numbers["escaped"]) == ("4", "3", "1")
    assert (numbers["caught-false"], numbers["caught-symbol"]) == ("2", "1")


def test_days_are_those_of_dated_exhibits(verdicts: dict[str, list[Verdict]]) -> None:
    numbers = figures(verdicts)
    assert numbers["dated"] == "2"
    assert (numbers["shortest-days"], numbers["longest-days"]) == ("10", "1,096")
    assert numbers["median-days"] == "553"


def test_repairs_are_compared_with_the_published_correction(
    verdicts: dict[str, list[Verdict]],
) -> None:
    assert (figures(verdicts)["offered"], figures(verdicts)["restored"]) == ("2", "2")
    world = {"symbols": {**WORLD["symbols"], "y": {"value": "x"}}}
    other = judge(replace(DOUBLE, right="d = 2y", world=world))
    assert other.offers
    assert not other.restored


def test_a_message_points_at_the_mistake_or_not() -> None:
    assert judge(DOUBLE).points_at_mistake
    assert not judge(replace(DOUBLE, mistake="d")).points_at_mistake


def test_without_dates_no_days_are_told() -> None:
    assert "median-days" not in figures({"one": [judge(UNDATED)]})
