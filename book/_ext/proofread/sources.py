"""The text of a page as the core reads it, and the way back to a place in the author's file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .errors import NotationProblem

# MyST-NB numbers the lines of a notebook as cell * 10000 + line, cells counted from 1.
CELL = 10_000


@dataclass(frozen=True)
class PageSource:
    """A page's MyST text; ``lines`` has the line to report for each line of a notebook's text."""

    text: str
    lines: tuple[int, ...] = ()

    def line(self, line: int) -> int:
        """The line to report for line ``line`` of the text, both counted from 1."""
        return self.lines[line - 1] if self.lines else line


def read_source(path: Path) -> PageSource:
    """Read a page; of a notebook, its Markdown cells below its metadata as front matter."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return PageSource(text)
    try:
        return _join_cells(json.loads(text))
    except (ValueError, LookupError, TypeError) as problem:
        raise NotationProblem(f"{path} is no Jupyter notebook: {problem!r}") from problem


def _join_cells(notebook: dict[str, object]) -> PageSource:
    front_matter = ["---", json.dumps(notebook["metadata"]), "---"]
    texts = list(front_matter)
    lines = [CELL] * len(front_matter)
    cells = notebook["cells"]
    assert isinstance(cells, list)
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "markdown":
            source = "".join(cell["source"]).split("\n")
            texts += ["", *source, ""]
            lines += [number * CELL + line for line in range(len(source) + 2)]
    return PageSource("\n".join(texts), tuple(lines))


def place(path: str, line: int, column: int | None = None) -> str:
    """``file:line:column`` as editors understand it, or ``file:cell 3:line:column``."""
    where = f"{path}:{line}"
    if path.endswith(".ipynb"):
        cell, line_in_cell = divmod(line, CELL)
        where = f"{path}:cell {cell}:{line_in_cell}"
    return where if column is None else f"{where}:{column}"
