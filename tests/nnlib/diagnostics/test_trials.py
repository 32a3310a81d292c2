"""The loss at the start, and learning a few examples by heart."""

import numpy as np
import pytest

from nnlib import MLP
from nnlib.diagnostics import expected_starting_loss, overfit
from nnlib.preprocessing import one_hot


def make(*sizes, seed=0, **settings):
    return MLP(sizes, generator=np.random.default_rng(seed), **settings)


def test_of_classes_it_is_the_logarithm_of_their_number():
    classes = make(4, 7, output_activation="softmax", loss="categorical_cross_entropy")
    y = one_hot(np.arange(21) % 7, 7)
    assert expected_starting_loss(classes, y) == pytest.approx(np.log(7), rel=1e-14)
    two = make(4, 1, loss="binary_cross_entropy")
    assert expected_starting_loss(two, [[0.0], [1.0]]) == pytest.approx(np.log(2), rel=1e-14)


def test_of_squares_it_depends_on_where_the_activation_starts():
    y = np.array([[0.0], [1.0], [1.0]])
    assert expected_starting_loss(make(2, 1), y) == pytest.approx(0.25)  # every answer is 0.5
    linear = make(2, 1, output_activation="identity")
    assert expected_starting_loss(linear, y) == pytest.approx(2 / 3)  # every answer is 0


def test_a_network_with_small_weights_starts_there():
    network = make(5, 8, 3, output_activation="softmax", loss="categorical_cross_entropy")
    network.parameters *= 0.01
    x, y = np.random.default_rng(1).normal(size=(60, 5)), one_hot(np.arange(60) % 3, 3)
    assert network.loss_value(x, y) == pytest.approx(expected_starting_loss(network, y), rel=1e-3)


def task(examples=40):
    generator = np.random.default_rng(2)
    x = generator.normal(size=(examples, 3))
    return x, generator.integers(0, 2, (examples, 1)).astype(float)


def test_ten_random_answers_are_learned_by_heart_and_forty_are_not():
    network = make(3, 16, 1, activation="tanh", loss="binary_cross_entropy")
    x, y = task()
    assert overfit(network, x, y, learning_rate=1.0) < 0.05
    assert overfit(network, x, y, learning_rate=1.0, examples=40) > 0.05


def test_a_linear_network_cannot_learn_xor_by_heart():
    x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    linear = make(2, 8, 1, activation="identity", loss="binary_cross_entropy")
    assert overfit(linear, x, y, learning_rate=0.5) == pytest.approx(np.log(2), abs=1e-3)


def test_an_overflow_is_infinity_and_the_network_stays_as_it_was():
    network = make(3, 4, 1, activation="relu", output_activation="identity")
    before = network.parameters.copy()
    assert overfit(network, *task(), learning_rate=1e6) == float("inf")
    assert (network.parameters == before).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_rate": -1.0}, "learning_rate is -1"),
        ({"learning_rate": 1.0, "examples": 0}, "examples is 0"),
        ({"learning_rate": 1.0, "steps": 0}, "steps is 0"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        overfit(make(3, 1), *task(), **settings)


def test_targets_must_fit_the_network():
    with pytest.raises(ValueError, match="y has shape"):
        expected_starting_loss(make(2, 3), [[0.0], [1.0]])
    with pytest.raises(TypeError, match="expected an MLP"):
        expected_starting_loss(None, [[0.0]])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (5, r"y has shape \(\), expected \(examples, 1\)"),
        (None, "y"),
        ([], "y is empty"),
        ([[0.0, 1.0]], r"y has shape \(1, 2\), expected \(examples, 1\)"),
        ([[np.nan]], r"y\[0, 0\] is nan"),
    ],
)
def test_the_loss_at_the_start_refuses_answers_that_do_not_fit(y, message):
    with pytest.raises((TypeError, ValueError), match=message):
        expected_starting_loss(make(2, 1), y)
