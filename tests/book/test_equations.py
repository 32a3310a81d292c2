"""Every equation of the book holds: the same checks as in the pages, without building them."""

from __future__ import annotations

import gc
import io
from functools import cache
from pathlib import Path

import pytest
from proofread import has_relation
from proofread.markdown import scan
from proofread.sources import place
from proofread_sphinx.checking import PageChecker
from proofread_sphinx.domain import ProofreadDomain
from proofread_sphinx.records import PageRecord, all_problems
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
# The build keeps its results there by content, so what it has just checked is not checked again.
RESULTS = ROOT / "_build" / "doctrees" / "proofread"


def claims(page: str) -> list[str]:
    """A name for each formula of a page that claims something: its label, or its line."""
    formulas = scan((BOOK / page).read_text(encoding="utf-8")).formulas
    return [
        f"{page}:{formula.label or formula.line}"
        for formula in formulas
        if not formula.inline or has_relation(formula.latex)
    ]


PAGES = sorted(path.relative_to(BOOK).as_posix() for path in BOOK.rglob("*.md"))
NAMES = {page: claims(page) for page in PAGES}
EQUATIONS = [(page, position) for page, names in NAMES.items() for position in range(len(names))]


@cache
def checker() -> PageChecker:
    """The checker of the whole book."""
    return PageChecker(BOOK / "notation.yml", RESULTS)


@cache
def verdicts(page: str) -> PageRecord:
    """What the core says of a page."""
    return checker().check((BOOK / page).read_text(encoding="utf-8"), page)


def described(page: str, problems: list) -> str:
    return "\n".join(
        f"{place(f'book/{page}', one['line'], one['column'])}: {one['kind']}: {one['message']}"
        for one in problems
    )


@pytest.mark.parametrize(
    ("page", "position"), EQUATIONS, ids=[name for names in NAMES.values() for name in names]
)
def test_an_equation_holds_or_says_why_it_was_not_checked(page: str, position: int) -> None:
    equation = verdicts(page)["equations"][position]
    assert not equation["problems"], described(page, equation["problems"])
    assert equation["status"] == "checked" or equation["reason"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_other_problem(page: str) -> None:
    problems = verdicts(page)["problems"]
    assert not problems, described(page, problems)
    assert len(verdicts(page)["equations"]) == len(NAMES[page])


@pytest.mark.filterwarnings("ignore")  # what the extensions of others still call
def test_the_report_counts_what_is_tested_here(tmp_path: Path) -> None:
    """Sphinx, which reads the pages by another parser, comes to the same formulas."""
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            BOOK, ROOT, tmp_path / "out", tmp_path / "doctrees", "dummy",
            confoverrides={"nb_execution_mode": "off"}, status=None, warning=io.StringIO(),
        )  # fmt: skip
        domain = app.env.get_domain("proofread")
        assert isinstance(domain, ProofreadDomain)
        domain.checker = checker()
        app.build()
    gc.enable()  # conf.py had switched it off
    # What a directive brings is not in the text; its own tests check it.
    found = {
        f"{name}.md": sum(not one["brought"] for one in page["equations"])
        for name, page in domain.pages.items()
    }
    assert found == {page: len(names) for page, names in NAMES.items()}
    for name, page in domain.pages.items():
        assert not all_problems(page), described(f"{name}.md", all_problems(page))
