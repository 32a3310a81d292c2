"""Numerical derivatives, and the traps that make them silently zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from proofread.differentiation import RICHARDSON_PRECISION, elementwise_derivative, jacobian
from proofread.errors import ShapeProblem

AT = np.array([[0.3, -1.2], [2.0, 0.7]])


def test_the_complex_step_is_exact() -> None:
    slopes = jacobian(lambda x: np.sum(np.exp(x) * x), AT)
    np.testing.assert_allclose(slopes.array, np.exp(AT) * (1 + AT), rtol=1e-14)
    assert slopes.precision == 0.0


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: np.sum(np.abs(x) ** 3), 3 * AT * np.abs(AT)),
        (lambda x: np.linalg.norm(x), AT / np.linalg.norm(AT)),
        (lambda x: np.sum(np.real(x) ** 2), 2 * AT),
        (lambda x: float(np.sum(np.asarray(x).real ** 2)), 2 * AT),
    ],
    ids=["abs", "norm", "real", "float"],
)
def test_a_dropped_imaginary_part_is_noticed(function: Any, expected: Any) -> None:
    slopes = jacobian(function, AT)
    np.testing.assert_allclose(slopes.array, expected, rtol=1e-8)
    assert slopes.precision == RICHARDSON_PRECISION


def test_a_function_that_cannot_take_a_batch_is_differentiated_entry_by_entry() -> None:
    slopes = jacobian(lambda x: np.sum(x, axis=(0, 1)) ** 2, AT)
    np.testing.assert_allclose(slopes.array, np.full((2, 2), 2 * AT.sum()), rtol=1e-14)


def test_a_second_derivative_is_taken_through_the_first() -> None:
    def gradient(x: Any) -> Any:
        return jacobian(lambda inner: inner[0] ** 3 * inner[1], x).array

    slopes = jacobian(gradient, np.array([1.5, 2.0]))
    np.testing.assert_allclose(slopes.array, [[18.0, 6.75], [6.75, 0.0]], rtol=1e-9, atol=1e-9)


def test_at_a_kink_the_function_decides() -> None:
    points = np.array([-1.0, 0.0, 2.0])
    slopes = elementwise_derivative(lambda x: np.where(np.real(x) > 0, x, 0), points, 1)
    np.testing.assert_array_equal(slopes.array, [0.0, 0.0, 1.0])


def test_elementwise_second_derivative() -> None:
    slopes = elementwise_derivative(np.tanh, AT, 2)
    expected = -2 * np.tanh(AT) * (1 - np.tanh(AT) ** 2)
    np.testing.assert_allclose(slopes.array, expected, atol=1e-9)


def test_a_function_that_mixes_the_points_of_a_batch_is_not_trusted_with_one() -> None:
    """The shapes fit; only the value of one point by itself tells."""
    slopes = jacobian(lambda x: np.sum(x, axis=(-1, -2)) * np.mean(x), AT)
    np.testing.assert_allclose(slopes.array, np.full((2, 2), 2 * AT.sum() / AT.size), rtol=1e-12)


def test_several_points_are_differentiated_at_once() -> None:
    several = np.stack([AT, 2 * AT, 3 * AT])
    slopes = jacobian(lambda x: np.sum(x**3, axis=(-1, -2)), several, rank=2)
    np.testing.assert_allclose(slopes.array, 3 * several**2, rtol=1e-12)


def test_a_derivative_by_nothing_is_refused() -> None:
    with pytest.raises(ShapeProblem, match="without entries"):
        jacobian(np.sum, np.zeros((0, 2)))
