"""Students of each unit, estimated: a seed of children, scaled within each zone of today to what its school counts.

A group is spread by its own children, or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import quoted
from rezoning.district.district import Ints
from rezoning.district.estimate import ALL, Estimate, SchoolEstimate, spread_of
from rezoning.district.fitting import SAME, Fitted, Seed, fit
from rezoning.district.reading import Reading, counted
from rezoning.district.school_counts import SchoolCounts, called, read_school_counts, unknown_ones
from rezoning.errors import shown
from rezoning.scenario.data import BLIND, SEED
from rezoning.scenario.section import columns_of

if TYPE_CHECKING:
    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.schema import Data

FAR = 2.0
"""Students by child, or children by student: a school further from its seed than this is named."""


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
    fitted = fit(seed, counts, current)
    if not fitted.known:
        message = "no school with a zone of today has a count of students."
        reading.problems.add(section.place("students"), message, "Name the column of the schools file that says how many students each has.")
        return None
    students = fitted.students
    units.students, units.groups, units.grades = students.students, students.groups, students.grades
    found = [_school(seed, zone, counts, s) for s, zone in enumerate(fitted.zones)]
    _tell(counts, fitted, current, reading)
    _tell_factors(found, seed, fitted, counts, reading)
    spread = {name: _spreads(students, name, section.error) for name in (ALL, *students.groups)}
    words = _words(data)
    reading.note(f"students are an estimate: {words}, scaled to each school's counts ({called(section.students)}) within its zone of today")
    return Estimate("raked", words, section.error, spread, tuple(found))


# -- what is refused -------------------------------------------------------------------------------------------------


def _is_blind(data: Data, units: UnitTable, counts: SchoolCounts, current: Ints, reading: Reading) -> bool:
    """Refuse groups whose seed says no more than where children live: the same share of them in all units of each zone. Tell of single zones."""
    found = False
    for name, seed in units.groups.items():
        wanted = counts.groups[name]
        zones = {s: np.flatnonzero((current == s) & (units.students > 0)) for s in range(len(counts.ids)) if wanted[s] > 0}
        several = {s: zone for s, zone in zones.items() if len(zone) > 1}
        flat = [s for s, zone in several.items() if np.ptp(seed[zone] / units.students[zone]) <= SAME]
        if flat and len(flat) == len(several):
            found = True
            message = f"nothing says where the students of '{name}' live: the seed is the same share of the children in all units. {BLIND}"
            reading.problems.add(data.units.place("groups", name), message, SEED)
        elif filled := [counts.names[s] for s in flat if seed[several[s]].sum() > 0]:
            said = f"the seed of '{name}' is the same share of the children in all units of the zone, and says no more than where children live"
            reading.warn(f"estimate: {said}: {shown(quoted(filled))}")
    return found


# -- what is told ----------------------------------------------------------------------------------------------------


def _school(seed: Seed, zone: Ints, counts: SchoolCounts, s: int) -> SchoolEstimate:
    children, whole = float(seed.students[zone].sum()), float(counts.students[s])
    groups = {name: _ratio(float(counts.groups[name][s]), float(values[zone].sum())) for name, values in seed.groups.items()}
    return SchoolEstimate(counts.ids[s], counts.names[s], None if np.isnan(whole) else whole, children, _ratio(whole, children), groups)


def _ratio(count: float, children: float) -> float | None:
    return None if np.isnan(count) or not children > 0 else count / children


def _spreads(students: Seed, name: str, mean_error: float) -> tuple[float, float]:
    ours = students.students if name == ALL else students.groups[name]
    return spread_of(ours, mean_error), spread_of(np.maximum(students.students - ours, 0), mean_error) if name != ALL else 1.0


def _words(data: Data) -> str:
    columns = " + ".join(columns_of(data.units.students or ()))
    by_group = f", by group in {', '.join(data.units.groups)}" if data.units.groups else ""
    return f"children of {data.units.path.name} ({columns}{by_group})"


def _tell(counts: SchoolCounts, fitted: Fitted, current: Ints, reading: Reading) -> None:
    names, is_known, told = counts.names, ~np.isnan(counts.students), fitted.told
    homeless = [s for s, zone in enumerate(fitted.zones) if not len(zone) and counts.students[s] > 0]
    if homeless:
        left = sum(float(counts.students[s]) for s in homeless)
        said = shown(f"'{names[s]}' ({counts.students[s]:,.10g})" for s in homeless)
        reading.warn(f"estimate: {counted(len(homeless), 'school')} without a zone of today, whose {left:,.10g} students live in no unit: {said}")
    silent = [s for s, zone in enumerate(fitted.zones) if len(zone) and not is_known[s]]
    if silent:
        said = shown(f"'{names[s]}'" for s in silent)
        reading.warn(f"estimate: {counted(len(silent), 'school')} without a count of students, estimated as all others together: {said}")
    new = int((current[fitted.rest] < 0).sum())
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


def _tell_factors(found: list[SchoolEstimate], seed: Seed, fitted: Fitted, counts: SchoolCounts, reading: Reading) -> None:
    """Least, middle and largest of students by child, and who is far off."""
    factors = {school.name: school.factor for school in found if school.factor is not None and school.students is not None}
    if not factors:
        return
    values = np.array(list(factors.values()))
    children = sum(float(seed.students[zone].sum()) for zone in (fitted.zones[s] for s in fitted.known))
    usual = sum(float(counts.students[s]) for s in fitted.known) / children
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
