"""The section `rules`: what every plan must obey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from rezoning.scenario.bands import BandRule
from rezoning.scenario.feeders import FeederRule
from rezoning.scenario.findings import FINDING_NEEDS, Findings
from rezoning.scenario.naming import Column, FlagColumn, GradeName, GroupName, OpenSchoolId, PairId, SchoolId, TextPair, UnitId, YearColumn
from rezoning.scenario.openings import OpeningsRule
from rezoning.scenario.section import Need, Number, Section, Share, Text, Whole, Wrong


class SchoolLimits(Section):
    """Other shares for one school."""

    min: Share | None = Field(default=None, description="Least share of the base, for this school.")
    max: Share | None = Field(default=None, description="Largest share of the base, for this school.")


class CapacityRule(Section):
    """min × base ≤ students ≤ max × base, for every school, today and in every year and growth scenario of `data.units`."""

    needs = (Need("portables", "portables"), Need("today", "of", "current"), Need("seats to fill", "of", "capacity", at_key=False))

    min: Share = Field(default=0.0, description="Least share of the base.")
    max: Share | None = Field(default=None, description="Largest share of the base.")
    of: Literal["capacity", "current"] = Field(default="capacity", description="The base: seats, or today's enrollment.")
    portables: bool = Field(default=False, description="The seats of `data.schools.portables` may be used too, on top of `max`.")
    schools: dict[SchoolId, SchoolLimits] = Field(default_factory=dict, description="School to limits of its own, which win over min and max.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.max is not None and self.max < self.min:
            yield Wrong(f"min {self.min:g} is above max {self.max:g}.", "Lower min or raise max.", at=("min",))
        for school in self.schools:
            least, most = self.limits(school)
            if most is not None and most < least:
                yield Wrong(f"for '{school}' min {least:g} is above max {most:g}.", "Lower min or raise max.", at=("schools", school))

    def limits(self, school: str) -> tuple[float, float | None]:
        """Least and largest share of one school, by its id."""
        own = self.schools.get(school, SchoolLimits())
        return self.min if own.min is None else own.min, self.max if own.max is None else own.max


class ModeLimits(Section):
    """Limits of the trips that are made one way."""

    needs = (Need("today", "max_increase"),)

    max: Share | None = Field(default=None, description="Longest trip of this mode.")
    max_increase: Share | None = Field(default=None, description="Largest share over today's trip as it is made today, on foot or by bus.")


class Modes(Section):
    """How children get to school: on foot within a walk zone (`data.walk`), by bus beyond; each with limits of its own, besides the others."""

    needs = (Need("travel"), Need("walk"))

    walk: ModeLimits = Field(default_factory=ModeLimits, description="Trips within a walk zone, by `data.walk` where it is a matrix.")
    bus: ModeLimits = Field(default_factory=ModeLimits, description="All other trips, by `data.travel`.")


class TravelRule(Section):
    """Which trips are allowed; minutes, or km for a distance measure."""

    needs = (Need("today", "max_increase"), *(Need("travel", key) for key in ("max", "max_increase", "always_within", "units")))

    max: Share | None = Field(default=None, description="Longest trip.")
    max_increase: Share | None = Field(default=None, description="Largest share over today's trip: 0.5 allows half longer.")
    always_within: Share | None = Field(default=None, description="Below this any school is allowed.")
    modes: Modes | None = None
    units: dict[UnitId, Share] = Field(default_factory=dict, description="Unit to its own longest trip, instead of all other limits.")


class ContiguityRule(Section):
    """Each zone in one piece that holds its school."""

    needs = (Need("today", "islands", "keep"),)

    method: Literal["exact", "closer_neighbor", "none"] = Field(
        default="exact", description="`exact`; `closer_neighbor`, the published restrictive rule, for replication; `none`, for bounds and study."
    )
    islands: Literal["keep", "forbid"] = Field(default="forbid", description="`keep`: today's detached pieces may stay, each with its anchor.")


class Locked(Section):
    """Units and schools that do not change."""

    needs = (Need("today"),)

    all: bool = Field(default=False, description="Every unit keeps today's school; one without a school today has none to keep.")
    units: tuple[UnitId, ...] = Field(default=(), description="Units that keep today's school.")
    schools: tuple[OpenSchoolId, ...] = Field(default=(), description="Schools whose zone neither gains nor loses a unit.")


class Protected(Section):
    """Units that are not moved: homes of people who have been moved enough. Who is new, or whose school closes, has none to keep."""

    needs = (Need("today"),)

    units: tuple[UnitId, ...] = Field(default=(), description="Units that keep today's school.")
    column: FlagColumn | None = Field(default=None, description="Column of the units file: units with yes, true or 1 keep today's school.")

    def _wrongs(self) -> Iterator[Wrong]:
        if not self.units and self.column is None:
            yield Wrong("neither units nor a column is given.", "Give units, a column, or both.")


class NotAgain(Section):
    """Units that were moved lately keep today's school."""

    needs = (Need("today"),)

    column: YearColumn = Field(description="Column of the units file with the year in which the unit last changed schools; blank for never.")
    years: Annotated[Whole, Field(ge=1)] = Field(description="So many years a unit stays where it was put.")
    year: Whole = Field(description="The year in which the plan begins: units moved after year - years stay.")


