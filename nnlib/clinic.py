"""Training runs that fail, each for one reason, and some that do not: patients to learn from.

Each function takes a generator of random numbers and returns a `Run`. The same seed gives the
same run. `FAILURES` holds the sick ones under the cause that `nnlib.diagnostics.explain` should
name, `HEALTHY` those of which it should say nothing.

>>> run = symmetric_start(np.random.default_rng(0))
>>> run.history.epochs, float(run.network.layers[0].weights.std(axis=1).max())
(100, 0.0)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from nnlib import datasets, initializers
from nnlib._types import Array
from nnlib._validation import check_generator
from nnlib.history import EpochRecord, History
from nnlib.network import MLP
from nnlib.optimizers import SGD, Momentum, Optimizer
from nnlib.preprocessing import Standardizer, one_hot
from nnlib.training import DivergenceError, train

__all__ = ["FAILURES", "HEALTHY", "Run"]


class Run(NamedTuple):
    """A training run that is over.

    Attributes
    ----------
    history : History
    network : MLP
        As training left it.
    x, y : ndarray
        The examples in the order in which they were given, and their targets.
    """

    history: History
    network: MLP
    x: Array
    y: Array


Case: TypeAlias = Callable[[np.random.Generator], Run]


def moons(generator: np.random.Generator) -> tuple[Array, Array]:
    """Return 200 examples of two moons, standardised, and their answers as one column."""
    x, y = datasets.moons(200, noise=0.1, generator=generator)
    return Standardizer().fit(x).transform(x), y[:, None].astype(np.float64)


def rings(generator: np.random.Generator) -> tuple[Array, Array]:
    """Return 200 examples of a ring in a ring, and their answers as one column."""
    x, y = datasets.circles(200, noise=0.1, generator=generator)
    return x, y[:, None].astype(np.float64)


def digits(generator: np.random.Generator) -> tuple[Array, Array]:
    """Return 400 handwritten digits with pixels from 0 to 1, and their answers as one-hot rows."""
    check_generator("generator", generator)
    x, labels = datasets.digits()
    drawn = generator.permutation(len(x))[:400]
    return x[drawn] / 16, one_hot(labels[drawn], 10)


def wave(generator: np.random.Generator) -> tuple[Array, Array]:
    """Return 150 points of a sine, with noise."""
    check_generator("generator", generator)
    x = generator.uniform(-2.0, 2.0, (150, 1))
    return x, np.sin(2 * x) + generator.normal(0.0, 0.1, x.shape)


def for_points(generator: np.random.Generator, **settings: Any) -> MLP:
    """Return a network with two inputs and one output, by default of 16 hidden neurons."""
    chosen = {"activation": "tanh", "layer_sizes": [2, 16, 1], **settings}
    return MLP(loss="binary_cross_entropy", generator=generator, **chosen)


def for_digits(generator: np.random.Generator, **settings: Any) -> MLP:
    """Return a network with 64 inputs, 24 hidden neurons and one output for each digit."""
    chosen = {"activation": "tanh", **settings}
    return MLP(
        [64, 24, 10],
        output_activation="softmax",
        loss="categorical_cross_entropy",
        generator=generator,
        **chosen,
    )


def for_wave(generator: np.random.Generator) -> MLP:
    """Return a network with one input, 16 hidden neurons, and an output without limits."""
    return MLP([1, 16, 1], activation="tanh", output_activation="identity", generator=generator)


def fit(
    network: MLP,
    x: Array,
    y: Array,
    optimizer: Optimizer,
    generator: np.random.Generator,
    *,
    epochs: int = 100,
    shuffle: bool = True,
) -> Run:
    """Train in batches of 20, and keep the history of a run that diverges as well."""
    try:
        history = train(
            network,
            x,
            y,
            epochs=epochs,
            optimizer=optimizer,
            batch_size=20,
            shuffle=shuffle,
            generator=generator,
            progress=False,
        )
    except DivergenceError as error:
        history = error.history
    return Run(history, network, x, y)


def loss_not_a_number(generator: np.random.Generator) -> Run:
    """Overflow: ten times the rate that this task can stand."""
    x, y = wave(generator)
    network = for_wave(generator)
    return fit(network, x, y, SGD(learning_rate=1.0), generator)


def rate_too_high(generator: np.random.Generator) -> Run:
    """Never settle: ten times a good rate."""
    x, y = digits(generator)
    return fit(for_digits(generator), x, y, SGD(learning_rate=2.0), generator, epochs=20)


def rate_too_low(generator: np.random.Generator) -> Run:
    """Be half done when the epochs are over: a tenth of a good rate."""
    x, y = digits(generator)
    return fit(for_digits(generator), x, y, SGD(learning_rate=0.02), generator, epochs=20)


def stuck_at_half(generator: np.random.Generator) -> Run:
    """Stay at one half: a ring in a ring, and a network that is linear."""
    x, y = rings(generator)
    network = for_points(generator, activation="identity")
    return fit(network, x, y, SGD(learning_rate=0.5), generator)


def flat_loss(generator: np.random.Generator) -> Run:
    """Hardly move: the gradient of seven sigmoids on end."""
    x, y = moons(generator)
    network = for_points(generator, activation="sigmoid", layer_sizes=[2, *[8] * 7, 1])
    return fit(network, x, y, SGD(learning_rate=1.0), generator)


def dead_units(generator: np.random.Generator) -> Run:
    """Pass no gradient: rectified units whose biases start far below 0."""
    x, y = digits(generator)
    network = for_digits(
        generator,
        activation="relu",
        initializer="he_normal",
        bias_initializer=initializers.constant(-5.0),
    )
    return fit(network, x, y, SGD(learning_rate=0.2), generator, epochs=20)


def saturated_units(generator: np.random.Generator) -> Run:
    """Pass little gradient: sigmoids whose weights start far too large."""
    x, y = digits(generator)
    network = for_digits(
        generator, activation="sigmoid", initializer=initializers.uniform(-20.0, 20.0)
    )
    return fit(network, x, y, SGD(learning_rate=0.2), generator, epochs=20)


def symmetric_start(generator: np.random.Generator) -> Run:
    """Do the work of one neuron with sixteen: all weights start equal."""
    x, y = moons(generator)
    network = for_points(generator, initializer=initializers.constant(0.5))
    return fit(network, x, y, SGD(learning_rate=1.0), generator)


def forgotten_bias(generator: np.random.Generator) -> Run:
    """Update the weights by hand, and forget the biases."""
    x, y = rings(generator)
    network, history = for_points(generator), History()
    for _ in range(100):
        losses = []
        for batch in np.array_split(generator.permutation(len(x)), 10):
            losses.append(network.backpropagate(x[batch], y[batch]))
            for layer in network.layers:
                layer.weights[...] -= 1.0 * layer.weights_gradient
        loss = float(np.mean(losses))
        history.records.append(EpochRecord(loss, 1.0, {}, None, {}))
    return Run(history, network, x, y)


def unrelated_answers(generator: np.random.Generator) -> Run:
    """Learn noise: the answers were shuffled, and the inputs were not."""
    x, y = moons(generator)
    y = generator.permutation(y)
    network = for_points(generator)
    return fit(network, x, y, SGD(learning_rate=0.5), generator)


def sorted_examples(generator: np.random.Generator) -> Run:
    """Forget each digit while learning the next: sorted, never shuffled."""
    x, y = digits(generator)
    order = np.argsort(y.argmax(axis=1), kind="stable")
    network = for_digits(generator, activation="relu", initializer="he_normal")
    return fit(
        network,
        x[order],
        y[order],
        SGD(learning_rate=0.2),
        generator,
        epochs=20,
        shuffle=False,
    )


def unscaled_features(generator: np.random.Generator) -> Run:
    """Saturate at once: features a hundred times too large."""
    x, y = moons(generator)
    network = for_points(generator)
    return fit(network, 100 * x, y, SGD(learning_rate=1.0), generator)


def healthy_moons(generator: np.random.Generator) -> Run:
    """Separate two moons with tanh units."""
    x, y = moons(generator)
    return fit(for_points(generator), x, y, SGD(learning_rate=1.0), generator)


def healthy_rings(generator: np.random.Generator) -> Run:
    """Tell a ring from the ring around it."""
    x, y = rings(generator)
    return fit(for_points(generator), x, y, SGD(learning_rate=1.0), generator)


def healthy_rectifier(generator: np.random.Generator) -> Run:
    """Separate two moons with rectified units; some of them may be dead."""
    x, y = moons(generator)
    network = for_points(generator, activation="relu", initializer="he_normal")
    return fit(network, x, y, SGD(learning_rate=0.5), generator)


def healthy_momentum(generator: np.random.Generator) -> Run:
    """Separate two moons with momentum, from sorted examples that are shuffled in each epoch."""
    x, y = moons(generator)
    order = np.argsort(y[:, 0], kind="stable")
    return fit(for_points(generator), x[order], y[order], Momentum(learning_rate=0.1), generator)


def healthy_blobs(generator: np.random.Generator) -> Run:
    """Tell three blobs apart that overlap: not all of it can be learned."""
    centers = [[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]]
    x, labels = datasets.blobs(150, centers=centers, spread=0.9, generator=generator)
    network = MLP(
        [2, 8, 3],
        activation="relu",
        output_activation="softmax",
        loss="categorical_cross_entropy",
        initializer="he_normal",
        generator=generator,
    )
    return fit(network, x, one_hot(labels, 3), SGD(learning_rate=0.1), generator, epochs=60)


def healthy_wave(generator: np.random.Generator) -> Run:
    """Follow a sine through its noise."""
    x, y = wave(generator)
    return fit(for_wave(generator), x, y, SGD(learning_rate=0.1), generator, epochs=200)


def healthy_digits(generator: np.random.Generator) -> Run:
    """Read digits."""
    x, y = digits(generator)
    return fit(for_digits(generator), x, y, SGD(learning_rate=0.2), generator, epochs=20)


#: For each failure, by its name, the cases that show it: functions of a random generator.
#:
#: :meta hide-value:
FAILURES: dict[str, tuple[Case, ...]] = {
    "learning rate too high": (loss_not_a_number, rate_too_high),
    "learning rate too low": (rate_too_low,),
    "no nonlinearity": (stuck_at_half,),
    "vanishing gradient": (flat_loss,),
    "dead units": (dead_units,),
    "saturated units": (saturated_units,),
    "symmetric start": (symmetric_start,),
    "forgotten bias": (forgotten_bias,),
    "answers unrelated to the inputs": (unrelated_answers,),
    "sorted examples": (sorted_examples,),
    "features not scaled": (unscaled_features,),
}
#: Cases in which nothing is wrong.
#:
#: :meta hide-value:
HEALTHY: tuple[Case, ...] = (
    healthy_moons,
    healthy_rings,
    healthy_rectifier,
    healthy_momentum,
    healthy_blobs,
    healthy_wave,
    healthy_digits,
)
