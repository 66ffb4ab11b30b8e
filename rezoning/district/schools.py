"""Schools: their ids, names, seats, whether they are open, and the unit that holds each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask, check_ids, quoted
from rezoning.district.counts import numbers
from rezoning.district.detect import (
    LATITUDE,
    LONGITUDE,
    SCHOOL_NAME,
    Lookup,
    Texts,
    by_name,
    clean_ids,
    nces_school_ids,
    report_shortened,
    school_id_column,
)
from rezoning.district.district import Floats, Ints
from rezoning.district.files.read import read_source
from rezoning.district.files.table import Table, column, texts
from rezoning.district.joining import joined
from rezoning.district.openings import Openings, clash_in_unit, read_openings, read_statuses
from rezoning.district.overlay import filtered
from rezoning.district.programs import read_programs
from rezoning.district.reading import Reading, counted
from rezoning.district.seats import read_capacity, read_portables
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.units import UnitTable
    from rezoning.scenario.schema import Schools


FAR_M = 1000.0
"""A school's point may be beside its unit, across a street or a field."""


@dataclass(eq=False)
class SchoolTable:
    """Schools as they were read.

    Parameters
    ----------
    table
        All schools that the filter keeps, open and closed.
    open_table
        The open ones, and those that may open, in the same order as `ids`.
    ids, names, closed_ids
        Open schools, their names, and closed schools.
    lookup
        Finds an id among `ids` followed by `closed_ids`.
    dropped
        Ids that the filter leaves out.
    capacity
        Seats, shape (m,); None where the scenario names no column.
    openings
        Which of the open ones may close or open, and what that costs.
    portables, portable_price
        Seats in portable classrooms and the price of one, shape (m,) each; likewise.
    programs
        Whether each school has a program, by its name: those of `ids` followed by `closed_ids`.
    key
        The column of the ids, which names them in other files too.
    points
        Where the open schools are, in the CRS of the units' polygons; None until it is asked for, or where it is unknown.
    """

    table: Table
    open_table: Table
    ids: tuple[str, ...]
    names: tuple[str, ...]
    closed_ids: tuple[str, ...]
    lookup: Lookup
    dropped: frozenset[str]
    capacity: Floats | None
    openings: Openings
    portables: Floats | None = None
    portable_price: Floats | None = None
    programs: dict[str, Mask] = field(default_factory=dict)
    key: str = ""
    points: gpd.GeoSeries | None = None

    @property
    def closed_table(self) -> Table:
        """The closed schools, in the order of `closed_ids`."""
        return self.table.kept(~self.table.frame.index.isin(self.open_table.frame.index))

    def with_names(self) -> SchoolTable:
        """The same schools, which their names find as well."""
        return replace(self, lookup=Lookup(self.lookup.ids, self.names))

    def with_closed(self) -> SchoolTable:
        """The same schools as if all were open, the closed ones last: for what is read of today."""
        return replace(self, ids=(*self.ids, *self.closed_ids), closed_ids=())


def read_schools(section: Schools, reading: Reading) -> SchoolTable | None:
    """Read and check everything about schools but their place; None when there are no ids to go on with."""
    table = kept = ids = None
    key = ""
    with reading.gathering():
        table = read_source(section)
        reading.took(table)
        if is_late := section.filter is not None and bool(section.join) and table.find(section.filter.column) is None:
            key, ids = _ids(section, table, reading)
            table = _joined(section, table, ids, reading)
        with reading.gathering():
            kept = None if table is None else filtered(section, table, "schools", reading)
        if table is not None and not is_late:
            key, ids = _ids(section, table, reading)
    if table is None or kept is None or ids is None:
        return None
    inside = table.frame.index.isin(kept.frame.index)
    dropped, ids = frozenset(ids[~inside]), ids[inside]
    if not is_late:
        kept = _joined(section, kept, ids, reading)
    if kept is None:
        return None
    check_ids(ids, kept, "school", reading)
    statuses = read_statuses(section, kept, reading)
    is_open = np.asarray(statuses != "closed")
    open_table, open_ids, closed_ids = kept.kept(is_open), tuple(ids[is_open]), tuple(ids[~is_open])
    names = _names(section, open_table, open_ids, reading)
    capacity = read_capacity(section, open_table, open_ids, reading)
    portables, price = read_portables(section, open_table, open_ids, reading)
    programs = read_programs(section, kept, is_open, reading)
    openings = read_openings(section, open_table, statuses[is_open], open_ids, reading)
    lookup = Lookup((*open_ids, *closed_ids))
    return SchoolTable(kept, open_table, open_ids, names, closed_ids, lookup, dropped, capacity, openings, portables, price, programs, key)


