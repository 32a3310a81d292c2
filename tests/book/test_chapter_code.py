"""A mistake in a chapter's code is found, and the message leads to its line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from proofread.__main__ import main

from tests.book.test_prose_numbers import results

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "book").glob("[a-z]*/*.md"))

CHAPTER = """---
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# Page

```{code-cell} ipython3
---
tags: [hide-input]
---
import matplotlib.pyplot as plt

value = 6 * 7
plt.plot([value])
plt.show()
```

```python
>>> 1 + 1
2

```

````{code-cell} ipython3
:tags: [raises-exception]

value / 0
````

```python
>>> value
42

```
"""


def run_chapter(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on a chapter with the book's own conftest."""
    for name in ("conftest.py", "matplotlibrc"):
        (folder / name).write_text((ROOT / "book" / name).read_text("utf-8"), "utf-8")
    chapter = folder / "chapter.md"
    chapter.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(chapter)]
    # A test run of its own, not a part of the one that runs this test.
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, env=environment)


def test_the_chapter_in_small_keeps_the_rules(tmp_path, capsys):
    page = ROOT / "tests" / "book" / "first_chapter.md"
    text = page.read_text(encoding="utf-8")
    done = run_chapter(tmp_path, text)
    assert done.returncode == 0, done.stdout
    assert main([str(page)]) == 0
    assert "1 checked, 0 excused, 0 failed" in capsys.readouterr().out
    assert not results(page.name, text)


def test_a_chapter_without_mistakes_passes(tmp_path):
    done = run_chapter(tmp_path, CHAPTER)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        ("6 * 7", "6 / 0", 12, "ZeroDivisionError"),
        ("plt.plot([value])", "plt.plot([valu])", 13, "NameError"),
        ("2\n\n```\n\n````", "3\n\n```\n\n````", 18, "Expected:"),
        ("42\n", "43\n", 30, "Expected:"),
        ("value / 0", "value / 1", 23, "raises nothing"),
    ],
)
def test_a_mistake_is_found_with_its_line(tmp_path, right, wrong, line, message):
    assert CHAPTER.count(right) == 1
    done = run_chapter(tmp_path, CHAPTER.replace(right, wrong))
    assert done.returncode == 1, done.stdout
    assert f"chapter.md:{line}" in done.stdout, done.stdout
    assert message in done.stdout, done.stdout


def test_a_warning_in_a_cell_is_a_mistake(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    done = run_chapter(tmp_path, CHAPTER.replace("6 * 7", "__import__('numpy').log(0.0)"))
    assert done.returncode == 1
    assert "RuntimeWarning" in done.stdout


def test_all_chapters_are_looked_at():
    assert len(CHAPTERS) >= 4


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_passes_plain_doctest(chapter):
    command = [sys.executable, "-m", "doctest", str(chapter)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def test_plain_doctest_finds_a_mistake(tmp_path):
    chapter = tmp_path / "chapter.md"
    chapter.write_text("# Page\n\n```python\n>>> 1 + 1\n3\n\n```\n")
    command = [sys.executable, "-m", "doctest", str(chapter)]
    done = subprocess.run(command, text=True, capture_output=True)
    assert done.returncode == 1
    assert 'chapter.md", line 4' in done.stdout
