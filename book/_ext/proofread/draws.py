"""Random values for the roots of a world, by domain.

A generic draw avoids nothing and hits nothing special; an ``edge`` draw puts zeros and the ends of
ranges among the values, where formulas have their kinks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from .declarations import RandomDraw
from .errors import NotationProblem
from .values import Array

SMALL = 0.01


def draw(
    generator: Generator,
    domain: str,
    sizes: tuple[int, ...],
    bounds: tuple[float, float] | None,
    values: tuple[float, ...],
    edge: bool,
) -> Array:
    """One value of a root quantity."""
    if values:
        return generator.choice(np.array(values), size=sizes)[()]
    if bounds is not None:
        return _ranged(generator, domain, sizes, bounds, edge)
    if domain in _STRUCTURED:
        return _structured(generator, domain, sizes)
    array = _PLAIN[domain](generator, sizes)
    if edge and domain in ("real", "nonnegative"):
        array = np.where(generator.random(sizes) < (0.3 if sizes else 0.5), 0.0, array)[()]
    return array


def _ranged(
    generator: Generator,
    domain: str,
    sizes: tuple[int, ...],
    bounds: tuple[float, float],
    edge: bool,
) -> Array:
    low, high = bounds
    if high < low:
        raise NotationProblem(f"the range [{low:g}, {high:g}] is empty")
    if domain == "integer" and edge:
        return generator.choice(np.array([float(round(low)), float(round(high))]), size=sizes)[()]
    if domain == "integer":
        return generator.integers(round(low), round(high) + 1, sizes).astype(np.float64)[()]
    array = generator.uniform(low, high, sizes)
    if edge:
        ends = generator.choice(np.array([low, high]), size=sizes)
        array = np.where(generator.random(sizes) < 0.5, ends, array)[()]
    return array


_PLAIN: dict[str, Callable[[Generator, tuple[int, ...]], Array]] = {
    "real": lambda generator, sizes: generator.normal(size=sizes),
    "positive": lambda generator, sizes: generator.uniform(0.3, 2.5, sizes),
    "nonnegative": lambda generator, sizes: generator.uniform(0.0, 2.5, sizes),
    "negative": lambda generator, sizes: -generator.uniform(0.3, 2.5, sizes),
    "nonzero": lambda generator, sizes: (
        generator.uniform(0.3, 2.0, sizes) * generator.choice(np.array([-1.0, 1.0]), size=sizes)
    ),
    "unit interval": lambda generator, sizes: generator.uniform(0.05, 0.95, sizes),
    "sign": lambda generator, sizes: generator.choice(np.array([-1.0, 1.0]), size=sizes),
    "binary": lambda generator, sizes: generator.integers(0, 2, sizes).astype(np.float64)[()],
    "small": lambda generator, sizes: np.full(sizes, SMALL)[()],
}
_STRUCTURED = (
    "probability", "one-hot", "unit vector", "symmetric", "positive definite", "orthogonal",
    "identity",
)  # fmt: skip


def _structured(generator: Generator, domain: str, sizes: tuple[int, ...]) -> Array:
    if len(sizes) != 2:
        raise NotationProblem(f"the domain {domain} needs a vector or a matrix")
    if domain in ("probability", "one-hot"):
        return _distributions(generator, domain, sizes)
    matrix = generator.normal(size=sizes)
    if domain == "unit vector":
        return matrix / np.linalg.norm(matrix)
    if sizes[0] != sizes[1]:
        raise NotationProblem(f"the domain {domain} needs a square matrix")
    if domain == "identity":
        return np.eye(sizes[0])
    if domain == "symmetric":
        return matrix + matrix.T
    if domain == "positive definite":
        return matrix @ matrix.T / sizes[0] + 0.3 * np.eye(sizes[0])
    return np.linalg.qr(matrix)[0]


def _distributions(generator: Generator, domain: str, sizes: tuple[int, ...]) -> Array:
    """Rows that sum to 1; for a column, the column."""
    column = sizes[1] == 1
    rows, classes = (1, sizes[0]) if column else sizes
    if domain == "one-hot":
        array = np.eye(classes)[generator.integers(0, classes, rows)]
    else:
        array = generator.uniform(0.2, 1.0, (rows, classes))
        array = array / array.sum(axis=1, keepdims=True)
    return array.T if column else array


def sample(
    generator: Generator, rule: RandomDraw, arguments: list[Array], sizes: tuple[int, ...], n: int
) -> Array:
    """``n`` independent samples of a random variable (no sample axis for n = 0)."""
    shape = (n, *sizes) if n else sizes
    first = arguments[0]
    if rule.distribution == "normal":
        return _normal(generator, arguments, shape, sizes)
    if rule.distribution == "uniform":
        return first + (arguments[1] - first) * generator.random(shape)
    if rule.distribution == "bernoulli":
        return (generator.random(shape) < np.real(first)).astype(np.float64)
    return first * generator.exponential(1.0, shape)


def _normal(
    generator: Generator, arguments: list[Array], shape: tuple[int, ...], sizes: tuple[int, ...]
) -> Array:
    mean, variance = arguments
    noise = generator.normal(size=shape)
    if np.ndim(variance) < 2:
        return mean + np.sqrt(variance) * noise
    if len(sizes) != 2 or sizes[1] != 1:
        raise NotationProblem("a covariance matrix needs a random vector (a column)")
    return mean + np.linalg.cholesky(variance) @ noise
