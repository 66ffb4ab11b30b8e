"""Streets, waters and places of an extract of OpenStreetMap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap import ranks
from rezoning.district.basemap.features import Box, Features, clean
from rezoning.district.files.faults import unreadable
from rezoning.district.streets.osm import OPTIONS, configured
from rezoning.scenario.files import plainly_named

CONFIG = {**OPTIONS, "OSM_CONFIG_FILE": str(Path(__file__).with_name("osmconf.ini"))}

STREETS = "highway IS NOT NULL AND (area IS NULL OR area <> 'yes')"
RIVERS = "waterway IN ('river', 'canal', 'stream', 'tidal_channel', 'drain', 'ditch') AND tunnel IS NULL"
LAKES = "natural IN ('water', 'bay', 'strait') OR waterway IN ('riverbank', 'dock') OR landuse = 'reservoir'"
PLACES = "place IN ('city', 'town', 'village', 'hamlet', 'suburb', 'borough', 'quarter', 'neighbourhood') AND name IS NOT NULL"

Columns = dict[str, NDArray[Any]]


def osm_streets(path: Path, box: Box) -> Features:
    """Streets in a box, with their names, else their numbers.

    Raises
    ------
    DataError
        The file is damaged, or none of OpenStreetMap.
    """
    shapes, columns = _read(path, "lines", STREETS, box)
    rank, names = ranks.ranked(columns["highway"], ranks.STREETS, ranks.LOCAL), clean(columns["name"])
    names = np.where((names == "") & (rank <= ranks.MAIN), clean(columns["ref"]), names)
    names[ranks.is_any(columns["highway"], ranks.NEVER_NAMED)] = ""
    return Features(shapes, rank, names)


def osm_waters(path: Path, box: Box) -> tuple[Features, Features]:
    """Polygons and lines of water in a box."""
    shapes, columns = _read(path, "multipolygons", LAKES, box)
    lakes = Features(shapes, np.zeros(len(shapes), dtype=np.int64), clean(columns["name"])).kept(~ranks.is_any(columns["water"], ranks.NO_WATER))
    shapes, columns = _read(path, "lines", RIVERS, box)
    return lakes, Features(shapes, ranks.ranked(columns["waterway"], ranks.RIVERS, ranks.SMALL), clean(columns["name"]))


def osm_places(path: Path, box: Box) -> Features:
    """Points of towns and neighborhoods in a box."""
    shapes, columns = _read(path, "points", PLACES, box)
    return Features(shapes, ranks.ranked(columns["place"], ranks.PLACES, ranks.LESS), clean(columns["name"]))


def _read(path: Path, layer: str, where: str, box: Box) -> tuple[NDArray[Any], Columns]:
    """Shapes of a layer of GDAL's driver that have certain tags, without those that are broken, and all their columns."""
    import pyogrio
    import shapely

    try:
        with plainly_named(path) as named, configured(CONFIG):
            about, _, written, values = pyogrio.raw.read(named, layer=layer, where=where, bbox=box)
    except Exception as error:  # GDAL raises whatever it likes about a damaged file
        raise unreadable(path, error) from error
    shapes = shapely.from_wkb(written, on_invalid="ignore")
    whole = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    return shapes[whole], {str(name): column[whole] for name, column in zip(about["fields"], values, strict=True)}
