"""Worlds: distinct sizes, what depends on what, zeros among the points, the same on every run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from proofread import Checker, NotationTable, check_equation
from proofread.errors import NotationProblem
from proofread.values import scalar

CHAIN: dict[str, Any] = {
    "symbols": {
        "x": "a number",
        "u": {"value": "2x"},
        "v": {"value": "u + x"},
        "w": {"value": "u v"},
    }
}


def checker(sections: dict[str, Any]) -> Checker:
    return NotationTable().checker(sections)


def value(world: Any, key: str) -> float:
    return float(world.value(key, ()).array)


def test_forcing_a_quantity_recomputes_only_what_depends_on_it() -> None:
    world = checker(CHAIN).worlds[0]
    x = value(world, "x")
    forced = world.forced(("v", ()), scalar(10.0))
    assert value(forced, "u") == 2 * x
    assert value(forced, "w") == pytest.approx(20 * x)
    assert value(world, "w") == pytest.approx(6 * x * x)


def test_a_partial_derivative_is_not_the_total_one() -> None:
    chain = checker(CHAIN)
    assert check_equation(r"\frac{\partial w}{\partial v} = u", chain).status == "checked"
    assert check_equation(r"\frac{\partial w}{\partial u} = v + u", chain).status == "checked"
    assert check_equation(r"\frac{d w}{d x} = 12 x", chain).status == "checked"


def test_sizes_are_distinct_in_every_world() -> None:
    sections = {"dimensions": {name: [2, 9] for name in "abcde"}}
    for world in checker(sections).worlds:
        sizes = list(world.sizes.values())
        assert len(set(sizes)) == len(sizes) == 5


def test_sizes_that_cannot_be_distinct_are_refused() -> None:
    with pytest.raises(NotationProblem, match="widen its range"):
        _ = checker({"dimensions": {name: [2, 4] for name in "abcd"}}).worlds


def test_zero_and_the_ends_of_ranges_are_among_the_points() -> None:
    sections = {"symbols": {f"x_{{{n}a}}": "a number" for n in range(20)}}
    sections["symbols"] |= {f"r_{{{n}a}}": {"range": [-1, 3]} for n in range(20)}
    edges = [world for world in checker(sections).worlds if world.edge]
    assert len(edges) >= 2
    numbers = [value(world, key) for world in edges for key in sections["symbols"]]
    assert {0.0, -1.0, 3.0} <= set(numbers)


def test_worlds_are_the_same_on_every_run_and_in_every_order() -> None:
    sections = {"dimensions": {"n": [2, 9]}, "symbols": {"v": {"kind": "vector", "shape": "n"},
                                                        "x": "a number"}}  # fmt: skip
    first, second = checker(sections).worlds, NotationTable().checker(sections).worlds
    for one, other in zip(first, second, strict=True):
        x = value(one, "x")
        vector = one.value("v", ()).array
        np.testing.assert_array_equal(other.value("v", ()).array, vector)
        assert value(other, "x") == x


def test_assumptions_hold_in_every_world() -> None:
    ordered = checker({"symbols": {"x": "a number", "y": "another"}, "assume": ["x < y"]})
    assert len(ordered.worlds) >= 5
    assert all(value(world, "x") < value(world, "y") for world in ordered.worlds)


@pytest.mark.parametrize(
    ("domain", "holds"),
    [
        ("positive", lambda a: np.all(a > 0)),
        ("negative", lambda a: np.all(a < 0)),
        ("unit interval", lambda a: np.all((a > 0) & (a < 1))),
        ("sign", lambda a: np.all(np.abs(a) == 1)),
        ("binary", lambda a: np.all((a == 0) | (a == 1))),
        ("probability", lambda a: np.allclose(a.sum(axis=1), 1) and np.all(a > 0)),
        ("one-hot", lambda a: np.all(a.sum(axis=1) == 1) and np.all((a == 0) | (a == 1))),
        ("symmetric", lambda a: np.allclose(a, a.T)),
        ("positive definite", lambda a: np.linalg.eigvalsh(a).min() > 0),
        ("orthogonal", lambda a: np.allclose(a @ a.T, np.eye(len(a)))),
    ],
)
def test_a_domain_is_what_it_says(domain: str, holds: Any) -> None:
    matrix = {"kind": "matrix", "shape": [4, 4], "domain": domain}
    for world in checker({"symbols": {"M": matrix}}).worlds:
        assert holds(world.value("M", ()).array)
