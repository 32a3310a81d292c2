"""Training: against loops written out by hand, and every way in which it can end."""

import itertools
import signal
import subprocess
import sys

import numpy as np
import pytest

from nnlib.metrics import accuracy
from nnlib.network import MLP
from nnlib.optimizers import SGD, Momentum
from nnlib.schedules import exponential_decay
from nnlib.training import DivergenceError, EarlyStopping, train


def make_network(seed=0, dtype=np.float64):
    return MLP([3, 4, 2], generator=np.random.default_rng(seed), dtype=dtype)


def make_data(examples=7, seed=1):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(examples, 3)), generator.uniform(size=(examples, 2))


def linear_neuron():
    """One weight, no surprise: the loss is (w x + b - y)^2."""
    return MLP([1, 1], output_activation="identity", generator=np.random.default_rng(0))


def train_by_hand(network, x, y, batches, epochs, rate):
    """The plain loop that ``train`` must equal; returns each epoch's loss per example."""
    losses = []
    for _ in range(epochs):
        total = 0.0
        for rows in batches:
            loss, gradient = network.loss_and_gradient(x[rows], y[rows])
            network.parameters = network.parameters - rate * gradient
            total += loss * len(x[rows])
        losses.append(total / len(x))
    return losses


def spy_on_batches(monkeypatch, network):
    """Record a copy of the inputs of each batch that the network learns from."""
    seen, backpropagate = [], network.backpropagate

    def recording(x, y):
        seen.append((x.copy(), y.copy()))
        return backpropagate(x, y)

    monkeypatch.setattr(network, "backpropagate", recording)
    return seen


def script_validation_losses(monkeypatch, network, losses):
    """Let the network report these validation losses, one an epoch."""
    remaining = iter(losses)
    monkeypatch.setattr(network, "loss_value", lambda x, y: next(remaining))


class RaiseAtCall:
    """A metric that raises at its n-th call and is 1.0 before."""

    def __init__(self, call, error):
        self.countdown = call
        self.error = error

    def __call__(self, predictions, targets):
        self.countdown -= 1
        if self.countdown == 0:
            raise self.error
        return 1.0


