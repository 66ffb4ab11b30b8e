"""What the steps of a run hand to one another, and the exit codes of the contract."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from rezoning.errors import Problem
from rezoning.optimize.result import Progress, Result, Watcher
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.auditing import Audit
    from rezoning.district.custom import Custom
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.formulation.formulation import Formulation

AGREEMENT = 1e-6  # a goal's value by two witnesses, or measured twice, may differ by this, relative to max(1, |value|)
DONE, FAULT, INFEASIBLE, NO_PLAN, REJECTED, INTERRUPTED = 0, 1, 4, 5, 7, 130


@dataclass(frozen=True, eq=False)
class Question(Displayed):
    """A scenario with its district, and what arithmetic alone says about it.

    Parameters
    ----------
    scenario, district
        What was read.
    problem
        The formulation; None when `problems` show that no plan exists.
    problems
        Why no plan exists.
    audit_today
        What today's zones already violate; None without them.
    possibilities
        What arithmetic alone says can be reached, and where presets come from, as sentences.
    custom
        Rules and goals that a program brought along; the goals are among those of `scenario`.
    levels
        With several levels the question of each by its name, lowest first; without a formulation of its own, for `problem` is of all together. Empty
        without.
    """

    scenario: Scenario
    district: District
    problem: Formulation | None
    problems: tuple[Problem, ...]
    audit_today: Audit | None
    possibilities: tuple[str, ...] = ()
    custom: tuple[Custom, ...] = ()
    levels: dict[str, Question] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Question: {self.scenario.name}, {self.problem!r}, {len(self.problems)} problems>"


@dataclass(frozen=True, eq=False)
class Measures(Displayed):
    """Every number about a plan beside today's zones: the content of metrics.json and schools.csv."""

    metrics: dict[str, Any]
    schools: list[dict[str, Any]]

    def __repr__(self) -> str:
        return f"<Measures: {', '.join(side for side, found in self.metrics.items() if found is not None)}; {len(self.schools):,} schools>"

    def to_frame(self, of: Literal["measures", "schools"] = "measures") -> pd.DataFrame:
        """The measures today, in the plan and of the nearest schools, or the schools.

        Parameters
        ----------
        of
            ``measures``: a row for each measure that is a number, by its place, ``dissimilarity.low_income``: ``topic``, ``name`` (in words),
            ``group``, ``kind``, ``better`` (``lower``, ``higher`` or missing), then ``today``, ``plan`` and ``nearest`` as far as they are known.
            ``schools``: the columns of schools.csv by school id, each number ``_before`` (today) and ``_after`` (in the plan).
        """
        frame: pd.DataFrame = display(self).frame(self, of)
        return frame


class Explained(Protocol):
    """Why a question has no plan, as a run keeps it; who explains is above a run."""

    @property
    def words(self) -> list[str]:
        """Sentences for planners."""

    def to_record(self) -> dict[str, Any]:
        """The content of explanation.json."""


@dataclass(frozen=True, eq=False)
class FeederFindings:
    """What is between the levels of a plan.

    Parameters
    ----------
    measures
        ``today`` and ``plan``, each a list as `rezoning.metrics.feeders.measure_feeders` has it; today None without zones of today.
    audit
        What the auditor says of `rules.feeders` in the plan.
    audit_today
        The same of today's zones; None without them.
    """

    measures: dict[str, Any]
    audit: Audit
    audit_today: Audit | None


@dataclass(frozen=True, eq=False)
class Findings:
    """What the steps of a run have found so far.

    Parameters
    ----------
    question
        What was asked.
    result
        What the engine answered; None when arithmetic showed that there is no plan.
    values
        Natural value of each goal by the second witness; None without a plan.
    audit
        What the auditor says of the plan, a goal's value that the engine got wrong included; None without a plan.
    measures
        None without a plan that passed.
    explanation
        Why no plan exists and what would let one exist; None where one may exist.
    levels
        With several levels what was found of each, by its name, lowest first: its question, plan, audit and measures, as of a question by itself.
        Empty without. The joint question has the district of the lowest level, and a result whose plan `formulation.stacked.split` takes apart into
        these; its audit holds all violations, those of a level with its name.
    feeders
        With several levels what is between them; None without, or without a plan.
    """

    question: Question
    result: Result | None
    values: list[float] | None = None
    audit: Audit | None = None
    measures: Measures | None = None
    explanation: Explained | None = None
    levels: dict[str, Findings] = field(default_factory=dict)
    feeders: FeederFindings | None = None

    @property
    def plan(self) -> Plan | None:
        """The plan, if there is one."""
        return None if self.result is None else self.result.plan


@dataclass(frozen=True, eq=False)
class RunOutcome(Findings, Displayed):
    """What a run has found, and where it lies.

    Parameters
    ----------
    exit_code
        The contract's: 0 done, 4 no plan exists, 5 limit without a plan, 7 audit rejected the plan, 130 interrupted, 1 a fault.
    directory
        The run directory.
    record
        The content of run.json.
    """

    exit_code: int = FAULT
    directory: Path = Path()
    record: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<RunOutcome: exit code {self.exit_code}, {self.directory}\n{self.result!r}>"

    def to_frame(self, of: Literal["goals", "trace", "measures", "schools", "units", "violations"] = "goals") -> pd.DataFrame:
        """What the run found as a table: `Result.to_frame`, `Measures.to_frame`, `Plan.to_frame` or `Audit.to_frame`, by what is asked for.

        Raises
        ------
        DataError
            The run found no plan, or no such numbers.
        """
        frame: pd.DataFrame = display(self).frame(self, of)
        return frame

    def zones(self) -> gpd.GeoDataFrame:
        """The zones of the plan: see `Plan.zones`."""
        frame: gpd.GeoDataFrame = display(self).zones(self)
        return frame

    def units(self) -> gpd.GeoDataFrame:
        """The units in the plan: see `Plan.units`."""
        frame: gpd.GeoDataFrame = display(self).units(self)
        return frame

    def plot(
        self,
        show: Literal["plan", "changes", "today", "schools", "trace"] = "plan",
        *,
        measure: str = "utilization",
        goal: int = 1,
        ax: Axes | None = None,
        names: bool = True,
    ) -> Axes:
        """Draw the plan, what changes, today, a measure of every school, or how a goal was reached.

        Parameters
        ----------
        show
            A map of ``plan``, ``changes`` or ``today`` (see `Plan.plot`), ``schools`` (a row for each, today and plan), or ``trace`` (`Result.plot`).
        measure
            Of schools: ``students``, ``utilization``, ``travel_mean``, or a group: its share of the school's students.
        goal
            Of the trace, from 1.
        ax
            Where to draw; a new figure when left out.
        names
            Whether schools have their names on a map.

        Raises
        ------
        DataError
            The run found no plan, there is no such measure or goal, or the district has no polygons.
        """
        drawn: Axes = display(self).plot(self, show, measure=measure, goal=goal, ax=ax, names=names)
        return drawn


@dataclass
class Stopwatch:
    """Seconds of each phase, and a word to the watcher when one begins."""

    watcher: Watcher | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a phase; a phase may be entered twice."""
        if self.watcher is not None:
            self.watcher(Progress(name, self.total, None, None, 0))
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    @property
    def total(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.began

    def entry(self) -> dict[str, float]:
        """The `seconds` of run.json."""
        phases = ("read", "compile", "solve", "audit", "write")
        return {**{name: round(self.seconds.get(name, 0.0), 4) for name in phases}, "total": round(self.total, 4)}
