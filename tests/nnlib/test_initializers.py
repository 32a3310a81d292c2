"""Initial weights: shapes, ranges, variances, and that the generator alone decides."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnlib import initializers

RANDOM = {
    "glorot_uniform": (initializers.glorot_uniform, lambda i, o: 2 / (i + o)),
    "glorot_normal": (initializers.glorot_normal, lambda i, o: 2 / (i + o)),
    "he_uniform": (initializers.he_uniform, lambda i, o: 2 / i),
    "he_normal": (initializers.he_normal, lambda i, o: 2 / i),
    "uniform": (initializers.uniform(-3.0, 3.0), lambda i, o: 3.0),
}


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize(("fan_in", "fan_out"), [(300, 500), (700, 100)])
def test_mean_and_variance(name: str, fan_in: int, fan_out: int) -> None:
    initializer, variance = RANDOM[name]
    weights = initializer(fan_in, fan_out, np.random.default_rng(0))
    assert weights.shape == (fan_in, fan_out)
    assert weights.dtype == np.float64
    expected = variance(fan_in, fan_out)
    # Five standard errors: of the mean √(v/n), of the variance at most v √(2/n).
    assert abs(weights.mean()) < 5 * math.sqrt(expected / weights.size)
    assert abs(weights.var() / expected - 1) < 5 * math.sqrt(2 / weights.size)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform", "uniform"])
def test_uniform_draws_fill_their_range_and_stay_inside(name: str) -> None:
    initializer, variance = RANDOM[name]
    limit = math.sqrt(3 * variance(40, 60))
    largest = np.abs(initializer(40, 60, np.random.default_rng(1))).max()
    assert 0.99 * limit < largest <= limit


def test_normal_draws_are_not_truncated() -> None:
    for name in ("glorot_normal", "he_normal"):
        initializer, variance = RANDOM[name]
        weights = initializer(300, 400, np.random.default_rng(2))
        assert np.abs(weights).max() > 3.5 * math.sqrt(variance(300, 400)), name


@pytest.mark.parametrize("name", RANDOM)
def test_the_generator_alone_decides(name: str) -> None:
    initializer = RANDOM[name][0]
    first = initializer(3, 4, np.random.default_rng(3))
    np.random.seed(0)  # noqa: NPY002 - the global generator must not matter
    assert np.array_equal(first, initializer(3, 4, np.random.default_rng(3)))
    assert not np.array_equal(first, initializer(3, 4, np.random.default_rng(4)))


def test_zeros_and_constant() -> None:
    generator = np.random.default_rng(0)
    assert np.array_equal(initializers.zeros(2, 3, generator), np.zeros((2, 3)))
    assert np.array_equal(initializers.constant(-1.5)(2, 3, generator), np.full((2, 3), -1.5))


@pytest.mark.parametrize("initializer", [initializers.zeros, *(r[0] for r in RANDOM.values())])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 3, np.random.default_rng(0)), ValueError, "fan_in is 0, expected a whole number"),
        ((2, 2.5, np.random.default_rng(0)), TypeError, "fan_out is 2.5"),
        ((2, 3, 42), TypeError, "generator is 42, expected a numpy.random.Generator"),
    ],
)
def test_bad_arguments_are_refused(
    initializer: initializers.Initializer, arguments: tuple, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        initializer(*arguments)


def test_bad_settings_are_refused() -> None:
    with pytest.raises(ValueError, match=r"high is 1\.0, expected more than low = 1\.0"):
        initializers.uniform(1, 1)
    with pytest.raises(ValueError, match="low is nan"):
        initializers.uniform(math.nan, 1)
    with pytest.raises(TypeError, match="value is '0', expected a real number"):
        initializers.constant("0")  # type: ignore[arg-type]


def test_get_knows_every_name_and_passes_functions_on() -> None:
    for name in ("zeros", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal"):
        assert initializers.get(name) is getattr(initializers, name)
    assert initializers.get(initializers.he_normal) is initializers.he_normal


def test_get_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match=r"'glorot', expected one of .*glorot_normal"):
        initializers.get("glorot")
    with pytest.raises(ValueError, match=r"pass nnlib\.initializers\.uniform\(-1, 1\)"):
        initializers.get("uniform")
    with pytest.raises(TypeError, match=r"initializer is 0\.5"):
        initializers.get(0.5)  # type: ignore[arg-type]
