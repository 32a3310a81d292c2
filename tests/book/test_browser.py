"""The built pages in a browser: complete without a network, readable on every screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

from tests.book.built_book import book_pages

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Watched:
    """A page that notes every request that failed, or went or would go elsewhere."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.troubles: list[str] = []
        page.on("requestfailed", lambda request: self.note("failed", request))
        page.on("request", self.note_if_foreign)
        page.on("response", lambda response: self.note_status(response.status, response.url))
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        # Nothing but the loopback is there.
        page.route(lambda url: not self.is_ours(url), lambda route: route.abort())

    def is_ours(self, url: str) -> bool:
        """Whether a request stays in the book."""
        return url.startswith((self.address, "data:", "blob:"))

    def note(self, what: str, request: Request) -> None:
        """Note a request."""
        self.troubles.append(f"{what}: {request.url}")

    def note_if_foreign(self, request: Request) -> None:
        """Note a request to somebody else."""
        if not self.is_ours(request.url):
            self.note("foreign", request)

    def note_status(self, status: int, url: str) -> None:
        """Note what is not there."""
        if status >= 400:
            self.troubles.append(f"status {status}: {url}")

    def open(self, path: str) -> None:
        """Go to a page and wait until everything has come."""
        self.page.goto(f"{self.address}/{path}", wait_until="load")
        self.page.evaluate("document.fonts.ready")


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    """Colour scheme of the reader's system."""
    return request.param


