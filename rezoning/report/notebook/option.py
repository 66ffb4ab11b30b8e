"""Anyone's plan in a notebook, as `evaluate` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rezoning.report.language import ENGLISH, english
from rezoning.report.notebook import judged
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
    return judged.html(_judged(option))


def frame(option: Option, of: str = "goals") -> pd.DataFrame:
    """See `Option.to_frame`."""
    return judged.frame(_judged(option), of)


def zones(option: Option) -> gpd.GeoDataFrame:
    """See `Option.zones`."""
    return judged.zones(_judged(option))


def units(option: Option) -> gpd.GeoDataFrame:
    """See `Option.units`."""
    return judged.units(_judged(option))


def plot(option: Option, show: str = "plan", *, measure: str = "utilization", ax: Axes | None = None, names: bool = True) -> Axes:
    """See `Option.plot`."""
    return judged.plot(_judged(option), show, measure=measure, ax=ax, names=names)


def _judged(option: Option) -> Judged:
    title, place = _said("option", name=option.name), _said("lies_in", place=shown_path(option.path))
    measures = Measures(option.metrics, option.schools)
    return Judged(title, place, option_outcome(option, ENGLISH), option.scenario, option.district, option.plan, option.record, option.audit, measures)
