"""Makes `pytest book/part/chapter.md` run a chapter: its cells and its `>>>` examples, in order.

A chapter has one namespace, as in the notebook that it is. A failure names the chapter's own line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from sybil import Document, Example, Region, Sybil
from sybil.parsers.myst.lexers import DirectiveLexer
from sybil.parsers.rest import DocTestParser

os.environ["NNLIB_PROGRESS"] = "0"
mpl.rc_file(str(Path(__file__).with_name("matplotlibrc")))
mpl.use("Agg")

find_cells = DirectiveLexer("code-cell", "ipython3")


class NothingRaised(AssertionError):
    """A cell that announces an error ran without one."""


def run_cell(example: Example) -> None:
    """Run a cell, compiled so that its lines are those of the chapter."""
    source, line = example.parsed
    exec(compile("\n" * (line - 1) + source, example.path, "exec"), example.namespace)


def run_failing_cell(example: Example) -> None:
    """Run a cell with the tag raises-exception, which has to raise."""
    try:
        run_cell(example)
    except Exception:
        return
    raise NothingRaised(
        f"{example.path}:{example.line}: this cell has the tag raises-exception but raises nothing"
    )


def parse_cells(document: Document) -> Iterable[Region]:
    """Find the cells of a chapter."""
    for cell in find_cells(document):
        raises = "raises-exception" in cell.lexemes["options"].get("tags", "")
        source = str(cell.lexemes["source"])
        # Sybil's own count leaves out the lines of a cell's options.
        start = document.text.index(source, cell.start)
        cell.parsed = (source, document.text.count("\n", 0, start) + 1)
        cell.evaluator = run_failing_cell if raises else run_cell
        yield cell


def show_and_close(*arguments: Any, **options: Any) -> None:
    """Do what a notebook does at plt.show(): the figure is finished and goes away."""
    plt.close("all")


def start_chapter(namespace: dict[str, Any]) -> None:
    """Prepare a chapter's namespace."""
    namespace["__name__"] = "__main__"
    plt.show = show_and_close


def end_chapter(namespace: dict[str, Any]) -> None:
    """Leave no figure to the next chapter."""
    plt.close("all")


pytest_collect_file = Sybil(
    parsers=[parse_cells, DocTestParser()],
    patterns=["*.md"],
    setup=start_chapter,
    teardown=end_chapter,
).pytest()