class InterruptAfter:
    """A metric that has SIGALRM sent a moment after its first call."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __call__(self, predictions, targets):
        if self.seconds:
            signal.setitimer(signal.ITIMER_REAL, self.seconds)
            self.seconds = None
        return 1.0


# The loop itself


def test_full_batch_equals_the_loop_by_hand():
    x, y = make_data()
    ours, by_hand = make_network(), make_network()
    history = train(ours, x, y, epochs=5, optimizer=SGD(0.7))
    losses = train_by_hand(by_hand, x, y, [slice(None)], 5, 0.7)
    np.testing.assert_allclose(ours.parameters, by_hand.parameters, rtol=1e-13)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-14)
    assert history.epochs == 5 and history.stopped == "completed"


def test_batches_in_order_equal_the_loop_by_hand_and_weigh_the_short_one():
    x, y = make_data()
    y[6] += 5.0  # The last example, alone in its batch, has by far the largest loss.
    ours, by_hand = make_network(), make_network()
    history = train(ours, x, y, epochs=4, optimizer=SGD(0.7), batch_size=3, shuffle=False)
    batches = [slice(0, 3), slice(3, 6), slice(6, 7)]
    losses = train_by_hand(by_hand, x, y, batches, 4, 0.7)
    np.testing.assert_allclose(ours.parameters, by_hand.parameters, rtol=1e-13)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-14)


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5])
def test_each_epoch_shows_every_example_once_with_its_own_target(monkeypatch, batch_size):
    x, y = make_data()
    network = make_network()
    seen = spy_on_batches(monkeypatch, network)
    train(
        network,
        x,
        y,
        epochs=3,
        optimizer=SGD(0.1),
        batch_size=batch_size,
        generator=np.random.default_rng(0),
    )
    batches_per_epoch = -(-7 // batch_size)
    assert len(seen) == 3 * batches_per_epoch
    pairs = sorted(np.column_stack([x, y]).tolist())
    for epoch in range(3):
        batches = seen[epoch * batches_per_epoch : (epoch + 1) * batches_per_epoch]
        assert [len(bx) for bx, _ in batches[:-1]] == [batch_size] * (batches_per_epoch - 1)
        shown = np.vstack([np.column_stack(batch) for batch in batches])
        assert sorted(shown.tolist()) == pairs, f"epoch {epoch + 1}"


def test_shuffling_mixes_the_batches_and_not_only_their_order(monkeypatch):
    x = np.arange(6.0)[:, None]
    network = linear_neuron()
    seen = spy_on_batches(monkeypatch, network)
    train(
        network,
        x,
        np.zeros((6, 1)),
        epochs=150,
        optimizer=SGD(0.001),
        batch_size=2,
        generator=np.random.default_rng(0),
    )
    companions = {tuple(sorted(bx[:, 0].tolist())) for bx, _ in seen}
    assert companions == set(itertools.combinations(range(6), 2))
    orders = {tuple(np.vstack([bx for bx, _ in seen[i : i + 3]])[:, 0]) for i in range(0, 450, 3)}
    assert len(orders) > 100, "epochs repeat each other's order"


def test_the_same_seed_gives_the_same_bits():
    def run(seed):
        network = make_network()
        history = train(
            network,
            *make_data(),
            epochs=6,
            optimizer=Momentum(0.3),
            batch_size=2,
            generator=np.random.default_rng(seed),
            validation=make_data(4, 9),
        )
        return network.parameters.tobytes(), history.loss, history.validation_loss

    assert run(5) == run(5)
    assert run(5)[0] != run(6)[0]


def test_an_optimizer_used_before_starts_afresh():
    used, results = Momentum(0.3), []
    for optimizer in (used, used, Momentum(0.3)):
        network = make_network()
        train(network, *make_data(), epochs=3, optimizer=optimizer)
        results.append(network.parameters.tobytes())
    assert results[0] == results[1] == results[2]


def test_a_batch_larger_than_the_data_is_the_full_batch():
    x, y = make_data()
    full, larger = make_network(), make_network()
    train(full, x, y, epochs=3, optimizer=SGD(0.5))
    train(larger, x, y, epochs=3, optimizer=SGD(0.5), batch_size=100)
    np.testing.assert_array_equal(full.parameters, larger.parameters)


def test_data_are_never_written_to():
    x, y = make_data()
    held_x, held_y = make_data(4, 9)
    kept = [array.copy() for array in (x, y, held_x, held_y)]
    for array in (x, y, held_x, held_y):
        array.setflags(write=False)
    train(
        make_network(),
        x,
        y,
        epochs=3,
        optimizer=Momentum(0.5),
        batch_size=2,
        generator=np.random.default_rng(0),
        validation=(held_x, held_y),
    )
    for array, copy in zip((x, y, held_x, held_y), kept, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_float32_networks_train_in_float32(monkeypatch):
    network = make_network(dtype=np.float32)
    seen = spy_on_batches(monkeypatch, network)
    history = train(
        network,
        *make_data(),
        epochs=3,
        optimizer=Momentum(0.5),
        batch_size=3,
        generator=np.random.default_rng(0),
    )
    assert network.parameters.dtype == np.float32
    assert {array.dtype for batch in seen for array in batch} == {np.dtype(np.float32)}
    assert history.loss[-1] < history.loss[0]
    assert all(type(loss) is float for loss in history.loss)


def test_lists_and_whole_numbers_are_welcome():
    network = MLP([2, 3, 1], generator=np.random.default_rng(0))
    history = train(
        network,
        [[0, 0], [0, 1], [1, 0], [1, 1]],
        [[0], [1], [1], [0]],
        epochs=2,
        optimizer=SGD(0.5),
        validation=([[0, 1]], [[1]]),
    )
    assert history.epochs == 2


def test_an_optimizer_of_your_own_will_do():
    class SignDescent:
        learning_rate = 0.01

        def step(self, parameters, gradient):
            parameters -= self.learning_rate * np.sign(gradient)

        def reset(self):
            pass

    network, by_hand = make_network(), make_network()
    x, y = make_data()
    train(network, x, y, epochs=1, optimizer=SignDescent())
    step = 0.01 * np.sign(by_hand.loss_and_gradient(x, y)[1])
    np.testing.assert_allclose(network.parameters, by_hand.parameters - step, rtol=1e-14)


# Validation, metrics, schedules


def test_validation_and_metrics_are_measured_at_the_end_of_each_epoch():
    x, y = make_data()
    y = (y == y.max(axis=1, keepdims=True)).astype(float)
    held_out = make_data(5, 9)[0], np.eye(2)[[0, 1, 1, 0, 1]]
    network, stepped = make_network(), make_network()
    history = train(
        network,
        x,
        y,
        epochs=4,
        optimizer=SGD(2.0),
        validation=held_out,
        metrics={"accuracy": accuracy, "bias": lambda p, t: np.mean(p - t)},
    )
    for epoch in range(4):
        train(stepped, x, y, epochs=1, optimizer=SGD(2.0))
        assert history.validation_loss[epoch] == stepped.loss_value(*held_out)
        for found, (inputs, targets) in [
            (history.metrics, (x, y)),
            (history.validation_metrics, held_out),
        ]:
            predictions = stepped.predict(inputs)
            assert found["accuracy"][epoch] == accuracy(predictions, targets)
            assert found["bias"][epoch] == np.mean(predictions - targets)
    assert history.best_epoch == 1 + int(np.argmin(history.validation_loss))


def test_a_metrics_own_warnings_are_not_swallowed():
    def careless(predictions, targets):
        return float(np.log(predictions[0, 0] * -1.0))

    with pytest.warns(RuntimeWarning, match="invalid value"):
        train(make_network(), *make_data(), epochs=1, optimizer=SGD(0.1), metrics={"log": careless})


def test_watching_does_not_disturb_the_training():
    plain, watched = make_network(), make_network()
    train(
        plain,
        *make_data(),
        epochs=4,
        optimizer=SGD(0.5),
        batch_size=2,
        generator=np.random.default_rng(3),
    )
    train(
        watched,
        *make_data(),
        epochs=4,
        optimizer=SGD(0.5),
        batch_size=2,
        generator=np.random.default_rng(3),
        validation=make_data(9, 5),
        metrics={"mean": lambda p, t: p.mean()},
    )
    np.testing.assert_array_equal(plain.parameters, watched.parameters)


def test_a_schedule_sets_the_rate_of_each_epoch_and_gives_it_back():
    x, y = make_data()
    ours, by_hand, optimizer = make_network(), make_network(), SGD(0.123)
    history = train(ours, x, y, epochs=3, optimizer=optimizer, schedule=exponential_decay(0.8, 0.5))
    for rate in (0.8, 0.4, 0.2):
        train_by_hand(by_hand, x, y, [slice(None)], 1, rate)
    np.testing.assert_allclose(ours.parameters, by_hand.parameters, rtol=1e-13)
    assert history.learning_rate == [0.8, 0.4, 0.2]
    assert optimizer.learning_rate == 0.123


def test_without_a_schedule_the_history_has_the_optimizers_rate():
    assert train(make_network(), *make_data(), epochs=2, optimizer=SGD(0.3)).learning_rate == [
        0.3,
        0.3,
    ]


# Early stopping


def run_with_losses(monkeypatch, losses, settings):
    """Train under early stopping with scripted validation losses."""
    network = make_network()
    script_validation_losses(monkeypatch, network, losses)
    history = train(
        network,
        *make_data(),
        epochs=len(losses),
        optimizer=SGD(0.5),
        validation=make_data(3, 9),
        early_stopping=settings,
    )
    return network, history


def parameters_after(epochs):
    network = make_network()
    train(network, *make_data(), epochs=epochs, optimizer=SGD(0.5))
    return network.parameters


def test_early_stopping_waits_its_patience_and_restores_the_best(monkeypatch):
    network, history = run_with_losses(
        monkeypatch, [5.0, 4.0, 4.5, 3.0, 3.5, 3.2, 3.1, 0.1], EarlyStopping(patience=3)
    )
    assert history.stopped == "early stopping"
    assert history.epochs == 7 and history.best_epoch == 4
    np.testing.assert_array_equal(network.parameters, parameters_after(4))


def test_equal_losses_are_no_improvement(monkeypatch):
    network, history = run_with_losses(monkeypatch, [2.0] * 9, EarlyStopping(patience=2))
    assert history.epochs == 3 and history.best_epoch == 1
    np.testing.assert_array_equal(network.parameters, parameters_after(1))


def test_small_improvements_do_not_count_but_the_lowest_is_still_restored(monkeypatch):
    losses = [5.0, 4.9, 4.8, 3.0, 2.9, 2.8, 2.7, 2.6]
    settings = EarlyStopping(patience=3, minimum_improvement=0.5)
    network, history = run_with_losses(monkeypatch, losses, settings)
    assert history.stopped == "early stopping"
    assert history.epochs == 7 and history.best_epoch == 7
    np.testing.assert_array_equal(network.parameters, parameters_after(7))


def test_slow_improvements_add_up(monkeypatch):
    losses = [5.0, 4.7, 4.4, 4.1, 3.8]  # Each second one is 0.6 below the last that counted.
    settings = EarlyStopping(patience=2, minimum_improvement=0.5)
    _, history = run_with_losses(monkeypatch, losses, settings)
    assert history.stopped == "completed" and history.epochs == 5


def test_the_last_parameters_stay_when_restoring_is_off(monkeypatch):
    settings = EarlyStopping(patience=2, restore_best=False)
    network, history = run_with_losses(monkeypatch, [1.0, 2.0, 3.0, 4.0], settings)
    assert history.epochs == 3 and history.best_epoch == 1
    np.testing.assert_array_equal(network.parameters, parameters_after(3))


def test_the_best_is_restored_when_patience_lasts_to_the_end(monkeypatch):
    network, history = run_with_losses(monkeypatch, [3.0, 1.0, 2.0], EarlyStopping(patience=9))
    assert history.stopped == "completed" and history.epochs == 3
    np.testing.assert_array_equal(network.parameters, parameters_after(2))


@pytest.mark.parametrize(
    "settings",
    [
        {"patience": 0},
        {"patience": 1.5},
        {"patience": 2, "minimum_improvement": -1},
        {"patience": 2, "minimum_improvement": float("nan")},
        {"patience": 2, "restore_best": "yes"},
    ],
)
def test_early_stopping_refuses_impossible_settings(settings):
    name = list(settings)[-1]
    with pytest.raises((TypeError, ValueError), match=f"{name} is"):
        EarlyStopping(**settings)


# Divergence


def diverging_steps(network, x, y, rate):
    """Epochs of full-batch descent until the loss overflows: its number, and the losses before."""
    losses = []
    with np.errstate(over="ignore", invalid="ignore"):
        while True:
            loss, gradient = network.loss_and_gradient(x, y)
            if not np.isfinite(loss):
                return len(losses) + 1, losses
            losses.append(loss)
            network.parameters = network.parameters - rate * gradient


def test_divergence_names_where_and_what_to_do_and_restores_the_network():
    x, y = np.array([[1.0], [2.0]]), np.array([[1.0], [1.0]])
    network, optimizer = linear_neuron(), SGD(1e20)
    before = network.parameters.copy()
    epoch, losses = diverging_steps(linear_neuron(), x, y, 1e20)
    assert epoch > 3
    with pytest.raises(DivergenceError) as caught:
        train(network, x, y, epochs=1000, optimizer=optimizer)
    error = caught.value
    assert isinstance(error, ArithmeticError)
    assert (error.epoch, error.batch) == (epoch, 1)
    assert f"the loss is inf in epoch {epoch}, batch 1 of 1, with learning rate 1e+20" in str(error)
    assert "lower the learning rate" in str(error)
    np.testing.assert_allclose(error.history.loss, losses, rtol=1e-12)
    assert error.history.stopped == "diverged"
    np.testing.assert_array_equal(network.parameters, before)


def test_divergence_names_the_batch():
    x, y = np.zeros((5, 1)), np.zeros((5, 1))
    y[3] = 1e200  # Its square overflows; it comes in the second batch of the first epoch.
    network = linear_neuron()
    with pytest.raises(DivergenceError, match="in epoch 1, batch 2 of 3,") as caught:
        train(network, x, y, epochs=5, optimizer=SGD(0.1), batch_size=2, shuffle=False)
    assert (caught.value.epoch, caught.value.batch) == (1, 2)
    assert caught.value.history.epochs == 0


def test_a_gradient_that_is_not_finite_is_divergence_too(monkeypatch):
    network = make_network()
    before, backpropagate = network.parameters.copy(), network.backpropagate

    def spoiled(x, y):
        loss = backpropagate(x, y)
        network.gradient[2] = np.inf
        return loss

    monkeypatch.setattr(network, "backpropagate", spoiled)
    with pytest.raises(DivergenceError, match="the gradient is not finite in epoch 1, batch 1"):
        train(network, *make_data(), epochs=3, optimizer=SGD(0.1))
    np.testing.assert_array_equal(network.parameters, before)


def test_parameters_that_are_not_finite_are_divergence_too():
    class Overshoot(SGD):
        def step(self, parameters, gradient):
            parameters[0] = np.inf

    network = make_network()
    before = network.parameters.copy()
    with pytest.raises(DivergenceError, match="a parameter is not finite in epoch 1, batch 1"):
        train(network, *make_data(), epochs=3, optimizer=Overshoot(0.1))
    np.testing.assert_array_equal(network.parameters, before)


def test_a_validation_loss_that_is_not_finite_is_divergence_too():
    network = linear_neuron()
    with pytest.raises(DivergenceError, match="the validation loss is inf in epoch 1"):
        train(
            network, [[0.0]], [[0.0]], epochs=3, optimizer=SGD(0.1), validation=([[0.0]], [[1e200]])
        )


def test_a_smaller_rate_can_be_tried_at_once():
    x, y = np.array([[1.0], [2.0]]), np.array([[1.0], [1.0]])
    network, optimizer = linear_neuron(), Momentum(1e20)
    with pytest.raises(DivergenceError):
        train(network, x, y, epochs=1000, optimizer=optimizer)
    optimizer.learning_rate = 0.05
    fresh = linear_neuron()
    train(network, x, y, epochs=5, optimizer=optimizer)
    train(fresh, x, y, epochs=5, optimizer=Momentum(0.05))
    np.testing.assert_array_equal(network.parameters, fresh.parameters)


# Interruption and errors on the way


def test_ctrl_c_keeps_the_history_of_the_completed_epochs():
    network = make_network()
    history = train(
        network,
        *make_data(),
        epochs=50,
        optimizer=SGD(0.5),
        metrics={"fine": lambda p, t: 1.0, "stop": RaiseAtCall(4, KeyboardInterrupt())},
    )
    assert history.stopped == "interrupted"
    assert history.epochs == 3
    assert len(history.loss) == len(history.metrics["fine"]) == len(history.metrics["stop"]) == 3
    np.testing.assert_array_equal(network.parameters, parameters_after(4))


def test_ctrl_c_under_early_stopping_restores_the_best(monkeypatch):
    network = make_network()
    script_validation_losses(monkeypatch, network, [3.0, 1.0, 2.0, 2.0])
    history = train(
        network,
        *make_data(),
        epochs=50,
        optimizer=SGD(0.5),
        validation=make_data(3, 9),
        early_stopping=EarlyStopping(patience=9),
        metrics={"stop": RaiseAtCall(7, KeyboardInterrupt())},
    )
    assert history.stopped == "interrupted" and history.epochs == 3
    np.testing.assert_array_equal(network.parameters, parameters_after(2))


def test_ctrl_c_gives_back_the_learning_rate():
    optimizer = SGD(0.123)
    train(
        make_network(),
        *make_data(),
        epochs=9,
        optimizer=optimizer,
        schedule=exponential_decay(0.8, 0.5),
        metrics={"stop": RaiseAtCall(2, KeyboardInterrupt())},
    )
    assert optimizer.learning_rate == 0.123


def test_wherever_the_interruption_falls_the_history_is_whole():
    network = make_network()
    handler = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for seconds in np.linspace(0.0005, 0.003, 40):
            clock = InterruptAfter(seconds)
            history = train(
                network,
                *make_data(),
                epochs=10**6,
                optimizer=Momentum(0.1),
                validation=make_data(3, 9),
                metrics={"clock": clock},
            )
            assert history.stopped == "interrupted"
            assert history.epochs == len(history.loss) == len(history.validation_loss)
            assert history.epochs == len(history.metrics["clock"]) == len(history.learning_rate)
            assert np.isfinite(network.parameters).all()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


INTERRUPTED = """
import numpy as np
from nnlib.network import MLP
from nnlib.optimizers import SGD
from nnlib.training import train

