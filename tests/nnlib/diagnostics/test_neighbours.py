"""Nearest neighbours: against scikit-learn, with features of any size, and refusals."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from nnlib.diagnostics import nearest_neighbours


def test_agrees_with_scikit_learn_on_scaled_features():
    x = np.random.default_rng(0).normal(size=(80, 4)) * [1.0, 1e4, 1e-4, 3.0] + 7.0
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    theirs = NearestNeighbors(n_neighbors=2).fit(scaled).kneighbors(scaled)[1][:, 1]
    assert nearest_neighbours(x).tolist() == theirs.tolist()


def test_a_feature_that_never_changes_counts_for_nothing():
    assert nearest_neighbours([[5.0, 0.0], [5.0, 3.0], [5.0, 4.0]]).tolist() == [1, 2, 1]


def test_of_equal_distances_the_first_counts():
    assert nearest_neighbours([[0.0], [1.0], [2.0]])[1] == 0


def test_one_example_has_no_neighbour():
    with pytest.raises(ValueError, match="x has 1 row, expected at least 2"):
        nearest_neighbours([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"x\[0, 1\] is nan"):
        nearest_neighbours([[1.0, np.nan], [1.0, 2.0]])


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_features_of_any_size_have_the_same_neighbours(size):
    x = np.random.default_rng(1).normal(size=(40, 2))
    assert nearest_neighbours(x * [size, 1.0]).tolist() == nearest_neighbours(x).tolist()
