"""Trips along streets for a district: from what the scenario names to minutes, with everything said on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.district.files.faults import check_there
from rezoning.district.files.kinds import check_kind
from rezoning.district.files.shapefiles import on_disk
from rezoning.district.reading import Reading, counted
from rezoning.district.schools import SchoolTable
from rezoning.district.streets.network import laid, main_part
from rezoning.district.streets.places import Places, places_of
from rezoning.district.streets.read import read_ways
from rezoning.district.streets.shelf import Kept, Shelf, digest, place_for, rounded
from rezoning.district.streets.speeds import own_speeds, speeds_of
from rezoning.district.streets.told import LOST_M, Told
from rezoning.district.streets.trips import minutes, snapped
from rezoning.district.streets.ways import Ways
from rezoning.errors import DataError, Problem

if TYPE_CHECKING:
    from rezoning.district.units import UnitTable
    from rezoning.scenario.schema import Data
    from rezoning.scenario.streets import Streets


def trips_along(section: Streets, data: Data, units: UnitTable, schools: SchoolTable, school_unit: Ints, reading: Reading) -> Floats | None:
    """Minutes from every unit to every open and then every closed school, shape (n, m + k); None where a problem was found.

    The table is taken from beside the scenario if it is there and of the same files, settings and places, and written there if not.
    """
    if units.geometry is None:
        if units.table.geometry is None:
            message = f"trips along streets begin inside units, and {units.table.name} has no polygons."
            reading.problems.add(section.place("path"), message, "Give the polygons of the units, or a file of travel.")
        return None
    with reading.gathering():
        check_there(section.path, section.place("path"))
        check_kind(section.path)
        own, table = own_speeds(section)
        if table is not None:
            reading.took(table)
        reading.hashed(on_disk(section.path))
        places = places_of(data, units.geometry, units, schools, school_unit)
        kept = _kept(section, own, data, places, reading)
        reading.notes.extend(kept.notes)
        reading.warnings.extend(kept.warnings)
        return kept.minutes
    return None


def _kept(section: Streets, own: dict[str, float], data: Data, places: Places, reading: Reading) -> Kept:
    """The table beside the scenario, or one that is made now and put there."""
    files = {str(path) for path in on_disk(section.path)}
    made_of = {
        **section.model_dump(mode="json", exclude={"path", "speeds", "speed_table"}),
        "speeds": own,
        "streets": {Path(one.path).name: one.sha256 for one in reading.inputs if one.path in files},
        "unit_places": digest(places.units),
        "school_places": digest(places.schools),
        "lived_in": digest(places.is_lived_in),  # the units far from streets that are named are those with students
    }
    shelf = Shelf(*place_for(section.folder, data.units.path), made_of, places.unit_ids, places.school_ids)
    found = shelf.find()
    if found is not None:
        return replace(found, notes=(*found.notes, _where(shelf)))
    new = made(section, own, places)
    if shelf.folder is None:
        return new
    spoiled = "; what lay there was damaged or changed by hand, and not believed" if shelf.is_spoiled() else ""
    try:
        shelf.put(new)
    except OSError as error:
        why = (error.strerror or "reason unknown").lower()
        return replace(new, notes=(*new.notes, f"the table of trips could not be kept beside the scenario ({why}): it is made anew each time"))
    return replace(new, notes=(*new.notes, _where(shelf) + spoiled))


def _where(shelf: Shelf) -> str:
    return f"these trips are kept in {shelf.name} beside the scenario, and made anew where streets, settings or places change"


def made(section: Streets, own: dict[str, float], places: Places) -> Kept:
    """Trips along streets, read from no table.

    Parameters
    ----------
    section
        The streets, and how they are used.
    own
        Km/h of classes that the user gives.
    places
        Where trips begin and end.

    Raises
    ------
    DataError
        The streets cannot be read, or are of another place.
    """
    ways = read_ways(section, places.known)
    speeds = speeds_of(ways, section, own)
    whole = laid(ways.kept(speeds.is_used), speeds.kept(speeds.is_used), section.delay_s)
    network = main_part(whole)
    if not len(network.ends):
        what = "street to drive on" if section.mode == "drive" else "street or path to walk on"
        message = f"{section.path.name} has no {what} in or near the district{_of_all(ways)}."
        raise DataError(Problem(section.place("path"), message, _cure(section)))
    begin, end = snapped(network, places.units, places.schools)
    _check_place(begin.gap_m, section)
    found = minutes(network, begin, end, section.walking_kmh)
    found[begin.gap_m > LOST_M] = np.nan
    found[:, end.gap_m > LOST_M] = np.nan
    said = Told(section, ways, speeds, whole, network, (begin, end), places)
    return Kept(rounded(found), said.notes(), said.warnings())


def _check_place(gap_m: Floats, section: Streets) -> None:
    """Refuse streets of another place."""
    lost = gap_m > LOST_M
    if lost.mean() > 0.5:
        message = (
            f"{section.path.name} is of another place: {int(lost.sum()):,} of {counted(len(lost), 'unit')} lie more than {LOST_M / 1000:g} km "
            f"from its nearest street, {np.median(gap_m) / 1000:,.0f} km in the middle."
        )
        raise DataError(Problem(section.place("path"), message, _cure(section)))


def _cure(section: Streets) -> str:
    return "Name the streets of the district's county" + (", or check mode." if section.mode == "walk" else ".")


def _of_all(ways: Ways) -> str:
    return f", among {counted(ways.num_read, 'line')}" if ways.num_read else ""
