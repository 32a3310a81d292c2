"""Sheets as an .xlsx file. The same edition gives the same bytes, on any day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook.editions import Edition
from workbook.sheets import (
    FIRST,
    FORMULAS,
    GROUPS,
    START,
    SYMBOLS,
    WORDS,
    Sheet,
    start_sheet,
    steps_sheet,
)

CREATED = datetime(2026, 1, 1)

# A ground for each role, on which black text stays readable. What the reader may change is in blue
# on yellow, as is the custom in spreadsheets.
GROUNDS = {
    "step": "#ECEFF1",
    "input": "#FFF8E1",
    "parameter": "#DCEBFA",
    "forward": "#E0F2E4",
    "error": "#FBE2D8",
    "delta": "#F1E3F6",
    "gradient": "#F7EED2",
    "updated": "#C9DFF5",
}
TEXT_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12},
    "text": {},
    "label": {"bold": True},
    "yours": {"bg_color": "#FFF3A3", "font_color": "#0B3D91", "border": 1, "num_format": "0.0###"},
}
WHOLE_NUMBERS = {"step"}


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[str, Any] = {}

    def of(self, role: str, kind: str) -> Any:
        """Return the format of a cell: kind is number, heading or words."""
        key = f"{role} {kind}"
        if key not in self.made:
            self.made[key] = self.book.add_format(self._settings(role, kind))
        return self.made[key]

    def _settings(self, role: str, kind: str) -> dict[str, Any]:
        if role in TEXT_FORMATS:
            return TEXT_FORMATS[role]
        settings: dict[str, Any] = {"bg_color": GROUNDS[role], "font_color": "#000000"}
        if kind == "number":
            settings["num_format"] = "0" if role in WHOLE_NUMBERS else "0.0000"
        elif kind == "heading":
            settings |= {"bold": True, "align": "left"}
        else:
            settings |= {"text_wrap": True, "valign": "top", "font_size": 9}
        return settings


def _kind(sheet: Sheet, row: int, value: str | float) -> str:
    if not isinstance(value, str):
        return "number"
    return "words" if sheet.name != START and row in (WORDS, FORMULAS) else "heading"


def _write_cells(sheet: Sheet, page: Worksheet, formats: _Formats) -> None:
    for (row, column), cell in sorted(sheet.cells.items()):
        style = formats.of(cell.role, _kind(sheet, row, cell.value))
        if cell.formula:
            page.write_formula(row, column, cell.formula, style, cell.value)
        elif isinstance(cell.value, str):
            page.write_string(row, column, cell.value, style)
        else:
            page.write_number(row, column, cell.value, style)


def _arrange_steps(page: Worksheet, sheet: Sheet) -> None:
    page.set_column(0, max(column for _, column in sheet.cells), 12)
    page.set_row(GROUPS, 18)
    page.set_row(SYMBOLS, 18)
    page.set_row(WORDS, 62)
    page.set_row(FORMULAS, 50)
    page.freeze_panes(FIRST, 1)


def _add_chart(book: Workbook, page: Worksheet) -> None:
    chart = book.add_chart({"type": "line"})
    chart.add_series(
        {
            "name": "mean squared error",
            "categories": f"={START}!epochs",
            "values": f"={START}!errors",
            "line": {"color": "#C1440E", "width": 2.25},
        }
    )
    chart.set_title({"name": "Error in each epoch"})
    chart.set_x_axis({"name": "epoch"})
    chart.set_y_axis({"name": "mean squared error", "min": 0})
    chart.set_legend({"none": True})
    page.insert_chart(
        len("abcdefgh"),
        6,
        chart,
        {"description": "Line chart of the mean squared error in each epoch, from the list below."},
    )


def write_workbook(edition: Edition, path: Path) -> None:
    """Write an edition's workbook to a file, over what may be there.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    start, steps = start_sheet(edition), steps_sheet(edition)
    with Workbook(str(path)) as book:
        book.set_properties({"title": edition.title, "created": CREATED})
        formats = _Formats(book)
        pages = {sheet.name: book.add_worksheet(sheet.name) for sheet in (start, steps)}
        for sheet in (start, steps):
            _write_cells(sheet, pages[sheet.name], formats)
            for name, target in sheet.names.items():
                book.define_name(name, target)
        pages[START].set_column(0, 0, 34)
        pages[START].set_column(4, 4, 44)
        _add_chart(book, pages[START])
        _arrange_steps(pages[sheet.name], steps)
