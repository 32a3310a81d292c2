"""A definition that a chapter prints is what nnlib computes.

The formula's own LaTeX is evaluated in mpmath, so that the oracle is neither nnlib nor NumPy.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp
from proofread import Checker, Notation, ProofreadError, syntax
from proofread.atoms import parse_expression
from proofread.canonical import equivalence
from proofread.checker import Result
from proofread.corruption import corruptions
from proofread.declarations import External
from proofread.statements import parse_statements

import nnlib
from tests.book.definitions import DEFINITIONS, Case, Definition
from tests.book.mpmath_evaluator import WORKING_DIGITS, Evaluator
from tests.book.printed_formulas import Equation, book_equations, equations_of, meaning

SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
ROUNDING = 2.0**-52

# The functions that printed formulas may use, and the equation that defines each.
PRINTED = {
    "nnlib.activations:sigmoid": "eq-sigmoid",
    "nnlib.activations:tanh": "eq-tanh",
    "nnlib.activations:relu": "eq-relu",
    "nnlib._normal:normal_density": "eq-bell-curve",
}
# Told in words only: the share of standard normal numbers below z.
TOLD = {"nnlib._normal:normal_distribution": mp.ncdf}


def named(label: str) -> Equation:
    """The equation with that label."""
    found = [equation for equation in book_equations() if equation.label == label]
    assert len(found) == 1, f"{label}: {len(found)} equations have this label, expected one"
    return found[0]


def printed_value(definition: Definition, equation: Equation, case: Case) -> list[Any]:
    """What the formula says: one value, or table of values, for each right side."""
    statement = equation.statements[definition.row]
    assert isinstance(statement.claim, syntax.Chain)
    evaluator = Evaluator(
        given(case, equation.notation), functions(equation.notation, definition.functions)
    )
    first, links = statement.claim.first, statement.claim.links
    sides = [side for relation, side in links if relation in ("=", r"\leftarrow")]
    names = [
        node.name
        for node in dict.fromkeys(syntax.walk(first))
        if isinstance(node, syntax.IndexReference) and node not in evaluator.values
    ]
    ranges = [bounds(name, statement, equation.notation, evaluator) for name in names]
    return [
        values(evaluator, side, names, ranges)
        for side in ([first] if definition.of_left_side else sides)
    ]


def values(evaluator: Evaluator, side: syntax.Node, names: list[str], ranges: list[range]) -> Any:
    """The values of a side as an array of mpmath numbers, with one axis for each free index."""
    if not names:
        value = evaluator.value(side)
        return np.array(value.tolist() if isinstance(value, mpmath.matrix) else value)
    table = np.empty([len(one) for one in ranges], dtype=object)
    for place in np.ndindex(table.shape):
        at = {name: one[k] for name, one, k in zip(names, ranges, place, strict=True)}
        table[place] = evaluator.value(side, at)
    return table


def bounds(
    name: str, statement: syntax.Statement, notation: Notation, evaluator: Evaluator
) -> range:
    """The values of a free index: as the formula says, or as declared."""
    for run in statement.ranges:
        if run.name == name:
            return range(int(evaluator.value(run.low)), int(evaluator.value(run.high)) + 1)
    index = notation.indices[name]
    low, high = (
        int(evaluator.value(parse_expression(end, notation))) for end in (index.low, index.high)
    )
    return range(low, high + 1)


def given(case: Case, notation: Notation) -> dict[syntax.Node, Any]:
    """The case as mpmath numbers and matrices, and the sizes that its arrays show."""
    found: dict[syntax.Node, Any] = {}
    for latex, value in case.items():
        try:
            node = parse_expression(latex, notation)
        except ProofreadError:
            continue  # z beside a formula that knows only a
        symbol = node.by if isinstance(node, syntax.Derivative) else node
        kind, shape = "vector", ()
        if isinstance(symbol, syntax.Symbol):
            quantity = notation.quantity(symbol.key)
            kind, shape = quantity.kind, quantity.shape
        sizes = [label for label in shape if label != "1"]
        for label, size in zip(sizes, np.shape(value), strict=False):
            if label in notation.quantities:
                found[parse_expression(label, notation)] = mp.mpf(size)
        found[node] = exact(value, kind)
    return found


def exact(value: Any, kind: str) -> Any:
    """A number as it is; a list as a column, or as the row that is declared."""
    if np.ndim(value) == 0:
        return mp.mpf(value)
    numbers = mpmath.matrix(np.asarray(value).tolist())
    return numbers.T if kind == "row" and np.ndim(value) == 1 else numbers


def functions(notation: Notation, own: dict[str, Any]) -> dict[tuple[str, int], Any]:
    """The declared functions of a page as mpmath functions, from what the book prints of them."""
    found: dict[tuple[str, int], Any] = {(key, 0): function for key, function in own.items()}
    for key, function in notation.functions.items():
        target = function.rule.target if isinstance(function.rule, External) else ""
        if target in TOLD:
            found[key, 0] = TOLD[target]
        elif target in PRINTED:
            found[key, 0] = printed_function(PRINTED[target])
    return found


@cache
def printed_function(label: str) -> Any:
    """A function of one number, by its printed definition."""
    equation = named(label)
    chain = next(equation.chains())
    variable = parse_expression("z", equation.notation)
    return lambda z: Evaluator({variable: z}, {}).value(chain.links[0][1])


def difference(definition: Definition, equation: Equation) -> str:
    """Where nnlib and the formula disagree, or nothing."""
    for case in definition.cases:
        got = np.asarray(definition.computed(case), dtype=np.float64)
        with mp.workdps(WORKING_DIGITS):
            sides = printed_value(definition, equation, case)
        for expected in sides:
            if expected.size != got.size:
                return f"{got.shape} values from nnlib, {expected.shape} from the formula: {case}"
            scale = definition.scale(case)
            for one, wanted in zip(got.ravel().tolist(), expected.ravel(), strict=True):
                with mp.workdps(50):
                    agrees = agree(one, wanted, scale, definition.ulps)
                if not agrees:
                    return f"nnlib has {one!r}, the formula {mp.nstr(wanted, 20)}: {case}"
    return ""


def agree(got: float, wanted: Any, scale: float, ulps: float) -> bool:
    """Whether a double is the number known to 50 digits, up to so many roundings."""
    if isinstance(wanted, mpmath.mpc) or not mp.isfinite(wanted):
        return False
    wanted = +wanted
    allowed = ulps * ROUNDING * max(abs(wanted), mp.mpf(scale))
    # Below the smallest normal number a double has fewer digits, and may be zero.
    return bool(abs(mp.mpf(got) - wanted) <= max(allowed, mp.mpf(SMALLEST_NORMAL) * ROUNDING * 2))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one.label)
def test_nnlib_computes_what_is_printed(definition: Definition) -> None:
    problem = difference(definition, named(definition.label))
    assert not problem, problem


# What has no row of its own above, with the reason.
ELSEWHERE = {
    **dict.fromkeys(
        ("eq-one-weight", "eq-chain-gradient", "eq-unit-paths", "eq-unit-weight-gradient",
         "eq-unit-bias-gradient", "eq-batch-weight-sum", "eq-bp-weights", "eq-bp-bias",
         "eq-bp-inputs", "eq-skip", "eq-digits-weight-gradient", "eq-linear-weight-gradient",
         "eq-linear-bias-gradient", "eq-sheet-back", "eq-sheet-outer"),
        "the gradient of a network: tests/book/test_backward_pass.py compares nnlib's",
    ),
    **dict.fromkeys(
        ("eq-nine-output", "eq-nine-output-gradient", "eq-nine-hidden-gradient"),
        "a worked example: tests/book/test_worked_numbers.py compares its numbers",
    ),
    **dict.fromkeys(
        ("eq-class-mean", "eq-distance-to-mean", "eq-distance-multiplied-out",
         "eq-standard-error", "eq-linear-neuron", "eq-measured-accuracy",
         "eq-measured-collected", "eq-repeated", "eq-repeated-logit", "eq-all-fail",
         "eq-mean-starts"),
        "the chapter's own code computes it, not nnlib",
    ),
    **dict.fromkeys(
        ("eq-course-output", "eq-course-hidden"), "an update that nnlib does not make",
    ),
    **dict.fromkeys(
        ("eq-cnn-by-kernel", "eq-cnn-by-pixel", "eq-cnn-kernel", "eq-cnn-input-chain",
         "eq-cnn-matrix-back", "eq-cnn-patch-gradient", "eq-cnn-channels", "eq-cnn-pooling",
         "eq-cnn-pooling-back"),
        "tests/nnlib compares convolution and pooling with loops and with the complex step",
    ),
    **dict.fromkeys(
        ("eq-cnn-matrix-product", "eq-cnn-matrix", "eq-cnn-moved", "eq-cnn-patches",
         "eq-cnn-patch-product"),
        "follows from eq-cnn-forward, which is compared",
    ),
    "eq-sheet-sum": "eq-sheet-vector, which is compared, for one neuron",
    **dict.fromkeys(
        ("eq-bytes-moved", "eq-step-time", "eq-ring-bytes", "eq-ring-time"),
        "page_oracles plays the messages and counts them; nnlib leaves them to Dask",
    ),
    **dict.fromkeys(
        ("eq-fit-half-loss", "eq-fit-sklearn-weights", "eq-fit-sklearn-biases",
         "eq-fit-transposed-gradient", "eq-fit-pytorch-settings"),
        "scikit-learn's or PyTorch's, not nnlib's: tests/book/test_frameworks.py runs them",
    ),
    "eq-update-in-one-line": "eq-perceptron-weights again, as a line of a proof",
}  # fmt: skip


def defines(chain: syntax.Chain, notation: Notation) -> bool:
    """Whether a claim says what a function of nnlib computes, or a quantity that nnlib does.

    Its left side is a call of such a function at a plain variable, such a quantity, a derivative
    of one, or a parameter that an arrow updates.
    """
    first, relations = chain.first, {relation for relation, _ in chain.links}
    if r"\leftarrow" in relations:
        return True
    if chain.links[0][0] != "=":
        return False
    if isinstance(first, syntax.Call) and not all(map(is_plain, first.arguments)):
        return False
    if isinstance(first, syntax.Derivative):
        first = first.of
    return meaning(first, notation).split(":")[0].split(".")[0] in (
        "nnlib", "notation_oracles", "page_oracles",
    )  # fmt: skip


def is_plain(node: syntax.Node) -> bool:
    """Whether an argument is a variable by itself."""
    return isinstance(node, (syntax.Symbol, syntax.IndexReference))


def missing(equations: list[Equation]) -> list[str]:
    """The claims that define something of nnlib and are compared with nothing."""
    compared = {(definition.label, definition.row) for definition in DEFINITIONS}
    return [
        f"book/{equation.page}:{equation.line}: ({equation.label}) claim {row + 1}"
        for equation in equations
        for row, statement in enumerate(equation.statements)
        if isinstance(statement.claim, syntax.Chain)
        and defines(statement.claim, equation.notation)
        and (equation.label, row) not in compared
        and equation.label not in ELSEWHERE
    ]


def test_every_definition_of_the_book_is_compared() -> None:
    found = missing(book_equations())
    assert not found, (
        "\n".join(found)
        + "\nAdd each to DEFINITIONS in tests/book/definitions.py, beside the function of nnlib "
        "that it describes, or say in ELSEWHERE what checks it."
    )


def test_the_reasons_are_still_needed() -> None:
    labels = {
        equation.label
        for equation in book_equations()
        if any(defines(chain, equation.notation) for chain in equation.chains())
    }
    assert set(ELSEWHERE) <= labels
    assert not set(ELSEWHERE) & {definition.label for definition in DEFINITIONS}


@pytest.mark.parametrize(
    "latex",
    [
        r"\sigma(z) = \frac{1}{1 + \exp(-z)}",
        r"\sigma'(z) = \sigma(z) (1 - \sigma(z))",
        r"C = \frac{1}{n n_L} \lVert A^{(L)} - Y \rVert^2",
        r"\frac{\partial C}{\partial A^{(L)}} = \frac{2}{n n_L} (A^{(L)} - Y)",
        r"b^{(l)} \leftarrow b^{(l)} - \eta \frac{\partial C}{\partial b^{(l)}}",
    ],
)
def test_a_definition_without_a_comparison_is_noticed(latex: str) -> None:
    page = f"---\nproofread: {{world: network}}\n---\n# Page\n\n$$\n{latex}\n$$ (eq-new)\n"
    assert missing(equations_of(page, "new.md")) == ["book/new.md:7: (eq-new) claim 1"]


# The parts of nnlib that compute something which no displayed equation defines.
IN_WORDS_ONLY = {
    "activations.identity": "the chapters call it the activation that changes nothing",
    "initializers.constant": "no formula: it draws nothing",
    "initializers.zeros": "no formula: it draws nothing",
    "initializers.uniform": "its limits are arguments",
    "schedules.constant": "no formula",
    "schedules.step_decay": "told in words; with a step of one epoch it is the exponential one",
    "metrics.accuracy": "a share that is counted",
    "metrics.confusion_matrix": "a table that is counted",
    "metrics.precision_recall_f1": "not used in the book",
    "preprocessing.MinMaxScaler": "told in words",
    "preprocessing.one_hot": "told in words",
    "preprocessing.train_test_split": "draws examples",
}
LOSSES = ("mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy")


def parts_that_compute() -> set[str]:
    """The functions of nnlib that a formula could define."""
    names = {f"activations.{name}" for name in nnlib.activations._BY_NAME}
    names |= {f"losses.{name}" for name in LOSSES}
    for module in (nnlib.initializers, nnlib.schedules, nnlib.metrics, nnlib.preprocessing):
        own = {
            name
            for name, value in vars(module).items()
            if getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")
        }
        short = module.__name__.removeprefix("nnlib.")
        names |= {f"{short}.{name}" for name in own - {"get", "ClassScores"}}
    names |= {"optimizers.SGD", "optimizers.Momentum", "Perceptron", "Dense", "MLP"}
    names.add("Conv2D")
    methods = nnlib.gradient_check._DEFAULT_STEPS
    return names | {f"numerical_gradient: {method}" for method in methods}


def test_every_function_of_nnlib_is_compared_or_has_no_equation() -> None:
    compared = {name for definition in DEFINITIONS for name in definition.names}
    assert compared | set(IN_WORDS_ONLY) == parts_that_compute()
    assert not compared & set(IN_WORDS_ONLY)


def corrupted(definition: Definition) -> list[Equation]:
    """The equation with one token of its defining side changed, where that changes its meaning."""
    equation = named(definition.label)
    statements = equation.statements
    claim = statements[definition.row].claim
    assert isinstance(claim, syntax.Chain)
    sides = [claim.first] if definition.of_left_side else [side for _, side in claim.links]
    found = []
    for edit in corruptions(equation.latex, Result(statements), Checker(equation.notation)):
        if not any(side.span[0] <= edit.span[0] <= side.span[1] for side in sides):
            continue
        try:
            changed = parse_statements(edit.latex, equation.notation)
        except ProofreadError:
            continue
        if len(changed) != len(statements) or changed == statements:
            continue
        if not equivalence(statements, changed, equation.notation):
            found.append(replace(equation, latex=edit.latex))
    return found


def is_caught(definition: Definition, equation: Equation) -> bool:
    """Whether a corrupted formula disagrees with nnlib, or has no value at all."""
    try:
        return bool(difference(definition, equation))
    except (ArithmeticError, LookupError, NotImplementedError, TypeError, ValueError):
        return True


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one.label)
def test_a_corrupted_definition_is_caught(definition: Definition) -> None:
    equations = corrupted(definition)
    assert equations, "no corruption was tried"
    missed = [" ".join(one.latex.split()) for one in equations if not is_caught(definition, one)]
    assert not missed, f"{len(missed)} of {len(equations)} pass as well: " + "; ".join(missed)
