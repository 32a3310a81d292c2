"""A line that tells how far training has come, for whoever sits in front of it."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

_SECONDS_BETWEEN_UPDATES = 0.2
_BAR_WIDTH = 24


class Progress:
    """One line on the standard error stream, rewritten in place and wiped at the end.

    It appears only where somebody can watch it, see :func:`is_watched`, and only once a run
    has lasted a moment: short runs leave nothing to flicker.

    Parameters
    ----------
    epochs
        How many epochs make the whole.
    wanted
        False keeps the line away everywhere.
    """

    def __init__(self, epochs: int, *, wanted: bool) -> None:
        self._epochs = epochs
        self._stream = sys.stderr if wanted and is_watched(sys.stderr) else None
        self._started = time.monotonic()
        self._next_update = self._started + _SECONDS_BETWEEN_UPDATES
        self._width = 0

    def update(self, epoch: int, loss: float) -> None:
        """Show that ``epoch`` epochs are done, unless the line was rewritten a moment ago."""
        if self._stream is None:
            return
        now = time.monotonic()
        if now < self._next_update:
            return
        self._next_update = now + _SECONDS_BETWEEN_UPDATES
        self._write(self._stream, self._line(epoch, loss, now - self._started))

    def close(self) -> None:
        """Wipe the line."""
        if self._stream is not None and self._width:
            self._write(self._stream, "")
            self._write(self._stream, "")

    def _line(self, epoch: int, loss: float, seconds: float) -> str:
        done = _BAR_WIDTH * epoch // self._epochs
        left = seconds * (self._epochs - epoch) / epoch
        bar = "#" * done + "." * (_BAR_WIDTH - done)
        return f"epoch {epoch}/{self._epochs} [{bar}] loss {loss:.4g}, {left:.0f} s left"

    def _write(self, stream: TextIO, line: str) -> None:
        # Spaces cover what a longer line left behind.
        stream.write("\r" + line.ljust(self._width))
        stream.flush()
        self._width = len(line)


def is_watched(stream: TextIO | None) -> bool:
    """Tell whether a person is looking: a terminal or a notebook, and not a book being built.

    The environment variable ``NNLIB_PROGRESS=0`` says that nobody is, whatever the stream.
    """
    if stream is None or os.environ.get("NNLIB_PROGRESS") == "0":
        return False
    return stream.isatty() or _in_notebook()


def _in_notebook() -> bool:
    # A notebook has imported IPython long before; importing it here would slow everyone down.
    ipython = sys.modules.get("IPython")
    return ipython is not None and type(ipython.get_ipython()).__name__ == "ZMQInteractiveShell"
