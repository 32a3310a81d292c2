"""The definitions that nnlib shares with PyTorch, computed by both in float64.

PyTorch is no part of what the book needs. Where it is missing these tests are skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.book.definitions import DEFINITIONS, Case, Definition

torch = pytest.importorskip("torch")
functional = torch.nn.functional


def tensor(value: Any, gradient: bool = False) -> Any:
    """A number or an array in float64."""
    return torch.tensor(np.array(value, dtype=np.float64), requires_grad=gradient)


def elementwise(function: Callable[[Any], Any]) -> Callable[[Case], Any]:
    """A function of the case's z."""
    return lambda case: function(tensor(case["z"]))


def slope(function: Callable[[Any], Any]) -> Callable[[Case], Any]:
    """Its derivative, by PyTorch's own backward pass."""

    def value(case: Case) -> Any:
        z = tensor(case["z"], gradient=True)
        return torch.autograd.grad(function(z).sum(), z)[0]

    return value


def softplus(z: Any) -> Any:
    """PyTorch's softplus without its short cut, which drops the logarithm beyond 20."""
    return functional.softplus(z, threshold=700)


def of_tables(loss: Callable[[Any, Any], Any]) -> Callable[[Case], Any]:
    """A loss of A and Y, or of the columns a and y."""

    def value(case: Case) -> Any:
        predictions, targets = ("A", "Y") if "A" in case else ("a", "y")
        return loss(tensor(case[predictions]), tensor(case[targets]))

    return value


def slope_by_answers(case: Case) -> Any:
    """The gradient of the mean squared error."""
    answers = tensor(case["A"], gradient=True)
    return torch.autograd.grad(functional.mse_loss(answers, tensor(case["Y"])), answers)[0]


def categorical(probabilities: Any, targets: Any) -> Any:
    """Cross-entropy of probabilities: PyTorch's own starts from logits."""
    chosen = targets * torch.log(probabilities)
    return -chosen.sum(dim=-1).mean()


def of_logits(case: Case) -> Any:
    """The cross-entropy of one example's logits."""
    return functional.cross_entropy(tensor([case["z"]]), tensor([case["y"]]))


def pull_on_logits(case: Case) -> Any:
    """Its gradient."""
    z = tensor([case["z"]], gradient=True)
    return torch.autograd.grad(functional.cross_entropy(z, tensor([case["y"]])), z)[0][0]


def pull_on_weighted_sum(case: Case) -> Any:
    """The gradient of the binary cross-entropy."""
    z = tensor(case["z"], gradient=True)
    loss = functional.binary_cross_entropy_with_logits(z, tensor(case["y"]))
    return torch.autograd.grad(loss, z)[0]


def squared_pull(case: Case) -> Any:
    """The gradient of the squared error behind a sigmoid."""
    z = tensor(case["z"], gradient=True)
    return torch.autograd.grad(functional.mse_loss(torch.sigmoid(z), tensor(case["y"])), z)[0]


def softmax_slopes(case: Case) -> Any:
    """The Jacobian of softmax."""
    return torch.autograd.functional.jacobian(lambda z: z.softmax(0), tensor(case["z"]))


def descended(case: Case) -> Any:
    """The weights after one step of gradient descent."""
    weights = tensor(case["w"], gradient=True)
    weights.grad = tensor(case[r"\frac{\partial C}{\partial w}"])
    torch.optim.SGD([weights], lr=case[r"\eta"]).step()
    return weights.detach()


def velocity(case: Case) -> Any:
    """What momentum moves the weights by: PyTorch's velocity is that of the book over -η."""
    weights = tensor(np.zeros(len(case["v"])), gradient=True)
    optimizer = torch.optim.SGD([weights], lr=case[r"\eta"], momentum=case[r"\mu"])
    weights.grad = tensor(-case["v"] / case[r"\eta"])
    optimizer.step()
    before = weights.detach().clone()
    weights.grad = tensor(case[r"\nabla C(w)"])
    optimizer.step()
    return weights.detach() - before


def layer(activation: Callable[[Any], Any], x: str, number: int) -> Callable[[Case], Any]:
    """A layer; PyTorch keeps the weights the other way round."""

    def value(case: Case) -> Any:
        weights, bias = tensor(case[f"W^{{({number})}}"]), tensor(case[f"b^{{({number})}}"])
        return activation(functional.linear(tensor(case[x]), weights.T, bias))

    return value


