"""What one part of a scenario needs from another: checked before any data is read.

The checks look at the plain values as they were written, not at a valid scenario, so that they speak even where something else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from rezoning.scenario.plain import Misfit, entries, get, goals, is_said, minimizing, named
from rezoning.scenario.policy import attribute_policy
from rezoning.scenario.schema import wrong_weights
from rezoning.scenario.tree import Keys, dotted
from rezoning.scenario.words import unknown

TODAY = ("data", "units", "current_school")
GROUPS = ("data", "units", "groups")
UNITS = ("data", "units", "path")

MEASURED = {"reassigned": "today", "added_travel": "travel", "walk_lost": "walk", "long_rides": "travel"}
"""What each measure of burden needs, besides today's schools."""

NEEDS_TODAY = ("locked", "travel.max_increase", "travel.modes.walk.max_increase", "travel.modes.bus.max_increase", "reassigned", "protected",
               "not_again", "unity", "phase_in", "burden", "flow_balance")  # fmt: skip
NEEDS_TRAVEL = ("travel.max", "travel.max_increase", "travel.always_within", "travel.modes", "travel.units", "nearest")
NEEDS_WALK = ("walk", "travel.modes")
GOALS_NEED = {
    "today": ("reassigned", "schools_changed", "burden_gap", "added_travel", "walk_lost"),
    "travel": ("travel", "added_travel", "long_rides"),
    "walk": ("walk_lost", "not_walking"),
    "seats": ("over_capacity", "out_of_utilization", "utilization_spread", "portables"),
}


