"""Cells, sheets of cells, and formulas made from templates."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_rowcol_to_cell

Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """What one cell holds: a text, a number, or a formula with the value that it must have."""

    value: str | float
    role: str
    formula: str = ""


@dataclass
class Sheet:
    """The cells of one sheet, by row and column, both counted from 0, and the names of some."""

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def formulas(self) -> dict[str, str]:
        """Return every formula by the address of its cell, such as ``B6``."""
        return {
            xl_rowcol_to_cell(*place): cell.formula
            for place, cell in self.cells.items()
            if cell.formula
        }

    def name_range(self, name: str, first: Place, last: Place) -> None:
        """Give a name to a cell or to some cells below each other."""
        self.names[name] = f"={self.range_of(first, last)}"

    def range_of(self, first: Place, last: Place) -> str:
        """Return how another sheet refers to a cell, or to some cells below each other.

        >>> Sheet("Steps").range_of((5, 1), (29, 1)), Sheet("Steps").range_of((5, 1), (5, 1))
        ('Steps!$B$6:$B$30', 'Steps!$B$6')
        """
        corners = [xl_rowcol_to_cell(*place, row_abs=True, col_abs=True) for place in (first, last)]
        return f"{self.name}!{':'.join(dict.fromkeys(corners))}"


class _Filler(string.Formatter):
    def __init__(self, addresses: Mapping[str, str], above: Mapping[str, str]) -> None:
        self.addresses, self.above = addresses, above

    def get_value(self, key: int | str, args: object, kwargs: object) -> str:
        return self.addresses.get(str(key), str(key))

    def format_field(self, value: object, format_spec: str) -> str:
        return self.above[format_spec] if format_spec else str(value)


def fill(
    template: str, addresses: Mapping[str, str], above: Mapping[str, str] | None = None
) -> str:
    """Return a formula: every key in braces becomes its address, or is the name of a cell.

    >>> fill("{x_1}*{w1_11}+{b1_1}", {"w1_11": "B7", "b1_1": "F7"})
    '=x_1*B7+F7'
    >>> fill("{above:step}+1", {}, above={"step": "A6"})
    '=A6+1'
    """
    return "=" + _Filler(addresses, above or {}).format(template)
