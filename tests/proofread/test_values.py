"""The arithmetic of shapes: what fits, what does not, and the scale that errors count against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from proofread import values
from proofread.errors import DomainProblem, ProofreadError, ShapeProblem
from proofread.values import Value, measured, scalar

PLACE = (0, 1)
GENERATOR = np.random.default_rng(5)
MATRIX = measured(GENERATOR.normal(size=(3, 2)), ("n", "m"))
SQUARE = measured(np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]]), ("n", "n"))
VECTOR = measured(GENERATOR.normal(size=(3, 1)), ("n", "1"))
ROW = measured(GENERATOR.normal(size=(1, 2)), ("1", "m"))
BATCH_ROW = Value(ROW.array, ROW.labels, ROW.scale, spreads=True)
TENSOR = measured(GENERATOR.normal(size=(2, 3, 4)), ("a", "b", "c"))


def test_a_scalar_has_no_axes_and_its_own_size_as_scale() -> None:
    assert (scalar(-3.0).labels, scalar(-3.0).sizes, scalar(-3.0).scale) == ((), (), 3.0)
    assert scalar(3 + 4j).scale == 5.0
    assert scalar(2.0).shape_text() == "a scalar"


def test_products() -> None:
    product = values.multiply(SQUARE, VECTOR, "juxtaposition", PLACE)
    np.testing.assert_array_equal(product.array, SQUARE.array @ VECTOR.array)
    assert product.labels == ("n", "1")
    inner = values.multiply(VECTOR, VECTOR, "dot", PLACE)
    assert inner.labels == ()
    assert inner.array == (VECTOR.array.T @ VECTOR.array)[0, 0]
    doubled = values.multiply(scalar(2.0), MATRIX, "juxtaposition", PLACE)
    np.testing.assert_array_equal(doubled.array, 2 * MATRIX.array)
    both = values.multiply(MATRIX, MATRIX, "elementwise", PLACE)
    np.testing.assert_array_equal(both.array, MATRIX.array**2)


def test_sums() -> None:
    np.testing.assert_array_equal(values.add(MATRIX, MATRIX, -1, PLACE).array, np.zeros((3, 2)))
    for left, right in ((MATRIX, BATCH_ROW), (BATCH_ROW, MATRIX)):
        spread = values.add(left, right, 1, PLACE)
        np.testing.assert_array_equal(spread.array, MATRIX.array + ROW.array)
        assert (spread.labels, spread.spreads) == (("n", "m"), False)


def test_a_difference_keeps_the_scale_of_what_cancelled() -> None:
    assert values.add(scalar(1e8), scalar(1e8), -1, PLACE).scale == 1e8


def test_powers() -> None:
    assert values.power(scalar(-2.0), scalar(3.0), PLACE).array == -8
    assert values.power(scalar(0.0), scalar(0.0), PLACE).array == 1
    assert np.isnan(values.power(scalar(-2.0), scalar(0.5), PLACE).array)
    inverse = values.power(SQUARE, scalar(-1.0), PLACE)
    np.testing.assert_allclose(inverse.array @ SQUARE.array, np.eye(3), atol=1e-15)
    root = values.power(SQUARE, scalar(0.5), PLACE).array
    np.testing.assert_allclose(root @ root, SQUARE.array, atol=1e-14)


def test_entries_count_from_one() -> None:
    assert values.entry(MATRIX, (3, 2), PLACE).array == MATRIX.array[2, 1]
    assert values.entry(VECTOR, (2,), PLACE).array == VECTOR.array[1, 0]
    assert values.entry(ROW, (2,), PLACE).array == ROW.array[0, 1]
    assert values.entry(TENSOR, (2, 3, 4), PLACE).array == TENSOR.array[1, 2, 3]


def test_samples_stay_in_front() -> None:
    samples = Value(np.arange(5.0))
    times = values.multiply(samples, MATRIX, "juxtaposition", PLACE)
    assert (times.array.shape, times.sizes) == ((5, 3, 2), (3, 2))
    np.testing.assert_array_equal(times.array[4], 4 * MATRIX.array)
    divided = values.divide(MATRIX, Value(np.arange(1.0, 6.0)), PLACE)
    np.testing.assert_array_equal(divided.array[3], MATRIX.array / 4)


@pytest.mark.parametrize(
    ("attempt", "kind", "message"),
    [
        (lambda: values.add(MATRIX, SQUARE, 1, PLACE), ShapeProblem, "m ≠ n"),
        (lambda: values.add(MATRIX, ROW, 1, PLACE), ShapeProblem, "cannot add"),
        (lambda: values.add(VECTOR, BATCH_ROW, 1, PLACE), ShapeProblem, "cannot add"),
        (lambda: values.add(MATRIX, scalar(1.0), -1, PLACE), ShapeProblem, "cannot subtract"),
        (lambda: values.multiply(MATRIX, VECTOR, "juxtaposition", PLACE), ShapeProblem, "m ≠ n"),
        (lambda: values.multiply(MATRIX, ROW, "elementwise", PLACE), ShapeProblem, "n ≠ 1"),
        (lambda: values.multiply(MATRIX, MATRIX, "times", PLACE), ShapeProblem, "scalars here"),
        (lambda: values.multiply(TENSOR, MATRIX, "dot", PLACE), ShapeProblem, "entry by entry"),
        (lambda: values.divide(scalar(1.0), VECTOR, PLACE), ShapeProblem, "only a scalar"),
        (lambda: values.divide(VECTOR, scalar(0.0), PLACE), DomainProblem, "division by zero"),
        (lambda: values.transpose(TENSOR, PLACE), ShapeProblem, "cannot transpose"),
        (lambda: values.power(MATRIX, scalar(2.0), PLACE), ShapeProblem, "only a square matrix"),
        (lambda: values.power(scalar(2.0), VECTOR, PLACE), ShapeProblem, "an exponent is a scalar"),
        (lambda: values.power(SQUARE, scalar(1e9), PLACE), DomainProblem, "is not checked"),
        (
            lambda: values.power(measured(np.ones((3, 3)), ("n", "n")), scalar(-1.0), PLACE),
            DomainProblem,
            "no inverse",
        ),
        (lambda: values.entry(MATRIX, (4, 1), PLACE), ShapeProblem, "leaves its range 1 … n"),
        (lambda: values.entry(MATRIX, (0, 1), PLACE), ShapeProblem, "leaves its range"),
        (lambda: values.entry(MATRIX, (1,), PLACE), ShapeProblem, "an entry of a vector"),
        (lambda: values.entry(scalar(1.0), (1,), PLACE), ShapeProblem, "it has none"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    attempt: Callable[[], Value], kind: type[ProofreadError], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        attempt()
    assert caught.value.span == PLACE
