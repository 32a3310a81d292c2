"""Whether an expression is a scalar, from the declarations alone."""

from __future__ import annotations

from . import syntax
from .declarations import Formula
from .labels import parse_declared
from .notation import Notation

_SCALAR_BUILTINS = frozenset(
    ("sqrt", "cbrt", "absolute", "floor", "ceil", "factorial", "binomial", "norm", "trace", "det",
     "max", "min")
)  # fmt: skip
_SCALAR_NODES = (
    syntax.Number,
    syntax.Constant,
    syntax.Entry,
    syntax.Indicator,
    syntax.Order,
)


def is_scalar(node: syntax.Node, notation: Notation) -> bool:
    """True only if certain: unknown counts as not a scalar."""
    if isinstance(node, _SCALAR_NODES):
        return True
    if isinstance(node, syntax.IndexReference):
        return node.name in notation.indices
    if isinstance(node, syntax.Symbol):
        return notation.quantities[node.key].kind in ("scalar", "dimension")
    if isinstance(node, syntax.Call):
        return _is_scalar_call(node, notation)
    if isinstance(node, syntax.Apply):
        return node.name in _SCALAR_BUILTINS or is_scalar(node.arguments[0], notation)
    if isinstance(node, syntax.Multiply):
        if is_scalar(node.left, notation) and is_scalar(node.right, notation):
            return True
        return node.operator == "dot" and _is_row(node.left, notation)
    if isinstance(node, syntax.Derivative):
        return is_scalar(node.of, notation) and is_scalar(node.by, notation)
    if isinstance(node, syntax.Cases):
        return all(is_scalar(value, notation) for value, _ in node.branches)
    return _inherits(node, notation)


def _is_scalar_call(node: syntax.Call, notation: Notation) -> bool:
    function = notation.functions[node.key]
    scalars = all(is_scalar(argument, notation) for argument in node.arguments)
    if function.elementwise:
        return scalars
    if not isinstance(function.rule, Formula):
        return False
    names = frozenset(function.pattern.parameters) | {slot.index for slot in function.pattern.slots}
    body = parse_declared(notation, function.rule.latex, f"function {node.key}", names)
    return is_scalar(body, notation) and (scalars or _reduces(body))


def _reduces(node: syntax.Node) -> bool:
    """Whether a body is a scalar whatever its parameters' shapes: it names none of them bare."""
    return not any(isinstance(one, syntax.IndexReference) for one in syntax.walk(node))


def _inherits(node: syntax.Node, notation: Notation) -> bool:
    if isinstance(node, syntax.Add):
        return all(is_scalar(term, notation) for _, term in node.terms)
    if isinstance(node, syntax.Divide):
        return is_scalar(node.numerator, notation)
    if isinstance(node, (syntax.Power, syntax.Transpose)):
        return is_scalar(node.base, notation)
    if isinstance(node, syntax.Aggregate):
        return is_scalar(node.body, notation)
    return False


def _is_row(node: syntax.Node, notation: Notation) -> bool:
    return isinstance(node, syntax.Transpose) and not is_scalar(node, notation)
