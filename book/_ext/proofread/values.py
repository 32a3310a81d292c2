"""Numbers with shapes: the arithmetic that equations are evaluated in.

A scalar has no axes; vectors are matrices of one column, rows matrices of one row. Every axis
carries a label, its size as the table writes it (``n_{l-1}``), so that a misfit is reported in
symbols. Leading axes beyond the labelled ones hold samples of random variables. ``scale`` is the
size of what was added up on the way: cancellation is judged against it, not against zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import DomainProblem, ShapeProblem, Span

Array = Any
"""A NumPy array or scalar, real or complex."""

MAXIMUM_POWER = 64
TIMES = " \N{MULTIPLICATION SIGN} "


@dataclass(slots=True)
class Value:
    """An array with a label for each of its (trailing) axes."""

    array: Array
    labels: tuple[str, ...] = ()
    scale: float = 1.0
    spreads: bool = False

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the labelled axes."""
        rank = len(self.labels)
        return tuple(np.shape(self.array)[-rank:]) if rank else ()

    def shape_text(self) -> str:
        """The shape in symbols: n by n_{l-1}."""
        return TIMES.join(self.labels) if self.labels else "a scalar"


def scalar(number: Any) -> Value:
    """A number without axes."""
    array = np.complex128(number) if isinstance(number, complex) else np.float64(number)
    return Value(array, (), float(abs(array)))


def measured(array: Array, labels: tuple[str, ...], spreads: bool = False) -> Value:
    """A value whose scale is its largest magnitude."""
    size = np.abs(array).max() if np.ndim(array) else abs(array)
    return Value(array, labels, float(size), spreads)


class NotSingle(DomainProblem):
    """A decision was asked of many samples at once; the caller may go through them one by one."""


def single(array: Array) -> float:
    """The real part of a scalar that decides something: a branch, a bound, the larger of two."""
    if np.ndim(array):
        raise NotSingle(
            "a random quantity decides here, in an index, a bound, a branch or a maximum: only the "
            "two sides of a claim may be random"
        )
    return float(np.real(array))


def is_whole(number: float) -> bool:
    """Whether a number is a finite integer."""
    return math.isfinite(number) and number == math.floor(number)


def stacked(cells: list[Array], sizes: tuple[int, ...]) -> Array:
    """Scalars as one array; axes of samples that they carry stay in front."""
    joined = np.stack(np.broadcast_arrays(*cells), axis=-1)
    return joined.reshape(joined.shape[:-1] + sizes)[()]


def add(left: Value, right: Value, sign: int, span: Span) -> Value:
    """The sum, or difference, of two values of one shape; a declared row spreads over a batch."""
    labels, spreads = left.labels, left.spreads and right.spreads
    if left.sizes != right.sizes:
        labels, spreads = _spread_labels(left, right), False
        if not labels:
            raise ShapeProblem(_misfit("add" if sign > 0 else "subtract", left, right), span)
    array = left.array + right.array if sign > 0 else left.array - right.array
    return Value(array, labels, max(left.scale, right.scale), spreads)


def _spread_labels(left: Value, right: Value) -> tuple[str, ...]:
    """The batch's labels if the other is a declared row that fits it, else none."""
    for row, batch in ((left, right), (right, left)):
        fits = len(batch.labels) == len(row.labels) == 2
        if row.spreads and fits and batch.sizes[1] == row.sizes[1]:
            return batch.labels
    return ()


def _misfit(verb: str, left: Value, right: Value) -> str:
    reason = ""
    if len(left.labels) == len(right.labels):
        pairs = zip(left.labels, right.labels, left.sizes, right.sizes, strict=True)
        reason = ", ".join(f"{a} ≠ {b}" for a, b, m, n in pairs if m != n)
        reason = f" ({reason})"
    return f"cannot {verb} {left.shape_text()} and {right.shape_text()}{reason}"


def multiply(left: Value, right: Value, operator: str, span: Span) -> Value:
    """A product: by a scalar, of matrices, or elementwise."""
    if operator == "elementwise":
        return _elementwise(left, right, span)
    if not left.labels or not right.labels:
        number, other = (right, left) if left.labels else (left, right)
        factor = _expand(number.array, len(other.labels))
        return Value(factor * other.array, other.labels, left.scale * right.scale, other.spreads)
    if operator == "times":
        shapes = f"{left.shape_text()} and {right.shape_text()}"
        raise ShapeProblem(f"{TIMES.strip()} multiplies scalars here, not {shapes}", span)
    return _matrix_product(left, right, operator, span)


def spread_number(number: Value, other: Value) -> Value:
    """A literal number before a vector or matrix stands for one full of it: ``1 - A``.

    After one it does not: ``A - 1`` is as often a slip for ``A - I``.
    """
    if number.labels or len(other.labels) != 2:
        return number
    return Value(np.broadcast_to(number.array, other.sizes), other.labels, number.scale)


def _expand(array: Array, rank: int) -> Array:
    """Give a sampled scalar the axes that let it multiply a sampled matrix."""
    if rank and np.ndim(array):
        return array.reshape(array.shape + (1,) * rank)
    return array


def _elementwise(left: Value, right: Value, span: Span) -> Value:
    if not left.labels and not right.labels:
        return Value(left.array * right.array, (), left.scale * right.scale)
    if left.sizes != right.sizes:
        raise ShapeProblem(_misfit("multiply elementwise", left, right), span)
    return Value(left.array * right.array, left.labels, left.scale * right.scale)