calls = 0

def announce(predictions, targets):
    global calls
    calls += 1
    if calls == 3:
        print("ready", flush=True)
    return 1.0

network = MLP([2, 3, 1], generator=np.random.default_rng(0))
history = train(network, np.ones((4, 2)), np.ones((4, 1)), epochs=10**8, optimizer=SGD(0.1),
                metrics={"announce": announce})
print(history.stopped, history.epochs >= 2)
"""


def test_a_real_ctrl_c_returns_the_history():
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n", process.stderr.read()
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, out, errors) == (0, "interrupted True\n", "")


@pytest.mark.parametrize("error", [RuntimeError("from the metric"), SystemExit(3)])
def test_any_other_error_passes_through_and_restores_the_network(error):
    network, optimizer = make_network(), SGD(0.123)
    before = network.parameters.copy()
    with pytest.raises(type(error)) as caught:
        train(
            network,
            *make_data(),
            epochs=9,
            optimizer=optimizer,
            schedule=exponential_decay(0.8, 0.5),
            metrics={"bad": RaiseAtCall(3, error)},
        )
    assert caught.value is error
    np.testing.assert_array_equal(network.parameters, before)
    assert optimizer.learning_rate == 0.123


def test_an_optimizers_own_complaint_is_not_called_divergence():
    class Fussy(SGD):
        def step(self, parameters, gradient):
            raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        train(make_network(), *make_data(), epochs=1, optimizer=Fussy(0.1))


# Refusals


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"network": "net"}, TypeError, "network is 'net', expected an MLP"),
        ({"x": np.ones((7, 2))}, ValueError, r"x has shape \(7, 2\)"),
        ({"x": np.ones(3)}, ValueError, r"x has shape \(3,\)"),
        ({"x": np.full((7, 3), np.nan)}, ValueError, r"x\[0, 0\] is nan"),
        ({"y": np.ones((7, 3))}, ValueError, r"y has shape \(7, 3\)"),
        ({"y": np.ones(7)}, ValueError, r"y has shape \(7,\)"),
        ({"y": np.ones((6, 2))}, ValueError, "y has 6 rows, expected 7"),
        ({"y": [["a", "b"]] * 7}, TypeError, "y has dtype"),
        ({"epochs": 0}, ValueError, "epochs is 0"),
        ({"epochs": 2.0}, TypeError, r"epochs is 2\.0"),
        ({"optimizer": 0.1}, TypeError, r"optimizer is 0\.1.*SGD"),
        ({"optimizer": SGD}, TypeError, "optimizer is <class .*SGD"),
        ({"generator": None}, TypeError, "generator is None"),
        ({"generator": 3}, TypeError, "generator is 3"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"batch_size": 2.5}, TypeError, r"batch_size is 2\.5"),
        ({"shuffle": "no"}, TypeError, "shuffle is 'no'"),
        ({"validation": np.ones((3, 3))}, TypeError, "validation is of type ndarray"),
        ({"validation": (np.ones((3, 3)),)}, TypeError, r"pass validation=\(x, y\)"),
        (
            {"validation": (np.ones((3, 2)), np.ones((3, 2)))},
            ValueError,
            "in validation, x has shape",
        ),
        ({"validation": (np.ones((3, 3)), np.ones((2, 2)))}, ValueError, "in validation, y has 2"),
        ({"early_stopping": EarlyStopping(2)}, ValueError, "validation is None"),
        ({"early_stopping": 5}, TypeError, "early_stopping is 5"),
        ({"schedule": 0.1}, TypeError, r"schedule is 0\.1"),
        ({"schedule": lambda t: 1.0 - t}, ValueError, r"schedule\(1\) is 0\.0"),
        ({"schedule": lambda t: "x"}, TypeError, r"schedule\(0\) is 'x'"),
        ({"metrics": [accuracy]}, TypeError, "metrics is "),
        ({"metrics": {"accuracy": 1}}, TypeError, "metrics is "),
        ({"progress": None}, TypeError, "progress is None"),
    ],
)
def test_a_refused_call_changes_nothing(changes, error, message):
    x, y = make_data()
    network, optimizer, source = make_network(), SGD(0.1), np.random.default_rng(0)
    parameters, state = network.parameters.copy(), source.bit_generator.state
    arguments = {
        "network": network,
        "x": x,
        "y": y,
        "epochs": 3,
        "optimizer": optimizer,
        "generator": source,
        "batch_size": 2,
        **changes,
    }
    with pytest.raises(error, match=message):
        train(**arguments)
    np.testing.assert_array_equal(network.parameters, parameters)
    assert optimizer.learning_rate == 0.1
    assert source.bit_generator.state == state


def test_a_network_that_is_broken_already_is_refused():
    network = make_network()
    network.parameters[5] = np.nan
    with pytest.raises(ValueError, match=r"network\.parameters\[5\] is nan"):
        train(network, *make_data(), epochs=1, optimizer=SGD(0.1))


def test_the_missing_generator_is_explained():
    with pytest.raises(TypeError, match=r"default_rng\(0\).*shuffle=False"):
        train(make_network(), *make_data(), epochs=1, optimizer=SGD(0.1), batch_size=2)
