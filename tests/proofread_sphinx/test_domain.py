"""Verdicts survive being read in several processes, and go when their page goes."""

import copy
from types import SimpleNamespace

import pytest
from proofread_sphinx.domain import ProofreadDomain, sum_up


def page(*equations, fingerprint="now", problems=()):
    return {
        "path": "page.md",
        "fingerprint": fingerprint,
        "equations": list(equations),
        "problems": list(problems),
        "glosses": [],
        "docstrings": 0,
    }


PROBLEM = {"line": 1, "column": 1, "kind": "false", "message": "no", "suggestion": ""}


@pytest.fixture
def domain():
    """A domain of a book whose contents are: index, then b, then a."""
    env = SimpleNamespace(
        domaindata={},
        config=SimpleNamespace(root_doc="index"),
        toctree_includes={"index": ["b", "a"]},
        titles={},
    )
    result = ProofreadDomain(env)
    result.checker = SimpleNamespace(fingerprint="now")
    return result


def test_clearing_a_page_forgets_it(domain, make_equation):
    domain.pages["a"] = page(make_equation())
    domain.quoting.add("a")
    domain.clear_doc("a")
    assert domain.pages == {}
    assert domain.quoting == set()


def test_merging_takes_over_only_the_pages_read_elsewhere(domain, make_equation):
    domain.pages["a"] = page(make_equation("a = 1"))
    theirs = {
        "pages": {"a": page(make_equation("stale")), "b": page(make_equation("b = 2"))},
        "quoting": {"a", "b"},
    }
    domain.merge_domaindata({"b"}, theirs)
    assert [domain.pages[name]["equations"][0]["latex"] for name in "ab"] == ["a = 1", "b = 2"]
    assert domain.quoting == {"b"}


def test_data_of_one_domain_is_not_shared_with_the_next(domain):
    before = copy.deepcopy(ProofreadDomain.initial_data)
    domain.pages["a"] = page()
    domain.quoting.add("a")
    assert ProofreadDomain.initial_data == before


def test_pages_come_in_the_order_of_the_contents_whatever_was_read_first(domain, make_equation):
    for name in ("unlisted", "a", "b", "index"):
        domain.pages[name] = page(make_equation())
    assert [name for name, _ in domain.in_reading_order()] == ["index", "b", "a", "unlisted"]


def test_stale_and_failing_pages_are_outdated(domain, make_equation):
    domain.pages["good"] = page(make_equation())
    domain.pages["stale"] = page(make_equation(), fingerprint="before")
    domain.pages["failing"] = page(make_equation(status="failed", problems=[PROBLEM]))
    domain.pages["broken"] = page(problems=[PROBLEM])
    assert domain.outdated() == ["stale", "failing", "broken"]


def test_totals(make_equation):
    totals = sum_up(
        2,
        [
            make_equation(worst_error=1e-15, kinds=["identity", "update"]),
            make_equation(
                inline=True, equivalents=["b = a"], worst_error=0.1, kinds=["statistical"]
            ),
            make_equation(relations=0, comparisons=0, corruptions_tried=0, corruptions_caught=0,
                          worst_error=0.0, kinds=["expression"]),
            make_equation(status="excused", comparisons=0, corruptions_tried=0,
                          corruptions_caught=0, relations=2, worst_error=0.0),
        ],
    )  # fmt: skip
    assert totals == {
        "pages": 2, "equations": 4, "displayed": 3, "inline": 1, "checked": 2,
        "evaluated": 1, "excused": 1, "failed": 0, "relations": 4,
        "comparisons": 210, "worst_error": 1e-15,
        "corruptions_tried": 40, "corruptions_caught": 40, "equivalents": 1,
        "docstrings": 0,
    }  # fmt: skip
