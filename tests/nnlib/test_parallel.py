"""Training on a cluster: equal to one machine, whatever happens to a worker; no trace is left."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import psutil
import pytest

pytest.importorskip("distributed", reason="the optional extra `parallel` is not installed")

import dask
from distributed import Client, LocalCluster

from nnlib.network import MLP
from nnlib.optimizers import SGD, Momentum
from nnlib.parallel import train_parallel
from nnlib.training import DivergenceError, train

NOT_INSTALLED = """
import sys
sys.modules["distributed"] = None
import nnlib
import nnlib.parallel
"""


def start_cluster(workers=2, **options):
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        # Of a worker that is killed on purpose nobody needs to be warned.
        silence_logs=logging.CRITICAL,
        **options,
    )


@pytest.fixture(scope="module")
def client():
    """Two worker processes; a killed one is started again."""
    # Else Dask looks 15 s after each loss whether the worker is back, and if it is not, because the
    # machine is slow or the next test has killed it again, gives its place up.
    patience = dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"})
    with patience, start_cluster(host="127.0.0.1") as cluster, Client(cluster) as client:
        yield client


@pytest.fixture
def both(client):
    """The same, after a test before may have killed one."""
    client.wait_for_workers(2, timeout=120)
    return client


@pytest.fixture(scope="module")
def threads():
    """Three workers that are threads of this process."""
    with start_cluster(3, processes=False) as cluster, Client(cluster) as client:
        yield client


def make_data(examples=101, outputs=3):
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=(examples, 4)), generator.uniform(size=(examples, outputs))
    return x, y / y.sum(axis=1, keepdims=True)


def make_network(**options):
    return MLP([4, 6, 3], **{"generator": np.random.default_rng(0), **options})


def run_both(client, network_options, x, y, make_optimizer, **options):
    """Train on this machine and on the cluster; return the two networks and histories."""
    one, many = make_network(**network_options), make_network(**network_options)
    local = train(one, x, y, optimizer=make_optimizer(), **generator_of(options))
    remote = train_parallel(
        many, x, y, client=client, optimizer=make_optimizer(), **generator_of(options)
    )
    return one, many, local, remote


def generator_of(options):
    return {**options, "generator": np.random.default_rng(5)}


def distance(one, many):
    difference = np.linalg.norm(one.parameters - many.parameters)
    return difference / np.linalg.norm(one.parameters)


class At:
    """An optimiser that lets something happen before one of its steps."""

    def __init__(self, step, happening):
        self._inner = Momentum(0.2, 0.9)
        self.learning_rate = 0.2
        self._left = step
        self._happening = happening

    def step(self, parameters, gradient):
        self._left -= 1
        if self._left == 0:
            self._happening()
        self._inner.step(parameters, gradient)

    def reset(self):
        self._inner.reset()


def kill_one(client):
    """Kill a worker process with the signal that it cannot refuse; return its address."""
    address, number = min(client.run(os.getpid).items())
    os.kill(number, getattr(signal, "SIGKILL", signal.SIGTERM))
    return address


SOFTMAX = {"output_activation": "softmax", "loss": "categorical_cross_entropy"}


@pytest.mark.parametrize("network_options", [{}, SOFTMAX], ids=["squared error", "cross-entropy"])
@pytest.mark.parametrize("batch_size", [None, 1, 10, 101, 1000])
def test_equals_one_machine(both, network_options, batch_size):
    # 101 examples on two workers, and batches whose rows fall anywhere: no two shards are equal.
    one, many, local, remote = run_both(
        both, network_options, *make_data(), lambda: SGD(0.5), epochs=1, batch_size=batch_size
    )
    assert distance(one, make_network(**network_options)) > 0
    assert distance(one, many) < 1e-12
    np.testing.assert_allclose(remote.loss, local.loss, rtol=1e-12)
    assert remote.learning_rate == local.learning_rate
    assert remote.stopped == "completed"


def test_equals_one_machine_over_many_steps_with_momentum(both):
    one, many, local, remote = run_both(
        both, {}, *make_data(), lambda: Momentum(0.2, 0.9), epochs=10, batch_size=20
    )
    assert local.epochs == remote.epochs == 10
    assert distance(one, many) < 1e-12
    np.testing.assert_allclose(remote.loss, local.loss, rtol=1e-12)


def test_a_plain_mean_of_the_shards_would_not_pass(both):
    # What the comparison must notice: 3 examples on 2 workers make shards of 1 and 2.
    x, y = make_data(3)
    one, many, *_ = run_both(both, {}, x, y, lambda: SGD(0.5), epochs=1)
    wrong = make_network()
    means = [wrong.loss_and_gradient(x[rows], y[rows])[1] for rows in (slice(1), slice(1, 3))]
    SGD(0.5).step(wrong.parameters, np.mean(means, axis=0))
    assert distance(one, many) < 1e-12
    assert distance(one, wrong) > 1e-6


def test_single_precision_stays_single(both):
    one, many, *_ = run_both(
        both, {"dtype": np.float32}, *make_data(), lambda: SGD(0.5), epochs=2, batch_size=10
    )
    assert many.parameters.dtype == np.float32
    assert 0 <= distance(one, many) < 1e-6


def test_more_workers_than_examples(both):
    one, many, *_ = run_both(both, {}, *make_data(1), lambda: SGD(0.5), epochs=3)
    assert distance(one, many) < 1e-12


def test_workers_may_be_threads(threads):
    x, y = make_data(3000)
    one, many, *_ = run_both(threads, {}, x, y, lambda: SGD(0.5), epochs=10, batch_size=1000)
    assert distance(one, many) < 1e-12


def test_the_generator_is_used_as_on_one_machine(threads):
    x, y = make_data()
    states = []
    for run, where in ((train, {}), (train_parallel, {"client": threads})):
        generator = np.random.default_rng(3)
        run(
            make_network(),
            x,
            y,
            epochs=2,
            optimizer=SGD(0.1),
            batch_size=50,
            generator=generator,
            **where,
        )
        states.append(generator.bit_generator.state)
    assert states[0] == states[1]


def test_a_large_network_brings_no_warning(threads):
    network = MLP([4, 1200, 1200, 3], generator=np.random.default_rng(0))
    assert network.parameters.nbytes > 10e6  # where Dask's own warning begins
    history = train_parallel(network, *make_data(3), client=threads, epochs=1, optimizer=SGD(0.1))
    assert history.epochs == 1


@pytest.mark.parametrize("step", [1, 7, 20])
def test_a_killed_worker_costs_nothing(both, step):
    x, y = make_data()
    killed = []

    def run(optimizer):
        network = make_network()
        history = train_parallel(
            network,
            x,
            y,
            client=both,
            epochs=4,
            optimizer=optimizer,
            batch_size=20,
            generator=np.random.default_rng(3),
        )
        return network, history

    undisturbed, expected = run(At(step, lambda: None))
    before = set(both.nthreads())
    survivor, history = run(At(step, lambda: killed.append(kill_one(both))))
    assert len(before) == 2
    assert killed and killed[0] in before
    assert killed[0] not in both.nthreads()
    # To the last bit: the same shards, added in the same order.
    assert survivor.parameters.tolist() == undisturbed.parameters.tolist()
    assert history.loss == expected.loss


def shard_holders(client):
    """The workers that hold each shard."""
    where = client.has_what().items()
    shards = {key for _, keys in where for key in keys if str(key).startswith("_Shard")}
    return [[worker for worker, keys in where if shard in keys] for shard in sorted(shards)]


def test_the_shards_stay_where_they_are(both, monkeypatch):
    # A busy scheduler forgets finished tasks late, and takes many that bear the same name for roots
    # of a large graph, which it would run on any idle worker. Here no task is forgotten at all, and
    # only one worker is busy at a time.
    kept, holders = [], []
    gather = Client.gather
    monkeypatch.setattr(
        Client, "gather", lambda self, futures: kept.append(futures) or gather(self, futures)
    )
    train_parallel(
        make_network(),
        *make_data(20),
        client=both,
        epochs=1,
        optimizer=At(20, lambda: holders.extend(shard_holders(both))),
        batch_size=1,
        generator=np.random.default_rng(3),
    )
    assert len(kept) == 20
    assert sorted(holders) == [[worker] for worker in sorted(both.nthreads())]


def kill_one_at_work(client, killed):
    """Wait until workers compute gradients, then kill one."""
    while not any("sums" in str(task) for tasks in client.processing().values() for task in tasks):
        time.sleep(0.001)
    killed.append(kill_one(client))


def test_a_worker_killed_while_it_computes(both):
    x, y = make_data(20_000)
    undisturbed, survivor = (
        MLP([4, 150, 150, 3], generator=np.random.default_rng(0)) for _ in range(2)
    )
    train_parallel(undisturbed, x, y, client=both, epochs=3, optimizer=SGD(0.1))
    killed = []
    killer = threading.Thread(target=kill_one_at_work, args=(both, killed))
    killer.start()
    train_parallel(survivor, x, y, client=both, epochs=3, optimizer=SGD(0.1))
    assert killed, "the training was over before the worker was dead"
    killer.join()
    assert survivor.parameters.tolist() == undisturbed.parameters.tolist()


def test_scattered_data_would_have_been_lost(both):
    """Why the shards are submitted: this is the other way, and what becomes of it."""
    address = min(both.run(os.getpid))
    scattered = both.scatter(np.ones(3), workers=[address])
    submitted = both.submit(np.ones, 3, workers=[address], allow_other_workers=True)
    assert submitted.result().tolist() == [1, 1, 1]
    assert kill_one(both) == address
    deadline = time.monotonic() + 60
    while scattered.status == "finished" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert scattered.status in ("lost", "cancelled")
    assert submitted.result().tolist() == [1, 1, 1]


def test_divergence_gives_the_parameters_back(threads):
    x, y = make_data()
    network = make_network(output_activation="identity", activation="relu")
    before = network.parameters.copy()
    with pytest.raises(DivergenceError, match="lower the learning rate"):
        train_parallel(network, x, y, client=threads, epochs=200, optimizer=SGD(1e6))
    assert network.parameters.tolist() == before.tolist()


def test_an_error_of_the_cluster_gives_the_parameters_back():
    x, y = make_data()
    network = make_network()
    before = network.parameters.copy()
    with start_cluster(1, processes=False) as cluster, Client(cluster) as client:
        with pytest.raises(Exception) as caught:
            train_parallel(network, x, y, client=client, epochs=9, optimizer=At(3, client.close))
        assert "ancel" in type(caught.value).__name__ or "lose" in str(caught.value).lower()
    assert network.parameters.tolist() == before.tolist()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"client": None}, TypeError, "client is None, expected a distributed.Client"),
        ({"optimizer": SGD}, TypeError, "optimizer is <class"),
        ({"epochs": 0}, ValueError, "epochs is 0"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"batch_size": 5}, TypeError, "generator is None"),
    ],
)
def test_refuses_what_it_cannot_use(threads, change, error, message):
    network = make_network()
    before = network.parameters.copy()
    arguments = {"client": threads, "epochs": 1, "optimizer": SGD(0.5), **change}
    with pytest.raises(error, match=message):
        train_parallel(network, *make_data(), **arguments)
    assert network.parameters.tolist() == before.tolist()


def test_refuses_examples_that_do_not_fit(threads):
    x, y = make_data()
    with pytest.raises(ValueError, match="x has shape"):
        train_parallel(make_network(), x[:, :3], y, client=threads, epochs=1, optimizer=SGD(0.5))


def test_refuses_a_closed_client_and_an_empty_cluster():
    arguments = {"epochs": 1, "optimizer": SGD(0.5)}
    with start_cluster(0, processes=False) as cluster:
        with Client(cluster) as client, pytest.raises(ValueError, match="client has no workers"):
            train_parallel(make_network(), *make_data(), client=client, **arguments)
        with pytest.raises(ValueError, match="client is closed, expected one that is connected"):
            train_parallel(make_network(), *make_data(), client=client, **arguments)


def run_program(program):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )


# In a process of its own, where no other cluster opens anything.
LISTENING = """
import os, psutil
from distributed import Client, LocalCluster

