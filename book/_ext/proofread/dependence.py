"""What a quantity is computed from; a derivative by anything else is 0 and claims nothing."""

from __future__ import annotations

from collections.abc import Iterator

from . import syntax
from .declarations import Alias, DerivativeOf, External, Formula, RandomDraw
from .errors import SymbolProblem
from .labels import parse_declared
from .notation import Notation
from .randomness import expressions


def require_dependence(node: syntax.Node, notation: Notation) -> None:
    """Refuse a derivative of what does not depend on the variable.

    Raises
    ------
    SymbolProblem
        By the declarations, the derivative is 0 whatever the formula says.
    """
    for part in syntax.walk(node):
        if not isinstance(part, syntax.Derivative):
            continue
        by = part.by.base if isinstance(part.by, syntax.Entry) else part.by
        if isinstance(by, syntax.Symbol) and by.key not in _sources(part.of, notation):
            raise SymbolProblem(
                f"what is differentiated does not depend on {by.key} by its declaration, so this "
                f"is 0 in every world: give it a value that {by.key} is in",
                part.span,
            )


def _sources(node: syntax.Node, notation: Notation) -> set[str]:
    """The keys of all quantities that an expression is computed from."""
    found: set[str] = set()
    called: set[str] = set()
    pending = [node]
    while pending:
        for part in syntax.walk(pending.pop()):
            if isinstance(part, syntax.Symbol) and part.key not in found:
                found.add(part.key)
                pending += _of_quantity(part.key, notation)
            elif isinstance(part, _CALLS) and part.key not in called:
                called.add(part.key)
                pending += _of_function(part.key, notation)
    return found


_CALLS = (syntax.Call, syntax.FunctionReference, syntax.FunctionDerivative)


def _of_quantity(key: str, notation: Notation) -> Iterator[syntax.Node]:
    quantity = notation.quantities[key]
    rule = quantity.rule
    names = frozenset(slot.index for slot in quantity.pattern.slots)
    texts = [*expressions(quantity), *quantity.start.values()]
    if isinstance(rule, Formula):
        names |= frozenset(rule.entries)
    elif isinstance(rule, DerivativeOf):
        texts.append(rule.by)
    elif isinstance(rule, RandomDraw):
        texts += rule.arguments
    elif isinstance(rule, Alias):
        texts.append(notation.quantity(key).key)
    for latex in texts:
        yield parse_declared(notation, latex, f"symbol {key}", names)


def _of_function(key: str, notation: Notation) -> Iterator[syntax.Node]:
    function = notation.functions[key]
    pattern, rule = function.pattern, function.rule
    names = frozenset((*pattern.parameters, *(slot.index for slot in pattern.slots)))
    texts = rule.arguments if isinstance(rule, External) else (rule.latex,)
    for latex in texts:
        yield parse_declared(notation, latex, f"function {key}", names)
