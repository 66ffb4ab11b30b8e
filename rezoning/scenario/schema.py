"""What a scenario file may say: frozen, closed models, one per section of the file.

Only keys whose feature exists are here, so that any other key is refused by name. Nothing here reads data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def as_text(value: Any) -> Any:
    """An id exactly as it was written; the loader's numbers carry their own text."""
    written = getattr(value, "text", None)
    if isinstance(value, (float, bool)) or value is None:
        shown = written if written is not None else value
        raise ValueError(f"{shown!s} is not safe to read as an id; put quotes round it")
    return written if written is not None else str(value) if isinstance(value, int) else value


Text = Annotated[str, BeforeValidator(as_text)]
Share = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """A section of the scenario file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


# -- data ------------------------------------------------------------------------------------------------------------


class CurrentPlan(Section):
    """Today's zones from a plan file instead of a column."""

    path: Path = Field(description="A plan file (block assignment file) with today's school of every unit.")


class Units(Section):
    """One row per census block or planning unit."""

    path: Path = Field(description="`.gpkg .geojson .shp .parquet`, or `.csv` when adjacency and travel come as files.")
    layer: Text | None = Field(None, description="Layer of a GeoPackage; its only layer when left out.")
    id: Text | None = Field(None, description="Column of unit ids; detected and printed when left out.")
    students: Text = Field(description="Column: students who live in the unit and attend the district's schools at this level.")
    groups: dict[Text, Text] = Field(default_factory=dict, description="Group name to column of student counts; groups may overlap.")
    partition: tuple[Text, ...] = Field((), description="Groups that do not overlap; the remainder is `other`. Needed for theil_h.")
    current_school: Text | None = Field(None, description="Column with today's school id; blank is a new unit.")
    current: CurrentPlan | None = Field(None, description="Or a plan file with today's schools.")
    groups_above_total: Literal["error", "clip", "keep"] = Field(
        "error", description="Where a group has more students than the unit: `error`, `clip` it to the total, or `keep` it."
    )

    @model_validator(mode="after")
    def _check(self) -> Units:
        if self.current_school is not None and self.current is not None:
            raise ValueError("give current_school or current, not both")
        unknown = [name for name in self.partition if name not in self.groups]
        if unknown:
            raise ValueError(f"partition names {', '.join(unknown)}, which is not among groups")
        return self


class Filter(Section):
    """Keep only the rows whose column equals a value."""

    column: Text
    equals: Text


class Schools(Section):
    """A point layer, or a table with lon and lat or the unit of each school."""

    path: Path = Field(description="Point layer, or a table with lon/lat columns.")
    layer: Text | None = Field(None, description="Layer of a GeoPackage; its only layer when left out.")
    id: Text | None = Field(None, description="Column of school ids; detected and printed when left out.")
    name: Text | None = Field(None, description="Column of names; detected, else the id.")
    capacity: Text | None = Field(None, description="Column of seats. Without it rules and goals on capacity need `of: current`.")
    unit: Text | None = Field(None, description="Column naming the unit that holds the school; found by location when left out.")
    open: Text | None = Field(None, description="Column: is the school open. All are when left out.")
    filter: Filter | None = Field(None, description="Keep only the rows whose `column` `equals` a value.")


class Travel(Section):
    """Travel from every unit to every school: a file, or a labelled estimate."""

    path: Path | None = Field(None, description="Long (from_id,to_id,value) or wide (one column per school); told apart by shape.")
    measure: Literal["minutes", "seconds", "meters", "kilometers", "miles", "feet"] | None = Field(
        None, description="Unit of the file's values; required with `path`, never guessed."
    )
    estimate: Literal["straight_line"] | None = Field(None, description="Minutes from straight lines; labelled as an estimate everywhere.")
    speed_kmh: Annotated[float, Field(gt=0)] = Field(32.0, description="Speed of the estimate.")
    detour: Annotated[float, Field(ge=1)] = Field(1.3, description="Length of the way over the straight line, for the estimate.")

    @model_validator(mode="after")
    def _check(self) -> Travel:
        if (self.path is None) == (self.estimate is None):
            raise ValueError("give path (with measure) or estimate: straight_line, one of the two")
        if self.path is not None and self.measure is None:
            raise ValueError("measure is required with path: minutes, seconds, meters, kilometers, miles or feet")
        if self.path is not None and {"speed_kmh", "detour"} & self.model_fields_set:
            raise ValueError("speed_kmh and detour belong to estimate: straight_line")
        return self


UnitPair = tuple[Text, Text]


class Adjacency(Section):
    """Which units are neighbors: found from polygons, or given as a file."""

    path: Path | None = Field(None, description="Two id columns, optional third column: shared length in meters.")
    min_shared_m: Annotated[float, Field(ge=0)] = Field(1.0, description="Shortest shared border, in meters, that makes two units neighbors.")
    snap_m: Annotated[float, Field(ge=0)] = Field(0.0, description="Digitizing gaps up to this wide, in meters, count as touching.")
    links: tuple[UnitPair, ...] = Field((), description="Pairs that count as neighbors: bridges, ferries.")
    barriers: tuple[UnitPair, ...] = Field((), description="Pairs that do not.")

    @model_validator(mode="after")
    def _check(self) -> Adjacency:
        if self.path is not None and {"min_shared_m", "snap_m"} & self.model_fields_set:
            raise ValueError("min_shared_m and snap_m are for polygons; a file of pairs is taken as it is")
        return self


