"""A district in a notebook: its sizes, its schools, its units as tables and layers, and today's zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.errors import DataError, Problem
from rezoning.report.catalogue.kinds import written
from rezoning.report.estimated import estimate_labels
from rezoning.report.language import ENGLISH, capital, english
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.notebook.drawing import finished, map_axes
from rezoning.report.notebook.tables import SCHOOL, UNIT, beside, by_id, fields, layer, no_such, school_ids, summed, zones_of
from rezoning.runs.record import data_entries

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

_said = english("notebook")
_terminal = english("terminal")


def html(district: District) -> str:
    """Sizes, what is known, groups, and schools today."""
    sizes = _terminal(
        "sizes", units=_count(district.num_units), schools=_count(district.num_schools), students=_count(district.total_students),
        edges=_count(len(district.edges)), choice="",
    )  # fmt: skip
    there = {"known_today": district.has_current, "known_travel": district.travel is not None, "known_polygons": district.geometry is not None}
    known = [_said(key) for key, is_known in there.items() if is_known] or [_said("known_nothing")]
    total = district.total_students
    groups = [
        [capital(ENGLISH.group(name)), _count(counts.sum()), written(counts.sum() / total if total else None, "percent", ENGLISH)]
        for name, counts in district.groups.items()
    ]
    grids = [Grid([_said("group"), _terminal("students"), _said("district_share")], groups), _schools(district)]
    doubts = [*estimate_labels(data_entries(district)).sentences, *district.warnings]
    return page(Card(_said("district"), [sizes, _said("known", what=", ".join(known))], grids, doubts[:4]))


def _schools(district: District) -> Grid:
    heads, columns = [_terminal("school")], [list(district.school_names)]
    if district.capacity is not None:
        heads.append(_terminal("seats"))
        columns.append([_count(seats) for seats in district.capacity])
    if district.has_current:
        heads.append(f"{_terminal('students')}, {_terminal('today')}")
        columns.append([_count(students) for students in district.enrollment(district.stayable)])
    return Grid(heads, list(zip(*columns, strict=True)))


def _count(value: float) -> str:
    return written(float(value), "count", ENGLISH)


# -- tables and layers -----------------------------------------------------------------------------------------------


def frame(district: District, of: str = "units", *, geometry: bool = False) -> pd.DataFrame:
    """See `District.to_frame`."""
    if of not in ("units", "schools"):
        raise no_such("of", of, ["units", "schools"])
    ours = _units_frame(district) if of == "units" else _schools_frame(district)
    return (_units_layer(district, ours) if of == "units" else _schools_layer(district, ours)) if geometry else ours


def _units_frame(district: District) -> pd.DataFrame:
    columns: dict[str, Any] = {"students": district.students}
    for kind in (district.groups, district.years, district.growth, district.grades):
        columns |= kind
    if district.current is not None:
        columns["current_school"] = school_ids(district, district.current)
    return by_id(columns, district.unit_ids, UNIT)


def _schools_frame(district: District) -> pd.DataFrame:
    columns: dict[str, Any] = {"name": list(district.school_names)}
    if district.capacity is not None:
        columns["capacity"] = district.capacity
    columns["unit"] = [district.unit_ids[u] for u in district.school_unit.tolist()]
    if district.current is not None:
        columns["students_today"] = summed(district.students, district.current, district)
    columns |= {name: np.asarray(has)[: district.num_schools] for name, has in district.programs.items()}
    return by_id(columns, district.school_ids, SCHOOL)


def _units_layer(district: District, ours: pd.DataFrame) -> gpd.GeoDataFrame:
    from rezoning.report.figures.geometry import shapes

    return layer(beside(fields(district.columns, district.unit_ids, UNIT), ours), shapes(district), district)


def _schools_layer(district: District, ours: pd.DataFrame) -> gpd.GeoDataFrame:
    import shapely

    from rezoning.report.figures.geometry import school_points

    points = shapely.points(school_points(district))
    return layer(beside(fields(district.school_columns, district.school_ids, SCHOOL), ours), points, district)


def zones(district: District) -> gpd.GeoDataFrame:
    """See `District.zones`."""
    if district.current is None:
        raise DataError(Problem("data.units", "there are no zones of today.", "Name the column current_school, or a file under current."))
    return zones_of(district, district.current)


# -- pictures --------------------------------------------------------------------------------------------------------


def plot(district: District, measure: str | None = None, *, ax: Axes | None = None, names: bool = True) -> Axes:
    """See `District.plot`."""
    from rezoning.report.figures.maps import draw_zones
    from rezoning.report.figures.shades import draw_shades
    from rezoning.report.maps.colors import plan_fills

    ax = map_axes(district, ax)
    if measure is not None:
        values, said = _shaded(district, measure)
        draw_shades(ax, district, values, "count" if measure == "students" else "percent", ENGLISH).set_title(said, loc="left", parse_math=False)
    else:
        today = district.stayable
        draw_zones(ax, district, today, plan_fills(district, today))
    return finished(ax, district, ENGLISH, names=names)


def _shaded(district: District, measure: str) -> tuple[Floats, str]:
    if measure == "students":
        return district.students, capital(_terminal("students"))
    if measure not in district.groups:
        raise no_such("measure", measure, ["students", *district.groups])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(district.students > 0, district.groups[measure] / district.students, np.nan)
    return share, _said("share_of", group=capital(ENGLISH.group(measure)))
