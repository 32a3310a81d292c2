"""Preprocessing: against scikit-learn, exact edge cases, properties of the split, refusals."""

import numpy as np
import pytest
import sklearn.preprocessing
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.preprocessing import MinMaxScaler, Standardizer, one_hot, train_test_split

SCALERS = [Standardizer, MinMaxScaler, lambda: MinMaxScaler(-1, 3)]


def sample(rows=40, dtype=np.float64):
    generator = np.random.default_rng(7)
    return generator.normal([5.0, -300.0, 0.001], [2.0, 50.0, 0.0001], (rows, 3)).astype(dtype)


def test_standardizer_agrees_with_scikit_learn():
    train, test = sample(40), sample(9) * 1.5
    ours, theirs = Standardizer().fit(train), sklearn.preprocessing.StandardScaler().fit(train)
    np.testing.assert_allclose(ours.mean, theirs.mean_, rtol=1e-14)
    np.testing.assert_allclose(ours.scale, theirs.scale_, rtol=1e-13)
    np.testing.assert_allclose(ours.transform(test), theirs.transform(test), rtol=1e-11)


def test_standardized_columns_have_mean_zero_and_deviation_one():
    scaled = Standardizer().fit_transform(sample())
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-12)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 3), (0.1, 0.3)])
def test_min_max_agrees_with_scikit_learn(low, high):
    train, test = sample(40), sample(9) * 1.5
    ours = MinMaxScaler(low, high).fit(train)
    theirs = sklearn.preprocessing.MinMaxScaler((low, high)).fit(train)
    np.testing.assert_allclose(ours.transform(test), theirs.transform(test), rtol=1e-10)
    scaled = ours.transform(train)
    np.testing.assert_array_equal(scaled.min(axis=0), [low] * 3)
    np.testing.assert_allclose(scaled.max(axis=0), [high] * 3, rtol=1e-15)


@pytest.mark.parametrize("build", SCALERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_inverse_leads_back_and_dtype_is_kept(build, dtype):
    x = sample(dtype=dtype)
    scaler = build()
    scaled = scaler.fit_transform(x)
    back = scaler.inverse_transform(scaled)
    assert scaled.dtype == back.dtype == dtype
    # Rounding is relative to the size of the column, not of each entry.
    assert (np.abs(back - x) <= 8 * np.finfo(dtype).eps * np.abs(x).max(axis=0)).all()


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 1e-320])
def test_a_constant_column_becomes_exactly_zero_or_low(value):
    # The mean of ten times 0.1 is not 0.1: a careless scaler divides rounding by rounding.
    x = np.column_stack([np.full(10, value), np.arange(10.0)])
    np.testing.assert_array_equal(Standardizer().fit_transform(x)[:, 0], 0.0)
    np.testing.assert_array_equal(MinMaxScaler(-2, 2).fit_transform(x)[:, 0], -2.0)
    np.testing.assert_array_equal(
        Standardizer().fit(x).transform([[value + 3, 0]])[0, 0], 3 + value - value
    )


def test_float32_statistics_do_not_drift():
    x = np.full((200_000, 1), 0.1, np.float32)
    x[0] = 0.2
    assert Standardizer().fit(x).mean[0] == pytest.approx(x.astype(float).mean(), rel=1e-12)


@pytest.mark.parametrize("build", SCALERS)
def test_scaling_new_data_uses_the_fitted_numbers_and_leaves_the_input(build):
    train, test = sample(40), sample(5) + 100
    train_kept, test_kept = train.copy(), test.copy()
    scaler = build().fit(train)
    alone = np.vstack([scaler.transform(row[None]) for row in test])
    np.testing.assert_array_equal(scaler.transform(test), alone)
    np.testing.assert_array_equal(train, train_kept)
    np.testing.assert_array_equal(test, test_kept)


@pytest.mark.parametrize("build", SCALERS)
def test_an_unfitted_scaler_says_so(build):
    for method in ("transform", "inverse_transform"):
        with pytest.raises(ValueError, match=r"measured nothing yet.*call fit\(x_train\) first"):
            getattr(build(), method)([[1.0]])


@pytest.mark.parametrize("build", SCALERS)
@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        ([1.0, 2.0], ValueError, r"x has shape \(2,\)"),
        ([[]], ValueError, "x is empty"),
        ([[1.0], [np.nan]], ValueError, r"x\[1, 0\] is nan"),
        ([["a"]], TypeError, "x has dtype"),
        ([[-1e308, 0], [1e308, 1]], ValueError, "column 0.*change the unit"),
    ],
)
def test_a_refused_fit_keeps_the_old_one(build, bad, error, message):
    scaler = build().fit([[1.0], [5.0]])
    before = scaler.transform([[2.0]])
    with pytest.raises(error, match=message):
        scaler.fit(bad)
    np.testing.assert_array_equal(scaler.transform([[2.0]]), before)
    with pytest.raises(ValueError, match=r"x has shape \(1, 2\)"):
        scaler.transform([[1.0, 2.0]])


def test_a_column_too_narrow_to_measure_is_refused():
    with pytest.raises(ValueError, match=r"column 1 the standard deviation 0\.0"):
        Standardizer().fit([[1.0, 1e-200], [2.0, 2e-200]])


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (float("nan"), 1), ("0", 1)])
def test_min_max_needs_a_rising_range(low, high):
    with pytest.raises((TypeError, ValueError), match=r"low is|high is 1\.0, expected more"):
        MinMaxScaler(low, high)


