"""Small books to build, and the records that the extension's parts exchange."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from proofread_sphinx.records import EquationRecord

from tests.proofread_sphinx.small_books import Book


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """An empty book with a notation table."""
    return Book(tmp_path)


@pytest.fixture
def make_equation() -> Callable[..., EquationRecord]:
    """A checked equation, with the fields given in place of the usual ones."""

    def make(latex: str = "a = b", **changes: object) -> EquationRecord:
        record: EquationRecord = {
            "brought": False,
            "label": "",
            "latex": latex,
            "line": 1,
            "column": 1,
            "inline": False,
            "status": "checked",
            "reason": "",
            "world": "",
            "relations": 1,
            "comparisons": 105,
            "worlds": 7,
            "worst_error": 8.1e-16,
            "corruptions_tried": 20,
            "corruptions_caught": 20,
            "equivalents": [],
            "survivors": [],
            "kinds": ["identity"],
            "problems": [],
            "symbols": [],
        }
        return {**record, **changes}  # type: ignore[typeddict-item]

    return make
