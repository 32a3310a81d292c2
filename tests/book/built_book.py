"""Where the built book is, and which pages it has."""

from pathlib import Path

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"


def book_pages() -> list[str]:
    """Paths of the built pages; templates that the theme leaves in _static are none."""
    pages = (page.relative_to(SITE) for page in SITE.rglob("*.html"))
    return sorted(page.as_posix() for page in pages if page.parts[0] != "_static")
