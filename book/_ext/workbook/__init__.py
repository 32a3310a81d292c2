"""Workbooks in which a small network learns, cell by cell: for Excel, LibreOffice and their kind.

The way of the data is one line: an edition (which network, which examples) → its columns, each a
formula → three sheets of cells, each with the value that nnlib computes → an .xlsx file, or a table
of a page.
"""

from workbook.cells import Cell, Sheet
from workbook.check import check_sheet
from workbook.editions import AND_2_5_1, EDITIONS, TWO_TWO_ONE, Edition
from workbook.page_table import one_step_table, steps_table
from workbook.start import start_sheet
from workbook.steps import steps_sheet
from workbook.writing import write_workbook

__all__ = [
    "AND_2_5_1",
    "EDITIONS",
    "TWO_TWO_ONE",
    "Cell",
    "Edition",
    "Sheet",
    "check_sheet",
    "one_step_table",
    "start_sheet",
    "steps_sheet",
    "steps_table",
    "write_workbook",
]
