"""The reference shows every public thing of the package, once."""

from __future__ import annotations

import importlib

import pytest
from api_reference import (
    documented_elsewhere,
    leave_out_fields,
    public_modules,
    without_signature_of_protocols,
)
from bs4 import BeautifulSoup

import nnlib
from nnlib import SGD
from nnlib.history import EpochRecord, History
from nnlib.optimizers import Optimizer
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
    signatures = [each.get_text() for each in soup.select("dt.sig")]
    assert len(signatures) == len({each["id"] for each in soup.select("dt.sig")})
    assert not [each for each in signatures if "<class" in each or "<function" in each]
    assert "Alias for field number" not in soup.get_text()


def test_fields_of_named_tuples_and_signatures_of_protocols_are_left_out():
    assert leave_out_fields(None, "class", "loss", EpochRecord.loss, False, None) is True
    assert leave_out_fields(None, "class", "epochs", History.epochs, False, None) is None
    shown = ("(*args, **kwargs)", "None")
    assert without_signature_of_protocols(None, "class", "", Optimizer, None, *shown) == ("", "")
    assert without_signature_of_protocols(None, "class", "", SGD, None, *shown) is None
