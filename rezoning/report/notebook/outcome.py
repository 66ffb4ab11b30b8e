"""A run in a notebook: what was found, or why there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rezoning.errors import DataError, Problem
from rezoning.report.language import ENGLISH, english
from rezoning.report.notebook import judged, levels, result
from rezoning.report.notebook.cards import Card, page
from rezoning.report.notebook.judged import Judged
from rezoning.report.outcome import outcome_words
from rezoning.report.screen import sentence
from rezoning.runs.names import shown_path
from rezoning.runs.question import RunOutcome
from rezoning.runs.record import judged_goals

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

_said = english("notebook")


def html(run: RunOutcome) -> str:
    """What was found, proven and moved; without a plan, why there is none."""
    if run.plan is not None and run.audit is not None and run.levels:
        return levels.html(_judged(run), _levels(run), None if run.feeders is None else run.feeders.measures)
    if run.plan is not None and run.audit is not None:
        return judged.html(_judged(run))
    words = run.explanation.words if run.explanation is not None else [sentence(problem) for problem in run.record["problems"]]
    said = [outcome_words(run.record, run.question.scenario, ENGLISH), *words]
    return page(Card(_title(run), list(dict.fromkeys(said)), notes=[_place(run)]))


def frame(run: RunOutcome, of: str = "goals") -> pd.DataFrame:
    """See `RunOutcome.to_frame`."""
    if of in ("goals", "trace") and run.result is not None:
        return result.frame(run.result, of)
    if run.levels and of != "goals":
        table: pd.DataFrame = levels.frame(_levels(run), lambda one: judged.frame(one, of))
        return table
    return judged.frame(_judged(run), of)


def zones(run: RunOutcome) -> gpd.GeoDataFrame:
    """See `RunOutcome.zones`."""
    return levels.frame(_levels(run), judged.zones) if run.levels else judged.zones(_judged(run))


def units(run: RunOutcome) -> gpd.GeoDataFrame:
    """See `RunOutcome.units`."""
    return levels.frame(_levels(run), judged.units) if run.levels else judged.units(_judged(run))


def plot(run: RunOutcome, show: str = "plan", *, measure: str = "utilization", goal: int = 1, ax: Axes | None = None, names: bool = True) -> Axes:
    """See `RunOutcome.plot`."""
    one = _judged(run)
    if show == "trace" and run.result is not None:
        return result.plot(run.result, goal, ax=ax, language=one.language)
    if run.levels:
        raise levels.no_plot(_levels(run))
    return judged.plot(one, show, measure=measure, ax=ax, names=names)


def _judged(run: RunOutcome) -> Judged:
    if run.plan is None or run.audit is None:
        raise DataError(Problem(_place(run), "the run found no plan.", "Look at the run itself, which says why: print(run), or run.explanation."))
    scenario, district = run.question.scenario, run.question.district
    said = outcome_words(run.record, scenario, ENGLISH) if run.audit.passed else english("terminal")("rejected")
    return Judged(_title(run), _place(run), said, scenario, district, run.plan, run.record, run.audit, run.measures)


def _levels(run: RunOutcome) -> dict[str, Judged]:
    """Each level as a run of it alone would be shown."""
    whole = _judged(run)
    found = {}
    for name, one in run.levels.items():
        assert one.plan is not None
        assert one.audit is not None
        asked, record = one.question, run.record.get("levels", {}).get(name, {})
        entry = {**run.record, **record, "goals": judged_goals(asked.scenario, one.plan, asked.district)}
        found[name] = levels.titled(
            Judged(whole.title, whole.place, "", asked.scenario, asked.district, one.plan, entry, one.audit, one.measures), name
        )
    return found


def _title(run: RunOutcome) -> str:
    return _said("run", name=run.question.scenario.name)


def _place(run: RunOutcome) -> str:
    return _said("lies_in", place=shown_path(run.directory))
