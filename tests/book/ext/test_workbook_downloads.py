"""The workbooks are written when they have to be, and lie where the built pages link to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import workbook_downloads
from bs4 import BeautifulSoup
from workbook import EDITIONS, TWO_TWO_ONE, write_workbook
from workbook_downloads import sources, write_workbooks

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def root(tmp_path, monkeypatch):
    for folder in ("nnlib", "book/_ext/workbook"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "module.py").write_text("")
    monkeypatch.setattr(workbook_downloads, "EDITIONS", (TWO_TWO_ONE,))
    return tmp_path


def test_a_workbook_is_written_once_and_again_after_a_change(root):
    (path,) = write_workbooks(root)
    assert path.name == "network-2-2-1.xlsx"
    assert write_workbooks(root) == []
    later = path.stat().st_mtime_ns + 10**9
    os.utime(sources(root)[0], ns=(later, later))
    assert write_workbooks(root) == [path]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_sources_are_those_of_the_book():
    names = {path.relative_to(ROOT).as_posix() for path in sources(ROOT)}
    assert {"nnlib/network.py", "book/_ext/workbook/columns.py"} <= names


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_the_built_chapter_offers_the_workbook(site, edition, tmp_path):
    page = site / "from-cells-to-code" / "a-spreadsheet-to-numpy.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in soup.select("a.download[href]")]
    (offered,) = {link for link in links if link.endswith(f"/{edition.name}.xlsx")}
    write_workbook(edition, tmp_path / "expected.xlsx")
    expected = (tmp_path / "expected.xlsx").read_bytes()
    assert (page.parent / offered).read_bytes() == expected
