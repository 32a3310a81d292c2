"""The one door to the core: checks a page, and remembers the result on disk by content.

A verdict depends on the page, on the notation table, on the code that the table refers to
(nnlib) and on proofread itself. All but the page are hashed into one fingerprint a build, so
that a stale verdict cannot survive, whatever the files' dates say.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
from proofread import check_text

from .records import PageRecord


def fingerprint(files: Iterable[Path]) -> str:
    """Hash the content of ``files`` and the version of NumPy; the order of files is no matter."""
    digest = hashlib.sha256(np.__version__.encode())
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"\0{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


class PageChecker:
    """Checks pages against one state of notation and code.

    Parameters
    ----------
    notation : Path
        The book's notation table.
    cache : Path
        A folder for results; safe to delete, safe to share between processes.
    fingerprint : str
        The state of everything that verdicts rest on beside the page.
    """

    def __init__(self, notation: Path, cache: Path, fingerprint: str) -> None:
        self.notation = notation
        self.cache = cache
        self.fingerprint = fingerprint

    def check(self, text: str, path: str) -> PageRecord:
        """Verdicts on all equations of ``text``, the source of the page at ``path``."""
        key = hashlib.sha256(f"{self.fingerprint}\0{path}\0{text}".encode()).hexdigest()
        file = self.cache / f"{key}.json"
        if file.exists():
            return cast(PageRecord, json.loads(file.read_text(encoding="utf-8")))
        record = self._check_now(text, path)
        write_whole(file, record)
        return record

    def _check_now(self, text: str, path: str) -> PageRecord:
        report = cast("dict[str, Any]", asdict(check_text(text, path, self.notation)))
        glosses = {"W^{(l)}":{"latex":"W^{(l)}","words":"weights of layer l","shape":r"n_{l-1} \times n_l","code":"network.layers[l - 1].weights"}}
        return cast(PageRecord, {**report, "fingerprint": self.fingerprint, "glosses": glosses})


def write_whole(file: Path, data: object) -> None:
    """Write JSON so that a reader sees the whole file or none of it."""
    text = json.dumps(data)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=file.parent, suffix=".part", delete=False
    ) as part:
        part.write(text)
    os.replace(part.name, file)
