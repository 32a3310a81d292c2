"""Derivatives as they are written: ``\\frac{\\partial C}{\\partial w}``, ``\\partial_w``,
``\\nabla``, ``\\frac{d}{dx}(…)``; and the plain fraction, which looks the same at first."""

from __future__ import annotations

from .errors import ProofreadError, Span, SyntaxProblem
from .lexer import Token
from .parser import Parser, joined
from .patterns import canonical
from .syntax import (
    Call,
    Derivative,
    Divide,
    Entry,
    FunctionDerivative,
    FunctionReference,
    IndexReference,
    Node,
    Symbol,
)

MAXIMUM_ORDER = 3


def read_fraction(parser: Parser, token: Token) -> Node:
    """A quotient or a derivative, by what the two groups begin with."""
    above, _ = parser.group()
    below, _ = parser.group()
    span = joined(token.span, parser.tokens[parser.position - 1].span)
    mark = _differential(parser, above, below)
    if mark is None:
        return Divide(span, parser.inner(above), parser.inner(below))
    order, rest = _order(parser, above)
    variables = _variables(parser, below, mark)
    if order != len(variables):
        raise SyntaxProblem(
            f"the order above ({order}) is not the order below ({len(variables)})", span
        )
    if rest:
        operand = parser.inner(rest)
    else:
        operand = _operand(parser, token, span)
        span = joined(span, operand)
    return differentiate(parser, operand, variables, span)


def _differential(parser: Parser, above: list[Token], below: list[Token]) -> str | None:
    """Which d makes this fraction a derivative; None if it is a quotient."""
    if not above or not below or above[0].text != below[0].text:
        return None
    mark = above[0].text
    if mark in (r"\partial", r"\mathrm{d}"):
        return mark
    if mark != "d" or len(below) < 2 or "d" in parser.scope:
        return None
    declared = any(
        tuple(token.text for token in below[: len(one.pattern.head)]) == one.pattern.head
        for one in parser.notation.heads.get("d", ())
    )
    if declared and len(_without_powers(below)) == 2 and len(_without_powers(above)) <= 2:
        raise SyntaxProblem(
            "this may be a derivative or a quotient, since d is declared: write "
            "\\frac{\\mathrm{d}…}{\\mathrm{d}…} for the derivative, or cancel the d",
            (above[0].start, below[-1].end),
        )
    return None if declared else mark


def _without_powers(tokens: list[Token]) -> list[Token]:
    """The tokens without each ``^`` and what stands there, as ``d^2 s`` and ``d t^2`` have them."""
    raised = [token.text == "^" for token in tokens]
    return [
        token
        for index, token in enumerate(tokens)
        if not (raised[index] or (index and raised[index - 1]))
    ]


def _order(parser: Parser, above: list[Token]) -> tuple[int, list[Token]]:
    rest = above[1:]
    if not rest or rest[0].text != "^":
        return 1, rest
    if len(rest) < 2 or rest[1].kind != "number" or int(float(rest[1].text)) > MAXIMUM_ORDER:
        raise SyntaxProblem(f"derivatives up to order {MAXIMUM_ORDER} are checked", rest[0].span)
    return int(float(rest[1].text)), rest[2:]


def _variables(parser: Parser, below: list[Token], mark: str) -> list[list[Token]]:
    """The token groups after each ``\\partial`` below, repeated by their powers."""
    groups: list[list[Token]] = []
    for token in below:
        if token.text == mark and (mark != "d" or not groups or groups[-1]):
            groups.append([])
        else:
            groups[-1].append(token)
    variables: list[list[Token]] = []
    for group in groups:
        if not group:
            raise SyntaxProblem("the derivative does not say by what", below[-1].span)
        times = 1
        if len(group) > 2 and group[-2].text == "^" and group[-1].kind == "number":
            times = int(float(group[-1].text))
            group = group[:-2]
        if not 1 <= times <= MAXIMUM_ORDER:
            raise SyntaxProblem(
                f"derivatives up to order {MAXIMUM_ORDER} are checked", group[0].span
            )
        variables += [group] * times
    return variables


def _operand(parser: Parser, token: Token, span: Span) -> Node:
    """What follows ``\\frac{d}{dx}``: the bracket, or the whole product."""
    if not parser.starts_factor():
        raise SyntaxProblem(
            "the derivative has no operand: write what is differentiated above or after the "
            "fraction",
            span,
        )
    return parser.factor() if parser.text() in ("(", "[") else parser.term()


