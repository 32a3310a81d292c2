"""Cells: a failure leads to its line and comes back; kept results are renewed when they must be."""

from __future__ import annotations

from pathlib import Path

import cell_execution
import cell_failures
import pytest

FAILING = """# Page

```{code-cell} ipython3
first = 1
```

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  image: {alt: none}
---

second = 2
first / 0
```
"""


@pytest.mark.parametrize("parallel", [0, 4])
def test_a_failing_cell_ends_the_build_with_its_line(book, parallel):
    book.write(FAILING, cells=True)
    for number in range(parallel * 2):
        book.write("---\norphan: true\n---\n# Page\n", f"page{number}")
    for _ in range(2):
        with pytest.raises(cell_failures.CellFailure) as failure:
            book.build(parallel=parallel)
        message = str(failure.value)
        assert f"{book.folder / 'index.md'}:20: ZeroDivisionError: division by zero" in message
        assert "raises-exception" in message


def test_an_error_that_is_meant_is_shown(book):
    text = FAILING.replace("[hide-input]", "[hide-input, raises-exception]")
    book.write(text, cells=True)
    assert "mystnb.exec" not in book.build()
    assert "ZeroDivisionError" in book.page()


def test_a_syntax_error_leads_to_its_line(book):
    book.write("# Page\n\n```{code-cell} ipython3\na = 1\nb = = 2\n```\n", cells=True)
    with pytest.raises(cell_failures.CellFailure, match=r"index\.md:10: SyntaxError"):
        book.build()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_line_that_takes_its_time_stays_one_line(book, stream):
    code = f"""import sys, time
print("begun", end=" ", file=sys.{stream}, flush=False)
time.sleep(0.7)
print("and ended", file=sys.{stream})
"""
    book.write(f"# Page\n\n```{{code-cell}} ipython3\n{code}```\n", cells=True)
    book.build(confoverrides={"nb_merge_streams": True})
    assert "begun and ended" in book.page()


def test_where_the_code_of_a_cell_starts():
    lines = [
        "```{code-cell} ipython3",
        "one",
        "```",
        "```{code-cell} ipython3",
        ":tags: [hide-input]",
        ":name: two",
        "",
        "two",
        "```",
        "````{code-cell} ipython3",
        "---",
        "tags: [a]",
        "---",
        "three",
        "````",
    ]
    assert cell_failures.first_code_lines(lines) == [2, 8, 14]


def test_cells_run_again_when_the_package_changes(book):
    book.write("# Page\n\n```{code-cell} ipython3\nimport nnlib\nnnlib.VALUE\n```\n", cells=True)
    package = book.folder / "nnlib" / "__init__.py"
    for value in ("first_value", "second_value"):
        package.write_text(f"VALUE = {value!r}\n")
        assert book.build() == ""
        assert value in book.page()


def test_cells_do_not_run_again_when_nothing_changes(book):
    count = book.folder / "count"
    cell = f"```{{code-cell}} ipython3\nopen({str(count)!r}, 'a').write('x')\n```\n"
    book.write("# Page\n\n" + cell, cells=True)
    book.build()
    book.write("# Page, reworded\n\n" + cell, cells=True)
    book.build()
    assert "Page, reworded" in book.page()
    assert count.read_text() == "x"


def test_everything_that_a_result_depends_on_is_in_the_key(book):
    root = book.folder
    keys = {cell_execution.execution_key(root)}
    (root / "nnlib" / "deep").mkdir()
    changes: list[tuple[Path, str]] = [
        (root / "nnlib" / "__init__.py", "# changed"),
        (root / "nnlib" / "deep" / "new.py", ""),
        (root / "requirements.txt", "numpy==2.4.6"),
        (root / "book" / "matplotlibrc", "font.size: 12"),
    ]
    for path, text in changes:
        path.write_text(text)
        keys.add(cell_execution.execution_key(root))
    assert len(keys) == 1 + len(changes)


def test_what_a_chapter_uses_only_where_it_is_there_is_in_the_key(book, monkeypatch):
    root, packages = book.folder, book.folder / "packages"
    monkeypatch.setattr(cell_execution, "OPTIONAL_PACKAGES", ("optional-package",))
    monkeypatch.syspath_prepend(str(packages))
    keys = [cell_execution.execution_key(root)]
    installed = packages / "optional_package-0.dist-info" / "METADATA"
    data = root / "data" / "mnist" / "train-images-idx3-ubyte.gz"
    for path in (installed, data):
        path.parent.mkdir(parents=True)
        for version in (1, 2):
            path.write_text(f"Metadata-Version: 2.1\nName: optional-package\nVersion: {version}\n")
            keys.append(cell_execution.execution_key(root))
    assert len(set(keys)) == 5
    installed.unlink()
    installed.parent.rmdir()
    data.unlink()
    assert cell_execution.execution_key(root) == keys[0]


def test_what_an_interrupted_build_left_is_mended(book):
    book.write("# Page\n\n```{code-cell} ipython3\n6 * 7\n```\n", cells=True)
    assert book.build() == ""
    (results,) = (book.folder / "_build" / "cells").iterdir()
    (kept,) = results.glob("executed/*/base.ipynb")
    environment = book.folder / "_build" / "doctrees" / "environment.pickle"
    for damage in (kept.unlink, lambda: kept.write_text("{"), (results / "__version__.txt").unlink):
        damage()
        environment.unlink()
        assert book.build() == ""
        assert ">42<" in book.page().replace("\n", "")
        assert kept.exists()


def test_a_build_with_a_warning_warns_again(book):
    book.write("# Page\n\n{ref}`nowhere`\n")
    first, second = book.build(), book.build()
    assert "undefined label: 'nowhere'" in first
    assert second == first
    book.write("# Page\n")
    assert book.build() == ""
