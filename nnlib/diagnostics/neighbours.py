"""What the examples alone say: whether the nearest other example has the same answer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nnlib._types import Array
from nnlib._validation import check_matrix


def nearest_neighbours(x: npt.ArrayLike) -> Array:
    r"""Return for each example the number of the example nearest to it, itself left out.

    Distances are Euclidean, after each feature was divided by its standard deviation; a feature
    that never changes counts for nothing. Of equal distances the first counts. The answers of
    these neighbours are a yardstick that needs no training: on examples without a pattern they
    agree no more often than chance, and a network that knows its own training examples less
    well than their neighbours do has not learned them [1]_.

    Parameters
    ----------
    x : array_like of shape (examples, features)
        At least two examples.

    Returns
    -------
    ndarray of int64, shape (examples,)

    Raises
    ------
    TypeError, ValueError
        If `x` is not a finite numeric matrix, or has a single row.

    References
    ----------
    .. [1] T. Cover and P. Hart, Nearest neighbor pattern classification, IEEE Transactions on
       Information Theory 13 (1967), pages 21-27.

    Examples
    --------
    >>> nearest_neighbours([[0.0], [1.0], [10.0], [12.0]])
    array([1, 0, 3, 2])
    """
    values = check_matrix("x", x, dtype=np.float64)
    if len(values) < 2:
        raise ValueError("x has 1 row, expected at least 2: one example has no neighbour")
    # A power of 2 for each feature changes no digit, and no square overflows.
    values = np.ldexp(values, -np.frexp(np.abs(values).max(axis=0))[1])
    scale = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    squares = np.sum(scaled**2, axis=1)
    # |u - v|² = |u|² + |v|² - 2 u·v, for all pairs at once
    distances = squares[:, None] + squares - 2 * scaled @ scaled.T
    np.fill_diagonal(distances, np.inf)
    nearest: Array = distances.argmin(axis=1)
    return nearest
