"""Addresses that a district supplies, each with the unit that it lies in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.checks import quoted
from rezoning.district.counts import numbers
from rezoning.district.detect import LATITUDE, LONGITUDE, Texts, by_name
from rezoning.district.district import District, Floats, InputFile, Ints
from rezoning.district.files.read import read_source
from rezoning.district.files.table import Table, column, texts
from rezoning.district.reading import Reading, counted
from rezoning.errors import DataError, Problem, shown
from rezoning.report.finder.streets import Parts, folded, joined, split

if TYPE_CHECKING:
    from rezoning.scenario.reporting import Addresses as Section

ADDRESS = (
    "address", "full_address", "fulladdress", "fulladdr", "full_addr", "site_address", "siteaddress", "situs_address", "situs",
    "street_address", "location_address", "addr",
)  # fmt: skip
NUMBER = (
    "number", "house_number", "housenumber", "house_num", "houseno", "house_no", "addr:housenumber", "addr_housenumber", "add_number", "addnum",
    "st_num", "street_number", "street_no", "hse_num", "house",
)  # fmt: skip
STREET = ("street", "street_name", "streetname", "full_street", "addr:street", "addr_street", "st_name", "st_fullname", "fullname", "road")
CITY = ("city", "town", "municipality", "addr:city", "addr_city", "post_city", "postal_city", "post_comm")


@dataclass(frozen=True, eq=False)
class AddressBook:
    """Addresses inside of units, k of them, in the file's order; no two are the same.

    Parameters
    ----------
    texts
        The address as people write it.
    house
        House number as written, blank where there is none.
    street
        Index into `streets`, shape (k,).
    flat
        Apartment, as written; mostly blank.
    unit
        Index of the unit that it lies in, shape (k,); on a border, the smallest.
    streets
        Names of streets, with the town where the address has it, each in its first spelling.
    blank, unplaced, outside, repeated, unclear
        Rows that are left out: without an address; without coordinates; outside of every unit; said before;
        said several times with different units.
    notes, warnings, inputs
        As a District has them.
    """

    texts: tuple[str, ...]
    house: tuple[str, ...]
    street: Ints
    flat: tuple[str, ...]
    unit: Ints
    streets: tuple[str, ...]
    blank: int = 0
    unplaced: int = 0
    outside: int = 0
    repeated: int = 0
    unclear: int = 0
    notes: tuple[str, ...] = field(default=())
    warnings: tuple[str, ...] = field(default=())
    inputs: tuple[InputFile, ...] = field(default=())


def read_addresses(section: Section, district: District) -> AddressBook:
    """Read the addresses that the school finder knows.

    Parameters
    ----------
    section
        ``report.addresses`` of the scenario: the file and its columns, which are detected where they are not named.
    district
        With polygons.

    Raises
    ------
    DataError
        The file or a column is missing, coordinates are no degrees, the units have no polygons, or no address lies in any; all at once.
    """
    if section.lost:
        raise DataError(section.lost)
    reading = Reading()
    table = None
    if district.geometry is None:
        message = "the units have no polygons, so no address can be found in one."
        reading.problems.add(section.place("path"), message, "Give data.units.path a layer of polygons, or leave report.addresses out.")
    with reading.gathering():
        table = read_source(section)
        reading.took(table)
    reading.problems.raise_as(DataError)
    assert table is not None
    written = _written(section, table, reading)
    places = None
    with reading.gathering():
        places = _places(section, table, reading)
    reading.problems.raise_as(DataError)
    assert written is not None
    assert places is not None
    return _located(written, _units(places, district), places, table, reading)


# -- columns ---------------------------------------------------------------------------------------------------------


def _found(section: Section, table: Table, key: str, names: tuple[str, ...], what: str, reading: Reading) -> Any:
    """The column that the scenario names for a key, else the detected one; None where there is none."""
    wanted = getattr(section, key)
    if wanted is not None:
        with reading.gathering():
            return column(table, wanted, section.place(key))
        return None
    name = by_name([str(column_name) for column_name in table.frame.columns], names)
    if name is None:
        return None
    reading.note(f"{table.name}: {what} column '{name}' (detected)")
    return column(table, name, section.place(key))


def _written(section: Section, table: Table, reading: Reading) -> tuple[Texts, list[Parts]] | None:
    """Each address as a text and in parts: from one column, or from two."""
    says_parts = section.number is not None or section.street is not None
    whole = None if says_parts and section.address is None else _found(section, table, "address", ADDRESS, "address", reading)
    if whole is not None or section.address is not None:
        if says_parts:
            cure = "Name the one column, or the two, and leave the other out."
            reading.problems.add(section.place("address"), "names a column, and so do number and street.", cure)
        return None if whole is None else _whole(_with_city(texts(whole), table, reading))
    house, street = (_found(section, table, key, names, key, reading) for key, names in (("number", NUMBER), ("street", STREET)))
    if house is not None and street is not None:
        return _two(texts(house), _with_city(texts(street), table, reading))
    named = {"number": house is None and section.number is None, "street": street is None and section.street is None}
    missing = [key for key, is_missing in named.items() if is_missing]
    if missing:
        cure = "Name it with report.addresses.address, or number and street with report.addresses.number and report.addresses.street."
        what = "addresses" if len(missing) == 2 else "house numbers" if missing == ["number"] else "streets"
        columns = shown([str(name) for name in table.frame.columns], 40)
        reading.problems.add(section.place("path"), f"{table.name} has no column known to hold {what}.", f"{cure} Columns: {columns}.")
    return None


def _whole(written: Texts) -> tuple[Texts, list[Parts]]:
    return written, [split(text) for text in written]


def _two(house: Texts, street: Texts) -> tuple[Texts, list[Parts]]:
    written = np.array([f"{a} {b}".strip() if b else "" for a, b in zip(house, street, strict=True)], dtype=object)
    return written, [joined(a, b) for a, b in zip(house, street, strict=True)]


def _with_city(written: Texts, table: Table, reading: Reading) -> Texts:
    """Texts with the town where there are several: the same street may be in two of them."""
    name = by_name([str(column_name) for column_name in table.frame.columns], CITY)
    if name is None:
        return written
    cities = texts(table.frame[name])
    if len({folded(city) for city in cities if city}) < 2:
        return written
    reading.note(f"{table.name}: towns from column '{name}' (detected) follow the street")
    pairs = zip(written, cities, strict=True)
    added = [f"{text}, {city}" if text and city and folded(city) not in folded(text) else text for text, city in pairs]
    return np.array(added, dtype=object)


def _places(section: Section, table: Table, reading: Reading) -> tuple[Floats, Floats] | None:
    """Longitudes and latitudes, NaN where both cells are blank: of the layer's own points where no columns are named."""
    if table.geometry is not None and section.lon is None and section.lat is None:
        return _points(table)
    lon, lat = (_found(section, table, key, names, key, reading) for key, names in (("lon", LONGITUDE), ("lat", LATITUDE)))
    missing = [key for key, found in (("lon", lon), ("lat", lat)) if found is None and getattr(section, key) is None]
    if missing:
        words = {"lon": "longitudes", "lat": "latitudes"}
        message = f"{table.name} has no column known to hold {' or '.join(words[key] for key in missing)}."
        keys = " and ".join(f"report.addresses.{key}" for key in missing)
        cure = f"Name the columns of degrees with {keys}. Columns: {shown([str(name) for name in table.frame.columns], 40)}."
        reading.problems.add(section.place("path"), message, cure)
    if lon is None or lat is None:
        return None
    (x, no_x, bad_x), (y, no_y, bad_y) = numbers(lon), numbers(lat)
    with np.errstate(invalid="ignore"):
        wrong = bad_x | bad_y | (no_x != no_y) | (np.abs(x) > 180) | (np.abs(y) > 90)
    if wrong.any():
        held = [f"('{a}', '{b}')" for a, b in zip(texts(lon[wrong]), texts(lat[wrong]), strict=True)]
        swapped = bool(np.all(np.abs(y[wrong]) <= 180) and np.all(np.abs(x[wrong]) <= 90))
        cure = "They seem to be exchanged." if swapped else "Give degrees (EPSG:4326), or leave both cells blank."
        message = f"columns '{lon.name}' and '{lat.name}' hold {shown(held)}, which is no place in degrees."
        reading.problems.add(table.place(table.rows(wrong)), message, cure)
    return x, y


