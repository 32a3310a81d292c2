"""Every public thing of nnlib has a docstring that names its parameters and shows it at work."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import NamedTuple

import numpy as np
import pytest

import nnlib
from nnlib.activations import Activation

# Modules that need more than NumPy, and what.
OPTIONAL = {"nnlib.parallel": "distributed"}


def module_names() -> list[str]:
    found = (each.name for each in pkgutil.walk_packages(nnlib.__path__, "nnlib."))
    return [
        name
        for name in ("nnlib", *found)
        if name not in OPTIONAL or importlib.util.find_spec(OPTIONAL[name])
    ]


MODULES = module_names()
UNNAMED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
# Those whose names are for users: directly in nnlib, and without an underscore.
PUBLIC = [name for name in MODULES if re.fullmatch(r"nnlib\.[a-z]\w*", name)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module)
    assert result.failed == 0, f"python -m doctest on {module.__file__} shows the difference"


@pytest.mark.parametrize("name", PUBLIC)
def test_public_things_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert not (faults := [*faults_of_module(module)]), "\n".join(faults)


def faults_of_module(module: ModuleType) -> Iterator[str]:
    """What the documentation of a module lacks."""
    if not module.__doc__:
        yield f"{module.__name__} has no docstring"
    for public in module.__all__:
        thing = getattr(module, public)
        where = f"{module.__name__}.{public}"
        if inspect.isclass(thing):
            yield from faults_of_class(where, thing)
        elif inspect.isfunction(thing):
            yield from faults_of_function(where, thing, needs_example=True)
        elif type(thing).__module__.startswith("nnlib."):  # such as a loss, ready to be called
            yield from faults_of_class(where, type(thing))
        elif not re.search(
            rf"^#: .*\n(#:.*\n)*{public}\b", inspect.getsource(module), re.MULTILINE
        ):
            yield f"{where} has no comment above it that starts with #:"


def faults_of_class(where: str, cls: type) -> Iterator[str]:
    yield from faults_of_docstring(where, cls.__doc__, parameters_of(cls))
    is_record = issubclass(cls, tuple)  # which a function returns that has an example
    if not is_record and not examples_in(cls.__doc__):
        yield f"{where} has no example"
    for name, member in vars(cls).items():
        if name.startswith("_"):
            continue
        function = member.__func__ if isinstance(member, staticmethod | classmethod) else member
        if isinstance(function, property):
            yield from faults_of_docstring(f"{where}.{name}", function.__doc__, [])
        elif inspect.isfunction(function):
            yield from faults_of_function(f"{where}.{name}", function, needs_example=False)


def faults_of_function(where: str, function: FunctionType, *, needs_example: bool) -> Iterator[str]:
    # A method may leave its parameters to the one that it overrides.
    parameters = parameters_of(function) if needs_example else []
    yield from faults_of_docstring(where, function.__doc__, parameters)
    if needs_example and not examples_in(function.__doc__):
        yield f"{where} has no example"


def faults_of_docstring(where: str, docstring: str | None, parameters: list[str]) -> Iterator[str]:
    if not docstring:
        yield f"{where} has no docstring"
        return
    for parameter in parameters:
        if not re.search(rf"\b{parameter}\b", docstring):
            yield f"{where} says nothing of {parameter}"


def parameters_of(thing: type | FunctionType) -> list[str]:
    if inspect.isclass(thing) and not {"__init__", "__new__"} & vars(thing).keys():
        return []
    parameters = inspect.signature(thing).parameters.values()
    return [each.name for each in parameters if each.kind not in UNNAMED]


def examples_in(docstring: str | None) -> list[doctest.Example]:
    return doctest.DocTestParser().get_examples(docstring or "")


def undocumented(x: float) -> float:
    return x


def half_documented(x: float, y: float) -> float:
    """Return x."""
    return x


class Member(Activation):
    """An activation with a method that nobody describes.

    >>> Member().name
    'member'
    """

    name = "member"

    def forward_into(self, z: np.ndarray, out: np.ndarray) -> np.ndarray:
        return out


class Record(NamedTuple):
    """What a function returns, with one field described: left."""

    left: float
    right: float


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (undocumented, ["m.undocumented has no docstring", "m.undocumented has no example"]),
        (
            half_documented,
            ["m.half_documented says nothing of y", "m.half_documented has no example"],
        ),
        (Member, ["m.Member.forward_into has no docstring"]),
        (Record, ["m.Record says nothing of right"]),
    ],
)
def test_gaps_are_found(thing: type | FunctionType, expected: list[str]) -> None:
    module = ModuleType("m", "A module with one public thing.")
    module.__dict__.update({"__all__": [thing.__name__], thing.__name__: thing})
    assert list(faults_of_module(module)) == expected


def test_a_module_needs_a_docstring() -> None:
    module = ModuleType("m")
    module.__dict__["__all__"] = []
    assert list(faults_of_module(module)) == ["m has no docstring"]
