"""Time the check of the book's formulas, with all corruptions and nothing remembered.

Run from the top of the repository: ``python -m benchmarks.checking_formulas``. The seconds count
for 600 formulas: those of the book, drawn out in proportion. Reading the pages is part of it,
starting Python is not; with several processes each checks whole pages, as Sphinx does. The book
builds its pages with four.
"""

# ruff: noqa: E402 - the number of threads is read when NumPy is imported
from __future__ import annotations

import os
import sys

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

TOP = Path(__file__).parent.parent
BOOK = TOP / "book"
sys.path[:0] = [str(BOOK / "_ext"), str(TOP)]

from proofread import NotationTable, check_text

FORMULAS = 600


def check(page: Path) -> tuple[int, int, float]:
    """Return a page's formulas, its corruptions, and the CPU time of checking it."""
    start = time.process_time()
    table = NotationTable.load(BOOK / "notation.yml")
    report = check_text(page.read_text(encoding="utf-8"), str(page), table)
    tried = sum(equation.corruptions_tried for equation in report.equations)
    return len(report.equations), tried, time.process_time() - start


def warm_up() -> float:
    """Import what the worlds call, so that starting a process is not timed."""
    page = BOOK / "learning-from-examples" / "one-neuron.md"
    return check(page)[2]


def timed(pages: list[Path], processes: int) -> tuple[float, list[tuple[int, int, float]]]:
    """Return the seconds by the clock, and the result for each page."""
    # A fresh process remembers nothing of the round before.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    with pool:
        for warm in [pool.submit(warm_up) for _ in range(processes)]:
            warm.result()
        start = time.perf_counter()
        found = list(pool.map(check, pages))
        return time.perf_counter() - start, found


def main() -> None:
    """Print the times for one process and for two, and the slowest pages."""
    # The longest first, or one process would end up waiting for it.
    pages = sorted(BOOK.rglob("*.md"), key=lambda page: -page.stat().st_size)
    for processes in (1, 2):
        seconds, found = timed(pages, processes)
        formulas = sum(count for count, _, _ in found)
        processor = sum(cpu for _, _, cpu in found)
        tried = sum(count for _, count, _ in found)
        scale = FORMULAS / formulas
        print(
            f"{processes} process{'es' * (processes > 1):2}: {formulas} formulas, {tried} "
            f"corruptions: {seconds:.1f} s ({processor:.1f} s of the processor); "
            f"for {FORMULAS} formulas {seconds * scale:.1f} s ({processor * scale:.1f} s)"
        )
    print("the slowest pages, in milliseconds of the processor for each formula:")
    slowest = sorted(
        ((cpu / count, page) for page, (count, _, cpu) in zip(pages, found, strict=True) if count),
        reverse=True,
    )
    for each, page in slowest[:5]:
        print(f"  {each * 1000:6.0f}  {page.relative_to(BOOK)}")


if __name__ == "__main__":
    main()
