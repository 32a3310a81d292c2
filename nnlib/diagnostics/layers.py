"""What goes through each layer forwards and backwards, in a few numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nnlib._types import Array
from nnlib._validation import check_positive
from nnlib.activations import Activation
from nnlib.network import MLP

_STEEPEST = {"sigmoid": 0.25, "tanh": 1.0}  # the slope in the middle of those that level off
_LEVEL = 0.1  # of the steepest slope: below this a neuron counts as saturated


class LayerStatistics(NamedTuple):
    """What `layer_statistics` measured on one layer, over all examples and neurons.

    Attributes
    ----------
    activation : str
    mean, standard_deviation : float
        Of the layer's outputs A.
    dead : float
        Share of the neurons whose slope f'(z) is 0 for every example: they pass no gradient, so
        no step of training changes them.
    saturated : float
        Share of the entries of Z where the slope is below a tenth of its steepest; 0 for an
        activation that does not level off on both sides.
    gradient_size : float
        Root mean square of ∂C/∂W.
    identical : bool
        Whether all neurons, two or more, have the same weights and bias.
    """

    activation: str
    mean: float
    standard_deviation: float
    dead: float
    saturated: float
    gradient_size: float
    identical: bool


def layer_statistics(network: MLP, x: npt.ArrayLike, y: npt.ArrayLike) -> list[LayerStatistics]:
    """Send the examples forwards and backwards, and describe each layer, the first one first.

    The network's parameters stay as they are; its `gradient` is written.

    Parameters
    ----------
    network : MLP
    x : array_like of shape (examples, inputs)
    y : array_like of shape (examples, outputs)

    Raises
    ------
    TypeError, ValueError
        As `MLP.loss_value` does, or if `network` is not an MLP.

    Examples
    --------
    >>> import numpy as np
    >>> network = MLP([2, 3, 1], activation="relu", generator=np.random.default_rng(0))
    >>> network.layers[0].bias = [-9.0, 0.0, 9.0]  # never active, sometimes, always
    >>> hidden, output = layer_statistics(network, [[0, 1], [1, 0]], [[1], [0]])
    >>> round(hidden.dead, 3), hidden.activation
    (0.333, 'relu')
    """
    check_network(network)
    network.backpropagate(*network.check_batch(x, y))
    return [
        LayerStatistics(
            activation=layer.activation.name,
            mean=float(layer.a.mean()),
            standard_deviation=float(layer.a.std()),
            dead=_dead(layer.activation, layer.z),
            saturated=_saturated(layer.activation, layer.z),
            gradient_size=root_mean_square(layer.weights_gradient),
            identical=_identical(layer.weights, layer.bias),
        )
        for layer in network.layers
    ]


def update_to_weight_ratios(
    network: MLP, x: npt.ArrayLike, y: npt.ArrayLike, *, learning_rate: float
) -> list[float]:
    r"""Return for each layer how large one step is beside the weights that it changes.

    .. math:: r^{(l)} = \eta \, \frac{\lVert \partial C/\partial W^{(l)} \rVert}
                                     {\lVert W^{(l)} \rVert}

    over all examples as one batch. Around 0.001 is usual [1]_; far less learns slowly, and near
    1 every step overwrites what was learned. A layer of zeros has the ratio infinity, or 0 if
    its gradient is zero too.

    Parameters
    ----------
    network : MLP
    x, y : array_like
        Examples, as for `layer_statistics`.
    learning_rate : float
        :math:`\eta`, positive.

    Raises
    ------
    TypeError, ValueError
        As `layer_statistics` does, or if `learning_rate` is not a positive number.

    References
    ----------
    .. [1] A. Karpathy, CS231n: Convolutional neural networks for visual recognition, notes on
       training, "Ratio of weights:updates".

    Examples
    --------
    >>> import numpy as np
    >>> network = MLP([1, 1], output_activation="identity", generator=np.random.default_rng(0))
    >>> network.parameters = [2.0, 0.0]
    >>> update_to_weight_ratios(network, [[1.0]], [[1.0]], learning_rate=0.01)  # 0.01 · 2 / 2
    [0.01]
    """
    check_network(network)
    rate = check_positive("learning_rate", learning_rate)
    network.backpropagate(*network.check_batch(x, y))
    return [
        _ratio(rate * root_mean_square(layer.weights_gradient), root_mean_square(layer.weights))
        for layer in network.layers
    ]


def check_network(network: Any) -> None:
    """Raise unless this is a network of dense layers, whose inside these functions look at."""
    if not isinstance(network, MLP):
        raise TypeError(
            f"network is of type {type(network).__name__}, expected an MLP: pass the network "
            "that was trained"
        )


def root_mean_square(array: Array) -> float:
    """Return the square root of the mean of the squares."""
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64))))


def _ratio(step: float, size: float) -> float:
    if size == 0:
        return 0.0 if step == 0 else float("inf")
    return step / size


def _dead(activation: Activation, z: Array) -> float:
    if activation.name == "softmax":  # its outputs share one slope matrix, none of them dies
        return 0.0
    return float((activation.slope(z) == 0).all(axis=0).mean())


def _saturated(activation: Activation, z: Array) -> float:
    steepest = _STEEPEST.get(activation.name)
    return 0.0 if steepest is None else float((activation.slope(z) < _LEVEL * steepest).mean())


def _identical(weights: Array, bias: Array) -> bool:
    neurons = np.vstack([weights, bias])
    spread = np.abs(neurons - neurons[:, :1]).max()
    return neurons.shape[1] > 1 and bool(spread <= 1e-9 * np.abs(neurons).max())
