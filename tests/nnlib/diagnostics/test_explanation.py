"""Each patient of the clinic gets its own cause, the healthy ones none, and nothing is changed.

Twenty fresh seeds of each are counted in benchmarks/explaining_failures.py; here a few do.
"""

import numpy as np
import pytest

from nnlib import MLP, SGD, History, train
from nnlib.clinic import FAILURES, HEALTHY
from nnlib.diagnostics import explain
from nnlib.diagnostics.causes import RULES

SICK = [(cause, case) for cause, cases in FAILURES.items() for case in cases]
SEEDS = (11, 12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("cause", "case"), SICK, ids=[case.__name__ for _, case in SICK])
def test_the_cause_of_a_failure_is_named_first(cause, case, seed):
    run = case(np.random.default_rng(seed))
    findings = explain(run.history, run.network, (run.x, run.y))
    assert [finding.cause for finding in findings][:1] == [cause], findings
    assert findings[0].evidence
    assert findings[0].remedy


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", HEALTHY, ids=lambda case: case.__name__)
def test_of_a_healthy_run_nothing_is_said(case, seed):
    run = case(np.random.default_rng(seed))
    assert explain(run.history, run.network, (run.x, run.y)) == []


def test_every_rule_has_its_patient():
    assert len(RULES) == len(FAILURES)


def test_nothing_is_changed():
    run = SICK[1][1](np.random.default_rng(0))
    kept = run.network.parameters.copy(), run.network.gradient.copy(), run.x.copy(), run.y.copy()
    epochs = run.history.epochs
    explain(run.history, run.network, (run.x, run.y))
    now = run.network.parameters, run.network.gradient, run.x, run.y
    assert all((a == b).all() for a, b in zip(kept, now, strict=True))
    assert run.history.epochs == epochs


def test_a_network_that_was_not_trained_is_only_said_to_know_nothing_of_use():
    x, y = [[0.0], [1.0]], [[0.0], [1.0]]
    network = MLP([1, 2, 1], generator=np.random.default_rng(0))
    assert explain(History(), network, (x, y)) == []


def test_few_examples_are_judged_by_their_loss():
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    linear = MLP([2, 1], loss="binary_cross_entropy", generator=np.random.default_rng(0))
    history = train(linear, x, y, epochs=200, optimizer=SGD(learning_rate=0.5))
    assert [finding.cause for finding in explain(history, linear, (x, y))] == ["no nonlinearity"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 0.4], None, ([[0.0]], [[0.0]])), "history is of type list, expected a History"),
        ((History(), None, ([[0.0]], [[0.0]])), "network is of type NoneType, expected an MLP"),
    ],
)
def test_arguments_of_another_kind_are_refused(arguments, message):
    with pytest.raises(TypeError, match=message):
        explain(*arguments)


def test_data_must_be_a_pair_that_fits():
    network = MLP([1, 1], generator=np.random.default_rng(0))
    with pytest.raises(TypeError, match="data is of type list, expected a pair"):
        explain(History(), network, [[0.0]])
    with pytest.raises(ValueError, match="x has shape"):
        explain(History(), network, ([[0.0, 1.0]], [[1.0]]))
