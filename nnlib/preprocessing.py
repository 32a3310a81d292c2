"""Preprocessing: bringing raw data into the form that a network learns from.

A scaler learns its numbers from the training data with ``fit`` and then applies the same
numbers to everything else. Fitting it on test data too would leak what is to be predicted.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from nnlib._labels import check_labels
from nnlib._settings import check_flag, check_fraction, check_range
from nnlib._types import Array
from nnlib._validation import (
    check_array,
    check_count,
    check_generator,
    check_matrix,
)

__all__ = ["MinMaxScaler", "Standardizer", "one_hot", "train_test_split"]


class Standardizer:
    r"""Shift and scale each column to mean 0 and standard deviation 1.

    .. math:: x'_{ij} = \frac{x_{ij} - \mu_j}{s_j}

    with the mean :math:`\mu_j` and the standard deviation
    :math:`s_j = \sqrt{\frac1n \sum_i (x_{ij} - \mu_j)^2}` of column j of the n examples given
    to :meth:`fit`. A column that never changes has no scale of its own: :math:`s_j` is then 1,
    and the column becomes 0.

    Attributes
    ----------
    mean, scale
        :math:`\mu` and :math:`s`, float64 of shape (features,), once fitted.

    Examples
    --------
    >>> standardizer = Standardizer()
    >>> standardizer.fit_transform([[1.0, 7.0], [3.0, 7.0]]).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    >>> standardizer.transform([[4.0, 8.0]]).tolist()
    [[2.0, 1.0]]
    """

    mean: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]

    def fit(self, x: npt.ArrayLike) -> Self:
        """Measure mean and standard deviation of each column.

        Parameters
        ----------
        x
            Training data, shape (examples, features).

        Returns
        -------
        Standardizer
            Itself, so that calls can be chained.

        Raises
        ------
        TypeError, ValueError
            If ``x`` is no matrix of finite numbers, or a column's values lie so far apart or
            so close together that their standard deviation is not representable.
        """
        values = check_matrix("x", x, dtype=np.float64)
        constant = (values == values[0]).all(axis=0)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            # The mean of equal numbers can be off by rounding: their first is exact.
            mean = np.where(constant, values[0], values.mean(axis=0))
            scale = np.where(constant, 1.0, values.std(axis=0))
        _check_scale("standard deviation", scale)
        self.mean, self.scale = mean, scale
        return self

    def transform(self, x: npt.ArrayLike) -> Array:
        """Return ``(x - mean) / scale``, in the dtype of ``x``.

        Raises
        ------
        TypeError, ValueError
            If nothing was fitted yet or ``x`` is no matrix of that many columns.
        """
        _check_fitted(self, "mean")
        values = check_matrix("x", x, columns=len(self.mean))
        return ((values - self.mean) / self.scale).astype(values.dtype)

    def fit_transform(self, x: npt.ArrayLike) -> Array:
        """Fit on ``x`` and transform it."""
        return self.fit(x).transform(x)

    def inverse_transform(self, x: npt.ArrayLike) -> Array:
        """Return ``x * scale + mean``: back to the units of the data, in the dtype of ``x``.

        Raises
        ------
        TypeError, ValueError
            If nothing was fitted yet or ``x`` is no matrix of that many columns.
        """
        _check_fitted(self, "mean")
        values = check_matrix("x", x, columns=len(self.mean))
        return (values * self.scale + self.mean).astype(values.dtype)


class MinMaxScaler:
    r"""Shift and scale each column so that it runs from ``low`` to ``high``.

    .. math:: x'_{ij} = l + (h - l) \, \frac{x_{ij} - m_j}{s_j}

    with the minimum :math:`m_j` and the span :math:`s_j` (maximum minus minimum) of column j
    of the data given to :meth:`fit`. A column that never changes has span 1, and becomes
    :math:`l`. New data outside the fitted range fall outside :math:`[l, h]`.

    Parameters
    ----------
    low, high
        :math:`l` and :math:`h`, the ends of the new range, ``low < high``.

    Attributes
    ----------
    minimum, span
        :math:`m` and :math:`s`, float64 of shape (features,), once fitted.

    Raises
    ------
    TypeError, ValueError
        If ``low`` and ``high`` are not finite numbers in rising order.

    Examples
    --------
    >>> MinMaxScaler().fit_transform([[0.0], [4.0], [16.0]]).tolist()
    [[0.0], [0.25], [1.0]]
    """

    minimum: npt.NDArray[np.float64]
    span: npt.NDArray[np.float64]

    def __init__(self, low: float = 0, high: float = 1) -> None:
        self.low, self.high = check_range(low, high)

    def fit(self, x: npt.ArrayLike) -> Self:
        """Measure minimum and span of each column.

        Parameters
        ----------
        x
            Training data, shape (examples, features).

        Returns
        -------
        MinMaxScaler
            Itself, so that calls can be chained.

        Raises
        ------
        TypeError, ValueError
            If ``x`` is no matrix of finite numbers, or a column's span is not representable.
        """
        values = check_matrix("x", x, dtype=np.float64)
        minimum = values.min(axis=0)
        with np.errstate(over="ignore"):
            span = values.max(axis=0) - minimum
        span[span == 0] = 1.0
        _check_scale("span", span)
        self.minimum, self.span = minimum, span
        return self

    def transform(self, x: npt.ArrayLike) -> Array:
        """Return ``low + (high - low) * (x - minimum) / span``, in the dtype of ``x``.

        Raises
        ------
        TypeError, ValueError
            If nothing was fitted yet or ``x`` is no matrix of that many columns.
        """
        _check_fitted(self, "minimum")
        values = check_matrix("x", x, columns=len(self.minimum))
        shares = (values - self.minimum) / self.span
        return (self.low + (self.high - self.low) * shares).astype(values.dtype)

    def fit_transform(self, x: npt.ArrayLike) -> Array:
        """Fit on ``x`` and transform it."""
        return self.fit(x).transform(x)

    def inverse_transform(self, x: npt.ArrayLike) -> Array:
        """Return ``minimum + span * (x - low) / (high - low)``, in the dtype of ``x``.

        Raises
        ------
        TypeError, ValueError
            If nothing was fitted yet or ``x`` is no matrix of that many columns.
        """
        _check_fitted(self, "minimum")
        values = check_matrix("x", x, columns=len(self.minimum))
        shares = (values - self.low) / (self.high - self.low)
        return (self.minimum + self.span * shares).astype(values.dtype)


def one_hot(labels: npt.ArrayLike, classes: int | None = None) -> npt.NDArray[np.float64]:
    r"""Turn class numbers into target rows: :math:`y_{ik} = 1` if example i is of class k, else 0.

    Parameters
    ----------
    labels
        Class numbers 0, 1, …, whole numbers of shape (examples,).
    classes
        How many classes there are; without it, one more than the highest label.

    Returns
    -------
    ndarray
        float64 of shape (examples, classes), one 1 in each row.

    Raises
    ------
    TypeError, ValueError
        If ``labels`` are not whole numbers from 0 to ``classes - 1``.

    Examples
    --------
    >>> one_hot([2, 0], classes=3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    if classes is not None:
        classes = check_count("classes", classes)
    numbers = check_labels("labels", labels, classes=classes)
    targets = np.zeros((len(numbers), classes or int(numbers.max()) + 1))
    targets[np.arange(len(numbers)), numbers] = 1.0
    return targets


def train_test_split(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    test_fraction: float,
    generator: np.random.Generator,
    stratify: bool = False,
) -> tuple[Array, Array, Array, Array]:
    """Shuffle the examples and keep a share of them aside for the test.

    Parameters
    ----------
    x
        Inputs, shape (examples, features).
    y
        Answers in the same order: labels (examples,) or targets (examples, outputs).
    test_fraction
        Share of the examples that goes to the test, between 0 and 1; the number is rounded to
        the nearest whole one (halves to even).
    generator
        Source of the random order; the same state gives the same split.
    stratify
        Give each class its share of the test, up to rounding: less than one example more or
        less than its share of all examples would make it. Equal rows of ``y`` make a class.

    Returns
    -------
    x_train, x_test, y_train, y_test
        Copies in random order, dtypes kept (whole numbers in ``x`` become float64).

    Raises
    ------
    TypeError, ValueError
        If arguments do not fit together, or a part of the split would be empty.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.arange(8.0).reshape(8, 1), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> _, _, y_train, y_test = train_test_split(
    ...     x, y, test_fraction=0.5, generator=np.random.default_rng(0), stratify=True)
    >>> sorted(y_test.tolist())
    [0, 0, 1, 1]
    """
    inputs = check_matrix("x", x)
    answers = _check_answers(y, len(inputs))
    held_out = round(check_fraction("test_fraction", test_fraction) * len(inputs))
    check_generator("generator", generator)
    by_class = check_flag("stratify", stratify)
    if not 0 < held_out < len(inputs):
        raise ValueError(
            f"test_fraction is {test_fraction}, expected one that leaves both parts an example: "
            f"it puts {held_out} of {len(inputs)} into the test; bring more examples or "
            "choose a fraction nearer to 0.5"
        )
    order = generator.permutation(len(inputs))
    if by_class:
        in_test = _stratified(answers[order], held_out)
    else:
        in_test = np.arange(len(inputs)) < held_out
    train, test = order[~in_test], order[in_test]
    return inputs[train], inputs[test], answers[train], answers[test]


def _stratified(answers: Array, held_out: int) -> npt.NDArray[np.bool_]:
    """Mark ``held_out`` rows so that each class gives its share, the first of it in this order."""
    _, members, counts = np.unique(answers, axis=0, return_inverse=True, return_counts=True)
    shares = counts * (held_out / len(answers))
    quotas = np.floor(shares).astype(int)
    # Rounding down leaves a few places: they go to the classes that lost the largest part.
    most_lost_first = np.argsort(quotas - shares, kind="stable")
    quotas[most_lost_first[: held_out - quotas.sum()]] += 1
    in_test = np.zeros(len(answers), dtype=bool)
    for number, quota in enumerate(quotas):
        in_test[np.flatnonzero(members.reshape(-1) == number)[:quota]] = True
    return in_test


def _check_answers(y: npt.ArrayLike, examples: int) -> Array:
    check_array("y", y)
    answers = np.asarray(y)
    if answers.ndim not in (1, 2) or len(answers) != examples:
        raise ValueError(
            f"y has shape {answers.shape}, expected ({examples},) or ({examples}, outputs): "
            "pass one answer for each row of x"
        )
    return answers


def _check_scale(what: str, scale: npt.NDArray[np.float64]) -> None:
    bad = np.flatnonzero(~(np.isfinite(scale) & (scale > 0)))
    if bad.size:
        column = int(bad[0])
        raise ValueError(
            f"x has in column {column} the {what} {scale[column]}, expected a positive float64: "
            "its values are too large or too small; change the unit of that column"
        )


def _check_fitted(scaler: Standardizer | MinMaxScaler, attribute: str) -> None:
    if not hasattr(scaler, attribute):
        raise ValueError(
            f"{type(scaler).__name__} has measured nothing yet, expected a fitted one: "
            "call fit(x_train) first"
        )
