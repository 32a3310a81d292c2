"""Data-parallel training: each worker of a Dask cluster holds a shard of the examples.

This module needs Dask, which nnlib does not install by itself: ``pip install distributed``, or
``pip install ".[parallel]"`` at the top of the repository.
"""

from __future__ import annotations

import math
import sys
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nnlib._progress import Progress
from nnlib._types import Array
from nnlib._validation import check_count
from nnlib.history import History
from nnlib.network import MLP
from nnlib.optimizers import Optimizer
from nnlib.training import _Batches, _check_order, _check_parts, _Run

try:
    import dask
    from distributed import Client, Future
except ImportError as error:
    raise ImportError(
        "nnlib.parallel shares the work among processes with Dask, which is not installed: "
        'run `pip install distributed`, or `pip install ".[parallel]"` at the top of the repository'
    ) from error

__all__ = ["train_parallel"]


def train_parallel(
    network: MLP,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    client: Client,
    epochs: int,
    optimizer: Optimizer,
    generator: np.random.Generator | None = None,
    batch_size: int | None = None,
) -> History:
    r"""Train a network as :func:`nnlib.train` does, with the gradients computed by workers.

    The examples are cut into one shard for each worker, in their order, and each worker keeps its
    shard. A batch :math:`B` then falls into parts :math:`B_1, \dots, B_k`, one a shard. In each
    step every worker gets the parameters and returns the sum of its examples' gradients, and the
    optimiser takes one step along

    .. math:: g = \frac{1}{|B|} \sum_{j=1}^{k} \sum_{i \in B_j} \nabla_w C_i(w)

    The batches are those that `nnlib.train` draws from the same generator, so the result is the
    same but for rounding, since the sum has another order.

    A worker that dies costs time and no results. Each task holds all that it needs, or can be
    made again from what the scheduler holds: the scheduler keeps a copy of every shard. For the
    same number of shards the result is bit-identical, whether or not a worker died. While no
    worker is left, the training waits for one, as everything in Dask does. Only if more workers
    die of the same task than Dask's ``distributed.scheduler.allowed-failures``, it raises its
    ``KilledWorker``.

    Parameters
    ----------
    network
        The network to train, changed in place. Its activations and loss travel to the workers,
        where nnlib must be importable.
    x
        Inputs, shape (examples, network's inputs). Never changed.
    y
        Targets, shape (examples, network's outputs). Never changed.
    client
        A client of the cluster, not an asynchronous one. As many shards are made as it has
        workers now, and no more than there are examples.
    epochs
        How often to go through all examples, at least 1.
    optimizer
        As for `nnlib.train`; it stays on this side and is reset first.
    generator
        Draws a new order of the examples for each epoch. Needed if there is more than one batch.
    batch_size
        Examples in a batch of all workers together, at least 1; the last batch of an epoch takes
        what is left over. None puts all examples into one batch.

    Returns
    -------
    History
        Loss and learning rate of each completed epoch. After Ctrl-C it is the history so far,
        with ``stopped == "interrupted"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or the cluster has no workers; nothing is changed then.
    nnlib.DivergenceError
        As soon as the loss, the gradient or the parameters are no longer finite. After this or
        any other error, a worker's or the cluster's, the network has the parameters from before
        the call.

    Examples
    --------
    Two workers, here threads of this process; ``Client(n_workers=2)`` starts processes. The two
    addresses keep Dask's web pages from being served to other machines.

    >>> from nnlib.datasets import logic_gate
    >>> from nnlib.optimizers import SGD
    >>> x, y = logic_gate("and")
    >>> network = MLP([2, 1], generator=np.random.default_rng(0))
    >>> here = {"dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}
    >>> with Client(processes=False, n_workers=2, **here) as client:
    ...     history = train_parallel(
    ...         network, x, y, client=client, epochs=20, optimizer=SGD(learning_rate=2.0)
    ...     )
    >>> history.epochs, history.loss[-1] < history.loss[0]
    (20, True)
    """
    _check_parts(network, optimizer, None)
    examples = network.check_batch(x, y)
    epochs = check_count("epochs", epochs)
    count = len(examples[0])
    size = count if batch_size is None else check_count("batch_size", batch_size)
    order = _check_order(generator, size < count)
    run = _ParallelRun(
        network,
        optimizer,
        # Not the examples but their numbers: the workers have the rest.
        batches=_Batches(np.arange(count), np.arange(count), size, order),
        examples=examples,
        held_out=None,
        metrics={},
        early_stopping=None,
        progress=Progress(epochs, wanted=True),
    )
    run.shards = _Shards(client, _check_workers(client), network, *examples)
    return run.complete(epochs, None)


