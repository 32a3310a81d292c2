"""The one door to the core: checks a page, and remembers the result on disk by content.

A verdict depends on the page's formulas and front matter, on the notation table, on the code that
the table refers to (nnlib) and on proofread itself. All but the page are hashed into one
fingerprint a build, so that a stale verdict cannot survive, whatever the files' dates say. The
page's prose is no part of it: writing on costs nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import cast

import numpy as np
from proofread import (
    EquationReport,
    NotationTable,
    PageReport,
    Problem,
    ProofreadError,
    check_text,
    has_relation,
)
from proofread.markdown import Page, scan

from .records import EquationRecord, GlossRecord, PageRecord, ProblemRecord, all_problems


class PageChecker:
    """Checks pages against one state of notation and code.

    Parameters
    ----------
    notation : Path
        The book's notation table; the packages that it refers to count as code.
    cache : Path
        A folder for results; safe to delete, safe to share between processes.

    Raises
    ------
    FileNotFoundError
        There is no such table.
    ModuleNotFoundError
        A package that the table names cannot be imported.
    """

    def __init__(self, notation: Path, cache: Path) -> None:
        self.cache = cache
        self._table = NotationTable()
        self._broken: list[Problem] = []
        try:
            self._table = NotationTable.load(notation)
        except ProofreadError as problem:
            self._broken = [Problem(1, 1, problem.kind, problem.message)]
        packages = ("proofread", __package__, *self._table.modules)
        self.fingerprint = fingerprint([notation, *_sources(packages)])

    def check(self, text: str, path: str) -> PageRecord:
        """Verdicts on all equations of ``text``, the source of the page at ``path``."""
        scanned = scan(text)
        key = self._key(scanned)
        file = self.cache / f"{hashlib.sha256(path.encode()).hexdigest()}.json"
        if file.exists():
            known = json.loads(file.read_text(encoding="utf-8"))
            if known["key"] == key:
                return _placed_anew(cast(PageRecord, known["page"]), scanned)
        page = self._check_now(text, path)
        if not all_problems(page):
            _write_whole(file, {"key": key, "page": page})
        return page

    def _key(self, page: Page) -> str:
        formulas = [
            {**asdict(one), "line": 0, "column": 0, "lines": (), "comments": comments}
            for one in page.formulas
            for comments in [[comment for _, comment in one.comments]]
        ]
        content = json.dumps([self.fingerprint, page.front_matter, formulas])
        return hashlib.sha256(content.encode()).hexdigest()

    def _check_now(self, text: str, path: str) -> PageRecord:
        report = PageReport(path, problems=self._broken)
        if not self._broken:
            report = check_text(text, path, self._table)
        glosses: list[GlossRecord] = []
        return {
            "path": path,
            "fingerprint": self.fingerprint,
            "equations": [plain_record(equation, glosses) for equation in report.equations],
            "problems": cast("list[ProblemRecord]", [asdict(one) for one in report.problems]),
            "glosses": glosses,
            "docstrings": 0,
        }


def _placed_anew(page: PageRecord, scanned: Page) -> PageRecord:
    """The record of the same formulas, with the places that they have now."""
    claims = [one for one in scanned.formulas if not one.inline or has_relation(one.latex)]
    for equation, formula in zip(page["equations"], claims, strict=True):
        equation["line"], equation["column"] = formula.line, formula.column
    return page


def plain_record(report: EquationReport, glosses: list[GlossRecord]) -> EquationRecord:
    """A report as plain data; the meanings of its symbols go to ``glosses``, their numbers stay."""
    record = {**asdict(report), "brought": False}
    uses, record["symbols"] = record["symbols"], []
    for use in uses:
        start, end = use.pop("start"), use.pop("end")
        if not (use["words"] or use["shape"] or use["code"]):
            continue
        if use not in glosses:
            glosses.append(use)
        record["symbols"].append({"start": start, "end": end, "gloss": glosses.index(use)})
    return cast(EquationRecord, record)


def fingerprint(files: Iterable[Path]) -> str:
    """Hash the content of ``files`` and the version of NumPy; the order of files is no matter."""
    digest = hashlib.sha256(np.__version__.encode())
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"\0{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(packages: Iterable[str]) -> Iterator[Path]:
    """The Python files of ``packages``."""
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None:
            raise ModuleNotFoundError(
                f"the notation table names the package {package!r}, which cannot be imported: add "
                "its folder to sys.path in conf.py"
            )
        for folder in spec.submodule_search_locations or ():
            yield from Path(folder).rglob("*.py")
        if spec.origin and not spec.submodule_search_locations:
            yield Path(spec.origin)


def _write_whole(file: Path, data: object) -> None:
    """Write JSON so that a reader sees the whole file or none of it."""
    text = json.dumps(data)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=file.parent, suffix=".part", delete=False
    ) as part:
        part.write(text)
    Path(part.name).replace(file)
