"""What every column holds in every row, computed by nnlib: the values that the sheet must have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib import MLP, SGD
from workbook.editions import Edition

Row = dict[str, float]


def rows_of(edition: Edition) -> Iterator[Row]:
    """Yield the values of one step after the other, by the key of the column."""
    network = MLP(
        [edition.inputs, edition.hidden, 1],
        initializer="zeros",
        generator=np.random.default_rng(0),  # zeros draw nothing from it
    )
    network.parameters = edition.parameters
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
            "y_1": edition.y[example],
            "C": loss,
            "error": float(network.layers[1].a[0, 0] - y[0, 0]),
        }
        row |= {f"x_{j}": value for j, value in enumerate(edition.x[example], start=1)}
        row |= dict(_of_layers(network))
        for key, *triple in zip(
            edition.parameter_keys, before, network.gradient, network.parameters, strict=True
        ):
            row[key], row[f"d{key}"], row[f"new_{key}"] = map(float, triple)
        yield row


def _of_layers(network: MLP) -> Iterator[tuple[str, float]]:
    for number, layer in enumerate(network.layers, start=1):
        arrays = {"z": layer.z, "a": layer.a, "delta": layer.delta_buffer}
        for name, array in arrays.items():
            for k, value in enumerate(array[0], start=1):
                yield f"{name}{number}_{k}", float(value)


def epoch_losses(edition: Edition, rows: list[Row]) -> list[float]:
    """Return the mean of the errors in each epoch, each measured before its own step."""
    errors = np.array([row["C"] for row in rows]).reshape(edition.epochs, len(edition.x))
    return [float(mean) for mean in errors.mean(axis=1)]
