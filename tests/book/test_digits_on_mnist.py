"""What the chapter on digits does with MNIST runs, though the files are not here."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np
import pytest

from nnlib import datasets
from nnlib.mnist import Mnist
from tests.book.printed_formulas import BOOK
from tests.book.prose import code_of

PAGE = BOOK / "from-cells-to-code" / "handwritten-digits.md"


@pytest.fixture(scope="module")
def chapter() -> dict[str, Any]:
    """The chapter's imports and functions; nothing of it is computed."""
    text = PAGE.read_text(encoding="utf-8")
    cells = re.findall(r"^```\{code-cell\} ipython3\n.*?^```$", text, re.DOTALL | re.MULTILINE)
    sources = [re.sub(r"^:tags:.*\n", "", code_of(cell)) for cell in cells]
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    body = [node for one in sources for node in ast.parse(one).body if isinstance(node, kinds)]
    namespace: dict[str, Any] = {}
    exec(compile(ast.Module(body, []), str(PAGE), "exec"), namespace)
    return namespace


def large_scans() -> Mnist:
    """Scans of scikit-learn's as large as MNIST's images, in its type and range."""
    pixels, labels = datasets.digits()
    squares = np.kron(pixels.reshape(-1, 8, 8), np.ones((3, 3))) * 255 / 16
    images = np.pad(squares, ((0, 0), (2, 2), (2, 2))).reshape(len(pixels), -1)
    return Mnist(images[:1400], labels[:1400], images[1400:], labels[1400:])


def test_the_chapter_trains_on_mnist_when_it_is_there(chapter, capsys):
    chapter["on_mnist"](*large_scans())
    course, larger = capsys.readouterr().out.splitlines()
    found = [float(number) for number in re.findall(r"\d\.\d+", course)]
    first_error, last_error, training, test = found
    assert last_error < first_error / 5
    assert training > test > 0.5
    assert float(larger.split()[-1]) > 0.8
