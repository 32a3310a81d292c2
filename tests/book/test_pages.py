"""The built pages, as files: complete, and asking nothing of anybody else."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.book.built_book import book_pages

# What a browser fetches by itself. A link that a reader clicks is none.
FETCHED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
LINKS_FETCHED = {"stylesheet", "preload", "icon", "shortcut", "prefetch", "modulepreload"}


def fetched(soup: BeautifulSoup) -> list[str]:
    """Addresses that a page fetches."""
    found = []
    for name, attributes in FETCHED.items():
        for element in soup.find_all(name):
            found += [element[each] for each in attributes if element.get(each)]
    for link in soup.find_all("link"):
        if LINKS_FETCHED.intersection(link.get("rel", [])):
            found.append(link["href"])
    for style in [*soup.find_all("style"), *soup.find_all(style=True)]:
        text = style.get("style") or style.string or ""
        found += re.findall(r"url\(['\"]?([^)'\"]+)", text)
    return found


def is_foreign(address: str) -> bool:
    """Whether an address leads away from the book."""
    return bool(urlsplit(address).netloc)


@functools.cache
def read(page: Path) -> BeautifulSoup:
    """Parse a page."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@functools.cache
def ids_of(page: Path) -> list[str]:
    """Every id of a page."""
    return [element["id"] for element in read(page).find_all(id=True)]


def test_the_scan_sees_what_a_page_would_fetch():
    soup = BeautifulSoup(
        '<script src="https://a.example/x.js"></script><img src="//b.example/y.png">'
        '<link rel="stylesheet" href="https://c.example/z.css"><a href="https://d.example/">d</a>'
        "<p style=\"background: url('https://e.example/e.png')\">",
        "html.parser",
    )
    foreign = {urlsplit(address).netloc for address in fetched(soup) if is_foreign(address)}
    assert foreign == {"a.example", "b.example", "c.example", "e.example"}


@pytest.mark.parametrize("page", book_pages())
def test_a_page_fetches_only_what_the_book_holds(site, page):
    for address in fetched(read(site / page)):
        assert not is_foreign(address), f"{page} fetches {address}"
        path = urlsplit(address).path
        if path and not address.startswith(("data:", "#")):
            assert (site / page).parent.joinpath(path).resolve().exists(), f"{page}: no {address}"


def test_no_style_sheet_fetches_from_elsewhere(site):
    sheets = list(site.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        for address in re.findall(r"(?:url\(|@import )['\"]?([^)'\";]+)", text):
            assert not is_foreign(address), f"{sheet.relative_to(site)} fetches {address}"


@pytest.mark.parametrize("page", book_pages())
def test_formulas_are_rendered_and_cells_have_run(site, page):
    soup = read(site / page)
    for formula in soup.select(".math"):
        assert formula.select_one("math"), f"{page}: not rendered: {formula.get_text()[:80]}"
    assert not soup.select(".katex-error")
    assert not soup.select("script[src*=fontawesome]"), "half a megabyte that nothing needs"


@pytest.mark.parametrize("page", book_pages())
def test_ids_are_unique_and_links_within_the_book_lead_somewhere(site, page):
    ids = ids_of(site / page)
    assert sorted(ids) == sorted(set(ids))
    for link in read(site / page).select("main a[href]"):
        target = urlsplit(link["href"])
        if target.scheme or target.netloc:
            continue
        file = (site / page).parent.joinpath(target.path).resolve() if target.path else site / page
        assert file.exists(), f"{page}: {link['href']}"
        if target.fragment and file.suffix == ".html":
            assert target.fragment in ids_of(file), f"{page}: {link['href']}"


def test_every_chapter_is_in_the_table_of_contents(site):
    sources = {
        path.relative_to(site / "_sources").with_suffix(".html").as_posix()
        for path in (site / "_sources").rglob("*.md")
    }
    assert len(sources) > 3
    linked = {link["href"] for link in read(site / "index.html").select("nav a.reference[href]")}
    assert sources - {"index.html"} <= linked


def test_the_licences_and_the_copyright_stand_below_every_page(site):
    for page in book_pages():
        footer = read(site / page).select_one("footer.bd-footer-content, .footer-content__inner")
        if page in ("genindex.html", "search.html") and footer is None:
            continue
        assert footer is not None, page
        text = " ".join(footer.get_text(" ").split())
        assert "CC BY 4.0" in text, page
        assert "MIT" in text, page
        assert "Copyright 2026, the authors of the book" in text, page
