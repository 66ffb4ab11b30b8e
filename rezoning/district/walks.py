"""Who can walk to which school: a matrix of walks with the longest that counts, or polygons of walk zones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rezoning.district.checks import TOLERANCE, quoted
from rezoning.district.detect import SCHOOL_ID, Lookup, by_name, report_shortened, row_numbers
from rezoning.district.district import Floats, Ints
from rezoning.district.files.read import read_table
from rezoning.district.files.table import Table, column, texts
from rezoning.district.overlay import POLYGONS, checked_shapes, laid_over, made_valid
from rezoning.district.reading import Reading, counted
from rezoning.district.streets.load import trips_along
from rezoning.district.travel import is_minutes, read_travel
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.geometry import Flags, Shapes
    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Data, Walk


FARTHEST = {"min": 240.0, "km": 20.0}
"""Minutes and kilometers that no child walks to school."""


@dataclass(frozen=True, eq=False)
class Walks:
    """Walks to school, open schools first and then the closed ones (m + k), which may be some unit's school of today.

    Parameters
    ----------
    walkable
        Whether a unit can walk to a school, shape (n, m + k).
    walk
        How long the walk is, shape (n, m + k), in `unit`; NaN where unknown. None where polygons say who can walk.
    unit
        ``min`` or ``km``.
    source
        ``file``, or ``streets`` for an estimate.
    """

    walkable: Flags
    walk: Floats | None = None
    unit: str = "min"
    source: Literal["file", "streets"] = "file"

    def split(self, m: int) -> dict[str, Any]:
        """The fields of a district with m open schools."""
        walk, closed = (None, None) if self.walk is None else (self.walk[:, :m], self.walk[:, m:])
        able = {"walkable": self.walkable[:, :m], "closed_walkable": self.walkable[:, m:]}
        return {**able, "walk": walk, "closed_walk": closed, "walk_unit": self.unit, "walk_source": self.source}


def read_walks(section: Walk, data: Data, units: UnitTable, schools: SchoolTable, school_unit: Ints, reading: Reading) -> Walks | None:
    """Read the section `data.walk`; None where a problem was found."""
    with reading.gathering():
        if section.streets is not None:
            walk = trips_along(section.streets, data, units, schools, school_unit, reading)
            return None if walk is None else _within(section, walk, section.streets.path.name, "data.walk.streets", schools, reading)
        return _from_matrix(section, units, schools, reading) if section.path is not None else _from_zones(section, units, schools, reading)
    return None


def _from_matrix(section: Walk, units: UnitTable, schools: SchoolTable, reading: Reading) -> Walks:
    assert section.path is not None
    walk = read_travel(section, units, schools.with_closed(), reading).travel
    return _within(section, walk, section.path.name, "data.walk.measure", schools, reading)


def _within(section: Walk, walk: Floats, name: str, key: str, schools: SchoolTable, reading: Reading) -> Walks:
    """Who can walk, by the longest walk that counts; `key` is what to check where nobody can."""
    assert section.within is not None
    walkable = walk <= section.within + TOLERANCE
    unit = "min" if is_minutes(section) else "km"
    longest = f"{section.within:g} {unit}"
    if section.within > FARTHEST[unit]:
        reading.warn(
            f"nobody walks {longest} to school; data.walk.within is in {'minutes' if unit == 'min' else 'kilometers, whatever the file holds'}"
        )
    doubt = f"no walk is within {longest}; check {key}"
    _report(walkable[:, : len(schools.ids)], name, f"can walk to a school within {longest}", doubt, reading)
    return Walks(walkable, walk, unit, "file" if section.streets is None else "streets")


def _report(walkable: Flags, name: str, able_to: str, doubt: str, reading: Reading) -> None:
    """Count who can walk; doubt a file by which nobody can."""
    able = int(walkable.any(axis=1).sum())
    reading.note(f"{name}: {able:,} of {counted(len(walkable), 'unit')} {able_to}")
    if not able:
        reading.warn(f"{name}: {doubt}")


# -- walk zones ------------------------------------------------------------------------------------------------------


def _from_zones(section: Walk, units: UnitTable, schools: SchoolTable, reading: Reading) -> Walks | None:
    """A unit can walk to the schools in whose polygons a point inside it lies; a school may have several polygons."""
    assert section.zones is not None
    if units.table.geometry is None:
        message = f"who lies in a walk zone is found from polygons, and {units.table.name} has none."
        cure = "Give the polygons of the units, or walks as a matrix: data.walk.path with measure and within."
        reading.problems.add(section.place("zones"), message, cure)
    table = read_table(section.zones, section.layer, section.place("zones"), section.sheet)
    reading.took(table)
    school = None
    with reading.gathering():
        school = _zone_schools(section, table, schools, reading)
    zones = checked_shapes(table, POLYGONS, "Walk zones are areas; name the layer with their polygons.", reading)
    if zones is None or school is None or units.geometry is None:
        return None
    shapes, repaired = made_valid(laid_over(zones, units.geometry.crs, table), table, "walk zones")
    if repaired is not None:
        reading.warn(repaired)
    walkable = _inside(shapes, school, units.geometry, len(schools.ids) + len(schools.closed_ids))
    doubt = "no unit lies in the walk zone of an open school; check data.walk.zones"
    _report(walkable[:, : len(schools.ids)], table.name, "lie in the walk zone of a school", doubt, reading)
    return Walks(walkable)


def _zone_schools(section: Walk, table: Table, schools: SchoolTable, reading: Reading) -> Ints:
    """School of each polygon, shape (k,), open ones first and then closed ones: -1 for one that the filter leaves out."""
    name = section.school if section.school is not None else _school_column(section, table, schools, reading)
    written = texts(column(table, name, section.place("school")))
    report_shortened(written, table, "school id", reading)
    found, unknown = _known(schools).find_all(written)
    blank = written == ""
    if blank.any():
        message = f"no school in column '{name}' for {counted(int(blank.sum()), 'walk zone')}."
        reading.problems.add(table.place(table.rows(blank)), message, "Fill it in, or delete the row.")
    if unknown:
        lost = (found < 0) & ~blank
        message = f"column '{name}' names schools that {schools.table.name} does not have: {shown(quoted(unknown))}."
        cure = f"Schools are {shown(quoted(schools.ids))}. Correct the ids, or name another column with data.walk.school."
        reading.problems.add(table.place(table.rows(lost)), message, cure)
    _note_left_out(found, written, schools, table, reading)
    return np.where(found < len(schools.ids) + len(schools.closed_ids), found, -1)


def _known(schools: SchoolTable) -> Lookup:
    """Finds open schools, then closed ones, then those that the filter leaves out; open ones by their names too."""
    kept = (*schools.ids, *schools.closed_ids)
    return Lookup((*kept, *sorted(schools.dropped.difference(kept))), schools.names)


def _school_column(section: Walk, table: Table, schools: SchoolTable, reading: Reading) -> str:
    """The column that is called so and names schools, else the only one that names the most."""
    lookup, names = _known(schools), table.columns
    found = {name: lookup.find_all(texts(table.frame[name]))[0] for name in names}
    named = {name: len(np.unique(where[where >= 0])) for name, where in found.items()}
    usual = by_name([name for name in names if named[name]], (schools.key, *SCHOOL_ID, "school"))
    most = max(named.values(), default=0)
    if not most:
        message = f"{table.name} has no column with the district's schools, which are {shown(quoted(schools.ids))}."
        raise DataError(Problem(section.place("zones"), message, f"Name it with data.walk.school. Columns: {shown(names, 40)}."))
    numbers = row_numbers(names, table.frame)
    best = [name for name in names if named[name] == most and name not in numbers] or numbers
    if usual is None and any((found[name] != found[best[0]]).any() for name in best[1:]):
        message = f"{table.name} has {len(best)} columns with the district's schools: {shown(quoted(best))}."
        raise DataError(Problem(section.place("zones"), message, "Say which with data.walk.school."))
    reading.note(f"{table.name}: school column '{usual or best[0]}' (detected)")
    return usual or best[0]


def _note_left_out(found: Ints, written: np.ndarray[tuple[int], np.dtype[np.object_]], schools: SchoolTable, table: Table, reading: Reading) -> None:
    times = Counter(written[found >= len(schools.ids) + len(schools.closed_ids)].tolist())
    if times:
        named = shown(quoted(list(times)))
        reading.note(f"{table.name}: left out {counted(times.total(), 'walk zone')} of schools that are left out by data.schools.filter: {named}")


def _inside(shapes: Shapes, school: Ints, geometry: gpd.GeoSeries, num_schools: int) -> Flags:
    """Whether a point inside each unit lies in a polygon of each school, borders included; shape (n, m)."""
    import shapely

    points = np.asarray(geometry.representative_point().array)
    zone, unit = shapely.STRtree(points).query(shapes, predicate="intersects")
    walkable = np.zeros((len(points), num_schools), dtype=bool)
    kept = school[zone] >= 0
    walkable[unit[kept], school[zone[kept]]] = True
    return walkable
