"""Parts of the sheet of steps as tables of a page: the cells, values and formulas of the workbook.

A notebook shows an object by its `_repr_html_`, and where there is no HTML by its `__repr__`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby

from xlsxwriter.utility import xl_col_to_name

from workbook.cells import Sheet
from workbook.columns import ROLES, columns_of
from workbook.editions import Edition
from workbook.steps import FIRST, SYMBOLS, WORDS, steps_sheet


@dataclass(frozen=True)
class PageTable:
    """A table: its caption, its HTML inside `<table>`, and the same as plain text."""

    caption: str
    html: str
    text: str

    def _repr_html_(self) -> str:
        # The box scrolls by itself where the table is wider than the page; by keyboard too.
        caption = escape(self.caption)
        return (
            f'<div class="sheet" role="region" tabindex="0" aria-label="{caption}">'
            f"<table><caption>{caption}</caption>{self.html}</table></div>"
        )

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.text}"


def shown(value: str | float) -> str:
    """Return a value as the sheet shows it.

    >>> shown(-0.26965), shown(3), shown("w")
    ('−0.2697', '3', 'w')
    """
    if isinstance(value, str):
        return value
    text = str(value) if isinstance(value, int) else f"{value:.4f}"
    return text.replace("-", "−")


def steps_table(edition: Edition, rows: int) -> PageTable:
    """Return the first rows of the sheet of steps, with its letters, numbers and headings."""
    sheet = steps_sheet(edition)
    count = len(columns_of(edition))
    roles = [sheet.cells[SYMBOLS, column].role for column in range(count)]
    letters = "".join(f'<th scope="col">{xl_col_to_name(i)}</th>' for i in range(count))
    groups = "".join(
        f'<th class="sheet-{role}" scope="colgroup" colspan="{len(list(group))}">{ROLES[role]}</th>'
        for role, group in groupby(roles)
    )
    symbols = "".join(
        f'<th class="sheet-{role}" scope="col">{escape(str(sheet.cells[SYMBOLS, i].value))}</th>'
        for i, role in enumerate(roles)
    )
    head = "".join(
        f'<tr><th scope="row">{name}</th>{cells}</tr>'
        for name, cells in (("", letters), ("2", groups), ("3", symbols))
    )
    head = head.replace('<th scope="row"></th>', "<td></td>", 1)
    body, lines = "", []
    for row in range(FIRST, FIRST + rows):
        values = [shown(sheet.cells[row, column].value) for column in range(count)]
        cells = "".join(
            f'<td class="sheet-{role}">{value}</td>'
            for role, value in zip(roles, values, strict=True)
        )
        body += f'<tr><th scope="row">{row + 1}</th>{cells}</tr>'
        lines.append(" ".join([str(row + 1), *values]))
    caption = f"The first {rows} steps of {edition.name}.xlsx. It goes on for {edition.steps}."
    return PageTable(caption, f"<thead>{head}</thead><tbody>{body}</tbody>", "\n".join(lines))


def one_step_table(edition: Edition, step: int) -> PageTable:
    """Return one row of the sheet of steps turned upright, each cell with its formula."""
    sheet = steps_sheet(edition)
    row = FIRST + step - 1
    body, lines = "", []
    for column in range(len(columns_of(edition))):
        address, formula, value = _described(sheet, row, column)
        role = sheet.cells[row, column].role
        symbol, words = (str(sheet.cells[line, column].value) for line in (SYMBOLS, WORDS))
        body += (
            f'<tr class="sheet-{role}"><th scope="row">{address}</th><td>{escape(symbol)}</td>'
            f"<td><code>{escape(formula)}</code></td><td>{value}</td>"
            f'<td class="sheet-words">{escape(words)}</td></tr>'
        )
        lines.append(f"{address:5} {symbol:12} {formula:30} {value}")
    names = ("cell", "symbol", "formula", "value", "what it is")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    caption = f"Row {row + 1} of {edition.name}.xlsx, step {step}, turned upright."
    html = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return PageTable(caption, html, "\n".join(lines))


def _described(sheet: Sheet, row: int, column: int) -> tuple[str, str, str]:
    cell = sheet.cells[row, column]
    return f"{xl_col_to_name(column)}{row + 1}", cell.formula, shown(cell.value)
