"""Expectations, variances and covariances from samples, with their uncertainty."""

from __future__ import annotations

import numpy as np

from .errors import SizeProblem
from .values import Array, Value, measured

MAXIMUM_COVARIANCES = 400
CONFIDENCE = 5.0
"""Standard errors that a comparison allows: one false alarm in about two million."""


def moment_value(name: str, values: list[Value], samples: int) -> tuple[Value, float]:
    """The moment and the relative precision that the sample size allows."""
    first = values[0]
    if np.ndim(first.array) == len(first.labels):
        constant = first.array if name == "mean" else np.zeros(np.shape(first.array))[()]
        return measured(constant, first.labels), 0.0
    if name == "mean":
        return _mean(first.array, first.labels, samples)
    if name == "variance":
        deviation = first.array - first.array.mean(axis=0)
        if len(first.labels) == 2 and first.sizes[1] == 1 and first.sizes[0] > 1:
            outer = _outer(deviation, deviation)
            return _mean(outer, (first.labels[0], first.labels[0]), samples)
        return _mean(deviation**2, first.labels, samples)
    second = values[1]
    a = first.array - first.array.mean(axis=0)
    b = second.array - second.array.mean(axis=0)
    if first.labels and second.labels:
        outer = _outer(a, b)
        return _mean(outer, (first.labels[0], second.labels[0]), samples)
    return _mean(a * b, first.labels, samples)


def _outer(left: Array, right: Array) -> Array:
    if left.shape[-2] * right.shape[-2] > MAXIMUM_COVARIANCES:
        raise SizeProblem(f"a covariance matrix has at most {MAXIMUM_COVARIANCES} entries")
    return left @ np.swapaxes(right, -1, -2)


def _mean(array: Array, labels: tuple[str, ...], samples: int) -> tuple[Value, float]:
    mean = array.mean(axis=0)
    error = CONFIDENCE * float(np.max(array.std(axis=0))) / np.sqrt(samples)
    value = measured(mean[()], labels)
    value.scale = max(value.scale, error)
    return value, error / value.scale if value.scale else 0.0
