"""An analytic stand-in where NumPy's own function loses digits on complex arrays."""

from __future__ import annotations

import numpy as np

from nnlib._types import Array


def log1p(x: Array) -> Array:
    """Return ln(1 + x) with all its digits for small x, complex x included.

    NumPy's keeps them for real x only; for complex x its real part is ln|1 + x|, as rounded.

    >>> log1p(np.array([1e-20 + 0j])).real
    array([1.e-20])
    """
    if not np.iscomplexobj(x):
        return np.asarray(np.log1p(x))
    squared_modulus_minus_one = 2 * x.real + x.real**2 + x.imag**2
    logarithm: Array = 0.5 * np.log1p(squared_modulus_minus_one) + 1j * np.arctan2(
        x.imag, 1 + x.real
    )
    return logarithm
