"""What a page says in words: its paragraphs, headings and tables, without code and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from markdown_it.token import Token
from proofread.markdown import myst_parser

# Directives whose body is text. All others hold code, data or nothing.
TEXT_DIRECTIVES = frozenset(
    ("admonition", "attention", "caution", "danger", "dropdown", "error", "exercise", "figure",
     "hint", "important", "margin", "note", "seealso", "solution", "tip", "warning", "list-table",
     "table", "tab-item", "tab-set", "card", "grid", "grid-item-card", "epigraph", "pull-quote")
)  # fmt: skip
_DIRECTIVE = re.compile(r"\{([\w:.-]+)\}\s*(.*)", re.DOTALL)
_KINDS = {
    "heading_open": "heading", "thead_open": "header", "tbody_open": "table",
    "heading_close": "paragraph", "thead_close": "paragraph", "tbody_close": "paragraph",
}  # fmt: skip
# Where something that is no text stood; neither a word nor a number.
GAP = "␣"


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, a cell of a table or of its header, or the caption of a figure.

    `line` is that of its start, `heading` the section that it stands in, and `question` says
    whether it belongs to an exercise, not to its solution. The text keeps its lines.
    """

    line: int
    text: str
    kind: str
    heading: str
    question: bool = False

    def line_at(self, offset: int) -> int:
        """The line in the file of a place in the text."""
        return self.line + self.text.count("\n", 0, offset)


@dataclass
class _Place:
    """Where in the page the reading is."""

    heading: str = ""
    question: bool = False


def blocks_of(text: str) -> list[Block]:
    """The words of a page, in order."""
    return list(_blocks(text, 0, _Place()))


def code_of(text: str) -> str:
    """All code of a page, and all examples with their output."""
    codes = (token for token in _fences(text) if not _text_directive(token))
    return "\n".join(_parts_of_cell(token.content)[1] for token in codes)


def _parts_of_cell(content: str) -> tuple[str, str]:
    """What a cell declares, and its code."""
    match = re.match(r"---\n(.*?\n)---\n", content, re.DOTALL)
    return (match.group(1), content[match.end() :]) if match else ("", content)


def _fences(text: str) -> Iterator[Token]:
    for token in myst_parser().parse(text):
        if token.type in ("fence", "colon_fence"):
            yield token
            if _text_directive(token):
                yield from _fences(token.content)


def _text_directive(token: Token) -> re.Match[str] | None:
    match = _DIRECTIVE.match(token.info.strip())
    return match if match and match.group(1) in TEXT_DIRECTIVES else None


def _blocks(text: str, first: int, place: _Place) -> Iterator[Block]:
    kind = "paragraph"
    for token in myst_parser().parse(text):
        kind = _KINDS.get(token.type, kind)
        line = first + (token.map or [0])[0] + 1
        if token.type == "inline":
            if kind == "heading":
                place.heading = token.content
            yield Block(line, _words(token), kind, place.heading, place.question)
        elif token.type in ("fence", "colon_fence"):
            yield from _in_fence(token, line, place)


def _in_fence(token: Token, line: int, place: _Place) -> Iterator[Block]:
    name = token.info.strip().partition("}")[0].lstrip("{")
    if name in ("exercise-start", "exercise-end"):
        place.question = name == "exercise-start"
    match = _text_directive(token)
    if match:
        yield Block(line, match.group(2), "heading", place.heading, place.question)
        yield from _blocks(_without_options(token.content), line, place)
    elif name == "code-cell":
        declared: Any = yaml.safe_load(_parts_of_cell(token.content)[0]) or {}
        caption = declared.get("mystnb", {}).get("figure", {}).get("caption", "")
        for inline in myst_parser().parse(caption):
            if inline.type == "inline":
                yield Block(line, _words(inline), "caption", place.heading, place.question)


def _without_options(body: str) -> str:
    """A directive's body with its options blanked, so that the lines keep their numbers."""
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if not re.match(r":[\w-]+:", line.strip()):
            break
        lines[number] = ""
    return "\n".join(lines)


def _words(token: Token) -> str:
    """The text of a paragraph; what is no text leaves a gap."""
    found: list[str] = []
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            found.append("\n")
        elif child.type == "text":
            found.append(child.content)
        elif child.content:  # code, formulas, roles, links of their own
            found.append(GAP + "\n" * child.content.count("\n"))
    return "".join(found)
