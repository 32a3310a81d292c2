"""Files of exhibits are read strictly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from museum.exhibits import MuseumError, read_museum, read_room

ENTRY = r"""
- id: double
  title: Twice too little
  field: arithmetic
  context: A number and its double.
  wrong: 'd = x'
  right: 'd = 2x'
  source: {text: "a book", url: "https://example.org/errata"}
  mistake: 'x'
  caught_as: 'false'
  world:
    symbols:
      x: {domain: nonzero}
      d: {value: 'x + x'}
"""


def room(folder: Path, text: str, name: str = "numbers.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_exhibit_has_the_fields_of_its_file(tmp_path: Path) -> None:
    (exhibit,) = read_room(room(tmp_path, ENTRY))
    assert (exhibit.id, exhibit.wrong, exhibit.right) == ("double", "d = x", "d = 2x")
    assert (exhibit.source, exhibit.url) == ("a book", "https://example.org/errata")
    assert exhibit.days is None


def test_how_long_it_stood_is_counted_in_days(tmp_path: Path) -> None:
    text = ENTRY + "  stood: [2020-02-01, 2020-03-01]\n"
    (exhibit,) = read_room(room(tmp_path, text))
    assert exhibit.stood == (date(2020, 2, 1), date(2020, 3, 1))
    assert exhibit.days == 29


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  title: Twice too little\n", "", "lacks .'title'."),
        ("  field:", "  fields:", "unknown .'fields'."),
        ('{text: "a book", url: "https://example.org/errata"}', "a book", "expected text and url"),
        ("  mistake: 'x'\n", "", "either a mistake or the reason"),
        ("mistake: 'x'", "mistake: 'y'", "no part of the wrong form"),
        ("  caught_as: 'false'\n", "", "needs caught_as"),
        ("  context:", "  stood: [2020-03-01, 2020-02-01]\n  context:", "not after 2020-03-01"),
        ("  context:", "  stood: 2020-03-01\n  context:", "expected two dates"),
        ("- id: double", "- word\n- id: double", "expected its fields"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ENTRY
    with pytest.raises(MuseumError, match=message):
        read_room(room(tmp_path, ENTRY.replace(old, new)))


def test_a_world_is_declarations(tmp_path: Path) -> None:
    text = ENTRY[: ENTRY.index("  world:")] + "  world: arithmetic\n"
    with pytest.raises(MuseumError, match="expected declarations"):
        read_room(room(tmp_path, text))


def test_a_file_without_exhibits_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MuseumError, match="expected a list"):
        read_room(room(tmp_path, "id: double\n"))


def test_an_id_is_used_once(tmp_path: Path) -> None:
    room(tmp_path, ENTRY)
    room(tmp_path, ENTRY, "again.yml")
    with pytest.raises(MuseumError, match="double is used twice"):
        read_museum(tmp_path)


def test_a_museum_has_a_room(tmp_path: Path) -> None:
    with pytest.raises(MuseumError, match="expected one for each room"):
        read_museum(tmp_path)
