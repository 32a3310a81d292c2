"""A cell that fails ends the build, with the file, the line and the error in the message.

MyST-NB would go on with a page full of numbers that are missing, and name no line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core.execute.base import ExecutionError
from myst_nb.sphinx_ import Parser
from sphinx.application import Sphinx
from sphinx.errors import SphinxError, SphinxParallelError

COLOUR = re.compile(r"\x1b\[[\d;]*m")
PLACE = re.compile(r"Cell In\[(\d+)\], line (\d+)")
CELL = re.compile(r"\s*(```+|:::+)\s*\{code-cell\}")


class CellFailure(SphinxError):
    """The code of a chapter's cell raised an error."""

    category = "Error in a chapter's code"


def first_code_lines(lines: list[str]) -> list[int]:
    """Line numbers, counted from 1, at which the code of each cell starts, below its options.

    Examples
    --------
    >>> first_code_lines(["# Title", "```{code-cell} ipython3", ":tags: [hide-input]", "", "1 / 0"])
    [5]
    """
    fences = [index for index, line in enumerate(lines) if CELL.match(line)]
    return [_after_options(lines, fence + 1) + 1 for fence in fences]


def _after_options(lines: list[str], index: int) -> int:
    """Index of the first line of code, given that of the line below the opening fence."""
    if lines[index].strip() == "---":
        index = next(i for i in range(index + 1, len(lines)) if lines[i].strip() == "---") + 1
    while index < len(lines) - 1 and re.match(r"\s*(:[\w-]+:.*)?$", lines[index]):
        index += 1
    return index


def describe(path: Path, problem: str) -> str:
    """One message from the traceback of a kernel: place, error, and what to do."""
    problem = COLOUR.sub("", problem).strip()
    error = problem.splitlines()[-1]
    place = PLACE.search(problem)
    where = str(path)
    if place:
        cells = first_code_lines(path.read_text(encoding="utf-8").splitlines())
        where += f":{cells[int(place[1]) - 1] + int(place[2]) - 1}"
    return (
        f"{where}: {error}\n\n{problem}\n\n"
        "Mend the cell, or what it calls; if the error is meant to be shown, "
        "give the cell the tag raises-exception."
    )


class ChapterParser(Parser):
    """MyST-NB's parser, with an error that leads to the line."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse and execute one chapter."""
        try:
            super().parse(inputstring, document)
        except ExecutionError as error:
            path = Path(str(error))
            raise CellFailure(describe(path, str(error.__cause__))) from None


def unwrap(app: Sphinx, exception: Exception | None) -> None:
    """Show a failure in a parallel build as a serial build does, without Sphinx's own state."""
    name = f"{CellFailure.__module__}.{CellFailure.__qualname__}: "
    if isinstance(exception, SphinxParallelError) and str(exception).startswith(name):
        raise CellFailure(str(exception).removeprefix(name))


def setup(app: Sphinx) -> dict[str, Any]:
    """Put our parser in the place of MyST-NB's."""
    app.setup_extension("myst_nb")
    app.add_source_parser(ChapterParser, override=True)
    # Last, because what is raised here keeps later listeners from hearing of the failure.
    app.connect("build-finished", unwrap, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
