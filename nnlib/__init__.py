"""A small, plain neural network library in NumPy."""

from nnlib import (
    activations,
    gradient_check,
    initializers,
    layers,
    losses,
    network,
)
from nnlib.gradient_check import check_gradient, numerical_gradient
from nnlib.layers import Dense
from nnlib.network import MLP

__version__ = "0.1.0"

__all__ = [
    "MLP",
    "Dense",
    "activations",
    "check_gradient",
    "gradient_check",
    "initializers",
    "layers",
    "losses",
    "network",
    "numerical_gradient",
]
