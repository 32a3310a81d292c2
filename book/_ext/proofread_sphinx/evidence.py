"""The evidence for one equation, in words: what badges and report say."""

from __future__ import annotations

from .records import EquationRecord

HOW = {
    "identity": "both sides evaluated and compared",
    "definition": "compared with what the symbol means",
    "inequality": "the inequality tested at every point",
    "membership": "the membership tested at every point",
    "order": "the order of convergence measured",
    "statistical": "compared with a mean over random samples",
    "update": "compared with the state after one step",
    "implication": "the conclusion tested wherever the premise holds",
    "numeric": "the digits shown compared with the computed value",
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
    """One or two words."""
    return {"excused": "not machine-checked"}.get(equation["status"], equation["status"])
