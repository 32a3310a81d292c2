"""What the worlds of single pages need beyond nnlib: data with a property, a run of an algorithm.

The front matter of a page names these functions as ``page_oracles:function``. They know the
definitions that the page's words give, and none of its formulas.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from notation_oracles import weighted_sums

from nnlib import schedules
from nnlib._types import Array
from nnlib.activations import tanh
from nnlib.convolution import Conv2D, patches
from nnlib.gradient_check import relative_errors
from nnlib.layers import Dense
from nnlib.losses import categorical_cross_entropy, mean_squared_error
from nnlib.perceptron import Perceptron
from nnlib.pooling import MaxPool2D
from nnlib.preprocessing import Standardizer


def separable(examples: Array, direction: Array, length: float, orthogonal: float) -> Array:
    """Signed examples, one a row, that all lie on the same side of a border.

    Random ones are turned so that `direction` separates them. Orthogonal ones of one length are
    the worst case of the perceptron: they attain each bound of its theorem.
    """
    if orthogonal:
        rows = np.linalg.qr(examples.T)[0].T
        return np.asarray(rows * length)
    sides = np.where(examples @ direction < 0, -1.0, 1.0)
    return np.asarray(examples * sides[:, np.newaxis])


def separating_unit_vector(signed: Array, direction: Array, orthogonal: float) -> Array:
    """Direction of length 1 that separates what `separable` returned, with the widest margin."""
    separating = signed.sum(axis=0) if orthogonal else direction
    return np.asarray(separating / np.linalg.norm(separating))


def row(table: Array, number: Any) -> Array:
    """One row of a table, counted from 1."""
    return np.asarray(table[int(number) - 1])


def smallest_sum(signed: Array, unit: Array) -> float:
    """Smallest of the weighted sums of the signed examples."""
    return float(min(row @ unit for row in signed))


def greatest_length(signed: Array) -> float:
    """Length of the longest row."""
    return float(max(np.sqrt((row * row).sum()) for row in signed))


def perceptron_updates(signed: Array) -> tuple[Array, Array]:
    """Weights before and after each update, and the examples that caused them, until none does."""
    weights = [np.zeros(signed.shape[1])]
    causes: list[Array] = []
    mistaken = True
    while mistaken:
        mistaken = False
        for row in signed:
            if weights[-1] @ row <= 0:
                weights.append(weights[-1] + row)
                causes.append(row)
                mistaken = True
    return np.array(weights), np.array(causes)


def number_of_updates(signed: Array) -> int:
    """How many updates the perceptron makes on the signed examples."""
    return len(perceptron_updates(signed)[1])


def weights_after(signed: Array, update: Any) -> Array:
    """Weights after so many updates."""
    return np.asarray(perceptron_updates(signed)[0][int(update)])


def cause_of(signed: Array, update: Any) -> Array:
    """Signed example that caused that update, counted from 1."""
    return np.asarray(perceptron_updates(signed)[1][int(update) - 1])


def perceptron_after_one_example(
    inputs: Array, target: float, weights: Array, bias: float
) -> tuple[Array, float]:
    """Weights and bias of nnlib's perceptron after it has seen one example once."""
    neuron = Perceptron(len(inputs))
    neuron.weights[:] = weights
    neuron.bias = bias
    neuron.fit(inputs[np.newaxis, :], [target], epochs=1)
    return neuron.weights, neuron.bias


def perceptron_weights(inputs: Array, target: float, weights: Array, bias: float) -> Array:
    """Weights of nnlib's perceptron after it has seen one example once."""
    return perceptron_after_one_example(inputs, target, weights, bias)[0]


def perceptron_bias(inputs: Array, target: float, weights: Array, bias: float) -> float:
    """Bias of nnlib's perceptron after it has seen one example once."""
    return perceptron_after_one_example(inputs, target, weights, bias)[1]


