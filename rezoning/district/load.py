"""Reading a district: files in, District out, or one DataError with everything that is wrong in any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.barriers import read_barriers
from rezoning.district.checks import check_travel, doubt_people, note_unknown_trips, quoted
from rezoning.district.columns import Columns
from rezoning.district.district import District, Floats, Ints
from rezoning.district.estimating import estimate_students
from rezoning.district.files.faults import check_there
from rezoning.district.files.table import texts
from rezoning.district.geometry import overlaps, prepare_polygons, report_overlaps
from rezoning.district.labels import Labels
from rezoning.district.neighbors import read_neighbors
from rezoning.district.openings import check_candidates
from rezoning.district.plans.collect import read_assignment
from rezoning.district.plans.how import PlanReading
from rezoning.district.plans.parts import told_split
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.reading import Reading, counted
from rezoning.district.schools import SchoolTable, read_schools, school_points, school_units
from rezoning.district.split_units import SplitUnit
from rezoning.district.streets.load import trips_along
from rezoning.district.students.counting import count_students
from rezoning.district.today import today
from rezoning.district.travel import Trips, estimated, is_minutes, read_travel
from rezoning.district.trip_doubts import doubt_trips
from rezoning.district.units import UnitTable, read_units
from rezoning.district.walks import Walks, read_walks
from rezoning.district.whereabouts import is_somewhere, report_broken
from rezoning.errors import DataError, shown

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.scenario.schema import Data, Travel
    from rezoning.scenario.streets import Streets


def load_district(data: Data) -> District:
    """Read and check the files of a scenario.

    Parameters
    ----------
    data
        The scenario's section `data`, with absolute paths.

    Returns
    -------
    District
        With every choice made on the way among its notes, and every doubt among its warnings.

    Raises
    ------
    DataError
        Holds all problems of all files: each with file and rows, what is wrong, and the cure.
    """
    if data.lost:
        raise DataError(data.lost)
    reading = Reading()
    units = read_units(data.units, reading)
    schools = read_schools(data.schools, reading)
    if units is None or schools is None:
        _check_other_files(data, reading)
        reading.problems.raise_as(DataError)
        raise AssertionError("units and schools are there, or a problem is")
    if data.estimate is None and data.units.students is not None:
        doubt_people(data.units.students, units.students, units.table, reading)
    units.geometry = _polygons(units, data, reading)
    if data.students is not None:
        count_students(data.students, units, data.units.partition, reading)
    school_unit = np.zeros(len(schools.ids), dtype=np.int64)
    with reading.gathering():
        schools.points = _points(data, schools, units)
        school_unit = _school_units(data, schools, units, reading)
    current, today_split = _current(data, units, schools, reading)
    check_candidates(current, schools.ids, schools.openings.is_candidate, units.ids, schools.table, reading)
    estimate = None if data.estimate is None or current is None else estimate_students(data, units, schools, current, reading)
    trips = _trips(data.travel, units, schools, reading)
    travel = _estimate(data, units, schools, school_unit, reading) if trips is None else trips.travel
    walks = None if data.walk is None else read_walks(data.walk, data, units, schools, school_unit, reading)
    crossed = None if data.barriers is None else read_barriers(data.barriers, units, schools, school_unit, reading)
    neighbors = read_neighbors(data.adjacency, units, schools, school_unit, reading)
    if trips is not None and data.travel is not None and not reading.problems:
        doubt_trips(trips, "min" if is_minutes(data.travel) else "km", units, schools, school_unit, neighbors.edges, reading)
    if travel is not None and current is not None:
        note_unknown_trips(travel, current, units.students, reading)
    reading.problems.raise_as(DataError)
    return District(
        unit_ids=units.ids, students=units.students, groups=units.groups, partition=data.units.partition, current=current,
        school_ids=schools.ids, school_names=schools.names, closed_ids=schools.closed_ids, capacity=schools.capacity, school_unit=school_unit,
        travel_unit="min" if data.travel is None or is_minutes(data.travel) else "km",
        travel_source="file" if data.travel is None else data.travel.source,
        estimate=estimate, years=units.years, growth=units.growth, grades=units.grades, groups_by_grade=units.groups_by_grade,
        unit_key=units.key, columns=Columns(units.table.frame),
        school_columns=Columns(schools.open_table.frame),
        **vars(schools.openings), portables=schools.portables, portable_price=schools.portable_price, programs=schools.programs,
        **_ways(travel, walks, len(schools.ids)), crossed=crossed,
        edges=neighbors.edges, border_m=neighbors.border_m, parts=neighbors.parts, geometry=units.geometry,
        student_points=data.students, today_split=today_split,
        inputs=tuple(reading.inputs), notes=tuple(reading.notes), warnings=tuple(reading.warnings),
    )  # fmt: skip


def _ways(travel: Floats | None, walks: Walks | None, m: int) -> dict[str, Any]:
    """The fields of a district with m open schools that say how its students get to these and, today, to closed ones."""
    trips = {} if travel is None else {"travel": travel[:, :m], "closed_travel": travel[:, m:]}
    return trips if walks is None else trips | walks.split(m)


def _check_other_files(data: Data, reading: Reading) -> None:
    """Without units or schools the other files cannot be understood, but a missing one can be named."""
    streets = (getattr(data.travel, "streets", None), getattr(data.walk, "streets", None))
    others = ((data.students, "path"), (data.units.current, "path"), (data.travel, "path"), (data.walk, "path"), (data.walk, "zones"),
              (data.barriers, "path"), (data.adjacency, "path"),
              *((join, "path") for join in (*data.units.join, *data.schools.join)),
              *((section, key) for section in streets for key in ("path", "speed_table")))  # fmt: skip
    told = {problem.place for problem in reading.problems}
    for section, key in others:
        path = getattr(section, key, None)
        if section is not None and path is not None and section.place(key) not in told:
            with reading.gathering():
                check_there(path, section.place(key))


def _polygons(units: UnitTable, data: Data, reading: Reading) -> gpd.GeoSeries | None:
    """Polygons in meters, in unit order; None where units come as a table, or where a problem was found."""
    import geopandas as gpd

    table = units.table
    if table.geometry is None:
        return None
    if report_broken(table, units.ids, reading) or not is_somewhere(table.geometry, table, reading):
        return None
    found = prepare_polygons(gpd.GeoDataFrame(geometry=table.geometry), units.ids, table.name, reading.problems)
    reading.notes.extend(found.notes)
    reading.warnings.extend(found.warnings)
    if found.geometry is None:
        return None
    from_polygons = data.adjacency.path is None
    reading.warnings.extend(report_overlaps(overlaps(found.geometry, units.ids), table.name, from_polygons, reading.problems))
    return found.geometry.reset_index(drop=True)


def _points(data: Data, schools: SchoolTable, units: UnitTable) -> gpd.GeoSeries | None:
    """Where the open schools are, in the polygons' CRS; looked up only where something needs it."""
    estimate = data.travel is not None and data.travel.path is None
    walked = data.walk is not None and data.walk.streets is not None
    needed = data.schools.unit is None or estimate or walked or data.barriers is not None
    if not needed or units.geometry is None:
        return None
    return school_points(schools.open_table, units.geometry.crs)


