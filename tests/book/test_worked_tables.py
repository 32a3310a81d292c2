"""Every number of a table that is typed by hand is the exact value, to the digits shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import PurePath

import pytest
from mpmath import mp

from tests.book.plain_arithmetic import NUMBER
from tests.book.printed_formulas import BOOK, PAGES
from tests.book.prose import Block, blocks_of
from tests.book.worked_tables import IN_WORDS, WORKED, Rows

# A minus right before a digit is its sign; with a space between it is an operation.
SIGNED = re.compile(rf"[−-]?{NUMBER}")


@dataclass(frozen=True)
class Row:
    """A row of a table: its place and its cells, one after another."""

    page: str
    heading: str
    line: int
    text: str


def rows_of(page: str, text: str) -> list[list[Row]]:
    """The tables of a page that hold numbers, as lists of the rows that do."""
    cells = [block for block in blocks_of(text) if block.kind in ("header", "table")]
    tables: list[list[Row]] = []
    for (_, kind), group in groupby(cells, key=lambda block: (block.line, block.kind)):
        row = as_row(page, list(group))
        if kind == "header":
            tables.append([])
        if re.search(r"\d", row.text):
            tables[-1].append(row)
    return [table for table in tables if table]


def as_row(page: str, cells: list[Block]) -> Row:
    """The cells of one line."""
    text = " | ".join(cell.text for cell in cells)
    return Row(PurePath(page).stem, cells[0].heading, cells[0].line, text)


def wrong_numbers(row: Row, expected: list[object]) -> Iterator[str]:
    """What is wrong in a row."""
    found = [number.replace("−", "-").replace(",", "") for number in SIGNED.findall(row.text)]
    if len(found) != len(expected):
        yield f"{row.page}.md:{row.line}: {len(found)} numbers, expected {len(expected)}"
        return
    for shown, exact in zip(found, expected, strict=True):
        decimals = len(shown.partition(".")[2])
        allowed = mp.mpf(10) ** -decimals / 2 if decimals else mp.mpf(10) ** -20
        if not abs(mp.mpf(shown) - exact) <= allowed:
            yield f"{row.page}.md:{row.line}: {shown} should be {mp.nstr(exact, 8)}"


@cache
def tables() -> dict[tuple[str, str], list[list[Row]]]:
    """The tables of the book that hold numbers, by page and heading."""
    found: dict[tuple[str, str], list[list[Row]]] = {}
    for page in PAGES:
        for table in rows_of(page, (BOOK / page).read_text(encoding="utf-8")):
            found.setdefault((table[0].page, table[0].heading), []).append(table)
    return found


def expected_rows(place: tuple[str, str]) -> list[Rows]:
    """What the tables below a heading should hold."""
    with mp.workdps(40):
        return [compute() for compute in WORKED[place]]


def test_every_table_with_numbers_is_worked_out() -> None:
    missing = [
        f"{table[0].page}.md:{table[0].line}, below the heading {place[1]!r}"
        for place, found in tables().items()
        for table in found
        if place not in WORKED and place not in IN_WORDS
    ]
    assert not missing, (
        "\n".join(missing) + "\nPut its results there by glue, or compute them in "
        "tests/book/worked_tables.py."
    )
    assert set(WORKED) | IN_WORDS == set(tables())


@pytest.mark.parametrize("place", WORKED, ids=" ".join)
def test_every_number_of_a_table_is_right_to_the_digits_shown(place: tuple[str, str]) -> None:
    problems = []
    with mp.workdps(40):
        for table, rows in zip(tables()[place], expected_rows(place), strict=True):
            for row, expected in zip(table, rows, strict=True):
                problems += wrong_numbers(row, expected)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("place", WORKED, ids=" ".join)
def test_every_wrong_digit_of_a_table_is_noticed(place: tuple[str, str]) -> None:
    with mp.workdps(40):
        for table, rows in zip(tables()[place], expected_rows(place), strict=True):
            for row, expected in zip(table, rows, strict=True):
                for text in spoiled(row.text):
                    changed = Row(row.page, row.heading, row.line, text)
                    assert any(wrong_numbers(changed, expected)), text


def spoiled(text: str) -> Iterator[str]:
    """The text with one digit replaced by another, or one sign lost."""
    for place, character in enumerate(text):
        if character.isdecimal():
            for digit in "0123456789".replace(character, ""):
                yield text[:place] + digit + text[place + 1 :]
        elif re.match(r"−[1-9]", text[place:]):
            yield text[:place] + text[place + 1 :]