def sums_of_one_example(inputs: Array, weights: Array, bias: Array) -> Array:
    """Weighted sums of one layer for one example, as nnlib computes them for a batch of one."""
    return np.asarray(weighted_sums(inputs[np.newaxis], weights, bias)[0])


def linear_outputs(inputs: Array, weights: Array, bias: float) -> Array:
    """Outputs of a linear neuron for examples in rows."""
    return np.asarray(inputs @ weights + bias)


def classes_in_turn(examples: float, classes: float) -> Array:
    """One-hot rows whose classes take turns, so that none is without an example."""
    return np.eye(int(classes))[np.arange(int(examples)) % int(classes)]


def class_means(inputs: Array, one_hot: Array) -> Array:
    """Mean of the rows of each class."""
    return np.array([inputs[members == 1].mean(axis=0) for members in one_hot.T])


def squared_distances(point: Array, centres: Array) -> Array:
    """Square of the distance from a point to each centre."""
    return np.array([np.sum((point - centre) ** 2) for centre in centres])


def cross_entropy(probabilities: Array, targets: Array) -> Any:
    """nnlib's categorical cross-entropy of a single example."""
    return categorical_cross_entropy.value(probabilities[np.newaxis], targets[np.newaxis])


def deviation_of_share(probability: float, answers: float) -> float:
    """Standard deviation of the share of right answers, from the binomial distribution itself."""
    n = int(answers)
    shares = np.arange(n + 1) / n
    chances = np.array(
        [math.comb(n, k) * probability**k * (1 - probability) ** (n - k) for k in range(n + 1)]
    )
    mean = shares @ chances
    return float(np.sqrt((shares - mean) ** 2 @ chances))


def measured_accuracy(accuracy: float, share: float, classes: float) -> float:
    """Chance that an answer and a faulty key agree, added up over the classes.

    The true class comes first; what is wrong, in the answer or in the key, is any other class
    with equal chance.
    """
    others = int(classes) - 1
    answer = np.array([accuracy, *[(1 - accuracy) / others] * others])
    key = np.array([1 - share, *[share / others] * others])
    return float(answer @ key)


def probability_when_repeated(probability: float, times: float) -> float:
    """Mean of a class 1 and a class 0 of which each example of class 1 counts several times."""
    return float(np.average([1.0, 0.0], weights=[times * probability, 1 - probability]))


def standardised(feature: Array) -> Array:
    """One feature, scaled by nnlib's Standardizer."""
    column = feature[:, np.newaxis]
    return Standardizer().fit(column).transform(column)[:, 0]


def relative_error(analytic: float, numeric: float) -> float:
    """Relative error of two derivatives, as nnlib's gradient check computes it, without a floor."""
    return float(relative_errors([analytic], [numeric])[0])


def cosine_rate(rate: float, epochs: float, minimum: float, epoch: float) -> float:
    """Learning rate of nnlib's cosine schedule."""
    return schedules.cosine(float(rate), epochs=int(epochs), minimum=float(minimum))(int(epoch))


def exponential_rate(rate: float, factor: float, epoch: float) -> float:
    """Learning rate of nnlib's exponential schedule."""
    return schedules.exponential_decay(float(rate), factor=float(factor))(int(epoch))


def inverse_time_rate(rate: float, decay: float, epoch: float) -> float:
    """Learning rate of nnlib's inverse-time schedule."""
    return schedules.inverse_time_decay(float(rate), decay=float(decay))(int(epoch))


def convolution(images: Array, kernels: Array, bias: Array) -> Array:
    """Weighted sums of nnlib's convolutional layer; complex numbers welcome."""
    height, width, inputs, outputs = kernels.shape
    layer = Conv2D(inputs, outputs, (height, width), "identity", generator=np.random.default_rng(0))
    return layer.compute(images, np.concatenate([kernels.ravel(), bias.ravel()]))[0]


