"""Relations between expressions: chains, conditions, and the sets that ``\\in`` names."""

from __future__ import annotations

from .errors import ProofreadError, Span, SyntaxProblem
from .lexer import SIGNS_OF_RELATION, Token, tokenize
from .parser import RELATIONS, Parser, joined
from .patterns import bracket_end, split_top_level
from .syntax import (
    Both,
    Chain,
    FiniteSet,
    IndexReference,
    IndexRun,
    Interval,
    Node,
    Number,
    Order,
    Power,
    RealSpace,
    Symbol,
)

CHECKED_RELATIONS = frozenset(
    ("=", ":=", "<", ">", r"\le", r"\ge", r"\ne", r"\approx", r"\leftarrow", r"\in", r"\equiv")
)
_SPACES = {r"\mathbb{R}": "R", r"\mathbb{N}": "N", r"\mathbb{Z}": "Z"}
_BUILDERS = frozenset(
    (r"\overset", r"\underset", r"\stackrel", r"\mathrel", r"\not", r"\underbrace", r"\overbrace")
)
"""Commands that make a relation of other signs, or write one below or above an expression."""
CONNECTIVES = frozenset(
    rf"\mathrm{{{word}}}"
    for word in ("and", "if", "for", "when", "where", "with", "for all", "for each", "for every")
)


def has_relation(latex: str) -> bool:
    """Whether a formula claims something: a relation anywhere but in a script.

    What cannot be read counts as a claim, so that it is refused and not passed over.

    >>> has_relation(r"\\sum_{i=1}^n x_i"), has_relation(r"\\boxed{x = 3}")
    (False, True)
    """
    try:
        tokens = tokenize(latex)
    except ProofreadError:
        return True
    position = 0
    while position < len(tokens):
        script = tokens[position].text in ("_", "^") and position + 1 < len(tokens)
        if script and tokens[position + 1].text == "{":
            position = bracket_end(tokens, position + 1) + 1
        elif relates(tokens[position]) or tokens[position].text in _BUILDERS:
            return True
        else:
            position += 1
    return False


def relates(token: Token) -> bool:
    """Whether a token is a relation, an arrow between relations, or a text with one in it."""
    text = token.text
    if token.kind == "name" and text.startswith(r"\mathrm{"):
        return SIGNS_OF_RELATION.search(text) is not None
    return text in RELATIONS or text in (r"\implies", r"\iff")


def read_chain(parser: Parser, tokens: list[Token]) -> Node:
    """Read ``a = b < c``; an expression alone is returned as it is."""
    parts, relations = split_relations(tokens)
    if any(not part for part in parts):
        place = relations[0] if relations else (tokens[0] if tokens else None)
        raise SyntaxProblem("a side of the relation is missing", place.span if place else (0, 1))
    first = read_side(parser, parts[0])
    links: list[tuple[str, Node]] = []
    for relation, part in zip(relations, parts[1:], strict=True):
        if relation.text not in CHECKED_RELATIONS:
            raise SyntaxProblem(
                f"the relation {relation.text} cannot be checked: write one that can, or excuse "
                "the formula in a comment before its block: % not machine-checked: the reason",
                relation.span,
            )
        name = "=" if relation.text in (":=", r"\equiv") else relation.text
        if name == r"\in":
            links.append((name, _read_set(parser, part)))
        else:
            links.append((name, read_side(parser, part)))
    if not links:
        return first
    return Chain(joined(first, links[-1][1]), first, tuple(links))


def split_relations(tokens: list[Token]) -> tuple[list[list[Token]], list[Token]]:
    """Split at the relations outside brackets; alignment marks are dropped."""
    parts: list[list[Token]] = [[]]
    relations: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.text in ("(", "[", "{", r"\{")) + (token.kind == "begin")
        depth -= (token.text in (")", "]", "}", r"\}")) + (token.kind == "end")
        if depth <= 0 and token.text in RELATIONS:
            relations.append(token)
            parts.append([])
        elif token.text != "&" or depth > 0:
            parts[-1].append(token)
    return parts, relations


