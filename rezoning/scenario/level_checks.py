"""What does not fit together between levels: their names, whose goal a goal is, and which levels feed which. Of plain values, valid or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rezoning.scenario.goals import OF_ALL_LEVELS, OF_FEEDERS
from rezoning.scenario.level import OF_ONE_LEVEL
from rezoning.scenario.plain import Misfit, entries, get, goals, is_said, named
from rezoning.scenario.tree import Keys, dotted
from rezoning.scenario.words import choice, unknown

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
TAKEN = ("rejected",)
"""Names that files of a run have for something else: plan.rejected.csv."""
LEVELS: Keys = ("levels",)
OF_STUDENTS = ("groups", "grades", "students_by_year", "growth")
"""Keys of `data.units` that count the students of `data.units.students`."""
_DROP = "Give levels, or drop it."


def level_misfits(said: Any) -> Iterator[Misfit]:
    """All of it: of a scenario without levels what needs some."""
    levels = get(said, "levels")
    if not is_said(levels):
        yield from _without(said)
    if not is_said(levels) or not isinstance(levels, Mapping):
        return
    yield from _levels(said, levels)
    sections = [
        *((("goals", k), goal) for k, goal in goals(said)),
        *((("rules", "feeders", k), rule) for k, rule in entries(said, "rules", "feeders")),
    ]
    for here, section in sections:
        for key in ("level", "from", "to", "count"):
            name = named(get(section, key))
            if isinstance(name, str) and name not in levels:
                yield Misfit((*here, key), f"there is no level '{name}'.", unknown(name, levels), rests_on=LEVELS)
    for position, goal in goals(said):
        yield from _goal(("goals", position), goal, list(levels))
    for position, rule in entries(said, "rules", "feeders"):
        yield from _between(("rules", "feeders", position), rule, list(levels))


def _without(said: Any) -> Iterator[Misfit]:
    for position, goal in goals(said):
        minimize = get(goal, "minimize")
        if minimize in OF_FEEDERS:
            yield Misfit(("goals", position, "minimize"), f"without levels minimize: {minimize} is refused.", _DROP, rests_on=LEVELS)
        elif get(goal, "level") is not None:
            yield Misfit(("goals", position, "level"), "there are no levels in this scenario.", _DROP, rests_on=LEVELS)
    if is_said(get(said, "rules", "feeders")):
        yield Misfit(("rules", "feeders"), "without levels rules.feeders is refused.", _DROP, rests_on=LEVELS)


def _levels(said: Any, levels: Mapping[str, Any]) -> Iterator[Misfit]:
    if len(levels) == 1:
        yield Misfit(LEVELS, "one level is no levels.", "Give at least two, or write what it says under data and rules.", rests_on=LEVELS)
    lower = [name.lower() for name in levels]
    for name, level in levels.items():
        here = ("levels", name)
        if not NAME.fullmatch(name) or name in TAKEN or lower.count(name.lower()) > 1:
            cure = "Use letters, digits, - and _, a letter first, and no two that differ in capitals alone: files of the run are named so."
            yield Misfit(here, f"'{name}' cannot be the name of a level.", cure, rests_on=here)
        for what, key, place in (("students", "students", ("data", "units", "students")), ("schools", "schools", ("data", "schools"))):
            if get(level, key) is None and get(said, *place) is None:
                yield Misfit((*here, key), f"nothing says the {what} of this level.", f"Give levels.{name}.{key}.", rests_on=here)
    yield from _strange_counts(said, levels)
    for keys in OF_ONE_LEVEL:
        if is_said(get(said, *keys)):
            yield Misfit(keys, f"{dotted(keys)} counts the students of one level.", "With levels give columns of the units file.", LEVELS)
    if get(said, "pairing") is not None:
        yield Misfit(("pairing",), "schools are paired at one level, and there are several.", "Drop it, or ask about one level.", rests_on=LEVELS)
    if is_said(get(said, "alternatives")):
        yield Misfit(("alternatives",), "further plans are not looked for with levels.", "Drop it.", rests_on=LEVELS)


def _strange_counts(said: Any, levels: Mapping[str, Any]) -> Iterator[Misfit]:
    """Counts of `data.units` are of its students: a level with students of its own says which of them are in groups, grades and years."""
    of_data = get(said, "data", "units", "students")
    for name, level in levels.items():
        own = get(level, "students")
        if own is None or of_data is None or _columns(own) == _columns(of_data):
            continue
        for key in OF_STUDENTS:
            if get(level, key) is None and is_said(get(said, "data", "units", key)):
                message = f"data.units.{key} counts other students than this level's."
                yield Misfit(("levels", name), message, f"Give levels.{name}.{key}; {{}} where there are none.", rests_on=("levels", name))


def _columns(said: Any) -> tuple[Any, ...]:
    return tuple(said) if isinstance(said, (list, tuple)) else (said,)


def _goal(here: Keys, goal: Any, names: list[str]) -> Iterator[Misfit]:
    minimize = get(goal, "minimize")
    if minimize in OF_FEEDERS:
        yield from _between(here, goal, names)
    elif isinstance(minimize, str) and get(goal, "level") is None and minimize not in OF_ALL_LEVELS:
        message = f"with levels {minimize} is of one level; over all students together there are {choice(OF_ALL_LEVELS)} alone."
        yield Misfit((*here, "level"), message, f"Add level: {choice(names)}.", rests_on=LEVELS)


def _between(here: Keys, said: Any, names: list[str]) -> Iterator[Misfit]:
    """A rule or a goal of feeders leads from a lower level to an upper one."""
    ends = {key: named(get(said, key)) for key in ("from", "to")}
    for key, name in ends.items():
        if name is None and len(names) > 2:
            yield Misfit((*here, key), f"there are more than two levels, and {key} names none.", f"Add {key}: {choice(names)}.", rests_on=LEVELS)
    lower, upper = ends["from"] or next(iter(names), None), ends["to"] or next(reversed(names), None)
    if lower in names and upper in names and names.index(str(lower)) >= names.index(str(upper)):
        message = f"feeders lead from a lower level to an upper one, and '{lower}' is not below '{upper}'."
        yield Misfit((*here, "from"), message, "Levels stand lowest first: write them, or from and to, the other way round.", rests_on=LEVELS)
