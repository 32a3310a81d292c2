"""Writes the workbooks that the chapters offer for download, before the pages are read.

They lie in _build/workbooks, where a page's `{download}` finds them. A workbook is written again
only when what it is made from has changed: a page whose download is newer is read anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from workbook import EDITIONS, write_workbook


def sources(root: Path) -> list[Path]:
    """Return the files that the workbooks are made from."""
    folders = (root / "nnlib", root / "book" / "_ext" / "workbook")
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def write_workbooks(root: Path) -> list[Path]:
    """Write those workbooks that are missing or older than what they are made from.

    Returns
    -------
    list of Path
        What was written.
    """
    folder = root / "_build" / "workbooks"
    folder.mkdir(parents=True, exist_ok=True)
    newest = max(path.stat().st_mtime_ns for path in sources(root))
    written = []
    for edition in EDITIONS:
        path = folder / f"{edition.name}.xlsx"
        if path.exists() and path.stat().st_mtime_ns > newest:
            continue
        unfinished = path.with_suffix(".part")
        write_workbook(edition, unfinished)
        unfinished.replace(path)
        written.append(path)
    return written


def before_reading(app: Sphinx) -> None:
    """Have the workbooks ready for the pages."""
    write_workbooks(Path(app.confdir))


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen for the start of the build."""
    app.connect("builder-inited", before_reading)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
