"""The place: units, schools, travel and adjacency as arrays; text ids only at the border."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from rezoning.district.estimate import Estimate
from rezoning.district.split_units import SplitUnit
from rezoning.scenario.display import Displayed, display

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes
    from scipy.sparse import csr_array

    from rezoning.scenario.students import StudentPoints

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[Any]  # of str

TravelSource = Literal["file", "straight_line", "streets"]


@dataclass(frozen=True)
class InputFile:
    """A file that was read, and the hash of what it held."""

    path: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Land:
    """Pieces of ground: contiguity is about what a map shows, and a unit may be drawn in several places.

    Parameters
    ----------
    unit
        Unit of each piece, shape (l,). The first n are the units' main pieces, in unit order: the one with its school, or the largest.
    edges
        Pairs of pieces that border each other or are linked, shape (k, 2), the smaller index first, sorted, unique.
    border_m
        Shared border of each pair in meters, shape (k,), NaN where unknown; None where nothing is known.
    polygons
        Shape of each piece, in meters, shape (l,); None where units have none, or each piece is taken to be as its whole unit.
    """

    unit: Ints
    edges: Ints
    border_m: Floats | None = None
    polygons: NDArray[Any] | None = None

    @cached_property
    def num_units(self) -> int:
        """Number of units, n."""
        return len(np.unique(self.unit))

    @cached_property
    def graph(self) -> csr_array[Any, tuple[int, int]]:
        """Adjacency of pieces as a symmetric 0/1 CSR matrix, shape (l, l)."""
        return symmetric(self.edges, len(self.unit))

    def linked(self, links: Sequence[tuple[int, int]], barriers: Sequence[tuple[int, int]] = ()) -> Land:
        """Links join the main pieces of two units, or all pieces of a unit that is linked with itself; barriers part all pieces of both."""
        added = [pair for pair in links if pair[0] != pair[1]]
        added += [(u, int(piece)) for u, v in links if u == v for piece in np.flatnonzero(self.unit == u)[1:]]
        known = np.full(len(self.edges), np.nan) if self.border_m is None else self.border_m
        both = np.sort(np.concatenate((self.edges, np.array(added, dtype=np.int64).reshape(-1, 2))), axis=1)
        edges, first = np.unique(both, axis=0, return_index=True)  # a link between neighbors keeps their border
        border_m = np.concatenate((known, np.full(len(added), np.nan)))[first]
        cut = {(min(pair), max(pair)) for pair in barriers}
        kept = np.array([tuple(sorted(pair)) not in cut for pair in self.unit[edges].tolist()], dtype=bool)
        return Land(self.unit, edges[kept], border_m[kept], self.polygons)

    @cached_property
    def groups(self) -> list[Ints]:
        """The pieces of each unit that has several."""
        several = np.unique(self.unit[np.bincount(self.unit)[self.unit] > 1])
        return [np.flatnonzero(self.unit == u) for u in several]


@dataclass(frozen=True, eq=False)
class District(Displayed):
    """A district in numbers. Units are 0..n-1 in the input's order (index `u`), open schools 0..m-1 (index `s`).

    Open schools are all that may have a zone: those that are open, those that a plan may close, and candidates that it may open. Which of them are
    in a plan, `Plan.open_schools` says.

    Parameters
    ----------
    unit_ids, school_ids, school_names
        Text; ids keep every leading zero. Schools are the open ones, in the input's order.
    closed_ids
        Schools that are closed in this scenario, yet may be some unit's school of today.
    students
        Students who live in each unit, shape (n,).
    groups
        Group name to students of that group in each unit, shape (n,) each.
    partition
        Names of groups that do not overlap; what is left of `students` is ``other``. Empty when the scenario names none.
    current
        Today's school of each unit, shape (n,): s for an open school, m + k for ``closed_ids[k]``, -1 for a new unit.
        None when the scenario has no zones of today.
    capacity
        Seats of each open school, shape (m,); None when the scenario names no column.
    school_unit
        The unit that holds each open school, shape (m,).
    travel
        Travel from unit to open school, shape (n, m), in `travel_unit`; NaN where unknown. None when there is none.
    travel_unit
        ``min`` or ``km``.
    travel_source
        Where travel comes from: a ``file``, or an estimate from ``straight_line`` or ``streets``, which must be labelled so.
    estimate
        How students were estimated, where nobody counted them in the units, which must be labelled so; None where they were counted.
    years, growth
        Students of each unit in a coming year and in a growth scenario, by its name, shape (n,) each.
    grades
        Students of each unit in a grade, by its name, shape (n,) each.
    groups_by_grade
        Group to grade to students of the group in that grade of each unit, shape (n,) each; of groups that are counted by grade.
    portables, portable_price
        Seats in portable classrooms of each open school and the price of one, shape (m,); None when the scenario names no column (the price: 1).
    programs
        Whether each school has a program, by its name: the open schools followed by the closed ones, shape (m + len(closed_ids),) each.
    walkable
        Whether a unit lies in the walk zone of an open school, shape (n, m); None without `data.walk`.
    walk
        Walks, shape (n, m), in `walk_unit` (``min`` or ``km``); NaN where unknown, None without a matrix.
    walk_source
        Where walks, or walk zones, come from: a ``file``, or an estimate along ``streets``, which must be labelled so.
    optional
        Schools that a plan may close or open, shape (m,): those that may close, and candidates. None is, where the scenario names no statuses.
    is_candidate
        Those of them that are sites of today and no schools, shape (m,).
    cost_if_open
        What it costs to have each school open, shape (m,), in the currency of the file; None when the scenario names no column.
    least_students
        The least students that each school has if it is open, shape (m,), 0 where nothing is said; None when the scenario names no column.
    facts
        Facts about each open school's building, by their name, as texts, shape (m,) each.
    closed_travel, closed_walk, closed_walkable
        The same to closed schools, shape (n, len(closed_ids)): facts about today, where some unit has one of them. None where nothing is known.
    crossed
        Whether the straight line from a unit to an open school crosses a barrier, shape (n, m); None without `data.barriers`.
    unit_key
        The column of ids in the units file, which names them in other files too.
    columns
        Every column of the units file as texts by its name, shape (n,) each, blank where empty: for rules that name a column.
    school_columns
        Every column of the schools' file likewise, of the open schools, shape (m,) each.
    edges
        Pairs of adjacent units, shape (e, 2), each with the smaller index first, sorted, unique.
    border_m
        Shared border of each edge in meters, shape (e,), NaN where unknown (links, files without lengths).
    parts
        Separate pieces of ground where neighbors come from polygons and some unit has several of them, else None; `land` has an answer in any case.
    geometry
        Polygons in a projected CRS in meters, in unit order; None when units come as a table.
    student_points
        The section that names the file of students' points, for who lays zones over the units and has to look again; the points are not kept.
        None where students are counted in columns of the units.
    today_split
        Units that today's zones, given as polygons, divide among several schools; the most students first.
    inputs
        Every file that was read.
    notes
        Choices made while reading (detected columns, padded ids, repaired polygons …), for the user to see.
    warnings
        Things that may be wrong but do not stop a run.
    levels
        With several levels of schools the district of each by its name, lowest first: the same units with other students, schools and trips. The
        whole is then the district of the lowest level, with the files, notes and warnings of all. Empty without.
    """

    unit_ids: tuple[str, ...]
    students: Floats
    school_ids: tuple[str, ...]
    school_names: tuple[str, ...]
    school_unit: Ints
    edges: Ints
    groups: dict[str, Floats] = field(default_factory=dict)
    partition: tuple[str, ...] = ()
    current: Ints | None = None
    closed_ids: tuple[str, ...] = ()
    capacity: Floats | None = None
    travel: Floats | None = None
    travel_unit: str = "min"
    travel_source: TravelSource = "file"
    estimate: Estimate | None = None
    years: dict[str, Floats] = field(default_factory=dict)
    growth: dict[str, Floats] = field(default_factory=dict)
    grades: dict[str, Floats] = field(default_factory=dict)
    groups_by_grade: dict[str, dict[str, Floats]] = field(default_factory=dict)
    portables: Floats | None = None
    portable_price: Floats | None = None
    programs: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    optional: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    is_candidate: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    cost_if_open: Floats | None = None
    least_students: Floats | None = None
    facts: Mapping[str, Texts] = field(default_factory=dict)
    walkable: NDArray[np.bool_] | None = None
    walk: Floats | None = None
    walk_unit: str = "min"
    walk_source: Literal["file", "streets"] = "file"
    closed_travel: Floats | None = None
    closed_walk: Floats | None = None
    closed_walkable: NDArray[np.bool_] | None = None
    crossed: NDArray[np.bool_] | None = None
    unit_key: str = ""
    columns: Mapping[str, Texts] = field(default_factory=dict)
    school_columns: Mapping[str, Texts] = field(default_factory=dict)
    border_m: Floats | None = None
    parts: Land | None = None
    geometry: gpd.GeoSeries | None = None
    student_points: StudentPoints | None = None
    today_split: tuple[SplitUnit, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    levels: Mapping[str, District] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in ("optional", "is_candidate"):  # who makes a district without statuses says nothing of them
            if not len(getattr(self, key)):
                object.__setattr__(self, key, np.zeros(len(self.school_ids), dtype=bool))

    def __repr__(self) -> str:
        known = {"today's zones": self.has_current, "travel": self.travel is not None, "polygons": self.geometry is not None}
        beside = [*self.groups, *(name for name, is_known in known.items() if is_known)]
        sizes = f"{self.num_units:,} units, {self.num_schools:,} schools, {self.total_students:,.0f} students, {len(self.edges):,} edges"
        return f"<District: {sizes}; {', '.join(beside) or 'nothing else'}>"

    @property
    def num_units(self) -> int:
        """Number of units, n."""
        return len(self.unit_ids)

    @property
    def num_schools(self) -> int:
        """Number of open schools, m."""
        return len(self.school_ids)

    @cached_property
    def has_optional(self) -> bool:
        """Whether a plan may close or open a school."""
        return bool(self.optional.any())

    @cached_property
    def sharing(self) -> tuple[tuple[int, ...], ...]:
        """Schools of each unit that holds several: those always open first, then in the input's order. The unit is the first open one's."""
        order = np.lexsort((np.arange(self.num_schools), self.optional, self.school_unit))
        several: dict[int, list[int]] = {}
        for s in order.tolist():
            several.setdefault(int(self.school_unit[s]), []).append(s)
        return tuple(tuple(schools) for schools in several.values() if len(schools) > 1)

    @cached_property
    def has_site(self) -> NDArray[np.bool_]:
        """Schools in a unit that another keeps, shape (m,): all of `sharing` but the first of each unit. Their zones begin at or around the unit."""
        found = np.zeros(self.num_schools, dtype=bool)
        found[[s for schools in self.sharing for s in schools[1:]]] = True
        return found

    @property
    def travel_is_estimate(self) -> bool:
        """Whether trips were estimated, and not given."""
        return self.travel_source != "file"

    @property
    def walk_is_estimate(self) -> bool:
        """Whether walks were estimated, and not given."""
        return self.walk_source != "file"

    @property
    def students_are_estimated(self) -> bool:
        """Whether students were estimated, and not counted."""
        return self.estimate is not None

    @property
    def has_current(self) -> bool:
        """Whether today's zones are known."""
        return self.current is not None

    @cached_property
    def unit_index(self) -> dict[str, int]:
        """Text id of a unit to its index."""
        return {text: u for u, text in enumerate(self.unit_ids)}

    @cached_property
    def school_index(self) -> dict[str, int]:
        """Text id of an open school to its index."""
        return {text: s for s, text in enumerate(self.school_ids)}

    @cached_property
    def total_students(self) -> float:
        """All students of the district, T."""
        return float(self.students.sum())

    @cached_property
    def stayable(self) -> Ints:
        """Today's school where it is open, else -1; shape (n,)."""
        if self.current is None:
            return np.full(self.num_units, -1, dtype=np.int64)
        return np.where(self.current < self.num_schools, self.current, -1)

    @cached_property
    def trips_today(self) -> Floats | None:
        """Travel of each unit to its school of today, open or closed; NaN where it is unknown or there is none. None without travel; shape (n,)."""
        return None if self.travel is None else self._at_today(self.travel, self.closed_travel)

    @cached_property
    def walk_today(self) -> Floats | None:
        """The walk of each unit to its school of today, likewise; None without a matrix of walks."""
        return None if self.walk is None else self._at_today(self.walk, self.closed_walk)

    @cached_property
    def walks_today(self) -> NDArray[np.bool_] | None:
        """Whether each unit can walk to its school of today, open or closed; None without `data.walk`; shape (n,)."""
        if self.walkable is None:
            return None
        closed = None if self.closed_walkable is None else self.closed_walkable.astype(np.float64)
        return np.asarray(self._at_today(self.walkable.astype(np.float64), closed) == 1)

    def _at_today(self, table: Floats, closed: Floats | None) -> Floats:
        """Value of a (unit, school) table at each unit's school of today, (n, m) and (n, k) to (n,); NaN where there is none."""
        values = np.full(self.num_units, np.nan)
        if self.current is not None:
            every = table if closed is None else np.hstack([table, closed])
            units = np.flatnonzero((self.current >= 0) & (self.current < every.shape[1]))
            values[units] = every[units, self.current[units]]
        return values

    @cached_property
    def graph(self) -> csr_array[Any, tuple[int, int]]:
        """Adjacency as a symmetric 0/1 CSR matrix, shape (n, n)."""
        return symmetric(self.edges, self.num_units)

    @cached_property
    def land(self) -> Land:
        """The pieces of ground that contiguity is about: the units, but for those that are drawn in several places."""
        if self.parts is not None:
            return self.parts
        return Land(np.arange(self.num_units), self.edges, self.border_m, None if self.geometry is None else np.asarray(self.geometry.array))

    def enrollment(self, assignment: Ints) -> Floats:
        """Students per open school under `assignment` (values outside 0..m-1 are left out); shape (m,)."""
        counted = (assignment >= 0) & (assignment < self.num_schools)
        return np.bincount(assignment[counted], weights=self.students[counted], minlength=self.num_schools).astype(np.float64)

    # -- in a notebook ------------------------------------------------------------------------------------------------

    def to_frame(self, of: Literal["units", "schools"] = "units", *, geometry: bool = False) -> pd.DataFrame:
        """A row for each unit, or for each open school.

        Parameters
        ----------
        of
            What the rows are.
        geometry
            Whether units and schools come as a GeoDataFrame in the CRS of `geometry`, with all fields of their files under their names besides: a
            unit by its polygon, a school by a point inside the unit that holds it. A field with the name of one of our columns and other values is
            called ``<name>_file``.

        Returns
        -------
        DataFrame
            Units by their ids: ``students``, a column for each group, coming year, growth scenario and grade (students), ``current_school`` (an id,
            missing where a unit is new). Schools by theirs: ``name``, ``capacity``, ``unit`` (the one that holds it), ``students_today``,
            and a column for each program.

        Raises
        ------
        DataError
            Geometry is asked for, and the district has none.
        """
        frame: pd.DataFrame = display(self).frame(self, of, geometry=geometry)
        return frame

    def units(self) -> gpd.GeoDataFrame:
        """The units with their polygons and all fields of their file: ``to_frame("units", geometry=True)``."""
        frame: gpd.GeoDataFrame = display(self).frame(self, "units", geometry=True)
        return frame

    def schools(self) -> gpd.GeoDataFrame:
        """The open schools as points with all fields of their file: ``to_frame("schools", geometry=True)``."""
        frame: gpd.GeoDataFrame = display(self).frame(self, "schools", geometry=True)
        return frame

    def zones(self) -> gpd.GeoDataFrame:
        """Today's zones of the open schools, a shape each; columns as `Plan.zones` has them.

        Raises
        ------
        DataError
            The district has no polygons, or no zones of today.
        """
        frame: gpd.GeoDataFrame = display(self).zones(self)
        return frame

    def plot(self, measure: str | None = None, *, ax: Axes | None = None, names: bool = True) -> Axes:
        """Draw a map of today's zones (of the units alone, where there are none), or units shaded by what is counted in them.

        Parameters
        ----------
        measure
            ``students``, or a group: its share of each unit's students. Zones when left out.
        ax
            Where to draw; a new figure of a fitting size when left out.
        names
            Whether schools have their names; placed by their size in the figure as it is, so give it its size first.

        Raises
        ------
        DataError
            The district has no polygons, or no such group.
        """
        drawn: Axes = display(self).plot(self, measure, ax=ax, names=names)
        return drawn


def symmetric(edges: Ints, size: int) -> csr_array[Any, tuple[int, int]]:
    """Pairs as a symmetric 0/1 CSR matrix, shape (size, size)."""
    from scipy.sparse import csr_array

    i, j = edges[:, 0], edges[:, 1]
    return csr_array((np.ones(2 * len(i), dtype=np.int8), (np.concatenate([i, j]), np.concatenate([j, i]))), shape=(size, size))


def same_school_components(graph: csr_array[Any, tuple[int, int]], assignment: Ints) -> Ints:
    """Label the connected pieces of every zone: two units share a label when a path inside one zone joins them; shape (n,)."""
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import connected_components

    edges = coo_array(graph)
    inside = assignment[edges.row] == assignment[edges.col]
    kept = (edges.data[inside], (edges.row[inside], edges.col[inside]))
    labels: Ints = connected_components(csr_array(kept, shape=graph.shape), directed=False)[1].astype(np.int64)
    return labels
