"""Plans of several levels in a notebook: what is between the levels, then each level as a plan by itself; tables have a column that names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem
from rezoning.report.feeder_words import feeder_rows, feeders_title, split_words
from rezoning.report.language import Language, capital, english
from rezoning.report.notebook import judged
from rezoning.report.notebook.cards import Card, Grid, goals_grid, page
from rezoning.report.notebook.judged import Judged

if TYPE_CHECKING:
    import pandas as pd

_said = english("notebook")
LEVEL = "level"


def html(whole: Judged, levels: Mapping[str, Judged], feeders: Mapping[str, Any] | None) -> str:
    """Goals of all levels and who feeds whom on one card, then a card for each level."""
    language = whole.language
    goals = goals_grid(whole.scenario.goals, whole.record["goals"], whole.district.travel_unit, language)
    schools = ((name, zip(one.district.school_ids, one.district.school_names, strict=True)) for name, one in levels.items())
    names = {(name, text): called for name, those in schools for text, called in those}
    plan = list((feeders or {}).get("plan") or ())
    splits = [sentence for entry in plan for sentence in split_words(entry, names)]
    grids = [goals, *_feeders(feeders or {}, plan, language)]
    return page(Card(whole.title, [whole.outcome, *splits], grids, [whole.place])) + "".join(map(judged.html, levels.values()))


def _feeders(feeders: Mapping[str, Any], plan: list[dict[str, Any]], language: Language) -> list[Grid]:
    today = feeders.get("today") or [None] * len(plan)
    heads = ["", language.text("measures.today"), _said("plan")]
    return [
        Grid(heads, feeder_rows([before, after], language), caption=feeders_title(after, language)) for before, after in zip(today, plan, strict=True)
    ]


def frame(levels: Mapping[str, Judged], made: Callable[[Judged], pd.DataFrame]) -> pd.DataFrame:
    """The tables of all levels as one, the level in its first column."""
    import pandas as pd

    parts: list[pd.DataFrame] = []
    for name, one in levels.items():
        table = made(one)
        table = table.reset_index() if table.index.name is not None else table
        table.insert(0, LEVEL, name)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def no_plot(levels: Mapping[str, Judged]) -> DataError:
    """A picture is of one level."""
    names = ", ".join(levels)
    return DataError(Problem("plot", f"there are several levels of schools ({names}).", f"Draw one: .levels['{next(iter(levels))}'].plot()."))


def titled(one: Judged, name: str) -> Judged:
    """A level called by its name."""
    return replace(one, title=f"{one.title}: {capital(name)}")
