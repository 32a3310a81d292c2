"""Formulas and declarations that ask for much are refused within little memory and time.

Each runs in a process of its own whose memory the system bounds: whatever asks for more ends there.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")  # Windows has none

FOLDER = Path(__file__).resolve().parents[2] / "book" / "_ext"
MEGABYTES = 200
"""What checking may need beyond what the imports need."""

# The bound is on addresses, of which the libraries reserve many: those in use are added.
PROGRAM = f"""
import resource, sys
sys.path.insert(0, {str(FOLDER)!r})
from proofread import NotationTable, check_text
import scipy.special
check_text("$2 = 2$", "page.md", NotationTable())
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
bound = used + {MEGABYTES} * 2**20
resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
report = check_text(sys.stdin.read(), "page.md", NotationTable())
print(sorted({{problem.kind for problem in report.all_problems()}}))
"""

DECLARED = r"""---
proofread:
  dimensions: {n: [2, 9]}
  indices: {i: [1, n], j: [1, 1900], k: [1, 1900]}
  symbols:
    x: {domain: positive}
    A: {kind: matrix, shape: [n, n]}
    r: {random: {normal: [0, 1]}}
  functions: {f(x): x^2}
---

"""


def run(page: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=page, capture_output=True, text=True, check=False,
        env={"OPENBLAS_NUM_THREADS": "1", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory from /proc")
@pytest.mark.parametrize(
    ("latex", "kinds"),
    [
        (r"x^{9^{9^{9}}} = x", "domain"),
        (r"A^{999999999} = A", "domain"),
        (r"x^{999999999} = x", "domain"),
        (r"10^{308} \cdot 10^{308} x = x", "domain"),
        (r"\binom{999999999}{99999999} = x", "domain"),
        (r"999999999! = x", "domain"),
        (r"\sum_{a=1}^{999999999999} x = x", "size"),
        (r"\sum_{j}\sum_{k} x = x", "size"),
        (r"\prod_{a=n^{99}}^{1} x = x", "size"),
        (r"\max_{j, k} j k = x", "size"),
        (r"x \in \{1, \dots, 999999999999\}", "false"),
        ("j k = k j x", "size"),
        ("(" * 2000 + "x" + ")" * 2000 + " = x", "size"),
        (r"\frac{1}{" * 300 + "x" + "}" * 300 + " = x", "size"),
        ("f(" * 39 + "x" + ")" * 39 + " = x", "size"),
        (r"\mathbb{E}[" * 30 + "r" + "]" * 30 + " = x", ""),
        ("x" * 7000 + " = x", "size"),
    ],
)  # fmt: skip
def test_a_formula_that_asks_for_much(latex: str, kinds: str) -> None:
    printed = run(f"{DECLARED}$$\n{latex}\n$$\n")
    assert printed != "[]"
    assert kinds in printed


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory from /proc")
def test_the_bound_can_be_passed() -> None:
    """A program that needs more than the bound ends without an answer."""
    greedy = PROGRAM.replace("report =", f"bytes({2 * MEGABYTES} * 2**20); report =")
    done = subprocess.run(
        [sys.executable, "-c", greedy], input="", capture_output=True, text=True, check=False,
        env={"OPENBLAS_NUM_THREADS": "1", "PATH": ""},
    )  # fmt: skip
    assert done.returncode != 0
    assert "MemoryError" in done.stderr
