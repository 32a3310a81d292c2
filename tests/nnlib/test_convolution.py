"""The convolutional layer: against a loop, SciPy and the complex step; views and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import correlate2d

from nnlib import Conv2D
from nnlib.convolution import patches
from nnlib.initializers import uniform
from tests.nnlib.judges import complex_step

ACTIVATIONS = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu", "softmax"]
HEIGHT, WIDTH, INPUTS, OUTPUTS, KERNEL = 6, 7, 2, 5, (3, 4)  # all different


def make_layer(activation: str = "tanh", dtype: type = np.float64) -> Conv2D:
    return Conv2D(
        INPUTS, OUTPUTS, KERNEL, activation, bias_initializer=uniform(-1, 1),
        generator=np.random.default_rng(0), dtype=dtype,
    )  # fmt: skip


def make_images(examples: int, dtype: type = np.float64, seed: int = 1) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(examples, HEIGHT, WIDTH, INPUTS)).astype(dtype)


def weighted_sums(x: np.ndarray, kernels: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The definition, as six loops and a sum over channels; complex numbers welcome."""
    p, q, channels, outputs = kernels.shape
    n, height, width, _ = x.shape
    z = np.empty((n, height - p + 1, width - q + 1, outputs), np.result_type(x, kernels, bias))
    for example, i, j, k in np.ndindex(z.shape):
        z[example, i, j, k] = bias[k]
        for u, v, c in np.ndindex(p, q, channels):
            z[example, i, j, k] += x[example, i + u, j + v, c] * kernels[u, v, c, k]
    return z


def numeric_gradients(layer: Conv2D, x: np.ndarray, upstream: np.ndarray) -> dict:
    """Differentiate Σ upstream · f(Z), with Z from another formula than the layer's.

    The sum over u and v runs over shifted images, so no patch is ever cut out.
    """
    kernels, bias = layer.weights.astype(np.float64), layer.bias.astype(np.float64)
    x = x.astype(np.float64)

    def output(x, kernels, bias) -> complex:
        rows, columns = upstream.shape[1:3]
        shifted = (
            x[:, u : u + rows, v : v + columns] @ kernels[u, v] for u, v in np.ndindex(KERNEL)
        )
        return (upstream * layer.activation(sum(shifted) + bias)).sum()

    return {
        "x": complex_step(lambda moved: output(moved, kernels, bias), x),
        "weights": complex_step(lambda moved: output(x, moved, bias), kernels),
        "bias": complex_step(lambda moved: output(x, kernels, moved), bias),
    }


def test_forward_agrees_with_the_loops() -> None:
    layer, x = make_layer("identity"), make_images(3)
    z = weighted_sums(x, layer.weights, layer.bias)
    assert layer.forward(x).shape == (3, 4, 4, 5)
    np.testing.assert_allclose(layer.forward(x), z, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(make_layer("tanh").forward(x), np.tanh(z), rtol=1e-13, atol=1e-14)


def test_forward_agrees_with_scipy() -> None:
    layer, x = make_layer("identity"), make_images(3)
    z = layer.forward(x)
    for example, k in np.ndindex(3, OUTPUTS):
        channels = (
            correlate2d(x[example, :, :, c], layer.weights[:, :, c, k], mode="valid")
            for c in range(INPUTS)
        )
        expected = sum(channels) + layer.bias[k]
        np.testing.assert_allclose(z[example, :, :, k], expected, rtol=1e-13, atol=1e-14)


def test_forward_by_hand() -> None:
    layer = Conv2D(1, 1, (2, 2), "identity", generator=np.random.default_rng(0))
    layer.weights = np.reshape([1.0, 0.0, -2.0, 3.0], (2, 2, 1, 1))
    layer.bias = [0.5]
    image = np.reshape([[1, 2, 3], [4, 5, 6]], (1, 2, 3, 1))
    assert layer.forward(image)[0, :, :, 0].tolist() == [[1 - 8 + 15 + 0.5, 2 - 10 + 18 + 0.5]]


def test_a_kernel_of_one_pixel_is_a_dense_layer_at_every_pixel() -> None:
    layer = Conv2D(INPUTS, OUTPUTS, (1, 1), "tanh", generator=np.random.default_rng(0))
    x = make_images(2)
    expected = np.tanh(x @ layer.weights[0, 0])
    np.testing.assert_allclose(layer.forward(x), expected, rtol=1e-13, atol=1e-15)


def test_a_kernel_of_the_whole_image_is_a_dense_layer() -> None:
    layer = Conv2D(INPUTS, OUTPUTS, (HEIGHT, WIDTH), generator=np.random.default_rng(0))
    x = make_images(3)
    z = x.reshape(3, -1) @ layer.weights.reshape(-1, OUTPUTS)
    np.testing.assert_allclose(layer.forward(x)[:, 0, 0], np.maximum(z, 0), rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-4)])
