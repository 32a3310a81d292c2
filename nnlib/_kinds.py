"""Kinds of layers by name: how a file tells of the layers of a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from nnlib import activations
from nnlib._layer import Layer
from nnlib._types import Array
from nnlib.activations import Activation
from nnlib.convolution import Conv2D
from nnlib.layers import Dense
from nnlib.losses import Loss
from nnlib.pooling import Flatten, MaxPool2D

_KINDS: dict[str, type[Layer]] = {
    kind.__name__: kind for kind in (Conv2D, Dense, Flatten, MaxPool2D)
}


def registered_name(value: Activation | Loss, get: Callable[[str], Any]) -> str:
    """Return the name under which `get` will find this object again."""
    try:
        found = get(value.name)
    except ValueError:
        found = None
    if type(found) is not type(value):
        raise ValueError(
            f"{value!r} is not one of nnlib's own, so a file cannot name it: save "
            "network.parameters with np.save instead, and build the network in code"
        )
    return value.name


def _described(layer: Layer) -> tuple[str, dict[str, Any]]:
    """Return the kind and the settings of a layer, fit for a file."""
    kind = type(layer).__name__
    if _KINDS.get(kind) is not type(layer):
        raise ValueError(
            f"{layer!r} is not one of nnlib's own layers, so a file cannot name it: save "
            "network.parameters with np.save instead, and build the network in code"
        )
    settings = layer.settings()
    if "activation" in settings:
        settings["activation"] = registered_name(settings["activation"], activations.get)
    return kind, settings


def build(kind: type[Layer], settings: dict[str, Any], dtype: Any) -> Layer:
    """Return a layer with these settings whose parameters are zero."""
    if not issubclass(kind, Dense | Conv2D):
        return kind(**settings)
    generator = np.random.default_rng(0)  # zeros draw nothing from it
    return kind(**settings, initializer="zeros", generator=generator, dtype=dtype)


def described(layers: Iterable[Layer]) -> str:
    """Return the kinds and the settings of layers as text, fit for a file."""
    return json.dumps([_described(layer) for layer in layers])


def read(text: str, parameters: Array) -> list[tuple[type[Layer], dict[str, Any]]]:
    """Return the kinds and the settings that `described` wrote, if the parameters suit them."""
    layers = [(_KINDS[name], dict(settings)) for name, settings in json.loads(text)]
    needed = sum(kind.parameter_count(**settings) for kind, settings in layers)
    if parameters.shape != (needed,):  # before memory is taken for sizes that may be nonsense
        raise ValueError(
            f"parameters has shape {parameters.shape}, expected ({needed},) for its layers"
        )
    return layers
