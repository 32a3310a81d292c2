"""The causes that `explain` knows, each a rule from the evidence to a finding or to nothing.

A rule says what it saw in numbers. The order of `RULES` matters: a fault in the data shows in the
layers as well, and a fault in the layers shows in the rate, so what lies deeper is asked first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnlib._types import Array
from nnlib.diagnostics.evidence import Evidence


class Finding(NamedTuple):
    """A likely cause of a failed run.

    Attributes
    ----------
    cause : str
        Its name, one of the keys of `nnlib.clinic.FAILURES`.
    evidence : str
        What was seen of it, in numbers.
    remedy : str
        What to do about it.
    """

    cause: str
    evidence: str
    remedy: str


def symmetric_start(run: Evidence) -> Finding | None:
    """Find a hidden layer whose neurons are all the same: they stay so for ever."""
    for number, layer in enumerate(run.hidden, start=1):
        if layer.identical:
            return Finding(
                "symmetric start",
                f"all neurons of hidden layer {number} have the same weights",
                "start from random weights, e.g. initializer='glorot_uniform'",
            )
    return None


def forgotten_bias(run: Evidence) -> Finding | None:
    """Find biases that are exactly 0 after training, although moving them would lower the loss."""
    layers = run.network.layers
    if run.diverged or run.history.epochs == 0 or any(layer.bias.any() for layer in layers):
        return None
    run.network.backpropagate(run.x, run.y)
    steepest = max(float(np.abs(layer.bias_gradient).max()) for layer in layers)
    if steepest <= 1e-9:
        return None
    return Finding(
        "forgotten bias",
        f"every bias is exactly 0 after training, though one has the slope {steepest:.2g}",
        "update each bias with its own gradient, as the optimisers of nnlib do",
    )


def unrelated_answers(run: Evidence) -> Finding | None:
    """Find that neither the network nor the neighbours of an example know its answer."""
    if not (run.knows_nothing and run.neighbours_know_nothing):
        return None
    return Finding(
        "answers unrelated to the inputs",
        "examples that lie close together agree no more often than examples drawn at random",
        "check that inputs and answers were shuffled together, and look at some pairs",
    )


def sorted_examples(run: Evidence) -> Finding | None:
    """Find sorted answers, and a loss over all examples above the one that the batches saw.

    Where each epoch is shuffled it lies below, as the network has learned since.
    """
    if not run.has_classes or run.history.epochs == 0:
        return None
    changes = float(np.any(run.y[1:] != run.y[:-1], axis=1).sum())
    expected = float((1 - np.sum(_shares(run.y) ** 2)) * (len(run.y) - 1))
    seen = run.history.loss[-1]
    if changes > 0.2 * expected or run.loss < 1.1 * seen:
        return None
    return Finding(
        "sorted examples",
        f"the answers change only {changes:.0f} times from one example to the next, and the loss "
        f"over all examples is {run.loss:.3g}, while the batches saw {seen:.3g}",
        "let train shuffle the examples in each epoch: shuffle=True",
    )


def unscaled_features(run: Evidence) -> Finding | None:
    """Find features far from the size of 1, in a run that is in trouble."""
    if not run.in_trouble:
        return None
    sizes = np.sqrt(np.mean(run.x**2, axis=0))
    if sizes.max() <= 5:
        return None
    return Finding(
        "features not scaled",
        f"the features have root mean squares from {sizes.min():.3g} to {sizes.max():.3g}",
        "standardise them with the training examples' mean and deviation: "
        "nnlib.preprocessing.Standardizer",
    )


def rate_too_high(run: Evidence) -> Finding | None:
    """Find a loss that overflowed, or goes up and down until the rate is a tenth."""
    if not run.in_trouble:
        return None
    if run.diverged:
        saw = f"the loss left the finite numbers in epoch {run.history.epochs + 1}"
    elif run.history.epochs == 0 or not _jagged(run):
        return None
    else:
        # Of the later half: a first epoch may be bad in a run that calms down.
        highest = max(run.history.loss[run.history.epochs // 2 :])
        as_it_was, tenth = run.loss_after(1), run.loss_after(0.1)
        is_worse_than_nothing = highest > 1.3 * max(run.starting_loss, run.constant_loss)
        if not is_worse_than_nothing and tenth > 0.5 * min(run.loss, as_it_was):
            return None
        saw = (
            f"the loss rises and falls, lately up to {highest:.3g}; two hundred more steps lead "
            f"to {as_it_was:.3g}, at a tenth of the rate to {tenth:.3g}"
        )
    return Finding("learning rate too high", saw, "divide the learning rate by 10")


def no_nonlinearity(run: Evidence) -> Finding | None:
    """Find that all hidden activations are the identity, or that no layer is hidden."""
    if not run.in_trouble or any(layer.activation != "identity" for layer in run.hidden):
        return None
    return Finding(
        "no nonlinearity",
        f"the network is linear up to its output, and its loss stays at {run.loss:.3g}",
        "add a hidden layer with an activation such as tanh or relu",
    )


def dead_units(run: Evidence) -> Finding | None:
    """Find a hidden layer in which most neurons have slope 0 for every example."""
    share = max((layer.dead for layer in run.hidden), default=0.0)
    if not run.in_trouble or share < 0.5:
        return None
    return Finding(
        "dead units",
        f"{share:.0%} of the neurons of a hidden layer pass no gradient for any example",
        "lower the learning rate or start from biases of 0; leaky_relu cannot die",
    )


def vanishing_gradient(run: Evidence) -> Finding | None:
    """Find a gradient in the first layer below a twentieth of that in the last."""
    if not run.in_trouble or len(run.hidden) < 2:
        return None
    first, last = run.layers[0].gradient_size, run.layers[-1].gradient_size
    if first > 0.05 * last:
        return None
    return Finding(
        "vanishing gradient",
        f"the weights' gradient is {first:.2g} in the first layer, {last:.2g} in the last",
        "use relu with initializer='he_normal', or fewer layers",
    )


def saturated_units(run: Evidence) -> Finding | None:
    """Find a hidden layer most of whose weighted sums lie where its activation is flat."""
    share = max((layer.saturated for layer in run.hidden), default=0.0)
    if not run.in_trouble or share < 0.5:
        return None
    return Finding(
        "saturated units",
        f"{share:.0%} of the weighted sums of a hidden layer lie where its slope is nearly 0",
        "start from smaller weights, e.g. initializer='glorot_uniform', and scale the features",
    )


def rate_too_low(run: Evidence) -> Finding | None:
    """Find that more steps would help, and ten times larger ones far more."""
    if not run.in_trouble or run.learning_rate is None:
        return None
    as_it_was, ten_times = run.loss_after(1), run.loss_after(10)
    falls_far_faster = run.loss - ten_times > 3 * (run.loss - as_it_was)
    if ten_times > 0.9 * run.loss or not (falls_far_faster or ten_times < 0.5 * as_it_was):
        return None
    return Finding(
        "learning rate too low",
        f"two hundred more steps lead from a loss of {run.loss:.3g} to {as_it_was:.3g}, "
        f"at ten times the rate to {ten_times:.3g}",
        "multiply the learning rate by 10, or train for longer",
    )


RULES: tuple[Callable[[Evidence], Finding | None], ...] = (
    symmetric_start,
    forgotten_bias,
    unrelated_answers,
    sorted_examples,
    unscaled_features,
    rate_too_high,
    no_nonlinearity,
    dead_units,
    vanishing_gradient,
    saturated_units,
    rate_too_low,
)


def _shares(y: Array) -> Array:
    """Share of each class among the answers."""
    ones = y.mean(axis=0)
    return np.append(ones, 1 - ones[0]) if y.shape[1] == 1 else ones


def _jagged(run: Evidence) -> bool:
    """Whether the loss rises in at least a fifth of the epochs."""
    return bool(np.mean(np.diff(run.history.loss) > 0) >= 0.2) if run.history.epochs > 1 else True
