"""A solution with the class ``dropdown`` is folded away until the reader asks for it.

It is a plain ``<details>``: it opens by mouse, touch and keyboard, without a script.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import solution_node


class FoldSolutions(SphinxPostTransform):
    """Make the title of each such solution the line that unfolds it."""

    default_priority = 400  # after sphinx-exercise has put the exercise's number into the title
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Fold the solutions of a page."""
        for solution in self.document.findall(solution_node):
            if "dropdown" not in solution["classes"]:
                continue
            title, *body = solution.children
            summary = f'<summary class="admonition-title">{escape(title.astext())}</summary>'
            solution.children = []
            solution += nodes.raw("", f"<details>{summary}\n", format="html")
            solution += body
            solution += nodes.raw("", "</details>\n", format="html")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the fold."""
    app.setup_extension("sphinx_exercise")
    app.add_post_transform(FoldSolutions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
