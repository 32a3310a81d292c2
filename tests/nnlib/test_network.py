"""The network: its gradient against the complex step, its vectors, and what it refuses."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from nnlib import MLP, losses
from nnlib.activations import Activation
from tests.nnlib.judges import assert_refused_unchanged, complex_step

HIDDEN = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu", "softmax"]
ENDINGS = [
    ("identity", "mean_squared_error"),
    ("sigmoid", "mean_squared_error"),
    ("tanh", "mean_squared_error"),
    ("softmax", "mean_squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "categorical_cross_entropy"),
]
SIZES = [3, 5, 4, 2]  # all different: a forgotten transpose then fails by its shape


def make_network(activation="tanh", ending=ENDINGS[1], dtype=np.float64, seed=0) -> MLP:
    return MLP(
        SIZES,
        activation=activation,
        output_activation=ending[0],
        loss=ending[1],
        bias_initializer=lambda i, o, generator: generator.normal(size=(i, o)),
        generator=np.random.default_rng(seed),
        dtype=dtype,
    )


def make_batch(examples: int, seed: int = 0, dtype=np.float64) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(100 + seed)
    x = generator.normal(size=(examples, SIZES[0])).astype(dtype)
    return x, generator.dirichlet(np.ones(SIZES[-1]), size=examples).astype(dtype)


def loss_by_hand(network: MLP, parameters, x, y):
    """Return the loss from its definition, layer by layer; complex numbers welcome."""
    a, start = x, 0
    for layer in network.layers:
        end = start + layer.inputs * layer.outputs
        weights = parameters[start:end].reshape(layer.inputs, layer.outputs)
        bias = parameters[end : end + layer.outputs]
        a = layer.activation(a @ weights + bias)
        start = end + layer.outputs
    if network.loss.name == "mean_squared_error":
        return ((a - y) ** 2).sum() / y.size
    if network.loss.name == "binary_cross_entropy":
        return -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / y.size
    return -(y * np.log(a)).sum() / len(y)


def relative_errors(analytic: np.ndarray, numeric: np.ndarray) -> np.ndarray:
    # An entry that is small because terms cancelled keeps their rounding, so it is judged by
    # a fraction of the largest entry: in float64 1e-11 of that is still 5 roundings.
    fraction = 1e-4 if analytic.dtype == np.float64 else 0.1
    floor = fraction * np.abs(numeric).max()
    return np.abs(analytic - numeric) / np.maximum(np.abs(numeric), floor)


@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("ending", ENDINGS, ids=" ".join)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-4)])
def test_gradients_agree_with_the_complex_step(
    activation: str, ending: tuple[str, str], dtype: type, tolerance: float
) -> None:
    """Every parameter and every input; a batch, a shorter one, and the first size again."""
    network = make_network(activation, ending, dtype)
    parameters = network.parameters.astype(np.float64)
    for seed, examples in enumerate((6, 2, 6)):
        x, y = make_batch(examples, seed, dtype)
        loss, gradient = network.loss_and_gradient(x, y)
        assert loss == pytest.approx(loss_by_hand(network, parameters, x, y), rel=tolerance)
        numeric = complex_step(lambda p: loss_by_hand(network, p, x, y), parameters)  # noqa: B023
        assert relative_errors(gradient, numeric).max() <= tolerance
        numeric = complex_step(lambda x: loss_by_hand(network, parameters, x, y), x)  # noqa: B023
        assert relative_errors(network.input_gradient(x, y), numeric).max() <= tolerance
        assert gradient.dtype == network.input_gradient(x, y).dtype == dtype


def test_gradient_at_a_kink_follows_the_convention() -> None:
    """A weighted sum of exactly 0: ReLU passes nothing, leaky ReLU a hundredth."""
    for activation, slope in (("relu", 0.0), ("leaky_relu", 0.01)):
        network = MLP([1, 1, 1], activation=activation, output_activation="identity",
                      generator=np.random.default_rng(0))  # fmt: skip
        network.parameters = [1.0, -1.0, 3.0, 0.0]  # w1, b1, w2, b2; x = 1 gives z = 0
        gradient = network.loss_and_gradient([[1.0]], [[-1.0]])[1]
        assert np.array_equal(gradient, [6 * slope, 6 * slope, 0.0, 2.0])


@pytest.mark.parametrize("ending", ENDINGS[4:], ids=" ".join)
def test_saturated_outputs_keep_their_exact_gradient(ending: tuple[str, str]) -> None:
    """Logits of ±1000 on the wrong side: the loss is finite, the gradient is (a - y) / count."""
    network = MLP([1, 2], output_activation=ending[0], loss=ending[1],
                  generator=np.random.default_rng(0))  # fmt: skip
    network.parameters = [1000.0, -1000.0, 0.0, 0.0]
    loss, gradient = network.loss_and_gradient([[1.0], [1.0]], [[0.0, 1.0]] * 2)
    expected = {"sigmoid": (1000.0, 0.5), "softmax": (2000.0, 1.0)}[ending[0]]
    assert loss == expected[0]
    assert np.array_equal(gradient, expected[1] * np.array([1.0, -1.0, 1.0, -1.0]))


@pytest.mark.parametrize("activation", HIDDEN)
def test_saturated_hidden_units_are_silent_and_finite(activation: str) -> None:
    network = make_network(activation)
    x, y = make_batch(4)
    with np.errstate(over="warn", invalid="warn", divide="warn"):
        loss, gradient = network.loss_and_gradient(x * 1000, y)
    assert np.isfinite(loss)
    assert np.isfinite(gradient).all()


def test_forward_pass_by_hand() -> None:
    network = MLP([2, 2, 1], generator=np.random.default_rng(0))
    network.parameters = [1, 2, 3, 4, 0.5, -0.5, 2, -1, 0.25]
    hidden = 1 / (1 + np.exp(-np.array([1 * 2 + 3 * -1 + 0.5, 2 * 2 + 4 * -1 - 0.5])))
    output = 1 / (1 + np.exp(-(2 * hidden[0] - hidden[1] + 0.25)))
    np.testing.assert_allclose(network.predict([[2, -1]]), [[output]], rtol=1e-15)
    steps = network.activations([[2, -1]])
    np.testing.assert_allclose(steps[1], [hidden], rtol=1e-15)
    assert [step.shape for step in steps] == [(1, 2), (1, 2), (1, 1)]
    loss = network.loss_value([[2, -1]], [[1.0]])
    assert loss == pytest.approx((output - 1) ** 2, rel=1e-14)


def test_the_two_forward_passes_give_the_same_bits() -> None:
    network = make_network()
    x, y = make_batch(5)
    assert network.loss_value(x, y) == network.loss_and_gradient(x, y)[0]
    assert network.loss_at(network.parameters, x, y) == network.loss_value(x, y)


def test_parameters_stand_in_order_and_layers_see_them() -> None:
    network = make_network()
    first, second, third = network.layers
    expected = [first.weights, first.bias, second.weights, second.bias, third.weights, third.bias]
    assert np.array_equal(network.parameters, np.concatenate([part.ravel() for part in expected]))
    network.parameters[0] = 42.0
    assert first.weights[0, 0] == 42.0
    third.bias = [7.0, 8.0]
    assert np.array_equal(network.parameters[-2:], [7.0, 8.0])
    network.parameters = np.arange(54.0)
    assert np.array_equal(second.bias, [40.0, 41.0, 42.0, 43.0])


def test_gradient_vector_and_layers_are_one() -> None:
    network = make_network()
    network.loss_and_gradient(*make_batch(3))
    parts = [g.ravel() for la in network.layers for g in (la.weights_gradient, la.bias_gradient)]
    assert np.array_equal(network.gradient, np.concatenate(parts))
    assert np.abs(network.gradient).min() > 0


def test_assigning_parameters_copies() -> None:
    network = make_network()
    new = np.zeros_like(network.parameters)
    network.parameters = new
    new[:] = 5.0
    assert not network.parameters.any()


def test_results_are_copies() -> None:
    network = make_network()
    x, y = make_batch(3)
    prediction, gradient = network.predict(x), network.loss_and_gradient(x, y)[1]
    inputs, steps = network.input_gradient(x, y), network.activations(x)
    kept = [array.copy() for array in (prediction, gradient, inputs, *steps)]
    other_x, other_y = make_batch(3, seed=9)
    network.predict(other_x), network.loss_and_gradient(other_x, other_y)
    network.input_gradient(other_x, other_y), network.activations(other_x)
    for array, copied in zip((prediction, gradient, inputs, *steps), kept, strict=True):
        assert np.array_equal(array, copied)
    steps[0][:] = 0.0
    assert x.any()


def test_inputs_targets_and_parameters_are_left_alone() -> None:
    network = make_network()
    x, y = make_batch(3)
    before = x.copy(), y.copy(), network.parameters.copy()
    network.predict(x), network.loss_value(x, y), network.loss_and_gradient(x, y)
    network.input_gradient(x, y), network.activations(x)
    for array, copied in zip((x, y, network.parameters), before, strict=True):
        assert np.array_equal(array, copied)


def test_only_backpropagation_writes_the_gradient() -> None:
    network = make_network()
    x, y = make_batch(3)
    loss, gradient = network.loss_and_gradient(x, y)
    other = make_batch(2, seed=1)
    network.predict(other[0]), network.loss_value(*other), network.input_gradient(*other)
    network.loss_at(network.parameters * 2, *other), network.activations(other[0])
    assert np.array_equal(network.gradient, gradient)
    assert network.backpropagate(x, y) == loss
    assert np.array_equal(network.gradient, gradient)


def test_a_batch_has_the_mean_gradient_of_its_examples() -> None:
    for ending in ENDINGS:
        network = make_network(ending=ending)
        x, y = make_batch(5)
        single = [network.loss_and_gradient(x[i : i + 1], y[i : i + 1])[1] for i in range(5)]
        gradient = network.loss_and_gradient(x, y)[1]
        np.testing.assert_allclose(gradient, np.mean(single, axis=0), rtol=1e-12, atol=1e-16)


def test_float32_stays_float32_from_end_to_end() -> None:
    network = make_network(dtype=np.float32)
    x, y = make_batch(3)
    assert network.predict(x).dtype == np.float32
    assert network.loss_and_gradient(x, y)[1].dtype == np.float32
    assert all(step.dtype == np.float32 for step in network.activations(x))
    assert type(network.loss_value(x, y)) is float


def test_the_generator_alone_decides_the_initial_parameters() -> None:
    assert np.array_equal(make_network(seed=3).parameters, make_network(seed=3).parameters)
    assert not np.array_equal(make_network(seed=3).parameters, make_network(seed=4).parameters)


def test_describe_names_every_entry_once() -> None:
    network = make_network()
    network.parameters = np.arange(54.0)
    names = [network.describe(index) for index in range(54)]
    assert len(set(names)) == 54
    assert names[0] == "layer 1 weights[0, 0]"
    for index, name in enumerate(names):
        _, number, what = name.split(" ", 2)
        layer = network.layers[int(number) - 1]
        kind, place = what.rstrip("]").split("[")
        assert getattr(layer, kind)[tuple(map(int, place.split(", ")))] == index, name
    for index in (54, -1):
        with pytest.raises(ValueError, match=f"index is {index}"):
            network.describe(index)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_copies_are_whole_and_independent(duplicate) -> None:
    network = make_network("leaky_relu", ENDINGS[5], np.float32)
    twin = duplicate(network)
    x = make_batch(3)[0]
    assert np.array_equal(network.predict(x), twin.predict(x))
    assert repr(network) == repr(twin)
    twin.parameters[:] = 0.0
    assert not twin.layers[0].weights.any()
    assert network.parameters.all()


def test_repr_says_how_to_build_it() -> None:
    assert repr(make_network()) == (
        "MLP([3, 5, 4, 2], activation='tanh', output_activation='sigmoid', "
        "loss='mean_squared_error', dtype=float64)"
    )


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"layer_sizes": [3]}, ValueError, r"layer_sizes is \[3\], expected at least the numbers"),
        ({"layer_sizes": 3}, TypeError, "layer_sizes is 3, expected a list"),
        ({"layer_sizes": "32"}, TypeError, "layer_sizes is '32'"),
        ({"layer_sizes": [3, 0, 1]}, ValueError, r"layer_sizes\[1\] is 0"),
        ({"layer_sizes": [3, 1.5]}, TypeError, r"layer_sizes\[1\] is 1\.5"),
        ({"activation": "rellu"}, ValueError, "activation is 'rellu'.*did you mean 'relu'"),
        ({"output_activation": 1}, TypeError, "activation is 1"),
        ({"loss": "mse"}, ValueError, "loss is 'mse'"),
        ({"initializer": "random"}, ValueError, "initializer is 'random'"),
        ({"generator": None}, TypeError, "generator is None, .*default_rng"),
        ({"dtype": int}, TypeError, "dtype is"),
        ({"loss": "binary_cross_entropy", "output_activation": "identity"}, ValueError,
         "output_activation is 'identity', expected 'sigmoid' for the loss 'binary_cross_entropy'"),
        ({"loss": losses.categorical_cross_entropy}, ValueError,
         "output_activation is 'sigmoid', expected 'softmax'"),
    ],
)  # fmt: skip
def test_bad_settings_are_refused(settings: dict, error: type, message: str) -> None:
    good = {"layer_sizes": SIZES, "generator": np.random.default_rng(0)}
    with pytest.raises(error, match=message):
        MLP(**{**good, **settings})


GOOD_X, GOOD_Y = make_batch(2)
BAD_BATCHES = [
    (np.ones(3), GOOD_Y, ValueError, r"x has shape \(3,\), expected \(examples, 3\): .*reshape"),
    (np.ones((2, 4)), GOOD_Y, ValueError, r"x has shape \(2, 4\), expected \(examples, 3\)"),
    (np.ones((0, 3)), np.ones((0, 2)), ValueError, "x is empty"),
    ([[0.0, np.nan, 0.0]] * 2, GOOD_Y, ValueError, r"x\[0, 1\] is nan"),
    ([["a", "b", "c"]] * 2, GOOD_Y, TypeError, "x has dtype"),
    (GOOD_X + 1j, GOOD_Y, TypeError, "x has dtype complex128"),
    (GOOD_X, [0.0, 1.0], ValueError, r"y has shape \(2,\), expected \(examples, 2\)"),
    (GOOD_X, np.ones((2, 1)), ValueError, r"y has shape \(2, 1\), expected \(examples, 2\)"),
    (GOOD_X, np.ones((1, 2)), ValueError, "y has 1 rows, expected 2, the rows of x"),
    (GOOD_X, [[0.0, np.inf]] * 2, ValueError, r"y\[0, 1\] is inf"),
    (GOOD_X, np.array([["a", "b"]] * 2), TypeError, "y has dtype"),
]


@pytest.mark.parametrize(("x", "y", "error", "message"), BAD_BATCHES)
@pytest.mark.parametrize("method", ["loss_value", "loss_and_gradient", "input_gradient"])
def test_a_refused_batch_changes_nothing(
    method: str, x: object, y: object, error: type, message: str
) -> None:
    network = make_network()
    network.loss_and_gradient(GOOD_X, GOOD_Y)
    assert_refused_unchanged(network, method, (x, y), error, message)


@pytest.mark.parametrize(("x", "y", "error", "message"), BAD_BATCHES[:6])
@pytest.mark.parametrize("method", ["predict", "activations"])
def test_refused_inputs(method: str, x: object, y: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        getattr(make_network(), method)(x)


def test_targets_that_the_loss_cannot_take_are_refused() -> None:
    with pytest.raises(ValueError, match=r"targets\[1, 0\] is 2"):
        make_network(ending=ENDINGS[4]).loss_value(GOOD_X, [[0.0, 1.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match=r"targets\[0\] sums to 2"):
        make_network(ending=ENDINGS[5]).loss_and_gradient(GOOD_X, np.ones((2, 2)))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((2, 4)), np.ones((2, 2)), r"x is float64 of shape \(2, 4\), expected float64"),
        (np.ones((2, 3), np.float32), np.ones((2, 2)), "x is float32 of shape"),
        (np.ones((2, 3)), np.ones((1, 2)), r"y is float64 of shape \(1, 2\), .*\(2, 2\)"),
        (np.ones((2, 3)), np.ones(2), r"y is .*pass what network\.check_batch\(x, y\) returns"),
        (np.ones((2, 3)), np.ones((2, 2), int), "y is int64"),
        (np.ones((0, 3)), np.ones((0, 2)), r"x is .*\(examples, 3\)"),
    ],
)
def test_backpropagate_refuses_what_would_broadcast_or_convert(
    x: np.ndarray, y: np.ndarray, message: str
) -> None:
    network = make_network()
    network.loss_and_gradient(GOOD_X, GOOD_Y)
    before = network.gradient.copy()
    with pytest.raises(ValueError, match=message):
        network.backpropagate(x, y)
    assert np.array_equal(network.gradient, before)


@pytest.mark.parametrize("value", [[1.0], np.ones((7, 7)), np.full(54, np.nan), "a", [1j] * 54])
def test_refused_parameters_change_nothing(value: object) -> None:
    network = make_network()
    before = network.parameters.copy()
    with pytest.raises((TypeError, ValueError), match="parameters"):
        network.parameters = value
    assert np.array_equal(network.parameters, before)


def test_loss_at_leaves_the_network_and_checks_its_vector() -> None:
    network = make_network()
    before = network.parameters.copy()
    x, y = make_batch(3)
    other = before + 0.5
    loss = network.loss_at(other, x, y)
    assert np.array_equal(network.parameters, before)
    network.parameters = other
    assert network.loss_value(x, y) == loss
    assert isinstance(network.loss_at(other + 0j, x, y), complex)
    assert isinstance(network.loss_at(other, x + 0j, y), complex)
    with pytest.raises(ValueError, match=r"parameters has shape \(53,\), expected \(54,\)"):
        network.loss_at(other[1:], x, y)


def test_one_linear_neuron() -> None:
    network = MLP([2, 1], output_activation="identity", generator=np.random.default_rng(0))
    network.parameters = [2.0, 4.0, 0.0]
    assert np.array_equal(network.predict([[2, 3], [4, 1]]), [[16.0], [12.0]])
    assert not network.loss_and_gradient([[2, 3], [4, 1]], [[16], [12]])[1].any()


def test_an_activation_of_ones_own() -> None:
    class Cube(Activation):
        name = "cube"

        def forward_into(self, z: np.ndarray, out: np.ndarray) -> np.ndarray:
            return np.multiply(z, z * z, out=out)

        def slope(self, z: np.ndarray) -> np.ndarray:
            return 3 * z * z

    network = make_network(Cube())
    x, y = make_batch(4)
    x *= 0.3  # no cube so large that the output sigmoid saturates: a (1 - a) would round
    numeric = complex_step(lambda p: network.loss_at(p, x, y), network.parameters)
    assert relative_errors(network.loss_and_gradient(x, y)[1], numeric).max() < 1e-11