def cross_check(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Everything that does not fit together in a scenario given as plain values, as a file says it or as `Scenario.model_dump` does."""
    yield from _needs_today(said)
    yield from _needs_travel(said)
    yield from _needs_walk(said)
    yield from _needs_groups(said)
    yield from _needs_seats(said)
    yield from _needs_other_keys(said)
    yield from _needs_polygons(said)
    yield from attribute_policy(said)
    for wrong in wrong_weights([get(goal, "weight") for _, goal in goals(said)]):
        yield Misfit(wrong.at, *wrong.said, rests_on=wrong.at)


def _rules(said: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Keys]:
    """Those of the named rules that the scenario has."""
    for name in names:
        keys = ("rules", *name.split("."))
        if is_said(get(said, *keys)):
            yield keys


def _goals_that_need(said: Mapping[str, Any], what: str) -> Iterator[Keys]:
    for name in GOALS_NEED[what]:
        yield from (keys for keys, _ in minimizing(said, name))
    for keys, goal in minimizing(said, "burden_gap"):
        if _needed_by(goal) == what != "today":
            yield keys


def _burdens_that_need(said: Mapping[str, Any], what: str) -> Iterator[Keys]:
    for position, rule in entries(said, "rules", "burden"):
        if _needed_by(rule) == what:
            yield ("rules", "burden", position, "measure")


def _needed_by(entry: Any) -> str | None:
    """What the measure of an entry needs; None where it is no measure, which is said where its type is checked."""
    measure = named(get(entry, "measure"))
    return MEASURED.get(measure) if isinstance(measure, str) else None


def _word(said: Mapping[str, Any], keys: Keys) -> str:
    """How a message calls what stands at a place."""
    values = {"islands": "islands: keep", "of": "of: current", "guarantee": "guarantee: keep", "measure": f"measure: {get(said, *keys)}"}
    if keys[-1] == "minimize":
        return f"minimize: {get(said, *keys)}"
    return values.get(str(keys[-1]), dotted(keys))


def _needs_today(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Rules and goals that are measured against today's schools."""
    if get(said, *TODAY) is not None or get(said, "data", "units", "current") is not None:
        return
    found = list(_rules(said, NEEDS_TODAY))
    compared = ((("contiguity", "islands"), "keep"), (("capacity", "of"), "current"), (("walk", "guarantee"), "keep"))
    for (section, key), value in compared:
        found += [("rules", section, key)] if get(said, "rules", section, key) == value else []
    found += _goals_that_need(said, "today")
    for keys in found:
        message = f"without today's schools {_word(said, keys)} is refused."
        yield Misfit(keys, message, "Give data.units.current_school or data.units.current, or drop it.", rests_on=TODAY)


def _needs_travel(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Rules and goals that measure trips."""
    if get(said, "data", "travel") is not None:
        return
    for keys in (*_rules(said, NEEDS_TRAVEL), *_burdens_that_need(said, "travel"), *_goals_that_need(said, "travel")):
        yield Misfit(keys, f"without data.travel {_word(said, keys)} is refused.", "Give data.travel, or drop it.", rests_on=("data", "travel"))


def _needs_walk(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Rules and goals about walking, and about barriers."""
    if get(said, "data", "walk") is None:
        for keys in (*_rules(said, NEEDS_WALK), *_burdens_that_need(said, "walk"), *_goals_that_need(said, "walk")):
            cure = "Give data.walk: walk zones or walks, or drop it."
            yield Misfit(keys, f"without data.walk {_word(said, keys)} is refused.", cure, rests_on=("data", "walk"))
    yield from _compared_modes(said)
    if get(said, "data", "barriers") is None and get(said, "rules", "no_crossing") is not None:
        cure = "Give data.barriers: a layer of lines, or drop it."
        yield Misfit(("rules", "no_crossing"), "without data.barriers rules.no_crossing is refused.", cure, rests_on=("data", "barriers"))


def _compared_modes(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """A limit on the increase over today's trip, whatever its mode: walks and rides must be measured alike."""
    kinds = {get(said, "data", key, "measure") in ("minutes", "seconds", None) for key in ("travel", "walk")}
    if get(said, "data", "walk", "path") is None or get(said, "data", "travel") is None or len(kinds) < 2:
        return
    for keys in _rules(said, ("travel.modes.walk.max_increase", "travel.modes.bus.max_increase")):
        message = f"{dotted(keys)} compares with today's trip, on foot or by bus, and of data.walk and data.travel one is time, the other distance."
        yield Misfit(keys, message, "Give both in minutes or both as distances, or drop it.", rests_on=("data", "walk"))


def _needs_groups(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Groups that rules and goals name."""
    groups = get(said, *GROUPS)
    known = list(groups) if isinstance(groups, Mapping) else []
    for keys, given in _named_groups(said):
        name = named(given)
        if isinstance(name, str) and name not in known and not (keys[-1] == "versus" and name == "others"):
            yield Misfit(keys, f"'{name}' is not a group of data.units.groups.", unknown(name, known), rests_on=GROUPS)
    for goal_name in ("imbalance", "burden_gap"):
        for keys, goal in minimizing(said, goal_name):
            listed = get(goal, "groups")
            if (listed is None and not known) or listed in ([], ()):
                cure = "Name groups and their columns in data.units.groups."
                yield Misfit(keys, f"{goal_name} is over groups, and there is none.", cure, rests_on=GROUPS)


def _named_groups(said: Mapping[str, Any]) -> Iterator[tuple[Keys, Any]]:
    """Every place that names a group, with the name."""
    for position, name in entries(said, "data", "units", "partition"):
        yield ("data", "units", "partition", position), name
    for position, goal in goals(said):
        for key in ("group", "versus"):
            yield ("goals", position, key), get(goal, key)
        for k, name in entries(goal, "groups"):
            yield ("goals", position, "groups", k), name
    for rule in ("bands", "isolation", "burden", "flow_balance"):
        for position, one in entries(said, "rules", rule):
            yield ("rules", rule, position, "group"), get(one, "group")
    for keys in (("rules", "reassigned", "groups"), ("attributes",), ("report", "labels")):
        mapped = get(said, *keys)
        for name in mapped if isinstance(mapped, Mapping) else ():
            yield (*keys, name), name


def _needs_seats(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Rules and goals that count seats."""
    column = ("data", "schools", "capacity")
    portables = ("data", "schools", "portables")
    if get(said, "rules", "capacity", "portables") is True and get(said, *portables) is None:
        cure = "Give data.schools.portables, or drop it."
        yield Misfit(("rules", "capacity", "portables"), "without data.schools.portables there are no portable seats.", cure, rests_on=portables)
    if get(said, *column) is not None:
        return
    capacity = get(said, "rules", "capacity")
    if capacity is not None and get(capacity, "of") in (None, "capacity"):
        cure = "Give data.schools.capacity, or write of: current."
        yield Misfit(("rules", "capacity"), "without data.schools.capacity there are no seats to count.", cure, rests_on=column)
    for keys in _goals_that_need(said, "seats"):
        message = f"without data.schools.capacity {_word(said, keys)} is refused."
        yield Misfit(keys, message, "Give data.schools.capacity, or drop the goal.", rests_on=column)


def _needs_other_keys(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Rules and goals that rest on another rule, on grades or on a partition."""
    capacity, bands, partition, graded = ("rules", "capacity"), ("rules", "bands"), ("data", "units", "partition"), ("data", "units", "grades")
    if is_said(get(said, "rules", "phase_in")) and not is_said(get(said, *capacity)):
        message = "the years of the transition are checked against rules.capacity, and there is none."
        yield Misfit(("rules", "phase_in"), message, "Give rules.capacity, or drop it.", rests_on=capacity)
    grades = get(said, *graded)
    known = list(grades) if isinstance(grades, Mapping) else []
    for position, year in entries(said, "rules", "phase_in"):
        stay = get(year, "stay")
        for grade in stay if isinstance(stay, Mapping) else ():
            if grade not in known:
                message = f"'{grade}' is not a grade of data.units.grades."
                yield Misfit(("rules", "phase_in", position, "stay", grade), message, unknown(grade, known), rests_on=graded)
    for keys, _ in minimizing(said, "out_of_band"):
        if not is_said(get(said, *bands)):
            yield Misfit(keys, "minimize: out_of_band counts students outside rules.bands, and there is none.", "Give rules.bands.", rests_on=bands)
    for keys, _ in minimizing(said, "theil_h"):
        if not is_said(get(said, *partition)):
            cure = "Give data.units.partition: groups that do not overlap."
            yield Misfit(keys, "minimize: theil_h is over data.units.partition, and there is none.", cure, rests_on=partition)


def _needs_polygons(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """What is found from the shape of units, when units come as a table."""
    path = get(said, *UNITS)
    if path is None or ".csv" not in PurePath(str(path)).name.lower():
        return
    units = f"units in {PurePath(str(path)).name} have no polygons"
    if get(said, "data", "adjacency", "path") is None:
        yield Misfit(("data", "adjacency", "path"), f"{units} to find neighbors from.", "Give data.adjacency.path.", rests_on=UNITS)
    if get(said, "data", "travel", "estimate") is not None:
        yield Misfit(("data", "travel", "estimate"), f"{units} to estimate travel from.", "Give data.travel.path and measure.", rests_on=UNITS)
    if get(said, "data", "schools") is not None and get(said, "data", "schools", "unit") is None:
        message = f"{units} to find schools in."
        yield Misfit(("data", "schools", "unit"), message, "Give data.schools.unit, the column with the school's unit.", rests_on=UNITS)
    if get(said, "data", "walk", "zones") is not None:
        yield Misfit(("data", "walk", "zones"), f"{units} to find in walk zones.", "Give data.walk.path: walks in a table.", rests_on=UNITS)
    if get(said, "data", "barriers") is not None:
        yield Misfit(("data", "barriers"), f"{units} to draw lines from.", "Give the units' polygons, or drop it.", rests_on=UNITS)
    if get(said, "report", "addresses") is not None:
        yield Misfit(("report", "addresses"), f"{units} to find addresses in.", "Give the units' polygons, or drop it.", rests_on=UNITS)
    for keys, _ in minimizing(said, "polsby_popper"):
        yield Misfit(keys, f"{units} to measure.", "Give the units' polygons, or drop the goal.", rests_on=UNITS)
