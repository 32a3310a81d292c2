"""What declared symbols mean, as readers see it in glosses and in the notation table."""

from __future__ import annotations

from proofread.declarations import Function, IndexRange, Quantity
from proofread.notation import Notation

from .records import GlossRecord

# The core gives these a second size of 1, which readers need not see.
_ONE_SIZE = {"vector": slice(0, 1), "row": slice(1, 2)}


def meanings(notation: Notation) -> dict[str, GlossRecord]:
    """The meaning of everything that a world declares, by its key."""
    glosses = {key: _of_index(index) for key, index in notation.indices.items()}
    glosses |= {key: _of_quantity(one) for key, one in notation.quantities.items()}
    return glosses | {key: _of_function(one) for key, one in notation.functions.items()}


def _of_index(index: IndexRange) -> GlossRecord:
    shape = rf"{index.low}, \dots, {index.high}"
    return {"latex": index.name, "words": index.words or "index", "shape": shape, "code": ""}


def _of_quantity(quantity: Quantity) -> GlossRecord:
    sizes = quantity.shape[_ONE_SIZE.get(quantity.kind, slice(None))]
    return {
        "latex": quantity.key,
        "words": quantity.words,
        "shape": r" \times ".join(sizes),
        "code": quantity.code,
    }


def _of_function(function: Function) -> GlossRecord:
    return {"latex": function.key, "words": function.words, "shape": "", "code": function.code}
