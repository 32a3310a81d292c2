"""Symbols are marked in LaTeX so that the formula itself stays the same."""

import pytest
from proofread_sphinx.glosses import annotate


def use(latex, text, gloss=1):
    start = latex.index(text)
    return {"start": start, "end": start + len(text), "gloss": gloss}


@pytest.mark.parametrize(
    ("latex", "symbol", "expected"),
    [
        ("Z = A", "A", r"Z = {\htmlData{symbol=1}{A}}"),
        (r"x^l", "l", r"x^{\htmlData{symbol=1}{l}}"),
        (r"\frac12 W", "W", r"\frac12 {\htmlData{symbol=1}{W}}"),
        (r"\tanh z", r"\tanh", r"\htmlData{symbol=1}{\tanh} z"),
        (r"\max_k z", r"\max", r"\htmlData{symbol=1}{\max_k} z"),
        ("x^2", "x", r"{\htmlData{symbol=1}{x^2}}"),
        ("y_{ij} = 1", "y", r"{\htmlData{symbol=1}{y_{ij}}} = 1"),
        (r"a^{(\{l\})}_{ij}^2", r"a^{(\{l\})}", r"{\htmlData{symbol=1}{a^{(\{l\})}_{ij}^2}}"),
        ("f(x)^2 + 1", "f(x)", r"{\htmlData{symbol=1}{f(x)^2}} + 1"),
    ],
)
def test_one_symbol(latex, symbol, expected):
    assert annotate(latex, [use(latex, symbol)]) == expected


def test_an_index_is_marked_inside_its_symbol():
    latex = "W^{(l)}"
    marked = annotate(latex, [use(latex, "l", 2), use(latex, latex, 1)])
    assert marked == r"{\htmlData{symbol=1}{W^{({\htmlData{symbol=2}{l}})}}}"


def test_a_power_after_a_bare_index_belongs_to_the_symbol():
    latex = "x_i^2"
    marked = annotate(latex, [use(latex, "x", 1), use(latex, "i", 2)])
    assert marked == r"{\htmlData{symbol=1}{x_{\htmlData{symbol=2}{i}}^2}}"


def test_neighbours_are_closed_before_the_next_is_opened():
    marked = annotate("ab", [use("ab", "a", 1), use("ab", "b", 2)])
    assert marked == r"{\htmlData{symbol=1}{a}}{\htmlData{symbol=2}{b}}"


def test_uses_that_cross_do_not_break_the_formula():
    crossing = [{"start": 0, "end": 2, "gloss": 1}, {"start": 1, "end": 3, "gloss": 2}]
    assert annotate("abc", crossing) == r"{\htmlData{symbol=1}{ab}}c"
