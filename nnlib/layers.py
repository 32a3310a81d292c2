r"""The dense layer: every input reaches every output.

A batch of examples enters as the rows of :math:`X` and leaves as the rows of

.. math:: Z = X W + b, \qquad A = f(Z).

Backwards, with :math:`\Delta = \partial C/\partial Z`, one matrix product each gives

.. math::

    \Delta = \frac{\partial C}{\partial A} \odot f'(Z), \quad
    \frac{\partial C}{\partial W} = X^\top \Delta, \quad
    \frac{\partial C}{\partial b} = \mathbf{1}^\top \Delta, \quad
    \frac{\partial C}{\partial X} = \Delta W^\top.

The arrays of a pass are kept between calls and written over, because allocating them anew
costs more than computing them when a network is small.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib import activations, initializers
from nnlib._types import Array
from nnlib._validation import (
    check_array,
    check_count,
    check_dtype,
    check_generator,
    check_matrix,
    check_same_shape,
)
from nnlib.activations import Activation
from nnlib.initializers import Initializer

__all__ = ["Dense", "forward_into"]


def forward_into(
    x: Array, weights: Array, bias: Array, activation: Activation, z: Array, a: Array
) -> Array:
    """Write z = x W + b and a = f(z) into `z` and `a`, and return `a`. Nothing is checked."""
    np.matmul(x, weights, out=z)  # (examples, outputs) = (examples, inputs) @ (inputs, outputs)
    z += bias  # (outputs,), added to each row
    return activation.forward_into(z, out=a)


class Dense:
    """A layer of `outputs` neurons, each of which sees all `inputs`.

    Parameters
    ----------
    inputs, outputs : int
        How many numbers enter and leave, for each example.
    activation : str or Activation
        Applied to the weighted sums; see `nnlib.activations`.
    initializer : str or callable
        Fills the weights; see `nnlib.initializers`.
    bias_initializer : str or callable
        Fills the bias, called with fan_in = 1 and fan_out = `outputs`.
    generator : numpy.random.Generator
        Where random initial weights come from.
    dtype : numpy.float64 or numpy.float32
        Of the parameters, and of everything computed from them.

    Attributes
    ----------
    weights, bias : ndarray of shape (inputs, outputs) and (outputs,)
        Assigning copies the numbers in, so that both may be views of a network's one vector.
    weights_gradient, bias_gradient : ndarray, shaped like their parameters
        What the last backward pass wrote.

    Raises
    ------
    TypeError, ValueError
        If a size, name, generator or dtype cannot be used, or an initializer returns an array
        of the wrong shape.

    Examples
    --------
    >>> layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
    >>> layer.weights = [[2.0], [4.0]]
    >>> layer.forward([[2.0, 3.0], [4.0, 1.0]])
    array([[16.],
           [12.]])
    >>> layer.backward([[1.0], [10.0]])
    array([[ 2.,  4.],
           [20., 40.]])
    >>> layer.weights_gradient
    array([[42.],
           [13.]])
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: str | Activation = "sigmoid",
        *,
        initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        generator: np.random.Generator,
        dtype: Any = np.float64,
    ) -> None:
        self.inputs = check_count("inputs", inputs)
        self.outputs = check_count("outputs", outputs)
        self.activation = activations.get(activation)
        self.dtype = check_dtype("dtype", dtype)
        check_generator("generator", generator)
        self.size = (self.inputs + 1) * self.outputs  # of the parameters
        self._capacity = 0  # rows that the buffers can hold
        self._rows = -1  # rows of the last forward pass; -1 before the first
        self._inputs_buffer = np.empty((0, self.inputs), self.dtype)
        self.bind(np.empty(self.size, self.dtype), np.zeros(self.size, self.dtype))
        self.weights = initializers.get(initializer)(self.inputs, self.outputs, generator)
        self.bias = initializers.get(bias_initializer)(1, self.outputs, generator)[0]

    @property
    def weights(self) -> Array:
        return self._weights

    @weights.setter
    def weights(self, value: Any) -> None:
        self._assign("weights", self._weights, value)

    @property
    def bias(self) -> Array:
        return self._bias

    @bias.setter
    def bias(self, value: Any) -> None:
        self._assign("bias", self._bias, value)

    @property
    def weights_gradient(self) -> Array:
        return self._weights_gradient

    @property
    def bias_gradient(self) -> Array:
        return self._bias_gradient

    def forward(self, x: Any) -> Array:
        """Return f(x W + b), and keep what `backward` will need.

        Parameters
        ----------
        x : array_like of shape (examples, inputs)
            Kept, not copied: leave it as it is until `backward` has been called.

        Returns
        -------
        ndarray of shape (examples, outputs)
            The layer's own array: the next forward pass writes over it. Copy what you keep.

        Raises
        ------
        TypeError, ValueError
            If `x` has the wrong shape, is not numeric, is empty or is not finite.
        """
        return self.propagate(check_matrix("x", x, columns=self.inputs, dtype=self.dtype))

    def backward(self, upstream: Any) -> Array:
        """Return the gradient with respect to x, and write those of the weights and the bias.

        The gradients are written, not added to what was there.

        Parameters
        ----------
        upstream : array_like of shape (examples, outputs)
            The gradient of the loss with respect to the result of the last `forward`. It is
            not changed.

        Returns
        -------
        ndarray of shape (examples, inputs)
            The layer's own array: the next backward pass writes over it. Copy what you keep.

        Raises
        ------
        RuntimeError
            If `forward` has not been called.
        TypeError, ValueError
            If `upstream` is not shaped like that result, not numeric or not finite.
        """
        if self._rows < 0:
            raise RuntimeError("backward was called before forward: call layer.forward(x) first")
        upstream = check_matrix("upstream", upstream, columns=self.outputs, dtype=self.dtype)
        check_same_shape("upstream", upstream, "the output of forward", self.a)
        delta = self.delta(upstream)
        self.write_gradients(delta)
        return self.input_gradient(delta)

    def propagate(self, x: Array) -> Array:
        """Do what `forward` does, without checking."""
        if len(x) != self._rows:
            self._resize(len(x))
        self.x = x
        return forward_into(x, self._weights, self._bias, self.activation, self.z, self.a)

    def delta(self, upstream: Array) -> Array:
        """Return Δ = ∂C/∂Z = upstream ⊙ f'(Z), shape (examples, outputs)."""
        return self.activation.backward_into(upstream, self.z, self.a, out=self.delta_buffer)

    def write_gradients(self, delta: Array) -> None:
        """Write ∂C/∂W = Xᵀ Δ and ∂C/∂b = 1ᵀ Δ."""
        # (inputs, outputs) = (inputs, examples) @ (examples, outputs)
        np.matmul(self.x.T, delta, out=self._weights_gradient)
        # (outputs,) = (examples,) @ (examples, outputs): the column sums, by a fast product
        np.matmul(self._ones, delta, out=self._bias_gradient)

    def input_gradient(self, delta: Array) -> Array:
        """Return ∂C/∂X = Δ Wᵀ, shape (examples, inputs)."""
        # (examples, inputs) = (examples, outputs) @ (outputs, inputs)
        if len(self._inputs_buffer) < len(delta):  # not in _resize: a first layer never needs it
            self._inputs_buffer = np.empty((self._capacity, self.inputs), self.dtype)
        return np.matmul(delta, self._weights.T, out=self._inputs_buffer[: len(delta)])

    def split(self, vector: Array) -> tuple[Array, Array]:
        """Return the two parts of a flat vector, shaped as weights and bias, without copying."""
        end = self.inputs * self.outputs
        return vector[:end].reshape(self.inputs, self.outputs), vector[end:]

    def bind(self, parameters: Array, gradient: Array) -> None:
        """Make the weights, the bias and their gradients views of these flat vectors."""
        self._weights, self._bias = self.split(parameters)
        self._weights_gradient, self._bias_gradient = self.split(gradient)

    def _assign(self, name: str, parameter: Array, value: Any) -> None:
        value = check_array(name, value, dtype=self.dtype)
        check_same_shape(name, value, f"the layer's {name}", parameter)
        parameter[...] = value

    def _resize(self, rows: int) -> None:
        """Shape the buffers for a batch of `rows`; a shorter batch uses the first rows of them."""
        if rows > self._capacity:
            self._outputs_buffers = np.empty((3, rows, self.outputs), self.dtype)
            self._ones_buffer = np.ones(rows, self.dtype)
            self._capacity = rows
        self._rows = rows
        self.z, self.a, self.delta_buffer = self._outputs_buffers[:, :rows]
        self._ones = self._ones_buffer[:rows]
