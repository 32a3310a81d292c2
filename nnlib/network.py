"""The multilayer perceptron: a network of dense layers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnlib import activations, losses
from nnlib._kinds import registered_name
from nnlib._types import Array
from nnlib._validation import check_count, shown
from nnlib.activations import Activation
from nnlib.initializers import Initializer
from nnlib.layers import Dense
from nnlib.losses import Loss
from nnlib.sequential import Sequential

__all__ = ["MLP"]


class MLP(Sequential):
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
        Of the parameters, float64 or float32.

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

    layers: tuple[Dense, ...]
    _form = "nnlib network 1"

    def __init__(
        self,
        layer_sizes: Iterable[int],
        *,
        activation: str | Activation = "sigmoid",
        output_activation: str | Activation = "sigmoid",
        loss: str | Loss = "mean_squared_error",
        initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        generator: np.random.Generator,
        dtype: npt.DTypeLike = np.float64,
    ) -> None:
        self.layer_sizes = _check_layer_sizes(layer_sizes)
        self.activation = activations.get(activation)
        self.output_activation = activations.get(output_activation, "output_activation")
        hidden = [self.activation] * (len(self.layer_sizes) - 2)
        layers = [
            Dense(
                inputs,
                outputs,
                function,
                initializer=initializer,
                bias_initializer=bias_initializer,
                generator=generator,
                dtype=dtype,
            )
            for (inputs, outputs), function in zip(
                pairwise(self.layer_sizes), [*hidden, self.output_activation], strict=True
            )
        ]
        super().__init__(layers, input_shape=self.layer_sizes[:1], loss=loss)

    def __reduce__(self) -> tuple[Any, ...]:
        # Copying array by array would cut the layers' views off from the vectors.
        configuration = {
            "layer_sizes": self.layer_sizes,
            "activation": self.activation,
            "output_activation": self.output_activation,
            "loss": self.loss,
        }
        return self._restore, (configuration, self._parameters.copy())

    def __repr__(self) -> str:
        return (
            f"MLP({list(self.layer_sizes)}, activation={self.activation.name!r}, "
            f"output_activation={self.output_activation.name!r}, loss={self.loss.name!r}, "
            f"dtype={self.dtype.name})"
        )

    def _description(self) -> dict[str, Any]:
        return {
            "layer_sizes": self.layer_sizes,
            "activation": registered_name(self.activation, activations.get),
            "output_activation": registered_name(self.output_activation, activations.get),
            "loss": registered_name(self.loss, losses.get),
        }

    @classmethod
    def _from_file(cls, arrays: dict[str, Array]) -> Self:
        names = ("activation", "output_activation", "loss")
        configuration: dict[str, Any] = {name: str(arrays[name]) for name in names}
        configuration["layer_sizes"] = arrays["layer_sizes"].tolist()
        return cls._restore(configuration, arrays["parameters"])

    @classmethod
    def _restore(cls, configuration: dict[str, Any], parameters: Array) -> Self:
        sizes = _check_layer_sizes(configuration["layer_sizes"])
        needed = sum(Dense.parameter_count(*pair) for pair in pairwise(sizes))
        if parameters.shape != (needed,):  # before memory is taken for sizes that may be nonsense
            raise ValueError(
                f"parameters has shape {parameters.shape}, expected ({needed},) for {list(sizes)}"
            )
        network = cls(
            **configuration,
            initializer="zeros",
            generator=np.random.default_rng(0),  # zeros draw nothing from it
            dtype=parameters.dtype,
        )
        network.parameters = parameters
        return network


def _check_layer_sizes(value: Any) -> tuple[int, ...]:
    try:
        listed = () if isinstance(value, str | bytes) else tuple(value)
    except TypeError:
        listed = ()
    if not listed:
        raise TypeError(f"layer_sizes is {shown(value)}, expected a list such as [2, 5, 1]")
    sizes = tuple(check_count(f"layer_sizes[{i}]", size) for i, size in enumerate(listed))
    if len(sizes) < 2:
        raise ValueError(
            f"layer_sizes is {list(sizes)}, expected at least the numbers of inputs and of "
            "outputs, such as [2, 1]"
        )
    return sizes
