"""Losses against mpmath at 50 digits on frozen cases, and their gradients by the complex step."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from mpmath import mp

from nnlib import activations, losses
from nnlib.losses import (
    CrossEntropy,
    binary_cross_entropy,
    categorical_cross_entropy,
    mean_squared_error,
)

PREDICTIONS = np.array([[0.1, 0.7, 0.2], [1e-12, 0.3, 0.7 - 1e-12]])
TARGETS = {
    "mean_squared_error": np.array([[2.0, -0.5, 0.2], [3.25, 0.0, -1.0]]),
    "binary_cross_entropy": np.array([[1.0, 0.0, 0.25], [1.0, 1.0, 0.0]]),
    "categorical_cross_entropy": np.array([[0.0, 1.0, 0.0], [0.25, 0.25, 0.5]]),
}
LOGITS = np.array([[0.5, -2.0, 30.0], [-1000.0, 1000.0, -40.0]])
NAMES = sorted(TARGETS)
CROSS_ENTROPIES = ["binary_cross_entropy", "categorical_cross_entropy"]


def exact_value(name: str, p: list, y: list) -> mpmath.mpf:
    """Return the loss of nested lists of mpmath numbers, from its definition."""
    rows = zip(p, y, strict=True)
    pairs = [pair for row in rows for pair in zip(*row, strict=True)]
    if name == "mean_squared_error":
        return mp.fsum((a - b) ** 2 for a, b in pairs) / len(pairs)
    if name == "binary_cross_entropy":
        terms = [-mp.log(a if b == 1 else 1 - a) for a, b in pairs if b in (0, 1)]
        terms += [-b * mp.log(a) - (1 - b) * mp.log(1 - a) for a, b in pairs if b not in (0, 1)]
        return mp.fsum(terms) / len(pairs)
    return mp.fsum(-b * mp.log(a) for a, b in pairs if b) / len(p)


def as_mp(array: np.ndarray) -> list:
    return [[mp.mpf(float(number)) for number in row] for row in array]


def exact_probabilities(name: str, rows: list) -> list:
    if name == "binary_cross_entropy":
        return [[1 / (1 + mp.exp(-z)) for z in row] for row in rows]
    return [[mp.exp(z) / mp.fsum(map(mp.exp, row)) for z in row] for row in rows]


def exact_gradient(function, array: list) -> list:
    """Differentiate by central differences at 900 digits: no formula of a gradient is trusted."""
    h = mp.mpf(10) ** -400
    gradient = [[mp.mpf(0)] * len(row) for row in array]
    for i, row in enumerate(array):
        for j, entry in enumerate(row):
            row[j] = entry + h
            above = function(array)
            row[j] = entry - h
            below = function(array)
            row[j] = entry
            gradient[i][j] = (above - below) / (2 * h)
    return gradient


@pytest.mark.parametrize("name", NAMES)
def test_value_agrees_with_mpmath(name: str) -> None:
    with mp.workdps(50):
        exact = exact_value(name, as_mp(PREDICTIONS), as_mp(TARGETS[name]))
        value = losses.get(name).value(PREDICTIONS, TARGETS[name])
        assert isinstance(value, float)
        assert abs(value - exact) <= 2**-50 * abs(exact)


@pytest.mark.parametrize("name", NAMES)
def test_gradient_agrees_with_mpmath(name: str) -> None:
    targets = TARGETS[name]
    gradient = losses.get(name).gradient(PREDICTIONS, targets)
    with mp.workdps(900):
        y = as_mp(targets)
        exact = exact_gradient(lambda p: exact_value(name, p, y), as_mp(PREDICTIONS))
        for place in np.ndindex(gradient.shape):
            expected = exact[place[0]][place[1]]
            assert abs(gradient[place] - expected) <= 2**-50 * abs(expected), place


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_value_from_logits_agrees_with_mpmath(name: str) -> None:
    loss, targets = losses.get(name), TARGETS[name]
    assert isinstance(loss, CrossEntropy)
    with mp.workdps(900):
        exact = exact_value(name, exact_probabilities(name, as_mp(LOGITS)), as_mp(targets))
        assert abs(loss.value_from_logits(LOGITS, targets) - exact) <= 2**-50 * exact


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_a_tiny_loss_from_logits_keeps_its_digits(name: str) -> None:
    loss = losses.get(name)
    assert isinstance(loss, CrossEntropy)
    logits = np.array([[-50.0, 40.0, -60.0], [35.0, -45.0, -44.0]])
    targets = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    with mp.workdps(100):
        exact = exact_value(name, exact_probabilities(name, as_mp(logits)), as_mp(targets))
        for value in (
            loss.value_from_logits(logits, targets),
            loss.value_from_logits(logits + 0j, targets).real,
        ):
            assert abs(value - exact) <= 2**-45 * exact


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_gradient_from_logits_agrees_with_mpmath(name: str) -> None:
    loss, targets = losses.get(name), TARGETS[name]
    assert isinstance(loss, CrossEntropy)
    gradient = loss.gradient_from_logits(LOGITS, targets)
    with mp.workdps(900):
        y = as_mp(targets)
        exact = exact_gradient(
            lambda z: exact_value(name, exact_probabilities(name, z), y), as_mp(LOGITS)
        )
        for place in np.ndindex(gradient.shape):
            # a - y is exact to a rounding of a, whatever cancels.
            assert abs(gradient[place] - exact[place[0]][place[1]]) <= 2**-53, place


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_gradient_agrees_with_the_complex_step(name: str, dtype: type) -> None:
    generator = np.random.default_rng(0)
    loss = losses.get(name)
    for examples in (4, 3):
        p = generator.uniform(0.05, 0.95, size=(examples, 5)).astype(dtype)
        y = generator.dirichlet(np.ones(5), size=examples).astype(dtype)
        before = p.copy(), y.copy()
        gradient = loss.gradient(p, y)
        assert gradient.dtype == dtype
        for place in np.ndindex(p.shape):
            moved = p.astype(np.complex128)
            moved[place] += 1e-30j
            numeric = complex(loss.value(moved, y)).imag / 1e-30
            rtol = 1e-13 if dtype is np.float64 else 1e-5
            assert math.isclose(gradient[place], numeric, rel_tol=rtol, abs_tol=rtol / 10), place
        assert np.array_equal(p, before[0])
        assert np.array_equal(y, before[1])


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_logits_and_probabilities_tell_the_same(name: str) -> None:
    loss = losses.get(name)
    assert isinstance(loss, CrossEntropy)
    generator = np.random.default_rng(1)
    z = generator.normal(size=(4, 3))
    y = generator.dirichlet(np.ones(3), size=4)
    activation = activations.get(loss.canonical_activation)
    a = activation(z)
    assert math.isclose(loss.value_from_logits(z, y), loss.value(a, y), rel_tol=1e-14)
    chained = activation.backward(loss.gradient(a, y), z, a)
    np.testing.assert_allclose(loss.gradient_from_logits(z, y), chained, rtol=1e-12, atol=1e-16)


def test_the_mean_is_over_all_elements_or_over_examples() -> None:
    """Twice the same examples leave each loss; twice the same columns only the elementwise."""
    generator = np.random.default_rng(2)
    p = generator.uniform(0.1, 0.9, size=(4, 3))
    y = generator.dirichlet(np.ones(3), size=4)
    for name in NAMES:
        loss = losses.get(name)
        doubled = loss.value(np.vstack([p, p]), np.vstack([y, y]))
        assert math.isclose(loss.value(p, y), doubled, rel_tol=1e-14), name
    for loss in (mean_squared_error, binary_cross_entropy):
        doubled = loss.value(np.hstack([p, p]), np.hstack([y, y]))
        assert math.isclose(loss.value(p, y), doubled, rel_tol=1e-14), loss.name
    doubled = categorical_cross_entropy.value(np.hstack([p, p]), np.hstack([y, y]) / 2)
    assert math.isclose(categorical_cross_entropy.value(p, y), doubled, rel_tol=1e-14)


def test_certainty_that_is_right_costs_nothing_and_that_is_wrong_costs_infinitely() -> None:
    right, wrong = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    for loss in (binary_cross_entropy, categorical_cross_entropy):
        assert loss.value(right, right) == 0.0
        assert loss.value(wrong, right) == math.inf
        assert np.isfinite(loss.gradient(right, right)).all()
        assert loss.gradient(wrong, right)[0, 0] == -math.inf


def test_saturated_logits_give_finite_losses_and_exact_gradients() -> None:
    for loss in (binary_cross_entropy, categorical_cross_entropy):
        logits, targets = np.array([[1000.0, -1000.0]]), np.array([[0.0, 1.0]])
        assert loss.value_from_logits(logits, targets) in (1000.0, 2000.0)
        gradient = loss.gradient_from_logits(logits, targets) * loss.count(targets)
        assert np.array_equal(gradient, [[1.0, -1.0]])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["value", "gradient"])
@pytest.mark.parametrize(
    ("predictions", "targets", "error", "message"),
    [
        ([[0.5, 0.5]], [[0.0], [1.0]], ValueError, r"targets has shape \(2, 1\), expected \(1, 2"),
        ([[0.5, np.nan]], [[0.0, 1.0]], ValueError, r"predictions\[0, 1\] is nan"),
        ([[0.5, 0.5]], [[0.0, np.inf]], ValueError, r"targets\[0, 1\] is inf"),
        ([], [], ValueError, "predictions is empty"),
        ([["a"]], [[0.0]], TypeError, "predictions has dtype"),
        ([[0.5, 0.5]], [[0.0, 1j]], TypeError, "targets has dtype complex128"),
    ],
)
def test_bad_input_is_refused(
    name: str, method: str, predictions: object, targets: object, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        getattr(losses.get(name), method)(predictions, targets)


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_cross_entropies_refuse_what_is_no_probability(name: str) -> None:
    loss = losses.get(name)
    assert isinstance(loss, CrossEntropy)
    good = [[0.5, 0.5]]
    with pytest.raises(ValueError, match=r"predictions\[0, 1\] is 1.5, .*value_from_logits"):
        loss.value([[0.5, 1.5]], good)
    with pytest.raises(ValueError, match=r"targets\[0, 0\] is -0.1"):
        loss.gradient(good, [[-0.1, 1.1]])
    with pytest.raises(ValueError, match=r"targets\[0, 0\] is -0.1"):
        loss.value_from_logits(good, [[-0.1, 1.1]])
    with pytest.raises(ValueError, match=r"targets has shape \(1, 1\), expected \(1, 2\)"):
        loss.gradient_from_logits(good, [[1.0]])


def test_categorical_targets_sum_to_one() -> None:
    with pytest.raises(ValueError, match=r"targets\[1\] sums to 0.5, expected 1: one-hot encode"):
        categorical_cross_entropy.value([[0.5, 0.5]] * 2, [[0.0, 1.0], [0.0, 0.5]])
    with pytest.raises(ValueError, match=r"targets has shape \(2,\)"):
        categorical_cross_entropy.value([0.5, 0.5], [0.0, 1.0])


def test_get_knows_every_name_and_passes_objects_on() -> None:
    for name in NAMES:
        loss = losses.get(name)
        assert loss.name == name
        assert loss is getattr(losses, name)
        assert losses.get(loss) is loss
        assert repr(loss) == f"<loss {name}>"
    with pytest.raises(ValueError, match=r"loss is 'mse', expected one of binary_cross_entropy"):
        losses.get("mse")
    with pytest.raises(TypeError, match="loss is None"):
        losses.get(None)  # type: ignore[arg-type]
