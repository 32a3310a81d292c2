"""``python -m proofread PATH…``: check MyST pages without building anything."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import ProofreadError
from .pages import check_text
from .reports import PageReport
from .tables import NotationTable

TABLE_NAME = "notation.yml"


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
            found = sorted(path.rglob("*.md"))
            if not found:
                raise FileNotFoundError(f"{path} holds no .md page")
            files += found
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(f"{path} does not exist")
    return files


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
    text = path.read_text(encoding="utf-8")
    table = _table(path, options.notation)
    return check_text(text, str(path), table, corruptions=not options.no_corruptions)


def _print(reports: list[PageReport]) -> None:
    for report in reports:
        for problem in report.all_problems():
            print(problem.at(report.path))
    equations = [equation for report in reports for equation in report.equations]
    counts = {
        status: sum(one.status == status for one in equations)
        for status in ("checked", "excused", "failed")
    }
    tried = sum(one.corruptions_tried for one in equations)
    caught = sum(one.corruptions_caught for one in equations)
    print(
        f"{len(reports)} pages, {len(equations)} formulas: {counts['checked']} checked, "
        f"{counts['excused']} excused, {counts['failed']} failed; "
        f"{sum(one.comparisons for one in equations)} comparisons; "
        f"{caught} of {tried} corruptions caught"
    )


if __name__ == "__main__":
    sys.exit(main())
