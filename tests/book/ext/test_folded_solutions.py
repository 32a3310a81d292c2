"""Solutions are folded away, and unfold without a script."""

from __future__ import annotations

import re

EXERCISE = """# Page

```{exercise}
:label: halve
Halve 8.
```
"""
SOLUTION = """
```{solution} halve
:class: dropdown

It is 4.
```
"""


def test_a_solution_is_folded_under_its_title(book):
    book.write(EXERCISE + SOLUTION)
    assert book.build() == ""
    fold = re.search(r"<details>(.*?)</details>", book.page(), re.DOTALL)
    assert fold, "the solution is not folded"
    summary, body = fold[1].split("</summary>")
    assert "Solution to Exercise 1" in re.sub("<[^>]+>", "", summary)
    assert "It is 4." in body


def test_a_solution_without_the_class_stays_open(book):
    book.write(EXERCISE + SOLUTION.replace(":class: dropdown\n", ""))
    assert book.build() == ""
    assert "<details>" not in book.page()
    assert "It is 4." in book.page()
