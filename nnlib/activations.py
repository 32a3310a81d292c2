r"""Activation functions, their derivatives, and their step of backpropagation.

Each activation is an object: ``sigmoid(z)`` is its value, ``sigmoid.derivative(z)`` its slope,
``sigmoid.backward(upstream, z, a)`` turns the gradient with respect to its output
:math:`a = f(z)` into the one with respect to its input :math:`z`. These three check their
arguments. Layers, which have checked already, call `forward_into` and `backward_into`, which
write into an array that the caller keeps.

Everything here is finite, silent and accurate for inputs as far out as ±1000, and works on
complex arrays as an analytic function of them, so that the complex step
:math:`f'(x) = \operatorname{Im} f(x + ih)/h` can check it. Where a function has branches, the
real part decides.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from nnlib._complex import log1p
from nnlib._normal import normal_density, normal_distribution
from nnlib._types import Array
from nnlib._validation import check_array, check_choice, check_same_shape

__all__ = [
    "Activation",
    "gelu",
    "get",
    "identity",
    "leaky_relu",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "step",
    "tanh",
]


class Activation(ABC):
    """A function applied to every weighted sum of a layer.

    A subclass gives `name`, `forward_into` and `slope`, and may override `backward_into`
    where the derivative is cheaper from the output `a`, which the forward pass has kept.

    Attributes
    ----------
    name : str
        What `get` and the arguments of layers call it.

    Examples
    --------
    An activation of your own, which a layer takes like any other:

    >>> class Square(Activation):
    ...     name = "square"
    ...     def forward_into(self, z, out):
    ...         return np.multiply(z, z, out=out)
    ...     def slope(self, z):
    ...         return 2 * z
    >>> square = Square()
    >>> square([1.0, -3.0]), square.derivative([1.0, -3.0])
    (array([1., 9.]), array([ 2., -6.]))
    >>> square.backward([10.0, 10.0], z=[1.0, -3.0], a=[1.0, 9.0])
    array([ 20., -60.])
    """

    name: ClassVar[str]

    def __call__(self, z: npt.ArrayLike, out: Array | None = None) -> Array:
        """Return f(z), with the shape and dtype of `z`.

        Parameters
        ----------
        z : array_like
            Numbers of any shape. Integers count as float64; float32 stays float32.
        out : ndarray, optional
            Where to write the result: same shape and dtype as `z`; it may be `z` itself.

        Returns
        -------
        ndarray, shaped like `z`
            A NumPy scalar for a scalar; `out` itself if that was given.

        Raises
        ------
        TypeError, ValueError
            If `z` is not numeric, is empty or is not finite, or if `out` does not fit.
        """
        z = self._check("z", z)
        if out is None:
            return self.forward_into(z, np.empty_like(z))[()]  # a scalar for a scalar
        _check_out(out, z)
        return self.forward_into(z, out)

    def derivative(self, z: npt.ArrayLike) -> Array:
        """Return f'(z), elementwise, with the shape and dtype of `z`.

        Parameters
        ----------
        z : array_like
            Numbers of any shape.

        Raises
        ------
        TypeError, ValueError
            If `z` is not numeric, is empty or is not finite.
        """
        return self.slope(self._check("z", z))[()]

    def backward(self, upstream: npt.ArrayLike, z: npt.ArrayLike, a: npt.ArrayLike) -> Array:
        """Return the gradient with respect to z, given the one with respect to a = f(z).

        Elementwise this is ``upstream * f'(z)``.

        Parameters
        ----------
        upstream, z, a : array_like
            The gradient with respect to `a`, the input, and the output: three arrays of one
            shape. None of them is changed.

        Raises
        ------
        TypeError, ValueError
            If an array is not numeric, is empty, is not finite or has another shape than `z`.
        """
        z = self._check("z", z)
        upstream, a = self._check("upstream", upstream), self._check("a", a)
        check_same_shape("upstream", upstream, "z", z)
        check_same_shape("a", a, "z", z)
        out = np.empty(z.shape, dtype=np.result_type(upstream, z, a))
        return self.backward_into(upstream, z, a, out)[()]

    @abstractmethod
    def forward_into(self, z: Array, out: Array) -> Array:
        """Write f(z) into `out` and return it; `out` may be `z`. Nothing is checked."""

    @abstractmethod
    def slope(self, z: Array) -> Array:
        """Return f'(z) for an array that has been checked."""

    def backward_into(self, upstream: Array, z: Array, a: Array, out: Array) -> Array:
        """Write the gradient with respect to z into `out`, which is none of the arguments."""
        return np.multiply(upstream, self.slope(z), out=out)

    def _check(self, name: str, value: Any) -> Array:
        return check_array(name, value, allow_complex=True)

    def __repr__(self) -> str:
        return f"<activation {self.name}>"


