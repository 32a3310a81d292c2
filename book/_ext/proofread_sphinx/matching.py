"""Pairs the formulas that readers will see with the equations that the core has checked.

The two come from different parsers: Sphinx's nodes from MyST, the core's equations from the
source text. Pairing them one to one is what makes sure that nothing escapes: a formula without
an equation was not checked, an equation without a formula is not on the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from docutils import nodes

from .records import EquationRecord


@dataclass
class Pairing:
    """Positions of equations by formula, and what is left over on either side."""

    pairs: list[tuple[nodes.Element, int]] = field(default_factory=list)
    unseen: list[nodes.Element] = field(default_factory=list)
    unplaced: list[EquationRecord] = field(default_factory=list)


def pair(formulas: Iterable[nodes.Element], equations: Sequence[EquationRecord]) -> Pairing:
    """Pair formulas with equations of the same LaTeX, and the same label where several are alike.

    Parameters
    ----------
    formulas : iterable of math or math_block
        In the order of the document.
    equations : sequence of EquationRecord
        In the order of the source.
    """
    waiting: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for position, equation in enumerate(equations):
        waiting[equation["inline"], normal_form(equation["latex"])].append(position)
    result = Pairing()
    for formula in formulas:
        candidates = waiting[isinstance(formula, nodes.math), normal_form(formula.astext())]
        if not candidates:
            result.unseen.append(formula)
            continue
        label = formula.get("label") or ""
        same_label = (one for one in candidates if equations[one]["label"] == label)
        chosen = next(same_label, candidates[0])
        candidates.remove(chosen)
        result.pairs.append((formula, chosen))
    left = sorted(position for positions in waiting.values() for position in positions)
    result.unplaced = [equations[position] for position in left]
    return result


def normal_form(latex: str) -> str:
    """LaTeX with its white space reduced, which is all that the two parsers may differ in."""
    return " ".join(latex.split())
