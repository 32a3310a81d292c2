"""Markup of others' that is written anew: names that match the text, lists of items, single ids."""

from __future__ import annotations

import re

CELL = """# Page

```{code-cell} ipython3
:tags: [hide-input]

print("shown")
```
"""


def test_the_line_that_unfolds_a_cell_is_named_by_its_text(book):
    book.write(CELL, cells=True)
    book.build()
    fold = re.search(r"<details class=\"admonition hide[^>]*>.*?</summary>", book.page(), re.DOTALL)
    assert fold
    assert "Show code cell source" in fold[0]
    assert "aria-label" not in fold[0]


def test_entries_of_a_bibliography_are_items_of_a_list(book):
    book.write("# Page\n\nSee [one] and [two].\n")
    (book.folder / "more.rst").write_text(
        ":orphan:\n\nMore\n====\n\n[one]_ [two]_\n\n.. [one] First.\n.. [two] Second.\n"
    )
    conf = book.folder / "conf.py"
    conf.write_text(conf.read_text() + 'source_suffix[".rst"] = "restructuredtext"\n')
    book.build()
    page = book.page("more")
    assert page.count('role="list"') == 1
    assert page.count('role="listitem"') == 2
    assert "doc-biblioentry" not in page


def test_no_two_exercises_share_an_id(book):
    conf = book.folder / "conf.py"
    conf.write_text(conf.read_text() + 'extensions.append("sphinx_exercise")\n')
    parts = [f"```{{exercise}}\n:label: e{n}\n\nDo {n}.\n```\n" for n in range(2)]
    parts += [f"```{{solution}} e{n}\n\nDone {n}.\n```\n" for n in range(2)]
    book.write("# Page\n\n" + "\n".join(parts))
    assert book.build() == ""
    ids = re.findall(r' id="([^"]+)"', book.page())
    assert {"e0", "e1"} <= set(ids)
    assert len(ids) == len(set(ids))
