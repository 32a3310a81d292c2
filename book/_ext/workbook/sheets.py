"""The two sheets of a workbook as cells: what stands where, with which formula and which value."""

from __future__ import annotations

import string
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from workbook.columns import ROLES, Column, columns_of, parameter_words, symbol
from workbook.editions import Edition
from workbook.values import Row, epoch_losses, rows_of

START, STEPS = "Start", "Steps"
# Rows of the sheet of steps, counted from 0: the headings, then the first step.
GROUPS, SYMBOLS, WORDS, FORMULAS, FIRST = 1, 2, 3, 4, 5
WORDS_AT = 4  # the column of the first sheet that says what a number is

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
        corners = [xl_rowcol_to_cell(*place, row_abs=True, col_abs=True) for place in (first, last)]
        self.names[name] = f"={self.name}!{':'.join(dict.fromkeys(corners))}"


class _Resolver(string.Formatter):
    """Fills a template with the addresses of one row."""

    def __init__(self, letters: dict[str, str], row: int) -> None:
        self.letters, self.row = letters, row

    def get_value(self, key: int | str, args: object, kwargs: object) -> str:
        letter = self.letters.get(str(key))
        return f"{letter}{self.row + 1}" if letter else str(key)  # or a named cell

    def format_field(self, value: object, format_spec: str) -> str:
        if not format_spec:
            return str(value)
        return f"{self.letters[format_spec]}{self.row}"  # {above:key}: the row above


def _formula(column: Column, letters: dict[str, str], row: int) -> str:
    if row == FIRST and column.key == "step":
        return ""
    if row == FIRST and column.role == "parameter":
        return f"={column.key}"
    return "=" + _Resolver(letters, row).format(column.formula)


def steps_sheet(edition: Edition) -> Sheet:
    """Return the sheet with one row for each step: the first sheet's numbers come in by name."""
    columns = columns_of(edition)
    letters = {column.key: xl_col_to_name(i) for i, column in enumerate(columns)}
    sheet = Sheet(STEPS)
    title = (
        "Each row is one step of training. Every cell below the headings is a formula, except the "
        "first step number. To go on, mark the last row and drag it down."
    )
    sheet.cells[0, 0] = Cell(title, "text")
    for i, column in enumerate(columns):
        if i == 0 or columns[i - 1].role != column.role:
            sheet.cells[GROUPS, i] = Cell(ROLES[column.role], column.role)
        sheet.cells[SYMBOLS, i] = Cell(column.symbol, column.role)
        sheet.cells[WORDS, i] = Cell(column.words, column.role)
        as_text = _formula(column, letters, FIRST + 1).removeprefix("=")
        sheet.cells[FORMULAS, i] = Cell(as_text, column.role)
    for row, values in enumerate(rows_of(edition), start=FIRST):
        for i, column in enumerate(columns):
            formula = _formula(column, letters, row)
            sheet.cells[row, i] = Cell(values[column.key], column.role, formula)
    return sheet


EXPLANATION = (
    "The sheet “Steps” trains this network, one row a step, with ordinary formulas and no macros.",
    "Change a cell with a yellow ground. Everything else follows from these: the formulas in "
    "“Steps”, the error below, and the chart.",
    "Click on any cell of “Steps” to see its formula. The headings say in words what it computes, "
    "and the colours what it is for.",
    "The named cells can be used in formulas of your own: learning_rate, for example.",
    "To go back to the start, load the workbook again; nothing in it is hidden or locked.",
)


def start_sheet(edition: Edition) -> Sheet:
    """Return the sheet that explains, holds what the reader may change, and shows the error."""
    sheet = Sheet(START)
    sheet.cells[0, 0] = Cell(edition.title, "title")
    for row, text in enumerate(EXPLANATION, start=1):
        sheet.cells[row, 0] = Cell(text, "text")
    row = _write_roles(sheet, edition, len(EXPLANATION) + 2)
    row = _write_settings(sheet, edition, row + 1)
    row = _write_examples(sheet, edition, row + 1)
    row = _write_parameters(sheet, edition, row + 1)
    _write_losses(sheet, edition, row + 1)
    return sheet


