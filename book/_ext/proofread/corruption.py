"""The mutation gate: does the check notice when one token of a true formula is changed?

Changes that no longer parse prove nothing and are left out. A change that passes must be proved
equivalent (``canonical``), otherwise the check of this formula is too weak.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import edits
from .canonical import equivalence
from .checker import Checker, Result
from .edits import Edit, Formula
from .errors import ProofreadError, SymbolProblem, SyntaxProblem
from .statements import parse_statements

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
    kinds = set(result.kinds)
    seen = {latex}
    for edit in _candidates(formula, kinds):
        if edit.latex not in seen:
            seen.add(edit.latex)
            yield edit


def _candidates(formula: Formula, kinds: set[str]) -> Iterator[Edit]:
    """An inequality is only reversed or moved: weaker and other true bounds abound."""
    if kinds == {"expression"}:
        return
    yield from edits.reverse_relations(formula)
    yield from edits.change_numbers(formula)
    if kinds <= {"inequality", "implication"}:
        return
    yield from edits.shift_indices(formula)
    yield from edits.swap_symbols(formula)
    if kinds <= {"membership", "inequality", "implication"}:
        return
    yield from edits.flip_signs(formula)
    yield from edits.drop_transposes(formula)
    yield from edits.drop_primes(formula)
    yield from edits.drop_factors(formula)
    yield from edits.drop_terms(formula)
    yield from edits.shift_bounds(formula)
    yield from edits.drop_functions(formula)
    yield from edits.swap_indices(formula)
    yield from edits.swap_products(formula)


def measure_strength(latex: str, result: Result, checker: Checker) -> Strength:
    """Try every corruption of a formula that has passed."""
    strength = Strength()
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
        if not changed or not checker.passes(edit.latex):
            strength.caught += 1
            continue
        reason = equivalence(result.statements, changed, checker.notation)
        if reason:
            strength.tried -= 1
            strength.equivalents.append(f"{edit.what}: {reason}")
        else:
            strength.survivors.append(edit)
    return strength
