"""Says what the symbols in a formula mean.

In a formula, each use of a declared symbol is wrapped in KaTeX's ``\\htmlData``, which becomes a
``data-symbol`` attribute with a number. The list "Symbols on this page" below the text holds the
meaning of each number; a short script shows an entry on hover, focus and tap, and without any
script the list itself is there to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .records import SymbolRecord

# In braces an operator would lose its spacing and its limits.
_OPERATOR = re.compile(
    r"\\(?:arg|cos|cosh|cot|coth|csc|deg|det|dim|exp|gcd|hom|inf|ker|lg|lim|ln|log|max|min"
    r"|operatorname\*?\{\w+\}|Pr|sec|sin|sinh|sup|tan|tanh)(?![A-Za-z])"
)
_SCRIPT = re.compile(r"\s*[_^]\s*(?:\\[A-Za-z]+|[^\s{])|\s*'+|\s*[_^]\s*(?=\{)")


def annotate(latex: str, symbols: Iterable[SymbolRecord]) -> str:
    r"""Wrap each use of a symbol with its gloss's number, inner ones inside outer ones.

    Examples
    --------
    >>> annotate("a + b", [{"start": 4, "end": 5, "gloss": 7}])
    'a + {\\htmlData{symbol=7}{b}}'
    """
    openings: dict[int, list[str]] = {}
    closings: dict[int, list[str]] = {}
    for (start, end), gloss in _nested(latex, symbols):
        opening, closing = f"\\htmlData{{symbol={gloss}}}{{", "}"
        if not _OPERATOR.match(latex, start):
            opening, closing = "{" + opening, closing + "}"
        openings.setdefault(start, []).append(opening)
        closings.setdefault(end, []).append(closing)
    parts = []
    for place in range(len(latex) + 1):
        parts += closings.get(place, [])[::-1]
        parts += openings.get(place, [])
        parts.append(latex[place : place + 1])
    return "".join(parts)


def _nested(latex: str, symbols: Iterable[SymbolRecord]) -> list[tuple[tuple[int, int], int]]:
    """Spans with their gloss, outer before inner; one that crosses the end of another is not."""
    spans: dict[tuple[int, int], int] = {}
    for symbol in symbols:
        start, end = symbol["start"], symbol["end"]
        if not latex[:start].rstrip().endswith(("_", "^")):  # an index's scripts are its symbol's
            end = _end_of_scripts(latex, end)
        spans.setdefault((start, end), symbol["gloss"])
    ordered = sorted(spans, key=lambda span: (span[0], -span[1]))
    return [
        (span, spans[span])
        for span in ordered
        if not any(start < span[0] < end < span[1] for start, end in ordered)
    ]


def _end_of_scripts(latex: str, end: int) -> int:
    """Past what is set against a symbol that ends there, as ``_{ij}`` against ``a``.

    A script stands where its base ends; a base in braces would shift it.
    """
    while match := _SCRIPT.match(latex, end):
        end = match.end()
        if latex.startswith("{", end):
            end = _closing(latex, end)
    return end


def _closing(latex: str, opening: int) -> int:
    """The place after the brace that closes the one at ``opening``."""
    depth = 0
    for place in range(opening, len(latex)):
        escaped = latex[place - 1 : place] == "\\"
        depth += {"{": 1, "}": -1}.get(latex[place], 0) * (not escaped)
        if depth == 0:
            return place + 1
    return len(latex)
