"""Which function of nnlib each printed definition describes, and where the two are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from mpmath import mp

from nnlib import (
    MLP,
    SGD,
    Conv2D,
    Dense,
    Momentum,
    Perceptron,
    activations,
    initializers,
    losses,
    numerical_gradient,
    preprocessing,
    schedules,
)
from nnlib._normal import normal_density
from nnlib.gradient_check import relative_errors
from tests.book.mpmath_evaluator import WORKING_DIGITS

Case = dict[str, Any]
"""A number or an array for each symbol of a formula, by its LaTeX."""


@dataclass(frozen=True)
class Definition:
    """A printed definition beside the code that computes the same.

    Parameters
    ----------
    label : str
        Of the equation.
    computed : callable
        nnlib's value for a case: one number, or one for each value of the left side's indices.
    cases : sequence of Case
        Where the two are compared.
    names : tuple of str
        The public parts of nnlib that are compared.
    row : int
        Which of the equation's claims, from 0.
    of_left_side : bool
        Whether the definition is the left side, as in a difference quotient, instead of the right.
    ulps : float
        How far the two may be apart, in roundings of the larger of the exact value and the scale.
    scale : callable
        For a case, the size of the terms that cancel in nnlib's computation.
    functions : dict
        The mpmath form of what the page leaves open, such as a function to differentiate.
    """

    label: str
    computed: Callable[[Case], Any]
    cases: Sequence[Case]
    names: tuple[str, ...] = ()
    row: int = 0
    of_left_side: bool = False
    ulps: float = 4
    scale: Callable[[Case], float] = field(default=lambda case: 0.0)
    functions: dict[str, Callable[[Any], Any]] = field(default_factory=dict)


# Kinks and what is next to them, both signs of zero, the ends where exp overflows and underflows.
POINTS = [
    0.0, -0.0, 5e-324, -5e-324, 1e-300, -1e-300, 1e-9, -1e-9, 0.1, -0.1, 0.5, -0.5, 1.0, -1.0,
    -0.75, 1.7, -2.3, 5.0, -5.0, 12.0, -12.0, 36.5, -36.5, 40.0, -37.5, 100.0, -100.0, 300.0,
    -300.0, 709.0, -709.0, 746.0, -746.0, 1000.0, -1000.0,
]  # fmt: skip
GENERATOR = np.random.default_rng(20)


def drawn(*shape: int) -> Any:
    """Numbers of both signs."""
    return GENERATOR.normal(size=shape)


def shares(*shape: int) -> Any:
    """Numbers between 0 and 1, tiny ones among them."""
    return 10.0 ** GENERATOR.uniform(-9, -0.01, size=shape)


def one_hot(rows: int, columns: int) -> Any:
    """The class of each row."""
    return np.eye(columns)[GENERATOR.integers(columns, size=rows)]


def probabilities(rows: int, columns: int) -> Any:
    """Rows of probabilities."""
    table = shares(rows, columns)
    return table / table.sum(axis=1, keepdims=True)


def exact_sigmoid(z: float) -> Any:
    """What the letter a stands for beside a weighted sum."""
    with mp.workdps(WORKING_DIGITS):
        return 1 / (1 + mp.exp(-mp.mpf(z)))


def exact_softmax(z: Any) -> list[Any]:
    """What the letter a stands for beside logits."""
    with mp.workdps(WORKING_DIGITS):
        exponentials = [mp.exp(mp.mpf(float(one))) for one in z]
        return [one / mp.fsum(exponentials) for one in exponentials]


def activation(label: str, name: str) -> Definition:
    """The definition of an elementwise activation."""
    function = activations.get(name)
    cases = [{"z": z} for z in POINTS]
    return Definition(label, lambda case: function(case["z"]), cases, (f"activations.{name}",))


def slope(label: str, name: str, **more: Any) -> Definition:
    """The derivative of an elementwise activation."""
    function = activations.get(name).derivative
    return Definition(label, lambda case: function(case["z"]), [{"z": z} for z in POINTS], **more)


def density(label: str) -> Definition:
    """The density of standard normal numbers."""
    cases = [{"z": z} for z in POINTS]
    return Definition(label, lambda case: normal_density(np.array(case["z"])), cases)


ACTIVATIONS = [
    activation("eq-step", "step"),
    activation("eq-sigmoid-first", "sigmoid"),
    activation("eq-sigmoid", "sigmoid"),
    activation("eq-safe-sigmoid", "sigmoid"),
    activation("eq-tanh", "tanh"),
    activation("eq-tanh-from-sigmoid", "tanh"),
    activation("eq-relu", "relu"),
    activation("eq-leaky-relu", "leaky_relu"),
    activation("eq-softplus", "softplus"),
    activation("eq-safe-softplus", "softplus"),
    activation("eq-gelu", "gelu"),
    slope("eq-sigmoid-slope", "sigmoid"),
    slope("eq-tanh-slope", "tanh"),
    slope("eq-relu-slope", "relu"),
    slope("eq-leaky-relu-slope", "leaky_relu"),
    slope("eq-softplus-slope", "softplus"),
    # Its two terms cancel near -0.75, where the larger is 0.3.
    slope("eq-gelu-slope", "gelu", ulps=8, scale=lambda case: 0.3 * (-2 < case["z"] < 0)),
    Definition(
        "eq-slope-from-output",
        lambda case: activations.sigmoid.derivative(case["z"]),
        [{"z": z, "a": exact_sigmoid(z)} for z in POINTS],
    ),
    density("eq-bell-curve"),
    density("eq-slope-of-share"),
]

# Their spread is small: subtracting the largest rounds, and exp multiplies that by the spread.
LOGITS = [drawn(4), np.zeros(3), np.array([30.0, 31.0, 29.5, -5.0]), np.array([-700.0, -701.0])]
FAR_LOGITS = [np.array([1000.0, -1000.0, 0.0]), 100 * drawn(5)]


def softmax(label: str) -> Definition:
    """The definition of softmax."""
    return Definition(
        label,
        lambda case: activations.softmax([case["z"]])[0],
        [{"z": z} for z in LOGITS],
        ("activations.softmax",),
        ulps=40,
    )


SOFTMAX = [
    softmax("eq-softmax"),
    softmax("eq-digits-softmax"),
    Definition(
        "eq-softmax-slopes",
        lambda case: activations.softmax.derivative([case["z"]])[0],
        [{"z": z, "a": exact_softmax(z)} for z in LOGITS],
        ulps=80,
    ),
]

TABLES = [
    {"A": drawn(3, 4), "Y": drawn(3, 4)},
    {"A": drawn(1, 2), "Y": 1e6 * drawn(1, 2)},
    {"A": 1e-9 * drawn(2, 1), "Y": np.zeros((2, 1))},
    {"A": np.ones((2, 3)), "Y": np.ones((2, 3))},
]
COLUMNS = [{"a": case["A"].T[0], "y": case["Y"].T[0]} for case in TABLES]


def _columns(case: Case) -> tuple[Any, Any]:
    return np.reshape(case["a"], (-1, 1)), np.reshape(case["y"], (-1, 1))


def squared(label: str) -> Definition:
    """The mean squared error of a table of answers."""
    return Definition(
        label,
        lambda case: losses.mean_squared_error.value(case["A"], case["Y"]),
        TABLES,
        ("losses.mean_squared_error",),
        ulps=8,
    )


def squared_in_column(label: str) -> Definition:
    """The mean squared error of one output."""
    return Definition(
        label, lambda case: losses.mean_squared_error.value(*_columns(case)), COLUMNS, ulps=8
    )


def squared_slope(label: str) -> Definition:
    """The derivative of the mean squared error by each answer."""
    return Definition(
        label, lambda case: losses.mean_squared_error.gradient(case["A"], case["Y"]), TABLES
    )


def _pull(case: Case) -> Any:
    z = np.array([[case["z"]]])
    a = activations.sigmoid(z)
    return activations.sigmoid.backward(losses.mean_squared_error.gradient(a, [[case["y"]]]), z, a)


def _pull_scale(case: Case) -> float:
    """nnlib knows a, not z: 1 - a cancels, and for the target 1 it stands there twice."""
    a = float(activations.sigmoid(case["z"]))
    return 2 * a if case["y"] == 0 else 4 * a * (1 - a)


def _rows_of_losses(a: Any, y: Any) -> Case:
    with mp.workdps(WORKING_DIGITS):
        rows = [
            mp.fsum((mp.mpf(p) - mp.mpf(t)) ** 2 for p, t in zip(*pair, strict=True)) / len(pair[0])
            for pair in zip(a.tolist(), y.tolist(), strict=True)
        ]
    return {"A": a, "Y": y, "n": len(a)} | {f"C_{i}": row for i, row in enumerate(rows, start=1)}


SQUARED_ERROR = [
    squared("eq-mean-squared-error"),
    squared_in_column("eq-first-mean-squared-error"),
    squared_in_column("eq-linear-neuron-loss"),
    squared_slope("eq-mse-gradient"),
    squared_slope("eq-mse-gradient-matrix"),
    Definition(
        "eq-batch-loss",
        lambda case: losses.mean_squared_error.value(case["A"], case["Y"]),
        [_rows_of_losses(case["A"], case["Y"]) for case in TABLES],
        ulps=8,
    ),
    Definition(
        "eq-batch-loss-slope",
        lambda case: losses.mean_squared_error.gradient(case["A^{(3)}"], case["Y"]),
        [
            {"L": 3, "n": len(case["A"]), "n_3": case["A"].shape[1], "A^{(3)}": case["A"],
             "Y": case["Y"]}
            for case in TABLES
        ],
    ),
    Definition(
        "eq-unit-loss-slope",
        lambda case: losses.mean_squared_error.gradient([case["a^{(3)}"]], [case["y"]])[0],
        [{"L": 3, "n_3": 4, "a^{(3)}": drawn(4), "y": drawn(4)}],
    ),
    Definition(
        "eq-chain-forward",
        lambda case: losses.mean_squared_error.value([[case["a^{(2)}"]]], [[case["y"]]]),
        [{"a^{(2)}": 0.25, "y": 1.0}, {"a^{(2)}": 0.3, "y": 0.9}],
        row=4,
    ),
    Definition(
        "eq-chain-slopes",
        lambda case: losses.mean_squared_error.gradient([[case["a^{(2)}"]]], [[case["y"]]]),
        [{"a^{(2)}": 0.25, "y": 1.0}, {"a^{(2)}": 0.3, "y": 0.9}],
    ),
    Definition(
        "eq-squared-sigmoid-slope",
        _pull,
        [{"z": z, "a": exact_sigmoid(z), "y": y} for z in POINTS if z < 30 for y in (0.0, 1.0)],
        scale=_pull_scale,
    ),
]  # fmt: skip


def _binary_pull(case: Case) -> Any:
    return losses.binary_cross_entropy.gradient_from_logits([[case["z"]]], [[case["y"]]])


def _surprise(case: Case) -> Any:
    return losses.categorical_cross_entropy.value_from_logits([case["z"]], [case["y"]])


def _class_pull(case: Case) -> Any:
    return losses.categorical_cross_entropy.gradient_from_logits([case["z"]], [case["y"]])[0]


CLASS_TABLES = [
    {"A": probabilities(4, 3), "Y": one_hot(4, 3)},
    {"A": probabilities(1, 5), "Y": one_hot(1, 5)},
    {"A": probabilities(3, 4), "Y": probabilities(3, 4)},
    {"A": np.array([[1e-300, 1.0]]), "Y": np.array([[1.0, 0.0]])},
]
LOGITS_AND_CLASSES = [
    {"z": z, "y": np.eye(len(z))[right], "a": exact_softmax(z)}
    for z in [*LOGITS, *FAR_LOGITS] for right in range(len(z))
]  # fmt: skip


def classes(label: str) -> Definition:
    """The categorical cross-entropy of a table of probabilities."""
    return Definition(
        label,
        lambda case: losses.categorical_cross_entropy.value(case["A"], case["Y"]),
        CLASS_TABLES,
        ("losses.categorical_cross_entropy",),
        ulps=8,
    )


def from_logits(label: str, computed: Callable[[Case], Any]) -> Definition:
    """Cross-entropy of logits, or its derivative, whose error is that of the largest logit."""
    return Definition(
        label, computed, LOGITS_AND_CLASSES, ulps=8, scale=lambda case: float(abs(case["z"]).max())
    )


CROSS_ENTROPY = [
    Definition(
        "eq-binary-cross-entropy",
        lambda case: losses.binary_cross_entropy.value(*_columns(case)),
        [
            {"a": shares(5), "y": np.array([0.0, 1.0, 1.0, 0.0, 1.0])},
            {"a": 1 - shares(4), "y": np.array([0.0, 1.0, 0.25, 0.7])},
            {"a": np.array([1e-300, 0.5]), "y": np.array([1.0, 0.0])},
        ],
        ("losses.binary_cross_entropy",),
        ulps=8,
    ),
    Definition(
        "eq-entropy-sigmoid-slope",
        _binary_pull,
        [{"z": z, "a": exact_sigmoid(z), "y": y} for z in POINTS for y in (0.0, 1.0)],
        scale=lambda case: 1.0,
    ),
    classes("eq-categorical-cross-entropy"),
    classes("eq-digits-loss"),
    from_logits("eq-cross-entropy-from-logits", _surprise),
    from_logits("eq-softmax-slope", _class_pull),
    from_logits("eq-digits-score-gradient", _class_pull),
]


def _layer(activation: str, x: str, number: int) -> Callable[[Case], Any]:
    def computed(case: Case) -> Any:
        weights, bias = case[f"W^{{({number})}}"], case[f"b^{{({number})}}"]
        layer = Dense(*weights.shape, activation=activation, generator=np.random.default_rng(0))
        layer.weights, layer.bias = weights, bias
        return layer.forward(case[x])

    return computed


def layer(label: str, activation: str, x: str, number: int, n: int = 4, **more: Any) -> Definition:
    """The forward pass of one layer."""
    d, m = 3, 2
    case = {x: drawn(n, d), f"W^{{({number})}}": drawn(d, m), f"b^{{({number})}}": drawn(m)}
    return Definition(
        label, _layer(activation, x, number), [case | more], ("Dense",), scale=lambda case: 4.0
    )


def _parameter_count(case: Case) -> int:
    sizes = [case[f"n_{number}"] for number in range(case["L"] + 1)]
    return MLP(sizes, generator=np.random.default_rng(0)).parameters.size


NETWORK = [
    layer("eq-digits-hidden-sum", "identity", "X", 1),
    layer("eq-digits-hidden-activation", "relu", "X", 1),
    layer("eq-digits-scores", "identity", "A^{(1)}", 2),
    layer("eq-forward-batch", "identity", "A^{(1)}", 2, l=2),
    layer("eq-sheet-vector", "identity", "x", 1, n=1),
    Definition(
        "eq-parameter-count",
        _parameter_count,
        [{"L": 3, "n_0": 5, "n_1": 4, "n_2": 7, "n_3": 2}, {"L": 1, "n_0": 2, "n_1": 1}],
        ("MLP",),
    ),
]


# Rows with one answer q, so many of them with the target 1.
SHARED = [
    {"q": q, "m": m, "n": n, "p": mp.mpf(m) / n}
    for q, m, n in ((0.5, 1, 2), (0.25, 2, 3), (0.75, 1, 4), (0.125, 3, 3))
]


def shared(label: str, loss: losses.Loss, slope: bool = False) -> Definition:
    """A loss of rows with one answer, or its derivative by that answer."""

    def computed(case: Case) -> Any:
        answers = np.full((case["n"], 1), case["q"])
        targets = (np.arange(case["n"]) < case["m"]).astype(np.float64)[:, np.newaxis]
        return np.sum(loss.gradient(answers, targets)) if slope else loss.value(answers, targets)

    return Definition(label, computed, SHARED, ulps=8, scale=lambda case: 2.0)


SHARED_ANSWERS = [
    shared("eq-shared-error", losses.mean_squared_error),
    shared("eq-shared-square", losses.mean_squared_error),
    shared("eq-shared-slope", losses.mean_squared_error, slope=True),
    shared("eq-shared-entropy", losses.binary_cross_entropy),
    shared("eq-shared-entropy-slope", losses.binary_cross_entropy, slope=True),
]


class Recorder(np.random.Generator):
    """A generator that keeps the limits or the spread that it is asked for."""

    asked: tuple[float, float] = (0.0, 0.0)

    def uniform(self, low: float, high: float, size: Any) -> Any:  # type: ignore[override]
        """Keep the limits."""
        self.asked = (low, high)
        return super().uniform(low, high, size)

    def normal(self, mean: float, deviation: float, size: Any) -> Any:  # type: ignore[override]
        """Keep the mean and the standard deviation."""
        self.asked = (mean, deviation)
        return super().normal(mean, deviation, size)


def _asked(name: str, inputs: int, outputs: int) -> tuple[float, float]:
    generator = Recorder(np.random.PCG64(0))
    initializers.get(name)(inputs, outputs, generator)
    return generator.asked


def _variances(name: str, case: Case) -> float:
    """The variance of a normal initializer; its uniform twin is symmetric and has the same."""
    mean, deviation = _asked(f"{name}_normal", case["m"], case.get("d", 3))
    low, high = _asked(f"{name}_uniform", case["m"], case.get("d", 3))
    assert mean == low + high == 0
    np.testing.assert_allclose((high - low) ** 2 / 12, deviation**2, rtol=1e-15)
    return deviation**2


FANS = [{"m": 3, "d": 4}, {"m": 64, "d": 32}, {"m": 1, "d": 1}, {"m": 784, "d": 10}]
INITIALIZERS = [
    Definition(
        "eq-glorot",
        lambda case: _variances("glorot", case),
        FANS,
        ("initializers.glorot_normal", "initializers.glorot_uniform"),
    ),
    Definition(
        "eq-glorot-limit",
        lambda case: _asked("glorot_uniform", case["m"], case["d"])[1],
        [case | {"v": mp.mpf(2) / (case["m"] + case["d"])} for case in FANS],
    ),
    Definition(
        "eq-he",
        lambda case: _variances("he", case),
        [{"m": case["m"]} for case in FANS],
        ("initializers.he_normal", "initializers.he_uniform"),
    ),
]


def _descended(weights: Any, gradient: Any, rate: float) -> Any:
    parameters = np.array(weights, dtype=float, ndmin=1)
    SGD(rate).step(parameters, np.array(gradient, dtype=float, ndmin=1))
    return parameters


def _velocity(case: Case) -> Any:
    optimizer = Momentum(case[r"\eta"], momentum=case[r"\mu"])
    parameters = np.zeros(len(case["v"]))
    optimizer.step(parameters, -case["v"] / case[r"\eta"])  # from rest: the velocity is now v
    parameters[:] = 0
    optimizer.step(parameters, case[r"\nabla C(w)"])
    return parameters


def _perceptron(case: Case) -> Perceptron:
    neuron = Perceptron(len(case["x"]))
    neuron.weights[:], neuron.bias = case["w"], case["b"]
    neuron.fit([case["x"]], [case["y"]], epochs=1)
    return neuron


_X, _W, _SLOPE = drawn(3), drawn(3), drawn(3)
PERCEPTRON_CASES = [
    {"x": _X, "w": _W, "b": b, "y": y, "a": float(_X @ _W + b >= 0)}
    for b in (-9.0, 0.5, 9.0) for y in (0.0, 1.0)
]  # fmt: skip

UPDATES = [
    Definition(
        "eq-perceptron-weights", lambda case: _perceptron(case).weights, PERCEPTRON_CASES,
        ("Perceptron",),
    ),
    Definition("eq-perceptron-bias", lambda case: _perceptron(case).bias, PERCEPTRON_CASES),
    Definition(
        "eq-gradient-descent-weights",
        lambda case: _descended(case["w"], case[r"\frac{\partial C}{\partial w}"], case[r"\eta"]),
        [{"w": _W, r"\frac{\partial C}{\partial w}": _SLOPE, r"\eta": 0.3}],
        ("optimizers.SGD",),
        scale=lambda case: 1.0,
    ),
    Definition(
        "eq-gradient-descent-bias",
        lambda case: _descended(case["b"], case[r"\frac{\partial C}{\partial b}"], case[r"\eta"]),
        [{"b": 0.7, r"\frac{\partial C}{\partial b}": -1.9, r"\eta": 0.3}],
    ),
    Definition(
        "eq-parabola-step",
        lambda case: _descended(case["w"], case[r"\lambda"] * case["w"], case[r"\eta"]),
        [{"w": 1.7, r"\lambda": 2.5, r"\eta": 0.3}, {"w": -3.0, r"\lambda": 0.5, r"\eta": 0.9}],
        scale=lambda case: abs(case["w"]),
    ),
    Definition(
        "eq-momentum",
        _velocity,
        [{"v": _W, r"\mu": 0.9, r"\eta": 0.25, r"\nabla C(w)": _SLOPE}],
        ("optimizers.Momentum",),
        scale=lambda case: 1.0,
    ),
]  # fmt: skip

EPOCHS = (0, 1, 2, 7, 10)
SCHEDULES = [
    Definition(
        "eq-exponential-schedule",
        lambda case: schedules.exponential_decay(case[r"\eta_0"], case[r"\gamma"])(case["t"]),
        [{r"\eta_0": 0.7, r"\gamma": 0.9, "t": t} for t in EPOCHS],
        ("schedules.exponential_decay",),
    ),
    Definition(
        "eq-inverse-time-schedule",
        lambda case: schedules.inverse_time_decay(case[r"\eta_0"], case[r"\beta"])(case["t"]),
        [{r"\eta_0": 0.7, r"\beta": 0.3, "t": t} for t in EPOCHS],
        ("schedules.inverse_time_decay",),
    ),
    Definition(
        "eq-cosine-schedule",
        lambda case: schedules.cosine(case[r"\eta_0"], case["T"], case["m"])(case["t"]),
        [{r"\eta_0": 0.7, "T": 10, "m": 0.05, "t": t} for t in EPOCHS],
        ("schedules.cosine",),
        scale=lambda case: 0.35,
    ),
]

PLACE = 0.7


def _open(x: Any) -> Any:
    return mp.exp(2 * x) + mp.sin(x)


def _slope_by(method: str) -> Callable[[Case], Any]:
    def computed(case: Case) -> Any:
        def function(x: Any) -> Any:
            return (np.exp(2 * x) + np.sin(x)).sum()

        return numerical_gradient(function, [case["x"]], method=method, step=case["h"])

    return computed


def quotient(label: str, method: str, functions: dict[str, Callable[[Any], Any]]) -> Definition:
    """A formula for the derivative by differences, whose rounding is divided by the step."""
    steps = [0.5, 0.25, 0.01]
    return Definition(
        label,
        _slope_by(method),
        [{"x": PLACE, "h": h} for h in steps],
        (f"numerical_gradient: {method}",),
        of_left_side=True,
        ulps=8,
        scale=lambda case: 4 / case["h"] if method != "complex" else 0.0,
        functions=functions,
    )


DIFFERENCES = [
    quotient("eq-forward-difference", "forward", {"f(x)": _open}),
    quotient("eq-central-difference", "central", {"f(x)": _open}),
    quotient(
        "eq-richardson",
        "richardson",
        {"D(h)": lambda h: (_open(PLACE + h) - _open(PLACE - h)) / (2 * h)},
    ),
    quotient("eq-complex-step", "complex", {"S(h)": lambda h: _open(mp.mpc(PLACE, h)).imag}),
]


def _feature(x: Any) -> Case:
    with mp.workdps(WORKING_DIGITS):
        numbers = [mp.mpf(float(one)) for one in x]
        mean = mp.fsum(numbers) / len(numbers)
        spread = mp.sqrt(mp.fsum((one - mean) ** 2 for one in numbers) / len(numbers))
    return {"x": x, r"\mu": mean, "s": spread}


PREPROCESSING = [
    Definition(
        "eq-standardised",
        lambda case: preprocessing.Standardizer().fit_transform(case["x"].reshape(-1, 1)),
        [_feature(drawn(5)), _feature(np.array([1.0, 2.0, 4.0])), _feature(1e6 + drawn(4))],
        ("preprocessing.Standardizer",),
        ulps=8,
        # The rounded mean is subtracted, and the difference divided by the spread.
        scale=lambda case: float(np.abs(case["x"]).max() / np.std(case["x"])),
    ),
]

GRADIENT_CHECK = [
    Definition(
        "eq-relative-error",
        lambda case: relative_errors([case["r_1"]], [case["r_2"]]),
        [{"r_1": one, "r_2": two} for one in (0.3, -2.0, 1e-9) for two in (0.3, 2.0, -1e6)],
    ),
]

KNOWING_NOTHING = [
    Definition(
        "eq-equal-probabilities",
        lambda case: activations.softmax([case["z"]])[0],
        [{"z": np.zeros(size)} for size in (2, 3, 10)],
    ),
    Definition(
        "eq-starting-loss",
        lambda case: losses.categorical_cross_entropy.value_from_logits(
            [np.zeros(case["K"])], [np.eye(case["K"])[0]]
        ),
        [{"K": size} for size in (2, 3, 10)],
    ),
]


def convolution(case: Case) -> Conv2D:
    """nnlib's layer with the one kernel and the bias of a case, after a pass forwards and back."""
    kernel = case["K"]
    layer = Conv2D(1, 1, kernel.shape, "identity", generator=np.random.default_rng(0))
    layer.weights = kernel[:, :, np.newaxis, np.newaxis]
    layer.bias = [case.get("b", 0.0)]
    layer.forward(case["X"][np.newaxis, :, :, np.newaxis])
    return layer