def convolution_of_one(image: Array, kernel: Array, bias: complex) -> Array:
    """The same for one image and one kernel, of one channel."""
    images, kernels = image[np.newaxis, :, :, np.newaxis], kernel[:, :, np.newaxis, np.newaxis]
    return convolution(images, kernels, np.array([bias]))[0, :, :, 0]


def convolution_of_row(
    pixels: Array, kernel: Array, bias: complex, height: float, width: float
) -> Array:
    """The same for an image whose pixels stand in a row; so do the sums."""
    image = np.reshape(pixels, (int(height), int(width)))
    return convolution_of_one(image, kernel, bias).ravel()


def convolution_with_column(
    image: Array, kernel: Array, bias: complex, height: float, width: float
) -> Array:
    """The same for a kernel whose entries stand in a column; so do the sums."""
    return convolution_of_one(image, np.reshape(kernel, (int(height), int(width))), bias).ravel()


def convolution_matrix(kernel: Array, height: float, width: float) -> Array:
    """What nnlib's convolutional layer makes of each image with a single bright pixel, in rows."""
    pixels = int(height) * int(width)
    images = np.eye(pixels).reshape(pixels, int(height), int(width), 1)
    return convolution(images, kernel[:, :, np.newaxis, np.newaxis], np.zeros(1)).reshape(
        pixels, -1
    )


def patch_matrix(image: Array, height: float, width: float) -> Array:
    """Patches of one image as rows, cut out by nnlib."""
    return patches(image[np.newaxis, :, :, np.newaxis], int(height), int(width))


def moved_right(image: Array) -> Array:
    """An image one column further to the right, with zeros where nothing came from."""
    return np.pad(image[:, :-1], ((0, 0), (1, 0)))


def spread_out(table: Array) -> Array:
    """Numbers from -2 to 2 in the order of the entries, none of them nearly equal."""
    order = np.argsort(np.argsort(table, axis=None)).reshape(table.shape)
    return 4 * order / (table.size - 1) - 2


def largest_of_blocks(image: Array, height: float, width: float) -> Array:
    """nnlib's pooling of one image of one channel."""
    layer = MaxPool2D((int(height), int(width)))
    return layer.compute(image[np.newaxis, :, :, np.newaxis], np.empty(0))[1][0, :, :, 0]


def loss_behind(sums: Array, targets: Array) -> Any:
    """Mean squared error of the tanh of arrays of any shape."""
    return mean_squared_error.evaluate(tanh(sums), targets)


def dense_parameters(inputs: float, outputs: float) -> int:
    """Number of parameters of nnlib's dense layer."""
    return Dense.parameter_count(int(inputs), int(outputs))


def convolution_parameters(height: float, width: float, inputs: float, outputs: float) -> int:
    """Number of parameters of nnlib's convolutional layer."""
    return Conv2D.parameter_count(int(inputs), int(outputs), (int(height), int(width)))


def error_of_shared_answer(answer: float, ones: float, rows: float) -> Any:
    """nnlib's mean squared error of rows with one answer, of which so many have the target 1."""
    targets = (np.arange(int(rows)) < int(ones)).astype(np.float64)[:, np.newaxis]
    answers = np.full_like(targets, answer, dtype=np.result_type(answer))
    return mean_squared_error.evaluate(answers, targets)


def cross_entropy_of_shared_answer(answer: float, share: float) -> Any:
    """Mean of nnlib's cross-entropies at the targets 1 and 0, weighted by the share of ones."""
    probabilities = np.array([answer, 1 - answer])
    return share * cross_entropy(probabilities, np.array([1.0, 0.0])) + (1 - share) * cross_entropy(
        probabilities, np.array([0.0, 1.0])
    )


def chance_of_no_success(chance: float, starts: float) -> float:
    """What is left when every start has had its turn to be the first that succeeds."""
    left = 1.0
    for _ in range(int(starts)):
        left -= chance * left
    return left


