"""Every term of the glossary is linked from where the chapters first define it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.book.prose import Block, blocks_of

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


@cache
def paragraphs(chapter: str) -> list[Block]:
    """The paragraphs of a chapter from its first section on."""
    lines = enumerate(chapter.splitlines(), start=1)
    start = next((number for number, line in lines if line.startswith("## ")), 0)
    return [
        block for block in blocks_of(chapter) if block.kind == "paragraph" and block.line > start
    ]


@cache
def link_lines(chapter: str) -> dict[str, int]:
    """The line of the first link to each term."""
    blank = NO_TEXT.sub(lambda match: "\n" * match[0].count("\n"), chapter)
    found: dict[str, int] = {}
    for match in LINK.finditer(blank):
        found.setdefault(linked_terms(match[0])[0], blank.count("\n", 0, match.start()) + 1)
    return found


def mentions(term: str, chapter: str) -> list[int]:
    """The lines where the paragraphs of a chapter use a term, without a link."""
    spaced = r"\s+".join(map(re.escape, term.split()))
    words = re.compile(rf"(?<![\w-]){spaced}(?![\w-])", re.IGNORECASE)
    return [
        block.line_at(match.start())
        for block in paragraphs(chapter)
        for match in words.finditer(block.text)
    ]


def used_before_linked(term: str, chapters: list[str]) -> str:
    """Where a term is used before it is linked: the line, or nothing."""
    for number, chapter in enumerate(chapters, start=1):
        linked = link_lines(chapter).get(term)
        early = [line for line in mentions(term, chapter) if linked is None or line < linked]
        if early:
            return f"{term}: chapter {number}, line {early[0]}"
        if linked:
            break
    return ""


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


def test_a_term_used_too_early_is_seen():
    early = "# T\n\nA preview of the hidden layer.\n\n## S\n\nA hidden\nlayer is\n\n"
    assert used_before_linked("hidden layer", [early, "**{term}`hidden layer`**"]) == (
        "hidden layer: chapter 1, line 7"
    )
    assert not used_before_linked(
        "hidden layer", [early.replace("\nA h", "\n{term}`hidden layer` h")]
    )
    assert not used_before_linked("layer", ["# T\n\n## S\n\n{term}`layer`, a layer"])


def test_a_term_of_several_words_is_linked_where_it_is_first_used():
    terms = terms_of((BOOK / "back-matter" / "glossary.md").read_text(encoding="utf-8"))
    # A single word, such as input or order, is also a word of the language.
    several = [term for term in terms if re.search(r"[ -]", term)]
    chapters = reading_order()
    assert len(several) > 60
    assert not [found for term in several if (found := used_before_linked(term, chapters))]


def test_the_terms_are_in_alphabetical_order():
    terms = terms_of((BOOK / "back-matter" / "glossary.md").read_text(encoding="utf-8"))
    assert terms == sorted(terms, key=str.casefold)
