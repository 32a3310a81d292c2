"""The numbers that the page quotes, each computed from the exhibits and their verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from .judging import Verdict


def figures(rooms: Mapping[str, Sequence[Verdict]]) -> dict[str, str]:
    """Every number by its name, as it is printed.

    ``rejected-shape`` and the like count by the kind of proofread's verdict.
    """
    verdicts = [verdict for room in rooms.values() for verdict in room]
    caught = [verdict for verdict in verdicts if verdict.tells_apart]
    numbers: dict[str, float] = {
        "exhibits": len(verdicts),
        "caught": len(caught),
        "escaped": len(verdicts) - len(caught),
        "pointed": sum(verdict.points_at_mistake for verdict in caught),
        "offered": sum(verdict.offers > 0 for verdict in caught),
        "restored": sum(verdict.restored for verdict in caught),
        "reconstructed": sum(verdict.exhibit.reconstructed for verdict in verdicts),
    }
    for verdict in caught:
        name = f"caught-{verdict.exhibit.caught_as}"
        numbers[name] = numbers.get(name, 0) + 1
    days = sorted(one.exhibit.days for one in caught if one.exhibit.days is not None)
    if days:
        numbers |= {
            "dated": len(days),
            "shortest-days": days[0],
            "median-days": median(days),
            "longest-days": days[-1],
        }
    return {name: f"{number:,.0f}" for name, number in numbers.items()}
