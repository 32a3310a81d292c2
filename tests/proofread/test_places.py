"""The keys of a YAML text are found at their line and column."""

from __future__ import annotations

import pytest
from proofread.places import find_place

TEXT = """\
title: Größe
proofread:
  symbols:
    x: a number
    'W^{(l)}': {kind: matrix, shape: [n, m]}
  worlds:
    toy: {symbols: {x: {range: [0, 1]}}}
list: [{inner: 1}]
"""


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (("title",), (1, 1)),
        (("proofread", "symbols", "x"), (4, 5)),
        (("symbols", "x"), (4, 5)),
        (("W^{(l)}", "shape"), (5, 31)),
        (("toy", "symbols", "x"), (7, 21)),
        (("worlds", "toy", "symbols", "x", "range"), (7, 25)),
        (("proofread", "x"), None),
        (("y",), None),
        (("inner",), None),
    ],
)
def test_the_first_entry_that_the_keys_lead_to(
    keys: tuple[str, ...], place: tuple[int, int] | None
) -> None:
    assert find_place(TEXT, keys) == place


def test_json_is_yaml_too() -> None:
    assert find_place('{"proofread": {"world": "w"}}', ("proofread", "world")) == (1, 16)


def test_what_is_no_mapping_has_no_keys() -> None:
    assert find_place("- a\n- b", ("a",)) is None
    assert find_place("", ("a",)) is None
