"""Places are told in the author's file, in notebooks too."""

import json

from proofread.sources import place, read_source


def notebook(tmp_path, *cells):
    path = tmp_path / "page.ipynb"
    sources = [
        {"cell_type": kind, "source": text.splitlines(keepends=True)} for kind, text in cells
    ]
    path.write_text(json.dumps({"metadata": {"proofread": {"world": "w"}}, "cells": sources}))
    return path


def test_markdown_is_read_as_it_is(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("# Größe\n")
    source = read_source(path)
    assert (source.text, source.line(1)) == ("# Größe\n", 1)


def test_a_notebook_gives_its_markdown_cells_with_cell_and_line(tmp_path):
    cells = [("markdown", "# T"), ("code", "$$x$$"), ("markdown", "a\n\n$$\nb\n$$")]
    source = read_source(notebook(tmp_path, *cells))
    lines = source.text.split("\n")
    assert "$$x$$" not in source.text
    assert source.line(lines.index("$$") + 1) == 30003


def test_the_metadata_of_a_notebook_is_its_front_matter(tmp_path):
    lines = read_source(notebook(tmp_path, ("markdown", "# T"))).text.split("\n")
    assert lines[0] == lines[2] == "---"
    assert json.loads(lines[1]) == {"proofread": {"world": "w"}}


def test_places():
    assert place("a/b.md", 12, 5) == "a/b.md:12:5"
    assert place("b.ipynb", 30003, 5) == "b.ipynb:cell 3:3:5"
    assert place("b.md", 12) == "b.md:12"
