"""The book's own table: its worlds are nnlib's, nnlib's gradients the worlds' derivatives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from proofread import Checker, NotationTable, check_equation
from proofread.tables import load_yaml
from proofread.worlds import World

from nnlib import MLP, SGD

PATH = Path(__file__).resolve().parents[2] / "book" / "notation.yml"
TABLE = NotationTable.load(PATH)
NAMES = sorted(load_yaml(PATH.read_text(encoding="utf-8"))["worlds"])


@pytest.fixture(scope="module")
def network() -> Checker:
    return TABLE.checker({"world": "network"})


def build(world: World) -> MLP:
    """nnlib's network with the world's parameters."""
    layers = round(float(world.value("L", ()).array))
    sizes = [round(float(world.value("n_l", (layer,)).array)) for layer in range(layers + 1)]
    mlp = MLP(
        sizes,
        activation="tanh",
        output_activation="tanh",
        loss="mean_squared_error",
        generator=np.random.default_rng(0),
    )
    pieces = []
    for layer in range(1, layers + 1):
        pieces += [world.value(key, (layer,)).array.ravel() for key in ("W^{(l)}", "b^{(l)}")]
    mlp.parameters = np.concatenate(pieces)
    return mlp


@pytest.mark.parametrize("name", NAMES)
def test_every_quantity_of_a_world_has_a_finite_value(name: str) -> None:
    checker = TABLE.checker({"world": name})
    for key, quantity in checker.notation.quantities.items():
        if quantity.pattern.slots or "entries of" in str(quantity.rule):
            continue
        resolved = checker.notation.quantity(key)
        for world in checker.worlds:
            indices = tuple(1 for _ in resolved.pattern.slots)
            assert np.all(np.isfinite(world.value(resolved.key, indices).array)), key


@pytest.mark.parametrize("name", NAMES)
def test_every_symbol_of_a_world_says_what_it_means(name: str) -> None:
    notation = TABLE.checker({"world": name}).notation
    for key, quantity in notation.quantities.items():
        assert quantity.words or notation.quantity(key).words, key
    assert all(function.words for function in notation.functions.values())
    assert all(index.words for index in notation.indices.values())


def test_forward_pass_and_cost_are_those_of_nnlib(network: Checker) -> None:
    for world in network.worlds:
        mlp = build(world)
        x, y = world.value("X", ()).array, world.value("Y", ()).array
        for layer, activations in enumerate(mlp.activations(x)):
            np.testing.assert_allclose(
                world.value("A^{(l)}", (layer,)).array, activations, rtol=1e-13
            )
        assert world.value("C", ()).array == pytest.approx(mlp.loss_value(x, y), rel=1e-13)


def test_backpropagation_is_the_derivative_of_the_cost(network: Checker) -> None:
    for world in network.worlds:
        mlp = build(world)
        x, y = world.value("X", ()).array, world.value("Y", ()).array
        _, gradient = mlp.loss_and_gradient(x, y)
        slopes = []
        for layer in range(1, len(mlp.layers) + 1):
            for key in ("W^{(l)}", "b^{(l)}"):
                after, before = world.after(key, (layer,)), world.value(key, (layer,))
                assert after is not None
                rate = float(world.value(r"\eta", ()).array)
                slopes.append(((before.array - after.array) / rate).ravel())
        np.testing.assert_allclose(
            gradient, np.concatenate(slopes), rtol=1e-9, atol=1e-12 * np.abs(gradient).max()
        )


def test_a_step_of_nnlib_is_the_update_of_the_world(network: Checker) -> None:
    world = network.worlds[0]
    mlp = build(world)
    x, y = world.value("X", ()).array, world.value("Y", ()).array
    parameters = mlp.parameters.copy()
    _, gradient = mlp.loss_and_gradient(x, y)
    SGD(float(world.value(r"\eta", ()).array)).step(parameters, gradient)
    mlp.parameters = parameters
    for layer in range(1, len(mlp.layers) + 1):
        after = world.after("W^{(l)}", (layer,))
        assert after is not None
        np.testing.assert_allclose(mlp.layers[layer - 1].weights, after.array, rtol=1e-12)


FOUR_EQUATIONS = [
    r"Z^{(l)} = A^{(l-1)} W^{(l)} + b^{(l)}",
    r"A^{(l)} = f(Z^{(l)}), \quad l = 1, \dots, L",
    r"C = \frac{1}{nm}\sum_{i=1}^{n}\sum_{j=1}^{m}(a^{(L)}_{ij}-y_{ij})^2",
    r"\Delta^{(L)} = \frac{2}{nm} (A^{(L)} - Y) \odot f'(Z^{(L)})",
    r"\Delta^{(l)} = \left(\Delta^{(l+1)} (W^{(l+1)})^\top\right) \odot f'(Z^{(l)})",
    r"\frac{\partial C}{\partial W^{(l)}} = (A^{(l-1)})^\top \Delta^{(l)}",
    r"\frac{\partial C}{\partial b^{(l)}_j} = \sum_{i=1}^n \delta^{(l)}_{ij}",
    r"\frac{\partial C}{\partial w^{(l)}_{kj}} = \sum_{i=1}^n a^{(l-1)}_{ik} \delta^{(l)}_{ij}",
    r"\delta^{(l)}_{ij} = f'(z^{(l)}_{ij}) \sum_{k=1}^{n_{l+1}} w^{(l+1)}_{jk} \delta^{(l+1)}_{ik}",
    r"W^{(l)} \leftarrow W^{(l)} - \eta (A^{(l-1)})^\top \Delta^{(l)}",
    r"W^{(l)} \in \mathbb{R}^{n_{l-1} \times n_l}",
]


@pytest.mark.parametrize("latex", FOUR_EQUATIONS)
def test_the_equations_of_backpropagation_are_checked_strongly(
    latex: str, network: Checker
) -> None:
    report = check_equation(latex, network)
    assert report.status == "checked", [problem.message for problem in report.problems]
    assert report.corruptions_caught == report.corruptions_tried > 5
    assert report.worst_error < 1e-12


@pytest.mark.parametrize(
    ("wrong", "message", "repair"),
    [
        (
            r"\Delta^{(l)} = \left(\Delta^{(l+1)} W^{(l+1)}\right) \odot f'(Z^{(l)})",
            "n_{l+1}",
            r"insert ^\top after W^{(l+1)}",
        ),
        (
            r"\Delta^{(l)} = \left(\Delta^{(l+1)} (W^{(l+1)})^\top\right) \odot f(Z^{(l)})",
            "left side is",
            "insert a prime after f",
        ),
        (
            r"\Delta^{(l)} = \Delta^{(l+1)} (W^{(l+1)})^\top",
            "left side is",
            "",
        ),
        (
            r"\frac{\partial C}{\partial W^{(l)}} = (A^{(l)})^\top \Delta^{(l)}",
            "n_{l-1}",
            "l to l-1",
        ),
        (
            r"\Delta^{(L)} = \frac{1}{nm} (A^{(L)} - Y) \odot f'(Z^{(L)})",
            "left = 2",
            r"1 to 2: \Delta^{(L)} = \frac{2}",
        ),
        (
            r"W^{(l)} \leftarrow W^{(l)} + \eta (A^{(l-1)})^\top \Delta^{(l)}",
            "left side is",
            "+ to -",
        ),
    ],
)
def test_a_wrong_equation_is_explained(
    wrong: str, message: str, repair: str, network: Checker
) -> None:
    (problem,) = check_equation(wrong, network).problems
    assert message in problem.message
    assert repair in problem.suggestion


NEURON = [
    r"z = \sum_{j=1}^{d} x_j w_j + b, \qquad a = f(z)",
    r"\frac{\partial C}{\partial w_j} = 2 (a - y) f'(z) x_j",
    r"w_j \leftarrow w_j - 2 \eta (a - y) f'(z) x_j, \qquad b \leftarrow b - 2 \eta (a - y) f'(z)",
]
CLASSIFIER = [
    r"a_k = \frac{\exp(z_k)}{\sum_{j=1}^{K} \exp(z_j)}",
    r"\ell = -\sum_{k=1}^{K} y_k \log a_k",
    r"\frac{\partial \ell}{\partial z} = a - y",
]


@pytest.mark.parametrize(
    ("world", "latex"),
    [("neuron", latex) for latex in NEURON] + [("classifier", latex) for latex in CLASSIFIER],
)
def test_the_smaller_worlds_carry_their_equations(world: str, latex: str) -> None:
    report = check_equation(latex, TABLE.checker({"world": world}))
    assert report.status == "checked", [problem.message for problem in report.problems]
    assert report.corruptions_caught == report.corruptions_tried > 5
