"""Students of each unit, estimated: a seed of children, scaled within each zone of today to what its school counts.

Groups that do not overlap and what is left of all students (`other`) are fitted together, with the grades where there are some; a group that overlaps
them is fitted within all students then. A group is spread by its own children, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.district.estimate import ALL, Estimate, SchoolEstimate, spread_of
from rezoning.district.raking import rake
from rezoning.district.reading import Reading, counted
from rezoning.district.school_counts import SchoolCounts, read_school_counts, unknown_ones
from rezoning.errors import shown
from rezoning.scenario.data import BLIND, SEED

if TYPE_CHECKING:
    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.schema import Data

OTHER = "other"
SAME = 1e-6
CLOSE = 1e-3
FAR = 2.0
"""Students by child, or children by student: a school further from its seed than this is named."""

LITTLE = 0.01
"""How much of its zone's usual share a unit is given whose seed leaves no room for what the school counts."""


@dataclass
class Told:
    """Schools whose zones had to be filled in otherwise, by name; each list becomes one sentence."""

    no_children: list[str] = field(default_factory=list)
    no_group: list[str] = field(default_factory=list)
    no_room: list[str] = field(default_factory=list)
    no_fit: list[str] = field(default_factory=list)


def estimate_students(data: Data, units: UnitTable, schools: SchoolTable, current: Ints, reading: Reading) -> Estimate | None:
    """Put estimates in the place of the seed that the units hold; None where a problem was found.

    Parameters
    ----------
    data
        With the section `estimate`.
    units
        Their students, groups and grades are the seed, and become estimates.
    schools
        Their file holds the counts.
    current
        Zones of today, shape (n,).
    """
    section, partition = data.estimate, data.units.partition
    assert section is not None
    counts = read_school_counts(section, schools, partition, reading)
    if counts is None or reading.problems or _is_blind(data, units, counts, current, reading):
        return None
    seed = Seed(units.students, dict(units.groups), dict(units.grades), partition)
    fitted, told = seed.copy(), Told()
    zones = {s: np.flatnonzero(current == s) for s in range(len(counts.ids))}
    known = {s: zone for s, zone in zones.items() if len(zone) and not np.isnan(counts.students[s])}
    if not known:
        message = "no school with a zone of today has a count of students."
        reading.problems.add(section.place("students"), message, "Name the column of the schools file that says how many students each has.")
        return None
    for s, zone in known.items():
        _fit_zone(fitted, zone, counts, s, told)
    rest = np.setdiff1d(np.arange(len(current)), np.concatenate(list(known.values())))
    _fit_rest(fitted, seed, rest, np.concatenate(list(known.values())))
    units.students, units.groups, units.grades = fitted.students, fitted.groups, fitted.grades
    found = [_school(seed, zones[s], counts, s) for s in range(len(counts.ids))]
    _tell(counts, zones, rest, current, told, reading)
    _tell_factors(found, seed, known, counts, reading)
    spread = {name: _spreads(fitted, name, section.error) for name in (ALL, *fitted.groups)}
    words = _words(data)
    reading.note(f"students are an estimate: {words}, scaled to each school's counts ({section.students}) within its zone of today")
    return Estimate("raked", words, section.error, spread, tuple(found))


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
    groups = _filled(fitted.parts(zone, fitted.partition, fitted.groups), children)
    kinds = _filled(fitted.parts(zone, grades, fitted.grades), children)
    group_sums = _sums([float(counts.groups[one][s]) for one in fitted.partition], whole, groups)
    grade_sums = _sums([float(counts.grades[one][s]) for one in grades], whole, kinds)
    for one, wanted, seed in zip(
        (*fitted.partition, OTHER), group_sums, fitted.parts(zone, fitted.partition, fitted.groups).sum(axis=0), strict=True
    ):
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
    if unknown.sum() == 1:
        weight = unknown.astype(np.float64)
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


# -- what is refused -------------------------------------------------------------------------------------------------


def _is_blind(data: Data, units: UnitTable, counts: SchoolCounts, current: Ints, reading: Reading) -> bool:
    """Refuse groups whose seed says no more than where children live: the same share of them in every unit of every zone."""
    found = False
    assert data.estimate is not None
    for name, seed in units.groups.items():
        wanted = counts.groups[name]
        zones = [np.flatnonzero((current == s) & (units.students > 0)) for s in range(len(counts.ids)) if np.nan_to_num(wanted[s]) > 0]
        several = [zone for zone in zones if len(zone) > 1]
        if several and all(np.ptp(seed[zone] / units.students[zone]) <= SAME for zone in several):
            found = True
            message = f"nothing says where the students of '{name}' live: the seed is the same share of the children in all units. {BLIND}"
            reading.problems.add(data.units.place("groups", name), message, SEED)
    return found


