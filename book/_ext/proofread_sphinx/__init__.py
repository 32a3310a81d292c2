"""The Sphinx side of proofread: checks each page as it is read, and shows the evidence.

The way of the data: a page's formulas and the core's verdicts are paired (``transform``,
``matching``), kept in a domain (``domain``), and shown as badges (``badges``), glosses
(``glosses``) and the verification report (``report``). The mathematics is all in the core,
the package ``proofread``, which knows nothing of Sphinx.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from .amsmath import NameEnvironments
from .badges import ShowBadges
from .checking import PageChecker
from .domain import ProofreadDomain
from .notation_table import NotationDirective
from .quoting import ReportDirective, TotalRole, report_node, total_node
from .report import ShowReport, write_data
from .transform import CheckFormulas


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect the parts with Sphinx."""
    app.add_config_value("proofread_notation", "notation.yml", "env", str)
    app.add_domain(ProofreadDomain)
    app.add_directive_to_domain("proofread", "report", ReportDirective)
    app.add_directive_to_domain("proofread", "notation", NotationDirective)
    app.add_role_to_domain("proofread", "total", TotalRole())
    app.add_node(total_node)
    app.add_node(report_node)
    app.add_transform(NameEnvironments)
    app.add_transform(CheckFormulas)
    app.add_post_transform(ShowBadges)
    app.add_post_transform(ShowReport)
    app.connect("builder-inited", prepare)
    app.connect("env-get-outdated", outdated_pages)
    app.connect("env-updated", quoting_pages)
    app.connect("html-page-context", add_assets)
    app.connect("build-finished", write_data)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def prepare(app: Sphinx) -> None:
    """Take stock of what verdicts rest on, before any page is read."""
    notation = Path(app.srcdir) / app.config.proofread_notation
    cache = Path(app.doctreedir) / "proofread"
    try:
        _domain(app.env).checker = PageChecker(notation, cache)
    except (ModuleNotFoundError, FileNotFoundError) as problem:
        raise ExtensionError(f"proofread: {problem}") from problem
    app.config.html_static_path.append(str(Path(__file__).parent / "static"))


def outdated_pages(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Pages to read again although their text is unchanged."""
    return _domain(env).outdated()


def quoting_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages to write again because a verdict on another page has changed."""
    return _domain(env).changed_quotations()


def add_assets(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, object], doctree: object
) -> None:
    """Give pages that show verdicts the style sheet and the script for them."""
    domain = _domain(app.env)
    page = domain.pages.get(pagename)
    if page and page["equations"]:
        app.add_css_file("proofread.css")
        app.add_js_file("proofread.js", loading_method="defer")
    if pagename in domain.quoting:
        app.add_css_file("proofread.css")
        app.add_js_file("sortable.js", loading_method="defer")


def _domain(env: BuildEnvironment) -> ProofreadDomain:
    return cast(ProofreadDomain, env.get_domain("proofread"))
