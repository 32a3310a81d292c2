"""Which network a workbook trains, on what, and from where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edition:
    """A network with one hidden layer of sigmoids and one sigmoid output, and its examples.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    title : str
        The first line of the first sheet.
    x : tuple of tuples of float
        The inputs, one tuple an example.
    y : tuple of float
        The targets, one an example.
    hidden : int
        The number of hidden neurons, at most 9: a name such as w1_23 has one digit for each.
    parameters : tuple of float
        The starting weights and biases, in the order of nnlib's flat vector.
    learning_rate : float
    steps : int
        How often one example is shown and the weights are updated, one row of the sheet each.
    tasks : tuple of str
        What the first sheet invites the reader to try.

    Raises
    ------
    ValueError
        If the numbers do not fit together.
    """

    name: str
    title: str
    x: tuple[tuple[float, ...], ...]
    y: tuple[float, ...]
    hidden: int
    parameters: tuple[float, ...]
    learning_rate: float
    steps: int
    tasks: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.hidden <= 9 or not 1 <= self.inputs <= 9:
            raise ValueError(
                f"{self.inputs} inputs and {self.hidden} hidden neurons, expected 1 to 9 of each"
            )
        if len(self.y) != len(self.x):
            raise ValueError(f"{len(self.y)} targets, expected one for each of {len(self.x)}")
        if len(self.parameters) != len(self.parameter_keys):
            raise ValueError(
                f"{len(self.parameters)} parameters, expected {len(self.parameter_keys)}: "
                f"{', '.join(self.parameter_keys)}"
            )
        if self.steps < 1 or self.steps % len(self.x):
            raise ValueError(f"{self.steps} steps, expected a multiple of {len(self.x)} examples")

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return len(self.x[0])

    @property
    def epochs(self) -> int:
        """How often every example is shown."""
        return self.steps // len(self.x)

    @property
    def parameter_keys(self) -> tuple[str, ...]:
        """The names of the parameters, in the order of nnlib's flat vector.

        >>> TWO_TWO_ONE.parameter_keys[:6]
        ('w1_11', 'w1_12', 'w1_21', 'w1_22', 'b1_1', 'b1_2')
        """
        hidden = range(1, self.hidden + 1)
        first = [f"w1_{j}{k}" for j in range(1, self.inputs + 1) for k in hidden]
        first += [f"b1_{k}" for k in hidden]
        return (*first, *(f"w2_{k}1" for k in hidden), "b2_1")


# The numbers that the chapter on backpropagation works through by hand.
TWO_TWO_ONE = Edition(
    name="network-2-2-1",
    title="A 2-2-1 network that learns one example",
    x=((2.0, -1.0),),
    y=(1.0,),
    hidden=2,
    parameters=(0.3, 0.9, 0.8, -0.4, 0.5, -0.7, 1.5, -0.9, -0.3),
    learning_rate=0.5,
    steps=25,
    tasks=(
        "Set y_1 to 0. Which columns of row 6 of “Steps” stay as they are?",
        "Set learning_rate to 5, then to 50. Which cells of row 6 change? What do the charts do?",
        "Set w1_11 to 0.4. How far does the change spread, and does it die out or grow?",
        "Set all weights and biases to 0. What do the two hidden neurons do from then on?",
    ),
)

# The network of the source course: weights and biases between -3 and 3, 50 epochs. Its learning
# rate 0.5 belongs to a gradient without the factor 2 of the mean squared error, so here it is half.
AND_2_5_1 = Edition(
    name="and-2-5-1",
    title="A 2-5-1 network that learns AND",
    x=((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)),
    y=(0.0, 0.0, 0.0, 1.0),
    hidden=5,
    parameters=(
        *(2.7, -1.8, 2.0, -2.1, 0.1, -2.2, 1.1, 2.1, -0.4, 2.7),  # weights of the hidden layer
        *(2.0, -1.0, 0.5, 1.5, 2.0),  # its biases
        *(2.6, -2.1, 1.5, -2.2, 2.4),  # weights of the output
        -1.6,  # its bias
    ),
    learning_rate=0.25,
    steps=200,
    tasks=(
        "Set the targets y_1 to 0, 1, 1, 1. Does the same start learn OR?",
        "Set the targets to 0, 1, 1, 0. Does it learn XOR in 50 epochs?",
        "Set learning_rate to 2, then to 50. Does it learn faster, and does it still learn?",
        "On “Check”, set step_to_check to 4 instead of 1. Why were ten of the slopes 0 before?",
    ),
)

EDITIONS = (TWO_TWO_ONE, AND_2_5_1)
