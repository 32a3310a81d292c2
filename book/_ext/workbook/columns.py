"""The columns of the sheet of steps: what each holds, and the formula that computes it.

A formula is a template. `{z1_2}` in it stands for the cell of that name in the same row, and a name
without braces for a named cell of the first sheet, such as learning_rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbook.editions import Edition

# What a column is for, in the order of the sheet. The words stand above its columns.
ROLES = {
    "step": "Step",
    "input": "Example",
    "parameter": "Weights and biases before the step",
    "forward": "Forward pass",
    "error": "Error",
    "delta": "Deltas",
    "gradient": "Gradient",
    "updated": "Weights and biases after the step",
}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Column:
    """One column of the sheet of steps.

    Attributes
    ----------
    key : str
        Its name in the templates, such as ``w1_12``: from unit 1 to neuron 2 of layer 1.
    symbol : str
        As the book writes it, such as ``w⁽¹⁾₁₂``.
    words : str
        What it is.
    role : str
        One of `ROLES`.
    formula : str
        The template, without the sign =. A parameter has the one for every row after the first.
    """

    key: str
    symbol: str
    words: str
    role: str
    formula: str


def symbol(key: str) -> str:
    """Return a key as the book writes it.

    >>> symbol("w1_12"), symbol("x_2"), symbol("delta2_1"), symbol("dw1_11")
    ('w⁽¹⁾₁₂', 'x₂', 'δ⁽²⁾₁', '∂C/∂w⁽¹⁾₁₁')
    """
    if key.startswith(("dw", "db")):
        return f"∂C/∂{symbol(key[1:])}"
    name, _, index = key.removeprefix("new_").replace("delta", "δ").partition("_")
    letter, layer = (name[0], name[1:].translate(SUPERSCRIPTS))
    return letter + (f"⁽{layer}⁾" if layer else "") + index.translate(SUBSCRIPTS)


def place(key: str) -> str:
    """Return in words where a parameter belongs.

    >>> place("w1_12"), place("w2_11"), place("b1_2")
    ('from input 1 to hidden neuron 2', 'from hidden neuron 1 to the output', 'of hidden neuron 2')
    """
    layer, index = key[1], key[3:]
    neuron = f"hidden neuron {index[-1]}" if layer == "1" else "the output"
    if key[0] == "b":
        return f"of {neuron}"
    return f"from {'input' if layer == '1' else 'hidden neuron'} {index[0]} to {neuron}"


def parameter_words(key: str) -> str:
    """Return what a parameter is, in words."""
    return f"{'weight' if key[0] == 'w' else 'bias'} {place(key)}"


def columns_of(edition: Edition) -> tuple[Column, ...]:
    """Return the columns of an edition's sheet of steps, from left to right."""
    return (
        *_step_columns(edition),
        *_parameter_columns(edition),
        *_forward_columns(edition),
        *_delta_columns(edition),
        *_gradient_columns(edition),
        *_updated_columns(edition),
    )


def _step_columns(edition: Edition) -> Iterator[Column]:
    yield Column("step", "step", "counts the rows", "step", "{above:step}+1")
    examples = len(edition.x)
    if examples == 1:
        return  # then the formulas refer to the named cells of the first sheet
    yield Column("epoch", "epoch", "counts the rounds", "step", f"INT(({{step}}-1)/{examples})+1")
    yield Column(
        "example", "example", "which row of the data", "step", f"MOD({{step}}-1,{examples})+1"
    )
    for j in range(1, edition.inputs + 1):
        key = f"x_{j}"
        yield Column(key, symbol(key), f"input {j}", "input", f"INDEX({key},{{example}})")
    yield Column("y_1", symbol("y_1"), "target", "input", "INDEX(y_1,{example})")


def _parameter_columns(edition: Edition) -> Iterator[Column]:
    for key in edition.parameter_keys:
        yield Column(key, symbol(key), parameter_words(key), "parameter", f"{{above:new_{key}}}")


def _forward_columns(edition: Edition) -> Iterator[Column]:
    hidden = range(1, edition.hidden + 1)
    for k in hidden:
        products = [f"{{x_{j}}}*{{w1_{j}{k}}}" for j in range(1, edition.inputs + 1)]
        formula = "+".join([*products, f"{{b1_{k}}}"])
        words = f"weighted sum of hidden neuron {k}"
        yield Column(f"z1_{k}", symbol(f"z1_{k}"), words, "forward", formula)
    for k in hidden:
        formula = f"1/(1+EXP(-{{z1_{k}}}))"
        words = f"output of hidden neuron {k}: the sigmoid of its sum"
        yield Column(f"a1_{k}", symbol(f"a1_{k}"), words, "forward", formula)
    formula = "+".join([*(f"{{a1_{k}}}*{{w2_{k}1}}" for k in hidden), "{b2_1}"])
    words = "weighted sum of the output"
    yield Column("z2_1", symbol("z2_1"), words, "forward", formula)
    words = "the network's output: the sigmoid of its sum"
    yield Column("a2_1", symbol("a2_1"), words, "forward", "1/(1+EXP(-{z2_1}))")


def _delta_columns(edition: Edition) -> Iterator[Column]:
    yield Column("error", "a − y", "output minus target", "error", "{a2_1}-{y_1}")
    yield Column("C", "C", "squared error", "error", "{error}^2")
    words = "delta of the output: 2 × error × slope"
    formula = "2*{error}*{a2_1}*(1-{a2_1})"
    yield Column("delta2_1", symbol("delta2_1"), words, "delta", formula)
    for k in range(1, edition.hidden + 1):
        words = f"delta of hidden neuron {k}: output's delta × weight × slope"
        formula = f"{{delta2_1}}*{{w2_{k}1}}*{{a1_{k}}}*(1-{{a1_{k}}})"
        yield Column(f"delta1_{k}", symbol(f"delta1_{k}"), words, "delta", formula)


def _gradient_columns(edition: Edition) -> Iterator[Column]:
    for key in edition.parameter_keys:
        layer, index = key[1], key[3:]
        delta = f"{{delta{layer}_{index[-1]}}}"
        source = f"x_{index[0]}" if layer == "1" else f"a1_{index[0]}"
        formula = delta if key[0] == "b" else f"{{{source}}}*{delta}"
        words = f"slope of the error by the {parameter_words(key)}"
        yield Column(f"d{key}", symbol(f"d{key}"), words, "gradient", formula)


def _updated_columns(edition: Edition) -> Iterator[Column]:
    for key in edition.parameter_keys:
        formula = f"{{{key}}}-learning_rate*{{d{key}}}"
        words = f"new {parameter_words(key)}"
        yield Column(f"new_{key}", symbol(key), words, "updated", formula)
