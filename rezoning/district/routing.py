"""Travel from the file of a routing service: a matrix whose rows and columns get their ids, as a table with one row per pair."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.detect import Lookup
from rezoning.district.files.faults import UNREADABLE, check_there, unreadable
from rezoning.district.files.table import Table
from rezoning.district.matrices import LAYOUTS, Matrices, matrices_of
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem, Problems, shown
from rezoning.scenario.data import MATRIX_SUFFIXES

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.district import Floats, Ints
    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Travel, Walk

ORIGIN, DESTINATION = "from_id", "to_id"

FAR_KM = 2.0
"""What a point of a request may lie outside its unit: services move it to the nearest street."""


def is_answer(path: Path) -> bool:
    """Whether a file is what a routing service answers: JSON, packed or not."""
    return path.name.lower().endswith(MATRIX_SUFFIXES)


def read_answer(section: Travel | Walk, units: UnitTable, schools: SchoolTable) -> Table:
    """The table of a service's answer, one row per pair; rows are numbered as those of its matrix, from 1.

    Raises
    ------
    DataError
        The file cannot be read or is no such answer, its rows or columns have no ids, or its units are others than the scenario says.
    """
    assert section.path is not None
    check_there(section.path, section.place("path"))
    document = _document(section.path)
    if isinstance(document, list):
        return _records(section.path, document)
    found = matrices_of(document, section.path.name)
    problems = Problems()
    values = found.values.get(str(section.measure))
    if values is None:
        problems.extend([_other_unit(section, found)])
    sides = _Sides(section, found, document, units, schools)
    ids = sides.ids(problems)
    problems.raise_as(DataError)
    assert values is not None
    assert ids is not None
    return _table(section, found, values, ids, sides.doubts(ids[0]))


def _document(path: Path) -> Any:
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            return json.load(stream)
    except UNREADABLE as error:
        raise unreadable(path, error) from error
    except RecursionError as error:
        raise DataError(Problem(path.name, "cannot be read: it is nested too deeply.", "Export it again, or name another file.")) from error


def _records(path: Path, records: list[Any]) -> Table:
    if not records or not all(isinstance(record, dict) for record in records):
        raise DataError(Problem(path.name, "is neither a table of a routing service nor a list of records.", LAYOUTS))
    frame = pd.DataFrame(records)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return Table(path, frame, files=(path,))


def _other_unit(section: Travel | Walk, found: Matrices) -> Problem:
    """The scenario's unit is none of the file's; a wrong one would make sixty of one minute."""
    assert section.path is not None
    held = " and ".join(found.values)
    message = f"{section.path.name} holds {held} ({found.service}), and measure is {section.measure}."
    return Problem(section.place("measure"), message, f"Give measure: {' or '.join(found.values)}.")


def _table(section: Travel | Walk, found: Matrices, values: list[list[Any]], ids: tuple[list[str], list[str]], doubts: tuple[str, ...]) -> Table:
    assert section.path is not None
    rows, columns = found.shape
    # Words of a file stay words, for messages; numbers are numbers at once.
    cells = [value for row in values for value in row]
    is_plain = all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in cells)
    frame = pd.DataFrame(
        {
            ORIGIN: pd.Categorical(np.repeat(np.array(ids[0], dtype=object), columns)),
            DESTINATION: pd.Categorical(np.tile(np.array(ids[1], dtype=object), rows)),
            str(section.measure): pd.Series(cells, dtype=np.float64 if is_plain else object).array,
        },
        index=np.repeat(np.arange(1, rows + 1), columns),
    )
    note = (
        f"{section.path.name}: {section.measure} of {counted(rows, 'origin')} and {counted(columns, 'destination')}, as {found.service} answers them"
    )
    how = "; rows are taken in the order of the units, columns in that of the schools" if section.order is not None else ""
    warnings = (*_filled(found, ids, section.path.name), *doubts)
    return Table(section.path, frame, files=(section.path,), notes=(note + how,), warnings=warnings)


def _filled(found: Matrices, ids: tuple[list[str], list[str]], name: str) -> list[str]:
    if not found.filled:
        return []
    pairs = shown([f"'{ids[0][row]}' to '{ids[1][column]}'" for row, column in found.filled if row < len(ids[0]) and column < len(ids[1])])
    many = f"{counted(len(found.filled), 'trip')} {'is' if len(found.filled) == 1 else 'are'}"
    return [f"{name}: {many} no way over streets but straight lines that {found.service} filled in (fallback_speed_cells): {pairs}"]


class _Sides:
    """Whose the rows and the columns of a matrix are: told by the file, else in the order of the scenario's files where it says so."""

    def __init__(self, section: Travel | Walk, found: Matrices, document: dict[str, Any], units: UnitTable, schools: SchoolTable) -> None:
        assert section.path is not None
        self.name, self.section, self.found, self.units = section.path.name, section, found, units
        self.files = (units.table.name, schools.table.name)
        said = document.get("ids")
        given = said if isinstance(said, dict) else {}
        self.told = (
            _told(given.get("sources"), found.origins, units.lookup),
            _told(given.get("destinations", given.get("targets")), found.destinations, Lookup(schools.lookup.ids)),
        )
        self.ordered = (list(units.ids), _in_file_order(schools))

    def ids(self, problems: Problems) -> tuple[list[str], list[str]] | None:
        """Ids of rows and of columns; None where they are not known, which is a problem then."""
        return self._by_name(problems) if self.section.order is None else self._by_order(problems)

    def _by_name(self, problems: Problems) -> tuple[list[str], list[str]] | None:
        (rows, columns), shape = self.told, self.found.shape
        if rows is not None and columns is not None and (len(rows), len(columns)) == shape:
            return rows, columns
        message = f"{self.name} does not say which units its {counted(shape[0], 'row')} and which schools its {counted(shape[1], 'column')} are."
        order = " and of ".join(f"{file} ({len(side):,})" for file, side in zip(self.files, self.ordered, strict=True))
        cure = f"Where they stand in the order of {order}, say order: files; else write into the file "
        problems.add(self.section.place("path"), message, cure + '"ids": {"sources": […], "destinations": […]}.')
        return None

    def _by_order(self, problems: Problems) -> tuple[list[str], list[str]] | None:
        place, shape, sizes = self.section.place("order"), self.found.shape, tuple(map(len, self.ordered))
        if shape != sizes:
            held = f"{self.name} has {counted(shape[0], 'row')} and {counted(shape[1], 'column')}"
            message = f"{held}; {self.files[0]} has {counted(sizes[0], 'unit')}, {self.files[1]} {counted(sizes[1], 'school')}."
            turned = "Rows must be units and columns schools: ask the service with the units as sources."
            problems.add(place, message, turned if shape == sizes[::-1] else "Ask the service for all of them.")
            return None
        for told, ordered, what in zip(self.told, self.ordered, ("rows", "columns"), strict=True):
            if told is not None and told != ordered:
                message = f"the {what} of {self.name} have ids, and these stand in another order than order says."
                problems.add(place, message, "Leave order out, and the ids of the file are taken.")
        return self.ordered

    def doubts(self, origins: Sequence[str]) -> tuple[str, ...]:
        """Doubt rows whose point in the file lies far from the unit that they are taken for."""
        points = [point for point in map(_point, self.found.origins) if point is not None]
        if self.units.geometry is None or not points or not len(points) == len(self.found.origins) == len(origins):
            return ()
        apart = _apart_km(points, self.units.lookup.find_all(np.array(origins, dtype=object))[0], self.units.geometry)
        far = np.flatnonzero(apart > FAR_KM)
        if not len(far):
            return ()
        said = shown([f"'{origins[k]}' {apart[k]:,.1f} km" for k in far.tolist()])
        began = f"{counted(len(far), 'row')} {'begins' if len(far) == 1 else 'begin'} far outside the unit taken for it"
        return (f"{self.name}: {began}: {said}; check the ids and their order",)


