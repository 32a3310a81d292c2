"""The page, in a small book built as the real one is."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

CONF = """\
extensions = ["myst_nb", "proofread_sphinx", "museum"]
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"
html_theme = "basic"
"""
PAGE = """\
# Museum

Here are {museum}`exhibits`, of which {museum}`caught` are caught.

## Numbers

```{museum-room} numbers
```
"""
ROOM = r"""
- id: double
  title: Twice too little
  field: arithmetic
  context: A number $x$ and its double.
  wrong: 'd = x'
  right: 'd = 2x'
  source: {text: "*A book*, page 3", url: "https://example.org/errata"}
  reported: 2020-03-01
  mistake: 'x'
  caught_as: 'false'
  world:
    symbols:
      x: {domain: nonzero}
      d: {value: 'x + x'}
- id: order
  title: Turned round
  field: arithmetic
  context: The same.
  wrong: 'd = x + x'
  right: 'd = 2x'
  source: {text: "*A book*, page 4", url: "https://example.org/errata"}
  stood: [2019-12-31, 2020-01-02]
  reconstructed: true
  escapes: Both are true.
  world:
    symbols:
      x: {domain: nonzero}
      d: {value: '2x'}
"""


@dataclass(frozen=True)
class Built:
    """A finished build: exit status with ``-W``, warnings, pages read, and the page itself."""

    status: int
    warnings: str
    read: list[str]
    page: str


class Museum:
    """A book of one page with one room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("conf.py", CONF)
        self.write("index.md", PAGE)
        self.write("notation.yml", "common: {}\n")
        self.write("museum/numbers.yml", ROOM)

    def write(self, name: str, text: str) -> None:
        path = self.folder / "book" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, builder: str = "html") -> Built:
        warnings = io.StringIO()
        app = SphinxTestApp(
            builder, srcdir=self.folder / "book", builddir=self.folder / "out", warning=warnings,
            warningiserror=True, confoverrides={"nitpicky": True},
        )  # fmt: skip
        read: list[str] = []
        app.connect("env-purge-doc", lambda app, env, docname: read.append(docname))
        try:
            app.build()
        finally:
            app.cleanup()
        suffix = {"html": "html", "text": "txt"}[builder]
        page = (Path(app.outdir) / f"index.{suffix}").read_text(encoding="utf-8")
        return Built(app.statuscode, warnings.getvalue(), read, page)


@pytest.fixture
def museum(tmp_path: Path) -> Museum:
    return Museum(tmp_path)


def section(page: str, name: str) -> str:
    """The part of a page that shows one exhibit."""
    match = re.search(rf'<section [^>]*id="exhibit-{name}".*?</section>', page, re.DOTALL)
    assert match is not None, f"the exhibit {name} is not on the page"
    return match.group()


def test_an_exhibit_shows_both_forms_the_verdict_and_the_source(museum: Museum) -> None:
    built = museum.build()
    assert (built.status, built.warnings) == (0, "")
    shown = section(built.page, "double")
    places = [
        shown.index(text)
        for text in (
            "Twice too little", "Arithmetic.", "Wrong, as published:", "d = x",
            "double:1:5: false: the left side is", "Among the repairs is the published correction.",
            "Right:", "d = 2x", "https://example.org/errata", "Reported on 1 March 2020.",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_only_the_right_form_is_an_equation_of_the_book(museum: Museum) -> None:
    shown = section(museum.build().page, "double")
    wrong, right = shown.split("Right:")
    assert "museum-wrong" in wrong
    assert "proofread-badge" not in wrong
    assert right.count('<details class="proofread-badge') == 1


def test_an_exhibit_that_escapes_is_not_struck(museum: Museum) -> None:
    shown = section(museum.build().page, "order")
    assert "museum-wrong" not in shown
    assert "proofread accepts both forms." in shown
    assert "Both are true." in shown
    assert "Reconstructed from the description" in shown
    assert "It stood for 2 days, from 31 December 2019 to 2 January 2020." in shown


def test_numbers_are_quoted(museum: Museum) -> None:
    assert "Here are 2, of which 1 are caught." in museum.build().page


def test_other_builders_tell_wrong_from_right(museum: Museum) -> None:
    built = museum.build("text")
    assert built.status == 0
    wrong, right = built.page.index("Wrong, as published:"), built.page.index("Right:")
    assert wrong < built.page.index("d = x\n") < right


def test_a_wrong_form_that_passes_stops_the_build(museum: Museum) -> None:
    museum.write("museum/numbers.yml", ROOM.replace("wrong: 'd = x'", "wrong: 'd = x + x'"))
    built = museum.build()
    assert built.status == 1
    assert "index.md:7: WARNING: museum: double: the wrong form is accepted" in built.warnings


def test_a_right_form_that_fails_stops_the_build(museum: Museum) -> None:
    museum.write("museum/numbers.yml", ROOM.replace("right: 'd = 2x'", "right: 'd = 3x'", 1))
    built = museum.build()
    assert built.status == 1
    assert "museum: double: the right form is rejected" in built.warnings


def test_a_changed_room_is_read_again_and_an_unchanged_one_is_not(museum: Museum) -> None:
    museum.build()
    assert museum.build().read == []
    museum.write("museum/numbers.yml", ROOM.replace("Twice too little", "Half of it"))
    built = museum.build()
    assert built.read == ["index"]
    assert "Half of it" in section(built.page, "double")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{museum-room} numbers", "{museum-room} letters", "there is no room 'letters'"),
        ("{museum}`caught`", "{museum}`cought`", "there is no number 'cought'"),
    ],
)
def test_an_unknown_name_is_told_with_the_known_ones(
    museum: Museum, old: str, new: str, message: str
) -> None:
    museum.write("index.md", PAGE.replace(old, new))
    built = museum.build()
    assert built.status == 1
    assert message in built.warnings
    assert "known are" in built.warnings


def test_a_malformed_room_stops_the_build(museum: Museum) -> None:
    museum.write("museum/numbers.yml", ROOM.replace("  title: Turned round\n", ""))
    built = museum.build()
    assert built.status == 1
    assert "numbers.yml, exhibit order lacks ['title']" in built.warnings


def test_a_missing_folder_stops_the_build(museum: Museum) -> None:
    shutil.rmtree(museum.folder / "book" / "museum")
    assert "expected one for each room" in museum.build().warnings
