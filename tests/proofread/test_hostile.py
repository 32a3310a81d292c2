"""No LaTeX, however hostile, runs code, hangs or raises anything but proofread's own error."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proofread import Checker, NotationTable, check_equation, check_text
from proofread.errors import ProofreadError
from proofread.front_matter import read_front_matter
from proofread.lexer import tokenize
from proofread.markdown import displayed, scan

BOOK = Path(__file__).resolve().parents[2] / "book"
TABLE = NotationTable.load(BOOK / "notation.yml")
SECONDS = 1.0
FORMULAS = [
    r"\Delta^{(l)} = \left(\Delta^{(l+1)} (W^{(l+1)})^\top\right) \odot f'(Z^{(l)})",
    r"C = \frac{1}{nm}\sum_{i=1}^{n}\sum_{j=1}^{m}(a^{(L)}_{ij}-y_{ij})^2",
    r"\frac{\partial C}{\partial W^{(l)}} = (A^{(l-1)})^\top \Delta^{(l)}",
    r"\sigma(z) = \begin{cases} \frac{1}{1+e^{-z}} & z \ge 0 \\ 1 - \sigma(-z) & z < 0 \end{cases}",
    r"W^{(l)} \leftarrow W^{(l)} - \eta (A^{(l-1)})^\top \Delta^{(l)}, \quad l = 1, \dots, L",
    r"0 < \sigma(z) < 1 \implies |\sigma(z)| = \max(\sigma(z), 0)",
    r"\lVert X \rVert^2 = \sum_{i,k} x_{ik}^2, \qquad X \in \mathbb{R}^{n \times n_0}",
]
FRAGMENTS = [
    r"\frac", r"\sum_", r"^\top", "{", "}", "(", ")", r"\left(", r"\right)", "_", "^", "&", r"\\",
    "|", r"\|", "'", "=", r"\leftarrow", r"\begin{cases}", r"\end{cases}", "9999999", "10^{99}",
    "!", r"\prod_{i=1}^{999}", r"\nabla", r"\partial", r"\mathbb{E}[", "]", r"\max_", r"\sqrt",
    r"\text{if}", r"\quad", ",", "z", "1", "i", r"\approx", r"\in", "O(", r"\infty", r"\dots",
    "%", "$", "\x00", "\u00e9", r"\implies", r"\operatorname{diag}", "^{-1}", r"\lfloor",
    r"\begin{bmatrix}", r"\end{bmatrix}", r"\arg\max_", r"\hat", r"\iff", r"\binom{n}{2}",
]  # fmt: skip
HOSTILE = [
    "(" * 5000,
    "{" * 3000 + "}" * 3000,
    "x" * 7999,
    "z " * 1900 + "= z",
    "z + " * 900 + "z = z",
    "(z z z z z " * 30 + "z" + ")" * 30 + " = z",
    r"\frac{" * 200 + "1" + "}{1}" * 200,
    "^" * 100,
    r"\hat" * 500,
    r"\left" * 500,
    r"\sum_{i=1}^{n}" * 200 + "z",
    r"\sum_{i=1}^{10^{9}} z = z",
    r"\sum_{i=1}^{2000}\sum_{j=1}^{2000} z = z",
    r"\prod_{i=1}^{1999} 10^{300} = z",
    "z" + "!" * 300,
    "9!!!!!! = z",
    "z^{z^{z^{z^{z^{z}}}}} = z",
    r"X^{10^{9}} = X",
    r"\binom{10^{9}}{10^{8}} = z",
    "f(" * 60 + "z" + ")" * 60,
    "f'(" * 12 + "z" + ")" * 12 + " = z",
    r"\frac{d}{dz}" * 12 + "f(z) = z",
    r"\begin{cases}" * 50,
    r"\begin{aligned}" * 50 + r"\end{aligned}" * 50,
    "|" * 999,
    r"z_{" * 60 + "1" + "}" * 60,
    r"\mathrm{__import__('os').system('false')}(z) = z",
    r"\text{" + "a" * 5000 + "} = z",
    "1" * 5000 + " = z",
    "0." + "1" * 5000 + " = z",
    "\\",
    "",
    "$$",
    "%",
    "\u202e z = z",
]


@pytest.fixture(scope="module")
def checker() -> Checker:
    checker = TABLE.checker({"world": "network"})
    for latex in FORMULAS:
        check_equation(latex, checker, corruptions=False)
    return checker


def attempt(latex: str, checker: Checker) -> str:
    """Check a formula; any exception but ours fails the test, as does a second of work."""
    start = time.process_time()
    report = check_equation(latex, checker, corruptions=False)
    assert time.process_time() - start < SECONDS, latex
    assert report.status in ("checked", "failed")
    assert (report.status == "failed") == bool(report.problems)
    assert all(problem.kind != "error" for problem in report.problems)
    return report.status


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_a_hostile_formula_is_refused_in_time(place: int, checker: Checker) -> None:
    assert attempt(HOSTILE[place], checker) == "failed"


def mutate(latex: str, chooser: random.Random) -> str:
    """One to three rough changes."""
    for _ in range(chooser.choice([1, 1, 2, 3])):
        try:
            tokens = tokenize(latex)
        except ProofreadError:
            tokens = []
        start, end = sorted(chooser.randrange(len(latex) + 1) for _ in range(2))
        change = chooser.randrange(5)
        if change == 0 and tokens:
            token = chooser.choice(tokens)
            latex = latex[: token.start] + latex[token.end :]
        elif change == 1 and tokens:
            token = chooser.choice(tokens)
            latex = latex[: token.start] + chooser.choice(FRAGMENTS) + latex[token.end :]
        elif change == 2 and tokens:
            one, other = chooser.choice(tokens), chooser.choice(tokens)
            latex = latex[: one.start] + latex[other.start : other.end] + latex[one.end :]
        elif change == 3:
            latex = latex[:end] + latex[start:end] + latex[end:]
        else:
            latex = latex[:start] + chooser.choice(FRAGMENTS) + latex[start:]
    return latex


def test_corruptions_of_the_book_s_formulas_raise_nothing_and_end_in_time() -> None:
    """A sample; each page has its own symbols and worlds."""
    chooser = random.Random(21)
    formulas: list[tuple[str, Checker]] = []
    for path in chooser.sample(sorted(BOOK.rglob("*.md")), 8):
        page = scan(path.read_text(encoding="utf-8"))
        page_checker = TABLE.checker(read_front_matter(page.front_matter).section)
        _ = page_checker.worlds
        formulas += [(one.latex, page_checker) for one in displayed(page)]
    assert len(formulas) > 50
    for latex, page_checker in formulas:
        check_equation(latex, page_checker, corruptions=False)  # draws what it needs
    for _ in range(500):
        latex, page_checker = chooser.choice(formulas)
        attempt(mutate(latex, chooser), page_checker)


def test_corrupted_formulas_raise_nothing_and_end_in_time(checker: Checker) -> None:
    chooser = random.Random(20)
    statuses = {attempt(mutate(chooser.choice(FORMULAS), chooser), checker) for _ in range(1500)}
    assert statuses == {"checked", "failed"}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*FRAGMENTS, *"zXWCf+-=() "]), max_size=25).map("".join))
def test_any_sequence_of_fragments_is_answered(latex: str) -> None:
    attempt(latex, TABLE.checker({"world": "network"}))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_answered(latex: str) -> None:
    attempt(latex, TABLE.checker({"world": "network"}))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="$`\n%{}:-=xz\\ ()math~>#*[]'\"", max_size=150))
def test_any_page_is_answered(text: str) -> None:
    report = check_text(text, "page.md", TABLE, corruptions=False)
    assert all(problem.line >= 1 for problem in report.all_problems())


@pytest.mark.parametrize(
    "front",
    [
        "proofread: !!python/object/apply:os.system ['false']",
        "proofread: &a [*a]",
        "proofread: {symbols: {x: {python: 'os:system'}}}",
        "proofread: {symbols: {x: {python: 'numpy:f2py.os.system'}}}",
        "proofread: {symbols: {x: {python: 'numpy:__builtins__'}}}",
        "proofread: {symbols: {x: {kind: vector, shape: 10^9}}}",
        "proofread: {symbols: {x: {kind: tensor, shape: [1000, 1000, 1000]}}}",
        "proofread: {dimensions: {x: [1, 10000000]}}",
        "proofread: {indices: {i: [1, 10000000]}, symbols: {x: {value: '\\sum_i i'}}}",
        "proofread: [1, 2]",
        "proofread: {symbols: [x]}",
        "proofread: {symbols: {'': 3}}",
        "proofread: {symbols: {'^': 3}}",
        "proofread: {symbols: {x: {value: 'x'}}}",
        "proofread: {symbols: {x: {value: '" + "(" * 3000 + "'}}}",
    ],
)
def test_hostile_front_matter_is_refused(front: str) -> None:
    start = time.process_time()
    report = check_text(f"---\n{front}\n---\n\n$$\nx = x\n$$\n", "page.md", NotationTable())
    assert time.process_time() - start < SECONDS
    assert report.all_problems()