def _check_out(out: Any, z: Array) -> None:
    # Not isinstance: a matrix or a masked array would follow rules of its own.
    if type(out) is not np.ndarray:
        found = f"of type {type(out).__name__}"
    elif (out.shape, out.dtype) != (z.shape, z.dtype):
        found = f"{out.dtype} of shape {out.shape}"
    elif not out.flags.writeable:
        found = "read-only"
    else:
        return
    raise ValueError(
        f"out is {found}, expected {z.dtype} of shape {z.shape} that can be written: pass "
        "np.empty_like(z)"
    )


class Step(Activation):
    r"""The unit step: 1 where :math:`z \ge 0`, else 0.

    Its derivative is 0 wherever it exists, and 0 is used at the jump too: no gradient passes,
    so a network of steps cannot be trained by gradients (the perceptron rule can train one).

    >>> step([-0.5, 0.0, 2.0])
    array([0., 1., 1.])
    """

    name = "step"

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write 1 where z ≥ 0 and 0 elsewhere into `out`, and return it."""
        np.greater_equal(z.real, 0, out=out, casting="unsafe")
        return out

    def slope(self, z: Array) -> Array:
        """Return 0 everywhere."""
        return np.zeros_like(z)


class Identity(Activation):
    """The linear activation: f(z) = z, f'(z) = 1.

    >>> identity([-0.5, 2.0])
    array([-0.5,  2. ])
    """

    name = "identity"

    def forward_into(self, z: Array, out: Array) -> Array:
        """Copy z into `out` and return it."""
        np.copyto(out, z)
        return out

    def slope(self, z: Array) -> Array:
        """Return 1 everywhere."""
        return np.ones_like(z)

    def backward_into(self, upstream: Array, z: Array, a: Array, out: Array) -> Array:
        """Copy the upstream gradient into `out` and return it."""
        np.copyto(out, upstream)
        return out


class Sigmoid(Activation):
    r"""The logistic function :math:`\sigma(z) = 1/(1 + e^{-z})`, from 0 to 1.

    Its derivative is :math:`\sigma'(z) = \sigma(z)\,\sigma(-z) = \sigma(z)\,(1 - \sigma(z))`.
    `derivative` uses the first form, which keeps all digits where the function saturates;
    backpropagation uses the second, which costs no exponential and is exact to one rounding
    of the output.

    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    >>> sigmoid.derivative(0.0)
    np.float64(0.25)
    """

    name = "sigmoid"

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write 1/(1 + e^-z) into `out` and return it."""
        if np.iscomplexobj(z):
            # e^z with Re z <= 0 only: the quotient of two infinities has no value.
            negative = z.real < 0
            e = np.exp(np.where(negative, z, -z))
            np.divide(np.where(negative, e, 1), 1 + e, out=out)
            return out
        np.negative(z, out=out)
        with np.errstate(over="ignore"):  # e^1000 = inf, and 1/(1 + inf) = 0 is right
            np.exp(out, out=out)
        out += 1
        np.reciprocal(out, out=out)
        return out

    def slope(self, z: Array) -> Array:
        """Return σ(z) σ(-z), which keeps all digits where one factor is nearly 1."""
        return self.forward_into(z, np.empty_like(z)) * self.forward_into(-z, np.empty_like(z))

    def backward_into(self, upstream: Array, z: Array, a: Array, out: Array) -> Array:
        """Write upstream · a (1 - a) into `out` and return it."""
        np.subtract(1, a, out=out)
        out *= a  # f'(z) = a (1 - a), from the output that the forward pass kept
        out *= upstream
        return out


class Tanh(Activation):
    r"""The hyperbolic tangent :math:`\tanh z = 2\sigma(2z) - 1`, from -1 to 1.

    Its derivative is :math:`1 - \tanh^2 z = 4\sigma'(2z)`: the first form in backpropagation,
    the second, which keeps all digits where the function saturates, in `derivative`.

    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    >>> tanh.derivative(0.0)
    np.float64(1.0)
    """

    name = "tanh"

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write tanh z into `out` and return it."""
        return np.tanh(z, out=out)

    def slope(self, z: Array) -> Array:
        """Return 4 σ'(2z), which keeps all digits where tanh is nearly 1."""
        with np.errstate(over="ignore"):  # of 2z, where the slope is 0 anyway
            return np.multiply(4, sigmoid.slope(2 * z))

    def backward_into(self, upstream: Array, z: Array, a: Array, out: Array) -> Array:
        """Write upstream · (1 - a²) into `out` and return it."""
        np.multiply(a, a, out=out)
        np.subtract(1, out, out=out)  # f'(z) = 1 - a², from the output
        out *= upstream
        return out


