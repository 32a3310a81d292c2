"""The exhibits as their files give them, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from proofread.tables import load_yaml


class MuseumError(ValueError):
    """A file of exhibits is not as it should be; the message names the exhibit and the remedy."""


@dataclass(frozen=True)
class Exhibit:
    """One published formula that was changed.

    ``world`` declares what the symbols mean, from ``context`` and never from either form;
    ``holds`` lists claims that show the world to be what the context says. ``mistake`` is the part
    of ``wrong`` that had to change and ``caught_as`` the kind of verdict expected on it;
    ``escapes`` gives the reason why no check tells the two forms apart. ``stood`` is when the
    wrong form was published and when it was mended, where both are known.
    """

    id: str
    title: str
    field: str
    context: str
    wrong: str
    right: str
    source: str
    url: str
    world: Mapping[str, Any]
    holds: tuple[str, ...] = ()
    mistake: str = ""
    caught_as: str = ""
    escapes: str = ""
    reported: date | None = None
    stood: tuple[date, date] | None = None
    reconstructed: bool = False

    @property
    def days(self) -> int | None:
        """How long the wrong form stood, if that is known."""
        return (self.stood[1] - self.stood[0]).days if self.stood else None


_NEEDED = ("id", "title", "field", "context", "wrong", "right", "source", "world")
_OPTIONAL = (
    "holds", "mistake", "caught_as", "escapes", "reported", "stood", "reconstructed",
)  # fmt: skip


def read_room(path: Path) -> list[Exhibit]:
    """The exhibits of one file.

    Raises
    ------
    MuseumError
        A field is missing, unknown or of the wrong kind.
    """
    entries = load_yaml(path.read_text(encoding="utf-8"))
    if not isinstance(entries, list) or not entries:
        raise MuseumError(f"{path.name} holds {entries!r}, expected a list of exhibits")
    return [_read(entry, path.name) for entry in entries]


def read_museum(folder: Path) -> dict[str, list[Exhibit]]:
    """The exhibits of each room, by the room's name.

    Raises
    ------
    MuseumError
        Two exhibits have one id, or there is none.
    """
    rooms = {path.stem: read_room(path) for path in sorted(folder.glob("*.yml"))}
    if not rooms:
        raise MuseumError(f"{folder} holds no .yml file, expected one for each room")
    seen: set[str] = set()
    for exhibit in (one for room in rooms.values() for one in room):
        if exhibit.id in seen:
            raise MuseumError(f"the id {exhibit.id} is used twice: rename one exhibit")
        seen.add(exhibit.id)
    return rooms


def _read(entry: Any, file: str) -> Exhibit:
    name = entry.get("id", "?") if isinstance(entry, Mapping) else "?"
    where = f"{file}, exhibit {name}"
    if not isinstance(entry, Mapping):
        raise MuseumError(f"{where} is {entry!r}, expected its fields: {', '.join(_NEEDED)}")
    missing = [one for one in _NEEDED if one not in entry]
    unknown = [one for one in entry if one not in (*_NEEDED, *_OPTIONAL)]
    if missing or unknown:
        raise MuseumError(f"{where} lacks {missing} and has the unknown {unknown}: mend its fields")
    source = entry["source"]
    if not isinstance(source, Mapping) or set(source) != {"text", "url"}:
        raise MuseumError(f"{where}: source is {source!r}, expected text and url")
    if not isinstance(entry["world"], Mapping):
        raise MuseumError(f"{where}: world is {entry['world']!r}, expected declarations")
    if ("escapes" in entry) == ("mistake" in entry):
        raise MuseumError(f"{where} needs either a mistake or the reason why it escapes")
    if entry.get("mistake", "") not in entry["wrong"]:
        raise MuseumError(f"{where}: the mistake is no part of the wrong form")
    if ("mistake" in entry) != ("caught_as" in entry):
        raise MuseumError(f"{where}: a mistake needs caught_as, the kind of verdict on it")
    fields = {key: value for key, value in entry.items() if key not in ("source", "stood", "holds")}
    return Exhibit(
        **fields,
        source=str(source["text"]),
        url=str(source["url"]),
        holds=tuple(entry.get("holds", ())),
        stood=_period(entry["stood"], where) if "stood" in entry else None,
    )


def _period(raw: Any, where: str) -> tuple[date, date]:
    if not isinstance(raw, list) or len(raw) != 2 or not all(isinstance(day, date) for day in raw):
        raise MuseumError(f"{where}: stood is {raw!r}, expected two dates")
    if raw[0] >= raw[1]:
        raise MuseumError(f"{where}: it was mended on {raw[1]}, not after {raw[0]}")
    return raw[0], raw[1]
