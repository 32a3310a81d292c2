"""Figures stand in the page as SVG, in colours that suit a light and a dark page, with a text
for whoever cannot see them.

MyST-NB writes each figure of a cell to a file and shows it as a picture, whose colours are fixed.
Here the drawing itself goes into the page, each colour of book/matplotlibrc as a CSS variable
(book/_static/book.css gives them their values). A figure without a caption, or without an
alternative text of its own, is a warning at its cell.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

# The colours of book/matplotlibrc and what stands for them in the page.
VARIABLES = {
    "#212529": "currentColor",
    "#b9bec3": "var(--figure-grid)",
    "#fdfdfe": "var(--figure-ground)",
    "#1668a7": "var(--figure-c0)",
    "#c1440e": "var(--figure-c1)",
    "#1f7a4d": "var(--figure-c2)",
    "#8e44ad": "var(--figure-c3)",
    "#96720a": "var(--figure-c4)",
    "#b0306a": "var(--figure-c5)",
}
COLOUR = re.compile("|".join(VARIABLES))
REFERENCE = re.compile(r"url\(#([^)]+)\)")

MISSING_ALT = (
    "this figure has no alternative text: add `image: {alt: what it shows}` under `mystnb:`"
)
MISSING_CAPTION = "this figure has no caption: add `figure: {caption: what to see}` under `mystnb:`"


def themed(value: str) -> str:
    """Attribute or style with the colours of the style file replaced by variables.

    >>> themed("fill: none; stroke: #1668a7")
    'fill: none; stroke: var(--figure-c0)'
    """
    return COLOUR.sub(lambda match: VARIABLES[match[0]], value)


def scoped(root: ElementTree.Element, prefix: str) -> None:
    """Give every id, and every reference to one, a prefix that no other figure of the page has."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, prefix + value)
            elif name == "href" and value.startswith("#"):
                element.set(name, f"#{prefix}{value[1:]}")
            else:
                element.set(name, REFERENCE.sub(rf"url(#{prefix}\1)", value))


def cleaned(root: ElementTree.Element) -> None:
    """Take out what only a file of its own needs, and turn names and colours into the page's."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
    # Matplotlib's style sheet says this to `*`, which in a page would mean every element of it.
    root.set("style", "stroke-linejoin: round; stroke-linecap: butt")
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        if XLINK_HREF in element.attrib:
            element.set("href", element.attrib.pop(XLINK_HREF))
        for name, value in element.attrib.items():
            # Not in a picture's data, where the letters of a colour would be chance.
            if name != "href":
                element.set(name, themed(value))


def inline_svg(source: str, alt: str, prefix: str) -> str:
    """HTML of a figure.

    Parameters
    ----------
    source
        The file that matplotlib wrote.
    alt
        What the figure shows, for readers who do not see it.
    prefix
        Start of every id in the figure, unique in its page.
    """
    root = ElementTree.fromstring(source)
    cleaned(root)
    scoped(root, prefix)
    points = root.attrib.pop("width").removesuffix("pt")
    root.attrib.pop("height")
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("aria-label", " ".join(alt.split()))
    root.set("class", "drawn-figure")
    # At its own size where there is room, and never wider than the page.
    root.set("style", f"max-width: {float(points):.1f}pt; {root.attrib['style']}")
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)


def ancestors(node: nodes.Element) -> Iterator[nodes.Element]:
    """Yield what a node stands in, from the inside outwards."""
    while node.parent is not None:
        node = node.parent
        yield node


class InlineFigures(SphinxPostTransform):
    """Replace the pictures that come from cells."""

    # After MyST-NB has chosen what to show of a cell's output, before Sphinx collects the images.
    default_priority = 9
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Look at every picture of the page."""
        figures = [image for image in self.document.findall(nodes.image) if self._is_drawn(image)]
        for number, image in enumerate(figures, start=1):
            self._check(image)
            source = self._path(image).read_text(encoding="utf-8")
            html = inline_svg(source, image.get("alt", ""), f"figure{number}-")
            image.replace_self(nodes.raw("", html, format="html"))

    def _path(self, image: nodes.image) -> Path:
        return Path(self.env.srcdir, image["uri"].lstrip("/"))

    def _is_drawn(self, image: nodes.image) -> bool:
        return "jupyter_execute" in image["uri"] and image["uri"].endswith(".svg")

    def _check(self, image: nodes.image) -> None:
        alt = image.get("alt", "").strip()
        around = list(ancestors(image))
        # A picture has no line of its own; the cell that drew it has.
        place = next((node for node in around if node.line), image)
        if not alt or alt == Path(image["uri"]).name:
            logger.warning(MISSING_ALT, location=place, type="figure")
        captions = [child for node in around if isinstance(node, nodes.figure) for child in node]
        if not any(isinstance(child, nodes.caption) for child in captions):
            logger.warning(MISSING_CAPTION, location=place, type="figure")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_post_transform(InlineFigures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