class ReLU(Activation):
    """The rectified linear unit: z where z > 0, else 0.

    It has a kink at 0, where this class takes the derivative 0 (as PyTorch and Keras do).

    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    >>> relu.derivative([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """

    name = "relu"

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write max(z, 0) into `out` and return it."""
        if np.iscomplexobj(z):  # maximum would compare imaginary parts where the real ones tie
            return np.multiply(z, z.real > 0, out=out)
        return np.maximum(z, 0, out=out)

    def slope(self, z: Array) -> Array:
        """Return 1 where z > 0 and 0 elsewhere."""
        return (z.real > 0).astype(z.dtype)

    def backward_into(self, upstream: Array, z: Array, a: Array, out: Array) -> Array:
        """Write the upstream gradient where z > 0, and 0 elsewhere, into `out` and return it."""
        return np.multiply(upstream, z.real > 0, out=out)


class LeakyReLU(Activation):
    """The leaky rectified linear unit: z where z > 0, else 0.01 z.

    At its kink, z = 0, the derivative taken is 0.01 (as PyTorch does).

    >>> leaky_relu([-2.0, 0.0, 3.0])
    array([-0.02,  0.  ,  3.  ])
    >>> leaky_relu.derivative([-2.0, 0.0, 3.0])
    array([0.01, 0.01, 1.  ])
    """

    name = "leaky_relu"
    negative_slope: ClassVar[float] = 0.01

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write z where z > 0, and 0.01 z elsewhere, into `out` and return it."""
        return np.multiply(z, self.slope(z), out=out)

    def slope(self, z: Array) -> Array:
        """Return 1 where z > 0 and 0.01 elsewhere."""
        return np.where(z.real > 0, 1.0, self.negative_slope).astype(z.dtype)


class Softplus(Activation):
    r"""The smooth ReLU :math:`\ln(1 + e^z)`; its derivative is the sigmoid.

    It is computed as :math:`\max(z, 0) + \ln(1 + e^{-|z|})`, which cannot overflow.

    >>> softplus([-1000.0, 0.0, 1000.0])
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """

    name = "softplus"

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write ln(1 + e^z) into `out` and return it."""
        if not np.iscomplexobj(z):
            return np.logaddexp(0, z, out=out)
        positive = z.real > 0
        e = np.exp(np.where(positive, -z, z))
        return np.add(np.where(positive, z, 0), log1p(e), out=out)

    def slope(self, z: Array) -> Array:
        """Return σ(z)."""
        return sigmoid.forward_into(z, np.empty_like(z))


class GELU(Activation):
    r"""The Gaussian error linear unit :math:`z\,\Phi(z)`, in its exact form.

    :math:`\Phi` is the standard normal distribution function and :math:`\varphi` its density;
    the derivative is :math:`\Phi(z) + z\,\varphi(z)`. Float32 input is computed in float64.
    Complex input is for the complex step: its imaginary part must stay below 1e-8, where
    :math:`\Phi(x + iy) = \Phi(x) + iy\,\varphi(x)` to rounding; more raises `ValueError`.

    Source: Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)", arXiv:1606.08415.

    >>> gelu([-1000.0, 0.0, 1.0, 1000.0])
    array([-0.00000000e+00,  0.00000000e+00,  8.41344746e-01,  1.00000000e+03])
    """

    name = "gelu"

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write z Φ(z) into `out` and return it."""
        return np.multiply(z, _complex_distribution(z), out=out, casting="same_kind")

    def slope(self, z: Array) -> Array:
        """Return Φ(z) + z φ(z)."""
        slope: Array = _complex_distribution(z) + z * _complex_density(z)
        return slope.astype(z.dtype, copy=False)


