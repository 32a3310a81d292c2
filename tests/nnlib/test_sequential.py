"""Layers in a row: gradients of all of them, training, files, and what does not fit together."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnlib import (
    MLP,
    SGD,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Momentum,
    Sequential,
    check_gradient,
    train,
)
from nnlib.activations import Activation
from nnlib.layers import Layer
from tests.nnlib.judges import assert_refused_unchanged

SHAPE = (7, 9, 2)  # (7, 9, 2) → (6, 6, 3) → (3, 2, 3) → (2, 2, 5) → 20 → 4 → 3


def normal(fan_in: int, fan_out: int, generator: np.random.Generator) -> np.ndarray:
    return generator.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)


def make_layers(activation="tanh", output="softmax", dtype=np.float64, seed=0) -> list[Layer]:
    generator = np.random.default_rng(seed)
    options = {"bias_initializer": normal, "generator": generator, "dtype": dtype}
    return [
        Conv2D(2, 3, (2, 4), activation, **options),
        MaxPool2D((2, 3)),
        Conv2D(3, 5, (2, 1), activation, **options),
        Flatten(),
        Dense(20, 4, activation, **options),
        Dense(4, 3, output, **options),
    ]


def make_network(
    activation="tanh", output="softmax", loss="categorical_cross_entropy", dtype=np.float64, seed=0
) -> Sequential:
    layers = make_layers(activation, output, dtype, seed)
    return Sequential(layers, input_shape=SHAPE, loss=loss)


def make_batch(examples: int, seed: int = 0, dtype=np.float64) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(100 + seed)
    x = generator.normal(size=(examples, *SHAPE)).astype(dtype)
    return x, generator.dirichlet(np.ones(3), size=examples).astype(dtype)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "gelu"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [("softmax", "categorical_cross_entropy"), ("sigmoid", "mean_squared_error")],
)
def test_every_parameter_and_pixel_agrees_with_the_complex_step(
    activation: str, output: str, loss: str
) -> None:
    """A batch, a shorter one, and the first size again."""
    network = make_network(activation, output, loss)
    for seed, examples in enumerate((3, 2, 3)):
        check = check_gradient(network, *make_batch(examples, seed))
        check.raise_if_failed()
        assert check.tolerance == 1e-11
    assert list(check.errors) == [
        "layer 1 weights", "layer 1 bias", "layer 3 weights", "layer 3 bias",
        "layer 5 weights", "layer 5 bias", "layer 6 weights", "layer 6 bias", "x",
    ]  # fmt: skip
    assert check.errors["layer 1 weights"].shape == (2, 4, 2, 3)
    assert check.errors["x"].shape == (3, *SHAPE)


def test_float32_from_end_to_end() -> None:
    network = make_network(dtype=np.float32)
    x, y = make_batch(3, dtype=np.float32)
    check_gradient(network, x, y).raise_if_failed()
    assert network.dtype == network.predict(x).dtype == network.gradient.dtype == np.float32
    assert all(step.dtype == np.float32 for step in network.activations(x))


@pytest.mark.parametrize("index", [0, 47, 48, 50, 51, 80, 81, 85, 86])
def test_one_wrong_entry_is_found(index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    network = make_network()
    write = network.backpropagate

    def wrong(x: np.ndarray, y: np.ndarray) -> float:
        loss = write(x, y)
        network.gradient[index] *= 1 + 1e-9
        return loss

    monkeypatch.setattr(network, "backpropagate", wrong)
    check = check_gradient(network, *make_batch(3))
    assert not check.passed
    assert check.worst_name == network.describe(index)


def test_gradients_of_stacked_layers_equal_the_layers_own() -> None:
    """The network's loop does what calling forward and backward by hand does."""
    network, layers = (
        make_network(output="sigmoid", loss="mean_squared_error"),
        make_layers(output="sigmoid"),
    )
    x, y = make_batch(4)
    a = x
    for layer in layers:
        a = layer.forward(a)
    upstream = 2 * (a - y) / y.size
    for layer in reversed(layers):
        upstream = layer.backward(upstream)
    loss, gradient = network.loss_and_gradient(x, y)
    assert loss == pytest.approx(((a - y) ** 2).mean(), rel=1e-14)
    parts = [
        part.ravel()
        for layer in layers
        if layer.size
        for part in (layer.weights_gradient, layer.bias_gradient)
    ]
    np.testing.assert_allclose(gradient, np.concatenate(parts), rtol=1e-12, atol=1e-17)
    np.testing.assert_allclose(network.input_gradient(x, y), upstream, rtol=1e-12, atol=1e-17)


