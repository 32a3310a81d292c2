"""What needs the public address appears when conf.py sets `repository`, and only then."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

ADDRESS = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+)")


def pages_address(repository: str) -> str:
    """Address at which GitHub publishes the pages of a repository.

    >>> pages_address("https://github.com/owner/name")
    'https://owner.github.io/name/'
    """
    match = ADDRESS.fullmatch(repository)
    if match is None:
        raise ConfigError(
            f"conf.py: repository is {repository!r}, expected https://github.com/OWNER/NAME "
            "without anything after the name, or None"
        )
    return f"https://{match[1].lower()}.github.io/{match[2]}/"


def configure(app: Sphinx, config: Config) -> None:
    """Turn on the links that need the address."""
    if config.repository is None:
        return
    config.html_baseurl = pages_address(config.repository)
    config.ogp_site_url = config.html_baseurl
    config.sitemap_url_scheme = "{link}"
    config.html_theme_options |= {
        "repository_url": config.repository,
        "repository_branch": "main",
        "path_to_docs": "book",
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
    }


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the setting, and the extensions that it brings."""
    app.add_config_value("repository", None, "html", types=(str, type(None)))
    if app.config.repository is not None:
        app.setup_extension("sphinxext.opengraph")
        app.setup_extension("sphinx_sitemap")
    app.connect("config-inited", configure, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
