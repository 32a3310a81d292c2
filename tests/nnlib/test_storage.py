"""Networks on disk: they come back the same, and nothing else comes back at all."""

from __future__ import annotations

import pickle
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnlib import MLP, _storage
from nnlib.activations import Activation


def make_network(dtype: type = np.float64, seed: int = 0) -> MLP:
    return MLP([3, 5, 2], activation="gelu", output_activation="softmax",
               loss="categorical_cross_entropy", generator=np.random.default_rng(seed),
               dtype=dtype)  # fmt: skip


def rewrite(path: Path, **changes: object) -> None:
    """Write the file again with other arrays; None leaves one out."""
    with np.load(path) as file:
        arrays = {**file, **changes}
    np.savez(path, **{name: value for name, value in arrays.items() if value is not None})


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("as_path", [Path, str])
def test_a_network_comes_back_the_same(tmp_path: Path, dtype: type, as_path: type) -> None:
    network = make_network(dtype)
    path = as_path(tmp_path / "network.npz")
    network.save(path)
    loaded = MLP.load(path)
    assert repr(loaded) == repr(network)
    assert loaded.parameters.dtype == dtype
    assert np.array_equal(loaded.parameters, network.parameters)
    assert np.shares_memory(loaded.layers[0].weights, loaded.parameters)


def test_the_path_is_taken_as_it_is_and_nothing_else_is_left(tmp_path: Path) -> None:
    make_network().save(tmp_path / "no ending")
    make_network().save(tmp_path / "no ending")
    assert [path.name for path in tmp_path.iterdir()] == ["no ending"]


def test_the_file_is_plain_arrays(tmp_path: Path) -> None:
    make_network().save(tmp_path / "n.npz")
    with np.load(tmp_path / "n.npz", allow_pickle=False) as file:
        contents = {name: file[name] for name in file}
    assert set(contents) == {
        "format", "layer_sizes", "activation", "output_activation", "loss", "parameters"
    }  # fmt: skip
    assert contents["layer_sizes"].tolist() == [3, 5, 2]


