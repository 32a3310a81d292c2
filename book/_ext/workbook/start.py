"""The first sheet: it explains, holds what the reader may change, and shows what comes of it."""

from __future__ import annotations

from itertools import groupby

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from workbook.cells import Cell, Sheet
from workbook.check import check_sheet
from workbook.columns import ROLES, columns_of, parameter_words, symbol
from workbook.editions import Edition
from workbook.steps import column_range
from workbook.values import Row, epoch_losses, rows_of

START = "Start"
DELIVERED = 2  # the column that keeps what the workbook came with
WORDS_AT = 4  # the column that says what a number is
CHARTS_AT = 6
EXPLANATION = (
    "The sheet “Steps” trains this network: one row is one step, in ordinary formulas without "
    "macros. “Check” tests its slopes.",
    "Yellow cells are yours. Change one, and the sheets, the numbers under “Watch” and the charts "
    "follow. (Excel asks you to press “Enable Editing” first.)",
    "Click on any cell of “Steps” to see its formula. Its headings say in words what it computes. "
    "The colours, listed below, say what it is for.",
    "The bold labels are names that a formula of yours can use. w1_12 is the weight of layer 1 "
    "from unit 1 to neuron 2.",
    "To go back, type the numbers under “as delivered” again. Nothing is hidden or locked.",
)


def start_sheet(edition: Edition) -> Sheet:
    """Return the sheet that explains, holds what the reader may change, and shows the error."""
    sheet = Sheet(START)
    sheet.cells[0, 0] = Cell(edition.title, "title")
    for row, text in enumerate(EXPLANATION, start=1):
        sheet.cells[row, 0] = Cell(text, "text")
    _write_tasks(sheet, edition, len(EXPLANATION) + 2)
    watch = watch_row(edition)
    row = _write_settings(sheet, edition, watch + len(edition.x) + 5)
    row = _write_examples(sheet, edition, row + 1)
    row = _write_parameters(sheet, edition, row + 1)
    row = _write_roles(sheet, edition, row + 1)
    _write_epochs(sheet, edition, row + 1)
    _write_watched(sheet, edition, watch)
    return sheet


def watch_row(edition: Edition) -> int:
    """Return the row of the heading “Watch”, counted from 0."""
    return len(EXPLANATION) + 2 + len(edition.tasks) + 2


def epoch_rows(sheet: Sheet) -> tuple[int, int]:
    """Return the rows of the first and of the last epoch, counted from 0."""
    rows = [row for (row, column), cell in sheet.cells.items() if column == 0 and cell.value == 1]
    return rows[0], max(row for row, _ in sheet.cells)


def _write_tasks(sheet: Sheet, edition: Edition, row: int) -> None:
    sheet.cells[row, 0] = Cell("Try this, and say first what you expect", "heading")
    for number, task in enumerate(edition.tasks, start=1):
        sheet.cells[row + number, 0] = Cell(f"{number}. {task}", "text")


def _write_watched(sheet: Sheet, edition: Edition, row: int) -> None:
    """Write the live numbers to look at, each beside the one that the workbook came with."""
    first_epoch, last_epoch = epoch_rows(sheet)
    checked = check_sheet(edition).cells.values()
    worst = max(float(cell.value) for cell in checked if cell.role == "difference")
    watched = [
        ("error at first", (first_epoch, 1), "error", "the mean squared error of the first epoch"),
        ("error at last", (last_epoch, 1), "error", "the same of the last epoch"),
    ]
    for number in range(1, len(edition.x) + 1):
        words = "should have come near its target"
        watched.append((f"answer {number} at last", (last_epoch, 1 + number), "forward", words))
    sheet.cells[row, 0] = Cell("Watch", "heading")
    sheet.cells[row, 1] = Cell("now", "over")
    sheet.cells[row, DELIVERED] = Cell("as delivered", "over")
    for i, (label, place, role, words) in enumerate(watched, start=row + 1):
        value = sheet.cells[place].value
        sheet.cells[i, 0] = Cell(label, "plain")
        sheet.cells[i, 1] = Cell(value, role, f"={xl_rowcol_to_cell(*place)}")
        sheet.cells[i, DELIVERED] = Cell(value, "result")
        sheet.cells[i, WORDS_AT] = Cell(words, "beside")
    i = row + 1 + len(watched)
    sheet.cells[i, 0] = Cell("worst slope check", "plain")
    sheet.cells[i, 1] = Cell(worst, "difference", "=MAX(differences)")
    sheet.cells[i, WORDS_AT] = Cell("the largest difference on “Check”: should be near 0", "beside")


