"""Several levels of schools as ordinary questions: what each level asks by itself, and which feeders are asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from rezoning.errors import LevelsError, Problem
from rezoning.scenario.feeders import Between
from rezoning.scenario.goals import OF_FEEDERS, Goal
from rezoning.scenario.level import OF_DATA, OF_UNITS
from rezoning.scenario.resolve import resolved_keys
from rezoning.scenario.schema import LevelScenario, Scenario
from rezoning.scenario.tree import Item, Keys, Source, item_of

NOT_OF_A_LEVEL = ("levels", "alternatives")
_FREE: dict[str, Any] = {"contiguity": {"method": "none"}, "school_in_own_zone": False, "locked": {"all": True}}
_RIVALS = {"current": "current_school", "current_school": "current"}


def of_level(scenario: Scenario, name: str) -> Scenario:
    """The question of one level: an ordinary scenario with its data, its rules and the goals that look at it.

    Its goals are, in their order, those with ``level: name`` and those over the students of all levels; goals and rules between levels are in none. A
    locked level has no rules but its own, and one that keeps every unit where it is. Its sections tell the places where the file says them.

    Parameters
    ----------
    scenario
        A scenario with `levels`.
    name
        One of them.
    """
    plain = level_root(item_of(resolved_keys(scenario), Source("", Path())), name).plain()
    made = LevelScenario.model_validate(plain)
    root = scenario._origin.root
    if root is not None:
        made.settle(level_root(root, name), lost=_moved(scenario._origin.lost, name, scenario.levels[name].model_fields_set))
    return made


def each_level(scenario: Scenario) -> dict[str, Scenario]:
    """The question of every level by its name, lowest first; of a scenario without levels an empty mapping."""
    return {name: of_level(scenario, name) for name in scenario.levels}


def check_one_level(scenario: Scenario, command: str, instead: str = "") -> None:
    """Refuse a scenario with levels where a command is about one.

    Parameters
    ----------
    command
        What was asked for: ``rezoning frontier``.
    instead
        What helps; when left out, that a level can be asked by itself.

    Raises
    ------
    LevelsError
        The scenario has levels.
    """
    if scenario.levels:
        names = ", ".join(scenario.levels)
        cure = (
            instead or f"Ask about one level ({names}): a scenario without levels, with that level's columns, schools and rules under data and rules."
        )
        raise LevelsError(Problem(scenario.place("levels"), f"{command} is about one level of schools, and this scenario has several.", cure))


def is_of_level(goal: Goal | Mapping[str, Any], name: str) -> bool:
    """Whether a goal, as a section or in plain values, looks at a level by itself."""
    said = goal if isinstance(goal, Mapping) else {"minimize": goal.minimize, "level": goal.level}
    return said.get("minimize") not in OF_FEEDERS and said.get("level") in (None, name)


def goals_of(scenario: Scenario, name: str) -> tuple[int, ...]:
    """Which goals of a scenario are those of `of_level`, by their places in the scenario and in the same order."""
    return tuple(position for position, goal in enumerate(scenario.goals) if is_of_level(goal, name))


# -- feeders ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Feeding:
    """Which feeders are asked about: from which level to which, whose students are counted, and what a feed is a share of.

    Parameters
    ----------
    lower, upper
        Names of two levels.
    count
        The level whose students are counted.
    of
        The denominator of a feed's share: the counted students of its lower or of its upper school.
    min_share
        Below this share of it a feed is small; None where nobody says.
    """

    lower: str
    upper: str
    count: str
    of: Literal["lower", "upper"] = "lower"
    min_share: float | None = None

    def to_record(self) -> dict[str, Any]:
        """As documents say it, by the keys of the scenario: ``from``, ``to``, ``count``, ``of``, ``min_share``."""
        return {"from": self.lower, "to": self.upper, "count": self.count, "of": self.of, "min_share": self.min_share}


def feeding(scenario: Scenario, said: Between) -> Feeding:
    """What a rule or a goal of feeders asks about, with its defaults: the two levels where there are two, the lower's students, the lower school."""
    names = list(scenario.levels)
    lower, upper = said.lower or names[0], said.to or names[-1]
    return Feeding(lower, upper, said.count or lower, said.of or "lower", getattr(said, "min_share", None))