def sent_back(case: Case) -> tuple[Conv2D, Any]:
    """The layer with its gradients, and the gradient of the image."""
    layer = convolution(case)
    by_image = layer.backward(case[r"\Delta"][np.newaxis, :, :, np.newaxis])
    return layer, by_image[0, :, :, 0]


def images() -> list[Case]:
    """Images, kernels and deltas of sizes that all differ."""
    sizes = [((5, 9), (2, 3)), ((7, 4), (3, 2)), ((6, 3), (1, 2))]
    return [
        {"X": drawn(h, w), "K": drawn(p, q), "b": float(drawn()), "h": h, "w": w, "p": p, "q": q,
         r"\Delta": drawn(h - p + 1, w - q + 1)}
        for (h, w), (p, q) in sizes
    ]  # fmt: skip


CONVOLUTION = [
    Definition(
        "eq-cnn-forward", lambda case: convolution(case).a, images(), ("Conv2D",),
        scale=lambda case: 10.0,
    ),
    Definition(
        "eq-cnn-bias", lambda case: sent_back(case)[0].bias_gradient, images(), ("Conv2D",),
        scale=lambda case: 10.0,
    ),
    Definition(
        "eq-cnn-input", lambda case: sent_back(case)[1], images(), ("Conv2D",),
        scale=lambda case: 10.0,
    ),
    Definition(
        "eq-cnn-count-dense",
        lambda case: Dense.parameter_count(
            case["h"] * case["w"], (case["h"] - case["p"] + 1) * (case["w"] - case["q"] + 1)
        ),
        images(), ("Dense",),
    ),
    Definition(
        "eq-cnn-count",
        lambda case: Conv2D.parameter_count(case["m"], case["d"], (case["p"], case["q"])),
        [{"p": 2, "q": 3, "m": 5, "d": 7}, {"p": 5, "q": 4, "m": 1, "d": 6}], ("Conv2D",),
    ),
]  # fmt: skip

DEFINITIONS = [
    *ACTIVATIONS, *SOFTMAX, *SQUARED_ERROR, *CROSS_ENTROPY, *NETWORK, *SHARED_ANSWERS,
    *INITIALIZERS, *UPDATES,
    *SCHEDULES, *DIFFERENCES, *PREPROCESSING, *KNOWING_NOTHING,
    *GRADIENT_CHECK, *CONVOLUTION,
]  # fmt: skip
