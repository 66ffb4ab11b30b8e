"""Streets from an extract of OpenStreetMap, through the driver that GDAL has for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rezoning.district.files.faults import unreadable
from rezoning.district.reading import counted
from rezoning.district.streets.classes import LIVED_ON
from rezoning.district.streets.tags import BACKWARD, BOTH, FORWARD, mapped, may_be_mph, one_ways, posted_kmh
from rezoning.district.streets.ways import Box, Flags, Ways, vertices
from rezoning.scenario.files import plainly_named

OPTIONS = {
    "OSM_CONFIG_FILE": str(Path(__file__).with_name("osmconf.ini")),  # which tags become columns
    "OSM_USE_CUSTOM_INDEXING": "NO",  # the driver's own index holds only where ids rise, and extracts need not be sorted
    "OSM_MAX_TMPFILE_SIZE": "16",  # megabytes of nodes in memory; the rest goes to the temporary folder
}

BARRED = frozenset({"no", "agricultural", "forestry", "military", "emergency", "bus", "psv", "use_sidepath", "discouraged"})
PRIVATE = frozenset({"private", "residents", "permit", "employees"})
WHO = {"drive": ("access", "vehicle", "motor_vehicle", "motorcar"), "walk": ("access", "foot")}
"""Tags that say who may use a street; the later, being more exact, win."""

Columns = dict[str, Any]


def read_osm(path: Path, mode: str, box: Box) -> Ways:
    """Ways of an extract that are streets, in and round a box, without those that nobody may use.

    Raises
    ------
    DataError
        The file is damaged, or none of OpenStreetMap.
    """
    import pyogrio

    try:
        with plainly_named(path) as named, configured(OPTIONS):
            about, _, written, values = pyogrio.raw.read(named, layer="lines", where="highway IS NOT NULL", bbox=box)
    except Exception as error:  # GDAL raises whatever it likes about a damaged file
        raise unreadable(path, error) from error
    points, starts = vertices(written)
    columns = {str(name): column for name, column in zip(about["fields"], values, strict=True)}
    ways = Ways(
        points, starts, kind=columns["highway"], posted=_posted(columns), oneway=_one_way(columns), private=_is_any(columns, mode, PRIVATE),
        num_read=len(written), files=(path,), warnings=_doubts(columns, path.name) if mode == "drive" else (),
    )  # fmt: skip
    lived_on = np.isin(ways.kind.astype(str), list(LIVED_ON))
    return ways.kept((np.diff(starts) > 1) & ~_is_any(columns, mode, BARRED) & ~(ways.private & ~lived_on))


@contextmanager
def configured(options: dict[str, str]) -> Iterator[None]:
    """Options of GDAL for one call: they belong to the whole process, in which others read files too."""
    import pyogrio

    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _is_any(columns: Columns, mode: str, words: frozenset[str]) -> Flags:
    """Whether the most exact tag on access is one of some words."""
    found = np.zeros(len(columns["highway"]), dtype=bool)
    for tag in WHO[mode]:
        values = columns[tag]
        said = mapped(values, lambda text: (text in words) if text else np.nan)
        found = np.where(np.isnan(said), found, said == 1)
    return found


def _posted(columns: Columns) -> Any:
    """Along the line and against it: for cars, then by direction, then for all, then the fastest lane."""
    found = np.full((len(columns["highway"]), 2), np.nan)
    for tags in (("maxspeed_motorcar",), ("maxspeed_forward", "maxspeed_backward"), ("maxspeed",), ("maxspeed_lanes",)):
        said = np.column_stack([mapped(columns[tag], posted_kmh) for tag in tags])  # one for both ways, or one for each
        found = np.where(np.isnan(found), said, found)
    return found


def _one_way(columns: Columns) -> Any:
    """Motorways and roundabouts are one-way unless they say that they are not."""
    said = one_ways(columns["oneway"])
    silent = mapped(columns["oneway"], lambda text: not text) == 1
    round_about = mapped(columns["junction"], lambda text: text in ("roundabout", "circular")) == 1
    implied = silent & (round_about | (columns["highway"] == "motorway"))
    return np.where(implied, FORWARD, np.where(np.isin(said, (FORWARD, BACKWARD)), said, BOTH))


def _doubts(columns: Columns, name: str) -> tuple[str, ...]:
    """Limits without a unit are in km/h; among many in mph they may be forgotten ones."""
    plain = int(mapped(columns["maxspeed"], may_be_mph).sum())
    in_miles = int(mapped(columns["maxspeed"], lambda text: "mph" in text).sum())
    if not plain or in_miles <= plain:
        return ()
    return (
        f"{name}: {counted(plain, 'street')} with a posted speed of no unit, beside {in_miles:,} in mph; by OpenStreetMap's rule they are in km/h",
    )
