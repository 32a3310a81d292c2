"""The record of a training run, epoch by epoch."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

__all__ = ["EpochRecord", "History"]

Stopped: TypeAlias = Literal["completed", "early stopping", "interrupted", "diverged"]


class EpochRecord(NamedTuple):
    """What is known at the end of one epoch; the validation part is empty without such data.

    Attributes
    ----------
    loss
        Mean loss over the training examples, each as it was seen during the epoch.
    learning_rate
        During the epoch.
    metrics
        Each metric on the training examples at the end of the epoch, by name.
    validation_loss
        On the validation examples at the end of the epoch; None without such data.
    validation_metrics
        As `metrics`, on the validation examples.
    """

    loss: float
    learning_rate: float
    metrics: dict[str, float]
    validation_loss: float | None
    validation_metrics: dict[str, float]


class History:
    """What happened during training.

    Each list holds one entry for each completed epoch: entry ``k - 1`` belongs to epoch k.

    Attributes
    ----------
    records
        One :class:`EpochRecord` an epoch, from which everything else is read.
    metric_names
        The names of the metrics that were measured.
    stopped
        Why training ended: ``"completed"``, ``"early stopping"``, ``"interrupted"`` (Ctrl-C), or
        ``"diverged"`` in the history that a :class:`nnlib.training.DivergenceError` carries.

    Examples
    --------
    >>> history = History()
    >>> history.records.append(EpochRecord(0.25, 0.1, {}, None, {}))
    >>> history.records.append(EpochRecord(0.125, 0.1, {}, None, {}))
    >>> history.epochs, history.loss, history.best_epoch
    (2, [0.25, 0.125], 2)
    """

    def __init__(self, metric_names: tuple[str, ...] = ()) -> None:
        # One list of whole records, not one list a quantity: an interruption between two
        # appends would leave lists of different lengths.
        self.records: list[EpochRecord] = []
        self.metric_names = metric_names
        self.stopped: Stopped = "completed"

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self.records)

    @property
    def loss(self) -> list[float]:
        """Mean loss over the training examples, each as it was seen during the epoch."""
        return [record.loss for record in self.records]

    @property
    def validation_loss(self) -> list[float]:
        """Loss on the validation examples at the end of the epoch; empty without such data."""
        losses = (record.validation_loss for record in self.records)
        return [loss for loss in losses if loss is not None]

    @property
    def learning_rate(self) -> list[float]:
        """Learning rate during the epoch."""
        return [record.learning_rate for record in self.records]

    @property
    def metrics(self) -> dict[str, list[float]]:
        """Each metric on the training examples at the end of the epoch."""
        return {
            name: [record.metrics[name] for record in self.records] for name in self.metric_names
        }

    @property
    def validation_metrics(self) -> dict[str, list[float]]:
        """Each metric on the validation examples at the end of the epoch; empty without them."""
        return {
            name: [r.validation_metrics[name] for r in self.records if r.validation_metrics]
            for name in self.metric_names
        }

    @property
    def best_epoch(self) -> int | None:
        """The epoch, counted from 1, with the lowest validation loss (of equals the first).

        Without validation data it is the one with the lowest training loss; None if no epoch
        was completed.
        """
        losses = self.validation_loss or self.loss
        return losses.index(min(losses)) + 1 if losses else None

    def __repr__(self) -> str:
        last = f", loss={self.loss[-1]:.4g}" if self.records else ""
        return f"History(epochs={self.epochs}{last}, stopped={self.stopped!r})"
