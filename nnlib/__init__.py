"""A small, plain neural network library in NumPy."""

__version__ = "0.1.0"
