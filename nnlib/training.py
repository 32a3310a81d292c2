"""Training: going through the examples again and again, with a step after each batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from nnlib._progress import Progress
from nnlib._settings import check_flag, check_non_negative
from nnlib._types import Array
from nnlib._validation import (
    all_finite,
    check_array,
    check_count,
    check_generator,
    check_positive,
)
from nnlib.history import EpochRecord, History
from nnlib.optimizers import Optimizer
from nnlib.schedules import Schedule
from nnlib.sequential import Sequential

__all__ = ["DivergenceError", "EarlyStopping", "History", "train"]

Metric: TypeAlias = Callable[[Array, Array], float]
Examples: TypeAlias = tuple[Array, Array]


@dataclass(frozen=True)
class EarlyStopping:
    """When to stop because the loss on the validation examples no longer falls.

    Attributes
    ----------
    patience
        How many epochs in a row without an improvement end the training, at least 1.
    minimum_improvement
        By how much the validation loss must fall below its last improvement to count as one;
        0 or positive, in units of the loss.
    restore_best
        Whether the network gets back the parameters of the epoch with the lowest validation
        loss when training ends, be it early, complete or interrupted.

    Raises
    ------
    TypeError, ValueError
        If a setting is not in its range.

    Examples
    --------
    >>> EarlyStopping(patience=5)
    EarlyStopping(patience=5, minimum_improvement=0.0, restore_best=True)
    """

    patience: int
    minimum_improvement: float = 0.0
    restore_best: bool = True

    def __post_init__(self) -> None:
        check_count("patience", self.patience)
        check_non_negative("minimum_improvement", self.minimum_improvement)
        check_flag("restore_best", self.restore_best)


class DivergenceError(ArithmeticError):
    """Training left the range of finite numbers.

    The network has then the parameters from before the call, so that another setting can be
    tried at once.

    Its message says what was not finite and where, and what to do about it.

    Attributes
    ----------
    epoch, batch
        Where it happened, both counted from 1.
    history
        The epochs completed before, ``history.stopped == "diverged"``.

    Examples
    --------
    >>> from nnlib import MLP, SGD
    >>> network = MLP([1, 1], output_activation="identity", generator=np.random.default_rng(0))
    >>> try:
    ...     train(network, [[9.0]], [[0.0]], epochs=500, optimizer=SGD(learning_rate=1.0))
    ... except DivergenceError as error:
    ...     error.batch, error.history.epochs == error.epoch - 1, error.history.stopped
    (1, True, 'diverged')
    """

    def __init__(self, message: str, *, epoch: int, batch: int, history: History) -> None:
        super().__init__(message)
        self.epoch = epoch
        self.batch = batch
        self.history = history


def train(
    network: Sequential,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    epochs: int,
    optimizer: Optimizer,
    generator: np.random.Generator | None = None,
    batch_size: int | None = None,
    shuffle: bool = True,
    validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    early_stopping: EarlyStopping | None = None,
    schedule: Schedule | None = None,
    metrics: Mapping[str, Metric] | None = None,
    progress: bool = True,
) -> History:
    r"""Train a network by gradient descent, changing its parameters in place.

    One epoch shows the network every example once. The examples come in batches; after each
    batch :math:`B` the optimiser takes one step along the gradient of the batch's mean loss,

    .. math:: g = \nabla_w \frac{1}{|B|} \sum_{i \in B} C_i(w)

    Parameters
    ----------
    network
        The network to train, an :class:`nnlib.MLP` or another :class:`nnlib.Sequential`.
    x
        Inputs, shape (examples, \*network.input_shape). Never changed.
    y
        Targets, shape (examples, network's outputs). Never changed.
    epochs
        How often to go through all examples, at least 1.
    optimizer
        :class:`nnlib.optimizers.SGD`, :class:`nnlib.optimizers.Momentum` or one of your own.
        It is reset first: nothing remembered from another run leaks into this one.
    generator
        Draws a new order of the examples for each epoch. Needed only where the order matters:
        when ``shuffle`` is on and there is more than one batch. The same state gives
        bit-identical results.
    batch_size
        Examples in a batch, at least 1; the last batch of an epoch takes what is left over.
        None puts all examples into one batch.
    shuffle
        Whether each epoch has a random order of its own, else the examples keep theirs.
    validation
        Held-out ``(x, y)``, on which the loss is measured after each epoch.
    early_stopping
        When to stop before all epochs are done; needs ``validation``.
    schedule
        Learning rate as a function of the number of epochs completed, see
        :mod:`nnlib.schedules`. The optimiser's own rate is put back at the end.
    metrics
        Functions ``metric(predictions, targets) -> float`` by name, measured after each epoch
        on the training and the validation examples, e.g. ``{"accuracy": accuracy}``.
    progress
        Whether to show a line of progress where somebody can watch it: in a terminal or a
        notebook. Never shown when the environment has ``NNLIB_PROGRESS=0``.

    Returns
    -------
    History
        Loss, learning rate and metrics of each completed epoch. Ctrl-C ends the training like
        any other end: the history so far is returned, with ``stopped == "interrupted"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; nothing is changed then.
    DivergenceError
        As soon as the loss, the gradient or the parameters are no longer finite. After this or
        any other error the network has the parameters from before the call.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import MLP
    >>> from nnlib.datasets import logic_gate
    >>> from nnlib.optimizers import SGD
    >>> x, y = logic_gate("and")
    >>> network = MLP([2, 1], generator=np.random.default_rng(0))
    >>> history = train(network, x, y, epochs=2000, optimizer=SGD(learning_rate=2.0))
    >>> history.epochs, history.loss[-1] < 0.01
    (2000, True)
    >>> network.predict(x).round().tolist()
    [[0.0], [0.0], [0.0], [1.0]]
    """
    _check_parts(network, optimizer, early_stopping)
    examples = network.check_batch(x, y)
    held_out = _check_validation(network, validation, early_stopping)
    epochs = check_count("epochs", epochs)
    rates = None if schedule is None else _check_rates(schedule, epochs)
    size = len(examples[0]) if batch_size is None else check_count("batch_size", batch_size)
    shuffled = check_flag("shuffle", shuffle) and size < len(examples[0])
    order = _check_order(generator, shuffled)
    run = _Run(
        network,
        optimizer,
        batches=_Batches(*examples, size, order),
        examples=examples,
        held_out=held_out,
        metrics=_check_metrics(metrics),
        early_stopping=early_stopping,
        progress=Progress(epochs, wanted=check_flag("progress", progress)),
    )
    return run.complete(epochs, rates)


class _Run:
    """One call of :func:`train`, all arguments checked."""

    def __init__(
        self,
        network: Sequential,
        optimizer: Optimizer,
        *,
        batches: _Batches,
        examples: Examples,
        held_out: Examples | None,
        metrics: dict[str, Metric],
        early_stopping: EarlyStopping | None,
        progress: Progress,
    ) -> None:
        self.network = network
        self.optimizer = optimizer
        self.batches = batches
        self.examples = examples
        self.held_out = held_out
        self.metrics = metrics
        self.watch = None if early_stopping is None else _ValidationWatch(early_stopping)
        self.progress = progress
        self.history = History(tuple(metrics))
        self.callers_warnings = np.geterr()

    def complete(self, epochs: int, rates: list[float] | None) -> History:
        """Train to the end, whichever end that is, and put back what training borrowed."""
        before = self.network.parameters.copy()
        own_rate = self.optimizer.learning_rate
        self.optimizer.reset()
        try:
            # What overflows is reported with its place, so NumPy need not warn of it as well.
            with np.errstate(over="ignore", invalid="ignore"):
                self._go_through(epochs, rates)
        except KeyboardInterrupt:
            self.history.stopped = "interrupted"
        except BaseException:
            self.network.parameters = before
            raise
        finally:
            self.optimizer.learning_rate = own_rate
            self.progress.close()
        if self.watch is not None and self.watch.best_parameters is not None:
            self.network.parameters = self.watch.best_parameters
        return self.history

    def _go_through(self, epochs: int, rates: list[float] | None) -> None:
        for epoch in range(1, epochs + 1):
            if rates is not None:
                self.optimizer.learning_rate = rates[epoch - 1]
            record = self._measure(epoch, self._learn_once(epoch))
            self.history.records.append(record)
            if self.watch is not None and self.watch.sees_no_improvement(record, self.network):
                self.history.stopped = "early stopping"
                return
            self.progress.update(epoch, record.loss)

    def _learn_once(self, epoch: int) -> float:
        """Go through all batches; return the mean loss over the examples as they were seen."""
        network, total = self.network, 0.0
        for batch, (x, y) in enumerate(self.batches, start=1):
            loss = self._backpropagate(x, y)
            if not math.isfinite(loss):
                raise self._divergence(f"the loss is {loss}", epoch, batch)
            self._step(epoch, batch)
            total += loss * len(x)
        if not all_finite(network.parameters):
            raise self._divergence("a parameter is not finite", epoch, batch)
        return total / len(self.examples[0])

    def _backpropagate(self, x: Array, y: Array) -> float:
        # Apart, so that `nnlib.parallel` can have it done elsewhere.
        return self.network.backpropagate(x, y)

    def _step(self, epoch: int, batch: int) -> None:
        try:
            self.optimizer.step(self.network.parameters, self.network.gradient)
        except ValueError as error:
            if all_finite(self.network.gradient):
                raise
            raise self._divergence("the gradient is not finite", epoch, batch) from error

    def _measure(self, epoch: int, loss: float) -> EpochRecord:
        validation_loss = None
        if self.held_out is not None:
            validation_loss = self.network.loss_value(*self.held_out)
            if not math.isfinite(validation_loss):
                what = f"the validation loss is {validation_loss}"
                raise self._divergence(what, epoch, len(self.batches))
        return EpochRecord(
            loss=loss,
            learning_rate=self.optimizer.learning_rate,
            metrics=self._measure_metrics(self.examples),
            validation_loss=validation_loss,
            validation_metrics=self._measure_metrics(self.held_out),
        )

    def _measure_metrics(self, examples: Examples | None) -> dict[str, float]:
        if examples is None or not self.metrics:
            return {}
        x, y = examples
        predictions = self.network.predict(x)
        with np.errstate(**self.callers_warnings):
            return {name: float(metric(predictions, y)) for name, metric in self.metrics.items()}

    def _divergence(self, what: str, epoch: int, batch: int) -> DivergenceError:
        self.history.stopped = "diverged"
        return DivergenceError(
            f"{what} in epoch {epoch}, batch {batch} of {len(self.batches)}, with learning rate "
            f"{self.optimizer.learning_rate:g}: lower the learning rate (try a tenth of it) or "
            "standardise the inputs; the network is back at its parameters from before the call",
            epoch=epoch,
            batch=batch,
            history=self.history,
        )


class _Batches:
    """The examples of an epoch, a batch at a time; a new random order for each if wanted."""

    def __init__(
        self, x: Array, y: Array, size: int, generator: np.random.Generator | None
    ) -> None:
        self._x = x
        self._y = y
        self._size = min(size, len(x))
        self._generator = generator
        self._x_batch = np.empty_like(x[: self._size])
        self._y_batch = np.empty_like(y[: self._size])

    def __len__(self) -> int:
        return math.ceil(len(self._x) / self._size)

    def __iter__(self) -> Iterator[Examples]:
        return self._in_order() if self._generator is None else self._shuffled(self._generator)

    def _in_order(self) -> Iterator[Examples]:
        for start in range(0, len(self._x), self._size):
            yield self._x[start : start + self._size], self._y[start : start + self._size]

    def _shuffled(self, generator: np.random.Generator) -> Iterator[Examples]:
        order = generator.permutation(len(self._x))
        for start in range(0, len(order), self._size):
            rows = order[start : start + self._size]
            # Into the same memory each time. The rows are known to exist: "clip" spares NumPy
            # the second copy that it needs when it must be able to raise.
            yield (
                self._x.take(rows, 0, self._x_batch[: len(rows)], "clip"),
                self._y.take(rows, 0, self._y_batch[: len(rows)], "clip"),
            )


class _ValidationWatch:
    """Keeps the best parameters and counts the epochs since the last improvement."""

    def __init__(self, settings: EarlyStopping) -> None:
        self._settings = settings
        self._lowest = math.inf
        self._last_improvement = math.inf
        self._epochs_since = 0
        self.best_parameters: Array | None = None

    def sees_no_improvement(self, record: EpochRecord, network: Sequential) -> bool:
        """Take note of an epoch; tell whether the patience is used up."""
        loss = record.validation_loss
        assert loss is not None, "early stopping was accepted without validation data"
        if loss < self._lowest:
            self._lowest = loss
            if self._settings.restore_best:
                self.best_parameters = network.parameters.copy()
        if loss < self._last_improvement - self._settings.minimum_improvement:
            self._last_improvement = loss
            self._epochs_since = 0
        else:
            self._epochs_since += 1
        return self._epochs_since >= self._settings.patience


def _check_parts(network: Any, optimizer: Any, early_stopping: Any) -> None:
    if not isinstance(network, Sequential):
        raise TypeError(
            f"network is {network!r}, expected an MLP or a Sequential: build one, e.g. "
            "MLP([2, 5, 1])"
        )
    check_array("network.parameters", network.parameters)
    parts = ("learning_rate", "step", "reset")
    if isinstance(optimizer, type) or not all(hasattr(optimizer, part) for part in parts):
        raise TypeError(
            f"optimizer is {optimizer!r}, expected an object with {', '.join(parts)}: "
            "pass e.g. SGD(learning_rate=0.5)"
        )
    if early_stopping is not None and not isinstance(early_stopping, EarlyStopping):
        raise TypeError(
            f"early_stopping is {early_stopping!r}, expected EarlyStopping or None: "
            "pass e.g. EarlyStopping(patience=5)"
        )


def _check_validation(
    network: Sequential, validation: Any, early_stopping: EarlyStopping | None
) -> Examples | None:
    if validation is None:
        if early_stopping is not None:
            raise ValueError(
                "early_stopping is set but validation is None, expected held-out examples to "
                "watch: pass validation=(x, y)"
            )
        return None
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(
            f"validation is of type {type(validation).__name__}, expected a pair of arrays: "
            "pass validation=(x, y)"
        )
    try:
        return network.check_batch(*validation)
    except (TypeError, ValueError) as error:
        raise type(error)(f"in validation, {error}") from error


def _check_order(generator: Any, shuffled: bool) -> np.random.Generator | None:
    if not shuffled:
        return None
    if generator is None:
        raise TypeError(
            "generator is None, expected a numpy.random.Generator to shuffle the examples with: "
            "pass generator=np.random.default_rng(0), or shuffle=False to keep their order"
        )
    return check_generator("generator", generator)


def _check_rates(schedule: Any, epochs: int) -> list[float]:
    if not callable(schedule):
        raise TypeError(
            f"schedule is {schedule!r}, expected a function of the epoch: "
            "pass one from nnlib.schedules, e.g. constant(0.1)"
        )
    return [check_positive(f"schedule({epoch})", schedule(epoch)) for epoch in range(epochs)]


def _check_metrics(metrics: Any) -> dict[str, Metric]:
    if metrics is None:
        return {}
    if not isinstance(metrics, Mapping) or not all(map(callable, metrics.values())):
        raise TypeError(
            f"metrics is {metrics!r}, expected functions by name: "
            'pass e.g. metrics={"accuracy": nnlib.metrics.accuracy}'
        )
    return dict(metrics)
