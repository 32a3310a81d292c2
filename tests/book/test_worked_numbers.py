"""Every number of the worked examples is the exact value, rounded to the digits shown.

The networks that the chapters work through by hand are computed here once more in mpmath, with
derivatives by mpmath's own differentiation.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import mpmath
import pytest
from mpmath import mp
from proofread import Notation, syntax
from proofread.atoms import parse_expression
from proofread.statements import parse_statements

from tests.book.mpmath_evaluator import Evaluator
from tests.book.printed_formulas import Equation, book_equations

DIGITS = 40


def sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


class TwoTwoOne:
    """The 2-2-1 network of the chapter on backpropagation."""

    names = ("w^{(1)}_{11}", "w^{(1)}_{12}", "w^{(1)}_{21}", "w^{(1)}_{22}", "b^{(1)}_1",
             "b^{(1)}_2", "w^{(2)}_{11}", "w^{(2)}_{21}", "b^{(2)}_1")  # fmt: skip
    parameters = ("0.3", "0.9", "0.8", "-0.4", "0.5", "-0.7", "1.5", "-0.9", "-0.3")
    inputs, target = (2, -1), 1

    def loss(self, *numbers: Any, nudge: Any = (0, 0, 0)) -> Any:
        """The loss; `nudge` is added to the three weighted sums."""
        return self.passed(numbers, nudge)["C"]

    def passed(self, p: Any, nudge: Any = (0, 0, 0)) -> dict[str, Any]:
        """All that the forward pass computes."""
        x1, x2 = self.inputs
        z1 = x1 * p[0] + x2 * p[2] + p[4] + nudge[0]
        z2 = x1 * p[1] + x2 * p[3] + p[5] + nudge[1]
        a1, a2 = sigmoid(z1), sigmoid(z2)
        z = a1 * p[6] + a2 * p[7] + p[8] + nudge[2]
        a = sigmoid(z)
        return {
            "z^{(1)}": [z1, z2], "a^{(1)}": [a1, a2], "z^{(2)}_1": z, "a^{(2)}_1": a,
            "C": (a - self.target) ** 2,
        }  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What each symbol of the example is."""
        numbers = [mp.mpf(text) for text in self.parameters]
        sums = [
            mp.diff(lambda *t: self.loss(*numbers, nudge=t), (0, 0, 0), order)
            for order in ((1, 0, 0), (0, 1, 0), (0, 0, 1))
        ]
        slopes = [
            mp.diff(self.loss, numbers, tuple(int(k == place) for k in range(len(numbers))))
            for place in range(len(numbers))
        ]
        values: dict[str, Any] = {"x": list(self.inputs), "y": self.target}
        values |= dict(zip(self.names, numbers, strict=True)) | self.passed(numbers)
        values |= {
            "W^{(1)}": [numbers[0:2], numbers[2:4]], "b^{(1)}": numbers[4:6],
            "W^{(2)}": [[numbers[6]], [numbers[7]]],
            r"\delta^{(1)}": sums[:2], r"\delta^{(2)}_1": sums[2],
        }  # fmt: skip
        for name, slope in zip(self.names, slopes, strict=True):
            values[rf"\frac{{\partial C}}{{\partial {name}}}"] = slope
        return values


@cache
def evaluator() -> Evaluator:
    """The values of the 2-2-1 network for the formulas of its section."""
    notation = next(iter(worked_equations())).notation
    found: dict[syntax.Node, Any] = {}
    with mp.workdps(DIGITS):
        for latex, value in TwoTwoOne().values().items():
            node = parse_expression(latex, notation)
            if isinstance(node, syntax.Derivative) and isinstance(node.by, syntax.Entry):
                node = syntax.Derivative(node.span, node.of, node.by)
            if isinstance(value, list):
                rows = value if isinstance(value[0], list) else [value]
                found[node] = mpmath.matrix(rows)
            else:
                found[node] = mp.mpf(value)
    sigma = next(key for key in notation.functions if key.startswith(r"\sigma"))
    return Evaluator(found, {(sigma, 0): sigmoid})


def worked_equations() -> list[Equation]:
    """The equations of the 2-2-1 example: those that hold ≈, and the parameters."""
    return [
        equation
        for equation in book_equations()
        if equation.page == "learning/backpropagation.md"
        and (r"\approx" in equation.latex or equation.label == "eq-nine-parameters")
    ]


def wrong_numbers(latex: str, notation: Notation) -> Iterator[str]:
    """What is wrong in a worked equation: numbers, or sides that cannot be told apart."""
    with mp.workdps(DIGITS):
        for statement in parse_statements(latex, notation):
            assert isinstance(statement.claim, syntax.Chain)
            symbolic = statement.claim.first
            exact = evaluator().value(symbolic)
            for _, side in statement.claim.links:
                if not numbers_in(side):
                    symbolic = side
                    yield from mismatch(side, exact, evaluator().value(side), latex)
                elif literal(side) is not None:
                    yield from mismatch(side, exact, side, latex)
                elif isinstance(side, syntax.MatrixLiteral):
                    cells = [cell for row in side.rows for cell in row]
                    for cell, value in zip(cells, exact, strict=True):
                        yield from mismatch(cell, value, cell, latex)
                elif isinstance(side, syntax.Call):
                    yield from mismatch(side, exact, evaluator().value(side), latex)
                else:
                    yield from side_by_side(symbolic, side, latex)


