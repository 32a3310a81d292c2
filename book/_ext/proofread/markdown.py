"""Finding the formulas of a MyST page, with their place in the file.

The parsing is markdown-it-py's, with the plug-ins that MyST itself uses; directives that hold
text (notes, exercises, solutions) are read in turn, those that hold code are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

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

_CODE_DIRECTIVES = frozenset(
    ("code-cell", "code", "code-block", "sourcecode", "literalinclude", "eval", "eval-rst", "raw",
     "mermaid", "graphviz", "doctest", "testcode", "testoutput", "highlight", "include",
     "bibliography", "toctree", "contents", "glue", "automodule", "autoclass", "autofunction")
)  # fmt: skip
_CONDITION_WORDS = frozenset(
    ("if", "when", "whenever", "wherever", "unless", "until", "while", "suppose", "assume",
     "assuming", "provided", "once", "for")
)  # fmt: skip
_DIRECTIVE = re.compile(r"\{([\w:.-]+)\}\s*(.*)", re.DOTALL)
_OPTION = re.compile(r":([\w-]+):\s*(.*)")
_OPTION_IN_DASHES = re.compile(r"([\w-]+):\s*(.*)")
# What formulas look like in text that is not Markdown.
_HTML_FORMULA = re.compile(r"\\\(|\\\[|\$\$|<math\b|\$[^$<>\n]*=[^$<>\n]*\$")
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNREAD_FORMULA = {"raw": _HTML_FORMULA, "eval-rst": re.compile(r"\bmath\b")}
_NEVER = re.compile(r"(?!)")
_LAST_WORD = re.compile(r"([A-Za-z]+)\W*$")
MAXIMUM_NESTING = 12


@dataclass
class FoundFormula:
    """A formula in a page: its LaTeX, its place, and what the page says about it."""

    latex: str
    line: int
    column: int
    inline: bool = False
    label: str = ""
    condition: bool = False
    lost_label: bool = False
    comments: list[tuple[int, str]] = field(default_factory=list)
    lines: tuple[tuple[int, int], ...] = ()

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Where a line and column of the LaTeX stand in the page."""
        if line <= len(self.lines):
            start_line, start_column = self.lines[line - 1]
            return start_line, start_column + column - 1
        return self.line, self.column


@dataclass
class Page:
    """A page's front matter (raw), its formulas, and what may hold some and was not read.

    ``unread`` has the line and the name of each such part, ``includes`` those of included files.
    """

    front_matter: str = ""
    formulas: list[FoundFormula] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    includes: list[tuple[int, str]] = field(default_factory=list)


def myst_parser() -> MarkdownIt:
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


def scan(text: str) -> Page:
    """Find every formula of a MyST page, in order."""
    page = Page()
    _Scanner(text.splitlines(), page).read(text, 0, 0)
    return page


