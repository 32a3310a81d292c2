"""The public address: what needs it appears when it is set, and only then."""

from __future__ import annotations

import public_address
import pytest
from sphinx.errors import ConfigError

THEME = {"html_theme": "sphinx_book_theme"}
ADDRESS = "https://github.com/Owner/name.py"


def test_without_an_address_nothing_points_anywhere(book):
    book.write("# Page\n\nText.\n")
    assert book.build(confoverrides=THEME) == ""
    page = book.page()
    for trace in ("github.com/", "og:title", 'rel="canonical"', "colab", "Suggest edit"):
        assert trace not in page
    assert not (book.folder / "_build" / "html" / "sitemap.xml").exists()


def test_with_an_address_the_links_appear(book):
    book.write("# Page\n\nText.\n")
    conf = book.folder / "conf.py"
    conf.write_text(
        conf.read_text() + f"html_theme = 'sphinx_book_theme'\nrepository = {ADDRESS!r}\n"
    )
    assert book.build() == ""
    page = book.page()
    assert f"{ADDRESS}/edit/main/book/index.md" in page
    assert '<meta property="og:title" content="Page"' in page
    assert '<link rel="canonical" href="https://owner.github.io/name.py/index.html"' in page
    site_map = (book.folder / "_build" / "html" / "sitemap.xml").read_text("utf-8")
    assert "<loc>https://owner.github.io/name.py/index.html</loc>" in site_map


@pytest.mark.parametrize(
    "address", ["", "name", "http://github.com/a/b", ADDRESS + "/tree/main", "https://x.org/a/b"]
)
def test_an_address_of_another_form_is_refused(address):
    with pytest.raises(ConfigError, match="expected https://github.com/OWNER/NAME"):
        public_address.pages_address(address)
