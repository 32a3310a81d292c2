"""``python -m proofread``: lines, summary, JSON, exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from proofread.__main__ import main

PAGES = Path(__file__).parent / "pages"
GOOD = str(PAGES / "pendulum.md")
BAD = """---
proofread:
  symbols: {x: a number}
---

Text.

$$
x = 2x
$$
"""


def test_a_good_page_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([GOOD]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("1 page, 3 formulas: 3 checked, 0 excused, 0 failed")


def test_each_failure_is_a_line_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "bad.md"
    page.write_text(BAD, encoding="utf-8")
    assert main([str(page), GOOD]) == 1
    first, summary = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{page}:9:5: false: the left side is")
    assert "did you mean: " in first
    assert "1 failed" in summary


def test_a_folder_is_searched_and_json_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "bad.md").write_text(BAD, encoding="utf-8")
    assert main([str(tmp_path), "--json", "--no-corruptions"]) == 1
    (report,) = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in report["equations"]] == ["failed"]
    assert report["equations"][0]["problems"][0]["line"] == 9


def test_the_nearest_table_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notation.yml").write_text("common: {symbols: {q: {value: 3}}}", encoding="utf-8")
    (tmp_path / "page.md").write_text("$$\nq = 3\n$$\n", encoding="utf-8")
    assert main([str(tmp_path / "page.md")]) == 0
    assert "1 checked" in capsys.readouterr().out


@pytest.mark.parametrize("argument", ["nowhere.md", "empty"])
def test_wrong_paths_exit_with_2(
    argument: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main([str(tmp_path / argument)]) == 2
    assert argument in capsys.readouterr().err


def test_it_runs_as_a_module_without_sphinx() -> None:
    extensions = Path(__file__).resolve().parents[2] / "book" / "_ext"
    code = (
        "import sys, runpy; sys.modules['sphinx'] = None; sys.argv = ['proofread', sys.argv[1]];"
        "runpy.run_module('proofread', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, GOOD],
        cwd=extensions,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "3 checked" in done.stdout


CELLS = [{"cell_type": "markdown", "source": ["# T\n", "\n", "$$\n", "x = 2x\n", "$$"]}]
NOTEBOOK = {"metadata": {"proofread": {"symbols": {"x": "a number"}}}, "cells": CELLS}


def test_a_notebook_is_read_by_its_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.ipynb"
    page.write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f"{page}:cell 1:4:5: false: ")


@pytest.mark.parametrize(
    ("name", "text"), [("page.ipynb", "{}"), ("page.ipynb", "$$x=3$$"), ("page.rst", "")]
)
def test_what_is_no_page_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert main([str(tmp_path / name)]) == 2
    assert " is no " in capsys.readouterr().err


def test_what_is_built_or_hidden_is_no_page_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("Text.", encoding="utf-8")
    for folder in ("_build", ".cache"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "bad.md").write_text(BAD, encoding="utf-8")
    assert main([str(tmp_path)]) == 0


@pytest.mark.parametrize(("part", "status"), [("Text, $a$.", 0), ("$$\na = b\n$$", 1)])
def test_formulas_of_an_included_file_are_not_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, status: int
) -> None:
    (tmp_path / "part.txt").write_text(part, encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text("# T\n\n```{include} part.txt\n```\n", encoding="utf-8")
    assert main([str(page)]) == status
    said = f"{page}:3:1: unread: 1 formulas of the included file part.txt are not read"
    assert (said in capsys.readouterr().out) == bool(status)
