"""Real errors, published by others: each wrong form is rejected and its correction accepted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from museum.exhibits import Exhibit, read_museum
from museum.judging import Verdict, checker_of, judge
from proofread import Checker, ProofreadError
from proofread.declarations import Formula
from proofread.lexer import tokenize
from proofread.statements import parse_statements
from proofread.syntax import Chain

FOLDER = Path(__file__).resolve().parents[2] / "book" / "museum"
EXHIBITS = {one.id: one for room in read_museum(FOLDER).values() for one in room}
CAUGHT = [name for name, exhibit in EXHIBITS.items() if not exhibit.escapes]
ESCAPED = [name for name, exhibit in EXHIBITS.items() if exhibit.escapes]


@cache
def verdict_of(name: str) -> Verdict:
    return judge(EXHIBITS[name])


def spelling(latex: str) -> str:
    """The formula without spaces and sizing commands."""
    return "".join(token.text for token in tokenize(latex))


def right_sides(latex: str, checker: Checker) -> set[str]:
    """What a form equates something with; nothing if it is no formula."""
    try:
        claims = [statement.claim for statement in parse_statements(latex, checker.notation)]
    except ProofreadError:
        return set()
    links = [link for claim in claims if isinstance(claim, Chain) for link in claim.links]
    return {spelling(latex[side.span[0] : side.span[1]]) for _, side in links}


@pytest.mark.parametrize("name", CAUGHT)
def test_the_wrong_form_is_rejected_for_the_right_reason(name: str) -> None:
    (problem,) = verdict_of(name).wrong.problems
    assert problem.kind == EXHIBITS[name].caught_as, problem.message


@pytest.mark.parametrize("name", CAUGHT)
def test_the_correction_is_accepted_and_its_corruptions_are_caught(name: str) -> None:
    report = verdict_of(name).right
    assert report.status == "checked", [problem.message for problem in report.problems]
    assert report.corruptions_caught == report.corruptions_tried


@pytest.mark.parametrize("name", CAUGHT)
def test_the_world_does_not_declare_a_symbol_by_either_form(name: str) -> None:
    exhibit, checker = EXHIBITS[name], checker_of(EXHIBITS[name])
    sides = right_sides(exhibit.right, checker) | right_sides(exhibit.wrong, checker)
    notation = checker.notation
    for declared in (*notation.quantities.values(), *notation.functions.values()):
        if isinstance(declared.rule, Formula):
            assert spelling(declared.rule.latex) not in sides, declared.key


HOLDING = [(name, claim) for name, exhibit in EXHIBITS.items() for claim in exhibit.holds]


@pytest.mark.parametrize(("name", "claim"), HOLDING)
def test_the_world_is_what_its_context_says(name: str, claim: str) -> None:
    assert checker_of(EXHIBITS[name]).check(claim).comparisons > 0


@pytest.mark.parametrize("name", ESCAPED)
def test_an_exhibit_that_escapes_is_judged_alike_in_both_forms(name: str) -> None:
    verdict = verdict_of(name)
    assert verdict.wrong.status == verdict.right.status
    assert not verdict.surprise()


def test_a_correct_formula_that_was_changed_is_accepted_in_both_forms() -> None:
    assert verdict_of("lin-10").wrong.status == verdict_of("lin-10").right.status == "checked"


def test_most_messages_point_at_the_part_that_had_to_change() -> None:
    pointing = [name for name in CAUGHT if verdict_of(name).points_at_mistake]
    assert len(pointing) > 0.75 * len(CAUGHT), sorted(set(CAUGHT) - set(pointing))


def test_most_repairs_are_the_published_correction() -> None:
    offered = [name for name in CAUGHT if verdict_of(name).offers]
    restored = [name for name in offered if verdict_of(name).restored]
    assert len(offered) > len(CAUGHT) / 2
    assert len(restored) > 0.75 * len(offered), sorted(set(offered) - set(restored))


def test_nearly_all_errata_can_be_checked() -> None:
    assert len(EXHIBITS) == 46
    assert len(CAUGHT) >= 43


@pytest.mark.parametrize("name", ["fwd-01", "grad-24", "opt-19"])
def test_exchanged_forms_are_noticed(name: str) -> None:
    exhibit = EXHIBITS[name]
    exchanged = replace(exhibit, wrong=exhibit.right, right=exhibit.wrong, mistake="")
    assert judge(exchanged).surprise() == "the wrong form is accepted"


def test_a_correction_that_fails_is_noticed() -> None:
    verdict = judge(replace(EXHIBITS["fwd-01"], right="O=XW-b"))
    assert verdict.surprise().startswith("the right form is rejected: ")


def test_an_exhibit_that_no_longer_escapes_is_noticed() -> None:
    told_apart: Exhibit = replace(EXHIBITS["fwd-01"], escapes="nothing can", mistake="")
    assert judge(told_apart).surprise().startswith("the two forms are told apart now")


def test_a_world_that_makes_no_sense_is_an_error() -> None:
    with pytest.raises(ProofreadError, match="unknown field"):
        judge(replace(EXHIBITS["fwd-01"], world={"symbol": {}}))
