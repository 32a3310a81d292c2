"""Whole pages: four from other fields, and what a page may get wrong."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from proofread import NotationTable, PageReport, ProofreadError, check_text

PAGES = sorted((Path(__file__).parent / "pages").glob("*.md"))
FRONT = r"""
---
proofread:
  dimensions: {n: [2, 9], d: [2, 9]}
  indices: {i: [1, n]}
  symbols:
    X: {kind: matrix, shape: [n, d]}
    w: {kind: vector, shape: d}
    z: {kind: vector, shape: n, value: X w}
    c: {domain: positive}
---
""".lstrip()


def check(body: str, front: str = FRONT, table: NotationTable | None = None) -> PageReport:
    return check_text(front + textwrap.dedent(body), "page.md", table or NotationTable())


USES_ALL = "\n$$\nz = X w\n$$\n\n$$\n\\sum_{i=1}^{n} c z_i = c \\sum_{i=1}^{n} z_i\n$$\n"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_of_another_field_is_checked(path: Path) -> None:
    report = check_text(path.read_text(encoding="utf-8"), str(path), NotationTable())
    assert [problem.at(path.name) for problem in report.all_problems()] == []
    assert all(one.status in ("checked", "excused") for one in report.equations)
    displayed = [one for one in report.equations if not one.inline and one.status == "checked"]
    assert all(one.corruptions_tried == one.corruptions_caught > 0 for one in displayed)


@pytest.mark.parametrize(
    ("page", "before", "after", "message"),
    [
        ("linear_regression", r"-2 X^\top", "-2 X", "cannot multiply"),
        ("linear_regression", r"-2 X^\top (y", r"2 X^\top (y", "left = -1"),
        ("linear_regression", r"X^\top X \hat\beta =", r"X^\top X \beta =", "left side is"),
        ("logistic_regression", "(p_i - y_i) x_i, ", "(y_i - p_i) x_i, ", "left = -1"),
        ("logistic_regression", r"w - \eta", r"w + \eta", "left side is"),
        ("logistic_regression", r"-\sum", r"\sum", "left side is"),
        ("pendulum", r"-A \omega", "-A", "left side is"),
        ("pendulum", "= -k x", "= k x", "left = -1"),
        ("pendulum", "O(h^2)", "O(h)", "order 2.00"),
        ("epidemic", r"= -\frac{\beta S I}{N},", r"= \frac{\beta S I}{N},", "left = -1"),
        ("epidemic", r"\beta\, \mathbb{E}", r"\gamma\, \mathbb{E}", "left side is"),
        ("epidemic", r"> 0 \iff", r"< 0 \iff", "one side of"),
        ("epidemic", r"& -\frac{\beta S}{N} \\", r"& \frac{\beta S}{N} \\", "in entry 1, 2"),
        ("epidemic", r"e^{-\mathcal{R}_0 z}", r"e^{\mathcal{R}_0 z}", "left side is"),
    ],
)
def test_a_mistake_in_it_is_found_at_its_line(
    page: str, before: str, after: str, message: str
) -> None:
    (path,) = (one for one in PAGES if one.stem == page)
    text = path.read_text(encoding="utf-8")
    assert before in text
    place = text.index(before)
    changed = text[:place] + after + text[place + len(before) :]
    report = check_text(changed, str(path), NotationTable(), corruptions=False)
    line = text[:place].count("\n") + 1
    assert [(problem.line, message in problem.message) for problem in report.all_problems()] == [
        (line, True)
    ]


def test_a_clean_page_has_no_problems() -> None:
    assert check(USES_ALL).all_problems() == []


def test_a_problem_stands_at_its_line_and_column() -> None:
    report = check(USES_ALL + "\nText.\n\n$$\nz = X w\n  + q\n$$ (eq-x)\n")
    (problem,) = report.all_problems()
    lines = (FRONT + USES_ALL).count("\n")
    assert (problem.line, problem.column, problem.kind) == (lines + 6, 5, "symbol")
    assert report.equations[-1].label == "eq-x"


def test_an_excuse_needs_a_reason() -> None:
    excused = check(USES_ALL + "\n% not machine-checked: it is a picture\n$$\na = b\n$$\n")
    assert excused.all_problems() == []
    assert [one.reason for one in excused.equations if one.status == "excused"] == [
        "it is a picture"
    ]
    bare = check(USES_ALL + "\n% not machine-checked\n$$\na = b\n$$\n")
    assert {problem.kind for problem in bare.all_problems()} == {"excuse", "symbol"}


def test_an_excuse_covers_only_the_next_block() -> None:
    report = check(USES_ALL + "\n% not machine-checked: a sketch\n$$\na = b\n$$\n\n$$\na = b\n$$\n")
    assert [one.status for one in report.equations[-2:]] == ["excused", "failed"]


def test_inline_mathematics_with_a_relation_is_checked_and_without_is_not() -> None:
    report = check(USES_ALL + "\nHere $z = X w$, then $q$, `$q = 1$` and $z = w$.\n")
    inline = [one for one in report.equations if one.inline]
    assert [(one.latex, one.status) for one in inline] == [
        ("z = X w", "checked"),
        ("z = w", "failed"),
    ]


def test_a_condition_must_be_able_to_hold() -> None:
    good = check(USES_ALL + "\nOnly if $c > 1$ it grows.\n")
    assert good.all_problems() == []
    assert good.equations[-1].kinds == ["condition"]
    bad = check(USES_ALL + "\nOnly if $c < 0$ it grows.\n")
    assert [problem.kind for problem in bad.all_problems()] == ["false"]


def test_directives_of_text_are_read_and_code_is_not() -> None:
    body = """
    ````{note}
    ```{math}
    :label: eq-in-note
    z = w
    ```
    ````

    ```python
    # $$ z = w $$
    ```

    ```{code-cell} ipython3
    text = "$z = w$"
    ```

    :::{admonition} Title
    $$
    z = w
    $$
    :::

    \\begin{align}
    z &= w
    \\end{align}
    """
    report = check(USES_ALL + textwrap.dedent(body))
    failed = [one for one in report.equations if one.status == "failed"]
    assert len(failed) == 3
    assert failed[0].label == "eq-in-note"
    start = (FRONT + USES_ALL).count("\n")
    assert [one.problems[0].line - start for one in failed] == [5, 19, 24]


def test_a_label_lost_inside_a_paragraph_is_a_problem() -> None:
    report = check(USES_ALL + "\nText $$ z = X w $$ (eq-lost)\n")
    assert [problem.kind for problem in report.all_problems()] == ["label"]


def test_a_comment_chooses_the_world_of_a_formula() -> None:
    front = FRONT.replace(
        "  symbols:\n", "  worlds: {toy: {symbols: {q: {value: 3}}}}\n  symbols:\n"
    )
    report = check(USES_ALL + "\n% world: toy\n$$\nq = 3\n$$\n", front)
    assert report.all_problems() == []
    assert report.equations[-1].world == "toy"
    spaced = check(
        USES_ALL + "\n% world:  toy box \n$$\nq = 3\n$$\n", front.replace("toy:", "toy box:")
    )
    assert spaced.all_problems() == []
    assert spaced.equations[-1].world == "toy box"
    nameless = check(USES_ALL + "\n% world:\n$$\nz = X w\n$$\n").all_problems()
    assert ["the name is missing" in one.message for one in nameless] == [True]
    unknown = check(USES_ALL + "\n% world: nowhere\n$$\nz = X w\n$$\n")
    assert "nowhere" in unknown.all_problems()[0].message


@pytest.mark.parametrize(
    ("before", "after", "message", "mark"),
    [
        ("shape: d}", "shape: q}", "q is not declared", "w: {kind: vector, shape: q}"),
        ("    c:", "    X:", "X is declared twice", "X: {domain"),
        ("domain: positive", "domain: cheerful", "domain is 'cheerful'", "domain: cheerful"),
        ("domain: positive", "range: [3, 1]", "the range [3, 1] is empty", "c: {range"),
        ("kind: vector, shape: d", "kind: arrow, shape: d", "kind is 'arrow'", "kind: arrow"),
        ("kind: vector, shape: d", "kind: vector", "expected 1 size", "w: {kind: vector}"),
        ("value: X w", "value: w X", "cannot multiply", "z: {"),
        ("value: X w", "value: w", "is declared n", "z: {"),
        ("value: X w", "python: 'os:system', arguments: [c]", "is not allowed", "z: {"),
        ("value: X w", "python: 'numpy:nothing'", "cannot be loaded", "z: {"),
        ("value: X w", "vlaue: X w", "unknown field 'vlaue'", "vlaue"),
        ("value: X w", "value: X w, python: 'numpy:dot'", "2 ways", "python"),
        ("value: X w", "value: z", "depends on itself", "z: {"),
        ("{i: [1, n]}", "{i: [1]}", "its first and last value", "i: [1]"),
        ("d: [2, 9]", "d: [9, 2]", "expected 0", "d: [9, 2]"),
        ("  indices:", "  assume: ['c < 0']\n  indices:", "no point satisfies", "assume"),
        (
            "  indices:",
            "  world: nowhere\n  indices:",
            "the world nowhere is not declared",
            "world: nowhere",
        ),
        ("  indices:", "  wrold: x\n  indices:", "unknown field 'wrold'", "wrold"),
        ("c: {domain", "c: {domain: [", "not valid YAML", ": positive"),
        ("value: X w", r'value: "\nu"', "put LaTeX in single quotes", r'"\nu"'),
        (
            "c: {domain: positive}",
            r"c: '\frac{1}{2}'",
            "a text alone is its meaning in words",
            "c: ",
        ),
        ("{i: [1, n]}", "{c: [1, n]}", "c is an index", "c: [1, n]"),
        ("domain: positive", "random: {normal: [0]}", "expected its mean and variance", "random"),
        ("domain: positive", "random: {exponential: [1, 2]}", "expected its mean", "random"),
        ("domain: positive", "domain: identity", "needs a vector or a matrix", "c: {"),
        (
            "kind: matrix, shape: [n, d]",
            "kind: matrix, shape: [n, d], domain: identity",
            "needs a square matrix",
            "X: {",
        ),
    ],
)
def test_wrong_front_matter_is_told_once_and_at_its_place(
    before: str, after: str, message: str, mark: str
) -> None:
    assert before in FRONT
    text = FRONT.replace(before, after, 1) + USES_ALL
    (problem,) = check(USES_ALL, FRONT.replace(before, after, 1)).all_problems()
    assert (problem.kind, message in problem.message) == ("notation", True), problem
    assert text.split("\n")[problem.line - 1][problem.column - 1 :].startswith(mark), problem


WORLDS = """---
proofread:
  world: toy
  symbols: {x: a number}
  worlds:
    toy:
      symbols: {q: {value: 3}}
    box:
      extends: toy
      symbols: {r: {value: q x}}
  functions: {f(x): x^2}
