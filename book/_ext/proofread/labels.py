"""The sizes of a symbol's axes, written in symbols: ``W^{(l+1)}`` is n_{l} by n_{l+1}."""

from __future__ import annotations

from fractions import Fraction

from . import syntax
from .atoms import parse_expression
from .errors import NotationProblem, ProofreadError
from .notation import Notation


def parse_declared(
    notation: Notation, latex: str, where: str, scope: frozenset[str] = frozenset()
) -> syntax.Node:
    """Parse an expression of the table itself, once."""
    key = (latex, scope)
    if key not in notation.parsed:
        try:
            notation.parsed[key] = parse_expression(latex, notation, scope)
        except ProofreadError as problem:
            name = where.partition(" ")[2].removeprefix("of ")
            raise NotationProblem(f"{where}: in {latex!r}: {problem.message}", (name,)) from problem
    return notation.parsed[key]


def symbol_labels(notation: Notation, node: syntax.Symbol) -> tuple[str, ...]:
    """The labels of a symbol's axes, its family's indices replaced by what was written."""
    if node not in notation.labels:
        quantity = notation.quantities[node.key]
        names = [slot.index for slot in quantity.pattern.slots]
        written = dict(zip(names, node.indices, strict=True))
        notation.labels[node] = tuple(
            write(parse_declared(notation, size, f"shape of {node.key}"), written)
            for size in quantity.shape
        )
    return notation.labels[node]


def write(node: syntax.Node, replaced: dict[str, syntax.Node] | None = None) -> str:
    """A size or an index expression as LaTeX, simplified where it is a name plus a number."""
    names = replaced or {}
    name, offset = _linear(node, names)
    if name is None:
        return _general(node, names)
    if not name:
        return str(offset)
    if not offset:
        return name
    return f"{name}{'+' if offset > 0 else '-'}{abs(offset)}"


def _linear(node: syntax.Node, names: dict[str, syntax.Node]) -> tuple[str | None, Fraction | int]:
    """(name, number) for name + number; name is None if the expression is not of that form."""
    if isinstance(node, syntax.Number):
        return "", Fraction(node.text)
    if isinstance(node, syntax.IndexReference):
        if node.name in names:
            return _linear(names[node.name], {})
        return node.name, 0
    if isinstance(node, syntax.Symbol):
        return _symbol(node, names), 0
    if not isinstance(node, syntax.Add):
        return None, 0
    total: Fraction | int = 0
    found = ""
    for sign, term in node.terms:
        name, offset = _linear(term, names)
        if name is None or (name and (found or sign < 0)):
            return None, 0
        found = found or name
        total += sign * offset
    return found, total


def _symbol(node: syntax.Symbol, names: dict[str, syntax.Node]) -> str:
    if not node.indices:
        return node.key
    head = node.key.split("_")[0].split("^")[0]
    return f"{head}_{{{','.join(write(index, names) for index in node.indices)}}}"


def _general(node: syntax.Node, names: dict[str, syntax.Node]) -> str:
    if isinstance(node, syntax.Add):
        signed = ("+" if sign > 0 else "-" for sign, _ in node.terms)
        parts = (write(term, names) for _, term in node.terms)
        return "".join(sign + part for sign, part in zip(signed, parts, strict=True)).lstrip("+")
    if isinstance(node, syntax.Multiply):
        return f"{write(node.left, names)}{write(node.right, names)}"
    if isinstance(node, syntax.Entry):
        inner = ",".join(write(index, names) for index in node.indices)
        return f"{write(node.base, names)}_{{{inner}}}"
    return "…"
