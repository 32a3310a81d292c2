"""Every version is pinned, with hashes, and says nothing of where it was downloaded from."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKED = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)


def blocks() -> list[str]:
    """One text for each pinned package."""
    lines = "\n".join(line for line in LOCKED.splitlines() if not line.strip().startswith("#"))
    return [block for block in re.split(r"\n(?=\S)", lines) if block.strip()]


def test_every_package_is_pinned_with_hashes():
    assert len(blocks()) > 80
    for block in blocks():
        assert PIN.match(block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block


def test_no_address_of_a_registry_is_written():
    for name in ("requirements.txt", "package-lock.json", "package.json", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|\"resolved\"", text), name
        addresses = re.findall(r"https?://[^\s\"']+", text)
        funding = r"https://(opencollective\.com|github\.com/sponsors)/"
        assert [each for each in addresses if not re.match(funding, each)] == [], name


def test_what_is_asked_for_is_what_is_locked_and_installed():
    locked = dict(PIN.findall(LOCKED))
    groups = PROJECT["dependency-groups"]
    for requirement in (*groups["book"], *groups["check"]):
        name, _, wanted = (part.strip() for part in requirement.partition("=="))
        assert locked[name] == wanted, name
        assert version(name) == wanted, name


def test_the_npm_part_is_locked():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, wanted in package["dependencies"].items():
        assert lock[f"node_modules/{name}"]["version"] == wanted
        installed = (ROOT / "node_modules" / name / "package.json").read_text(encoding="utf-8")
        assert json.loads(installed)["version"] == wanted
    for path, entry in lock.items():
        assert not path or entry["integrity"].startswith("sha512-")


def test_the_package_needs_numpy_alone():
    assert PROJECT["project"]["dependencies"] == ["numpy >=2.0"]