---

$$
f(x) = x^2, \\quad q = 3
$$

% world: box
$$
r = 3x
$$
"""


@pytest.mark.parametrize(
    ("before", "after", "message", "mark"),
    [
        ("extends: toy", "extends: box", "the world box extends itself", "extends: box"),
        ("extends: toy", "extends: toys", "the world toys is not declared", "extends: toys"),
        ("% world: box", "% world: bax", "the world bax is not declared", "% world: bax"),
        ("q x}", "q x, kind: lump}", "kind is 'lump'", "kind: lump"),
        ("q x}", "q y}", "y is not declared", "r: {value"),
        ("r: {value: q x}", "q: 4, r: {value: q x}", "clashes", "q: 4"),
        ("symbols: {x: a number}", "symbols: [x]", "expected names with", "symbols: [x]"),
        ("f(x): x^2", "f(x): x^2 +", "the formula ends", "f(x): x^2 +"),
        ("f(x): x^2", "f(x): {python: 'os:getpid'}", "is not allowed", "f(x): {python"),
        ("f(x): x^2", "f(x): {value: x^2, elementwise: 3}", "expected true or", "elementwise"),
        ("f(x): x^2", "f: x^2", "has no arguments", "f: x^2"),
        ("f(x): x^2", "f(x): x^2, g(x): x", "g(x) is declared but never used", "g(x): x"),
        ("q: {value: 3}", "q: {value: 3, range: [1, 2]}", "it has no range", "range"),
        ("q: {value: 3}", "q: {entry: {indexes: [i]}}", "unknown field 'indexes'", "indexes"),
        ("q: {value: 3}", "q: {derivative: {of: x}}", "lacks by", "derivative"),
        ("q: {value: 3}", "q: {value: 3, after: 5}", "after is 5", "after"),
        ("  functions:", "  approximation: 2\n  functions:", "approximation is 2", "approximation"),
        ("  functions:", "  assume: {}\n  functions:", "expected a list", "assume"),
        ("  functions:", "  assume: ['x <']\n  functions:", "a side of the relation", "assume"),
        ("  functions:", "  dimensions: {n: [2, 2.5]}\n  functions:", "this is 2.5", "n: [2, 2.5]"),
        ("  functions:", "  indices: {i: {form: 1}}\n  functions:", "unknown field 'form'", "form"),
        ("world: toy", "world: top", "the world top is not declared", "world: top"),
    ],
)  # fmt: skip
def test_an_error_in_a_world_or_a_function_is_told_at_its_place(
    before: str, after: str, message: str, mark: str
) -> None:
    assert before in WORLDS
    text = WORLDS.replace(before, after, 1)
    problems = check_text(text, "page.md", NotationTable()).all_problems()
    places = [text.split("\n")[one.line - 1][one.column - 1 :] for one in problems]
    assert [place[: len(mark)] for place in places] == [mark], problems
    assert message in problems[0].message


def test_a_broken_declaration_is_told_once_for_all_formulas() -> None:
    front = FRONT.replace("value: X w", "value: w X")
    report = check(USES_ALL * 3, front)
    assert len(report.all_problems()) == 1
    assert [one.status for one in report.equations] == ["failed"] * 6


TABLE = """modules: []
common:
  symbols:
    m: the mass
    v: {domain: positive}