class Softmax(Activation):
    r"""The softmax of each row: :math:`a_k = e^{z_k} / \sum_j e^{z_j}`; each row sums to 1.

    The largest entry of the row is subtracted first: that changes nothing in the quotient and
    keeps every exponential at most 1. Rows lie along the last axis.

    >>> softmax([[0.0, 0.0, 0.0], [1000.0, 0.0, -1000.0]])
    array([[0.33333333, 0.33333333, 0.33333333],
           [1.        , 0.        , 0.        ]])
    """

    name = "softmax"

    def derivative(self, z: npt.ArrayLike) -> Array:
        r"""Return the Jacobian of each row, :math:`J_{jk} = a_j(\delta_{jk} - a_k)`.

        `z` of shape (examples, k) gives Jacobians of shape (examples, k, k): a row's outputs
        depend on all of its inputs, so that no elementwise derivative exists.

        >>> softmax.derivative([[0.0, 0.0]])
        array([[[ 0.25, -0.25],
                [-0.25,  0.25]]])
        """
        return super().derivative(z)

    def backward(self, upstream: npt.ArrayLike, z: npt.ArrayLike, a: npt.ArrayLike) -> Array:
        r"""Return each row's upstream gradient times its Jacobian.

        :math:`\partial C/\partial z_k = a_k\,(u_k - \sum_j u_j a_j)` with the upstream
        gradient :math:`u`; shapes and errors as for the other activations.
        """
        return super().backward(upstream, z, a)

    def forward_into(self, z: Array, out: Array) -> Array:
        """Write each row's e^z over its sum into `out` and return it."""
        np.subtract(z, z.real.max(axis=-1, keepdims=True), out=out)
        np.exp(out, out=out)
        out /= out.sum(axis=-1, keepdims=True)
        return out

    def slope(self, z: Array) -> Array:
        """Return the Jacobian of each row, shape (..., k, k) for z of shape (..., k)."""
        a = self.forward_into(z, np.empty_like(z))
        jacobians: Array = -a[..., :, None] * a[..., None, :]  # right off the diagonal
        diagonal = np.arange(a.shape[-1])
        jacobians[..., diagonal, diagonal] = 0
        # Each row of J sums to 0. Unlike 1 - a, this keeps all digits where a is nearly 1.
        jacobians[..., diagonal, diagonal] = -jacobians.sum(axis=-1)
        return jacobians

    def backward_into(self, upstream: Array, z: Array, a: Array, out: Array) -> Array:
        """Write a ⊙ (upstream - its mean weighted by a), row by row, into `out`."""
        np.multiply(upstream, a, out=out)
        weighted_mean = out.sum(axis=-1, keepdims=True)
        np.subtract(upstream, weighted_mean, out=out)
        out *= a
        return out

    def _check(self, name: str, value: Any) -> Array:
        array = super()._check(name, value)
        if array.ndim == 0:
            raise ValueError(
                f"{name} is a single number, expected shape (examples, classes): softmax "
                "compares the entries of a row"
            )
        return array


def _complex_distribution(z: Array) -> Array:
    x = z.real.astype(np.float64)
    distribution = normal_distribution(x)
    if np.iscomplexobj(z):
        _require_small_imaginary_part(z)
        distribution = distribution + 1j * z.imag * normal_density(x)
    return distribution


def _complex_density(z: Array) -> Array:
    x = z.real.astype(np.float64)
    density = normal_density(x)
    if np.iscomplexobj(z):
        _require_small_imaginary_part(z)
        density = density * (1 - 1j * x * z.imag)
    return density


def _require_small_imaginary_part(z: Array) -> None:
    largest = np.max(np.abs(z.imag))
    if largest > 1e-8:
        raise ValueError(
            f"z has an imaginary part of {largest:.1e}, expected at most 1e-8: gelu takes complex "
            "input for the complex step only, with a step such as 1e-30"
        )


step = Step()  #: a `Step`, ready to be called
identity = Identity()  #: an `Identity`, ready to be called
sigmoid = Sigmoid()  #: a `Sigmoid`, ready to be called
tanh = Tanh()  #: a `Tanh`, ready to be called
relu = ReLU()  #: a `ReLU`, ready to be called
leaky_relu = LeakyReLU()  #: a `LeakyReLU`, ready to be called
softplus = Softplus()  #: a `Softplus`, ready to be called
gelu = GELU()  #: a `GELU`, ready to be called
softmax = Softmax()  #: a `Softmax`, ready to be called

_BY_NAME: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        step, identity, sigmoid, tanh, relu, leaky_relu, softplus, gelu, softmax
    )
}  # fmt: skip


def get(activation: str | Activation, argument: str = "activation") -> Activation:
    """Return the activation with this name, or the activation itself.

    Parameters
    ----------
    activation : str or Activation
    argument : str
        What the caller's argument is called, for the error message.

    Raises
    ------
    ValueError
        If no activation has this name; the message lists those that exist.
    TypeError
        If `activation` is neither a name nor an `Activation`.

    Examples
    --------
    >>> get("relu")
    <activation relu>
    """
    if isinstance(activation, Activation):
        return activation
    return _BY_NAME[check_choice(argument, activation, _BY_NAME)]