@pytest.fixture
def open_page(browser, address, scheme):
    """Give a function that opens a page of the book on a screen."""
    contexts = []

    def open_one(path: str, screen: dict[str, int]) -> Watched:
        # Without motion, so that no colour is judged halfway from one to another.
        context = browser.new_context(viewport=screen, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        watched = Watched(context.new_page(), address)
        watched.open(path)
        return watched

    yield open_one
    for context in contexts:
        context.close()


# Three quarters of a chapter's elements are the strokes of its figures, the boxes of its formulas
# and the tokens of its code. They say nothing to a screen reader and would take most of the time,
# so they are taken out of the page before it is judged; a test below looks at the tokens' colours.
PRUNE = """() => {
  for (const drawn of document.querySelectorAll(".katex-html")) {
    if (!drawn.querySelector("[tabindex], [role], a, button")) drawn.remove();
  }
  for (const figure of document.querySelectorAll("svg.drawn-figure")) figure.replaceChildren();
  for (const code of document.querySelectorAll(".highlight pre")) {
    code.textContent = code.textContent;
  }
}"""

# Axe-core does not read MathML: to it, a header cell that holds a formula is empty.
FINDINGS = """async (options) => {
  options = {resultTypes: ["violations"], elementRef: true, ...options};
  const result = await axe.run(document, options);
  return result.violations.flatMap(finding => finding.nodes
    .filter(node => !(finding.id === "empty-table-header" && node.element.querySelector("math")))
    .map(node => `${finding.id}: ${node.html.slice(0, 200)}`));
}"""


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """Findings of axe-core, one text each, of all its rules or of some."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(FINDINGS, {"runOnly": rules} if rules else {})


@pytest.mark.parametrize("path", book_pages())
def test_a_page_is_complete_without_network_and_accessible(open_page, path):
    watched = open_page(path, DESKTOP)
    assert watched.troubles == []
    watched.page.evaluate(PRUNE)
    assert violations(watched.page) == []


@pytest.mark.parametrize("scheme", ["light"], indirect=True)
@pytest.mark.parametrize("path", book_pages())
def test_a_page_fits_a_phone(open_page, path):
    watched = open_page(path, PHONE)
    width = watched.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{path} is {width} wide on a screen of {PHONE['width']}"
    watched.page.evaluate(PRUNE)
    # What depends on the width; the colours and names are those of the large screen.
    assert violations(watched.page, ["scrollable-region-focusable", "target-size", "region"]) == []


def test_the_watch_notices_what_leaves_the_book(open_page):
    watched = open_page("index.html", DESKTOP)
    watched.page.evaluate("fetch('https://example.org/x').catch(() => null)")
    assert any("foreign: https://example.org/x" in trouble for trouble in watched.troubles)


def test_axe_notices_a_picture_without_text(open_page):
    watched = open_page("index.html", DESKTOP)
    watched.page.evaluate("document.querySelector('main').append(new Image())")
    assert any(finding.startswith("image-alt") for finding in violations(watched.page))


def some_page(site, mark: str) -> str:
    """Path of a page that holds the mark."""
    for path in book_pages():
        if mark in (site / path).read_text(encoding="utf-8"):
            return path
    pytest.skip(f"no page with {mark}")


def test_code_can_be_read_in_all_its_colours(open_page, site):
    # A page that imports has most kinds of tokens; the first page has hardly any.
    page = open_page(some_page(site, 'class="kn"'), DESKTOP).page
    kinds = page.evaluate(
        """() => {
          const kinds = new Map();
          for (const token of document.querySelectorAll(".highlight span[class]")) {
            if (!kinds.has(token.className)) kinds.set(token.className, token.textContent);
          }
          const code = document.createElement("pre");
          for (const [name, text] of kinds) {
            const token = document.createElement("span");
            token.className = name;
            token.textContent = text.trim() || "x";
            code.append(token, "\\n");
          }
          const block = document.querySelector(".highlight");
          block.replaceChildren(code);
          block.scrollIntoView();
          document.querySelector("main").replaceChildren(block);
          return [...kinds.keys()];
        }"""
    )
    assert len(kinds) > 10
    assert violations(page, ["color-contrast"]) == []


def test_subscripts_are_small_and_low(open_page, site):
    path = some_page(site, 'class="msupsub"')
    page = open_page(path, DESKTOP).page
    sizes = page.evaluate(
        """() => {
          const script = document.querySelector(".msupsub .katex-sizing, .msupsub .sizing");
          const whole = script.closest(".katex");
          return [getComputedStyle(script).fontSize, getComputedStyle(whole).fontSize,
                  getComputedStyle(whole).fontFamily];
        }"""
    )
    script, whole = (float(size.removesuffix("px")) for size in sizes[:2])
    assert script / whole == pytest.approx(0.7, abs=0.01)
    assert "KaTeX_Main" in sizes[2]
    assert page.evaluate("document.fonts.check('16px KaTeX_Main')")


def test_icons_show_without_the_theme_s_script(open_page):
    page = open_page("index.html", DESKTOP).page
    icon = page.locator(".search-button__button i.fa-magnifying-glass").first
    content = icon.evaluate("icon => getComputedStyle(icon, '::before').content")
    family = icon.evaluate("icon => getComputedStyle(icon, '::before').fontFamily")
    assert content not in ("none", '""')
    assert "Font Awesome" in family
    assert icon.bounding_box()["width"] > 5


def test_figures_take_the_colours_of_the_page_and_fit_a_phone(open_page, site, scheme):
    path = some_page(site, 'class="drawn-figure"')
    page = open_page(path, PHONE).page
    figures = "[...document.querySelectorAll('svg.drawn-figure')]"
    boxes = page.evaluate(f"{figures}.map(figure => figure.getBoundingClientRect().width)")
    assert boxes
    assert all(100 < width <= PHONE["width"] for width in boxes), boxes
    ink = page.locator("svg.drawn-figure").first.evaluate("f => getComputedStyle(f).color")
    channels = [int(part) for part in ink.removeprefix("rgb(").removesuffix(")").split(",")]
    assert (sum(channels) / 3 > 128) == (scheme == "dark"), ink


def test_a_formula_can_be_reached_by_keyboard_where_it_scrolls_or_has_glosses(open_page, site):
    path = some_page(site, "katex-display")
    for screen in (DESKTOP, PHONE):
        page = open_page(path, screen).page
        states = page.evaluate(
            "[...document.querySelectorAll('.katex-display')]"
            ".map(f => [f.scrollWidth > f.clientWidth, f.hasAttribute('role'), f.tabIndex])"
        )
        assert states
        for scrolls, has_glosses, tab_index in states:
            assert tab_index == (0 if scrolls or has_glosses else -1)


def test_search_finds_a_chapter_offline(open_page):
    watched = open_page("search.html?q=neuron", DESKTOP)
    watched.page.wait_for_selector("ul.search a", timeout=10_000)
    assert "neuron" in watched.page.locator("ul.search").inner_text().lower()
    assert watched.troubles == []
