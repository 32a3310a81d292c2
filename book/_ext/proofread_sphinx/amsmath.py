"""Gives ``amsmath`` environments a label that is the same in every build.

MyST-Parser numbers a top-level ``align`` by a random label, which would change the page's
anchors, and so its bytes, with every build. A label that counts along the page does not.
"""

from __future__ import annotations

from typing import cast

from docutils import nodes
from sphinx.domains.math import MathDomain
from sphinx.transforms import SphinxTransform


class NameEnvironments(SphinxTransform):
    """Replaces the random labels of a document."""

    default_priority = 870

    def apply(self) -> None:
        """Rename the labels, their targets and their entries in Sphinx's list of equations."""
        equations = cast(MathDomain, self.env.get_domain("math")).equations
        environments = [
            node
            for node in self.document.findall(nodes.math_block)
            if "amsmath" in node["classes"] and node.get("label")
        ]
        for count, node in enumerate(environments, start=1):
            old, new = node["label"], f"{self.env.docname}-amsmath-{count}"
            equations[new] = equations.pop(old)
            node["label"] = new
            self._rename(nodes.make_id(f"equation-{old}"), nodes.make_id(f"equation-{new}"))

    def _rename(self, old: str, new: str) -> None:
        for element in self.document.findall(nodes.Element):
            element["ids"] = [new if one == old else one for one in element["ids"]]
            if element.get("refid") == old:
                element["refid"] = new
