"""Census blocks, and which of them are a school district's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.census.codes import geoids, known, nces
from rezoning.district.detect import by_name
from rezoning.district.files.table import Table, texts
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

YEARS = ("20", "10", "")
CODES = ("UNSDLEA", "ELSDLEA", "SCSDLEA")
"""Columns of the five digits of a unified, an elementary or a secondary district."""


def read_blocks(table: Table) -> gpd.GeoDataFrame:
    """TIGER/Line blocks by their fifteen digits.

    Returns
    -------
    GeoDataFrame
        ``land_m2``, ``lon`` and ``lat`` (a point inside), ``population`` and ``housing`` (NaN where the file has none), and the shape.

    Raises
    ------
    DataError
        There are no shapes, or the ids are no blocks.
    """
    import geopandas as gpd

    if table.geometry is None:
        raise DataError(Problem(table.name, "has no shapes.", "Name the layer of blocks: tl_2020_SS_tabblock20.zip."))
    columns = {"land_m2": "ALAND", "lon": "INTPTLON", "lat": "INTPTLAT", "population": "POP", "housing": "HOUSING"}
    found = {name: _column(table, start) for name, start in columns.items()}
    ids = geoids(table, 15)
    return gpd.GeoDataFrame(found, geometry=table.geometry.to_numpy(), crs=table.geometry.crs, index=pd.Index(ids, name="GEOID"))


def _column(table: Table, start: str) -> NDArray[np.float64]:
    """A column whose name ends with the year of the census. Longitudes are below zero, and written with their sign: ``-077.1``, ``+38.8``."""
    name = by_name(table.columns, [f"{start}{year}" for year in YEARS])
    if name is None:
        return np.full(len(table.frame), np.nan)
    if start.startswith("INTPT"):
        return pd.to_numeric(pd.Series(texts(table.frame[name]), dtype=str), errors="coerce").to_numpy(dtype=np.float64)
    return known(table.frame[name])


def district_blocks(blocks: gpd.GeoDataFrame, leaid: str, boundary: Table | None = None, listed: Table | None = None) -> NDArray[np.bool_]:
    """Which blocks are of a district, shape (n,): those that a list assigns to it, else those of which a point is inside its boundary.

    Parameters
    ----------
    blocks
        As `read_blocks` gives them.
    leaid
        Seven digits: two of the state, and five.
    boundary
        A layer of school districts (unsd, elsd, scsd).
    listed
        The Census Bureau's list of blocks with their school districts (SDUNI, SDELM, SDSEC).

    Raises
    ------
    DataError
        Neither names the district.
    """
    if listed is not None:
        return np.asarray(blocks.index.isin(listed_blocks(listed, leaid)))
    if boundary is None:
        raise DataError(Problem("blocks", "nothing says which of them are the district's.", "Give its boundary, or a list of its blocks."))
    shape = boundary_of(boundary, leaid).to_crs(blocks.crs).union_all()
    return np.asarray(blocks.representative_point().within(shape))


def listed_blocks(listed: Table, leaid: str) -> list[str]:
    """Blocks that a block assignment file of school districts gives to one of them."""
    ids = geoids(listed, 15)
    name = by_name(listed.columns, ("DISTRICT",))
    if name is None:
        raise DataError(Problem(listed.name, "has no column DISTRICT.", "Give the list of blocks by school district (SDUNI, SDELM or SDSEC)."))
    codes = np.array([text.zfill(5) if text else "" for text in texts(listed.frame[name])], dtype=object)
    inside = (codes == leaid[2:]) & np.array([text.startswith(leaid[:2]) for text in ids], dtype=bool)
    if not inside.any():
        raise DataError(Problem(listed.name, f"gives no block to district {leaid}.", f"Its districts are {shown(sorted(set(codes) - {''}))}."))
    return list(ids[inside])


def boundary_of(boundary: Table, leaid: str) -> gpd.GeoSeries:
    """The shape of a district in a layer of districts.

    Raises
    ------
    DataError
        It is not there, or there are no shapes.
    """
    if boundary.geometry is None:
        raise DataError(Problem(boundary.name, "has no shapes.", "Name the layer of school districts: tl_YYYY_SS_unsd.zip."))
    inside = district_ids(boundary) == leaid
    if not inside.any():
        held = shown(sorted(set(district_ids(boundary))))
        raise DataError(
            Problem(boundary.name, f"has no district {leaid}.", f"It has {held}; elementary and secondary districts have files of their own.")
        )
    return boundary.geometry[inside]


def district_ids(boundary: Table) -> NDArray[Any]:
    """LEAIDs of a layer of districts: its GEOID, else the state's two digits and the code's five."""
    name = by_name(boundary.columns, [f"GEOID{year}" for year in YEARS])
    if name is not None:
        return nces(boundary.frame[name], 7)
    state = by_name(boundary.columns, [f"STATEFP{year}" for year in YEARS])
    code = by_name(boundary.columns, [f"{code}{year}" for code in CODES for year in YEARS])
    if state is None or code is None:
        raise DataError(Problem(boundary.name, "has no column of district ids.", "Name the layer of school districts: tl_YYYY_SS_unsd.zip."))
    return np.asarray(nces(boundary.frame[state], 2) + nces(boundary.frame[code], 5))
