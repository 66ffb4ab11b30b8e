"""A run of a bench as it is read from the disk: its row, and how value and bound got better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rezoning.runs.row import FAILED, Scalar, Steps, failed_row, first_steps, run_row

SOLVED = ("optimal", "within_gap")
"""Statuses of a run whose bound meets its value, within the solver's own tolerance (`solve.gap_abs`)."""


@dataclass(frozen=True)
class Trial:
    """One run.

    Parameters
    ----------
    instance, setting, seed
        Which it is.
    is_same_question
        Whether the setting asks what the scenario asks; else its values and bounds are those of another question.
    row
        As `runs.row` has it.
    steps
        Seconds, value and bound as they got better.
    load
        Of the machine when it ended; None where nobody looked.
    directory
        Of the run; None where there is none.
    """

    instance: str
    setting: str
    seed: int
    row: Mapping[str, Scalar]
    steps: Steps
    is_same_question: bool = True
    load: float | None = None
    directory: Path | None = None

    @property
    def status(self) -> str:
        """How it ended."""
        return str(self.row.get("status"))

    @property
    def is_failed(self) -> bool:
        """Whether there is no run: a process that died, or was not started."""
        return self.status == FAILED

    @property
    def is_solved(self) -> bool:
        """Whether its question is settled: a plan with its proof, or the proof that there is none."""
        return self.status in (*SOLVED, "infeasible")

    @property
    def value(self) -> float | None:
        """Of the last plan, by the second witness; None without a plan that obeys the rules."""
        return self.number("objective_value", "goal1_value")

    @property
    def bound(self) -> float | None:
        """What no plan is below; None where nothing is proven."""
        return self.number("objective_bound", "goal1_bound")

    @property
    def today(self) -> float | None:
        """Value of today's zones; None for a weighted sum."""
        return self.number("goal1_today") if self.number("objective_value") is None else None

    @property
    def gap(self) -> float | None:
        """(value - bound) / value; None without either."""
        if self.value is None or self.bound is None:
            return None
        return 0.0 if self.is_solved or self.value <= self.bound else (self.value - self.bound) / max(abs(self.value), 1e-9)

    def number(self, *names: str) -> float | None:
        """The first of some columns of its row that holds a number."""
        for name in names:
            found = self.row.get(name)
            if isinstance(found, (int, float)) and not isinstance(found, bool):
                return float(found)
        return None


def trial_of(
    instance: str,
    setting: str,
    seed: int,
    directory: Path | None,
    failure: Mapping[str, Any],
    *,
    is_same_question: bool = True,
    load: float | None = None,
) -> Trial:
    """A run directory, or the record of a failure, as a trial."""
    if directory is None:
        return Trial(instance, setting, seed, failed_row(failure), [], is_same_question, load)
    row = run_row(directory)
    steps = first_steps(directory, is_weighted=row.get("objective_value") is not None)
    return Trial(instance, setting, seed, row, steps, is_same_question, load, directory)
