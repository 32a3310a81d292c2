"""A type-directed Pratt parser: tokens and the notation table in, a syntax tree out.

Whether ``f(x)`` calls or multiplies, whether a superscript is a layer or a power, is decided by
the table. Where plain LaTeX is ambiguous and the language has no rule, it is an error.
Precedence, from loose to tight: ``+ -``; ``\\odot \\circ \\cdot \\times /``; juxtaposition;
scripts.
"""

from __future__ import annotations

from collections.abc import Callable

from .errors import ProofreadError, SizeProblem, Span, SymbolProblem, SyntaxProblem
from .lexer import MAXIMUM_DEPTH, Token
from .notation import Notation
from .patterns import CLOSING, bracket_end, split_top_level
from .syntax import Add, Apply, Divide, Entry, Multiply, Node, Number, Power, Transpose

PRODUCT_OPERATORS = {
    r"\cdot": "dot",
    r"\times": "times",
    r"\odot": "elementwise",
    r"\circ": "elementwise",
    "/": "divide",
}
RELATIONS = frozenset(
    ("=", ":=", "<", ">", r"\le", r"\ge", r"\ne", r"\approx", r"\leftarrow", r"\in", r"\equiv")
) | frozenset(  # the rest is known, so that it is refused by its name
    (r"\propto", r"\sim", r"\to", r"\ll", r"\gg", r"\notin", r"\ni", r"\cong", r"\simeq",
     r"\doteq", r"\asymp", r"\triangleq", r"\subset", r"\subseteq", r"\supset", r"\supseteq",
     r"\prec", r"\preceq", r"\succ", r"\succeq", r"\perp", r"\parallel", r"\models", r"\vdash",
     r"\lesssim", r"\gtrsim", r"\mapsto", r"\leftrightarrow", r"\Leftarrow", r"\impliedby",
     r"\xrightarrow")
)  # fmt: skip
STOPS = RELATIONS | frozenset(
    ("+", "-", ")", "]", "}", r"\}", ",", ";", "&", r"\rvert", r"\rVert", r"\rfloor", r"\rceil",
     r"\implies", r"\iff", ":", r"\dots", ".", r"\mid", r"\pm", r"\mp", "*", r"\top", r"\rangle",
     r"\land", r"\wedge", r"\Vert|")
) | frozenset(PRODUCT_OPERATORS)  # fmt: skip


