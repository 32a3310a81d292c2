"""Every rule of the language: a formula that it accepts, and one that it rejects in its place.

``mark`` is the text at which the message must point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from proofread import Checker, NotationTable, check_equation

WORLD: dict[str, Any] = {
    "dimensions": {
        "n": [2, 9],
        "m": [2, 9],
        "L": [3, 4],
        "n_l": {"ranges": {"l": [0, "L"]}, "range": [2, 9]},
    },
    "indices": {"l": [1, "L"], "i": [1, "n"], "j": [1, "m"], "t": [1, 4], r"\tilde i": [1, "n"]},
    "symbols": {
        "x": "a real number",
        "z": "a real number",
        "p": {"domain": "positive"},
        "h": {"domain": "small"},
        "v": {"kind": "vector", "shape": "n"},
        "u": {"kind": "vector", "shape": "n"},
        "g": {"kind": "row", "shape": "m"},
        "X": {"kind": "matrix", "shape": ["n", "m"]},
        "Y": {"kind": "matrix", "shape": ["n", "m"]},
        "S": {"kind": "matrix", "shape": ["n", "n"], "domain": "positive definite"},
        "N": {"kind": "matrix", "shape": ["n", "n"]},
        "y": {"entries of": "Y"},
        "W^{(l)}": {"kind": "matrix", "shape": ["n_{l-1}", "n_l"]},
        "B^{(l)}": {
            "kind": "matrix",
            "shape": ["n_{l-1}", "n_l"],
            "entry": {"indices": ["a", "b"], "value": r"2 W^{(l)}_{ab}"},
        },
        "s_t": {"ranges": {"t": [0, 4]}, "start": {0: "x"}, "value": "s_{t-1} + z"},
        "c": {"domain": "integer", "range": [1, "n"]},
        "k": {"domain": "integer", "range": [2, 5]},
        "q": {"kind": "vector", "shape": "n", "domain": "probability"},
        "Q": {"value": r"v^\top S v"},
        "w": {"after": {"descend": "(w - x)^2", "rate": "p"}},
        r"\epsilon": {"random": {"normal": [0, "p"]}},
        "r": {"random": {"uniform": [0, 1]}},
        r"\tau": {"random": {"exponential": "p"}},
        "J": {"kind": "matrix", "shape": ["n", "n"], "domain": "identity"},
        "S_0": {"value": "1"},
    },
    "functions": {
        r"\sigma(z)": {"value": r"\frac{1}{1+e^{-z}}", "elementwise": True},
        r"\psi(S)": "S S_0",
        r"\kappa(x)": {"value": "x^3", "elementwise": True},
        r"\upsilon(z)": r"z^2",
        r"\varpi(z)": r"\sin(z)",
        "f(x)": r"x^3 + \sin(x)",
        "F(x)": r"x^\top S x",
        r"\operatorname{relu}(z)": {
            "value": r"\begin{cases} z & z > 0 \\ 0 & z \le 0 \end{cases}",
            "elementwise": True,
        },
    },
}


@dataclass(frozen=True)
class Rule:
    name: str
    right: str
    wrong: str
    kind: str
    mark: str


RULES = [
    Rule("declared functions call", "f(2x) = 8x^3 + \\sin(2x)", "f x = 1", "syntax", "f"),
    Rule("all else multiplies", "x(z + 1) = xz + x", "x(z + 1) = xz + z", "false", "z"),
    Rule("undeclared symbols are errors", "x = x + 0", "x = a", "symbol", "a"),
    Rule("a bracket above is a family index", r"B^{(l)} = 2 W^{(l)}", r"B^{(l)} = 2 W^{(l-1)}",
         "shape", r"2 W^{(l-1)}"),
    Rule("a number above is a power", "x^2 = x x", "x^2 = 2 x", "false", "2 x"),
    Rule("top transposes", r"(X^\top)_{ji} = X_{ij}", r"X^\top = X", "shape", "X"),
    Rule("a plain T transposes", r"v^T u = u^T v", r"v u = u^T v", "shape", "v u"),
    Rule("primes on elementwise functions only", r"\sigma'(z) = \sigma(z)(1 - \sigma(z))",
         "f'(x) = 3x^2 + \\cos(x)", "symbol", "f'"),
    Rule("a second prime", r"\sigma''(z) = \sigma'(z)(1 - 2\sigma(z))",
         r"\sigma''(z) = \sigma'(z)(1 - \sigma(z))", "false", r"\sigma'(z)(1"),
    Rule("juxtaposition before the elementwise product", r"X \odot v g = (v g) \odot X",
         r"v \odot g X^\top = v", "shape", r"v \odot g"),
    Rule("a sum's body ends at + or -", r"\sum_{i=1}^n v_i + x = x + \sum_{i=1}^n v_i",
         r"\sum_{i=1}^n v_i + x = \sum_{i=1}^n (v_i + x)", "false", r"\sum_{i=1}^n (v"),
    Rule("a sum needs its bounds", r"\sum_{a=1}^{n} v_a = \sum_i v_i", r"\sum_a v_a = x",
         "index", "a v_a"),
    Rule("an index set may exclude", r"\sum_{i \ne c} v_i = \sum_i v_i - v_c",
         r"\sum_{i \ne c} v_i = \sum_i v_i", "false", r"\sum_i"),
    Rule("free indices cover their range", r"2 v_i = v_i + v_i", r"v_i = v_1", "false", "v_1"),
    Rule("a free family index may be shifted", r"s_t = s_{t-1} + z", r"s_t = s_{t-1} + x",
         "false", "x"),
    Rule("a run must stay in range", r"s_t - s_{t-1} = z, \quad t = 1, \dots, 4",
         r"s_t - s_{t-1} = z, \quad t = 0, \dots, 4", "index", "s_{t-1}"),
    Rule("a power of the result", r"\tanh^2 x = \tanh(x) \tanh(x)", r"\tanh^2 x = \tanh(x^2)",
         "false", r"\tanh(x^2)"),
    Rule("entries of a power", r"\tanh^2 X = \tanh(X) \odot \tanh(X)", "X^2 = X", "shape", "X^2"),
    Rule("cases take one branch", r"|x| = \begin{cases} x & x \ge 0 \\ -x & x < 0 \end{cases}",
         r"|x| = \begin{cases} x & x \ge 0 \\ -x & x \le 0 \end{cases}", "domain", r"\begin"),
    Rule("cases cover the boundary", r"\operatorname{relu}(x) = \max(0, x)",
         r"|x| = \begin{cases} x & x > 0 \\ -x & x < 0 \end{cases}", "domain", r"\begin"),
    Rule("a declared row spreads over a batch", r"X + g = g + X", r"S + u = S", "shape", "S + u"),
    Rule("a literal number spreads", r"X \odot (1 - X) = X - X \odot X", r"X - x = X", "shape",
         "X - x"),
    Rule("nothing spreads over what stands before it", "X - X = 0", "X - 1 = X - 1", "shape",
         "X - 1"),
    Rule("a number after a row is no row", "g - g = 0", "g - 2 = g - 2", "shape", "g - 2"),
    Rule("a fraction divides by scalars", r"\frac{v}{2} = \frac{1}{2} v", r"\frac{x}{v} = x",
         "shape", "v}"),
    Rule("inequalities", r"0 < \sigma(z) < 1", r"0 < \sigma(z) < \frac{1}{2}", "false",
         r"\frac{1}{2}"),
    Rule("weak inequalities", r"\operatorname{relu}(x) \ge 0", r"\operatorname{relu}(x) > 0",
         "false", "0"),
    Rule("membership in a space", r"X \in \mathbb{R}^{n \times m}",
         r"X \in \mathbb{R}^{m \times n}", "shape", r"\mathbb"),
    Rule("membership in an interval", r"\sigma(z) \in (0, 1)", r"\sigma(z) \in [0, 0.5]", "false",
         "[0"),
    Rule("membership in a set", r"c \in \{1, \dots, n\}", r"k \in \{2, 3\}", "false", r"\{2"),
    Rule("approximately to the digits shown", r"\pi \approx 3.14", r"\pi \approx 3.15", "false",
         "3.15"),
    Rule("approximately needs digits", r"\pi \approx 3.1416", r"x \approx z", "syntax", "z"),
    Rule("order of a remainder", r"\frac{f(x+h) - f(x)}{h} = \frac{d}{dx} f(x) + O(h)",
         r"\frac{f(x+h) - f(x)}{h} = \frac{d}{dx} f(x) + O(h^2)", "false", "2)"),
    Rule("a remainder alone", "h^2 + h^3 = O(h^2)", "h^2 + h^3 = -O(h^3)", "false", "3)"),
    Rule("order of a central difference",
         r"\frac{f(x+h) - f(x-h)}{2h} = \frac{d}{dx} f(x) + O(h^2)",
         r"\frac{f(x+h) - f(x-h)}{h} = \frac{d}{dx} f(x) + O(h^2)", "false", "O(h^2)"),
    Rule("an update", r"w \leftarrow w - 2p(w - x)", r"w \leftarrow w + 2p(w - x)", "false", "+"),
    Rule("an update needs a declared state", r"w \leftarrow w - 2p(w - x)", r"x \leftarrow x",
         "shape", "x"),
    Rule("implication", r"x > 0 \implies |x| = x", r"x > 0 \implies |x| = -x", "false", "-x"),
    Rule("implication must not be empty", r"x > z \implies z < x",
         r"p < 0 \implies 1 = 2", "false", "1 = 2"),
    Rule("equivalence", r"x > z \iff z < x", r"x > z \iff x > 0", "false", "x > 0"),
    Rule("a condition", r"|x| = x \quad \text{if } x \ge 0", r"|x| = x \quad \text{if } x \le 0",
         "false", "x \\quad"),
    Rule("partial derivative", r"\frac{\partial Q}{\partial v} = 2 S v",
         r"\frac{\partial Q}{\partial v} = S v", "false", "S v"),
    Rule("a derivative by what it depends on", r"\frac{\partial \psi(x)}{\partial S_0} = x",
         r"\frac{\partial Q}{\partial x} = 0", "symbol", r"\frac"),
    Rule("a derivative through a family", r"\frac{\partial s_2}{\partial x} = 1",
         r"\frac{\partial s_2}{\partial p} = 0", "symbol", r"\frac"),
    Rule("a derivative through a function of the same letter",
         r"\frac{d}{dz} \upsilon(\varpi(z)) = 2 \varpi(z) \cos(z)",
         r"\frac{d}{dz} \upsilon(\varpi(z)) = 2 \varpi(z)", "false", r"2 \varpi"),
    Rule("a derivative by the letter of a parameter", r"\frac{d \upsilon}{dz} = 2z",
         r"\frac{d \upsilon(x)}{dz} = 2x", "symbol", r"\frac"),
    Rule("derivative by an entry", r"\frac{\partial Q}{\partial v_i} = 2 \sum_{a=1}^n S_{ia} v_a",
         r"\frac{\partial Q}{\partial v_i} = 2 \sum_{a=1}^n S_{ia} v_i", "false", "i"),
    Rule("nabla of a function", r"\nabla F(v) = 2 S v", r"\nabla v = v", "syntax", r"\nabla"),
    Rule("nabla by a quantity", r"\nabla_v Q = 2 S v", r"\nabla Q = 2 S v", "syntax", r"\nabla"),
    Rule("Hessian", r"\nabla^2 F(v) = 2 S", r"\nabla^2 F(v) = S", "false", "S"),
    Rule("a derivative needs an operand", r"\frac{d}{dx} x^2 = 2x", r"\frac{d}{dx} = 2x",
         "syntax", r"\frac"),
    Rule("a Jacobian", r"\frac{\partial (N v)}{\partial v} = N",
         r"\frac{\partial (N v)}{\partial v} = N^\top", "false", "N v"),
    Rule("expectation", r"\mathbb{E}[r] = \frac{1}{2}", r"\mathbb{E}[r] = \frac{1}{3}", "false",
         r"3"),
    Rule("variance", r"\mathrm{Var}(2\epsilon) = 4p", r"\mathrm{Var}(2\epsilon) = 2p", "false",
         "2p"),
    Rule("indicator", r"\sum_i 1(v_i > 0) + \sum_i 1(v_i \le 0) = n",
         r"\sum_i 1(v_i > 0) = n", "false", "n"),
    Rule("maximum over an index", r"\max_i v_i \ge v_1", r"\max_i v_i > v_i", "false", "v_i"),
    Rule("argmax", r"v_{\arg\max_i v_i} = \max_i v_i", r"v_{\arg\max_i v_i} = \min_i v_i",
         "false", r"\m"),
    Rule("norm", r"\lVert v \rVert^2 = v^\top v", r"\lVert v \rVert = v^\top v", "false", ""),
    Rule("floor", r"\lfloor k + \frac{1}{2} \rfloor = k", r"\lceil k + \frac{1}{2} \rceil = k",
         "false", ""),
    Rule("factorial", r"(k+1)! = (k+1) k!", r"(k+1)! = k k!", "false", ""),
    Rule("product, also downwards", r"\prod_{a=k}^{1} a = k!", r"\prod_{a=k}^{2} 2a = k!",
         "false", ""),
    Rule("matrix literal", r"\begin{bmatrix} 1 & x \\ 0 & 1 \end{bmatrix}^2 = "
         r"\begin{bmatrix} 1 & 2x \\ 0 & 1 \end{bmatrix}",
         r"\begin{bmatrix} 1 & x \\ 0 \end{bmatrix} = 1", "syntax", r"\begin"),
    Rule("matrix inverse and root", r"S^{1/2} S^{1/2} S^{-1} S = S", r"X^{-1} = X", "shape",
         "X^{-1}"),
    Rule("a primed and an accented bound index", r"\sum_{\tilde i} q_{\tilde i} = 1",
         r"\sum_{\tilde i} q_{\hat i} = 1", "symbol", r"\hat i"),
    Rule("underbraces are looked through", r"\underbrace{x + x}_{\text{twice}} = 2x",
         r"\underbrace{x + x}_{\text{twice}} = 3x", "false", "3"),
    Rule("rows continue", "\\begin{aligned} x^2 - z^2 &= (x-z)(x+z) \\\\ &= x(x+z) - z(x+z)"
         " \\end{aligned}",
         "\\begin{aligned} x^2 - z^2 &= (x-z)(x+z) \\\\ &= x(x+z) + z(x+z) \\end{aligned}",
         "false", "+ z(x"),
    Rule("braces balance", "x^{2} = x x", "x^{2 = x x", "syntax", "{2"),
    Rule("two numbers never touch", r"2 \cdot 3 = 6", "2 3 = 6", "syntax", "2 3"),
    Rule("a script of two digits needs braces", "x^{10} = (x^5)^2", "x^10 = (x^5)^2", "syntax",
         "10"),
    Rule("an ambiguous quotient", r"p/(2k) = \frac{p}{2k}", "1/2x = x", "syntax", "/2x"),
    Rule("a literal zero beside a vector or a matrix", "X - X = 0", "v = 0", "false", "0"),
    Rule("a number is no matrix", "X - X = 0", "1 + X - X = 1", "shape", "1"),
    Rule("the identity", "J S = S J", r"J = S", "false", "S"),
    Rule("a declared name with a parameter's letter", r"\psi(2x) = 2 \psi(x)",
         r"\psi(2x) = 3 \psi(x)", "false", "3"),
    Rule("a mean of waiting times", r"\mathbb{E}[\tau] = p", r"\mathbb{E}[\tau] = \frac{1}{p}",
         "false", r"\frac"),
    Rule("a slope through an absolute value", r"\frac{d}{dx} \lvert x - z \rvert^3 = "
         r"3 (x - z) \lvert x - z \rvert", r"\frac{d}{dx} \lvert x - z \rvert^3 = 0", "false", ""),
    Rule("a slope that is 0 at a point", r"\frac{d}{dx} (x - z)^3 = 3 (x - z)^2",
         r"\frac{d}{dx} (x - z)^3 = 2 (x - z)^2", "false", ""),
    Rule("a prime that is 0 at a point", r"\kappa'(x) = 3 x^2", r"\kappa'(x) = x^2", "false", ""),
    Rule("a slope through a norm",
         r"\lVert v \rVert \frac{\partial \lVert v \rVert}{\partial v} = v",
         r"\frac{\partial \lVert v \rVert}{\partial v} = 0", "false", ""),
    Rule("a slope through a maximum", r"\frac{d}{dk} \max(k^2, k) = 2k",
         r"\frac{d}{dk} \max(k^2, k) = 0", "false", ""),
    Rule("a definition", "Q := v^\\top S v", r"Q := v^\top v", "false", ""),
    Rule("another indicator", r"\sum_i \mathbf{1}[v_i > 0] + \sum_i \mathbf{1}[v_i \le 0] = n",
         r"\sum_i \mathbf{1}[v_i \le 0] = n", "false", ""),
    Rule("a box is looked through", r"\boxed{x z = z x}", r"\boxed{x z = z}", "false", "z}"),
    Rule("spacing is no sign", r"x \, z \; = \! z ~ x", r"x \, z = \; z", "false", ""),
    Rule("nine digits", r"(1 + 10^{-11}) p = p", r"(1 + 10^{-8}) p = p", "false", ""),
    Rule("nothing random decides", r"\mathbb{E}[2 r] = 1", r"\mathbb{E}[r!] = 1", "domain", ""),
    Rule("a run of integers", r"c \in \{1, \dots, n\}", r"r \in \{0, \dots, 9\}", "false", r"\{0"),
    Rule("diag and trace", r"\operatorname{tr}(\operatorname{diag}(v)) = \sum_i v_i",
         r"\operatorname{tr}(X) = 1", "shape", r"\operatorname"),
]  # fmt: skip


@pytest.fixture(scope="module")
def checker() -> Checker:
    return NotationTable().checker(WORLD)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_accepts(rule: Rule, checker: Checker) -> None:
    report = check_equation(rule.right, checker, corruptions=False)
    assert report.status == "checked", [problem.message for problem in report.problems]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_rejects_at_its_place(rule: Rule, checker: Checker) -> None:
    report = check_equation(rule.wrong, checker, corruptions=False)
    assert report.status == "failed"
    (problem,) = report.problems
    assert problem.kind == rule.kind, problem.message
    line = rule.wrong.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :].startswith(rule.mark), (line[problem.column - 1 :], problem)


def test_a_declared_d_does_not_turn_a_derivative_into_a_quotient() -> None:
    world = {"symbols": {"d": "a number", "x": "a number", "C": {"value": "x^2"}}}
    checker = NotationTable().checker(world)
    clear = check_equation(r"\frac{\mathrm{d}C}{\mathrm{d}x} = 2x", checker, corruptions=False)
    assert clear.status == "checked"
    for latex in (
        r"\frac{dC}{dx} = \frac{C}{x}",
        r"\frac{d}{dx} C = \frac{C}{x}",
        r"\frac{d^2}{dx^2} C = 2",
        r"\frac{d^2 C}{dx^2} = 2",
    ):
        (problem,) = check_equation(latex, checker, corruptions=False).problems
        assert (problem.kind, "a derivative or a quotient" in problem.message) == ("syntax", True)


@pytest.mark.parametrize("rate", ["0.5", "10^{-3}", "10^{-6}", "10^{-9}"])
def test_an_update_does_not_hide_a_wrong_gradient(rate: str) -> None:
    weight = {"after": {"descend": "(w - x)^2", "rate": r"\eta"}}
    world = {"symbols": {"x": "a number", r"\eta": {"value": rate}, "w": weight}}
    checker = NotationTable().checker(world)
    for factor, status in (("2", "checked"), ("2.001", "failed"), ("1.999", "failed")):
        latex = rf"w \leftarrow w - {factor} \eta (w - x)"
        assert check_equation(latex, checker, corruptions=False).status == status
