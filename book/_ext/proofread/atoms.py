"""The atoms of an expression: what may start a factor, by its first token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .calculus import read_fraction, read_nabla, read_partial
from .errors import SyntaxProblem
from .lexer import Token, tokenize
from .names import read_identifier
from .notation import Notation
from .parser import RELATIONS, STOPS, Parser, joined, number
from .reductions import read_aggregate, read_extremum, read_moment
from .relations import read_condition, read_remainder, relates
from .syntax import (
    Add,
    Aggregate,
    Apply,
    Cases,
    Divide,
    Indicator,
    MatrixLiteral,
    Multiply,
    Node,
    Power,
)

ELEMENTWISE = ("exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos",
               "arctan")  # fmt: skip
NAMED = {rf"\{name}": name for name in ELEMENTWISE} | {
    r"\det": "det",
    r"\mathrm{diag}": "diag",
    r"\mathrm{tr}": "trace",
    r"\mathrm{Tr}": "trace",
    r"\mathrm{sign}": "sign",
    r"\mathrm{sgn}": "sign",
    r"\mathrm{vec}": "vec",
}
_ENCLOSED = {
    r"\lfloor": (r"\rfloor", "floor"),
    r"\lceil": (r"\rceil", "ceil"),
    r"\lvert": (r"\rvert", "absolute"),
    r"\lVert": (r"\rVert", "norm"),
    "|": ("|", "absolute"),
    r"\Vert": (r"\Vert", "norm"),
}
_MATRICES = ("matrix", "bmatrix", "pmatrix", "smallmatrix", "vmatrix")
_REFUSED = (
    r"\iint", r"\oint", r"\lim", r"\limsup", r"\liminf", r"\sup", r"\inf", r"\bigcup",
    r"\bigcap", r"\bigoplus", r"\overset", r"\underset", r"\stackrel", r"\mathrel", r"\not",
    r"\substack", r"\def", r"\gdef", r"\let", r"\newcommand", r"\renewcommand", r"\Re", r"\Im",
)  # fmt: skip
_BRACKETED = (Add, Multiply, Divide, Aggregate, Apply)
"""What takes its brackets into its place, so that an edit may move it whole."""
_PASSED = {
    r"\underbrace": 1,
    r"\overbrace": 1,
    r"\boxed": 1,
    r"\mathstrut": 0,
    r"\htmlData": 2,
    r"\textcolor": 2,
    r"\color": 1,
    r"\mathop": 1,
    r"\smash": 1,
}


def read_atom(parser: Parser) -> Node:
    """Read one atom, without its scripts."""
    token = parser.take()
    if token.kind == "number":
        return _read_number(parser, token)
    if token.text in ("(", "[", "{"):
        parser.position -= 1
        tokens, opening = parser.bracketed()
        if not tokens:
            raise SyntaxProblem("the brackets are empty", opening.span)
        node = parser.inner(tokens)
        if isinstance(node, _BRACKETED):
            closing = parser.tokens[parser.position - 1]
            return replace(node, span=joined(opening.span, closing.span))
        return node
    if token.text in _ENCLOSED:
        return _read_enclosed(parser, token)
    if token.kind == "begin":
        return _read_environment(parser, token)
    if token.text in ("O", r"\mathcal{O}"):
        remainder = read_remainder(parser, token)
        if remainder is not None:
            return remainder
    if token.text in _READERS and not (token.kind == "name" and _declared(parser, token)):
        return _READERS[token.text](parser, token)
    if token.text in NAMED and not _declared(parser, token):
        return _read_named(parser, token)
    if token.text in (r"\mathbf{1}", r"\mathbb{1}") and parser.text() in ("(", "[", r"\{", "_"):
        indicator = _read_indicator(parser, token)
        if indicator is not None:
            return indicator
    if token.text in STOPS or token.kind in ("separator", "row", "end", "mark"):
        raise SyntaxProblem(f"a symbol or a number was expected before {token.text}", token.span)
    parser.position -= 1
    return read_identifier(parser)


def _declared(parser: Parser, token: Token) -> bool:
    return token.text in parser.notation.heads


def _read_number(parser: Parser, token: Token) -> Node:
    if token.text == "1" and parser.text() in ("(", "["):
        indicator = _read_indicator(parser, token)
        if indicator is not None:
            return indicator
    if parser.peek() and parser.text()[0].isdigit():
        raise SyntaxProblem("two numbers side by side: put a \\cdot between", token.span)
    return number(token)


def _read_indicator(parser: Parser, token: Token) -> Node | None:
    """``1(…)`` or ``\\mathbf{1}[…]`` with a relation inside; None if there is none."""
    save = parser.position
    if parser.text() == "_":
        tokens, _ = parser.script()
    else:
        tokens, _ = parser.bracketed()
    if not any(one.text in RELATIONS for one in tokens):
        parser.position = save
        return None
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    return Indicator(span, read_condition(parser, tokens))


def _read_enclosed(parser: Parser, token: Token) -> Node:
    closing, name = _ENCLOSED[token.text]
    outer, parser.bar = parser.bar, "close" if closing == token.text else "open"
    node = parser.expression()
    parser.bar = outer
    end = parser.expect(closing, token)
    span = joined(token.span, end.span)
    if name == "norm" and parser.text() == "_":
        tokens, script = parser.script()
        order = parser.inner(tokens)
        return Apply(joined(span, script), "norm", (node, order))
    return Apply(span, name, (node,))


def _read_named(parser: Parser, token: Token) -> Node:
    """A built-in function: ``\\exp(x)``, ``\\tanh^2 z``, ``\\log x``."""
    name = "log" if token.text == r"\ln" else NAMED[token.text]
    power: Node | None = None
    if parser.text() == "^":
        tokens, span = parser.script()
        power = parser.inner(tokens)
        if [one.text for one in tokens] == ["-", "1"]:
            raise SyntaxProblem(
                f"{token.text}^{{-1}} is ambiguous: write \\arc… or a fraction", span
            )
    if parser.text() == "_":
        raise SyntaxProblem(f"{token.text} takes no subscript", parser.take().span)
    argument = read_bare_argument(parser, token)
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    node: Node = Apply(span, name, (argument,))
    return node if power is None else Power(node.span, node, power, entrywise=True)


def read_bare_argument(parser: Parser, token: Token) -> Node:
    """What a function without brackets applies to: brackets, or the factors that follow.

    ``\\sin 2\\pi x`` takes all three; a function, a fraction or a sum ends the argument.
    """
    if parser.text() in ("(", "[", "{", r"\{"):
        tokens, _ = parser.bracketed()
        return parser.inner(tokens)
    if not parser.starts_factor():
        raise SyntaxProblem(f"{token.text} has no argument", token.span)
    first = parser.peek()
    node = parser.factor()
    if first is None or not _is_plain(parser, first):
        return node
    while parser.starts_factor():
        following = parser.peek()
        if following is None or not _is_plain(parser, following):
            break
        right = parser.factor()
        node = Multiply(joined(node, right), node, right, "juxtaposition")
    return node


def _is_plain(parser: Parser, token: Token) -> bool:
    if token.kind in ("number", "letter"):
        return True
    known = token.text in _READERS or token.text in NAMED or token.text in _ENCLOSED
    return token.kind in ("name", "command") and not known


def _read_environment(parser: Parser, token: Token) -> Node:
    end = parser.position
    depth = 1
    while end < len(parser.tokens):
        depth += (parser.tokens[end].kind == "begin") - (parser.tokens[end].kind == "end")
        if depth == 0:
            break
        end += 1
    if depth or parser.tokens[end].text != token.text:
        raise SyntaxProblem(f"\\begin{{{token.text}}} has no matching \\end", token.span)
    body = parser.tokens[parser.position : end]
    span = joined(token.span, parser.tokens[end].span)
    parser.position = end + 1
    rows = _split_rows(body)
    if token.text == "cases":
        return Cases(span, tuple(_branch(parser, row, token) for row in rows))
    if token.text in _MATRICES:
        return _matrix(parser, rows, span, token)
    raise SyntaxProblem(
        f"the environment {token.text} is not part of the checked language here", token.span
    )


def _split_rows(tokens: list[Token]) -> list[list[list[Token]]]:
    """Rows of cells, at the level of this environment alone."""
    rows: list[list[list[Token]]] = [[[]]]
    depth = 0
    for token in tokens:
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth == 0 and token.kind == "row":
            rows.append([[]])
        elif depth == 0 and token.text == "&":
            rows[-1].append([])
        else:
            rows[-1][-1].append(token)
    return [row for row in rows if any(row)]


def _branch(parser: Parser, row: list[list[Token]], opened: Token) -> tuple[Node, Node | None]:
    if len(row) != 2 or not row[0] or not row[1]:
        raise SyntaxProblem(
            "each row of cases needs a value, an & and a condition (or \\text{otherwise})",
            row[0][0].span if row and row[0] else opened.span,
        )
    value = [token for token in row[0] if token.kind != "separator"]
    while value and value[-1].text in (",", ";"):
        value.pop()
    words = [one for one in row[1] if one.kind == "name"]
    if any(word.text in (r"\mathrm{otherwise}", r"\mathrm{else}") for word in words):
        return parser.inner(value), None
    return parser.inner(value), read_condition(parser, row[1])


def _matrix(
    parser: Parser, rows: list[list[list[Token]]], span: tuple[int, int], token: Token
) -> Node:
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise SyntaxProblem("the rows of the matrix differ in length", span)
    if any(not cell for row in rows for cell in row):
        raise SyntaxProblem("an entry of the matrix is empty", span)
    node = MatrixLiteral(span, tuple(tuple(parser.inner(cell) for cell in row) for row in rows))
    return Apply(span, "det", (node,)) if token.text == "vmatrix" else node


def _read_root(parser: Parser, token: Token) -> Node:
    name = "sqrt"
    if parser.text() == "[":
        degree, _ = parser.bracketed()
        if [one.text for one in degree] not in (["2"], ["3"]):
            raise SyntaxProblem("roots other than 2 and 3 are not checked", token.span)
        name = "sqrt" if degree[0].text == "2" else "cbrt"
    tokens, _ = parser.group()
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    return Apply(span, name, (parser.inner(tokens),))


def _read_passed(parser: Parser, token: Token) -> Node:
    """Commands that only change the look: their last argument is what counts."""
    tokens: list[Token] = []
    for _ in range(_PASSED[token.text]):
        tokens, _ = parser.group()
    node = parser.inner(tokens)
    if token.text in (r"\underbrace", r"\overbrace") and parser.text() in ("_", "^"):
        label, span = parser.script()
        if any(relates(one) for one in label):
            raise SyntaxProblem(
                "what stands at a brace is not checked: write its relation as a formula", span
            )
    return node


def _read_binomial(parser: Parser, token: Token) -> Node:
    upper, _ = parser.group()
    lower, _ = parser.group()
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    return Apply(span, "binomial", (parser.inner(upper), parser.inner(lower)))


def _read_braced(parser: Parser, token: Token) -> Node:
    parser.position -= 1
    tokens, _ = parser.bracketed()
    return parser.inner(tokens)


def _refuse(parser: Parser, token: Token) -> Node:
    raise SyntaxProblem(
        f"{token.text} is not part of the checked language: write what it comes to, or excuse the "
        "formula in a comment before its block: % not machine-checked: the reason",
        token.span,
    )


_READERS: dict[str, Callable[[Parser, Token], Node]] = {
    r"\frac": read_fraction,
    r"\partial": read_partial,
    r"\nabla": read_nabla,
    r"\sqrt": _read_root,
    r"\binom": _read_binomial,
    r"\{": _read_braced,
    **dict.fromkeys((r"\sum", r"\prod", r"\int", r"\arg"), read_aggregate),
    **dict.fromkeys(_REFUSED, _refuse),
    **dict.fromkeys((r"\max", r"\min"), read_extremum),
    **dict.fromkeys(
        (r"\mathbb{E}", r"\mathrm{Var}", r"\mathrm{Cov}", r"\mathrm{E}", r"\mathbb{V}"),
        read_moment,
    ),
    **dict.fromkeys(_PASSED, _read_passed),
}


def parser_for(
    tokens: list[Token], notation: Notation, scope: frozenset[str] = frozenset()
) -> Parser:
    """A parser that knows all the atoms."""
    return Parser(tokens, notation, read_atom, scope)


def parse_expression(latex: str, notation: Notation, scope: frozenset[str] = frozenset()) -> Node:
    """Parse one expression without relations.

    Raises
    ------
    ProofreadError
        With the place of what is wrong.
    """
    tokens = tokenize(latex)
    if not tokens:
        raise SyntaxProblem("the expression is empty", (0, 0))
    return parser_for(tokens, notation, scope).whole()