def listening():
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    found = [each for process in processes for each in process.net_connections("inet")]
    return {each.laddr.ip for each in found if each.status == psutil.CONN_LISTEN}

local = "127.0.0.1:0"
with LocalCluster(n_workers=1, host="127.0.0.1", dashboard_address=local) as cluster:
    with Client(cluster) as client:
        workers = client.run(os.getpid).values()
        print(listening())
print(listening(), any(map(psutil.pid_exists, workers)))
"""


def test_a_cluster_listens_to_this_machine_only_and_leaves_nothing():
    done = run_program(LISTENING)
    assert done.stdout.splitlines() == ["{'127.0.0.1'}", "set() False"], done.stderr


DYING = """
import os, signal
from distributed import Client
client = Client(n_workers=1, host="127.0.0.1", dashboard_address="127.0.0.1:0")
print(*client.run(os.getpid).values(), flush=True)
os.kill(os.getpid(), signal.SIGTERM)
"""


def test_workers_end_with_the_process_that_started_them():
    done = run_program(DYING)
    assert done.returncode != 0
    worker = int(done.stdout)
    deadline = time.monotonic() + 60
    while psutil.pid_exists(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not psutil.pid_exists(worker)


def test_without_dask_the_error_says_how_to_get_it():
    done = run_program(NOT_INSTALLED)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: nnlib.parallel")
    # Not `pip install "nnlib[parallel]"`: the package index has another project of this name.
    assert "run `pip install distributed`" in last and '".[parallel]"' in last


def test_nnlib_does_not_import_dask():
    program = "import sys, nnlib; print({'dask', 'distributed'} & set(sys.modules))"
    done = run_program(program)
    assert (done.stdout.strip(), done.returncode) == ("set()", 0), done.stderr
