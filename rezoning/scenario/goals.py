"""The section `goals`: what to make small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field

from rezoning.scenario.feeders import Between
from rezoning.scenario.naming import GroupName, LevelName
from rezoning.scenario.rules import MEASURE_NEEDS, MEASURED, Measure, wrong_over
from rezoning.scenario.section import Need, Number, Section, Share, Wrong
from rezoning.scenario.words import choice


def own_goal(name: str, give_up: float, weight: float | None) -> Goal:
    """A goal that no file can name, by the name that its author gave it."""
    return Goal.model_construct(None, minimize=name, give_up=give_up, weight=weight)


def as_versus(value: str | None) -> str | None:
    """None for `others`: one form for what means the same."""
    return None if value == "others" else value


Minimize = Literal[
    "dissimilarity", "imbalance", "normalized_exposure", "isolation", "theil_h", "max_deviation", "out_of_band",
    "reassigned", "schools_changed", "burden_gap", "travel", "added_travel", "long_rides", "walk_lost", "not_walking",
    "over_capacity", "out_of_utilization", "utilization_spread", "portables", "boundary_length", "cut_edges", "polsby_popper",
    "schools_open", "cost", "closure_burden", "split_feeders", "small_feeders", "feeder_change",
]  # fmt: skip

WHOLE: tuple[Minimize, ...] = ("schools_changed", "cut_edges", "schools_open", "split_feeders")
"""Goals whose natural values are whole numbers."""

OF_FEEDERS: tuple[Minimize, ...] = ("split_feeders", "small_feeders", "feeder_change")
"""Goals that are about two levels of schools."""

OF_ALL_LEVELS: tuple[Minimize, ...] = ("reassigned", "travel", "added_travel", "long_rides", "walk_lost", "not_walking", "over_capacity")
"""Goals that are shares of students or means over them: without `level` of the students of all levels together, Σ_l T_l v_l / Σ_l T_l."""

OWNERS: dict[str, tuple[str, ...]] = {
    "group": ("dissimilarity", "normalized_exposure", "isolation", "max_deviation", "closure_burden"),
    "versus": ("dissimilarity",),
    "groups": ("imbalance", "burden_gap"),
    "measure": ("burden_gap",),
    "over": ("long_rides", "burden_gap"),
    "min": ("out_of_utilization",),
    "max": ("out_of_utilization",),
    **dict.fromkeys(("from", "to", "count", "of"), OF_FEEDERS),
    "min_share": ("small_feeders",),
}
"""Which goals a key belongs to."""

OVER_GROUPS = ("imbalance", "burden_gap")

NEEDS: dict[str, tuple[str, ...]] = {
    "theil_h": ("partition",),
    "out_of_band": ("bands",),
    "schools_changed": ("today",),
    "travel": ("travel",),
    "not_walking": ("walk",),
    **dict.fromkeys(("over_capacity", "out_of_utilization", "utilization_spread", "portables"), ("seats",)),
    "polsby_popper": ("polygons",),
    "schools_open": ("statuses",),
    "cost": ("costs",),
    "closure_burden": ("statuses", "today"),
    **dict.fromkeys(OVER_GROUPS, ("groups",)),
    **MEASURED,
}
"""What goals cannot do without; a gap also what its measure needs."""

HOW_MUCH = ("weight", "give_up")
"""Keys that say how much a goal matters, and not what it asks."""


class GoalKeys(Section):
    """What a goal says but of feeders."""

    needs = (*(Need(what, "minimize", goal) for goal, needed in NEEDS.items() for what in needed), *MEASURE_NEEDS)

    minimize: Minimize = Field(description="What to make small.")
    group: GroupName | None = Field(
        default=None, description="dissimilarity, normalized_exposure, isolation, max_deviation, closure_burden: the group."
    )
    versus: Annotated[GroupName | None, AfterValidator(as_versus)] = Field(
        default=None, description="dissimilarity: `others` (default) or another group."
    )
    groups: tuple[GroupName, ...] | None = Field(default=None, description="imbalance, burden_gap: the groups; all when left out.")
    measure: Measure | None = Field(default=None, description="burden_gap: what is compared, as in `rules.burden`.")
    over: Share | None = Field(default=None, description="long_rides: trips above this are long; minutes (km).")
    min: Share | None = Field(default=None, description="out_of_utilization: least share of the seats.")
    max: Share | None = Field(default=None, description="out_of_utilization: largest share of the seats.")
    level: LevelName | None = Field(
        default=None,
        description="With `levels`: whose goal it is. Only shares of students and means over them may leave it out: they are then over all levels.",
    )
    min_share: Annotated[Number, Field(gt=0, le=1)] | None = Field(default=None, description="small_feeders: feeds of less than this are small.")
    give_up: Share = Field(default=0.0, description="Share of the found value, taken without its sign, that later goals may give up.")
    weight: Annotated[Number, Field(gt=0)] | None = Field(default=None, description="Weight of the goal's natural value in one sum.")


class Goal(Between, GoalKeys):
    """One thing to make small. Goals stand in order of importance, or all have weights."""

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked, in plain values: two goals that agree in it ask the same, whatever they weigh or give up."""
        return self.model_dump(mode="json", exclude=set(HOW_MUCH), exclude_none=True, warnings=not self.is_own)

    @staticmethod
    def known() -> tuple[str, ...]:
        """All goals that a scenario file may name."""
        return get_args(Minimize)

    @property
    def is_own(self) -> bool:
        """Whether a program brought it along (`rezoning.CustomGoal`): then `minimize` is the name that its author gave it."""
        return self.minimize not in self.known()

    def _wrongs(self) -> Iterator[Wrong]:
        if self.groups == () and self.minimize in OVER_GROUPS:
            yield Wrong(
                f"{self.minimize} is over groups, and there is none.", "Name groups and their columns in data.units.groups.", at=("minimize",)
            )
        for key, owners in OWNERS.items():
            if getattr(self, key) is not None and self.minimize not in owners:
                yield Wrong(f"{key} belongs to {choice(owners)}, and this goal is {self.minimize}.", "Drop it.", at=(key,))
        if self.minimize in OWNERS["group"] and self.group is None:
            yield Wrong(f"{self.minimize} needs a group.", "Add group: and the name of a group of data.units.groups.", at=("group",))
        if self.group is not None and self.group == self.versus:
            yield Wrong(f"'{self.group}' is compared with itself.", "Name another group, or others.", at=("versus",))
        if self.weight is not None and self.give_up > 0:
            yield Wrong("give_up is for goals in order of importance, and this one has a weight.", "Drop one of the two.", at=("give_up",))
        if self.minimize == "burden_gap" and self.measure is None:
            yield Wrong("burden_gap needs a measure.", "Add measure: reassigned, added_travel, walk_lost or long_rides.", at=("measure",))
        if self.minimize == "long_rides" and self.over is None:
            yield Wrong("long_rides needs over: the trip from which a ride is long.", "Add over: and minutes (km).", at=("minimize",))
        if self.minimize == "burden_gap":
            yield from wrong_over(self.measure, self.over)
        if self.minimize == "out_of_utilization" and self.min is None and self.max is None:
            yield Wrong("out_of_utilization needs min, max or both.", "Add min: 0.8 and max: 1, or what the district aims at.", at=("minimize",))
        if self.min is not None and self.max is not None and self.max < self.min:
            yield Wrong(f"min {self.min:g} is above max {self.max:g}.", "Lower min or raise max.", at=("min",))
        yield from self._wrong_feeders()

    def _wrong_feeders(self) -> Iterator[Wrong]:
        if self.minimize == "small_feeders" and self.min_share is None:
            yield Wrong("small_feeders needs min_share: the share below which a feed is small.", "Add min_share: 0.25.", at=("minimize",))
        if self.minimize in OF_FEEDERS and self.level is not None:
            yield Wrong(f"{self.minimize} is between two levels, and level names one.", "Drop it, or write from and to.", at=("level",))
