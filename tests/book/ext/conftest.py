"""A small book of its own for each test of an extension."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sphinx.testing.util import SphinxTestApp

ROOT = Path(__file__).resolve().parents[3]

BUILT_IN = ("MATPLOTLIBRC", "IPYTHONDIR", "NNLIB_PROGRESS", "PYTHONPATH", "SOURCE_DATE_EPOCH")

CONF = """
project = "Trial"
extensions = ["myst_nb", *{extensions!r}]
exclude_patterns = ["_build", "node_modules", "nnlib", "book"]
source_suffix = {{".md": "myst-nb"}}
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_math_renderer = "katex"
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
"""

EXTENSIONS = [
    "accessible_markup",
    "cell_execution",
    "cell_failures",
    "exercise_index",
    "explorables",
    "failed_builds",
    "folded_solutions",
    "inline_figures",
    "katex_math",
    "public_address",
]

CHAPTER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""


class Book:
    """A book in a folder of its own, which can be built again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "conf.py").write_text(CONF.format(extensions=EXTENSIONS))
        (folder / "requirements.txt").write_text("")
        (folder / "book").mkdir()
        style = (ROOT / "book" / "matplotlibrc").read_text(encoding="utf-8")
        (folder / "book" / "matplotlibrc").write_text(style, encoding="utf-8")
        (folder / "nnlib").mkdir()
        (folder / "nnlib" / "__init__.py").write_text("")
        (folder / "node_modules").symlink_to(ROOT / "node_modules")

    def write(self, text: str, name: str = "index", *, cells: bool = False) -> None:
        """Write a page; one with cells gets the head that makes it a chapter."""
        (self.folder / f"{name}.md").write_text((CHAPTER if cells else "") + text, encoding="utf-8")

    def build(self, builder: str = "html", **options: Any) -> str:
        """Build, and return the warnings without their colours."""
        with warnings.catch_warnings():
            # Not ours to mend: what the extensions of others still call. In ours it is an error.
            warnings.simplefilter("ignore")
            for name in EXTENSIONS:
                warnings.filterwarnings("error", module=name)
            app = SphinxTestApp(builder, srcdir=self.folder, **options)
            try:
                app.build()
                return re.sub(r"\x1b\[[\d;]*m", "", app.warning.getvalue())
            finally:
                app.cleanup()

    def page(self, name: str = "index") -> str:
        """HTML of a built page."""
        return (self.folder / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """Give an empty book, and take back what a build does to the environment."""
    for name in BUILT_IN:
        monkeypatch.setenv(name, os.environ.get(name, ""))
        if not os.environ[name]:
            del os.environ[name]
    yield Book(tmp_path)


@pytest.fixture
def make_book(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Book]:
    """Give a function that makes one more empty book."""
    return lambda: Book(tmp_path_factory.mktemp("book"))
