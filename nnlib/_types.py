"""The names that type hints share."""

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""Any NumPy array; the docstring of each function says which shape and dtype."""
