"""What a network asks of every layer, dense or convolutional, with parameters or without."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib._types import Array
from nnlib._validation import check_array, check_same_shape

__all__ = ["Layer"]


class Layer(ABC):
    """A step of a network, forwards and backwards.

    `forward` and `backward` check their arguments. A network, which has checked already, calls
    the methods below them. Those that do nothing here are for layers with parameters.

    Attributes
    ----------
    size : int
        The number of parameters.
    dtype : numpy.dtype or None
        Of the parameters; None for a layer without any, which keeps the dtype of its input.
    a : ndarray
        What the last forward pass returned.
    belongs_to_network : bool
        Whether a network has taken the layer, and its parameters, into its own vector.

    Examples
    --------
    A layer of your own, without parameters:

    >>> class Double(Layer):
    ...     def check_input(self, x):
    ...         return check_array("x", x)
    ...     def output_shape(self, input_shape):
    ...         return input_shape
    ...     def propagate(self, x):
    ...         self.a = 2 * x
    ...         return self.a
    ...     def compute(self, x, parameters):
    ...         return 2 * x, 2 * x
    ...     def input_gradient(self, delta):
    ...         return 2 * delta
    ...     def settings(self):
    ...         return {}
    >>> layer = Double()
    >>> layer.forward([1.0, 5.0]), layer.backward([10.0, 20.0])
    (array([ 2., 10.]), array([20., 40.]))
    """

    size: int = 0
    dtype: np.dtype[Any] | None = None
    belongs_to_network: bool = False
    a: Array

    def forward(self, x: npt.ArrayLike) -> Array:
        """Return the layer's output, and keep what `backward` will need.

        Parameters
        ----------
        x : array_like, one example for each entry of its first axis
            Kept, not copied: leave it as it is until `backward` has been called.

        Returns
        -------
        ndarray, with the examples on its first axis
            The layer's own array: the next forward pass may write over it. Copy what you keep.

        Raises
        ------
        TypeError, ValueError
            If `x` has the wrong shape, is not numeric, is empty or is not finite.
        """
        return self.propagate(self.check_input(x))

    def backward(self, upstream: npt.ArrayLike) -> Array:
        """Return the gradient with respect to x, and write those of the parameters.

        The gradients are written, not added to what was there.

        Parameters
        ----------
        upstream : array_like, shaped like the result of the last `forward`
            The gradient of the loss with respect to that result. It is not changed.

        Returns
        -------
        ndarray, shaped like the x of the last `forward`
            The layer's own array: the next backward pass may write over it. Copy what you keep.

        Raises
        ------
        RuntimeError
            If `forward` has not been called.
        TypeError, ValueError
            If `upstream` is not shaped like that result, not numeric or not finite.
        """
        if not hasattr(self, "a"):
            raise RuntimeError("backward was called before forward: call layer.forward(x) first")
        upstream = check_array("upstream", upstream, dtype=self.a.dtype)
        check_same_shape("upstream", upstream, "the output of forward", self.a)
        delta = self.delta(upstream)
        self.write_gradients(delta)
        return self.input_gradient(delta)

    @abstractmethod
    def check_input(self, x: Any) -> Array:
        """Return `x` as an array fit for `propagate`; errors as for `forward`."""

    @abstractmethod
    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of one example's output, or raise `ValueError` if it does not fit."""

    @abstractmethod
    def propagate(self, x: Array) -> Array:
        """Do what `forward` does, without checking."""

    @abstractmethod
    def compute(self, x: Array, parameters: Array) -> tuple[Array, Array]:
        """Return the weighted sums and the output in new arrays, and keep nothing.

        The parameters are any flat vector of the right length, and it or `x` may be complex. A
        layer without weighted sums returns its output twice. Nothing is checked.
        """

    def delta(self, upstream: Array) -> Array:
        """Return ∂C/∂Z, the gradient in front of the activation, if the layer has one."""
        return upstream

    def write_gradients(self, delta: Array) -> None:  # noqa: B027 - no parameters, no gradients
        """Write the gradients of the parameters."""

    @abstractmethod
    def input_gradient(self, delta: Array) -> Array:
        """Return ∂C/∂X."""

    def parts(self) -> tuple[Array, ...]:
        """Return the weights and the bias, or nothing."""
        return ()

    def split(self, vector: Array) -> tuple[Array, ...]:
        """Return the parts of a flat vector, shaped as those of `parts`, without copying."""
        return ()

    def bind(self, parameters: Array, gradient: Array) -> None:  # noqa: B027
        """Make the parameters and their gradients views of these flat vectors."""

    @staticmethod
    def parameter_count(*_: Any, **settings: Any) -> int:
        """Return the size of a layer with these settings, without building it."""
        return 0

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Return the arguments that a layer of the same kind is built with."""

    def __repr__(self) -> str:
        shown = (getattr(value, "name", value) for value in self.settings().values())
        return f"{type(self).__name__}({', '.join(map(repr, shown))})"
