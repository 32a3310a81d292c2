r"""Initial weights: where training starts.

An initializer is a function ``initializer(fan_in, fan_out, generator)`` that returns a float64
array of shape (fan_in, fan_out). Glorot's keep the variance of signals and gradients level
through layers of symmetric activations; He's do so through layers of ReLUs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from nnlib._settings import check_range
from nnlib._types import Array
from nnlib._validation import check_choice, check_count, check_generator, check_number

__all__ = [
    "Initializer",
    "constant",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "uniform",
    "zeros",
]

#: A function of fan_in, fan_out and a generator that returns weights of shape (fan_in, fan_out),
#: as float64. The first two are whole numbers of at least 1: how many inputs reach a neuron, and
#: how many neurons an input reaches. All randomness comes from the `numpy.random.Generator`; the
#: same state gives the same weights. What cannot be used raises `TypeError` or `ValueError`.
Initializer: TypeAlias = Callable[[int, int, np.random.Generator], Array]


def zeros(fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
    """Return zeros. Right for biases; weights that start equal stay equal.

    Parameters
    ----------
    fan_in, fan_out, generator
        As for every `Initializer`.

    Examples
    --------
    >>> zeros(1, 2, np.random.default_rng(0))
    array([[0., 0.]])
    """
    return constant(0.0)(fan_in, fan_out, generator)


def constant(value: float) -> Initializer:
    """Return an initializer that fills with one number.

    Parameters
    ----------
    value : float

    Raises
    ------
    TypeError, ValueError
        If `value` is not one finite number.

    Examples
    --------
    >>> constant(0.5)(1, 2, np.random.default_rng(0))
    array([[0.5, 0.5]])
    """
    value = check_number("value", value)

    def initializer(fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
        return np.full(_shape(fan_in, fan_out, generator), value)

    return initializer


def uniform(low: float, high: float) -> Initializer:
    r"""Return an initializer that draws from :math:`U(low, high)`, with low < high.

    The variance is :math:`(high - low)^2 / 12`.

    Parameters
    ----------
    low, high : float

    Raises
    ------
    TypeError, ValueError
        If an end is not one finite number, or `low` is not below `high`.

    Examples
    --------
    >>> weights = uniform(-3, 3)(2, 5, np.random.default_rng(0))
    >>> weights.shape, bool(weights.min() >= -3), bool(weights.max() < 3)
    ((2, 5), True, True)
    """
    low, high = check_range(low, high)

    def initializer(fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
        shape = _shape(fan_in, fan_out, generator)
        return generator.uniform(low, high, shape)

    return initializer


def glorot_uniform(fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
    r"""Draw from :math:`U(-r, r)` with :math:`r = \sqrt{6/(fan_{in} + fan_{out})}`.

    The variance is :math:`r^2/3 = 2/(fan_{in} + fan_{out})`. Source: Glorot and Bengio,
    "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.

    Parameters
    ----------
    fan_in, fan_out, generator
        As for every `Initializer`.

    Examples
    --------
    >>> bool(abs(glorot_uniform(2, 4, np.random.default_rng(0))).max() < 1)
    True
    """
    shape = _shape(fan_in, fan_out, generator)
    limit = math.sqrt(6 / (fan_in + fan_out))
    return generator.uniform(-limit, limit, shape)


def glorot_normal(fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
    r"""Draw from :math:`N(0, s^2)` with variance :math:`s^2 = 2/(fan_{in} + fan_{out})`.

    Source: as for `glorot_uniform`. Not truncated, as in PyTorch.

    Parameters
    ----------
    fan_in, fan_out, generator
        As for every `Initializer`.

    Examples
    --------
    >>> glorot_normal(2, 4, np.random.default_rng(0)).shape
    (2, 4)
    """
    shape = _shape(fan_in, fan_out, generator)
    return generator.normal(0.0, math.sqrt(2 / (fan_in + fan_out)), shape)


def he_uniform(fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
    r"""Draw from :math:`U(-r, r)` with :math:`r = \sqrt{6/fan_{in}}`.

    The variance is :math:`r^2/3 = 2/fan_{in}`. Source: He, Zhang, Ren and Sun, "Delving deep
    into rectifiers", ICCV 2015.

    Parameters
    ----------
    fan_in, fan_out, generator
        As for every `Initializer`.

    Examples
    --------
    >>> bool(abs(he_uniform(6, 4, np.random.default_rng(0))).max() < 1)
    True
    """
    shape = _shape(fan_in, fan_out, generator)
    limit = math.sqrt(6 / fan_in)
    return generator.uniform(-limit, limit, shape)


def he_normal(fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
    r"""Draw from :math:`N(0, s^2)` with variance :math:`s^2 = 2/fan_{in}`.

    Source: as for `he_uniform`. Not truncated, as in PyTorch.

    Parameters
    ----------
    fan_in, fan_out, generator
        As for every `Initializer`.

    Examples
    --------
    >>> he_normal(2, 4, np.random.default_rng(0)).shape
    (2, 4)
    """
    shape = _shape(fan_in, fan_out, generator)
    return generator.normal(0.0, math.sqrt(2 / fan_in), shape)


def _shape(fan_in: Any, fan_out: Any, generator: Any) -> tuple[int, int]:
    check_generator("generator", generator)
    return check_count("fan_in", fan_in), check_count("fan_out", fan_out)


_BY_NAME: dict[str, Initializer] = {
    "zeros": zeros,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
}
_EXAMPLES = {"constant": "constant(0.5)", "uniform": "uniform(-1, 1)"}


def get(initializer: str | Initializer, argument: str = "initializer") -> Initializer:
    """Return the initializer with this name, or the function itself.

    Parameters
    ----------
    initializer : str or callable
    argument : str
        What the caller's argument is called, for the error message.

    Raises
    ------
    ValueError
        If no initializer has this name; the message lists those that exist.
    TypeError
        If `initializer` is neither a name nor a function.

    Examples
    --------
    >>> get("zeros") is zeros
    True
    """
    if callable(initializer):
        return initializer
    if isinstance(initializer, str) and initializer in _EXAMPLES:
        raise ValueError(
            f"{argument} is {initializer!r}, expected a name that needs no numbers: "
            f"pass nnlib.initializers.{_EXAMPLES[initializer]}"
        )
    return _BY_NAME[check_choice(argument, initializer, _BY_NAME)]
