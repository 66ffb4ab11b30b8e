"""The section `data`: the district's files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from rezoning.scenario.filter import Filter
from rezoning.scenario.naming import GradeName, GroupName, TextPair
from rezoning.scenario.plain import get, is_said
from rezoning.scenario.section import Columns, File, Need, Number, Section, Share, Text, Wrong
from rezoning.scenario.source import Layer, Sheet, Source, wrong_part
from rezoning.scenario.streets import Streets, WalkingStreets
from rezoning.scenario.students import StudentPoints
from rezoning.scenario.words import unknown

MATRIX_SUFFIXES = (".json", ".json.gz")
"""Endings of what routing services answer."""

BLIND = "Spread over all children, dissimilarity errs by .05 in the mean, which is more than most plans gain."
SEED = (
    "Give its children by unit in data.units.groups (groups: census table P12 or PL 94-171; low income: children of the tract in poverty, ACS table "
    "B17001), or drop it."
)


class CurrentPlan(Source):
    """Today's zones from a plan file or from polygons of zones, instead of a column."""

    path: File = Field(description="A plan file with today's school of every unit, or a layer of zones: polygons that are laid over the units.")
    column: Text | None = Field(default=None, description="Its column of schools; detected and printed when left out.")
    filter: Filter | None = None


class Join(Source):
    """A further file about the same things."""

    path: File = Field(description="A table or a layer.")
    on: Text = Field(description="Its column of ids; of schools also of names.")
    to: Text | None = Field(default=None, description="Column of the first file that has the same values; the ids when left out.")


class UnitsJoin(Join):
    """A further file about the units: its columns are named like those of the first."""


class SchoolsJoin(Join):
    """A further file about the schools: its columns are named like those of the first."""


class Units(Source):
    """One row per census block or planning unit."""

    path: File = Field(description="A layer of polygons, or a table when adjacency and travel come as files.")
    id: Text | None = Field(default=None, description="Column of unit ids; detected and printed when left out.")
    students: Columns | None = Field(
        default=None,
        description="Column: students who live in the unit and attend the district's schools at this level; of several the sum. "
        "Left out with `data.students`.",
    )
    groups: dict[Text, Columns] = Field(default_factory=dict, description="Group name to column of student counts, or several; groups may overlap.")
    partition: tuple[GroupName, ...] = Field(default=(), description="Groups that do not overlap; the remainder is `other`. Needed for theil_h.")
    current_school: Text | None = Field(default=None, description="Column with today's school id; blank is a new unit.")
    current: CurrentPlan | None = None
    students_by_year: dict[Text, Columns] = Field(
        default_factory=dict, description="Year to column of projected students: `rules.capacity` must hold in each."
    )
    growth: dict[Text, Columns] = Field(default_factory=dict, description="Growth scenario (low, middle, high) to column of students; likewise.")
    grades: dict[Text, Columns] = Field(
        default_factory=dict, description="Grade to column of student counts, for `rules.phase_in` and tables by grade."
    )
    groups_by_grade: dict[GroupName, dict[GradeName, Columns]] | None = Field(
        default=None,
        description="Group to grade to column of the group's students in that grade, for `pairing`. Left out: a group has the same share in every "
        "grade of a unit, which every output says.",
    )
    join: tuple[UnitsJoin, ...] = Field(default=(), description="Blank where a unit has no row; both sides' rows without a partner are told.")
    groups_above_total: Literal["error", "clip", "keep"] = Field(
        default="error", description="Where a group has more students than the unit: `error`, `clip` it to the total, or `keep` it."
    )

    def _wrongs(self) -> Iterator[Wrong]:
        if self.current_school is not None and self.current is not None:
            yield Wrong("current_school and current both give today's schools.", "Keep one of them.", at=("current",))
        for position, name in enumerate(self.partition):
            if self.students is not None and name not in self.groups:
                yield Wrong(f"'{name}' is not a group of data.units.groups.", unknown(name, self.groups), at=("partition", position))
        if "others" in self.groups:
            yield Wrong("others means all other students, in versus: others.", "Give the group another name.", at=("groups", "others"))
        yield from super()._wrongs()


