"""Single changes to a formula's LaTeX, at the places its syntax tree knows.

Corruptions (does the check notice?) and repairs (would this make it true?) are both made of
them. An edit is text in, text out; whether the result parses is for the caller to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import syntax
from .declarations import Draw, Function, Quantity
from .errors import Span
from .lexer import Token, tokenize
from .notation import Notation
from .ranks import is_scalar
from .syntax import Node, Statement, walk


@dataclass(frozen=True)
class Edit:
    """A changed formula, what was done, and where in the original."""

    latex: str
    what: str
    span: Span


class Formula:
    """A formula with its tokens and trees, ready to be edited.

    ``claims`` alone are edited when corrupting: a changed condition is another theorem.
    """

    def __init__(self, latex: str, statements: list[Statement], notation: Notation) -> None:
        self.latex = latex
        self.notation = notation
        self.statements = statements
        self.tokens = tokenize(latex)
        self.places = {token.start: place for place, token in enumerate(self.tokens)}
        self.nodes = [node for one in statements for node in walk(one.claim)]
        spans = [one.claim.span for one in statements]
        spans += [p.span for one in statements if one.equivalence for p in one.premises]
        self.claimed = spans

    def replace(self, span: Span, text: str, what: str, place: Span | None = None) -> Edit:
        """The formula with one stretch replaced."""
        before, after = self.latex[: span[0]], self.latex[span[1] :]
        if before[-1:].isalpha() and _command_ends(before) and text[:1].isalpha():
            text = " " + text
        if text.startswith("\\") and text[-1:].isalpha() and after[:1].isalpha():
            text += " "
        return Edit(before + text + after, what, place or span)

    def inside_claims(self, span: Span) -> bool:
        """Whether a place belongs to a claim rather than a condition."""
        return any(start <= span[0] and span[1] <= end for start, end in self.claimed)

    def text(self, span: Span) -> str:
        """The source at a place."""
        return self.latex[span[0] : span[1]]

    def claim_tokens(self) -> Iterator[Token]:
        """The tokens of the claims."""
        return (token for token in self.tokens if self.inside_claims(token.span))


def _command_ends(before: str) -> bool:
    stripped = before.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return stripped.endswith("\\")


def flip_signs(formula: Formula) -> Iterator[Edit]:
    """``+`` to ``-`` and back."""
    for token in formula.claim_tokens():
        if token.kind == "mark" and token.text in "+-":
            other = "-" if token.text == "+" else "+"
            yield formula.replace(token.span, other, f"{token.text} to {other}")


def drop_transposes(formula: Formula) -> Iterator[Edit]:
    """Remove ``^\\top``."""
    for node in formula.nodes:
        if not isinstance(node, syntax.Transpose):
            continue
        start, end = node.base.span[1], node.span[1]
        mark = formula.latex.rfind("^", node.span[0], end)
        if mark >= 0 and formula.text((mark, end)).strip("^{} ") in (r"\top", "T", r"\intercal"):
            yield formula.replace((mark, end), "", "drop the transpose", (max(start, mark), end))
        elif mark >= 0:
            inner = formula.text((mark, end)).replace(r"\top", "").replace("T", "")
            yield formula.replace((mark, end), inner, "drop the transpose")


def drop_primes(formula: Formula) -> Iterator[Edit]:
    """Remove a prime."""
    for node in formula.nodes:
        if isinstance(node, syntax.Call) and node.primes:
            mark = formula.latex.find("'", *node.span)
            if mark >= 0:
                yield formula.replace((mark, mark + 1), "", "drop the prime")


def drop_factors(formula: Formula) -> Iterator[Edit]:
    """Remove one factor of a product."""
    for node in formula.nodes:
        if not isinstance(node, syntax.Multiply):
            continue
        for gone, kept in ((node.left, node.right), (node.right, node.left)):
            if isinstance(gone, syntax.Multiply):
                continue
            text = _enclosed_text(formula, kept)
            whole = (
                min(_enclosed(formula, node.left)[0], node.span[0]),
                max(_enclosed(formula, node.right)[1], node.span[1]),
            )
            yield formula.replace(whole, text, f"drop {formula.text(gone.span)}", gone.span)


def drop_terms(formula: Formula) -> Iterator[Edit]:
    """Remove one term of a sum."""
    for node in formula.nodes:
        if not isinstance(node, syntax.Add) or len(node.terms) < 2:
            continue
        for place, (_, term) in enumerate(node.terms):
            if place == 0 or isinstance(term, syntax.Order):
                continue
            start = _sign_before(formula, _enclosed(formula, term)[0])
            span = (start, _enclosed(formula, term)[1])
            yield formula.replace(span, "", f"drop the term {formula.text(span)}", span)


def _sign_before(formula: Formula, start: int) -> int:
    marks = [formula.latex.rfind(sign, 0, start) for sign in "+-"]
    return max(marks) if max(marks) >= 0 else start


def drop_functions(formula: Formula) -> Iterator[Edit]:
    """Remove a function and keep its argument."""
    for node in formula.nodes:
        if isinstance(node, syntax.Call) and len(node.arguments) == 1:
            argument = _enclosed_text(formula, node.arguments[0])
            yield formula.replace(node.span, f"({argument})", f"drop {node.key}", node.span)
        elif isinstance(node, syntax.Apply) and formula.text(node.span).startswith("\\"):
            if len(node.arguments) > 1 or node.name == "det":
                continue
            argument = formula.text(node.arguments[0].span)
            yield formula.replace(node.span, f"({argument})", f"drop the {node.name}")


def shift_indices(formula: Formula) -> Iterator[Edit]:
    """Add or take 1 from an index of a family or of an entry."""
    for indices in _index_groups(formula):
        for place, index in enumerate(indices):
            if not syntax.free_names(index):
                continue
            for shift in ("+1", "-1"):
                texts = [formula.text(one.span) for one in indices]
                texts[place] = _shifted(texts[place], shift)
                what = f"{formula.text(index.span)} to {texts[place]}"
                yield _rewrite_indices(formula, indices, texts, what)


def shift_bounds(formula: Formula) -> Iterator[Edit]:
    """Add or take 1 from a bound of a sum; literal bounds are among the numbers."""
    for node in formula.nodes:
        if not isinstance(node, syntax.Binder):
            continue
        for bound in (node.low, node.high):
            if bound is None or isinstance(bound, syntax.Number):
                continue
            for shift in ("+1", "-1"):
                text = _shifted(formula.text(bound.span), shift)
                bare = formula.latex[bound.span[0] - 1] == "^"
                what = f"{formula.text(bound.span)} to {text}"
                yield formula.replace(bound.span, f"{{{text}}}" if bare else text, what)


def _shifted(text: str, shift: str) -> str:
    opposite = {"+1": "-1", "-1": "+1"}[shift]
    return text[:-2] if text.replace(" ", "").endswith(opposite) else text + shift


def swap_indices(formula: Formula) -> Iterator[Edit]:
    """Exchange the two indices of an entry, or put another index in its place."""
    kinds = (syntax.IndexReference, syntax.Binder)
    names = sorted({node.name for node in formula.nodes if isinstance(node, kinds)})
    for indices in _index_groups(formula):
        texts = [formula.text(one.span) for one in indices]
        if len(texts) == 2 and texts[0] != texts[1]:
            yield _rewrite_indices(formula, indices, texts[::-1], "swap the two indices")
        for place, index in enumerate(indices):
            if not isinstance(index, syntax.IndexReference):
                continue
            for name in [one for one in names if one != index.name][:2]:
                changed = [*texts[:place], name, *texts[place + 1 :]]
                yield _rewrite_indices(formula, indices, changed, f"{index.name} to {name}")


def _index_groups(formula: Formula) -> Iterator[tuple[Node, ...]]:
    for node in formula.nodes:
        if isinstance(node, (syntax.Symbol, syntax.Entry, syntax.Call)) and node.indices:
            yield node.indices


def _rewrite_indices(
    formula: Formula, indices: tuple[Node, ...], texts: list[str], what: str
) -> Edit:
    spans = [index.span for index in indices]
    whole = (spans[0][0], spans[-1][1])
    between = formula.text((spans[0][1], spans[-1][0])) if len(indices) > 1 else ""
    if any(mark in between for mark in "}^_"):
        place = next(
            place for place, span in enumerate(spans) if texts[place] != formula.text(span)
        )
        whole, texts = spans[place], [texts[place]]
    text = ",".join(texts)
    bare = formula.latex[whole[0] - 1 : whole[0]] in ("_", "^")
    return formula.replace(whole, f"{{{text}}}" if bare else text, what)


def change_numbers(formula: Formula) -> Iterator[Edit]:
    """One more in an integer or in a decimal's first digit."""
    for token in formula.claim_tokens():
        if token.kind != "number":
            continue
        if "." in token.text:
            digit = next((d for d in token.text if d in "123456789"), "")
            if not digit:
                continue
            changed = token.text.replace(digit, str(int(digit) % 9 + 1), 1)
        else:
            changed = str(int(token.text) + 1)
        yield formula.replace(token.span, changed, f"{token.text} to {changed}")


