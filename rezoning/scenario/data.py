"""The section `data`: the district's files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from rezoning.scenario.naming import GroupName, TextPair
from rezoning.scenario.section import AnyText, File, Need, Number, Section, Share, Text, Wrong
from rezoning.scenario.source import Source, wrong_layer
from rezoning.scenario.words import unknown

MATRIX_SUFFIXES = (".json", ".json.gz")
"""Endings of what routing services answer."""


class CurrentPlan(Source):
    """Today's zones from a plan file, instead of a column."""

    path: File = Field(description="A plan file (block assignment file) with today's school of every unit.")
    column: Text | None = Field(default=None, description="Its column of schools; detected and printed when left out.")


class Units(Source):
    """One row per census block or planning unit."""

    path: File = Field(description="`.gpkg .geojson .shp .parquet`, or `.csv` when adjacency and travel come as files.")
    id: Text | None = Field(default=None, description="Column of unit ids; detected and printed when left out.")
    students: Text = Field(description="Column: students who live in the unit and attend the district's schools at this level.")
    groups: dict[Text, Text] = Field(default_factory=dict, description="Group name to column of student counts; groups may overlap.")
    partition: tuple[GroupName, ...] = Field(default=(), description="Groups that do not overlap; the remainder is `other`. Needed for theil_h.")
    current_school: Text | None = Field(default=None, description="Column with today's school id; blank is a new unit.")
    current: CurrentPlan | None = None
    students_by_year: dict[Text, Text] = Field(
        default_factory=dict, description="Year to column of projected students: `rules.capacity` must hold in each."
    )
    growth: dict[Text, Text] = Field(default_factory=dict, description="Growth scenario (low, middle, high) to column of students; likewise.")
    grades: dict[Text, Text] = Field(default_factory=dict, description="Grade to column of student counts, for `rules.phase_in`.")
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
        yield from super()._wrongs()


class Filter(Section):
    """Keep only the rows whose column equals a value."""

    column: Text = Field(description="Column to look at.")
    equals: AnyText = Field(description="Value that the rows to keep have there.")


class Schools(Source):
    """A point layer, or a table with lon and lat or the unit of each school."""

    path: File = Field(description="Point layer, or a table with lon/lat columns.")
    id: Text | None = Field(default=None, description="Column of school ids; detected and printed when left out.")
    name: Text | None = Field(default=None, description="Column of names; detected, else the id.")
    capacity: Text | None = Field(default=None, description="Column of seats. Without it rules and goals on capacity need `of: current`.")
    portables: Text | None = Field(default=None, description="Column of seats in portable classrooms: a second capacity, with a price.")
    portable_price: Text | None = Field(default=None, description="Column with the price of a portable seat; 1 when left out.")
    programs: dict[Text, Text] = Field(
        default_factory=dict, description="Program to column that says yes or no: who has access to it is measured, and judged by finding 7."
    )
    unit: Text | None = Field(default=None, description="Column naming the unit that holds the school; found by location when left out.")
    open: Text | None = Field(default=None, description="Column: is the school open. All are when left out.")
    filter: Filter | None = None


