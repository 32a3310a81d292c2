"""LaTeX to tokens, each with its place in the source.

Spacing, comments and sizing commands are dropped here; a letter under an accent or in a font
(``\\hat y``, ``\\mathbf{w}``, ``\\operatorname{diag}``) becomes one token of kind ``name`` with a
canonical spelling, so that the parser and the notation table agree on names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import SizeProblem, Span, SyntaxProblem

MAXIMUM_LENGTH = 8000
MAXIMUM_TOKENS = 2000
MAXIMUM_DEPTH = 40


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACCENTS = _words(r"\hat \tilde \bar \vec \dot \ddot \widehat \widetilde \overline \check \breve")
FONTS = _words(r"\mathbf \boldsymbol \bm \mathcal \mathbb \mathsf \mathit \mathfrak \mathtt")
UPRIGHT = _words(r"\mathrm \operatorname \text \textrm \textit \textbf \mbox \rm")
SPACING = _words(
    r"\, \; \: \! \> \enspace \thinspace \displaystyle \textstyle \scriptstyle \limits"
    r" \nolimits \nonumber \notag \left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr"
    r" \biggl \biggr \Biggl \Biggr \middle ~"
) | {"\\ "}
SEPARATORS = frozenset((r"\quad", r"\qquad"))
SYNONYMS = {
    r"\leq": r"\le",
    r"\geq": r"\ge",
    r"\leqslant": r"\le",
    r"\geqslant": r"\ge",
    r"\neq": r"\ne",
    r"\gets": r"\leftarrow",
    r"\intercal": r"\top",
    r"\colon": ":",
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\lbrack": "[",
    r"\rbrack": "]",
    r"\ldots": r"\dots",
    r"\cdots": r"\dots",
    r"\dotsc": r"\dots",
    r"\dotsb": r"\dots",
    r"\vdots": r"\dots",
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\Longrightarrow": r"\implies",
    r"\Rightarrow": r"\implies",
    r"\Leftrightarrow": r"\iff",
    r"\Longleftrightarrow": r"\iff",
    r"\longleftarrow": r"\leftarrow",
    r"\rightarrow": r"\to",
    r"\longrightarrow": r"\to",
    r"\longmapsto": r"\mapsto",
    r"\|": r"\Vert",
    r"\coloneqq": ":=",
}

_TOKEN = re.compile(
    r"(?P<blank>\s+|%[^\n]*\n?)"
    r"|(?P<environment>\\(?:begin|end)\s*\{(?P<which>[a-zA-Z]+\*?)\})"
    r"|(?P<row>\\\\(?:\[[^\]\n]*\])?)"
    r"|(?P<command>\\(?:[a-zA-Z]+\*?|.))"
    r"|(?P<assign>:=)"
    r"|(?P<power_of_ten>\d+(?:\.\d+)?[eE][-+]?\d+)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<letter>[a-zA-Z])"
    r"|(?P<mark>[-+*/=<>!'|,;:.()\[\]{}^_&~])",
    re.DOTALL,
)
_UNREAD = _words(r"\label \tag \tag* \hspace \vspace \phantom")
SIGNS_OF_RELATION = re.compile(
    r"[=<>]|\\(?:le|ge|ne|approx|in|equiv|leftarrow)(?![a-zA-Z])|[\u2190-\u22ff\u2a00-\u2aff\uff1c-\uff1e]"
)
"""What a relation looks like in text that is not read: signs, commands, signs beyond letters."""
_RAW_ARGUMENT = re.compile(r"\s*\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``kind`` is command, name, letter, number, mark, begin, end, row, separator."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the token stands in the text, as a slice has it."""
        return (self.start, self.end)


def tokenize(latex: str) -> list[Token]:
    """Split an equation into tokens.

    Raises
    ------
    SyntaxProblem
        A character outside the language, or braces that do not balance.
    SizeProblem
        The equation is longer than the language allows.

    >>> [token.text for token in tokenize(r"\\hat y^{(i)} = 2x")]
    ['\\\\hat{y}', '^', '{', '(', 'i', ')', '}', '=', '2', 'x']
    """
    if len(latex) > MAXIMUM_LENGTH:
        raise SizeProblem(
            f"the equation has {len(latex)} characters, at most {MAXIMUM_LENGTH} are checked: "
            "split it",
            (0, 1),
        )
    raw = _scan(latex)
    if len(raw) > MAXIMUM_TOKENS:
        raise SizeProblem(
            f"the equation has {len(raw)} tokens, at most {MAXIMUM_TOKENS} are checked: split it",
            (0, 1),
        )
    _check_balance(raw)
    return _merge_names(raw)