def mismatch(node: syntax.Node, exact: Any, shown: Any, latex: str) -> Iterator[str]:
    """A number that is not the exact one: to its digits if it is written out."""
    allowed = mp.mpf(10) ** -(DIGITS // 2)
    if isinstance(shown, syntax.Node):
        text = literal(shown)
        assert text is not None
        shown, decimals = mp.mpf(text), len(text.partition(".")[2])
        if decimals:
            allowed = mp.mpf(10) ** -decimals / 2
    if not abs(exact - shown) <= allowed:
        yield f"{latex[slice(*node.span)]} stands for {mp.nstr(exact, 8)}"


def side_by_side(symbolic: syntax.Node, side: syntax.Node, latex: str) -> Iterator[str]:
    """Compare each number of a side with the part of the formula whose place it takes."""
    ours, theirs = terms(symbolic), terms(side)
    if [len(factors) for _, factors in ours] != [len(factors) for _, factors in theirs]:
        yield f"{latex[slice(*side.span)]} is not built like {latex[slice(*symbolic.span)]}"
        return
    for (sign, factors), (written_sign, numbers) in zip(ours, theirs, strict=True):
        for factor, shown in zip(factors, numbers, strict=True):
            text = literal(shown)
            if text is None:
                inner, number = factor, shown
                assert isinstance(inner, syntax.Power) and isinstance(number, syntax.Power)
                assert inner.exponent == number.exponent
                yield from side_by_side(inner.base, number.base, latex)
                continue
            exact = abs(evaluator().value(factor))
            yield from mismatch(shown, exact, unsigned(shown), latex)
            sign *= 1 if evaluator().value(factor) >= 0 else -1
            written_sign *= -1 if text.startswith("-") else 1
        if sign != written_sign:
            yield f"{latex[slice(*side.span)]} has another sign than {mp.nstr(sign, 3)}"


def terms(node: syntax.Node) -> list[tuple[int, list[syntax.Node]]]:
    """A sum as signed lists of factors."""
    if literal(node) is not None or not isinstance(node, syntax.Add):
        return [(1, factors_of(node))]
    return [(sign, factors_of(term)) for sign, term in node.terms]


def factors_of(node: syntax.Node) -> list[syntax.Node]:
    """The factors of a product."""
    if isinstance(node, syntax.Multiply):
        return [*factors_of(node.left), *factors_of(node.right)]
    return [node]


def literal(node: syntax.Node) -> str | None:
    """A number with its sign as it is written, or None for anything else."""
    if isinstance(node, syntax.Number):
        return node.text
    if isinstance(node, syntax.Add) and len(node.terms) == 1:
        (sign, term) = node.terms[0]
        if isinstance(term, syntax.Number):
            return term.text if sign == 1 else f"-{term.text}"
    return None


def unsigned(node: syntax.Node) -> syntax.Node:
    """The number without its sign."""
    return node.terms[0][1] if isinstance(node, syntax.Add) else node


def numbers_in(node: syntax.Node) -> bool:
    """Whether decimals stand in an expression."""
    return any(isinstance(one, syntax.Number) and "." in one.text for one in syntax.walk(node))


@pytest.mark.parametrize("equation", worked_equations(), ids=lambda one: one.label)
def test_every_number_of_a_worked_equation_is_right_to_the_digits_shown(
    equation: Equation,
) -> None:
    assert not list(wrong_numbers(equation.latex, equation.notation))


def spoiled_digits(text: str, start: int, end: int) -> Iterator[str]:
    """The text with one digit of that stretch replaced by each of the nine others."""
    for place in range(start, end):
        if text[place].isdigit():
            for digit in "0123456789".replace(text[place], ""):
                yield text[:place] + digit + text[place + 1 :]


def spoiled_equations(equation: Equation) -> Iterator[str]:
    """A worked equation with one digit of one of its numbers changed; no index is a number."""
    for chain in equation.chains():
        for side in (side for _, side in chain.links if numbers_in(side)):
            for node in syntax.walk(side):
                if isinstance(node, syntax.Number) and not is_index(node, side):
                    yield from spoiled_digits(equation.latex, *node.span)


def is_index(number: syntax.Number, side: syntax.Node) -> bool:
    """Whether a number counts an entry, or is a power."""
    return any(
        (isinstance(node, (syntax.Entry, syntax.Symbol)) and number.span in spans(node.indices))
        or (isinstance(node, syntax.Power) and number.span == node.exponent.span)
        for node in syntax.walk(side)
    )


def spans(nodes: tuple[syntax.Node, ...]) -> list[tuple[int, int]]:
    """The places of nodes."""
    return [node.span for node in nodes]


@pytest.mark.parametrize("equation", worked_equations(), ids=lambda one: one.label)
def test_every_wrong_digit_of_a_worked_equation_is_noticed(equation: Equation) -> None:
    spoiled = list(spoiled_equations(equation))
    assert len(spoiled) >= 9
    missed = [
        latex for latex in spoiled if not any(True for _ in wrong_numbers(latex, equation.notation))
    ]
    assert not missed, f"{len(missed)} of {len(spoiled)} are not noticed: {missed[0]}"
