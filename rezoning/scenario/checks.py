"""What one part of a scenario needs from another: checked before any data is read.

The checks look at the plain values as they were written, not at a valid scenario, so that they speak even where something else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from rezoning.scenario.schema import wrong_weights
from rezoning.scenario.tree import Key, Keys, dotted
from rezoning.scenario.words import unknown

TODAY = ("data", "units", "current_school")
GROUPS = ("data", "units", "groups")
UNITS = ("data", "units", "path")


@dataclass(frozen=True)
class Finding:
    """Something that does not fit together.

    Parameters
    ----------
    keys
        Where it stands.
    message, cure
        Two sentences.
    rests_on
        The place it was concluded from; where that place is itself in doubt, so is the finding.
    """

    keys: Keys
    message: str
    cure: str
    rests_on: Keys


def cross_check(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that does not fit together in a scenario given as plain values, as a file says it or as `Scenario.model_dump` does."""
    yield from _needs_today(said)
    yield from _needs_travel(said)
    yield from _needs_groups(said)
    yield from _needs_seats(said)
    yield from _needs_polygons(said)
    for wrong in wrong_weights([_get(goal, "weight") for _, goal in _goals(said)]):
        yield Finding(wrong.at, *wrong.said, rests_on=wrong.at)


def _get(said: Any, *keys: Key) -> Any:
    """The value at `keys`; None where it is not said."""
    for key in keys:
        said = said.get(key) if isinstance(said, Mapping) else None
    return said


def _goals(said: Mapping[str, Any]) -> list[tuple[int, Any]]:
    goals = said.get("goals")
    return list(enumerate(goals)) if isinstance(goals, (list, tuple)) else []


def _minimizing(said: Mapping[str, Any], name: str) -> Iterator[tuple[Keys, Any]]:
    """Goals of one kind, each with its place."""
    for position, goal in _goals(said):
        if _get(goal, "minimize") == name:
            yield ("goals", position, "minimize"), goal


def _needs_today(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules and goals that are measured against today's schools."""
    if _get(said, *TODAY) is not None or _get(said, "data", "units", "current") is not None:
        return
    rules = [("locked",), ("travel", "max_increase"), ("reassigned",)]
    found: list[Keys] = [("rules", *keys) for keys in rules if _get(said, "rules", *keys) is not None]
    found += [("rules", "contiguity", "islands")] if _get(said, "rules", "contiguity", "islands") == "keep" else []
    found += [("rules", "capacity", "of")] if _get(said, "rules", "capacity", "of") == "current" else []
    found += [keys for keys, _ in _minimizing(said, "reassigned")]
    names = {"islands": "islands: keep", "of": "of: current", "minimize": "minimize: reassigned"}
    for keys in found:
        name = names.get(str(keys[-1]), dotted(keys))
        message = f"without today's schools {name} is refused."
        yield Finding(keys, message, "Give data.units.current_school or data.units.current, or drop it.", rests_on=TODAY)


def _needs_travel(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules and goals that measure trips."""
    if _get(said, "data", "travel") is not None:
        return
    limits = ("max", "max_increase", "always_within")
    found: list[Keys] = [("rules", "travel", key) for key in limits if _get(said, "rules", "travel", key) is not None]
    found += [keys for keys, _ in _minimizing(said, "travel")]
    for keys in found:
        name = "minimize: travel" if keys[-1] == "minimize" else dotted(keys)
        yield Finding(keys, f"without data.travel {name} is refused.", "Give data.travel, or drop it.", rests_on=("data", "travel"))


def _needs_groups(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Groups that goals name."""
    groups = _get(said, *GROUPS)
    known = list(groups) if isinstance(groups, Mapping) else []
    partition = _get(said, "data", "units", "partition")
    named: list[tuple[Keys, Any]] = []
    if isinstance(partition, (list, tuple)):
        named += [(("data", "units", "partition", k), name) for k, name in enumerate(partition)]
    for position, goal in _goals(said):
        named += [(("goals", position, key), _get(goal, key)) for key in ("group", "versus")]
        listed = _get(goal, "groups")
        named += [(("goals", position, "groups", k), name) for k, name in enumerate(listed)] if isinstance(listed, (list, tuple)) else []
    for keys, given in named:
        name = getattr(given, "text", given)
        if isinstance(name, str) and name not in known and not (keys[-1] == "versus" and name == "others"):
            yield Finding(keys, f"'{name}' is not a group of data.units.groups.", unknown(name, known), rests_on=GROUPS)
    for keys, goal in _minimizing(said, "imbalance"):
        listed = _get(goal, "groups")
        if (listed is None and not known) or listed in ([], ()):
            cure = "Name groups and their columns in data.units.groups."
            yield Finding(keys, "imbalance is over groups, and there is none.", cure, rests_on=GROUPS)


def _needs_seats(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules and goals that count seats."""
    column = ("data", "schools", "capacity")
    if _get(said, *column) is not None:
        return
    capacity = _get(said, "rules", "capacity")
    if capacity is not None and _get(capacity, "of") in (None, "capacity"):
        cure = "Give data.schools.capacity, or write of: current."
        yield Finding(("rules", "capacity"), "without data.schools.capacity there are no seats to count.", cure, rests_on=column)
    for keys, _ in _minimizing(said, "over_capacity"):
        message = "without data.schools.capacity minimize: over_capacity is refused."
        yield Finding(keys, message, "Give data.schools.capacity, or drop the goal.", rests_on=column)


def _needs_polygons(said: Mapping[str, Any]) -> Iterator[Finding]:
    """What is found from the shape of units, when units come as a table."""
    path = _get(said, *UNITS)
    if path is None or ".csv" not in PurePath(str(path)).name.lower():
        return
    units = f"units in {PurePath(str(path)).name} have no polygons"
    if _get(said, "data", "adjacency", "path") is None:
        yield Finding(("data", "adjacency", "path"), f"{units} to find neighbors from.", "Give data.adjacency.path.", rests_on=UNITS)
    if _get(said, "data", "travel", "estimate") is not None:
        yield Finding(("data", "travel", "estimate"), f"{units} to estimate travel from.", "Give data.travel.path and measure.", rests_on=UNITS)
    if _get(said, "data", "schools") is not None and _get(said, "data", "schools", "unit") is None:
        message = f"{units} to find schools in."
        yield Finding(("data", "schools", "unit"), message, "Give data.schools.unit, the column with the school's unit.", rests_on=UNITS)
