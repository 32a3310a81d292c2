"""Reading an identifier: which declared symbol is meant, with which indices.

The scripts after a name are tried against each declaration with that head, the most specific
first; what the declaration does not claim is an entry (below) or a power (above).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .declarations import Alias, Function, Quantity
from .errors import IndexProblem, ProofreadError, Span, SymbolProblem
from .lexer import Token
from .parser import Parser, joined, unknown
from .patterns import bracket_end, canonical, split_top_level
from .syntax import Call, Constant, Entry, FunctionReference, IndexReference, Node, Power, Symbol

_MAXIMUM_PRIMES = 2


@dataclass
class _Claim:
    """The scripts written after a name; a declaration takes from them what is its own."""

    sub: list[Token] = field(default_factory=list)
    sub_span: Span = (0, 0)
    sup: list[Token] = field(default_factory=list)
    sup_span: Span = (0, 0)
    primes: int = 0
    prime_end: int = 0
    end: int = 0
    entries: tuple[Node, ...] = ()
    sup_taken: bool = False

    def claimed_end(self, head_end: int) -> int:
        """Where the declared form ends: scripts that are entries or powers do not belong to it."""
        ends = [head_end, self.prime_end]
        if self.sub_span[1] and not self.sub:
            ends.append(self.sub_span[1])
        if self.sup_taken:
            ends.append(self.sup_span[1])
        return max(ends)


def read_identifier(parser: Parser) -> Node:
    """Read a name with its scripts and, if it is a function, its arguments."""
    token = parser.take()
    start = parser.position - 1
    local = _read_local(parser, token)
    if local is not None:
        return local
    failure: ProofreadError | None = None
    for declaration in parser.notation.heads.get(token.text, ()):
        length = len(declaration.pattern.head)
        written = tuple(one.text for one in parser.tokens[start : start + length])
        if written != declaration.pattern.head:
            continue
        parser.position = start + length
        try:
            node = _read_as(parser, declaration, start)
        except ProofreadError as problem:
            failure, node = failure or problem, None
        if node is not None:
            return node
    if failure is not None:
        raise failure
    parser.position = start + 1
    return _undeclared(parser, token)


def _read_local(parser: Parser, token: Token) -> Node | None:
    """A bound index or a parameter, else a declared index; primes belong to such names."""
    for names in (parser.scope, parser.notation.indices):
        if parser.text() == "'" and token.text + "'" in names:
            return IndexReference(joined(token.span, parser.take().span), token.text + "'")
        local = names is parser.scope and not _names_another(parser, token)
        if token.text in names and (local or not _scripted(parser, token)):
            return IndexReference(token.span, token.text)
    return None


def _names_another(parser: Parser, token: Token) -> bool:
    """Whether ``S_0`` is declared, so that a parameter S is not meant."""
    declared = [one.pattern.subscript for one in parser.notation.heads.get(token.text, ())]
    if parser.text() != "_" or not any(declared):
        return False
    start = parser.position
    written = canonical(parser.script()[0])
    parser.position = start
    return written in declared


def _scripted(parser: Parser, token: Token) -> bool:
    """Whether the scripts that follow make this a declared quantity rather than an index."""
    return parser.text() in ("_", "^", "'") and token.text in parser.notation.heads


def _undeclared(parser: Parser, token: Token) -> Node:
    declared = [one.key for one in parser.notation.heads.get(token.text, ())]
    if declared:
        claim = _read_scripts(parser)
        raise SymbolProblem(
            f"{token.text} is not declared in this form: declared is {' and '.join(declared)}",
            (token.start, max(token.end, claim.end)),
            f"write {declared[0]}",
        )
    if token.text in ("e", r"\mathrm{e}"):
        return Constant(token.span, "e")
    if token.text == r"\pi":
        return Constant(token.span, "pi")
    raise unknown(token.text, token.span, parser.notation)


def _read_scripts(parser: Parser) -> _Claim:
    claim = _Claim(end=parser.tokens[parser.position - 1].end)
    while True:
        mark = parser.text()
        if mark == "'":
            claim.primes += 1
            claim.end = claim.prime_end = parser.take().end
        elif mark == "_" and not claim.sub:
            claim.sub, claim.sub_span = parser.script()
            claim.end = claim.sub_span[1]
        elif mark == "^" and not claim.sup:
            claim.sup, claim.sup_span = parser.script()
            claim.end = claim.sup_span[1]
            while claim.sup and claim.sup[0].text == r"\prime":
                claim.primes += 1
                claim.sup = claim.sup[1:]
        else:
            if mark in ("^", "_"):
                parser.forbid_second(mark)
            return claim


def _read_as(parser: Parser, declaration: Quantity | Function, start: int) -> Node | None:
    """Read the scripts as this declaration would; None if they are not its."""
    pattern = declaration.pattern
    claim = _read_scripts(parser)
    if pattern.subscript:
        if canonical(claim.sub) != pattern.subscript:
            return None
        claim.sub = []
    if pattern.superscript:
        if canonical(claim.sup) != pattern.superscript:
            return None
        claim.sup, claim.sup_taken = [], True
    if pattern.primes > claim.primes:
        return None
    claim.primes -= pattern.primes
    indices = _claim_slots(parser, declaration, claim)
    if indices is None:
        return None
    head_end = parser.tokens[start + len(pattern.head) - 1].end
    if any(slot.place == "bracket" for slot in pattern.slots):
        head_end = parser.tokens[parser.position - 1].end
    span = (parser.tokens[start].start, claim.claimed_end(head_end))
    if isinstance(declaration, Function):
        return _function(parser, declaration, indices, claim, span)
    if claim.primes:
        return None
    return _quantity(parser, declaration, indices, claim, span)


def _claim_slots(
    parser: Parser, declaration: Quantity | Function, claim: _Claim
) -> tuple[Node, ...] | None:
    """The family's index expressions in the order of its slots; None if one is missing."""
    slots = declaration.pattern.slots
    below = _claim_subscripts(parser, declaration, claim)
    if below is None:
        return None
    remaining = list(below)
    found: list[Node] = []
    for slot in slots:
        if slot.place == "sub":
            found.append(remaining.pop(0))
        elif slot.place == "sup":
            node = _claim_superscript(parser, slot.style, claim)
            if node is None:
                return None
            found.append(node)
    count = sum(slot.place == "bracket" for slot in slots)
    if count:
        nodes = _claim_bracket(parser, count, slots[-1].style, claim)
        return None if nodes is None else (*found, *nodes)
    return tuple(found)


