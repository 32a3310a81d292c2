"""The line of progress: who sees it, what it says, and that it leaves nothing behind."""

import io
import os
import pty
import subprocess
import sys
from types import SimpleNamespace

import pytest

from nnlib import _progress
from nnlib._progress import Progress, is_watched

TRAINING = """
import time
import numpy as np
from nnlib.network import MLP
from nnlib.optimizers import SGD
from nnlib.training import train

def slow(predictions, targets):
    time.sleep(0.06)
    return 0.0

network = MLP([2, 1], generator=np.random.default_rng(0))
train(network, [[0.0, 1.0]], [[1.0]], epochs=10, optimizer=SGD(0.1), metrics={"slow": slow})
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def no_setting(monkeypatch):
    monkeypatch.delenv("NNLIB_PROGRESS", raising=False)


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(seconds=100.0)
    monkeypatch.setattr(_progress.time, "monotonic", lambda: now.seconds)
    return now


@pytest.fixture
def terminal(monkeypatch, no_setting):
    stream = Terminal()
    # Not sys.stderr itself, which pytest exchanges between set-up and test.
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(stderr=stream, modules=sys.modules))
    return stream


def screen(written):
    """What a terminal line holds after it was written to, carriage returns obeyed."""
    line = ""
    for part in written.split("\r"):
        line = part + line[len(part) :]
    return line


def pretend_ipython(monkeypatch, shell_name):
    shell = type(shell_name, (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


def test_a_terminal_is_watched_and_a_pipe_is_not(no_setting):
    assert is_watched(Terminal())
    assert not is_watched(io.StringIO())
    assert not is_watched(None)


def test_a_notebook_is_watched_and_other_shells_go_by_their_stream(monkeypatch, no_setting):
    pretend_ipython(monkeypatch, "ZMQInteractiveShell")
    assert is_watched(io.StringIO())
    pretend_ipython(monkeypatch, "TerminalInteractiveShell")
    assert not is_watched(io.StringIO())


def test_the_environment_silences_terminals_and_notebooks(monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS", "0")
    pretend_ipython(monkeypatch, "ZMQInteractiveShell")
    assert not is_watched(Terminal())
    assert not is_watched(io.StringIO())


def test_the_line_tells_epoch_loss_and_time_left(terminal, clock):
    progress = Progress(40, wanted=True)
    clock.seconds += 3.0
    progress.update(10, 0.123456)
    expected = "epoch 10/40 [######..................] loss 0.1235, 9 s left"
    assert screen(terminal.getvalue()) == expected


def test_the_line_waits_before_it_appears_and_between_updates(terminal, clock):
    progress = Progress(100, wanted=True)
    for epoch in range(1, 20):
        clock.seconds += 0.01
        progress.update(epoch, 1.0)
    assert terminal.getvalue() == ""
    clock.seconds += 0.02
    progress.update(20, 1.0)
    once = terminal.getvalue()
    assert "epoch 20/100" in once
    progress.update(21, 1.0)
    assert terminal.getvalue() == once


def test_a_shorter_line_covers_the_longer_one_and_closing_wipes_it(terminal, clock):
    progress = Progress(9, wanted=True)
    clock.seconds += 1000
    progress.update(1, 123.4)
    clock.seconds += 1
    progress.update(9, 1.0)
    assert screen(terminal.getvalue()).rstrip() == (
        "epoch 9/9 [########################] loss 1, 0 s left"
    )
    progress.close()
    assert screen(terminal.getvalue()).strip() == ""
    assert terminal.getvalue().endswith("\r")


def test_unwanted_or_never_shown_writes_nothing(terminal, clock):
    unwanted, brief = Progress(9, wanted=False), Progress(9, wanted=True)
    brief.update(1, 1.0)
    clock.seconds += 9
    unwanted.update(1, 1.0)
    unwanted.close()
    brief.close()
    assert terminal.getvalue() == ""


def run_in_terminal(**environment):
    """Train in a process whose standard error is a terminal; return what it wrote there."""
    controller, worker = pty.openpty()
    process = subprocess.run(
        [sys.executable, "-c", TRAINING],
        stdout=subprocess.PIPE,
        stderr=worker,
        env={**os.environ, "NNLIB_PROGRESS": "", **environment},
        timeout=60,
    )
    os.close(worker)
    written = b""
    try:
        while chunk := os.read(controller, 4096):
            written += chunk
    except OSError:  # Linux reports the end of a terminal as an input/output error.
        pass
    os.close(controller)
    assert process.returncode == 0, written.decode()
    assert process.stdout == b"", "the library printed"
    return written.decode()


def test_training_in_a_real_terminal_shows_the_line_and_wipes_it():
    written = run_in_terminal()
    assert "/10 [" in written and "loss" in written
    assert screen(written).strip() == ""


def test_training_in_a_terminal_is_silent_when_told_so():
    assert run_in_terminal(NNLIB_PROGRESS="0") == ""


def test_training_into_a_pipe_is_silent():
    process = subprocess.run(
        [sys.executable, "-c", TRAINING],
        capture_output=True,
        env={**os.environ, "NNLIB_PROGRESS": ""},
        timeout=60,
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, b"", b"")
