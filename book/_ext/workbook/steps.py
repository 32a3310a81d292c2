"""The sheet of steps: one row of formulas for each step of training."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name

from workbook.cells import Cell, Sheet, fill
from workbook.columns import ROLES, Column, columns_of
from workbook.editions import Edition
from workbook.values import rows_of

STEPS = "Steps"
# Its rows, counted from 0: the headings, then the first step.
GROUPS, SYMBOLS, WORDS, FORMULAS, FIRST = 1, 2, 3, 4, 5


def _formulas(columns: tuple[Column, ...], row: int) -> list[str]:
    """Return the formulas of one row; the first number of all is none."""
    here, above = (
        {column.key: f"{xl_col_to_name(i)}{number}" for i, column in enumerate(columns)}
        for number in (row + 1, row)
    )
    if row > FIRST:
        return [fill(column.formula, here, above) for column in columns]
    fetched = {column.key: f"={column.key}" for column in columns if column.role == "parameter"}
    fetched["step"] = ""
    return [
        fetched[column.key] if column.key in fetched else fill(column.formula, here)
        for column in columns
    ]


def steps_sheet(edition: Edition) -> Sheet:
    """Return the sheet with one row for each step: the first sheet's numbers come in by name."""
    columns = columns_of(edition)
    sheet = Sheet(STEPS)
    title = (
        "Each row is one step of training. Row 5 shows the formulas of row 7. To go on after the "
        "last step, mark its row and drag it down."
    )
    sheet.cells[0, 0] = Cell(title, "text")
    dragged = _formulas(columns, FIRST + 1)
    for i, column in enumerate(columns):
        if i == 0 or columns[i - 1].role != column.role:
            sheet.cells[GROUPS, i] = Cell(ROLES[column.role], column.role)
        sheet.cells[SYMBOLS, i] = Cell(column.symbol, column.role)
        sheet.cells[WORDS, i] = Cell(column.words, column.role)
        sheet.cells[FORMULAS, i] = Cell(dragged[i], column.role)
    for row, values in enumerate(rows_of(edition), start=FIRST):
        for i, (column, formula) in enumerate(zip(columns, _formulas(columns, row), strict=True)):
            sheet.cells[row, i] = Cell(values[column.key], column.role, formula)
    return sheet


def column_range(edition: Edition, key: str) -> str:
    """Return how another sheet refers to all the steps of one column.

    >>> from workbook.editions import TWO_TWO_ONE
    >>> column_range(TWO_TWO_ONE, "C")
    'Steps!$R$6:$R$30'
    """
    place = [column.key for column in columns_of(edition)].index(key)
    return Sheet(STEPS).range_of((FIRST, place), (FIRST + edition.steps - 1, place))
