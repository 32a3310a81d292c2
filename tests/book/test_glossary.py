"""Every term of the glossary is linked from where the chapters first define it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

BOOK = Path(__file__).resolve().parents[2] / "book"

LINK = re.compile(r"\{term\}`(?:[^`<]*<([^`>]+)>|([^`<]+))`")
# Neither front matter nor code, in which two stars are a power.
NO_TEXT = re.compile(r"\A---.*?^---$|^(`{3,})(?:\{code-cell\}|python).*?^\1\s*$", re.M | re.S)


def terms_of(glossary: str) -> list[str]:
    """The terms of a glossary page, in its order."""
    body = glossary.partition("```{glossary}\n")[2].rpartition("```")[0]
    return [line for line in body.splitlines() if line and not line.startswith(" ")]


def linked_terms(text: str) -> list[str]:
    """The terms that a text links, in its order."""
    return [" ".join((m[1] or m[2]).split()) for m in LINK.finditer(text)]


def wrong_marks(terms: Iterable[str], chapters: list[str]) -> dict[str, str]:
    """What is wrong with a term's first bold mark in `chapters`, which are in reading order."""
    text = "\n".join(NO_TEXT.sub("", chapter) for chapter in chapters)
    found = {}
    for term in terms:
        words = r"\s+".join(map(re.escape, term.split()))
        plain = re.search(rf"\*\*{words}\*\*", text, re.IGNORECASE)
        marks = [m for m in LINK.finditer(text) if linked_terms(m[0]) == [term]]
        if not marks:
            found[term] = "is linked from no chapter"
        elif plain and plain.start() < marks[0].start():
            found[term] = "stands in bold before it is linked"
        elif text[marks[0].start() - 2 : marks[0].start()] != "**":
            found[term] = "is not in bold where it is first linked"
    return found


def reading_order() -> list[str]:
    """The texts of the chapters, and of the page that gathers their calculus."""
    contents = (BOOK / "index.md").read_text(encoding="utf-8")
    names = re.findall(r"^[a-z-]+/[a-z-]+$", contents, re.MULTILINE)
    chapters = [name for name in names if not name.startswith("back-matter/")]
    chapters.append("back-matter/the-calculus-you-need")
    return [(BOOK / f"{name}.md").read_text(encoding="utf-8") for name in chapters]


def test_wrong_marks_are_seen():
    chapters = ["```python\n2**a**3\n```\n**b** {term}`c`", "**{term}`as <a>`** **{term}`b`**"]
    assert wrong_marks(["a", "b", "c", "d"], chapters) == {
        "b": "stands in bold before it is linked",
        "c": "is not in bold where it is first linked",
        "d": "is linked from no chapter",
    }


def test_every_term_is_linked_from_its_first_definition():
    terms = terms_of((BOOK / "back-matter" / "glossary.md").read_text(encoding="utf-8"))
    assert len(terms) > 100
    assert wrong_marks(terms, reading_order()) == {}


def test_the_terms_are_in_alphabetical_order():
    terms = terms_of((BOOK / "back-matter" / "glossary.md").read_text(encoding="utf-8"))
    assert terms == sorted(terms, key=str.casefold)