def _claim_subscripts(
    parser: Parser, declaration: Quantity | Function, claim: _Claim
) -> tuple[Node, ...] | None:
    count = sum(slot.place == "sub" for slot in declaration.pattern.slots)
    if not count:
        return ()
    if not claim.sub:
        return None
    rank = _rank(parser, declaration)
    nodes = parser.entry_indices(claim.sub, claim.sub_span, 1 if count + rank == 1 else None)
    if len(nodes) not in (count, count + rank):
        if count + rank == len(claim.sub) == 1 or len(nodes) < count:
            return None
        nodes = parser.entry_indices(claim.sub, claim.sub_span, 1)
        if len(nodes) != count:
            return None
    claim.sub = []
    claim.entries = nodes[count:]
    return nodes[:count]


def _claim_superscript(parser: Parser, style: str, claim: _Claim) -> Node | None:
    if not claim.sup or claim.sup[0].text != style:
        return None
    end = bracket_end(claim.sup, 0)
    if end < 2:  # unclosed, or empty
        return None
    node = parser.inner(claim.sup[1:end])
    claim.sup, claim.sup_taken = claim.sup[end + 1 :], True
    return node


def _claim_bracket(
    parser: Parser, count: int, style: str, claim: _Claim
) -> tuple[Node, ...] | None:
    if parser.text() != style:
        return None
    tokens, _ = parser.bracketed()
    claim.end = parser.tokens[parser.position - 1].end
    parts, _ = split_top_level(tokens, ",;|")
    if len(parts) != count:
        return None
    return tuple(parser.inner(part) for part in parts)


