"""Whole builds of small books: what stops them, what they show, what they do again."""

from __future__ import annotations

import json
import re

import pytest
from sphinx.errors import ExtensionError

from tests.proofread_sphinx.small_books import CONF, NOTATION, PAGE

# MyST-Parser still asks for an attribute that Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings(
    "ignore::sphinx.deprecation.RemovedInSphinx11Warning:myst_parser"
)

EXHIBITS = """
from docutils import nodes
from proofread import EquationReport
from proofread_sphinx.transform import REPORT, WRONG
from sphinx.util.docutils import SphinxDirective


class Exhibits(SphinxDirective):
    def run(self):
        wrong = nodes.math_block("", "f(0) = 1", number=None, nowrap=False)
        wrong[WRONG] = True
        right = nodes.math_block("", "f(0) = 0", number=None, nowrap=False)
        right[REPORT] = EquationReport("", "f(0) = 0", 1, 1, False, "checked")
        return [wrong, right]


def setup(app):
    app.add_directive("exhibits", Exhibits)
"""


@pytest.fixture
def network(book):
    """A book with one page on backpropagation."""
    book.write("notation.yml", NOTATION)
    book.write("index.md", PAGE)
    return book


def line_of(text, piece):
    return text[: text.index(piece)].count("\n") + 1


def test_a_page_whose_equations_hold_builds_and_shows_it(network):
    build = network.build()
    assert (build.status, build.warnings) == (0, [])
    page = build.page("index.html")
    assert page.count('<details class="proofread-badge proofread-checked"') == 2
    assert page.count('class="proofread-inline"') == 1
    statuses = [one["status"] for one in json.loads(build.page("verification.json"))["equations"]]
    assert statuses == ["checked"] * 3


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        (r"(W^{(l+1)})^\top", "W^{(l+1)}", "shape"),
        (r"(A^{(l-1)})^\top", r"-(A^{(l-1)})^\top", "false"),
        (r"f'(Z^{(l)})", r"f'(Z^{(l+1)})", "shape"),
        (r"\Delta^{(l)}" + "\n$$\n", r"\Gamma^{(l)}" + "\n$$\n", "symbol"),
    ],
    ids=["dropped transpose", "wrong sign", "wrong layer", "undeclared symbol"],
)
def test_an_authors_mistake_stops_the_build_at_its_line(network, right, wrong, kind):
    assert PAGE.count(right) == 1
    text = PAGE.replace(right, wrong)
    path = network.write("index.md", text)
    build = network.build()
    assert build.status == 1
    assert len(build.warnings) == 1
    where = rf"{re.escape(str(path))}:{line_of(text, wrong)}:\d+: WARNING: {kind}: .+"
    assert re.fullmatch(where + rf" \[proofread\.{kind}\]", build.warnings[0])


def test_a_check_that_tells_too_little_stops_the_build(network):
    text = PAGE + "\n$$\nn \\ge n \\cdot 1^2\n$$\n"
    path = network.write("index.md", text)
    build = network.build()
    assert build.status == 1
    where = rf"{re.escape(str(path))}:{line_of(text, '1^2')}:\d+: WARNING: weak: "
    assert re.match(where, build.warnings[0]), build.warnings


def test_a_formula_in_html_or_restructuredtext_stops_the_build(network):
    rest = "\n```{eval-rst}\n:math:`f(0) = 3`\n```\n"
    html = "\n```{raw} html\n<p>\\(f(0) = 3\\)</p>\n```\n"
    network.write("index.md", PAGE + rest + html)
    kinds = [re.findall(r"\[proofread\.(\w+)\]", one)[0] for one in network.build().warnings]
    assert sorted(kinds) == ["unread", "unread", "unseen"]


def test_a_failing_page_fails_again_until_it_is_mended(network):
    network.write("index.md", PAGE.replace(r"\odot", "+"))
    network.write("other.md", "---\norphan: true\n---\n# Other\n")
    first, second = network.build(), network.build()
    assert first.warnings
    assert second.warnings == first.warnings
    assert second.read == ["index"]
    network.write("index.md", PAGE)
    mended = network.build()
    assert (mended.status, mended.warnings) == (0, [])
    assert network.build().read == []


def test_a_new_notation_puts_every_page_to_the_test_again(network):
    assert network.build().status == 0
    network.write("notation.yml", NOTATION + "# a comment\n")
    build = network.build()
    assert (build.read, build.warnings) == (["index"], [])
    network.write("notation.yml", NOTATION.replace(r"\tanh(z)", r"\tanh(2 z)"))
    (warning,) = network.build().warnings
    assert "f'(0) = 2" in warning


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("kind: row", "kind: rwo"), ("common:", "comon:"), ("common:", "- a\ncommon:")],
)
def test_a_broken_notation_is_told_once_a_page(network, right, wrong):
    network.write("notation.yml", NOTATION.replace(right, wrong))
    (warning,) = network.build().warnings
    assert warning.endswith("[proofread.notation]")


def test_a_missing_notation_is_told_by_its_path(network):
    (network.source / "notation.yml").unlink()
    with pytest.raises(ExtensionError, match="notation.yml"):
        network.build()


