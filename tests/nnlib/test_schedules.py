"""Schedules: each against its rule written as a loop or a table, and refusals."""

import math

import pytest

from nnlib import schedules


def test_constant_never_changes():
    schedule = schedules.constant(0.3)
    assert {schedule(epoch) for epoch in range(50)} == {0.3}


def test_step_decay_multiplies_every_few_epochs():
    schedule = schedules.step_decay(0.8, factor=0.25, every=3)
    rate = 0.8
    for epoch in range(12):
        if epoch and epoch % 3 == 0:
            rate *= 0.25
        assert schedule(epoch) == pytest.approx(rate, rel=1e-14), f"epoch {epoch}"


def test_exponential_decay_multiplies_every_epoch():
    schedule = schedules.exponential_decay(0.7, factor=0.9)
    rate = 0.7
    for epoch in range(30):
        assert schedule(epoch) == pytest.approx(rate, rel=1e-13), f"epoch {epoch}"
        rate *= 0.9


def test_inverse_time_decay_grows_the_denominator_by_equal_steps():
    schedule = schedules.inverse_time_decay(0.6, decay=0.5)
    for epoch in range(20):
        assert 1 / schedule(epoch) == pytest.approx((1 + 0.5 * epoch) / 0.6, rel=1e-14)
    assert schedules.inverse_time_decay(0.6, decay=0)(9) == 0.6


def test_cosine_starts_ends_and_halves_where_it_should():
    schedule = schedules.cosine(0.9, epochs=6, minimum=0.1)
    # cos of 0, 30, 60, 90, 120, 150 and 180 degrees.
    cosines = [1, math.sqrt(3) / 2, 0.5, 0, -0.5, -math.sqrt(3) / 2, -1]
    for epoch, value in enumerate(cosines):
        assert schedule(epoch) == pytest.approx(0.5 + 0.4 * value, abs=1e-15), f"epoch {epoch}"
    assert schedule(7) == schedule(100) == pytest.approx(0.1, abs=1e-15)


ALL = [
    schedules.constant(1.0),
    schedules.step_decay(1.0, 0.5, 2),
    schedules.exponential_decay(1.0, 0.5),
    schedules.inverse_time_decay(1.0, 0.5),
    schedules.cosine(1.0, 10),
]


@pytest.mark.parametrize("schedule", ALL)
def test_an_epoch_is_a_whole_number_from_zero(schedule):
    assert schedule(0) == 1.0
    with pytest.raises(ValueError, match="epoch is -1"):
        schedule(-1)
    with pytest.raises(TypeError, match=r"epoch is 1\.5"):
        schedule(1.5)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: schedules.constant(0), ValueError, "rate is 0"),
        (lambda: schedules.constant("fast"), TypeError, "rate is 'fast'"),
        (lambda: schedules.step_decay(0.1, 0, 2), ValueError, "factor is 0"),
        (lambda: schedules.step_decay(0.1, 0.5, 0), ValueError, "every is 0"),
        (lambda: schedules.step_decay(-1, 0.5, 2), ValueError, "rate is -1"),
        (lambda: schedules.exponential_decay(0.1, math.inf), ValueError, "factor is inf"),
        (lambda: schedules.inverse_time_decay(0.1, -0.5), ValueError, "decay is -0.5"),
        (lambda: schedules.cosine(0.1, 0), ValueError, "epochs is 0"),
        (lambda: schedules.cosine(0.1, 5, minimum=0.2), ValueError, "minimum is 0.2.*rate 0.1"),
        (lambda: schedules.cosine(0.1, 5, minimum=-1), ValueError, "minimum is -1"),
    ],
)
def test_impossible_settings_are_refused_when_the_schedule_is_built(build, error, message):
    with pytest.raises(error, match=message):
        build()
