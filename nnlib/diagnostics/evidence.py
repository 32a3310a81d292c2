"""What is known of a training run once it has ended, each fact measured when it is asked for."""

from __future__ import annotations

import copy
from functools import cached_property

import numpy as np

from nnlib._types import Array
from nnlib.diagnostics.layers import LayerStatistics, layer_statistics
from nnlib.diagnostics.neighbours import nearest_neighbours
from nnlib.diagnostics.trials import expected_starting_loss, loss_after
from nnlib.history import History
from nnlib.metrics import accuracy
from nnlib.network import MLP

# The distances between all pairs are needed, so more examples than this are thinned out.
_MOST_EXAMPLES = 1000
# Fewer examples say nothing about their neighbourhood: in XOR every neighbour disagrees.
_FEWEST_FOR_NEIGHBOURS = 30
# How much of the loss of the best constant answer may be left in a run that counts as healthy.
_LOSS_LEFT = 0.5
# By how much the neighbours must be better, as a share of right answers or a factor of the error.
_BEHIND, _TIMES_BEHIND = 0.03, 3.0


class Evidence:
    """A finished run: its history, its network, the examples that it learned from."""

    def __init__(self, history: History, network: MLP, x: Array, y: Array) -> None:
        self.history = history
        self.network = copy.deepcopy(network)  # measuring writes its gradient
        self.x, self.y = x, y

    @cached_property
    def diverged(self) -> bool:
        """Whether training left the finite numbers."""
        return self.history.stopped == "diverged"

    @cached_property
    def loss(self) -> float:
        """Loss of the network as it is now, over all examples."""
        return self.network.loss_value(self.x, self.y)

    @cached_property
    def starting_loss(self) -> float:
        """Loss of a network that knows nothing yet."""
        return expected_starting_loss(self.network, self.y)

    @cached_property
    def constant_loss(self) -> float:
        """Loss of the best answer that is the same for all examples: the mean target."""
        answer = np.broadcast_to(self.y.mean(axis=0), self.y.shape)
        return float(self.network.loss.evaluate(np.array(answer), self.y).real)

    @cached_property
    def layers(self) -> list[LayerStatistics]:
        """Statistics of each layer."""
        return layer_statistics(self.network, self.x, self.y)

    @cached_property
    def hidden(self) -> list[LayerStatistics]:
        """Statistics of each hidden layer."""
        return self.layers[:-1]

    @cached_property
    def learning_rate(self) -> float | None:
        """The last learning rate, None if not even one epoch was completed."""
        rates = self.history.learning_rate
        return rates[-1] if rates else None

    @cached_property
    def neighbours(self) -> Array | None:
        """The answer of each example's nearest neighbour, None where there are too few."""
        if len(self.sample) < _FEWEST_FOR_NEIGHBOURS:
            return None
        return self.y[self.sample][nearest_neighbours(self.x[self.sample])]

    @cached_property
    def sample(self) -> Array:
        """Numbers of the examples that are compared with their neighbours, evenly spread."""
        count = min(len(self.x), _MOST_EXAMPLES)
        return np.linspace(0, len(self.x) - 1, count).astype(np.int64)

    @cached_property
    def has_classes(self) -> bool:
        """Whether each target is a class: 0 or 1, or a one-hot row."""
        if not np.isin(self.y, (0.0, 1.0)).all():
            return False
        return self.y.shape[1] == 1 or bool((self.y.sum(axis=1) == 1).all())

    @cached_property
    def in_trouble(self) -> bool:
        """Whether the network has learned its own examples badly."""
        if self.diverged or self.knows_nothing:
            return True
        if self.neighbours is None:
            return self.loss > _LOSS_LEFT * self.constant_loss
        y = self.y[self.sample]
        if self.has_classes:
            own = accuracy(self.network.predict(self.x[self.sample]), y)
            return own < accuracy(self.neighbours, y) - _BEHIND
        own = float(np.mean((self.network.predict(self.x[self.sample]) - y) ** 2))
        return own > _TIMES_BEHIND * float(np.mean((self.neighbours - y) ** 2))

    @cached_property
    def knows_nothing(self) -> bool:
        """Whether the network is hardly better than the best constant answer."""
        return self.loss > 0.9 * self.constant_loss

    @cached_property
    def neighbours_know_nothing(self) -> bool:
        """Whether nearby examples agree hardly more than any two examples do."""
        if self.neighbours is None:
            return False
        y = self.y[self.sample]
        # Two examples drawn at random differ by twice the variance in the mean of the squares.
        by_chance = 2 * float(np.var(y, axis=0).sum())
        return float(np.mean(np.sum((self.neighbours - y) ** 2, axis=1))) > 0.7 * by_chance

    def loss_after(self, factor: float, steps: int = 200) -> float:
        """Loss that so many more steps would reach, at a multiple of the last learning rate."""
        assert self.learning_rate is not None, "asked for only after an epoch"
        return loss_after(self.network, self.x, self.y, factor * self.learning_rate, steps)
