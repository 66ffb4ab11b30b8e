"""What lies under a district, from the files that the scenario names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.basemap import layers, osm, ranks
from rezoning.district.basemap.features import Box, Features, Geography
from rezoning.district.files.faults import check_there
from rezoning.district.files.kinds import check_kind
from rezoning.district.reading import Reading
from rezoning.errors import DataError
from rezoning.scenario.basemap import Basemap, Drawn, DrawnStreets

if TYPE_CHECKING:
    from rezoning.scenario.schema import Data
    from rezoning.scenario.streets import Streets

EXTRACTS = (".pbf", ".osm")

FEW_MAIN = 0.02
"""Where less than this share of the streets, by length, is more than local, the longest streets take the place of main ones."""
LONG = 0.25
"""A street is long that is longer than this share of the diagonal of the map."""


def read_geography(basemap: Basemap | None, data: Data, box: Box) -> Geography | None:
    """Streets, waters and places in a box; None where no file of them is named.

    Parameters
    ----------
    basemap
        What the scenario says of it.
    data
        Whose streets, if trips are computed along some, are drawn where no others are named.

    Raises
    ------
    DataError
        A file is not there, damaged, or not understood; all at once.
    """
    if basemap is not None and basemap.lost:
        raise DataError(basemap.lost)
    files = _files(basemap or Basemap(), data)
    if not any(files.every):
        return None
    reading = Reading()
    streets, lakes, rivers, places = (Features.none() for _ in range(4))
    with reading.gathering():
        streets = _streets(files.streets, box, reading) if files.streets is not None else streets
    with reading.gathering():
        lakes, rivers = _waters(files.water, box, reading) if files.water is not None else (lakes, rivers)
    with reading.gathering():
        places = _places(files.places, box, reading) if files.places is not None else places
    reading.problems.raise_as(DataError)
    streets = _with_main(streets.kept(streets.rank < ranks.LEFT_OUT).within(box), box)
    if files.streets is not None and not len(streets):
        reading.warn(f"{files.streets.path.name}: has no street in or near the district, so that none is drawn; is it of another place?")
    notes, warnings = tuple(dict.fromkeys(reading.notes)), tuple(dict.fromkeys(reading.warnings))
    return Geography(
        streets, lakes.within(box), rivers.within(box), places.within(box), has_streets=files.streets is not None,
        is_osm=any(one is not None and one.path.name.lower().endswith((*EXTRACTS, ".graphml")) for one in files.every),
        inputs=tuple(reading.inputs), notes=notes, warnings=warnings,
    )  # fmt: skip


@dataclass(frozen=True)
class _Files:
    """The file of each; an extract of OpenStreetMap has all three."""

    streets: Drawn | Streets | None
    water: Drawn | Streets | None
    places: Drawn | Streets | None

    @property
    def every(self) -> tuple[Drawn | Streets | None, ...]:
        return self.streets, self.water, self.places


def _files(basemap: Basemap, data: Data) -> _Files:
    streets: Drawn | Streets | None = basemap.streets
    if streets is None and basemap.travel_streets:
        streets = next((one.streets for one in (data.travel, data.walk) if one is not None and one.streets is not None), None)
    extract = streets if streets is not None and _is_extract(streets.path) else None
    return _Files(streets, basemap.water or extract, basemap.places or extract)


def _is_extract(path: Path) -> bool:
    return path.name.lower().endswith(EXTRACTS)


def _checked(section: Drawn | Streets) -> Drawn:
    """A file that is there and is what its name says, as a section that names columns."""
    check_there(section.path, section.place("path"))
    check_kind(section.path)
    if isinstance(section, Drawn):
        return section
    return DrawnStreets(path=section.path, layer=section.layer, sheet=section.sheet, kind=section.class_column)


def _streets(section: Drawn | Streets, box: Box, reading: Reading) -> Features:
    drawn = _checked(section)
    if _is_extract(drawn.path):
        reading.hashed((drawn.path,))
        return osm.osm_streets(drawn.path, box)
    if drawn.path.name.lower().endswith(".graphml"):
        reading.hashed((drawn.path,))
        return layers.graphml_streets(drawn.path)
    return layers.layer_streets(drawn, reading)


def _waters(section: Drawn | Streets, box: Box, reading: Reading) -> tuple[Features, Features]:
    drawn = _checked(section)
    if _is_extract(drawn.path):
        reading.hashed((drawn.path,))
        return osm.osm_waters(drawn.path, box)
    return layers.layer_waters(drawn, reading)


def _places(section: Drawn | Streets, box: Box, reading: Reading) -> Features:
    drawn = _checked(section)
    if _is_extract(drawn.path):
        reading.hashed((drawn.path,))
        return osm.osm_places(drawn.path, box)
    return layers.layer_places(drawn, reading)


def _with_main(streets: Features, box: Box) -> Features:
    """Streets of a file that knows no main ones, the longest of which are."""
    import shapely

    meters = shapely.length(shapely.transform(streets.shapes, lambda points: points * (np.cos(np.radians((box[1] + box[3]) / 2)), 1.0)))
    if meters[streets.rank < ranks.LOCAL].sum() >= FEW_MAIN * meters.sum():
        return streets
    names, of = np.unique(streets.name.astype(str), return_inverse=True)
    is_long = np.bincount(of, weights=meters, minlength=len(names)) > LONG * np.hypot(box[2] - box[0], box[3] - box[1])
    promoted = is_long[of] & (names[of] != "") & (streets.rank == ranks.LOCAL)
    return Features(streets.shapes, np.where(promoted, ranks.COLLECTOR, streets.rank), streets.name)
