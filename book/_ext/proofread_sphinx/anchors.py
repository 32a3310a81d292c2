"""Where on its page an equation can be linked to."""

from __future__ import annotations

from docutils import nodes

from .records import EquationRecord


def has_own_target(equation: EquationRecord) -> bool:
    """Whether Sphinx has already put an anchor before the equation, for its label."""
    return bool(equation["label"]) and not equation["inline"]


def anchor(equation: EquationRecord, position: int) -> str:
    """The id of the equation at ``position`` (from 0) of its page."""
    if has_own_target(equation):
        return str(nodes.make_id(f"equation-{equation['label']}"))
    return f"proofread-{position + 1}"
