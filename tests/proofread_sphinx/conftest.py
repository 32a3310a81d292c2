"""Small books to build, and the records that the extension's parts exchange."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from proofread_sphinx.records import EquationRecord
from sphinx.testing.util import SphinxTestApp

ROOT = Path(__file__).parents[2]
COLOUR = re.compile(r"\x1b\[[\d;]*m")

CONF = """\
extensions = ["myst_nb", "proofread_sphinx"]
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
nb_execution_mode = "off"
html_theme = "basic"
"""


@dataclass(frozen=True)
class Build:
    """What a build left: its exit status with ``-W``, its warnings, its pages."""

    status: int
    warnings: list[str]
    read: list[str]
    out: Path

    def page(self, name: str) -> str:
        """The text of an output file."""
        return (self.out / name).read_text(encoding="utf-8")


class Book:
    """A book in a folder of its own, built as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "book"
        self.folder = folder
        self.source.mkdir()
        self.write("conf.py", CONF)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the book."""
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def build(self, builder: str = "html", *, processes: int = 0, fresh: bool = False) -> Build:
        """Build as ``sphinx-build -n -W`` does, on top of what the last build left."""
        warnings = io.StringIO()
        app = SphinxTestApp(
            builder,
            srcdir=self.source,
            builddir=self.folder / "_build",
            freshenv=fresh,
            warning=warnings,
            warningiserror=True,
            confoverrides={"nitpicky": True},
            parallel=processes,
        )
        read: list[str] = []
        app.connect("env-purge-doc", lambda app, env, docname: read.append(docname))
        try:
            app.build()
        finally:
            app.cleanup()
        lines = COLOUR.sub("", warnings.getvalue()).strip().splitlines()
        return Build(app.statuscode, lines, sorted(read), Path(app.outdir))

    def build_apart(self) -> tuple[int, str]:
        """Build in a process of its own, which imports everything anew: status and errors."""
        result = subprocess.run(
            [sys.executable, "-m", "sphinx", "-q", "-W", self.source, self.folder / "_build"],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "PYTHONPATH": f"{self.source}{os.pathsep}{ROOT / 'book' / '_ext'}",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )
        return result.returncode, COLOUR.sub("", result.stderr)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """An empty book with a notation table."""
    return Book(tmp_path)


@pytest.fixture
def make_equation() -> Callable[..., EquationRecord]:
    """A checked equation, with the fields given in place of the usual ones."""

    def make(latex: str = "a = b", **changes: object) -> EquationRecord:
        record: EquationRecord = {
            "label": "",
            "latex": latex,
            "line": 1,
            "column": 1,
            "inline": False,
            "status": "checked",
            "reason": "",
            "world": "",
            "relations": 1,
            "comparisons": 105,
            "worlds": 7,
            "worst_error": 8.1e-16,
            "corruptions_tried": 20,
            "corruptions_caught": 20,
            "equivalents": [],
            "survivors": [],
            "kinds": ["identity"],
            "problems": [],
            "symbols": [],
        }
        return {**record, **changes}  # type: ignore[typeddict-item]

    return make
