"""The numbers of the tables that chapters work out by hand, computed from their inputs alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp

Rows = list[list[Any]]
"""For each row of a table, its numbers in the order in which they are written."""


def numbers(*texts: str) -> list[Any]:
    """Decimals as exact as they are written."""
    return [mp.mpf(text) for text in texts]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


GATE = [(0, 0), (0, 1), (1, 0), (1, 1)]
COURSE = [(2, 3, 16), (4, 1, 12), (5, 4, 28), (7, 5, 34), (8, 2, 24)]
# The course's slip of the pen, corrected by its own rule.
CORRECTED = [(p, q, 2 * p + 4 * q) for p, q, _ in COURSE]


def course() -> Rows:
    return [[number, *row] for number, row in enumerate(COURSE, start=1)]


def rows_of_a_shard() -> Rows:
    rows = []
    for p, q, y in COURSE[:3]:
        output = 1 * p + 3 * q  # the neuron's weights are 1 and 3, its bias 0
        slope = 2 * (output - y)
        rows.append([p, q, y, output, output - y, slope * p, slope * q, slope])
    return rows


def loss_of_ones() -> Rows:
    rows = []
    for number, (p, q, y) in enumerate(CORRECTED, start=1):
        rows.append([number, p, q, p + q, y, p + q - y, (p + q - y) ** 2])
    return rows


def first_gradient() -> Rows:
    columns = [[row[0] for row in CORRECTED], [row[1] for row in CORRECTED], [1] * len(CORRECTED)]
    rows: Rows = [[2, len(CORRECTED)]]
    for column in columns:
        products = [value * row[2] for value, row in zip(column, CORRECTED, strict=True)]
        total = sum(products)
        # The sign before the first bracket belongs to no number.
        rows.append([*products, -total, -2 * mp.mpf(total) / len(CORRECTED)])
    return rows


def and_gate() -> Rows:
    return [[*pair, pair[0] * pair[1]] for pair in GATE]


def xor_gate() -> Rows:
    return [[*pair, pair[0] ^ pair[1]] for pair in GATE]


def perceptron_on_and() -> Rows:
    rows, weights, bias = [], (0, 0), 0
    for number, x in enumerate(GATE, start=1):
        target = x[0] * x[1]
        total = x[0] * weights[0] + x[1] * weights[1] + bias
        output = int(total >= 0)
        row = [number, *x, target, total, output]
        if output != target:
            error = target - output
            after = tuple(w + error * one for w, one in zip(weights, x, strict=True))
            row += [*weights, *x, *after, bias, 1, bias + error]
            weights, bias = after, bias + error
        else:
            row.append(bias)
        rows.append(row)
    return rows


def xor_by_three_neurons() -> Rows:
    rows = []
    for p, q in GATE:
        half, three_halves = numbers("0.5", "1.5")
        either, not_both = p + q - half, -p - q + three_halves
        h1, h2 = int(either >= 0), int(not_both >= 0)
        output = h1 + h2 - three_halves
        # A minus with a space before its number is an operation; the first has none.
        rows.append(
            [p, q, p, q, half, either, h1, -p, q, three_halves, not_both, h2, h1, h2,
             three_halves, output, int(output >= 0)]
        )  # fmt: skip
    return rows


def parabola_paths() -> Rows:
    products = numbers("0.1", "1", "1.5", "2", "2.1")
    return [[one, 1 - one, *((1 - one) ** step for step in range(4))] for one in products]


def one_one_one() -> Rows:
    x, w1, b1, w2, b2, y = numbers("3", "0.3", "-0.2", "-2", "0.5", "1")
    z1 = x * w1 + b1
    a1 = sigmoid(z1)
    z2 = a1 * w2 + b2
    a2 = sigmoid(z2)
    return [
        [x, w1, -b1, z1], [z1, a1], [a1, w2, b2, z2], [z2, a2], [a2, y, (a2 - y) ** 2],
    ]  # fmt: skip


def retuned() -> Rows:
    return [[50], [200]]  # the epochs that the code beside the table trains for


def hidden_layer() -> Rows:
    weights = [["1", "-1"], ["0.5", "1"], ["-1", "0.5"], ["2", "-0.5"]]
    return [[1, 2], *(numbers(*row) for row in weights)]


def output_layer() -> Rows:
    return [[1, 2], [1, 2, 1], [2, -1, 3], numbers("0.5", "-1")]


def two_examples() -> Rows:
    answers, targets = [(1, 2), (3, 4)], [(0, 4), (3, 1)]
    header = [1, 2] * 3
    rows = [
        [number, *a, *y, a[0] - y[0], a[1] - y[1]]
        for number, (a, y) in enumerate(zip(answers, targets, strict=True), start=1)
    ]
    return [header, *rows]


def surprises() -> Rows:
    rows = []
    for a, y in zip(numbers("0.9", "0.6", "0.01"), (1, 0, 1), strict=True):
        given = a if y else 1 - a
        rows.append([a, y, given, -mp.log(given), (a - y) ** 2])
    return rows


def pulls() -> Rows:
    rows: Rows = [[1]]
    for z in (0, -2, -5, -10):
        a = sigmoid(mp.mpf(z))
        rows.append([z, a, 2 * (a - 1) * a * (1 - a), a - 1])
    return rows


# The tables in the order of each page, below the heading that they stand under.
WORKED: dict[tuple[str, str], list[Callable[[], Rows]]] = {
    ("a-different-paradigm", "One task, both ways"): [course],
    ("a-different-paradigm", "One loss by hand"): [loss_of_ones],
    ("one-neuron", "AND, OR and NOT by hand"): [and_gate],
    ("one-neuron", "AND by hand"): [perceptron_on_and],
    ("one-neuron", "Downhill"): [first_gradient],
    ("outgrowing-one-machine", "Three examples, two shards"): [rows_of_a_shard],
    ("what-one-neuron-cannot-do", "First proof: four inequalities"): [xor_gate],
    ("what-one-neuron-cannot-do", "By hand"): [xor_by_three_neurons],
    ("training", "One parameter"): [parabola_paths],
    ("backpropagation", "First derivation: one weight"): [one_one_one],
    ("trust-but-check", "Retune"): [retuned],
    ("anatomy-of-a-network", "Number by number"): [hidden_layer, output_layer],
    ("measuring-error", "One number for many errors"): [two_examples],
    ("measuring-error", "When the answer is yes or no"): [surprises],
    ("measuring-error", "Why squares learn slowly on a saturated sigmoid"): [pulls],
}

# They say in words what the formulas of the page say, or how to write a formula.
IN_WORDS = {
    ("activations", "Which one should you take?"),
    ("how-formulas-are-checked", "Symbols"),
    ("how-this-book-is-built", "What is checked, and where"),
    ("how-formulas-are-checked", "The language"),
    ("how-formulas-are-checked", "The messages"),
    # Slopes, each a relation that proofread checks.
    ("the-calculus-you-need", "Exponentials and logarithms"),
    # Settings of other libraries: test_frameworks.py asks those that are installed.
    ("what-fit-does", "The same name, three results"),
}
