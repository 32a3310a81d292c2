"""The shapes of results: of a function's, of a derivative, of a derivative by one entry."""

from __future__ import annotations

import numpy as np

from .errors import IndexProblem, Span
from .values import Array, Value, measured


def labelled(array: Array, first: Value, several: tuple[int, ...] = ()) -> Value:
    """A function's result: its argument's shape, else a scalar, a vector or a matrix.

    ``several`` are axes in front, for more points than one.
    """
    own = np.shape(array)[len(several) :]
    if len(own) == len(first.labels):
        return measured(array.reshape((*several, *first.sizes))[()], first.labels)
    if not own:
        return measured(array[()], ())
    if len(own) > 1:
        return measured(array, tuple(str(size) for size in own))
    size = own[0]
    if len(first.labels) == 2 and first.sizes[0] == 1:
        label = first.labels[1] if first.sizes[1] == size else str(size)
        return measured(array.reshape(*several, 1, size), ("1", label))
    label = first.labels[0] if first.labels and first.sizes[0] == size else str(size)
    return measured(array.reshape(*several, size, 1), (label, "1"))


def gradient_shape(slopes: Array, result: Value, at: Value) -> Value:
    """The shape of a derivative: the variable's for a scalar, a Jacobian for two vectors."""
    slopes = np.asarray(slopes)
    if not result.labels:
        return measured(slopes[()], at.labels)
    if not at.labels:
        return measured(slopes, result.labels)
    vectors = len(result.labels) == len(at.labels) == 2 and 1 in result.sizes and 1 in at.sizes
    if vectors:
        rows = result.labels[0] if result.sizes[1] == 1 else result.labels[1]
        columns = at.labels[0] if at.sizes[1] == 1 else at.labels[1]
        several = slopes.shape[: slopes.ndim - 4]
        return measured(slopes.reshape(*several, max(result.sizes), max(at.sizes)), (rows, columns))
    return measured(slopes, (*result.labels, *at.labels))


def derivative_by_entry(whole: Value, base: Value, indices: tuple[int, ...], span: Span) -> Value:
    """What the derivative by a vector or matrix says about one of its entries."""
    sizes = base.sizes
    axes = [axis for axis, size in enumerate(sizes) if size != 1]
    if len(indices) == len(sizes):
        axes = list(range(len(sizes)))
    if len(axes) != len(indices):
        raise IndexProblem(f"{len(indices)} indices for {base.shape_text()}", span)
    picked = [0] * len(sizes)
    for axis, index in zip(axes, indices, strict=True):
        if not 1 <= index <= sizes[axis]:
            raise IndexProblem(f"the index {index} leaves its range 1 … {base.labels[axis]}", span)
        picked[axis] = index - 1
    if whole.sizes == sizes:
        return Value(whole.array[(..., *picked)], (), whole.scale)
    if len(whole.labels) == len(sizes):  # the Jacobian of two vectors: one column of it
        column = [one for one, size in zip(picked, sizes, strict=True) if size != 1]
        return Value(whole.array[..., :, column], (whole.labels[0], "1"), whole.scale)
    return Value(whole.array[(..., *picked)], whole.labels[: -len(sizes)], whole.scale)
