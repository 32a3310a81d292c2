r"""Optimisers: how the parameters move, once the gradient is known.

Both rules here work on the network's flat vectors, the parameters :math:`w` and the gradient
:math:`g = \nabla C(w)`, and change the parameters in place.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from nnlib._settings import check_fraction
from nnlib._types import Array
from nnlib._validation import all_finite, check_positive, shown

__all__ = ["SGD", "Momentum", "Optimizer"]


class Optimizer(Protocol):
    """What :func:`nnlib.training.train` asks of an optimiser, so that you can write your own.

    Attributes
    ----------
    learning_rate : float
        Positive; a schedule sets it before each epoch.

    Examples
    --------
    An optimiser that looks at the signs of the gradient only:

    >>> import numpy as np
    >>> class SignDescent:
    ...     def __init__(self, learning_rate):
    ...         self.learning_rate = learning_rate
    ...     def step(self, parameters, gradient):
    ...         parameters -= self.learning_rate * np.sign(gradient)
    ...     def reset(self):
    ...         pass
    >>> w = np.array([1.0, -2.0])
    >>> SignDescent(learning_rate=0.5).step(w, np.array([30.0, -0.1]))
    >>> w
    array([ 0.5, -1.5])
    """

    learning_rate: float

    def step(self, parameters: Array, gradient: Array) -> None:
        """Change ``parameters`` in place, given the gradient of the loss there."""

    def reset(self) -> None:
        """Forget everything remembered from earlier steps."""


class SGD:
    r"""Gradient descent: a step against the gradient.

    .. math:: w \leftarrow w - \eta \, g

    It is *stochastic* gradient descent when the gradient comes from a random batch of the
    examples; the rule is the same.

    Parameters
    ----------
    learning_rate
        :math:`\eta`, positive; may be changed later, ``optimizer.learning_rate = 0.01``.

    Raises
    ------
    TypeError, ValueError
        If ``learning_rate`` is not a positive finite number.

    Examples
    --------
    The loss :math:`w_1^2 + w_2^2` has the gradient :math:`2 w`:

    >>> import numpy as np
    >>> w = np.array([1.0, -2.0])
    >>> SGD(learning_rate=0.25).step(w, 2 * w)
    >>> w
    array([ 0.5, -1. ])
    """

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self._scaled: Array = np.empty(0)

    @property
    def learning_rate(self) -> float:
        r"""The step length :math:`\eta`, a positive float."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate = check_positive("learning_rate", value)

    def step(self, parameters: Array, gradient: Array) -> None:
        """Move ``parameters`` one step, in place.

        Parameters
        ----------
        parameters
            Array of float64 or float32, changed in place.
        gradient
            Gradient of the loss at ``parameters``: same shape and dtype. Left as it is.

        Raises
        ------
        TypeError, ValueError
            If the two do not fit together or the gradient holds NaN or infinity; the
            parameters are then untouched.
        """
        _check_step(parameters, gradient)
        self._scaled = _like(self._scaled, gradient)
        np.multiply(gradient, self._learning_rate, out=self._scaled)
        parameters -= self._scaled

    def reset(self) -> None:
        """Do nothing: plain gradient descent remembers nothing between steps."""

    def __repr__(self) -> str:
        return f"SGD(learning_rate={self.learning_rate})"