def feedings(scenario: Scenario) -> tuple[Feeding, ...]:
    """All feeders that a scenario's rules and goals ask about, each once; and those between neighboring levels that nobody asks about."""
    sections: list[Between] = [*scenario.rules.feeders, *(goal for goal in scenario.goals if goal.minimize in OF_FEEDERS)]
    found = list(dict.fromkeys(feeding(scenario, one) for one in sections))
    with_share = {replace(one, min_share=None) for one in found if one.min_share is not None}
    found = [one for one in found if one.min_share is not None or one not in with_share]
    told, names = {(one.lower, one.upper) for one in found}, list(scenario.levels)
    return (*found, *(Feeding(*pair, pair[0]) for pair in pairwise(names) if pair not in told))


# -- the tree of a level ---------------------------------------------------------------------------------------------


def in_level(sentence: str, name: str) -> str:
    """A sentence with the keys of `data` that a level says in their place."""
    for key in OF_UNITS:
        sentence = sentence.replace(f"data.units.{key}", f"levels.{name}.{key}")
    for key in OF_DATA:
        sentence = sentence.replace(f"data.{key}", f"levels.{name}.{key}")
    return sentence


def levels_said(root: Item) -> tuple[str, ...]:
    """Names of the levels that a file gives, in its order, as far as they are sections."""
    levels = root.child("levels")
    return () if levels is None else tuple(name for name, item in _entries(levels) if isinstance(item.value, dict) or item.value is None)


def level_root(root: Item, name: str) -> Item:
    """The tree of a level's scenario, made from that of the whole; every value knows where it is written."""
    levels = root.child("levels")
    level = None if levels is None else levels.child(name)
    own = {} if level is None or not isinstance(level.value, dict) else {key: _at_home(key, item, name) for key, item in level.value.items()}
    held = {key: item for key, item in root.value.items() if key not in NOT_OF_A_LEVEL}
    held["data"] = _data(held.get("data"), own, root)
    held["rules"] = _rules(held.get("rules"), own, root)
    goals = held.get("goals")
    if goals is not None and isinstance(goals.value, list):
        held["goals"] = replace(goals, value=list(_goals(goals, name)))
    return replace(root, value=held)


def _at_home(key: str, item: Item, name: str) -> Item:
    return replace(item, home=("levels", name, key))


def _data(data: Item | None, own: Mapping[str, Item], root: Item) -> Item:
    """`data` with what the level says in place of it."""
    said = dict(data.value) if data is not None and isinstance(data.value, dict) else {}
    units = said.get("units")
    columns = dict(units.value) if units is not None and isinstance(units.value, dict) else {}
    for key in OF_UNITS:
        if key in own and own[key].value is not None:
            columns.pop(_RIVALS.get(key, ""), None)
            columns[key] = own[key]
    said |= {key: own[key] for key in OF_DATA if key in own and own[key].value is not None}
    if columns:
        said["units"] = replace(units or root, value=columns)
    return replace(data or root, value=said)


def _rules(rules: Item | None, own: Mapping[str, Item], root: Item) -> Item:
    """Rules of all levels with the level's in place of them; of a locked level its own alone."""
    level = own.get("rules")
    said = {key: replace(item, home=("levels", str(level.home[1]), "rules", key)) for key, item in _entries(level)} if level and level.home else {}
    locked = own.get("locked")
    if locked is not None and locked.value is True:
        always = {key: _homely(item_of(value, locked.source), locked) for key, value in _FREE.items()}
        return replace(rules or root, value={**always, **said})
    return replace(rules or root, value={**{key: item for key, item in _entries(rules) if key != "feeders"}, **said})


def _homely(item: Item, locked: Item) -> Item:
    """What being locked means stands where it is written that a level is."""
    return replace(item, line=locked.line, home=locked.home)


def _entries(item: Item | None) -> list[tuple[str, Item]]:
    return list(item.value.items()) if item is not None and isinstance(item.value, dict) else []


def _goals(goals: Item, name: str) -> Iterator[Item]:
    for position, goal in enumerate(goals.value):
        if not isinstance(goal.value, dict) or is_of_level(goal.plain(), name):
            yield replace(goal, home=("goals", position))


def _moved(lost: Mapping[Keys, Problem], name: str, own: Set[str]) -> dict[Keys, Problem]:
    """Files that are nowhere, by where they stand in the tree of a level, which says keys of its own."""
    found: dict[Keys, Problem] = {}
    for keys, problem in lost.items():
        if keys[:2] == ("levels", name):
            found["data", *(("units",) if keys[2] in OF_UNITS else ()), *keys[2:]] = problem
        elif keys[0] != "levels" and own.isdisjoint(map(str, keys[1:3])):
            found[keys] = problem
    return found
