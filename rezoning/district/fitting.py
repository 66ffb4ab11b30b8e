"""A seed fitted to what schools count: within each zone of today every sum is the school's, and the pattern is the seed's.

Groups that do not overlap and what is left of all students (`other`) are fitted together, with the grades where there are some; a group that overlaps
them is fitted within all students then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.district.raking import rake
from rezoning.district.school_counts import SchoolCounts

OTHER = "other"
SAME = 1e-6
CLOSE = 1e-3
LITTLE = 0.01
"""How much of its zone's usual share a unit is given whose seed leaves no room for what the school counts."""


@dataclass
class Told:
    """Schools whose zones had to be filled in otherwise, by name; each list becomes one sentence."""

    no_children: list[str] = field(default_factory=list)
    no_group: list[str] = field(default_factory=list)
    no_room: list[str] = field(default_factory=list)
    no_fit: list[str] = field(default_factory=list)


@dataclass
class Seed:
    """Students of units with groups and grades, shape (n,) each.

    Parameters
    ----------
    students, groups, grades
        Counts.
    partition
        Groups that do not overlap.
    """

    students: Floats
    groups: dict[str, Floats]
    grades: dict[str, Floats]
    partition: tuple[str, ...]

    def copy(self) -> Seed:
        """The same numbers, to be written over."""
        groups, grades = ({name: counts.copy() for name, counts in one.items()} for one in (self.groups, self.grades))
        return Seed(self.students.copy(), groups, grades, self.partition)

    def parts(self, zone: Ints, names: tuple[str, ...], counts: dict[str, Floats]) -> Floats:
        """Some counts that do not overlap and what they leave of all students, shape (zone, names + 1)."""
        parts = [counts[name][zone] for name in names]
        left = self.students[zone] - np.sum(parts, axis=0) if parts else self.students[zone]
        return np.stack([*parts, np.where(left > SAME * self.students[zone], left, 0.0)], axis=1)


@dataclass(frozen=True, eq=False)
class Fitted:
    """What came of a seed.

    Parameters
    ----------
    students
        The estimates.
    zones
        Units in the zone of today of each school, open ones first.
    known
        Schools that have a zone and count their students.
    rest
        Units of no such school.
    told
        What had to be filled in.
    """

    students: Seed
    zones: tuple[Ints, ...]
    known: tuple[int, ...]
    rest: Ints
    told: Told


def fit(seed: Seed, counts: SchoolCounts, current: Ints) -> Fitted:
    """Estimates of all units: those of a zone sum to its school's counts, all others are scaled as these are together.

    Parameters
    ----------
    seed
        Stays as it is.
    counts
        Of the open schools followed by the closed ones.
    current
        Zone of today of each unit, shape (n,).
    """
    fitted, told = seed.copy(), Told()
    zones = tuple(np.flatnonzero(current == s) for s in range(len(counts.ids)))
    known = tuple(s for s, zone in enumerate(zones) if len(zone) and not np.isnan(counts.students[s]))
    for s in known:
        _fit_zone(fitted, zones[s], counts, s, told)
    inside = np.concatenate([zones[s] for s in known]) if known else np.zeros(0, dtype=np.int64)
    rest = np.setdiff1d(np.arange(len(current)), inside)
    _fit_rest(fitted, seed, rest, inside)
    return Fitted(fitted, zones, known, rest, told)


# -- one zone --------------------------------------------------------------------------------------------------------


