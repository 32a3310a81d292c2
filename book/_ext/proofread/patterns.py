"""How a declared symbol is written: the keys of the notation table.

``W^{(l)}`` is the head ``W`` with one slot, the layer index l in round brackets above;
``W_{hh}`` is the head ``W`` with the fixed subscript ``hh``; ``p(y|x)`` is a function of two
arguments with a bar between them. Which subscripts are indices is decided by the declared
indices, never by the look of the letter.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .errors import NotationProblem
from .lexer import Token, tokenize

CLOSING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}


@dataclass(frozen=True)
class Slot:
    """Where an index of a family is written: ``place`` sub, sup or bracket."""

    place: str
    style: str
    index: str


@dataclass(frozen=True)
class Pattern:
    """A declared form: head, fixed scripts, primes, index slots, and arguments of a function."""

    head: tuple[str, ...]
    subscript: str = ""
    superscript: str = ""
    primes: int = 0
    slots: tuple[Slot, ...] = ()
    parameters: tuple[str, ...] = ()
    separators: str = ""
    bracket: str = ""

    @property
    def specificity(self) -> tuple[int, int, int, int]:
        """Longer heads first, then fixed scripts, then more slots."""
        fixed = bool(self.subscript) + bool(self.superscript) + self.primes
        return (len(self.head), fixed, len(self.slots), len(self.parameters))


def canonical(tokens: Collection[Token]) -> str:
    """The spelling of a token sequence that two writings of one name share."""
    return "".join(token.text for token in tokens)


def parse_pattern(key: str, indices: Collection[str], function: bool) -> Pattern:
    """Read a key of the table.

    >>> parse_pattern(r"W^{(l)}", {"l"}, False).slots
    (Slot(place='sup', style='(', index='l'),)
    >>> parse_pattern(r"p(y|x)", {"x", "y"}, True).parameters
    ('y', 'x')
    """
    tokens = tokenize(key)
    position = 0
    while position < len(tokens) and tokens[position].text not in ("_", "^", "(", "[", "'"):
        position += 1
    if position == 0:
        raise NotationProblem(f"the key {key!r} does not start with a name")
    reader = _KeyReader(key, tokens, position, indices)
    reader.read_scripts()
    reader.read_brackets(function)
    return Pattern(
        tuple(token.text for token in tokens[:position]),
        reader.subscript,
        reader.superscript,
        reader.primes,
        tuple(reader.slots),
        tuple(reader.parameters),
        reader.separators,
        reader.bracket,
    )


def bracket_end(tokens: list[Token], start: int) -> int:
    """Position of the delimiter that closes the one at ``start``, or -1."""
    opening, closing = tokens[start].text, CLOSING[tokens[start].text]
    depth = braces = 0
    for position in range(start, len(tokens)):
        text = tokens[position].text
        if opening != "{":  # what stands inside braces closes nothing outside them
            braces += (text == "{") - (text == "}")
            if braces < 0:
                return -1
        if braces == 0 or opening == "{":
            depth += (text == opening) - (text == closing)
        if depth == 0:
            return position
    return -1


def split_top_level(tokens: list[Token], marks: str) -> tuple[list[list[Token]], str]:
    """Split at the given marks outside any bracket; also the marks found, in order."""
    parts: list[list[Token]] = [[]]
    found = ""
    depth = 0
    for token in tokens:
        depth += (token.text in CLOSING) - (token.text in CLOSING.values())
        if depth == 0 and token.text in marks:
            parts.append([])
            found += token.text
        else:
            parts[-1].append(token)
    return parts, found


class _KeyReader:
    def __init__(
        self, key: str, tokens: list[Token], position: int, indices: Collection[str]
    ) -> None:
        self.key, self.tokens, self.position, self.indices = key, tokens, position, indices
        self.subscript = self.superscript = self.separators = self.bracket = ""
        self.primes = 0
        self.slots: list[Slot] = []
        self.parameters: list[str] = []

    def read_scripts(self) -> None:
        while self.position < len(self.tokens):
            mark = self.tokens[self.position].text
            if mark == "'":
                self.primes += 1
                self.position += 1
            elif mark in ("_", "^"):
                self._read_script(mark)
            else:
                return

    def _read_script(self, mark: str) -> None:
        start = self.position + 1
        if start >= len(self.tokens):
            raise NotationProblem(f"the key {self.key!r} ends in {mark}")
        if self.tokens[start].text == "{":
            end = bracket_end(self.tokens, start)
            content = self.tokens[start + 1 : end]
        else:
            end, content = start, self.tokens[start : start + 1]
        self.position = end + 1
        if mark == "_":
            self._settle_subscript(content)
        else:
            self._settle_superscript(content)

    def _settle_subscript(self, content: list[Token]) -> None:
        parts, _ = split_top_level(content, ",")
        if all(canonical(part) in self.indices for part in parts):
            self.slots += [Slot("sub", "", canonical(part)) for part in parts]
        elif all(token.text in self.indices for token in content):
            self.slots += [Slot("sub", "", token.text) for token in content]
        else:
            self.subscript = canonical(content)

    def _settle_superscript(self, content: list[Token]) -> None:
        inner = canonical(content[1:-1])
        if content and content[0].text in ("(", "[") and inner in self.indices:
            self.slots.append(Slot("sup", content[0].text, inner))
        elif canonical(content) in self.indices:
            raise NotationProblem(
                f"in the key {self.key!r} the index above stands without brackets, where it "
                f"would read as a power: write ^{{({canonical(content)})}}"
            )
        else:
            self.superscript = canonical(content)

    def read_brackets(self, function: bool) -> None:
        if self.position == len(self.tokens):
            return
        opening = self.tokens[self.position].text
        end = bracket_end(self.tokens, self.position) if opening in ("(", "[") else -1
        if end != len(self.tokens) - 1:
            raise NotationProblem(f"the key {self.key!r} is not a name with scripts and arguments")
        parts, self.separators = split_top_level(self.tokens[self.position + 1 : end], ",|;")
        names = [canonical(part) for part in parts]
        self.bracket = opening
        if function:
            self.parameters = names
        elif all(name in self.indices for name in names):
            self.slots += [Slot("bracket", opening, name) for name in names]
        else:
            raise NotationProblem(
                f"the key {self.key!r} has arguments: declare it under functions, or declare "
                f"{', '.join(names)} as indices"
            )