class Schools(Source):
    """A point layer, or a table with lon and lat or the unit of each school."""

    path: File = Field(description="Point layer, or a table with lon/lat columns.")
    id: Text | None = Field(default=None, description="Column of school ids; detected and printed when left out.")
    name: Text | None = Field(default=None, description="Column of names; detected, else the id.")
    capacity: Columns | None = Field(
        default=None, description="Column of seats, or several. Without it rules and goals on capacity need `of: current`."
    )
    portables: Columns | None = Field(
        default=None, description="Column of seats in portable classrooms, or several: a second capacity, with a price."
    )
    portable_price: Text | None = Field(default=None, description="Column with the price of a portable seat; 1 when left out.")
    programs: dict[Text, Text] = Field(
        default_factory=dict, description="Program to column that says yes or no: who has access to it is measured, and judged by finding 7."
    )
    unit: Text | None = Field(default=None, description="Column naming the unit that holds the school; found by location when left out.")
    open: Text | None = Field(default=None, description="Column: is the school open. All are when left out.")
    status: Text | None = Field(
        default=None,
        description="Column with `open`, `may_close`, `candidate` (a site that may open) or `closed`, in place of `open`; a blank is open.",
    )
    cost_if_open: Columns | None = Field(
        default=None, description="Column of what it costs to have the school open, or several; any one currency, of the same span of time."
    )
    least_students: Text | None = Field(default=None, description="Column of the least students that the school has if it is open; a blank is none.")
    facts: dict[Text, Text] | None = Field(
        default=None, description="Facts about the building, by a name of yours: a column each, passed through to tables of closures."
    )
    filter: Filter | None = None
    join: tuple[SchoolsJoin, ...] = Field(default=(), description="Blank where a school has no row; both sides' rows without a partner are told.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.open is not None and self.status is not None:
            yield Wrong("open and status both say which schools are open.", "Keep one of them.", at=("status",))
        yield from super()._wrongs()


class Travel(Section):
    """Travel from every unit to every school: a file, or a labelled estimate from streets or straight lines."""

    path: File | None = Field(
        default=None,
        description="Long (from_id,to_id,value) or wide (one column per school), told apart by shape; or a routing service's answer, `.json`.",
    )
    layer: Layer = None
    sheet: Sheet = None
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
    streets: Streets | None = None
    estimate: Literal["straight_line"] | None = Field(default=None, description="Minutes from straight lines; labelled as an estimate everywhere.")
    speed_kmh: Annotated[Number, Field(gt=0)] = Field(default=32.0, description="Speed of the estimate.")
    detour: Annotated[Number, Field(ge=1)] = Field(default=1.3, description="Length of the way over the straight line, for the estimate.")

    @property
    def source(self) -> Literal["file", "streets", "straight_line"]:
        """Where trips come from."""
        return "file" if self.path is not None else "streets" if self.streets is not None else "straight_line"

    def _wrongs(self) -> Iterator[Wrong]:
        given = [key for key in ("path", "streets", "estimate") if getattr(self, key) is not None]
        if not given:
            yield Wrong("none of path, streets and estimate is given.", "Give path with measure, streets, or estimate: straight_line.")
        if len(given) > 1:
            yield Wrong(f"{' and '.join(given)} {'both' if len(given) == 2 else 'all'} give travel.", "Keep one of them.", at=(given[-1],))
        if self.path is not None and self.measure is None:
            yield Wrong("measure is required with path.", "Give minutes, seconds, meters, kilometers, miles or feet.", at=("measure",))
        if self.path is None and self.measure is not None:
            yield Wrong("measure belongs to path; an estimate is in minutes.", "Drop it.", at=("measure",))
        if self.path is None and self.value is not None:
            yield Wrong("value names a column of path.", "Drop it.", at=("value",))
        yield from _wrong_order(self)
        for key in ("speed_kmh", "detour"):
            if (self.path is not None or self.streets is not None) and key in self.model_fields_set:
                cure = "Drop it; travel from a file is taken as it is." if self.path is not None else "Drop it; streets have speeds of their own."
                yield Wrong(f"{key} belongs to estimate: straight_line.", cure, at=(key,))
        yield from wrong_part(self.path, self.layer, self.sheet)


class Walk(Section):
    """Who can walk to which school: polygons of walk zones, or walks, from a matrix or along streets, with the longest that counts."""

    path: File | None = Field(default=None, description="Walks from units to schools: long or wide, like `data.travel`.")
    measure: Literal["minutes", "seconds", "meters", "kilometers", "miles", "feet"] | None = Field(
        default=None, description="Unit of the file's values; required with `path`."
    )
    value: Text | None = Field(default=None, description="Column of the values in a long table, like `data.travel.value`.")
    order: Literal["files"] | None = Field(default=None, description="Of a routing service's answer without ids, like `data.travel.order`.")
    streets: WalkingStreets | None = None
    within: Annotated[Number, Field(gt=0)] | None = Field(
        default=None, description="Longest walk: minutes, or km for a distance; goes with `path` and `streets`."
    )
    zones: File | None = Field(default=None, description="Polygons of walk zones instead of a matrix: a unit is inside where a point of it is.")
    layer: Layer = None
    sheet: Sheet = None
    school: Text | None = Field(default=None, description="zones: the column with the school's id; detected when left out.")

    def _wrongs(self) -> Iterator[Wrong]:
        given = [key for key in ("path", "streets", "zones") if getattr(self, key) is not None]
        if len(given) != 1:
            yield Wrong("walks come from a matrix (path), along streets, or from polygons (zones).", "Give one of the three.")
        for key in ("measure", "within"):
            if getattr(self, key) is None and (self.path is not None or (key == "within" and self.streets is not None)):
                cure = "Give minutes, seconds, meters, kilometers, miles or feet." if key == "measure" else "Give the longest walk."
                yield Wrong(f"{key} is required with {'path' if self.path is not None else 'streets'}.", cure, at=(key,))
        for key in ("measure", "within", "value"):
            if self.path is None and getattr(self, key) is not None and not (key == "within" and self.streets is not None):
                yield Wrong(f"{key} belongs to path.", "Drop it.", at=(key,))
        yield from _wrong_order(self)
        if self.zones is None and self.school is not None:
            yield Wrong("school belongs to zones.", "Drop it.", at=("school",))
        yield from wrong_part(self.path or self.zones, self.layer, self.sheet)


def _wrong_order(section: Travel | Walk) -> Iterator[Wrong]:
    """Only matrices by index have an order."""
    if section.order is not None and (section.path is None or not section.path.name.lower().endswith(MATRIX_SUFFIXES)):
        yield Wrong("order belongs to what a routing service answers, as .json or .json.gz.", "Drop it; tables have ids.", at=("order",))


class Barriers(Source):
    """Lines that children should not cross: highways, rails, rivers."""

    path: File = Field(description="Layer of lines.")
    filter: Filter | None = None


class Adjacency(Section):
    """Which units are neighbors: found from polygons, or given as a file."""

    path: File | None = Field(default=None, description="Two id columns, optional third column: shared length in meters.")
    layer: Layer = None
    sheet: Sheet = None
    min_shared_m: Share = Field(default=1.0, description="Shortest shared border, in meters, that makes two units neighbors.")
    snap_m: Share = Field(default=0.0, description="Gaps and overlaps up to this wide, in meters, count as touching; 1 cm always does.")
    links: tuple[TextPair, ...] = Field(default=(), description="Pairs that count as neighbors: bridges, ferries; a unit with itself is one piece.")
    barriers: tuple[TextPair, ...] = Field(default=(), description="Pairs that do not.")

    def _wrongs(self) -> Iterator[Wrong]:
        for key in ("min_shared_m", "snap_m"):
            if self.path is not None and key in self.model_fields_set:
                yield Wrong(f"{key} is for polygons.", "Drop it; a file of pairs is taken as it is.", at=(key,))
        yield from wrong_part(self.path, self.layer, self.sheet)


class Estimation(Section):
    """Students by unit are estimated: the units hold children (of the census), the schools file what each school counts."""

    needs = (Need("today"),)

    students: Columns = Field(description="Column of the schools file, or several: students of each school. Blank, -1, -2 and -9 are not known.")
    groups: dict[Text, Columns] = Field(
        default_factory=dict, description="Group to column of the schools file; the same groups as in `data.units.groups`, which say where they live."
    )
    grades: dict[Text, Columns] = Field(default_factory=dict, description="Grade to column of the schools file; the same as in `data.units.grades`.")
    error: Annotated[Number, Field(ge=0, le=1.5)] = Field(
        default=0.51, description="Mean error of a unit's count, as a share of it: what the draws of the statement are made from."
    )


class Data(Section):
    """The district's files."""

    units: Units
    students: StudentPoints | None = Field(default=None, description="Left out: students are counted in `data.units.students`.")
    schools: Schools
    travel: Travel | None = Field(default=None, description="Left out: no travel measures, and rules and goals that need it are refused.")
    walk: Walk | None = Field(default=None, description="Left out: rules and goals about walking are refused.")
    barriers: Barriers | None = Field(default=None, description="Left out: `rules.no_crossing` is refused.")
    adjacency: Adjacency = Field(default_factory=Adjacency, description="Left out: rook adjacency from polygons.")
    estimate: Estimation | None = Field(
        default=None,
        description="Left out: the units' students are counted. Given: they are a seed, scaled to each school's counts within its zone of today.",
    )

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups that are counted, in columns of the units or among students' points."""
        return tuple(self.units.groups if self.students is None else self.students.groups)

    def _wrongs(self) -> Iterator[Wrong]:
        yield from wrong_counts(self)
        for position, name in enumerate(self.units.partition):
            if self.students is not None and name not in self.groups:
                yield Wrong(f"'{name}' is not a group of data.students.groups.", unknown(name, self.groups), at=("units", "partition", position))
        if self.estimate is not None:
            yield from _wrong_estimate(self, self.estimate)


def wrong_counts(data: Any) -> Iterator[Wrong]:
    """Students, groups and grades are counted in columns of the units or among students' points, never both; of plain values and sections alike."""
    of_points = is_said(get(data, "students"))
    if not of_points and not is_said(get(data, "units", "students")):
        cure = "Give data.units.students, a column of counts, or data.students, a layer of points."
        yield Wrong("nothing says how many students live in a unit.", cure, at=("units", "students"))
    for key in ("students", "groups", "grades", "groups_by_grade"):
        if of_points and is_said(get(data, "units", key)):
            yield Wrong(f"data.units.{key} and data.students both count {key}.", "Keep one of them.", at=("units", key))


def _wrong_estimate(data: Data, estimate: Estimation) -> Iterator[Wrong]:
    """What does not fit between an estimate and the seed that the units hold."""
    if data.students is not None:
        yield Wrong("data.students counts students, and data.estimate estimates them.", "Keep one of them.", at=("estimate",))
        return
    if data.units.groups_by_grade:
        cure = "Drop groups_by_grade: an estimate knows no grades of groups, and every output says so."
        yield Wrong("groups_by_grade counts the children of the seed, and those of a unit are estimated.", cure, at=("units", "groups_by_grade"))
    for name in estimate.groups:
        if name not in data.units.groups:
            yield Wrong(f"nothing says where the students of '{name}' live. {BLIND}", SEED, at=("estimate", "groups", name))
    for name in estimate.grades:
        if name not in data.units.grades:
            cure = "Name the units' column in data.units.grades, or drop it."
            yield Wrong(f"no column says where the children of grade '{name}' live.", cure, at=("estimate", "grades", name))
    for kind in ("groups", "grades"):
        for name in getattr(data.units, kind):
            if name not in getattr(estimate, kind):
                cure = f"Name the column of the schools file in data.estimate.{kind}, or drop it."
                yield Wrong(f"no column says how many students of '{name}' each school has.", cure, at=("units", kind, name))
    for key in ("students_by_year", "growth"):
        if getattr(data.units, key):
            cure = "Drop it, or count students."
            yield Wrong(f"{key} counts students of coming years, and those of today are estimated.", cure, at=("units", key))