class Data(Section):
    """The district's files."""

    units: Units
    schools: Schools
    travel: Travel | None = Field(None, description="Left out: no travel measures, and rules and goals that need it are refused.")
    adjacency: Adjacency = Field(default_factory=Adjacency, description="Left out: rook adjacency from polygons.")


# -- rules -----------------------------------------------------------------------------------------------------------


class CapacityRule(Section):
    """min x base <= students <= max x base for every school."""

    min: Share = Field(0.0, description="Least share of the base.")
    max: Share | None = Field(None, description="Largest share of the base.")
    of: Literal["capacity", "current"] = Field("capacity", description="The base: seats, or today's enrollment.")

    @model_validator(mode="after")
    def _check(self) -> CapacityRule:
        if self.max is not None and self.max < self.min:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class TravelRule(Section):
    """Which trips are allowed; minutes, or km for a distance measure."""

    max: Share | None = Field(None, description="Longest trip.")
    max_increase: Share | None = Field(None, description="Largest share over today's trip: 0.5 allows half longer.")
    always_within: Share | None = Field(None, description="Below this any school is allowed.")


class ContiguityRule(Section):
    """Each zone in one piece that holds its school."""

    method: Literal["exact", "closer_neighbor", "none"] = Field(
        "exact", description="`exact`; `closer_neighbor`, the published restrictive rule, for replication; `none`, for bounds and study."
    )
    islands: Literal["keep", "forbid"] = Field("forbid", description="`keep`: today's detached pieces may stay, each with its anchor.")


class Locked(Section):
    """Units and schools that do not change."""

    units: tuple[Text, ...] = Field((), description="Units that keep today's school.")
    schools: tuple[Text, ...] = Field((), description="Schools whose zone neither gains nor loses a unit.")


class ReassignedRule(Section):
    """A budget of students whose school changes."""

    max_share: Annotated[float, Field(ge=0, le=1)] = Field(description="Largest share of all students.")


class Rules(Section):
    """What every plan must obey."""

    capacity: CapacityRule | None = None
    travel: TravelRule | None = None
    contiguity: ContiguityRule = Field(default_factory=ContiguityRule)
    school_in_own_zone: bool = Field(True, description="A school's unit belongs to that school.")
    stay_allowed: bool = Field(True, description="A unit may always keep today's school, whatever travel says.")
    locked: Locked | None = None
    assign: dict[Text, Text] = Field(default_factory=dict, description="Unit to school: must hold.")
    forbid: tuple[UnitPair, ...] = Field((), description="Pairs [unit, school] that may not hold.")
    reassigned: ReassignedRule | None = None


# -- goals and solve -------------------------------------------------------------------------------------------------


class Goal(Section):
    """One thing to make small. Goals stand in order of importance, or all have weights."""

    minimize: Literal["dissimilarity", "imbalance", "reassigned", "travel", "over_capacity"]
    group: Text | None = Field(None, description="dissimilarity: the group.")
    versus: Text | None = Field(None, description="dissimilarity: `others` (default) or another group.")
    groups: tuple[Text, ...] | None = Field(None, description="imbalance: the groups; all when left out.")
    give_up: Share = Field(0.0, description="Share of the found value that later goals may give up.")
    weight: Annotated[float, Field(gt=0)] | None = Field(None, description="Weight of the goal's natural value in one sum.")

    @model_validator(mode="after")
    def _check(self) -> Goal:
        if (self.minimize == "dissimilarity") != (self.group is not None):
            raise ValueError("group is needed by dissimilarity and by no other goal")
        if self.versus is not None and self.minimize != "dissimilarity":
            raise ValueError("versus belongs to dissimilarity")
        if self.groups is not None and self.minimize != "imbalance":
            raise ValueError("groups belongs to imbalance")
        return self


class Solve(Section):
    """How long and with what."""

    method: Literal["auto", "exact"] = "auto"
    solver: Text = Field("auto", description="auto, scip, highs, cbc, or any solver that PuLP knows and this machine has.")
    time_limit: Annotated[float, Field(gt=0)] = Field(60.0, description="Seconds of wall clock for the whole solve.")
    gap: Share = Field(0.005, description="Stop at this relative gap of the goal being solved.")
    gap_abs: Share = Field(1e-6, description="Or at this absolute gap in its natural value.")
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    threads: Count | None = Field(None, description="The machine's cores when left out.")
    options: dict[str, Any] = Field(default_factory=dict, description="Passed to the solver as written.")


class Scenario(Section):
    """A question about a district."""

    name: Annotated[str, BeforeValidator(as_text), Field(pattern=r"^[A-Za-z0-9-]+$", description="Letters, digits and -; names the run.")]
    description: str = ""
    data: Data
    rules: Rules = Field(default_factory=Rules)
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)]
    solve: Solve = Field(default_factory=Solve)

    @model_validator(mode="after")
    def _check(self) -> Scenario:
        weighted = [goal.weight is not None for goal in self.goals]
        if any(weighted) and not all(weighted):
            raise ValueError("goals: give weight on every goal (one weighted sum) or on none (in order of importance)")
        return self
