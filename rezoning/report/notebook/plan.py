"""A plan in a notebook, with its district: who goes where as a table and as layers, and the maps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import DataError, Problem
from rezoning.report.figures.saving import in_lines
from rezoning.report.language import ENGLISH, Language, english
from rezoning.report.maps.drawn import drawn_plan
from rezoning.report.notebook.cards import Card, page
from rezoning.report.notebook.drawing import changed, finished, map_axes
from rezoning.report.notebook.tables import UNIT, beside, buildings_of, by_id, fields, layer, no_such, school_ids, zones_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

_said = english("notebook")


def html(plan: Plan) -> str:
    """Its size, and how to see more of it."""
    sizes = _said("plan_alone", units=ENGLISH.count(len(plan.school)), schools=ENGLISH.count(len(np.unique(plan.school))))
    paired = [] if plan.buildings is None else [_said("plan_paired", schools=ENGLISH.count(float((~plan.buildings.is_alone()).sum())))]
    return page(Card(_said("plan"), [sizes, *paired], notes=[_said("plan_needs")]))


def frame(plan: Plan, district: District) -> pd.DataFrame:
    """See `Plan.to_frame`."""
    _check(plan, district)
    before = [None] * district.num_units if district.current is None else school_ids(district, district.current)
    columns = {"school": school_ids(district, plan.school), "previous_school": before, "moved": plan.moved(district), "students": district.students}
    if plan.buildings is not None:
        columns["moved"] = drawn_plan(district, plan).changed
        taught = plan.buildings.at.T[:, plan.school]
        columns |= {f"school_{grade}": school_ids(district, school) for grade, school in zip(plan.buildings.grades, taught, strict=True)}
    return by_id(columns, district.unit_ids, UNIT)


def units(plan: Plan, district: District) -> gpd.GeoDataFrame:
    """See `Plan.units`."""
    from rezoning.report.figures.geometry import shapes

    _check(plan, district)
    named = beside(fields(district.columns, district.unit_ids, UNIT), frame(plan, district))
    return layer(named, shapes(district), district)


def zones(plan: Plan, district: District) -> gpd.GeoDataFrame:
    """See `Plan.zones`."""
    _check(plan, district)
    return zones_of(district, plan.school) if plan.buildings is None else buildings_of(district, plan)


def plot(
    plan: Plan, district: District, show: str = "plan", *, ax: Axes | None = None, names: bool = True, language: Language = ENGLISH, title: str = ""
) -> Axes:
    """See `Plan.plot`."""
    from rezoning.report.figures.change import draw_change
    from rezoning.report.figures.maps import draw_changed, draw_zones
    from rezoning.report.maps.colors import plan_fills

    _check(plan, district)
    if show not in ("plan", "changes", "today"):
        raise no_such("show", show, ["plan", "changes", "today"])
    if district.current is None and show != "plan":
        raise DataError(Problem("data.units", f"a map of {show} needs zones of today.", "Name them in the scenario, or show the plan."))
    ax = map_axes(district, ax)
    drawn = drawn_plan(district, plan)
    fills = plan_fills(district, district.stayable, drawn.zone)
    if show == "changes":
        draw_change(ax, district, plan, fills)
    elif show == "today":
        draw_zones(ax, district, district.stayable, fills)
    else:
        draw_changed(draw_zones(ax, district, drawn.zone, fills), district, drawn.changed)
    said = {"plan": title or _said("plan"), "changes": ENGLISH.text("charts.changed_areas"), "today": ENGLISH.text("charts.today")}
    ax.set_title(in_lines(said[show], 60), loc="left", fontsize=10, parse_math=False)
    return finished(ax, district, language, names=names, drawn=None if show == "today" else changed(district, plan))


def _check(plan: Plan, district: object) -> None:
    if not isinstance(district, District):
        cure = "Give the district that it is of: plan.plot(district)."
        raise DataError(Problem("district", f"a plan alone does not know its district, and {type(district).__name__} is none.", cure))
    if len(plan.school) != district.num_units:
        message = f"the plan has {len(plan.school):,} units, and the district has {district.num_units:,}."
        raise DataError(Problem("district", message, "Give the district that the plan was made for."))
