"""Time a training step of a convolutional network against the matrix products in it.

Run from the top of the repository: ``python -m benchmarks.convolution_step``. With PyTorch
installed its step is timed too. One thread, float64, ReLU, softmax with cross-entropy, plain
gradient descent; CPU time of the process, the fastest of several rounds. The products are those
of the patches with the kernels and of the dense layer, without cutting the patches out.
"""

from __future__ import annotations

# First, as it sets the number of threads.
from benchmarks.training_step import LEARNING_RATE, Step, gradient_step, products_step, seconds

# isort: split
import numpy as np

from nnlib import Conv2D, Dense, Flatten, MaxPool2D, Sequential

CASES = [  # (name, pixels a side, kernels of each convolution of 3 × 3, examples in a batch)
    ("digits 8 × 8, 12 kernels, batch 32", 8, [12], 32),
    ("28 × 28, 8 kernels, batch 64", 28, [8], 64),
    ("30 × 30, 8 and 16 kernels, batch 64", 30, [8, 16], 64),
]


def maps(side: int, kernels: list[int]) -> list[tuple[int, int, int]]:
    """Return the channels that enter, the kernels, and the side of the sums, by convolution."""
    result = []
    channels = 1
    for count in kernels:
        result.append((channels, count, side - 2))
        channels, side = count, (side - 2) // 2
    return result


def network_of(side: int, kernels: list[int]) -> Sequential:
    """Return convolutions, each with pooling in blocks of 2 × 2, and a dense layer."""
    generator = np.random.default_rng(0)
    layers: list[Conv2D | MaxPool2D | Flatten | Dense] = []
    for channels, count, _ in maps(side, kernels):
        layers += [Conv2D(channels, count, (3, 3), generator=generator), MaxPool2D((2, 2))]
    *_, (_, count, last) = maps(side, kernels)
    inputs = count * (last // 2) ** 2
    layers += [Flatten(), Dense(inputs, 10, "softmax", generator=generator)]
    return Sequential(layers, input_shape=(side, side, 1), loss="categorical_cross_entropy")


def matrix_products(side: int, kernels: list[int], batch: int) -> Step:
    """Return the step's matrix products alone, into arrays that are kept."""
    generator = np.random.default_rng(0)
    sizes = [(batch * last**2, 9 * m, count) for m, count, last in maps(side, kernels)]
    *_, (_, count, last) = maps(side, kernels)
    sizes.append((batch, count * (last // 2) ** 2, 10))
    layers = [
        (generator.normal(size=(rows, inputs)), generator.normal(size=(inputs, outputs)),
         np.empty((rows, outputs)), np.empty((inputs, outputs)), np.empty((rows, inputs)))
        for rows, inputs, outputs in sizes
    ]  # fmt: skip
    return products_step(layers)


def torch_step(side: int, kernels: list[int], x: np.ndarray, y: np.ndarray) -> Step | None:
    """Return the same step of PyTorch, None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layers: list[torch.nn.Module] = []
    for channels, count, _ in maps(side, kernels):
        convolution = torch.nn.Conv2d(channels, count, 3, dtype=torch.float64)
        layers += [convolution, torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
    *_, (_, count, last) = maps(side, kernels)
    dense = torch.nn.Linear(count * (last // 2) ** 2, 10, dtype=torch.float64)
    model, loss = (
        torch.nn.Sequential(*layers, torch.nn.Flatten(), dense),
        torch.nn.CrossEntropyLoss(),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    x_tensor = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
    y_tensor = torch.from_numpy(y)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x_tensor), y_tensor).backward()
        optimizer.step()

    return step


def main() -> None:
    """Print a line of times for each size of network."""
    print(f"{'microseconds a step':38}{'products':>10}{'nnlib':>10}{'x bare':>8}{'PyTorch':>12}")
    for name, side, kernels, batch in CASES:
        generator = np.random.default_rng(1)
        x = generator.normal(size=(batch, side, side, 1))
        y = np.eye(10)[generator.integers(10, size=batch)]
        bare = seconds(matrix_products(side, kernels, batch))
        ours = seconds(gradient_step(network_of(side, kernels), x, y))
        print(f"{name:38}{bare * 1e6:10.1f}{ours * 1e6:10.1f}{ours / bare:8.2f}", end="")
        step = torch_step(side, kernels, x, y)
        print("      absent" if step is None else f"{seconds(step) * 1e6:12.1f}")


if __name__ == "__main__":
    main()
