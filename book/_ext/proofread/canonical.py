"""Proving two formulas equivalent by bringing both to one normal form.

Scalars are expanded to polynomials in what cannot be expanded further; matrix products keep their
order. Even functions and powers forget the sign of their argument, bound indices their names.
Equal normal forms are a proof; unequal ones prove nothing.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from . import syntax
from .declarations import Draw, RandomDraw
from .notation import Notation
from .ranks import is_scalar
from .syntax import Chain, Node, Statement

MAXIMUM_TERMS = 60
EVEN = frozenset(("cos", "cosh", "absolute", "norm"))
ODD = frozenset(("sin", "tan", "sinh", "tanh", "arcsin", "arctan", "sign"))

Atom = tuple[Any, ...]
Monomial = tuple[tuple[tuple[Atom, Fraction], ...], tuple[Atom, ...]]
Polynomial = dict[Monomial, Fraction]
UNIT: Monomial = ((), ())


class TooLarge(Exception):
    """The normal form would have too many terms to be worth it."""


def equivalence(original: list[Statement], changed: list[Statement], notation: Notation) -> str:
    """Why the changed formula says the same (or less), or an empty string."""
    if len(original) != len(changed):
        return ""
    reasons = set()
    for one, other in zip(original, changed, strict=True):
        if one == other:
            continue
        reason = _same_claim(one, other, notation)
        if not reason:
            return ""
        reasons.add(reason)
    return ", ".join(sorted(reasons)) or "reads the same"


def _same_claim(one: Statement, other: Statement, notation: Notation) -> str:
    if (one.premises, one.conditions, one.ranges) != (
        other.premises,
        other.conditions,
        other.ranges,
    ):
        return ""
    a, b = one.claim, other.claim
    if not isinstance(a, Chain) or not isinstance(b, Chain) or len(a.links) != len(b.links):
        return ""
    try:
        form = _chain_form(a, Normaliser(notation))
        if form == _chain_form(b, Normaliser(notation)):
            return "the same formula after rearranging"
        if _says_nothing(a, b, Normaliser(notation)):
            return "a formula that says nothing, the same on both sides"
        for key in _symmetric_variables(notation):
            if form == _chain_form(b, Normaliser(notation, negated=key)):
                return f"the same distribution, since {key} is as likely as its negative"
    except (TooLarge, RecursionError):
        return ""
    return "a weaker bound, implied by the formula" if _is_weaker(a, b) else ""


def _says_nothing(one: Chain, other: Chain, form: Normaliser) -> bool:
    """Whether equations that differ became ``u = u``, which no world could refute."""
    if {relation for relation, _ in (*one.links, *other.links)} != {"="}:
        return False
    before = list(pairwise((one.first, *(right for _, right in one.links))))
    after = pairwise((other.first, *(right for _, right in other.links)))
    return all(
        pair in before or not form.subtract(form.expand(pair[0]), form.expand(pair[1]))
        for pair in after
    )


def _symmetric_variables(notation: Notation) -> list[str]:
    """The random variables that are normal about zero."""
    return [
        key
        for key, quantity in notation.quantities.items()
        if isinstance(quantity.rule, RandomDraw)
        and quantity.rule.distribution == "normal"
        and quantity.rule.arguments[0] == "0"
    ]


def _chain_form(chain: Chain, form: Normaliser) -> Any:
    """For one equation, the difference of its sides up to a factor; else each side's form."""
    relations = [relation for relation, _ in chain.links]
    sides = [chain.first, *(right for _, right in chain.links)]
    if relations == ["="]:
        difference = form.subtract(form.expand(sides[0]), form.expand(sides[1]))
        return _up_to_factor(difference)
    return (relations, [_frozen(form.expand(side)) for side in sides])


def _up_to_factor(polynomial: Polynomial) -> Any:
    if not polynomial:
        return frozenset()
    first = polynomial[min(polynomial, key=repr)]
    return frozenset((key, value / first) for key, value in polynomial.items())


def _frozen(polynomial: Polynomial) -> Atom:
    return tuple(sorted(polynomial.items(), key=repr))


def _is_weaker(one: Chain, other: Chain) -> bool:
    """Whether only literal bounds moved outwards: 1 to 2 in ``f(z) < 1``."""
    ones = [one.first, *(right for _, right in one.links)]
    others = [other.first, *(right for _, right in other.links)]
    moved = False
    for place, (a, b) in enumerate(zip(ones, others, strict=True)):
        if a == b:
            continue
        before = one.links[place - 1][0] if place else ""
        after = one.links[place][0] if place < len(one.links) else ""
        if [relation for relation, _ in one.links] != [relation for relation, _ in other.links]:
            return False
        if not _outwards(a, b, before, after):
            return False
        moved = True
    return moved


