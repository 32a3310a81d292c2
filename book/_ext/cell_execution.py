"""The surroundings in which a chapter's cells run, and when their kept results are out of date.

MyST-NB keeps a chapter's results until its own code changes. A cell also depends on nnlib, on the
installed packages and on the figures' style; so the folder of the kept results is named by a hash
of these, and a change in one of them runs every cell again. What a chapter uses only where it is
there (PyTorch, the files of MNIST) counts too: a page tells whether it was.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.config import Config

# Not in requirements.txt: chapters run without it, and run more with it.
OPTIONAL_PACKAGES = ("torch",)

# Figures reach the page as SVG, at the size that the style gives, without the date of the run. What
# a cell prints is sent when it ends, and not after a fifth of a second, too: where a busy machine
# lets that fall into a line, MyST-NB's merging would break the line in two.
KERNEL_PROFILE = """\
c.InlineBackend.figure_formats = ["svg"]
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"
c.IPKernelApp.exec_lines = [
    f"__import__('sys').{stream}.flush_interval = 1e6" for stream in ("stdout", "stderr")
]
"""


def shared_inputs(root: Path) -> list[Path]:
    """Return the files that every cell depends on, MNIST's if they are there."""
    files = [root / "requirements.txt", root / "book" / "matplotlibrc"]
    files += sorted((root / "data" / "mnist").glob("*.gz"))
    folders = (root / "nnlib", root / "book" / "_ext" / "workbook")
    return [*files, *(path for folder in folders for path in sorted(folder.rglob("*.py")))]


def execution_key(root: Path) -> str:
    """Hash of all that a cell's result depends on besides the chapter's own code."""
    digest = hashlib.sha256(platform.python_version().encode() + KERNEL_PROFILE.encode())
    for name in OPTIONAL_PACKAGES:
        for found in distributions(name=name):
            digest.update(f"{name} {found.version}\n".encode())
    for path in shared_inputs(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def prepare_kernels(root: Path, work: Path) -> None:
    """Set the environment that the kernels inherit, and write their IPython profile."""
    profile = work / "ipython" / "profile_default" / "ipython_kernel_config.py"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text(KERNEL_PROFILE, encoding="utf-8")
    search_path = [
        str(root),
        str(root / "book" / "_ext"),
        *filter(None, [os.environ.get("PYTHONPATH")]),
    ]
    os.environ.update(
        IPYTHONDIR=str(work / "ipython"),
        MATPLOTLIBRC=str(root / "book" / "matplotlibrc"),
        NNLIB_PROGRESS="0",
        # Chapters run side by side: threads of BLAS beside them make each slower, and unsteady.
        OPENBLAS_NUM_THREADS="1",
        PYTHONPATH=os.pathsep.join(search_path),
    )
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")


def prepare_results(folder: Path) -> None:
    """Make the store of kept results, or mend what an interrupted build has left of it.

    Without this the workers of a parallel build would each make the store's tables, and all but the
    first would fail.
    """
    # The store writes its version last.
    if not (folder / "__version__.txt").exists():
        shutil.rmtree(folder, ignore_errors=True)
    store = get_cache(folder)
    try:
        for record in store.list_cache_records():
            store.get_cache_bundle(record.pk)
    except (KeyError, ValueError):
        # Recorded, but not (or not wholly) written.
        store.db.dispose()
        shutil.rmtree(folder)
        store = get_cache(folder)
    # This makes the tables; the connexion itself must not be shared with the workers.
    store.db.dispose()


def configure(app: Sphinx, config: Config) -> None:
    """Prepare the kernels and choose the folder of the kept results."""
    root = Path(app.confdir)
    work = root / "_build"
    prepare_kernels(root, work)
    results = work / "cells" / execution_key(root)
    prepare_results(results)
    config.nb_execution_cache_path = str(results)


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen for the settings, before MyST-NB takes them over."""
    app.connect("config-inited", configure, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
