"""What counts of students may be in truth, or become: errors of the count, and other years.

Each works on units, on draws that all compared assignments share. An error (`is_error`) lies around what was counted, which is the best that is
known; the others are changes, and what they shift is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rezoning.district.district import District, Floats, Ints
from rezoning.metrics.programs import EVERYONE

NORMAL_90 = 1.6448536269514722
"""Margins of error are those of 90 % intervals, as the Census Bureau publishes them: this many standard deviations."""


@dataclass(frozen=True, eq=False)
class Margin:
    """Small-area noise: normal, cut off at 0, with the margin of error of each unit's count as its 90 % interval.

    The margin of a part of a count with a students of n is that of the count times √(a / n), so that the parts' variances add up to the count's.

    Parameters
    ----------
    margins
        Of the students of each unit, shape (n,).
    """

    margins: Floats
    is_error: bool = True

    def __call__(self, district: District, group: str, ours: Floats, others: Floats, shared: np.random.Generator) -> tuple[Floats, Floats]:
        """As `metrics.draws.Noise` says."""
        own, n = _of_group(shared, group), district.students[:, None]
        off = self.margins[:, None] / NORMAL_90
        parts = (np.sqrt(np.divide(np.maximum(part, 0), n, out=np.zeros_like(part), where=n > 0)) for part in (ours, others))
        a, b = (np.maximum(part + off * share * own.standard_normal(part.shape), 0) for part, share in zip((ours, others), parts, strict=True))
        return a, b


@dataclass(frozen=True, eq=False)
class Rounding:
    """Published counts that hide the last digits: each is any of the numbers that are published alike, all as likely.

    Parameters
    ----------
    to
        Counts are rounded to multiples of it; 1 where they are exact.
    below
        Counts from 1 on and below it are published as 0; 0 where none is. Units that are published without any students have none.
    """

    to: int = 1
    below: int = 0
    is_error: bool = True

    def __call__(self, district: District, group: str, ours: Floats, others: Floats, shared: np.random.Generator) -> tuple[Floats, Floats]:  # noqa: ARG002
        """As `metrics.draws.Noise` says."""
        own = _of_group(shared, group)
        all_ = self._meant(ours + others, own)
        if group == EVERYONE:
            return all_, np.zeros_like(all_)
        a = np.minimum(self._meant(ours, own, is_part=True), all_) * (ours + others > 0)
        return a, all_ - a

    def _meant(self, counts: Floats, own: np.random.Generator, *, is_part: bool = False) -> Floats:
        found = counts + own.integers(-(self.to // 2), (self.to - 1) // 2 + 1, counts.shape)
        if is_part and self.below > 1:
            found = np.where(counts == 0, own.integers(0, self.below, counts.shape), found)
        least = self.below if self.below > 1 else 0
        return np.where((counts > 0) | is_part, np.maximum(found, np.where(counts > 0, least, 0)), 0.0)


@dataclass(frozen=True, eq=False)
class Growth:
    """Growth and decline that differ from place to place: all students of an area times a factor, any from 1 - share to 1 + share.

    Parameters
    ----------
    share
        The most.
    area
        Area of each unit, shape (n,): its school of today, or itself.
    """

    share: float
    area: Ints
    is_error: bool = False

    def __call__(self, district: District, group: str, ours: Floats, others: Floats, shared: np.random.Generator) -> tuple[Floats, Floats]:  # noqa: ARG002
        """As `metrics.draws.Noise` says."""
        factors = shared.uniform(1 - self.share, 1 + self.share, (ours.shape[1], int(self.area.max(initial=0)) + 1)).T[self.area]
        return ours * factors, others * factors


@dataclass(frozen=True, eq=False)
class Year:
    """A coming year: each unit's students, of every group alike, in the proportion of the projected count to today's.

    Where there are none today, those to come are of the groups as the district's are.

    Parameters
    ----------
    students
        In that year, shape (n,).
    """

    students: Floats
    is_error: bool = False

    def __call__(self, district: District, group: str, ours: Floats, others: Floats, shared: np.random.Generator) -> tuple[Floats, Floats]:  # noqa: ARG002
        """As `metrics.draws.Noise` says."""
        now = district.students
        factor = np.divide(self.students, now, out=np.zeros(len(now)), where=now > 0)[:, None]
        new = np.where(now > 0, 0.0, self.students)[:, None]
        share = 1.0 if group == EVERYONE else float(district.groups[group].sum()) / max(district.total_students, 1.0)
        return ours * factor + new * share, others * factor + new * (1 - share)


@dataclass(frozen=True)
class Leaving:
    """Some of those who are reassigned go elsewhere: each of a unit's students who change schools leaves with a chance.

    Parameters
    ----------
    share
        The chance, of everybody who is in none of the groups below.
    groups
        Group to its own chance. All students of a unit together leave by what its groups' chances add up to; exact where groups do not overlap.
    """

    share: float
    groups: tuple[tuple[str, float], ...] = ()

    def chances(self, district: District, group: str) -> tuple[Floats, Floats]:
        """Chance of a student of the group (of EVERYONE, any), and of another student, in each unit; shape (n,) each."""
        n, own = district.students, dict(self.groups)
        differs = sum(((own[name] - self.share) * district.groups[name] for name in own), np.zeros(len(n)))
        all_ = np.clip(self.share + np.divide(differs, n, out=np.zeros(len(n)), where=n > 0), 0, 1)
        if group == EVERYONE:
            return all_, all_
        mine = district.groups[group]
        ours = np.full(len(n), own[group]) if group in own else all_
        rest = n - mine
        others = np.divide(all_ * n - ours * mine, rest, out=all_.copy(), where=rest > 0)
        return ours, np.clip(others, 0, 1)


def _of_group(shared: np.random.Generator, group: str) -> np.random.Generator:
    """Chance of a group's own, repeatable with that of all."""
    return np.random.default_rng([int(shared.integers(2**31)), *group.encode()])
