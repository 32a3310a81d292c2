"""No wrong formula slips past: wherever it hides on a page, it is checked or refused."""

from __future__ import annotations

import pytest
from proofread import NotationTable, check_text, has_relation

FRONT = r"""---
proofread:
  symbols:
    x: any number
    y: another
  functions:
    f(z): z^2
---
"""
RIGHT = "\n$$\nf(x) + y = x^2 + y\n$$\n"
WRONG = "f(0) = 3"


def failures(body: str) -> list[tuple[int, str]]:
    """The lines, counted in the body, and the kinds of what is wrong."""
    report = check_text(FRONT + body + RIGHT, "page.md", NotationTable(), corruptions=False)
    above = FRONT.count("\n")
    return [(problem.line - above, problem.kind) for problem in report.all_problems()]


@pytest.mark.parametrize(
    "latex",
    [
        r"\boxed{f(0) = 3}", r"\textcolor{red}{f(0) = 3}", r"\underbrace{f(0) = 3}",
        r"\underbrace{f(0)}_{= 3}", r"f(0) \overset{!}{=} 3", r"f(0) \stackrel{?}{=} 3",
        r"{f(0) = 3}", "{f(0)}{=}{3}", "(f(0) = 3)", r"\left[f(0) = 3\right]",
        r"f(0) \mathrel{=} 3", "3 \N{LESS-THAN OR EQUAL TO} f(0)",
        "f(0) \N{FULLWIDTH EQUALS SIGN} 3",
        r"f(0) \geqslant 3", r"f(0) \cong 3", r"f(0) \simeq 3", r"f(0) \doteq 3",
        r"\{3\} \subset \{0\}", r"f(0) \not= 0", r"f(0) \succeq 3", r"3 \ni f(0)",
        r"\begin{aligned} f(0) &= 3 \end{aligned}", r"\begin{cases} f(0) = 3 \end{cases}",
        r"\text{f(0) = 3}", r"\mathrm{f(0) = 3}", r"\mbox{f(0) $\le$ -1}", r"x \mapsto x^3",
        r"f(0) \Leftarrow 1 = 2", r"f(0) = 0 \tag{f(0) = 3}", "f(0)\n= 3", "f(0) =\n3",
        r"\def\q{3} f(0) = \q", r"\newcommand{\q}{3} f(0) = \q",
    ],
)  # fmt: skip
def test_a_claim_in_a_line_of_text_cannot_hide(latex: str) -> None:
    assert has_relation(latex)
    assert failures(f"Here ${latex}$ is said.\n")


@pytest.mark.parametrize(
    "latex",
    [r"\sum_{i=1}^{n} x_i", r"x_{k \ge 1}", r"\text{the sum}", "x", r"\text{on \& off}", "f(x)'"],
)
def test_a_formula_that_claims_nothing_is_left_alone(latex: str) -> None:
    assert not has_relation(latex)


@pytest.mark.parametrize(
    "latex",
    [
        "(f(0) = 3)", r"\left(f(0) = 3\right)", r"\text{if } f(0) = 3", r"\forall f(0) = 3",
        r"f(0) = 0 \\ \text{where } f(0) = 3", r"\text{for } x = 1, \dots, 3",
        r"\underbrace{f(0)}_{= 3} = 0", r"\overbrace{f(0)}^{\text{= 3}} = 0",
        r"f(0) = 0 \tag{$f(0) \le -1$}", r"f(0) = 0 \text{ and } f(0) = 3",
        r"f(0) = 0 \text{ thus } f(0) = 3", r"f(0) = \phantom{0} 3", r"f(0) = 0 \hphantom{= 3} = 3",
        "f(0) = % 0\n3", r"f(0) = 0 \% = 3", r"f(0) = 0 \Rightarrow f(0) = 3",
        r"f(0) = 0 \therefore f(0) = 3", r"\text{$f(0) = 3$}", r"f(0) = 0 \quad f(0) = 3",
        r"\begin{array}{c} f(0) = 3 \end{array}", r"\begin{matrix} f(0) = 3 \end{matrix}",
        r"\begin{aligned} f(0) &= 0 \\ f(0) &= 3 \end{aligned}", r"\gdef\z{3} f(0) = 0",
        r"\int_{k=1}^{2} k = 3", r"\int_0^1 x = 3", r"\lim_{x \to 0} x = 0", r"\not f(0) = 0",
        r"\htmlData{a=b}{f(0) = 3}", r"\smash{f(0) = 3}", r"\def\f{3} f(0) = \f",
    ],
)  # fmt: skip
def test_a_claim_in_a_displayed_formula_cannot_hide(latex: str) -> None:
    assert failures(f"$$\n{latex}\n$$\n")


def test_what_latex_does_not_show_is_not_read() -> None:
    assert failures("$$\nf(0) = 0 % = 3\n$$\n") == []
    assert failures("$$\nf(0) = 0 \\phantom{= 3} \\label{a=b}\n$$\n") == []


DISPLAYED = f"$$\n{WRONG}\n$$"


def indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (f"## On ${WRONG}$", 1),
        (f"On ${WRONG}$\n======", 1),
        (f"*${WRONG}$*, [**${WRONG}$**](https://example.org)", 1),
        (f"| ${WRONG}$ |\n|---|\n| a |", 1),
        (f"| a |\n|---|\n| ${WRONG}$ |", 3),
        (f"```{{list-table}}\n* - ${WRONG}$\n```", 2),
        (f"```{{csv-table}} On ${WRONG}$\na\n```", 1),
        (f"a[^note]\n\n[^note]: ${WRONG}$", 3),
        (f"a[^note]\n\n[^note]: text\n\n    {indented(DISPLAYED, 4)}", 6),
        (f"term\n: text\n\n  {indented(DISPLAYED, 2)}", 5),
        (f"```{{glossary}}\nterm\n  text\n\n  {indented(DISPLAYED, 2)}\n```", 6),
        (f"```{{figure}} a.svg\n:alt: a\n\nCaption ${WRONG}$\n```", 4),
        (f"```{{math}}\n:label: a\n\n{WRONG}\n```", 4),
        (f"```{{math}} {WRONG}\n```", 1),
        (f"```{{math}}\n---\nlabel: a\n---\n{WRONG}\n```", 5),
        (f":::{{math}}\n{WRONG}\n:::", 2),
        (f"```{{math}}\nf(0) = 0\n\n{WRONG}\n```", 4),
        (f"\\begin{{align}}\n{WRONG}\n\\end{{align}}", 2),
        (f"\\begin{{gather*}}\n{WRONG}\n\\end{{gather*}}", 2),
        (f"{{math}}`{WRONG}`", 1),
        (f"`````{{note}}\n````{{tip}}\n```{{warning}}\n{DISPLAYED}\n```\n````\n`````", 5),
        (f"````{{exercise}}\n:label: a\n{DISPLAYED}\n````", 4),
        (f"````{{solution}} a\n{DISPLAYED}\n````", 3),
        (f"```{{exercise-start}}\n:label: a\n```\n{DISPLAYED}\n```{{exercise-end}}\n```", 5),
        (f"```{{dropdown}} On ${WRONG}$\na\n```", 1),
        (f"````{{tab-set}}\n```{{tab-item}} A\n{DISPLAYED}\n```\n````", 4),
        (f"~~~{{margin}}\n{DISPLAYED}\n~~~", 3),
        (f"<div>\n\n${WRONG}$\n\n</div>", 3),
        ("> Here $f(0)\n> = 3$ is.", 2),
        ("- Here $f(0) =\n  3$ is.", 2),
        (f"- a\n  - b\n\n    {indented(DISPLAYED, 4)}", 5),
        (f"- [ ] ${WRONG}$", 1),
        (f"a $${WRONG}$$ b", 1),
    ],
)  # fmt: skip
def test_a_wrong_formula_is_found_wherever_markdown_allows_it(body: str, line: int) -> None:
    found = failures(f"f(0)=0\n\n{body}\n")
    assert found
    assert {kind for _, kind in found} == {"false"}
    assert {at - 2 for at, _ in found} == {line}


@pytest.mark.parametrize(
    "body",
    [
        f"```{{eval-rst}}\n:math:`{WRONG}`\n```",
        f"```{{raw}} html\n<p>\\({WRONG}\\)</p>\n```",
        f"<div>\n${WRONG}$\n</div>",
        "<div>\n<math><mn>3</mn></math>\n</div>",
        "".join("`" * (20 - depth) + "{note}\n" for depth in range(13)) + f"${WRONG}$\n",
    ],
)
def test_what_is_no_markdown_and_may_hold_a_formula_is_refused(body: str) -> None:
    assert failures(f"{body}\n")[0] in [(1, "unread"), (13, "unread")]


@pytest.mark.parametrize(
    "body",
    [
        "```{eval-rst}\n.. note:: a\n```",
        "```{raw} html\n<p class='a'>costs $5</p>\n```",
        "<div class='a'>\n$5\n</div>",
        "<!-- $f(0) = 3$ -->\n",
    ],
)
def test_what_holds_none_is_left_alone(body: str) -> None:
    assert failures(f"{body}\n\n") == []


def test_a_caption_is_read_and_other_options_are_not() -> None:
    figure = "```{{figure}} a.svg\n:alt: {}\n:caption: {}\n```\n"
    assert failures(figure.format(f"${WRONG}$", "none")) == []
    assert failures(figure.format("none", f"${WRONG}$")) == [(3, "false")]
    code = f"```{{code-block}} python\n:caption: On ${WRONG}$\nf(0) == 3\n```\n"
    assert failures(code) == [(2, "false")]


EXCUSE = "% not machine-checked: a sketch\n"


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (DISPLAYED, 0),
        (f"Two, ${WRONG}$ and ${WRONG}$.", 0),
        (f"- ${WRONG}$\n- ${WRONG}$", 0),
        (f"| a |\n|---|\n| ${WRONG}$ |", 0),
        (f"Text.\n\n{DISPLAYED}", 1),
        (f"```{{note}}\n{DISPLAYED}\n```", 1),
        (f"```{{note}}\n{EXCUSE}{DISPLAYED}\n```", 0),
    ],
)
def test_an_excuse_is_for_the_next_block_and_not_for_what_a_directive_holds(
    block: str, found: int
) -> None:
    assert len(failures(f"{EXCUSE}{block}\n")) == found