def _points(table: Table) -> tuple[Floats, Floats]:
    """Longitudes and latitudes of a layer, of shapes that are no points a point inside; NaN where there is none.

    Raises
    ------
    DataError
        It has no CRS.
    """
    assert table.geometry is not None
    if table.geometry.crs is None:
        cure = "Save it with its CRS, or give columns of degrees: report.addresses.lon and lat."
        raise DataError(Problem(table.name, "has no CRS, so its points are no places.", cure))
    points = table.geometry.to_crs(4326).representative_point()
    return points.x.to_numpy(dtype=np.float64), points.y.to_numpy(dtype=np.float64)


# -- places ----------------------------------------------------------------------------------------------------------


def _units(places: tuple[Floats, Floats], district: District) -> Ints:
    """The unit that covers each point, the smallest where several do; -1 where none does; shape (k,)."""
    import geopandas as gpd

    geometry = district.geometry
    assert geometry is not None
    lon, lat = places
    given = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    points = gpd.GeoSeries(gpd.points_from_xy(lon[given], lat[given], crs=4326)).to_crs(geometry.crs)
    visible = np.isfinite(points.x.to_numpy()) & np.isfinite(points.y.to_numpy())
    given, points = given[visible], points[visible]
    found = np.full(len(lon), district.num_units, dtype=np.int64)
    which, units = geometry.sindex.query(points.array, predicate="intersects")
    np.minimum.at(found, given[which], units)
    return np.where(found == district.num_units, -1, found)