def _write_roles(sheet: Sheet, edition: Edition, row: int) -> int:
    roles = dict.fromkeys(column.role for column in columns_of(edition))
    sheet.cells[row, 0] = Cell("Colours", "heading")
    sheet.cells[row + 1, 0] = Cell("yours to change", "yours")
    for i, role in enumerate(roles, start=row + 2):
        sheet.cells[i, 0] = Cell(ROLES[role], role)
    return row + 2 + len(roles)


def _write_settings(sheet: Sheet, edition: Edition, row: int) -> int:
    sheet.cells[row, 0] = Cell("Learning rate", "heading")
    sheet.cells[row + 1, 0] = Cell("learning_rate", "label")
    sheet.cells[row + 1, 1] = Cell(edition.learning_rate, "yours")
    sheet.cells[row + 1, WORDS_AT] = Cell("how far a step goes down the slope", "text")
    sheet.name_range("learning_rate", (row + 1, 1), (row + 1, 1))
    return row + 2


def _write_examples(sheet: Sheet, edition: Edition, row: int) -> int:
    sheet.cells[row, 0] = Cell("Examples: inputs and target", "heading")
    keys = [*(f"x_{j}" for j in range(1, edition.inputs + 1)), "y_1"]
    last = row + 1 + len(edition.x)
    for i, key in enumerate(keys, start=1):
        sheet.cells[row + 1, i] = Cell(symbol(key), "label")
        sheet.name_range(key, (row + 2, i), (last, i))
    for number, (inputs, target) in enumerate(zip(edition.x, edition.y, strict=True), start=1):
        sheet.cells[row + 1 + number, 0] = Cell(f"example {number}", "label")
        for i, value in enumerate((*inputs, target), start=1):
            sheet.cells[row + 1 + number, i] = Cell(value, "yours")
    return last + 1


def _write_parameters(sheet: Sheet, edition: Edition, row: int) -> int:
    sheet.cells[row, 0] = Cell("Weights and biases at the start", "heading")
    pairs = zip(edition.parameter_keys, edition.parameters, strict=True)
    for i, (key, value) in enumerate(pairs, start=row + 1):
        sheet.cells[i, 0] = Cell(key, "label")
        sheet.cells[i, 1] = Cell(value, "yours")
        sheet.cells[i, WORDS_AT] = Cell(f"{symbol(key)}, {parameter_words(key)}", "text")
        sheet.name_range(key, (i, 1), (i, 1))
    return row + 1 + len(edition.parameters)


def _write_losses(sheet: Sheet, edition: Edition, row: int) -> None:
    sheet.cells[row, 0] = Cell("Mean squared error in each epoch", "heading")
    sheet.cells[row + 1, 0] = Cell("epoch", "label")
    sheet.cells[row + 1, 1] = Cell("error", "label")
    keys = [column.key for column in columns_of(edition)]
    counter = xl_col_to_name(keys.index("epoch" if "epoch" in keys else "step"))
    error = xl_col_to_name(keys.index("C"))
    first, last = FIRST + 1, FIRST + edition.steps
    counters, errors = (
        f"{STEPS}!${letter}${first}:${letter}${last}" for letter in (counter, error)
    )
    losses = epoch_losses(edition, list[Row](rows_of(edition)))
    for epoch, loss in enumerate(losses, start=1):
        place = (row + 1 + epoch, 0)
        formula = f"=AVERAGEIF({counters},{xl_rowcol_to_cell(*place)},{errors})"
        sheet.cells[place] = Cell(epoch, "step")
        sheet.cells[place[0], 1] = Cell(loss, "error", formula)
    sheet.name_range("epochs", (row + 2, 0), (row + 1 + len(losses), 0))
    sheet.name_range("errors", (row + 2, 1), (row + 1 + len(losses), 1))