def swap_products(formula: Formula) -> Iterator[Edit]:
    """``\\odot`` to a matrix product, and back."""
    for node in formula.nodes:
        if not isinstance(node, syntax.Multiply):
            continue
        between = (_enclosed(formula, node.left)[1], _enclosed(formula, node.right)[0])
        if between[0] > between[1]:
            continue
        if node.operator == "elementwise":
            yield formula.replace(between, r" \cdot ", "⊙ to a product")
        elif node.operator in ("juxtaposition", "dot") and not (
            is_scalar(node.left, formula.notation) or is_scalar(node.right, formula.notation)
        ):
            yield formula.replace(between, r" \odot ", "a product to ⊙")


def swap_symbols(formula: Formula, limit: int = 2, only_used: bool = False) -> Iterator[Edit]:
    """Another declared symbol of the same form and shape, those of the formula first."""
    used = [node.key for node in formula.nodes if isinstance(node, syntax.Symbol)]
    for node in formula.nodes:
        if not isinstance(node, (syntax.Symbol, syntax.Call, syntax.FunctionReference)):
            continue
        others = _alike(formula.notation, node, used)
        for other in list(others)[:limit]:
            if only_used and other.key not in used:
                continue
            edit = _renamed(formula, node, other)
            if edit is not None:
                yield edit


