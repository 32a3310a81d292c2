"""Figures: drawn into the page, in colours of the page, each with its text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import inline_figures

ROOT = Path(__file__).resolve().parents[3]

FIGURE = """
```{{code-cell}} ipython3
---
mystnb:
  figure:
    name: fig-{name}
    caption: What to see in {name}.
  image:
    alt: Text for {name}.
---
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
for factor in range(6):
    axes.plot([0, 1], [0, factor], label=f"{{factor}}")
axes.imshow([[0, 1], [1, 0]])
axes.legend()
plt.show()
```
"""

BARE = """# Page

```{code-cell} ipython3
import matplotlib.pyplot as plt
plt.plot([0, 1])
plt.show()
```
"""


def test_figures_stand_in_the_page_in_its_colours(book):
    book.write("# Page\n" + FIGURE.format(name="one") + FIGURE.format(name="two"), cells=True)
    assert book.build() == ""
    page = book.page()
    figures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(figures) == 2
    assert 'role="img"' in figures[0]
    assert 'aria-label="Text for one."' in figures[0]
    assert "What to see in one." in page
    assert "var(--figure-c5)" in figures[0]
    assert "currentColor" in figures[0]
    assert "data:image/png;base64," in figures[0], "the picture of imshow is gone"
    for colour in inline_figures.VARIABLES:
        assert colour not in figures[0]
    assert "<style" not in figures[0]
    assert "<img" not in re.sub(r"<nav.*?</nav>", "", page, flags=re.DOTALL)


def test_no_id_is_there_twice_and_each_reference_finds_its_own(book):
    book.write("# Page\n" + FIGURE.format(name="one") + FIGURE.format(name="two"), cells=True)
    book.build()
    seen: set[str] = set()
    for svg in re.findall(r"<svg.*?</svg>", book.page(), re.DOTALL):
        root = ElementTree.fromstring(svg)
        ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids))
        assert not seen.intersection(ids)
        seen.update(ids)
        references = re.findall(r'(?:url\(|href=")#([^)"]+)', svg)
        assert references
        assert set(references) <= set(ids)


def test_a_figure_without_text_or_caption_is_a_warning_at_its_cell(book):
    book.write(BARE, cells=True)
    warnings = book.build()
    for problem in ("no alternative text", "no caption"):
        found = re.search(rf"index\.md:(\d+): WARNING: this figure has {problem}", warnings)
        assert found, warnings
        assert 8 <= int(found[1]) <= 12, "the cell stands on the lines 8 to 12"


def test_builders_of_other_formats_keep_the_file(book):
    book.write("# Page\n" + FIGURE.format(name="one"), cells=True)
    book.build("pseudoxml")
    output = (book.folder / "_build" / "pseudoxml" / "index.pseudoxml").read_text("utf-8")
    assert "<svg" not in output


def test_the_style_file_and_the_extension_know_the_same_colours():
    style = (ROOT / "book" / "matplotlibrc").read_text(encoding="utf-8")
    lines = [line for line in style.splitlines() if not line.startswith("#")]
    used = {f"#{colour}" for colour in re.findall(r"\b[0-9a-f]{6}\b", "\n".join(lines))}
    assert used == set(inline_figures.VARIABLES)


def test_every_variable_has_a_value_for_light_and_for_dark_pages():
    css = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        start = css.index(f'html[data-theme="{theme}"] {{')
        block = css[start : css.index("}", start)]
        for value in inline_figures.VARIABLES.values():
            name = value.removeprefix("var(").removesuffix(")")
            assert name == "currentColor" or f"{name}: #" in block


def luminance(colour: str) -> float:
    """Relative luminance of an #rrggbb colour, as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_lines_and_labels_in_every_colour_can_be_read():
    css = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        start = css.index(f'html[data-theme="{theme}"] {{')
        block = css[start : css.index("}", start)]
        values = dict(re.findall(r"(--figure-\w+): (#\w{6});", block))
        ground = luminance(values["--figure-ground"])
        for number in range(6):
            colour = luminance(values[f"--figure-c{number}"])
            light, dark = max(ground, colour), min(ground, colour)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (theme, number)


def test_colours_in_the_data_of_a_picture_are_left_alone():
    data = "data:image/png;base64,#1668a7"
    source = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="10pt" height="5pt" viewBox="0 0 10 5"><image xlink:href="{data}"/>'
        '<path id="p" style="stroke: #1668a7"/></svg>'
    )
    html = inline_figures.inline_svg(source, "A\n  text", "f1-")
    assert data in html
    assert 'style="stroke: var(--figure-c0)"' in html
    assert 'id="f1-p"' in html
    assert 'aria-label="A text"' in html
