"""Engines that know nothing of nnlib recompute every formula, and get what nnlib gets."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import formulas
import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from workbook import AND_2_5_1, EDITIONS, TWO_TWO_ONE, Edition, write_workbook
from workbook.sheets import FIRST, START, STEPS, Sheet, start_sheet, steps_sheet
from xlsxwriter.utility import xl_rowcol_to_cell

TOLERANCE = 1e-12
SOFFICE = shutil.which("soffice")
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
# A shorter run for the engine that takes a minute for 200 rows: the formulas are the same.
SHORT_AND = replace(AND_2_5_1, steps=12)
SHORT = replace(TWO_TWO_ONE, steps=8)
Values = dict[tuple[str, str], float]


def wanted(edition: Edition) -> Values:
    """Return what nnlib says of every cell with a formula, by sheet and address."""
    return {
        (sheet.name, xl_rowcol_to_cell(*place)): float(cell.value)
        for sheet in (start_sheet(edition), steps_sheet(edition))
        for place, cell in sheet.cells.items()
        if cell.formula
    }


def worst_difference(found: Values, expected: Values) -> float:
    """Return the largest difference, each relative to its value where that is above 1."""
    assert found.keys() >= expected.keys()
    return max(abs(found[key] - value) / max(1, abs(value)) for key, value in expected.items())


def change_start(path: Path, changes: dict[str, float]) -> None:
    """Type new numbers into named cells, and save without any kept value."""
    book = openpyxl.load_workbook(path)
    for name, value in changes.items():
        ((sheet, address),) = book.defined_names[name].destinations
        book[sheet][address.replace("$", "")] = value
    book.save(path)


def by_formulas(path: Path) -> Values:
    """Recompute a workbook with the package formulas."""
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for name, ranges in solution.items():
        _, _, rest = name.partition("]")
        sheet, _, address = rest.partition("'!")
        if address and ":" not in address and isinstance(ranges.value[0, 0], (int, float)):
            found[sheet.title(), address] = float(ranges.value[0, 0])
    return found


def by_libreoffice(path: Path, folder: Path) -> Values:
    """Recompute a workbook with LibreOffice, told never to trust the values in the file."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    result = folder / "recomputed"
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(result),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    book = openpyxl.load_workbook(result / path.name, data_only=True)
    return {
        (sheet.title, cell.coordinate): float(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float))
    }


def written(edition: Edition, folder: Path) -> Path:
    path = folder / f"{edition.name}.xlsx"
    write_workbook(edition, path)
    return path


@pytest.mark.parametrize("edition", [TWO_TWO_ONE, SHORT_AND], ids=lambda edition: edition.name)
def test_every_formula_recomputed_by_formulas(edition, tmp_path):
    expected = wanted(edition)
    assert len(expected) > 900
    assert worst_difference(by_formulas(written(edition, tmp_path)), expected) < TOLERANCE


needs_libreoffice = pytest.mark.skipif(
    SOFFICE is None,
    reason="no LibreOffice on this machine (Debian: libreoffice-calc-nogui)",
)


@needs_libreoffice
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_every_formula_recomputed_by_libreoffice(edition, tmp_path):
    path = written(edition, tmp_path)
    change_start(path, {})
    expected = wanted(edition)
    assert worst_difference(by_libreoffice(path, tmp_path), expected) < TOLERANCE


CHANGES = {"learning_rate": 2.0, "w1_12": -1.25, "x_2": 0.5}
CHANGED = replace(
    SHORT,
    learning_rate=2.0,
    x=((2.0, 0.5),),
    parameters=(0.3, -1.25, *TWO_TWO_ONE.parameters[2:]),
)


def test_a_change_at_the_start_ripples_through_in_formulas(tmp_path):
    path = written(SHORT, tmp_path)
    change_start(path, CHANGES)
    found = by_formulas(path)
    assert worst_difference(found, wanted(CHANGED)) < TOLERANCE
    assert worst_difference(found, wanted(SHORT)) > 0.1


@needs_libreoffice
def test_a_change_at_the_start_ripples_through_in_libreoffice(tmp_path):
    path = written(SHORT, tmp_path)
    change_start(path, CHANGES)
    found = by_libreoffice(path, tmp_path)
    assert worst_difference(found, wanted(CHANGED)) < TOLERANCE
    assert worst_difference(found, wanted(SHORT)) > 0.1


def spoil(path: Path, address: str, old: str, new: str) -> None:
    """Put a mistake into one formula."""
    book = openpyxl.load_workbook(path)
    cell = book[STEPS][address]
    assert old in cell.value
    cell.value = cell.value.replace(old, new, 1)
    book.save(path)


@pytest.mark.parametrize(
    ("address", "old", "new"),
    [
        ("K9", "+F", "-F"),  # a sign in a weighted sum
        ("T11", "*H", "*I"),  # another weight on the way back
        ("AM13", "AD", "AC"),  # another slope in the last update of all
        ("S12", "2*", ""),  # the factor of the squared error
    ],
)
def test_one_wrong_formula_is_noticed(address, old, new, tmp_path):
    path = written(SHORT, tmp_path)
    spoil(path, address, old, new)
    assert worst_difference(by_formulas(path), wanted(SHORT)) > 1e-6


def test_values_of_the_sheet_are_those_of_the_chapter_on_backpropagation():
    sheet: Sheet = steps_sheet(TWO_TWO_ONE)
    first = {
        sheet.cells[2, column].value: sheet.cells[row, column].value
        for row, column in sheet.cells
        if row == 5 and sheet.cells[2, column].role != "updated"
    }
    by_hand = {"C": 0.2953, "a⁽²⁾₁": 0.4566, "δ⁽²⁾₁": -0.2697, "∂C/∂w⁽¹⁾₁₁": -0.1978}
    assert {key: round(first[key], 4) for key in by_hand} == by_hand


def test_the_kept_error_is_the_mean_over_an_epoch():
    sheet = start_sheet(SHORT_AND)
    errors = [cell.value for cell in sheet.cells.values() if cell.role == "error" and cell.formula]
    steps = steps_sheet(SHORT_AND)
    columns = {steps.cells[2, column].value: column for row, column in steps.cells if row == 2}
    each = [steps.cells[5 + step, columns["C"]].value for step in range(SHORT_AND.steps)]
    assert errors == pytest.approx(
        [sum(each[i : i + 4]) / 4 for i in range(0, SHORT_AND.steps, 4)], rel=1e-15
    )
    assert sheet.name == START


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_every_row_is_the_second_one_dragged_down(edition):
    cells = steps_sheet(edition).cells
    compared = 0
    for (row, column), cell in cells.items():
        if row > FIRST + 1:
            origin, here = (xl_rowcol_to_cell(place, column) for place in (FIRST + 1, row))
            dragged = Translator(cells[FIRST + 1, column].formula, origin).translate_formula(here)
            assert cell.formula == dragged, here
            compared += 1
    assert compared == (edition.steps - 2) * (39 if edition is TWO_TWO_ONE else 89)
