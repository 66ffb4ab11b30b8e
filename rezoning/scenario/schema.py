"""What a scenario file may say: frozen, closed models, one per section of the file.

Only keys whose feature exists are here, so that any other key is refused by name. Nothing here reads data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from rezoning.scenario.section import AnyText, File, Number, Option, Section, Share, Text, UnitPair, Whole, Wrong
from rezoning.scenario.shape import sections
from rezoning.scenario.tree import Keys
from rezoning.scenario.words import unknown

# -- data ------------------------------------------------------------------------------------------------------------


class CurrentPlan(Section):
    """Today's zones from a plan file, instead of a column."""

    path: File = Field(description="A plan file (block assignment file) with today's school of every unit.")


class Units(Section):
    """One row per census block or planning unit."""

    path: File = Field(description="`.gpkg .geojson .shp .parquet`, or `.csv` when adjacency and travel come as files.")
    layer: Text | None = Field(default=None, description="Layer of a GeoPackage; its only layer when left out.")
    id: Text | None = Field(default=None, description="Column of unit ids; detected and printed when left out.")
    students: Text = Field(description="Column: students who live in the unit and attend the district's schools at this level.")
    groups: dict[Text, Text] = Field(default_factory=dict, description="Group name to column of student counts; groups may overlap.")
    partition: tuple[Text, ...] = Field(default=(), description="Groups that do not overlap; the remainder is `other`. Needed for theil_h.")
    current_school: Text | None = Field(default=None, description="Column with today's school id; blank is a new unit.")
    current: CurrentPlan | None = None
    groups_above_total: Literal["error", "clip", "keep"] = Field(
        default="error", description="Where a group has more students than the unit: `error`, `clip` it to the total, or `keep` it."
    )

    def _wrongs(self) -> Iterator[Wrong]:
        if self.current_school is not None and self.current is not None:
            yield Wrong("current_school and current both give today's schools.", "Keep one of them.", at=("current",))
        for position, name in enumerate(self.partition):
            if name not in self.groups:
                yield Wrong(f"'{name}' is not a group of data.units.groups.", unknown(name, self.groups), at=("partition", position))
        if "others" in self.groups:
            yield Wrong("others means all other students, in versus: others.", "Give the group another name.", at=("groups", "others"))
        yield from _wrong_layer(self.path.suffix, self.layer)


class Filter(Section):
    """Keep only the rows whose column equals a value."""

    column: Text = Field(description="Column to look at.")
    equals: AnyText = Field(description="Value that the rows to keep have there.")


class Schools(Section):
    """A point layer, or a table with lon and lat or the unit of each school."""

    path: File = Field(description="Point layer, or a table with lon/lat columns.")
    layer: Text | None = Field(default=None, description="Layer of a GeoPackage; its only layer when left out.")
    id: Text | None = Field(default=None, description="Column of school ids; detected and printed when left out.")
    name: Text | None = Field(default=None, description="Column of names; detected, else the id.")
    capacity: Text | None = Field(default=None, description="Column of seats. Without it rules and goals on capacity need `of: current`.")
    unit: Text | None = Field(default=None, description="Column naming the unit that holds the school; found by location when left out.")
    open: Text | None = Field(default=None, description="Column: is the school open. All are when left out.")
    filter: Filter | None = None

    def _wrongs(self) -> Iterator[Wrong]:
        yield from _wrong_layer(self.path.suffix, self.layer)


def _wrong_layer(suffix: str, layer: str | None) -> Iterator[Wrong]:
    if layer is not None and suffix.lower() != ".gpkg":
        yield Wrong("only a GeoPackage (.gpkg) has layers.", "Drop layer, or give a .gpkg file as path.", at=("layer",))


