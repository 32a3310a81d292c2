"""The normal density and distribution keep their digits in the tails."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from nnlib._normal import normal_density, normal_distribution

POINTS = np.concatenate([np.linspace(-37.4, 37.4, 89), np.random.default_rng(0).normal(size=50)])


@pytest.mark.parametrize(
    ("function", "reference"),
    [
        (normal_density, lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)),
        (normal_distribution, lambda x: mp.erfc(-x / mp.sqrt(2)) / 2),
    ],
)
def test_agrees_with_mpmath(function, reference) -> None:
    with mp.workdps(50):
        for x, value in zip(POINTS, function(POINTS), strict=True):
            exact = reference(mp.mpf(x))
            assert abs(value - exact) <= 4 * 2.0**-52 * exact, x