class ReassignedRule(Section):
    """Budgets of students whose school changes."""

    needs = (Need("today"),)

    max_share: Annotated[Share, Field(le=1)] | None = Field(default=None, description="Largest share of all students.")
    groups: dict[GroupName, Annotated[Share, Field(le=1)]] = Field(default_factory=dict, description="Group to the largest share of its students.")
    schools: dict[SchoolId, Annotated[Share, Field(le=1)]] = Field(
        default_factory=dict, description="School to the largest share of the students it has today that may leave it."
    )
    each_school: Annotated[Share, Field(le=1)] | None = Field(default=None, description="The same for every other school, closed ones too.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.max_share is None and not self.groups and not self.schools and self.each_school is None:
            yield Wrong("no budget is given.", "Give max_share, groups, schools or each_school.")


def as_together(value: object) -> object:
    """A plain list of lists is the key `groups`."""
    return {"groups": value} if isinstance(value, (list, tuple)) else value


class Together(Section):
    """Units that go to one school together: a list of lists, or a column whose equal values belong together (blank: free)."""

    groups: tuple[tuple[UnitId, ...], ...] = Field(default=(), description="Units that have one school, whichever it is.")
    column: Column | None = Field(default=None, description="Column of the units file: units with the same text go together; blank ones are free.")

    def _wrongs(self) -> Iterator[Wrong]:
        if not self.groups and self.column is None:
            yield Wrong("neither groups nor a column is given.", "Give a list of lists of units, or column: and its name.")


class Unity(Section):
    """Neighbors move together: a unit that changes schools takes a share of its zone-mates next door along."""

    needs = (Need("today"),)

    min_share: Annotated[Share, Field(le=1)] = Field(
        description="Of the neighbors that have the unit's school today, the least share that gets the unit's new school with it."
    )


class ShapeRule(Section):
    """Zones that look no worse than today's: borders between zones no longer than so much over today's, and nothing that hangs on by a strip."""

    needs = (
        *(Need("today", key) for key in ("max_boundary_increase", "each_school")),
        *(Need("borders", key) for key in ("max_boundary_increase", "each_school")),
        Need("polygons of strips", "min_width_m"),
    )

    max_boundary_increase: Share | None = Field(
        default=None,
        description="Largest share over today's border between zones, in km: 0.1 allows a tenth more. The district's edge counts nowhere.",
    )
    each_school: Share | None = Field(
        default=None, description="The same for each zone's border with others; for one that has none today over the mean of those that have."
    )
    min_width_m: Share | None = Field(
        default=None,
        description="Meters: units that are gone when shrunk by half of it, and borders shorter than it, hold no zone together.",
    )

    def _wrongs(self) -> Iterator[Wrong]:
        if self.max_boundary_increase is None and self.each_school is None and self.min_width_m is None:
            yield Wrong("no limit is given.", "Give max_boundary_increase, each_school or min_width_m.")

    @property
    def limits_borders(self) -> bool:
        """Whether it says how long borders may be."""
        return self.max_boundary_increase is not None or self.each_school is not None


class PhaseYear(Section):
    """One year of the transition."""

    year: Text = Field(description="Name of the year.")
    stay: dict[GradeName, Annotated[Share, Field(le=1)]] = Field(
        description="Grade of `data.units.grades` to the share of its students who may finish where they are, though their home is reassigned."
    )


class WalkRule(Section):
    """Who can walk to school goes on walking."""

    needs = (Need("today", "guarantee", "keep"), Need("walk"))

    guarantee: Literal["keep", "any"] = Field(
        description="`keep`: who can walk to today's school keeps it, if it is open. `any`: who can walk to some school gets one to walk to."
    )


class NearestRule(Section):
    """Who lives next to a school goes there."""

    needs = (Need("travel"),)

    within: Share = Field(description="Minutes (km): a unit whose nearest school is this near is assigned to it.")


class NoCrossing(Section):
    """No unit is separated from its school by a barrier of `data.barriers`: the straight line between them crosses none."""

    needs = (Need("barriers"),)

    today: Literal["keep", "forbid"] = Field(default="keep", description="`keep`: today's school is allowed even across a barrier.")


class IsolationRule(Section):
    """No new school above a share of a group; one that is above today may not get further above."""

    group: GroupName = Field(description="The group.")
    above: Annotated[Share, Field(le=1)] = Field(description="Share of a school's students that it may not exceed.")


Measure = Literal["reassigned", "added_travel", "walk_lost", "long_rides"]
MEASURED: dict[str, tuple[str, ...]] = {
    "reassigned": ("today",), "added_travel": ("today", "travel"), "walk_lost": ("today", "walk"), "long_rides": ("travel",),
}  # fmt: skip
"""What a measure needs, of burden or as a goal."""

MEASURE_NEEDS = tuple(Need(what, "measure", measure) for measure, needed in MEASURED.items() for what in needed)


class BurdenRule(Section):
    """A group carries no more of the change than everyone."""

    needs = MEASURE_NEEDS

    group: GroupName = Field(description="The group; it is compared with all students.")
    measure: Measure = Field(
        description="`reassigned`: share whose school changes. `added_travel`: mean minutes (km) added. `walk_lost`: share that can walk today "
        "and could not any more. `long_rides`: share with a trip above `over`."
    )
    max_ratio: Share | None = Field(
        default=None, description="Largest ratio of the group's measure to everyone's. Where everyone's is not above 0: no more than everyone's."
    )
    max_extra: Share | None = Field(default=None, description="Largest difference of the group's measure from everyone's.")
    over: Share | None = Field(default=None, description="long_rides: trips above this are long.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.max_ratio is None and self.max_extra is None:
            yield Wrong("neither max_ratio nor max_extra is given.", "Give one of them.")
        yield from wrong_over(self.measure, self.over)


def wrong_over(measure: str | None, over: float | None) -> Iterator[Wrong]:
    """`over` goes with long_rides, and only with it."""
    if measure == "long_rides" and over is None:
        yield Wrong("long_rides needs over: the trip from which a ride is long.", "Add over: and minutes (km).", at=("measure",))
    if measure != "long_rides" and over is not None:
        yield Wrong("over belongs to long_rides.", "Drop it.", at=("over",))


class FlowBalance(Section):
    """Two areas exchange students evenly: neither sends more than `max_ratio` times what the other sends."""

    column: Column = Field(description="Column of the units file with the area of each unit; a school's area is that of its unit.")
    between: TextPair = Field(description="The two areas.")
    group: GroupName | None = Field(default=None, description="Count the students of this group; all students when left out.")
    max_ratio: Annotated[Number, Field(ge=1)] = Field(default=1.5, description="Students reassigned one way ≤ max_ratio × those the other way.")
    ways: Literal["both", "one"] = Field(default="both", description="`one`: only the first area is kept from sending too many to the second.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.between[0] == self.between[1]:
            yield Wrong(f"'{self.between[0]}' is named twice.", "Name two areas.", at=("between",))


class Rules(Section):
    """What every plan must obey."""

    needs = (Need("today", "phase_in"), Need("capacity", "phase_in"), Need("today", "flow_balance"), *FINDING_NEEDS)

    capacity: CapacityRule | None = None
    travel: TravelRule | None = None
    contiguity: ContiguityRule = Field(default_factory=ContiguityRule)
    school_in_own_zone: bool = Field(default=True, description="A school's unit belongs to that school.")
    stay_allowed: bool = Field(default=True, description="A unit may always keep today's school, whatever travel says.")
    locked: Locked | None = None
    protected: Protected | None = None
    not_again: NotAgain | None = None
    assign: dict[UnitId, OpenSchoolId] = Field(default_factory=dict, description="Unit to school: must hold.")
    forbid: tuple[PairId, ...] = Field(default=(), description="Pairs [unit, school] that may not hold.")
    walk: WalkRule | None = None
    nearest: NearestRule | None = None
    no_crossing: NoCrossing | None = None
    keep_together: Annotated[Together, BeforeValidator(as_together)] | None = None
    unity: Unity | None = None
    shape: ShapeRule | None = None
    reassigned: ReassignedRule | None = None
    phase_in: tuple[PhaseYear, ...] = Field(default=(), description="Each is checked against `capacity`.")
    bands: tuple[BandRule, ...] = ()
    isolation: tuple[IsolationRule, ...] = ()
    burden: tuple[BurdenRule, ...] = ()
    flow_balance: tuple[FlowBalance, ...] = ()
    openings: OpeningsRule | None = None
    feeders: tuple[FeederRule, ...] = ()
    statement: Findings = Field(
        default=(),
        description="Findings of the equity impact statement that every plan must meet, with the thresholds of `report.statement`: their numbers, "
        "or `all` of 1 to 9 and 11 that the data can judge. 10 and 12 cannot be rules.",
    )

    def _wrongs(self) -> Iterator[Wrong]:
        if self.shape is not None and self.shape.min_width_m and self.contiguity.method == "closer_neighbor":
            message = "min_width_m says what holds a zone together, and under contiguity.method: closer_neighbor nearer neighbors do."
            yield Wrong(message, "Write contiguity.method: exact, or drop it.", at=("shape", "min_width_m"))
