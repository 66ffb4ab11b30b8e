"""Streets, waters and places of layers: TIGER roads and waters, NHD, a city's roads, edges of OSMnx, neighborhoods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap import ranks
from rezoning.district.basemap.features import Features, clean
from rezoning.district.detect import by_name
from rezoning.district.files.read import read_table
from rezoning.district.files.table import Table, column, texts
from rezoning.district.overlay import LINES, POLYGONS
from rezoning.district.reading import Reading
from rezoning.district.streets.roads import CLASS, only_lines
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    from rezoning.scenario.basemap import Drawn

STREET_NAME = ("name", "fullname", "full_name", "fullstreet", "full_street", "fullstname", "full_st_name", "street_name", "streetname", "st_name",
               "stname", "road_name", "roadname", "rd_name", "rdname", "street", "fename", "prime_name", "label", "strname", "str_name",
               "ref")  # fmt: skip
"""Usual names of columns of street names."""
WATER_NAME = ("fullname", "name", "gnis_name", "gnis_nm", "full_name", "waterbody", "river", "lake", "label")
PLACE_NAME = ("name", "neighborhood", "neighbourhood", "nhood", "place_name", "placename", "community", "city", "town", "label", "namelsad",
              "fullname", "full_name")  # fmt: skip
KIND = ("place", "waterway", "water", "mtfcc", "fclass", "ftype", "fcode", "feature_type", "featuretype", "class", "type", "kind", "lsad")
POINTS = (0, 4)

NHD = {"460": ranks.MIDDLING, "558": ranks.MIDDLING, "336": ranks.SMALL, "428": ranks.SMALL, "334": ranks.MIDDLING}
"""FType of the National Hydrography Dataset; FCode begins with it."""


def layer_streets(section: Drawn, reading: Reading) -> Features:
    """Lines of a layer with class and name; what is no road among TIGER's edges is left out.

    Raises
    ------
    DataError
        The file cannot be read, has no lines or no CRS, or a named column is missing.
    """
    table = read_table(section.path, section.layer or only_lines(section.path), section.place("path"), section.sheet)
    shapes, row = _shapes(table, section, LINES, "lines", reading)
    kinds = _texts(section, table, "kind", CLASS, "class", reading)
    names = clean(_texts(section, table, "name", STREET_NAME, "name", reading, wanted=True))
    roads = by_name(table.columns, ("ROADFLG",))
    rank = ranks.ranked(kinds, ranks.STREETS, ranks.LOCAL)
    if roads is not None:
        rank[texts(table.frame[roads]) != "Y"] = ranks.LEFT_OUT
    names[ranks.is_any(kinds, ranks.NEVER_NAMED)] = ""
    return Features(shapes, rank[row], names[row])


def layer_waters(section: Drawn, reading: Reading) -> tuple[Features, Features]:
    """Polygons and lines of a layer of water."""
    import shapely

    table = read_table(section.path, section.layer, section.place("path"), section.sheet)
    shapes, row = _shapes(table, section, (*LINES, *POLYGONS), "lines or polygons", reading)
    kinds, names = _texts(section, table, "kind", KIND, "class", reading), clean(_texts(section, table, "name", WATER_NAME, "name", reading))
    rank = np.minimum(ranks.ranked(kinds, ranks.RIVERS, ranks.MIDDLING), _river(names))
    rank = np.where(np.char.str_len(kinds.astype(str)) >= 3, np.maximum(rank, [NHD.get(text[:3], 0) for text in kinds]), rank)
    found = Features(shapes, rank[row], names[row]).kept(~ranks.is_any(kinds, ranks.NO_WATER)[row])
    is_area = np.isin(shapely.get_type_id(found.shapes), POLYGONS)
    return found.kept(is_area), found.kept(~is_area)


def layer_places(section: Drawn, reading: Reading) -> Features:
    """Points of a layer, or points inside of its polygons, the largest first; those without a name are left out."""
    import shapely

    table = read_table(section.path, section.layer, section.place("path"), section.sheet)
    shapes, row = _shapes(table, section, (*POINTS, *POLYGONS), "points or polygons", reading)
    kinds, names = (
        _texts(section, table, "kind", KIND, "class", reading),
        clean(_texts(section, table, "name", PLACE_NAME, "name", reading, wanted=True)),
    )
    found = Features(shapely.point_on_surface(shapes), ranks.ranked(kinds, ranks.PLACES, ranks.SMALL)[row], names[row])
    largest = np.argsort(-shapely.area(shapes), kind="stable")
    return found.kept(largest[found.name[largest] != ""])


def _river(names: NDArray[np.object_]) -> NDArray[np.int64]:
    """What is called a river is one, whatever its class."""
    words = [set(text.casefold().replace(".", "").split()) for text in names]
    return np.array([ranks.BIG if said & {"river", "riv", "rio", "río"} else ranks.SMALL for said in words], dtype=np.int64)


def _texts(
    section: Drawn, table: Table, key: str, usual: tuple[str, ...], what: str, reading: Reading, *, wanted: bool = False
) -> NDArray[np.object_]:
    """A column that the scenario names, or that has a usual name; blank texts where there is none."""
    said = getattr(section, key)
    if said is not None:
        return texts(column(table, said, section.place(key)))
    found = by_name(table.columns, usual)
    if found is None:
        if wanted:
            reading.warn(
                f"{table.name}: no column is known to hold names, so nothing of it is labelled; say {section.place(key).rpartition(', ')[2]}"
            )
        return np.full(len(table.frame), "", dtype=object)
    reading.note(f"{table.name}: {what} column '{found}' (detected)")
    return texts(table.frame[found])


def _shapes(table: Table, section: Drawn, kinds: tuple[int, ...], what: str, reading: Reading) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Shapes of some kinds in degrees, every part by itself, and their rows; refused without any, or without a CRS."""
    import shapely

    reading.took(table)
    cure = f"Name a layer of {what}, with its CRS: .gpkg, .geojson, .shp or a zip of one."
    if table.geometry is None:
        raise DataError(Problem(section.place("path"), f"{table.name} has no {what}.", cure))
    shapes = np.asarray(table.geometry.array)
    if not np.isin(shapely.get_type_id(shapes), kinds).any():
        held = shown(dict.fromkeys(shape.geom_type for shape in shapes if shape is not None))
        raise DataError(Problem(section.place("path"), f"{table.name} holds {held or 'nothing'} where {what} were expected.", cure))
    if table.geometry.crs is None:
        raise DataError(Problem(section.place("path"), f"{table.name} has no CRS.", "Save it with its CRS; a shapefile keeps it in its .prj file."))
    parts, row = shapely.get_parts(np.asarray(table.geometry.to_crs(4326).array), return_index=True)
    good = np.isin(shapely.get_type_id(parts), kinds) & ~shapely.is_empty(parts) & np.isfinite(shapely.bounds(parts)).all(axis=1)
    return shapely.force_2d(parts[good]), row[good]


def graphml_streets(path: Path) -> Features:
    """Edges of a graph that OSMnx saved."""
    import shapely

    from rezoning.district.streets.graphml import read_graphml

    ways = read_graphml(path)
    assert ways.names is not None
    of = np.repeat(np.arange(len(ways.kind)), np.diff(ways.starts))
    rank, names = ranks.ranked(ways.kind, ranks.STREETS, ranks.LOCAL), clean(ways.names)
    names[ranks.is_any(ways.kind, ranks.NEVER_NAMED)] = ""
    return Features(np.asarray(shapely.linestrings(ways.points, indices=of)), rank, names)