def _school_units(data: Data, schools: SchoolTable, units: UnitTable, reading: Reading) -> Ints:
    """The unit that holds each open school, shape (m,)."""
    if data.schools.unit is None and units.geometry is None and units.table.geometry is not None:
        return np.zeros(len(schools.ids), dtype=np.int64)  # the polygons' own problem is told already
    return school_units(data.schools, schools, units, reading)


def _current(data: Data, units: UnitTable, schools: SchoolTable, reading: Reading) -> tuple[Ints | None, tuple[SplitUnit, ...]]:
    """Today's school of each unit from a column, a plan file or zones, None where the scenario names none; and the units that zones split."""
    if units.current is not None:
        return today(units.current, f"{units.table.name}, column '{data.units.current_school}'", schools, reading), ()
    if data.units.current is None:
        return None, ()
    section = data.units.current
    with reading.gathering():
        check_there(section.path, section.place("path"))
        labels = Labels((*schools.ids, *schools.closed_ids), schools.names)
        how = PlanReading(section.column, section.layer, section.sheet, rows=section)
        ground = Ground(units.geometry, units.students, data.students, is_told=units.table.geometry is not None)
        given = read_assignment(section.path, units.ids, how, labels, "today", units.key, ground)
        reading.hashed(given.files)
        reading.notes.extend(given.notes)
        reading.warnings.extend(given.warnings)
        if given.split:
            reading.warn(told_split(given.split, units.ids, units.students, given.name))
        missing = [unit for unit, row in zip(units.ids, given.rows, strict=True) if not row]
        if missing:
            where = "not listed" if given.unit_column else "outside every zone"
            reading.warn(f"{given.name}: {counted(len(missing), 'unit')} {where}, taken as new: {shown(quoted(missing))}")
        written = np.array([labels.id_of(label) for label in given.schools], dtype=object)
        return today(written, given.name, schools, reading, given.rows), given.split
    return None, ()


