"""What a page says in words: its paragraphs, headings and tables, without code and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

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
    """A paragraph, a heading, or a cell of a table or of its header; the text keeps its lines.

    `line` is that of its start, and `heading` the section that it stands in.
    """

    line: int
    text: str
    kind: str
    heading: str

    def line_at(self, offset: int) -> int:
        """The line in the file of a place in the text."""
        return self.line + self.text.count("\n", 0, offset)


def parser() -> MarkdownIt:
    """MyST's parser, without Sphinx."""
    return (
        MarkdownIt("commonmark")
        .enable("table")
        .use(front_matter_plugin)
        .use(myst_block_plugin)
        .use(footnote_plugin)
        .use(deflist_plugin)
        .use(colon_fence_plugin)
        .use(dollarmath_plugin, allow_labels=True, double_inline=True)
        .use(amsmath_plugin)
        .use(myst_role_plugin)
    )


def blocks_of(text: str) -> list[Block]:
    """The words of a page, in order."""
    return list(_blocks(text, 0, [""]))


def code_of(text: str) -> str:
    """All code of a page: cells with what they declare, examples with their output."""
    return "\n".join(token.content for token in _fences(text) if not _text_directive(token))


def _fences(text: str) -> Iterator[Token]:
    for token in parser().parse(text):
        if token.type in ("fence", "colon_fence"):
            yield token
            if _text_directive(token):
                yield from _fences(token.content)


def _text_directive(token: Token) -> re.Match[str] | None:
    match = _DIRECTIVE.match(token.info.strip())
    return match if match and match.group(1) in TEXT_DIRECTIVES else None


def _blocks(text: str, first: int, heading: list[str]) -> Iterator[Block]:
    kind = "paragraph"
    for token in parser().parse(text):
        kind = _KINDS.get(token.type, kind)
        line = first + (token.map or [0])[0] + 1
        if token.type == "inline":
            if kind == "heading":
                heading[0] = token.content
            yield Block(line, _words(token), kind, heading[0])
        elif token.type in ("fence", "colon_fence"):
            match = _text_directive(token)
            if match:
                yield Block(line, match.group(2), "heading", heading[0])
                yield from _blocks(_without_options(token.content), line, heading)


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
