"""Every example in nnlib's docstrings runs, and every public thing has a docstring."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import inspect
import pkgutil

import pytest

import nnlib

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


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module)
    assert result.failed == 0, f"python -m doctest on {module.__file__} shows the difference"


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    for public in getattr(module, "__all__", []):
        thing = getattr(module, public)
        if inspect.isfunction(thing) or inspect.isclass(thing):
            assert inspect.getdoc(thing), f"{name}.{public} has no docstring"


@pytest.mark.parametrize("name", MODULES)
def test_modules_with_public_names_have_examples(name: str) -> None:
    module = importlib.import_module(name)
    tests = doctest.DocTestFinder().find(module)
    examples = [example for test in tests for example in test.examples]
    assert examples or name == "nnlib" or not hasattr(module, "__all__")
