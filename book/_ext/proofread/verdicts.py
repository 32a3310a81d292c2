"""From a formula to its report: check, measure the strength, or explain and suggest."""

from __future__ import annotations

from collections.abc import Mapping

from . import syntax
from .checker import Checker, Result
from .corruption import measure_strength
from .errors import FalseClaim, IndexProblem, NotationProblem, ProofreadError, ShapeProblem, Span
from .notation import Notation
from .repairs import suggest_repairs
from .reports import DeclarationProblem, EquationReport, Problem, SymbolUse
from .syntax import Statement
from .values import TIMES
from .visibility import hidden_terms

_REPAIRABLE = (FalseClaim, ShapeProblem, IndexProblem)


def check_equation(
    latex: str,
    checker: Checker,
    *,
    corruptions: bool = True,
    condition: bool = False,
    inline: bool = False,
    also_true: Mapping[str, str] | None = None,
) -> EquationReport:
    """Check one formula in the worlds of a notation.

    What is wrong becomes a problem, with its column counted in the LaTeX; nothing is raised.

    Parameters
    ----------
    latex : str
        The formula, without dollar signs.
    checker : Checker
        The worlds.
    corruptions : bool
        Whether to measure how many single-token changes are noticed.
    condition : bool
        Whether the formula is a condition (``if $x > 0$``), which need only be able to hold.
    inline : bool
        Whether it stands in a sentence; inline formulas are not held to the mutation gate.
    also_true : mapping, optional
        Corruptions (as the report names them) that are true as well, with the author's proof.
        One that is caught is a problem.
    """
    report = EquationReport("", latex, 1, 1, inline, "checked")
    try:
        result = checker.check_condition(latex) if condition else checker.check(latex)
    except ProofreadError as problem:
        _fail(report, problem, checker)
        return report
    _fill(report, result, checker.notation)
    if inline and not condition:
        _note_hidden_terms(report, result, checker)
    elif corruptions and not condition:
        _measure(report, result, checker, also_true or {})
    return report


def _note_hidden_terms(report: EquationReport, result: Result, checker: Checker) -> None:
    checker.budget.refill()
    for statement in result.statements:
        for term in hidden_terms(statement, checker.worlds):
            report.status = "failed"
            text = _flat(report.latex[slice(*term.span)])
            message = (
                f"{text} is so small beside the other terms that any number in its place would "
                "pass too: claim it without them, or choose ranges in which all are of like size"
            )
            report.problems.append(Problem(*position(report.latex, term.span), "weak", message))


def _fill(report: EquationReport, result: Result, notation: Notation) -> None:
    report.relations, report.comparisons = result.relations, result.comparisons
    report.worlds, report.worst_error = result.worlds, result.worst_error
    report.kinds = result.kinds
    report.symbols = symbol_uses(result.statements, notation)


def _measure(
    report: EquationReport, result: Result, checker: Checker, also_true: Mapping[str, str]
) -> None:
    strength = measure_strength(report.latex, result, checker)
    report.corruptions_tried = strength.tried
    report.corruptions_caught = strength.caught
    report.equivalents = strength.equivalents
    needless = set(also_true) - {edit.what for edit in strength.survivors}
    for what in sorted(needless):
        report.status = "failed"
        message = f"{what!r} is said to be true as well, but no surviving corruption is called so"
        report.problems.append(Problem(1, 1, "weak", f"{message}: remove the comment"))
    proved = [edit for edit in strength.survivors if edit.what in also_true]
    report.equivalents += [f"{edit.what}: {also_true[edit.what]}" for edit in proved]
    report.corruptions_tried -= len(proved)
    strength.survivors = [edit for edit in strength.survivors if edit.what not in also_true]
    report.survivors = [f"{edit.what}: {_flat(edit.latex)}" for edit in strength.survivors]
    for edit in strength.survivors:
        report.status = "failed"
        report.problems.append(
            Problem(
                *position(report.latex, edit.span),
                "weak",
                f"a corrupted form passes too ({edit.what}: {_flat(edit.latex)}), so the check "
                "does not tell them apart: declare a world in which they differ, or, if it is true "
                f"as well, prove it in a comment before the formula: % also true: {edit.what}: "
                "the proof",
            )
        )


def _fail(report: EquationReport, problem: ProofreadError, checker: Checker) -> None:
    report.status = "failed"
    span, suggestion = problem.span or (0, len(report.latex)), problem.suggestion
    if isinstance(problem, _REPAIRABLE):
        offers = suggest_repairs(report.latex, checker)
        if offers:
            suggestion = ", or ".join(f"{offer.what}: {_flat(offer.latex)}" for offer in offers)
            if isinstance(problem, FalseClaim):
                span = offers[0].span
    place = position(report.latex, span)
    if isinstance(problem, NotationProblem):
        declaration = DeclarationProblem(*place, problem.kind, problem.message, entry=problem.entry)
        report.problems.append(declaration)
        return
    report.problems.append(Problem(*place, problem.kind, problem.message, suggestion))


def _flat(latex: str) -> str:
    """A formula on one line, for messages."""
    return " ".join(latex.split())


def position(latex: str, span: Span) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = latex[: span[0]]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def symbol_uses(statements: list[Statement], notation: Notation) -> list[SymbolUse]:
    """Every declared symbol with its gloss, in the order of the text."""
    uses: dict[Span, SymbolUse] = {}
    for statement in statements:
        parts = (statement.claim, *statement.premises, *statement.conditions)
        for node in (node for part in parts for node in syntax.walk(part)):
            use = _use(node, notation)
            if use is not None:
                uses[node.span] = use
    return sorted(uses.values(), key=lambda use: (use.start, use.end))


def _use(node: syntax.Node, notation: Notation) -> SymbolUse | None:
    if isinstance(node, syntax.Symbol):
        quantity = notation.quantities[node.key]
        shape = TIMES.join(quantity.shape)
        return SymbolUse(*node.span, node.key, quantity.words, shape, quantity.code)
    if isinstance(node, (syntax.Call, syntax.FunctionReference, syntax.FunctionDerivative)):
        function = notation.functions[node.key]
        return SymbolUse(*node.span, node.key, function.words, "", function.code)
    if isinstance(node, syntax.IndexReference) and node.name in notation.indices:
        index = notation.indices[node.name]
        return SymbolUse(*node.span, node.name, index.words, f"{index.low} … {index.high}")
    return None