def test_dense_layers_in_a_row_are_an_mlp_bit_for_bit() -> None:
    mlp = MLP([3, 5, 4, 2], activation="tanh", generator=np.random.default_rng(0))
    generator = np.random.default_rng(0)
    layers = [
        Dense(3, 5, "tanh", generator=generator),
        Dense(5, 4, "tanh", generator=generator),
        Dense(4, 2, "sigmoid", generator=generator),
    ]
    network = Sequential(layers, input_shape=(3,))
    assert np.array_equal(network.parameters, mlp.parameters)
    data = np.random.default_rng(1)
    x, y = data.normal(size=(20, 3)), data.uniform(size=(20, 2))
    histories = [
        train(one, x, y, epochs=3, batch_size=6, optimizer=Momentum(0.1),
              generator=np.random.default_rng(2))
        for one in (mlp, network)
    ]  # fmt: skip
    assert histories[0].loss == histories[1].loss
    assert np.array_equal(network.parameters, mlp.parameters)


def test_it_learns_which_corner_is_bright() -> None:
    """The same training loop, with a last batch that is short."""
    generator = np.random.default_rng(0)
    corners = generator.integers(3, size=50)
    x = generator.normal(0, 0.3, size=(50, *SHAPE))
    for image, corner in zip(x, corners, strict=True):
        image[:3, 3 * corner : 3 * corner + 3] += 1
    y = np.eye(3)[corners]
    network = make_network("tanh")
    history = train(network, x, y, epochs=100, batch_size=16, optimizer=SGD(0.5),
                    generator=generator, validation=(x[:5], y[:5]))  # fmt: skip
    assert history.loss[-1] < 0.05 < 0.5 < history.loss[0]
    assert (network.predict(x).argmax(axis=1) == corners).all()


def test_parameters_stand_in_order_and_layers_see_them() -> None:
    network = make_network()
    weighted = [layer for layer in network.layers if layer.size]
    parts = [part.ravel() for layer in weighted for part in (layer.weights, layer.bias)]
    assert network.parameters.size == 51 + 35 + 84 + 15
    assert np.array_equal(network.parameters, np.concatenate(parts))
    network.parameters[0] = 42.0
    assert network.layers[0].weights[0, 0, 0, 0] == 42.0
    network.layers[2].bias = np.full(5, 7.0)
    assert np.array_equal(network.by_name(network.parameters)["layer 3 bias"], np.full(5, 7.0))
    network.loss_and_gradient(*make_batch(2))
    gradients = [g.ravel() for la in weighted for g in (la.weights_gradient, la.bias_gradient)]
    assert np.array_equal(network.gradient, np.concatenate(gradients))


def test_describe_names_every_entry_once() -> None:
    network = make_network()
    network.parameters = np.arange(185.0)
    named = network.by_name(network.parameters)
    seen = set()
    for index in range(185):
        name, place = network.describe(index).rstrip("]").split("[")
        assert named[name][tuple(map(int, place.split(", ")))] == index
        seen.add((name, place))
    assert len(seen) == 185
    assert network.describe(0) == "layer 1 weights[0, 0, 0, 0]"
    with pytest.raises(ValueError, match="index is 185, expected less than 185"):
        network.describe(185)


def test_results_are_copies() -> None:
    network = make_network()
    x, y = make_batch(3)
    results = [network.predict(x), network.loss_and_gradient(x, y)[1],
               network.input_gradient(x, y), *network.activations(x)]  # fmt: skip
    kept = [array.copy() for array in results]
    other = make_batch(3, seed=9)
    network.predict(other[0]), network.loss_and_gradient(*other), network.input_gradient(*other)
    for array, copied in zip(results, kept, strict=True):
        assert np.array_equal(array, copied)
    before = x.copy()
    for array in results:
        array[...] = 5.0
    assert np.array_equal(x, before)