def _write_settings(sheet: Sheet, edition: Edition, row: int) -> int:
    sheet.cells[row, 0] = Cell("Learning rate", "heading")
    words = "how far a step goes down the slope"
    _write_yours(sheet, row + 1, "learning_rate", edition.learning_rate, words)
    return row + 2


def _write_yours(sheet: Sheet, row: int, name: str, value: float, words: str) -> None:
    sheet.cells[row, 0] = Cell(name, "label")
    sheet.cells[row, 1] = Cell(value, "yours")
    sheet.cells[row, DELIVERED] = Cell(value, "delivered")
    sheet.cells[row, WORDS_AT] = Cell(words, "beside")
    sheet.name_range(name, (row, 1), (row, 1))


def _write_examples(sheet: Sheet, edition: Edition, row: int) -> int:
    sheet.cells[row, 0] = Cell("Examples: inputs and target", "heading")
    keys = [*(f"x_{j}" for j in range(1, edition.inputs + 1)), "y_1"]
    last = row + 1 + len(edition.x)
    for i, key in enumerate(keys, start=1):
        sheet.cells[row + 1, i] = Cell(key, "over")
        sheet.name_range(key, (row + 2, i), (last, i))
    for number, (inputs, target) in enumerate(zip(edition.x, edition.y, strict=True), start=1):
        sheet.cells[row + 1 + number, 0] = Cell(f"example {number}", "plain")
        for i, value in enumerate((*inputs, target), start=1):
            sheet.cells[row + 1 + number, i] = Cell(value, "yours")
        numbers = ", ".join(f"{value:g}" for value in (*inputs, target))
        sheet.cells[row + 1 + number, len(keys) + 1] = Cell(f"as delivered: {numbers}", "beside")
    return last + 1


def _write_parameters(sheet: Sheet, edition: Edition, row: int) -> int:
    sheet.cells[row, 0] = Cell("Weights and biases at the start", "heading")
    pairs = zip(edition.parameter_keys, edition.parameters, strict=True)
    for i, (key, value) in enumerate(pairs, start=row + 1):
        _write_yours(sheet, i, key, value, f"{symbol(key)}, {parameter_words(key)}")
    return row + 1 + len(edition.parameters)


def _write_roles(sheet: Sheet, edition: Edition, row: int) -> int:
    sheet.cells[row, 0] = Cell("The colours of “Steps”, by column", "heading")
    columns = enumerate(columns_of(edition))
    for role, group in groupby(columns, key=lambda pair: pair[1].role):
        row += 1
        places = [xl_col_to_name(i) for i, _ in group]
        sheet.cells[row, 0] = Cell(" to ".join(dict.fromkeys((places[0], places[-1]))), role)
        sheet.cells[row, 1] = Cell(ROLES[role], "beside")
    return row + 1


def _write_epochs(sheet: Sheet, edition: Edition, row: int) -> None:
    """Write one line for each epoch: its mean error, and the answer to each example."""
    sheet.cells[row, 0] = Cell("Each epoch: its error, and the answers given in it", "heading")
    answers = [f"answer {number}" for number in range(1, len(edition.x) + 1)]
    for i, heading in enumerate(("epoch", "error", *answers)):
        sheet.cells[row + 1, i] = Cell(heading, "over")
    rows, count = list[Row](rows_of(edition)), len(edition.x)
    counters = column_range(edition, "epoch" if count > 1 else "step")
    for epoch, loss in enumerate(epoch_losses(edition, rows), start=1):
        place = (row + 1 + epoch, 0)
        here = xl_rowcol_to_cell(*place)
        sheet.cells[place] = Cell(epoch, "step")
        average = f"=AVERAGEIF({counters},{here},{column_range(edition, 'C')})"
        sheet.cells[place[0], 1] = Cell(loss, "error", average)
        for number in range(1, count + 1):
            step = f"({here}-1)*{count}+{number}" if count > 1 else here
            formula = f"=INDEX({column_range(edition, 'a2_1')},{step})"
            answer = rows[(epoch - 1) * count + number - 1]["a2_1"]
            sheet.cells[place[0], 1 + number] = Cell(answer, "forward", formula)
    last = row + 1 + edition.epochs
    sheet.name_range("epochs", (row + 2, 0), (last, 0))
    sheet.name_range("errors", (row + 2, 1), (last, 1))
