"""Parquet and GeoParquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem

PARQUET_SUFFIXES = (".parquet", ".geoparquet")


def read_parquet(path: Path) -> Table:
    """A table or a layer, with an index that was kept as a column again, or as a key."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise DataError(Problem(path.name, "needs pyarrow to be read.", "Run: pip install 'rezoning[parquet]'")) from None
    import geopandas as gpd

    with path.open("rb") as stream:  # by its name, some characters would make it an address
        metadata = pyarrow.parquet.read_schema(stream).metadata or {}
    with path.open("rb") as stream:
        read = gpd.read_parquet(stream) if b"geo" in metadata else pd.read_parquet(stream)
    rows, keys = pd.RangeIndex(1, 1 + len(read)), {}
    if isinstance(read.index, pd.MultiIndex) or (read.index.name is not None and read.index.name not in read.columns):
        read = read.reset_index()
    elif not isinstance(read.index, pd.RangeIndex):
        keys["index"] = pd.Series(read.index.to_numpy(), index=rows)
    shapes = read.geometry.set_axis(rows).rename("geometry") if isinstance(read, gpd.GeoDataFrame) else None
    frame = pd.DataFrame(read if shapes is None else read.drop(columns=read.geometry.name)).set_axis(rows)
    return Table(path, frame, shapes, files=(path,), keys=keys)
