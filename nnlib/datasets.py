"""Data sets: small ones to look at, and the handwritten digits.

Every function returns ``(x, y)`` as new arrays: one example a row of ``x``, its answer in the
same row of ``y``. Sets for regression and for logic gates give ``y`` as a column of floats,
(examples, 1); sets of classes give ``y`` as class numbers, (examples,), which
:func:`nnlib.preprocessing.one_hot` turns into targets for a network with one output a class.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nnlib._labels import Labels
from nnlib._settings import check_non_negative
from nnlib._validation import (
    check_choice,
    check_count,
    check_generator,
    check_matrix,
    check_number,
)

__all__ = ["blobs", "circles", "digits", "five_rows", "logic_gate", "moons", "spirals"]

Matrix = npt.NDArray[np.float64]

_TWO_INPUTS = ((0, 0), (0, 1), (1, 0), (1, 1))
_GATES = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0),
    "xnor": (1, 0, 0, 1),
    "not": (1, 0),
}


def logic_gate(name: str) -> tuple[Matrix, Matrix]:
    """Return the truth table of a logic gate.

    Parameters
    ----------
    name
        ``"and"``, ``"or"``, ``"nand"``, ``"nor"``, ``"xor"``, ``"xnor"`` or ``"not"``.

    Returns
    -------
    x
        All inputs in counting order, float64 of shape (4, 2); for ``"not"`` (2, 1).
    y
        The gate's answers, 0 or 1, float64 of shape (4, 1); for ``"not"`` (2, 1).

    Raises
    ------
    TypeError, ValueError
        If ``name`` is not one of these.

    Examples
    --------
    >>> x, y = logic_gate("xor")
    >>> for row, answer in zip(x, y):
    ...     print(row, answer)
    [0. 0.] [0.]
    [0. 1.] [1.]
    [1. 0.] [1.]
    [1. 1.] [0.]
    """
    check_choice("name", name, list(_GATES))
    inputs = ((0,), (1,)) if name == "not" else _TWO_INPUTS
    return np.array(inputs, dtype=np.float64), np.array(_GATES[name], dtype=np.float64)[:, None]


def five_rows() -> tuple[Matrix, Matrix]:
    r"""Return the five rows of numbers from which the source course recovers a rule.

    The rule is :math:`y = 2 x_1 + 4 x_2`, and four of the rows obey it. The third does not: the
    course lists :math:`(5, 4) \mapsto 28`, where the rule gives 26. It is kept as the course
    has it. R. Ilyas, *Machine Learning 101* (video course, in Indonesian).

    Returns
    -------
    x
        float64 of shape (5, 2).
    y
        float64 of shape (5, 1).

    Examples
    --------
    >>> x, y = five_rows()
    >>> (x @ [2.0, 4.0] - y[:, 0]).tolist()
    [0.0, 0.0, -2.0, 0.0, 0.0]
    """
    x = np.array([[2.0, 3.0], [4.0, 1.0], [5.0, 4.0], [7.0, 5.0], [8.0, 2.0]])
    y = np.array([[16.0], [12.0], [28.0], [34.0], [24.0]])
    return x, y


def blobs(
    examples: int,
    *,
    centers: npt.ArrayLike = ((-1.0, 0.0), (1.0, 0.0)),
    spread: float = 0.5,
    generator: np.random.Generator,
) -> tuple[Matrix, Labels]:
    r"""Draw round clouds of points, one a class.

    Class :math:`k` is drawn from the normal distribution :math:`\mathcal N(c_k, s^2 I)` around
    its centre :math:`c_k`.

    Parameters
    ----------
    examples
        How many points in all; the classes take turns, so their sizes differ by one at most.
    centers
        One centre a row, shape (classes, features).
    spread
        :math:`s`, the standard deviation in each direction; 0 or positive.
    generator
        Source of the random numbers, e.g. ``np.random.default_rng(0)``.

    Returns
    -------
    x
        float64 of shape (examples, features).
    y
        Class numbers 0, 1, …, int64 of shape (examples,): row i belongs to class
        ``i % classes``.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type, shape or range.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = blobs(3, spread=0.0, generator=np.random.default_rng(0))
    >>> x.tolist(), y.tolist()
    ([[-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]], [0, 1, 0])
    """
    check_count("examples", examples)
    middles = check_matrix("centers", centers, dtype=np.float64)
    deviation = check_non_negative("spread", spread)
    check_generator("generator", generator)
    y = _take_turns(examples, len(middles))
    noise = generator.normal(0.0, deviation, (examples, middles.shape[1]))
    return middles[y] + noise, y


def moons(
    examples: int, *, noise: float = 0.1, generator: np.random.Generator
) -> tuple[Matrix, Labels]:
    r"""Draw two half circles that reach into each other.

    With :math:`\theta` uniform on :math:`[0, \pi]`, class 0 is
    :math:`(\cos\theta, \sin\theta)` and class 1 is
    :math:`(1 - \cos\theta, \tfrac12 - \sin\theta)`, plus noise. No straight line separates them.

    Parameters
    ----------
    examples
        How many points in all; the classes take turns.
    noise
        Standard deviation of the normal noise added to each coordinate; 0 or positive.
    generator
        Source of the random numbers, e.g. ``np.random.default_rng(0)``.

    Returns
    -------
    x
        float64 of shape (examples, 2).
    y
        Class numbers 0 and 1, int64 of shape (examples,).

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or range.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = moons(4, noise=0.0, generator=np.random.default_rng(0))
    >>> np.hypot(x[y == 0, 0], x[y == 0, 1]).round(12).tolist()
    [1.0, 1.0]
    """
    y = _two_classes(examples, noise, generator)
    angle = generator.uniform(0.0, np.pi, examples)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1.0 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(y[:, None] == 0, upper, lower) + generator.normal(0.0, noise, (examples, 2)), y


def circles(
    examples: int, *, noise: float = 0.1, generator: np.random.Generator
) -> tuple[Matrix, Labels]:
    r"""Draw a ring inside a ring.

    Points :math:`r (\cos\theta, \sin\theta)` with :math:`\theta` uniform on
    :math:`[0, 2\pi]` and :math:`r = 1` in class 0, :math:`r = \tfrac12` in class 1, plus noise.

    Parameters
    ----------
    examples
        How many points in all; the classes take turns.
    noise
        Standard deviation of the normal noise added to each coordinate; 0 or positive.
    generator
        Source of the random numbers, e.g. ``np.random.default_rng(0)``.

    Returns
    -------
    x
        float64 of shape (examples, 2).
    y
        Class numbers 0 (outer) and 1 (inner), int64 of shape (examples,).

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or range.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = circles(4, noise=0.0, generator=np.random.default_rng(0))
    >>> np.hypot(x[:, 0], x[:, 1]).round(12).tolist()
    [1.0, 0.5, 1.0, 0.5]
    """
    y = _two_classes(examples, noise, generator)
    angle = generator.uniform(0.0, 2 * np.pi, examples)
    radius = np.where(y == 0, 1.0, 0.5)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + generator.normal(0.0, noise, (examples, 2)), y


def spirals(
    examples: int,
    *,
    arms: int = 2,
    turns: float = 1.0,
    noise: float = 0.02,
    generator: np.random.Generator,
) -> tuple[Matrix, Labels]:
    r"""Draw spiral arms wound around each other, one a class.

    With :math:`t` uniform on :math:`[0, 1]`, arm :math:`k` of :math:`K` with :math:`\tau` turns
    is

    .. math:: t\,(\cos\theta, \sin\theta), \qquad \theta = 2\pi\left(\tau t + \frac{k}{K}\right)

    plus noise.

    Parameters
    ----------
    examples
        How many points in all; the arms take turns.
    arms
        :math:`K`, the number of arms and classes, at least 1.
    turns
        :math:`\tau`, how often each arm goes round; negative winds the other way.
    noise
        Standard deviation of the normal noise added to each coordinate; 0 or positive.
    generator
        Source of the random numbers, e.g. ``np.random.default_rng(0)``.

    Returns
    -------
    x
        float64 of shape (examples, 2).
    y
        Class numbers 0, …, ``arms - 1``, int64 of shape (examples,).

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or range.

    Examples
    --------
    With no turns at all the arms are straight rays, here to the right and to the left:

    >>> import numpy as np
    >>> x, y = spirals(6, turns=0.0, noise=0.0, generator=np.random.default_rng(0))
    >>> bool((x[y == 0, 0] > 0).all()), bool((x[y == 1, 0] < 0).all())
    (True, True)
    """
    check_count("examples", examples)
    check_count("arms", arms)
    turns = check_number("turns", turns)
    check_non_negative("noise", noise)
    check_generator("generator", generator)
    y = _take_turns(examples, arms)
    t = generator.uniform(0.0, 1.0, examples)
    angle = 2 * np.pi * (turns * t + y / arms)
    points = t[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + generator.normal(0.0, noise, (examples, 2)), y


def digits() -> tuple[Matrix, Labels]:
    """Return real scans of handwritten digits, 8 by 8 pixels each.

    The 1797 test scans of *Optical Recognition of Handwritten Digits* by E. Alpaydin and
    C. Kaynak, UCI Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49, licence
    CC BY 4.0, in the copy that scikit-learn carries: nothing is downloaded.

    Returns
    -------
    x
        One scan a row, its 64 pixels row by row, from 0 (paper) to 16 (ink) in whole steps;
        float64 of shape (1797, 64). ``x[0].reshape(8, 8)`` is the first picture.
    y
        The digit that was written, 0 to 9, int64 of shape (1797,).

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> x, y = digits()
    >>> x.shape, y[:5].tolist()
    ((1797, 64), [0, 1, 2, 3, 4])
    """
    try:
        from sklearn.datasets import load_digits  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise ImportError(
            "digits() reads the scans from scikit-learn, which is not installed: "
            "run `pip install scikit-learn`"
        ) from error
    x, y = load_digits(return_X_y=True)
    return x.astype(np.float64), y.astype(np.int64)


def _two_classes(examples: int, noise: float, generator: np.random.Generator) -> Labels:
    """Check what ``moons`` and ``circles`` have in common and number their points' classes."""
    check_count("examples", examples)
    check_non_negative("noise", noise)
    check_generator("generator", generator)
    return _take_turns(examples, 2)


def _take_turns(examples: int, classes: int) -> Labels:
    return np.arange(examples, dtype=np.int64) % classes
