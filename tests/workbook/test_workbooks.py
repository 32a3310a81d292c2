"""The files: the same on every day, complete, and refused where the numbers do not fit."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from workbook import (
    AND_2_5_1,
    TWO_TWO_ONE,
    check_sheet,
    one_step_table,
    start_sheet,
    steps_sheet,
    steps_table,
    write_workbook,
)
from workbook.columns import columns_of
from xlsxwriter.utility import xl_rowcol_to_cell


# Two epochs of AND are enough here: another test shows that all rows are alike.
@pytest.fixture(params=[TWO_TWO_ONE, replace(AND_2_5_1, steps=8)], ids=lambda edition: edition.name)
def edition(request):
    return request.param


def test_the_same_edition_gives_the_same_bytes(edition, tmp_path):
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_workbook(edition, first)
    write_workbook(edition, second)
    assert first.read_bytes() == second.read_bytes()
    write_workbook(replace(edition, learning_rate=0.1), second)
    assert first.read_bytes() != second.read_bytes()


def test_nothing_says_when_or_where_it_was_made(edition, tmp_path):
    path = tmp_path / "workbook.xlsx"
    write_workbook(edition, path)
    with zipfile.ZipFile(path) as parts:
        properties = parts.read("docProps/core.xml").decode()
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
    assert set(re.findall(r"\d{4}-\d\d-\d\d", properties)) == {"2026-01-01"}


def test_the_file_holds_every_cell_name_and_chart(edition, tmp_path):
    path = tmp_path / "workbook.xlsx"
    write_workbook(edition, path)
    book = openpyxl.load_workbook(path)
    kept = openpyxl.load_workbook(path, data_only=True)
    for sheet in (start_sheet(edition), steps_sheet(edition), check_sheet(edition)):
        for (row, column), cell in sheet.cells.items():
            found = book[sheet.name].cell(row + 1, column + 1).value
            wanted = cell.formula or cell.value
            assert found == (
                wanted if isinstance(wanted, str) else pytest.approx(wanted, rel=1e-15)
            )
            value = kept[sheet.name].cell(row + 1, column + 1).value
            if cell.formula:  # a file keeps sixteen digits
                assert value == pytest.approx(cell.value, rel=1e-15)
        for name in sheet.names:
            assert name in book.defined_names
    with zipfile.ZipFile(path) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        charts = [parts.read(f"xl/charts/chart{number}.xml").decode() for number in (1, 2)]
    assert drawing.count('descr="Line chart') == 2
    assert [chart.count("<c:ser>") for chart in charts] == [1, len(edition.x)]
    for chart in charts:  # a series by the name of a range stays empty in LibreOffice
        references = set(re.findall(r"<c:f>(.*?)</c:f>", chart))
        assert len(references) == 1 + 2 * chart.count("<c:ser>")
        assert all(re.fullmatch(r"Start!\$[A-F]\$\d+(:\$[A-F]\$\d+)?", r) for r in references)
        assert chart.count("<c:title>") == 3  # of the chart and of both axes


def test_what_was_delivered_stands_beside_what_the_reader_may_change(edition):
    cells = start_sheet(edition).cells
    kept = {
        place: cell.value for place, cell in cells.items() if cell.role in ("delivered", "result")
    }
    for (row, column), value in kept.items():
        assert cells[row, column - 1].value == value
    assert len(kept) == 1 + len(edition.parameters) + 2 + len(edition.x)


def test_only_numbers_go_into_the_yellow_cells(edition, tmp_path):
    write_workbook(edition, tmp_path / "workbook.xlsx")
    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx")
    for sheet in (start_sheet(edition), check_sheet(edition)):
        validated = {
            str(cells)
            for rule in book[sheet.name].data_validations.dataValidation
            for cells in rule.sqref.ranges
            if rule.type == "decimal"
        }
        yours = {place for place, cell in sheet.cells.items() if cell.role == "yours"}
        assert validated == {xl_rowcol_to_cell(*place) for place in yours}


def test_no_formula_puts_a_minus_before_a_power(edition):
    # A spreadsheet reads -x^2 as (-x)^2, Python and mathematics as -(x^2).
    for address, formula in steps_sheet(edition).formulas().items():
        assert not re.search(r"(^=|[-+*/(,])-[A-Za-z0-9_]+\^", formula), address


def test_every_key_in_a_formula_is_a_column_or_a_named_cell(edition):
    columns = {column.key for column in columns_of(edition)}
    names = start_sheet(edition).names
    for formula in steps_sheet(edition).formulas().values():
        for name in re.findall(r"[a-z]+\d?_[a-z0-9]+", formula):
            assert name in names, formula
    assert len(columns) == len(columns_of(edition))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden": 10}, "2 inputs and 10 hidden neurons, expected 1 to 9 of each"),
        ({"y": (1.0, 0.0)}, "2 targets, expected one for each of 1"),
        ({"parameters": (1.0,)}, "1 parameters, expected 9: w1_11, w1_12"),
        ({"steps": 0}, "0 steps, expected a multiple of 1"),
    ],
)
def test_an_edition_that_does_not_fit_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(TWO_TWO_ONE, **changes)


def test_steps_that_cut_an_epoch_short_are_refused():
    with pytest.raises(ValueError, match="6 steps, expected a multiple of 4 examples"):
        replace(AND_2_5_1, steps=6)


def test_a_table_of_the_page_has_headings_and_scrolls_by_keyboard():
    table = steps_table(TWO_TWO_ONE, 3)
    html = table._repr_html_()
    assert html.startswith('<div class="sheet" role="region" tabindex="0" aria-label="The first 3')
    assert "<caption>The first 3 steps of network-2-2-1.xlsx" in html
    assert html.count('<th scope="row">') == 2 + 3
    assert html.count("<td") == 1 + 3 * 39
    assert '<th class="sheet-forward" scope="colgroup" colspan="6">Forward pass</th>' in html
    assert "−0.2697" in html
    assert repr(table).splitlines()[1].startswith("6 1 0.3000 0.9000")


def test_one_step_stands_upright_with_its_formulas():
    table = one_step_table(TWO_TWO_ONE, 2)
    html = table._repr_html_()
    assert html.count('<th scope="row">') == 39
    assert "<code>=x_1*B7+x_2*D7+F7</code>" in html
    assert "AE7" in repr(table)
