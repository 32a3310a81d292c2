"""The verdicts on every page of the book, kept as plain data in Sphinx's environment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Set
from typing import Any, ClassVar, cast

from sphinx.domains import Domain

from .checking import PageChecker
from .evidence import verdict
from .records import EquationRecord, PageRecord, Totals, all_problems


class ProofreadDomain(Domain):
    """Holds a :class:`PageRecord` for each page, and which pages quote the verdicts of others."""

    name = "proofread"
    label = "proofread"
    data_version = 1
    initial_data: ClassVar[dict[str, Any]] = {"pages": {}, "quoting": set(), "quoted": ""}

    # Set when the build starts.
    checker: PageChecker

    @property
    def pages(self) -> dict[str, PageRecord]:
        """The verdicts by document name."""
        return cast("dict[str, PageRecord]", self.data["pages"])

    @property
    def quoting(self) -> set[str]:
        """Documents that show verdicts of other documents: the report, the totals."""
        return cast("set[str]", self.data["quoting"])

    def clear_doc(self, docname: str) -> None:
        """Forget a document that is about to be read again, or is gone."""
        self.pages.pop(docname, None)
        self.quoting.discard(docname)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has found in ``docnames``."""
        for docname in docnames:
            if docname in otherdata["pages"]:
                self.pages[docname] = otherdata["pages"][docname]
            if docname in otherdata["quoting"]:
                self.quoting.add(docname)

    def outdated(self) -> list[str]:
        """Documents whose verdict no longer counts, or that must fail again."""
        return [
            docname
            for docname, page in self.pages.items()
            if page["fingerprint"] != self.checker.fingerprint or all_problems(page)
        ]

    def in_reading_order(self) -> list[tuple[str, PageRecord]]:
        """Pages with equations in the order of the table of contents, others after them."""
        contents = list(self._walk_contents(self.env.config.root_doc, set()))
        position = {docname: place for place, docname in enumerate(contents)}
        ordered = sorted(self.pages, key=lambda name: (position.get(name, len(position)), name))
        return [(name, self.pages[name]) for name in ordered if self.pages[name]["equations"]]

    def _walk_contents(self, docname: str, seen: set[str]) -> Iterator[str]:
        if docname in seen:
            return
        seen.add(docname)
        yield docname
        for child in self.env.toctree_includes.get(docname, ()):
            yield from self._walk_contents(child, seen)

    def changed_quotations(self) -> list[str]:
        """Documents that quote verdicts, if what they quote is not what it was last time."""
        titles = self.env.titles
        quoted = [(name, titles[name].astext(), page) for name, page in self.in_reading_order()]
        content = [quoted, self.docstrings()]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        if digest == self.data["quoted"]:
            return []
        self.data["quoted"] = digest
        return sorted(self.quoting)

    def totals(self) -> Totals:
        """Sums over all pages."""
        pages = self.in_reading_order()
        equations = [equation for _, page in pages for equation in page["equations"]]
        return {**sum_up(len(pages), equations), "docstrings": self.docstrings()}

    def docstrings(self) -> int:
        """How many formulas of docstrings claim something."""
        return sum(page["docstrings"] for page in self.pages.values())


def sum_up(pages: int, equations: list[EquationRecord]) -> Totals:
    """Sums over ``equations``, which stand on so many ``pages``."""
    verdicts = [verdict(equation) for equation in equations]
    return {
        "pages": pages,
        "equations": len(equations),
        "displayed": sum(not equation["inline"] for equation in equations),
        "inline": sum(equation["inline"] for equation in equations),
        "checked": verdicts.count("checked"),
        "evaluated": verdicts.count("evaluated"),
        "excused": verdicts.count("not machine-checked"),
        "failed": verdicts.count("failed"),
        "relations": sum(equation["relations"] for equation in equations),
        "comparisons": sum(equation["comparisons"] for equation in equations),
        "worst_error": max(
            (one["worst_error"] for one in equations if _is_exact(one)), default=0.0
        ),
        "corruptions_tried": sum(equation["corruptions_tried"] for equation in equations),
        "corruptions_caught": sum(equation["corruptions_caught"] for equation in equations),
        "equivalents": sum(len(equation["equivalents"]) for equation in equations),
        "docstrings": 0,
    }


def _is_exact(equation: EquationRecord) -> bool:
    """Whether both sides have to agree to rounding: not so for samples and approximations."""
    return not {"approximation", "order", "statistical"}.intersection(equation["kinds"])
