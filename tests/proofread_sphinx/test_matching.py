"""Formulas and equations are paired one to one, and what is left over is told."""

from docutils import nodes
from proofread_sphinx.matching import pair


def displayed(latex, label=None):
    return nodes.math_block(latex, latex, label=label)


def inline(latex):
    return nodes.math(latex, latex)


def test_white_space_is_no_difference(make_equation):
    result = pair([displayed("a\n  =  b")], [make_equation("a = b\n")])
    assert [position for _, position in result.pairs] == [0]


def test_another_formula_is_unseen_and_its_equation_unplaced(make_equation):
    formula, equation = displayed("a = b"), make_equation("a = c")
    result = pair([formula], [equation])
    assert (result.pairs, result.unseen, result.unplaced) == ([], [formula], [equation])


def test_each_equation_serves_one_formula_only(make_equation):
    first, second = displayed("a = b"), displayed("a = b")
    result = pair([first, second], [make_equation()])
    assert result.pairs == [(first, 0)]
    assert result.unseen == [second]


def test_equal_formulas_are_told_apart_by_their_labels(make_equation):
    labelled, unlabelled = displayed("a = b", "eq-second"), displayed("a = b")
    result = pair([labelled, unlabelled], [make_equation(), make_equation(label="eq-second")])
    assert result.pairs == [(labelled, 1), (unlabelled, 0)]


def test_a_random_label_does_not_prevent_pairing(make_equation):
    environment = r"\begin{align} a &= b \end{align}"
    result = pair([displayed(environment, "f81d4fae")], [make_equation(environment)])
    assert len(result.pairs) == 1


def test_inline_and_displayed_formulas_are_not_confused(make_equation):
    small, large = inline("a = b"), displayed("a = b")
    result = pair([small, large], [make_equation(), make_equation(inline=True)])
    assert result.pairs == [(small, 1), (large, 0)]
