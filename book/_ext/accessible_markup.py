"""Markup of others' that axe-core, a checker of accessibility, finds fault with, put right.

- MyST-NB labels the line that unfolds a hidden cell "Toggle hidden content". That says less than
  its text, and is not what somebody who steers by voice would say: the text is the label.
- Docutils gives the entries of the bibliography a role (doc-biblioentry) that has been withdrawn;
  as children of a list they are list items.
- Sphinx-exercise gives every exercise of a page the same id, and every solution another; an id must
  be the only one of its name. Nothing refers to them, so they go.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

REPEATED = {"exercise-content", "solution-content"}


def visit_fold(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a fold."""
    classes = escape(" ".join(node["classes"]), quote=True)
    translator.body.append(
        f'<details class="admonition hide {classes}">\n<summary>\n'
        f'<p class="collapsed admonition-title">{escape(node["prompt_show"])}</p>\n'
        f'<p class="expanded admonition-title">{escape(node["prompt_hide"])}</p>\n'
        "</summary>\n"
    )


def visit_citation(translator: HTML5Translator, node: nodes.citation) -> None:
    """Open an entry of the bibliography, and the list with the first of them."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        translator.body.append('<div role="list" class="citation-list">\n')
    translator.body.append(
        translator.starttag(node, "div", classes=[node.tagname], role="listitem")
    )


def depart_citation(translator: HTML5Translator, node: nodes.citation) -> None:
    """Close an entry, and the list with the last of them."""
    HTML5Translator.depart_citation(translator, node)


class RepeatedIds(SphinxPostTransform):
    """Take away the ids that sphinx-exercise gives more than once."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Look at the body of every exercise and solution."""
        for section in self.document.findall(nodes.section):
            section["ids"] = [each for each in section["ids"] if each not in REPEATED]


def setup(app: Sphinx) -> dict[str, Any]:
    """Put our writers in the place of theirs."""
    app.setup_extension("myst_nb")
    app.add_post_transform(RepeatedIds)
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_HideCellInput))
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
