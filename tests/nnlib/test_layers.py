"""The dense layer: both passes against the complex step, buffers, views, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib import Dense
from nnlib.initializers import constant, uniform
from tests.nnlib.judges import complex_step

ACTIVATIONS = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu", "softmax"]


def make_layer(activation: str = "tanh", dtype: type = np.float64) -> Dense:
    return Dense(
        3, 5, activation, bias_initializer=uniform(-1, 1), generator=np.random.default_rng(0),
        dtype=dtype,
    )  # fmt: skip


def numeric_gradients(layer: Dense, x: np.ndarray, upstream: np.ndarray) -> dict:
    """Differentiate Σ upstream · f(x W + b), written afresh."""
    w, b = layer.weights.astype(np.float64), layer.bias.astype(np.float64)

    def output(x, w, b) -> complex:
        return (upstream * layer.activation(x @ w + b)).sum()

    return {
        "x": complex_step(lambda moved: output(moved, w, b), x),
        "weights": complex_step(lambda moved: output(x, moved, b), w),
        "bias": complex_step(lambda moved: output(x, w, moved), b),
    }


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-4)])
def test_backward_agrees_with_the_complex_step(
    activation: str, dtype: type, tolerance: float
) -> None:
    """Weights, bias and input; a short batch after a long one, and a long one again."""
    layer = make_layer(activation, dtype)
    generator = np.random.default_rng(1)
    for examples in (7, 4, 7, 9):
        x = generator.normal(size=(examples, 3)).astype(dtype)
        upstream = generator.normal(size=(examples, 5)).astype(dtype)
        layer.forward(x)
        x_gradient = layer.backward(upstream)
        analytic = {"x": x_gradient, "weights": layer.weights_gradient, "bias": layer.bias_gradient}
        for name, numeric in numeric_gradients(layer, x, upstream).items():
            assert analytic[name].dtype == dtype
            scale = np.maximum(np.abs(numeric), 0.01 * np.abs(numeric).max())
            errors = np.abs(analytic[name] - numeric) / scale
            assert errors.max() <= tolerance, (name, examples)


def test_forward_is_the_equation() -> None:
    layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
    layer.weights, layer.bias = [[2.0], [4.0]], [-1.0]
    assert np.array_equal(layer.forward([[2, 3], [4, 1]]), [[15.0], [11.0]])


def test_passes_leave_their_arguments_alone() -> None:
    layer = make_layer()
    generator = np.random.default_rng(2)
    x, upstream = generator.normal(size=(4, 3)), generator.normal(size=(4, 5))
    before = x.copy(), upstream.copy(), layer.weights.copy(), layer.bias.copy()
    layer.forward(x)
    layer.backward(upstream)
    for array, copy in zip((x, upstream, layer.weights, layer.bias), before, strict=True):
        assert np.array_equal(array, copy)


def test_backward_writes_and_does_not_add() -> None:
    layer = make_layer()
    layer.forward(np.ones((2, 3)))
    first_input = layer.backward(np.ones((2, 5))).copy()
    first = layer.weights_gradient.copy(), layer.bias_gradient.copy()
    assert np.array_equal(layer.backward(np.ones((2, 5))), first_input)
    assert np.array_equal(layer.weights_gradient, first[0])
    assert np.array_equal(layer.bias_gradient, first[1])


def test_buffers_are_reused_and_so_is_a_shorter_batch() -> None:
    layer = make_layer()
    long = layer.forward(np.ones((6, 3)))
    short = layer.forward(np.zeros((2, 3)))
    assert short.shape == (2, 5)
    assert np.shares_memory(long, short)
    assert np.shares_memory(long, layer.forward(np.ones((6, 3))))


def test_only_the_view_given_by_bind_is_written() -> None:
    layer = make_layer()
    parameters, gradient = np.arange(20.0), np.zeros(20)
    layer.bind(parameters, gradient)
    assert np.array_equal(layer.weights, np.arange(15.0).reshape(3, 5))
    assert np.array_equal(layer.bias, np.arange(15.0, 20.0))
    layer.weights = np.full((3, 5), 2.0)
    layer.bias = np.full(5, 3.0)
    assert np.array_equal(parameters, [2.0] * 15 + [3.0] * 5)
    layer.forward(np.ones((2, 3)))
    layer.backward(np.ones((2, 5)))
    assert np.array_equal(gradient[:15].reshape(3, 5), layer.weights_gradient)
    assert np.array_equal(gradient[15:], layer.bias_gradient)


def test_initializers_see_the_sizes_and_the_generator() -> None:
    calls = []

    def spy(fan_in: int, fan_out: int, generator: np.random.Generator) -> np.ndarray:
        calls.append((fan_in, fan_out))
        return generator.normal(size=(fan_in, fan_out))

    layers = [
        Dense(3, 5, initializer=spy, bias_initializer=spy, generator=np.random.default_rng(7))
        for _ in range(2)
    ]
    assert calls == [(3, 5), (1, 5)] * 2
    assert np.array_equal(layers[0].weights, layers[1].weights)
    assert np.array_equal(layers[0].bias, layers[1].bias)
    assert len(set(layers[0].bias)) == 5


def test_float32_has_the_same_initial_weights_rounded() -> None:
    double, single = make_layer(), make_layer(dtype=np.float32)
    assert np.array_equal(single.weights, double.weights.astype(np.float32))


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((0, 5), {}, ValueError, "inputs is 0"),
        ((3, 2.0), {}, TypeError, r"outputs is 2\.0"),
        ((3, 5, "sigmoidal"), {}, ValueError, "activation is 'sigmoidal'"),
        ((3, 5), {"initializer": "xavier"}, ValueError, "initializer is 'xavier'"),
        ((3, 5), {"generator": 0}, TypeError, "generator is 0"),
        ((3, 5), {"dtype": np.float16}, TypeError, "dtype is"),
        (
            (3, 5), {"initializer": lambda i, o, g: np.zeros((o, i))}, ValueError,
            r"the result of initializer has shape \(5, 3\), expected \(3, 5\): return",
        ),
        (
            (3, 5), {"initializer": lambda i, o, g: np.full((i, o), np.nan)}, ValueError,
            r"the result of initializer\[0, 0\] is nan",
        ),
        (
            (3, 5), {"bias_initializer": lambda i, o, g: np.zeros((1, 2))}, ValueError,
            r"the result of bias_initializer has shape \(1, 2\), expected \(1, 5\)",
        ),
    ],
)  # fmt: skip
def test_bad_settings_are_refused(
    arguments: tuple, options: dict, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        Dense(*arguments, **{"generator": np.random.default_rng(0), **options})


@pytest.mark.parametrize(
    "x", [np.ones(3), np.ones((2, 4)), np.ones((0, 3)), [[1.0, np.nan, 0.0]], [["a"] * 3]]
)
def test_a_refused_forward_changes_nothing(x: object) -> None:
    layer = make_layer()
    a = layer.forward(np.ones((2, 3)))
    before = a.copy()
    expected = layer.backward(np.ones((2, 5))).copy()
    with pytest.raises((TypeError, ValueError), match="x"):
        layer.forward(x)
    assert np.array_equal(a, before)
    assert np.array_equal(layer.backward(np.ones((2, 5))), expected)


@pytest.mark.parametrize(
    "upstream", [np.ones(5), np.ones((3, 5)), np.ones((2, 3)), [[np.inf] * 5] * 2, [["a"] * 5] * 2]
)
def test_a_refused_backward_changes_nothing(upstream: object) -> None:
    layer = make_layer()
    layer.forward(np.ones((2, 3)))
    layer.backward(np.ones((2, 5)))
    before = layer.weights_gradient.copy(), layer.bias_gradient.copy()
    with pytest.raises((TypeError, ValueError), match="upstream"):
        layer.backward(upstream)
    assert np.array_equal(layer.weights_gradient, before[0])
    assert np.array_equal(layer.bias_gradient, before[1])


def test_backward_before_forward() -> None:
    with pytest.raises(RuntimeError, match=r"call layer\.forward\(x\) first"):
        make_layer().backward(np.ones((2, 5)))


@pytest.mark.parametrize("value", [[1.0], np.ones((5, 3)), np.full((3, 5), np.nan), "abc", None])
def test_refused_weights_change_nothing(value: object) -> None:
    layer = make_layer()
    before = layer.weights.copy()
    with pytest.raises((TypeError, ValueError), match="weights"):
        layer.weights = value
    assert np.array_equal(layer.weights, before)


def test_constant_initializers() -> None:
    layer = Dense(
        2, 3, initializer=constant(0.5), bias_initializer=constant(-1.0),
        generator=np.random.default_rng(0),
    )  # fmt: skip
    assert np.array_equal(layer.weights, np.full((2, 3), 0.5))
    assert np.array_equal(layer.bias, np.full(3, -1.0))
