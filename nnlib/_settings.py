"""Checks for settings that are not simply positive: zero allowed, below one, a range, a flag."""

from __future__ import annotations

import math

import numpy as np

from nnlib._validation import check_number, shown


def check_non_negative(name: str, value: object) -> float:
    """Return ``value`` as a float if it is one finite number, zero or above.

    Raises
    ------
    TypeError
        If ``value`` is not one real number.
    ValueError
        If it is negative, NaN or infinite.

    Examples
    --------
    >>> check_non_negative("noise", 0)
    0.0
    """
    number = check_number(name, value)
    if number < 0:
        raise ValueError(
            f"{name} is {number}, expected zero or a positive number: pass e.g. {-number}"
        )
    return number


def check_fraction(name: str, value: object, *, zero: bool = False) -> float:
    """Return ``value`` as a float if it lies strictly between 0 and 1 (or is 0, if allowed).

    Raises
    ------
    TypeError
        If ``value`` is not one real number.
    ValueError
        If it lies outside.

    Examples
    --------
    >>> check_fraction("test_fraction", 0.25)
    0.25
    >>> check_fraction("momentum", 0, zero=True)
    0.0
    """
    number = check_number(name, value)
    if number >= 1 or number < 0 or (number == 0 and not zero):
        lower = "from 0 up to" if zero else "above 0 and"
        raise ValueError(f"{name} is {number}, expected a number {lower} below 1: pass e.g. 0.5")
    return number


def check_range(low: object, high: object) -> tuple[float, float]:
    """Return ``low`` and ``high`` as floats if they are the ends of a range that has a length.

    Raises
    ------
    TypeError
        If one of them is not one real number.
    ValueError
        If one is NaN or infinite, if ``low`` is not below ``high``, or if they lie so far apart
        that no float is their distance.

    Examples
    --------
    >>> check_range(-1, 1)
    (-1.0, 1.0)
    """
    lower, upper = check_number("low", low), check_number("high", high)
    if lower >= upper:
        raise ValueError(f"high is {upper}, expected more than low = {lower}: swap or widen them")
    if not math.isfinite(upper - lower):
        raise ValueError(f"high is {upper}, expected less above low = {lower}: narrow the range")
    return lower, upper


def check_flag(name: str, value: object) -> bool:
    """Return ``value`` if it is True or False: any other value would count as one of them.

    Raises
    ------
    TypeError
        If it is something else.

    Examples
    --------
    >>> check_flag("shuffle", True)
    True
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is {shown(value)}, expected True or False: pass one of the two")
    return bool(value)
