"""Refuse bad input early, with a message that leads to the remedy.

Each helper returns the value in the form that the caller works with, or raises `TypeError`
(the wrong kind of thing) or `ValueError` (the right kind with a value that cannot be used).
Messages read: the argument, what came, what was expected, and what to do.
"""

from __future__ import annotations

import difflib
import math
import sys
from collections.abc import Iterable
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from nnlib._types import Array

_KEPT_DTYPES = (np.float32, np.float64, np.complex128)


def check_array(name: str, value: Any, *, dtype: Any = None, allow_complex: bool = False) -> Array:
    """Return `value` as an array of finite numbers, of any shape but never empty.

    Integers and booleans become float64 and float32 stays float32, unless `dtype` says
    otherwise. The result may share memory with `value`.
    """
    array = _as_numeric_array(name, value)
    is_complex = array.dtype.kind == "c"
    if is_complex and not allow_complex:
        raise TypeError(
            f"{name} has dtype {array.dtype}, expected real numbers: pass {name}.real if its "
            "imaginary part is only rounding"
        )
    if array.size == 0:
        raise ValueError(f"{name} is empty (shape {array.shape}), expected at least one number")
    array = _convert(array, np.complex128 if is_complex else dtype)
    _require_finite(name, array)
    return array


def check_matrix(
    name: str,
    value: Any,
    *,
    columns: int | None = None,
    dtype: Any = None,
    allow_complex: bool = False,
) -> Array:
    """Return `value` as a finite array of shape (examples, columns)."""
    array = check_array(name, value, dtype=dtype, allow_complex=allow_complex)
    expected = f"(examples, {'features' if columns is None else columns})"
    if array.ndim != 2:
        raise ValueError(
            f"{name} has shape {array.shape}, expected {expected}: pass one row per example"
            + _reshape_hint(name, array, columns)
        )
    if columns is not None and array.shape[1] != columns:
        raise ValueError(
            f"{name} has shape {array.shape}, expected {expected}: pass one row per example "
            f"and {columns} column{'' if columns == 1 else 's'}"
        )
    return array


def check_images(
    name: str,
    value: Any,
    shape: tuple[int | None, ...],
    *,
    dtype: Any = None,
    allow_complex: bool = False,
) -> Array:
    """Return `value` as a finite array of shape (examples, height, width, channels).

    `shape` gives the last three; None stands for any number.
    """
    array = check_array(name, value, dtype=dtype, allow_complex=allow_complex)
    pairs = list(zip(array.shape[1:], shape, strict=False))
    if array.ndim != 4 or any(size not in (None, came) for came, size in pairs):
        sizes = ["height", "width", "channels"]
        shown = [
            word if size is None else str(size) for word, size in zip(sizes, shape, strict=True)
        ]
        raise ValueError(
            f"{name} has shape {array.shape}, expected (examples, {', '.join(shown)}): pass one "
            "image per example" + _image_hint(name, array, shape)
        )
    return array


def check_pair(name: str, value: Any) -> tuple[int, int]:
    """Return `value` as two whole numbers of at least 1: a height and a width."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TypeError(f"{name} is {shown(value)}, expected a height and a width such as (3, 3)")
    return check_count(f"{name}[0]", value[0]), check_count(f"{name}[1]", value[1])


def check_same_shape(name: str, array: Array, other_name: str, other: Array) -> None:
    """Raise unless both arrays have one shape: broadcasting would hide the mistake."""
    if array.shape != other.shape:
        raise ValueError(
            f"{name} has shape {array.shape}, expected {other.shape}, the shape of {other_name}: "
            f"pass one entry of {name} for each entry of {other_name}"
        )


def check_same_length(name: str, array: Array, other_name: str, other: Array) -> None:
    """Raise unless both arrays have the same number of rows."""
    if len(array) != len(other):
        raise ValueError(
            f"{name} has {len(array)} rows, expected {len(other)}, the rows of {other_name}: "
            f"pass one row of {name} for each row of {other_name}"
        )


def all_finite(array: Array) -> bool:
    """Tell whether an array holds neither NaN nor infinity."""
    # Counting takes little more than half the time of `.all()` on the vector of a small network.
    return bool(np.count_nonzero(np.isfinite(array)) == array.size)


def check_between(name: str, array: Array, low: float, high: float, remedy: str) -> None:
    """Raise unless the real part of every entry lies in [low, high]."""
    outside = (array.real < low) | (array.real > high)
    if np.any(outside):
        place = _first(outside)
        raise ValueError(
            f"{_entry(name, place)} is {array[place]}, expected numbers in [{low:g}, {high:g}]: "
            f"{remedy}"
        )


def check_choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """Return `value` if it is one of the names in `choices`."""
    names = sorted(choices)
    if not isinstance(value, str):
        raise TypeError(f"{name} is {shown(value)}, expected one of the names {', '.join(names)}")
    if value not in names:
        close = difflib.get_close_matches(value.lower(), names, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ValueError(f"{name} is {shown(value)}, expected one of {', '.join(names)}{hint}")
    return value


def check_number(name: str, value: Any) -> float:
    """Return `value` as a finite float."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} is {shown(value)}, expected a real number such as 0.1")
    try:
        number = float(value)
    except OverflowError:  # of a whole number that no float reaches
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} is {shown(value)}, expected a finite number such as 0.1")
    return number


