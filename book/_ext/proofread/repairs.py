"""Did you mean: single changes that make a false formula true."""

from __future__ import annotations

from collections.abc import Iterator

from . import edits, syntax
from .checker import Checker
from .edits import Edit, Formula
from .errors import ProofreadError, Span
from .statements import parse_statements

MAXIMUM_ATTEMPTS = 250
MAXIMUM_OFFERS = 3


def suggest_repairs(latex: str, checker: Checker) -> list[Edit]:
    """Up to three single changes after which the formula holds."""
    try:
        statements = parse_statements(latex, checker.notation)
    except ProofreadError:
        return []
    formula = Formula(latex, statements, checker.notation)
    offers: list[Edit] = []
    seen = {latex}
    for attempt, edit in enumerate(_candidates(formula)):
        if attempt >= MAXIMUM_ATTEMPTS or len(offers) >= MAXIMUM_OFFERS:
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
        result = checker.check(latex)
    except ProofreadError:
        return False
    for statement in result.statements:
        claim = statement.claim
        if isinstance(claim, syntax.Chain):
            sides = [claim.first, *(right for _, right in claim.links)]
            if any(a == b for a, b in zip(sides, sides[1:], strict=False)):
                return False
    return True


def _candidates(formula: Formula) -> Iterator[Edit]:
    yield from _insert_transposes(formula)
    yield from edits.drop_transposes(formula)
    yield from edits.flip_signs(formula)
    yield from _insert_primes(formula)
    yield from edits.drop_primes(formula)
    yield from edits.shift_indices(formula)
    yield from _negate_sides(formula)
    yield from edits.swap_products(formula)
    yield from edits.swap_indices(formula)
    yield from edits.swap_symbols(formula, limit=8)
    yield from _insert_factors(formula)
    yield from edits.drop_factors(formula)
    yield from edits.drop_terms(formula)
    yield from _lower_numbers(formula)
    yield from edits.change_numbers(formula)
    yield from edits.drop_functions(formula)
    yield from _exchange_products(formula)


def _insert_transposes(formula: Formula) -> Iterator[Edit]:
    for node in formula.nodes:
        if isinstance(node, syntax.Symbol):
            if formula.notation.quantities[node.key].kind in ("scalar", "dimension"):
                continue
            span = node.span
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


def _negate_sides(formula: Formula) -> Iterator[Edit]:
    for span in _right_sides(formula):
        yield formula.replace(span, f"-({formula.text(span)})", "negate the right side")


def _right_sides(formula: Formula) -> Iterator[Span]:
    for statement in formula.statements:
        if isinstance(statement.claim, syntax.Chain):
            for _, right in statement.claim.links:
                yield right.span


def _insert_factors(formula: Formula) -> Iterator[Edit]:
    names = [
        key
        for key, quantity in formula.notation.quantities.items()
        if quantity.kind in ("dimension", "scalar") and not quantity.pattern.slots
    ]
    factors = ["2", r"\frac{1}{2}", *(rf"\frac{{1}}{{{name}}}" for name in names[:8]), *names[:8]]
    for span in _right_sides(formula):
        for factor in factors:
            text = f"{factor} ({formula.text(span)})"
            yield formula.replace(span, text, f"multiply the right side by {factor}")


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
