"""The verification report: every equation of the book with its verdict and evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from . import evidence
from .anchors import anchor
from .domain import ProofreadDomain
from .quoting import report_node, total_node
from .records import EquationRecord

COLUMNS = (
    ("Page", 22),
    ("Equation", 22),
    ("Kind", 16),
    ("Verdict", 14),
    ("Comparisons", 10),
    ("Worst error", 8),
    ("Caught", 8),
)
_SHOWN = 40


class ShowReport(SphinxPostTransform):
    """Replaces the placeholders by the table and the sums."""

    # Before references are resolved, so that builders treat the links as any other.
    default_priority = 5

    def run(self, **kwargs: object) -> None:
        """Change the document that is about to be written."""
        domain = cast(ProofreadDomain, self.env.get_domain("proofread"))
        for place in list(self.document.findall(total_node)):
            total = cast("dict[str, float]", domain.totals())[place["name"]]
            text = f"{total:.1e}" if isinstance(total, float) else f"{total:,}"
            place.replace_self(nodes.inline(text, text, classes=["proofread-total"]))
        for table in list(self.document.findall(report_node)):
            table.replace_self(_table(self._rows(domain)))

    def _rows(self, domain: ProofreadDomain) -> Iterator[nodes.row]:
        for docname, page in domain.in_reading_order():
            title = self.env.titles[docname].astext()
            for position, equation in enumerate(page["equations"]):
                text = equation["label"] or _shortened(equation["latex"])
                yield _row(
                    self._link(docname, "", nodes.Text(title)),
                    self._link(docname, anchor(equation, position), nodes.literal(text, text)),
                    *(nodes.Text(cell) for cell in _cells(equation)),
                )

    def _link(self, docname: str, target: str, content: nodes.Node) -> nodes.Node:
        builder = self.env._app.builder
        return make_refnode(builder, self.env.docname, docname, target, content)


def _shortened(latex: str) -> str:
    line = " ".join(latex.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _cells(equation: EquationRecord) -> list[str]:
    kinds = ", ".join(equation["kinds"])
    if equation["status"] == "excused":
        return [kinds, f"not machine-checked: {equation['reason']}", "", "", ""]
    if evidence.verdict(equation) == "evaluated":
        return [kinds, "evaluated", "", "", ""]
    return [
        kinds,
        evidence.verdict(equation),
        f"{equation['comparisons']}",
        evidence.error(equation),
        evidence.strength(equation),
    ]


def _table(rows: Iterable[nodes.row]) -> nodes.table:
    group = nodes.tgroup("", cols=len(COLUMNS))
    group += [nodes.colspec("", colwidth=width) for _, width in COLUMNS]
    group += nodes.thead("", _row(*(nodes.Text(name) for name, _ in COLUMNS)))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["proofread-report", "sortable"])


def _row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def report_data(domain: ProofreadDomain) -> dict[str, object]:
    """The same report as plain data, for other programs."""
    return {
        "totals": domain.totals(),
        "equations": [
            {"page": docname, "anchor": anchor(equation, position), **_for_others(equation)}
            for docname, page in domain.in_reading_order()
            for position, equation in enumerate(page["equations"])
        ],
    }


def _for_others(equation: EquationRecord) -> dict[str, object]:
    return {name: value for name, value in equation.items() if name != "symbols"}


def write_data(app: Sphinx, exception: Exception | None) -> None:
    """Write ``verification.json`` beside the pages of an HTML build."""
    if exception is None and app.builder.name in ("html", "dirhtml"):
        domain = cast(ProofreadDomain, app.env.get_domain("proofread"))
        text = json.dumps(report_data(domain), ensure_ascii=False, indent=1)
        (Path(app.outdir) / "verification.json").write_text(text + "\n", encoding="utf-8")
