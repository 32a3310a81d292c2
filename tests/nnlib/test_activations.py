"""Activations against mpmath at high precision, the complex step, and the ends of the range."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from mpmath import mp

from nnlib import activations
from nnlib.activations import Activation

EPSILON = {np.dtype(np.float64): 2.0**-52, np.dtype(np.float32): 2.0**-23}

POINTS = [
    *(-700.0, -350.25, -100.0, -38.3, -37.3, -30.3, -20.7, -12.1, -5.1, -2.0, -1.0, -0.75179),
    *(-0.3, -1e-3, -1e-8, -1e-300, 1e-300, 1e-8, 1e-3, 0.3, 0.7, 1.0, 2.0, 5.1, 12.1, 20.7),
    *(30.3, 37.3, 38.3, 100.0, 350.25, 700.0),
    *np.random.default_rng(1).uniform(-40, 40, 25),
    *np.random.default_rng(2).uniform(-700, 700, 8),
]

REFERENCES = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": mp.tanh,
    "relu": lambda z: max(z, mp.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mp.mpf(0.01) * z,
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "gelu": lambda z: z * mp.erfc(-z / mp.sqrt(2)) / 2,
    "step": lambda z: mp.mpf(1 if z >= 0 else 0),
}
ELEMENTWISE = sorted(REFERENCES)
SMOOTH = ["gelu", "identity", "sigmoid", "softplus", "tanh"]
ALL = [*ELEMENTWISE, "softmax"]


def reference(name: str, z: float) -> mpmath.mpf:
    with mp.workdps(400):  # 50 digits left even of 1 + e^-700
        return REFERENCES[name](mp.mpf(z))


def reference_derivative(name: str, z: float) -> mpmath.mpf:
    """Differentiate the reference itself: no formula of a derivative is trusted."""
    # A kink must lie outside the step. Where tanh' is 1e-300, the difference of two values near
    # 1 starts after 300 + 100 digits; gelu is about as small as its slope, and slow to compute.
    h = mp.mpf(10) ** (-100 if name in SMOOTH else -330)
    with mp.workdps(200 if name == "gelu" else 700):
        function = REFERENCES[name]
        return (function(mp.mpf(z) + h) - function(mp.mpf(z) - h)) / (2 * h)


def ulps(got: float, exact: mpmath.mpf, epsilon: float, scale: mpmath.mpf | None = None) -> float:
    """Return the error in units of the last place of `scale`, by default of the exact value."""
    size = abs(exact) if scale is None else scale
    return float(abs(mp.mpf(float(got)) - exact) / (size * epsilon)) if size else abs(got)


def representable(exact: mpmath.mpf, dtype: np.dtype) -> bool:
    return exact == 0 or abs(exact) >= np.finfo(dtype).tiny


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_value_agrees_with_mpmath(name: str, dtype: type) -> None:
    z = np.array(POINTS, dtype)
    if dtype is np.float32:
        z = z[np.abs(z) < 87]
    values = activations.get(name)(z)
    assert values.dtype == dtype
    for point, value in zip(z, values, strict=True):
        exact = reference(name, float(point))
        if representable(exact, values.dtype):
            assert ulps(value, exact, EPSILON[values.dtype]) < 4, (name, point)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_derivative_agrees_with_the_derivative_of_the_reference(name: str, dtype: type) -> None:
    z = np.array(POINTS, dtype)
    z = z[z != 0]  # 1e-300 as float32
    limit = 43 if dtype is np.float32 or name == "gelu" else np.inf  # beyond, f' is 0 or 1
    z = z[np.abs(z) < limit]
    values = activations.get(name).derivative(z)
    assert values.dtype == dtype
    for point, value in zip(z, values, strict=True):
        exact, scale = reference_derivative(name, float(point)), None
        if name == "gelu":  # two terms that cancel near -0.75: judge by the larger
            scale = max(abs(exact), reference("sigmoid", float(point)) * mp.mpf("0.3"))
            scale = scale if -2 < point < 0 else None
        if representable(exact, values.dtype):
            assert ulps(value, exact, EPSILON[values.dtype], scale) < 8, (name, point)


def test_values_at_zero() -> None:
    expected = {"sigmoid": 0.5, "softplus": np.log(2), "step": 1.0}
    for name in ELEMENTWISE:
        assert activations.get(name)(0.0) == expected.get(name, 0.0), name
        assert activations.get(name)(-0.0) == expected.get(name, 0.0), name


def test_derivatives_at_zero_follow_the_documented_convention() -> None:
    expected = {
        "identity": 1, "sigmoid": 0.25, "tanh": 1, "softplus": 0.5, "gelu": 0.5,
        "relu": 0, "leaky_relu": 0.01, "step": 0,
    }  # fmt: skip
    for name in ELEMENTWISE:
        assert activations.get(name).derivative(0.0) == expected[name], name


@pytest.mark.parametrize("row", [[0.5, -1.0, 2.0], [-700.0, 0.0, 3.0], [30.0, 31.0, 29.5, -5.0]])
def test_softmax_agrees_with_mpmath(row: list[float]) -> None:
    with mp.workdps(400):
        exponentials = [mp.exp(z) for z in row]
        exact = [e / mp.fsum(exponentials) for e in exponentials]
    # Subtracting the largest entry rounds: e turns that into one relative ulp for each unit.
    bound = 4 + max(row) - min(row)
    for value, probability in zip(activations.softmax([row])[0], exact, strict=True):
        assert ulps(value, probability, 2.0**-52) < bound
    jacobian = activations.softmax.derivative([row])[0]
    for j in range(len(row)):
        for k in range(len(row)):
            others = mp.fsum(exact[i] for i in range(len(row)) if i != k)
            entry = exact[j] * others if j == k else -exact[j] * exact[k]
            assert ulps(jacobian[j, k], entry, 2.0**-52) < 2 * bound, (j, k)


def test_softmax_rows_are_independent_and_sum_to_one() -> None:
    z = np.random.default_rng(0).normal(size=(4, 3)) * 100
    together = activations.softmax(z)
    assert np.array_equal(together, np.vstack([activations.softmax(row[None]) for row in z]))
    np.testing.assert_allclose(together.sum(axis=1), 1, rtol=1e-15)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_far_out_everything_is_finite_and_silent(name: str, dtype: type) -> None:
    activation = activations.get(name)
    z = np.array([[-1000.0, -750.0, 0.0, 750.0, 1000.0]], dtype)
    with np.errstate(over="warn", invalid="warn", divide="warn", under="ignore"):
        a = activation(z)
        slope = activation.derivative(z)
        backward = activation.backward(np.full_like(z, 3), z, a)
        on_complex = activation(z.astype(np.float64) + 1e-30j)
    for result in (a, slope, backward, on_complex):
        assert np.isfinite(result).all()
    # Below the smallest normal number digits are lost; and f(x + ih) adds some h² to f(x).
    slack = max(np.finfo(dtype).tiny, 1e-60)
    np.testing.assert_allclose(on_complex.real, a, rtol=np.finfo(dtype).eps * 4, atol=slack)


def test_saturated_values_are_the_limits() -> None:
    limits = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 1000), "softplus": (0, 1000),
              "gelu": (0, 1000), "step": (0, 1), "leaky_relu": (-10, 1000)}  # fmt: skip
    for name, expected in limits.items():
        assert tuple(activations.get(name)([-1000.0, 1000.0])) == expected, name


def test_saturated_derivatives_are_the_limits() -> None:
    limits = {"sigmoid": (0, 0), "tanh": (0, 0), "relu": (0, 1), "softplus": (0, 1),
              "gelu": (0, 1), "step": (0, 0), "leaky_relu": (0.01, 1)}  # fmt: skip
    for name, expected in limits.items():
        assert tuple(activations.get(name).derivative([-1000.0, 1000.0])) == expected, name


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivative_agrees_with_the_complex_step(name: str) -> None:
    activation = activations.get(name)
    z = np.random.default_rng(3).normal(size=(6, 5)) * 4
    z[0, :2] = 0.0  # the kinks: real parts decide, so the convention holds here too
    numeric = activation(z + 1e-30j).imag / 1e-30
    np.testing.assert_allclose(activation.derivative(z), numeric, rtol=1e-13, atol=1e-17)


@pytest.mark.parametrize("name", SMOOTH)
def test_derivative_is_analytic_too(name: str) -> None:
    """Second derivatives by the complex step on the first, against central differences."""
    activation = activations.get(name)
    z = np.linspace(-3, 3, 13)
    second = activation.derivative(z + 1e-30j).imag / 1e-30
    central = (activation.derivative(z + 1e-5) - activation.derivative(z - 1e-5)) / 2e-5
    np.testing.assert_allclose(second, central, atol=1e-9)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_backward_agrees_with_the_complex_step(name: str, dtype: type) -> None:
    """The gradient of a randomly weighted sum of outputs, of several rows, twice in a row."""
    activation = activations.get(name)
    generator = np.random.default_rng(4)
    for rows, columns in [(3, 5), (2, 4)]:
        z = generator.normal(size=(rows, columns)).astype(dtype)
        upstream = generator.normal(size=(rows, columns)).astype(dtype)
        before = z.copy(), upstream.copy()
        backward = activation.backward(upstream, z, activation(z))
        assert backward.dtype == dtype
        for place in np.ndindex(z.shape):
            moved = z.astype(np.complex128)
            moved[place] += 1e-30j
            numeric = (upstream * activation(moved)).sum().imag / 1e-30
            tolerance = 1e-13 if dtype is np.float64 else 1e-5
            assert abs(backward[place] - numeric) <= tolerance * max(1, abs(numeric)), place
        assert np.array_equal(before[0], z)
        assert np.array_equal(before[1], upstream)


@pytest.mark.parametrize("name", ALL)
def test_out_receives_the_result_and_may_be_the_argument(name: str) -> None:
    activation = activations.get(name)
    z = np.random.default_rng(5).normal(size=(3, 4))
    expected = activation(z)
    out = np.full_like(z, np.nan)
    assert activation(z, out=out) is out
    assert np.array_equal(out, expected)
    assert activation(z, out=z) is z
    assert np.array_equal(z, expected)


@pytest.mark.parametrize("name", ALL)
def test_the_argument_is_left_alone(name: str) -> None:
    activation = activations.get(name)
    z = np.random.default_rng(6).normal(size=(3, 4))
    before = z.copy()
    activation(z)
    activation.derivative(z)
    assert np.array_equal(z, before)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_integers_lists_and_scalars_count_as_float64(name: str) -> None:
    activation = activations.get(name)
    assert activation([-2, 0, 3]).dtype == np.float64
    assert isinstance(activation(1), np.float64)
    assert activation(np.array([[[1.0], [2.0]]])).shape == (1, 2, 1)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("z", "error", "message"),
    [
        (["a", "b"], TypeError, "z has dtype"),
        ([[1.0, np.nan]], ValueError, r"z\[0, 1\] is nan"),
        ([np.inf, 0.0], ValueError, r"z\[0\] is inf"),
        ([], ValueError, "z is empty"),
        (None, TypeError, "z has dtype object"),
        ([[1.0], [1.0, 2.0]], ValueError, "z is not a regular array"),
    ],
)
def test_bad_input_is_refused(name: str, z: object, error: type, message: str) -> None:
    activation = activations.get(name)
    for function in (activation, activation.derivative):
        with pytest.raises(error, match=message):
            function(z)


def test_backward_refuses_arrays_of_different_shapes() -> None:
    z = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"upstream has shape \(3,\), expected \(2, 3\)"):
        activations.tanh.backward(np.ones(3), z, z)
    with pytest.raises(ValueError, match=r"a has shape \(3,\), expected \(2, 3\)"):
        activations.tanh.backward(z, z, np.ones(3))


@pytest.mark.parametrize("out", [np.empty(3), np.empty((1, 2), np.float32), [0.0, 0.0]])
def test_an_out_that_does_not_fit_is_refused(out: object) -> None:
    with pytest.raises(ValueError, match=r"out is .*, expected float64 of shape \(1, 2\)"):
        activations.sigmoid([[0.0, 1.0]], out=out)  # type: ignore[arg-type]


def test_softmax_refuses_a_single_number() -> None:
    with pytest.raises(ValueError, match="z is a single number"):
        activations.softmax(1.0)


def test_gelu_refuses_what_is_not_a_complex_step() -> None:
    with pytest.raises(ValueError, match=r"imaginary part of 1\.0e-03"):
        activations.gelu([1.0 + 1e-3j])
    with pytest.raises(ValueError, match=r"imaginary part of 1\.0e-03"):
        activations.gelu.derivative([1.0 + 1e-3j])


def test_get_knows_every_name_and_passes_objects_on() -> None:
    for name in ALL:
        activation = activations.get(name)
        assert activation.name == name
        assert activation is getattr(activations, name)
        assert activations.get(activation) is activation
        assert repr(activation) == f"<activation {name}>"


def test_get_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match=r"'Sigmoid', expected one of .*did you mean 'sigmoid'"):
        activations.get("Sigmoid")
    with pytest.raises(TypeError, match="activation is 3, expected one of the names"):
        activations.get(3)  # type: ignore[arg-type]


def test_an_activation_of_ones_own_needs_a_value_and_a_slope_only() -> None:
    class Square(Activation):
        name = "square"

        def forward_into(self, z: np.ndarray, out: np.ndarray) -> np.ndarray:
            return np.multiply(z, z, out=out)

        def slope(self, z: np.ndarray) -> np.ndarray:
            return 2 * z

    square = Square()
    assert square(3.0) == 9.0
    assert square.backward([10.0], [3.0], [9.0]) == [60.0]
