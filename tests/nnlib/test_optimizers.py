"""Optimisers: the update rules against hand-worked numbers, in place, and refusals."""

import numpy as np
import pytest

from nnlib.optimizers import SGD, Momentum

BOTH = [lambda: SGD(0.5), lambda: Momentum(0.5, 0.8)]


def test_sgd_takes_the_worked_step():
    w = np.array([1.0, -2.0, 0.5])
    SGD(0.1).step(w, np.array([10.0, -5.0, 0.0]))
    np.testing.assert_allclose(w, [0.0, -1.5, 0.5], rtol=1e-15)


def test_sgd_on_a_parabola_shrinks_each_coordinate_by_its_own_factor():
    # C = (a1 w1^2 + a2 w2^2) / 2 has gradient a * w, so each step multiplies w by 1 - rate * a.
    a, w = np.array([1.0, 3.0]), np.array([2.0, -1.0])
    optimizer = SGD(0.25)
    for _ in range(10):
        optimizer.step(w, a * w)
    np.testing.assert_allclose(w, [2.0 * 0.75**10, -1.0 * 0.25**10], rtol=1e-13)


def test_momentum_takes_the_worked_steps():
    # rate 0.5, momentum 0.8, gradients 2, 2, -4:
    # v = -1, then -0.8 - 1 = -1.8, then -1.44 + 2 = 0.56; w = 10, 9, 7.2, 7.76.
    optimizer, w, seen = Momentum(0.5, 0.8), np.array([10.0]), []
    for gradient in (2.0, 2.0, -4.0):
        optimizer.step(w, np.array([gradient]))
        seen.append(w[0])
    np.testing.assert_allclose(seen, [9.0, 7.2, 7.76], rtol=1e-15)


def test_momentum_under_a_constant_gradient_reaches_its_final_speed():
    optimizer, w = Momentum(0.1, 0.9), np.array([0.0])
    for _ in range(500):
        before = w[0]
        optimizer.step(w, np.array([-1.0]))
    assert w[0] - before == pytest.approx(0.1 / (1 - 0.9), rel=1e-12)


def test_momentum_zero_is_plain_gradient_descent():
    generator = np.random.default_rng(0)
    plain, heavy = np.ones(5), np.ones(5)
    sgd, momentum = SGD(0.3), Momentum(0.3, 0)
    for _ in range(5):
        gradient = generator.normal(size=5)
        sgd.step(plain, gradient)
        momentum.step(heavy, gradient)
    np.testing.assert_allclose(plain, heavy, rtol=1e-15)


def test_momentum_forgets_when_reset():
    gradient, fresh, reused = np.array([3.0]), np.array([1.0]), np.array([1.0])
    optimizer = Momentum(0.5, 0.8)
    optimizer.step(np.array([7.0]), gradient)
    optimizer.reset()
    optimizer.step(reused, gradient)
    Momentum(0.5, 0.8).step(fresh, gradient)
    assert reused[0] == fresh[0]


@pytest.mark.parametrize("build", BOTH)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_steps_are_in_place_keep_the_dtype_and_leave_the_gradient(build, dtype):
    holder = np.arange(6, dtype=dtype)
    parameters, gradient = holder[:3], np.array([1.0, 2.0, 3.0], dtype=dtype)
    kept, before = gradient.copy(), holder.copy()
    optimizer = build()
    for _ in range(2):
        optimizer.step(parameters, gradient)
    assert holder.dtype == dtype
    assert (holder[:3] < before[:3]).all(), "the step did not reach the array it was given"
    np.testing.assert_array_equal(holder[3:], before[3:])
    np.testing.assert_array_equal(gradient, kept)


def test_sgd_serves_networks_of_different_sizes_in_turn():
    optimizer = SGD(1.0)
    # 0.1 differs between the dtypes: a buffer of the wrong one would leave its rounding behind.
    for size, dtype in [(2, np.float64), (5, np.float32), (5, np.float64), (2, np.float32)]:
        w = np.zeros(size, dtype)
        optimizer.step(w, np.full(size, 0.1, dtype))
        np.testing.assert_array_equal(w, np.full(size, -0.1, dtype))


@pytest.mark.parametrize("build", BOTH)
def test_learning_rate_can_be_changed_between_steps(build):
    optimizer, w = build(), np.zeros(1)
    optimizer.learning_rate = 0.25
    assert optimizer.learning_rate == 0.25
    optimizer.step(w, np.array([4.0]))
    assert w[0] == -1.0


@pytest.mark.parametrize("build", BOTH)
@pytest.mark.parametrize("bad", [0, -0.1, float("nan"), float("inf"), "0.1", None, True])
def test_a_refused_learning_rate_leaves_the_old_one(build, bad):
    optimizer = build()
    with pytest.raises((TypeError, ValueError), match="learning_rate is"):
        optimizer.learning_rate = bad
    assert optimizer.learning_rate == 0.5


@pytest.mark.parametrize("bad", [1, 1.5, -0.1, float("nan"), "0.9"])
def test_momentum_must_lie_below_one(bad):
    with pytest.raises((TypeError, ValueError), match="momentum is"):
        Momentum(0.1, bad)


@pytest.mark.parametrize("build", BOTH)
@pytest.mark.parametrize(
    ("gradient", "error", "message"),
    [
        (np.ones(3), ValueError, r"gradient is an array of float64 with shape \(3,\)"),
        (np.ones(1), ValueError, r"shape \(1,\), expected an array of float64 with shape \(2,\)"),
        (np.ones((1, 2)), TypeError, "one-dimensional"),
        (np.ones(2, np.float32), ValueError, "float32"),
        (np.ones(2, int), TypeError, "gradient is an array of int64"),
        ([1.0, 2.0], TypeError, r"gradient is \[1.0, 2.0\] of type list"),
        (np.array([1.0, np.nan]), ValueError, r"gradient\[1\] is nan"),
        (np.array([-np.inf, 1.0]), ValueError, r"gradient\[0\] is -inf"),
    ],
)
def test_a_refused_gradient_leaves_parameters_and_velocity(build, gradient, error, message):
    twin, optimizer = build(), build()
    w, expected = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    with pytest.raises(error, match=message):
        optimizer.step(w, gradient)
    np.testing.assert_array_equal(w, expected)
    for _ in range(2):
        optimizer.step(w, np.array([0.1, 0.2]))
        twin.step(expected, np.array([0.1, 0.2]))
    np.testing.assert_array_equal(w, expected)


def test_parameters_must_be_a_float_vector():
    with pytest.raises(TypeError, match="parameters is an array of int64"):
        SGD(0.1).step(np.array([1, 2]), np.array([1.0, 2.0]))


def test_momentum_of_another_network_is_refused():
    optimizer = Momentum(0.1)
    optimizer.step(np.zeros(2), np.ones(2))
    w = np.zeros(3)
    with pytest.raises(ValueError, match=r"velocity.*call reset\(\)"):
        optimizer.step(w, np.ones(3))
    np.testing.assert_array_equal(w, np.zeros(3))


def test_repr_shows_the_settings():
    assert repr(SGD(0.5)) == "SGD(learning_rate=0.5)"
    assert repr(Momentum(0.5)) == "Momentum(learning_rate=0.5, momentum=0.9)"