def convolved(case: Case) -> Any:
    """A convolutional layer of one kernel; PyTorch's is a cross-correlation too."""
    image, kernel = tensor(case["X"])[None, None], tensor(case["K"])[None, None]
    return functional.conv2d(image, kernel, tensor([case["b"]]))


IN_TORCH: dict[str, Callable[[Case], Any]] = {
    **dict.fromkeys(
        ("eq-sigmoid", "eq-sigmoid-first", "eq-safe-sigmoid"), elementwise(torch.sigmoid)
    ),
    **dict.fromkeys(("eq-tanh", "eq-tanh-from-sigmoid"), elementwise(torch.tanh)),
    "eq-relu": elementwise(torch.relu),
    **dict.fromkeys(("eq-softplus", "eq-safe-softplus"), elementwise(softplus)),
    "eq-leaky-relu": elementwise(functional.leaky_relu),
    "eq-gelu": elementwise(functional.gelu),
    "eq-sigmoid-slope": slope(torch.sigmoid),
    "eq-slope-from-output": slope(torch.sigmoid),
    "eq-tanh-slope": slope(torch.tanh),
    "eq-relu-slope": slope(torch.relu),
    "eq-leaky-relu-slope": slope(functional.leaky_relu),
    "eq-softplus-slope": slope(softplus),
    "eq-gelu-slope": slope(functional.gelu),
    **dict.fromkeys(
        ("eq-softmax", "eq-digits-softmax"), elementwise(lambda z: torch.softmax(z, dim=0))
    ),
    "eq-softmax-slopes": softmax_slopes,
    **dict.fromkeys(
        ("eq-mean-squared-error", "eq-first-mean-squared-error", "eq-linear-neuron-loss",
         "eq-batch-loss"),
        of_tables(functional.mse_loss),
    ),
    **dict.fromkeys(("eq-mse-gradient", "eq-mse-gradient-matrix"), slope_by_answers),
    "eq-squared-sigmoid-slope": squared_pull,
    "eq-binary-cross-entropy": of_tables(functional.binary_cross_entropy),
    "eq-entropy-sigmoid-slope": pull_on_weighted_sum,
    **dict.fromkeys(
        ("eq-categorical-cross-entropy", "eq-digits-loss"), of_tables(categorical)
    ),
    "eq-cross-entropy-from-logits": of_logits,
    **dict.fromkeys(("eq-softmax-slope", "eq-digits-score-gradient"), pull_on_logits),
    "eq-digits-hidden-sum": layer(lambda z: z, "X", 1),
    "eq-digits-hidden-activation": layer(torch.relu, "X", 1),
    "eq-digits-scores": layer(lambda z: z, "A^{(1)}", 2),
    "eq-forward-batch": layer(lambda z: z, "A^{(1)}", 2),
    "eq-cnn-forward": convolved,
    "eq-gradient-descent-weights": descended,
    "eq-momentum": velocity,
}  # fmt: skip

# PyTorch's binary cross-entropy ends at 100, where a probability is e^-100 or less.
SMALLEST_PROBABILITY = 1e-40

SHARED = [definition for definition in DEFINITIONS if definition.label in IN_TORCH]


def test_every_name_is_that_of_a_definition() -> None:
    assert len(SHARED) == len(IN_TORCH)


@pytest.mark.parametrize("definition", SHARED, ids=lambda one: one.label)
def test_pytorch_computes_the_same(definition: Definition) -> None:
    compute = IN_TORCH[definition.label]
    cases = [case for case in definition.cases if np.min(case.get("a", 1)) > SMALLEST_PROBABILITY]
    for case in cases if compute is IN_TORCH["eq-binary-cross-entropy"] else definition.cases:
        ours = np.asarray(definition.computed(case), dtype=np.float64)
        theirs = np.asarray(compute(case), dtype=np.float64)
        assert theirs.size == ours.size, case
        # 1e-15 for what cancels in PyTorch, such as the far tail of its GELU; z multiplies it.
        slack = 1e-15 * max(1.0, float(np.abs(case.get("z", 1.0)).max()))
        np.testing.assert_allclose(
            ours.ravel(), theirs.ravel(), rtol=1e-14, atol=slack, err_msg=str(case)
        )
