"""LaTeX to tokens: what one token is, what is dropped, what is refused and where."""

from __future__ import annotations

import pytest
from proofread.errors import ProofreadError
from proofread.lexer import MAXIMUM_DEPTH, MAXIMUM_LENGTH, MAXIMUM_TOKENS, tokenize


def texts(latex: str) -> list[str]:
    return [token.text for token in tokenize(latex)]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("12.5x", ["12.5", "x"]),
        ("1.", ["1", "."]),
        (r"\alpha\beta", [r"\alpha", r"\beta"]),
        (r"\hat y", [r"\hat{y}"]),
        (r"\hat{y}", [r"\hat{y}"]),
        (r"\hat{\mathbf{w}}", [r"\hat{\mathbf{w}}"]),
        (r"\mathbf{ab}", [r"\mathbf{ab}"]),
        (r"\operatorname{diag}", [r"\mathrm{diag}"]),
        (r"\text{for~  all}", [r"\mathrm{for all}"]),
        (r"a \, b \! c ~ d \displaystyle", ["a", "b", "c", "d"]),
        ("a % b\nc", ["a", "c"]),
        (r"a \leq b \geqslant c \neq d", ["a", r"\le", "b", r"\ge", "c", r"\ne", "d"]),
        (r"\left(x\right)", ["(", "x", ")"]),
        (r"\left|x\right|", [r"\lvert", "x", r"\rvert"]),
        (r"\left\|x\right\|", [r"\lVert", "x", r"\rVert"]),
        (r"\left.x\right)", ["x", ")"]),
        (r"x := y", ["x", ":=", "y"]),
        (r"a \\[2pt] b", ["a", r"\\", "b"]),
        (r"\label{eq} x \tag{3} \phantom{y}", ["x"]),
        (r"\begin{aligned} x \end{aligned}", ["aligned", "x", "aligned"]),
        (r"2 e - 3", ["2", "e", "-", "3"]),
        (r"2e^{-3}", ["2", "e", "^", "{", "-", "3", "}"]),
    ],
)
def test_tokens(latex: str, expected: list[str]) -> None:
    assert texts(latex) == expected


def test_a_token_knows_its_place_and_its_kind() -> None:
    latex = r"2\hat y \in \left( \text{if}"
    places = [(token.kind, latex[token.start : token.end]) for token in tokenize(latex)]
    assert places == [
        ("number", "2"),
        ("name", r"\hat y"),
        ("command", r"\in"),
        ("mark", r"\left("),
        ("name", r"\text{if}"),
    ]


@pytest.mark.parametrize(
    ("latex", "kind", "span"),
    [
        ("x ≤ y", "syntax", (2, 3)),
        ("x }", "syntax", (2, 3)),
        ("x_{a", "syntax", (2, 3)),
        ("{{a}", "syntax", (0, 1)),
        (r"x \hat", "syntax", (2, 6)),
        (r"\hat{}", "syntax", (0, 4)),
        (r"\hat{{y}}", "syntax", (5, 6)),
        (r"\mathrm x", "syntax", (0, 7)),
        (r"x \tag{a = b}", "syntax", (2, 6)),
        ("x + 1e-12", "syntax", (4, 9)),
        ("2.5E3", "syntax", (0, 5)),
        ("x" * (MAXIMUM_LENGTH + 1), "size", (0, 1)),
        ("x" * (MAXIMUM_TOKENS + 1), "size", (0, 1)),
        ("{" * (MAXIMUM_DEPTH + 1) + "}" * (MAXIMUM_DEPTH + 1), "size", (40, 41)),
    ],
)
def test_what_is_refused_and_where(latex: str, kind: str, span: tuple[int, int]) -> None:
    with pytest.raises(ProofreadError) as caught:
        tokenize(latex)
    assert (caught.value.kind, caught.value.span) == (kind, span)


def test_the_limits_themselves_are_allowed() -> None:
    assert len(tokenize("x" * MAXIMUM_TOKENS)) == MAXIMUM_TOKENS
    assert tokenize("{" * MAXIMUM_DEPTH + "}" * MAXIMUM_DEPTH)
    assert len(tokenize("x" + " " * (MAXIMUM_LENGTH - 1))) == 1
