r"""Numerical gradients, and a check of backpropagation against them.

A numerical gradient knows nothing of the chain rule: it only evaluates the function nearby. It
is slow, one or more evaluations for each number, and it is the judge of the fast one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from nnlib._settings import check_non_negative
from nnlib._types import Array
from nnlib._validation import check_array, check_choice, check_positive, check_same_shape, shown
from nnlib.sequential import Sequential

__all__ = [
    "GradientCheck",
    "GradientCheckError",
    "check_gradient",
    "numerical_gradient",
    "relative_errors",
]

Function: TypeAlias = Callable[[Array], Any]

_EPSILON = float(np.finfo(np.float64).eps)  # 2.2e-16

_DEFAULT_STEPS = {
    # Where truncation, c h^k, meets rounding, ε/h: at h = ε^(1/(k + 1)).
    "forward": _EPSILON ** (1 / 2),
    "central": _EPSILON ** (1 / 3),
    "richardson": _EPSILON ** (1 / 5),
    "complex": 1e-30,  # no difference is taken, so nothing rounds
}
_TOLERANCES = {"forward": 1e-4, "central": 1e-6, "richardson": 1e-8, "complex": 1e-11}
# The rounding of a difference, ε|C|/h, is as large for a small entry as for a large one, so a
# difference can only be judged by the largest entry; the complex step knows nearly every digit.
_FLOORS = {"forward": 1.0, "central": 1.0, "richardson": 1.0, "complex": 1e-4}
# In float32 it is backpropagation that rounds.
_FLOAT32_TOLERANCE, _FLOAT32_FLOOR = 1e-4, 1.0


class GradientCheckError(AssertionError):
    """Backpropagation and the numerical gradient disagree.

    Examples
    --------
    >>> check = GradientCheck("complex", 1e-11, "x[0]", 1.0, 2.0, 0.5, {"x": np.array([0.5])})
    >>> check.raise_if_failed()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    nnlib.gradient_check.GradientCheckError: the gradient with respect to x[0] is wrong: ...
    """


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradient` found.

    Attributes
    ----------
    method : str
        Of the numerical gradient.
    tolerance : float
        The largest error that passes.
    worst_name : str
        The entry with the largest error, such as ``layer 2 weights[3, 1]`` or ``x[0, 1]``.
    analytic, numeric : float
        Its derivative by backpropagation and by the numerical method.
    worst_error : float
        Its error, as `check_gradient` defines it.
    errors : dict of ndarray
        The error of every entry, by array: ``layer 1 weights``, ``layer 1 bias``, …, ``x``.

    Examples
    --------
    >>> check = GradientCheck("complex", 1e-11, "x[0]", 1.0, 2.0, 0.5, {"x": np.array([0.5])})
    >>> check.passed
    False
    """

    method: str
    tolerance: float
    worst_name: str
    analytic: float
    numeric: float
    worst_error: float
    errors: dict[str, Array]

    @property
    def passed(self) -> bool:
        """Whether no error exceeds the tolerance."""
        return self.worst_error <= self.tolerance

    def raise_if_failed(self) -> None:
        """Raise `GradientCheckError`, naming the worst entry, unless the check passed."""
        if not self.passed:
            raise GradientCheckError(
                f"the gradient with respect to {self.worst_name} is wrong: relative error "
                f"{self.worst_error:.2e}, expected at most {self.tolerance:.0e} "
                f"({self.method} method)\n"
                f"  analytic: {self.analytic:.17g}\n"
                f"  numeric:  {self.numeric:.17g}\n"
                "compare the backward pass of that layer with its equations"
            )


