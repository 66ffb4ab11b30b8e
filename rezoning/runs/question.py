"""What the steps of a run hand to one another, and the exit codes of the contract."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import Problem
from rezoning.optimize.result import Progress, Result, Watcher
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.explaining import Explanation
    from rezoning.formulation.formulation import Formulation

DONE, FAULT, INFEASIBLE, NO_PLAN, REJECTED, INTERRUPTED = 0, 1, 4, 5, 7, 130


@dataclass(frozen=True, eq=False)
class Question:
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
    """

    scenario: Scenario
    district: District
    problem: Formulation | None
    problems: tuple[Problem, ...]
    audit_today: Audit | None
    possibilities: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Measures:
    """Every number about a plan beside today's zones: the content of metrics.json and schools.csv."""

    metrics: dict[str, Any]
    schools: list[dict[str, Any]]


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
    """

    question: Question
    result: Result | None
    values: list[float] | None = None
    audit: Audit | None = None
    measures: Measures | None = None
    explanation: Explanation | None = None

    @property
    def plan(self) -> Plan | None:
        """The plan, if there is one."""
        return None if self.result is None else self.result.plan


@dataclass(frozen=True, eq=False)
class RunOutcome(Findings):
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


@dataclass
class Clock:
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