class _ParallelRun(_Run):
    """A training run whose batches are numbers of examples, and whose gradients are fetched."""

    shards: _Shards

    def _backpropagate(self, rows: Array, _: Array) -> float:
        loss, gradient = self.shards.loss_and_gradient(self.network.parameters, rows)
        self.network.gradient[...] = gradient
        return loss


class _Sums(NamedTuple):
    """What a worker returns: sums over its examples of a batch."""

    loss: float
    gradient: Array


class _Shard:
    """What a worker keeps: its examples, and a network to put the parameters into."""

    def __init__(self, network: MLP, x: Array, y: Array) -> None:
        self._network = network
        self._x = x
        self._y = y

    def sums(self, parameters: Array, rows: Array) -> _Sums:
        """Return the sums of the losses and gradients of some of its examples."""
        self._network.parameters[...] = parameters
        with np.errstate(over="ignore", invalid="ignore"):  # as `train` does; it is checked there
            loss = self._network.backpropagate(self._x[rows], self._y[rows])
            return _Sums(loss * len(rows), self._network.gradient * len(rows))


class _Shards:
    """The examples on the cluster: each worker's shard, and where one ends and the next begins."""

    def __init__(
        self, client: Client, workers: list[str], network: MLP, x: Array, y: Array
    ) -> None:
        self._client = client
        number = min(len(workers), len(x))
        self._starts = [len(x) * shard // number for shard in range(number + 1)]
        self._workers = workers[:number]
        # Submitted, not scattered: scattered data would be gone with the worker that holds them.
        with _large_tasks():
            self._shards: list[Future[_Shard]] = [
                self._submit(worker, _Shard, network, x[start:end], y[start:end])
                for worker, start, end in zip(
                    self._workers, self._starts, self._starts[1:], strict=False
                )
            ]

    def loss_and_gradient(self, parameters: Array, rows: Array) -> tuple[float, Array]:
        """Return the mean loss of a batch and its gradient, from the sums of all shards."""
        rows = np.sort(rows)  # so that the rows of a shard are neighbours
        bounds = np.searchsorted(rows, self._starts)
        with _large_tasks():
            futures = [
                self._submit(worker, _Shard.sums, shard, parameters, rows[first:last] - start)
                for worker, shard, start, first, last in zip(
                    self._workers, self._shards, self._starts, bounds, bounds[1:], strict=False
                )
                if first < last
            ]
        sums: list[_Sums] = self._client.gather(futures)
        total = np.sum([part.gradient for part in sums], axis=0)
        return math.fsum(part.loss for part in sums) / len(rows), total / len(rows)

    def _submit(self, worker: str, function: Any, *arguments: Any) -> Future[Any]:
        # Both a shard and its sums name the worker. Without that, Dask may take a step's tasks for
        # roots of a large graph, run them anywhere, and copy the shards there. The others are for
        # when that worker is dead.
        return self._client.submit(
            function, *arguments, workers=[worker], allow_other_workers=True, pure=False
        )


def _large_tasks() -> dask.config.set:
    # Dask warns of large tasks, because the scheduler keeps them. Here it shall: see `_Shards`.
    return dask.config.set({"distributed.admin.large-graph-warning-threshold": sys.maxsize})


def _check_workers(client: Any) -> list[str]:
    if not isinstance(client, Client) or client.asynchronous:
        raise TypeError(
            f"client is {client!r}, expected a distributed.Client that is not asynchronous: "
            "make one, e.g. Client(n_workers=2)"
        )
    if client.status != "running":
        raise ValueError(
            f"client is {client.status}, expected one that is connected to its cluster: "
            "make a new one, e.g. Client(n_workers=2)"
        )
    workers = sorted(client.nthreads())
    if not workers:
        raise ValueError(
            "client has no workers, expected at least one: call client.wait_for_workers(1) first"
        )
    return workers
