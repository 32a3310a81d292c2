"""Pooling and flattening: values, gradients, ties, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib import Flatten, MaxPool2D

NO_PARAMETERS = np.empty(0)
REFUSED = [np.ones((4, 6, 2)), np.ones((0, 4, 6, 2)), np.full((1, 4, 6, 2), np.nan), [["a"]]]


def make_images(examples: int, dtype: type = np.float64, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(examples, 4, 6, 5)).astype(dtype)


def largest(x: np.ndarray, p: int, q: int) -> np.ndarray:
    """The definition, entry by entry."""
    n, height, width, channels = x.shape
    a = np.empty((n, height // p, width // q, channels), x.dtype)
    for example, i, j, c in np.ndindex(a.shape):
        block = x[example, p * i : p * i + p, q * j : q * j + q, c].ravel()
        a[example, i, j, c] = block[block.real.argmax()]
    return a


@pytest.mark.parametrize("block_size", [(2, 3), (4, 1), (1, 1), (1, 6), (4, 6)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_largest_of_each_block(block_size: tuple[int, int], dtype: type) -> None:
    layer, x = MaxPool2D(block_size), make_images(3, dtype)
    a = layer.forward(x)
    assert a.dtype == dtype
    assert np.array_equal(a, largest(x, *block_size))
    assert np.array_equal(layer.compute(x, NO_PARAMETERS)[1], a)


@pytest.mark.parametrize("block_size", [(2, 3), (4, 1), (1, 1), (1, 6)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_pooling_backwards_agrees_with_the_complex_step(
    block_size: tuple[int, int], dtype: type
) -> None:
    layer, generator = MaxPool2D(block_size), np.random.default_rng(2)
    for examples in (3, 1, 4):
        x = make_images(examples, dtype, seed=examples)
        upstream = generator.normal(size=layer.forward(x).shape).astype(dtype)
        for gradient in (layer.backward(upstream), layer.backward(upstream)):
            assert gradient.dtype == dtype
            for place in np.ndindex(x.shape):
                moved = x.astype(np.complex128)
                moved[place] += 1e-30j
                numeric = (upstream * largest(moved, *block_size)).sum().imag / 1e-30
                assert abs(gradient[place] - numeric) <= 1e-14 * abs(numeric), place


def test_of_several_largest_the_first_gets_the_gradient() -> None:
    """Reading order within the block; the complex step, which looks at the same pixel, agrees."""
    layer = MaxPool2D((2, 2))
    x = np.zeros((4, 2, 2, 1))
    for tied, first in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        x[tied, :, :, 0] = -1.0
        x[tied].reshape(4)[2 * first[0] + first[1] :] = 7.0
    layer.forward(x)
    upstream = np.array([3.0, 5.0, 7.0, 11.0]).reshape(4, 1, 1, 1)
    gradient = layer.backward(upstream)
    assert gradient.reshape(4, 4).tolist() == np.diag([3.0, 5.0, 7.0, 11.0]).tolist()
    for place in np.ndindex(x.shape):
        moved = x.astype(np.complex128)
        moved[place] += 1e-30j
        numeric = (upstream * layer.compute(moved, NO_PARAMETERS)[1]).sum().imag / 1e-30
        assert gradient[place] == pytest.approx(numeric, rel=1e-14)


def test_a_block_gets_its_gradient_once_however_many_are_equal() -> None:
    layer = MaxPool2D((2, 3))
    layer.forward(np.zeros((2, 4, 6, 5)))
    upstream = np.random.default_rng(0).normal(size=(2, 2, 2, 5))
    assert layer.backward(upstream).sum() == pytest.approx(upstream.sum(), rel=1e-12)


@pytest.mark.parametrize("size", [3, (2,), (2, 2, 2), "22"])
def test_block_sizes_that_are_no_pair(size: object) -> None:
    with pytest.raises(TypeError, match="block_size is .*expected a height and a width"):
        MaxPool2D(size)


def test_blocks_that_do_not_divide_the_image_are_refused() -> None:
    with pytest.raises(ValueError, match=r"block_size\[0\] is 0"):
        MaxPool2D((0, 2))
    with pytest.raises(
        ValueError,
        match="x holds images of 4 × 6 pixels, expected multiples of 3 × 2, the size of a block",
    ):
        MaxPool2D((3, 2)).forward(make_images(1))
    with pytest.raises(ValueError, match="multiples of 2 × 4"):
        MaxPool2D((2, 4)).forward(make_images(1))


def test_flatten_lays_out_and_folds_back() -> None:
    layer, x = Flatten(), make_images(3)
    rows = layer.forward(x)
    assert rows.shape == (3, 120)
    assert all(np.array_equal(rows[i], x[i].ravel()) for i in range(3))
    upstream = np.random.default_rng(2).normal(size=(3, 120))
    gradient = layer.backward(upstream)
    assert all(np.array_equal(gradient[i].ravel(), upstream[i]) for i in range(3))
    assert gradient.shape == x.shape
    computed = layer.compute(x, NO_PARAMETERS)[1]
    assert np.array_equal(computed, rows)
    assert not np.shares_memory(computed, x)


@pytest.mark.parametrize("layer", [MaxPool2D((2, 3)), Flatten()], ids=repr)
def test_passes_leave_their_arguments_alone(layer: MaxPool2D | Flatten) -> None:
    x = make_images(2)
    upstream = np.ones(layer.forward(x).shape)
    before = x.copy()
    layer.backward(upstream)[...] = 5.0
    assert np.array_equal(x, before)
    assert layer.split(np.empty(0)) == layer.parts() == ()


@pytest.mark.parametrize("kind", [lambda: MaxPool2D((2, 3)), Flatten])
def test_refusals_change_nothing(kind) -> None:
    layer = kind()
    with pytest.raises(RuntimeError, match=r"call layer\.forward\(x\) first"):
        layer.backward(np.ones((1, 2, 2, 5)))
    a = layer.forward(make_images(2))
    upstream = np.random.default_rng(3).normal(size=a.shape)
    expected = layer.backward(upstream).copy()
    for x in REFUSED:
        with pytest.raises((TypeError, ValueError), match="x"):
            layer.forward(x)
    for wrong in (upstream[:1], upstream * np.nan, upstream.T, "a"):
        with pytest.raises((TypeError, ValueError), match="upstream"):
            layer.backward(wrong)
    assert np.array_equal(layer.backward(upstream), expected)