def test_one_hot_marks_each_label():
    targets = one_hot([2, 0, 1, 2])
    np.testing.assert_array_equal(targets, [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert targets.dtype == np.float64
    assert one_hot(np.array([1], np.uint8), classes=4).tolist() == [[0, 1, 0, 0]]


@pytest.mark.parametrize(
    ("labels", "classes", "error", "message"),
    [
        ([0.0, 1.0], None, TypeError, r"labels has dtype float64.*astype\(int\)"),
        ([True, False], None, TypeError, "labels has dtype bool"),
        ([-1, 0], None, ValueError, "labels holds -1"),
        ([0, 3], 3, ValueError, "labels holds 3, expected class numbers from 0 to 2"),
        ([[0], [1]], None, ValueError, r"labels has shape \(2, 1\).*reshape"),
        ([], None, ValueError, "labels is empty"),
        ([0], 0, ValueError, "classes is 0"),
        ([0], 2.0, TypeError, "classes is 2.0"),
    ],
)
def test_one_hot_refuses_what_is_no_label(labels, classes, error, message):
    with pytest.raises(error, match=message):
        one_hot(labels, classes)


def split(x, y, **changes):
    options = {"test_fraction": 0.25, "generator": np.random.default_rng(0), **changes}
    return train_test_split(x, y, **options)


@settings(max_examples=60, deadline=None)
@given(
    examples=st.integers(3, 50),
    fraction=st.floats(0.2, 0.8),
    stratify=st.booleans(),
    seed=st.integers(0, 99),
)
def test_a_split_is_a_partition_that_keeps_the_pairs(examples, fraction, stratify, seed):
    x = np.arange(2.0 * examples).reshape(examples, 2)
    y = np.arange(examples) % 3
    generator = np.random.default_rng(seed)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_fraction=fraction, generator=generator, stratify=stratify
    )
    assert len(x_test) == len(y_test) == round(fraction * examples)
    rows = np.vstack([x_train, x_test])
    np.testing.assert_array_equal(rows[rows[:, 0].argsort()], x)
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), rows[:, 0] // 2 % 3)
    if stratify:
        shares = np.bincount(y, minlength=3) * len(y_test) / examples
        assert (np.abs(np.bincount(y_test, minlength=3) - shares) < 1).all()


def test_the_order_is_random_and_follows_the_seed():
    x, y = np.arange(40.0)[:, None], np.arange(40)
    first, again, other = (
        split(x, y)[3],
        split(x, y)[3],
        split(x, y, generator=np.random.default_rng(1))[3],
    )
    np.testing.assert_array_equal(first, again)
    assert set(first.tolist()) != set(other.tolist())
    y_train = split(x, y)[2]
    assert (np.diff(y_train) < 0).any(), "the training part is still in its old order"


def test_every_example_is_as_likely_to_be_tested():
    x, y = np.arange(8.0)[:, None], np.array([0, 0, 0, 0, 0, 0, 1, 1])
    generator = np.random.default_rng(0)
    for stratify in (False, True):
        counts = np.zeros(8)
        for _ in range(800):
            tested = split(x, y, test_fraction=0.5, generator=generator, stratify=stratify)[1]
            counts[tested[:, 0].astype(int)] += 1
        # 800 draws at one half: 400, with a standard deviation of 14; this is five of them.
        np.testing.assert_allclose(counts, 400, atol=71)


def test_places_left_by_rounding_go_to_the_classes_that_lost_most():
    # Four of the 14 are tested: shares of 1.43, 1.43, 0.86 and 0.29. Rounded down they leave two
    # places, for the third class and then, of two equal claims, the first.
    labels = np.repeat([0, 1, 2, 3], [5, 5, 3, 1])
    y_test = split(np.ones((14, 1)), labels, test_fraction=0.25, stratify=True)[3]
    assert np.bincount(y_test, minlength=4).tolist() == [2, 1, 1, 0]


def test_one_hot_rows_stratify_like_their_labels():
    labels = np.repeat([0, 1, 2], [20, 8, 4])
    x = np.arange(32.0)[:, None]
    by_label = split(x, labels, stratify=True)
    by_row = split(x, one_hot(labels), stratify=True)
    np.testing.assert_array_equal(by_label[1], by_row[1])
    assert np.bincount(by_label[3]).tolist() == [5, 2, 1]


def test_the_parts_are_copies_with_their_dtypes():
    x, y = np.zeros((4, 2), np.float32), np.array([0, 1, 2, 3], np.int16)
    parts = split(x, y)
    assert [part.dtype for part in parts] == [np.float32, np.float32, np.int16, np.int16]
    for part in parts:
        part += 9
    assert x.max() == 0 and y.max() == 3


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"y": [0, 1, 0]}, ValueError, r"y has shape \(3,\), expected \(4,\)"),
        ({"y": np.zeros((4, 1, 1))}, ValueError, r"y has shape \(4, 1, 1\)"),
        ({"y": ["a", "b", "a", "b"]}, TypeError, "y has dtype"),
        ({"y": [0, np.nan, 1, 1]}, ValueError, r"y\[1\] is nan"),
        ({"x": [1.0, 2.0, 3.0, 4.0]}, ValueError, r"x has shape \(4,\)"),
        ({"test_fraction": 0}, ValueError, "test_fraction is 0"),
        ({"test_fraction": 1}, ValueError, "test_fraction is 1"),
        ({"test_fraction": 0.01}, ValueError, "puts 0 of 4 into the test"),
        ({"test_fraction": 0.99}, ValueError, "puts 4 of 4 into the test"),
        ({"generator": 0}, TypeError, "generator is 0"),
        ({"stratify": "yes"}, TypeError, "stratify is 'yes'"),
    ],
)
def test_an_impossible_split_is_refused(changes, error, message):
    arguments = {"x": np.ones((4, 2)), "y": [0, 1, 0, 1], **changes}
    with pytest.raises(error, match=message):
        split(**arguments)
