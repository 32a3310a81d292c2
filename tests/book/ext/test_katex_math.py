"""Formulas: rendered in the page, by one version of KaTeX; a mistake leads to its line."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import katex_math
import pytest

PACKAGE = Path(__file__).resolve().parents[3] / "node_modules" / "katex"


def test_a_formula_is_html_and_mathml_without_script(book):
    book.write("# Page\n\nInline $x_1$ here.\n\n$$ E = m c^2 $$ (energy)\n\nSee {eq}`energy`.\n")
    assert book.build() == ""
    page = book.page()
    assert page.count('<math xmlns="http://www.w3.org/1998/Math/MathML"') == 2
    assert page.count('aria-hidden="true"') >= 2
    assert '<div class="math notranslate" id="equation-energy">' in page
    assert re.search(r'<span class="eqno">\(1\)', page)
    assert 'href="#equation-energy"' in page
    assert not re.search(r"<script[^>]*mathjax", page, re.IGNORECASE)


def test_style_and_fonts_are_those_of_the_renderer(book):
    book.write("# Page\n\n$x$\n")
    book.build()
    copied = book.folder / "_build" / "html" / "_static" / "katex"
    css = (copied / "katex.min.css").read_text(encoding="utf-8")
    version = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"]
    command = [katex_math.node_executable(), "-p", f"require({str(PACKAGE)!r}).version"]
    assert subprocess.check_output(command, text=True).strip() == version
    assert f'content:"{version}"' in css
    fonts = set(re.findall(r"fonts/[\w-]+\.woff2", css))
    assert len(fonts) > 10
    for font in fonts:
        assert (copied / font).stat().st_size > 1000


def test_every_class_of_a_formula_is_one_that_the_style_knows_or_that_carries_none():
    html = katex_math.render(PACKAGE, r"\sum_{i=1}^{n} \frac{x_i^2}{\sqrt{n}}", display=True)
    css = (PACKAGE / "dist" / "katex.min.css").read_text(encoding="utf-8")
    known = set(re.findall(r"\.([A-Za-z][\w-]*)", css))
    for name in ("katex-display", "msupsub", "vlist-t", "mfrac", "sqrt"):
        assert name in html
        assert name in known
    sizes = {name for name in re.findall(r'class="([^"]+)"', html) if "reset-size" in name}
    assert sizes
    for names in sizes:
        assert known.issuperset(names.split()[:3]), names


@pytest.mark.parametrize("latex", [r"\frac{1}", r"\undefined", r"\left( x", "x^2^3", "é_{"])
def test_what_katex_rejects_is_a_warning_at_its_line(book, latex):
    book.write(f"# Page\n\nText.\n\n$$ {latex} $$ (broken)\n\nMore.\n")
    warnings = book.build()
    assert re.search(r"index\.md:5: WARNING: KaTeX parse error", warnings), warnings


def test_an_inline_formula_that_is_wrong_is_a_warning_too(book):
    book.write("# Page\n\nText with $\\frac{1}$ in it.\n")
    assert re.search(r"index\.md:3: WARNING: KaTeX parse error", book.build())


def test_data_attributes_are_trusted_and_nothing_else_is():
    html = katex_math.render(PACKAGE, r"\htmlData{gloss=weight}{W}", display=False)
    assert 'data-gloss="weight"' in html
    for latex in (r"\href{https://example.org}{x}", r"\includegraphics{x.png}", r"\htmlId{a}{x}"):
        try:
            html = katex_math.render(PACKAGE, latex, display=False)
        except katex_math.KatexError:
            continue
        assert "<a " not in html
        assert "<img" not in html
        assert 'id="a"' not in html


def test_an_error_does_not_stop_the_renderer():
    with pytest.raises(katex_math.KatexError, match="parse error"):
        katex_math.render(PACKAGE, "{", display=False)
    assert "katex" in katex_math.render(PACKAGE, "x", display=False)


def test_pages_written_side_by_side_are_those_written_one_by_one(make_book):
    pages = []
    for parallel in (0, 4):
        book = make_book()
        links = "\n".join(f"page{number}" for number in range(8))
        book.write(f"# Book\n\n```{{toctree}}\n{links}\n```\n")
        for number in range(8):
            book.write(f"# Page\n\n$$ x_{number} = {number} $$ (e{number})\n", f"page{number}")
        assert book.build(parallel=parallel) == ""
        pages.append([book.page(f"page{number}") for number in range(8)])
    assert pages[0] == pages[1]


def test_without_the_package_the_build_says_what_to_do(book):
    (book.folder / "node_modules").unlink()
    book.write("# Page\n\n$x$\n")
    with pytest.raises(Exception, match="run `make html`, which installs it"):
        book.build()
