"""Equality of random variables: the same samples, or the same mean and covariance."""

from __future__ import annotations

import numpy as np

from . import syntax
from .comparison import Evidence, compare
from .errors import FalseClaim
from .evaluator import Scope, evaluate
from .moments import moment_value
from .values import Value
from .worlds import SAMPLES, World


def check_distributions(
    left: syntax.Node, right: syntax.Node, scope: Scope, evidence: Evidence
) -> None:
    """Compare two random variables, sample by sample where they are built of the same ones.

    Otherwise their means and covariances are compared, to the precision of the sample.
    """
    world = scope.world
    assert isinstance(world, World)
    inner = scope.within(world.sampled_world())
    a, b = evaluate(left, inner), evaluate(right, inner)
    if _is_sampled(a) != _is_sampled(b):
        raise FalseClaim(
            "one side is a random variable and the other is not: compare its mean or variance",
            right.span,
        )
    if _same_samples(a, b):
        compare((a, left), "=", (b, right), world, evidence)
        return
    for name in ("mean", "variance"):
        outer, world.root.precision = world.root.precision, 0.0
        first, one = moment_value(name, [a], SAMPLES)
        second, other = moment_value(name, [b], SAMPLES)
        world.root.precision = one + other
        compare((first, left), "=", (second, right), world.root, evidence)
        world.root.precision = outer


def _is_sampled(value: Value) -> bool:
    """Whether it carries an axis of samples, before the labelled ones."""
    return np.ndim(value.array) > len(value.labels)


def _same_samples(a: Value, b: Value) -> bool:
    if a.sizes != b.sizes or np.shape(a.array) != np.shape(b.array):
        return a.sizes != b.sizes
    return bool(np.abs(a.array - b.array).max() <= 1e-9 * max(a.scale, b.scale))
