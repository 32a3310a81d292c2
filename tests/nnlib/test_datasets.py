"""Data sets: shapes, the rule behind each set, seeds, and refusals."""

import operator
import sys

import numpy as np
import pytest

from nnlib import datasets

GATES = {
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "nand": lambda a, b: 1 - (a & b),
    "nor": lambda a, b: 1 - (a | b),
    "xnor": lambda a, b: 1 - (a ^ b),
}
RANDOM_SETS = {
    "blobs": datasets.blobs,
    "moons": datasets.moons,
    "circles": datasets.circles,
    "spirals": datasets.spirals,
}
NOISE_NAME = {"blobs": "spread", "moons": "noise", "circles": "noise", "spirals": "noise"}


def generator(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", GATES)
def test_two_input_gates_follow_pythons_operators(name):
    x, y = datasets.logic_gate(name)
    assert x.shape == (4, 2) and y.shape == (4, 1)
    assert x.dtype == y.dtype == np.float64
    assert {tuple(row) for row in x} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    for (a, b), (answer,) in zip(x.astype(int).tolist(), y.tolist(), strict=True):
        assert answer == GATES[name](a, b), f"{name}({a}, {b})"


def test_not_has_one_input():
    x, y = datasets.logic_gate("not")
    np.testing.assert_array_equal(x, [[0.0], [1.0]])
    np.testing.assert_array_equal(y, [[1.0], [0.0]])


def test_unknown_gate_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"name is 'xand'.*xnor"):
        datasets.logic_gate("xand")
    with pytest.raises(TypeError, match="name is 7"):
        datasets.logic_gate(7)


def test_five_rows_are_the_courses_and_the_third_breaks_the_rule():
    x, y = datasets.five_rows()
    rows = [(*inputs, *answer) for inputs, answer in zip(x.tolist(), y.tolist(), strict=True)]
    assert rows == [(2, 3, 16), (4, 1, 12), (5, 4, 28), (7, 5, 34), (8, 2, 24)]
    off_the_rule = [i for i, (a, b, answer) in enumerate(rows) if 2 * a + 4 * b != answer]
    assert off_the_rule == [2]


@pytest.mark.parametrize("make", [lambda: datasets.logic_gate("and"), datasets.five_rows])
def test_each_call_gives_new_arrays(make):
    first_x, first_y = make()
    first_x += 1
    first_y += 1
    again_x, again_y = make()
    assert not np.array_equal(first_x, again_x) and not np.array_equal(first_y, again_y)


@pytest.mark.parametrize("name", RANDOM_SETS)
def test_random_sets_have_balanced_classes_and_obey_the_seed(name):
    make = RANDOM_SETS[name]
    x, y = make(7, generator=generator(3))
    assert x.shape == (7, 2) and x.dtype == np.float64
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, [0, 1, 0, 1, 0, 1, 0])
    same_x, _ = make(7, generator=generator(3))
    other_x, _ = make(7, generator=generator(4))
    np.testing.assert_array_equal(x, same_x)
    assert not np.array_equal(x, other_x)


@pytest.mark.parametrize("name", RANDOM_SETS)
def test_noise_has_the_stated_deviation_about_the_noiseless_points(name):
    make, setting = RANDOM_SETS[name], NOISE_NAME[name]
    exact, _ = make(20_000, generator=generator(5), **{setting: 0.0})
    noisy, _ = make(20_000, generator=generator(5), **{setting: 0.25})
    # The deviation of 40 000 draws is off by 0.25 / sqrt(2 * 40 000) = 0.0009 at one sigma.
    assert np.std(noisy - exact) == pytest.approx(0.25, abs=0.005)


def test_blobs_sit_at_their_centers_in_any_number_of_features():
    centers = [[0.0, 5.0, -1.0], [3.0, 0.0, 2.0], [-4.0, 1.0, 0.0]]
    x, y = datasets.blobs(3000, centers=centers, spread=0.5, generator=generator())
    assert x.shape == (3000, 3)
    for label, center in enumerate(centers):
        np.testing.assert_allclose(x[y == label].mean(axis=0), center, atol=0.08)
        np.testing.assert_allclose(x[y == label].std(axis=0), 0.5, atol=0.05)


def test_moons_are_two_half_circles():
    x, y = datasets.moons(400, noise=0.0, generator=generator())
    upper, lower = x[y == 0], x[y == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1.0, rtol=1e-14)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1.0, rtol=1e-14)
    assert (upper[:, 1] >= 0).all() and (lower[:, 1] <= 0.5).all()
    assert upper[:, 0].min() < -0.9 and lower[:, 0].max() > 1.9, "the arcs are not complete"


def test_circles_have_radius_one_and_a_half():
    x, y = datasets.circles(400, noise=0.0, generator=generator())
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 0, 1.0, 0.5), rtol=1e-14)
    for label in (0, 1):
        quadrants = {(a > 0, b > 0) for a, b in x[y == label].tolist()}
        assert len(quadrants) == 4, "the ring is not closed"


@pytest.mark.parametrize(("arms", "turns"), [(2, 1.0), (3, 1.75), (5, -0.5)])
def test_spirals_turn_with_the_radius(arms, turns):
    x, y = datasets.spirals(300, arms=arms, turns=turns, noise=0.0, generator=generator())
    radius = np.hypot(*x.T)
    angle = 2 * np.pi * (turns * radius + y / arms)
    assert radius.max() <= 1.0
    np.testing.assert_allclose(x[:, 0], radius * np.cos(angle), atol=1e-13)
    np.testing.assert_allclose(x[:, 1], radius * np.sin(angle), atol=1e-13)
    assert set(y.tolist()) == set(range(arms))


@pytest.mark.parametrize("name", RANDOM_SETS)
@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"examples": 0}, ValueError, "examples is 0"),
        ({"examples": 2.5}, TypeError, "examples is 2.5"),
        ({"generator": 42}, TypeError, r"generator is 42.*default_rng"),
        ({"noise": -0.1}, ValueError, r"(noise|spread) is -0.1, expected zero or a positive"),
        ({"noise": float("nan")}, ValueError, "(noise|spread) is nan"),
        ({"noise": "loud"}, TypeError, "(noise|spread) is 'loud'"),
    ],
)
def test_impossible_settings_are_refused(name, changes, error, message):
    settings = {"examples": 4, "generator": generator(), **changes}
    if "noise" in settings:
        settings[NOISE_NAME[name]] = settings.pop("noise")
    with pytest.raises(error, match=message):
        RANDOM_SETS[name](**settings)


def test_settings_of_single_sets_are_refused_too():
    with pytest.raises(ValueError, match="centers has shape"):
        datasets.blobs(4, centers=[1.0, 2.0], generator=generator())
    with pytest.raises(ValueError, match="arms is 0"):
        datasets.spirals(4, arms=0, generator=generator())
    with pytest.raises(ValueError, match="turns is inf"):
        datasets.spirals(4, turns=float("inf"), generator=generator())


def test_a_refused_call_draws_no_random_numbers():
    source = generator()
    before = source.bit_generator.state
    with pytest.raises(ValueError):
        datasets.moons(4, noise=-1.0, generator=source)
    assert source.bit_generator.state == before


def test_digits_are_the_1797_scans():
    x, y = datasets.digits()
    assert x.shape == (1797, 64) and x.dtype == np.float64
    assert y.shape == (1797,) and y.dtype == np.int64
    assert set(np.unique(x)) == set(range(17))
    # Class sizes as the UCI page states them for the test scans.
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_digits_without_scikit_learn_name_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        datasets.digits()
