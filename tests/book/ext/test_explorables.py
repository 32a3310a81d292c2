"""`{explorable}`: what a page carries for a figure that moves, and what is refused."""

from __future__ import annotations

import json
import re

import pytest

from tests.book.ext.conftest import Book

GLUING = """
```{code-cell} ipython3
import json
from myst_nb import glue
glue("numbers", json.dumps({"start": [1, "</script>"]}), display=False)
glue("words", {"start": 1}, display=False)
```
"""

WHOLE = """
```{explorable} descent
:name: fig-moving
:data: numbers
:alt: A valley and a path.

Move *it*.
```

See {numref}`fig-moving`.
"""


@pytest.fixture
def page(book: Book) -> str:
    """HTML of a page with an explorable."""
    book.write("# Title\n" + GLUING + WHOLE, cells=True)
    assert book.build(confoverrides={"numfig": True}) == ""
    return book.page()


def test_the_data_of_the_cell_stand_in_the_page(page: str) -> None:
    [data] = re.findall(r'<script type="application/json">(.*?)</script>', page)
    assert json.loads(data) == {"start": [1, "</script>"]}


def test_it_is_a_numbered_figure_with_a_text_for_whoever_does_not_see_it(page: str) -> None:
    assert 'role="group"' in page
    assert 'aria-label="A valley and a path."' in page
    assert "Move <em>it</em>." in page
    assert re.search(r'href="#fig-moving"><span class="std std-numref">Fig\. 1</span>', page)


def test_without_scripts_a_sentence_stands_in_its_place(page: str) -> None:
    assert "It needs JavaScript" in page


def test_only_a_page_with_an_explorable_loads_its_scripts(book: Book) -> None:
    book.write("# Title\n" + GLUING + WHOLE + "```{toctree}\nother\n```\n", cells=True)
    book.write("# Other\n", "other")
    assert book.build(confoverrides={"numfig": True}) == ""
    loaded = re.findall(r"explorables/(\w+)\.js", book.page())
    assert loaded == ["controls", "plane", "explorable", "descent"]
    assert "explorables/" not in book.page("other")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("} descent", "} staircase", "no explorable is called 'staircase': write one of backward"),
        (":alt: A valley and a path.\n", "", "has no alternative text: add `:alt:"),
        (":data: numbers\n", "", "has no data: add `:data:"),
        (":data: numbers", ":data: nothing", "no cell of this page glues 'nothing'"),
        (":data: numbers", ":data: words", "'words', the explorable's data, is not JSON: glue it"),
        ("Move *it*.\n", "", "has no caption: write below it what to try and see"),
        ("Move *it*.\n", "- Move it.\n", "the caption of an explorable is one paragraph"),
    ],
)
def test_what_is_missing_is_said_with_its_line(
    book: Book, old: str, new: str, message: str
) -> None:
    assert old in WHOLE
    book.write("# Title\n" + GLUING + WHOLE.replace(old, new), cells=True)
    warnings = book.build()
    assert message in warnings
    assert "index.md:15: ERROR" in warnings
