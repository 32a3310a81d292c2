"""MNIST, from the four files as they were published: nothing is downloaded, everything verified.

The files are in the IDX format, packed with gzip: a magic number that tells the type of the
entries and the number of dimensions, the dimensions, the entries; all numbers big-endian.
"""

from __future__ import annotations

import gzip
import hashlib
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nnlib._validation import check_path

__all__ = ["Mnist", "load_mnist"]

SOURCE = "https://ossci-datasets.s3.amazonaws.com/mnist"
CHECKSUMS = {  # SHA-256
    "train-images-idx3-ubyte.gz": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}
_UNSIGNED_BYTES = 0x08  # the third byte of the magic number


class Mnist(NamedTuple):
    """The data set: images from 0 to 255 as rows of 784 pixels, and the digits they show.

    Attributes
    ----------
    x_train, x_test
        float64 of shape (60000, 784) and (10000, 784).
    y_train, y_test
        The digits, int64 of shape (60000,) and (10000,).
    """

    x_train: npt.NDArray[np.float64]
    y_train: npt.NDArray[np.int64]
    x_test: npt.NDArray[np.float64]
    y_test: npt.NDArray[np.int64]


def load_mnist(folder: str | PathLike[str] = "data/mnist") -> Mnist:
    """Read MNIST [1]_ from a folder that holds its four files, `CHECKSUMS`, still packed.

    Parameters
    ----------
    folder
        Where they lie.

    Returns
    -------
    Mnist
        Also to be unpacked: ``x_train, y_train, x_test, y_test = load_mnist()``.

    Raises
    ------
    TypeError
        If `folder` is no path.
    FileNotFoundError
        If files are missing; it names them and says where they can be had.
    ValueError
        If a file is not, byte for byte, the published one.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to
       document recognition, Proceedings of the IEEE 86 (1998), pages 2278-2324.

    Examples
    --------
    >>> load_mnist("no/such/folder")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    FileNotFoundError: MNIST is not complete in no/such/folder: expected train-images-idx3-...
    """
    place = check_path("folder", folder)
    missing = [name for name in CHECKSUMS if not (place / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"MNIST is not complete in {place}: expected {', '.join(missing)} as well; "
            f"get them from {SOURCE} and leave them packed"
        )
    x_train, y_train, x_test, y_test = (_read(place / name) for name in CHECKSUMS)
    return Mnist(
        x_train.reshape(len(x_train), -1).astype(np.float64),
        y_train.astype(np.int64),
        x_test.reshape(len(x_test), -1).astype(np.float64),
        y_test.astype(np.int64),
    )


def _read(path: Path) -> npt.NDArray[np.uint8]:
    """Return the array in a file, after making sure that it is the published file."""
    packed = path.read_bytes()
    checksum = hashlib.sha256(packed).hexdigest()
    if checksum != CHECKSUMS[path.name]:
        raise ValueError(
            f"{path} is not the published file: it holds {len(packed)} bytes with the SHA-256 "
            f"{checksum}, expected {CHECKSUMS[path.name]}; get it again from {SOURCE}"
        )
    return _parse(gzip.decompress(packed))


def _parse(content: bytes) -> npt.NDArray[np.uint8]:
    """Return the array that an IDX file of unsigned bytes holds."""
    zeros, kind, dimensions = int.from_bytes(content[:2]), content[2], content[3]
    assert (zeros, kind) == (0, _UNSIGNED_BYTES), "the checksum let another kind of file pass"
    end = 4 + 4 * dimensions
    shape = np.frombuffer(content[4:end], dtype=">u4").astype(np.int64)
    return np.frombuffer(content, dtype=np.uint8, offset=end).reshape(tuple(shape))
