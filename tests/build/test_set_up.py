"""The set-up: done once, renewed when its inputs change, finished after an interruption."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import set_up

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a folder with the inputs, and steps that only leave their traces."""
    for name in set_up.INPUTS:
        (tmp_path / name).write_text(name)
    python = set_up.environment_python(tmp_path)
    steps = []

    def step(what, command, root, remedy):
        steps.append(what.split()[0])
        if "venv" in command:
            python.parent.mkdir(parents=True, exist_ok=True)
            python.unlink(missing_ok=True)
            python.symlink_to(sys.executable)
        if what.startswith("KaTeX"):
            (root / "node_modules" / "katex").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(set_up, "run", step)
    return tmp_path, steps


def test_it_does_nothing_when_nothing_has_changed(project):
    root, steps = project
    set_up.set_up(root)
    assert steps == ["a", "the", "KaTeX"]
    set_up.set_up(root)
    assert len(steps) == 3


@pytest.mark.parametrize("name", set_up.INPUTS)
def test_it_starts_afresh_when_an_input_changes(project, name):
    root, steps = project
    set_up.set_up(root)
    (root / name).touch()
    set_up.set_up(root)
    assert len(steps) == 3, "the time of a file is not its content"
    (root / name).write_text("changed")
    set_up.set_up(root)
    assert len(steps) == 6


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_interrupted_set_up_is_not_taken_for_a_finished_one(project, monkeypatch, at):
    root, steps = project
    whole = set_up.run

    def interrupted(*arguments):
        if len(steps) == at - 1:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(set_up, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        set_up.set_up(root)
    monkeypatch.setattr(set_up, "run", whole)
    steps.clear()
    set_up.set_up(root)
    assert len(steps) == 3


def test_an_interrupted_renewal_is_not_taken_for_the_old_environment(project, monkeypatch):
    root, steps = project
    set_up.set_up(root)
    before = (root / "requirements.txt").read_text()
    (root / "requirements.txt").write_text("changed")
    whole = set_up.run

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(set_up, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        set_up.set_up(root)
    (root / "requirements.txt").write_text(before)
    monkeypatch.setattr(set_up, "run", whole)
    set_up.set_up(root)
    assert len(steps) == 6


@pytest.mark.parametrize("lost", ["python", "katex"])
def test_what_was_removed_is_made_again(project, lost):
    root, steps = project
    set_up.set_up(root)
    if lost == "python":
        python = set_up.environment_python(root)
        python.unlink()
        python.symlink_to(root / "gone")
    else:
        (root / "node_modules" / "katex").rmdir()
    set_up.set_up(root)
    assert len(steps) == 6


def test_a_failing_step_says_what_failed_and_what_to_do(tmp_path, capsys):
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(3)"]
    with pytest.raises(set_up.SetUpError) as error:
        set_up.run("the step", command, tmp_path, "Do that.")
    assert "no such package" in str(error.value)
    assert "This step failed: the step.\nDo that." in str(error.value)
    assert capsys.readouterr().out == "set-up: the step\n"


def test_a_step_that_works_is_one_line(tmp_path, capfd):
    set_up.run("the step", [sys.executable, "-c", "print('noise')"], tmp_path, "")
    assert capfd.readouterr().out == "set-up: the step\n"


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 15, 0)])
def test_another_python_is_refused_with_a_remedy(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(set_up.SetUpError, match=r"needs 3\.11 to 3\.14.*PYTHON="):
        set_up.check_python()


def test_without_venv_the_package_to_install_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(set_up.SetUpError, match=r"apt install python3\.\d+-venv"):
        set_up.check_python()


def test_make_without_a_python_says_so():
    done = subprocess.run(["make", "set-up", "PYTHON="], cwd=ROOT, text=True, capture_output=True)
    assert done.returncode != 0
    assert "No Python 3.11 to 3.14 was found" in done.stderr


def test_make_help_names_every_target():
    done = subprocess.run(["make", "help"], cwd=ROOT, text=True, capture_output=True, check=True)
    for target in ("html", "test", "doctest", "bench", "serve", "live", "clean", "help"):
        assert f"make {target} " in done.stdout