# -- what is told ----------------------------------------------------------------------------------------------------


def _school(seed: Seed, zone: Ints, counts: SchoolCounts, s: int) -> SchoolEstimate:
    children, whole = float(seed.students[zone].sum()), float(counts.students[s])
    groups = {name: _ratio(float(counts.groups[name][s]), float(values[zone].sum())) for name, values in seed.groups.items()}
    return SchoolEstimate(counts.ids[s], counts.names[s], None if np.isnan(whole) else whole, children, _ratio(whole, children), groups)


def _ratio(count: float, children: float) -> float | None:
    return None if np.isnan(count) or not children > 0 else count / children


def _spreads(fitted: Seed, name: str, mean_error: float) -> tuple[float, float]:
    ours = fitted.students if name == ALL else fitted.groups[name]
    return spread_of(ours, mean_error), spread_of(np.maximum(fitted.students - ours, 0), mean_error) if name != ALL else 1.0


def _words(data: Data) -> str:
    columns = data.units.students
    by_group = f", by group in {', '.join(data.units.groups)}" if data.units.groups else ""
    return f"children of {data.units.path.name} ({columns}{by_group})"


def _tell(counts: SchoolCounts, zones: dict[int, Ints], rest: Ints, current: Ints, told: Told, reading: Reading) -> None:
    names, is_known = counts.names, ~np.isnan(counts.students)
    homeless = [s for s, zone in zones.items() if not len(zone) and counts.students[s] > 0]
    if homeless:
        left = sum(float(counts.students[s]) for s in homeless)
        said = shown(f"'{names[s]}' ({counts.students[s]:,.10g})" for s in homeless)
        reading.warn(f"estimate: {counted(len(homeless), 'school')} without a zone of today, whose {left:,.10g} students live in no unit: {said}")
    silent = [s for s, zone in zones.items() if len(zone) and not is_known[s]]
    if silent:
        said = shown(f"'{names[s]}'" for s in silent)
        reading.warn(f"estimate: {counted(len(silent), 'school')} without a count of students, estimated as all others together: {said}")
    new = int((current[rest] < 0).sum())
    if new:
        reading.note(f"estimate: {counted(new, 'unit')} without a school of today, estimated as all others together")
    for kind in ("groups", "grades"):
        for name, values in getattr(counts, kind).items():
            if (np.isnan(values) & is_known).any():
                reading.warn(f"estimate: '{name}' is not known of {unknown_ones(counts, values)}, and is taken there as the seed has it")
    if told.no_children:
        reading.warn(f"estimate: the seed has no children in the zones of {shown(told.no_children)}; their students are spread evenly over the units")
    if told.no_group:
        reading.warn(f"estimate: the seed has none of a group that the school counts, and it is spread as all children are: {shown(told.no_group)}")
    if told.no_room:
        reading.warn(f"estimate: the seed leaves no room for what the school counts, and some are put where it has none: {shown(told.no_room)}")
    if told.no_fit:
        reading.warn(f"estimate: the counts of the school do not fit the seed, and some of them are not met: {shown(told.no_fit)}")


def _tell_factors(found: list[SchoolEstimate], seed: Seed, known: dict[int, Ints], counts: SchoolCounts, reading: Reading) -> None:
    """Least, middle and largest of students by child, and who is far off."""
    factors = {school.name: school.factor for school in found if school.factor is not None and school.students is not None}
    if not factors:
        return
    values = np.array(list(factors.values()))
    children = sum(float(seed.students[zone].sum()) for zone in known.values())
    usual = sum(float(counts.students[s]) for s in known) / children
    reading.note(
        f"estimate: students by child of the seed: {values.min():.2f} to {values.max():.2f} by school, {np.median(values):.2f} in the middle"
    )
    is_usual = 1 / FAR <= usual <= FAR
    if not is_usual:
        reading.warn(f"estimate: {usual:.2g} students by child of the seed in all schools: are the children of these ages and this place?")
    far = {name: one for name, one in factors.items() if not 1 / FAR <= one / (1 if is_usual else usual) <= FAR}
    if far:
        said = shown(f"'{name}' {one:.2f}" for name, one in far.items())
        reading.warn(
            f"estimate: students by child of the seed are far from {1 if is_usual else round(usual, 2):g} (private schools, choice, growth): {said}"
        )
