"""Where a plan stands among the samples, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rezoning.optimize.chain.series import SAME, Floats, effective_size


@dataclass(frozen=True)
class Standing:
    """A value among the samples of all chains.

    Parameters
    ----------
    below, equal, above
        Shares of the samples that have less, the same, and more.
    error
        Standard error of `percentile` by chance of the chain; None where no sample is on one of the sides.
    better_than
        Share of the samples that are worse; None where neither way is better.
    """

    below: float
    equal: float
    above: float
    error: float | None
    better_than: float | None

    @property
    def percentile(self) -> float:
        """Share of samples with less, and half of those with the same."""
        return self.below + self.equal / 2


def standing(value: float, chains: Sequence[Floats], direction: Literal["lower", "higher"] | None, step: float = 0.0) -> Standing:
    """Where a value stands.

    The error is that of a mean of chains, the larger of two: by each chain's effective sample size, √(Σ_c σ_c² / ess_c) / C for C chains, and by how
    far their own percentiles are apart, s / √C.

    Parameters
    ----------
    step
        Values nearer than half of it are the same: for a value that is known to so much.
    """
    near = max(SAME * max(1.0, abs(value)), step / 2)
    scores = [np.where(chain < value - near, 1.0, np.where(chain > value + near, 0.0, 0.5)) for chain in chains]
    every = np.concatenate(chains)
    below, above = float((every < value - near).mean()), float((every > value + near).mean())
    worse = {"lower": above, "higher": below}.get(direction or "")
    return Standing(below, 1.0 - below - above, above, _error(scores), worse)


def _error(scores: Sequence[Floats]) -> float | None:
    every = np.concatenate(scores)
    if every.min() == every.max():
        return None
    parts = [0.0 if (size := effective_size(score)) is None else float(score.var()) / size for score in scores]
    within = float(np.sqrt(sum(parts))) / len(scores)
    between = float(np.std([score.mean() for score in scores], ddof=1)) / np.sqrt(len(scores)) if len(scores) > 1 else 0.0
    return float(max(within, between))
