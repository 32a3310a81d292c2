"""Networks on disk: a `.npz` file of plain arrays, written whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import IO, Any

import numpy as np

from nnlib._types import Array

_FORMAT = "nnlib network 1"
_NAMES = ("activation", "output_activation", "loss")


def save(path: str | PathLike[str], configuration: dict[str, Any], parameters: Array) -> None:
    """Write names and numbers to `path`, replacing an old file only by a complete new one."""
    with _replacing(Path(path)) as file:
        np.savez(file, format=_FORMAT, **configuration, parameters=parameters)


def load(path: str | PathLike[str]) -> tuple[dict[str, Any], Array]:
    """Return what `save` wrote; the caller checks that the numbers make a network."""
    content = io.BytesIO(Path(path).read_bytes())
    try:
        with np.load(content, allow_pickle=False) as file:
            if str(file["format"]) != _FORMAT:
                raise ValueError(f"its format is {file['format']}, expected {_FORMAT!r}")
            configuration: dict[str, Any] = {name: str(file[name]) for name in _NAMES}
            configuration["layer_sizes"] = file["layer_sizes"].tolist()
            return configuration, np.asarray(file["parameters"])
    except Exception as error:  # whatever fails on bytes in memory, the bytes are to blame
        raise unusable(path, str(error)) from error


def unusable(path: str | PathLike[str], reason: str) -> ValueError:
    """Return the error for a file that holds no network."""
    return ValueError(
        f"path is {os.fspath(path)!r}, expected a file written by MLP.save, but {reason}: it is "
        "damaged or something else; save the network again, or pass another file"
    )


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    path = path.resolve()  # replace what a link points to, not the link
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
