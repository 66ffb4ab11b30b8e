"""A result in a notebook: how the solve ended, each goal beside its bound, and how they were reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem
from rezoning.optimize.result import Ended, Result, Status
from rezoning.report.charts.trace import GoalTrace, Moment, has_gap
from rezoning.report.language import ENGLISH, Language, capital, english
from rezoning.report.notebook.cards import Card, Grid, goals_grid, page
from rezoning.report.notebook.drawing import new_axes
from rezoning.report.notebook.tables import no_such
from rezoning.report.outcome import CLOSED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.scenario.schema import Goal

_said = english("notebook")


def html(result: Result) -> str:
    """How it ended, and each goal beside its bound and today."""
    how = _said("solved", method=result.method, solver=result.solver, seed=result.seed, count=ENGLISH.count(result.threads))
    return page(Card(_said("result"), [f"{capital(_ended(result))}."], _goals(result), [how, *result.warnings[:2]]))


def _ended(result: Result) -> str:
    """How it ended in a few words; which goals were given up for others a scenario would say."""
    if result.status in (Status.OPTIMAL, Status.INFEASIBLE, Status.WITHIN_GAP):
        return ENGLISH.text(f"outcome.short_{result.status}")
    why = next((one for one in result.ended if one not in CLOSED), Ended.LIMIT)
    return ENGLISH.text(f"outcome.short_{'no_plan_' if result.status == Status.NO_PLAN else ''}{why}")


def _goals(result: Result) -> list[Grid]:
    entries = list(map(_entry, result.goals))
    goals: list[Goal | None] = [goal.goal for goal in result.goals]
    if result.objective is not None:
        goals, entries = [*goals, None], [*entries, _entry(result.objective)]
    return [goals_grid(goals, entries, result.travel_unit, ENGLISH)] if goals else []


def _entry(goal: Any) -> dict[str, Any]:
    return {"value": goal.value, "bound": goal.bound, "gap": goal.gap, "today": goal.today}


def frame(result: Result, of: str = "goals") -> pd.DataFrame:
    """See `Result.to_frame`."""
    import pandas as pd

    if of == "trace":
        columns: dict[str, Any] = {"seconds": [point.seconds for point in result.trace], "goal": [point.goal for point in result.trace]}
        columns |= {key: pd.Series([getattr(point, key) for point in result.trace], dtype=float) for key in ("value", "bound")}
        return pd.DataFrame(columns)
    if of != "goals":
        raise no_such("of", of, ["goals", "trace"])
    ended = result.ended * len(result.goals) if len(result.ended) == 1 else result.ended  # a weighted sum ends as one
    columns = {"minimize": [goal.minimize for goal in result.goals], "group": [goal.group for goal in result.goals]}
    numbers = ("value", "bound", "gap", "today", "best")
    columns |= {key: pd.Series([getattr(goal, key) for goal in result.goals], dtype=float).to_numpy() for key in numbers}
    columns["ended"] = [str(one) for one in ended[: len(result.goals)]]
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(result.goals) + 1, name="goal"))


def plot(result: Result, goal: int = 1, *, ax: Axes | None = None, language: Language = ENGLISH) -> Axes:
    """See `Result.plot`."""
    from rezoning.report.figures.trace import draw_trace

    is_sum = result.objective is not None
    place = None if is_sum else goal
    points = [point for point in result.trace if point.goal == place]
    moments = tuple(Moment(point.seconds, point.value, point.bound) for point in points if point.value is not None or point.bound is not None)
    if not moments:
        count = 1 if is_sum else len(result.goals)
        raise DataError(Problem("goal", f"nothing was found or proven of goal {goal}.", f"Give a number from 1 to {count}."))
    asked = None if is_sum or goal > len(result.goals) else result.goals[goal - 1].goal
    ax = ax if ax is not None else new_axes(7.2, 2.8)
    draw_trace(ax, GoalTrace(asked, goal, moments, has_gap(moments[-1])), result.travel_unit, language)
    ax.set_xlabel(language.text("charts.seconds"), fontsize=9)
    ax.legend(loc="best", frameon=False, fontsize=8.5)
    return ax