def read_side(parser: Parser, tokens: list[Token]) -> Node:
    """One side of a relation; a remainder ``O(h^k)`` may end it."""
    side = parser.sub_parser(tokens)
    node = side.expression()
    side.finish()
    return node


def read_remainder(parser: Parser, token: Token) -> Node | None:
    """``O(h^k)`` where no O is declared; None if it is something else."""
    if parser.text() != "(" or token.text in parser.notation.heads:
        return None
    tokens, opening = parser.bracketed()
    node = parser.inner(tokens)
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    base: Node = node
    exponent: Node = Number(node.span, "1")
    if isinstance(node, Power):
        base, exponent = node.base, node.exponent
    if not isinstance(base, Symbol):
        raise SyntaxProblem(
            "a remainder is O(h) or O(h^k) with a declared small quantity h", opening.span
        )
    return Order(span, base, exponent)


def read_condition(parser: Parser, tokens: list[Token]) -> Node:
    """Relations that hold together, joined by commas or ``\\text{and}``."""
    groups: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in ("(", "[", "{", r"\{")) - (token.text in (")", "]", "}", r"\}"))
        joint = token.text in (",", r"\land", r"\wedge") or token.text in CONNECTIVES
        if depth == 0 and (joint or token.kind == "separator"):
            groups.append([])
        else:
            groups[-1].append(token)
    parts = tuple(read_chain(parser, group) for group in groups if group)
    for part in parts:
        if not isinstance(part, Chain):
            raise SyntaxProblem("a condition needs a relation, e.g. z > 0", part.span)
    if not parts:
        span = tokens[0].span if tokens else (max(parser.end - 1, 0), parser.end)
        raise SyntaxProblem("the condition is empty", span)
    return parts[0] if len(parts) == 1 else Both(joined(parts[0], parts[-1]), parts)


def read_run(parser: Parser, tokens: list[Token]) -> IndexRun | None:
    """``l = 1, \\dots, L``; None if the tokens are something else."""
    parts, _ = split_top_level(tokens, ",")
    if len(parts) < 3 or [token.text for token in parts[-2]] != [r"\dots"]:
        return None
    sides, relations = split_relations(parts[0])
    if len(sides) != 2 or relations[0].text not in ("=", r"\in"):
        return None
    index = parser.inner(sides[0])
    if not isinstance(index, IndexReference):
        return None
    low, high = parser.inner(sides[1]), parser.inner(parts[-1])
    return IndexRun(joined(index, high), index.name, low, high)


def _read_set(parser: Parser, tokens: list[Token]) -> Node:
    span = joined(tokens[0].span, tokens[-1].span)
    first, last = tokens[0].text, tokens[-1].text
    if first in _SPACES:
        return _read_space(parser, tokens, span)
    if first == r"\{" and last == r"\}":
        parts, _ = split_top_level(tokens[1:-1], ",")
        run = len(parts) >= 3 and [one.text for one in parts[-2]] == [r"\dots"]
        shown = [parts[0], parts[-1]] if run else parts
        return FiniteSet(span, tuple(parser.inner(part) for part in shown), run)
    if first in ("(", "[") and last in (")", "]"):
        parts, _ = split_top_level(tokens[1:-1], ",")
        if len(parts) == 2:
            low, high = (parser.inner(part) for part in parts)
            return Interval(span, low, high, first == "[", last == "]")
    return parser.inner(tokens)


def _read_space(parser: Parser, tokens: list[Token], span: Span) -> Node:
    name = _SPACES[tokens[0].text]
    if len(tokens) == 1:
        return RealSpace(span, name, ())
    inner = parser.sub_parser(tokens[1:])
    if inner.text() != "^":
        raise SyntaxProblem("a space is written \\mathbb{R}^{m \\times n}", tokens[1].span)
    script, _ = inner.script()
    inner.finish()
    sizes: list[list[Token]] = [[]]
    for token in script:
        if token.text == r"\times":
            sizes.append([])
        else:
            sizes[-1].append(token)
    return RealSpace(span, name, tuple(parser.inner(size) for size in sizes))
