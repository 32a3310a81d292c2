"""Metrics: how good the answers are, counted rather than differentiated."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nnlib._labels import Labels, check_labels
from nnlib._validation import check_array, check_count, check_matrix, check_same_length

__all__ = ["ClassScores", "accuracy", "confusion_matrix", "precision_recall_f1"]


class ClassScores(NamedTuple):
    """What `precision_recall_f1` returns.

    Attributes
    ----------
    precision, recall, f1
        One number for each class, NaN where it is undefined; each float64 of shape (classes,).
    """

    precision: npt.NDArray[np.float64]
    recall: npt.NDArray[np.float64]
    f1: npt.NDArray[np.float64]


def accuracy(predictions: npt.ArrayLike, targets: npt.ArrayLike) -> float:
    """Return the share of examples that were answered right, from 0 to 1.

    Both arguments may come as

    - labels, whole numbers of shape (examples,);
    - one column, (examples, 1): predictions of at least 0.5 mean class 1, others class 0;
      targets must be 0 or 1;
    - one column a class, (examples, classes): the class with the highest prediction (of equal
      ones the first); target rows must be one-hot.

    Parameters
    ----------
    predictions
        What the model answered.
    targets
        What is right, for the same examples in the same order.

    Returns
    -------
    float
        Mean over the examples of 1 where the classes agree and 0 where they do not.

    Raises
    ------
    TypeError, ValueError
        If an argument has none of these forms, or the two do not fit together.

    Examples
    --------
    >>> accuracy([[0.9], [0.2], [0.6], [0.4]], [[1], [0], [0], [0]])
    0.75
    >>> accuracy([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], [1, 2])
    0.5
    """
    answered, answered_classes = _classes_of("predictions", predictions, exact=False)
    right, right_classes = _classes_of("targets", targets, exact=True)
    check_same_length("predictions", answered, "targets", right)
    if answered_classes is not None and right_classes is not None:
        _check_same_classes(answered_classes, right_classes)
    check_labels("predictions", answered, classes=right_classes)
    check_labels("targets", right, classes=answered_classes)
    return float(np.mean(answered == right))


def confusion_matrix(
    predicted_labels: npt.ArrayLike, labels: npt.ArrayLike, classes: int
) -> npt.NDArray[np.int64]:
    """Count how often each class was taken for each.

    Parameters
    ----------
    predicted_labels
        Class numbers that the model answered, shape (examples,).
    labels
        Class numbers that are right, shape (examples,).
    classes
        How many classes there are.

    Returns
    -------
    ndarray
        int64 of shape (classes, classes): row i, column j counts the examples of class i that
        were answered j. The diagonal holds the right answers, a row sums to its class's size.

    Raises
    ------
    TypeError, ValueError
        If the labels are not whole numbers below ``classes`` or differ in number.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 1], [0, 0, 1, 1], classes=2).tolist()
    [[1, 1], [0, 2]]
    """
    check_count("classes", classes)
    answered = check_labels("predicted_labels", predicted_labels, classes=classes)
    right = check_labels("labels", labels, classes=classes)
    check_same_length("predicted_labels", answered, "labels", right)
    cells = np.bincount(right * classes + answered, minlength=classes * classes)
    return cells.astype(np.int64).reshape(classes, classes)


def precision_recall_f1(
    predicted_labels: npt.ArrayLike, labels: npt.ArrayLike, classes: int
) -> ClassScores:
    r"""Return precision, recall and their harmonic mean, for each class by itself.

    With :math:`TP` the examples of the class that were answered so, :math:`FP` those of other
    classes answered so, and :math:`FN` those of the class answered otherwise:

    .. math::

        P = \frac{TP}{TP + FP}, \qquad R = \frac{TP}{TP + FN}, \qquad
        F_1 = \frac{2\,TP}{2\,TP + FP + FN}

    Parameters
    ----------
    predicted_labels, labels, classes
        As for :func:`confusion_matrix`.

    Returns
    -------
    ClassScores
        Named tuple ``(precision, recall, f1)`` of float64 vectors of shape (classes,). A
        quotient 0/0 is undefined and comes as NaN: the precision of a class that was never
        answered, the recall of a class without examples.

    Raises
    ------
    TypeError, ValueError
        As for :func:`confusion_matrix`.

    Examples
    --------
    >>> scores = precision_recall_f1([0, 1, 1, 1], [0, 0, 1, 1], classes=2)
    >>> scores.precision.round(3).tolist(), scores.recall.tolist()
    ([1.0, 0.667], [0.5, 1.0])
    """
    counts = confusion_matrix(predicted_labels, labels, classes)
    right = np.diag(counts)
    answered, present = counts.sum(axis=0), counts.sum(axis=1)
    return ClassScores(
        precision=_quotient(right, answered),
        recall=_quotient(right, present),
        f1=_quotient(2 * right, answered + present),
    )


def _quotient(
    numerator: npt.NDArray[np.int64], denominator: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    quotient = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient


def _classes_of(name: str, value: npt.ArrayLike, *, exact: bool) -> tuple[Labels, int | None]:
    """Return the class of each example, and how many classes the form of ``value`` tells apart."""
    if check_array(name, value).ndim == 1:
        return check_labels(name, value), None
    table = check_matrix(name, value)
    if exact and not (np.isin(table, (0, 1)).all() and _one_class_each(table)):
        raise ValueError(
            f"{name} has shape {table.shape} but is not made of 0 and 1 with one class a row, "
            "expected labels (examples,), a column of 0 and 1, or one-hot rows: "
            "pass e.g. one_hot(labels)"
        )
    if table.shape[1] == 1:
        return (table[:, 0] >= 0.5).astype(np.int64), 2
    return table.argmax(axis=1).astype(np.int64), table.shape[1]


def _one_class_each(table: npt.NDArray[np.floating]) -> bool:
    return table.shape[1] == 1 or bool((table.sum(axis=1) == 1).all())


def _check_same_classes(answered: int, right: int) -> None:
    if answered != right:
        raise ValueError(
            f"predictions tells {answered} classes apart, expected {right} as in targets: "
            "pass predictions and targets with the same columns"
        )
