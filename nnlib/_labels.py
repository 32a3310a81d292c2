"""The check for class labels, which data sets, preprocessing and metrics share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nnlib._types import Array
from nnlib._validation import check_array

Labels = npt.NDArray[np.int64]

_LARGEST = int(np.iinfo(np.int64).max)


def check_labels(name: str, value: object, *, classes: int | None = None) -> Labels:
    """Return ``value`` as a vector of class numbers 0, 1, …, at least one of them.

    Parameters
    ----------
    name
        What the caller's argument is called, for the error message.
    value
        One whole number per example, shape (examples,).
    classes
        How many classes there are; every label must then be below it.

    Returns
    -------
    ndarray of int64, shape (examples,)

    Raises
    ------
    TypeError
        If ``value`` does not hold whole numbers.
    ValueError
        If the shape is wrong, if it is empty, or if a label is out of range.

    Examples
    --------
    >>> check_labels("labels", [2, 0, 1])
    array([2, 0, 1])
    """
    check_array(name, value)
    array = np.asarray(value)
    _require_whole_numbers(name, array)
    _require_range(name, array, classes)
    return array.astype(np.int64, copy=False)


def _require_whole_numbers(name: str, array: Array) -> None:
    if array.ndim != 1:
        raise ValueError(
            f"{name} has shape {array.shape}, expected (examples,): "
            f"pass one class number per example, e.g. {name}.reshape(-1)"
        )
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{name} has dtype {array.dtype}, expected whole numbers: "
            f"pass class numbers 0, 1, ..., e.g. {name}.astype(int)"
        )


def _require_range(name: str, array: Array, classes: int | None) -> None:
    lowest, highest = int(array.min()), int(array.max())
    if lowest < 0 or highest > _LARGEST:
        raise ValueError(
            f"{name} holds {lowest if lowest < 0 else highest}, expected class numbers from 0 "
            f"upward: number the classes, e.g. np.unique({name}, return_inverse=True)[1]"
        )
    if classes is not None and highest >= classes:
        raise ValueError(
            f"{name} holds {highest}, expected class numbers from 0 to {classes - 1}: "
            f"there are {classes} classes, and the first is number 0"
        )