def _matrix_product(left: Value, right: Value, operator: str, span: Span) -> Value:
    if len(left.labels) != 2 or len(right.labels) != 2:
        raise ShapeProblem(
            f"cannot multiply {left.shape_text()} by {right.shape_text()}: a tensor is used "
            "entry by entry",
            span,
        )
    columns = left.sizes[1] == right.sizes[1] == 1 and left.sizes[0] == right.sizes[0]
    if operator == "dot" and columns:
        left = transpose(left, span)
    if left.sizes[1] != right.sizes[0]:
        raise ShapeProblem(
            f"cannot multiply {left.shape_text()} by {right.shape_text()}: the inner sizes "
            f"differ, {left.labels[1]} ≠ {right.labels[0]}",
            span,
        )
    array = left.array @ right.array
    labels = (left.labels[0], right.labels[1])
    scale = left.scale * right.scale
    if left.sizes[0] == right.sizes[1] == 1:
        return Value(array[..., 0, 0], (), scale)
    return Value(array, labels, scale)


def divide(left: Value, right: Value, span: Span) -> Value:
    """A quotient by a scalar."""
    if right.labels:
        raise ShapeProblem(f"cannot divide by {right.shape_text()}: only a scalar divides", span)
    smallest = float(np.abs(right.array).min()) if np.ndim(right.array) else abs(right.array)
    if smallest == 0:
        raise DomainProblem("division by zero", span)
    array = left.array / _expand(right.array, len(left.labels))
    return Value(array, left.labels, left.scale / float(smallest))


def transpose(value: Value, span: Span) -> Value:
    """Rows and columns swapped; a scalar stays."""
    if not value.labels:
        return value
    if len(value.labels) != 2:
        raise ShapeProblem(f"cannot transpose {value.shape_text()}", span)
    return Value(np.swapaxes(value.array, -1, -2), value.labels[::-1], value.scale)


def power(base: Value, exponent: Value, span: Span) -> Value:
    """A scalar's power, or a square matrix's: integer, inverse or symmetric root."""
    if exponent.labels:
        raise ShapeProblem(f"an exponent is a scalar, this is {exponent.shape_text()}", span)
    if base.labels:
        return _matrix_power(base, exponent, span)
    with np.errstate(all="ignore"):
        return measured(_scalar_power(base.array, exponent.array), ())


def entrywise_power(base: Value, exponent: Value, span: Span) -> Value:
    """The power of each entry, as ``\\tanh^2 Z`` means it."""
    if exponent.labels or np.ndim(exponent.array):
        raise ShapeProblem(f"an exponent is a scalar, this is {exponent.shape_text()}", span)
    with np.errstate(all="ignore"):
        return measured(_scalar_power(base.array, exponent.array), base.labels)


def _scalar_power(base: Array, exponent: Array) -> Array:
    """The real power where both are real; integers by multiplication, kind to zero and signs."""
    if not np.ndim(exponent) and not np.iscomplexobj(exponent) and is_whole(float(exponent)):
        count = int(exponent)
        if abs(count) <= MAXIMUM_POWER:
            return base**count if count >= 0 else 1.0 / base ** (-count)
    if np.all(np.real(base) >= 0):
        return np.asarray(base) ** exponent if np.ndim(base) else base**exponent
    return np.float64("nan") * base


def _matrix_power(base: Value, exponent: Value, span: Span) -> Value:
    if len(base.labels) != 2 or base.sizes[0] != base.sizes[1]:
        raise ShapeProblem(
            f"only a square matrix has a power, this is {base.shape_text()}: for entries use "
            "\\odot",
            span,
        )
    number = float(np.real(exponent.array)) if not np.ndim(exponent.array) else np.nan
    if is_whole(number) and abs(number) <= MAXIMUM_POWER:
        try:
            return measured(np.linalg.matrix_power(base.array, int(number)), base.labels)
        except np.linalg.LinAlgError as problem:
            raise DomainProblem("the matrix has no inverse", span) from problem
    if abs(number) == 0.5 and not np.iscomplexobj(base.array):
        if not np.allclose(base.array, np.swapaxes(base.array, -1, -2)):
            raise DomainProblem("a matrix root needs a symmetric matrix", span)
        values, vectors = np.linalg.eigh(base.array)
        if np.any(values <= 0):
            raise DomainProblem("a matrix root needs positive eigenvalues", span)
        return measured(
            vectors * values[..., np.newaxis, :] ** number @ np.swapaxes(vectors, -1, -2),
            base.labels,
        )
    raise DomainProblem(f"the matrix power {number:g} is not checked", span)


def entry(value: Value, indices: tuple[int, ...], span: Span, names: str = "") -> Value:
    """One entry, counted from 1."""
    axes = [axis for axis, size in enumerate(value.sizes) if size != 1 or len(indices) > 1]
    if len(value.labels) == 2 and len(indices) == 1:
        if len(axes) != 1:
            raise ShapeProblem(
                f"one index picks an entry of a vector, this is {value.shape_text()}", span
            )
    elif len(indices) != len(value.labels):
        wanted = f"{len(value.labels)} indices pick one" if value.labels else "it has none"
        raise ShapeProblem(
            f"{len(indices)} indices for an entry of {value.shape_text()}: {wanted}", span
        )
    else:
        axes = list(range(len(value.labels)))
    picked: list[Any] = [0] * len(value.labels)
    for axis, index in zip(axes, indices, strict=True):
        if not 1 <= index <= value.sizes[axis]:
            raise ShapeProblem(
                f"the index {index} leaves its range 1 … {value.labels[axis]}"
                f" (= {value.sizes[axis]} here)",
                span,
            )
        picked[axis] = index - 1
    return Value(value.array[(..., *picked)], (), value.scale)
