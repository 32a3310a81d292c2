"""The perceptron: worked updates, convergence and its bound, and refusals."""

import numpy as np
import pytest

from nnlib.datasets import blobs, logic_gate
from nnlib.perceptron import Perceptron


def test_and_is_learned_in_the_worked_updates():
    # Rows 00, 01, 10, 11 in order, weights (w1, w2) and bias b from zero, answer 1 if z >= 0.
    # Epoch 1: 00 -> 1, wrong: b = -1. 01 -> 0. 10 -> 0. 11: z = -1 -> 0, wrong: (1, 1), b = 0.
    # Epoch 2: 00 -> 1, wrong: b = -1. 01: z = 0 -> 1, wrong: (1, 0), b = -2. 10 -> 0.
    #          11: z = -1 -> 0, wrong: (2, 1), b = -1.
    perceptron = Perceptron(2)
    history = perceptron.fit(*logic_gate("and"), epochs=2)
    assert history.updates == [2, 3]
    assert history.bias == [-1, 0, -1, -2, -1]
    assert [w.tolist() for w in history.weights] == [[0, 0], [1, 1], [1, 1], [1, 0], [2, 1]]
    assert not history.converged
    np.testing.assert_array_equal(perceptron.weights, [2, 1])
    assert perceptron.bias == -1


@pytest.mark.parametrize("name", ["and", "or", "nand", "nor", "not"])
def test_separable_gates_converge(name):
    x, y = logic_gate(name)
    perceptron = Perceptron(x.shape[1])
    history = perceptron.fit(x, y, epochs=100)
    assert history.converged and history.updates[-1] == 0
    assert 0 not in history.updates[:-1], "it went on after an epoch without updates"
    np.testing.assert_array_equal(perceptron.predict(x), y[:, 0])


def test_xor_never_converges():
    history = Perceptron(2).fit(*logic_gate("xor"), epochs=300)
    assert not history.converged
    assert len(history.updates) == 300 and min(history.updates) > 0


@pytest.mark.parametrize("seed", range(5))
def test_updates_stay_below_novikoffs_bound(seed):
    generator = np.random.default_rng(seed)
    x, y = blobs(60, centers=[[-3, -2], [3, 2]], spread=0.6, generator=generator)
    history = Perceptron(2).fit(x, y, epochs=1000, generator=generator)
    # Bias as a weight on a constant 1; any separating unit vector gives a valid bound.
    rows = np.column_stack([x, np.ones(len(x))]) * np.where(y == 1, 1, -1)[:, None]
    direction = np.array([3.0, 2.0, 0.0]) / np.sqrt(13.0)
    margin = (rows @ direction).min()
    assert margin > 0, "these clouds overlap: the bound does not apply"
    assert history.converged
    assert sum(history.updates) <= (rows**2).sum(axis=1).max() / margin**2


def test_history_ends_with_the_present_weights_as_copies():
    perceptron = Perceptron(2)
    history = perceptron.fit(*logic_gate("or"), epochs=100)
    assert len(history.weights) == len(history.bias) == sum(history.updates) > 0
    np.testing.assert_array_equal(history.weights[-1], perceptron.weights)
    assert history.bias[-1] == perceptron.bias
    kept = history.weights[-1].copy()
    perceptron.weights += 1
    np.testing.assert_array_equal(history.weights[-1], kept)


def test_fitting_goes_on_from_the_present_weights():
    once, twice = Perceptron(2), Perceptron(2)
    x, y = logic_gate("and")
    once.fit(x, y, epochs=4)
    twice.fit(x, y, epochs=1)
    twice.fit(x, y, epochs=3)
    np.testing.assert_array_equal(once.weights, twice.weights)
    assert once.bias == twice.bias


def test_the_answer_on_the_line_is_one():
    perceptron = Perceptron(2)
    perceptron.weights = np.array([1.0, -1.0])
    np.testing.assert_array_equal(perceptron.predict([[2, 2], [2, 1], [1, 2]]), [1, 1, 0])
    assert perceptron.predict([[0, 0]]).dtype == np.int64


def test_a_generator_gives_each_epoch_its_own_order():
    x, y = blobs(30, spread=2.0, generator=np.random.default_rng(0))

    def fit(seed):
        generator = None if seed is None else np.random.default_rng(seed)
        return Perceptron(2).fit(x, y, epochs=5, generator=generator)

    assert fit(1).bias == fit(1).bias and fit(1).updates == fit(1).updates
    assert fit(1).updates != fit(2).updates
    assert fit(1).updates != fit(None).updates


def test_data_are_left_alone():
    x, y = logic_gate("and")
    x.setflags(write=False)
    y.setflags(write=False)
    Perceptron(2).fit(x, y, epochs=10, generator=np.random.default_rng(0))
    np.testing.assert_array_equal(x, logic_gate("and")[0])
    np.testing.assert_array_equal(y, logic_gate("and")[1])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"x": [[1.0, 2.0, 3.0]] * 4}, ValueError, r"x has shape \(4, 3\)"),
        ({"x": [1.0, 2.0]}, ValueError, r"x has shape \(2,\)"),
        ({"x": [[np.nan, 1.0]] * 4}, ValueError, r"x\[0, 0\] is nan"),
        ({"targets": [0, 1, 1]}, ValueError, r"targets has shape \(3,\)"),
        ({"targets": [[0, 1]] * 4}, ValueError, r"targets has shape \(4, 2\)"),
        ({"targets": [0, 1, 2, 0]}, ValueError, "targets holds 2"),
        ({"targets": [-1, 1, 1, -1]}, ValueError, "targets holds -1"),
        ({"targets": ["no"] * 4}, TypeError, "targets has dtype"),
        ({"epochs": 0}, ValueError, "epochs is 0"),
        ({"generator": 5}, TypeError, "generator is 5"),
    ],
)
def test_a_refused_fit_changes_nothing(changes, error, message):
    x, y = logic_gate("and")
    perceptron = Perceptron(2)
    perceptron.fit(x, y, epochs=1)
    weights, bias = perceptron.weights.copy(), perceptron.bias
    with pytest.raises(error, match=message):
        perceptron.fit(**{"x": x, "targets": y, "epochs": 3, **changes})
    np.testing.assert_array_equal(perceptron.weights, weights)
    assert perceptron.bias == bias


def test_a_perceptron_has_at_least_one_input():
    with pytest.raises(ValueError, match="inputs is 0"):
        Perceptron(0)