def _ids(section: Schools, table: Table, reading: Reading) -> tuple[str, Texts]:
    """The column of ids, and the ids: as written where the scenario names the column, at their full length where it was found."""
    place = section.place("id")
    name = section.id if section.id is not None else school_id_column(table, place)
    ids = texts(column(table, name, place))
    report_shortened(ids, table, "school id", reading)
    if section.id is not None:
        return name, ids
    reading.note(f"{table.name}: school id column '{name}' (detected)")
    return name, nces_school_ids(clean_ids(ids, table, "school id", reading), table.name, reading)


def _joined(section: Schools, table: Table, ids: Texts, reading: Reading) -> Table | None:
    """The table with the columns of further files, whose rows are found by id or by name; None where one cannot be joined."""
    name = section.name or by_name(table.columns, SCHOOL_NAME)
    named = None if name is None else table.find(name)
    return joined(section.join, table, ids, "school", reading, ids if named is None else texts(named))


def _names(section: Schools, table: Table, ids: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    name = section.name
    if name is None:
        name = by_name([str(column_name) for column_name in table.frame.columns], SCHOOL_NAME)
        if name is None:
            return ids
        reading.note(f"{table.name}: school name column '{name}' (detected)")
    with reading.gathering():
        values = texts(column(table, name, section.place("name")))
        return tuple(text or school for text, school in zip(values, ids, strict=True))
    return ids


# -- where schools are -----------------------------------------------------------------------------------------------


def school_points(table: Table, crs: object) -> gpd.GeoSeries | None:
    """Where each school of a table is, projected to `crs`; None when the table does not say.

    A layer gives its own points (of other shapes: a point inside); a table its columns of longitude and latitude in degrees.

    Raises
    ------
    DataError
        Some school has no place, or an impossible one.
    """
    import geopandas as gpd

    if table.geometry is not None:
        points = table.geometry
        nowhere = (points.isna() | points.is_empty).to_numpy()
        if nowhere.any():
            message = f"{counted(int(nowhere.sum()), 'school')} without a point."
            cure = "Place them on the map, or name their units with data.schools.unit."
            raise DataError(Problem(table.place(table.rows(nowhere)), message, cure))
        if points.crs is None:
            raise DataError(Problem(table.name, "has no CRS.", "Save it with its CRS; a shapefile keeps it in its .prj file."))
        return _within_reach(gpd.GeoSeries(points.to_crs(crs).representative_point()), table)
    columns = [str(name) for name in table.frame.columns]
    lon, lat = by_name(columns, LONGITUDE), by_name(columns, LATITUDE)
    if lon is None or lat is None:
        return None
    return _within_reach(gpd.GeoSeries(gpd.points_from_xy(*_degrees(table, lon, lat), crs=4326), index=table.frame.index).to_crs(crs), table)


def _within_reach(points: gpd.GeoSeries, table: Table) -> gpd.GeoSeries:
    """The points, where all of them are some place in the district's CRS; one on the other side of the earth is none."""
    lost = ~(np.isfinite(points.x) & np.isfinite(points.y)).to_numpy()
    if lost.any():
        message = f"{counted(int(lost.sum()), 'school')} on another part of the earth, as 0, 0 is, which says that a place was not found."
        raise DataError(Problem(table.place(table.rows(lost)), message, "Correct the place, or name the unit of each school: data.schools.unit."))
    return points


def _degrees(table: Table, lon: str, lat: str) -> tuple[Floats, Floats]:
    (x, no_x, bad_x), (y, no_y, bad_y) = numbers(table.frame[lon]), numbers(table.frame[lat])
    wrong = bad_x | bad_y | no_x | no_y
    with np.errstate(invalid="ignore"):
        wrong |= (np.abs(x) > 180) | (np.abs(y) > 90)
    if wrong.any():
        held = [f"('{a}', '{b}')" for a, b in zip(texts(table.frame[lon][wrong]), texts(table.frame[lat][wrong]), strict=True)]
        swapped = bool(np.all(np.abs(y[wrong]) <= 180) and np.all(np.abs(x[wrong]) <= 90))
        cure = "They seem to be exchanged." if swapped else "Give degrees, or name the unit of each school: data.schools.unit."
        message = f"columns '{lon}' and '{lat}' hold {shown(held)}, which is no place in degrees."
        raise DataError(Problem(table.holding(lon).place(table.holding(lon).rows(wrong)), message, cure))
    return x, y


def school_units(section: Schools, schools: SchoolTable, units: UnitTable, reading: Reading) -> Ints:
    """The unit that holds each open school, shape (m,): named by a column, else the smallest unit index whose polygon covers its point."""
    found = np.full(len(schools.ids), -1, dtype=np.int64)
    with reading.gathering():
        if section.unit is not None:
            found = _named_units(section.unit, section.place("unit"), schools, units, reading)
            _doubt_places(found, schools, units, reading)
        elif units.geometry is not None and schools.points is not None:
            found = _covering_units(schools, units, units.geometry, schools.points, reading)
        else:
            without = f"{schools.table.name} has neither points nor lon and lat columns"
            message = f"where the schools are is unknown: {f'{units.table.name} has no polygons' if units.geometry is None else without}."
            reading.problems.add(schools.table.name, message, "Name the column with the unit of each school: data.schools.unit.")
            return found
        _check_apart(found, schools, units, reading)
    return found


def _named_units(name: str, place: str, schools: SchoolTable, units: UnitTable, reading: Reading) -> Ints:
    table = schools.open_table
    written = texts(column(table, name, place))
    report_shortened(written, table, "unit id", reading)
    found, _ = units.lookup.find_all(written)
    blank = written == ""
    if blank.any():
        message = f"no unit for {shown(np.array(quoted(schools.ids), dtype=object)[blank])}."
        held = table.holding(name)
        reading.problems.add(held.place(held.rows(blank)), message, f"Fill in column '{name}' with the unit that holds the school.")
    lost = (found < 0) & ~blank
    if lost.any():
        named = shown(f"'{unit}' ({school})" for unit, school in zip(written[lost], np.array(schools.ids, dtype=object)[lost], strict=True))
        message = f"column '{name}' names units that {units.table.name} does not have: {named}."
        held = table.holding(name)
        reading.problems.add(held.place(held.rows(lost)), message, "Name a unit of the district, or close the school with an open column.")
    return found


def _doubt_places(found: Ints, schools: SchoolTable, units: UnitTable, reading: Reading) -> None:
    """Doubt points, where they are used, that lie far from the unit that a school is said to be in."""
    if schools.points is None or units.geometry is None or (found < 0).any():
        return
    gaps = schools.points.reset_index(drop=True).distance(units.geometry.iloc[found].reset_index(drop=True)).to_numpy()
    far = gaps > FAR_M
    if far.any():
        table = schools.open_table
        told = [f"'{schools.ids[s]}' {gaps[s] / 1000:,.1f} km from '{units.ids[found[s]]}'" for s in np.flatnonzero(far)]
        reading.warn(f"{table.place(table.rows(far))}: {counted(int(far.sum()), 'school')} far from the unit that is named for it: {shown(told)}")


def _covering_units(schools: SchoolTable, units: UnitTable, geometry: gpd.GeoSeries, points: gpd.GeoSeries, reading: Reading) -> Ints:
    found = np.full(len(points), len(geometry), dtype=np.int64)
    which, holding = geometry.sindex.query(points.array, predicate="intersects")
    np.minimum.at(found, which, holding)
    outside = found == len(geometry)
    if outside.any():
        near, distance = geometry.sindex.nearest(points.array[outside], return_all=False, return_distance=True)
        order = np.argsort(near[0])
        told = [
            f"'{schools.ids[s]}' is {meters:,.0f} m from the nearest, '{units.ids[u]}'"
            for s, u, meters in zip(np.flatnonzero(outside), near[1][order], distance[order], strict=True)
        ]
        table = schools.open_table
        message = f"{counted(int(outside.sum()), 'school')} outside every unit: {shown(told)}."
        cure = "Correct its place, name its unit with data.schools.unit, or leave the school out with data.schools.filter."
        reading.problems.add(table.place(table.rows(outside)), message, cure)
    return np.where(outside, -1, found)


def _check_apart(found: Ints, schools: SchoolTable, units: UnitTable, reading: Reading) -> None:
    clashing = clash_in_unit(found, schools.openings.optional)
    for u in np.flatnonzero(np.bincount(found[found >= 0], minlength=1) > 1):
        if not clashing[found == u].any():
            names = shown(np.array(quoted(schools.ids), dtype=object)[found == u])
            reading.note(f"unit '{units.ids[u]}' holds several schools: {names}; the first open one has the unit, the zone of another lies around it")
    for u in np.unique(found[clashing]):
        inside = clashing & (found == u)
        names = shown(np.array(quoted(schools.ids), dtype=object)[inside])
        table = schools.open_table
        message = f"unit '{units.ids[u]}' holds more than one school: {names}."
        cure = (
            "Merge them: keep one row with the sum of their capacities, and write its id for today's school of their units; "
            "or name another unit for one of them with data.schools.unit, or close it with an open column."
        )
        reading.problems.add(table.place(table.rows(inside)), message, cure)
