"""A second evaluator for the book's formulas, on mpmath numbers.

It shares proofread's parser and nothing else: no NumPy, no nnlib, no worlds. What the formula does
not bind itself must be given, and an unknown symbol is an error. A column is a matrix with one
column, a row one with one row; what has no entries is a plain mpmath number.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import product
from typing import Any

from mpmath import matrix, mp
from proofread import syntax

# Enough for 50 digits even of 1 - tanh(1000)², a difference of numbers that agree in 868 digits.
WORKING_DIGITS = 1000

_APPLIED = {
    "exp": mp.exp, "log": mp.log, "sqrt": mp.sqrt, "cos": mp.cos, "sin": mp.sin,
    "absolute": abs, "max": max, "min": min,
}  # fmt: skip
_RELATIONS = {
    "=": operator.eq, "<": operator.lt, ">": operator.gt, r"\le": operator.le,
    r"\ge": operator.ge, r"\ne": operator.ne,
}  # fmt: skip

Function = Callable[..., Any]


class Evaluator:
    """Evaluates formulas where the quantities and functions have given values.

    Parameters
    ----------
    values : mapping
        For each quantity, a mpmath number or matrix. A key is an expression: ``Symbol`` nodes as a
        rule, but also a derivative, of which a formula may make use.
    functions : mapping
        For each declared function (and its number of primes), a Python function.
    """

    def __init__(
        self, values: Mapping[syntax.Node, Any], functions: Mapping[tuple[str, int], Function]
    ) -> None:
        self.values = values
        self.functions = functions

    def value(self, node: syntax.Node, indices: Mapping[str, int] | None = None) -> Any:
        """Return the value of an expression; `indices` are the values of its free indices."""
        indices = indices or {}
        placed = self._with_numbers(node, indices)
        if placed in self.values:
            return self.values[placed]
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise NotImplementedError(f"{type(node).__name__} has no value here: {node}")
        return method(node, indices)

    def holds(self, condition: syntax.Node, indices: Mapping[str, int]) -> bool:
        """Return whether a condition is true."""
        if isinstance(condition, syntax.Both):
            return all(self.holds(part, indices) for part in condition.parts)
        if not isinstance(condition, syntax.Chain):
            raise NotImplementedError(f"no condition: {condition}")
        sides = [condition.first, *(side for _, side in condition.links)]
        found = [self.value(side, indices) for side in sides]
        relations = [_RELATIONS[name] for name, _ in condition.links]
        return all(one(a, b) for one, a, b in zip(relations, found[:-1], found[1:], strict=True))

    def _with_numbers(self, node: syntax.Node, indices: Mapping[str, int]) -> syntax.Node:
        """The member of a family that is meant: ``W^{(l)}`` where l is 2 is ``W^{(2)}``."""
        if not isinstance(node, syntax.Symbol) or not node.indices:
            return node
        numbers = [int(self.value(one, indices)) for one in node.indices]
        written = tuple(syntax.Number(node.span, str(number)) for number in numbers)
        return syntax.Symbol(node.span, node.key, written)

    def _number(self, node: syntax.Number, indices: Mapping[str, int]) -> Any:
        return mp.mpf(node.text)

    def _constant(self, node: syntax.Constant, indices: Mapping[str, int]) -> Any:
        return +{"pi": mp.pi, "e": mp.e}[node.name]

    def _indexreference(self, node: syntax.IndexReference, indices: Mapping[str, int]) -> Any:
        if node.name not in indices:
            raise KeyError(f"{node.name} is not given")
        return mp.mpf(indices[node.name])

    def _symbol(self, node: syntax.Symbol, indices: Mapping[str, int]) -> Any:
        raise KeyError(f"{node.key} {[self.value(one, indices) for one in node.indices]}")

    def _entry(self, node: syntax.Entry, indices: Mapping[str, int]) -> Any:
        whole = self.value(node.base, indices)
        places = [int(self.value(one, indices)) - 1 for one in node.indices]
        if min(places) < 0:
            raise IndexError(f"entries are counted from 1: {node}")
        if len(places) == 2:
            return whole[places[0], places[1]]
        if 1 not in (whole.rows, whole.cols):
            raise IndexError(f"one index for a matrix: {node}")
        return whole[places[0]]

    def _derivative(self, node: syntax.Derivative, indices: Mapping[str, int]) -> Any:
        """Only given derivatives have a value; that by an entry is the entry of that by all."""
        if not isinstance(node.by, syntax.Entry):
            raise KeyError(f"{node} is not given")
        whole = syntax.Derivative(node.span, node.of, node.by.base)
        return self.value(syntax.Entry(node.span, whole, node.by.indices), indices)

    def _call(self, node: syntax.Call, indices: Mapping[str, int]) -> Any:
        if (node.key, node.primes) not in self.functions:
            raise KeyError(f"{node.key} with {node.primes} primes is not given")
        function = self.functions[node.key, node.primes]
        arguments = [self.value(argument, indices) for argument in node.arguments]
        if len(arguments) == 1 and isinstance(arguments[0], matrix):
            return arguments[0].apply(function)
        return function(*arguments)

    def _apply(self, node: syntax.Apply, indices: Mapping[str, int]) -> Any:
        if node.name not in _APPLIED:
            raise NotImplementedError(f"{node.name} has no value here")
        return _APPLIED[node.name](*(self.value(one, indices) for one in node.arguments))

    def _add(self, node: syntax.Add, indices: Mapping[str, int]) -> Any:
        return reduce(_sum, (sign * self.value(term, indices) for sign, term in node.terms))

    def _multiply(self, node: syntax.Multiply, indices: Mapping[str, int]) -> Any:
        left, right = self.value(node.left, indices), self.value(node.right, indices)
        if node.operator != "elementwise" or not isinstance(left, matrix):
            return left * right
        return matrix(
            [[left[i, j] * right[i, j] for j in range(left.cols)] for i in range(left.rows)]
        )

    def _divide(self, node: syntax.Divide, indices: Mapping[str, int]) -> Any:
        return self.value(node.numerator, indices) / self.value(node.denominator, indices)

    def _power(self, node: syntax.Power, indices: Mapping[str, int]) -> Any:
        return self.value(node.base, indices) ** self.value(node.exponent, indices)

    def _transpose(self, node: syntax.Transpose, indices: Mapping[str, int]) -> Any:
        base = self.value(node.base, indices)
        return base.T if isinstance(base, matrix) else base

    def _aggregate(self, node: syntax.Aggregate, indices: Mapping[str, int]) -> Any:
        ranges = []
        for binder in node.binders:
            if binder.low is None or binder.high is None or node.condition is not None:
                raise NotImplementedError(f"{node.name} needs its bounds here: {node}")
            low, high = self.value(binder.low, indices), self.value(binder.high, indices)
            ranges.append(range(int(low), int(high) + 1))
        names = [binder.name for binder in node.binders]
        terms = [
            self.value(node.body, {**indices, **dict(zip(names, place, strict=True))})
            for place in product(*ranges)
        ]
        return {"sum": mp.fsum, "product": mp.fprod, "max": max, "min": min}[node.name](terms)

    def _cases(self, node: syntax.Cases, indices: Mapping[str, int]) -> Any:
        held = [
            value
            for value, condition in node.branches
            if condition is not None and self.holds(condition, indices)
        ]
        if not held:
            held = [value for value, condition in node.branches if condition is None]
        if len(held) != 1:
            raise ValueError(f"{len(held)} branches hold: {node}")
        return self.value(held[0], indices)

    def _matrixliteral(self, node: syntax.MatrixLiteral, indices: Mapping[str, int]) -> Any:
        return matrix([[self.value(cell, indices) for cell in row] for row in node.rows])

    def _indicator(self, node: syntax.Indicator, indices: Mapping[str, int]) -> Any:
        return mp.mpf(self.holds(node.condition, indices))


def _sum(left: Any, right: Any) -> Any:
    """Add; a row goes to each row of a batch."""
    if isinstance(left, matrix) and isinstance(right, matrix) and left.rows != right.rows:
        if right.rows != 1:
            raise ValueError(f"{left.rows} rows and {right.rows} rows")
        right = matrix([list(right) for _ in range(left.rows)])
    return left + right
