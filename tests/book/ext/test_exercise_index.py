"""Every exercise is listed with its solution, whatever was read when, and by which process."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

INDEX = """# Book

```{toctree}
one
two
list
```
"""
LIST = "# List\n\n```{exercise-index}\n```\n"


def page(name: str, task: str = "**Compute.** Halve 8. Then halve it again.") -> str:
    exercise = f"```{{exercise}}\n:label: {name}\n{task}\n```\n"
    return f"# Page {name}\n\n{exercise}\n```{{solution}} {name}\n:class: dropdown\nIt is 4.\n```\n"


def write(book) -> None:
    book.write(INDEX)
    book.write(LIST, "list")
    book.write(page("one"), "one")
    book.write(page("two"), "two")


def listed(book) -> list[str]:
    soup = BeautifulSoup(book.page("list"), "html.parser")
    return [" ".join(item.get_text().split()) for item in soup.select(".docutils.container li")]


ENTRY = "Exercise {0} (compute): Halve 8. Solution {0}"


def test_each_exercise_is_listed_and_its_links_lead_to_it(book):
    write(book)
    assert book.build() == ""
    assert listed(book) == [ENTRY.format(1), ENTRY.format(2)]
    soup = BeautifulSoup(book.page("list"), "html.parser")
    links = [link["href"].partition("#") for link in soup.select(".docutils.container li a")]
    assert [file for file, _, _ in links] == ["one.html", "one.html", "two.html", "two.html"]
    for file, _, place in links:
        assert f'id="{place}"' in book.page(file.removesuffix(".html"))


def test_the_list_follows_a_page_that_changes_or_loses_its_exercise(book):
    write(book)
    assert book.build() == ""
    book.write(page("one", "**Derive.** Halve $x = 8$."), "one")
    assert book.build() == ""
    assert listed(book) == ["Exercise 1 (derive): Halve … Solution 1", ENTRY.format(2)]
    book.write("# Page\n", "one")
    assert book.build() == ""
    assert listed(book) == [ENTRY.format(1)]


def test_an_unchanged_list_is_not_written_again(book):
    write(book)
    assert book.build() == ""
    place = book.folder / "_build" / "html" / "list.html"
    place.write_text("as it was", encoding="utf-8")
    assert book.build() == ""
    assert place.read_text(encoding="utf-8") == "as it was"


def test_processes_that_share_the_work_list_the_same(book):
    write(book)
    assert book.build(parallel=2) == ""
    assert listed(book) == [ENTRY.format(1), ENTRY.format(2)]


def test_an_exercise_without_a_solution_is_a_warning(book):
    write(book)
    book.write(page("one").partition("```{solution}")[0], "one")
    assert re.search(r"one.md:\d+: WARNING: exercise one has no solution", book.build())
