"""The evidence for one equation, in words: what badges and report say."""

from __future__ import annotations

from .records import EquationRecord

# By the kinds of the core's reports.
HOW = {
    "identity": "both sides evaluated and compared",
    "update": "compared with the state after one step",
    "inequality": "tested at every point",
    "membership": "the values tested for belonging there",
    "approximation": "compared to the accuracy that is claimed",
    "order": "the order of convergence measured",
    "statistical": "compared with a mean over random samples",
    "implication": "the conclusion tested wherever the premise holds",
    "condition": "tested that it can hold",
    "range": "the range compared with what is declared",
    "expression": "it claims nothing; it has a value at every point",
}


def how(equation: EquationRecord) -> str:
    """How the equation was checked, as one phrase for each kind of relation in it."""
    return "; ".join(HOW.get(kind, kind) for kind in equation["kinds"])


def comparisons(equation: EquationRecord) -> str:
    """Such as ``105 in 7 random worlds``."""
    worlds = equation["worlds"]
    return f"{equation['comparisons']:,} in {worlds} random world{'s' if worlds != 1 else ''}"


def error(equation: EquationRecord) -> str:
    """The worst relative error with two digits, such as ``8.1e-16``."""
    return f"{equation['worst_error']:.1e}" if equation["worst_error"] else "0"


def strength(equation: EquationRecord) -> str:
    """Corruptions caught of those tried, such as ``20/20``; empty if none was tried."""
    tried = equation["corruptions_tried"]
    return f"{equation['corruptions_caught']}/{tried}" if tried else ""


def verdict(equation: EquationRecord) -> str:
    """``checked``, ``evaluated`` (nothing is claimed), ``not machine-checked`` or ``failed``."""
    if equation["status"] == "excused":
        return "not machine-checked"
    if equation["status"] == "checked" and not equation["relations"]:
        return "evaluated"
    return equation["status"]
