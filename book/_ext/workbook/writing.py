"""Sheets as an .xlsx file. The same edition gives the same bytes, on any day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook.cells import Sheet
from workbook.charts import CHART_SIZE, charts_of
from workbook.check import CHECK, LARGEST_DIFFERENCE, check_sheet, compared_rows
from workbook.editions import Edition
from workbook.start import CHARTS_AT, START, epoch_rows, start_sheet, watch_row
from workbook.steps import FIRST, FORMULAS, GROUPS, STEPS, SYMBOLS, WORDS, steps_sheet

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
    "difference": "#E0F2E4",
}
TEXT_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12},
    "text": {},
    "beside": {"indent": 1},
    "label": {"bold": True},
    "over": {"bold": True, "align": "right"},
    "plain": {},
    "delivered": {"font_color": "#595959"},
    "result": {"font_color": "#595959", "num_format": "0.0000"},
    "yours": {"bg_color": "#FFF3A3", "font_color": "#0B3D91", "border": 1},
}
NUMBERS = {"step": "0", "difference": "0.0E+00"}  # the others show four decimals
# What a yellow cell takes. A text in one of them would turn every formula into an error.
ONLY_NUMBERS = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": -1e6,
    "maximum": 1e6,
    "error_title": "A number, please",
    "error_message": "The formulas compute with this cell: type a number, such as 0.5.",
}


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
            settings["num_format"] = NUMBERS.get(role, "0.0000")
        elif kind == "heading":
            settings |= {"bold": True, "align": "left"}
        else:
            # A formula shown as text stays one when somebody edits it.
            settings |= {"text_wrap": True, "valign": "top", "font_size": 9, "quote_prefix": True}
        return settings


def _kind(sheet: Sheet, row: int, value: str | float) -> str:
    if not isinstance(value, str):
        return "number"
    return "words" if sheet.name == STEPS and row in (WORDS, FORMULAS) else "heading"


def _write_cells(sheet: Sheet, page: Worksheet, formats: _Formats) -> None:
    for (row, column), cell in sorted(sheet.cells.items()):
        style = formats.of(cell.role, _kind(sheet, row, cell.value))
        if cell.formula:
            page.write_formula(row, column, cell.formula, style, cell.value)
        elif isinstance(cell.value, str):
            page.write_string(row, column, cell.value, style)
        else:
            page.write_number(row, column, cell.value, style)
        if cell.role == "yours" and not isinstance(cell.value, str):
            page.data_validation(row, column, row, column, ONLY_NUMBERS)


def _arrange_start(book: Workbook, page: Worksheet, edition: Edition, sheet: Sheet) -> None:
    page.set_column(0, 0, 20)
    page.set_column(1, 3, 12)
    page.set_column(4, 4, 44)
    page.set_column(5, 5, 2)
    first, last = epoch_rows(sheet)
    for i, (chart, words) in enumerate(charts_of(book, edition, first, last)):
        page.insert_chart(
            watch_row(edition) + 17 * i, CHARTS_AT, chart, {"description": words, **CHART_SIZE}
        )


def _arrange_steps(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    for column in range(1 + max(column for _, column in sheet.cells)):
        cell = sheet.cells[FORMULAS, column]
        page.set_column(column, column, min(22, max(11, len(str(cell.value)))))
        if (GROUPS, column) not in sheet.cells:
            page.write_blank(GROUPS, column, None, formats.of(cell.role, "heading"))
    page.set_row(GROUPS, 18)
    page.set_row(SYMBOLS, 18)
    page.set_row(WORDS, 62)
    page.set_row(FORMULAS, 40)
    page.freeze_panes(FIRST, 1)
    page.repeat_rows(GROUPS, FORMULAS)
    page.repeat_columns(0)


def _arrange_check(book: Workbook, page: Worksheet, edition: Edition) -> None:
    red = book.add_format({"bg_color": "#B3261E", "font_color": "#FFFFFF", "bold": True})
    rows = compared_rows(edition)
    page.set_column(0, 0, 20)
    page.set_column(1, 4, 16)
    page.set_column(5, 5, 3)
    rule = {"type": "cell", "criteria": ">", "value": LARGEST_DIFFERENCE, "format": red}
    page.conditional_format(rows[0], 4, rows[-1], 4, rule)
    page.freeze_panes(rows[0], 1)


def write_workbook(edition: Edition, path: Path) -> None:
    """Write an edition's workbook to a file, over what may be there.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    start, steps, check = start_sheet(edition), steps_sheet(edition), check_sheet(edition)
    with Workbook(str(path)) as book:
        book.set_properties({"title": edition.title, "created": CREATED})
        formats = _Formats(book)
        pages = {sheet.name: book.add_worksheet(sheet.name) for sheet in (start, steps, check)}
        for sheet in (start, steps, check):
            page = pages[sheet.name]
            _write_cells(sheet, page, formats)
            page.set_landscape()
            page.fit_to_pages(1 if sheet is start else 3, 0)
            for name, target in sheet.names.items():
                book.define_name(name, target)
        _arrange_start(book, pages[START], edition, start)
        _arrange_steps(pages[STEPS], steps, formats)
        _arrange_check(book, pages[CHECK], edition)