def _outwards(a: Node, b: Node, before: str, after: str) -> bool:
    if isinstance(a, syntax.Interval) and isinstance(b, syntax.Interval):
        low, high = (_literal(a.low), _literal(b.low)), (_literal(a.high), _literal(b.high))
        if None in (*low, *high):
            return False
        return low[1] <= low[0] and high[0] <= high[1]  # type: ignore[operator]
    if isinstance(a, syntax.FiniteSet) and isinstance(b, syntax.FiniteSet):
        return set(a.members) < set(b.members)
    first, second = _literal(a), _literal(b)
    if first is None or second is None:
        return False
    upper = before in ("<", r"\le") or after in (">", r"\ge")
    lower = before in (">", r"\ge") or after in ("<", r"\le")
    if upper == lower:
        return False
    return second > first if upper else second < first


def _literal(node: Node) -> Fraction | None:
    if isinstance(node, syntax.Number):
        return Fraction(node.text)
    if isinstance(node, syntax.Add) and len(node.terms) == 1:
        value = _literal(node.terms[0][1])
        return None if value is None else node.terms[0][0] * value
    return None


class Normaliser:
    """Expands expressions to sums of monomials."""

    def __init__(self, notation: Notation, negated: str = "") -> None:
        self.notation = notation
        self.negated = negated
        self.bound: dict[str, int] = {}

    def subtract(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """left minus right."""
        return _plus(left, right, Fraction(-1))

    def expand(self, node: Node) -> Polynomial:
        """The normal form of an expression."""
        if isinstance(node, syntax.Number):
            return _constant(Fraction(node.text))
        if isinstance(node, syntax.Add):
            total: Polynomial = {}
            for sign, term in node.terms:
                if isinstance(term, syntax.Order):
                    sign = 1  # a remainder has no sign
                total = _plus(total, self.expand(term), Fraction(sign))
            return total
        if isinstance(node, syntax.Multiply):
            return self._product(node)
        if isinstance(node, syntax.Divide):
            inverse = self._power(node.denominator, Fraction(-1))
            return self._times(self.expand(node.numerator), inverse)
        if isinstance(node, syntax.Power):
            return self._raised(node)
        if isinstance(node, syntax.Transpose):
            return self._transposed(node)
        if isinstance(node, syntax.Apply):
            return self._applied(node)
        found = self._single(self._atom(node), node)
        if isinstance(node, syntax.Symbol) and node.key == self.negated:
            return _plus({}, found, Fraction(-1))
        return found

    def _single(self, atom: Atom, node: Node) -> Polynomial:
        if self._scalar(node):
            return {(((atom, Fraction(1)),), ()): Fraction(1)}
        return {((), (atom,)): Fraction(1)}

    def _scalar(self, node: Node) -> bool:
        return is_scalar(node, self.notation)

    def _product(self, node: syntax.Multiply) -> Polynomial:
        scalars = self._scalar(node.left) or self._scalar(node.right)
        if node.operator == "elementwise" and not scalars:
            sides = sorted(
                (_frozen(self.expand(side)) for side in (node.left, node.right)), key=repr
            )
            return {((), (("elementwise", *sides),)): Fraction(1)}
        return self._times(self.expand(node.left), self.expand(node.right))

    def _times(self, left: Polynomial, right: Polynomial) -> Polynomial:
        if len(left) * len(right) > MAXIMUM_TERMS:
            raise TooLarge
        product: Polynomial = {}
        for (scalars, matrices), a in left.items():
            for (more, following), b in right.items():
                key = (_merge(scalars, more), matrices + following)
                product[key] = product.get(key, Fraction(0)) + a * b
        return {key: value for key, value in product.items() if value}

    def _raised(self, node: syntax.Power) -> Polynomial:
        exponent = _literal(node.exponent)
        if exponent is None or not self._scalar(node.base):
            if isinstance(node.base, syntax.Constant) and node.base.name == "e":
                return self._call("exp", node.exponent)
            atom = ("power", _frozen(self.expand(node.base)), _frozen(self.expand(node.exponent)))
            return self._single(atom, node)
        return self._power(node.base, exponent)

    def _power(self, base: Node, exponent: Fraction) -> Polynomial:
        polynomial = self.expand(base)
        if exponent.denominator == 1 and 0 <= exponent <= 4:
            result = _constant(Fraction(1))
            for _ in range(int(exponent)):
                result = self._times(result, polynomial)
            return result
        if len(polynomial) == 1:
            (((scalars, matrices), factor),) = polynomial.items()
            if not matrices and exponent.denominator == 1 and factor:
                raised = tuple((atom, power * exponent) for atom, power in scalars)
                return {(raised, ()): factor ** int(exponent)}
        if exponent.denominator == 1 and exponent % 2 == 0:
            polynomial = _without_sign(polynomial)[0]
        atom = ("sum", _frozen(polynomial))
        return {(((atom, exponent),), ()): Fraction(1)}

    def _transposed(self, node: syntax.Transpose) -> Polynomial:
        inner = self.expand(node.base)
        if self._scalar(node.base) or self._is_symmetric(node.base):
            return inner
        flipped: Polynomial = {}
        for (scalars, matrices), factor in inner.items():
            turned = tuple(self._turned(atom) for atom in reversed(matrices))
            flipped[scalars, turned] = factor
        return flipped

    def _turned(self, atom: Atom) -> Atom:
        """The transpose of one factor."""
        if atom[0] == "turned":
            return atom[1]  # type: ignore[no-any-return]
        if atom[0] == "Symbol" and self._is_symmetric_key(atom[1][0]):
            return atom
        return ("turned", atom)

    def _applied(self, node: syntax.Apply) -> Polynomial:
        if len(node.arguments) == 1:
            return self._call(node.name, node.arguments[0])
        arguments = [_frozen(self.expand(argument)) for argument in node.arguments]
        if node.name in ("max", "min"):
            arguments.sort(key=repr)
        return self._single((node.name, *arguments), node)

    def _call(self, name: str, argument: Node) -> Polynomial:
        inner = self.expand(argument)
        sign = Fraction(1)
        if name in EVEN or name in ODD:
            inner, flipped = _without_sign(inner)
            sign = Fraction(-1) if flipped and name in ODD else sign
        atom = (name, _frozen(inner))
        scalar = self._scalar(argument) or name in ("norm", "absolute", "trace", "det")
        key: Monomial = (((atom, Fraction(1)),), ()) if scalar else ((), (atom,))
        return {key: sign}

    def _atom(self, node: Node) -> Atom:
        """Anything that is not expanded: its type, its plain fields, its children's forms."""
        if isinstance(node, syntax.IndexReference):
            return ("index", self.bound.get(node.name, node.name))
        if isinstance(node, syntax.Aggregate):
            return self._aggregate(node)
        if isinstance(node, syntax.Entry) and self._is_symmetric(node.base):
            indices = sorted((_frozen(self.expand(one)) for one in node.indices), key=repr)
            return ("entry", _frozen(self.expand(node.base)), tuple(indices))
        plain = tuple(
            getattr(node, name)
            for name in ("key", "name", "primes", "position", "order", "relation", "text")
            if isinstance(getattr(node, name, None), (str, int))
        )
        inner = tuple(_frozen(self.expand(child)) for child in syntax.children(node))
        return (type(node).__name__, plain, inner)

    def _is_symmetric(self, node: Node) -> bool:
        return isinstance(node, syntax.Symbol) and self._is_symmetric_key(node.key)

    def _is_symmetric_key(self, key: str) -> bool:
        rule = self.notation.quantities[key].rule
        return isinstance(rule, Draw) and rule.domain in ("symmetric", "positive definite")

    def _aggregate(self, node: syntax.Aggregate) -> Atom:
        outer = dict(self.bound)
        bounds = []
        for binder in node.binders:
            ends = tuple(
                _frozen(self.expand(end)) if end is not None else ()
                for end in (binder.low, binder.high, binder.members)
            )
            self.bound[binder.name] = len(self.bound)
            bounds.append((*ends, binder.declared))
        condition = _frozen(self.expand(node.condition)) if node.condition is not None else ()
        body = _frozen(self.expand(node.body))
        self.bound = outer
        return (node.name, tuple(bounds), condition, body)


def _constant(value: Fraction) -> Polynomial:
    return {UNIT: value} if value else {}


def _plus(left: Polynomial, right: Polynomial, factor: Fraction) -> Polynomial:
    total = dict(left)
    for key, value in right.items():
        total[key] = total.get(key, Fraction(0)) + factor * value
    if len(total) > MAXIMUM_TERMS:
        raise TooLarge
    return {key: value for key, value in total.items() if value}


def _merge(
    left: tuple[tuple[Atom, Fraction], ...], right: tuple[tuple[Atom, Fraction], ...]
) -> tuple[tuple[Atom, Fraction], ...]:
    powers: dict[Atom, Fraction] = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, Fraction(0)) + power
    return tuple(sorted(((a, p) for a, p in powers.items() if p), key=repr))


def _without_sign(polynomial: Polynomial) -> tuple[Polynomial, bool]:
    """The polynomial or its negative, whichever has a positive first coefficient."""
    if not polynomial or polynomial[min(polynomial, key=repr)] > 0:
        return polynomial, False
    return {key: -value for key, value in polynomial.items()}, True
