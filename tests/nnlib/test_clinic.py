"""The patients: the same seed gives the same run, and the sick ones are sick."""

import numpy as np
import pytest

from nnlib.clinic import FAILURES, HEALTHY, digits, moons, rings, wave
from nnlib.metrics import accuracy

CASES = [*(case for cases in FAILURES.values() for case in cases), *HEALTHY]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_same_seed_gives_the_same_run(case):
    one, other = (case(np.random.default_rng(3)) for _ in range(2))
    assert (one.network.parameters == other.network.parameters).all()
    assert one.history.loss == other.history.loss


@pytest.mark.parametrize("case", HEALTHY, ids=lambda case: case.__name__)
def test_healthy_runs_learn(case):
    run = case(np.random.default_rng(4))
    if case.__name__ == "healthy_wave":
        assert run.network.loss_value(run.x, run.y) < 0.05 * run.y.var()
    else:
        assert accuracy(run.network.predict(run.x), run.y) > 0.9


@pytest.mark.parametrize("cause", sorted(FAILURES))
def test_sick_runs_learn_badly(cause):
    for case in FAILURES[cause]:
        run = case(np.random.default_rng(4))
        if run.history.stopped != "diverged":
            assert accuracy(run.network.predict(run.x), run.y) < 0.92, case.__name__


@pytest.mark.parametrize("task", [digits, moons, rings, wave], ids=lambda task: task.__name__)
@pytest.mark.parametrize("seed", [0, None])
def test_a_task_wants_a_generator_and_no_seed(task, seed):
    with pytest.raises(TypeError, match=f"generator is {seed}, expected a numpy.random.Generator"):
        task(seed)
