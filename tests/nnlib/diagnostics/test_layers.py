"""Statistics of layers: against counting by hand and numerical gradients, and refusals."""

import numpy as np
import pytest

from nnlib import MLP, numerical_gradient
from nnlib.diagnostics import layer_statistics, update_to_weight_ratios
from nnlib.initializers import constant, uniform


def batch(seed=0, examples=30, inputs=3, outputs=2):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(examples, inputs)), generator.uniform(size=(examples, outputs))


def network(*, seed=0, **settings):
    return MLP([3, 5, 2], generator=np.random.default_rng(seed), **settings)


def test_outputs_are_described_layer_by_layer():
    x, y = batch()
    trained = network(activation="tanh")
    statistics = layer_statistics(trained, x, y)
    assert [layer.activation for layer in statistics] == ["tanh", "sigmoid"]
    for layer, a in zip(statistics, trained.activations(x)[1:], strict=True):
        assert layer.mean == pytest.approx(a.mean(), rel=1e-12)
        assert layer.standard_deviation == pytest.approx(a.std(), rel=1e-12)


def test_gradient_size_is_that_of_the_numerical_gradient():
    x, y = batch()
    trained = network()
    numeric = numerical_gradient(lambda p: trained.loss_at(p, x, y), trained.parameters)
    parts = numeric[:15], numeric[20:30]  # 3·5 weights, 5 biases, 5·2 weights, 2 biases
    for layer, part in zip(layer_statistics(trained, x, y), parts, strict=True):
        assert layer.gradient_size == pytest.approx(np.sqrt(np.mean(part**2)), rel=1e-9)


def test_a_unit_is_dead_only_if_no_example_reaches_it():
    trained = network(activation="relu")
    trained.layers[0].bias = [-50.0, -50.0, 0.0, 50.0, 0.0]
    hidden, output = layer_statistics(trained, *batch())
    assert (hidden.dead, output.dead) == (0.4, 0.0)
    assert hidden.saturated == 0.0


@pytest.mark.parametrize(("activation", "level"), [("sigmoid", 3.6369), ("tanh", 1.8184)])
def test_saturation_begins_where_the_slope_is_a_tenth_of_its_steepest(activation, level):
    trained = MLP([1, 1, 1], activation=activation, generator=np.random.default_rng(0))
    trained.layers[0].weights = [[1.0]]
    x = np.array([[-level - 1e-3], [level - 1e-3], [level + 1e-3], [0.0]])
    assert layer_statistics(trained, x, np.zeros((4, 1)))[0].saturated == 0.5


def test_identical_neurons_are_seen_and_a_single_one_is_not():
    alike = network(initializer=constant(0.5))
    assert [layer.identical for layer in layer_statistics(alike, *batch())] == [True, True]
    alike.layers[0].weights[2, 3] += 1e-3
    assert [layer.identical for layer in layer_statistics(alike, *batch())] == [False, True]
    single = MLP([3, 1], initializer=constant(0.5), generator=np.random.default_rng(0))
    x, y = batch(outputs=1)
    assert not layer_statistics(single, x, y)[0].identical


def test_update_ratio_is_the_step_over_the_weights():
    x, y = batch()
    trained = network(initializer=uniform(-2.0, 2.0))
    _, gradient = trained.loss_and_gradient(x, y)
    expected = [
        0.3 * np.linalg.norm(gradient[:15]) / np.linalg.norm(trained.layers[0].weights),
        0.3 * np.linalg.norm(gradient[20:30]) / np.linalg.norm(trained.layers[1].weights),
    ]
    assert update_to_weight_ratios(trained, x, y, learning_rate=0.3) == pytest.approx(expected)


def test_update_ratio_of_zero_weights_is_infinite_unless_nothing_moves():
    x, y = batch(outputs=1)
    still = MLP([3, 4, 1], initializer="zeros", generator=np.random.default_rng(0))
    # With zero weights after it the hidden layer has no gradient; the output layer has one.
    assert update_to_weight_ratios(still, x, y, learning_rate=1.0) == [0.0, float("inf")]


def test_parameters_stay_as_they_are():
    trained = network()
    before = trained.parameters.copy()
    layer_statistics(trained, *batch())
    update_to_weight_ratios(trained, *batch(), learning_rate=0.1)
    assert (trained.parameters == before).all()


def test_what_is_not_a_network_is_refused():
    with pytest.raises(TypeError, match="network is of type str, expected an MLP"):
        layer_statistics("network", *batch())
    with pytest.raises(ValueError, match=r"y has shape \(30, 1\)"):
        layer_statistics(network(), *batch(outputs=1))
    with pytest.raises(ValueError, match="learning_rate is 0"):
        update_to_weight_ratios(network(), *batch(), learning_rate=0)
