"""Small books, built in a folder of their own as often as a test likes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sphinx.testing.util import SphinxTestApp

ROOT = Path(__file__).parents[2]
COLOUR = re.compile(r"\x1b\[[\d;]*m")

CONF = """\
extensions = ["myst_nb", "proofread_sphinx"]
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
nb_execution_mode = "off"
html_theme = "basic"
"""

NOTATION = r"""
common:
  dimensions: {n: {range: [2, 9], words: examples in the batch}}
worlds:
  network:
    dimensions:
      L: [3, 4]
      n_l: {ranges: {l: [0, L]}, range: [2, 9]}
    indices:
      l: {from: 1, to: L, words: a layer}
      i: [1, n]
      j: [1, n_l]
    symbols:
      X: {kind: matrix, shape: [n, n_0]}
      Y: {kind: matrix, shape: [n, n_L]}
      "W^{(l)}": {kind: matrix, shape: ["n_{l-1}", n_l], words: weights, code: layer.weights}
      "b^{(l)}": {kind: row, shape: [n_l]}
      "Z^{(l)}": {kind: matrix, shape: [n, n_l], value: "A^{(l-1)} W^{(l)} + b^{(l)}"}
      "A^{(l)}":
        {kind: matrix, shape: [n, n_l], ranges: {l: [0, L]}, start: {0: X}, value: "f(Z^{(l)})"}
      "a^{(l)}": {entries of: "A^{(l)}", ranges: {l: [0, L]}}
      y: {entries of: Y}
      C: {words: the cost, value: '\lVert A^{(L)} - Y\rVert^2'}
      "\\Delta^{(l)}": {kind: matrix, shape: [n, n_l], derivative: {of: C, by: "Z^{(l)}"}}
    functions:
      f(z): {value: '\tanh(z)', elementwise: true}
      \operatorname{act}(z): {value: '\tanh(z)^2', elementwise: true, words: the activation}
"""

PAGE = r"""---
proofread: {world: network}
---
# Backpropagation

$$
\Delta^{(l)} = \left(\Delta^{(l+1)} (W^{(l+1)})^\top\right) \odot f'(Z^{(l)})
$$ (eq-delta)

The update is in the text: $f'(0) = 1$ holds, and $W^{(l)}$ is a symbol.

$$
\frac{\partial C}{\partial W^{(l)}} = (A^{(l-1)})^\top \Delta^{(l)}
$$
"""


@dataclass(frozen=True)
class Build:
    """What a build left: its exit status with ``-W``, its warnings, its pages."""

    status: int
    warnings: list[str]
    read: list[str]
    out: Path

    def page(self, name: str) -> str:
        """The text of an output file."""
        return (self.out / name).read_text(encoding="utf-8")


class Book:
    """A book in a folder of its own, built as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "book"
        self.folder = folder
        self.source.mkdir()
        self.write("conf.py", CONF)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the book."""
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def build(self, builder: str = "html", *, processes: int = 0, fresh: bool = False) -> Build:
        """Build as ``sphinx-build -n -W`` does, on top of what the last build left."""
        warnings = io.StringIO()
        app = SphinxTestApp(
            builder,
            srcdir=self.source,
            builddir=self.folder / "_build",
            freshenv=fresh,
            warning=warnings,
            warningiserror=True,
            confoverrides={"nitpicky": True},
            parallel=processes,
        )
        read: list[str] = []
        app.connect("env-purge-doc", lambda app, env, docname: read.append(docname))
        try:
            app.build()
        finally:
            app.cleanup()
        lines = COLOUR.sub("", warnings.getvalue()).strip().splitlines()
        return Build(app.statuscode, lines, sorted(read), Path(app.outdir))

    def build_apart(self) -> tuple[int, str]:
        """Build in a process of its own, which imports everything anew: status and errors."""
        result = subprocess.run(
            [sys.executable, "-m", "sphinx", "-q", "-W", self.source, self.folder / "_build"],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "PYTHONPATH": f"{self.source}{os.pathsep}{ROOT / 'book' / '_ext'}",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )
        return result.returncode, COLOUR.sub("", result.stderr)
