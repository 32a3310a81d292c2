"""Arithmetic in plain text, such as "3 · 0.3 − 0.2 = 0.7": found, evaluated and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import mp

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_TOKEN = re.compile(rf"\s*({NUMBER}|log|[()+\-−·×/,²³⁴])")
_POWERS = {"²": 2, "³": 3, "⁴": 4}


@dataclass(frozen=True)
class Token:
    """A number or a sign, with its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Equality:
    """One side after another, with = or ≈ between them; `start` is that of the first."""

    sides: tuple[tuple[Token, ...], ...]
    start: int
    end: int

    def problem(self) -> str:
        """What is wrong, or nothing."""
        first, *others = (value_of(side) for side in self.sides)
        for side, value in zip(self.sides[1:], others, strict=True):
            if not _same(first, value, _digits(side)):
                return f"{written(self.sides[0])} is {_shown(first)}, not {written(side)}"
        return ""


def equalities(text: str) -> Iterator[Equality]:
    """The equalities of a text whose sides are numbers, signs and brackets only."""
    places = [match.start() for match in re.finditer("[=≈]", text)]
    while places:
        start = places.pop(0)
        sides = [_side_before(text, start)]
        end = start
        while True:
            side = _side_after(text, end + 1)
            if not side:
                break
            sides.append(side)
            end = side[-1].end
            following = re.compile(r"\s*[=≈]").match(text, end)
            if not following or following.end() - 1 not in places:
                break
            end = following.end() - 1
            places.remove(end)
        if sides[0] and len(sides) > 1:
            yield Equality(tuple(sides), sides[0][0].start, sides[-1][-1].end)


def written(tokens: tuple[Token, ...]) -> str:
    """The tokens as text."""
    return " ".join(token.text for token in tokens)


def value_of(tokens: tuple[Token, ...]) -> Any:
    """The value of an expression: a number, or a tuple of numbers.

    Raises
    ------
    ValueError
        It is no expression.
    """
    reader = _Reader(tokens)
    value = reader.sum()
    if reader.place != len(tokens):
        raise ValueError(f"{written(tokens)} is no expression")
    return value


class _Reader:
    """Reads sums of products of numbers, brackets and tuples."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.place = 0

    def next(self) -> str:
        return self.tokens[self.place].text if self.place < len(self.tokens) else ""

    def take(self) -> str:
        text = self.next()
        if not text:
            raise ValueError("a number is missing")
        self.place += 1
        return text

    def sum(self) -> Any:
        value = self.signed()
        while self.next() in ("+", "-", "−"):
            sign = 1 if self.take() == "+" else -1
            value = _add(value, self.product(), sign)
        return value

    def signed(self) -> Any:
        if self.next() in ("-", "−"):
            self.take()
            return _times(-1, self.product())
        return self.product()

    def product(self) -> Any:
        value = self.power()
        while self.next() in ("·", "×", "/"):
            sign, other = self.take(), self.power()
            value = _times(value, other) if sign != "/" else _times(value, 1 / _number(other))
        return value

    def power(self) -> Any:
        value = self.atom()
        while self.next() in _POWERS:
            value = _number(value) ** _POWERS[self.take()]
        return value

    def atom(self) -> Any:
        text = self.take()
        if text == "log":
            return mp.log(mp.mpf(float(_number(self.atom()))))
        if text != "(":
            if not text[0].isdecimal():
                raise ValueError(f"{text} is no number")
            return Fraction(text.replace(",", ""))
        entries = [self.sum()]
        while self.next() == ",":
            self.take()
            entries.append(self.sum())
        if self.take() != ")":
            raise ValueError("a bracket is not closed")
        return entries[0] if len(entries) == 1 else tuple(entries)


def _number(value: Any) -> Any:
    if isinstance(value, tuple) or value == 0:
        raise ValueError("a number other than zero was expected")
    return value


def _add(left: Any, right: Any, sign: int) -> Any:
    if isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
        return tuple(_add(a, b, sign) for a, b in zip(left, right, strict=True))
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise ValueError("a number and a pair")
    return _mixed(left, right) + sign * _mixed(right, left)


def _times(left: Any, right: Any) -> Any:
    if isinstance(left, tuple):
        left, right = right, left
    if isinstance(left, tuple):
        raise ValueError("a product of pairs")
    if isinstance(right, tuple):
        return tuple(_times(left, one) for one in right)
    return _mixed(left, right) * _mixed(right, left)


def _mixed(value: Any, other: Any) -> Any:
    """A fraction as a number of mpmath's where the other is one."""
    if isinstance(value, Fraction) and isinstance(other, mp.mpf):
        return mp.mpf(value.numerator) / value.denominator
    return value


def _side_before(text: str, end: int) -> tuple[Token, ...]:
    """The longest expression that ends there."""
    for match in re.finditer(r"[\d(−\-l]", text[:end]):
        if match.start() and re.match(r"[\w.,]", text[match.start() - 1]):
            continue  # within a word or a number
        tokens = _tokens(text, match.start())
        tokens = tuple(token for token in tokens if token.end <= end)
        if tokens and not text[tokens[-1].end : end].strip() and _is_expression(tokens):
            return tokens
    return ()


def _side_after(text: str, start: int) -> tuple[Token, ...]:
    """The longest expression that begins there."""
    tokens = _tokens(text, start)
    for length in range(len(tokens), 0, -1):
        if _is_expression(tokens[:length]):
            return tokens[:length]
    return ()


def _tokens(text: str, start: int) -> tuple[Token, ...]:
    found: list[Token] = []
    while match := _TOKEN.match(text, start):
        found.append(Token(match.group(1), match.start(1), match.end(1)))
        start = match.end()
    return tuple(found)


def _is_expression(tokens: tuple[Token, ...]) -> bool:
    try:
        value_of(tokens)
    except ValueError:
        return False
    return True


def _digits(side: tuple[Token, ...]) -> int | None:
    """How many decimals a result is rounded to; None where it is whole or a fraction, so exact."""
    decimals = [len(token.text.partition(".")[2]) for token in side if token.text[0].isdecimal()]
    return max(decimals) or None


def _same(exact: Any, shown: Any, decimals: int | None) -> bool:
    if isinstance(exact, tuple) or isinstance(shown, tuple):
        return (
            isinstance(exact, tuple)
            and isinstance(shown, tuple)
            and len(exact) == len(shown)
            and all(_same(a, b, decimals) for a, b in zip(exact, shown, strict=True))
        )
    gap = abs(_mixed(exact, shown) - _mixed(shown, exact))
    if decimals is None:
        return bool(gap <= 1e-12)
    return bool(gap <= 0.5 * 10.0**-decimals * (1 + 1e-9))


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))})"
    return f"{float(value):.10g}"
