"""Whatever is passed, a public function works rightly or says which argument is wrong, and why.

Each argument of each call in turn is replaced by values of the wrong kind, which must be refused
before anything has changed, and by the same numbers in another form, which must make no
difference. The tests of each module look at the messages more closely.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nnlib
from nnlib import SGD, Perceptron, Sequential, preprocessing
from nnlib.layers import Layer
from tests.nnlib.calls import (
    CALLS,
    Argument,
    ComplexNumbers,
    Count,
    Labels,
    Name,
    Numbers,
    Path,
    Real,
)

ARRAYS = (Numbers, ComplexNumbers, Labels)
ARGUMENTS = [(name, argument) for name, call in CALLS.items() for argument in call.arguments]
HUGE = 10**400
# Public callables that refuse nothing: results, descriptions of what to write, and one inner loop.
UNCHECKED = {
    "GradientCheck", "History", "Initializer", "Optimizer", "PerceptronHistory", "Schedule",
    "forward_into",
}  # fmt: skip


def wrong_values(argument: Argument) -> Iterator[Any]:
    """Values of which none can stand for this argument."""
    yield from (object(), {"a": 1}, (number for number in range(3)), b"1")
    if not argument.optional:
        yield None
    if not isinstance(argument, Path):
        yield "no such"
    if isinstance(argument, ARRAYS):
        yield from wrong_arrays(argument)
    elif isinstance(argument, Real | Count):
        yield from (math.nan, math.inf, -math.inf, HUGE, -HUGE, True, 1j, [1], np.ones(1), "1")
        yield from (1.5, -1) if isinstance(argument, Count) else ()
    elif isinstance(argument, Name):
        yield from (3, [], np.empty(0), np.ones(3), "", f"{argument.value} ")
    else:
        yield from (3.5, np.empty((0, 3)), [object()], np.ma.masked_equal([1, 2], 2))


def wrong_arrays(argument: Argument) -> Iterator[Any]:
    values = argument.value
    yield from ([], np.empty((0, 2)), [[1.0], [1.0, 2.0]], [HUGE], values.astype(str))
    yield from (values.astype(object), np.ma.masked_equal(values, values.flat[0]), values.tolist)
    for bad in (math.nan, math.inf, -math.inf):
        spoilt = values.astype(float)
        spoilt.flat[-1] = bad
        yield spoilt
    if isinstance(argument, Labels):
        yield from (values.astype(float), values[:, np.newaxis], values - 1)
        yield values + np.uint64(2**63)
    elif isinstance(argument, Numbers):
        yield values + 0j


def other_forms(values: np.ndarray) -> Iterator[np.ndarray | list]:
    """The same numbers in other forms."""
    yield values.tolist()
    yield np.asfortranarray(values)
    yield np.repeat(values, 2, axis=0)[::2]
    yield np.ascontiguousarray(values[::-1])[::-1]
    yield values.astype(values.dtype.newbyteorder())
    yield values.astype(np.longdouble if values.dtype.kind == "f" else np.uint8)
    frozen = values.copy()
    frozen.flags.writeable = False
    yield frozen


def contents(thing: Any) -> Any:
    """All that tells whether something was changed."""
    if isinstance(thing, np.ndarray):
        return thing.dtype, thing.shape, thing.tobytes()
    if isinstance(thing, list | tuple):
        return [contents(each) for each in thing]
    if isinstance(thing, Sequential):
        return contents((thing.parameters, thing.gradient))
    if isinstance(thing, Layer):
        return contents(thing.parts())
    if isinstance(thing, np.random.Generator):
        return repr(thing.bit_generator.state)
    if isinstance(
        thing, SGD | Perceptron | preprocessing.Standardizer | preprocessing.MinMaxScaler
    ):
        return [contents(value) for key, value in sorted(vars(thing).items()) if key != "_scaled"]
    return thing if isinstance(thing, float | int | str) else None


def numbers_in(thing: Any) -> Iterator[np.ndarray]:
    """All numbers of a result, whatever holds them."""
    if isinstance(thing, np.ndarray | float | int | complex):
        yield np.asarray(thing)
    elif isinstance(thing, tuple | list):
        for each in thing:
            yield from numbers_in(each)
    elif isinstance(thing, dict):
        yield from numbers_in(list(thing.values()))
    elif hasattr(thing, "__dict__"):
        yield from numbers_in(vars(thing))


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_a_wrong_argument_is_named_and_nothing_changed(name: str, argument: str) -> None:
    for wrong in wrong_values(CALLS[name].arguments[argument]):
        function, given, thing = CALLS[name].prepare()
        given[argument] = wrong
        before = contents([thing, *given.values()])
        with pytest.raises((TypeError, ValueError)) as caught:
            function(**given)
        message = str(caught.value)
        assert re.search(rf"\b{argument}\b.* expected", message, re.DOTALL), (wrong, message)
        assert len(message) < 700, message
        assert contents([thing, *given.values()]) == before, wrong


@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, key) for name, key in ARGUMENTS if isinstance(CALLS[name].arguments[key], ARRAYS)],
)
def test_the_form_of_an_array_makes_no_difference(name: str, argument: str) -> None:
    function, given, thing = CALLS[name].prepare()
    plain = [*numbers_in(function(**given)), *numbers_in(contents(thing))]
    assert plain or thing is not None
    for form in other_forms(CALLS[name].arguments[argument].value):
        function, given, thing = CALLS[name].prepare()
        found = [*numbers_in(function(**{**given, argument: form})), *numbers_in(contents(thing))]
        for left, right in zip(found, plain, strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-15)


def test_every_public_function_is_called() -> None:
    called = [call.function for call in CALLS.values()]
    for module in (getattr(nnlib, name) for name in nnlib.__all__):
        for public in getattr(module, "__all__", ()):
            thing = getattr(module, public)
            is_class = inspect.isclass(thing)
            if is_class and (inspect.isabstract(thing) or issubclass(thing, tuple | Exception)):
                continue  # to be subclassed, or to be returned or raised by nnlib alone
            assert thing in called or not callable(thing) or public in UNCHECKED, public
