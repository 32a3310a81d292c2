"""``python -m proofread PATH…``: check MyST pages without building anything."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .errors import ProofreadError
from .markdown import scan
from .pages import check_text
from .relations import has_relation
from .reports import PageReport, Problem
from .sources import PageSource, read_source
from .tables import NotationTable

TABLE_NAME = "notation.yml"
SUFFIXES = (".md", ".ipynb")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check pages; 0 if all is checked or excused, 1 if not, 2 for wrong usage."""
    options = _options(arguments)
    try:
        files = _files(options.paths)
        reports = [_check(path, options) for path in files]
    except (ProofreadError, OSError, UnicodeDecodeError) as problem:
        print(f"proofread: {problem}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps([report.to_data() for report in reports], indent=1))
    else:
        _print(reports)
    return 1 if any(report.all_problems() for report in reports) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m proofread",
        description="Check the formulas of MyST pages against the notation that they declare.",
    )
    parser.add_argument("paths", nargs="+", type=Path, help="pages, or folders of them")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")
    parser.add_argument(
        "--no-corruptions", action="store_true", help="do not measure the checks' strength"
    )
    parser.add_argument(
        "--notation",
        type=Path,
        help=f"the shared table; by default the nearest {TABLE_NAME} above each page",
    )
    return parser.parse_args(arguments)


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = [one for suffix in SUFFIXES for one in path.rglob(f"*{suffix}")]
            found = [one for one in found if not _is_hidden(one.relative_to(path))]
            if not found:
                raise FileNotFoundError(f"{path} holds no page ({' or '.join(SUFFIXES)})")
            files += sorted(found)
        elif path.is_file() and path.suffix not in SUFFIXES:
            raise FileNotFoundError(f"{path} is no page: expected {' or '.join(SUFFIXES)}")
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(f"{path} does not exist")
    return files


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


_TABLES: dict[Path | None, NotationTable] = {}


def _table(page: Path, given: Path | None) -> NotationTable:
    path = given
    if path is None:
        above = (folder / TABLE_NAME for folder in page.resolve().parents)
        path = next((one for one in above if one.is_file()), None)
    if path not in _TABLES:
        _TABLES[path] = NotationTable.load(path) if path else NotationTable()
    return _TABLES[path]


def _check(path: Path, options: argparse.Namespace) -> PageReport:
    source = read_source(path)
    table = _table(path, options.notation)
    report = check_text(source.text, str(path), table, corruptions=not options.no_corruptions)
    report.problems += _included(path, source.text)
    report.problems = _placed(report.problems, source)
    for equation in report.equations:
        equation.problems = _placed(equation.problems, source)
        equation.line = source.line(equation.line)
    return report


def _placed(problems: list[Problem], source: PageSource) -> list[Problem]:
    return [replace(problem, line=source.line(problem.line)) for problem in problems]


def _included(path: Path, text: str) -> list[Problem]:
    """A problem for each included file with formulas, since they are not read with the page."""
    problems: list[Problem] = []
    for line, target in scan(text).includes:
        formulas = scan((path.parent / target).read_text(encoding="utf-8")).formulas
        claims = sum(not one.inline or has_relation(one.latex) for one in formulas)
        if claims:
            message = f"{claims} formulas of the included file {target} are not read: write them "
            problems.append(Problem(line, 1, "unread", message + "in the page itself"))
    return problems


def _print(reports: list[PageReport]) -> None:
    for report in reports:
        for problem in report.all_problems():
            print(problem.at(report.path))
    equations = [equation for report in reports for equation in report.equations]
    counts = {
        status: sum(one.status == status for one in equations)
        for status in ("checked", "excused", "failed")
    }
    pages = "1 page" if len(reports) == 1 else f"{len(reports)} pages"
    tried = sum(one.corruptions_tried for one in equations)
    caught = sum(one.corruptions_caught for one in equations)
    print(
        f"{pages}, {len(equations)} formulas: {counts['checked']} checked, "
        f"{counts['excused']} excused, {counts['failed']} failed; "
        f"{sum(one.comparisons for one in equations)} comparisons; "
        f"{caught} of {tried} corruptions caught"
    )


if __name__ == "__main__":
    sys.exit(main())
