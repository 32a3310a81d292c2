"""The charts of the first sheet: the error, and the answers, over the epochs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import Any

from xlsxwriter import Workbook

from workbook.editions import Edition
from workbook.start import START

CHART_SIZE = {"x_scale": 1.0, "y_scale": 1.1}
FAINT_GRID = {"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}}
# Told apart by their dashes too.
LINES = (
    {"color": "#C1440E", "dash_type": "solid", "width": 2.25},
    {"color": "#1B6CA8", "dash_type": "dash", "width": 2.25},
    {"color": "#2E7D32", "dash_type": "dash_dot", "width": 2.25},
    {"color": "#6A3D9A", "dash_type": "square_dot", "width": 2.25},
)


def charts_of(book: Workbook, edition: Edition, first: int, last: int) -> Iterator[tuple[Any, str]]:
    """Yield each chart with its description; the numbers stand in the rows first to last."""
    chart = _line_chart(book, first, last, columns=[1])
    chart.set_title({"name": "Error in each epoch", "name_font": {"size": 12}})
    chart.set_y_axis({"name": "mean squared error", "min": 0, **FAINT_GRID})
    chart.set_legend({"none": True})
    yield chart, "Line chart of the mean squared error in each epoch, from the list below."
    chart = _line_chart(book, first, last, columns=range(2, 2 + len(edition.x)))
    chart.set_title({"name": "Answer to each example", "name_font": {"size": 12}})
    chart.set_y_axis({"name": "output", "min": 0, "max": 1, **FAINT_GRID})
    chart.set_legend({"position": "bottom"})
    yield chart, "Line chart of the answer to each example in each epoch, from the list below."


def _line_chart(book: Workbook, first: int, last: int, columns: Iterable[int]) -> Any:
    # Plain ranges: LibreOffice draws nothing for a series that is given by the name of a range.
    chart = book.add_chart({"type": "line"})
    for column, line in zip(columns, cycle(LINES), strict=False):
        chart.add_series(
            {
                "name": [START, first - 1, column],
                "categories": [START, first, 0, last, 0],
                "values": [START, first, column, last, column],
                "line": line,
            }
        )
    chart.set_x_axis({"name": "epoch", "interval_unit": 5, "interval_tick": 5})
    return chart
