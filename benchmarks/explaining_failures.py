"""How often `explain` names the right cause, on seeds that no threshold was chosen with.

Run from the top of the repository: ``python -m benchmarks.explaining_failures [FIRST_SEED]``.
"""

import sys

import numpy as np

from nnlib.clinic import FAILURES, HEALTHY, Case
from nnlib.diagnostics import explain

COUNT = 20  # seeds of each patient


def first_cause(case: Case, seed: int) -> str:
    """Return the likeliest cause of one run, or "none"."""
    run = case(np.random.default_rng(seed))
    findings = explain(run.history, run.network, (run.x, run.y))
    return findings[0].cause if findings else "none"


def report(case: Case, expected: str, seeds: range) -> int:
    """Print one line for a patient, and return how many of its runs were judged right."""
    causes = [first_cause(case, seed) for seed in seeds]
    others = sorted(set(causes) - {expected})
    note = f"  else: {', '.join(others)}" if others else ""
    print(f"{case.__name__:20}{expected:34}{causes.count(expected):3} of {len(seeds)}{note}")
    return causes.count(expected)


def main() -> None:
    """Print a line for each patient, and the two totals."""
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    seeds = range(first, first + COUNT)
    sick = [report(case, cause, seeds) for cause, cases in FAILURES.items() for case in cases]
    well = [report(case, "none", seeds) for case in HEALTHY]
    print(f"causes named right: {sum(sick) / (len(sick) * COUNT):.1%}")
    print(f"false alarms: {1 - sum(well) / (len(well) * COUNT):.1%}")


if __name__ == "__main__":
    main()
