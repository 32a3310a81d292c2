"""What a doctor of networks measures: layers, rates, the start, and the likely cause of a failure.

>>> import numpy as np
>>> from nnlib import MLP, SGD, train
>>> from nnlib.datasets import logic_gate
>>> x, y = logic_gate("xor")
>>> network = MLP([2, 8, 1], activation="identity", generator=np.random.default_rng(0))
>>> history = train(network, x, y, epochs=200, optimizer=SGD(learning_rate=0.5))
>>> explain(history, network, (x, y))[0].cause
'no nonlinearity'
"""

from nnlib.diagnostics.examples import common_rows, surprise
from nnlib.diagnostics.explanation import Finding, explain
from nnlib.diagnostics.layers import LayerStatistics, layer_statistics, update_to_weight_ratios
from nnlib.diagnostics.neighbours import nearest_neighbours
from nnlib.diagnostics.trials import expected_starting_loss, overfit

__all__ = [
    "Finding",
    "LayerStatistics",
    "common_rows",
    "expected_starting_loss",
    "explain",
    "layer_statistics",
    "nearest_neighbours",
    "overfit",
    "surprise",
    "update_to_weight_ratios",
]
