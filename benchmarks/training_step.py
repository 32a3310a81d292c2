"""Time a training step of nnlib against the bare matrix products that it cannot do without.

Run from the top of the repository: ``python -m benchmarks.training_step``. With PyTorch or
scikit-learn installed their steps are timed too. One thread, float64, sigmoid, mean squared
error, plain gradient descent (scikit-learn's regressor has a linear output); CPU time of the
process, the fastest of several rounds.
"""

# ruff: noqa: E402 - the number of threads is read when NumPy is imported
from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from nnlib import MLP, Sequential

CASES = [
    ("XOR 2-5-1, batch 4", [2, 5, 1], 4),
    ("digits 64-30-10, batch 32", [64, 30, 10], 32),
    ("784-128-10, batch 64", [784, 128, 10], 64),
    ("784-512-512-10, batch 256", [784, 512, 512, 10], 256),
]
LEARNING_RATE = 0.1
ROUNDS = 7
SECONDS_A_ROUND = 0.15

Step = Callable[[], object]


def matrix_products(sizes: list[int], x: np.ndarray) -> Step:
    """Return the step's matrix products alone, into arrays that are kept."""
    generator = np.random.default_rng(0)
    layers = []
    for number, (inputs, outputs) in enumerate(pairwise(sizes)):
        a = x if number == 0 else generator.normal(size=(len(x), inputs))
        weights = generator.normal(size=(inputs, outputs))
        z, weights_gradient = np.empty((len(x), outputs)), np.empty((inputs, outputs))
        layers.append((a, weights, z, weights_gradient, np.empty((len(x), inputs))))
    return products_step(layers)


def products_step(layers: Sequence[tuple[np.ndarray, ...]]) -> Step:
    """Return the products of each layer's input, weights, output and the two gradients' arrays."""

    def step() -> None:
        for a, weights, z, _, _ in layers:
            np.matmul(a, weights, out=z)
        for number, (a, weights, z, weights_gradient, input_gradient) in enumerate(layers):
            np.matmul(a.T, z, out=weights_gradient)
            if number:  # nobody needs the gradient of the data
                np.matmul(z, weights.T, out=input_gradient)

    return step


def gradient_step(network: MLP | Sequential, x: np.ndarray, y: np.ndarray) -> Step:
    """Return a step of plain gradient descent that makes no new arrays."""
    scratch = np.empty_like(network.parameters)

    def step() -> None:
        network.backpropagate(x, y)
        np.multiply(network.gradient, LEARNING_RATE, out=scratch)
        np.subtract(network.parameters, scratch, out=network.parameters)

    return step


def torch_step(sizes: list[int], x: np.ndarray, y: np.ndarray) -> Step | None:
    """Return the same step of PyTorch, None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layers: list[torch.nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), torch.nn.Sigmoid()]
    model, loss = torch.nn.Sequential(*layers), torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    x_tensor, y_tensor = torch.from_numpy(x), torch.from_numpy(y)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x_tensor), y_tensor).backward()
        optimizer.step()

    return step


def sklearn_step(sizes: list[int], x: np.ndarray, y: np.ndarray) -> Step | None:
    """Return a like step of scikit-learn, None where it is not installed."""
    try:
        from sklearn.neural_network import MLPRegressor
    except ImportError:
        return None
    model = MLPRegressor(
        hidden_layer_sizes=sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        batch_size=len(x),
        learning_rate_init=LEARNING_RATE,
        momentum=0.0,
        shuffle=False,
        random_state=0,
    )
    targets = y.ravel() if y.shape[1] == 1 else y
    return lambda: model.partial_fit(x, targets)


def seconds(step: Step) -> float:
    """Return the CPU time of one step."""
    step()  # buffers and caches
    calls = 1
    while (once := _time(step, calls)) < SECONDS_A_ROUND / 10:
        calls *= 2
    calls = max(1, round(calls * SECONDS_A_ROUND / once))
    return min(_time(step, calls) for _ in range(ROUNDS)) / calls


def _time(step: Step, calls: int) -> float:
    start = time.process_time()
    for _ in range(calls):
        step()
    return time.process_time() - start


def main() -> None:
    """Print a line of times for each size of network."""
    print(f"{'microseconds a step':28}{'products':>10}{'nnlib':>10}{'x bare':>8}", end="")
    print(f"{'PyTorch':>12}{'scikit-learn':>14}")
    for name, sizes, batch in CASES:
        generator = np.random.default_rng(1)
        x, y = generator.normal(size=(batch, sizes[0])), generator.uniform(size=(batch, sizes[-1]))
        network = MLP(sizes, generator=np.random.default_rng(0))
        bare, ours = seconds(matrix_products(sizes, x)), seconds(gradient_step(network, x, y))
        print(f"{name:28}{bare * 1e6:10.1f}{ours * 1e6:10.1f}{ours / bare:8.2f}", end="")
        for step in (torch_step(sizes, x, y), sklearn_step(sizes, x, y)):
            print("      absent" if step is None else f"{seconds(step) * 1e6:12.1f}", end="")
        print()


if __name__ == "__main__":
    main()