def numerical_gradient(
    function: Function, x: npt.ArrayLike, method: str = "central", step: float | None = None
) -> Array:
    r"""Return the gradient of a scalar function of an array, one entry at a time.

    ============ ================================================ ================ ===========
    method       derivative along one entry                       truncation error evaluations
    ============ ================================================ ================ ===========
    forward      :math:`(f(x + h) - f(x))/h`                      :math:`O(h)`     2
    central      :math:`D(h) = (f(x + h) - f(x - h))/(2h)`        :math:`O(h^2)`   2
    richardson   :math:`(4 D(h/2) - D(h))/3`                      :math:`O(h^4)`   4
    complex      :math:`\operatorname{Im} f(x + ih)/h`            :math:`O(h^2)`   1
    ============ ================================================ ================ ===========

    The complex step takes no difference, so that h may be tiny and no digit is lost; but the
    function must be analytic and keep complex numbers: `abs`, `np.linalg.norm` and a cast to
    float drop the derivative.

    Parameters
    ----------
    function : callable
        Takes an array shaped like `x` and returns one finite number. It gets a new array at
        each call.
    x : array_like of any shape
        Where to differentiate, in float64.
    method : {"forward", "central", "richardson", "complex"}
    step : float, optional
        The h of the table, for every entry. By default :math:`\varepsilon^{1/2}`,
        :math:`\varepsilon^{1/3}` and :math:`\varepsilon^{1/5}` with
        :math:`\varepsilon = 2.2 \cdot 10^{-16}`, times the larger of 1 and the entry's size,
        for the first three; 1e-30 for the complex step.

    Returns
    -------
    ndarray, float64, shaped like `x`

    Raises
    ------
    TypeError, ValueError
        If an argument cannot be used, if `function` returns something other than one finite
        number (a complex one for the complex step), or if h is too small to change an entry.

    Notes
    -----
    Source for the complex step: Squire and Trapp, "Using complex variables to estimate
    derivatives of real functions", SIAM Review 40 (1998), pages 110 to 112.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**3).sum(), [1.0, 2.0], method="complex")
    array([ 3., 12.])
    """
    x = check_array("x", x, dtype=np.float64)
    check_choice("method", method, _DEFAULT_STEPS)
    if not callable(function):
        raise TypeError(f"function is {shown(function)}, expected a function of one array")
    if step is not None:
        step = check_positive("step", step)
    gradient = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        if step is None:
            size = 1.0 if method == "complex" else max(1.0, abs(float(x[place])))
            h = _DEFAULT_STEPS[method] * size
        else:
            h = step
        gradient[place] = _derivative(_along(function, x, place), method, h)
    return gradient


def check_gradient(
    network: Sequential,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    method: str = "complex",
    tolerance: float | None = None,
) -> GradientCheck:
    r"""Compare backpropagation with a numerical gradient, for every parameter and every input.

    The error of an entry is :math:`|a - n| / \max(|a|, |n|, c s)`: the relative difference of
    the analytic and the numeric derivative (see `relative_errors`), where :math:`s` is the
    largest numeric derivative of its array (the weights of a layer, its bias, or `x`). Without
    that floor an entry that is small because large terms cancelled would fail by rounding alone.
    The constant :math:`c` is 1e-4 for the complex step. It is 1 for the others, whose rounding
    error, :math:`\varepsilon |C| / h`, is as large for a small entry as for a large one, and
    for float32 networks.

    Parameters
    ----------
    network : Sequential, such as an MLP
        It is left as it is, but for `network.gradient`.
    x : array_like of shape (examples, *network.input_shape)
    y : array_like of shape (examples, outputs)
    method : {"complex", "richardson", "central", "forward"}
        See `numerical_gradient`.
    tolerance : float, optional
        The largest error that passes. By default 1e-11, 1e-8, 1e-6 and 1e-4 in the order
        above; at least 1e-4 for a float32 network.

    Raises
    ------
    TypeError, ValueError
        If an argument cannot be used.

    Notes
    -----
    At a kink, where a ReLU's weighted sum is 0, only the complex step agrees: the others
    average over both sides. Where a sigmoid or tanh saturates (weighted sums beyond 10 or so),
    backpropagation knows its slope, a (1 - a) or 1 - a², only to a rounding of a: expect
    relative errors above the tolerance where nothing but saturated units leads to an entry.
    A check cannot see a loss that is wrong but differentiated rightly.

    Examples
    --------
    >>> from nnlib import MLP
    >>> generator = np.random.default_rng(0)
    >>> network = MLP([2, 3, 1], generator=generator)
    >>> check = check_gradient(network, generator.normal(size=(4, 2)), np.ones((4, 1)))
    >>> check.passed
    True
    >>> list(check.errors)
    ['layer 1 weights', 'layer 1 bias', 'layer 2 weights', 'layer 2 bias', 'x']
    """
    if not isinstance(network, Sequential):
        raise TypeError(
            f"network is {shown(network)}, expected an nnlib.MLP or an nnlib.Sequential"
        )
    check_choice("method", method, _TOLERANCES)
    single = network.dtype == np.float32
    floor = _FLOAT32_FLOOR if single else _FLOORS[method]
    if tolerance is None:
        tolerance = max(_TOLERANCES[method], _FLOAT32_TOLERANCE if single else 0.0)
    tolerance = check_positive("tolerance", tolerance)
    x, y = network.check_batch(x, y)
    parameters = network.parameters
    analytic = network.loss_and_gradient(x, y)[1]
    numeric = numerical_gradient(lambda p: network.loss_at(p, x, y), parameters, method)
    pairs = {
        **_by_array(network, analytic, numeric),
        "x": (
            network.input_gradient(x, y),
            numerical_gradient(lambda x: network.loss_at(parameters, x, y), x, method),
        ),
    }
    errors = {name: relative_errors(*pair, floor=floor) for name, pair in pairs.items()}
    return _verdict(pairs, errors, method, tolerance)


