"""Checking a whole page: its front matter, its formulas, and what it leaves unused."""

from __future__ import annotations

import re

from . import syntax
from .declarations import Alias, Function, Quantity
from .errors import NotationProblem, ProofreadError
from .front_matter import FrontMatter, read_front_matter
from .markdown import FoundFormula, Page, scan
from .notation import Notation
from .relations import has_relation
from .reports import DeclarationProblem, EquationReport, PageReport, Problem
from .tables import NotationTable
from .verdicts import check_equation

EXCUSE = re.compile(r"not machine-checked\b\s*:?\s*(.*)")
WORLD = re.compile(r"world\s*:\s*(.*?)\s*$")
ALSO_TRUE = re.compile(r"also true\s*:\s*(.+?)\s*:\s*(.+)")


def check_text(
    text: str, path: str, table: NotationTable, *, corruptions: bool = True
) -> PageReport:
    """Check every displayed formula of a page, and each inline one with a relation in it.

    Never raises for what a page contains; its problems are in the report.
    """
    report = PageReport(path)
    page = scan(text)
    try:
        front = read_front_matter(page.front_matter)
    except NotationProblem as problem:
        report.problems.append(Problem(*(problem.place or (1, 1)), problem.kind, problem.message))
        return report
    used: set[str] = set()
    notations: list[Notation] = []
    _note_unread(page, report)
    for formula in page.formulas:
        if formula.inline and not has_relation(formula.latex):
            continue
        equation = _check_formula(formula, front, table, corruptions, report)
        if equation is not None:
            report.equations.append(equation)
            used |= {use.key for use in equation.symbols}
    for world in ("", *front.worlds()):
        try:
            notations.append(table.checker(front.section, world).notation)
        except ProofreadError as problem:
            _note(report, _located(problem, front, table))
    if not report.all_problems():
        _report_unused(report, notations, used, front)
    return report


def _note_unread(page: Page, report: PageReport) -> None:
    report.problems += [
        Problem(
            line, 1, "unread",
            f"a formula in {part} is not read: write it as Markdown between dollar signs",
        )
        for line, part in page.unread
    ]  # fmt: skip


def _check_formula(
    formula: FoundFormula,
    front: FrontMatter,
    table: NotationTable,
    corruptions: bool,
    page: PageReport,
) -> EquationReport | None:
    excuse, world = _comments(formula, page)
    if excuse is not None:
        return EquationReport(
            formula.label, formula.latex, formula.line, formula.column, formula.inline,
            "excused", excuse, world,
        )  # fmt: skip
    try:
        checker = table.checker(front.section, world)
        _ = checker.worlds
    except ProofreadError as problem:
        _note(page, _located(problem, front, table, _line_of_world(formula)))
        return None
    proofs = (ALSO_TRUE.match(text) for _, text in formula.comments)
    also_true = {proof.group(1): proof.group(2) for proof in proofs if proof is not None}
    equation = check_equation(
        formula.latex,
        checker,
        corruptions=corruptions,
        also_true=also_true,
        condition=formula.condition and formula.inline,
        inline=formula.inline,
    )
    equation.world = world or str(front.section.get("world", ""))
    _move_declaration_problems(equation, page, front, table)
    _place(equation, formula, page)
    return equation


def _located(
    problem: ProofreadError, front: FrontMatter, table: NotationTable, line: int = 0
) -> Problem:
    """A declaration's error at its entry; an unknown world in the ``line`` that asks for it."""
    entry = problem.entry if isinstance(problem, NotationProblem) else ()
    if line and entry == ("proofread", "world"):
        return Problem(line, 1, problem.kind, problem.message)
    return front.problem(problem.message, entry, table, problem.kind)


def _line_of_world(formula: FoundFormula) -> int:
    return next((line for line, comment in formula.comments if WORLD.match(comment)), 0)


def _move_declaration_problems(
    equation: EquationReport, page: PageReport, front: FrontMatter, table: NotationTable
) -> None:
    """What is wrong with a declaration is a matter of the page: all its formulas would say it."""
    for problem in equation.problems:
        if isinstance(problem, DeclarationProblem):
            _note(page, front.problem(problem.message, problem.entry, table))
    equation.problems = [
        one for one in equation.problems if not isinstance(one, DeclarationProblem)
    ]


def _place(equation: EquationReport, formula: FoundFormula, page: PageReport) -> None:
    """Move a report from its LaTeX to its page."""
    equation.label, equation.line, equation.column = formula.label, formula.line, formula.column
    equation.problems = [
        Problem(*formula.place(one.line, one.column), one.kind, one.message, one.suggestion)
        for one in equation.problems
    ]
    if formula.lost_label:
        page.problems.append(
            Problem(
                formula.line, formula.column, "label",
                "the label after this formula is lost, since the formula stands inside a "
                "paragraph: leave an empty line before and after it",
            )
        )  # fmt: skip


def _comments(formula: FoundFormula, page: PageReport) -> tuple[str | None, str]:
    """The excuse and the world that comments before the formula give."""
    excuse: str | None = None
    world = ""
    for line, comment in formula.comments:
        if match := EXCUSE.match(comment):
            if match.group(1):
                excuse = match.group(1)
                continue
            missing = Problem(
                line, 1, "excuse", "the reason is missing: write % not machine-checked: reason"
            )
            if missing not in page.problems:  # of each block, though all say the same
                page.problems.append(missing)
        elif match := WORLD.match(comment):
            world = match.group(1)
            if not world:
                missing = Problem(line, 1, "notation", "the name is missing: write % world: NAME")
                page.problems += [missing] * (missing not in page.problems)
    return excuse, world


def _note(report: PageReport, problem: Problem) -> None:
    """A problem of the page itself, once however many formulas meet it."""
    if not any(one.message == problem.message for one in report.problems):
        report.problems.append(problem)


def _report_unused(
    report: PageReport, notations: list[Notation], used: set[str], front: FrontMatter
) -> None:
    """Symbols that the page itself declares, and neither formulas nor declarations use."""
    mentioned = used | {
        getattr(node, "key", "")
        for notation in notations
        for tree in notation.parsed.values()
        for node in syntax.walk(tree)
    }
    for notation in notations:
        declared: list[Quantity | Function] = [*notation.quantities.values()]
        declared += notation.functions.values()
        for one in declared:
            # A formula that writes the entries m_{kj} of M uses M under another spelling.
            name = one.rule.target if isinstance(one.rule, Alias) else one.key
            if not one.local or name in mentioned:
                continue
            message = f"{one.key} is declared but never used: remove it"
            _note(report, Problem(*(front.place((one.key,)) or front.start()), "unused", message))
