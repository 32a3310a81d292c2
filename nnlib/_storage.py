"""Networks on disk: a `.npz` file of plain arrays, written whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from nnlib._types import Array


def save(path: Path, form: str, description: dict[str, Any], parameters: Array) -> None:
    """Write names and numbers to `path`, replacing an old file only by a complete new one."""
    with _replacing(path) as file:
        np.savez(file, format=form, **description, parameters=parameters)


def load(path: Path, form: str, writer: str) -> dict[str, Array]:
    """Return what `save` wrote; the caller checks that it makes a network."""
    content = io.BytesIO(path.read_bytes())
    try:
        with np.load(content, allow_pickle=False) as file:
            if str(file["format"]) != form:
                raise ValueError(f"its format is {file['format']}, expected {form!r}")
            return {name: file[name] for name in file.files}
    except Exception as error:  # whatever fails on bytes in memory, the bytes are to blame
        raise unusable(path, writer, str(error)) from error


def unusable(path: Path, writer: str, reason: str) -> ValueError:
    """Return the error for a file that holds no such network."""
    return ValueError(
        f"path is {str(path)!r}, expected a file written by {writer}, but {reason}: it is "
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
