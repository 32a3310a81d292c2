"""Badges and glosses open by mouse, touch and keyboard, and without a script what matters stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from katex_math import render
from playwright.sync_api import Browser, Page, expect

from tests.proofread_sphinx.small_books import NOTATION, PAGE, ROOT, Book

pytestmark = [
    pytest.mark.skipif(
        not (ROOT / "node_modules" / "katex").is_dir(), reason="KaTeX is not installed: make set-up"
    ),
]

CONF = """\
extensions = ["myst_nb", "katex_math", "proofread_sphinx"]
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"
html_theme = "sphinx_book_theme"
html_math_renderer = "katex"
exclude_patterns = ["node_modules"]
"""

# With limits, scripts on both sides, a power of a call and an operator among the marked symbols.
MORE = r"""
$$
C = \sum_{i=1}^{n} \sum_{j=1}^{n_L} (a^{(L)}_{ij} - y_{ij})^2
$$

$$
\operatorname{act} (a^{(l)}_{ij}) = f(a^{(l)}_{ij})^2
$$

$$
\frac{n^2}{C^2} = \left(\frac{n}{C}\right)^2
$$
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with three formulas, and the report on it."""
    book = Book(tmp_path_factory.mktemp("site"))
    (book.source / "node_modules").symlink_to(ROOT / "node_modules")
    book.write("conf.py", CONF)
    book.write("notation.yml", NOTATION)
    book.write("index.md", PAGE + MORE + "\n```{toctree}\nreport\n```\n")
    book.write("report.md", "# Report\n\n```{proofread:report}\n```\n")
    assert book.build_apart()[1] == ""
    return book.folder / "_build"


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """The page, as with a mouse and a keyboard."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        yield page


@pytest.fixture
def phone(browser: Browser, site: Path) -> Iterator[Page]:
    """The page on a small screen that is touched."""
    with browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True) as context:
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        yield page


def evidence(page: Page):
    return page.locator(".proofread-evidence").first


def gloss(page: Page):
    return page.locator(".proofread-gloss")


def symbols(page: Page):
    return page.locator(".proofread-equation").first.locator("[data-symbol]")


def test_a_badge_opens_and_closes_by_mouse(page):
    expect(evidence(page)).to_be_hidden()
    page.locator("summary", has_text="checked").first.click()
    expect(evidence(page)).to_be_visible()
    expect(evidence(page)).to_contain_text("single-token mistakes, made on purpose, were caught")
    page.get_by_role("heading", name="Backpropagation").click()
    expect(evidence(page)).to_be_hidden()


