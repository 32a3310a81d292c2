"""Did you mean: single changes that make a false formula true."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from . import edits, syntax
from .checker import Checker
from .declarations import Alias, Draw, RandomDraw
from .edits import Edit, Formula
from .errors import ProofreadError, Span
from .statements import parse_statements

MAXIMUM_ATTEMPTS = 400
MAXIMUM_OFFERS = 3
MAXIMUM_TOKENS_READ = 40_000
"""Tokens that all attempts together may read."""
REPAIR_STEPS = 60_000
"""Nodes that all attempts together may evaluate."""


def suggest_repairs(latex: str, checker: Checker) -> list[Edit]:
    """Up to three single changes after which the formula holds."""
    try:
        statements = parse_statements(latex, checker.notation)
    except ProofreadError:
        return []
    formula = Formula(latex, statements, checker.notation)
    checker.budget.refill(REPAIR_STEPS)
    offers: list[Edit] = []
    seen = {latex}
    attempts = min(MAXIMUM_ATTEMPTS, MAXIMUM_TOKENS_READ // len(formula.tokens))
    for attempt, edit in enumerate(_candidates(formula)):
        if attempt >= attempts or len(offers) >= MAXIMUM_OFFERS:
            break
        if edit.latex in seen:
            continue
        seen.add(edit.latex)
        if _holds(edit.latex, checker):
            offers.append(edit)
    return offers


def _holds(latex: str, checker: Checker) -> bool:
    """Whether it holds and still says something: both sides may not become the same text."""
    try:
        result = checker.check(latex, refill=False)
    except ProofreadError:
        return False
    for statement in result.statements:
        claim = statement.claim
        if isinstance(claim, syntax.Chain):
            sides = [claim.first, *(right for _, right in claim.links)]
            if any(a == b for a, b in pairwise(sides)):
                return False
    return True


def _candidates(formula: Formula) -> Iterator[Edit]:
    """Likely slips first. A bound can always be made true by moving it, so it is only turned."""
    if not _equates(formula):
        yield from edits.reverse_relations(formula)
        yield from edits.swap_symbols(formula, limit=8, only_used=True)
        yield from edits.shift_indices(formula)
        yield from _insert_transposes(formula)
        return
    yield from _insert_transposes(formula)
    yield from edits.drop_transposes(formula)
    yield from edits.flip_signs(formula)
    yield from _insert_signs(formula)
    yield from _insert_primes(formula)
    yield from edits.drop_primes(formula)
    yield from edits.shift_indices(formula)
    yield from edits.shift_bounds(formula)
    yield from edits.swap_products(formula)
    yield from edits.swap_indices(formula)
    yield from edits.swap_symbols(formula, limit=8)
    yield from _lower_numbers(formula)
    yield from edits.change_numbers(formula)
    yield from _exchange_products(formula)
    yield from _insert_floors(formula)
    yield from _double_arguments(formula)
    yield from _insert_factors(formula)
    yield from _insert_terms(formula)
    yield from edits.drop_factors(formula)
    yield from edits.drop_terms(formula)
    yield from edits.drop_functions(formula)


def _equates(formula: Formula) -> bool:
    """Whether the formula claims equalities, or nothing but an expression."""
    return all(
        relation in ("=", r"\leftarrow", r"\approx")
        for node in formula.nodes
        if isinstance(node, syntax.Chain)
        for relation, _ in node.links
    )


def _insert_transposes(formula: Formula) -> Iterator[Edit]:
    for node in formula.nodes:
        if isinstance(node, syntax.Symbol):
            if formula.notation.quantities[node.key].kind in ("scalar", "dimension"):
                continue
            span = node.span
            if formula.latex[span[1] :].lstrip(" )").startswith("^"):
                continue
            text = formula.text(span)
            changed = rf"({text})^\top" if "^" in text else rf"{text}^\top"
            yield formula.replace(span, changed, rf"insert ^\top after {text}")


def _insert_primes(formula: Formula) -> Iterator[Edit]:
    for node in formula.nodes:
        if isinstance(node, syntax.Call) and not node.primes:
            function = formula.notation.functions[node.key]
            if function.elementwise and not node.indices:
                place = formula.places.get(node.span[0])
                if place is None:
                    continue
                end = formula.tokens[place + len(function.pattern.head) - 1].end
                head = formula.text((node.span[0], end))
                yield formula.replace((end, end), "'", f"insert a prime after {head}")


def _insert_signs(formula: Formula) -> Iterator[Edit]:
    """A minus before a side, an argument or an exponent."""
    for span in (*_right_sides(formula), *_arguments(formula)):
        text = formula.text(span)
        is_sum = "+" in text or "-" in text
        changed = f"-\\left({text}\\right)" if is_sum else f"-{text}"
        yield formula.replace(span, changed, f"insert - before {text}")


def _double_arguments(formula: Formula) -> Iterator[Edit]:
    for span in _arguments(formula):
        text = formula.text(span)
        yield formula.replace(span, f"2{text}", f"insert 2 before {text}")


def _arguments(formula: Formula) -> Iterator[Span]:
    for node in formula.nodes:
        if isinstance(node, (syntax.Call, syntax.Apply)) and len(node.arguments) == 1:
            yield node.arguments[0].span
        elif isinstance(node, syntax.Power) and not isinstance(node.exponent, syntax.Number):
            yield node.exponent.span


def _insert_floors(formula: Formula) -> Iterator[Edit]:
    for node in formula.nodes:
        if isinstance(node, syntax.Divide):
            text = formula.text(node.span)
            yield formula.replace(
                node.span, rf"\lfloor {text} \rfloor", f"insert a floor around {text}"
            )


def _right_sides(formula: Formula) -> Iterator[Span]:
    for statement in formula.statements:
        if isinstance(statement.claim, syntax.Chain):
            for _, right in statement.claim.links:
                yield right.span


def _plain_scalars(formula: Formula) -> list[str]:
    """Scalars and sizes without indices, those that the formula uses first."""
    used = {node.key for node in formula.nodes if isinstance(node, syntax.Symbol)}
    names = [
        key
        for key, quantity in formula.notation.quantities.items()
        if quantity.kind in ("dimension", "scalar")
        and not quantity.pattern.slots
        and not isinstance(quantity.rule, (RandomDraw, Alias))
    ]
    return sorted(names, key=lambda key: key not in used)[:10]


def _insert_factors(formula: Formula) -> Iterator[Edit]:
    names = [
        name
        for name in _plain_scalars(formula)
        if isinstance(formula.notation.quantities[name].rule, Draw)
    ]
    factors = ["2", r"\frac{1}{2}", *(rf"\frac{{1}}{{{name}}}" for name in names), *names]
    for span in _right_sides(formula):
        for factor in factors:
            text = formula.text(span)
            is_sum = "+" in text or "-" in text
            changed = rf"{factor} \left({text}\right)" if is_sum else f"{factor} {text}"
            yield formula.replace(span, changed, f"multiply the right side by {factor}")


def _insert_terms(formula: Formula) -> Iterator[Edit]:
    """Another term on the right: a scalar, or a term that stands on the left."""
    terms = _plain_scalars(formula)
    for node in formula.nodes:
        if isinstance(node, syntax.Chain) and isinstance(node.first, syntax.Add):
            terms = [*(formula.text(term.span) for _, term in node.first.terms), *terms]
    for span in _right_sides(formula):
        for term in terms:
            text = f"{formula.text(span)} + {term}"
            yield formula.replace(span, text, f"add the term {term}")


def _lower_numbers(formula: Formula) -> Iterator[Edit]:
    for token in formula.claim_tokens():
        if token.kind == "number" and "." not in token.text and token.text != "0":
            changed = str(int(token.text) - 1)
            yield formula.replace(token.span, changed, f"{token.text} to {changed}")


def _exchange_products(formula: Formula) -> Iterator[Edit]:
    """``W X`` to ``X W``."""
    for node in formula.nodes:
        if isinstance(node, syntax.Multiply) and node.operator in ("juxtaposition", "dot"):
            left, right = formula.text(node.left.span), formula.text(node.right.span)
            between = formula.text((node.left.span[1], node.right.span[0]))
            yield formula.replace(
                node.span, f"{right}{between or ' '}{left}", f"exchange {left} and {right}"
            )
