"""What several test files judge nnlib by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnlib import Sequential


def complex_step(function: Callable[[np.ndarray], Any], array: np.ndarray) -> np.ndarray:
    """The gradient of a function of one array: an implementation apart from nnlib's own."""
    gradient = np.empty(array.shape)
    for place in np.ndindex(array.shape):
        moved = array.astype(np.complex128)
        moved[place] += 1e-30j
        gradient[place] = function(moved).imag / 1e-30
    return gradient


def assert_refused_unchanged(
    network: Sequential, method: str, batch: tuple[object, object], error: type, message: str
) -> None:
    """Assert that a method refuses a batch and leaves parameters and gradient as they are."""
    before = network.parameters.copy(), network.gradient.copy()
    with pytest.raises(error, match=message):
        getattr(network, method)(*batch)
    assert np.array_equal(network.parameters, before[0])
    assert np.array_equal(network.gradient, before[1])
