"""A museum of published formulas that were wrong, each held against proofread at build time.

The way of the data: a file of exhibits a room (``exhibits``), proofread's verdict on both forms of
each (``judging``), sums over all of them (``figures``), the page (``rooms``). If a verdict changes,
the page changes; if a wrong form passes or a right one fails, the build warns at its room.
"""

from __future__ import annotations

from pathlib import Path

from docutils.nodes import document, section
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from .rooms import EXHIBIT, FigureRole, RoomDirective


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect the directive and the role with Sphinx."""
    app.add_config_value("museum_folder", "museum", "env", str)
    app.add_directive("museum-room", RoomDirective)
    app.add_role("museum", FigureRole())
    app.connect("builder-inited", _find_styles)
    app.connect("html-page-context", _add_styles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _find_styles(app: Sphinx) -> None:
    app.config.html_static_path.append(str(Path(__file__).parent / "static"))


def _add_styles(
    app: Sphinx, page: str, template: str, context: dict[str, object], doctree: document | None
) -> None:
    """Give pages with exhibits their style sheet."""
    sections = doctree.findall(section) if doctree is not None else ()
    if any(EXHIBIT in one["classes"] for one in sections):
        app.add_css_file("museum.css")
