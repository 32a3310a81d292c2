r"""A network: layers in a row, with a loss at the end.

All parameters live in one flat vector, layer after layer, :math:`W^{(1)}, b^{(1)}, W^{(2)},
b^{(2)}, \dots`, and all their gradients in another of the same order. Each layer sees its part
of both in its own shape, without copying. So an optimizer is one line on two vectors, and a
gradient check is one loop over one index, whatever the layers are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from os import PathLike
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnlib import _storage, losses
from nnlib._kinds import build, described, read, registered_name
from nnlib._layer import Layer
from nnlib._types import Array
from nnlib._validation import (
    check_array,
    check_count,
    check_images,
    check_matrix,
    check_path,
    check_same_length,
    check_same_shape,
    shown,
)
from nnlib.activations import Activation
from nnlib.layers import Dense
from nnlib.losses import CrossEntropy, Loss

__all__ = ["Sequential"]


class Sequential:
    r"""Layers in a row: the output of each is the input of the next, :math:`A^{(l)}`.

    Parameters
    ----------
    layers : sequence of Layer
        The last one is a `Dense`, and those with parameters have one dtype. The network takes
        their parameters into its own vector, so a layer serves in one network only.
    input_shape : tuple of int
        Of one example: (inputs,), or (height, width, channels) for an image.
    loss : str or Loss
        See `nnlib.losses`. A cross-entropy needs its own output activation: "sigmoid" for the
        binary one, "softmax" for the categorical one. It is then computed from the logits.

    Attributes
    ----------
    layers : tuple of Layer
    input_shape : tuple of int
    loss : Loss
    dtype : numpy.dtype
        Of the parameters, float64 or float32.

    Raises
    ------
    TypeError, ValueError
        If something is not a layer or serves in a network already, if the layers do not fit
        together, or if the loss does not go with the output activation.

    Examples
    --------
    >>> from nnlib import Conv2D, Flatten, MaxPool2D
    >>> generator = np.random.default_rng(0)
    >>> network = Sequential(
    ...     [
    ...         Conv2D(1, 4, (3, 3), "relu", generator=generator),
    ...         MaxPool2D((2, 2)),
    ...         Flatten(),
    ...         Dense(36, 10, "softmax", generator=generator),
    ...     ],
    ...     input_shape=(8, 8, 1),
    ...     loss="categorical_cross_entropy",
    ... )
    >>> network.predict(np.ones((5, 8, 8, 1))).shape
    (5, 10)
    >>> network.parameters.shape  # (3 · 3 · 1 + 1) · 4 + (36 + 1) · 10
    (410,)
    """

    _form = "nnlib layers 1"  # of a file

    def __init__(
        self,
        layers: Iterable[Layer],
        *,
        input_shape: tuple[int, ...],
        loss: str | Loss = "mean_squared_error",
    ) -> None:
        self.layers = _check_layers(layers)
        self.input_shape = _check_input_shape(input_shape)
        self.loss = losses.get(loss)
        self.dtype = _check_one_dtype(self.layers)
        self._output = _check_end(self.layers)
        _check_chain(self.layers, self.input_shape)
        _check_pairing(self.loss, self._output.activation)
        self._upstream = np.empty((0, self._output.outputs), self.dtype)  # ∂C/∂A of the output
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

    def predict(self, x: npt.ArrayLike) -> Array:
        """Return the output for each example, as a new array of shape (examples, outputs).

        Parameters
        ----------
        x : array_like of shape (examples, *input_shape)

        Raises
        ------
        TypeError, ValueError
            If `x` has the wrong shape, is not numeric, is empty or is not finite.

        >>> layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.predict([[2, 3], [4, 1]])
        array([[16.],
               [12.]])
        """
        return self._passes(self._check_x(x, self.dtype), self._parameters)[-1][1]

    def activations(self, x: npt.ArrayLike) -> list[Array]:
        """Return [x, output of layer 1, …, output of the last layer], as new arrays.

        Their first axis is the examples. Parameters and errors as for `predict`.

        >>> generator = np.random.default_rng(0)
        >>> layers = [Dense(2, 5, generator=generator), Dense(5, 1, generator=generator)]
        >>> network = Sequential(layers, input_shape=(2,))
        >>> [a.shape for a in network.activations([[2, 3], [4, 1]])]
        [(2, 2), (2, 5), (2, 1)]
        """
        x = self._check_x(x, self.dtype)
        return [x.copy(), *(a for _, a in self._passes(x, self._parameters))]

    def loss_value(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """Return the loss of the network's predictions for `x` against the targets `y`.

        Parameters
        ----------
        x : array_like of shape (examples, *input_shape)
        y : array_like of shape (examples, outputs)

        Raises
        ------
        TypeError, ValueError
            If an array has the wrong shape, is not numeric, is empty or is not finite, or if
            `y` holds no targets for this loss.

        >>> layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.loss_value([[2, 3], [4, 1]], [[16], [10]])  # (0² + 2²)/2
        2.0
        """
        x, y = self.check_batch(x, y)
        return self._loss(*self._passes(x, self._parameters)[-1], y).real

    def loss_at(
        self, parameters: npt.ArrayLike, x: npt.ArrayLike, y: npt.ArrayLike
    ) -> float | complex:
        """Return the loss that other parameters would have; the network stays as it is.

        Parameters
        ----------
        parameters : array_like, as long as the network's parameters
        x : array_like of shape (examples, *input_shape)
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

        >>> layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.loss_at([2.0, 4.0, 1.0], [[2, 3], [4, 1]], [[16], [12]])
        1.0
        >>> network.loss_at([2.0, 4.0, 1.0 + 1e-30j], [[2, 3], [4, 1]], [[16], [12]]).imag
        2e-30
        """
        parameters = check_array("parameters", parameters, allow_complex=True)
        check_same_shape("parameters", parameters, "the network's parameters", self._parameters)
        x = self._check_x(x, None, allow_complex=True)
        y = self._check_y(y, x, None)
        return self._loss(*self._passes(x, parameters)[-1], y)

    def loss_and_gradient(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, Array]:
        """Return the loss and its gradient with respect to the parameters, as a new vector.

        Parameters and errors as for `loss_value`.

        >>> layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.loss_and_gradient([[2, 3], [4, 1]], [[16], [10]])
        (2.0, array([8., 2., 2.]))
        """
        loss = self.backpropagate(*self.check_batch(x, y))
        return loss, self._gradient.copy()

    def input_gradient(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        """Return the gradient of the loss with respect to `x`, as a new array of its shape.

        `gradient` is left as it is. Parameters and errors as for `loss_value`.

        >>> layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
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
        x : ndarray of shape (examples, *input_shape), of the network's dtype
        y : ndarray of shape (examples, outputs), of the network's dtype

        Raises
        ------
        ValueError
            If something is no plain array, or a shape or dtype differs.

        Examples
        --------
        >>> layer = Dense(2, 1, "identity", generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
        >>> network.parameters = [2.0, 4.0, 0.0]
        >>> network.backpropagate(*network.check_batch([[2, 3], [4, 1]], [[16], [10]]))
        2.0
        >>> network.gradient
        array([8., 2., 2.])
        """
        examples = self._require_fit("x", x, None, self.input_shape)
        self._require_fit("y", y, examples, (self._output.outputs,))
        self._propagate(x)
        for layer, delta in self._deltas(y):
            layer.write_gradients(delta)
        return self._loss(self._output.z, self._output.a, y).real

    def check_batch(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
        """Return `x` and `y` as arrays fit for `backpropagate`; errors as for `loss_value`.

        >>> layer = Dense(2, 1, generator=np.random.default_rng(0))
        >>> Sequential([layer], input_shape=(2,)).check_batch([[2, 3]], [[16]])
        (array([[2., 3.]]), array([[16.]]))
        """
        x = self._check_x(x, self.dtype)
        return x, self._check_y(y, x, self.dtype)

    def by_name(self, vector: Array) -> dict[str, Array]:
        """Return the parts of a flat vector by name, shaped as weights or bias, not copied.

        Parameters
        ----------
        vector : ndarray, as long as the network's parameters
            The parameters, the gradient, or another vector in their order.

        Raises
        ------
        TypeError, ValueError
            If `vector` is no array of that length.

        >>> layer = Dense(2, 1, generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
        >>> network.by_name(np.arange(3.0))
        {'layer 1 weights': array([[0.],
               [1.]]), 'layer 1 bias': array([2.])}
        """
        if not isinstance(vector, np.ndarray):
            raise TypeError(
                f"vector is {shown(vector)}, expected an array such as network.gradient: convert "
                "it first, e.g. np.asarray(vector)"
            )
        check_same_shape("vector", vector, "the network's parameters", self._parameters)
        return {
            f"layer {number} {kind}": part
            for number, (layer, own) in enumerate(self._layers_and_parts(vector), start=1)
            for kind, part in zip(("weights", "bias"), layer.split(own), strict=False)
        }

    def describe(self, index: int) -> str:
        """Return the name of one entry of the flat vectors.

        Raises
        ------
        TypeError, ValueError
            If `index` is not a whole number from 0 to the number of parameters less one.

        >>> generator = np.random.default_rng(0)
        >>> layers = [Dense(2, 5, generator=generator), Dense(5, 1, generator=generator)]
        >>> Sequential(layers, input_shape=(2,)).describe(20)
        'layer 2 bias[0]'
        """
        left = check_count("index", index, minimum=0)
        for name, part in self.by_name(self._parameters).items():
            if left < part.size:
                place = ", ".join(str(i) for i in np.unravel_index(left, part.shape))
                return f"{name}[{place}]"
            left -= part.size
        raise ValueError(f"index is {index}, expected less than {self._parameters.size}")

    def save(self, path: str | PathLike[str]) -> None:
        """Write the network to a `.npz` file, all of it or nothing.

        An existing file is replaced only when the new one is complete. Nothing is pickled.

        Raises
        ------
        TypeError, ValueError
            If `path` is no path, a parameter is not finite, or a layer, activation or loss is not
            one of nnlib's.
        OSError
            If the file cannot be written.
        """
        check_array("parameters", self._parameters)
        place = check_path("path", path)
        _storage.save(place, self._form, self._description(), self._parameters)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Return the network that `save` wrote to this file.

        Raises
        ------
        TypeError, ValueError
            If `path` is no path, or the file is damaged, incomplete, or was not written by `save`.
        OSError
            If the file cannot be read.

        >>> import pathlib, tempfile
        >>> layer = Dense(2, 1, generator=np.random.default_rng(0))
        >>> network = Sequential([layer], input_shape=(2,))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     network.save(pathlib.Path(folder) / "network.npz")
        ...     loaded = Sequential.load(pathlib.Path(folder) / "network.npz")
        >>> bool((loaded.parameters == network.parameters).all())
        True
        """
        writer = f"{cls.__name__}.save"
        place = check_path("path", path)
        arrays = _storage.load(place, cls._form, writer)
        try:
            return cls._from_file(arrays)
        except (KeyError, RecursionError, TypeError, ValueError) as error:
            raise _storage.unusable(place, writer, str(error)) from error

    def __reduce__(self) -> tuple[Any, ...]:
        # Copying array by array would cut the layers' views off from the vectors.
        layers = [(type(layer), layer.settings()) for layer in self.layers]
        return self._rebuild, (layers, self.input_shape, self.loss, self._parameters.copy())

    def __repr__(self) -> str:
        return (
            f"Sequential({list(self.layers)}, input_shape={self.input_shape}, "
            f"loss={self.loss.name!r}, dtype={self.dtype.name})"
        )

    def _description(self) -> dict[str, Any]:
        """Return what a file holds besides the parameters."""
        return {
            "layers": described(self.layers),
            "input_shape": self.input_shape,
            "loss": registered_name(self.loss, losses.get),
        }

    @classmethod
    def _from_file(cls, arrays: dict[str, Array]) -> Self:
        """Return the network that a file describes."""
        parameters = arrays["parameters"]
        layers = read(str(arrays["layers"]), parameters)
        return cls._rebuild(layers, arrays["input_shape"].tolist(), str(arrays["loss"]), parameters)

    @classmethod
    def _rebuild(
        cls,
        layers: list[tuple[type[Layer], dict[str, Any]]],
        input_shape: tuple[int, ...],
        loss: str | Loss,
        parameters: Array,
    ) -> Self:
        built = [build(kind, settings, parameters.dtype) for kind, settings in layers]
        network = cls(built, input_shape=input_shape, loss=loss)
        network.parameters = parameters
        return network

    def _propagate(self, x: Array) -> None:
        a = x
        for layer in self.layers:
            a = layer.propagate(a)

    def _deltas(self, y: Array) -> Iterator[tuple[Layer, Array]]:
        """Yield each layer with its Δ = ∂C/∂Z, from the last layer to the first."""
        delta = self._output_delta(y)
        yield self._output, delta
        for layer, next_layer in pairwise(reversed(self.layers)):
            delta = next_layer.delta(layer.input_gradient(delta))  # (Δ Wᵀ) ⊙ f'(Z)
            yield next_layer, delta

    def _output_delta(self, y: Array) -> Array:
        output = self._output
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
        passes: list[tuple[Array, Array]] = []
        for layer, part in self._layers_and_parts(parameters):
            passes.append(layer.compute(passes[-1][1] if passes else x, part))
        return passes

    def _layers_and_parts(self, vector: Array) -> Iterator[tuple[Layer, Array]]:
        """Yield each layer with its part of a flat vector."""
        start = 0
        for layer in self.layers:
            yield layer, vector[start : start + layer.size]
            start += layer.size

    def _gather_parameters(self) -> None:
        """Move the parameters of all layers into one vector, and leave views with the layers."""
        parts = [part.ravel() for layer in self.layers for part in layer.parts()]
        self._parameters = np.concatenate(parts)
        self._gradient = np.zeros_like(self._parameters)
        pairs = zip(
            self._layers_and_parts(self._parameters),
            self._layers_and_parts(self._gradient),
            strict=True,
        )
        for (layer, parameters), (_, gradient) in pairs:
            layer.bind(parameters, gradient)
            layer.belongs_to_network = True

    def _check_x(self, x: Any, dtype: Any, *, allow_complex: bool = False) -> Array:
        if len(self.input_shape) == 1:
            columns = self.input_shape[0]
            return check_matrix("x", x, columns=columns, dtype=dtype, allow_complex=allow_complex)
        return check_images("x", x, self.input_shape, dtype=dtype, allow_complex=allow_complex)

    def _check_y(self, y: Any, x: Array, dtype: Any) -> Array:
        targets = check_matrix("y", y, columns=self._output.outputs, dtype=dtype)
        check_same_length("y", targets, "x", x)
        self.loss.check_targets(targets)
        return targets

    def _require_fit(
        self, name: str, array: Array, examples: int | None, shape: tuple[int, ...]
    ) -> int:
        """Raise unless this is an array of so many examples of this shape; return their number."""
        # Not isinstance: a matrix or a masked array would follow rules of its own.
        plain = type(array) is np.ndarray
        rows = len(array) if plain and array.ndim else 0
        expected = (examples or rows, *shape)
        if rows == 0 or array.shape != expected or array.dtype != self.dtype:
            found = (
                f"{array.dtype} of shape {array.shape}" if plain else f"a {type(array).__name__}"
            )
            sizes = ", ".join(str(size) for size in (examples or "examples", *shape))
            raise ValueError(
                f"{name} is {found}, expected {self.dtype} of shape ({sizes}): pass what "
                "network.check_batch(x, y) returns"
            )
        return rows


def _check_layers(value: Any) -> tuple[Layer, ...]:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | np.ndarray):
        raise TypeError(f"layers is {shown(value)}, expected a list such as [Dense(2, 1, …)]")
    layers = tuple(value)
    for number, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            raise TypeError(
                f"layers[{number}] is {shown(layer)}, expected a layer such as Flatten()"
            )
        if layer.belongs_to_network or any(layer is other for other in layers[:number]):
            raise ValueError(
                f"layers[{number}], {layer!r}, serves in a network already: build a new layer, "
                "and copy weights and bias into it if it is to start with the same"
            )
    return layers


def _check_input_shape(value: Any) -> tuple[int, ...]:
    if not isinstance(value, tuple | list) or len(value) not in (1, 3):
        raise ValueError(
            f"input_shape is {shown(value)}, expected (inputs,) or (height, width, channels), the "
            "shape of one example"
        )
    return tuple(check_count(f"input_shape[{place}]", size) for place, size in enumerate(value))


def _check_one_dtype(layers: tuple[Layer, ...]) -> np.dtype[Any]:
    dtypes = {layer.dtype for layer in layers if layer.dtype is not None}
    if len(dtypes) > 1:
        names = " and ".join(sorted(dtype.name for dtype in dtypes))
        raise ValueError(f"layers have dtypes {names}, expected one: build all with the same dtype")
    return dtypes.pop() if dtypes else np.dtype(np.float64)


def _check_end(layers: tuple[Layer, ...]) -> Dense:
    if not layers or not isinstance(layers[-1], Dense):
        raise ValueError(
            f"layers is {list(layers)}, expected a Dense layer at the end: its neurons are the "
            "network's outputs"
        )
    return layers[-1]


def _check_chain(layers: tuple[Layer, ...], shape: tuple[int, ...]) -> None:
    for number, layer in enumerate(layers):
        try:
            shape = layer.output_shape(shape)
        except ValueError as error:
            before = f"the output of layers[{number - 1}]" if number else "input_shape"
            raise ValueError(
                f"layers[{number}] is {layer!r}, but {error}; its input is {before}"
            ) from error


def _check_pairing(loss: Loss, output_activation: Activation) -> None:
    if isinstance(loss, CrossEntropy) and output_activation.name != loss.canonical_activation:
        raise ValueError(
            f"output_activation is {output_activation.name!r}, expected "
            f"{loss.canonical_activation!r} for the loss {loss.name!r}: pass that, or another loss"
        )
