"""The steps of a frontier: the question, its ends, the points between them, prices, files."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.commands.frontier.document import document_of, write
from rezoning.commands.frontier.goals import chosen_goals
from rezoning.commands.frontier.points import Work, solve_ends, solve_points, solve_prices
from rezoning.commands.frontier.store import Solved, Store
from rezoning.commands.run import ask, read_district
from rezoning.commands.run_files import input_hash
from rezoning.commands.unpaired import refuse_pairing
from rezoning.commands.watching import watched
from rezoning.errors import Infeasible
from rezoning.optimize.interrupts import interruptible
from rezoning.optimize.result import Progress, Watcher
from rezoning.report.language import english_of
from rezoning.runs.question import DONE, INTERRUPTED, NO_PLAN, REJECTED
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.district.district import District
    from rezoning.scenario.reporting import Report

POINTS, POINTS_EACH_WAY = 10, 4  # with two goals; with three, along each of two axes


@dataclass(frozen=True, eq=False)
class Frontier(Displayed):
    """What came of it.

    Parameters
    ----------
    exit_code
        The contract's: 0 done, 5 limit without any plan, 7 the audit rejected a plan, 130 interrupted.
    directory
        Where the files are.
    document
        The content of frontier.json.
    report
        What the scenario says of outputs.
    """

    exit_code: int
    directory: Path
    document: dict[str, Any]
    report: Report

    def __repr__(self) -> str:
        return f"<Frontier: exit code {self.exit_code}, {len(self.document['points'])} points, {self.directory}>"

    def to_frame(self) -> pd.DataFrame:
        """A row for each point, by its number: the columns of frontier.csv.

        Returns
        -------
        DataFrame
            ``ceiling_<goal>`` of every goal but the first, ``<goal>`` (value in the plan, a column each), ``bound_<goal>`` of the first (no plan
            below these ceilings has less), ``gap``, ``seconds``, ``status``, ``plan`` (its file), ``same_plan_as`` (another point).
        """
        frame: pd.DataFrame = display(self).frame(self)
        return frame

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the curve: plans found, bounds proven, and between them what nobody knows; the second goal across, the first up.

        Parameters
        ----------
        ax
            Where to draw; a new figure when left out.
        """
        drawn: Axes = display(self).plot(self, ax=ax)
        return drawn


@interruptible
def frontier(
    scenario: Scenario | str | Path,
    goals: Sequence[str],
    out: str | Path | None = None,
    *,
    points: int | None = None,
    seconds: float | None = None,
    overrides: Sequence[str] = (),
    replace: bool = False,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
) -> Frontier:
    """Trace the frontier between goals of a scenario.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    goals
        Two or three, each by its `minimize` and, where that is not enough, its group: ``dissimilarity:low_income``. The first is made small while
        ceilings hold the others.
    out
        Directory; ``runs/<name>-frontier-<hash>`` when left out. One that holds answers to the same question is gone on with.
    points
        Ceilings along each axis: 10 with two goals, 4 with three when left out.
    seconds
        Wall clock of all solves together; `solve.time_limit` for each when left out. What one solve leaves over goes to those after it.
    replace
        Whether the answers to another question that stand there may be thrown away.
    overrides, watcher, stop
        As `run` has them; finished points are kept.

    Raises
    ------
    GoalsError, ScenarioError, DataError, Infeasible
        Nothing is asked, or there is no answer.
    OutputError
        The directory cannot be written, or holds something else.
    """
    asked = chosen_goals(scenario, goals, overrides)
    with watched(watcher) as told:
        return trace(asked, read_district(asked), out, points=points, seconds=seconds, replace=replace, watcher=told, stop=stop)


def trace(
    scenario: Scenario,
    district: District,
    out: str | Path | None = None,
    *,
    points: int | None = None,
    seconds: float | None = None,
    replace: bool = False,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
) -> Frontier:
    """`frontier` for a scenario whose own goals are the two or three, without weights, and its district."""
    from rezoning.optimize.engine import prepare

    num_goals = len(scenario.goals)
    points = points or (POINTS if num_goals == 2 else POINTS_EACH_WAY)
    refuse_pairing(scenario, "A frontier", "Give rules.reassigned several budgets with rezoning sweep, or drop pairing.")
    asked = _asked(scenario, district, points, seconds)
    store = Store(Path(out) if out is not None else Path("runs") / f"{scenario.name}-frontier-{asked['hash'][:8]}", district)
    question = ask(scenario, district)
    if question.problem is None:
        raise Infeasible(question.problems)
    count = points ** (num_goals - 1) + 1  # the ends are corners of the grid; and prices
    seconds = count * scenario.solve.time_limit if seconds is None else seconds
    if watcher is not None:
        watcher(Progress("compiling the search", 0.0, None, None, 0))
    with store.opened(asked, replace=replace):
        prepare(question.problem, scenario.solve)
        work = Work(question, question.problem, store, count, seconds, watcher, stop or threading.Event())
        return _traced(work, points)


def _asked(scenario: Scenario, district: District, points: int, seconds: float | None) -> dict[str, Any]:
    """The question as question.json holds it."""
    said = {"input": input_hash(scenario, district), "points": points, "seconds": seconds}
    goals = [goal.model_dump(exclude_none=True, exclude={"give_up", "weight"}) for goal in scenario.goals]
    return {"name": scenario.name, "hash": hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(), "goals": goals, **said}


def _traced(work: Work, points: int) -> Frontier:
    """Solve what is not yet known, then write everything that is."""
    from rezoning.optimize.frontier import grid

    num_goals = len(work.question.scenario.goals)
    ends = solve_ends(work)
    ceilings: list[tuple[float, ...]] = []
    if len(ends) == num_goals and all(end.plan is not None and not end.is_rejected for end in ends):
        ranges = [_range(goal, ends) for goal in range(1, num_goals)]
        ceilings = [(np.inf, *row) for row in grid(ranges, points)]
        solve_points(work, ceilings)
    prices = solve_prices(work) if ceilings else None
    code = _exit_code(work, ends)
    document = document_of(work.question, work.answers, ceilings, prices, code)
    report = work.question.scenario.report
    write(work.store, document, work.answers, english_of(report))
    return Frontier(code, work.store.directory, document, report)


def _range(goal: int, ends: Sequence[Solved]) -> tuple[float, float]:
    """Least and largest value of a goal over the ends: ideal and nadir."""
    values = [end.values[goal] for end in ends if end.values is not None]
    return min(values), max(values)


def _exit_code(work: Work, ends: Sequence[Solved]) -> int:
    if any(answer.is_rejected for answer in work.answers):
        return REJECTED
    if work.stop.is_set():
        return INTERRUPTED
    return DONE if ends and all(end.plan is not None for end in ends) else NO_PLAN
