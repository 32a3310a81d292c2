"""`{explorable}`: a figure that its reader moves, made of numbers that a cell has computed.

A cell glues the numbers as JSON, `glue("moons-run", json.dumps(...), display=False)`; the directive
says which kind of figure shows them, and its content is the caption:

    ```{explorable} boundary
    :name: fig-watching
    :data: moons-run
    :alt: What it shows, for readers who do not see it.

    What to try, and what to see.
    ```

The page carries the numbers, and a script of book/_static/explorables draws them. Without scripts,
and until they run, a sentence stands in the figure's place.
"""

from __future__ import annotations

import ast
import json
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import set_source_info
from sphinx.writers.html5 import HTML5Translator

# Each kind's script, in book/_static/explorables.
KINDS = ("backward", "boundary", "descent", "neuron")

# In the order in which they need each other.
SHARED_SCRIPTS = ("controls", "plane", "explorable")

WITHOUT_SCRIPT = "This figure moves with its reader. It needs JavaScript, which has not run here."


class explorable_node(nodes.General, nodes.Element):  # type: ignore[misc]
    """The place in the page where the script draws."""


class ExplorableDirective(SphinxDirective):
    """A figure of one kind, with the data of one glued name."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "name": directives.unchanged_required,
        "data": directives.unchanged_required,
        "alt": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the figure, numbered as all others."""
        place = explorable_node(kind=self._kind(), alt=self._alt(), data=self._data())
        set_source_info(self, place)
        figure = nodes.figure("", place, self._caption(), classes=["explorable-figure"])
        set_source_info(self, figure)
        self.add_name(figure)
        return [figure]

    def _kind(self) -> str:
        kind: str = self.arguments[0]
        if kind not in KINDS:
            raise self.error(f"no explorable is called {kind!r}: write one of {', '.join(KINDS)}")
        return kind

    def _alt(self) -> str:
        if not self.options.get("alt"):
            raise self.error("this explorable has no alternative text: add `:alt: what it shows`")
        return " ".join(self.options["alt"].split())

    def _data(self) -> Any:
        name = self.options.get("data")
        if not name:
            raise self.error("this explorable has no data: add `:data: name of what a cell glued`")
        try:
            glued = retrieve_glue_data(self.state.document, name).data
        except RetrievalError:
            raise self.error(
                f"no cell of this page glues {name!r}, the explorable's data"
            ) from None
        try:
            # What was glued is shown as Python would write it: a text within quotation marks.
            return json.loads(ast.literal_eval(glued["text/plain"]))
        except (KeyError, TypeError, ValueError):
            raise self.error(
                f"{name!r}, the explorable's data, is not JSON: "
                f'glue it as `glue("{name}", json.dumps(...), display=False)`'
            ) from None

    def _caption(self) -> nodes.caption:
        if not self.content:
            raise self.error("this explorable has no caption: write below it what to try and see")
        text = self.parse_content_to_nodes()
        if len(text) != 1 or not isinstance(text[0], nodes.paragraph):
            raise self.error("the caption of an explorable is one paragraph")
        caption = nodes.caption("", "", *text[0].children)
        set_source_info(self, caption)
        return caption


def show(translator: HTML5Translator, node: explorable_node) -> None:
    """Write the place, with its data and the sentence that stands there without scripts."""
    # `</` would end the script early, wherever it stands.
    data = json.dumps(node["data"], allow_nan=False, separators=(",", ":")).replace("</", "<\\/")
    opening = translator.starttag(
        node,
        "div",
        "",
        CLASS="explorable",
        role="group",
        **{"data-kind": node["kind"], "aria-label": node["alt"]},
    )
    translator.body.append(
        f'{opening}<p>{WITHOUT_SCRIPT}</p><script type="application/json">{data}</script></div>\n'
    )
    raise nodes.SkipNode


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page load the scripts of the explorables that stand on it, and no others."""
    if doctree is None:
        return
    kinds = {node["kind"] for node in doctree.findall(explorable_node)}
    if kinds:
        for name in (*SHARED_SCRIPTS, *sorted(kinds)):
            app.add_js_file(f"explorables/{name}.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and its node."""
    app.add_directive("explorable", ExplorableDirective)
    app.add_node(explorable_node, html=(show, None))
    app.connect("html-page-context", add_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
