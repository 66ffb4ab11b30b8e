"""Public files brought together: tables of several downloads as one, and the kinds of them that a district has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import pandas as pd

from rezoning.commands.new.look import Public
from rezoning.commands.new.looked import Looked
from rezoning.district.census.codes import geoids
from rezoning.district.census.kinds import Kind
from rezoning.district.census.read import public_table
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem

OF_THE_COUNTRY = (Kind.DIRECTORY, Kind.MEMBERSHIP, Kind.LUNCH, Kind.MEALS, Kind.POINTS, Kind.CHARACTERISTICS)
"""Kinds whose files list all schools of the country."""


def opened(one: Public) -> Looked:
    """A public file as any other table."""
    return Looked(one.path, public_table(one.path, one.layer), one.layer, one.name)


def those(files: Iterable[Public], *kinds: Kind) -> list[Public]:
    """Files of some kinds."""
    return [one for one in files if one.kind in kinds]


def school_tables(files: Sequence[Public], leaid: str) -> list[tuple[Kind, Table]]:
    """Files of NCES with the rows of a district; of a kind that lies there twice, as text and as a layer, the first that can be read."""
    found: list[tuple[Kind, Table]] = []
    for one in those(files, *OF_THE_COUNTRY):
        if one.kind in {kind for kind, _ in found}:
            continue
        with suppress(DataError):  # no row of the district; another file of the kind may have some
            found.append((one.kind, public_table(one.path, one.layer, {"LEAID": leaid})))
    if not found:
        cure = "Check the seven digits: two of the state, five of the district."
        raise DataError(Problem("schools", f"no file of NCES has a school of district {leaid}.", cure))
    return found


def by_id(files: Sequence[Public], digits: int) -> Table | None:
    """Tables of census ids as one: those of other counties below each other, those of other columns beside each other; None without any."""
    tables = [public_table(one.path, one.layer) for one in files]
    if not tables:
        return None
    frame = pd.DataFrame()
    for table in tables:
        ids = geoids(table, digits)
        held = table.frame.assign(GEO_ID=ids)[ids != ""].drop_duplicates("GEO_ID").set_index("GEO_ID")
        frame = held if frame.empty else frame.combine_first(held)
    frame = frame.reset_index()
    return Table(files[0].path, frame.set_axis(pd.RangeIndex(2, 2 + len(frame))), files=tuple(one.path for one in files))


def layers(files: Sequence[Public]) -> Table | None:
    """Layers of one kind below each other, in the CRS of the first; None without any."""
    import geopandas as gpd

    tables = [public_table(one.path, one.layer) for one in files]
    if len(tables) < 2:
        return tables[0] if tables else None
    shapes = [table.geometry for table in tables if table.geometry is not None]
    rows = pd.RangeIndex(1, 1 + sum(len(table.frame) for table in tables))
    frame = pd.concat([table.frame for table in tables], ignore_index=True).set_axis(rows)
    every = pd.concat([shape.to_crs(shapes[0].crs) for shape in shapes], ignore_index=True)
    geometry = gpd.GeoSeries(every.to_numpy(), index=rows, crs=shapes[0].crs)
    return Table(tables[0].path, frame, geometry, files=tuple(one.path for one in files))
