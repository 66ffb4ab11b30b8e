"""The section `levels`: several levels of schools over the same units, each with students, schools, rules and goals of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from rezoning.scenario.data import CurrentPlan, Schools, Travel, Walk
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

    students: Columns | None = Field(default=None, description="Column: students of this level who live in the unit; of several the sum.")
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


def with_lowest(said: Any) -> Any:
    """A scenario's plain values, where it has levels and `data` does not say students and schools, with those of the lowest level there.

    So `data` is whole in any case. No level takes these from there: `scenario.checks` refuses one that says none where `data` did not either.
    """
    lowest = next(iter((get(said, "levels") or {}).values()), None) if isinstance(get(said, "levels"), Mapping) else None
    data = get(said, "data")
    if lowest is None or not isinstance(said, Mapping) or not isinstance(data, Mapping):
        return said
    filled, units = dict(data), data.get("units")
    if get(data, "schools") is None and get(lowest, "schools") is not None:
        filled["schools"] = get(lowest, "schools")
    if isinstance(units, Mapping) and get(units, "students") is None and get(lowest, "students") is not None:
        filled["units"] = {**units, "students": get(lowest, "students")}
    return {**said, "data": filled}