def _located(written: tuple[Texts, list[Parts]], unit: Ints, places: tuple[Floats, Floats], table: Table, reading: Reading) -> AddressBook:
    """Addresses that lie in a unit, each once; the others are counted and told."""
    whole, parts = written
    blank = np.array([not text for text in whole], dtype=bool)
    unplaced = ~blank & np.isnan(places[0])
    outside = ~blank & ~unplaced & (unit < 0)
    inside = ~blank & ~unplaced & ~outside
    _tell(table, whole, {"blank": blank, "unplaced": unplaced, "outside": outside}, places, reading)
    if not inside.any():
        first = shown(f"'{text}' at {x:g}, {y:g}" for text, x, y in zip(whole[outside], places[0][outside], places[1][outside], strict=True))
        message = f"none of its {counted(len(whole), 'row')} lies in a unit{f': {first}' if first else ''}."
        reading.problems.add(table.name, message, "Check that lon and lat are degrees (EPSG:4326), not exchanged, and of this district.")
    reading.problems.raise_as(DataError)
    kept, repeated, unclear = _once(np.flatnonzero(inside), whole, parts, unit, table, reading)
    streets: dict[str, int] = {}
    names: list[str] = []
    street = np.empty(len(kept), dtype=np.int64)
    for k, row in enumerate(kept):
        place = streets.setdefault(folded(parts[row].street) or parts[row].street, len(names))
        if place == len(names):
            names.append(parts[row].street)
        street[k] = place
    return AddressBook(
        tuple(str(whole[row]) for row in kept), tuple(parts[row].house for row in kept), street, tuple(parts[row].flat for row in kept),
        unit[np.array(kept, dtype=np.int64)], tuple(names), int(blank.sum()), int(unplaced.sum()), int(outside.sum()), repeated, unclear,
        tuple(reading.notes), tuple(reading.warnings), tuple(reading.inputs),
    )  # fmt: skip


def _tell(table: Table, whole: Texts, left: dict[str, Any], places: tuple[Floats, Floats], reading: Reading) -> None:
    blank, unplaced, outside = left["blank"], left["unplaced"], left["outside"]
    if blank.any():
        reading.warn(f"{table.place(table.rows(blank))}: no address; left out")
    if unplaced.any():
        names = shown(quoted(whole[unplaced]))
        reading.warn(f"{table.place(table.rows(unplaced))}: {_addresses(unplaced)} without coordinates: {names}; left out")
    if outside.any():
        at = zip(whole[outside], places[0][outside], places[1][outside], strict=True)
        told = shown(f"'{text}' at {x:g}, {y:g}" for text, x, y in at)
        reading.warn(f"{table.place(table.rows(outside))}: {_addresses(outside)} outside of every unit: {told}; left out")


def _addresses(where: Any) -> str:
    number = int(where.sum())
    return f"{number:,} address{'' if number == 1 else 'es'}"


def _once(rows: Ints, whole: Texts, parts: list[Parts], unit: Ints, table: Table, reading: Reading) -> tuple[list[int], int, int]:
    """Rows whose address was not said before; of addresses that are said with different units none is kept, for a wrong answer is worse."""
    first: dict[tuple[str, str, str], int] = {}
    unclear: dict[tuple[str, str, str], list[int]] = {}
    repeated = 0
    for row in rows.tolist():
        part = parts[row]
        key = (folded(part.house), folded(part.street) or part.street, folded(part.flat))
        earlier = first.setdefault(key, row)
        if earlier == row:
            continue
        repeated += 1
        if key in unclear or unit[earlier] != unit[row]:
            unclear.setdefault(key, [earlier]).append(row)
    lost = sorted(row for those in unclear.values() for row in those)
    if repeated:
        reading.note(f"{table.name}: {counted(repeated, 'row')} with an address that was there before, left out")
    if lost:
        names = shown(quoted([whole[those[0]] for those in unclear.values()]))
        numbers_of_rows = [int(table.frame.index[row]) for row in lost]
        reading.warn(f"{table.place(numbers_of_rows)}: the same address lies in several units: {names}; left out. Add the town, or correct the place")
    gone = set(lost)
    return [row for row in first.values() if row not in gone], repeated, len(unclear)
