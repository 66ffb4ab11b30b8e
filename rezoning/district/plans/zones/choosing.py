"""Which layer of a file is one of zones, where none is one of units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pandas as pd

from rezoning.district.detect import Lookup
from rezoning.district.files.table import Table
from rezoning.district.overlay import kept_by
from rezoning.district.plans.opening import Part
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.plans.zones.layer import holds_units, is_zones
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.filter import Filtered

FOLDERS = (".kml", ".kmz")
"""Files whose layers are folders, as somebody put them in order: often one for each zone."""


def read_once(parts: Sequence[Part], rows: Filtered | None) -> list[Part]:
    """The same tables, each read when it is first asked for, with the rows that a filter keeps."""

    def filtered(part: Part) -> Table:
        table = part.read()
        return table if rows is None else kept_by(rows, table)

    return [Part(part.name, cache(lambda part=part: filtered(part))) for part in parts]


def layer_of_zones(parts: Sequence[Part], lookup: Lookup, ground: Ground, file: str) -> Table | None:
    """The layer of zones; None where some table holds the district's units, or none holds areas.

    Raises
    ------
    DataError
        There are several.
    """
    tables = [(part.name, table) for part in parts for table in _readable(part)]
    zones = [(name, table) for name, table in tables if is_zones(table, lookup, ground)]
    if not zones or any(holds_units(table, lookup) for name, table in tables if name not in dict(zones)):
        return None
    if len(zones) == 1:
        return zones[0][1]
    if zones[0][1].path.suffix.lower() in FOLDERS:
        return _together([table for _, table in zones])
    cure = f"Say which with layer (--layer {zones[0][0]})."
    raise DataError(Problem(file, f"holds {len(zones)} layers of zones: {shown([name for name, _ in zones], 40)}.", cure))


def _readable(part: Part) -> list[Table]:
    """The table as a list of one; an empty one where it cannot be read, which is told by whoever needs it."""
    try:
        return [part.read()]
    except DataError:
        return []


def _together(tables: Sequence[Table]) -> Table:
    """Layers of one file as one table; their rows are numbered on."""
    import geopandas as gpd

    frame = pd.concat([table.frame for table in tables], ignore_index=True)
    shapes = pd.concat([table.geometry.reset_index(drop=True) for table in tables if table.geometry is not None], ignore_index=True)
    frame.index = pd.RangeIndex(1, 1 + len(frame))
    broken, start = dict[int, str](), 0
    for table in tables:
        broken |= {start + int(row): why for row, why in table.broken.items()}
        start += len(table.frame)
    geometry = gpd.GeoSeries(shapes.to_numpy(), index=frame.index, crs=tables[0].geometry.crs)  # type: ignore[union-attr]
    return replace(tables[0], frame=frame, geometry=geometry, broken=broken, keys={})
