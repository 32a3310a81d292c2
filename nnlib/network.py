r"""The multilayer perceptron: dense layers in a row, with a loss at the end.

All weights and biases live in one flat vector, in the order :math:`W^{(1)}, b^{(1)}, W^{(2)},
b^{(2)}, \dots`, and all their gradients in another of the same order. Each layer sees its part
of both as matrices, without copying. So an optimizer is one line on two vectors, and a gradient
check is one loop over one index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from os import PathLike
from typing import Any

import numpy as np

from nnlib import _storage, activations, losses
from nnlib._types import Array
from nnlib._validation import (
    check_array,
    check_count,
    check_dtype,
    check_generator,
    check_matrix,
    check_same_length,
    check_same_shape,
)
from nnlib.activations import Activation
from nnlib.initializers import Initializer
from nnlib.layers import Dense, forward_into
from nnlib.losses import CrossEntropy, Loss

__all__ = ["MLP"]


class MLP:
    r"""A multilayer perceptron: :math:`A^{(l)} = f(A^{(l-1)} W^{(l)} + b^{(l)})`.

    Parameters
    ----------
    layer_sizes : sequence of int
        The number of inputs, of neurons in each hidden layer, and of outputs: at least two.
    activation : str or Activation
        Of every hidden layer.
    output_activation : str or Activation
        Of the last layer.
    loss : str or Loss
        See `nnlib.losses`. A cross-entropy needs its own output activation: "sigmoid" for the
        binary one, "softmax" for the categorical one. It is then computed from the logits.
    initializer, bias_initializer : str or callable
        See `nnlib.initializers` and `nnlib.Dense`.
    generator : numpy.random.Generator
        Where random initial weights come from.
    dtype : numpy.float64 or numpy.float32
        Of the parameters, and of everything computed from them.

    Attributes
    ----------
    layers : tuple of Dense
    layer_sizes : tuple of int
    loss : Loss
    dtype : numpy.dtype

    Raises
    ------
    TypeError, ValueError
        If a size, name, generator or dtype cannot be used, or the loss does not go with the
        output activation.

    Examples
    --------
    >>> network = MLP([2, 5, 1], activation="tanh", generator=np.random.default_rng(0))
    >>> network.predict([[0.0, 1.0], [1.0, 1.0]]).shape
    (2, 1)
    >>> network.parameters.shape  # 2 · 5 + 5 + 5 · 1 + 1
    (21,)
    """

    def __init__(
        self,
        layer_sizes: Any,
        *,
        activation: str | Activation = "sigmoid",
        output_activation: str | Activation = "sigmoid",
        loss: str | Loss = "mean_squared_error",
        initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        generator: np.random.Generator,
        dtype: Any = np.float64,
    ) -> None:
        self.layer_sizes = _check_layer_sizes(layer_sizes)
        self.activation = activations.get(activation)
        self.output_activation = activations.get(output_activation)
        self.loss = losses.get(loss)
        self.dtype = check_dtype("dtype", dtype)
        check_generator("generator", generator)
        _check_pairing(self.loss, self.output_activation)
        self.layers = tuple(
            Dense(
                inputs,
                outputs,
                self.activation if number < len(self.layer_sizes) - 1 else self.output_activation,
                initializer=initializer,
                bias_initializer=bias_initializer,
                generator=generator,
                dtype=self.dtype,
            )
            for number, (inputs, outputs) in enumerate(pairwise(self.layer_sizes), start=1)
        )
        self._upstream = np.empty((0, self.layer_sizes[-1]), self.dtype)  # ∂C/∂A of the output
        self._gather_parameters()

    @property
    def parameters(self) -> Array:
        """All weights and biases, one flat vector; the network's own, so changes to it count.

        Assigning copies the numbers in, after checking that they fit and are finite.
        """
        return self._parameters

    @parameters.setter
    def parameters(self, value: Any) -> None:
        value = check_array("parameters", value, dtype=self.dtype)
        check_same_shape("parameters", value, "the network's parameters", self._parameters)
        self._parameters[...] = value

    @property
    def gradient(self) -> Array:
        """What the last `backpropagate` wrote: ∂C/∂parameters, in the same order."""
        return self._gradient

    def predict(self, x: Any) -> Array:
        """Return the output for each example, as a new array of shape (examples, outputs).

        Parameters
        ----------
        x : array_like of shape (examples, inputs)

        Raises
        ------
        TypeError, ValueError
            If `x` has the wrong shape, is not numeric, is empty or is not finite.

        >>> network = MLP([2, 1], output_activation="identity", generator=np.random.default_rng(0))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.predict([[2, 3], [4, 1]])
        array([[16.],
               [12.]])
        """
        return self._passes(self._check_x(x), self._parameters)[-1][1]

    def activations(self, x: Any) -> list[Array]:
        """Return [x, output of layer 1, …, output of the last layer], as new arrays.

        Each has shape (examples, neurons of its layer). Parameters and errors as for `predict`.

        >>> network = MLP([2, 5, 1], generator=np.random.default_rng(0))
        >>> [a.shape for a in network.activations([[2, 3], [4, 1]])]
        [(2, 2), (2, 5), (2, 1)]
        """
        x = self._check_x(x)
        return [x.copy(), *(a for _, a in self._passes(x, self._parameters))]

    def loss_value(self, x: Any, y: Any) -> float:
        """Return the loss of the network's predictions for `x` against the targets `y`.

        Parameters
        ----------
        x : array_like of shape (examples, inputs)
        y : array_like of shape (examples, outputs)

        Raises
        ------
        TypeError, ValueError
            If an array has the wrong shape, is not numeric, is empty or is not finite, or if
            `y` holds no targets for this loss.

        >>> network = MLP([2, 1], output_activation="identity", generator=np.random.default_rng(0))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.loss_value([[2, 3], [4, 1]], [[16], [10]])  # (0² + 2²)/2
        2.0
        """
        x, y = self.check_batch(x, y)
        return self._loss(*self._passes(x, self._parameters)[-1], y).real

    def loss_at(self, parameters: Any, x: Any, y: Any) -> float | complex:
        """Return the loss that other parameters would have; the network stays as it is.

        Parameters
        ----------
        parameters : array_like, as long as the network's parameters
        x : array_like of shape (examples, inputs)
        y : array_like of shape (examples, outputs)

        Returns
        -------
        float or complex
            Complex if `parameters` or `x` are: so the complex step can differentiate it. The
            work is done in the widest dtype given, whatever the network's own is.

        Raises
        ------
        TypeError, ValueError
            As for `loss_value`, and if `parameters` has another length or is not finite.

        >>> network = MLP([2, 1], output_activation="identity", generator=np.random.default_rng(0))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.loss_at([2.0, 4.0, 1.0], [[2, 3], [4, 1]], [[16], [12]])
        1.0
        >>> network.loss_at([2.0, 4.0, 1.0 + 1e-30j], [[2, 3], [4, 1]], [[16], [12]]).imag
        2e-30
        """
        parameters = check_array("parameters", parameters, allow_complex=True)
        check_same_shape("parameters", parameters, "the network's parameters", self._parameters)
        x = check_matrix("x", x, columns=self.layer_sizes[0], allow_complex=True)
        y = self._check_y(y, x, None)
        return self._loss(*self._passes(x, parameters)[-1], y)

    def loss_and_gradient(self, x: Any, y: Any) -> tuple[float, Array]:
        """Return the loss and its gradient with respect to the parameters, as a new vector.

        Parameters and errors as for `loss_value`.

        >>> network = MLP([2, 1], output_activation="identity", generator=np.random.default_rng(0))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.loss_and_gradient([[2, 3], [4, 1]], [[16], [10]])
        (2.0, array([8., 2., 2.]))
        """
        loss = self.backpropagate(*self.check_batch(x, y))
        return loss, self._gradient.copy()

    def input_gradient(self, x: Any, y: Any) -> Array:
        """Return the gradient of the loss with respect to `x`, as a new array of its shape.

        `gradient` is left as it is. Parameters and errors as for `loss_value`.

        >>> network = MLP([2, 1], output_activation="identity", generator=np.random.default_rng(0))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.input_gradient([[2, 3], [4, 1]], [[16], [10]])
        array([[0., 0.],
               [4., 8.]])
        """
        x, y = self.check_batch(x, y)
        self._propagate(x)
        *_, (first_layer, delta) = self._deltas(y)
        return first_layer.input_gradient(delta).copy()

    def backpropagate(self, x: Array, y: Array) -> float:
        """Fill `gradient` with the gradient of the loss, and return the loss.

        This is what a training loop calls thousands of times. It checks shapes and dtypes only;
        `check_batch` checks everything, once, and makes of any numbers what this method takes.

        Parameters
        ----------
        x : ndarray of shape (examples, inputs), of the network's dtype
        y : ndarray of shape (examples, outputs), of the network's dtype

        Raises
        ------
        ValueError
            If a shape or dtype differs.

        >>> network = MLP([2, 1], output_activation="identity", generator=np.random.default_rng(0))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.backpropagate(*network.check_batch([[2, 3], [4, 1]], [[16], [10]]))
        2.0
        >>> network.gradient
        array([8., 2., 2.])
        """
        self._require_fit("x", x, len(x), self.layer_sizes[0])
        self._require_fit("y", y, len(x), self.layer_sizes[-1])
        self._propagate(x)
        for layer, delta in self._deltas(y):
            layer.write_gradients(delta)
        output = self.layers[-1]
        return self._loss(output.z, output.a, y).real

    def check_batch(self, x: Any, y: Any) -> tuple[Array, Array]:
        """Return `x` and `y` as arrays fit for `backpropagate`; errors as for `loss_value`."""
        x = self._check_x(x)
        return x, self._check_y(y, x, self.dtype)

    def describe(self, index: int) -> str:
        """Return the name of one entry of the flat vectors.

        Raises
        ------
        TypeError, ValueError
            If `index` is not a whole number from 0 to the number of parameters less one.

        >>> MLP([2, 5, 1], generator=np.random.default_rng(0)).describe(20)
        'layer 2 bias[0]'
        """
        left = check_count("index", index, minimum=0)
        for number, layer in enumerate(self.layers, start=1):
            for kind, parameter in (("weights", layer.weights), ("bias", layer.bias)):
                if left < parameter.size:
                    place = ", ".join(str(i) for i in np.unravel_index(left, parameter.shape))
                    return f"layer {number} {kind}[{place}]"
                left -= parameter.size
        raise ValueError(f"index is {index}, expected less than {self._parameters.size}")

    def save(self, path: str | PathLike[str]) -> None:
        """Write the network to a `.npz` file, all of it or nothing.

        An existing file is replaced only when the new one is complete. Nothing is pickled.

        Raises
        ------
        ValueError
            If a parameter is not finite, or an activation or loss is not one of nnlib's.
        OSError
            If the file cannot be written.
        """
        check_array("parameters", self._parameters)
        configuration = {
            "layer_sizes": self.layer_sizes,
            "activation": _registered_name(self.activation, activations.get),
            "output_activation": _registered_name(self.output_activation, activations.get),
            "loss": _registered_name(self.loss, losses.get),
        }
        _storage.save(path, configuration, self._parameters)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> MLP:
        """Return the network that `save` wrote to this file.

        Raises
        ------
        ValueError
            If the file is damaged, incomplete, or was not written by `save`.
        OSError
            If the file cannot be read.

        >>> import pathlib, tempfile
        >>> network = MLP([2, 5, 1], generator=np.random.default_rng(0))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     network.save(pathlib.Path(folder) / "network.npz")
        ...     loaded = MLP.load(pathlib.Path(folder) / "network.npz")
        >>> bool((loaded.parameters == network.parameters).all())
        True
        """
        configuration, parameters = _storage.load(path)
        try:
            return _rebuild(configuration, parameters)
        except (TypeError, ValueError) as error:
            raise _storage.unusable(path, str(error)) from error

    def __reduce__(self) -> tuple[Any, ...]:
        # Copying array by array would cut the layers' views off from the vectors.
        return _rebuild, (self._configuration(), self._parameters.copy())

    def __repr__(self) -> str:
        return (
            f"MLP({list(self.layer_sizes)}, activation={self.activation.name!r}, "
            f"output_activation={self.output_activation.name!r}, loss={self.loss.name!r}, "
            f"dtype={self.dtype.name})"
        )

    def _propagate(self, x: Array) -> None:
        a = x
        for layer in self.layers:
            a = layer.propagate(a)

    def _deltas(self, y: Array) -> Iterator[tuple[Dense, Array]]:
        """Yield each layer with its Δ = ∂C/∂Z, from the last layer to the first."""
        delta = self._output_delta(y)
        yield self.layers[-1], delta
        for layer, next_layer in pairwise(reversed(self.layers)):
            delta = next_layer.delta(layer.input_gradient(delta))  # (Δ Wᵀ) ⊙ f'(Z)
            yield next_layer, delta

    def _output_delta(self, y: Array) -> Array:
        output = self.layers[-1]
        if isinstance(self.loss, CrossEntropy):
            return self.loss.logits_gradient_into(output.a, y, out=output.delta_buffer)
        if self._upstream.shape != y.shape:
            self._upstream = np.empty(y.shape, self.dtype)
        return output.delta(self.loss.gradient_into(output.a, y, out=self._upstream))

    def _loss(self, z: Array, a: Array, y: Array) -> float | complex:
        if isinstance(self.loss, CrossEntropy):
            return self.loss.evaluate_from_logits(z, y)
        return self.loss.evaluate(a, y)

    def _passes(self, x: Array, parameters: Array) -> list[tuple[Array, Array]]:
        """Return (z, a) of each layer for any parameters, in new arrays."""
        dtype = np.result_type(x, parameters)
        passes: list[tuple[Array, Array]] = []
        a, start = x, 0
        for layer in self.layers:
            end = start + layer.size
            weights, bias = layer.split(parameters[start:end])
            z = np.empty((len(x), layer.outputs), dtype)
            a = forward_into(a, weights, bias, layer.activation, z, np.empty_like(z))
            passes.append((z, a))
            start = end
        return passes

    def _gather_parameters(self) -> None:
        """Move the parameters of all layers into one vector, and leave views with the layers."""
        self._parameters = np.concatenate(
            [part.ravel() for layer in self.layers for part in (layer.weights, layer.bias)]
        )
        self._gradient = np.zeros_like(self._parameters)
        start = 0
        for layer in self.layers:
            part = slice(start, start + layer.size)
            layer.bind(self._parameters[part], self._gradient[part])
            start += layer.size

    def _configuration(self) -> dict[str, Any]:
        return {
            "layer_sizes": self.layer_sizes,
            "activation": self.activation,
            "output_activation": self.output_activation,
            "loss": self.loss,
        }

    def _check_x(self, x: Any) -> Array:
        return check_matrix("x", x, columns=self.layer_sizes[0], dtype=self.dtype)

    def _check_y(self, y: Any, x: Array, dtype: Any) -> Array:
        targets = check_matrix("y", y, columns=self.layer_sizes[-1], dtype=dtype)
        check_same_length("y", targets, "x", x)
        self.loss.check_targets(targets)
        return targets

    def _require_fit(self, name: str, array: Array, rows: int, columns: int) -> None:
        if array.shape != (rows, columns) or array.dtype != self.dtype or rows == 0:
            raise ValueError(
                f"{name} is {array.dtype} of shape {array.shape}, expected {self.dtype} of shape "
                f"({rows or 'examples'}, {columns}): pass what network.check_batch(x, y) returns"
            )


def _check_layer_sizes(value: Any) -> tuple[int, ...]:
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise TypeError(f"layer_sizes is {value!r}, expected a list such as [2, 5, 1]")
    sizes = tuple(check_count(f"layer_sizes[{i}]", size) for i, size in enumerate(value))
    if len(sizes) < 2:
        raise ValueError(
            f"layer_sizes is {list(sizes)}, expected at least the numbers of inputs and of "
            "outputs, such as [2, 1]"
        )
    return sizes


def _check_pairing(loss: Loss, output_activation: Activation) -> None:
    if isinstance(loss, CrossEntropy) and output_activation.name != loss.canonical_activation:
        raise ValueError(
            f"output_activation is {output_activation.name!r}, expected "
            f"{loss.canonical_activation!r} for the loss {loss.name!r}: pass that, or another loss"
        )


def _registered_name(value: Activation | Loss, get: Callable[[str], Any]) -> str:
    """Return the name under which `get` will find this object again."""
    try:
        found = get(value.name)
    except ValueError:
        found = None
    if type(found) is not type(value):
        raise ValueError(
            f"{value!r} is not one of nnlib's own, so a file cannot name it: save "
            "network.parameters with np.save instead, and build the network in code"
        )
    return value.name


def _rebuild(configuration: dict[str, Any], parameters: Array) -> MLP:
    sizes = _check_layer_sizes(configuration["layer_sizes"])
    needed = sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))
    if parameters.shape != (needed,):  # before memory is taken for sizes that may be nonsense
        raise ValueError(
            f"parameters has shape {parameters.shape}, expected ({needed},) for {list(sizes)}"
        )
    network = MLP(
        **configuration,
        initializer="zeros",
        generator=np.random.default_rng(0),  # zeros draw nothing from it
        dtype=parameters.dtype,
    )
    network.parameters = parameters
    return network