def mean_starts(chance: float) -> float:
    """Mean number of starts until one succeeds, from the chance of each number."""
    starts = np.arange(1, 1 + math.ceil(60 / chance))
    return float(np.sum(starts * chance * (1 - chance) ** (starts - 1)))


def bytes_moved(parameters: float, workers: float) -> float:
    """What passes the middle of a star in one step: a vector of float64 to and from each worker."""
    vector = np.zeros(int(parameters))
    return float(sum(vector.nbytes + vector.nbytes for _ in range(int(workers))))


def step_seconds(compute: float, latency: float, moved: float, bandwidth: float, k: float) -> float:
    """Duration of a step in which the workers compute at once, and then the bytes move."""
    clock = [compute * share for share in np.full(int(k), 1 / k)]
    return float(max(clock) + latency + moved / bandwidth)


def ring_bytes(parameters: float, workers: float) -> float:
    """What each of a ring's workers sends until all have the sum, counted on a ring that runs.

    The vector has `parameters` blocks for each worker, so that it can be cut evenly.
    """
    k, size = int(workers), int(parameters)
    vectors = np.arange(float(k * k * size)).reshape(k, k, size) ** 2
    expected, sent = vectors.sum(axis=0), np.zeros(k)
    for turn in range(2 * (k - 1)):
        before = vectors.copy()
        for worker in range(k):
            block = before[worker, (worker - turn) % k]
            target = vectors[(worker + 1) % k, (worker - turn) % k]
            target[...] = block if turn >= k - 1 else target + block
            sent[worker] += block.nbytes
    assert (vectors == expected).all() and (sent == sent[0]).all()
    return float(sent[0])


def ring_seconds(
    compute: float, latency: float, parameters: float, bandwidth: float, workers: float
) -> float:
    """Duration of a ring's step: the computing, and then turn after turn, each of one block."""
    clock, bytes_sent = compute / workers, 0.0
    turns = 2 * (int(workers) - 1)
    for _ in range(turns):
        block = np.zeros(int(parameters))
        bytes_sent += block.nbytes
        clock += latency + block.nbytes / bandwidth
    assert bytes_sent == ring_bytes(parameters, workers)
    return float(clock)


def sklearn_after_one_step(
    inputs: Array, weights: Array, bias: Array, targets: Array, rate: float, penalty: float
) -> tuple[float, Array, Array]:
    """scikit-learn's own loss, and its weights and biases after one step of its linear regressor.

    Nothing here knows what the step is: the regressor is given a start and one batch.
    """
    # It takes a second to load, and all pages but one do without.
    from sklearn.neural_network import MLPRegressor

    answers = targets if targets.shape[1] > 1 else targets[:, 0]
    model = MLPRegressor(
        hidden_layer_sizes=(), solver="sgd", momentum=0, shuffle=False,
        batch_size=len(inputs), learning_rate_init=float(rate), alpha=float(penalty),
    )  # fmt: skip
    model.partial_fit(inputs, answers)  # allocates
    model.coefs_[0][...], model.intercepts_[0][...] = weights, bias
    model.partial_fit(inputs, answers)
    return float(model.loss_), model.coefs_[0], model.intercepts_[0]


def sklearn_loss(
    inputs: Array, weights: Array, bias: Array, targets: Array, rate: float, penalty: float
) -> float:
    """scikit-learn's loss of its linear regressor."""
    return sklearn_after_one_step(inputs, weights, bias, targets, rate, penalty)[0]


def sklearn_weights(
    inputs: Array, weights: Array, bias: Array, targets: Array, rate: float, penalty: float
) -> Array:
    """Weights of scikit-learn's linear regressor after one step."""
    return sklearn_after_one_step(inputs, weights, bias, targets, rate, penalty)[1]


def sklearn_bias(
    inputs: Array, weights: Array, bias: Array, targets: Array, rate: float, penalty: float
) -> Array:
    """Biases of scikit-learn's linear regressor after one step."""
    return sklearn_after_one_step(inputs, weights, bias, targets, rate, penalty)[2]
