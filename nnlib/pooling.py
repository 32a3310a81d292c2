r"""Layers without parameters: the largest of each block of pixels, and images as rows.

Both take images of shape (examples, height, width, channels).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib._layer import Layer
from nnlib._types import Array
from nnlib._validation import check_images, check_pair

__all__ = ["Flatten", "MaxPool2D"]


class MaxPool2D(Layer):
    r"""Cuts each channel into blocks of p × q pixels and keeps the largest of each.

    .. math:: A_{nijc} = \max_{1 \le u \le p,\, 1 \le v \le q} X_{n,\,p(i-1)+u,\,q(j-1)+v,\,c}

    Backwards, the pixel that was kept gets the whole gradient of its block, the others none.
    Where several are largest, the first of them is kept, in the order of reading: that is one
    of the gradients from the sides, all of which are as good at such a kink. Where numbers are
    complex, the real part decides.

    `forward` returns (examples, height / p, width / q, channels).

    Parameters
    ----------
    block_size : tuple of int
        The height p and the width q of a block. They must divide those of the images.

    Raises
    ------
    TypeError, ValueError
        If `block_size` is not two whole numbers of at least 1.

    Examples
    --------
    >>> layer = MaxPool2D((2, 2))
    >>> image = np.array([[1.0, 2.0, 9.0, 9.0], [4.0, 3.0, 8.0, 9.0]])
    >>> layer.forward(image.reshape(1, 2, 4, 1))[0, :, :, 0]
    array([[4., 9.]])
    >>> layer.backward(np.array([[10.0, 20.0]]).reshape(1, 1, 2, 1))[0, :, :, 0]
    array([[ 0.,  0., 20.,  0.],
           [10.,  0.,  0.,  0.]])
    """

    def __init__(self, block_size: tuple[int, int]) -> None:
        self.block_size = check_pair("block_size", block_size)

    def check_input(self, x: Any) -> Array:
        """Return `x` as images that blocks cover: (examples, height, width, channels)."""
        images = check_images("x", x, (None, None, None))
        self.output_shape(images.shape[1:])
        return images

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (height / p, width / q, channels), or raise `ValueError`."""
        if len(input_shape) != 3:
            raise ValueError(
                f"its input has shape {input_shape}, expected (height, width, channels)"
            )
        height, width, channels = input_shape
        if height % self.block_size[0] or width % self.block_size[1]:
            raise ValueError(
                f"x holds images of {height} × {width} pixels, expected multiples of "
                f"{self.block_size[0]} × {self.block_size[1]}, the size of a block: crop or pad "
                "them, or choose another block_size"
            )
        return height // self.block_size[0], width // self.block_size[1], channels

    def propagate(self, x: Array) -> Array:
        """Return the largest pixel of each block, without checking, and keep `x`."""
        self._x = x
        self.a = self._largest(x)
        return self.a

    def compute(self, x: Array, parameters: Array) -> tuple[Array, Array]:
        """Return the largest pixel of each block, twice: there are no weighted sums."""
        a = self._largest(x)
        return a, a

    def input_gradient(self, delta: Array) -> Array:
        """Return ∂C/∂X: each block's gradient at the pixel that was kept, 0 at the others."""
        gradient = np.empty(self._x.shape, delta.dtype)
        without_a_winner = np.ones(self.a.shape, np.bool_)
        for pixels, slots in zip(self._pixels(self._x), self._pixels(gradient), strict=True):
            wins = (pixels == self.a) & without_a_winner
            without_a_winner ^= wins
            np.multiply(delta, wins, out=slots)
        return gradient

    def settings(self) -> dict[str, Any]:
        """Return the size of a block, by the name of the argument."""
        return {"block_size": self.block_size}

    def _largest(self, x: Array) -> Array:
        first, *others = self._pixels(x)
        largest = first.copy()
        for pixels in others:
            if np.iscomplexobj(x):
                np.copyto(largest, pixels, where=pixels.real > largest.real)
            else:
                np.maximum(largest, pixels, out=largest)  # NaN stays, and is noticed
        return largest

    def _pixels(self, images: Array) -> list[Array]:
        """Return views: the first pixel of every block, the second of every block, and so on."""
        height, width = self.block_size
        return [images[:, u::height, v::width] for u, v in np.ndindex(height, width)]


class Flatten(Layer):
    """Lays each image out as a row, for a dense layer behind it.

    Row by row, pixel by pixel, channel by channel: `forward` returns
    (examples, height · width · channels).

    Examples
    --------
    >>> Flatten().forward(np.arange(6.0).reshape(1, 1, 3, 2))
    array([[0., 1., 2., 3., 4., 5.]])
    """

    def check_input(self, x: Any) -> Array:
        """Return `x` as images of shape (examples, height, width, channels)."""
        return check_images("x", x, (None, None, None))

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (height · width · channels,), or raise `ValueError`."""
        if len(input_shape) != 3:
            raise ValueError(
                f"its input has shape {input_shape}, expected (height, width, channels)"
            )
        height, width, channels = input_shape
        return (height * width * channels,)

    def propagate(self, x: Array) -> Array:
        """Return one row for each image, without checking; a view of `x` where that is possible."""
        self._input_shape = x.shape
        self.a = x.reshape(len(x), -1)
        return self.a

    def compute(self, x: Array, parameters: Array) -> tuple[Array, Array]:
        """Return one row for each image, twice, as a new array."""
        a = x.reshape(len(x), -1).copy()
        return a, a

    def input_gradient(self, delta: Array) -> Array:
        """Return ∂C/∂X: the rows as images again, without copying."""
        return delta.reshape(self._input_shape)

    def settings(self) -> dict[str, Any]:
        """Return no settings: there are none."""
        return {}