worlds:
  falling:
    symbols: {E: {value: 'm v'}}
"""


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("modules: []", "modules: 3", "notation.yml:1:1: modules is 3"),
        ("modules: []", "moduls: []", "notation.yml:1:1: the notation table has the unknown"),
        ("modules: []", "modules: [", "notation.yml:3:10: this is not valid YAML"),
        ("    v: {", "    m: {", "notation.yml:5:5: m is declared twice"),
        ("domain: positive", "domain: merry", "notation.yml:5:9: symbol v: domain is 'merry'"),
        ("common:", "commn:", "notation.yml:2:1: the notation table has the unknown field"),
        ("value: 'm v'", "valeu: 'm v'", "notation.yml:8:19: symbol E has the unknown field"),
        ("value: 'm v'", "value: 'm u'", "notation.yml:8:15: symbol E: in 'm u': u is not"),
        ("    symbols: {E", "    symbls: {E", "notation.yml:8:5: the world falling has the"),
        ("worlds:\n  falling:\n    symbols: {E: {value: 'm v'}}", "worlds: 3", "notation.yml:6:1"),
    ],
)  # fmt: skip
def test_an_error_in_the_book_s_table_tells_its_place_there(
    before: str, after: str, place: str, tmp_path: Path
) -> None:
    assert before in TABLE
    path = tmp_path / "notation.yml"
    path.write_text(TABLE.replace(before, after, 1))
    page = "---\nproofread:\n  world: falling\n---\n\n$$\nE = m v\n$$\n"
    try:
        (problem,) = check_text(page, "page.md", NotationTable.load(path)).all_problems()
        assert (problem.line, problem.column) == (2, 1)
        message = problem.message
    except ProofreadError as error:
        message = error.message
    assert message.startswith(place)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r"\tau", True), (r"\frac", True), (r"\beta", True), (r"\nabla", True), (r"\rho", True),
        (r"one\ntwo", False), (r"one\ttwo", False), (r"\\beta", False),
    ],
)  # fmt: skip
def test_latex_that_yaml_has_taken_for_an_escape_is_told(text: str, told: bool) -> None:
    problems = check(USES_ALL, f'---\ntitle: "{text}"\n{FRONT[4:]}').all_problems()
    assert ["put LaTeX in single quotes" in one.message for one in problems] == [True] * told


def test_a_symbol_that_is_never_used_is_a_problem() -> None:
    front = FRONT.replace("    c:", "    lonely: {words: nobody}\n    c:")
    (problem,) = check(USES_ALL, front).all_problems()
    assert (problem.kind, "lonely" in problem.message) == ("unused", True)
    assert front.split("\n")[problem.line - 1].strip().startswith("lonely")


def test_a_page_may_not_redeclare_what_its_world_declares() -> None:
    table = NotationTable({"worlds": {"base": {"symbols": {"c": "a number"}}}})
    front = FRONT.replace("proofread:\n", "proofread:\n  world: base\n")
    (problem,) = check(USES_ALL, front, table).all_problems()
    assert "clashes" in problem.message


ORTHOGONAL = r"""
---
proofread:
  dimensions: {n: [6, 9], d: [2, 4]}
  symbols:
    X: {kind: matrix, shape: [n, d]}
    y: {kind: vector, shape: n}
    P: {kind: matrix, shape: [d, n], python: "numpy:linalg.pinv", arguments: [X]}
    \hat y: {kind: vector, shape: n, value: X P y}
