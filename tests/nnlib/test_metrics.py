"""Metrics: against counting by hand and scikit-learn, in every form of input, and refusals."""

import numpy as np
import pytest
import sklearn.metrics

from nnlib.metrics import accuracy, confusion_matrix, precision_recall_f1
from nnlib.preprocessing import one_hot


def labels_of(seed, examples=60, classes=4):
    generator = np.random.default_rng(seed)
    return generator.integers(0, classes, examples), generator.integers(0, classes, examples)


def test_accuracy_counts_agreements_in_every_form():
    predicted, right = [2, 0, 1, 1], [2, 0, 1, 0]
    scores = np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [0.3, 0.4, 0.3]])
    for predictions in (predicted, scores, one_hot(predicted, 3)):
        for targets in (right, one_hot(right, 3)):
            assert accuracy(predictions, targets) == 0.75


def test_accuracy_of_one_column_has_its_threshold_at_one_half():
    predictions = np.array([[0.5], [0.49999], [1.7], [-3.0]])
    assert accuracy(predictions, [[1], [0], [1], [0]]) == 1.0
    assert accuracy(predictions, [1, 0, 1, 0]) == 1.0
    assert accuracy(predictions, [0, 1, 0, 1]) == 0.0
    assert accuracy(predictions, one_hot([1, 0, 1, 1])) == 0.75


def test_of_equal_predictions_the_first_counts():
    assert accuracy([[0.5, 0.5], [0.5, 0.5]], [0, 1]) == 0.5


def test_accuracy_agrees_with_scikit_learn():
    predicted, right = labels_of(0)
    ours = accuracy(predicted, right)
    assert type(ours) is float
    assert ours == sklearn.metrics.accuracy_score(right, predicted)


@pytest.mark.parametrize(
    ("predictions", "targets", "error", "message"),
    [
        ([0, 1], [0, 1, 1], ValueError, "predictions has 2 rows, expected 3"),
        ([0.2, 0.9], [0, 1], TypeError, "predictions has dtype float64"),
        ([[0.2], [0.9]], [0, 2], ValueError, "targets holds 2, expected class numbers from 0 to 1"),
        ([[0.2], [0.9]], [[0.0], [0.7]], ValueError, "targets has shape .* not made of 0 and 1"),
        ([[0.2, 0.8]], [[1, 1]], ValueError, "one class a row"),
        ([[0.2, 0.8]], [[0, 0]], ValueError, "one class a row"),
        ([[0.2, 0.7, 0.1]], [[1, 0]], ValueError, "predictions tells 3 classes apart, expected 2"),
        ([[0.2, 0.7, 0.1]], [[1]], ValueError, "predictions tells 3 classes apart, expected 2"),
        ([[0.2, 0.7, 0.1]], [3], ValueError, "targets holds 3"),
        ([4], [[0, 1, 0]], ValueError, "predictions holds 4"),
        ([[np.nan]], [[1]], ValueError, r"predictions\[0, 0\] is nan"),
        ([], [], ValueError, "predictions is empty"),
        (["yes"], [1], TypeError, "predictions has dtype"),
    ],
)
def test_accuracy_refuses_what_does_not_fit(predictions, targets, error, message):
    with pytest.raises(error, match=message):
        accuracy(predictions, targets)


def test_confusion_matrix_counts_pairs():
    predicted, right = labels_of(1)
    counts = confusion_matrix(predicted, right, 5)
    assert counts.shape == (5, 5) and counts.dtype == np.int64
    for i in range(5):
        for j in range(5):
            pairs = zip(right.tolist(), predicted.tolist(), strict=True)
            assert counts[i, j] == sum(pair == (i, j) for pair in pairs), f"row {i}, column {j}"


def test_rows_are_the_right_classes():
    np.testing.assert_array_equal(confusion_matrix([1, 1, 1], [0, 0, 1], 2), [[0, 2], [0, 1]])


def test_scores_agree_with_scikit_learn():
    predicted, right = labels_of(2)
    ours = precision_recall_f1(predicted, right, 4)
    theirs = sklearn.metrics.precision_recall_fscore_support(right, predicted)
    for name, mine, other in zip(ours._fields, ours, theirs, strict=False):
        np.testing.assert_allclose(mine, other, rtol=1e-15, err_msg=name)


def test_undefined_scores_are_nan_and_zero_ones_zero():
    # Class 0 right once; class 1 never answered; class 2 answered but absent; class 3 neither.
    scores = precision_recall_f1([0, 2], [0, 1], 4)
    np.testing.assert_array_equal(scores.precision, [1, np.nan, 0, np.nan])
    np.testing.assert_array_equal(scores.recall, [1, 0, np.nan, np.nan])
    np.testing.assert_array_equal(scores.f1, [1, 0, 0, np.nan])


@pytest.mark.parametrize("function", [confusion_matrix, precision_recall_f1])
@pytest.mark.parametrize(
    ("predicted", "right", "classes", "error", "message"),
    [
        ([0, 1], [0], 2, ValueError, "predicted_labels has 2 rows, expected 1"),
        ([0, 2], [0, 1], 2, ValueError, "predicted_labels holds 2"),
        ([0, 1], [0, 2], 2, ValueError, "labels holds 2"),
        ([0, 1], [-1, 1], 2, ValueError, "labels holds -1"),
        ([0.0, 1.0], [0, 1], 2, TypeError, "predicted_labels has dtype float64"),
        ([0], [0], 0, ValueError, "classes is 0"),
    ],
)
def test_labels_that_do_not_fit_are_refused(function, predicted, right, classes, error, message):
    with pytest.raises(error, match=message):
        function(predicted, right, classes)