def check_positive(name: str, value: Any) -> float:
    """Return `value` as a finite float above zero."""
    number = check_number(name, value)
    if number <= 0.0:
        raise ValueError(f"{name} is {value}, expected a number above 0, such as 0.1")
    return number


def check_count(name: str, value: Any, minimum: int = 1) -> int:
    """Return `value` as an int of at least `minimum`, and at most what NumPy can count to."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(
            f"{name} is {shown(value)}, expected a whole number such as {max(minimum, 1)}"
        )
    number = int(value)
    if number < minimum:
        raise ValueError(
            f"{name} is {shown(number)}, expected a whole number of at least {minimum}"
        )
    if number > sys.maxsize:
        raise ValueError(
            f"{name} is {shown(number)}, expected a whole number of at most {sys.maxsize}"
        )
    return number


def check_generator(name: str, value: Any) -> np.random.Generator:
    """Return `value` if it is a NumPy random generator."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} is {shown(value)}, expected a numpy.random.Generator: "
            "pass np.random.default_rng(0), with any seed you like"
        )
    return value


def check_dtype(name: str, value: Any) -> np.dtype[Any]:
    """Return `value` as a NumPy dtype, float32 or float64."""
    for dtype in (np.dtype(np.float64), np.dtype(np.float32)):
        try:
            if value is not None and np.dtype(value) == dtype:
                return dtype
        except (TypeError, ValueError):
            break
    raise TypeError(f"{name} is {shown(value)}, expected np.float64 or np.float32")


def check_path(name: str, value: Any) -> Path:
    """Return `value` as a path."""
    if not isinstance(value, str | PathLike):
        raise TypeError(
            f"{name} is {shown(value)}, expected a path: pass a str or a pathlib.Path, "
            'e.g. "network.npz"'
        )
    return Path(value)


def shown(value: Any) -> str:
    """Return how a value looks, for an error message: not more of it than tells what it is."""
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _as_numeric_array(name: str, value: Any) -> Array:
    if isinstance(value, np.ma.MaskedArray):
        # np.asarray would drop the mask and let the hidden numbers back in.
        raise TypeError(f"{name} is a masked array, expected a plain one: fill it or drop rows")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} is not a regular array ({error}), expected rows of one length: give every row "
            "the same length"
        ) from error
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"{name} has dtype {array.dtype}, expected numbers: convert it first, "
            f"e.g. np.asarray({name}, dtype=float)"
        )
    return array


def _convert(array: Array, dtype: Any) -> Array:
    if dtype is None:
        dtype = array.dtype if array.dtype in _KEPT_DTYPES else np.float64
    with np.errstate(over="ignore"):  # what overflows becomes inf, which is refused next
        return array.astype(dtype, copy=False)


def _require_finite(name: str, array: Array) -> None:
    finite = np.isfinite(array)
    if not finite.all():
        place = _first(~finite)
        raise ValueError(
            f"{_entry(name, place)} is {array[place]} as {array.dtype}, expected finite numbers: "
            "remove or replace NaN and infinite entries"
        )


def _first(mask: Array) -> tuple[int, ...]:
    return tuple(int(index[0]) for index in np.nonzero(mask)) if mask.ndim else ()


def _entry(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def _reshape_hint(name: str, array: Array, columns: int | None) -> str:
    if array.ndim != 1:
        return ""
    if columns is None or array.size == columns != 1:
        return f", e.g. {name}.reshape(1, -1)"
    return f", e.g. {name}.reshape(-1, {columns})"


def _image_hint(name: str, array: Array, shape: tuple[int | None, ...]) -> str:
    known = None not in shape
    if array.ndim == 3 and shape[2] == 1:
        return f", e.g. {name}[..., np.newaxis]"
    if known and array.ndim == 2 and array.shape[1] == math.prod(size or 0 for size in shape):
        return f", e.g. {name}.reshape(-1, {', '.join(map(str, shape))})"
    return ""
