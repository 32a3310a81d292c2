"""Questions to single examples: which answers surprise the network, which rows occur twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nnlib._types import Array
from nnlib._validation import check_matrix
from nnlib.diagnostics.layers import check_network
from nnlib.network import MLP


def surprise(network: MLP, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
    """Return the loss of each example by itself.

    Among the examples with the highest loss are those whose answer is wrong: look at them first.

    Parameters
    ----------
    network : MLP
        Stays as it is.
    x, y : array_like
        Examples, as for `MLP.loss_value`.

    Returns
    -------
    ndarray of float64, shape (examples,)
        Their mean is the loss of all.

    Raises
    ------
    TypeError, ValueError
        As `MLP.loss_value` does, or if `network` is not an MLP.

    Examples
    --------
    >>> network = MLP([1, 1], output_activation="identity", generator=np.random.default_rng(0))
    >>> network.parameters = [2.0, 0.0]
    >>> surprise(network, [[1.0], [2.0], [3.0]], [[2.0], [4.0], [9.0]])
    array([0., 0., 9.])
    """
    check_network(network)
    x, y = network.check_batch(x, y)
    return np.array([network.loss_value(x[i : i + 1], y[i : i + 1]) for i in range(len(x))])


def common_rows(x: npt.ArrayLike, other: npt.ArrayLike) -> Array:
    """Return the numbers of the rows of `x` that occur in `other` as well, to the last bit.

    A row that is in the training and in the test data was no test.

    Parameters
    ----------
    x, other : array_like of shape (examples, features)

    Returns
    -------
    ndarray of int64, rising

    Raises
    ------
    TypeError, ValueError
        If an argument is not a finite numeric matrix, or the two differ in their features.

    Examples
    --------
    >>> common_rows([[1, 2], [3, 4], [5, 6]], [[5, 6], [7, 8], [1, 2]])
    array([0, 2])
    """
    x = check_matrix("x", x, dtype=np.float64)
    other = check_matrix("other", other, columns=x.shape[1], dtype=np.float64)
    known = {tuple(row) for row in other.tolist()}
    return np.flatnonzero([tuple(row) in known for row in x.tolist()])
