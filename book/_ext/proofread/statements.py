"""A displayed formula as a list of claims: rows, continuations, conditions, implications."""

from __future__ import annotations

from .atoms import parser_for
from .dependence import require_dependence
from .errors import SizeProblem, SyntaxProblem
from .lexer import Token, tokenize
from .notation import Notation
from .parser import PRODUCT_OPERATORS, RELATIONS, Parser
from .patterns import bracket_end
from .relations import CONNECTIVES, read_chain, read_condition, read_run
from .syntax import IndexReference, IndexRun, Node, Statement, children

_ALIGNED = frozenset(
    name + star
    for name in ("aligned", "align", "gathered", "gather", "split", "equation", "alignedat",
                 "multline", "eqnarray", "flalign")
    for star in ("", "*")
)  # fmt: skip
MAXIMUM_TREE_DEPTH = 120
_ARROWS = (r"\implies", r"\iff")
_CONDITIONAL = frozenset(
    rf"\mathrm{{{word}}}"
    for word in ("if", "for", "when", "where", "with", "for all", "for each", "for every")
) | {r"\forall"}


def parse_statements(latex: str, notation: Notation) -> list[Statement]:
    """Parse a displayed or inline formula.

    Raises
    ------
    ProofreadError
        With the place of what is wrong.
    """
    tokens = _unwrap(tokenize(latex))
    if not tokens:
        raise SyntaxProblem("the formula is empty", (0, max(1, len(latex))))
    parser = parser_for(tokens, notation)
    statements: list[Statement] = []
    for row in _logical_rows(tokens):
        statements += _read_row(parser, row)
    for statement in statements:
        _check_depth(statement.claim)
        for part in (statement.claim, *statement.premises):
            require_dependence(part, notation)
    return statements


def _check_depth(claim: Node) -> None:
    """Refuse trees so deep that walking them would overflow Python's stack."""
    level = [claim]
    for _ in range(MAXIMUM_TREE_DEPTH):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise SizeProblem(
        f"the formula is more than {MAXIMUM_TREE_DEPTH} operations deep: split it", claim.span
    )


def _unwrap(tokens: list[Token]) -> list[Token]:
    """Drop a box or an alignment environment around everything, and punctuation at the end."""
    while tokens and (tokens[-1].text in (".", ",", ";") or tokens[-1].kind in ("separator",)):
        tokens = tokens[:-1]
    if len(tokens) > 2 and tokens[0].text == r"\boxed" and tokens[1].text == "{":
        return _unwrap(tokens[2:-1]) if bracket_end(tokens, 1) == len(tokens) - 1 else tokens
    if not tokens or tokens[0].kind != "begin" or tokens[0].text not in _ALIGNED:
        return tokens
    if tokens[-1].kind != "end" or tokens[-1].text != tokens[0].text:
        raise SyntaxProblem(
            f"\\begin{{{tokens[0].text}}} has no matching \\end, or something follows it",
            tokens[0].span,
        )
    return _unwrap(tokens[1:-1])


