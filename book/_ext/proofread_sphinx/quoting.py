"""Placeholders for what is known only when every page has been read."""

from __future__ import annotations

from typing import cast, get_type_hints

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from .domain import ProofreadDomain
from .records import Totals

logger = logging.getLogger(__name__)


class total_node(nodes.Inline, nodes.Element):
    """Becomes a sum over the book."""


class report_node(nodes.General, nodes.Element):
    """Becomes the table of all equations."""


class TotalRole(SphinxRole):
    """``{proofread:total}`equations``` quotes one of the :class:`Totals`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a placeholder, and a warning where there is no such total."""
        known = get_type_hints(Totals)
        if self.text not in known:
            logger.warning(
                "total: there is no total %r; known are %s",
                self.text,
                ", ".join(known),
                location=self.get_location(),
                type="proofread",
                subtype="total",
            )
            return [nodes.Text(self.text)], []
        cast(ProofreadDomain, self.env.get_domain("proofread")).quoting.add(self.env.docname)
        return [total_node("", name=self.text)], []


class ReportDirective(SphinxDirective):
    """``{proofread:report}`` stands for the table of all equations."""

    def run(self) -> list[nodes.Node]:
        """Leave a placeholder."""
        cast(ProofreadDomain, self.env.get_domain("proofread")).quoting.add(self.env.docname)
        return [report_node()]
