"""Anyone's plan in a notebook, as `evaluate` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rezoning.report.language import ENGLISH, english
from rezoning.report.notebook import judged, levels
from rezoning.report.notebook.judged import Judged
from rezoning.report.outcome import option_outcome
from rezoning.runs.names import shown_path
from rezoning.runs.option import Option
from rezoning.runs.question import Measures

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

_said = english("notebook")


def html(option: Option) -> str:
    """Where it comes from, goals, verdict, who moves, schools."""
    if option.levels:
        return levels.html(_judged(option), _levels(option), option.feeders)
    return judged.html(_judged(option))


def frame(option: Option, of: str = "goals") -> pd.DataFrame:
    """See `Option.to_frame`."""
    if option.levels and of != "goals":
        table: pd.DataFrame = levels.frame(_levels(option), lambda one: judged.frame(one, of))
        return table
    return judged.frame(_judged(option), of)


def zones(option: Option) -> gpd.GeoDataFrame:
    """See `Option.zones`."""
    return levels.frame(_levels(option), judged.zones) if option.levels else judged.zones(_judged(option))


def units(option: Option) -> gpd.GeoDataFrame:
    """See `Option.units`."""
    return levels.frame(_levels(option), judged.units) if option.levels else judged.units(_judged(option))


def plot(option: Option, show: str = "plan", *, measure: str = "utilization", ax: Axes | None = None, names: bool = True) -> Axes:
    """See `Option.plot`."""
    if option.levels:
        raise levels.no_plot(_levels(option))
    return judged.plot(_judged(option), show, measure=measure, ax=ax, names=names)


def _levels(option: Option) -> dict[str, Judged]:
    return {name: levels.titled(_judged(one), name) for name, one in option.levels.items()}


def _judged(option: Option) -> Judged:
    title, place = _said("option", name=option.name), _said("lies_in", place=shown_path(option.path))
    measures = Measures(option.metrics, option.schools)
    return Judged(title, place, option_outcome(option, ENGLISH), option.scenario, option.district, option.plan, option.record, option.audit, measures)
