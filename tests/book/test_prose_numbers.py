"""No result is typed into the text by hand: it comes by glue, or from what the page checks.

A number with decimals, a percentage or a power of ten in a paragraph must be an input, thus stand
in the page's code or formulas, or be worked out beside it in an equality that is right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import PurePath

import pytest
from proofread.markdown import scan

from tests.book.plain_arithmetic import NUMBER, equalities
from tests.book.printed_formulas import BOOK, PAGES
from tests.book.prose import Block, blocks_of, code_of

# A number of its own, not a part of a word, of a longer number or of a version such as 1.2.3.
SHOWN = re.compile(
    rf"(?<![\w.,⁻])(?P<number>{NUMBER})(?![\w⁻])(?!\.\d)"
    r"(?P<share>\s?%|\s+per\s+cent)?(?P<power>\s?[·×]\s?10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
)
IN_CODE = re.compile(r"\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?")
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
REMEDY = (
    "write it as {glue:text}`name:format` from a cell, or work it out in the text (2 · 3.5 = 7); "
    "an input that no code needs goes into INPUTS in tests/book/test_prose_numbers.py"
)

SIGMOIDS = [1 / (1 + math.exp(-z)) for z in (1, 2)]
# Numbers that the text makes up, quotes, or takes from mathematics.
INPUTS = {
    "a-museum-of-wrong-formulas": {
        f"{number:.4f}": "the sigmoid of 1 or of 2, and twice that"
        for one in SIGMOIDS
        for number in (one, 2 * one)
    },
    "trust-but-check": {f"{2.0**-52:.1e}": "the gap after 1 in double precision"},
    "a-spreadsheet-to-numpy": {
        "0.393": "the error that the course reports in its first epoch",
        "0.053": "the error that the course reports in its last epoch",
    },
    "handwritten-digits": {
        "97": "what somebody reports, to ask what it says",
        **dict.fromkeys(("0.0998", "0.0061", "0.946"), "what the source course reports"),
    },
    "backpropagation": {"0.46": "the answer of some network, to begin with"},
    "what-one-neuron-cannot-do": {"7.3": "a weight that nobody tried"},
    "garbage-in-garbage-out": {"0.95": "what some network might reach"},
    "when-training-is-stuck": {"0.000001": "a ratio that is far too low"},
    "one-neuron": {"2.718": "the first digits of e"},
    "activations": {"2.718": "the first digits of e"},
}


def results(page: str, text: str) -> list[str]:
    """The numbers that the page states without a source, each with its line."""
    known = known_numbers(text) | set(map(Fraction, INPUTS.get(PurePath(page).stem, {})))
    return [
        f"book/{page}:{block.line_at(start)}: {shown}: {REMEDY}"
        for block in blocks_of(text)
        if block.kind in ("paragraph", "caption") and not block.question
        for start, shown, values in numbers_in(block)
        if not known & values
    ]


def known_numbers(text: str) -> set[Fraction]:
    """The numbers of a page's code, formulas, questions, worked tables, and right equalities."""
    formulas = [formula.latex for formula in scan(text).formulas]
    known = {
        Fraction(number.replace("_", ""))
        for source in [code_of(text), *formulas]
        for number in IN_CODE.findall(source)
    }
    for block in blocks_of(text):
        is_input = block.question or block.kind in ("table", "header")
        found = re.findall(NUMBER, block.text) if is_input else []
        for equality in equalities(block.text):
            if not equality.problem():
                found += [token.text for side in equality.sides for token in side]
        known |= {Fraction(one.replace(",", "")) for one in found if one[0].isdecimal()}
    return known


def numbers_in(block: Block) -> Iterator[tuple[int, str, set[Fraction]]]:
    """The numbers that look like results: where, as written, and the values that would do."""
    for match in SHOWN.finditer(block.text):
        number = match.group("number")
        if not ("." in number or match.group("share") or match.group("power")):
            continue
        value = Fraction(number.replace(",", ""))
        if match.group("power"):
            exponent = match.group("power").partition("10")[2].translate(RAISED)
            value *= Fraction(10) ** int(exponent)
        values = {value, value / 100} if match.group("share") else {value}
        yield match.start(), " ".join(match.group(0).split()), values


@pytest.mark.parametrize("page", PAGES)
def test_no_result_is_typed_into_the_text(page: str) -> None:
    found = results(page, (BOOK / page).read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_every_input_is_still_in_the_text() -> None:
    unused = []
    for page in PAGES:
        text = (BOOK / page).read_text(encoding="utf-8")
        shown = {
            value for block in blocks_of(text) for _, _, all_ in numbers_in(block) for value in all_
        }
        numbers = INPUTS.get(PurePath(page).stem, {})
        unused += [f"{page}: {one}" for one in numbers if Fraction(one) not in shown]
    assert not unused
    assert set(INPUTS) <= {PurePath(page).stem for page in PAGES}


PAGE = """---
title: Page
---
# Page 1.5

```{code-cell} ipython3
---
mystnb:
  figure:
    caption: It ends at CAPTION.
  image:
    alt: A curve that falls to 77.7.
---
rate = 0.25
```

It trains with 0.25 for 3 epochs and reaches RESULT of all.
From 2 · 3.5 = 7 follows the rest.

```{exercise-start}
```
What if the rate is 0.375?
```{exercise-end}
```
"""


@pytest.mark.parametrize(
    ("put", "instead_of", "found"),
    [
        ("{glue:text}`share:.1f`", "RESULT", ""),
        ("25 per cent", "RESULT", ""),
        ("0.375", "RESULT", ""),
        ("98.4", "RESULT", "17: 98.4"),
        ("77.7", "RESULT", "17: 77.7"),
        ("98 %", "RESULT", "17: 98 %"),
        ("98\nper cent", "RESULT", "17: 98 per cent"),
        ("3 · 10⁻⁶", "RESULT", "17: 3 · 10⁻⁶"),
        ("1,234.5", "RESULT", "17: 1,234.5"),
        ("4 · 3.5 = 7", "2 · 3.5 = 7", "18: 3.5"),
        ("0.125", "CAPTION", "6: 0.125"),
    ],
)
def test_a_result_that_is_typed_is_found(put: str, instead_of: str, found: str) -> None:
    assert PAGE.count(instead_of) == 1
    problems = results("page.md", PAGE.replace(instead_of, put))
    assert [one.removesuffix(f": {REMEDY}") for one in problems] == (
        [f"book/page.md:{found}"] if found else []
    )
