"""Engines that know nothing of nnlib recompute every formula, and get what nnlib gets."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import formulas
import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from workbook import (
    AND_2_5_1,
    EDITIONS,
    TWO_TWO_ONE,
    Edition,
    Sheet,
    check_sheet,
    start_sheet,
    steps_sheet,
    write_workbook,
)
from workbook.check import CHECK, LARGEST_DIFFERENCE
from workbook.start import START
from workbook.steps import FIRST, STEPS
from workbook.values import rows_of
from xlsxwriter.utility import xl_rowcol_to_cell

TOLERANCE = 1e-12
SOFFICE = shutil.which("soffice")
CHART = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
# A shorter run for the engine that takes a minute for 200 rows: the formulas are the same.
SHORT_AND = replace(AND_2_5_1, steps=8)
SHORT = replace(TWO_TWO_ONE, steps=8)
TWO_STEPS = replace(TWO_TWO_ONE, steps=2)
Values = dict[tuple[str, str], float]


def wanted(edition: Edition) -> Values:
    """Return what nnlib says of every cell with a formula, by sheet and address."""
    return {
        (sheet.name, xl_rowcol_to_cell(*place)): float(cell.value)
        for sheet in (start_sheet(edition), steps_sheet(edition), check_sheet(edition))
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


def saved_by_libreoffice(path: Path, folder: Path) -> Path:
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
    return result / path.name


def by_libreoffice(path: Path, folder: Path) -> Values:
    book = openpyxl.load_workbook(saved_by_libreoffice(path, folder), data_only=True)
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


@needs_libreoffice
def test_libreoffice_draws_every_number_of_the_charts(tmp_path):
    path = saved_by_libreoffice(written(TWO_TWO_ONE, tmp_path), tmp_path)
    rows = list(rows_of(TWO_TWO_ONE))
    drawn = []
    with zipfile.ZipFile(path) as parts:
        for name in sorted(n for n in parts.namelist() if re.match(r"xl/charts/chart\d+\.xml", n)):
            chart = ElementTree.fromstring(parts.read(name))
            drawn += [
                [float(value.text or "") for value in series.iterfind(".//c:val//c:v", CHART)]
                for series in chart.iterfind(".//c:ser", CHART)
            ]
    assert sorted(drawn) == [
        pytest.approx([row[key] for row in rows], rel=1e-12) for key in ("C", "a2_1")
    ]


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


def worst_slope(found: Values) -> float:
    """Return what the sheet of checks reports as its largest difference."""
    book = check_sheet(TWO_STEPS)
    return max(
        found[CHECK, xl_rowcol_to_cell(*place)]
        for place, cell in book.cells.items()
        if cell.role == "difference"
    )


@pytest.mark.parametrize("step", [1, 2])
def test_every_slope_agrees_with_nudging(step, tmp_path):
    path = written(TWO_STEPS, tmp_path)
    change_start(path, {"step_to_check": step})
    found = by_formulas(path)
    row = list(rows_of(TWO_STEPS))[step - 1]
    slopes = [found[CHECK, f"C{line}"] for line in range(12, 21)]
    assert slopes == pytest.approx([row[f"d{key}"] for key in TWO_STEPS.parameter_keys], rel=1e-12)
    assert 0 < worst_slope(found) < 1e-6


@pytest.mark.parametrize(
    ("address", "old", "new", "noticed"),
    [
        ("S6", "2*", "", True),  # the factor of the squared error
        ("T6", "1-M", "1+M", True),  # the slope of a sigmoid
        ("AB6", "*S", "*T", True),  # another delta
        ("K6", "+F", "-F", True),  # the forward pass of the step, not that of the check
        ("AE6", "-learning", "+learning", False),  # the update: its slope is right
    ],
)
def test_the_check_notices_a_wrong_slope_and_only_that(address, old, new, noticed, tmp_path):
    path = written(TWO_STEPS, tmp_path)
    spoil(path, address, old, new)
    assert (worst_slope(by_formulas(path)) > LARGEST_DIFFERENCE) is noticed


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
    errors = [cell.value for cell in sheet.cells.values() if "AVERAGEIF" in cell.formula]
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
