"""Goals that have no value in a district: nobody to compare, no seats, no borders. Each is refused with its place and its cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rezoning.district.district import District
from rezoning.district.questions import can_be_asked
from rezoning.errors import Problems, shown
from rezoning.formulation.borders import areas_km2, outlines_km
from rezoning.formulation.burden import who_count
from rezoning.formulation.formulation import NOTHING
from rezoning.formulation.mixing import partition_counts
from rezoning.scenario.schema import Goal, Scenario

Wrong = tuple[str, str, str]  # key of the goal, message, cure
Check = Callable[[Goal, District, Scenario], Iterator[Wrong]]


def undefined(goals: tuple[Goal, ...], district: District, problems: Problems, scenario: Scenario) -> None:
    """Collect the goals that have no value in this district; those that it lacks data for are told at the door."""
    for goal in goals:
        if district.total_students <= 0:
            problems.add(goal.place("minimize"), "the district has no students, so no goal has a value.", "Check data.units.students.")
            return
        for check in CHECKS.get(goal.minimize, ()) if can_be_asked(district, goal, scenario.rules) else ():
            found = list(check(goal, district, scenario))
            for key, message, cure in found:
                problems.add(goal.place(key), message, cure)
            if found:
                break  # what comes after rests on it


# -- what a goal needs -----------------------------------------------------------------------------------------------


def _two_groups(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    a = district.groups[str(goal.group)].sum()
    others = goal.versus in (None, "others")
    b = district.total_students - a if others else district.groups[str(goal.versus)].sum()
    for name, count in ((goal.group, a), ("others" if others else str(goal.versus), b)):
        if count <= 0:
            yield "group", f"dissimilarity compares '{name}', which has {count:g} students in this district.", "Choose another group."


def _some_of_group(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    count = float(district.groups[str(goal.group)].sum())
    if count <= NOTHING:
        yield "group", f"{goal.minimize} is of '{goal.group}', which has {count:g} students in this district.", "Choose another group."


def _some_others(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    count = float(district.total_students - district.groups[str(goal.group)].sum())
    if count <= NOTHING:
        message = f"{goal.minimize} compares '{goal.group}' with all other students, of whom this district has {count:g}."
        yield "group", message, "Choose another group."


def _some_of_each_group(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    for name in goal.groups or district.groups:
        count = float(who_count(district, str(goal.measure), district.groups[name]).sum())
        if count <= NOTHING:
            key = "minimize" if goal.groups is None else "groups"
            cure = "Leave it out of groups." if goal.groups else "Name the other groups in groups."
            yield key, f"{goal.minimize} compares '{name}', which has {count:g} students in this district.", cure


def _partition(_: Goal, district: District, __: Scenario) -> Iterator[Wrong]:
    counts = partition_counts(district)
    wrong = np.flatnonzero(counts.min(axis=0) < -NOTHING)
    if len(wrong):
        units = shown(f"'{district.unit_ids[u]}' ({counts[:, u].min():g})" for u in wrong)
        message = f"theil_h has no value: the groups of data.units.partition together have more students than units {units}."
        yield "minimize", message, "Name groups that do not overlap, or write data.units.groups_above_total: clip."
    elif (counts.sum(axis=1) > NOTHING).sum() < 2:
        names = [*district.partition, "other"]
        message = f"theil_h compares groups, and of {shown(names)} only one has students in this district."
        yield "minimize", message, "Name other groups in data.units.partition."


def _some_seats(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    assert district.capacity is not None
    if not (district.capacity > 0).any():
        yield "minimize", f"{goal.minimize} is over schools with seats, and none has any.", "Check data.schools.capacity."


def _known_borders(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    if district.border_m is None or np.isnan(district.border_m).all():
        message = f"{goal.minimize} counts borders, and no two neighbors have a border of known length."
        yield "minimize", message, "Give polygons, or a third column with lengths in meters in data.adjacency.path."


def _no_empty_zone(goal: Goal, district: District, scenario: Scenario) -> Iterator[Wrong]:
    if district.has_optional:
        message = f"{goal.minimize} is a mean over schools that have a zone, and which are open is for the plan to say."
        yield "minimize", message, "Minimize boundary_length, or give every school the status open or closed."
        return
    if not scenario.rules.school_in_own_zone:
        message = f"{goal.minimize} is a mean over schools that have a zone, and without school_in_own_zone a school may have none."
        yield "minimize", message, "Write rules.school_in_own_zone: true, or minimize boundary_length."
        return
    flat = [district.school_ids[s] for s in np.flatnonzero(areas_km2(district)[district.school_unit] <= NOTHING)]
    if flat:
        yield "minimize", f"{goal.minimize} needs areas, and the units of schools {shown(flat)} have none.", "Repair their polygons."


def _some_outline(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    outline = float(outlines_km(district).sum())
    if outline <= 0:
        message = f"{goal.minimize} has no value: borders between units add up to {-outline:g} km more than the units' perimeters."
        yield "minimize", message, "Give the lengths of data.adjacency.path in meters."


def _trips_of_today(goal: Goal, district: District, _: Scenario) -> Iterator[Wrong]:
    """Somebody's trip of today is known: for added travel."""
    if goal.measure in (None, "added_travel") and who_count(district, "added_travel", district.students).sum() <= NOTHING:
        message = f"{goal.minimize} compares trips with today's, and nobody's trip of today is known."
        yield "minimize", message, "Give the trips to today's schools in data.travel, those to closed ones too, or drop the goal."


CHECKS: dict[str, tuple[Check, ...]] = {
    "dissimilarity": (_two_groups,),
    "normalized_exposure": (_some_of_group, _some_others),
    "isolation": (_some_of_group,),
    "theil_h": (_partition,),
    "max_deviation": (_some_of_group,),
    "burden_gap": (_trips_of_today, _some_of_each_group),
    "added_travel": (_trips_of_today,),
    "utilization_spread": (_some_seats,),
    "boundary_length": (_known_borders,),
    "closure_burden": (_some_of_group,),
    "polsby_popper": (_known_borders, _no_empty_zone, _some_outline),
}
