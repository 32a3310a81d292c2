"""MNIST from small files of the same format, and what is said of missing and altered ones."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from nnlib import mnist
from nnlib.mnist import load_mnist

IMAGES = {"train": 6, "t10k": 4}


def write_idx(path, array):
    """Write an array of unsigned bytes as the format's description says."""
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(head + array.tobytes(), mtime=0))


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A folder with a few images of 28 x 28 pixels, whose checksums count as the right ones."""
    generator = np.random.default_rng(0)
    arrays = {}
    for part, count in IMAGES.items():
        arrays[f"{part}-images-idx3-ubyte.gz"] = generator.integers(0, 256, (count, 28, 28))
        arrays[f"{part}-labels-idx1-ubyte.gz"] = generator.integers(0, 10, count)
    checksums = {}
    for name, array in arrays.items():
        write_idx(tmp_path / name, array.astype(np.uint8))
        checksums[name] = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    monkeypatch.setattr(mnist, "CHECKSUMS", checksums)
    return tmp_path, arrays


def test_what_was_written_is_read(small):
    folder, arrays = small
    read = load_mnist(folder)
    for part, x, y in (("train", read.x_train, read.y_train), ("t10k", read.x_test, read.y_test)):
        images = arrays[f"{part}-images-idx3-ubyte.gz"]
        assert (x.shape, x.dtype) == ((IMAGES[part], 784), np.float64)
        assert (x == images.reshape(len(images), 784)).all()
        assert y.dtype == np.int64
        assert y.tolist() == arrays[f"{part}-labels-idx1-ubyte.gz"].tolist()


def test_missing_files_are_named_with_where_to_get_them(small):
    folder, _ = small
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    (folder / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist(folder)
    message = str(caught.value)
    assert "train-labels-idx1-ubyte.gz, t10k-labels-idx1-ubyte.gz" in message
    assert "images" not in message
    assert mnist.SOURCE in message


@pytest.mark.parametrize("damage", ["truncated", "altered", "empty"])
def test_a_damaged_file_is_named_with_both_checksums(small, damage):
    folder, _ = small
    path = folder / "train-images-idx3-ubyte.gz"
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes({"truncated": content[:-7], "altered": flipped, "empty": b""}[damage])
    with pytest.raises(ValueError) as caught:
        load_mnist(folder)
    message = str(caught.value)
    assert str(path) in message
    assert mnist.CHECKSUMS[path.name] in message
    assert hashlib.sha256(path.read_bytes()).hexdigest() in message


def test_the_published_checksums_are_four_different_sha256():
    assert len(set(mnist.CHECKSUMS.values())) == 4
    assert all(len(bytes.fromhex(checksum)) == 32 for checksum in mnist.CHECKSUMS.values())
