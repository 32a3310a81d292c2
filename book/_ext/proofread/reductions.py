"""Operators that run over indices or random variables: sums, products, extrema, moments."""

from __future__ import annotations

from .errors import IndexProblem, Span, SyntaxProblem
from .lexer import Token
from .parser import RELATIONS, Parser, joined
from .patterns import canonical, split_top_level
from .relations import read_condition, split_relations
from .syntax import Aggregate, Apply, Binder, Moment, Node

_NAMES = {r"\sum": "sum", r"\prod": "product", r"\max": "max", r"\min": "min", r"\int": "sum"}
_MOMENTS = {
    r"\mathbb{E}": "mean",
    r"\mathrm{E}": "mean",
    r"\mathrm{Var}": "variance",
    r"\mathbb{V}": "variance",
    r"\mathrm{Cov}": "covariance",
}


def read_aggregate(parser: Parser, token: Token) -> Node:
    """``\\sum_{i=1}^{n}`` and the like; the body is one product, up to a sign."""
    name = _NAMES.get(token.text, "")
    if token.text == r"\arg":
        if parser.text() not in (r"\max", r"\min"):
            raise SyntaxProblem("\\arg needs \\max or \\min after it", token.span)
        name = "arg" + _NAMES[parser.take().text]
    below: list[Token] = []
    above: list[Token] = []
    place = token.span
    while parser.text() in ("_", "^"):
        mark = parser.text()
        tokens, span = parser.script()
        place = joined(place, span)
        if mark == "_":
            below = tokens
        else:
            above = tokens
    if token.text == r"\int" and (above or canonical(below) not in parser.notation.indices):
        raise SyntaxProblem(
            "an integral is read over a declared index only, as its sum: write what it comes to, "
            "or excuse the formula in a comment before its block: % not machine-checked: the "
            "reason",
            place,
        )
    if not below:
        raise IndexProblem(
            f"{token.text} has no index: write {token.text}_{{i=1}}^{{n}}, or "
            f"{token.text}_i with i declared",
            place,
        )
    binders, condition = _read_binders(parser, below, above, place)
    names = frozenset(binder.name for binder in binders)
    body = _read_body(parser, names, token)
    return Aggregate(joined(place, body), name, binders, condition, body)


def _read_body(parser: Parser, names: frozenset[str], token: Token) -> Node:
    if not parser.starts_factor() and parser.text() not in ("-", "+"):
        raise SyntaxProblem(f"{token.text} has no body", token.span)
    outer = parser.scope
    parser.scope = outer | names
    negative = parser.text() == "-"
    if negative:
        raise SyntaxProblem(
            f"put the negative body of {token.text} in brackets", parser.take().span
        )
    body = parser.term()
    parser.scope = outer
    return body


def _read_binders(
    parser: Parser, below: list[Token], above: list[Token], place: Span
) -> tuple[tuple[Binder, ...], Node | None]:
    sides, relations = split_relations(below)
    if not relations or len(split_top_level(below, ",")[0]) > 1:
        return _declared_binders(parser, below, above, place)
    if not all(sides):
        raise SyntaxProblem("a side of the relation below is missing", place)
    name = _bound_name(sides[0])
    span = joined(below[0].span, below[-1].span)
    names = frozenset((name,))
    relation = relations[0].text
    if relation == "=" and len(relations) == 1:
        if not above:
            raise IndexProblem(f"the upper bound of {name} is missing", place)
        low = parser.inner(sides[1])
        return (Binder(span, name, low, parser.inner(above)),), None
    if relation == r"\in" and len(relations) == 1:
        return (Binder(span, name, members=parser.inner(sides[1])),), None
    declared = _declared_index(parser, sides[0])
    condition = read_condition(parser.sub_parser(below, names), below)
    return (Binder(span, name, declared=declared),), condition


def _bound_name(tokens: list[Token]) -> str:
    """The name of an index: one symbol, with primes if it has any."""
    if tokens[0].kind not in ("letter", "name", "command") or any(
        token.text != "'" for token in tokens[1:]
    ):
        span = joined(tokens[0].span, tokens[-1].span)
        raise SyntaxProblem(f"{canonical(tokens)} is not the name of an index", span)
    return canonical(tokens)


def _declared_binders(
    parser: Parser, below: list[Token], above: list[Token], place: Span
) -> tuple[tuple[Binder, ...], Node | None]:
    if above:
        raise IndexProblem("the lower bound is missing: write i=1", place)
    parts, _ = split_top_level(below, ",")
    if len(parts) == 1 and canonical(below) not in parser.notation.indices:
        parts = _single_indices(parser, below)
    binders: list[Binder] = []
    condition: Node | None = None
    for part in parts:
        if not part:
            raise SyntaxProblem("an index is missing beside the comma", place)
        if any(token.text in RELATIONS for token in part):
            names = frozenset(binder.name for binder in binders)
            condition = read_condition(parser.sub_parser(part, names), part)
            continue
        span = joined(part[0].span, part[-1].span)
        binders.append(Binder(span, canonical(part), declared=_declared_index(parser, part)))
    return tuple(binders), condition


def _single_indices(parser: Parser, tokens: list[Token]) -> list[list[Token]]:
    """``ij`` below a sum: two indices, if each is declared."""
    if len(tokens) > 1 and all(token.text in parser.notation.indices for token in tokens):
        return [[token] for token in tokens]
    return [tokens]


def _declared_index(parser: Parser, tokens: list[Token]) -> str:
    name = canonical(tokens)
    if name not in parser.notation.indices:
        raise IndexProblem(
            f"the index {name} has no bounds here and is not declared: write the bounds, or "
            "declare its range",
            joined(tokens[0].span, tokens[-1].span),
        )
    return name


def read_extremum(parser: Parser, token: Token) -> Node:
    """``\\max(a, b)`` of scalars, or ``\\max_k`` over an index."""
    if parser.text() == "_":
        return read_aggregate(parser, token)
    if parser.text() not in ("(", r"\{", "["):
        raise SyntaxProblem(
            f"{token.text} needs an index below it, or its arguments in brackets", token.span
        )
    tokens, opening = parser.bracketed()
    parts, _ = split_top_level(tokens, ",")
    if len(parts) < 2 or any(not part for part in parts):
        raise SyntaxProblem(f"{token.text} needs two arguments or more", opening.span)
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    return Apply(span, _NAMES[token.text], tuple(parser.inner(part) for part in parts))


def read_moment(parser: Parser, token: Token) -> Node:
    """An expectation, variance or covariance of what stands in brackets."""
    if parser.text() not in ("[", "("):
        raise SyntaxProblem(f"{token.text} needs its argument in brackets", token.span)
    tokens, opening = parser.bracketed()
    parts, _ = split_top_level(tokens, ",")
    name = _MOMENTS[token.text]
    if len(parts) != (2 if name == "covariance" else 1) or any(not part for part in parts):
        raise SyntaxProblem(f"{token.text} has the wrong number of arguments", opening.span)
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    return Moment(span, name, tuple(parser.inner(part) for part in parts))
