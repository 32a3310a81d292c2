"""What every column holds in every row, computed by nnlib: the values that the sheet must have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nnlib import MLP, SGD
from workbook.editions import Edition

Row = dict[str, float]


def _network(edition: Edition) -> MLP:
    network = MLP(
        [edition.inputs, edition.hidden, 1],
        initializer="zeros",
        generator=np.random.default_rng(0),  # zeros draw nothing from it
    )
    network.parameters = edition.parameters
    return network


def rows_of(edition: Edition) -> Iterator[Row]:
    """Yield the values of one step after the other, by the key of the column."""
    network = _network(edition)
    optimizer = SGD(edition.learning_rate)
    for step in range(edition.steps):
        example = step % len(edition.x)
        x, y = network.check_batch([edition.x[example]], [[edition.y[example]]])
        before = network.parameters.copy()
        loss = network.backpropagate(x, y)
        optimizer.step(network.parameters, network.gradient)
        row = {
            "step": step + 1,
            "epoch": step // len(edition.x) + 1,
            "example": example + 1,
            **_of_pass(network, loss, edition.x[example], edition.y[example]),
        }
        for key, *triple in zip(
            edition.parameter_keys, before, network.gradient, network.parameters, strict=True
        ):
            row[key], row[f"d{key}"], row[f"new_{key}"] = map(float, triple)
        yield row


def nudged_rows(edition: Edition, before: Row, nudge: float) -> Iterator[Row]:
    """Yield the values of a step's forward pass with one parameter after the other nudged."""
    network = _network(edition)
    inputs = [before[f"x_{j}"] for j in range(1, edition.inputs + 1)]
    x, y = network.check_batch([inputs], [[before["y_1"]]])
    for nudged in edition.parameter_keys:
        values = {key: before[key] + nudge * (key == nudged) for key in edition.parameter_keys}
        network.parameters = list(values.values())
        loss = network.backpropagate(x, y)
        yield values | _of_pass(network, loss, inputs, before["y_1"])


def _of_pass(network: MLP, loss: float, x: Sequence[float], y: float) -> Row:
    """What a pass has left in the network, with the example that it was about."""
    row = {"C": loss, "y_1": y, "error": float(network.layers[1].a[0, 0] - y)}
    row |= {f"x_{j}": value for j, value in enumerate(x, start=1)}
    for number, layer in enumerate(network.layers, start=1):
        arrays = {"z": layer.z, "a": layer.a, "delta": layer.delta_buffer}
        for name, array in arrays.items():
            for k, value in enumerate(array[0], start=1):
                row[f"{name}{number}_{k}"] = float(value)
    return row


def epoch_losses(edition: Edition, rows: list[Row]) -> list[float]:
    """Return the mean of the errors in each epoch, each measured before its own step."""
    errors = np.array([row["C"] for row in rows]).reshape(edition.epochs, len(edition.x))
    return [float(mean) for mean in errors.mean(axis=1)]
