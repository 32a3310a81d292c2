"""Badges and glosses open by mouse, touch and keyboard, and without a script what matters stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@pytest.fixture(scope="module")
def site(tmp_path_factory, make_book):
    book = make_book(tmp_path_factory.mktemp("site"))
    (book.source / "node_modules").symlink_to(ROOT / "node_modules")
    ...