def _alike(notation: Notation, node: Node, used: list[str]) -> Iterable[Quantity | Function]:
    assert isinstance(node, (syntax.Symbol, syntax.Call, syntax.FunctionReference))
    found: list[Quantity | Function]
    if isinstance(node, syntax.Symbol):
        mine = notation.quantities[node.key]
        found = [
            one
            for one in notation.quantities.values()
            if one.key != node.key
            and (one.kind, one.shape) == (mine.kind, mine.shape)
            and one.pattern.slots == mine.pattern.slots
            and _is_integer(one) == _is_integer(mine)
        ]
    else:
        ours = notation.functions[node.key]
        found = [
            other
            for other in notation.functions.values()
            if other.key != node.key
            and len(other.pattern.parameters) == len(ours.pattern.parameters)
            and (other.pattern.slots, other.elementwise) == (ours.pattern.slots, ours.elementwise)
        ]
    return sorted(found, key=lambda one: one.key not in used)


def swap_sizes(formula: Formula) -> Iterator[Edit]:
    """Another size in its place: all that a membership in a space can be wrong about."""
    sizes = {
        node.span
        for node in formula.nodes
        if isinstance(node, syntax.Symbol)
        and formula.notation.quantities[node.key].kind == "dimension"
    }
    return (edit for edit in swap_symbols(formula) if edit.span in sizes)


def _is_integer(quantity: Quantity) -> bool:
    rule = quantity.rule
    return isinstance(rule, Draw) and rule.domain == "integer"


def _renamed(formula: Formula, node: Node, other: Quantity | Function) -> Edit | None:
    table = formula.notation
    assert isinstance(node, (syntax.Symbol, syntax.Call, syntax.FunctionReference))
    mine: Quantity | Function = (
        table.quantities[node.key] if isinstance(node, syntax.Symbol) else table.functions[node.key]
    )
    fixed = any(
        one.pattern.subscript or one.pattern.superscript or one.pattern.primes
        for one in (mine, other)
    )
    place = formula.places.get(node.span[0])
    if place is None or (fixed and (mine.pattern.slots or isinstance(mine, Function))):
        return None
    last = formula.tokens[place + len(mine.pattern.head) - 1]
    span = node.span if fixed else (node.span[0], last.end)
    text = other.key if fixed else "".join(other.pattern.head)
    written = formula.text(span)
    return formula.replace(span, text, f"{written} to {text}", node.span)


def reverse_relations(formula: Formula) -> Iterator[Edit]:
    """``<`` to ``>``, ``=`` to ``<``."""
    other = {"<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le", "=": "<", ":=": "<",
             r"\leftarrow": "="}  # fmt: skip
    chains = [node for node in formula.nodes if isinstance(node, syntax.Chain)]
    for chain in chains:
        left = chain.first
        for relation, right in chain.links:
            between = (left.span[1], right.span[0])
            token = next(
                (
                    one
                    for one in formula.tokens
                    if between[0] <= one.start and one.end <= between[1] and one.text in other
                ),
                None,
            )
            left = right
            if token is not None and relation != r"\in":
                changed = other[token.text]
                if relation == r"\leftarrow" and not _has_update(formula, chain.first):
                    changed = "<"
                yield formula.replace(token.span, changed, f"{token.text} to {changed}")


def _has_update(formula: Formula, node: Node) -> bool:
    target = node.base if isinstance(node, syntax.Entry) else node
    return (
        isinstance(target, syntax.Symbol)
        and formula.notation.quantities[target.key].after is not None
    )


def _enclosed(formula: Formula, node: Node) -> Span:
    """The node's place including brackets around exactly it."""
    start, end = node.span
    while True:
        left = formula.latex[:start].rstrip()
        right = formula.latex[end:].lstrip()
        for opening, closing in (("(", ")"), ("[", "]")):
            if left.endswith(opening) and right.startswith(closing):
                break
            if left.endswith(opening) and right.startswith(rf"\right{closing}"):
                break
        else:
            return (start, end)
        start = len(left) - 1
        end = len(formula.latex) - len(right) + (7 if right.startswith(r"\right") else 1)
        if formula.latex[:start].endswith(r"\left"):
            start -= len(r"\left")


def _enclosed_text(formula: Formula, node: Node) -> str:
    return formula.text(_enclosed(formula, node))
