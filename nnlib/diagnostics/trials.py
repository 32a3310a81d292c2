"""Small experiments on a network: what it should say at the start, and can it learn a little."""

from __future__ import annotations

import copy

import numpy as np
import numpy.typing as npt

from nnlib._types import Array
from nnlib._validation import check_count, check_matrix, check_positive
from nnlib.diagnostics.layers import check_network
from nnlib.losses import CrossEntropy
from nnlib.network import MLP


def expected_starting_loss(network: MLP, y: npt.ArrayLike) -> float:
    r"""Return the loss of a network that knows nothing yet: all weighted sums at the end are 0.

    .. math:: C_0 = C(f(0), y)

    Small random weights come close to it. With :math:`k` classes and categorical cross-entropy
    it is :math:`\ln k`, with binary cross-entropy :math:`\ln 2`. A first loss far above it
    says that the weights or the inputs are too large.

    Parameters
    ----------
    network : MLP
        Gives the output activation and the loss; its parameters do not matter.
    y : array_like of shape (examples, outputs)

    Raises
    ------
    TypeError, ValueError
        If `y` does not fit the network's loss, or `network` is not an MLP.

    Examples
    --------
    >>> network = MLP([2, 1], loss="binary_cross_entropy", generator=np.random.default_rng(0))
    >>> round(expected_starting_loss(network, [[0], [1], [1]]), 4)  # ln 2
    0.6931
    """
    check_network(network)
    y = check_matrix("y", y, columns=network.layer_sizes[-1], dtype=network.dtype)
    _, y = network.check_batch(np.zeros((len(y), network.layer_sizes[0])), y)
    z = np.zeros(y.shape, network.dtype)
    if isinstance(network.loss, CrossEntropy):
        return float(network.loss.evaluate_from_logits(z, y).real)
    a = network.output_activation.forward_into(z, np.empty_like(z))
    return float(network.loss.evaluate(a, y).real)


def overfit(
    network: MLP,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    learning_rate: float,
    examples: int = 10,
    steps: int = 500,
) -> float:
    """Return the loss that a copy reaches when it may learn only the first few examples.

    A network that works can learn ten examples by heart, so the loss comes close to 0. If it
    does not, the fault lies in the network or in its rate, not in the amount of data.

    Parameters
    ----------
    network : MLP
        Stays as it is.
    x, y : array_like
        Examples, as for `MLP.loss_value`; the first `examples` of them are used, or all if
        there are fewer. Of sorted examples pass a mixture.
    learning_rate : float
        Of the plain gradient steps; positive.
    examples, steps : int
        How many examples, and how many steps on all of them at once.

    Returns
    -------
    float
        Infinity if the steps lead out of the finite numbers.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit.

    Examples
    --------
    >>> network = MLP([2, 8, 1], loss="binary_cross_entropy", generator=np.random.default_rng(0))
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> overfit(network, x, y, learning_rate=2.0) < 0.05
    True
    """
    check_network(network)
    x, y = network.check_batch(x, y)
    rate = check_positive("learning_rate", learning_rate)
    count, steps = check_count("examples", examples), check_count("steps", steps)
    return loss_after(network, x[:count], y[:count], rate, steps)


def loss_after(network: MLP, x: Array, y: Array, rate: float, steps: int) -> float:
    """Return the loss of a copy after so many plain gradient steps, infinity if it overflows."""
    trial = copy.deepcopy(network)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            trial.backpropagate(x, y)
            trial.parameters[...] -= rate * trial.gradient
        loss = trial.backpropagate(x, y)
    return loss if np.isfinite(loss) else float("inf")