def _rank(parser: Parser, declaration: Quantity | Function) -> int:
    """How many subscripts pick one entry."""
    if isinstance(declaration, Function):
        return 0
    if isinstance(declaration.rule, Alias):
        declaration = parser.notation.quantity(declaration.key)
    if declaration.kind in ("vector", "row"):
        return 1
    return len(declaration.shape)


def _quantity(
    parser: Parser, declaration: Quantity, indices: tuple[Node, ...], claim: _Claim, span: Span
) -> Node:
    key = declaration.key
    if isinstance(declaration.rule, Alias):
        key = parser.notation.quantity(key).key
    node: Node = Symbol(span, key, indices)
    rank = _rank(parser, declaration)
    if claim.sub:
        if rank == 0:
            raise SymbolProblem(
                f"{declaration.key} is a scalar, so it has no entries: remove the subscript, or "
                "declare the symbol with it",
                claim.sub_span,
            )
        claim.entries = parser.entry_indices(claim.sub, claim.sub_span, rank if rank == 1 else None)
    if claim.entries:
        if len(claim.entries) != rank:
            raise IndexProblem(
                f"{declaration.key} needs {rank} indices for an entry, "
                f"{len(claim.entries)} came (with more than one letter or sign, put commas)",
                claim.sub_span,
            )
        node = Entry((span[0], max(span[1], claim.sub_span[1])), node, claim.entries)
    if claim.sup:
        node = parser.superscript(node, claim.sup, claim.sup_span)
    return node


def _function(
    parser: Parser, declaration: Function, indices: tuple[Node, ...], claim: _Claim, span: Span
) -> Node | None:
    if claim.sub:
        return None
    if claim.primes and not declaration.elementwise:
        raise SymbolProblem(
            f"{declaration.key} is not declared elementwise, so it has no prime: declare "
            "elementwise: true, or use \\nabla or \\frac{\\partial}{\\partial}",
            span,
        )
    if claim.primes > _MAXIMUM_PRIMES:
        raise SymbolProblem(f"at most {_MAXIMUM_PRIMES} primes are checked", span)
    if parser.text() != declaration.pattern.bracket:
        if claim.primes or claim.sup:
            raise SymbolProblem(
                f"{declaration.key} is a function: its argument in brackets is missing", span
            )
        return FunctionReference(span, declaration.key, indices)
    tokens, _ = parser.bracketed()
    arguments = _arguments(parser, declaration, tokens)
    if arguments is None:
        return None
    place = joined(span, parser.tokens[parser.position - 1].span)
    node: Node = Call(place, declaration.key, indices, arguments, claim.primes)
    if not claim.sup:
        return node
    raised = parser.superscript(node, claim.sup, claim.sup_span)
    if isinstance(raised, Power):
        return replace(raised, span=place, entrywise=declaration.elementwise)
    return raised


def _arguments(
    parser: Parser, declaration: Function, tokens: list[Token]
) -> tuple[Node, ...] | None:
    """The arguments if they fit this declaration's form, else None."""
    pattern = declaration.pattern
    marks = ",;|" if "|" in pattern.separators else ",;"
    parts, separators = split_top_level(tokens, marks)
    if separators != pattern.separators or any(not part for part in parts):
        return None
    nodes = tuple(parser.inner(part) for part in parts)
    if all(_fits(parser, name, node) for name, node in zip(pattern.parameters, nodes, strict=True)):
        return nodes
    return None


def _fits(parser: Parser, parameter: str, node: Node) -> bool:
    """An argument that is an index must run over what the parameter, if an index, runs over."""
    indices = parser.notation.indices
    if not isinstance(node, IndexReference) or parameter not in indices:
        return True
    if node.name not in indices:
        return True
    ours, theirs = indices[parameter], indices[node.name]
    return (ours.low, ours.high) == (theirs.low, theirs.high)
