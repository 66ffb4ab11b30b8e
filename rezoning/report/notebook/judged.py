"""A plan with all that is known of it, whether a run found it or a file held it: what both show in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rezoning.auditing import Audit
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import DataError, Problem
from rezoning.metrics.measure import visible
from rezoning.report.catalogue.kinds import Kind, settled, unit_of
from rezoning.report.estimated import estimate_labels
from rezoning.report.language import Language, capital, english, english_of
from rezoning.report.notebook import audit as audits
from rezoning.report.notebook import measures as numbers
from rezoning.report.notebook import plan as plans
from rezoning.report.notebook.cards import Card, goals_grid, page, schools_grid
from rezoning.report.notebook.drawing import new_axes
from rezoning.report.notebook.tables import no_such
from rezoning.report.screen import audit_words
from rezoning.report.terminal import group_share, moved_words
from rezoning.runs.question import Measures
from rezoning.runs.record import data_entries

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.scenario.schema import Scenario

_terminal = english("terminal")

PLAIN: Mapping[str, tuple[str, Kind]] = {
    "students": ("measures.school_students", "count"),
    "utilization": ("measures.school_utilization", "percent"),
    "travel_mean": ("measures.school_trip", "travel"),
}
"""Numbers of schools that are no group's share: what they are called, and how they are written."""


@dataclass(frozen=True)
class Judged:
    """The plan, what was asked, and what was found."""

    title: str
    place: str
    outcome: str
    scenario: Scenario
    district: District
    plan: Plan
    record: Mapping[str, Any]
    audit: Audit
    measures: Measures | None

    @property
    def language(self) -> Language:
        """English, with the scenario's names and units."""
        return english_of(self.scenario.report)

    @property
    def shown(self) -> District:
        """The district without groups that the scenario excludes."""
        return visible(self.district, self.scenario)


def html(one: Judged) -> str:
    """How it ended, goals, verdict, who moves, schools."""
    unit = one.district.travel_unit
    moved = [] if one.district.current is None else [moved_words(one.record["counts"], is_paired=one.plan.buildings is not None)]
    grids = [goals_grid(one.scenario.goals, one.record["goals"], unit, one.language)]
    if not one.audit.passed:
        grids.append(audits.violations_grid(one.audit))
    group = next((goal.group for goal in one.scenario.goals if goal.group in one.shown.groups), None)
    if one.measures is not None:
        grids.append(schools_grid(one.measures.schools, group, one.language))
    said = [one.outcome, f"{audit_words('plan', one.audit.to_dict())}.", *moved]
    return page(Card(one.title, list(filter(None, said)), grids, [*estimate_labels(data_entries(one.district)).sentences, one.place]))


def frame(one: Judged, of: str) -> pd.DataFrame:
    """Goals, measures, schools, units or violations."""
    if of == "units":
        return plans.frame(one.plan, one.shown)
    if of == "violations":
        return audits.frame(one.audit)
    if of == "goals":
        return _goals(one.record["goals"])
    if of not in ("measures", "schools"):
        raise no_such("of", of, ["goals", "measures", "schools", "units", "violations"])
    return numbers.frame(_measured(one), of)


def _goals(entries: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {key: [entry.get(key) for entry in entries] for key in ("minimize", "group")}
    columns |= {key: pd.Series([entry.get(key) for entry in entries], dtype=float).to_numpy() for key in ("value", "bound", "gap", "today")}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(entries) + 1, name="goal"))


def _measured(one: Judged) -> Measures:
    if one.measures is None:
        raise DataError(Problem(one.place, "there are no measures: the plan was rejected.", "Look at to_frame('violations')."))
    return one.measures


def zones(one: Judged) -> gpd.GeoDataFrame:
    """Zones of the plan."""
    return plans.zones(one.plan, one.shown)


def units(one: Judged) -> gpd.GeoDataFrame:
    """Units in the plan."""
    return plans.units(one.plan, one.shown)


def plot(one: Judged, show: str, *, measure: str, ax: Axes | None, names: bool) -> Axes:
    """A map, or a measure of every school."""
    if show == "schools":
        return _schools(one, measure, ax)
    return plans.plot(one.plan, one.district, show, ax=ax, names=names, language=one.language, title=one.title)


def _schools(one: Judged, measure: str, ax: Axes | None) -> Axes:
    from rezoning.report.figures.school_rows import draw_school_rows

    rows, language = _measured(one).schools, one.language
    if measure in PLAIN:
        key, kind = PLAIN[measure][0], settled(PLAIN[measure][1], one.district.travel_unit)
        title = language.text(key, unit=unit_of(kind, language))
        before, after = ([row[f"{measure}_{side}"] for row in rows] for side in ("before", "after"))
    elif measure in one.shown.groups:
        kind, title = "percent", language.text("charts.share_axis", group=capital(language.group(measure)))
        before, after = ([group_share(row, measure, side) for row in rows] for side in ("before", "after"))
    else:
        raise no_such("measure", measure, [*PLAIN, *one.shown.groups])
    ax = ax if ax is not None else new_axes(7.2, 1.3 + 0.3 * len(rows))
    return draw_school_rows(ax, [str(row["name"]) for row in rows], before, after, kind, title, language)
