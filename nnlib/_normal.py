r"""The standard normal density and distribution function, accurate far into the tails.

NumPy has no error function, so the one of Python's :mod:`math` is used. Two roundings would
otherwise spoil the tail, where :math:`e^{-x^2/2}` turns an absolute error of its exponent into
a relative one of its value: that of :math:`x^2`, and that of :math:`x/\sqrt2`. Both are
undone with exactly representable squares.
"""

from __future__ import annotations

import math

import numpy as np

from nnlib._types import Array

_erfc = np.frompyfunc(math.erfc, 1, 1)
_FAR = 50.0  # from here on the density is 0 in float64, and the distribution function 0 or 1


def normal_density(x: Array) -> Array:
    r"""Return :math:`\varphi(x) = e^{-x^2/2} / \sqrt{2\pi}` for a real float64 array."""
    square, rest = _exact_square(np.clip(x, -_FAR, _FAR))
    density: Array = np.exp(-square / 2) * np.exp(-rest / 2) / math.sqrt(2 * math.pi)
    return density


def normal_distribution(x: Array) -> Array:
    r"""Return :math:`\Phi(x) = \frac12 \operatorname{erfc}(-x/\sqrt2)` for a real float64 array.

    :math:`t = -x/\sqrt2` is rounded; :math:`\operatorname{erfc}(t)` falls like :math:`e^{-t^2}`,
    so the factor :math:`e^{t^2 - x^2/2}` takes the rounding out again.
    """
    x = np.clip(x, -_FAR, _FAR)
    t = -x / math.sqrt(2)
    x_square, x_rest = _exact_square(x)
    t_square, t_rest = _exact_square(t)
    correction = (t_square - x_square / 2) + (t_rest - x_rest / 2)
    tail = np.asarray(_erfc(t), dtype=np.float64)
    # For x > 0 the value is near 1, its slope is tiny, and no correction is due.
    distribution: Array = 0.5 * tail * np.where(x < 0, np.exp(correction), 1.0)
    return distribution


def _exact_square(x: Array) -> tuple[Array, Array]:
    """Split x² into a part without rounding error and a rest at most 1e-7 of it."""
    head = x.astype(np.float32).astype(np.float64)  # 24 bits: its square fits into 53
    return head * head, (x - head) * (x + head)