def _trips(section: Travel | None, units: UnitTable, schools: SchoolTable, reading: Reading) -> Trips | None:
    """Travel to open schools and then to closed ones from a file, checked; None without one, or where a problem was found."""
    if section is None or section.path is None:
        return None
    with reading.gathering():
        trips = read_travel(section, units, schools.with_closed(), reading)
        to_open = trips.travel[:, : len(schools.ids)]
        check_travel(to_open, units.ids, schools.ids, reading, name=section.path.name, is_minutes=is_minutes(section))
        return trips
    return None


def _estimate(data: Data, units: UnitTable, schools: SchoolTable, school_unit: Ints, reading: Reading) -> Floats | None:
    """The same along streets or from straight lines; None where it is not asked for, or where there are no polygons."""
    section = data.travel
    if section is not None and section.streets is not None:
        return _along_streets(section.streets, data, units, schools, school_unit, reading)
    if section is None or section.estimate is None:
        return None
    if units.geometry is None:
        if units.table.geometry is None:
            message = f"straight lines need polygons, and {units.table.name} has none."
            reading.problems.add(section.place("estimate"), message, "Give the polygons of the units, or a file of travel.")
        return None
    reading.note(
        f"travel is an estimate: straight lines x {section.detour:g} at {section.speed_kmh:g} km/h, "
        f"from a point inside each unit to {'a point inside the unit of ' if schools.points is None else ''}each school"
    )
    to_open = estimated(section, units.geometry, schools.points, school_unit)
    return np.hstack([to_open, _estimate_to_closed(data, section, units.geometry, units, schools)])


def _along_streets(section: Streets, data: Data, units: UnitTable, schools: SchoolTable, school_unit: Ints, reading: Reading) -> Floats | None:
    travel = trips_along(section, data, units, schools, school_unit, reading)
    if travel is not None:
        to_open = travel[:, : len(schools.ids)]
        check_travel(to_open, units.ids, schools.ids, reading, name=section.path.name, is_minutes=False)
    return travel


def _estimate_to_closed(data: Data, section: Travel, geometry: gpd.GeoSeries, units: UnitTable, schools: SchoolTable) -> Floats:
    """Travel to closed schools, shape (n, k), by the same lines; NaN where it is not told where one is: nobody goes there, so that is no problem."""
    table, lost = schools.closed_table, np.full((len(units.ids), len(schools.closed_ids)), np.nan)
    if not schools.closed_ids:
        return lost
    if schools.points is not None:
        try:
            return estimated(section, geometry, school_points(table, geometry.crs), np.zeros(len(schools.closed_ids), dtype=np.int64))
        except DataError:
            return lost
    if data.schools.unit not in table.frame.columns:
        return lost
    found, _ = units.lookup.find_all(texts(table.frame[data.schools.unit]))
    return np.where(found >= 0, estimated(section, geometry, None, np.maximum(found, 0)), np.nan)
