"""Where the keys of a YAML text stand, so that a message can point at the one that is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

Place = tuple[int, int]
"""A line and a column, both from 1."""


def find_place(text: str, keys: tuple[str, ...]) -> Place | None:
    """Where the first entry stands to which these keys lead at last.

    >>> find_place("a:\\n  b: 1\\n  c: {d: 2}", ("c", "d"))
    (3, 7)
    """
    for path, place in _keys(yaml.compose(text, Loader=yaml.SafeLoader), ()):
        if path[-len(keys) :] == keys:
            return place
    return None


def _keys(
    node: yaml.Node | None, above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Place]]:
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        path = (*above, str(key.value))
        yield path, (key.start_mark.line + 1, key.start_mark.column + 1)
        yield from _keys(value, path)
