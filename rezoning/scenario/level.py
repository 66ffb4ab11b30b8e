"""The section `levels`: several levels of schools over the same units, each with students, schools, rules and goals of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from rezoning.scenario.data import CurrentPlan, Schools, Travel, Walk
from rezoning.scenario.feeders import Between
from rezoning.scenario.goals import OF_FEEDERS
from rezoning.scenario.naming import GroupName
from rezoning.scenario.plain import get
from rezoning.scenario.rules import Rules
from rezoning.scenario.section import Columns, Section, Text, Wrong
from rezoning.scenario.tree import Keys


class LevelRules(Rules):
    """Rules of this level: each wins over the same key of `rules`, which are those of all levels. All keys of `rules` but `feeders`."""

    def _wrongs(self) -> Iterator[Wrong]:
        if self.feeders:
            yield Wrong("feeders are between levels, and these are the rules of one.", "Write it under rules.feeders.", at=("feeders",))
        yield from super()._wrongs()


class Level(Section):
    """A level of schools over the units of `data`: what it says wins over `data.units`, `data.schools`, `data.travel`, `data.walk` and `rules`."""

    students: Columns | None = Field(
        default=None,
        description="Column: students of this level who live in the unit; of several the sum. Where they are not those of `data.units`, groups, "
        "grades and years that are counted there are said here too; `{}` where there are none.",
    )
    groups: dict[Text, Columns] | None = Field(default=None, description="As `data.units.groups`, of this level's students.")
    partition: tuple[GroupName, ...] | None = Field(default=None, description="As `data.units.partition`.")
    current_school: Text | None = Field(default=None, description="Column with today's school id at this level; blank is a new unit.")
    current: CurrentPlan | None = Field(default=None, description="As `data.units.current`.")
    grades: dict[Text, Columns] | None = Field(default=None, description="As `data.units.grades`.")
    students_by_year: dict[Text, Columns] | None = Field(default=None, description="As `data.units.students_by_year`.")
    growth: dict[Text, Columns] | None = Field(default=None, description="As `data.units.growth`.")
    schools: Schools | None = Field(default=None, description="As `data.schools`, with all its keys.")
    travel: Travel | None = Field(default=None, description="As `data.travel`, with all its keys.")
    walk: Walk | None = Field(default=None, description="As `data.walk`, with all its keys.")
    rules: LevelRules = Field(default_factory=LevelRules)
    locked: bool = Field(
        default=False, description="Every unit keeps this level's school of today; of all rules only those in `rules` of the level hold for it."
    )

    def _wrongs(self) -> Iterator[Wrong]:
        if self.current_school is not None and self.current is not None:
            yield Wrong("current_school and current both give today's schools.", "Keep one of them.", at=("current",))


OF_UNITS = ("students", "groups", "partition", "current_school", "current", "grades", "students_by_year", "growth")
"""Keys of a level that win over those of `data.units`."""
OF_DATA = ("schools", "travel", "walk")
"""Keys of a level that win over those of `data`."""
FILLED: tuple[Keys, ...] = (("data", "schools"), ("data", "units", "students"))
"""What `data` has of the lowest level where it does not say it."""

OF_ONE_LEVEL: tuple[Keys, ...] = (("data", "students"), ("data", "estimate"))
"""What counts the students of one level alone."""


def filled(said: Any) -> Any:
    """A scenario's plain values with what levels leave out: students and schools of `data`, and whom goals and rules of feeders are about.

    `data` is whole in any case: where it says no students and schools it has those of the lowest level. No level takes these from there:
    `scenario.level_checks` refuses one that says none where `data` did not either.
    """
    levels = get(said, "levels")
    if not isinstance(levels, Mapping) or not levels or not isinstance(said, Mapping):
        return said
    found = {**said, "data": _with_lowest(get(said, "data"), next(iter(levels.values())))}
    found["goals"] = _each(get(said, "goals"), list(levels))
    rules = get(said, "rules")
    if get(rules, "feeders"):
        feeders = _each(get(rules, "feeders"), list(levels))
        found["rules"] = {**rules, "feeders": feeders} if isinstance(rules, Mapping) else rules.model_copy(update={"feeders": tuple(feeders)})
    return found


def _with_lowest(data: Any, lowest: Any) -> Any:
    if not isinstance(data, Mapping):
        return data
    found, units = dict(data), data.get("units")
    if get(data, "schools") is None and get(lowest, "schools") is not None:
        found["schools"] = get(lowest, "schools")
    if isinstance(units, Mapping) and get(data, "students") is None and get(units, "students") is None and get(lowest, "students") is not None:
        found["units"] = {**units, "students": get(lowest, "students")}
    return found


def _each(listed: Any, names: list[str]) -> Any:
    """Goals or rules, those of feeders with everything that they leave out."""
    if not isinstance(listed, (list, tuple)):
        return listed
    return [_between(one, names) if get(one, "minimize") in (None, *OF_FEEDERS) else one for one in listed]


def _between(said: Any, names: list[str]) -> Any:
    """The two levels where there are two, the lower level's students, and the lower school's share."""
    ends = (names[0], names[-1]) if len(names) == 2 else (None, None)
    lower = get(said, "from") or ends[0]
    defaults = {"from": lower, "to": ends[1], "count": lower}
    if get(said, "minimize") in (None, "small_feeders"):
        defaults["of"] = "lower"
    missing = {key: value for key, value in defaults.items() if get(said, key) is None and value is not None}
    if isinstance(said, Mapping):
        return {**said, **missing}
    return said.model_copy(update=missing) if isinstance(said, Between) else said
