"""The messages and verdicts of the argument checks that all of nnlib shares."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from nnlib import _validation as validation


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ([[1, 2]], np.float64),
        ([[True, False]], np.float64),
        (np.ones((1, 2), np.uint8), np.float64),
        (np.ones((1, 2), np.float16), np.float64),
        (np.ones((1, 2), np.longdouble), np.float64),
        (np.ones((1, 2), np.float32), np.float32),
        (np.ones((1, 2), np.float64), np.float64),
    ],
)
def test_numbers_become_float64_but_float32_stays(value: object, dtype: type) -> None:
    assert validation.check_matrix("x", value).dtype == dtype
    assert validation.check_matrix("x", value, dtype=np.float32).dtype == np.float32


def test_an_array_that_fits_is_not_copied() -> None:
    x = np.ones((3, 2))
    assert validation.check_matrix("x", x) is x


def test_complex_only_where_it_is_allowed() -> None:
    with pytest.raises(TypeError, match=r"x has dtype complex128, .*pass x\.real"):
        validation.check_array("x", [1j])
    assert validation.check_array("x", [1j], allow_complex=True).dtype == np.complex128
    with pytest.raises(ValueError, match=r"x\[0\] is .*nan"):
        validation.check_array("x", [complex(0, math.nan)], allow_complex=True)


@pytest.mark.parametrize(
    ("value", "columns", "message"),
    [
        ([1.0, 2.0, 3.0], 2, r"x has shape \(3,\), expected \(examples, 2\): pass one row per"),
        ([1.0, 2.0], 2, r"pass one row per example, e\.g\. x\.reshape\(1, -1\)$"),
        ([1.0, 2.0], None, r"expected \(examples, features\): .* e\.g\. x\.reshape\(1, -1\)$"),
        ([1.0, 2.0], 1, r"e\.g\. x\.reshape\(-1, 1\)$"),
        (3.0, 2, r"x has shape \(\), expected \(examples, 2\)"),
        (np.ones((2, 2, 2)), 2, r"x has shape \(2, 2, 2\), expected \(examples, 2\)"),
        (np.ones((4, 3)), 2, r"x has shape \(4, 3\), expected \(examples, 2\): .* 2 columns$"),
        (np.ones((4, 3)), 1, r"x has shape \(4, 3\), .* 1 column$"),
        (np.ones((0, 2)), 2, r"x is empty \(shape \(0, 2\)\)"),
        ([[1.0, math.nan]], 2, r"x\[0, 1\] is nan as float64, expected finite numbers: remove"),
        ([[1.0, 2.0], [3.0]], 2, "x is not a regular array .*: give every row the same length"),
    ],
)
def test_matrices_of_wrong_shape_or_content(value: object, columns: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validation.check_matrix("x", value, columns=columns)


@pytest.mark.parametrize(
    "value", [[["a"]], [[None]], [[Decimal(1)]], [[b"1"]], {"a": 1}, np.array(["2020"], "M8")]
)
def test_what_is_not_numeric(value: object) -> None:
    with pytest.raises(TypeError, match=r"x has dtype .*np\.asarray\(x, dtype=float\)"):
        validation.check_array("x", value)


def test_a_mask_is_not_dropped_in_silence() -> None:
    with pytest.raises(TypeError, match="x is a masked array"):
        validation.check_array("x", np.ma.masked_less([1.0, -999.0], 0))


def test_a_number_too_large_for_the_dtype() -> None:
    with pytest.raises(ValueError, match=r"x\[1\] is inf as float32"):
        validation.check_array("x", [1.0, 1e300], dtype=np.float32)


def test_a_bad_scalar_is_named_without_an_index() -> None:
    with pytest.raises(ValueError, match=r"^x is nan as float64"):
        validation.check_array("x", math.nan)


def test_shapes_and_lengths() -> None:
    a, b = np.ones((2, 3)), np.ones((4, 3))
    validation.check_same_shape("a", a, "b", a)
    validation.check_same_length("a", a, "b", np.ones(2))
    with pytest.raises(ValueError, match=r"a has shape \(2, 3\), expected \(4, 3\), the shape"):
        validation.check_same_shape("a", a, "b", b)
    with pytest.raises(ValueError, match="a has 2 rows, expected 4, the rows of b"):
        validation.check_same_length("a", a, "b", b)


def test_between_includes_the_ends() -> None:
    validation.check_between("p", np.array([0.0, 1.0]), 0, 1, "pass probabilities")
    for wrong in (-1e-9, 1 + 1e-9):
        with pytest.raises(ValueError, match=r"p\[1\] is .* in \[0, 1\]: pass probabilities"):
            validation.check_between("p", np.array([0.0, wrong]), 0, 1, "pass probabilities")


def test_choice() -> None:
    assert validation.check_choice("f", "relu", ["relu", "tanh"]) == "relu"
    with pytest.raises(ValueError, match=r"f is 'rely', expected one of relu, tanh \(did you mean"):
        validation.check_choice("f", "rely", ["tanh", "relu"])
    with pytest.raises(ValueError, match=r"expected one of relu, tanh$"):
        validation.check_choice("f", "zzz", ["tanh", "relu"])
    with pytest.raises(TypeError, match="f is 3, expected one of the names relu, tanh"):
        validation.check_choice("f", 3, ["tanh", "relu"])


@pytest.mark.parametrize("value", ["1", None, True, np.True_, 1j, [1.0], np.array([1.0])])
def test_what_is_no_number(value: object) -> None:
    for check in (validation.check_number, validation.check_positive, validation.check_count):
        with pytest.raises(TypeError, match="rate is "):
            check("rate", value)


def test_numbers() -> None:
    for value in (0.5, np.float32(0.5), -3, np.int8(2)):
        number = validation.check_number("rate", value)
        assert type(number) is float
        assert number == value
    for value in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match=r"rate is .*, expected a finite number"):
            validation.check_number("rate", value)
    for value in (0, 0.0, -1.0):
        with pytest.raises(ValueError, match=r"rate is .*, expected a number above 0"):
            validation.check_positive("rate", value)
    assert validation.check_positive("rate", 1e-300) == 1e-300


def test_counts() -> None:
    assert type(validation.check_count("n", np.int64(3))) is int
    assert validation.check_count("n", 0, minimum=0) == 0
    with pytest.raises(ValueError, match="n is 0, expected a whole number of at least 1"):
        validation.check_count("n", 0)
    with pytest.raises(TypeError, match=r"n is 2\.0, expected a whole number"):
        validation.check_count("n", 2.0)


def test_generator() -> None:
    generator = np.random.default_rng(0)
    assert validation.check_generator("generator", generator) is generator
    for value in (None, 0, np.random.RandomState(0), np.random):
        with pytest.raises(TypeError, match=r"pass np\.random\.default_rng\(0\)"):
            validation.check_generator("generator", value)


def test_dtype() -> None:
    for value in (np.float32, "float32", np.dtype("float32")):
        assert validation.check_dtype("dtype", value) == np.float32
    assert validation.check_dtype("dtype", float) == np.float64
    for value in (None, int, np.float16, "complex128", "no such", 3):
        with pytest.raises(TypeError, match=r"dtype is .*, expected np\.float64 or np\.float32"):
            validation.check_dtype("dtype", value)


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        (np.ones((5, 8, 8)), (8, 8, 1), r"\(5, 8, 8\), .*newaxis\]$"),
        (np.ones((5, 8, 8)), (8, 8, 3), "pass one image per example$"),
        (np.ones((5, 64)), (8, 8, 1), r"e\.g\. x\.reshape\(-1, 8, 8, 1\)$"),
        (np.ones((5, 63)), (8, 8, 1), "pass one image per example$"),
        (np.ones((5, 64)), (None, None, 1), r"\(examples, height, width, 1\): pass one image"),
        (np.ones((5, 8, 7, 1)), (8, None, 1), None),
        (np.ones((5, 8, 7, 2)), (8, None, 1), r"expected \(examples, 8, width, 1\)"),
        (np.ones((5, 8, 7, 1, 1)), (8, 7, 1), r"\(5, 8, 7, 1, 1\), expected \(examples, 8, 7, 1\)"),
    ],
)  # fmt: skip
def test_images_have_four_axes(value: np.ndarray, shape: tuple, message: str | None) -> None:
    if message is None:
        assert validation.check_images("x", value, shape) is value
    else:
        with pytest.raises(ValueError, match=f"x has shape .*{message}"):
            validation.check_images("x", value, shape)


def test_a_pair_is_a_height_and_a_width() -> None:
    assert validation.check_pair("size", [2, np.int64(3)]) == (2, 3)
    for value, error in (((2, 3, 4), TypeError), (5, TypeError), ((2, 0), ValueError),
                         ((2.0, 3), TypeError), ("23", TypeError)):  # fmt: skip
        with pytest.raises(error, match="size"):
            validation.check_pair("size", value)
