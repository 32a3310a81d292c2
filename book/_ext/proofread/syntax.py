"""The syntax tree of an equation.

Nodes compare and hash by their content, not by their place (``span``), so that a tree can be
the key of a cache and two readings of one formula are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from .errors import Span


@dataclass(frozen=True)
class Node:
    """What every node has: its place in the equation's LaTeX."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Number(Node):
    """A literal; ``text`` keeps the digits shown, which ``\\approx`` needs."""

    text: str


@dataclass(frozen=True)
class Constant(Node):
    """A built-in constant: ``pi`` or ``e``."""

    name: str


@dataclass(frozen=True)
class IndexReference(Node):
    """A bound or free index, or the parameter of a declared function."""

    name: str


@dataclass(frozen=True)
class Symbol(Node):
    """A declared quantity, with one expression for each of its family's indices."""

    key: str
    indices: tuple[Node, ...] = ()


@dataclass(frozen=True)
class FunctionReference(Node):
    """A declared function by itself, as in ``\\nabla f`` or ``\\frac{d\\sigma}{dz}``."""

    key: str
    indices: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Entry(Node):
    """One entry of a vector, matrix or tensor."""

    base: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Call(Node):
    """A declared function applied to arguments; ``primes`` differentiates it elementwise."""

    key: str
    indices: tuple[Node, ...]
    arguments: tuple[Node, ...]
    primes: int = 0


@dataclass(frozen=True)
class Apply(Node):
    """A built-in function applied to its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Add(Node):
    """A sum of terms, each with its sign +1 or -1."""

    terms: tuple[tuple[int, Node], ...]


@dataclass(frozen=True)
class Multiply(Node):
    """A product; ``operator`` is juxtaposition, dot, times or elementwise."""

    left: Node
    right: Node
    operator: str


@dataclass(frozen=True)
class Divide(Node):
    """A quotient; the denominator must be a scalar."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Power(Node):
    """A power of a scalar or a square matrix; of each entry for ``\\tanh^2 Z``."""

    base: Node
    exponent: Node
    entrywise: bool = False


@dataclass(frozen=True)
class Transpose(Node):
    """A transposed matrix or vector; a scalar is its own transpose."""

    base: Node


@dataclass(frozen=True)
class Binder(Node):
    """An index with its range: bounds, or a set's members, or as declared."""

    name: str
    low: Node | None = None
    high: Node | None = None
    members: Node | None = None
    declared: str = ""


@dataclass(frozen=True)
class Aggregate(Node):
    """A sum, product, maximum, minimum (or where it is) over indices."""

    name: str
    binders: tuple[Binder, ...]
    condition: Node | None
    body: Node


@dataclass(frozen=True)
class Derivative(Node):
    """The derivative of an expression by a quantity (or one of its entries), or a parameter."""

    of: Node
    by: Node


@dataclass(frozen=True)
class FunctionDerivative(Node):
    """The derivative of a declared function by its argument: gradient (1) or Hessian (2)."""

    key: str
    indices: tuple[Node, ...]
    arguments: tuple[Node, ...]
    position: int = 0
    order: int = 1


@dataclass(frozen=True)
class Cases(Node):
    """Branches of (value, condition); the condition of the last may be missing (otherwise)."""

    branches: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True)
class MatrixLiteral(Node):
    """A ``bmatrix``: rows of scalar entries."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Indicator(Node):
    """1 where the condition holds, else 0."""

    condition: Node


@dataclass(frozen=True)
class Moment(Node):
    """``\\mathbb{E}``, ``\\mathrm{Var}`` or ``\\mathrm{Cov}`` over the world's random variables."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Order(Node):
    """``O(h^k)``: the remainder of an expansion in the small quantity ``h``."""

    small: Symbol
    exponent: Node


@dataclass(frozen=True)
class Chain(Node):
    """Relations in a row: ``a < b = c`` is (a, (("<", b), ("=", c)))."""

    first: Node
    links: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Both(Node):
    """Conditions that hold together."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class RealSpace(Node):
    """``\\mathbb{R}^{m \\times n}`` and the like; ``name`` is R, N or Z."""

    name: str
    sizes: tuple[Node, ...]


@dataclass(frozen=True)
class Interval(Node):
    """An interval between two scalars, each end open or closed."""

    low: Node
    high: Node
    closed_low: bool
    closed_high: bool


@dataclass(frozen=True)
class FiniteSet(Node):
    """A set written out, ``\\{0, 1\\}``; ``run`` marks ``\\{1, \\dots, n\\}``."""

    members: tuple[Node, ...]
    run: bool = False


@dataclass(frozen=True)
class IndexRun(Node):
    """An index that runs over ``low, …, high``: ``l = 1, \\dots, L``."""

    name: str
    low: Node
    high: Node


@dataclass(frozen=True)
class Statement:
    """One claim: premises (``\\implies``), the claim, conditions (``\\text{if}``), ranges."""

    claim: Node
    premises: tuple[Node, ...] = ()
    conditions: tuple[Node, ...] = ()
    ranges: tuple[IndexRun, ...] = ()
    equivalence: bool = False


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below one, in the order they are written."""
    kind = type(node)
    if kind not in _PARTS:
        _PARTS[kind] = tuple(one.name for one in fields(kind) if one.name != "span")
    for name in _PARTS[kind]:
        yield from _nodes(getattr(node, name))


_PARTS: dict[type, tuple[str, ...]] = {}
"""The fields of each kind of node; asking dataclasses each time is slow."""


def _nodes(item: object) -> Iterator[Node]:
    if isinstance(item, Node):
        yield item
    elif isinstance(item, tuple):
        for inner in item:
            yield from _nodes(inner)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def free_names(node: Node) -> frozenset[str]:
    """The indices that an expression uses and does not bind itself."""
    if isinstance(node, IndexReference):
        return frozenset((node.name,))
    names: frozenset[str] = frozenset().union(*(free_names(child) for child in children(node)))
    if isinstance(node, Aggregate):
        names -= {binder.name for binder in node.binders}
    return names
