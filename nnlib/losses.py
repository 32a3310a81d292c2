r"""Losses: how far the predictions are from the targets, and the gradient of that number.

``loss.value(predictions, targets)`` is one number, already reduced (each class says how), and
``loss.gradient(predictions, targets)`` is its gradient with respect to the predictions.

The cross-entropies belong to one output activation each, the sigmoid or the softmax. Paired
with it they are computed from the logits :math:`z`, the weighted sums in front of the
activation: ``value_from_logits`` never takes the logarithm of a probability that was rounded
to 0, and ``gradient_from_logits`` is the plain difference :math:`a - y`, over the count.

The methods above check their arguments. A network, which has checked already, calls
`evaluate`, `gradient_into` and their kin.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from nnlib._complex import log1p
from nnlib._types import Array
from nnlib._validation import (
    check_array,
    check_between,
    check_choice,
    check_matrix,
    check_same_shape,
)
from nnlib.activations import sigmoid, softmax, softplus

__all__ = [
    "CrossEntropy",
    "Loss",
    "binary_cross_entropy",
    "categorical_cross_entropy",
    "get",
    "mean_squared_error",
]


class Loss(ABC):
    """A number that says how wrong the predictions are: 0 when they are right.

    A subclass gives `name`, `evaluate` and `gradient_into`, and may refuse numbers on which it
    is not defined with `check_targets` and `check_predictions`.

    Attributes
    ----------
    name : str
        What `get` and the arguments of networks call it.

    Examples
    --------
    A loss of your own, which a network takes like any other:

    >>> class HalfSum(Loss):
    ...     name = "half_sum"
    ...     def evaluate(self, predictions, targets):
    ...         return ((predictions - targets) ** 2).sum().item() / 2
    ...     def gradient_into(self, predictions, targets, out):
    ...         return np.subtract(predictions, targets, out=out)
    >>> half_sum = HalfSum()
    >>> half_sum.value([[1.0, 2.0]], [[0.0, 4.0]]), half_sum.gradient([[1.0, 2.0]], [[0.0, 4.0]])
    (2.5, array([[ 1., -2.]]))
    """

    name: ClassVar[str]

    def value(self, predictions: npt.ArrayLike, targets: npt.ArrayLike) -> float | complex:
        """Return the loss as a Python float (complex for complex predictions).

        Parameters
        ----------
        predictions, targets : array_like
            Two arrays of one shape.

        Raises
        ------
        TypeError, ValueError
            If an array is not numeric, is empty, is not finite, lies outside the range that
            the loss is defined on, or if the shapes differ.
        """
        predictions, targets = self._check(predictions, targets)
        return self.evaluate(predictions, targets)

    def gradient(self, predictions: npt.ArrayLike, targets: npt.ArrayLike) -> Array:
        """Return the gradient of `value` with respect to the predictions, in their shape.

        Parameters and errors as for `value`.
        """
        predictions, targets = self._check(predictions, targets)
        return self.gradient_into(predictions, targets, np.empty_like(predictions))

    def check_targets(self, targets: Array) -> None:  # noqa: B027 - any number will do here
        """Raise `ValueError` if these finite numbers cannot be targets of this loss."""

    def check_predictions(self, predictions: Array) -> None:  # noqa: B027
        """Raise `ValueError` if these finite numbers cannot be predictions for this loss."""

    @abstractmethod
    def evaluate(self, predictions: Array, targets: Array) -> float | complex:
        """Return the loss. Nothing is checked."""

    @abstractmethod
    def gradient_into(self, predictions: Array, targets: Array, out: Array) -> Array:
        """Write the gradient into `out`, which is neither argument. Nothing is checked."""

    def _check(self, predictions: Any, targets: Any) -> tuple[Array, Array]:
        predictions = check_array("predictions", predictions, allow_complex=True)
        targets = check_array("targets", targets)
        check_same_shape("targets", targets, "predictions", predictions)
        self.check_predictions(predictions)
        self.check_targets(targets)
        return predictions, targets

    def __repr__(self) -> str:
        return f"<loss {self.name}>"


class MeanSquaredError(Loss):
    r"""The mean of the squared errors over all n · m elements.

    :math:`C = \frac{1}{nm} \sum_i \sum_j (a_{ij} - y_{ij})^2`, with the gradient
    :math:`\frac{2}{nm}(a_{ij} - y_{ij})`. Keras, PyTorch and scikit-learn take the same mean.

    >>> mean_squared_error.value([[1.0, 2.0]], [[0.0, 4.0]])
    2.5
    >>> mean_squared_error.gradient([[1.0, 2.0]], [[0.0, 4.0]])
    array([[ 1., -2.]])
    """

    name = "mean_squared_error"

    def evaluate(self, predictions: Array, targets: Array) -> float | complex:
        """Return the mean of the squared errors. Nothing is checked."""
        error = (predictions - targets).ravel()
        total: float | complex = error.dot(error).item()
        return total / error.size

    def gradient_into(self, predictions: Array, targets: Array, out: Array) -> Array:
        """Write 2 (a - y) / nm into `out` and return it."""
        np.subtract(predictions, targets, out=out)
        out *= 2 / out.size
        return out


class CrossEntropy(Loss):
    """A loss between probabilities, with a shortcut from the logits.

    A subclass names the output activation that it belongs to, `canonical_activation`. With it,
    a network computes loss and gradient from the logits.

    Attributes
    ----------
    canonical_activation : str
        The name of that activation, "sigmoid" or "softmax".

    Examples
    --------
    >>> [loss.canonical_activation for loss in (binary_cross_entropy, categorical_cross_entropy)]
    ['sigmoid', 'softmax']
    """

    canonical_activation: ClassVar[str]

    def value_from_logits(self, logits: npt.ArrayLike, targets: npt.ArrayLike) -> float | complex:
        """Return the loss of the canonical activation of `logits`.

        Equal to ``value(activation(logits), targets)``, with no probability rounded to 0 or 1
        on the way: the loss of a logit of -1000 whose target is 1 is 1000, not infinite.

        Parameters
        ----------
        logits, targets : array_like
            Two arrays of one shape; any finite logits.

        Raises
        ------
        TypeError, ValueError
            As for `value`.
        """
        logits, targets = self._check_logits(logits, targets)
        return self.evaluate_from_logits(logits, targets)

    def gradient_from_logits(self, logits: npt.ArrayLike, targets: npt.ArrayLike) -> Array:
        """Return the gradient of `value_from_logits` with respect to the logits.

        It is (activation(logits) - targets) / count, with the count that `value` divides by.
        Parameters and errors as for `value_from_logits`.
        """
        logits, targets = self._check_logits(logits, targets)
        probabilities = self.probabilities(logits)
        return self.logits_gradient_into(probabilities, targets, np.empty_like(logits))

    def check_targets(self, targets: Array) -> None:
        """Raise `ValueError` unless every target lies from 0 to 1."""
        check_between("targets", targets, 0, 1, "pass probabilities, or 0 and 1 for classes")

    def check_predictions(self, predictions: Array) -> None:
        """Raise `ValueError` unless every prediction lies from 0 to 1."""
        check_between(
            "predictions", predictions, 0, 1,
            "pass probabilities; for logits call value_from_logits or gradient_from_logits",
        )  # fmt: skip

    @abstractmethod
    def probabilities(self, logits: Array) -> Array:
        """Return the canonical activation of `logits`. Nothing is checked."""

    @abstractmethod
    def count(self, targets: Array) -> int:
        """Return what the sum of the terms is divided by."""

    @abstractmethod
    def evaluate_from_logits(self, logits: Array, targets: Array) -> float | complex:
        """Return the loss from the logits. Nothing is checked."""

    def logits_gradient_into(self, probabilities: Array, targets: Array, out: Array) -> Array:
        """Write (a - y) / count into `out` and return it. Nothing is checked."""
        np.subtract(probabilities, targets, out=out)
        out /= self.count(targets)
        return out

    def _check_logits(self, logits: Any, targets: Any) -> tuple[Array, Array]:
        logits = check_array("logits", logits, allow_complex=True)
        targets = check_array("targets", targets)
        check_same_shape("targets", targets, "logits", logits)
        self.check_targets(targets)
        return logits, targets


class BinaryCrossEntropy(CrossEntropy):
    r"""The mean over all elements of :math:`-[y \ln p + (1 - y) \ln(1 - p)]`, in nats.

    Its gradient is :math:`\frac{1}{nm}\left(\frac{1 - y}{1 - p} - \frac{y}{p}\right)`. Loss
    and gradient are infinite where p is 0 and y is not, or p is 1 and y is not. From the
    logits of a sigmoid, :math:`-\ln p` is softplus(-z) and :math:`-\ln(1 - p)` is
    softplus(z), both finite.

    >>> round(binary_cross_entropy.value([[0.5], [0.25]], [[1.0], [0.0]]), 6)  # (ln 2 + ln 4/3)/2
    0.490415
    >>> binary_cross_entropy.value_from_logits([[-1000.0]], [[1.0]])
    1000.0
    >>> binary_cross_entropy.gradient_from_logits([[0.0], [0.0]], [[1.0], [0.0]])
    array([[-0.25],
           [ 0.25]])
    """

    name = "binary_cross_entropy"
    canonical_activation = "sigmoid"

    def evaluate(self, predictions: Array, targets: Array) -> float | complex:
        """Return the mean over all elements, infinite where a wrong answer was certain."""
        with np.errstate(divide="ignore"):  # ln 0 = -inf, an infinite loss
            log_p, log_not_p = np.log(predictions), log1p(-predictions)
        terms = _times(targets, log_p) + _times(1 - targets, log_not_p)
        total: float | complex = -terms.sum().item()
        return total / self.count(targets)

    def gradient_into(self, predictions: Array, targets: Array, out: Array) -> Array:
        """Write ((1 - y)/(1 - p) - y/p) / nm into `out` and return it."""
        with np.errstate(divide="ignore"):
            per_p, per_not_p = 1 / predictions, 1 / (1 - predictions)
        np.subtract(_times(1 - targets, per_not_p), _times(targets, per_p), out=out)
        out /= self.count(targets)
        return out

    def probabilities(self, logits: Array) -> Array:
        """Return σ(logits)."""
        return sigmoid.forward_into(logits, np.empty_like(logits))

    def count(self, targets: Array) -> int:
        """Return n · m, the number of elements."""
        return targets.size

    def evaluate_from_logits(self, logits: Array, targets: Array) -> float | complex:
        """Return the mean of y softplus(-z) + (1 - y) softplus(z)."""
        surprise_if_one = softplus.forward_into(-logits, np.empty_like(logits))  # -ln p
        surprise_if_zero = softplus.forward_into(logits, np.empty_like(logits))  # -ln(1 - p)
        terms = targets * surprise_if_one + (1 - targets) * surprise_if_zero
        total: float | complex = terms.sum().item()
        return total / self.count(targets)


class CategoricalCrossEntropy(CrossEntropy):
    r"""The mean over examples of :math:`-\sum_k y_k \ln p_k`, in nats.

    Shapes are (examples, classes). Each row of targets is one-hot, or any probabilities that
    sum to 1. The gradient is :math:`-\frac{1}{n}\frac{y}{p}`, infinite where p is 0 and y is
    not. From the logits of a softmax, :math:`-\ln p_k = \ln \sum_j e^{z_j} - z_k`.

    >>> categorical_cross_entropy.value([[0.5, 0.5, 0.0]], [[0.0, 1.0, 0.0]])  # ln 2
    0.6931471805599453
    >>> categorical_cross_entropy.value_from_logits([[0.0, 1000.0]], [[1.0, 0.0]])
    1000.0
    >>> categorical_cross_entropy.gradient_from_logits([[0.0, 0.0]], [[1.0, 0.0]])
    array([[-0.5,  0.5]])
    """

    name = "categorical_cross_entropy"
    canonical_activation = "softmax"

    def check_targets(self, targets: Array) -> None:
        """Raise `ValueError` unless every row holds probabilities that sum to 1."""
        check_matrix("targets", targets)
        super().check_targets(targets)
        sums = targets.sum(axis=1)
        wrong = np.flatnonzero(np.abs(sums - 1) > 1e-5)
        if wrong.size:
            raise ValueError(
                f"targets[{wrong[0]}] sums to {sums[wrong[0]]:g}, expected 1: one-hot encode the "
                "labels, or divide each row by its sum"
            )

    def evaluate(self, predictions: Array, targets: Array) -> float | complex:
        """Return the mean over the examples, infinite where the right class had probability 0."""
        with np.errstate(divide="ignore"):  # ln 0 = -inf, an infinite loss
            log_p = np.log(predictions)
        total: float | complex = -_times(targets, log_p).sum().item()
        return total / self.count(targets)

    def gradient_into(self, predictions: Array, targets: Array, out: Array) -> Array:
        """Write -(y/p) / n into `out` and return it."""
        with np.errstate(divide="ignore"):
            per_p = 1 / predictions
        np.negative(_times(targets, per_p), out=out)
        out /= self.count(targets)
        return out

    def probabilities(self, logits: Array) -> Array:
        """Return the softmax of each row of logits."""
        return softmax.forward_into(logits, np.empty_like(logits))

    def count(self, targets: Array) -> int:
        """Return n, the number of examples."""
        return len(targets)

    def evaluate_from_logits(self, logits: Array, targets: Array) -> float | complex:
        """Return the mean of Σ y_k (ln Σ e^z_j - z_k) over the examples."""
        largest = logits.real.argmax(axis=1, keepdims=True)
        shifted = logits - np.take_along_axis(logits, largest, axis=1)
        others = np.exp(shifted)
        np.put_along_axis(others, largest, 0, axis=1)
        # ln Σ e^z = max z + ln(1 + the others): no overflow, and all digits of a tiny loss.
        surprise = log1p(others.sum(axis=1, keepdims=True)) - shifted  # -ln p
        total: float | complex = (targets * surprise).sum().item()
        return total / self.count(targets)


def _times(weights: Array, values: Array) -> Array:
    """Return weights · values, where a weight of 0 leaves nothing, even of an infinite value."""
    with np.errstate(invalid="ignore"):
        product: Array = np.where(weights == 0, 0, weights * values)
    return product


mean_squared_error = MeanSquaredError()  #: a `MeanSquaredError`, ready to be called
binary_cross_entropy = BinaryCrossEntropy()  #: a `BinaryCrossEntropy`, ready to be called
categorical_cross_entropy = (
    CategoricalCrossEntropy()
)  #: a `CategoricalCrossEntropy`, ready to be called

_BY_NAME: dict[str, Loss] = {
    loss.name: loss
    for loss in (mean_squared_error, binary_cross_entropy, categorical_cross_entropy)
}


def get(loss: str | Loss) -> Loss:
    """Return the loss with this name, or the loss itself.

    Raises
    ------
    ValueError
        If no loss has this name; the message lists those that exist.
    TypeError
        If `loss` is neither a name nor a `Loss`.

    Examples
    --------
    >>> get("mean_squared_error")
    <loss mean_squared_error>
    """
    if isinstance(loss, Loss):
        return loss
    return _BY_NAME[check_choice("loss", loss, _BY_NAME)]
