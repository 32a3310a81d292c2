"""What the notation table's symbols mean, computed by nnlib.

The functions here only put nnlib's pieces into the form that the table calls: arrays in, arrays
out, and complex numbers allowed, since derivatives are taken by the complex step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib import activations, losses
from nnlib.layers import forward_into

Array = NDArray[Any]


def weighted_sums(inputs: Array, weights: Array, bias: Array) -> Array:
    """The weighted sums of one layer, as `nnlib.layers` computes them."""
    dtype = np.result_type(inputs, weights, bias)
    z = np.empty((len(inputs), weights.shape[1]), dtype)
    forward_into(inputs, weights, bias, activations.identity, z, np.empty_like(z))
    return z


def weighted_sum(inputs: Array, weights: Array, bias: complex) -> Any:
    """The weighted sum of one neuron for one example: a layer of one unit."""
    return weighted_sums(inputs[np.newaxis], weights[:, np.newaxis], np.array([bias]))[0, 0]


def mean_squared_error(predictions: Array, targets: Array) -> Any:
    """nnlib's loss, also where a perturbed prediction is complex."""
    return losses.mean_squared_error.evaluate(np.asarray(predictions), np.asarray(targets))


def cross_entropy_of_logits(logits: Array, targets: Array) -> Any:
    """nnlib's categorical cross-entropy with softmax, computed from the logits."""
    loss = losses.categorical_cross_entropy
    return loss.evaluate_from_logits(np.atleast_2d(logits), np.atleast_2d(targets))
