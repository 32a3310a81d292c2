"""A build that failed is not taken for a finished one by the next.

Sphinx reads again only the pages that changed. After a build with warnings as errors, the next one
would find nothing to do and report success. So the stored environment of a failed build is thrown
away; the cells' results stay, since their cache is apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


def forget_failure(app: Sphinx, exception: Exception | None) -> None:
    """Remove the stored environment if this build has failed or warned."""
    if exception is not None or app._warncount:
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen for the end of the build."""
    app.connect("build-finished", forget_failure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
