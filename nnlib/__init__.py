"""A small, plain neural network library in NumPy: the code of the book, chapter by chapter.

Rows are examples. A layer computes ``z = a @ W + b``, with ``a`` of shape (examples, inputs),
``W`` of shape (inputs, outputs) and ``b`` of shape (outputs,).

>>> import numpy as np
>>> from nnlib import MLP, SGD, train
>>> from nnlib.datasets import logic_gate
>>> x, y = logic_gate("or")
>>> network = MLP([2, 3, 1], generator=np.random.default_rng(0))
>>> history = train(network, x, y, epochs=2000, optimizer=SGD(learning_rate=2.0))
>>> network.predict(x).round().tolist()
[[0.0], [1.0], [1.0], [1.0]]
"""

from nnlib import (
    activations,
    clinic,
    convolution,
    datasets,
    diagnostics,
    gradient_check,
    history,
    initializers,
    layers,
    losses,
    metrics,
    mnist,
    network,
    optimizers,
    perceptron,
    pooling,
    preprocessing,
    schedules,
    sequential,
    training,
)
from nnlib.convolution import Conv2D
from nnlib.gradient_check import check_gradient, numerical_gradient
from nnlib.history import History
from nnlib.layers import Dense
from nnlib.network import MLP
from nnlib.optimizers import SGD, Momentum
from nnlib.perceptron import Perceptron
from nnlib.pooling import Flatten, MaxPool2D
from nnlib.sequential import Sequential
from nnlib.training import DivergenceError, EarlyStopping, train

__version__ = "0.1.0"

__all__ = [
    "MLP",
    "SGD",
    "Conv2D",
    "Dense",
    "DivergenceError",
    "EarlyStopping",
    "Flatten",
    "History",
    "MaxPool2D",
    "Momentum",
    "Perceptron",
    "Sequential",
    "activations",
    "check_gradient",
    "clinic",
    "convolution",
    "datasets",
    "diagnostics",
    "gradient_check",
    "history",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mnist",
    "network",
    "numerical_gradient",
    "optimizers",
    "perceptron",
    "pooling",
    "preprocessing",
    "schedules",
    "sequential",
    "train",
    "training",
]
