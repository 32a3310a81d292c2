"""Puts a badge with the evidence beside each displayed equation of an HTML page.

A badge is a ``<details>`` element: it opens by mouse, touch and keyboard without any script.
"""

from __future__ import annotations

from html import escape
from typing import cast

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from . import evidence
from .anchors import anchor, has_own_target
from .domain import ProofreadDomain
from .glosses import annotate
from .records import EquationRecord
from .symbol_list import LIST_ID, symbol_list
from .transform import PLACE, WRONG

logger = logging.getLogger(__name__)

PAGE_BUILDERS = ("html", "dirhtml")
_INLINE = "proofread-inline"
_BLOCK = "proofread-equation"
_MARKS = {"checked": "✓", "evaluated": "○", "not machine-checked": "○", "failed": "✗"}


class ShowBadges(SphinxPostTransform):
    """Wraps each checked formula with its anchor, its glosses and, if displayed, its badge."""

    builders = PAGE_BUILDERS
    default_priority = 600

    def run(self, **kwargs: object) -> None:
        """Change the document that is about to be written."""
        domain = cast(ProofreadDomain, self.env.get_domain("proofread"))
        for node in list(self.document.findall(nodes.Element)):
            if isinstance(node, nodes.math_block) and not (PLACE in node or WRONG in node):
                logger.warning(
                    "unseen: a late substitution brings the formula %s, so it was not checked",
                    " ".join(node.astext().split()),
                    location=node,
                    type="proofread",
                    subtype="unseen",
                )
            elif node.get(PLACE):
                docname, position = node[PLACE]
                equation = domain.pages[docname]["equations"][position]
                node["glossed"] = annotate(equation["latex"], equation["symbols"])
                _wrap(node, equation, position)
        own = domain.pages.get(self.env.docname)
        if own and own["glosses"]:
            section = next(self.document.findall(nodes.section), self.document)
            section.append(symbol_list(own["glosses"]))


def _wrap(node: nodes.Element, equation: EquationRecord, position: int) -> None:
    inline = isinstance(node, nodes.math)
    wrapper = nodes.inline() if inline else nodes.container()
    wrapper["classes"].append(_INLINE if inline else _BLOCK)
    if not has_own_target(equation):
        wrapper["ids"].append(anchor(equation, position))
    node.parent.replace(node, wrapper)
    wrapper.append(node)
    if not inline:
        wrapper.append(nodes.raw("", badge_html(equation), format="html"))


def badge_html(equation: EquationRecord) -> str:
    """The badge of one equation as HTML.

    Examples
    --------
    >>> equation = {"status": "excused", "reason": "a picture", "corruptions_tried": 0}
    >>> "a picture" in badge_html(equation)
    True
    """
    verdict = evidence.verdict(equation)
    short, spoken = evidence.strength(equation), ""
    if short:
        caught, tried = equation["corruptions_caught"], equation["corruptions_tried"]
        short = f'<span aria-hidden="true"> · {short}</span>'
        spoken = f'<span class="proofread-spoken">: {caught} of {tried} corruptions caught</span>'
    kind = f"proofread-{verdict.replace(' ', '-')}"
    rows = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in _rows(equation))
    return (
        f'<details class="proofread-badge {kind}" name="proofread-badge">'
        f'<summary><span aria-hidden="true">{_MARKS[verdict]}</span> '
        f"{verdict}{short}{spoken}</summary>"
        f'<div class="proofread-evidence"><dl>{rows}</dl>{_symbols_link(equation)}</div></details>'
    )


def _symbols_link(equation: EquationRecord) -> str:
    if not equation.get("symbols"):
        return ""
    return f'<p><a href="#{LIST_ID}">The symbols on this page</a></p>'


def _rows(equation: EquationRecord) -> list[tuple[str, str]]:
    if equation["status"] == "excused":
        return [("Not machine-checked", escape(equation["reason"]))]
    if evidence.verdict(equation) == "evaluated":
        return [("Evaluated", escape(evidence.how(equation)))]
    rows = [
        ("How", escape(evidence.how(equation))),
        ("Comparisons", escape(evidence.comparisons(equation))),
        ("Worst relative error", evidence.error(equation)),
    ]
    if equation["corruptions_tried"]:
        rows.append(("Corruptions", _corruptions(equation)))
    if equation["equivalents"]:
        same = "".join(f"<li><code>{escape(one)}</code></li>" for one in equation["equivalents"])
        rows.append(("Other spellings of the same claim", f"<ul>{same}</ul>"))
    for problem in equation["problems"]:
        rows.append((escape(problem["kind"]), escape(problem["message"])))
    return rows


def _corruptions(equation: EquationRecord) -> str:
    caught, tried = equation["corruptions_caught"], equation["corruptions_tried"]
    return f"{caught} of {tried} single-token mistakes, made on purpose, were caught"
