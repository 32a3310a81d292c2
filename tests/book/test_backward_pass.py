"""nnlib's backward pass gives the numerical gradient, in the worlds in which formulas are checked.

The formulas never meet nnlib's backward pass: there a gradient means proofread's own numerical
derivative. Here the two are compared, for every layer of every network that the notation draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from proofread import NotationTable
from proofread.atoms import parse_expression
from proofread.evaluator import evaluate
from proofread.tables import load_yaml
from proofread.worlds import World

from nnlib import MLP, activations, losses
from tests.book.printed_formulas import BOOK, table

# Smooth ones: where a kink lies within a numerical step there is no derivative to compare with.
ACTIVATIONS = ["tanh", "sigmoid", "gelu"]


@cache
def worlds(activation: str = "tanh") -> list[World]:
    """The worlds of the book's network, with that activation function for f."""
    declarations: Any = load_yaml((BOOK / "notation.yml").read_text(encoding="utf-8"))
    f = declarations["worlds"]["network"]["functions"]["f(z)"]
    assert f["python"] == "nnlib.activations:tanh"
    f["python"] = f"nnlib.activations:{activation}"
    return NotationTable(declarations).checker({"world": "network"}).worlds


def value(world: World, latex: str) -> Any:
    """An expression's value in a world."""
    return evaluate(parse_expression(latex, world.notation), world.scope()).array


def layers_of(world: World) -> range:
    """The numbers of the layers."""
    return range(1, int(value(world, "L")) + 1)


def network_of(world: World, activation: str) -> MLP:
    """nnlib's network with the widths, weights and biases that the world drew."""
    sizes = [int(value(world, f"n_{number}")) for number in (0, *layers_of(world))]
    network = MLP(
        sizes,
        activation=activation,
        output_activation=activation,
        loss="mean_squared_error",
        generator=np.random.default_rng(0),
    )
    for number, layer in zip(layers_of(world), network.layers, strict=True):
        layer.weights = value(world, f"W^{{({number})}}")
        layer.bias = np.ravel(value(world, f"b^{{({number})}}"))
    return network


def errors(world: World, activation: str, spoil: str = "") -> Iterator[tuple[str, float]]:
    """How far each array of nnlib's gradient is from the world's, relative to the largest entry.

    `spoil` names an array of nnlib's whose first entry is moved by a millionth of the largest.
    """
    network = network_of(world, activation)
    x, y = value(world, "X"), value(world, "Y")
    loss, gradient = network.loss_and_gradient(x, y)
    yield "C", relative(loss, value(world, "C"))
    arrays = {"X": network.input_gradient(x, y)}
    start = 0
    for number, layer in zip(layers_of(world), network.layers, strict=True):
        weights, bias = layer.split(gradient[start : start + layer.size])
        arrays |= {f"W^{{({number})}}": weights, f"b^{{({number})}}": bias}
        start += layer.size
    assert start == gradient.size
    for name, array in arrays.items():
        ours = array.copy()
        if name == spoil:
            ours.flat[0] += 1e-6 * abs(ours).max()
        theirs = value(world, rf"\frac{{\partial C}}{{\partial {name}}}")
        yield name, relative(ours.ravel(), np.ravel(theirs))


def relative(ours: Any, theirs: Any) -> float:
    """The largest difference over the largest entry."""
    assert np.shape(ours) == np.shape(theirs)
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_numerical_one_in_every_layer(activation: str) -> None:
    drawn = worlds(activation)
    assert len(drawn) >= 5
    for world in drawn:
        for name, error in errors(world, activation):
            assert error < 1e-11, (world.seed, name)


def test_an_error_of_a_millionth_in_any_array_is_noticed() -> None:
    for world in worlds():
        names = [name for name, _ in errors(world, "tanh") if name != "C"]
        assert len(names) == 1 + 2 * len(layers_of(world))
        for name in names:
            assert dict(errors(world, "tanh", spoil=name))[name] > 1e-7, (world.seed, name)


def test_another_activation_than_the_worlds_is_noticed() -> None:
    for world in worlds("sigmoid"):
        assert max(error for _, error in errors(world, "tanh")) > 1e-3


def test_softmax_with_cross_entropy_has_the_numerical_gradient() -> None:
    for world in table().checker({"world": "classifier"}).worlds:
        z, y = value(world, "z"), value(world, "y")
        ours = losses.categorical_cross_entropy.gradient_from_logits(z, y)
        theirs = value(world, r"\frac{\partial \ell}{\partial z}")
        assert relative(ours, theirs) < 1e-11
        a = activations.softmax(z)
        upstream = losses.categorical_cross_entropy.gradient(a, y)
        assert relative(activations.softmax.backward(upstream, z, a), theirs) < 1e-11
