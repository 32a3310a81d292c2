"""Checking a whole page: its front matter, its formulas, and what it leaves unused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import syntax
from .declarations import Alias, Function, Quantity
from .errors import NotationProblem, ProofreadError
from .markdown import FoundFormula, Page, scan
from .notation import Notation
from .relations import has_relation
from .reports import EquationReport, PageReport, Problem
from .tables import NotationTable, load_yaml
from .verdicts import check_equation

EXCUSE = re.compile(r"not machine-checked\b\s*:?\s*(.*)")
WORLD = re.compile(r"world\s*:\s*(.*?)\s*$")
ALSO_TRUE = re.compile(r"also true\s*:\s*(.+?)\s*:\s*(.+)")
_LINE = re.compile(r"^line (\d+): ")


def check_text(
    text: str, path: str, table: NotationTable, *, corruptions: bool = True
) -> PageReport:
    """Check every displayed formula of a page, and each inline one with a relation in it.

    Never raises for what a page contains; its problems are in the report.
    """
    report = PageReport(path)
    page = scan(text)
    front, start = _front_matter(page, text, report)
    if front is None:
        return report
    used: set[str] = set()
    notations: list[Notation] = []
    _note_unread(page, report)
    for formula in page.formulas:
        if formula.inline and not has_relation(formula.latex):
            continue
        equation = _check_formula(formula, front, table, corruptions, report, start)
        if equation is not None:
            report.equations.append(equation)
            used |= {use.key for use in equation.symbols}
    for world in {"", *_page_worlds(front)}:
        try:
            notations.append(table.checker(front, world).notation)
        except ProofreadError as problem:
            _note(report, problem.message, text, start)
    if not report.all_problems():
        _report_unused(report, notations, used, text, start)
    return report


def _note_unread(page: Page, report: PageReport) -> None:
    report.problems += [
        Problem(
            line, 1, "unread",
            f"a formula in {part} is not read: write it as Markdown between dollar signs",
        )
        for line, part in page.unread
    ]  # fmt: skip


def _page_worlds(front: Mapping[str, Any]) -> list[str]:
    worlds = front.get("worlds")
    return [str(name) for name in worlds] if isinstance(worlds, Mapping) else []


def _front_matter(
    page: Page, text: str, report: PageReport
) -> tuple[Mapping[str, Any] | None, int]:
    """The page's ``proofread`` section and the line that it starts on."""
    lines = text.splitlines()
    start = next(
        (number for number, line in enumerate(lines, 1) if line.startswith("proofread:")), 1
    )
    try:
        data = load_yaml(page.front_matter) if page.front_matter else {}
    except NotationProblem as problem:
        _note(report, problem.message, text, start)
        return None, start
    section = data.get("proofread", {}) if isinstance(data, Mapping) else {}
    if not isinstance(section, Mapping):
        _note(report, f"proofread is {section!r}, expected fields: world, symbols, …", text, start)
        return None, start
    return section, start


def _check_formula(
    formula: FoundFormula,
    front: Mapping[str, Any],
    table: NotationTable,
    corruptions: bool,
    page: PageReport,
    start: int,
) -> EquationReport | None:
    excuse, world = _comments(formula, page)
    if excuse is not None:
        return EquationReport(
            formula.label, formula.latex, formula.line, formula.column, formula.inline,
            "excused", excuse, world,
        )  # fmt: skip
    try:
        checker = table.checker(front, world)
        _ = checker.worlds
    except ProofreadError as problem:
        if not any(one.message == problem.message for one in page.problems):
            page.problems.append(Problem(start, 1, problem.kind, problem.message))
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
    equation.world = world or str(front.get("world", ""))
    _place(equation, formula, page)
    return equation


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
            if missing not in page.problems:
                page.problems.append(missing)
        elif match := WORLD.match(comment):
            world = match.group(1)
    return excuse, world


def _note(report: PageReport, message: str, text: str, start: int) -> None:
    """A problem of the front matter, at its line where that is known."""
    match = _LINE.match(message)
    line = int(match.group(1)) + 1 if match else start
    if match:
        message = message[match.end() :]
    if not any(one.message == message for one in report.problems):
        report.problems.append(Problem(line, 1, "notation", message))


def _report_unused(
    report: PageReport, notations: list[Notation], used: set[str], text: str, start: int
) -> None:
    """Symbols that the page itself declares, and neither formulas nor declarations use."""
    lines = text.splitlines()
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
            line = _declaration_line(lines, one.key, start)
            unused = Problem(line, 1, "unused", f"{one.key} is declared but never used: remove it")
            if unused not in report.problems:
                report.problems.append(unused)


def _declaration_line(lines: list[str], key: str, start: int) -> int:
    for number, line in enumerate(lines[start:], start + 1):
        name = line.strip().partition(": ")[0].rstrip(":").strip("\"'")
        if name.replace("\\\\", "\\") == key:
            return number
    return start