def test_the_two_forward_passes_give_the_same_bits() -> None:
    network = make_network()
    x, y = make_batch(5)
    assert network.loss_value(x, y) == network.loss_and_gradient(x, y)[0]
    assert network.loss_at(network.parameters, x, y) == network.loss_value(x, y)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_copies_are_whole_and_independent(duplicate) -> None:
    network = make_network("leaky_relu", dtype=np.float32)
    twin = duplicate(network)
    x = make_batch(3)[0]
    assert np.array_equal(network.predict(x), twin.predict(x))
    assert repr(network) == repr(twin)
    twin.parameters[:] = 0.0
    assert not twin.layers[0].weights.any()
    assert network.parameters.all()
    assert network.layers[0].weights.all()


def test_repr_says_how_to_build_it() -> None:
    assert repr(make_network()) == (
        "Sequential([Conv2D(2, 3, (2, 4), 'tanh'), MaxPool2D((2, 3)), Conv2D(3, 5, (2, 1), "
        "'tanh'), Flatten(), Dense(20, 4, 'tanh'), Dense(4, 3, 'softmax')], input_shape=(7, 9, 2), "
        "loss='categorical_cross_entropy', dtype=float64)"
    )


class Cube(Activation):
    name = "cube"

    def forward_into(self, z: np.ndarray, out: np.ndarray) -> np.ndarray:
        return np.multiply(z, z * z, out=out)

    def slope(self, z: np.ndarray) -> np.ndarray:
        return 3 * z * z


class Double(Flatten):
    """A layer that a file could not name."""


def with_first(*first: Layer, shape=(4, 4, 1), **options) -> Sequential:
    generator = np.random.default_rng(0)
    return Sequential([*first, Dense(16, 2, generator=generator)], input_shape=shape, **options)


BUILDING = [
    ([], {}, ValueError, r"layers is \[\], expected a Dense layer at the end"),
    ([Flatten()], {}, ValueError, r"layers is \[Flatten\(\)\], expected a Dense layer at the end"),
    (5, {}, TypeError, "layers is 5, expected a list"),
    ("ab", {}, TypeError, "layers is 'ab', expected a list"),
    ([Flatten], {}, TypeError, r"layers\[0\] is <class .*expected a layer such as Flatten\(\)"),
    (make_layers(), {"input_shape": 7}, ValueError, r"input_shape is 7, expected \(inputs,\) or"),
    (make_layers(), {"input_shape": (7, 9)}, ValueError, r"input_shape is \(7, 9\)"),
    (make_layers(), {"input_shape": (7, 0, 2)}, ValueError, r"input_shape\[1\] is 0"),
    (make_layers(), {"input_shape": (7, 9, 3)}, ValueError,
     r"layers\[0\] is Conv2D\(.*\), but its input has shape \(7, 9, 3\), expected \(height, wi"),
    (make_layers(), {"input_shape": (1, 9, 2)}, ValueError,
     r"layers\[0\] is .* x holds images of 1 × 9 pixels, expected at least 2 × 4"),
    (make_layers(), {"input_shape": (8, 9, 2)}, ValueError,
     r"layers\[1\] is MaxPool2D\(\(2, 3\)\), but x holds images of 7 × 6 pixels, .*2 × 3"),
    (make_layers(), {"input_shape": (7, 12, 2)}, ValueError,
     r"layers\[4\] is Dense\(20, 4, 'tanh'\), but its input has shape \(30,\), expected \(20,\)"),
    (make_layers()[1:], {"input_shape": (7,)}, ValueError,
     r"layers\[0\] is MaxPool2D.*its input has shape \(7,\), expected \(height, width, channels"),
    (make_layers()[3:], {"input_shape": (20,)}, ValueError, r"layers\[0\] is Flatten\(\), but its"),
    (make_layers()[4:], {"input_shape": (2, 2, 5)}, ValueError,
     r"layers\[0\] is Dense.*its input has shape \(2, 2, 5\), .*: put Flatten\(\) in front of it"),
    (make_layers(), {"loss": "mse"}, ValueError, "loss is 'mse'"),
    (make_layers(output="tanh"), {}, ValueError, "output_activation is 'tanh', expected 'softmax'"),
    ([*make_layers()[:5], *make_layers(dtype=np.float32)[5:]], {}, ValueError,
     "layers have dtypes float32 and float64, expected one"),
]  # fmt: skip