class _Scanner:
    def __init__(self, lines: list[str], page: Page) -> None:
        self.lines = lines
        self.page = page
        self.cursor = (-1, 0)

    def read(self, text: str, first_line: int, depth: int) -> None:
        """Read a stretch of Markdown that starts at ``first_line`` (from 0)."""
        comments: list[tuple[int, str]] = []
        level = 0
        for token in myst_parser().parse(text):
            if token.type == "myst_line_comment":
                start = first_line + (token.map or [0])[0]
                comments += [
                    (start + offset + 1, line.strip())
                    for offset, line in enumerate(token.content.splitlines())
                ]
                continue
            self._read_token(token, first_line, depth, comments)
            level += token.nesting
            if level == 0:
                comments = []

    def _read_token(
        self, token: Token, first_line: int, depth: int, comments: list[tuple[int, str]]
    ) -> None:
        line = first_line + (token.map or [0])[0]
        if token.type == "front_matter" and depth == 0:
            self.page.front_matter = token.content
        elif token.type in ("math_block", "math_block_label", "amsmath"):
            label = token.info if token.type == "math_block_label" else ""
            self._add(token.content, line, 0, comments, label=label)
        elif token.type in ("fence", "colon_fence"):
            self._read_fence(token, line, depth, comments)
        elif token.type == "html_block" and _HTML_FORMULA.search(
            _HTML_COMMENT.sub("", token.content)
        ):
            self.page.unread.append((line + 1, "HTML"))
        elif token.type == "inline":
            end = first_line + (token.map or [0, 1])[1]
            self._read_inline(token, line, end, comments)

    def _read_fence(
        self, token: Token, line: int, depth: int, comments: list[tuple[int, str]]
    ) -> None:
        match = _DIRECTIVE.match(token.info.strip())
        if match is None:
            return
        name, argument = match.groups()
        options, body, skipped = _directive_parts(token.content)
        if "caption" in options:
            number, caption = options["caption"]
            self.read(caption, line + 1 + number, depth + 1)
        if name == "include":
            self.page.includes.append((line + 1, argument))
        elif name in _CODE_DIRECTIVES:
            if _UNREAD_FORMULA.get(name, _NEVER).search(token.content):
                self.page.unread.append((line + 1, f"{{{name}}}"))
        elif name == "math":
            label = options.get("label", options.get("name", (0, "")))[1]
            start = 0 if argument else 1 + skipped
            body = argument + "\n" * (1 + skipped) + body if argument else body
            self._add(body.rstrip("\n"), line + start, 0, comments, label=label)
        elif depth < MAXIMUM_NESTING:
            self.read(argument, line, depth + 1)  # a title
            self.read(body, line + 1 + skipped, depth + 1)
        else:
            self.page.unread.append(
                (line + 1, f"{{{name}}}, nested more than {MAXIMUM_NESTING} deep")
            )

    def _read_inline(
        self, token: Token, line: int, end: int, comments: list[tuple[int, str]]
    ) -> None:
        # The cells of a table's row stand in one line.
        cursor = self.cursor if self.cursor[0] == line else (line, 0)
        before = ""
        children = token.children or []
        for place, child in enumerate(children):
            is_role = child.type == "myst_role" and child.meta.get("name") == "math"
            if child.type in ("math_inline", "math_inline_double") or is_role:
                following = children[place + 1] if place + 1 < len(children) else None
                cursor = self._add(
                    child.content,
                    *self._find(child.content, cursor, end),
                    comments,
                    inline=child.type != "math_inline_double",
                    condition=_is_condition(before),
                    lost_label=_lost_label(child, following),
                )
                before = ""
            elif child.type == "code_inline":
                start, column = self._find(child.content, cursor, end)
                cursor = (start, column + len(child.content))
                before = ""
            elif child.type in ("text", "softbreak", "hardbreak"):
                before += child.content or " "
            else:
                before = ""
        self.cursor = cursor

    def _find(self, content: str, cursor: tuple[int, int], end: int) -> tuple[int, int]:
        """Where the first line of an inline formula stands after the cursor."""
        first = content.split("\n")[0]
        line, column = cursor
        while line < min(end, len(self.lines)):
            found = self.lines[line].find(first, column)
            while found > 0:
                if self.lines[line][found - 1] in "$`" or not first.strip():
                    return line, found
                found = self.lines[line].find(first, found + 1)
            line, column = line + 1, 0
        return cursor

    def _add(
        self,
        content: str,
        line: int,
        column: int,
        comments: list[tuple[int, str]],
        *,
        inline: bool = False,
        label: str = "",
        condition: bool = False,
        lost_label: bool = False,
    ) -> tuple[int, int]:
        """Record a formula; returns where the search for the next goes on."""
        places: list[tuple[int, int]] = []
        for offset, part in enumerate(content.split("\n")):
            source = self.lines[line + offset] if line + offset < len(self.lines) else ""
            start = source.find(part, column if offset == 0 else 0) if part else 0
            places.append((line + offset + 1, max(start, 0) + 1))
        shown = next((at for at, part in enumerate(content.split("\n")) if part.strip()), 0)
        first = content.split("\n")[shown] if content else ""
        indent = len(first) - len(first.lstrip())
        formula = FoundFormula(
            content, places[shown][0], places[shown][1] + indent, inline, label, condition,
            lost_label, list(comments), tuple(places),
        )  # fmt: skip
        self.page.formulas.append(formula)
        last = places[-1]
        return last[0] - 1, last[1] - 1 + len(content.split("\n")[-1]) + 1


def _directive_parts(content: str) -> tuple[dict[str, tuple[int, str]], str, int]:
    """The options, each with its line in the content; the body; the lines before the body."""
    lines = content.split("\n")
    dashes = lines[0].strip() == "---"
    form = _OPTION_IN_DASHES if dashes else _OPTION
    options: dict[str, tuple[int, str]] = {}
    skipped = 0
    for number, line in enumerate(lines):
        if dashes and number and line.strip() == "---":
            skipped = number + 1
            break
        match = form.fullmatch(line.strip())
        if match is not None:
            options[match.group(1)] = (number, match.group(2))
        elif not dashes:
            skipped = number
            break
    return options, "\n".join(lines[skipped:]), skipped


def _is_condition(before: str) -> bool:
    match = _LAST_WORD.search(before)
    return match is not None and match.group(1).lower() in _CONDITION_WORDS


def _lost_label(child: Token, following: Token | None) -> bool:
    """``$$ … $$ (label)`` inside a paragraph: the label is lost there."""
    return (
        child.type == "math_inline_double"
        and following is not None
        and re.match(r"\s*\([\w:.-]+\)\s*$", following.content) is not None
    )


def displayed(page: Page) -> Iterator[FoundFormula]:
    """The formulas that are not in a line of text."""
    return (formula for formula in page.formulas if not formula.inline)
