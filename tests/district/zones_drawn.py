"""Square units in meters, and zones drawn over them as layers of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from rezoning.district.labels import Labels
from rezoning.district.plans.collect import read_assignment
from rezoning.district.plans.file import PlanFile
from rezoning.district.plans.how import PlanReading
from rezoning.district.plans.zones.ground import Ground
from rezoning.scenario.data import CurrentPlan
from rezoning.scenario.filter import Filter

CRS = 26918
LEFT, BOTTOM, SIDE = 320_000.0, 4_290_000.0, 100.0
NAMES = {"S1": "Ash Elementary", "S2": "Birch Elementary", "S3": "Cedar Elementary"}


def area(left: float, bottom: float, right: float, top: float) -> BaseGeometry:
    """A rectangle in sides of units from the corner of the district."""
    return box(LEFT + SIDE * left, BOTTOM + SIDE * bottom, LEFT + SIDE * right, BOTTOM + SIDE * top)


def units(columns: int, rows: int = 1) -> gpd.GeoSeries:
    """A grid of units, row by row."""
    return gpd.GeoSeries([area(i, j, i + 1, j + 1) for j in range(rows) for i in range(columns)], crs=CRS)


def layer(path: Path, shapes: Sequence[Any], crs: Any = CRS, **columns: Sequence[Any]) -> Path:
    """Write zones; drawn in meters, and written in another CRS where one is named."""
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)
    frame = frame.to_crs(crs) if crs is not None else frame.set_crs(None, allow_override=True)
    frame.to_file(path, **({"driver": "KML"} if path.suffix == ".kml" else {}))
    return path


def read(
    path: Path, geometry: gpd.GeoSeries | None, ids: Sequence[str] | None = None, students: Any = None, when: str = "new", **how: Any
) -> PlanFile:
    """The plan file that a layer of zones is."""
    n = 4 if geometry is None else len(geometry)
    ground = Ground(geometry, np.full(n, 10.0) if students is None else np.array(students, dtype=float), how.pop("points", None))
    if "equals" in how:
        how["rows"] = CurrentPlan(path=path, filter=Filter(column=how.pop("where"), equals=how.pop("equals")))
    labels = Labels(tuple(NAMES), tuple(NAMES.values()))
    return read_assignment(path, ids or [f"u{k}" for k in range(n)], PlanReading(**how), labels, when, ground=ground)
