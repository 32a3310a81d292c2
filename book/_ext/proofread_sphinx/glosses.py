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

# Operators must stay bare, or they lose their spacing and their limits.
_OPERATOR = re.compile(
    r"\\(?:arg|cos|cosh|cot|coth|csc|deg|det|dim|exp|gcd|hom|inf|ker|lg|lim|ln|log|max|min"
    r"|operatorname\*?\{\w+\}|Pr|sec|sin|sinh|sup|tan|tanh)$"
)


def annotate(latex: str, symbols: Iterable[SymbolRecord]) -> str:
    r"""Wrap each use of a symbol with its gloss's number, inner ones inside outer ones.

    Examples
    --------
    >>> annotate("a + b", [{"start": 4, "end": 5, "gloss": 7}])
    'a + {\\htmlData{symbol=7}{b}}'
    """
    openings: dict[int, list[str]] = {}
    closings: dict[int, list[str]] = {}
    for symbol in _nested(symbols):
        start, end = symbol["start"], symbol["end"]
        braced = not _OPERATOR.match(latex[start:end])
        if not braced and latex[end:].lstrip()[:1] in ("_", "^"):
            continue
        opening = f"\\htmlData{{symbol={symbol['gloss']}}}{{"
        openings.setdefault(start, []).append("{" + opening if braced else opening)
        closings.setdefault(end, []).append("}}" if braced else "}")
    parts = []
    for place in range(len(latex) + 1):
        parts += closings.get(place, [])[::-1]
        parts += openings.get(place, [])
        parts.append(latex[place : place + 1])
    return "".join(parts)


def _nested(symbols: Iterable[SymbolRecord]) -> list[SymbolRecord]:
    """Outer uses before inner ones; one that would cross the end of another is left out."""
    chosen: list[SymbolRecord] = []
    seen: set[tuple[int, int]] = set()
    for symbol in sorted(symbols, key=lambda one: (one["start"], -one["end"])):
        span = (symbol["start"], symbol["end"])
        crosses = any(start < span[0] < end < span[1] for start, end in seen)
        if span not in seen and not crosses:
            seen.add(span)
            chosen.append(symbol)
    return chosen
