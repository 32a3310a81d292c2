"""The reference shows every public thing of the package, once."""

from __future__ import annotations

import importlib

import pytest
from api_reference import documented_elsewhere, public_modules
from bs4 import BeautifulSoup

import nnlib
from tests.book.built_book import SITE

MODULES = public_modules(nnlib)


def test_modules_are_found_and_private_ones_left_out():
    assert {"nnlib.losses", "nnlib.diagnostics", "nnlib.mnist"} <= set(MODULES)
    assert not [name for name in MODULES if "._" in name]


def test_a_name_is_documented_where_it_is_defined():
    assert documented_elsewhere("nnlib.training", MODULES) == ["History"]
    assert documented_elsewhere("nnlib.history", MODULES) == []
    assert documented_elsewhere("nnlib.diagnostics", MODULES) == []


@pytest.mark.skipif(not (SITE / "index.html").exists(), reason="run `make html` first")
def test_the_page_shows_every_public_name_with_a_text():
    page = SITE / "back-matter" / "nnlib-reference.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for name in MODULES:
        hidden = documented_elsewhere(name, MODULES)
        for public in getattr(importlib.import_module(name), "__all__", []):
            entry = soup.find(id=f"{name}.{public}")
            assert (entry is None) == (public in hidden), f"{name}.{public}"
            assert entry is None or entry.find_next_sibling("dd").get_text(strip=True), public
