"""The one family of errors that checking a page may raise.

Every message names what was met, what was expected and the remedy. ``span`` is the half-open
range of characters of the equation's LaTeX that the message is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

Span = tuple[int, int]


class ProofreadError(Exception):
    """Anything wrong with an equation, a declaration or a page.

    Parameters
    ----------
    message : str
        One sentence for the author: what was met, what was expected, the remedy.
    span : (int, int), optional
        Where in the equation's LaTeX, as offsets of its first and past-the-last character.
    suggestion : str, optional
        A repair to offer, in words.
    """

    kind = "error"

    def __init__(self, message: str, span: Span | None = None, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.suggestion = suggestion

    def at(self, span: Span | None) -> ProofreadError:
        """Give the error a place if it has none yet, and return it."""
        if self.span is None:
            self.span = span
        return self


class SyntaxProblem(ProofreadError):
    """The LaTeX is outside the checked language, or malformed."""

    kind = "syntax"


class SymbolProblem(ProofreadError):
    """A symbol is not declared, or is used against its declaration."""

    kind = "symbol"


class ShapeProblem(ProofreadError):
    """Two shapes do not fit."""

    kind = "shape"


class IndexProblem(ProofreadError):
    """An index leaves its range, or has none."""

    kind = "index"


class OutsideFamily(IndexProblem):
    """A free index asks for a member that the family does not have, such as layer L + 1."""


class DomainProblem(ProofreadError):
    """An expression has no finite value at a point of the world."""

    kind = "domain"


class SizeProblem(ProofreadError):
    """A limit that keeps checking bounded was passed."""

    kind = "size"


class NotationProblem(ProofreadError):
    """The notation table or a page's front matter is wrong.

    Parameters
    ----------
    message : str
        As for every error.
    entry : tuple of str
        The keys that lead to what is wrong, ``("symbols", "X", "shape")``, or the last of them.
    place : (int, int), optional
        Its line and column, both from 1, where the text could not be read.
    """

    kind = "notation"

    def __init__(
        self, message: str, entry: tuple[str, ...] = (), place: tuple[int, int] | None = None
    ) -> None:
        super().__init__(message)
        self.entry = entry
        self.place = place


@contextmanager
def within(*keys: str) -> Iterator[None]:
    """Say of the errors of a declaration's reading under which keys it stands."""
    try:
        yield
    except NotationProblem as problem:
        problem.entry = (*keys, *problem.entry)
        raise


class FalseClaim(ProofreadError):
    """The relation does not hold in some world."""

    kind = "false"


class WeakCheck(ProofreadError):
    """A corrupted form of the equation passes too, so the check shows too little."""

    kind = "weak"