class Travel(Section):
    """Travel from every unit to every school: a file, or a labelled estimate."""

    path: File | None = Field(default=None, description="Long (from_id,to_id,value) or wide (one column per school); told apart by shape.")
    measure: Literal["minutes", "seconds", "meters", "kilometers", "miles", "feet"] | None = Field(
        default=None, description="Unit of the file's values; required with `path`, never guessed."
    )
    estimate: Literal["straight_line"] | None = Field(default=None, description="Minutes from straight lines; labelled as an estimate everywhere.")
    speed_kmh: Annotated[Number, Field(gt=0)] = Field(default=32.0, description="Speed of the estimate.")
    detour: Annotated[Number, Field(ge=1)] = Field(default=1.3, description="Length of the way over the straight line, for the estimate.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.path is None and self.estimate is None:
            yield Wrong("neither path nor estimate is given.", "Give path with measure, or estimate: straight_line.")
        if self.path is not None and self.estimate is not None:
            yield Wrong("path and estimate both give travel.", "Keep one of them.", at=("estimate",))
        if self.path is not None and self.measure is None:
            yield Wrong("measure is required with path.", "Give minutes, seconds, meters, kilometers, miles or feet.", at=("measure",))
        if self.path is None and self.measure is not None:
            yield Wrong("measure belongs to path; an estimate is in minutes.", "Drop it.", at=("measure",))
        for key in ("speed_kmh", "detour"):
            if self.path is not None and key in self.model_fields_set:
                yield Wrong(f"{key} belongs to estimate: straight_line.", "Drop it; travel from a file is taken as it is.", at=(key,))


class Adjacency(Section):
    """Which units are neighbors: found from polygons, or given as a file."""

    path: File | None = Field(default=None, description="Two id columns, optional third column: shared length in meters.")
    min_shared_m: Share = Field(default=1.0, description="Shortest shared border, in meters, that makes two units neighbors.")
    snap_m: Share = Field(default=0.0, description="Digitizing gaps up to this wide, in meters, count as touching.")
    links: tuple[UnitPair, ...] = Field(default=(), description="Pairs that count as neighbors: bridges, ferries.")
    barriers: tuple[UnitPair, ...] = Field(default=(), description="Pairs that do not.")

    def _wrongs(self) -> Iterator[Wrong]:
        for key in ("min_shared_m", "snap_m"):
            if self.path is not None and key in self.model_fields_set:
                yield Wrong(f"{key} is for polygons.", "Drop it; a file of pairs is taken as it is.", at=(key,))


class Data(Section):
    """The district's files."""

    units: Units
    schools: Schools
    travel: Travel | None = Field(default=None, description="Left out: no travel measures, and rules and goals that need it are refused.")
    adjacency: Adjacency = Field(default_factory=Adjacency, description="Left out: rook adjacency from polygons.")


# -- rules -----------------------------------------------------------------------------------------------------------


class CapacityRule(Section):
    """min × base ≤ students ≤ max × base, for every school."""

    min: Share = Field(default=0.0, description="Least share of the base.")
    max: Share | None = Field(default=None, description="Largest share of the base.")
    of: Literal["capacity", "current"] = Field(default="capacity", description="The base: seats, or today's enrollment.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.max is not None and self.max < self.min:
            yield Wrong(f"min {self.min:g} is above max {self.max:g}.", "Lower min or raise max.", at=("min",))


class TravelRule(Section):
    """Which trips are allowed; minutes, or km for a distance measure."""

    max: Share | None = Field(default=None, description="Longest trip.")
    max_increase: Share | None = Field(default=None, description="Largest share over today's trip: 0.5 allows half longer.")
    always_within: Share | None = Field(default=None, description="Below this any school is allowed.")


class ContiguityRule(Section):
    """Each zone in one piece that holds its school."""

    method: Literal["exact", "closer_neighbor", "none"] = Field(
        default="exact", description="`exact`; `closer_neighbor`, the published restrictive rule, for replication; `none`, for bounds and study."
    )
    islands: Literal["keep", "forbid"] = Field(default="forbid", description="`keep`: today's detached pieces may stay, each with its anchor.")


class Locked(Section):
    """Units and schools that do not change."""

    units: tuple[Text, ...] = Field(default=(), description="Units that keep today's school.")
    schools: tuple[Text, ...] = Field(default=(), description="Schools whose zone neither gains nor loses a unit.")


class ReassignedRule(Section):
    """A budget of students whose school changes."""

    max_share: Annotated[Share, Field(le=1)] = Field(description="Largest share of all students.")


class Rules(Section):
    """What every plan must obey."""

    capacity: CapacityRule | None = None
    travel: TravelRule | None = None
    contiguity: ContiguityRule = Field(default_factory=ContiguityRule)
    school_in_own_zone: bool = Field(default=True, description="A school's unit belongs to that school.")
    stay_allowed: bool = Field(default=True, description="A unit may always keep today's school, whatever travel says.")
    locked: Locked | None = None
    assign: dict[Text, Text] = Field(default_factory=dict, description="Unit to school: must hold.")
    forbid: tuple[UnitPair, ...] = Field(default=(), description="Pairs [unit, school] that may not hold.")
    reassigned: ReassignedRule | None = None


# -- goals and solve -------------------------------------------------------------------------------------------------


def as_versus(value: str | None) -> str | None:
    """None for `others`: one form for what means the same."""
    return None if value == "others" else value


class Goal(Section):
    """One thing to make small. Goals stand in order of importance, or all have weights."""

    minimize: Literal["dissimilarity", "imbalance", "reassigned", "travel", "over_capacity"] = Field(description="What to make small.")
    group: Text | None = Field(default=None, description="dissimilarity: the group.")
    versus: Annotated[Text | None, AfterValidator(as_versus)] = Field(default=None, description="dissimilarity: `others` (default) or another group.")
    groups: tuple[Text, ...] | None = Field(default=None, description="imbalance: the groups; all when left out.")
    give_up: Share = Field(default=0.0, description="Share of the found value that later goals may give up.")
    weight: Annotated[Number, Field(gt=0)] | None = Field(default=None, description="Weight of the goal's natural value in one sum.")

    def _wrongs(self) -> Iterator[Wrong]:
        owners = {"group": "dissimilarity", "versus": "dissimilarity", "groups": "imbalance"}
        for key, owner in owners.items():
            if getattr(self, key) is not None and self.minimize != owner:
                yield Wrong(f"{key} belongs to {owner}, and this goal is {self.minimize}.", "Drop it.", at=(key,))
        if self.minimize == "dissimilarity" and self.group is None:
            yield Wrong("dissimilarity needs a group.", "Add group: and the name of a group of data.units.groups.", at=("group",))
        if self.group is not None and self.group == self.versus:
            yield Wrong(f"'{self.group}' is compared with itself.", "Name another group, or others.", at=("versus",))
        if self.weight is not None and self.give_up > 0:
            yield Wrong("give_up is for goals in order of importance, and this one has a weight.", "Drop one of the two.", at=("give_up",))


class Solve(Section):
    """How long and with what."""

    method: Literal["auto", "exact", "anneal"] = Field(
        default="auto",
        description="`auto`: search and branch and cut together. `exact`: branch and cut alone. `anneal`: search alone, without a bound.",
    )
    solver: Text = Field(default="auto", description="auto, scip, highs, cbc, or any solver that PuLP knows and this machine has.")
    time_limit: Annotated[Number, Field(gt=0)] = Field(default=60.0, description="Seconds of wall clock for the whole solve.")
    gap: Share = Field(default=0.005, description="Stop at this relative gap of the goal being solved.")
    gap_abs: Share = Field(default=1e-6, description="Or at this absolute gap in its natural value.")
    seed: Annotated[Whole, Field(ge=0, lt=2**31)] = Field(default=0, description="Makes chance repeatable.")
    threads: Annotated[Whole, Field(ge=1)] | None = Field(default=None, description="The machine's cores when left out.")
    options: dict[AnyText, Option] = Field(default_factory=dict, description="Passed to the solver as written.")


class Scenario(Section):
    """A question about a district."""

    name: Annotated[AnyText, Field(pattern=r"^[A-Za-z0-9-]+$", description="Letters, digits and -; names the run.")]
    description: AnyText = Field(default="", description="What the scenario is about, for people.")
    data: Data
    rules: Rules = Field(default_factory=Rules)
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)]
    solve: Solve = Field(default_factory=Solve)

    def _wrongs(self) -> Iterator[Wrong]:
        yield from wrong_weights([goal.weight for goal in self.goals])


def wrong_weights(weights: Sequence[Any]) -> Iterator[Wrong]:
    """Goals have weights all of them, or none."""
    missing = [position for position, weight in enumerate(weights) if weight is None]
    if missing and len(missing) < len(weights):
        cure = "Give a weight to every goal (one weighted sum) or to none (in order of importance)."
        yield Wrong("this goal has no weight, and another has one.", cure, at=("goals", missing[0]))


def _name_sections(model: type[Section], keys: Keys) -> None:
    """Tell each section where it usually stands, for scenarios that are built in code."""
    model.usual_keys = keys
    for name, inner in sections(model).items():
        _name_sections(inner, (*keys, name))


_name_sections(Scenario, ())