def differentiate(parser: Parser, of: Node, variables: list[list[Token]], span: Span) -> Node:
    """Build the derivative by each variable in turn."""
    for tokens in reversed(variables):
        of = _differentiate_once(parser, of, tokens, span)
    return of


def _differentiate_once(parser: Parser, of: Node, tokens: list[Token], span: Span) -> Node:
    if isinstance(of, FunctionReference):
        of = _apply_to_parameters(parser, of, tokens)
    if isinstance(of, Call):
        position = _parameter(parser, of, tokens)
        if position is not None:
            return FunctionDerivative(span, of.key, of.indices, of.arguments, position)
    by = parser.inner(tokens)
    target = by.base if isinstance(by, Entry) else by
    if not isinstance(target, (Symbol, IndexReference)):
        raise SyntaxProblem("a derivative is by a declared quantity or one of its entries", by.span)
    return Derivative(span, of, by)


def _apply_to_parameters(parser: Parser, of: FunctionReference, tokens: list[Token]) -> Node:
    """``\\frac{d\\sigma}{dz}``: the function at the variable that it is differentiated by."""
    function = parser.notation.functions[of.key]
    if len(function.pattern.parameters) == 1:
        return Call(of.span, of.key, of.indices, (parser.inner(tokens),))
    missing = [one for one in function.pattern.parameters if one not in parser.notation.heads]
    if missing:
        raise SyntaxProblem(
            f"{of.key} needs its arguments here, since {missing[0]} is not declared", of.span
        )
    arguments = tuple(_named_argument(parser, one, of.span) for one in function.pattern.parameters)
    return Call(of.span, of.key, of.indices, arguments)


def _named_argument(parser: Parser, name: str, span: Span) -> Node:
    return parser.inner([Token("name", name, span[0], span[1])])


def _parameter(parser: Parser, of: Call, tokens: list[Token]) -> int | None:
    """The argument's place if the variable is a parameter's name and no quantity's.

    Where it is both, the derivative is by the quantity: that of u(v(z)) by z has the slope of v.
    """
    parameters = parser.notation.functions[of.key].pattern.parameters
    name = canonical(tokens)
    if name not in parameters:
        return None
    if name in parser.notation.heads or name in parser.scope:
        try:
            parser.inner(tokens)
        except ProofreadError:  # declared in another form, as x_i is for a parameter x
            return parameters.index(name)
        return None
    return parameters.index(name)


def read_partial(parser: Parser, token: Token) -> Node:
    """``\\partial_{W} h_t``."""
    if parser.text() != "_":
        raise SyntaxProblem(
            "\\partial stands in a fraction, or with a subscript: \\partial_{w} C", token.span
        )
    tokens, span = parser.script()
    place = joined(token.span, span)
    if not parser.starts_factor():
        raise SyntaxProblem("the derivative has no operand", place)
    operand = parser.read_atom(parser)
    return differentiate(parser, operand, [tokens], joined(place, operand))


def read_nabla(parser: Parser, token: Token) -> Node:
    """``\\nabla f(x)``, ``\\nabla^2 f(x)`` for functions, ``\\nabla_{w} C`` for quantities."""
    order = 1
    variable: list[Token] = []
    place = token.span
    while parser.text() in ("_", "^"):
        above = parser.text() == "^"
        tokens, span = parser.script()
        place = joined(place, span)
        if not above:
            variable = tokens
        elif [one.text for one in tokens] == ["2"]:
            order = 2
        else:
            raise SyntaxProblem("only \\nabla and \\nabla^2 are checked", span)
    if not parser.starts_factor():
        raise SyntaxProblem("\\nabla has no operand", place)
    operand = parser.read_atom(parser)
    span = joined(place, operand)
    if variable:
        return differentiate(parser, operand, [variable] * order, span)
    if isinstance(operand, Call) and not operand.primes and len(operand.arguments) == 1:
        return FunctionDerivative(span, operand.key, operand.indices, operand.arguments, 0, order)
    what = (
        "a function without its argument"
        if isinstance(operand, FunctionReference)
        else ("no function of one argument")
    )
    raise SyntaxProblem(
        f"\\nabla needs a function at a point, or a subscript that says by what: this is {what}",
        span,
        "write \\nabla f(x) or \\nabla_{w} C",
    )
