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
import numpy.typing as npt

from nnlib import activations, initializers
from nnlib._layer import Layer
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

__all__ = ["Dense", "Layer", "forward_into"]


def forward_into(
    x: Array, weights: Array, bias: Array, activation: Activation, z: Array, a: Array
) -> Array:
    """Write z = x W + b and a = f(z) into `z` and `a`, and return `a`. Nothing is checked.

    Parameters
    ----------
    x : ndarray of shape (examples, inputs)
    weights : ndarray of shape (inputs, outputs)
    bias : ndarray of shape (outputs,)
    activation : Activation
    z, a : ndarray of shape (examples, outputs)
        Where to write; none of the other arrays.

    Examples
    --------
    >>> z, a = np.empty((2, 1)), np.empty((2, 1))
    >>> x, weights, bias = np.array([[2.0], [-4.0]]), np.array([[3.0]]), np.array([1.0])
    >>> forward_into(x, weights, bias, activations.relu, z, a)
    array([[7.],
           [0.]])
    >>> z[:, 0]
    array([  7., -11.])
    """
    np.matmul(x, weights, out=z)  # (examples, outputs) = (examples, inputs) @ (inputs, outputs)
    z += bias  # (outputs,), added to each row
    return activation.forward_into(z, out=a)


class Dense(Layer):
    """A layer of `outputs` neurons, each of which sees all `inputs`.

    `forward` takes examples of shape (examples, inputs) and returns (examples, outputs).

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
        dtype: npt.DTypeLike = np.float64,
    ) -> None:
        self.inputs = check_count("inputs", inputs)
        self.outputs = check_count("outputs", outputs)
        self.activation = activations.get(activation)
        self.dtype = check_dtype("dtype", dtype)
        check_generator("generator", generator)
        self.size = self.parameter_count(self.inputs, self.outputs)
        self._capacity = 0  # rows that the buffers can hold
        self._rows = -1  # rows of the last forward pass; -1 before the first
        self._inputs_buffer = np.empty((0, self.inputs), self.dtype)
        self.bind(np.empty(self.size, self.dtype), np.zeros(self.size, self.dtype))
        self._fill(self._weights, "initializer", initializer, generator)
        self._fill(self._bias[np.newaxis], "bias_initializer", bias_initializer, generator)

    @property
    def weights(self) -> Array:
        """W, shape (inputs, outputs): a view of the layer's or of its network's parameters.

        Assigning copies the numbers in, after checking that they fit and are finite.
        """
        return self._weights

    @weights.setter
    def weights(self, value: Any) -> None:
        self._assign("weights", self._weights, value)

    @property
    def bias(self) -> Array:
        """b, shape (outputs,); for the rest as `weights`."""
        return self._bias

    @bias.setter
    def bias(self, value: Any) -> None:
        self._assign("bias", self._bias, value)

    @property
    def weights_gradient(self) -> Array:
        """∂C/∂W as the last backward pass wrote it, shape (inputs, outputs); zeros before."""
        return self._weights_gradient

    @property
    def bias_gradient(self) -> Array:
        """∂C/∂b as the last backward pass wrote it, shape (outputs,); zeros before."""
        return self._bias_gradient

    def check_input(self, x: Any) -> Array:
        """Return `x` as an array of shape (examples, inputs) and the layer's dtype."""
        return check_matrix("x", x, columns=self.inputs, dtype=self.dtype)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (outputs,), or raise `ValueError` unless `input_shape` is (inputs,)."""
        if input_shape != (self.inputs,):
            hint = ": put Flatten() in front of it" if len(input_shape) > 1 else ""
            raise ValueError(f"its input has shape {input_shape}, expected ({self.inputs},){hint}")
        return (self.outputs,)

    def propagate(self, x: Array) -> Array:
        """Return A = f(X W + b) of shape (examples, outputs), without checking, and keep Z."""
        if len(x) != self._rows:
            self._resize(len(x))
        self.x = x
        return forward_into(x, self._weights, self._bias, self.activation, self.z, self.a)

    def compute(self, x: Array, parameters: Array) -> tuple[Array, Array]:
        """Return Z = X W + b and A = f(Z) in new arrays, for any W and b in one flat vector."""
        weights, bias = self.split(parameters)
        z = np.empty((len(x), self.outputs), np.result_type(x, parameters))
        return z, forward_into(x, weights, bias, self.activation, z, np.empty_like(z))

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

    def parts(self) -> tuple[Array, ...]:
        """Return the weights and the bias."""
        return self._weights, self._bias

    def split(self, vector: Array) -> tuple[Array, Array]:
        """Return views of a flat vector: (inputs, outputs) and (outputs,)."""
        end = self.inputs * self.outputs
        return vector[:end].reshape(self.inputs, self.outputs), vector[end:]

    def bind(self, parameters: Array, gradient: Array) -> None:
        """Make the parameters and their gradients views of these flat vectors."""
        self._weights, self._bias = self.split(parameters)
        self._weights_gradient, self._bias_gradient = self.split(gradient)

    def settings(self) -> dict[str, Any]:
        """Return the sizes and the activation, by the names of the arguments."""
        return {"inputs": self.inputs, "outputs": self.outputs, "activation": self.activation}

    @staticmethod
    def parameter_count(inputs: int, outputs: int, **_: Any) -> int:
        """Return (inputs + 1) · outputs: a weight for each pair, a bias for each output."""
        return (check_count("inputs", inputs) + 1) * check_count("outputs", outputs)

    def _fill(
        self,
        parameter: Array,
        argument: str,
        initializer: str | Initializer,
        generator: np.random.Generator,
    ) -> None:
        """Write what an initializer returns into a matrix, if it is fit to start from."""
        fan_in, fan_out = parameter.shape
        drawn = initializers.get(initializer, argument)(fan_in, fan_out, generator)
        drawn = check_array(f"the result of {argument}", drawn, dtype=self.dtype)
        if drawn.shape != parameter.shape:
            raise ValueError(
                f"the result of {argument} has shape {drawn.shape}, expected {parameter.shape}: "
                "return an array of shape (fan_in, fan_out)"
            )
        parameter[...] = drawn

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
