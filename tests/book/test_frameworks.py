"""scikit-learn and PyTorch take the steps that nnlib takes, by the code of the chapter on fit().

The chapter's own cells run the races; here they are held to 1e-10, and shown to be able to lose.
PyTorch is no part of what the book needs. Where it is missing its tests are skipped.
"""

from __future__ import annotations

import ast
import inspect
import sys
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import sklearn
from sklearn.neural_network import MLPClassifier
from sybil import Document
from sybil.parsers.myst.lexers import DirectiveLexer

from tests.book.printed_formulas import BOOK
from tests.book.prose import blocks_of

PAGE = BOOK / "from-cells-to-code" / "what-fit-does.md"
DEFAULTS = "The same name, three results"
TOLERANCE = 1e-10
Walk = Iterator[tuple[float, Any, Any]]


def all_cells() -> tuple[list[str], list[str]]:
    """The cells of the chapter up to the end of the races, and those after it."""
    document = Document.parse(str(PAGE))
    end = document.text.index(f"## {DEFAULTS}")
    found = list(DirectiveLexer("code-cell", "ipython3")(document))
    sources = [str(cell.lexemes["source"]) for cell in found]
    races = sum(cell.start < end for cell in found)
    return sources[:races], sources[races:]


def cells() -> list[str]:
    """The cells of the chapter up to the end of the races."""
    return all_cells()[0]


@pytest.fixture(scope="module")
def page() -> Iterator[dict[str, Any]]:
    """The chapter's names after its races."""
    mpl.use("Agg")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells():
        exec(compile(cell, str(PAGE), "exec"), namespace)
    yield namespace
    plt.close("all")


def test_scikit_learn_takes_the_same_hundred_steps(page):
    assert len(page["batches_of_rows"]) == 100
    races = page["sklearn_races"]
    assert set(races) == {"classifier", "regressor, one output", "regressor, ten outputs"}
    for differences in races.values():
        assert set(differences) == {"loss", "gradient", "weights"}
        assert all(value < TOLERANCE for value in differences.values()), races


def test_pytorch_takes_the_same_hundred_steps(page):
    pytest.importorskip("torch")
    races = page["torch_races"]
    assert len(races) == 3
    for differences in races.values():
        assert all(value < TOLERANCE for value in differences.values()), races


def test_a_page_without_pytorch_says_so(page, monkeypatch, capsys):
    (loop,) = [cell for cell in cells() if "import torch" in cell]
    (races,) = [cell for cell in cells() if "torch_races = {}" in cell]
    monkeypatch.setitem(sys.modules, "torch", None)
    namespace = dict(page)
    for cell in (loop, races):
        exec(compile(cell, str(PAGE), "exec"), namespace)
    assert capsys.readouterr().out == "PyTorch is not installed here, so this part was not run.\n"
    assert namespace["torch_races"] == {}


def walk(page: dict[str, Any], rate: float = 0.2, steps: int = 5) -> Walk:
    """nnlib's own steps from the chapter's start."""
    batches = page["in_batches"](page["x_train"], page["y_train"])
    return page["ours"](page["new_network"](), batches[:steps], rate)


def spoiled(page: dict[str, Any], part: int, spoil: Callable[[Any], Any]) -> Walk:
    """The same steps with one of the three quantities spoiled at the last step."""
    *first, last = walk(page)
    changed = list(last)
    changed[part] = spoil(changed[part])
    yield from [*first, tuple(changed)]


def nudged(value: Any) -> Any:
    """A single entry moved by a little more than the tolerance."""
    moved = np.array(value)
    moved.flat[-1] += 2 * TOLERANCE
    return moved


@pytest.mark.parametrize(("part", "name"), [(0, "loss"), (1, "gradient"), (2, "weights")])
@pytest.mark.parametrize("spoil", [nudged, lambda value: np.full_like(value, np.nan)])
def test_a_difference_in_any_quantity_is_noticed(page, part, name, spoil):
    differences = page["largest_differences"](walk(page), spoiled(page, part, spoil))
    assert {one for one, value in differences.items() if not value < TOLERANCE} == {name}


def test_another_learning_rate_is_noticed(page):
    differences = page["largest_differences"](walk(page), walk(page, rate=0.2 * (1 + 1e-6)))
    assert all(value > TOLERANCE for value in differences.values())