class Parser:
    """One pass over a token list; ``bar`` says whether ``|`` after a factor opens or closes."""

    def __init__(
        self,
        tokens: list[Token],
        notation: Notation,
        read_atom: Callable[[Parser], Node],
        scope: frozenset[str] = frozenset(),
        depth: int = 0,
        end: int = 0,
        memory: dict[object, Node | ProofreadError] | None = None,
    ) -> None:
        self.tokens = tokens
        self.notation = notation
        self.read_atom = read_atom
        self.scope = scope
        self.depth = depth
        self.position = 0
        self.factors = 0
        self.bar = "open"
        self.memory = {} if memory is None else memory
        self.end = tokens[-1].end if tokens else end

    def peek(self, ahead: int = 0) -> Token | None:
        """The next token, or None at the end."""
        place = self.position + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def text(self, ahead: int = 0) -> str:
        """The next token's text, or an empty string at the end."""
        token = self.peek(ahead)
        return token.text if token else ""

    def take(self) -> Token:
        """Consume one token."""
        token = self.peek()
        if token is None:
            raise SyntaxProblem(
                "the formula ends where a symbol or a number was expected",
                (max(self.end - 1, 0), self.end),
            )
        self.position += 1
        return token

    def expect(self, text: str, opened: Token) -> Token:
        """Consume the token that must come now."""
        if self.text() != text:
            token = self.peek()
            met = f"{token.text} came" if token else "the formula ends"
            raise SyntaxProblem(
                f"{opened.text} is not closed: {met} where {text} was expected", opened.span
            )
        return self.take()

    def sub_parser(self, tokens: list[Token], names: frozenset[str] = frozenset()) -> Parser:
        """A parser for a group, one level deeper, with more names in scope."""
        if self.depth >= MAXIMUM_DEPTH:
            span = tokens[0].span if tokens else (self.end - 1, self.end)
            raise SizeProblem(f"nested more than {MAXIMUM_DEPTH} deep: simplify", span)
        scope = self.scope | names
        return Parser(
            tokens, self.notation, self.read_atom, scope, self.depth + 1, self.end, self.memory
        )

    def inner(self, tokens: list[Token], names: frozenset[str] = frozenset()) -> Node:
        """Parse a group as one expression, once: trying several readings must stay linear."""
        if not tokens:
            return self.sub_parser(tokens).whole()
        key = (tokens[0].start, tokens[-1].end, self.scope | names)
        if key not in self.memory:
            try:
                self.memory[key] = self.sub_parser(tokens, names).whole()
            except ProofreadError as problem:
                self.memory[key] = problem
        found = self.memory[key]
        if isinstance(found, ProofreadError):
            raise found
        return found

    def whole(self) -> Node:
        """Parse everything that is left as one expression."""
        node = self.expression()
        self.finish()
        return node

    def finish(self) -> None:
        """Complain about anything left over."""
        token = self.peek()
        if token is not None:
            raise SyntaxProblem(f"{token.text} is not expected here", token.span)

    def expression(self) -> Node:
        """Terms joined by + and -."""
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            token = self.peek()
            raise SizeProblem(
                f"nested more than {MAXIMUM_DEPTH} deep: simplify",
                token.span if token else (0, 1),
            )
        terms = [self._signed_term()]
        while self.text() in ("+", "-"):
            sign = 1 if self.take().text == "+" else -1
            inner, term = self._signed_term()
            terms.append((sign * inner, term))
        self.depth -= 1
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return Add(joined(terms[0][1], terms[-1][1]), tuple(terms))

    def _signed_term(self) -> tuple[int, Node]:
        sign = 1
        if self.text() in ("+", "-"):
            sign = 1 if self.take().text == "+" else -1
        return sign, self.term()

    def term(self) -> Node:
        """One product: what the body of a sum is."""
        left = self.juxtaposition()
        while self.text() in PRODUCT_OPERATORS:
            operator = self.take()
            sign = 1
            if self.text() == "-" and operator.text in (r"\cdot", r"\times"):
                raise SyntaxProblem("put the negative factor in brackets", self.take().span)
            right = self.juxtaposition()
            left = self._combine(left, operator, right, sign)
        return left

    def _combine(self, left: Node, operator: Token, right: Node, sign: int) -> Node:
        name = PRODUCT_OPERATORS[operator.text]
        span = joined(left, right)
        if name != "divide":
            return Multiply(span, left, right, name)
        if self.factors > 1:
            raise SyntaxProblem(
                "what is divided by is ambiguous here: use \\frac or brackets", operator.span
            )
        return Divide(span, left, right)

    def juxtaposition(self) -> Node:
        """Factors side by side, multiplied from the left."""
        left = self.factor()
        count = 1
        while self.starts_factor():
            right = self.factor()
            count += 1
            left = Multiply(joined(left, right), left, right, "juxtaposition")
        self.factors = count
        return left

    def starts_factor(self) -> bool:
        """Whether another factor follows."""
        token = self.peek()
        if token is None or token.kind in ("separator", "row", "end") or token.text in STOPS:
            return False
        if token.text in ("|", r"\Vert"):
            return self.bar == "open"
        return True

    def factor(self) -> Node:
        """An atom with its scripts."""
        return self.postfix(self.read_atom(self))

    def postfix(self, node: Node) -> Node:
        """Apply the scripts that follow: power, transpose, entry, factorial."""
        while True:
            token = self.peek()
            if token is None:
                return node
            if token.text == "^":
                node = self.superscript(node, *self.script())
                self.forbid_second("^")
            elif token.text == "_":
                tokens, span = self.script()
                self.forbid_second("_")
                node = Entry(joined(node, span), node, self.entry_indices(tokens, span, None))
            elif token.text == "!":
                node = Apply(joined(node, self.take().span), "factorial", (node,))
            elif token.text == "'":
                raise SyntaxProblem(
                    "a prime differentiates only a function declared elementwise", token.span
                )
            else:
                return node

    def script(self) -> tuple[list[Token], Span]:
        """Read ``_x``, ``^2`` or a braced script; its tokens and its place."""
        mark = self.take()
        token = self.peek()
        if token is None or token.text in ("_", "^", "}", "&"):
            raise SyntaxProblem(f"{mark.text} has no script after it", mark.span)
        if token.text == "{":
            tokens, _ = self.bracketed()
            if not tokens:
                raise SyntaxProblem(f"the script after {mark.text} is empty", mark.span)
            return tokens, (mark.start, self.tokens[self.position - 1].end)
        self.position += 1
        if token.kind == "number" and len(token.text) > 1:
            raise SyntaxProblem(
                f"{mark.text}{token.text} reads as {mark.text}{token.text[0]} followed by "
                f"{token.text[1:]}: write {mark.text}{{{token.text}}}",
                token.span,
            )
        return [token], (mark.start, token.end)

    def forbid_second(self, mark: str) -> None:
        """``x^2^3`` has no meaning, in TeX neither."""
        token = self.peek()
        if token is not None and token.text == mark:
            raise SyntaxProblem(f"a second {mark} on one symbol: use brackets", token.span)

    def superscript(self, node: Node, tokens: list[Token], span: Span) -> Node:
        """A superscript that is not part of a name: transpose or power."""
        place = joined(node, span)
        if is_transpose(tokens[-1], self.notation):
            node = self.superscript(node, tokens[:-1], span) if tokens[:-1] else node
            return Transpose(place, node)
        exponent = self.inner(tokens)
        return Power(place, node, exponent)

    def entry_indices(
        self, tokens: list[Token], span: Span, wanted: int | None
    ) -> tuple[Node, ...]:
        """Read a subscript as ``wanted`` indices (or as many as it shows)."""
        parts, _ = split_top_level(tokens, ",")
        if len(parts) == 1 and wanted == 1:
            return (self.inner(tokens),)
        if len(parts) == 1:
            pieces = self._side_by_side(tokens)
            if pieces is None:
                return (self.inner(tokens),)
            parts = pieces
        if any(not part for part in parts):
            raise SyntaxProblem("an index is missing beside the comma", span)
        return tuple(self.inner(part) for part in parts)

    def _side_by_side(self, tokens: list[Token]) -> list[list[Token]] | None:
        """Split ``ij`` or ``11`` into single indices; None if it is one expression."""
        pieces: list[list[Token]] = []
        for token in tokens:
            if token.kind == "number" and "." not in token.text:
                for offset, digit in enumerate(token.text):
                    place = token.start + offset
                    pieces.append([Token("number", digit, place, place + 1)])
            elif token.kind in ("letter", "name"):
                pieces.append([token])
            elif token.text == "'" and pieces:
                pieces[-1].append(token)
            else:
                return None
        return pieces

    def group(self) -> tuple[list[Token], Token]:
        """Read a required ``{…}`` argument, or the single token that TeX would take."""
        token = self.take()
        if token.text in STOPS or token.text in ("_", "^"):
            raise SyntaxProblem("an argument in braces was expected", token.span)
        if token.text == "{":
            self.position -= 1
            return self.bracketed()
        if token.kind == "number" and len(token.text) > 1:
            self.position -= 1
            first = Token("number", token.text[0], token.start, token.start + 1)
            rest = Token("number", token.text[1:], token.start + 1, token.end)
            self.tokens = [*self.tokens[: self.position], rest, *self.tokens[self.position + 1 :]]
            return [first], first
        return [token], token

    def bracketed(self) -> tuple[list[Token], Token]:
        """Read ``(…)``, ``[…]`` or ``\\{…\\}``: the tokens inside, and the opening one."""
        opening = self.take()
        end = bracket_end(self.tokens, self.position - 1)
        if end < 0:
            raise SyntaxProblem(
                f"this {opening.text} is never closed: add the missing {CLOSING[opening.text]}",
                opening.span,
            )
        tokens = self.tokens[self.position : end]
        self.position = end + 1
        return tokens, opening


def joined(first: Node | Span, last: Node | Span) -> Span:
    """The span from the start of one to the end of the other."""
    start = first.span[0] if isinstance(first, Node) else first[0]
    end = last.span[1] if isinstance(last, Node) else last[1]
    return (start, max(start, end))


def is_transpose(token: Token, notation: Notation) -> bool:
    """``\\top`` always transposes; a plain T does where no T is declared."""
    return token.text == r"\top" or (
        token.text in ("T", r"\mathsf{T}", r"\mathrm{T}") and token.text not in notation.heads
    )


def number(token: Token) -> Number:
    """A literal."""
    return Number(token.span, token.text)


def unknown(name: str, span: Span, notation: Notation) -> SymbolProblem:
    """The error for a symbol that the table does not declare."""
    near = notation.nearest(name)
    return SymbolProblem(
        f"{name} is not declared: add it to the page's front matter or to the notation table",
        span,
        f"write {near}" if near and near != name else "",
    )
