"""A valid call of every public function and method of nnlib that checks its arguments."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from nnlib import (
    MLP,
    SGD,
    Conv2D,
    Dense,
    EarlyStopping,
    Flatten,
    MaxPool2D,
    Momentum,
    Perceptron,
    Sequential,
    activations,
    check_gradient,
    convolution,
    datasets,
    diagnostics,
    initializers,
    losses,
    metrics,
    mnist,
    numerical_gradient,
    preprocessing,
    schedules,
    train,
)
from nnlib.gradient_check import relative_errors


@dataclass(frozen=True)
class Argument:
    """An argument, of which nothing is known but a value that it may have."""

    value: Any
    optional: bool = field(default=False, kw_only=True)  # None means that it was not passed


class Numbers(Argument):
    """Real numbers, as an array."""


class ComplexNumbers(Argument):
    """Numbers that may be complex, as an array."""


class Labels(Argument):
    """Whole numbers, as an array."""


class Real(Argument):
    """One real number."""


class Count(Argument):
    """One whole number."""


class Name(Argument):
    """A name out of several."""


class Path(Argument):
    """The name of a file or a folder."""


class Call(NamedTuple):
    """A function, or a method of what `on` builds; a property to be assigned ends with "=" ."""

    function: Any
    arguments: dict[str, Argument]
    on: Callable[[], Any] | None = None

    def prepare(self) -> tuple[Callable[..., Any], dict[str, Any], Any]:
        """Return what to call, with new arguments, and the object whose method it is, if any."""
        given = {name: copy.deepcopy(each.value) for name, each in self.arguments.items()}
        if self.on is None:
            return self.function, given, None
        thing = self.on()
        if self.function.endswith("="):
            return lambda **new: [setattr(thing, *item) for item in new.items()], given, thing
        return getattr(thing, self.function), given, thing


X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [1.0, 3.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
EXAMPLES = {"x": Numbers(X), "y": Numbers(Y)}
SHARES, ONE_HOT = np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([[0.0, 1.0], [1.0, 0.0]])
IMAGES = np.arange(32.0).reshape(2, 4, 4, 1)
LABELS = np.array([0, 1, 1])
GENERATOR = Argument(np.random.default_rng(0))
NOWHERE = Path("/no/such/folder")


def mlp() -> MLP:
    return MLP([2, 3, 1], generator=np.random.default_rng(0))


def image_layers() -> list[Any]:
    generator = np.random.default_rng(0)
    return [Conv2D(1, 2, (2, 2), generator=generator), Flatten(), Dense(18, 1, generator=generator)]


def sequential() -> Sequential:
    return Sequential(image_layers(), input_shape=(4, 4, 1))


def after_forward(layer: Any, x: np.ndarray) -> Any:
    layer.forward(x)
    return layer


LAYERS: dict[str, Callable[[], Any]] = {
    "Dense": lambda: after_forward(Dense(2, 1, generator=np.random.default_rng(0)), X),
    "Conv2D": lambda: after_forward(image_layers()[0], IMAGES),
    "MaxPool2D": lambda: after_forward(MaxPool2D((2, 2)), IMAGES),
    "Flatten": lambda: after_forward(Flatten(), IMAGES),
}
START = {
    "activation": Name("relu"),
    "initializer": Name("zeros"),
    "bias_initializer": Name("zeros"),
    "generator": GENERATOR,
    "dtype": Argument(np.float64),
}
NETWORK = {"network": Argument(mlp()), **EXAMPLES}
SCHEDULES = {
    "constant": {},
    "step_decay": {"factor": Real(0.5), "every": Count(2)},
    "exponential_decay": {"factor": Real(0.5)},
    "inverse_time_decay": {"decay": Real(0.5)},
    "cosine": {"epochs": Count(5), "minimum": Real(0.01)},
}


def calls_of_activation(name: str) -> dict[str, Call]:
    function, z = getattr(activations, name), {"z": ComplexNumbers(X)}
    backward = {"upstream": ComplexNumbers(X), **z, "a": ComplexNumbers(X)}
    return {
        name: Call(function, {**z, "out": Argument(np.empty_like(X), optional=True)}),
        f"{name}.derivative": Call(function.derivative, z),
        f"{name}.backward": Call(function.backward, backward),
    }


def calls_of_loss(name: str) -> dict[str, Call]:
    loss, targets = getattr(losses, name), {"targets": Numbers(ONE_HOT)}
    predictions = {"predictions": ComplexNumbers(SHARES), **targets}
    calls = {
        f"{name}.{each}": Call(getattr(loss, each), predictions) for each in ("value", "gradient")
    }
    if isinstance(loss, losses.CrossEntropy):
        logits = {"logits": ComplexNumbers(SHARES), **targets}
        for method in ("value_from_logits", "gradient_from_logits"):
            calls[f"{name}.{method}"] = Call(getattr(loss, method), logits)
    return calls


def calls_of_layer(name: str) -> dict[str, Call]:
    build = LAYERS[name]
    layer = build()
    x = X if name == "Dense" else IMAGES
    calls = {
        f"{name}.forward": Call("forward", {"x": Numbers(x)}, build),
        f"{name}.backward": Call("backward", {"upstream": Numbers(np.ones_like(layer.a))}, build),
    }
    for attribute, part in zip(("weights", "bias"), layer.parts(), strict=False):
        calls[f"{name}.{attribute}"] = Call(f"{attribute}=", {attribute: Numbers(part)}, build)
    return calls


def calls_of_network(build: Callable[[], Sequential]) -> dict[str, Call]:
    name, network = type(build()).__name__, build()
    x, y = (X, Y) if name == "MLP" else (IMAGES, Y[:2])
    parameters = network.parameters
    both = {"x": Numbers(x), "y": Numbers(y)}
    arguments: dict[str, dict[str, Argument]] = {
        "loss_value": both,
        "loss_and_gradient": both,
        "input_gradient": both,
        "check_batch": both,
        "predict": {"x": Numbers(x)},
        "activations": {"x": Numbers(x)},
        "loss_at": {
            "parameters": ComplexNumbers(parameters), "x": ComplexNumbers(x), "y": Numbers(y)
        },
        "backpropagate": {"x": Argument(x), "y": Argument(y)},
        "parameters=": {"parameters": Numbers(parameters)},
        "by_name": {"vector": Argument(parameters)},
        "describe": {"index": Count(2)},
        "load": {"path": NOWHERE},
        "save": {"path": NOWHERE},
    }  # fmt: skip
    return {f"{name}.{method}": Call(method, given, build) for method, given in arguments.items()}


def calls_of_scaler(scaler: type) -> dict[str, Call]:
    return {
        f"{scaler.__name__}.{method}": Call(method, {"x": Numbers(X)}, lambda: scaler().fit(X))
        for method in ("fit", "transform", "fit_transform", "inverse_transform")
    }


def calls_of_schedule(name: str) -> dict[str, Call]:
    build, settings = getattr(schedules, name), {"rate": Real(0.1), **SCHEDULES[name]}
    schedule = build(**{key: each.value for key, each in settings.items()})
    return {
        f"schedules.{name}": Call(build, settings),
        f"schedules.{name}()": Call(schedule, {"epoch": Count(1)}),
    }


CALLS: dict[str, Call] = {
    "activations.get": Call(activations.get, {"activation": Name("relu")}),
    "losses.get": Call(losses.get, {"loss": Name("mean_squared_error")}),
    "initializers.get": Call(initializers.get, {"initializer": Name("zeros")}),
    "initializers.constant": Call(initializers.constant, {"value": Real(0.5)}),
    "initializers.uniform": Call(initializers.uniform, {"low": Real(0.0), "high": Real(2.0)}),
    "Dense": Call(Dense, {"inputs": Count(2), "outputs": Count(1), **START}),
    "Conv2D": Call(
        Conv2D,
        {"inputs": Count(2), "outputs": Count(1), "kernel_size": Argument((2, 2)), **START},
    ),
    "MaxPool2D": Call(MaxPool2D, {"block_size": Argument((2, 2))}),
    "Flatten": Call(Flatten, {}),
    "patches": Call(
        convolution.patches, {"images": Numbers(IMAGES), "height": Count(2), "width": Count(2)}
    ),
    "MLP": Call(MLP, {
        "layer_sizes": Argument([2, 3, 1]), "output_activation": Name("identity"),
        "loss": Name("mean_squared_error"), **START,
    }),
    "Sequential": Call(Sequential, {
        "layers": Argument(image_layers()), "input_shape": Argument((4, 4, 1)),
        "loss": Name("mean_squared_error"),
    }),
    "SGD": Call(SGD, {"learning_rate": Real(0.1)}),
    "Momentum": Call(Momentum, {"learning_rate": Real(0.1), "momentum": Real(0.5)}),
    "Perceptron": Call(Perceptron, {"inputs": Count(2)}),
    "Perceptron.predict": Call("predict", {"x": Numbers(X)}, lambda: Perceptron(2)),
    "Perceptron.fit": Call("fit", {
        "x": Numbers(X), "targets": Numbers(Y), "epochs": Count(3),
        "generator": Argument(np.random.default_rng(0), optional=True),
    }, lambda: Perceptron(2)),
    "Standardizer": Call(preprocessing.Standardizer, {}),
    "MinMaxScaler": Call(preprocessing.MinMaxScaler, {"low": Real(0.0), "high": Real(1.0)}),
    "one_hot": Call(
        preprocessing.one_hot, {"labels": Labels(LABELS), "classes": Count(2, optional=True)}
    ),
    "train_test_split": Call(preprocessing.train_test_split, {
        **EXAMPLES, "test_fraction": Real(0.5), "generator": GENERATOR,
        "stratify": Argument(False),
    }),
    "logic_gate": Call(datasets.logic_gate, {"name": Name("and")}),
    "five_rows": Call(datasets.five_rows, {}),
    "digits": Call(datasets.digits, {}),
    "blobs": Call(datasets.blobs, {
        "examples": Count(4), "centers": Numbers(X), "spread": Real(0.1), "generator": GENERATOR,
    }),
    "spirals": Call(datasets.spirals, {
        "examples": Count(4), "arms": Count(2), "turns": Real(1.0), "noise": Real(0.1),
        "generator": GENERATOR,
    }),
    "accuracy": Call(
        metrics.accuracy, {"predictions": Numbers(SHARES), "targets": Numbers(ONE_HOT)}
    ),
    "EarlyStopping": Call(EarlyStopping, {
        "patience": Count(3), "minimum_improvement": Real(0.1), "restore_best": Argument(True),
    }),
    "train": Call(train, {
        **NETWORK, "epochs": Count(2), "optimizer": Argument(SGD(0.1)), "generator": GENERATOR,
        "batch_size": Count(2, optional=True), "shuffle": Argument(True),
        "validation": Argument((X, Y)),
        "early_stopping": Argument(EarlyStopping(2), optional=True),
        "schedule": Argument(schedules.constant(0.1), optional=True),
        "metrics": Argument({"accuracy": metrics.accuracy}, optional=True),
        "progress": Argument(False),
    }),
    "numerical_gradient": Call(numerical_gradient, {
        "function": Argument(np.sum), "x": Numbers(X), "method": Name("complex"),
        "step": Real(1e-20, optional=True),
    }),
    "check_gradient": Call(check_gradient, {
        **NETWORK, "method": Name("complex"), "tolerance": Real(1e-3, optional=True),
    }),
    "relative_errors": Call(
        relative_errors, {"analytic": Numbers(X), "numeric": Numbers(X + 1), "floor": Real(0.5)}
    ),
    "explain": Call(diagnostics.explain, {
        "history": Argument(train(mlp(), X, Y, epochs=2, optimizer=SGD(0.1))),
        "network": Argument(mlp()), "data": Argument((X, Y)),
    }),
    "layer_statistics": Call(diagnostics.layer_statistics, NETWORK),
    "surprise": Call(diagnostics.surprise, NETWORK),
    "update_to_weight_ratios": Call(
        diagnostics.update_to_weight_ratios, {**NETWORK, "learning_rate": Real(0.1)}
    ),
    "overfit": Call(diagnostics.overfit, {
        **NETWORK, "learning_rate": Real(0.1), "examples": Count(2), "steps": Count(2),
    }),
    "expected_starting_loss": Call(
        diagnostics.expected_starting_loss, {"network": Argument(mlp()), "y": Numbers(Y)}
    ),
    "nearest_neighbours": Call(diagnostics.nearest_neighbours, {"x": Numbers(X)}),
    "common_rows": Call(diagnostics.common_rows, {"x": Numbers(X), "other": Numbers(X)}),
    "load_mnist": Call(mnist.load_mnist, {"folder": NOWHERE}),
}  # fmt: skip
for name in ("moons", "circles"):
    CALLS[name] = Call(
        getattr(datasets, name),
        {"examples": Count(4), "noise": Real(0.1), "generator": GENERATOR},
    )
for name in ("confusion_matrix", "precision_recall_f1"):
    CALLS[name] = Call(
        getattr(metrics, name),
        {"predicted_labels": Labels(LABELS), "labels": Labels(LABELS), "classes": Count(2)},
    )
for name in ("zeros", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal"):
    CALLS[f"initializers.{name}"] = Call(
        getattr(initializers, name),
        {"fan_in": Count(2), "fan_out": Count(3), "generator": GENERATOR},
    )
for name in (
    "step", "identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu", "softmax"
):  # fmt: skip
    CALLS |= calls_of_activation(name)
for name in ("mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy"):
    CALLS |= calls_of_loss(name)
for name in LAYERS:
    CALLS |= calls_of_layer(name)
for name in SCHEDULES:
    CALLS |= calls_of_schedule(name)
for build in (mlp, sequential):
    CALLS |= calls_of_network(build)
for scaler in (preprocessing.Standardizer, preprocessing.MinMaxScaler):
    CALLS |= calls_of_scaler(scaler)
for optimizer in (SGD, Momentum):
    CALLS[f"{optimizer.__name__}.step"] = Call(
        "step",
        {"parameters": Argument(np.ones(3)), "gradient": Argument(np.ones(3))},
        lambda optimizer=optimizer: optimizer(0.1),
    )