def test_a_walk_that_ends_early_is_noticed(page):
    with pytest.raises(ValueError, match="shorter"):
        page["largest_differences"](walk(page), walk(page, steps=4))


def test_the_factor_of_several_outputs_is_needed(page, monkeypatch):
    def without_factor(walk: Walk, outputs: int) -> Walk:
        return ((loss / 2, gradient / 2, weights) for loss, gradient, weights in walk)

    monkeypatch.setitem(page, "translated", without_factor)
    assert page["regressor_race"](page["y_train"])["gradient"] > 1e-3


def table_of_defaults() -> list[str]:
    """The cells of the chapter's table of defaults, row by row, four in each."""
    blocks = blocks_of(PAGE.read_text(encoding="utf-8"))
    return [one.text for one in blocks if one.kind == "table" and one.heading == DEFAULTS]


def column(number: int) -> dict[str, str]:
    """One column of that table, by the names of the rows."""
    found = table_of_defaults()
    return dict(zip(found[::4], found[number::4], strict=True))


def test_the_table_names_the_versions_that_it_was_held_to():
    text = PAGE.read_text(encoding="utf-8")
    settings = tomllib.loads((BOOK.parent / "pyproject.toml").read_text(encoding="utf-8"))
    (pin,) = settings["dependency-groups"]["torch"]
    assert f"defaults of scikit-learn {sklearn.__version__}, " in text
    assert f" and PyTorch {pin.removeprefix('torch ==')}." in text


def test_the_table_has_scikit_learns_defaults():
    shown, settings = column(1), MLPClassifier().get_params()
    assert shown["learning rate"] == str(settings["learning_rate_init"])
    assert shown["momentum"] == f"{settings['momentum']}, Nesterov's"
    assert settings["nesterovs_momentum"] is True
    assert (shown["shuffled"], settings["shuffle"]) == ("yes", True)
    assert shown["penalty"] == f"α = {settings['alpha']}"
    assert shown["epochs"] == f"at most {settings['max_iter']}"
    assert (shown["batch"], settings["batch_size"]) == ("200, or all if fewer", "auto")


def test_the_table_has_pytorchs_defaults():
    torch = pytest.importorskip("torch")
    shown = column(3)
    step = inspect.signature(torch.optim.SGD).parameters
    assert shown["learning rate"] == str(step["lr"].default)
    assert (shown["momentum"], step["momentum"].default) == ("none", 0)
    assert (shown["penalty"], step["weight_decay"].default) == ("none", 0)
    loader = inspect.signature(torch.utils.data.DataLoader).parameters
    assert shown["batch"] == str(loader["batch_size"].default)
    assert (shown["shuffled"], loader["shuffle"].default) == ("no", None)
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 1000)
    for drawn in (layer.weight, layer.bias):
        largest = drawn.detach().abs().max().item()
        assert largest <= 1 / 8
        assert largest == pytest.approx(1 / 8, rel=0.01)


def emulation(page: dict[str, Any]) -> dict[str, Any]:
    """The chapter's names with the functions that emulate defaults, nothing of them run yet."""
    (source,) = [cell for cell in all_cells()[1] if "def relu_network" in cell]
    functions: list[ast.stmt] = [
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)
    ]
    namespace = {**page, "EPOCHS": 1}
    exec(compile(ast.Module(functions, []), str(PAGE), "exec"), namespace)
    return namespace


def test_the_emulated_pytorch_trains_as_pytorch_does_with_its_defaults(page):
    torch = pytest.importorskip("torch")
    chapter = emulation(page)
    layers = []
    for layer in chapter["relu_network"]("PyTorch").layers:
        linear = torch.nn.Linear(layer.inputs, layer.outputs).double()
        linear.weight.data = torch.tensor(layer.weights.T.copy())
        linear.bias.data = torch.tensor(layer.bias.copy())
        layers += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    loss, optimizer = torch.nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters())
    x, y = torch.tensor(page["x_train"]), torch.tensor(page["y_train"])
    before = loss(model(x), y).item()
    for inputs, targets in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y)):
        optimizer.zero_grad()
        loss(model(inputs), targets).backward()
        optimizer.step()
    after = loss(model(x), y).item()
    (emulated,), _ = chapter["with_defaults_of"]("PyTorch")
    assert emulated == pytest.approx(after, abs=TOLERANCE)
    assert after < before - 0.05
