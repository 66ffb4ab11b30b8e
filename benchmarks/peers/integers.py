"""Numbers as whole ones, for a solver that knows no others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from peers.problem import Floats, Ints, Problem

DECIMALS = (1.0, 2.0, 10.0, 100.0, 1000.0)
LARGEST = 2.0**50  # sums stay exact in floats, and far from where 64 bits end
WHOLE = 1e-4


@dataclass(frozen=True)
class Whole:
    """A goal in whole numbers: its value is the natural one times `scale`, exactly where `is_exact`."""

    scale: float
    is_exact: bool
    linear: Ints
    parts: Ints
    target: Ints


def whole_goal(problem: Problem) -> Whole:
    """The goal times the smallest of the problem's scales that makes all numbers whole; times a large number, rounded, where none does."""
    numbers = np.concatenate([problem.linear, problem.parts_value, problem.target])
    size = max(float(np.abs(numbers).sum()), 1e-12)
    for scale in sorted({a * b for a, b in product(problem.scales.tolist(), DECIMALS)}):
        if size * scale < LARGEST and np.abs(numbers * scale - np.rint(numbers * scale)).max(initial=0.0) < WHOLE:
            return _scaled(problem, scale, is_exact=True)
    return _scaled(problem, 10.0 ** np.floor(np.log10(LARGEST / 1e3 / size)), is_exact=False)


def _scaled(problem: Problem, scale: float, *, is_exact: bool) -> Whole:
    linear, parts, target = (np.rint(values * scale).astype(np.int64) for values in (problem.linear, problem.parts_value, problem.target))
    return Whole(scale, is_exact, linear, parts, target)


def whole_row(values: Floats, lower: float, upper: float) -> tuple[Ints, int | None, int | None]:
    """A row in whole numbers: coefficients, lower and upper side (None: open), with the audit's tolerance of a millionth."""
    for scale in DECIMALS:
        if np.abs(values * scale - np.rint(values * scale)).max(initial=0.0) < WHOLE:
            break
    else:
        scale = 1e6
    low = None if np.isinf(lower) else int(np.ceil((lower - 1e-6) * scale))
    high = None if np.isinf(upper) else int(np.floor((upper + 1e-6) * scale))
    return np.rint(values * scale).astype(np.int64), low, high
