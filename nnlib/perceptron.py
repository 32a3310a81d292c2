"""The perceptron: one step neuron with the learning rule that came before gradients."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nnlib._validation import check_array, check_count, check_generator, check_matrix

__all__ = ["Perceptron", "PerceptronHistory"]

Vector = npt.NDArray[np.float64]


@dataclass
class PerceptronHistory:
    """What happened in one call of :meth:`Perceptron.fit`.

    Attributes
    ----------
    updates
        For each epoch, how many examples changed the weights.
    weights, bias
        The weights, float64 of shape (inputs,), and the bias after each update, in order.
    converged
        Whether the last epoch needed no update: every example is then answered right.

    Examples
    --------
    >>> history = Perceptron(inputs=1).fit([[1.0], [-1.0]], [1, 0], epochs=9)
    >>> history.updates, history.bias, history.converged
    ([1, 0], [-1.0], True)
    """

    updates: list[int] = field(default_factory=list)
    weights: list[Vector] = field(default_factory=list)
    bias: list[float] = field(default_factory=list)
    converged: bool = False


class Perceptron:
    r"""One neuron with a step: it answers 1 if :math:`x \cdot w + b \ge 0`, else 0.

    Whenever an example's answer :math:`o` differs from its target :math:`t`, the perceptron
    learning rule moves the weights and the bias:

    .. math:: w \leftarrow w + (t - o)\, x, \qquad b \leftarrow b + (t - o)

    If a line (a plane, …) separates the two classes, the rule stops after finitely many
    updates; if none does, it never stops. F. Rosenblatt, *The Perceptron*, Psychological
    Review 65(6), 1958; A. Novikoff, *On convergence proofs on perceptrons*, Symposium on the
    Mathematical Theory of Automata, 1962.

    Parameters
    ----------
    inputs
        How many numbers an example has, at least 1.

    Attributes
    ----------
    weights
        :math:`w`, float64 of shape (inputs,), zeros at first.
    bias
        :math:`b`, 0.0 at first.

    Raises
    ------
    TypeError, ValueError
        If ``inputs`` is not a whole number from 1 upward.

    Examples
    --------
    >>> from nnlib.datasets import logic_gate
    >>> x, y = logic_gate("and")
    >>> perceptron = Perceptron(inputs=2)
    >>> history = perceptron.fit(x, y, epochs=20)
    >>> history.converged, perceptron.predict(x).tolist()
    (True, [0, 0, 0, 1])
    """

    def __init__(self, inputs: int) -> None:
        self.weights: Vector = np.zeros(check_count("inputs", inputs))
        self.bias = 0.0

    def predict(self, x: npt.ArrayLike) -> npt.NDArray[np.int64]:
        r"""Answer 1 where :math:`x \cdot w + b \ge 0` and 0 elsewhere.

        Parameters
        ----------
        x
            Examples, shape (examples, inputs).

        Returns
        -------
        ndarray
            0 or 1 for each example, int64 of shape (examples,).

        Raises
        ------
        TypeError, ValueError
            If ``x`` is no matrix of finite numbers with that many columns.
        """
        values = check_matrix("x", x, columns=len(self.weights), dtype=np.float64)
        return (values @ self.weights + self.bias >= 0).astype(np.int64)

    def fit(
        self,
        x: npt.ArrayLike,
        targets: npt.ArrayLike,
        *,
        epochs: int,
        generator: np.random.Generator | None = None,
    ) -> PerceptronHistory:
        """Learn from the examples one by one, starting from the present weights.

        Parameters
        ----------
        x
            Examples, shape (examples, inputs).
        targets
            0 or 1 for each, shape (examples,) or (examples, 1).
        epochs
            How often to go through the examples at most; an epoch without an update ends it.
        generator
            Draws a new order of the examples for each epoch; without it they keep theirs.

        Returns
        -------
        PerceptronHistory
            The updates of each epoch, the weights after each, and whether it converged.

        Raises
        ------
        TypeError, ValueError
            If an argument does not fit; weights and bias are then unchanged.
        """
        values = check_matrix("x", x, columns=len(self.weights), dtype=np.float64)
        answers = _check_targets(targets, len(values))
        check_count("epochs", epochs)
        if generator is not None:
            check_generator("generator", generator)
        history = PerceptronHistory()
        in_order = np.arange(len(values))
        while len(history.updates) < epochs and not history.converged:
            order = in_order if generator is None else generator.permutation(len(values))
            updates_before = len(history.bias)
            for row in order:
                self._learn(values[row], answers[row], history)
            history.updates.append(len(history.bias) - updates_before)
            history.converged = history.updates[-1] == 0
        return history

    def _learn(self, x: Vector, target: float, history: PerceptronHistory) -> None:
        output = 1.0 if x @ self.weights + self.bias >= 0 else 0.0
        if output != target:
            self.weights = self.weights + (target - output) * x
            self.bias = self.bias + (target - output)
            history.weights.append(self.weights.copy())
            history.bias.append(self.bias)


def _check_targets(targets: npt.ArrayLike, examples: int) -> list[float]:
    values = check_array("targets", targets)
    if values.shape not in ((examples,), (examples, 1)):
        raise ValueError(
            f"targets has shape {values.shape}, expected ({examples},) or ({examples}, 1): "
            "pass one 0 or 1 for each row of x"
        )
    wrong = values[~np.isin(values, (0, 1))]
    if wrong.size:
        raise ValueError(
            f"targets holds {wrong[0]}, expected only 0 and 1: "
            "write the two classes as 0 and 1, e.g. (labels == 1).astype(int)"
        )
    return [float(value) for value in values.reshape(-1)]