def _fit_zone(fitted: Seed, zone: Ints, counts: SchoolCounts, s: int, told: Told) -> None:
    """Estimates of the units of one zone, from the seed that they hold until then."""
    whole, name = float(counts.students[s]), counts.names[s]
    children = fitted.students[zone].copy()
    if not children.sum() > 0:
        if whole > 0:
            told.no_children.append(name)
        children = np.ones(len(zone))
        fitted.students[zone] = 1.0
    grades = tuple(fitted.grades)
    by_group, by_grade = fitted.parts(zone, fitted.partition, fitted.groups), fitted.parts(zone, grades, fitted.grades)
    group_sums = _sums([float(counts.groups[one][s]) for one in fitted.partition], whole, by_group)
    grade_sums = _sums([float(counts.grades[one][s]) for one in grades], whole, by_grade)
    groups, kinds = _filled(by_group, children), _filled(by_grade, children)
    for one, wanted, seed in zip((*fitted.partition, OTHER), group_sums, by_group.sum(axis=0), strict=True):
        if wanted > 0 and not seed > 0 and name not in told.no_children:
            told.no_group.append(f"{name} ({one})")
    shares = {one: fitted.groups[one][zone] / np.maximum(children, np.finfo(float).tiny) for one in fitted.groups if one not in fitted.partition}
    by_both = np.einsum("ug,uk,u->gk", groups, kinds, np.divide(1, children, out=np.zeros_like(children), where=children > 0))
    raked = rake(by_both.T, grade_sums, group_sums)
    if not raked.has_converged:
        told.no_fit.append(name)
    table = raked.table.T
    factors = np.divide(table, by_both, out=np.zeros_like(table), where=by_both > 0)
    cells = np.einsum("ug,uk,gk->ugk", groups, np.divide(kinds, children[:, None], out=np.zeros_like(kinds), where=children[:, None] > 0), factors)
    by_group, by_grade = cells.sum(axis=2), cells.sum(axis=1)
    fitted.students[zone] = by_group.sum(axis=1)
    for k, one in enumerate(fitted.partition):
        fitted.groups[one][zone] = by_group[:, k]
    for k, one in enumerate(grades):
        fitted.grades[one][zone] = by_grade[:, k]
    for one, share in shares.items():
        fitted.groups[one][zone] = _within(fitted.students[zone], share, float(counts.groups[one][s]), f"{name} ({one})", told)


def _filled(parts: Floats, children: Floats) -> Floats:
    """Parts of which there are none in the zone are spread as all children are: whether they are wanted is up to the school's counts."""
    return np.where(parts.sum(axis=0) > 0, parts, children[:, None])


def _sums(known: list[float], whole: float, seed: Floats) -> Floats:
    """What each part and the rest sum to. What the school does not know of a part is shared out, with the rest, as the seed has it."""
    sums = np.array([*known, np.nan])
    left = max(0.0, whole - float(np.nansum(sums)))
    unknown = np.isnan(sums)
    weight = np.where(unknown, seed.sum(axis=0), 0.0)
    if not weight.sum() > 0:  # nothing but the rest is unknown, or the seed has nobody in it
        weight[-1] = 1.0
    sums[unknown] = (left * weight / weight.sum())[unknown]
    return sums * (whole / sums.sum()) if sums.sum() > 0 else sums


def _within(students: Floats, share: Floats, wanted: float, name: str, told: Told) -> Floats:
    """A group that overlaps others, in each unit no more than its students: fitted as the two columns of those in it and those who are not."""
    share = np.clip(share, 0.0, 1.0)
    whole = float(students.sum())
    if np.isnan(wanted) or not 0 < wanted < whole:
        return students * (share if np.isnan(wanted) else wanted / whole if whole > 0 else 0.0)
    if not (share * students).sum() > 0:
        told.no_group.append(name)
        share = np.ones_like(share) * (wanted / whole)
    least, most = students[share >= 1].sum(), students[share > 0].sum()
    if (least > 0 and wanted < least * (1 + CLOSE)) or (most < whole and wanted > most * (1 - CLOSE)):
        told.no_room.append(name)
        share = (1 - LITTLE) * share + LITTLE * (wanted / whole)
    raked = rake(students[:, None] * np.stack([share, 1 - share], axis=1), students, np.array([wanted, whole - wanted]))
    if not raked.has_converged:
        told.no_fit.append(name)
    return np.minimum(raked.table[:, 0], students)


def _fit_rest(fitted: Seed, seed: Seed, rest: Ints, known: Ints) -> None:
    """Units without a school that counts: scaled as all others together."""
    if not len(rest):
        return

    def factor(after: Floats, before: Floats) -> float:
        return float(after[known].sum() / before[known].sum()) if before[known].sum() > 0 else 0.0

    parts = seed.parts(rest, seed.partition, seed.groups)
    before, after = (one.parts(known, one.partition, one.groups).sum(axis=0) for one in (seed, fitted))
    scaled = parts * np.divide(after, before, out=np.zeros_like(after), where=before > 0)
    fitted.students[rest] = scaled.sum(axis=1)
    ratio = np.divide(fitted.students[rest], seed.students[rest], out=np.zeros(len(rest)), where=seed.students[rest] > 0)
    for k, name in enumerate(seed.partition):
        fitted.groups[name][rest] = scaled[:, k]
    for name, counts in seed.groups.items():
        if name not in seed.partition:
            fitted.groups[name][rest] = np.minimum(counts[rest] * factor(fitted.groups[name], counts), fitted.students[rest])
    for name, counts in seed.grades.items():
        fitted.grades[name][rest] = counts[rest] * ratio
