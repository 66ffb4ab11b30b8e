"""That students were not counted but estimated: how, how far each school's counts are from what the seed says, and how sure it is.

The error of an estimate is that of each unit: nobody counted there. Each school's own counts are known, and so is the sum over its zone of today.
What a unit may have in truth is drawn as a gamma number with the estimate as its mean and `spread` times the mean as its variance, and the numbers
of a zone are then scaled to its school's count. A sum of such numbers of one spread is one itself, and scaled to a sum they are Dirichlet's: the
shares of a multinomial with overdispersion. The spread is the one at which a unit errs by as much as was measured, `mean_error` of its count in the
mean over students, and never less than 1, with which the students of a zone fall on its units by chance alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALL = "all"
"""Beside the groups: all students."""

MEAN_ERROR = 0.51
"""Mean error of a block's count, over students, where a group is spread within today's zones by people of its own group who are no children.

Measured on census blocks of Denver with 24 zones; 0.41 by all people of the group, which flatters, for they contain the children; 0.53 for all
students by all adults; 0.95 by area.
"""


@dataclass(frozen=True)
class SchoolEstimate:
    """What the estimate made of the zone of today of one school.

    Parameters
    ----------
    id, name
        The school.
    students
        Students that it counts; None where that is not known.
    seed
        Children that the seed has in its zone.
    factor
        Students by child: what the seed was multiplied with. None where one of the two is not there.
    groups
        The same by group, ``factor`` only.
    """

    id: str
    name: str
    students: float | None
    seed: float
    factor: float | None
    groups: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """How the students of a district's units were estimated.

    Parameters
    ----------
    method
        A word for it: ``raked``, scaled to each school's counts within its zone of today.
    seed
        What says where children live, for people.
    mean_error
        Mean error of a unit's count as a share of it.
    spread
        Of each group, and of `ALL`: variance over mean of a unit's count, of the group's students and of all others.
    schools
        The open schools followed by the closed ones, as `District.current` numbers them.
    """

    method: str
    seed: str = ""
    mean_error: float = MEAN_ERROR
    spread: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    schools: tuple[SchoolEstimate, ...] = ()

    def held(self, current: NDArray[np.int64]) -> NDArray[np.int64]:
        """The school of today whose count each unit's students add up to; -1 where none is known, shape (n,)."""
        is_known = np.array([school.students is not None for school in self.schools] + [False])
        return np.where(is_known[np.where((current >= 0) & (current < len(self.schools)), current, -1)], current, -1)

    def to_record(self) -> dict[str, Any]:
        """Everything, in plain values."""
        return {
            "method": self.method,
            "seed": self.seed,
            "mean_error": self.mean_error,
            "spread": {group: list(both) for group, both in self.spread.items()},
            "schools": [asdict(school) for school in self.schools],
        }


def spread_of(counts: NDArray[np.float64], mean_error: float) -> float:
    """The spread at which counts err by `mean_error` in the mean over students; 1 where chance alone is as much.

    A gamma number of mean x and variance D x is off by 2 D k^k e^-k / Γ(k) in the mean, where k = x / D.
    """
    from scipy.special import gammaln

    some = counts[counts > 0]
    low, high = 0.0, 20.0  # logarithms
    if not len(some) or _error(some, np.exp(low), gammaln) >= mean_error:
        return 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _error(some, np.exp(middle), gammaln) < mean_error else (low, middle)
    return float(np.exp((low + high) / 2))


def _error(counts: NDArray[np.float64], spread: float, gammaln: Any) -> float:
    k = counts / spread
    return float((2 * spread * np.exp(k * np.log(k) - k - gammaln(k))).sum() / counts.sum())
