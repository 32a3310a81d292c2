r"""Learning-rate schedules: how the learning rate :math:`\eta_t` changes as training goes on.

A schedule is a function of one whole number, the number :math:`t` of epochs completed so far,
so ``schedule(0)`` is the learning rate of the first epoch. The functions here build such
functions; ``train(..., schedule=cosine(0.5, epochs=100))`` uses one. Any function of your own
that turns an epoch count into a positive number will do as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from nnlib._settings import check_non_negative
from nnlib._validation import check_count, check_positive

__all__ = [
    "Schedule",
    "constant",
    "cosine",
    "exponential_decay",
    "inverse_time_decay",
    "step_decay",
]

#: A function from the number of completed epochs to the learning rate of the next one.
Schedule: TypeAlias = Callable[[int], float]


def constant(rate: float) -> Schedule:
    r"""Keep the same learning rate in every epoch: :math:`\eta_t = \eta_0`.

    Parameters
    ----------
    rate
        :math:`\eta_0`, positive.

    Returns
    -------
    Schedule
        Function from the number of completed epochs to the learning rate.

    Raises
    ------
    TypeError, ValueError
        If ``rate`` is not a positive finite number; likewise when the schedule is called with
        something other than a whole number from 0 upward.

    Examples
    --------
    >>> schedule = constant(0.5)
    >>> schedule(0), schedule(100)
    (0.5, 0.5)
    """
    initial = check_positive("rate", rate)

    def schedule(epoch: int) -> float:
        check_count("epoch", epoch, minimum=0)
        return initial

    return schedule


def step_decay(rate: float, factor: float, every: int) -> Schedule:
    r"""Multiply the rate by a factor every few epochs.

    .. math:: \eta_t = \eta_0 \, \gamma^{\lfloor t / k \rfloor}

    Parameters
    ----------
    rate
        :math:`\eta_0`, positive.
    factor
        :math:`\gamma`, positive; below 1 the rate falls.
    every
        :math:`k`, the number of epochs between two changes, at least 1.

    Returns
    -------
    Schedule
        Function from the number of completed epochs to the learning rate.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number in the range above; likewise when the schedule is called
        with something other than a whole number from 0 upward.

    Examples
    --------
    >>> schedule = step_decay(0.5, factor=0.5, every=10)
    >>> [schedule(t) for t in (0, 9, 10, 20)]
    [0.5, 0.5, 0.25, 0.125]
    """
    initial = check_positive("rate", rate)
    gamma = check_positive("factor", factor)
    period = check_count("every", every)

    def schedule(epoch: int) -> float:
        return initial * gamma ** (check_count("epoch", epoch, minimum=0) // period)

    return schedule


def exponential_decay(rate: float, factor: float) -> Schedule:
    r"""Multiply the rate by a factor after every epoch.

    .. math:: \eta_t = \eta_0 \, \gamma^{t}

    Parameters
    ----------
    rate
        :math:`\eta_0`, positive.
    factor
        :math:`\gamma`, positive; below 1 the rate falls, above 1 it grows.

    Returns
    -------
    Schedule
        Function from the number of completed epochs to the learning rate.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a positive finite number; likewise when the schedule is called
        with something other than a whole number from 0 upward.

    Examples
    --------
    >>> schedule = exponential_decay(1.0, factor=0.5)
    >>> [schedule(t) for t in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """
    return step_decay(rate, factor, every=1)


def inverse_time_decay(rate: float, decay: float) -> Schedule:
    r"""Let the rate fall like one over the number of epochs.

    .. math:: \eta_t = \frac{\eta_0}{1 + \kappa t}

    Slow enough that :math:`\sum_t \eta_t` diverges and fast enough that
    :math:`\sum_t \eta_t^2` converges: the two conditions under which stochastic approximation
    is proved to settle (H. Robbins and S. Monro, *A Stochastic Approximation Method*, Annals
    of Mathematical Statistics 22, 1951).

    Parameters
    ----------
    rate
        :math:`\eta_0`, positive.
    decay
        :math:`\kappa`, zero or positive, per epoch.

    Returns
    -------
    Schedule
        Function from the number of completed epochs to the learning rate.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number in the range above; likewise when the schedule is called
        with something other than a whole number from 0 upward.

    Examples
    --------
    >>> schedule = inverse_time_decay(1.0, decay=1.0)
    >>> [schedule(t) for t in (0, 1, 3)]
    [1.0, 0.5, 0.25]
    """
    initial = check_positive("rate", rate)
    kappa = check_non_negative("decay", decay)

    def schedule(epoch: int) -> float:
        return initial / (1 + kappa * check_count("epoch", epoch, minimum=0))

    return schedule


def cosine(rate: float, epochs: int, minimum: float = 0.0) -> Schedule:
    r"""Let the rate glide along half a cosine wave, and stay at its minimum from then on.

    .. math::

        \eta_t = \eta_{\min} + \frac{\eta_0 - \eta_{\min}}{2}
                 \left(1 + \cos \frac{\pi \min(t, T)}{T}\right)

    I. Loshchilov and F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*,
    ICLR 2017, equation 5.

    Parameters
    ----------
    rate
        :math:`\eta_0`, positive.
    epochs
        :math:`T`, the number of epochs of the descent, at least 1.
    minimum
        :math:`\eta_{\min}`, from 0 to ``rate``. With 0 the rate of epoch :math:`T` and after is
        0, which :func:`nnlib.training.train` refuses; it is never reached within the first
        :math:`T` epochs, :math:`t = 0, \dots, T - 1`.

    Returns
    -------
    Schedule
        Function from the number of completed epochs to the learning rate.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number in the range above; likewise when the schedule is called
        with something other than a whole number from 0 upward.

    Examples
    --------
    >>> schedule = cosine(1.0, epochs=4)
    >>> [round(schedule(t), 4) for t in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """
    initial = check_positive("rate", rate)
    length = check_count("epochs", epochs)
    lowest = check_non_negative("minimum", minimum)
    if lowest > initial:
        raise ValueError(
            f"minimum is {lowest}, expected at most the rate {initial}: "
            "the schedule goes down, so pass the larger number as rate"
        )

    def schedule(epoch: int) -> float:
        progress = min(check_count("epoch", epoch, minimum=0), length) / length
        return lowest + (initial - lowest) * (1 + math.cos(math.pi * progress)) / 2

    return schedule