class Momentum(SGD):
    r"""Gradient descent with momentum: the steps build up a velocity.

    .. math:: v \leftarrow \mu v - \eta \, g, \qquad w \leftarrow w + v

    Directions in which the gradient keeps its sign are travelled up to
    :math:`1 / (1 - \mu)` times faster; those in which it flips cancel out. B. T. Polyak, *Some
    methods of speeding up the convergence of iteration methods*, USSR Computational
    Mathematics and Mathematical Physics 4(5), 1964.

    Parameters
    ----------
    learning_rate
        :math:`\eta`, positive; may be changed later.
    momentum
        :math:`\mu`, from 0 (plain gradient descent) up to below 1.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number in its range.

    Examples
    --------
    The same gradient twice: the second step is longer by half the first.

    >>> import numpy as np
    >>> optimizer = Momentum(learning_rate=1.0, momentum=0.5)
    >>> w, gradient = np.array([0.0]), np.array([-1.0])
    >>> optimizer.step(w, gradient); w
    array([1.])
    >>> optimizer.step(w, gradient); w
    array([2.5])
    """

    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
        super().__init__(learning_rate)
        self.momentum = momentum
        self._velocity: Array | None = None

    @property
    def momentum(self) -> float:
        r"""The share :math:`\mu` of the velocity that survives a step, from 0 to below 1."""
        return self._momentum

    @momentum.setter
    def momentum(self, value: float) -> None:
        self._momentum = check_fraction("momentum", value, zero=True)

    def step(self, parameters: Array, gradient: Array) -> None:
        """Update the velocity and move ``parameters`` by it, in place.

        Parameters
        ----------
        parameters
            Array of float64 or float32, changed in place.
        gradient
            Gradient of the loss at ``parameters``: same shape and dtype. Left as it is.

        Raises
        ------
        TypeError, ValueError
            If the two do not fit together or with the velocity of the steps before, or the
            gradient holds NaN or infinity; parameters and velocity are then untouched.
        """
        _check_step(parameters, gradient)
        if self._velocity is None:
            self._velocity = np.zeros_like(parameters)
        velocity = self._velocity
        if velocity.shape != parameters.shape or velocity.dtype != parameters.dtype:
            raise ValueError(
                f"parameters is a {parameters.dtype} array of shape {parameters.shape}, expected "
                f"{velocity.dtype} of shape {velocity.shape} like the velocity kept from earlier "
                "steps: call reset() before you optimise another network"
            )
        self._scaled = _like(self._scaled, gradient)
        np.multiply(gradient, self._learning_rate, out=self._scaled)
        velocity *= self._momentum
        velocity -= self._scaled
        parameters += velocity

    def reset(self) -> None:
        """Set the velocity back to zero, for a new network or a new start."""
        self._velocity = None

    def __repr__(self) -> str:
        return f"Momentum(learning_rate={self.learning_rate}, momentum={self.momentum})"


def _check_step(parameters: Array, gradient: Array) -> None:
    for name, vector in (("parameters", parameters), ("gradient", gradient)):
        # Not isinstance: a masked array would follow rules of its own.
        if type(vector) is not np.ndarray or vector.dtype.kind != "f" or vector.ndim != 1:
            raise TypeError(
                f"{name} is {_described(vector)}, expected a one-dimensional array of floats: "
                "pass the network's flat vector"
            )
    if gradient.shape != parameters.shape or gradient.dtype != parameters.dtype:
        raise ValueError(
            f"gradient is {_described(gradient)}, expected {_described(parameters)} like the "
            "parameters: pass the gradient of the same network"
        )
    if not parameters.flags.writeable:
        raise ValueError(
            "parameters is a read-only array, expected one that can be changed in place: pass "
            "network.parameters, or parameters.copy()"
        )
    if not all_finite(gradient):
        index = int(np.flatnonzero(~np.isfinite(gradient))[0])
        raise ValueError(
            f"gradient[{index}] is {gradient[index]}, expected finite numbers: "
            "lower the learning rate or scale the inputs"
        )


def _described(value: object) -> str:
    if type(value) is np.ndarray:
        return f"an array of {value.dtype} with shape {value.shape}"
    return f"{shown(value)} of type {type(value).__name__}"


def _like(buffer: Array, vector: Array) -> Array:
    """Return the buffer of the last step if it fits this one too, else a new one."""
    if buffer.shape == vector.shape and buffer.dtype == vector.dtype:
        return buffer
    return np.empty_like(vector)