@pytest.mark.parametrize(("layers", "options", "error", "message"), BUILDING)
def test_layers_that_do_not_fit_are_refused_and_stay_free(
    layers: object, options: dict, error: type, message: str
) -> None:
    good = {"input_shape": SHAPE, "loss": "categorical_cross_entropy"}
    with pytest.raises(error, match=message):
        Sequential(layers, **{**good, **options})
    if isinstance(layers, list):
        assert not any(getattr(layer, "belongs_to_network", False) for layer in layers)


def test_a_layer_serves_in_one_network_only() -> None:
    network = make_network()
    before = network.parameters.copy()
    with pytest.raises(ValueError, match=r"layers\[0\], Conv2D\(.*\), serves in a network already"):
        Sequential(network.layers, input_shape=SHAPE, loss="categorical_cross_entropy")
    generator = np.random.default_rng(0)
    twice = Dense(3, 3, generator=generator)
    with pytest.raises(ValueError, match=r"layers\[1\], Dense\(3, 3, 'sigmoid'\), serves in a"):
        Sequential([twice, twice], input_shape=(3,))
    assert network.layers[0].weights.ravel()[0] == before[0]
    network.parameters[0] += 1
    assert network.layers[0].weights.ravel()[0] == before[0] + 1


GOOD_X, GOOD_Y = make_batch(2)


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        (GOOD_X[0], GOOD_Y, ValueError, r"x has shape \(7, 9, 2\), expected \(examples, 7, 9, 2\)"),
        (GOOD_X[:, 1:], GOOD_Y, ValueError, r"x has shape \(2, 6, 9, 2\), expected"),
        (GOOD_X.reshape(2, -1), GOOD_Y, ValueError, r"e\.g\. x\.reshape\(-1, 7, 9, 2\)"),
        (GOOD_X[:0], GOOD_Y[:0], ValueError, "x is empty"),
        (GOOD_X * np.nan, GOOD_Y, ValueError, r"x\[0, 0, 0, 0\] is nan"),
        (GOOD_X + 1j, GOOD_Y, TypeError, "x has dtype complex128"),
        (GOOD_X, GOOD_Y[:, :2], ValueError, r"y has shape \(2, 2\), expected \(examples, 3\)"),
        (GOOD_X, GOOD_Y[:1], ValueError, "y has 1 rows, expected 2"),
        (GOOD_X, 2 * GOOD_Y, ValueError, "targets"),
    ],
)
@pytest.mark.parametrize("method", ["loss_value", "loss_and_gradient", "input_gradient"])
def test_a_refused_batch_changes_nothing(
    method: str, x: object, y: object, error: type, message: str
) -> None:
    network = make_network()
    network.loss_and_gradient(GOOD_X, GOOD_Y)
    assert_refused_unchanged(network, method, (x, y), error, message)


def test_backpropagate_refuses_what_would_broadcast_or_convert() -> None:
    network = make_network()
    for x, y in (
        (GOOD_X[:, :, :, :1], GOOD_Y),
        (GOOD_X.astype(np.float32), GOOD_Y),
        (GOOD_X[:0], GOOD_Y[:0]),
        (GOOD_X, GOOD_Y[:1]),
    ):
        with pytest.raises(ValueError, match=r"pass what network\.check_batch\(x, y\) returns"):
            network.backpropagate(x, y)
    assert not network.gradient.any()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_file_gives_the_network_back(tmp_path: Path, dtype: type) -> None:
    network = make_network("gelu", dtype=dtype)
    network.save(tmp_path / "n.npz")
    loaded = Sequential.load(tmp_path / "n.npz")
    assert repr(loaded) == repr(network)
    assert np.array_equal(loaded.parameters, network.parameters)
    assert loaded.parameters.dtype == dtype
    assert np.array_equal(loaded.predict(GOOD_X), network.predict(GOOD_X))


