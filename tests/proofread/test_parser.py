"""Which tree a formula becomes: precedence, what a bracket or a script means, what is refused."""

from __future__ import annotations

import pytest
from proofread import NotationTable
from proofread.atoms import parse_expression
from proofread.errors import ProofreadError
from proofread.syntax import (
    Add,
    Apply,
    Call,
    Divide,
    Entry,
    IndexReference,
    Multiply,
    Node,
    Number,
    Power,
    Symbol,
    Transpose,
)

NOTATION = (
    NotationTable()
    .checker(
        {
            "dimensions": {"n": [2, 9]},
            "indices": {"i": [1, "n"], "l": [1, 3]},
            "symbols": {
                "x": "a number",
                "A": {"kind": "matrix", "shape": ["n", "n"]},
                "v": {"kind": "vector", "shape": "n"},
                "W^{(l)}": {"kind": "matrix", "shape": ["n", "n"]},
            },
            "functions": {"f(x)": {"value": "x^2", "elementwise": True}},
        }
    )
    .notation
)


def parse(latex: str) -> Node:
    return parse_expression(latex, NOTATION)


def shown(node: Node) -> str:
    """The tree in brackets."""
    match node:
        case Number(text=text):
            return text
        case IndexReference(name=name):
            return name
        case Symbol(key=key, indices=indices):
            return key + "".join(f"[{shown(index)}]" for index in indices)
        case Add(terms=terms):
            signed = ("+-"[sign < 0] + shown(term) for sign, term in terms)
            return f"({' '.join(signed)})"
        case Multiply(left=left, right=right, operator=operator):
            return f"({shown(left)} {operator} {shown(right)})"
        case Divide(numerator=above, denominator=below):
            return f"({shown(above)} / {shown(below)})"
        case Power(base=base, exponent=exponent, entrywise=entrywise):
            return f"({shown(base)} {'each ' * entrywise}^ {shown(exponent)})"
        case Transpose(base=base):
            return f"({shown(base)} T)"
        case Entry(base=base, indices=indices):
            return f"{shown(base)}<{','.join(map(shown, indices))}>"
        case Call(key=key, arguments=arguments, primes=primes):
            return f"{key[0]}{primes * chr(39)}({', '.join(map(shown, arguments))})"
        case Apply(name=name, arguments=arguments):
            return f"{name}({', '.join(map(shown, arguments))})"
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("latex", "tree"),
    [
        ("1 - x + 2", "(+1 -x +2)"),
        ("-x", "(-x)"),
        ("2 x^2", "(2 juxtaposition (x ^ 2))"),
        ("-x^2", "(-(x ^ 2))"),
        (r"x \cdot 2 x", "(x dot (2 juxtaposition x))"),
        (r"A v \odot v", "((A juxtaposition v) elementwise v)"),
        (r"1 + 2 \cdot 3", "(+1 +(2 dot 3))"),
        (r"x / 2 \cdot 3", "((x / 2) dot 3)"),
        (r"\frac{1}{2} x", "((1 / 2) juxtaposition x)"),
        (r"\frac12", "(1 / 2)"),
        ("x(x + 1)", "(x juxtaposition (+x +1))"),
        ("f(x + 1)", "f((+x +1))"),
        ("f'(x)", "f'(x)"),
        ("f^2(x)", "(f(x) each ^ 2)"),
        ("f(x)^2", "(f(x) ^ 2)"),
        (r"\tanh^2 x", "(tanh(x) each ^ 2)"),
        (r"\sin 2 x", "sin((2 juxtaposition x))"),
        (r"\exp(x) x", "(exp(x) juxtaposition x)"),
        ("W^{(2)}", "W^{(l)}[2]"),
        ("W^{(l-1)}", "W^{(l)}[(+l -1)]"),
        (r"W^{(l)\top}", "(W^{(l)}[l] T)"),
        (r"(W^{(l)})^\top", "(W^{(l)}[l] T)"),
        ("A^T", "(A T)"),
        ("A^{-1}", "(A ^ (-1))"),
        ("A_{i1}", "A<i,1>"),
        ("A_{i,n-1}", "A<i,(+n -1)>"),
        ("W^{(l)}_{12}", "W^{(l)}[l]<1,2>"),
        ("v_i^2", "(v<i> ^ 2)"),
        ("(A v)_i", "(A juxtaposition v)<i>"),
        ("|x - |x||", "absolute((+x -absolute(x)))"),
        ("n!", "factorial(n)"),
        (r"\sqrt{x}", "sqrt(x)"),
        (r"\underbrace{x + 1}_{\text{why}}", "(+x +1)"),
        (r"\boxed{x}", "x"),
    ],
)
def test_the_tree(latex: str, tree: str) -> None:
    assert shown(parse(latex)) == tree


@pytest.mark.parametrize(
    ("latex", "kind", "mark"),
    [
        ("x +", "syntax", "+"),
        ("x )", "syntax", ")"),
        ("(x", "syntax", "(x"),
        ("x^2^3", "syntax", "^3"),
        ("x_1", "symbol", "_1"),
        ("2 3", "syntax", "2"),
        ("x^", "syntax", "^"),
        ("x^{}", "syntax", "^"),
        ("x'", "symbol", "x'"),
        ("f'", "symbol", "f'"),
        ("()", "syntax", "("),
        (r"\frac{x}", "syntax", "}"),
        ("1/2x/3", "syntax", "/2x"),
        ("q", "symbol", "q"),
        ("A_{123}", "index", "_{123}"),
        (r"x \cdot -2", "syntax", "-2"),
        (r"\lim x", "syntax", r"\lim"),
        (r"\exp", "syntax", r"\exp"),
        (r"\sin^{-1} x", "syntax", "^{-1}"),
        (r"\begin{array} x \end{array}", "syntax", r"\begin"),
        ("(" * 60 + "x" + ")" * 60, "size", "("),
    ],
)
def test_what_is_refused_and_where(latex: str, kind: str, mark: str) -> None:
    with pytest.raises(ProofreadError) as caught:
        parse(latex)
    assert caught.value.kind == kind, caught.value
    assert caught.value.span is not None
    assert latex[caught.value.span[0] :].startswith(mark), caught.value


def test_every_node_knows_where_it_is_written() -> None:
    latex = r"2 A_{ii} + \frac{x}{n}"
    tree = parse(latex)
    assert isinstance(tree, Add)
    pieces = [latex[term.span[0] : term.span[1]] for _, term in tree.terms]
    assert pieces == ["2 A_{ii}", r"\frac{x}{n}"]