def test_backward_agrees_with_the_complex_step(
    activation: str, dtype: type, tolerance: float
) -> None:
    """Kernels, bias and images; a short batch after a long one, and a long one again."""
    layer = make_layer(activation, dtype)
    generator = np.random.default_rng(1)
    for examples in (3, 2, 4):
        x = make_images(examples, dtype, seed=examples)
        upstream = generator.normal(size=(examples, 4, 4, OUTPUTS)).astype(dtype)
        layer.forward(x)
        x_gradient = layer.backward(upstream)
        analytic = {"x": x_gradient, "weights": layer.weights_gradient, "bias": layer.bias_gradient}
        for name, numeric in numeric_gradients(layer, x, upstream).items():
            assert analytic[name].dtype == dtype
            floor = 0.01 if dtype is np.float64 else 0.1
            scale = np.maximum(np.abs(numeric), floor * np.abs(numeric).max())
            errors = np.abs(analytic[name] - numeric) / scale
            assert errors.max() <= tolerance, (name, examples)


def test_compute_gives_the_same_bits_and_takes_complex_numbers() -> None:
    layer, x = make_layer(), make_images(2)
    vector = np.concatenate([part.ravel() for part in layer.parts()])
    z, a = layer.compute(x, vector)
    assert np.array_equal(a, layer.forward(x))
    assert z.shape == a.shape
    moved = layer.compute(x, vector + 1e-30j)[0].imag / 1e-30
    expected = weighted_sums(x, np.ones((*KERNEL, INPUTS, OUTPUTS)), np.ones(OUTPUTS))
    np.testing.assert_allclose(moved, expected, rtol=1e-12)


def test_passes_leave_their_arguments_alone() -> None:
    layer, x = make_layer(), make_images(2)
    upstream = np.random.default_rng(2).normal(size=(2, 4, 4, OUTPUTS))
    before = x.copy(), upstream.copy(), layer.weights.copy(), layer.bias.copy()
    layer.forward(x)
    layer.backward(upstream)
    for array, copy in zip((x, upstream, layer.weights, layer.bias), before, strict=True):
        assert np.array_equal(array, copy)


def test_backward_writes_and_does_not_add() -> None:
    layer = make_layer()
    layer.forward(make_images(2))
    upstream = np.ones((2, 4, 4, OUTPUTS))
    first_input = layer.backward(upstream).copy()
    first = layer.weights_gradient.copy(), layer.bias_gradient.copy()
    assert np.array_equal(layer.backward(upstream), first_input)
    assert np.array_equal(layer.weights_gradient, first[0])
    assert np.array_equal(layer.bias_gradient, first[1])


def test_images_that_are_not_contiguous() -> None:
    layer, x = make_layer(), make_images(3)
    expected = layer.forward(x).copy()
    turned = np.ascontiguousarray(x.transpose(3, 2, 1, 0)).transpose(3, 2, 1, 0)
    assert not turned.flags.c_contiguous
    assert np.array_equal(layer.forward(turned), expected)


def test_only_the_view_given_by_bind_is_written() -> None:
    layer = Conv2D(2, 1, (2, 3), generator=np.random.default_rng(0))
    parameters, gradient = np.arange(13.0), np.zeros(13)
    layer.bind(parameters, gradient)
    assert np.array_equal(layer.weights, np.arange(12.0).reshape(2, 3, 2, 1))
    layer.weights = np.full((2, 3, 2, 1), 2.0)
    layer.bias = [3.0]
    assert np.array_equal(parameters, [2.0] * 12 + [3.0])
    layer.forward(np.ones((1, 2, 3, 2)))
    layer.backward(np.full((1, 1, 1, 1), 7.0))
    assert np.array_equal(gradient, [7.0] * 13)


def test_initializers_see_the_sizes_of_a_patch() -> None:
    calls = []

    def spy(fan_in: int, fan_out: int, generator: np.random.Generator) -> np.ndarray:
        calls.append((fan_in, fan_out))
        return generator.normal(size=(fan_in, fan_out))

    Conv2D(2, 5, (3, 4), initializer=spy, bias_initializer=spy, generator=np.random.default_rng(7))
    assert calls == [(24, 5), (1, 5)]


def test_patches_hold_every_pixel_of_every_window() -> None:
    x = make_images(2)
    rows = patches(x, *KERNEL)
    assert rows.shape == (2 * 4 * 4, 24)
    for number, (example, i, j) in enumerate(np.ndindex(2, 4, 4)):
        assert np.array_equal(rows[number], x[example, i : i + 3, j : j + 4].ravel())
    assert not np.shares_memory(rows, x)