def test_changed_code_puts_every_page_to_the_test_again(book):
    notation = """\
modules: [doubling]
worlds:
  toy:
    symbols: {x: a number}
    functions: {"f(x)": {python: "doubling:double"}}
"""
    book.write("notation.yml", notation)
    book.write("index.md", "---\nproofread: {world: toy}\n---\n# T\n\n$$\nf(x) = 2 x\n$$\n")
    book.write("doubling.py", "def double(x):\n    return 2 * x\n")
    assert book.build_apart() == (0, "")
    book.write("doubling.py", "def double(x):\n    return 2 * x + 1\n")
    status, errors = book.build_apart()
    assert status == 1
    assert re.search(r"index.md:7:\d+: WARNING: false: ", errors)


def test_formulas_that_a_directive_brings_count_by_its_word(network, monkeypatch):
    monkeypatch.syspath_prepend(network.source)
    network.write("exhibits.py", EXHIBITS)
    network.write("conf.py", CONF.replace('"proofread_sphinx"', '"proofread_sphinx", "exhibits"'))
    network.write("index.md", PAGE + "\n```{exhibits}\n```\n")
    build = network.build()
    assert build.warnings == []
    assert "f(0) = 1" in build.page("index.html")
    equations = json.loads(build.page("verification.json"))["equations"]
    assert [one["brought"] for one in equations] == [False, False, False, True]
    assert equations[-1]["latex"] == "f(0) = 0"


def test_parallel_and_serial_builds_report_the_same(network):
    contents = "# T\n\n```{toctree}\n:glob:\n*\n```\n\n```{proofread:report}\n```\n"
    network.write("index.md", contents)
    for number in range(12):
        network.write(f"page{number}.md", PAGE.replace("eq-delta", f"eq-delta-{number}"))
    serial = network.build(fresh=True)
    pages = {name: serial.page(name) for name in ("index.html", "verification.json", "page7.html")}
    parallel = network.build(fresh=True, processes=4)
    assert (serial.warnings, parallel.warnings) == ([], [])
    assert json.loads(pages["verification.json"])["totals"]["equations"] == 36
    assert {name: parallel.page(name) for name in pages} == pages


@pytest.mark.parametrize(
    ("builder", "file"), [("latex", "*.tex"), ("text", "index.txt"), ("epub", "index.xhtml")]
)
def test_badges_and_glosses_are_for_web_pages_only(network, builder, file):
    build = network.build(builder)
    (output,) = build.out.glob(file)
    text = output.read_text(encoding="utf-8")
    assert r"\Delta^{(l)}" in text
    for trace in ("proofread-", "htmlData", "corruptions", "Symbols on this page"):
        assert trace not in text


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Thus $$ f'(0) = 1 $$ (eq-lost)", ["label", "unseen"]),
        ("Thus\n$$ f'(0) = 1 $$ (eq-lost)\n", ["label", "unseen"]),
        ("Thus $$ f'(0) = 1 $$ holds.", ["unseen"]),
    ],
)
def test_a_displayed_formula_inside_a_paragraph_is_an_error(network, text, kinds):
    network.write("index.md", PAGE + "\n" + text + "\n")
    warnings = network.build().warnings
    assert [re.findall(r"\[proofread\.(\w+)\]", one) for one in warnings] == [[k] for k in kinds]
    assert all("empty line before and after" in one for one in warnings)


def test_environments_get_the_same_anchors_in_every_build(network):
    aligned = "\n\\begin{align}\nZ^{(l)} &= A^{(l-1)} W^{(l)} + b^{(l)}\n\\end{align}\n"
    network.write("index.md", PAGE + aligned)
    first = network.build(fresh=True)
    page = first.page("index.html")
    assert first.warnings == []
    assert "equation-index-amsmath-1" in page
    assert network.build(fresh=True).page("index.html") == page


def test_a_failure_in_a_notebook_is_told_by_cell_and_line(network):
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# T"},
        {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "Text\n\n$$\nf(0) = 1\n$$"},
    ]
    notebook = {
        "metadata": {"proofread": {"world": "network"}},
        "nbformat": 4,
        "nbformat_minor": 5,
        "cells": cells,
    }
    (network.source / "index.md").unlink()
    path = network.write("index.ipynb", json.dumps(notebook))
    (warning,) = network.build().warnings
    assert re.match(rf"{re.escape(str(path))}:cell 2:4:\d+: WARNING: false: ", warning)


EVERYWHERE = r"""---
proofread: {world: network}
---
# A title with $f(0) = 0$

- in a list

  $$
  Z^{(l)} = A^{(l-1)} W^{(l)} + b^{(l)}
  $$ (eq-list)

> in a quotation
>
> $$
> Z^{(l)} = A^{(l-1)} W^{(l)} + b^{(l)}
> $$

| table      |
|------------|
| $f(0) = 0$ |

:::{admonition} With $f(0) = 0$
$$
Z^{(l)} = A^{(l-1)} W^{(l)} + b^{(l)}
$$ (eq-note)

```{math}
:label: eq-directive
Z^{(l)} = A^{(l-1)} W^{(l)} + b^{(l)}
```
:::

````{note}
```{tip}
$$ Z^{(l)} = A^{(l-1)} W^{(l)} + b^{(l)} $$
```
````

A footnote[^foot] and a definition, $f(0) = 0$ and {math}`f(0) = 0`.

[^foot]: The note says $f(0) = 0$.

```{figure} picture.svg
:alt: nothing

A caption with $f(0) = 0$.
```
"""


