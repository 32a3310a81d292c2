"""Terms that no comparison can see: beside 10^{12}, nine digits do not tell x from 2x.

A displayed formula shows this by its corruptions; one in a line of text has none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from . import syntax
from .claims import assignments
from .comparison import TOLERANCE
from .errors import ProofreadError
from .evaluator import evaluate
from .syntax import Node, Statement
from .worlds import World

_LOOKED_THROUGH = (syntax.Add, syntax.Multiply, syntax.Divide, syntax.Transpose)


def hidden_terms(statement: Statement, worlds: list[World]) -> list[Node]:
    """The terms of an equation's sums that are lost in their sum's rounding in every world."""
    if not isinstance(statement.claim, syntax.Chain):
        return []
    sides = [statement.claim.first] + [side for _, side in statement.claim.links]
    if all(relation != "=" for relation, _ in statement.claim.links):
        return []
    sums = (one for side in sides for one in _sums(side))
    terms = ((total, term) for total in sums for _, term in total.terms)
    return [term for total, term in terms if _is_hidden(statement, total, term, worlds)]


def _sums(node: Node) -> Iterator[syntax.Add]:
    if isinstance(node, syntax.Add) and len(node.terms) > 1:
        yield node
    if isinstance(node, _LOOKED_THROUGH):
        for child in syntax.children(node):
            yield from _sums(child)


@np.errstate(all="ignore")
def _is_hidden(statement: Statement, total: syntax.Add, term: Node, worlds: list[World]) -> bool:
    """Whether a term is somewhere other than 0, and nowhere large enough to count."""
    something = False
    for world in worlds:
        for bindings in assignments(statement, world):
            scope = world.scope(bindings)
            try:
                size = np.max(np.abs(evaluate(term, scope).array))
                whole = max(evaluate(one, scope).scale for _, one in total.terms)
            except ProofreadError:
                continue  # outside a family; what holds nowhere was told before
            if size > TOLERANCE * whole:
                return False
            something = something or size > 0
    return something
