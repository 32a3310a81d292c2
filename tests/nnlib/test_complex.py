"""ln(1 + x) on complex arrays, against mpmath."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

from nnlib._complex import log1p

POINTS = [1e-20, -1e-20, 3e-9 + 1e-30j, 0.5 + 1e-30j, -0.4 + 0.3j, 1e-12 - 2j, 0.0, 1e-30j]


@pytest.mark.parametrize("x", POINTS)
def test_complex_values_agree_with_mpmath(x: complex) -> None:
    value = log1p(np.array([x], dtype=np.complex128))[0]
    with mp.workdps(80):
        exact = mp.log(1 + mp.mpc(x))
        assert abs(value.real - exact.real) <= 2.0**-50 * abs(exact.real)
        assert abs(value.imag - exact.imag) <= 2.0**-50 * abs(exact.imag)


def test_real_values_stay_real() -> None:
    values = log1p(np.array([1e-20, 1.0]))
    assert values.dtype == np.float64
    assert np.array_equal(values, [1e-20, np.log(2.0)])