def test_formulas_are_found_wherever_markdown_allows_them(network):
    network.write("picture.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    network.write("index.md", EVERYWHERE)
    build = network.build()
    assert build.warnings == []
    equations = json.loads(build.page("verification.json"))["equations"]
    assert [one["label"] for one in equations if not one["inline"]] == [
        "eq-list", "", "eq-note", "eq-directive", "",
    ]  # fmt: skip
    assert sum(one["inline"] for one in equations) == EVERYWHERE.count("$f(0) = 0$") + 1


@pytest.mark.parametrize(
    ("formula", "escaped"),
    [("$$\nf(0) = 3\n$$", True), ("Now $f(0) = 3$.", True), ("The symbol $f$.", False)],
)
def test_a_formula_that_the_text_does_not_hold_cannot_escape(network, formula, escaped):
    network.write("parts/part.txt", formula + "\n")
    network.write("index.md", PAGE + "\n```{include} parts/part.txt\n```\n")
    build = network.build()
    assert [one.endswith("[proofread.unseen]") for one in build.warnings] == [True] * escaped


LATECOMER = """
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


class Latecomer(SphinxPostTransform):
    default_priority = 100

    def run(self):
        self.document += nodes.math_block("", "f(0) = 3", number=None, nowrap=False)


def setup(app):
    app.add_post_transform(Latecomer)
"""


def test_a_formula_that_comes_late_cannot_escape(network, monkeypatch):
    monkeypatch.syspath_prepend(network.source)
    network.write("latecomer.py", LATECOMER)
    network.write("conf.py", CONF.replace('"proofread_sphinx"', '"proofread_sphinx", "latecomer"'))
    (warning,) = network.build().warnings
    assert "f(0) = 3" in warning
    assert warning.endswith("[proofread.unseen]")


def test_an_excuse_shows_its_reason(network):
    network.write("index.md", PAGE + "\n% not machine-checked: only a sketch\n$$\na \\to b\n$$\n")
    build = network.build()
    assert build.warnings == []
    assert "only a sketch" in build.page("index.html")
    assert json.loads(build.page("verification.json"))["totals"]["excused"] == 1


def test_an_excuse_without_a_reason_is_none(network):
    network.write("index.md", PAGE + "\n% not machine-checked\n$$\na \\to b\n$$\n")
    assert any("[proofread.excuse]" in one for one in network.build().warnings)


def test_a_front_page_quotes_the_totals_of_today(network):
    front = "# T\n\n{proofread:total}`equations` formulas.\n\n```{toctree}\npage\n```\n"
    network.write("index.md", front)
    network.write("page.md", PAGE)
    assert '<span class="proofread-total">3</span> formulas' in network.build().page("index.html")
    network.write("page.md", PAGE + "\n$$\nf(0) = 0\n$$\n")
    build = network.build()
    assert build.read == ["page"]
    assert '<span class="proofread-total">4</span> formulas' in build.page("index.html")


def test_an_unknown_total_is_an_error(network):
    network.write("index.md", PAGE + "\n{proofread:total}`equation`\n")
    (warning,) = network.build().warnings
    assert "there is no total 'equation'; known are pages, equations" in warning


def test_the_report_leads_to_each_equation(network):
    network.write("index.md", PAGE + "\n```{proofread:report}\n```\n")
    page = network.build().page("index.html")
    for target in ("equation-eq-delta", "proofread-2", "proofread-3"):
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in page


def test_the_notation_table_says_what_is_declared(network):
    network.write("index.md", "# T\n\n```{proofread:notation}\n```\n")
    build = network.build()
    assert build.warnings == []
    page = build.page("index.html")
    for piece in (r"W^{(l)}", "weights", r"n_{l-1} \times n_l", "layer.weights", r"1, \dots, L"):
        assert piece in page


def test_formulas_of_docstrings_are_counted_apart(book, tmp_path, monkeypatch):
    (tmp_path / "documented.py").write_text('r"""Half: :math:`h = x / 2`, of :math:`x`."""\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    book.write("conf.py", CONF.replace('["myst_nb"', '["sphinx.ext.autodoc", "myst_nb"'))
    book.write("notation.yml", NOTATION)
    automodule = "```{eval-rst}\n.. automodule:: documented\n```\n"
    counted = "Counted: {proofread:total}`docstrings` and {proofread:total}`equations`.\n"
    book.write("index.md", f"# Book\n\n{counted}\n{automodule}")
    built = book.build()
    assert built.warnings == []
    assert "Counted: 1 and 0." in re.sub("<[^>]+>", "", built.page("index.html"))
