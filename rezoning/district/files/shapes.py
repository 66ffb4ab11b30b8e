"""Shapes as a file has them: which of them are broken, and in which CRS they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rezoning.errors import DataError, Problem
from rezoning.scenario.files import short


def named_crs(path: Path, written: str | None) -> Any:
    """The CRS that a layer names; None where it names none."""
    import pyproj

    try:
        return None if written is None else pyproj.CRS.from_user_input(written)
    except pyproj.exceptions.CRSError:
        message = f"names a CRS that is not known: {short(' '.join(written.split()))}."  # type: ignore[union-attr]
        cure = f"Ask who made the file which CRS its coordinates are in, and set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg {path.name}"
        raise DataError(Problem(path.name, message, cure)) from None


def shapes_of(written: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], dict[int, str]]:
    """Shapes in the features' order, None where one is missing or broken; and why, by row."""
    import shapely

    try:
        return _all_numbers(np.asarray(shapely.from_wkb(written)), {})
    except shapely.errors.GEOSException:
        shapes, broken = np.full(len(written), None, dtype=object), {}
    for k, one in enumerate(written):
        try:
            shapes[k] = shapely.from_wkb(one)
        except shapely.errors.GEOSException as error:
            broken[k + 1] = str(error).partition(": ")[2].strip().rstrip(".") or str(error)
    return _all_numbers(shapes, broken)


def _all_numbers(shapes: np.ndarray[Any, Any], broken: dict[int, str]) -> tuple[np.ndarray[Any, Any], dict[int, str]]:
    """The shapes, without those of which some coordinate is no number."""
    import shapely

    coordinates, of = shapely.get_coordinates(shapes, return_index=True)
    for k in np.unique(of[~np.isfinite(coordinates).all(axis=1)]).tolist():
        shapes[k] = None
        broken[k + 1] = "a coordinate is no number"
    return shapes, broken
