"""The loss of single examples, and rows that two tables share."""

import numpy as np
import pytest

from nnlib import MLP
from nnlib.diagnostics import common_rows, surprise
from nnlib.preprocessing import one_hot


@pytest.mark.parametrize(
    "settings",
    [
        {"output_activation": "identity"},
        {"output_activation": "softmax", "loss": "categorical_cross_entropy"},
    ],
)
def test_the_mean_surprise_is_the_loss(settings):
    generator = np.random.default_rng(0)
    network = MLP([4, 6, 3], generator=generator, **settings)
    x, y = generator.normal(size=(20, 4)), one_hot(generator.integers(0, 3, 20), 3)
    each = surprise(network, x, y)
    assert each.shape == (20,)
    assert each.mean() == pytest.approx(network.loss_value(x, y), rel=1e-13)
    assert each[7] == pytest.approx(network.loss_value(x[7:8], y[7:8]), rel=1e-15)


def test_common_rows_are_equal_in_every_feature():
    x = [[0.0, 1.0], [1.0, 0.0], [0.1 + 0.2, 5.0], [-0.0, 1.0]]
    assert common_rows(x, [[0.0, 1.0], [0.3, 5.0]]).tolist() == [0, 3]
    assert common_rows(x, [[9.0, 9.0]]).tolist() == []


def test_arguments_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"other has shape \(1, 3\)"):
        common_rows([[1.0, 2.0]], [[1.0, 2.0, 3.0]])
    with pytest.raises(TypeError, match="expected an MLP"):
        surprise(None, [[0.0]], [[0.0]])
