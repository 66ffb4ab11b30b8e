"""A frontier in a notebook: its points as a table, and the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.catalogue.kinds import together
from rezoning.report.frontier import csv_rows, goals_of, spoken_values
from rezoning.report.goal_words import goal_name
from rezoning.report.language import capital, english, english_of
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.notebook.drawing import new_axes
from rezoning.runs.names import shown_path

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_said = english("notebook")


def html(frontier: Any) -> str:
    """Every point: its ceilings, what was found, and what no plan is below."""
    document, language = frontier.document, english_of(frontier.report)
    goals, unit = goals_of(document), document["travel_unit"]
    names = [capital(goal_name(goal, unit, language)) for goal in goals]
    write = spoken_values(document, language)
    gaps = together([point["gap"] for point in document["points"]], "percent", language)
    heads = [*(_said("ceiling", goal=name) for name in names[1:]), names[0], _said("bound"), _said("gap"), *names[1:]]
    rows = []
    for point in document["points"]:
        ceilings = [said.with_unit(ceiling) for said, ceiling in zip(write[1:], point["ceilings"], strict=True)]
        reached = [said.with_unit(None if point["values"] is None else point["values"][j]) for j, said in enumerate(write)]
        rows.append([*ceilings, reached[0], write[0].with_unit(point["bound"]), gaps.text(point["gap"]), *reached[1:]])
    place = _said("lies_in", place=shown_path(frontier.directory))
    return page(Card(_said("frontier", name=document["name"]), grids=[Grid(heads, rows, texts=0)], notes=[place]))


def frame(frontier: Any) -> pd.DataFrame:
    """See `Frontier.to_frame`."""
    import pandas as pd

    rows = csv_rows(frontier.document)
    return pd.DataFrame(rows).set_index("point") if rows else pd.DataFrame()


def plot(frontier: Any, *, ax: Axes | None = None) -> Axes:
    """See `Frontier.plot`."""
    from rezoning.report.figures.frontier import FRONTIER_SIZE, draw_curves

    ax = ax if ax is not None else new_axes(*FRONTIER_SIZE)
    draw_curves(ax, frontier.document, english_of(frontier.report))
    ax.legend(loc="best", fontsize=8, frameon=False)
    return ax
