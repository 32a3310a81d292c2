"""Every label of the book is given once.

Sphinx warns of a label that two pages share only if one process happens to read both. A link would
then lead to either.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

BOOK = Path(__file__).resolve().parents[2] / "book"

GIVEN = re.compile(
    r"^\((?P<target>[\w-]+)\)=$"
    r"|^\s+name: (?P<figure>[\w-]+)$"
    r"|^:(?:label|name): (?P<directive>[\w-]+)$"
    r"|^\$\$ \((?P<equation>[\w-]+)\)$",
    re.MULTILINE,
)


def shared_labels(pages: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Labels that are given more than once in `pages`, pairs of name and text, and where."""
    places = defaultdict(list)
    for name, text in pages:
        for match in GIVEN.finditer(text):
            places[match[match.lastgroup or 0]].append(name)
    return {label: names for label, names in places.items() if len(names) > 1}


def test_a_shared_label_is_seen():
    figure, exercise = "mystnb:\n  figure:\n    name: fig-a\n", ":label: e\n(t)=\n$$ (eq-q)\n"
    pages = [("one", figure + exercise), ("two", figure), ("three", exercise)]
    assert shared_labels(pages) == {
        "fig-a": ["one", "two"],
        "e": ["one", "three"],
        "t": ["one", "three"],
        "eq-q": ["one", "three"],
    }


def test_no_label_is_given_twice():
    pages = [(page.name, page.read_text(encoding="utf-8")) for page in BOOK.rglob("*.md")]
    assert sum(len(GIVEN.findall(text)) for _, text in pages) > 300
    assert shared_labels(pages) == {}