def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "n.npz"
    old, new = make_network(seed=0), make_network(seed=1)
    old.save(path)
    before = path.read_bytes()

    def interrupted(file, **arrays: object) -> None:
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(_storage.np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        new.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_at_the_last_moment_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "n.npz"
    make_network().save(path)
    before = path.read_bytes()

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_storage.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        make_network(seed=1).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_is_reading_the_old_file_reads_it_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "n.npz"
    make_network(seed=0).save(path)
    before = path.read_bytes()
    with path.open("rb", buffering=0) as reader:
        start = reader.read(100)
        make_network(seed=1).save(path)
        assert start + reader.read() == before


def test_a_link_keeps_pointing_to_the_new_file(tmp_path: Path) -> None:
    link, target = tmp_path / "link.npz", tmp_path / "target.npz"
    make_network(seed=0).save(target)
    link.symlink_to(target)
    make_network(seed=1).save(link)
    assert link.is_symlink()
    assert np.array_equal(MLP.load(target).parameters, make_network(seed=1).parameters)


def test_the_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    make_network().save(tmp_path / "n.npz")
    (tmp_path / "other").touch()
    assert (tmp_path / "n.npz").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_what_cannot_be_loaded_again_is_not_saved(tmp_path: Path) -> None:
    class Cube(Activation):
        name = "cube"

        def forward_into(self, z: np.ndarray, out: np.ndarray) -> np.ndarray:
            return np.multiply(z, z * z, out=out)

        def slope(self, z: np.ndarray) -> np.ndarray:
            return 3 * z * z

    path = tmp_path / "n.npz"
    network = MLP([2, 3, 1], activation=Cube(), generator=np.random.default_rng(0))
    with pytest.raises(ValueError, match="<activation cube> is not one of nnlib's own"):
        network.save(path)
    diverged = make_network()
    diverged.parameters[3] = np.nan
    with pytest.raises(ValueError, match=r"parameters\[3\] is nan"):
        diverged.save(path)
    assert not list(tmp_path.iterdir())


def test_missing_files_and_folders_are_os_errors(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        MLP.load(tmp_path / "absent.npz")
    with pytest.raises(FileNotFoundError):
        make_network().save(tmp_path / "absent" / "n.npz")
    assert not list(tmp_path.iterdir())


class Trap:
    """Would leave a trace if unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("kind", ["bare", "inside"])
def test_pickles_are_refused_and_not_run(tmp_path: Path, kind: str) -> None:
    path, trace = tmp_path / "n.npz", tmp_path / "trace"
    if kind == "bare":
        path.write_bytes(pickle.dumps(Trap(trace)))
    else:
        make_network().save(path)
        rewrite(path, parameters=np.array([Trap(trace)], dtype=object))
    with pytest.raises(ValueError, match=f"path is '{re.escape(str(path))}', expected a file writ"):
        MLP.load(path)
    assert not trace.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x93NUMPY", b"\x80\x04."])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "n.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"expected a file written by MLP\.save, but .*damaged"):
        MLP.load(path)


def test_a_single_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.npy"
    np.save(path, np.ones(3))
    with pytest.raises(ValueError, match=r"expected a file written by MLP\.save"):
        MLP.load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": None}, "format"),
        ({"format": "nnlib network 2"}, "its format is nnlib network 2"),
        ({"parameters": None}, "parameters"),
        ({"parameters": np.ones(3)}, r"parameters has shape \(3,\), expected \(32,\)"),
        ({"parameters": np.full(32, np.nan)}, r"parameters\[0\] is nan"),
        ({"parameters": np.ones(32, int)}, "dtype is"),
        ({"parameters": np.ones(32, np.float16)}, "dtype is"),
        ({"parameters": np.ones(32, complex)}, "dtype is"),
        ({"layer_sizes": None}, "layer_sizes"),
        ({"layer_sizes": np.array([3, -5, 2])}, r"layer_sizes\[1\] is -5"),
        ({"layer_sizes": np.array([3.0, 5.0, 2.0])}, r"layer_sizes\[0\] is 3\.0"),
        ({"layer_sizes": np.array(3)}, "layer_sizes is 3"),
        ({"layer_sizes": np.array([10**9, 10**9])}, "parameters has shape"),
        ({"activation": "magic"}, "activation is 'magic'"),
        ({"activation": np.array(3)}, "activation is '3'"),
        ({"output_activation": "sigmoid"}, "output_activation is 'sigmoid', expected 'softmax'"),
        ({"loss": "magic"}, "loss is 'magic'"),
    ],
)
def test_wrong_contents_are_refused(tmp_path: Path, changes: dict, message: str) -> None:
    path = tmp_path / "n.npz"
    make_network().save(path)
    rewrite(path, **changes)
    with pytest.raises(ValueError, match=rf"MLP\.save, but .*{message}.*save the network again"):
        MLP.load(path)


def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.npz"
    make_network().save(path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"MLP\.save, but"):
            MLP.load(path)


def test_a_file_with_any_byte_changed_is_refused_or_harmless(tmp_path: Path) -> None:
    """A few bytes of a zip file, such as its dates, mean nothing here."""
    path = tmp_path / "n.npz"
    network = make_network()
    network.save(path)
    whole = path.read_bytes()
    refused = 0
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            loaded = MLP.load(path)
        except ValueError as error:
            assert "MLP.save" in str(error)
            refused += 1
        else:
            assert np.array_equal(loaded.parameters, network.parameters)
    assert refused > len(whole) / 3 * 0.7


def test_a_bomb_of_zeros_is_refused(tmp_path: Path) -> None:
    """A header that promises more numbers than the file holds."""
    path = tmp_path / "n.npz"
    make_network().save(path)
    rewrite(path, parameters=None)
    header = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("parameters.npy", (header % 10**15).ljust(127) + b"\n")
    with pytest.raises(ValueError, match=r"MLP\.save, but"):
        MLP.load(path)
