"""proofread: check the formulas of a page by evaluating them.

Each formula is parsed from its own LaTeX, given meaning by a notation table, and held against
random worlds. ``check_text`` checks a page, ``check_equation`` one formula; ``python -m proofread``
does it from the command line.
"""

from .checker import Checker
from .errors import ProofreadError
from .notation import Notation
from .pages import check_text
from .relations import has_relation
from .reports import EquationReport, PageReport, Problem, SymbolUse
from .tables import NotationTable
from .verdicts import check_equation, symbol_uses

__all__ = [
    "Checker",
    "EquationReport",
    "Notation",
    "NotationTable",
    "PageReport",
    "Problem",
    "ProofreadError",
    "SymbolUse",
    "check_equation",
    "check_text",
    "has_relation",
    "symbol_uses",
]