def test_each_kind_of_file_is_its_own(tmp_path: Path) -> None:
    make_network().save(tmp_path / "layers.npz")
    MLP([2, 1], generator=np.random.default_rng(0)).save(tmp_path / "mlp.npz")
    with pytest.raises(ValueError, match=r"written by MLP\.save, but its format is nnlib layers 1"):
        MLP.load(tmp_path / "layers.npz")
    with pytest.raises(ValueError, match=r"written by Sequential\.save, but its format is nnlib n"):
        Sequential.load(tmp_path / "mlp.npz")


def test_what_a_file_cannot_name_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "n.npz"
    with pytest.raises(ValueError, match=r"Double\(\) is not one of nnlib's own layers"):
        with_first(Double()).save(path)
    conv = Conv2D(1, 1, (1, 1), Cube(), generator=np.random.default_rng(0))
    with pytest.raises(ValueError, match="<activation cube> is not one of nnlib's own"):
        with_first(conv, Flatten()).save(path)
    diverged = make_network()
    diverged.parameters[3] = np.inf
    with pytest.raises(ValueError, match=r"parameters\[3\] is inf"):
        diverged.save(path)
    assert not list(tmp_path.iterdir())


def changed(layers: list, number: int, **settings: object) -> str:
    layers = copy.deepcopy(layers)
    layers[number][1].update(settings)
    return json.dumps(layers)


def wrong_contents(layers: list) -> tuple[dict[str, Any], ...]:
    """What a file may hold instead of the right arrays."""
    return (
        {"format": "nnlib layers 2"},
        {"layers": "[["},
        {"layers": "[" * 100_000},
        {"layers": "5"},
        {"layers": json.dumps([["Cube", {}], *layers])},
        {"layers": json.dumps(layers[1:])},
        {"layers": json.dumps([["Conv2D", 5], *layers[1:]])},
        {"layers": changed(layers, 0, inputs=10**9, outputs=10**9)},
        {"layers": changed(layers, 0, inputs=10**7, outputs=10**7)},  # more than any memory
        {"layers": changed(layers, 0, inputs=-2)},
        {"layers": changed(layers, 0, inputs=2.0)},
        {"layers": changed(layers, 0, kernel_size=[4, 2])},
        {"layers": changed(layers, 0, kernel_size=8)},
        {"layers": changed(layers, 0, activation="magic")},
        {"layers": changed(layers, 0, dtype="float32")},
        {"layers": changed(layers, 0, surprise=1)},
        {"layers": changed(layers, 1, block_size=[10**9, 1])},
        {"layers": changed(layers, 5, activation="tanh")},
        {"input_shape": np.array([7, 9])},
        {"input_shape": np.array([7.0, 9.0, 2.0])},
        {"input_shape": np.array([10**9, 10**9, 2])},
        {"loss": "magic"},
        {"parameters": np.ones(3)},
        {"parameters": np.full(185, np.nan)},
        {"parameters": np.ones(185, int)},
    )


def test_wrong_contents_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.npz"
    make_network().save(path)
    with np.load(path) as file:
        arrays = {**file}
    layers = json.loads(str(arrays["layers"]))
    assert layers[1] == ["MaxPool2D", {"block_size": [2, 3]}]
    for changes in wrong_contents(layers):
        np.savez(path, **{**arrays, **changes})
        with pytest.raises(
            ValueError, match=r"written by Sequential\.save, but .*save the network"
        ):
            Sequential.load(path)
    for name in arrays:
        np.savez(path, **{key: value for key, value in arrays.items() if key != name})
        with pytest.raises(ValueError, match=rf"Sequential\.save, but .*{name}"):
            Sequential.load(path)
    np.savez(path, **arrays)
    assert np.array_equal(Sequential.load(path).parameters, arrays["parameters"])