class Travel(Section):
    """Travel from every unit to every school: a file, or a labelled estimate."""

    needs = (Need("polygons of an estimate", "estimate"),)

    path: File | None = Field(
        default=None,
        description="Long (from_id,to_id,value) or wide (one column per school), told apart by shape; or a routing service's answer, `.json`.",
    )
    measure: Literal["minutes", "seconds", "meters", "kilometers", "miles", "feet"] | None = Field(
        default=None, description="Unit of the file's values; required with `path`, never guessed."
    )
    value: Text | None = Field(
        default=None, description="Column of the values in a long table; left out: the one whose name fits `measure`, and it is printed."
    )
    order: Literal["files"] | None = Field(
        default=None,
        description="A routing service's answer without ids: `files` says that rows and columns are units and schools in the order of their files.",
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
        if self.path is None and self.value is not None:
            yield Wrong("value names a column of path.", "Drop it.", at=("value",))
        yield from _wrong_order(self)
        for key in ("speed_kmh", "detour"):
            if self.path is not None and key in self.model_fields_set:
                yield Wrong(f"{key} belongs to estimate: straight_line.", "Drop it; travel from a file is taken as it is.", at=(key,))


class Walk(Section):
    """Who can walk to which school: polygons of walk zones, or a matrix of walks with the longest that counts."""

    needs = (Need("polygons in zones", "zones"),)

    path: File | None = Field(default=None, description="Walks from units to schools: long or wide, like `data.travel`.")
    measure: Literal["minutes", "seconds", "meters", "kilometers", "miles", "feet"] | None = Field(
        default=None, description="Unit of the file's values; required with `path`."
    )
    value: Text | None = Field(default=None, description="Column of the values in a long table, like `data.travel.value`.")
    order: Literal["files"] | None = Field(default=None, description="Of a routing service's answer without ids, like `data.travel.order`.")
    within: Annotated[Number, Field(gt=0)] | None = Field(default=None, description="Longest walk: minutes, or km for a distance; goes with `path`.")
    zones: File | None = Field(default=None, description="Polygons of walk zones instead of a matrix: a unit is inside where a point of it is.")
    layer: Text | None = Field(default=None, description="Layer of a GeoPackage or a zip file; its only layer when left out.")
    school: Text | None = Field(default=None, description="zones: the column with the school's id; detected when left out.")

    def _wrongs(self) -> Iterator[Wrong]:
        if (self.path is None) == (self.zones is None):
            yield Wrong("walks come from a matrix (path) or from polygons (zones).", "Give one of the two.")
        for key in ("measure", "within"):
            if self.path is not None and getattr(self, key) is None:
                cure = "Give minutes, seconds, meters, kilometers, miles or feet." if key == "measure" else "Give the longest walk."
                yield Wrong(f"{key} is required with path.", cure, at=(key,))
        for key in ("measure", "within", "value"):
            if self.path is None and getattr(self, key) is not None:
                yield Wrong(f"{key} belongs to path.", "Drop it.", at=(key,))
        yield from _wrong_order(self)
        for key in ("layer", "school"):
            if self.zones is None and getattr(self, key) is not None:
                yield Wrong(f"{key} belongs to zones.", "Drop it.", at=(key,))
        if self.zones is not None:
            yield from wrong_layer(self.zones.suffix, self.layer)


def _wrong_order(section: Travel | Walk) -> Iterator[Wrong]:
    """Only matrices by index have an order."""
    if section.order is not None and (section.path is None or not section.path.name.lower().endswith(MATRIX_SUFFIXES)):
        yield Wrong("order belongs to what a routing service answers, as .json or .json.gz.", "Drop it; tables have ids.", at=("order",))


class Barriers(Source):
    """Lines that children should not cross: highways, rails, rivers."""

    needs = (Need("polygons beside lines"),)

    path: File = Field(description="Layer of lines.")
    filter: Filter | None = None


class Adjacency(Section):
    """Which units are neighbors: found from polygons, or given as a file."""

    path: File | None = Field(default=None, description="Two id columns, optional third column: shared length in meters.")
    min_shared_m: Share = Field(default=1.0, description="Shortest shared border, in meters, that makes two units neighbors.")
    snap_m: Share = Field(default=0.0, description="Gaps and overlaps up to this wide, in meters, count as touching; 1 cm always does.")
    links: tuple[TextPair, ...] = Field(default=(), description="Pairs that count as neighbors: bridges, ferries; a unit with itself is one piece.")
    barriers: tuple[TextPair, ...] = Field(default=(), description="Pairs that do not.")

    def _wrongs(self) -> Iterator[Wrong]:
        for key in ("min_shared_m", "snap_m"):
            if self.path is not None and key in self.model_fields_set:
                yield Wrong(f"{key} is for polygons.", "Drop it; a file of pairs is taken as it is.", at=(key,))


class Data(Section):
    """The district's files."""

    units: Units
    schools: Schools
    travel: Travel | None = Field(default=None, description="Left out: no travel measures, and rules and goals that need it are refused.")
    walk: Walk | None = Field(default=None, description="Left out: rules and goals about walking are refused.")
    barriers: Barriers | None = Field(default=None, description="Left out: `rules.no_crossing` is refused.")
    adjacency: Adjacency = Field(default_factory=Adjacency, description="Left out: rook adjacency from polygons.")
