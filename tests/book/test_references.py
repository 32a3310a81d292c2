"""Every work of the bibliography stands there once, in the order of the keys, and is cited."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

BOOK = Path(__file__).resolve().parents[2] / "book"

ENTRY = re.compile(r"^@\w+\{(?P<key>[^,]+),(?P<fields>.*?)^\}$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^\s*title = \{(.*)\},$", re.MULTILINE)
# Behind a backtick the role itself is shown.
CITED = re.compile(r"(?<!`)\{cite:\w+\}`([^`]+)`")


def titles(bibliography: str) -> dict[str, str]:
    """The title of each work by its key, without case, braces and signs."""
    found = {}
    for entry in ENTRY.finditer(bibliography):
        title = TITLE.search(entry["fields"])
        assert title, f"{entry['key']} has no title on a line of its own"
        plain = re.sub(r"[{}\\]", "", title[1].lower())
        found[entry["key"]] = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    return found


def listed_twice(works: dict[str, str]) -> list[list[str]]:
    """The keys that share a title."""
    keys = defaultdict(list)
    for key, title in works.items():
        keys[title].append(key)
    return [same for same in keys.values() if len(same) > 1]


def cited_keys(texts: Iterable[str]) -> set[str]:
    """The keys that the texts cite."""
    return {
        key.strip() for text in texts for keys in CITED.findall(text) for key in keys.split(",")
    }


def test_a_work_that_is_listed_twice_is_seen() -> None:
    bibliography = (
        "@book{a,\n  title = {On {B}ees: a Book},\n}\n@misc{b,\n  title = {On Bees -- A Book},\n}\n"
        "@misc{c,\n  title = {On Wasps},\n}\n"
    )
    assert listed_twice(titles(bibliography)) == [["a", "b"]]
    text = "{cite:p}`a, c` and {cite:t}`b`, with `{cite:t}` or `{cite:p}`"
    assert cited_keys([text]) == {"a", "b", "c"}


def test_every_work_is_listed_once_in_order_and_cited() -> None:
    works = titles((BOOK / "references.bib").read_text(encoding="utf-8"))
    assert len(works) > 100
    assert list(works) == sorted(works)
    assert listed_twice(works) == []
    sources = [*BOOK.rglob("*.md"), *(BOOK / "museum").glob("*.yml")]
    assert set(works) == cited_keys(path.read_text(encoding="utf-8") for path in sources)
