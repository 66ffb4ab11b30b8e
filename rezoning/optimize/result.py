"""How a solve went: status, plan, and beside every value its proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from rezoning.district.plan import Plan
from rezoning.scenario.display import Displayed, display

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.scenario.schema import Goal

PROVEN = 1e-9  # a smaller difference between value and bound is none: the contract's definition of gap


class Status(StrEnum):
    """How a solve ended, in the contract's words."""

    OPTIMAL = "optimal"  # proven, for every goal
    WITHIN_GAP = "within_gap"  # the asked gap is proven
    FEASIBLE = "feasible"  # a limit came first, with a plan
    INFEASIBLE = "infeasible"  # proven: no plan
    NO_PLAN = "no_plan"  # a limit came first, without a plan


class Ended(StrEnum):
    """Why work on a goal ended, in the contract's words."""

    PROVEN = "proven"  # no plan is better
    GAP = "gap"  # the asked gap is proven
    LIMIT = "limit"
    INTERRUPTED = "interrupted"  # by the user
    FAILED = "failed"  # the solver broke and no other could take over


def relative_gap(value: float, bound: float | None) -> float | None:
    """Gap = 0 when value - bound <= 1e-9, else (value - bound) / max(abs(value), 1e-9); None without a bound."""
    if bound is None:
        return None
    return 0.0 if value - bound <= PROVEN else (value - bound) / max(abs(value), PROVEN)


WEIGHTED = "weighted sum"
TIDY: Literal["tidy"] = "tidy"


@dataclass(frozen=True)
class GoalResult:
    """One goal of the final plan: natural value, valid lower bound or None, value of today's zones or None.

    `best` is the value that was reached for this goal; the final plan may give up some of it for the goals after it (`give_up`). None where the goal
    was not worked on by itself. `goal` is the goal as the scenario says it; None for a weighted sum.
    """

    minimize: str
    group: str | None
    value: float
    bound: float | None
    today: float | None
    best: float | None = None
    goal: Goal | None = None

    @property
    def gap(self) -> float | None:
        """Relative gap by the contract."""
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True)
class TracePoint:
    """An improvement of value or bound, `seconds` after the solve began.

    `goal` is the goal's place in the list, from 1, and None for a weighted sum. TIDY stands for what was tidied when the goals had been met, a point
    each: students who change schools, units that do, borders; without today's zones borders alone.
    """

    seconds: float
    goal: int | Literal["tidy"] | None
    value: float | None
    bound: float | None


@dataclass(frozen=True)
class Progress:
    """What a watcher is told while a solve runs.

    Parameters
    ----------
    goal
        Place of the goal that is worked on, from 1; None for a weighted sum, and outside of goals.
    aim
        That goal with its value and bound, for people.
    limit
        Seconds that the solve may take.
    """

    phase: str
    seconds: float
    value: float | None
    bound: float | None
    cuts: int
    goal: int | None = None
    aim: str = ""
    limit: float | None = None


Watcher = Callable[[Progress], None]
OnPlan = Callable[[Plan, tuple[float, ...]], object]
"""Told of a better plan, and of the natural value that each goal has in it, in the order of the goals."""
OnBound = Callable[[int | None, float | None], object]
"""Told of a goal, by its place in the list from 1 (None: the weighted sum), and of the bound that is proven for it now."""


@dataclass(frozen=True)
class Untidied:
    """A plan before it was tidied, and how long that took."""

    plan: Plan
    seconds: float


@dataclass(frozen=True)
class Result(Displayed):
    """The answer to a formulation.

    Parameters
    ----------
    status, plan, goals
        `plan` is None and `goals` empty when none was found.
    objective
        Value and bound of the weighted sum; None when the goals are lexicographic.
    ended
        Why work on each goal ended, in the order of the goals; one entry for a weighted sum.
    trace
        Improvements of value and bound over time.
    method, solver, seed, threads
        What ran.
    log
        What the solvers printed.
    is_interrupted
        The user stopped it.
    warnings
        What the user should know about how it went.
    untidied
        The plan as the goals left it, and the seconds that tidying it took; None where it was not tidied.
    nodes, cuts
        Nodes of the trees of branch and cut, of all goals and turns together, None where no solver told of any; and cuts that were added.
    is_counted
        Where `solve.cycles` counts the work: whether no clock decided anything, so that one thread finds the same plan again on any machine. None
        where the work was timed.
    travel_unit
        Of values that are trips: ``min`` or ``km``.
    """

    status: Status
    plan: Plan | None
    goals: tuple[GoalResult, ...]
    objective: GoalResult | None
    ended: tuple[Ended, ...]
    trace: tuple[TracePoint, ...]
    method: str
    solver: str
    seed: int
    threads: int
    log: str = ""
    is_interrupted: bool = False
    warnings: tuple[str, ...] = ()
    untidied: Untidied | None = None
    nodes: int | None = None
    cuts: int = 0
    is_counted: bool | None = None
    travel_unit: str = "min"

    def __repr__(self) -> str:
        goals = [f"{goal.minimize}{f' {goal.group}' if goal.group else ''} {goal.value:.6g} (bound {_digits(goal.bound)})" for goal in self.goals]
        return f"<Result: {self.status}, {self.method} with {self.solver}; {'; '.join(goals) or 'no plan'}>"

    def to_frame(self, of: Literal["goals", "trace"] = "goals") -> pd.DataFrame:
        """The goals, or how they were reached.

        Parameters
        ----------
        of
            ``goals``: a row for each, by its place from 1: ``minimize``, ``group``, ``value``, ``bound``, ``gap`` (relative), ``today``, ``best``,
            ``ended``. ``trace``: a row for each improvement: ``seconds``, ``goal`` (its place, missing for a weighted sum, ``tidy`` after the
            goals), ``value``, ``bound``. Values are the goals' natural ones; missing where unknown.
        """
        frame: pd.DataFrame = display(self).frame(self, of)
        return frame

    def plot(self, goal: int = 1, *, ax: Axes | None = None) -> Axes:
        """Draw value and bound of a goal over the seconds since work on it began, the gap between them shaded.

        Parameters
        ----------
        goal
            Its place among the scenario's goals, from 1; a weighted sum is 1.
        ax
            Where to draw; a new figure when left out.

        Raises
        ------
        DataError
            Nothing was found or proven of such a goal.
        """
        drawn: Axes = display(self).plot(self, goal, ax=ax)
        return drawn


def _digits(bound: float | None) -> str:
    return "none" if bound is None else f"{bound:.6g}"
