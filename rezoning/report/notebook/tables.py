"""Columns of ours beside those of a file, and layers from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.columns import Columns
from rezoning.district.district import District, Floats, Ints
from rezoning.district.plan import Plan
from rezoning.errors import DataError, Problem
from rezoning.public.pairing import Pairing, drawn

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

UNIT, SCHOOL = "unit", "school"
"""Names of the indices of tables of units and of schools."""


def by_id(columns: Mapping[str, Any], ids: tuple[str, ...], name: str) -> pd.DataFrame:
    """Columns by text ids."""
    import pandas as pd

    return pd.DataFrame(dict(columns), index=pd.Index(list(ids), name=name, dtype="str"))


def fields(columns: Mapping[str, Any], ids: tuple[str, ...], name: str) -> pd.DataFrame:
    """All fields of a file as they were read (those of a text file as texts), by the ids of its rows."""
    import pandas as pd

    found = columns.frame if isinstance(columns, Columns) else pd.DataFrame(dict(columns))
    return by_id({}, ids, name) if found.empty else found.set_axis(pd.Index(list(ids), name=name, dtype="str"), axis=0)


def beside(theirs: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """All fields of a file under their names, then our columns; a field with the name of one of ours and other values is called ``<name>_file``."""
    import pandas as pd

    kept = {name: theirs[name] for name in theirs.columns if name not in ours.columns and name != "geometry"}
    kept |= {f"{name}_file": theirs[name] for name in theirs.columns if name in ours.columns and not _is_same(theirs[name], ours[name])}
    return pd.concat([pd.DataFrame(kept, index=ours.index), ours], axis=1)


def _is_same(theirs: pd.Series[Any], ours: pd.Series[Any]) -> bool:
    """Whether a field says what our column says, be it as text."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(ours):
        return False
    given = pd.to_numeric(theirs, errors="coerce") if pd.api.types.is_numeric_dtype(ours) else theirs
    return bool((theirs.isna() & ours.isna() | (given == ours)).all())


def layer(frame: pd.DataFrame, shapes: Any, district: District) -> gpd.GeoDataFrame:
    """A table with a shape for each row, in the CRS of the district's polygons."""
    import geopandas as gpd

    assert district.geometry is not None
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(list(shapes), index=frame.index, crs=district.geometry.crs))


def school_ids(district: District, assignment: Ints) -> list[str | None]:
    """Text id of the school of each unit, closed ones too; None where there is none."""
    ids = [*district.school_ids, *district.closed_ids, None]
    return [ids[s] for s in assignment.tolist()]


def summed(values: Floats, assignment: Ints, district: District) -> Floats:
    """A quantity of units by their open school, shape (n,) to (m,)."""
    inside = (assignment >= 0) & (assignment < district.num_schools)
    return np.bincount(assignment[inside], weights=values[inside], minlength=district.num_schools).astype(np.float64)


def zones_of(district: District, assignment: Ints) -> gpd.GeoDataFrame:
    """The zone of every open school that has one as a shape, with its school's fields and what is counted in it."""
    inside, found = _dissolved(district, assignment)
    ours = {"units": np.bincount(inside, minlength=district.num_schools + 1)[:-1], **_counted(district, assignment)}
    return _zones(district, found, ours)


def buildings_of(district: District, plan: Plan) -> gpd.GeoDataFrame:
    """Likewise where schools are paired: a zone that schools share is that of each of them, with the grades and students of its building."""
    from rezoning.district.graded import buildings_view

    assert plan.buildings is not None
    pairing = Pairing(plan.buildings.grades, plan.buildings.at)
    lead = [pairing.cluster_of[s].lead if s in pairing.cluster_of else s for s in range(district.num_schools)]
    inside, found = _dissolved(district, drawn(plan.school, pairing))
    view, graded = buildings_view(plan, district)
    grades = [pairing.spans[s] if s in pairing.cluster_of else None for s in range(district.num_schools)]
    units = np.bincount(inside, minlength=district.num_schools + 1)[:-1][lead]
    return _zones(district, found[lead], {"grades": grades, "units": units, **_counted(graded, view.school)})


def _dissolved(district: District, assignment: Ints) -> tuple[Ints, Any]:
    """The school of each unit, the number of schools for none that is open; and the shape of each zone."""
    from rezoning.report.exports.coverage import dissolved, ground_of
    from rezoning.report.figures import geometry

    geometry.shapes(district)  # a district without polygons is refused in the words of maps
    inside = np.where((assignment >= 0) & (assignment < district.num_schools), assignment, district.num_schools)
    return inside, dissolved(ground_of(district, "zones"), inside, district.num_schools + 1)[:-1]


def _counted(district: District, assignment: Ints) -> dict[str, Any]:
    students = summed(district.students, assignment, district)
    ours: dict[str, Any] = {"students": students}
    ours |= {name: summed(counts, assignment, district) for name, counts in district.groups.items()}
    if district.capacity is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            ours |= {"capacity": district.capacity, "utilization": np.where(district.capacity > 0, students / district.capacity, np.nan)}
    return ours


def _zones(district: District, found: Any, ours: dict[str, Any]) -> gpd.GeoDataFrame:
    """Zones that are there, with their schools' fields and ours."""
    import shapely

    there, ids = ~shapely.is_missing(found), district.school_ids
    ours = {**ours, "area_km2": shapely.area(found) / 1e6}
    named = beside(fields(district.school_columns, ids, SCHOOL), by_id({"name": list(district.school_names)} | ours, ids, SCHOOL))
    return layer(named[there], found[there], district)


def no_such(what: str, asked: object, known: Mapping[str, Any] | list[str]) -> DataError:
    """The error for a name that is not there."""
    return DataError(Problem(what, f"'{asked}' is not there.", f"Give one of {', '.join(known) or 'none: there are none'}."))