---
""".lstrip()


def test_a_true_corruption_must_be_proved_by_the_author() -> None:
    formula = "$$\nX^\\top \\hat y = X^\\top X P y\n$$\n"
    weak = check(formula, ORTHOGONAL).all_problems()
    assert {problem.kind for problem in weak} == {"weak"}
    proofs = "".join(
        f"% also true: {what}: the residual is at right angles to X\n"
        for what in (r"\hat y to y", r"y to \hat{y}")
    )
    report = check(proofs + formula, ORTHOGONAL)
    assert [problem for problem in report.all_problems() if problem.kind == "weak"] == []
    assert any("right angles" in one for one in report.equations[0].equivalents)
    needless = check("% also true: x to y: no reason\n" + proofs + formula, ORTHOGONAL)
    assert "no surviving corruption" in needless.all_problems()[0].message


def test_a_derivative_taken_twice_is_still_seen_through() -> None:
    front = """---
proofread:
  symbols:
    t: the time
    x: {value: 't^3'}
    v: {derivative: {of: x, by: t}}
---
"""
    body = "$$\n\\frac{d x}{d t} = 3t^2\n$$\n\n$$\n\\frac{d v}{d t} = 6t, \\quad v = 3t^2\n$$\n"
    assert check(body, front).all_problems() == []