def _apart_km(points: list[tuple[float, float]], rows: Ints, geometry: gpd.GeoSeries) -> Floats:
    """Kilometers from points in degrees to the polygons of units, shape (k,); nothing for a unit that is not known."""
    import geopandas as gpd

    known = np.flatnonzero(rows >= 0)
    lon, lat = np.array(points).T
    there = gpd.GeoSeries(gpd.points_from_xy(lon, lat, crs="EPSG:4326")).to_crs(geometry.crs).iloc[known].reset_index(drop=True)
    apart = np.zeros(len(rows))
    apart[known] = there.distance(geometry.iloc[rows[known]].reset_index(drop=True)).to_numpy() / 1000
    return apart


def _told(ids: Any, entries: Sequence[Any], lookup: Lookup) -> list[str] | None:
    """Ids that the file itself gives. A name is one only where all are known and none occurs twice, for services write names of streets there."""
    if isinstance(ids, list) and ids:
        return [str(one) for one in ids]
    said = [entry if isinstance(entry, dict) else {} for entry in entries]
    if said and all(entry.get("id") not in (None, "") for entry in said):
        return [str(entry["id"]) for entry in said]
    names = [str(entry.get("name") or "") for entry in said]
    places = [lookup.find(name) if name else -1 for name in names]
    return names if names and min(places) >= 0 and len(set(places)) == len(places) else None


def _in_file_order(schools: SchoolTable) -> list[str]:
    """Ids of all schools, open and closed, as their file has them."""
    rows = [*schools.open_table.frame.index, *schools.closed_table.frame.index]
    by_row = dict(zip(rows, schools.lookup.ids, strict=True))
    return [by_row[row] for row in schools.table.frame.index]


def _point(entry: Any) -> tuple[float, float] | None:
    """Where a row begins, as services say it."""
    if not isinstance(entry, dict):
        return None
    place = entry.get("location", (entry.get("lon"), entry.get("lat")))
    if isinstance(place, (list, tuple)) and len(place) == 2 and all(isinstance(x, (int, float)) and abs(x) <= 180 for x in place):
        return float(place[0]), float(place[1])
    return None
