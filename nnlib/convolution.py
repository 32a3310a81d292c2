r"""The convolutional layer: one small dense layer, asked at every place of an image.

Images are arrays :math:`X` of shape (examples, height, width, inputs). The kernels :math:`K`
have shape (p, q, inputs, outputs), and the weighted sum at row i, column j of output k is

.. math:: Z_{nijk} = b_k + \sum_{u=1}^{p} \sum_{v=1}^{q} \sum_{c} X_{n,\,i+u-1,\,j+v-1,\,c} K_{uvck}

(a cross-correlation, which the field calls a convolution). No zeros are put around the image,
so an output is p - 1 rows lower and q - 1 columns narrower than its input.

Lay each patch of p × q pixels out as a row. The sum over u, v and c is then one matrix product
with K, whose first three axes are one: a dense layer whose examples are patches. That is how it
is computed. Backwards, the dense layer gives the gradient of each patch, and a pixel adds up
what it gets from all the patches that hold it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from nnlib._layer import Layer
from nnlib._types import Array
from nnlib._validation import check_array, check_count, check_images, check_pair, check_same_shape
from nnlib.activations import Activation
from nnlib.initializers import Initializer
from nnlib.layers import Dense

__all__ = ["Conv2D", "patches"]


def patches(images: npt.ArrayLike, height: int, width: int) -> Array:
    """Return every patch of `height` × `width` pixels as a row of a new matrix.

    Parameters
    ----------
    images : array_like of shape (examples, rows, columns, channels)
    height, width : int
        From 1 to the numbers of rows and of columns.

    Returns
    -------
    ndarray of shape (examples · places down · places across, height · width · channels)

    Raises
    ------
    TypeError, ValueError
        If `images` has another number of axes, is not numeric, is empty or is not finite, or if
        a patch is larger than the images.

    Examples
    --------
    >>> image = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).reshape(1, 2, 3, 1)
    >>> patches(image, 2, 2)
    array([[1., 2., 4., 5.],
           [2., 3., 5., 6.]])
    """
    images = check_images("images", images, (None, None, None))
    for name, size, whole in ("height", height, images.shape[1]), ("width", width, images.shape[2]):
        if check_count(name, size) > whole:
            raise ValueError(
                f"{name} is {size}, expected at most {whole}, the {name} of the images: pass "
                "larger images, or ask for smaller patches"
            )
    return _patches(images, height, width)


def _patches(images: Array, height: int, width: int) -> Array:
    # (examples, i, j, channels, height, width), without copying
    windows = sliding_window_view(images, (height, width), axis=(1, 2))
    rows = windows.transpose(0, 1, 2, 4, 5, 3)  # the channels last
    return rows.reshape(-1, height * width * images.shape[3])


class Conv2D(Layer):
    """A layer of `outputs` kernels that slide over images of `inputs` channels.

    `forward` takes images of shape (examples, height, width, inputs), at least as large as a
    kernel, and returns (examples, height - p + 1, width - q + 1, outputs).

    Parameters
    ----------
    inputs, outputs : int
        How many channels enter and leave.
    kernel_size : tuple of int
        The height p and the width q of a kernel.
    activation : str or Activation
        Applied to the weighted sums; see `nnlib.activations`. A softmax runs over the outputs
        at each place.
    initializer : str or callable
        Fills the weights, called with fan_in = p · q · inputs and fan_out = outputs, the sizes
        of the dense layer that looks at one patch; see `nnlib.initializers`.
    bias_initializer : str or callable
        Fills the bias, called with fan_in = 1 and fan_out = `outputs`.
    generator : numpy.random.Generator
        Where random initial weights come from.
    dtype : numpy.float64 or numpy.float32
        Of the parameters, and of everything computed from them.

    Attributes
    ----------
    weights, bias : ndarray of shape (p, q, inputs, outputs) and (outputs,)
        Assigning copies the numbers in, so that both may be views of a network's one vector.
    weights_gradient, bias_gradient : ndarray, shaped like their parameters
        What the last backward pass wrote.

    Raises
    ------
    TypeError, ValueError
        If a size, name, generator or dtype cannot be used, or an initializer returns an array
        of the wrong shape.

    Notes
    -----
    Source of such layers: LeCun, Boser, Denker, Henderson, Howard, Hubbard and Jackel,
    "Backpropagation applied to handwritten zip code recognition", Neural Computation 1 (1989).

    Examples
    --------
    >>> edges = Conv2D(1, 1, (1, 2), "identity", generator=np.random.default_rng(0))
    >>> edges.weights = [[[[-1.0]], [[1.0]]]]
    >>> image = np.array([[0.0, 0.0, 7.0, 7.0], [0.0, 5.0, 5.0, 5.0]])
    >>> edges.forward(image.reshape(1, 2, 4, 1))[0, :, :, 0]
    array([[0., 7., 0.],
           [5., 0., 0.]])
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel_size: tuple[int, int],
        activation: str | Activation = "relu",
        *,
        initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        generator: np.random.Generator,
        dtype: npt.DTypeLike = np.float64,
    ) -> None:
        self.inputs = check_count("inputs", inputs)
        self.outputs = check_count("outputs", outputs)
        self.kernel_size = check_pair("kernel_size", kernel_size)
        self._dense = Dense(
            self.kernel_size[0] * self.kernel_size[1] * self.inputs,
            self.outputs,
            activation,
            initializer=initializer,
            bias_initializer=bias_initializer,
            generator=generator,
            dtype=dtype,
        )
        self.activation = self._dense.activation
        self.dtype = self._dense.dtype
        self.size = self._dense.size

    @property
    def weights(self) -> Array:
        """K, shape (p, q, inputs, outputs): a view of the layer's or its network's parameters.

        Assigning copies the numbers in, after checking that they fit and are finite.
        """
        return self._as_kernels(self._dense.weights)

    @weights.setter
    def weights(self, value: Any) -> None:
        value = check_array("weights", value, dtype=self.dtype)
        check_same_shape("weights", value, "the layer's weights", self.weights)
        self.weights[...] = value

    @property
    def bias(self) -> Array:
        """b, shape (outputs,); for the rest as `weights`."""
        return self._dense.bias

    @bias.setter
    def bias(self, value: Any) -> None:
        self._dense.bias = value

    @property
    def weights_gradient(self) -> Array:
        """∂C/∂K as the last backward pass wrote it, shaped as `weights`; zeros before."""
        return self._as_kernels(self._dense.weights_gradient)

    @property
    def bias_gradient(self) -> Array:
        """∂C/∂b as the last backward pass wrote it, shape (outputs,); zeros before."""
        return self._dense.bias_gradient

    def check_input(self, x: Any) -> Array:
        """Return `x` as images of shape (examples, height, width, inputs) in the layer's dtype."""
        images = check_images("x", x, (None, None, self.inputs), dtype=self.dtype)
        self.output_shape(images.shape[1:])
        return images

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (height - p + 1, width - q + 1, outputs), or raise `ValueError`.

        >>> Conv2D(1, 4, (3, 2), generator=np.random.default_rng(0)).output_shape((8, 8, 1))
        (6, 7, 4)
        """
        if len(input_shape) != 3 or input_shape[2] != self.inputs:
            raise ValueError(
                f"its input has shape {input_shape}, expected (height, width, {self.inputs})"
            )
        places = tuple(
            size - kernel + 1 for size, kernel in zip(input_shape, self.kernel_size, strict=False)
        )
        if min(places) < 1:
            raise ValueError(
                f"x holds images of {input_shape[0]} × {input_shape[1]} pixels, expected at least "
                f"{self.kernel_size[0]} × {self.kernel_size[1]}, the size of a kernel: pass "
                "larger images, or a smaller kernel_size"
            )
        return (*places, self.outputs)

    def propagate(self, x: Array) -> Array:
        """Return f(Z) at every place, without checking, and keep what `backward` needs."""
        self._input_shape = x.shape
        rows = self._dense.propagate(_patches(x, *self.kernel_size))
        self.a = rows.reshape(len(x), *self.output_shape(x.shape[1:]))
        return self.a

    def compute(self, x: Array, parameters: Array) -> tuple[Array, Array]:
        """Return Z and f(Z) in new arrays, for any kernels and bias in one flat vector."""
        shape = (len(x), *self.output_shape(x.shape[1:]))
        z, a = self._dense.compute(_patches(x, *self.kernel_size), parameters)
        return z.reshape(shape), a.reshape(shape)

    def delta(self, upstream: Array) -> Array:
        """Return Δ = ∂C/∂Z, one row for each patch: (patches, outputs)."""
        return self._dense.delta(upstream.reshape(-1, self.outputs))

    def write_gradients(self, delta: Array) -> None:
        """Write ∂C/∂K and ∂C/∂b: each patch adds its part, since all share the kernels."""
        self._dense.write_gradients(delta)

    def input_gradient(self, delta: Array) -> Array:
        """Return ∂C/∂X: each pixel adds up what it gets from all patches that hold it."""
        height, width = self.kernel_size
        examples, down, across, _ = self.a.shape
        by_patch = self._dense.input_gradient(delta).reshape(
            examples, down, across, height, width, self.inputs
        )
        gradient = np.zeros(self._input_shape, self.dtype)
        for u, v in np.ndindex(height, width):
            gradient[:, u : u + down, v : v + across] += by_patch[:, :, :, u, v]
        return gradient

    def parts(self) -> tuple[Array, ...]:
        """Return the kernels and the bias."""
        return self.weights, self.bias

    def split(self, vector: Array) -> tuple[Array, ...]:
        """Return views of a flat vector: (p, q, inputs, outputs) and (outputs,)."""
        weights, bias = self._dense.split(vector)
        return self._as_kernels(weights), bias

    def bind(self, parameters: Array, gradient: Array) -> None:
        """Make the parameters and their gradients views of these flat vectors."""
        self._dense.bind(parameters, gradient)

    def settings(self) -> dict[str, Any]:
        """Return the sizes and the activation, by the names of the arguments."""
        return {
            "inputs": self.inputs,
            "outputs": self.outputs,
            "kernel_size": self.kernel_size,
            "activation": self.activation,
        }

    @staticmethod
    def parameter_count(inputs: int, outputs: int, kernel_size: tuple[int, int], **_: Any) -> int:
        """Return (p · q · inputs + 1) · outputs: the kernels' entries and the biases."""
        height, width = check_pair("kernel_size", kernel_size)
        return Dense.parameter_count(height * width * check_count("inputs", inputs), outputs)

    def _as_kernels(self, matrix: Array) -> Array:
        kernels: Array = matrix.reshape(*self.kernel_size, self.inputs, self.outputs)
        return kernels
