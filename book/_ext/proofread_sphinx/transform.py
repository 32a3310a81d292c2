"""Reads a page's formulas, has them checked, and says what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from docutils import nodes
from proofread import has_relation
from proofread.sources import place, read_source
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from .checking import plain_record
from .domain import ProofreadDomain
from .matching import Pairing, normal_form, pair
from .records import PageRecord, ProblemRecord, all_problems

logger = logging.getLogger(__name__)

# A directive that makes formulas itself marks them with one of these attributes.
WRONG = "proofread_wrong"  # True: shown as a mistake, so it is no equation of the book
REPORT = "proofread_report"  # the EquationReport of a formula that the directive had checked


# What this transform leaves on each formula that it has met: the document's name and the place of
# the equation in the domain's record of that page; empty if the formula was not checked.
PLACE = "proofread"


class CheckFormulas(SphinxTransform):
    """Checks every displayed formula of a page, and inline ones that state a relation."""

    # After substitutions and directives have put all nodes in place.
    default_priority = 880

    def apply(self) -> None:
        """Check the document that has just been read."""
        elements = self.document.findall(nodes.Element)
        formulas = [node for node in elements if is_formula(node) and not node.get(WRONG)]
        quoted = [node for node in formulas if in_docstring(node)]
        formulas = [node for node in formulas if not in_docstring(node)]
        domain = cast(ProofreadDomain, self.env.get_domain("proofread"))
        page = self._check(domain)
        page["docstrings"] = sum(map(_must_be_seen, quoted))
        brought = [node for node in formulas if REPORT in node]
        result = pair([node for node in formulas if REPORT not in node], page["equations"])
        for node in formulas + quoted:
            node[PLACE] = ()
        for node, position in result.pairs:
            node[PLACE] = (self.env.docname, position)
        for node in brought:
            node[PLACE] = (self.env.docname, len(page["equations"]))
            equation = plain_record(node.attributes.pop(REPORT), page["glosses"])
            page["equations"].append({**equation, "line": _line(node), "brought": True})
        if not any(problem["kind"] == "notation" for problem in page["problems"]):
            page["problems"] += _left_over(result)
        domain.pages[self.env.docname] = page
        self._warn(page)

    def _check(self, domain: ProofreadDomain) -> PageRecord:
        path = Path(self.env.doc2path(self.env.docname))
        source = read_source(path)
        page = domain.checker.check(source.text, _page_path(self.env))
        for problem in all_problems(page):
            problem["line"] = source.line(problem["line"])
        for equation in page["equations"]:
            equation["line"] = source.line(equation["line"])
        return page

    def _warn(self, page: PageRecord) -> None:
        path = str(self.env.doc2path(self.env.docname))
        for problem in all_problems(page):
            text = f"{problem['kind']}: {problem['message']}"
            if problem["suggestion"]:
                text += f"; did you mean: {problem['suggestion']}"
            text = " ".join(text.split())
            where = place(path, problem["line"], problem["column"])
            logger.warning("%s", text, location=where, type="proofread", subtype=problem["kind"])


_UNSEEN = (
    "the formula {} is on the page but not in its Markdown text, so it was not checked: write it "
    "in the text, not in a cell's output, a caption, an included file or a docstring"
)
_IN_PARAGRAPH = (
    "the displayed formula {} stands inside a paragraph, where it is not displayed and loses its "
    "label: put it between lines of $$, with an empty line before and after"
)
_UNPLACED = "the formula {} is in the source but not on the page, so nobody can read it: remove it"


def _left_over(result: Pairing) -> list[ProblemRecord]:
    """What escaped the check, and what was checked for nobody."""
    formulas = [node for node in result.unseen if _must_be_seen(node)]
    shown = {normal_form(node.astext()) for node in formulas}
    hidden = [one for one in result.unplaced if normal_form(one["latex"]) not in shown]
    problems = []
    for node in formulas:
        message = _IN_PARAGRAPH if _between_dollars(node) else _UNSEEN
        problems.append(_problem(_line(node), 1, "unseen", message, node.astext()))
    for one in hidden:
        place = one["line"], one["column"]
        problems.append(_problem(*place, "unplaced", _UNPLACED, one["latex"]))
    return problems


def _problem(line: int, column: int, kind: str, message: str, latex: str) -> ProblemRecord:
    text = message.format(normal_form(latex))
    return {"line": line, "column": column, "kind": kind, "message": text, "suggestion": ""}


def _between_dollars(node: nodes.Element) -> bool:
    """``text $$x$$``: Markdown takes the inner pair of dollars for an inline formula."""
    before = node.previous_sibling()
    return isinstance(before, nodes.Text) and before.astext().endswith("$")


def _page_path(env: BuildEnvironment) -> str:
    """The page's path within the book, the same on every machine."""
    return env.doc2path(env.docname, base=False).as_posix()


def is_formula(node: nodes.Node) -> bool:
    """Whether a node is mathematics, inline or displayed."""
    return isinstance(node, (nodes.math, nodes.math_block))


def in_docstring(node: nodes.Node | None) -> bool:
    """Whether autodoc brought a formula: it is code's, not the page's, and is counted apart."""
    while node is not None and not node.source:
        node = node.parent
    return node is not None and ":docstring of " in node.source


def _must_be_seen(node: nodes.Element) -> bool:
    return isinstance(node, nodes.math_block) or has_relation(node.astext())


def _line(node: nodes.Element) -> int:
    """The line of the nearest element that knows one."""
    line = node.line
    while line is None and node.parent is not None:
        node = node.parent
        line = node.line
    return line or 1