def test_a_badge_opens_and_closes_by_keyboard(page):
    badge = page.locator("summary", has_text="checked").first
    badge.focus()
    page.keyboard.press("Enter")
    expect(evidence(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(evidence(page)).to_be_hidden()
    expect(badge).to_be_focused()


def test_a_badge_opens_by_touch_and_fits_the_screen(phone):
    phone.locator("summary", has_text="checked").first.tap()
    expect(evidence(phone)).to_be_visible()
    box = evidence(phone).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360


def test_opening_a_badge_moves_nothing(page):
    places = """() => [...document.querySelectorAll('h1, .math')]
        .map((e) => e.getBoundingClientRect().top)"""
    before = page.evaluate(places)
    page.locator("summary", has_text="checked").first.click()
    expect(evidence(page)).to_be_visible()
    assert page.evaluate(places) == before


def test_only_one_badge_is_open_at_a_time(page):
    first, second = page.locator("summary", has_text="checked").all()[:2]
    first.click()
    second.dispatch_event("click")
    expect(page.locator(".proofread-badge[open]")).to_have_count(1)


def test_a_badge_works_without_a_script(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        page.locator("summary", has_text="checked").first.click()
        expect(evidence(page)).to_be_visible()
        page.locator("summary", has_text="Symbols on this page").click()
        expect(page.locator("#proofread-symbols")).to_contain_text("weights")


def test_the_badge_leads_to_the_symbols(page):
    page.locator("summary", has_text="checked").first.click()
    page.get_by_role("link", name="The symbols on this page").first.click()
    expect(page.locator("#proofread-symbols")).to_be_visible()


def test_a_gloss_shows_on_hover(page):
    weights = symbols(page).filter(has_text="W").last
    weights.hover()
    expect(gloss(page)).to_contain_text("weights")
    expect(gloss(page)).to_contain_text("layer.weights")
    page.get_by_role("heading", name="Backpropagation").hover()
    expect(gloss(page)).to_be_empty()


def test_a_gloss_shows_on_tap(phone):
    weights = symbols(phone).filter(has_text="W").last
    weights.tap()
    expect(gloss(phone)).to_contain_text("weights")
    box = gloss(phone).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    phone.get_by_role("heading", name="Backpropagation").tap()
    expect(gloss(phone)).to_be_empty()


def test_glosses_show_by_keyboard_in_the_order_of_the_formula(page):
    formula = page.get_by_role("group").first
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('[role=group]')"):
        page.keyboard.press("Tab")
    expect(formula).to_be_focused()
    expect(page.locator(".proofread-active")).to_have_count(1)
    seen = []
    for _ in range(symbols(page).count()):
        seen.append(page.locator(".proofread-active").get_attribute("data-symbol"))
        page.keyboard.press("ArrowRight")
    assert seen == [one.get_attribute("data-symbol") for one in symbols(page).all()]
    page.keyboard.press("Home")
    assert page.locator(".proofread-active").get_attribute("data-symbol") == seen[0]
    page.keyboard.press("Escape")
    expect(gloss(page)).to_be_empty()
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="checked").first).to_be_focused()


def test_a_gloss_is_announced(page):
    expect(gloss(page)).to_have_attribute("role", "status")


def test_what_readers_copy_and_hear_is_the_authors_formula(page):
    annotations = page.locator("annotation").all_text_contents()
    assert any(r"\Delta^{(l+1)} (W^{(l+1)})^\top" in one for one in annotations)
    assert not any("htmlData" in one for one in annotations)


PLACES_OF_SIGNS = """() => {
  const places = [];
  const formulas = document.querySelectorAll('.proofread-equation .katex-html');
  for (const formula of formulas) {
    const texts = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      [...texts.currentNode.data].forEach((sign, offset) => {
        const range = document.createRange();
        range.setStart(texts.currentNode, offset);
        range.setEnd(texts.currentNode, offset + 1);
        const box = range.getBoundingClientRect();
        places.push([sign, box.x, box.y]);
      });
    }
  }
  return places;
}"""


def test_marks_do_not_change_how_a_formula_looks(page):
    page.evaluate("document.fonts.ready")
    marked = page.evaluate(PLACES_OF_SIGNS)
    for formula in page.locator(".proofread-equation .katex-display").all():
        latex = formula.locator("annotation").text_content()
        plain = render(ROOT / "node_modules" / "katex", latex, display=True)
        formula.evaluate("(node, html) => { node.outerHTML = html; }", plain)
    assert page.locator(".proofread-equation [data-symbol]").count() == 0
    unmarked = page.evaluate(PLACES_OF_SIGNS)
    assert len(marked) > 50
    assert [sign for sign, *_ in marked] == [sign for sign, *_ in unmarked]
    for (sign, *place), (_, *plain_place) in zip(marked, unmarked, strict=True):
        assert place == pytest.approx(plain_place, abs=0.1), sign


def test_the_report_sorts_by_each_heading_both_ways(browser, site):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((site / "report.html").as_uri())
        heading = page.get_by_role("columnheader", name="Comparisons")
        column = """() => [...document.querySelectorAll('.sortable tbody tr')]
            .map((row) => Number(row.cells[4].textContent))"""
        before = page.evaluate(column)
        heading.get_by_role("button").click()
        assert page.evaluate(column) == sorted(before)
        expect(heading).to_have_attribute("aria-sort", "ascending")
        heading.get_by_role("button").press("Enter")
        assert page.evaluate(column) == sorted(before, reverse=True)
        expect(heading).to_have_attribute("aria-sort", "descending")
