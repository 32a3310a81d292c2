"""What the published errata's symbols mean, where an expression would repeat the formula itself.

Each function computes its quantity from the definition: windows are counted, areas integrated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def count_windows(size: float, window: float, padding: float, stride: float) -> int:
    """How many places a window has when it slides over a padded row, by counting them."""
    last = int(size + 2 * padding - window)
    return sum(1 for _ in range(0, last + 1, int(stride)))


def clipped_error_integral(error: float, delta: float) -> float:
    """The area under min(e, δ) from 0 to the error: Huber's loss for a positive error."""
    edges = np.linspace(0.0, error, 400_001)
    middles = 0.5 * (edges[1:] + edges[:-1])
    whole = np.minimum(middles, delta)
    kink = int(np.searchsorted(edges, delta))
    area = float(np.sum(whole) * (edges[1] - edges[0]))
    if 0 < kink < len(edges):
        low, high = edges[kink - 1], edges[kink]
        exact = 0.5 * (delta**2 - low**2) + delta * (high - delta)
        area += exact - whole[kink - 1] * (high - low)
    return area


def softmax(logits: Vector) -> Vector:
    """Probabilities in proportion to the exponentials, shifted so that none overflows."""
    powers = np.exp(logits - np.max(np.real(logits)))
    return np.asarray(powers / powers.sum())


def preconditioned_step(
    x: Vector, rate: float, gradient: Vector, hessian: NDArray[np.float64]
) -> Vector:
    """Each coordinate moves by its slope divided by its own curvature."""
    return np.array(
        [
            x[place] - rate * gradient[place] / hessian[place, place]
            for place in range(len(x))
        ]
    )