def test_repr_says_how_to_build_it() -> None:
    assert repr(make_layer()) == "Conv2D(2, 5, (3, 4), 'tanh')"


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((0, 5, (3, 3)), {}, ValueError, "inputs is 0"),
        ((1, 2.0, (3, 3)), {}, TypeError, r"outputs is 2\.0"),
        ((1, 2, 3), {}, TypeError, r"kernel_size is 3, expected a height and a width such as"),
        ((1, 2, (3, 3, 1)), {}, TypeError, r"kernel_size is \(3, 3, 1\)"),
        ((1, 2, (3, 0)), {}, ValueError, r"kernel_size\[1\] is 0"),
        ((1, 2, (3, 3), "rellu"), {}, ValueError, "did you mean 'relu'"),
        ((1, 2, (3, 3)), {"initializer": "xavier"}, ValueError, "initializer is 'xavier'"),
        ((1, 2, (3, 3)), {"generator": 0}, TypeError, "generator is 0"),
        ((1, 2, (3, 3)), {"dtype": np.float16}, TypeError, "dtype is"),
        (
            (1, 2, (3, 3)), {"initializer": lambda i, o, g: np.zeros((o, i))}, ValueError,
            r"the result of initializer has shape \(2, 9\), expected \(9, 2\)",
        ),
    ],
)  # fmt: skip
def test_bad_settings_are_refused(
    arguments: tuple, options: dict, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        Conv2D(*arguments, **{"generator": np.random.default_rng(0), **options})


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.ones((6, 7, 2)), ValueError,
         r"x has shape \(6, 7, 2\), expected \(examples, height, width, 2\): pass one image per"),
        (np.ones((2, 6, 7, 3)), ValueError, r"x has shape \(2, 6, 7, 3\), expected .*width, 2\)"),
        (np.ones((2, 2, 7, 2)), ValueError,
         "x holds images of 2 × 7 pixels, expected at least 3 × 4, the size of a kernel"),
        (np.ones((2, 6, 3, 2)), ValueError, "x holds images of 6 × 3 pixels"),
        (np.ones((0, 6, 7, 2)), ValueError, "x is empty"),
        (np.full((1, 6, 7, 2), np.nan), ValueError, r"x\[0, 0, 0, 0\] is nan"),
        (np.ones((1, 6, 7, 2)) + 1j, TypeError, "x has dtype complex128"),
        ([["a"]], TypeError, "x has dtype"),
    ],
)  # fmt: skip
def test_a_refused_forward_changes_nothing(x: object, error: type, message: str) -> None:
    layer = make_layer()
    a = layer.forward(make_images(2))
    before = a.copy()
    upstream = np.ones((2, 4, 4, OUTPUTS))
    expected = layer.backward(upstream).copy()
    with pytest.raises(error, match=message):
        layer.forward(x)
    assert np.array_equal(a, before)
    assert np.array_equal(layer.backward(upstream), expected)


def test_a_missing_channel_axis_is_pointed_out() -> None:
    layer = Conv2D(1, 2, (3, 3), generator=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"e\.g\. x\[\.\.\., np\.newaxis\]"):
        layer.forward(np.ones((5, 8, 8)))


@pytest.mark.parametrize(
    "upstream",
    [np.ones(5), np.ones((1, 4, 4, 5)), np.ones((2, 4, 5, 4)), np.full((2, 4, 4, 5), np.inf), "a"],
)
def test_a_refused_backward_changes_nothing(upstream: object) -> None:
    layer = make_layer()
    layer.forward(make_images(2))
    layer.backward(np.ones((2, 4, 4, OUTPUTS)))
    before = layer.weights_gradient.copy(), layer.bias_gradient.copy()
    with pytest.raises((TypeError, ValueError), match="upstream"):
        layer.backward(upstream)
    assert np.array_equal(layer.weights_gradient, before[0])
    assert np.array_equal(layer.bias_gradient, before[1])


def test_backward_before_forward() -> None:
    with pytest.raises(RuntimeError, match=r"call layer\.forward\(x\) first"):
        make_layer().backward(np.ones((2, 4, 4, OUTPUTS)))


@pytest.mark.parametrize(
    "value", [[1.0], np.ones((24, 5)), np.full((3, 4, 2, 5), np.nan), "abc", None]
)
def test_refused_weights_change_nothing(value: object) -> None:
    layer = make_layer()
    before = layer.weights.copy()
    with pytest.raises((TypeError, ValueError), match="weights"):
        layer.weights = value
    assert np.array_equal(layer.weights, before)
