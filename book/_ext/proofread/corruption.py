"""The mutation gate: does the check notice when one token of a true formula is changed?

Changes that no longer parse prove nothing and are left out. A change that passes must be proved
equivalent (``canonical``), otherwise the check of this formula is too weak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import edits
from .canonical import equivalence
from .checker import Checker, Result
from .edits import Edit, Formula
from .errors import ProofreadError, Span, SymbolProblem, SyntaxProblem
from .statements import parse_statements
from .syntax import Chain, Entry, Symbol

MAXIMUM_CORRUPTIONS = 60


@dataclass
class Strength:
    """How many corruptions were tried and caught; which passed, proved equivalent or not."""

    tried: int = 0
    caught: int = 0
    equivalents: list[str] = field(default_factory=list)
    survivors: list[Edit] = field(default_factory=list)


def corruptions(latex: str, result: Result, checker: Checker) -> Iterator[Edit]:
    """All single changes to a formula that still parse, each text once."""
    formula = Formula(latex, result.statements, checker.notation)
    seen = {latex}
    for generate, kinds in _GENERATORS:
        for edit in generate(formula):
            sort = _sort_at(formula, edit)
            if edit.latex in seen or sort not in kinds:
                continue
            if sort != "bound" or _moves_a_bound(formula, edit):
                seen.add(edit.latex)
                yield edit


_ANY = frozenset(("equation", "membership", "bound"))
_NAMED = frozenset(("equation", "membership"))
_EQUATION = frozenset(("equation",))
_GENERATORS: tuple[tuple[Callable[[Formula], Iterator[Edit]], frozenset[str]], ...] = (
    (edits.reverse_relations, _ANY),
    (edits.change_numbers, _ANY),
    (edits.shift_indices, _NAMED),
    (edits.swap_sizes, _NAMED),
    (edits.swap_symbols, _EQUATION),
    (edits.flip_signs, _EQUATION),
    (edits.drop_transposes, _EQUATION),
    (edits.drop_primes, _EQUATION),
    (edits.drop_factors, _EQUATION),
    (edits.drop_terms, _EQUATION),
    (edits.shift_bounds, _EQUATION),
    (edits.drop_functions, _EQUATION),
    (edits.swap_indices, _EQUATION),
    (edits.swap_products, _EQUATION),
)
"""Each kind of change, and the sorts of claim that it is tried on: a bound is only reversed or
moved, since many other bounds are true as well."""


def _sort_at(formula: Formula, edit: Edit) -> str:
    """The sort of the claim that an edit changes."""
    for statement in formula.statements:
        claim = statement.claim
        if isinstance(claim, Chain) and _touches(claim.span, edit.span):
            return _sort(claim)
    return "equation" if any(_touches(span, edit.span) for span in formula.claimed) else ""


def _moves_a_bound(formula: Formula, edit: Edit) -> bool:
    """Whether a changed number is one of the bound's own, not part of a symbol.

    Another symbol in its place makes another bound, which may well be true too.
    """
    places = (node.span for node in formula.nodes if isinstance(node, (Symbol, Entry)))
    return not any(start <= edit.span[0] and edit.span[1] <= end for start, end in places)


def _touches(claim: Span, span: Span) -> bool:
    return claim[0] <= span[0] and span[1] <= claim[1]


def _sort(claim: Chain) -> str:
    relations = {relation for relation, _ in claim.links}
    if relations <= {"<", ">", r"\le", r"\ge", r"\ne"}:
        return "bound"
    return "membership" if relations == {r"\in"} else "equation"


def measure_strength(latex: str, result: Result, checker: Checker) -> Strength:
    """Try every corruption of a formula that has passed."""
    strength = Strength()
    if result.kinds == ["expression"]:
        return strength
    for edit in corruptions(latex, result, checker):
        if strength.tried >= MAXIMUM_CORRUPTIONS:
            break
        try:
            changed = parse_statements(edit.latex, checker.notation)
        except (SyntaxProblem, SymbolProblem):
            continue
        except ProofreadError:
            changed = []
        if changed == result.statements:
            continue
        strength.tried += 1
        if not changed or not checker.passes(changed, result.statements):
            strength.caught += 1
            continue
        reason = equivalence(result.statements, changed, checker.notation)
        if reason:
            strength.tried -= 1
            strength.equivalents.append(f"{edit.what}: {reason}")
        else:
            strength.survivors.append(edit)
    return strength
