"""The sheet that compares every slope of one step with what a nudge of its weight does."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from workbook.cells import Cell, Sheet, fill
from workbook.columns import Column, columns_of, symbol
from workbook.editions import Edition
from workbook.steps import column_range
from workbook.values import Row, nudged_rows, rows_of

CHECK = "Check"
NUDGE, STEP = 0.001, 1
LARGEST_DIFFERENCE = 1e-4  # a larger one turns red
TITLE = "Are the slopes right? Ask the forward pass"
EXPLANATION = (
    "Every line takes one weight of one step. The two blocks at the right compute the error with "
    "the weight plus the nudge, and with the weight minus the nudge.",
    "The difference of the two errors, divided by twice the nudge, is the slope. No delta is "
    "needed for it, so a mistake in the deltas cannot hide.",
    "To see it work, spoil a formula of “Steps” in the row of that step, among the deltas or the "
    "gradient: column E turns red. (Take it back with Undo.)",
)
SETTINGS = len(EXPLANATION) + 2  # the row of the first setting, counted from 0
EXAMPLE = SETTINGS + 3  # the row of the first number of the example, where there are several
COMPARED = ("weight or bias", "value", "slope in “Steps”", "slope by nudging", "difference")
BLOCKS = {1: "with the weight plus the nudge", -1: "with the weight minus the nudge"}


def compared_rows(edition: Edition) -> range:
    """Return the rows with a parameter each, counted from 0."""
    first = EXAMPLE + len(_example_keys(edition)) + 3
    return range(first, first + len(edition.parameter_keys))


def _example_keys(edition: Edition) -> list[str]:
    """What the sheet of steps fetches from the data in every row, where there are several."""
    return [column.key for column in columns_of(edition) if column.role == "input"]


def _worked_columns(edition: Edition) -> list[Column]:
    """The columns from the weights to the error, as on the sheet of steps."""
    return [c for c in columns_of(edition) if c.role in ("parameter", "forward", "error")]


def _left(edition: Edition, sign: int) -> int:
    """The first column of a block of working."""
    columns = len(_worked_columns(edition))
    return len(COMPARED) + 1 + (0 if sign > 0 else columns + 1)


def check_sheet(edition: Edition) -> Sheet:
    """Return the sheet that checks the slopes of one step by nudging."""
    sheet = Sheet(CHECK)
    before = list(rows_of(edition))[STEP - 1]
    nudged = {sign: list(nudged_rows(edition, before, sign * NUDGE)) for sign in BLOCKS}
    sheet.cells[0, 0] = Cell(TITLE, "title")
    for row, text in enumerate(EXPLANATION, start=1):
        sheet.cells[row, 0] = Cell(text, "text")
    _write_settings(sheet, edition, before)
    _write_comparison(sheet, edition, before, nudged)
    for sign, rows in nudged.items():
        _write_working(sheet, edition, sign, rows)
    return sheet


def _write_settings(sheet: Sheet, edition: Edition, before: Row) -> None:
    settings = (
        ("step_to_check", STEP, f"which step of “Steps”: 1 to {edition.steps}"),
        ("nudge", NUDGE, "how far a weight is moved"),
    )
    for row, (name, value, words) in enumerate(settings, start=SETTINGS):
        sheet.cells[row, 0] = Cell(name, "label")
        sheet.cells[row, 1] = Cell(value, "yours")
        sheet.cells[row, 2] = Cell(words, "beside")
        sheet.name_range(name, (row, 1), (row, 1))
    for row, key in enumerate(_example_keys(edition), start=EXAMPLE):
        sheet.cells[row, 0] = Cell(f"{symbol(key)} in that step", "label")
        sheet.cells[row, 1] = Cell(before[key], "input", _in_that_step(edition, key))


def _in_that_step(edition: Edition, key: str) -> str:
    return f"=INDEX({column_range(edition, key)},step_to_check)"


def _write_comparison(
    sheet: Sheet, edition: Edition, before: Row, nudged: dict[int, list[Row]]
) -> None:
    rows = compared_rows(edition)
    place = [column.key for column in _worked_columns(edition)].index("C")
    up, down = (xl_col_to_name(_left(edition, sign) + place) for sign in BLOCKS)
    for i, heading in enumerate(COMPARED):
        sheet.cells[rows[0] - 1, i] = Cell(heading, "over" if i else "label")
    for row, key, plus, minus in zip(rows, edition.parameter_keys, *nudged.values(), strict=True):
        slope, n = (plus["C"] - minus["C"]) / (2 * NUDGE), row + 1
        sheet.cells[row, 0] = Cell(key, "label")
        for i, cell in enumerate(
            (
                Cell(before[key], "parameter", _in_that_step(edition, key)),
                Cell(before[f"d{key}"], "gradient", _in_that_step(edition, f"d{key}")),
                Cell(slope, "forward", f"=({up}{n}-{down}{n})/(2*nudge)"),
                Cell(abs(before[f"d{key}"] - slope), "difference", f"=ABS(C{n}-D{n})"),
            ),
            start=1,
        ):
            sheet.cells[row, i] = cell
    sheet.name_range("differences", (rows[0], 4), (rows[-1], 4))


def _write_working(sheet: Sheet, edition: Edition, sign: int, rows: list[Row]) -> None:
    first, columns = compared_rows(edition)[0], _worked_columns(edition)
    left = _left(edition, sign)
    addresses = {
        key: xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)
        for row, key in enumerate(_example_keys(edition), start=EXAMPLE)
    }
    sheet.cells[first - 2, left] = Cell(BLOCKS[sign], "heading")
    for i, column in enumerate(columns, start=left):
        sheet.cells[first - 1, i] = Cell(column.symbol, column.role)
    for line, values in enumerate(rows):
        for i, column in enumerate(columns, start=left):
            addresses[column.key] = f"{xl_col_to_name(i)}{first + line + 1}"
        for i, column in enumerate(columns):
            if column.role == "parameter":  # they stand first, in the order of the lines
                nudge = ("+nudge" if sign > 0 else "-nudge") if i == line else ""
                formula = f"=$B${first + i + 1}{nudge}"
            else:
                formula = fill(column.formula, addresses)
            sheet.cells[first + line, left + i] = Cell(values[column.key], column.role, formula)
