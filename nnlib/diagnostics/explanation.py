"""From a failed run to its likely cause."""

from __future__ import annotations

import numpy.typing as npt

from nnlib.diagnostics.causes import RULES, Finding
from nnlib.diagnostics.evidence import Evidence
from nnlib.diagnostics.layers import check_network
from nnlib.history import History
from nnlib.network import MLP

__all__ = ["Finding", "explain"]


def explain(
    history: History, network: MLP, data: tuple[npt.ArrayLike, npt.ArrayLike]
) -> list[Finding]:
    """Name what is likely wrong with a training run, the likeliest cause first.

    Nothing is changed: trials are made on a copy of the network.

    Parameters
    ----------
    history : History
        What `nnlib.train` returned, or the `history` of its `DivergenceError`.
    network : MLP
        As training left it.
    data : pair of array_like
        The inputs and targets that it was trained on, in the order in which they were given.

    Returns
    -------
    list of Finding
        Each with its cause, the evidence in numbers, and a remedy. Empty if nothing was found,
        as it should be of a healthy run.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, or the data do not fit the network.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import SGD, train
    >>> from nnlib.datasets import logic_gate
    >>> x, y = logic_gate("and")
    >>> network = MLP([2, 3, 1], initializer="zeros", generator=np.random.default_rng(0))
    >>> history = train(network, x, y, epochs=9, optimizer=SGD(learning_rate=0.5))
    >>> explain(history, network, (x, y))[0].evidence
    'all neurons of hidden layer 1 have the same weights'
    """
    if not isinstance(history, History):
        raise TypeError(
            f"history is of type {type(history).__name__}, expected a History: pass what train "
            "returned, or error.history of the DivergenceError that it raised"
        )
    check_network(network)
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(
            f"data is of type {type(data).__name__}, expected a pair of arrays: pass (x, y)"
        )
    try:
        x, y = network.check_batch(*data)
    except (TypeError, ValueError) as error:
        raise type(error)(f"in data, {error}") from error
    run = Evidence(history, network, x, y)
    return [finding for rule in RULES if (finding := rule(run)) is not None]