def relative_errors(
    analytic: npt.ArrayLike, numeric: npt.ArrayLike, *, floor: float = 0.0
) -> Array:
    r"""Return how far two gradients lie apart, entry by entry, as a share of their size.

    .. math:: r_i = \frac{|a_i - n_i|}{\max(|a_i|, |n_i|, c \max_j |n_j|)}

    and 0 where both are 0.

    Parameters
    ----------
    analytic, numeric : array_like
        The derivatives :math:`a` and :math:`n`, of one shape.
    floor : float
        The constant :math:`c`, 0 or positive. With 0 each entry is judged by itself; above it,
        entries much smaller than the largest one are judged by that.

    Returns
    -------
    ndarray, shaped like `numeric`

    Raises
    ------
    TypeError, ValueError
        If an array is not numeric, is empty or is not finite, if the shapes differ, or if
        `floor` is negative.

    Examples
    --------
    >>> relative_errors([1.0, 0.0, 1e-3], [1.0, 0.0, 2e-3])
    array([0. , 0. , 0.5])
    >>> relative_errors([1.0, 0.0, 1e-3], [1.0, 0.0, 2e-3], floor=1)
    array([0.   , 0.   , 0.001])
    """
    analytic, numeric = check_array("analytic", analytic), check_array("numeric", numeric)
    check_same_shape("analytic", analytic, "numeric", numeric)
    smallest = check_non_negative("floor", floor) * np.abs(numeric).max()
    size = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), smallest)
    errors: Array = np.abs(analytic - numeric) / np.where(size == 0, 1, size)
    return errors


def _along(function: Function, x: Array, place: tuple[int, ...]) -> Callable[[complex], Any]:
    """Return the function along one entry of x: t ↦ f(x + t e)."""

    def line(t: complex) -> Any:
        moved = x.astype(np.complex128 if isinstance(t, complex) else np.float64)
        moved[place] += t
        if t and moved[place] == x[place]:
            raise ValueError(
                f"step is {abs(t)}, expected enough to change the entry {x[place]}: pass a "
                "larger step, or none"
            )
        return _one_number(function(moved), isinstance(t, complex))

    return line


def _derivative(f: Callable[[complex], Any], method: str, h: float) -> float:
    if method == "forward":
        return float((f(h) - f(0.0)) / h)
    if method == "central":
        return float((f(h) - f(-h)) / (2 * h))
    if method == "richardson":
        wide, narrow = _derivative(f, "central", h), _derivative(f, "central", h / 2)
        return (4 * narrow - wide) / 3
    return float(f(complex(0, h)).imag / h)


def _one_number(value: Any, is_complex: bool) -> Any:
    value = np.asarray(value)
    if value.size != 1:
        raise ValueError(
            f"function returned an array of shape {value.shape}, expected one number: reduce it, "
            "e.g. with .sum()"
        )
    if is_complex and value.dtype.kind != "c":
        raise TypeError(
            f"function returned {value.dtype} for complex input, expected a complex number: "
            "something in it (abs, np.linalg.norm, float) drops the imaginary part and the "
            "derivative with it; rewrite it, or use method='central'"
        )
    return check_array("the result of function", value, allow_complex=is_complex).item()


def _by_array(
    network: Sequential, analytic: Array, numeric: Array
) -> dict[str, tuple[Array, Array]]:
    """Split two flat gradients into pairs of arrays, one for each array of parameters."""
    parts = network.by_name(numeric)
    return {name: (part, parts[name]) for name, part in network.by_name(analytic).items()}


def _verdict(
    pairs: dict[str, tuple[Array, Array]], errors: dict[str, Array], method: str, tolerance: float
) -> GradientCheck:
    worst = max(errors, key=lambda name: float(errors[name].max()))
    place = np.unravel_index(errors[worst].argmax(), errors[worst].shape)
    analytic, numeric = pairs[worst]
    return GradientCheck(
        method=method,
        tolerance=tolerance,
        worst_name=f"{worst}[{', '.join(str(i) for i in place)}]",
        analytic=float(analytic[place]),
        numeric=float(numeric[place]),
        worst_error=float(errors[worst][place]),
        errors=errors,
    )