def _scan(latex: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    while position < len(latex):
        match = _TOKEN.match(latex, position)
        if match is None:
            raise SyntaxProblem(
                f"the character {latex[position]!r} is not part of the checked language: write its "
                "LaTeX command",
                (position, position + 1),
            )
        position = match.end()
        if match.lastgroup == "blank":
            continue
        if match.lastgroup == "power_of_ten":
            raise SyntaxProblem(
                f"{match.group()} may be a power of ten or the constant e: write 10^{{…}}, or put "
                "blanks around the e",
                match.span(),
            )
        token = _token_of(match)
        if token.text in _UNREAD:
            position = _skip_argument(latex, token, position)
            continue
        if token.text in UPRIGHT:
            token, position = _upright(latex, token, position)
        if token.text in SPACING and token.text not in (r"\left", r"\right"):
            continue
        if token.text == "." and tokens and tokens[-1].text in (r"\left", r"\right"):
            tokens.pop()
            continue
        tokens.append(token)
    return _settle_delimiters(tokens)


def _skip_argument(latex: str, token: Token, position: int) -> int:
    argument = _RAW_ARGUMENT.match(latex, position)
    if argument is None:
        return position
    if token.text in (r"\tag", r"\tag*") and SIGNS_OF_RELATION.search(argument.group(1)):
        raise SyntaxProblem(
            "a tag is a name and is not read: write the relation in the formula", token.span
        )
    return argument.end()


def _token_of(match: re.Match[str]) -> Token:
    start, end = match.span()
    group = match.lastgroup
    if match.group("environment"):
        kind = "begin" if match.group("environment").startswith(r"\begin") else "end"
        return Token(kind, match.group("which"), start, end)
    if group == "row":
        return Token("row", r"\\", start, end)
    text = match.group()
    if group == "command":
        if text in SEPARATORS:
            return Token("separator", text, start, end)
        text = SYNONYMS.get(text, text)
        return Token("command" if text.startswith("\\") else "mark", text, start, end)
    if group == "assign":
        return Token("mark", ":=", start, end)
    return Token(group or "mark", text, start, end)


def _upright(latex: str, token: Token, position: int) -> tuple[Token, int]:
    """Read ``\\mathrm{Var}`` or ``\\text{if }`` whole: its argument is a word, not mathematics."""
    argument = _RAW_ARGUMENT.match(latex, position)
    if argument is None:
        raise SyntaxProblem(
            f"{token.text} needs a word in braces after it, e.g. {token.text}{{new}}", token.span
        )
    word = " ".join(argument.group(1).replace("~", " ").split())
    return Token("name", rf"\mathrm{{{word}}}", token.start, argument.end()), argument.end()


def _settle_delimiters(tokens: list[Token]) -> list[Token]:
    """Make ``\\left(`` one delimiter; ``\\left|`` and ``\\right|`` tell opening from closing."""
    bars = {"|": (r"\lvert", r"\rvert"), r"\Vert": (r"\lVert", r"\rVert")}
    settled: list[Token] = []
    sizing: Token | None = None
    for token in tokens:
        if token.text in (r"\left", r"\right"):
            sizing = token
            continue
        if sizing is not None:
            kind, text = token.kind, token.text
            if text in bars:
                kind, text = "command", bars[text][sizing.text == r"\right"]
            token = Token(kind, text, sizing.start, token.end)
        settled.append(token)
        sizing = None
    return settled


def _check_balance(tokens: list[Token]) -> None:
    open_braces: list[Token] = []
    for token in tokens:
        if token.text == "{" and token.kind == "mark":
            open_braces.append(token)
            if len(open_braces) > MAXIMUM_DEPTH:
                raise SizeProblem(
                    f"braces are nested more than {MAXIMUM_DEPTH} deep: simplify", token.span
                )
        elif token.text == "}" and token.kind == "mark":
            if not open_braces:
                raise SyntaxProblem(
                    "this } closes nothing: remove it or add the { it belongs to", token.span
                )
            open_braces.pop()
    if open_braces:
        raise SyntaxProblem("this { is never closed: add the missing }", open_braces[-1].span)


def _merge_names(tokens: list[Token]) -> list[Token]:
    merged: list[Token] = []
    position = 0
    while position < len(tokens):
        token, position = _read_name(tokens, position)
        merged.append(token)
    return merged


def _read_name(tokens: list[Token], position: int) -> tuple[Token, int]:
    token = tokens[position]
    if token.text not in ACCENTS and token.text not in FONTS:
        return token, position + 1
    if position + 1 >= len(tokens):
        raise SyntaxProblem(f"{token.text} has nothing to stand on", token.span)
    following = tokens[position + 1]
    if following.text != "{":
        inner, position = _read_name(tokens, position + 1)
        text = rf"{token.text}{{{inner.text}}}"
        return Token("name", text, token.start, inner.end), position
    parts: list[str] = []
    position += 2
    while tokens[position].text != "}":
        if tokens[position].text == "{":
            raise SyntaxProblem(
                f"{token.text} takes a plain name, without inner braces", tokens[position].span
            )
        inner, position = _read_name(tokens, position)
        parts.append(inner.text)
    if not parts:
        raise SyntaxProblem(f"{token.text} has nothing to stand on", token.span)
    text = rf"{token.text}{{{''.join(parts)}}}"
    return Token("name", text, token.start, tokens[position].end), position + 1
