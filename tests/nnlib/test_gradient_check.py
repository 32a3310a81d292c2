"""Numerical gradients have their orders; the check passes what is right and names what is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnlib import MLP, check_gradient, numerical_gradient
from nnlib.gradient_check import GradientCheckError

METHODS = ["forward", "central", "richardson", "complex"]


def cubic(x: np.ndarray):
    """Σ x³ e^x, with the gradient (3 x² + x³) e^x."""
    return (x**3 * np.exp(x)).sum()


def cubic_gradient(x: np.ndarray) -> np.ndarray:
    return (3 * x**2 + x**3) * np.exp(x)


@pytest.mark.parametrize(
    ("method", "tolerance"),
    [("forward", 1e-6), ("central", 1e-9), ("richardson", 1e-11), ("complex", 1e-15)],
)
@pytest.mark.parametrize("shape", [(), (4,), (3, 2), (2, 1, 3)])
def test_accuracy_at_the_default_step(method: str, tolerance: float, shape: tuple) -> None:
    x = np.random.default_rng(0).uniform(0.5, 1.5, size=shape)
    gradient = numerical_gradient(cubic, x, method)
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, cubic_gradient(x), rtol=tolerance)


@pytest.mark.parametrize(
    ("method", "step", "order"),
    [("forward", 1e-3, 1), ("central", 1e-2, 2), ("richardson", 1e-1, 4), ("complex", 1e-2, 2)],
)
def test_order_of_the_truncation_error(method: str, step: float, order: int) -> None:
    exact = cubic_gradient(np.array(0.7))
    errors = [abs(numerical_gradient(cubic, 0.7, method, step=h) - exact) for h in (step, step / 2)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize("method", METHODS)
def test_large_entries_get_larger_steps(method: str) -> None:
    x = np.array([1e8, 1e-8])
    gradient = numerical_gradient(lambda x: (x**2).sum(), x, method)
    np.testing.assert_allclose(gradient, 2 * x, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_the_argument_is_left_alone_even_by_a_careless_function(method: str) -> None:
    x = np.array([1.0, 2.0])

    def careless(moved: np.ndarray):
        total = (moved**2).sum()
        moved[:] = 0
        return total

    np.testing.assert_allclose(numerical_gradient(careless, x, method), [2.0, 4.0], rtol=1e-6)
    assert np.array_equal(x, [1.0, 2.0])


def test_integers_are_differentiated_as_float64() -> None:
    for method in METHODS:
        gradient = numerical_gradient(lambda x: (x**2).sum(), [1, 2], method)
        np.testing.assert_allclose(gradient, [2.0, 4.0], rtol=1e-6)


@pytest.mark.parametrize(
    "function", [lambda x: np.abs(x).sum(), np.linalg.norm, lambda x: float(x.real.sum())]
)
def test_the_complex_step_refuses_functions_that_drop_the_imaginary_part(function) -> None:
    with pytest.raises(TypeError, match=r"function returned float64 for complex input"):
        numerical_gradient(function, [1.0, 2.0], "complex")


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((cubic, [1.0], "centred"), {}, ValueError, "method is 'centred'"),
        ((cubic, [1.0, math.nan]), {}, ValueError, r"x\[1\] is nan"),
        ((cubic, []), {}, ValueError, "x is empty"),
        ((cubic, ["a"]), {}, TypeError, "x has dtype"),
        ((3, [1.0]), {}, TypeError, "function is 3, expected a function"),
        ((cubic, [1.0]), {"step": 0}, ValueError, "step is 0, expected a number above 0"),
        ((cubic, [1.0]), {"step": "1"}, TypeError, "step is '1'"),
        ((cubic, [1e20]), {"step": 1.0}, ValueError, r"step is 1\.0, expected enough to change"),
        ((lambda x: x, [1.0, 2.0]), {}, ValueError, r"function returned an array of shape \(2,\)"),
        ((lambda x: math.inf, [1.0]), {}, ValueError, "the result of function is inf"),
        ((lambda x: "a", [1.0]), {}, TypeError, "the result of function has dtype"),
        ((lambda x: x[0] * 1j, [1.0]), {}, TypeError, "the result of function has dtype complex"),
    ],
)
def test_bad_arguments_are_refused(
    arguments: tuple, options: dict, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        numerical_gradient(*arguments, **options)


def make_network(dtype: type = np.float64, activation: str = "tanh") -> MLP:
    return MLP([3, 5, 4, 2], activation=activation, generator=np.random.default_rng(0), dtype=dtype)


def make_batch() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    return generator.normal(size=(6, 3)), generator.uniform(size=(6, 2))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_right_network_passes_and_stays_as_it_is(method: str, dtype: type) -> None:
    network = make_network(dtype)
    before = network.parameters.copy()
    check = check_gradient(network, *make_batch(), method=method)
    check.raise_if_failed()
    assert check.passed
    assert check.method == method
    assert np.array_equal(network.parameters, before)


def test_every_parameter_and_every_input_is_covered() -> None:
    network = make_network()
    errors = check_gradient(network, *make_batch()).errors
    shapes = {name: array.shape for name, array in errors.items()}
    assert shapes == {
        "layer 1 weights": (3, 5), "layer 1 bias": (5,),
        "layer 2 weights": (5, 4), "layer 2 bias": (4,),
        "layer 3 weights": (4, 2), "layer 3 bias": (2,),
        "x": (6, 3),
    }  # fmt: skip


def break_entry(network: MLP, monkeypatch: pytest.MonkeyPatch, index: int, factor: float) -> None:
    """Make backpropagation wrong in one entry of the gradient."""
    right = network.backpropagate

    def wrong(x: np.ndarray, y: np.ndarray) -> float:
        loss = right(x, y)
        network.gradient[index] *= factor
        return loss

    monkeypatch.setattr(network, "backpropagate", wrong)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("index", range(0, 54, 4))
def test_one_wrong_entry_is_named(method: str, index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    network = make_network()
    right = network.loss_and_gradient(*make_batch())[1][index]
    break_entry(network, monkeypatch, index, 1.5)
    check = check_gradient(network, *make_batch(), method=method)
    assert not check.passed
    assert check.worst_name == network.describe(index)
    assert check.analytic == 1.5 * right
    assert check.numeric == pytest.approx(right, rel=1e-4)


def test_a_wrong_input_gradient_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    network = make_network()
    right = network.input_gradient

    def wrong(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        gradient = right(x, y)
        gradient[4, 1] *= -1
        return gradient

    monkeypatch.setattr(network, "input_gradient", wrong)
    check = check_gradient(network, *make_batch())
    assert check.worst_name == "x[4, 1]"
    assert check.worst_error == pytest.approx(2.0)


def test_the_complex_step_sees_an_error_in_the_eleventh_digit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = make_network()
    break_entry(network, monkeypatch, 53, 1 + 5e-11)
    assert not check_gradient(network, *make_batch()).passed
    assert check_gradient(network, *make_batch(), tolerance=1e-9).passed


def test_failure_says_what_where_and_both_values(monkeypatch: pytest.MonkeyPatch) -> None:
    network = make_network()
    break_entry(network, monkeypatch, 7, 0.0)
    check = check_gradient(network, *make_batch())
    with pytest.raises(GradientCheckError) as caught:
        check.raise_if_failed()
    first, analytic, numeric, _ = str(caught.value).splitlines()
    assert "layer 1 weights[1, 2] is wrong: relative error 1.00e+00" in first
    assert "(complex method)" in first
    assert float(analytic.removeprefix("  analytic: ")) == check.analytic == 0
    assert float(numeric.removeprefix("  numeric: ")) == check.numeric != 0


def test_a_gradient_that_is_zero_on_both_sides_passes() -> None:
    check = check_gradient(make_network(activation="step"), *make_batch())
    assert check.passed
    assert not check.errors["layer 1 weights"].any()


def test_bad_arguments_of_the_check_are_refused() -> None:
    network, (x, y) = make_network(), make_batch()
    with pytest.raises(TypeError, match=r"network is None, expected an nnlib\.MLP"):
        check_gradient(None, x, y)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="method is 'exact', expected one of central, complex"):
        check_gradient(network, x, y, method="exact")
    with pytest.raises(ValueError, match="tolerance is 0"):
        check_gradient(network, x, y, tolerance=0)
    with pytest.raises(ValueError, match="y has 1 rows, expected 6"):
        check_gradient(network, x, y[:1])
