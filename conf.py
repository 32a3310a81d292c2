"""How Sphinx makes the pages from book/: `sphinx-build -c . book _build/html` at the top."""

import gc
import sys
from pathlib import Path

# A build is a short process that makes millions of small objects and keeps most of them. Looking
# for garbage among them took two fifths of the time of a build that changes nothing.
gc.disable()

ROOT = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(ROOT / "book" / "_ext")]

# The one setting that says where the book's repository is, for example
# "https://github.com/owner/name". While it is None, nothing that needs it is shown: no link to
# edit a page, no social preview, no site map.
repository = None

project = "A neural network from nothing but NumPy"
author = "the authors of the book"
copyright = "2026, the authors of the book"
language = "en"

extensions = [
    "myst_nb",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_exercise",
    "sphinxcontrib.bibtex",
    # Ours, in book/_ext, each explained in its first lines.
    "accessible_markup",
    "api_reference",
    "cell_execution",
    "cell_failures",
    "exercise_index",
    "explorables",
    "failed_builds",
    "folded_solutions",
    "inline_figures",
    "katex_math",
    "museum",
    "proofread_sphinx",
    "public_address",
    "workbook_downloads",
]

exclude_patterns = ["_*", "**/.*"]
templates_path = ["book/_templates"]
source_suffix = {".md": "myst-nb"}
bibtex_bibfiles = ["book/references.bib"]
bibtex_reference_style = "author_year"

# nnlib's reference. Its docstrings name the types in words, for readers and not for Sphinx; and
# what is not nnlib's is documented elsewhere, where a book without a network cannot look it up.
autodoc_typehints = "none"
default_role = "code"
napoleon_use_rtype = False
# Short names such as nnlib.MLP are documented in the modules that define them.
nitpick_ignore_regex = [("py:(class|exc|func|obj)", r"(?!nnlib\.\w+\.).*")]

# Chapters are MyST Markdown. `$$ ... $$ (label)` is a numbered equation.
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
numfig = True
numfig_secnum_depth = 0
math_numfig = False  # equations are counted anew in each chapter
numfig_format = {"figure": "Figure %s", "table": "Table %s", "code-block": "Listing %s"}

# Cells run once and are kept until the chapter, or something that every cell depends on, changes
# (see book/_ext/cell_execution.py).
nb_execution_mode = "cache"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

html_math_renderer = "katex"
html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "book/_static/favicon.svg"
html_context = {"default_mode": "auto"}
html_static_path = ["book/_static"]
html_css_files = ["book.css"]
html_js_files = ["book.js"]
html_sourcelink_suffix = ""
html_theme_options = {
    # The search button stands in the side bar; the bar at the top would only hold a second one.
    "navbar_persistent": [],
    "show_navbar_depth": 2,
    "use_download_button": True,
    "use_fullscreen_button": False,
    "search_bar_text": "Search the book",
    "extra_footer": (
        "<p>Text and figures: "
        '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>. '
        'Code: <a href="https://opensource.org/license/mit">MIT</a>.</p>'
    ),
}
