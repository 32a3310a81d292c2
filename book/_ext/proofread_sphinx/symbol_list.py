"""The list "Symbols on this page": what each declared symbol of the page's formulas means."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes

from .records import GlossRecord

LIST_ID = "proofread-symbols"


def symbol_list(glosses: Iterable[GlossRecord]) -> nodes.container:
    """A folded list, one entry a symbol, in the order of ``glosses``.

    The entries' ids, ``proofread-symbol-0`` and on, are what the glosses in formulas refer to.
    """
    entries = nodes.definition_list("", ids=[LIST_ID])
    for number, gloss in enumerate(glosses):
        term = nodes.term("", "", math(gloss["key"]), ids=[f"proofread-symbol-{number}"])
        entries += nodes.definition_list_item("", term, nodes.definition("", *meaning(gloss)))
    opening = "<details><summary>Symbols on this page</summary>"
    return nodes.container(
        "",
        nodes.raw("", opening, format="html"),
        entries,
        nodes.raw("", "</details>", format="html"),
        classes=["proofread-symbols"],
    )


def meaning(gloss: GlossRecord) -> list[nodes.paragraph]:
    """Meaning, shape and place in the code, a paragraph each, as far as they are declared."""
    paragraphs = []
    if gloss["words"]:
        paragraphs.append(nodes.paragraph("", gloss["words"]))
    if gloss["shape"]:
        what, latex = shape_as_latex(gloss["shape"])
        paragraphs.append(nodes.paragraph("", "", nodes.Text(f"{what} "), math(latex)))
    if gloss["code"]:
        code = nodes.literal(gloss["code"], gloss["code"])
        paragraphs.append(nodes.paragraph("", "", nodes.Text("in code "), code))
    return paragraphs


def shape_as_latex(shape: str) -> tuple[str, str]:
    """Whether it is a shape or a range, and its LaTeX.

    Examples
    --------
    >>> shape_as_latex("1 … n")
    ('runs over', '1, \\\\dots, n')
    """
    what = "runs over" if "…" in shape else "shape"
    return what, shape.replace("\N{MULTIPLICATION SIGN}", r"\times").replace(" …", r", \dots,")


def math(latex: str) -> nodes.math:
    """An inline formula."""
    return nodes.math(latex, latex)
