"""Numbers of the table keep their value, however Python writes them."""

from __future__ import annotations

import pytest
from proofread import NotationTable
from proofread.errors import NotationProblem


@pytest.mark.parametrize("number", [1e-12, -2.5e-7, 3e20, 0.5, 4])
def test_a_number_keeps_its_value(number: float) -> None:
    checker = NotationTable().checker({"symbols": {"a": number, "b": {"value": number}}})
    for key in "ab":
        assert float(checker.worlds[0].value(key, ()).array) == pytest.approx(number, rel=1e-15)


def test_the_ends_of_a_range_keep_their_value() -> None:
    checker = NotationTable().checker({"symbols": {"a": {"range": [1e-12, 1e-11]}}})
    values = [float(world.value("a", ()).array) for world in checker.worlds]
    assert all(1e-12 <= value <= 1e-11 for value in values)


def test_a_number_that_yaml_leaves_as_text_is_refused() -> None:
    checker = NotationTable().checker({"symbols": {"a": {"value": "1e-12"}}})
    with pytest.raises(NotationProblem, match="power of ten") as caught:
        checker.worlds[0].value("a", ())
    assert caught.value.entry == ("a",)