def _rows(tokens: list[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth == 0 and token.kind == "row":
            rows.append([])
        elif depth > 0 or token.text != "&":
            rows[-1].append(token)
    return [row for row in rows if row]


def _logical_rows(tokens: list[Token]) -> list[list[Token]]:
    """Join each row that continues the one before."""
    joined: list[list[Token]] = []
    for row in _rows(tokens):
        while row and row[0].kind == "separator":
            row = row[1:]
        if not row:
            continue
        if joined and _continues(joined[-1], row):
            joined[-1] = [*joined[-1], *row]
        else:
            joined.append(row)
    return joined


def _continues(before: list[Token], row: list[Token]) -> bool:
    first = row[0].text
    if first in RELATIONS or first in _ARROWS or first == "+" or first in PRODUCT_OPERATORS:
        return True
    if before[-1].text in RELATIONS or before[-1].text in ("+", "-", *PRODUCT_OPERATORS):
        return True
    return first == "-" and not any(token.text in RELATIONS for token in row)


def _read_row(parser: Parser, row: list[Token]) -> list[Statement]:
    """The claims of one row; its conditions and ranges hold for all of them."""
    parts, arrows = _split_arrows(row)
    claims: list[Node] = []
    conditions: list[Node] = []
    runs: list[IndexRun] = []
    grouped: list[list[Node]] = []
    for part in parts:
        found = _read_segments(parser, part, conditions, runs)
        if not found and arrows:
            raise SyntaxProblem("a side of the arrow is missing", row[0].span)
        grouped.append(found)
    shared = (tuple(conditions), tuple(runs))
    if not arrows:
        claims = grouped[0]
        if not claims:
            raise SyntaxProblem(
                "this is a condition or a range, and nothing is claimed under it: write it in the "
                "row of what it is for, or without its brackets if it is a claim",
                (row[0].start, row[-1].end),
            )
        return [Statement(claim, (), *shared) for claim in claims]
    statements: list[Statement] = []
    for arrow, before, after in zip(arrows, grouped, grouped[1:], strict=False):
        same = arrow == r"\iff"
        statements += [Statement(claim, tuple(before), *shared, same) for claim in after]
    return statements


def _split_arrows(row: list[Token]) -> tuple[list[list[Token]], list[str]]:
    parts: list[list[Token]] = [[]]
    arrows: list[str] = []
    for token in row:
        if token.text in _ARROWS:
            parts.append([])
            arrows.append(token.text)
        else:
            parts[-1].append(token)
    return parts, arrows


def _read_segments(
    parser: Parser, tokens: list[Token], conditions: list[Node], runs: list[IndexRun]
) -> list[Node]:
    claims: list[Node] = []
    for conditional, segment in _segments(tokens):
        inner = _without_brackets(segment)
        run = read_run(parser, inner)
        if run is not None:
            runs.append(run)
        elif conditional and not any(token.text in RELATIONS for token in inner):
            index = parser.inner(inner)
            if not isinstance(index, IndexReference):
                raise SyntaxProblem("a condition needs a relation, e.g. z > 0", index.span)
        elif conditional or inner is not segment:
            conditions.append(read_condition(parser, inner))
        else:
            claims.append(read_chain(parser, segment))
    return claims


def _segments(tokens: list[Token]) -> list[tuple[bool, list[Token]]]:
    """Split at top-level commas, wide spaces and connecting words."""
    segments: list[tuple[bool, list[Token]]] = [(False, [])]
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.text in ("(", "[", "{", r"\{")) + (token.kind == "begin")
        depth -= (token.text in (")", "]", "}", r"\}")) + (token.kind == "end")
        if depth > 0:
            segments[-1][1].append(token)
        elif token.text in _CONDITIONAL:
            segments.append((True, []))
        elif token.text in CONNECTIVES or token.kind == "separator" or token.text == ";":
            segments.append((segments[-1][0] and not segments[-1][1], []))
        elif token.text == "," and not _near_dots(tokens, place):
            segments.append((segments[-1][0], []))
        else:
            segments[-1][1].append(token)
    return [segment for segment in segments if segment[1]]


def _near_dots(tokens: list[Token], place: int) -> bool:
    """Whether the comma belongs to ``1, \\dots, L``."""
    before = tokens[place - 1].text if place else ""
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if r"\dots" in (before, after):
        return True
    rest = [token.text for token in tokens[place + 1 :]]
    comma = rest.index(",") if "," in rest else -1
    return (
        0 <= comma < len(rest) - 1
        and rest[comma + 1] == r"\dots"
        and not any(text in RELATIONS for text in rest[:comma])
    )


def _without_brackets(tokens: list[Token]) -> list[Token]:
    """``(l = 1, \\dots, L)`` after a formula is a condition."""
    if tokens[0].text != "(" or tokens[-1].text != ")":
        return tokens
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and place < len(tokens) - 1:
            return tokens
    inner = tokens[1:-1]
    return inner if any(token.text in RELATIONS for token in inner) else tokens
