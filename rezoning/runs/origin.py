"""Where a plan comes from: found by a run of this program, for this question or for another one, or read from a file that does not say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rezoning.district.plans.buildings import buildings_file
from rezoning.errors import RezoningError
from rezoning.runs.directory import RUN
from rezoning.runs.judge import is_run
from rezoning.runs.record import file_entry
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.resolve import question_key
from rezoning.scenario.schema import Scenario

FURTHER = re.compile(r"plan\.\d+\.csv")
"""Names of the plans that a run finds beside its own."""


class Found(StrEnum):
    """How a plan came to be, as far as that is known."""

    RUN = "run"  # by a run that was asked this very question
    FURTHER = "further"  # by such a run, beside its own plan
    OTHER = "other"  # by a run that was asked another question
    FILE = "file"  # nobody knows


@dataclass(frozen=True, eq=False)
class Origin:
    """The run that found a plan.

    Parameters
    ----------
    directory
        Of the run.
    plan
        The file.
    asked
        What it was asked.
    record
        Its run.json.
    """

    directory: Path
    plan: Path
    asked: Scenario
    record: dict[str, Any]

    @property
    def is_own(self) -> bool:
        """Whether it is the plan that the run gives for its answer."""
        return self.plan.name == "plan.csv"


def found_by(asked: Scenario, scenario: Scenario) -> Found:
    """What a plan of a run that was `asked` something is to who judges it by `scenario`, when it is not that run's own answer."""
    return Found.FURTHER if question_key(scenario) == question_key(asked) else Found.OTHER


def origin_of(path: Path) -> Origin | None:
    """The run that wrote a plan: `path` is its directory, or a plan in it as it was written; None for anything else."""
    from rezoning.scenario.load import load_scenario

    directory, plan = (path, path / "plan.csv") if is_run(path) else (path.parent, path)
    if not (directory / RUN).exists() or not (plan.name == "plan.csv" or FURTHER.fullmatch(plan.name)):
        return None
    try:
        origin = Origin(directory, plan, load_scenario(directory / "scenario.yaml"), read_run_record(directory))
        return origin if plan_is_as_written(plan, origin.record) else None
    except (RezoningError, OSError):
        return None


def plan_is_as_written(plan: Path, record: dict[str, Any]) -> bool:
    """Whether a run's own plan is the file that the run wrote; a record that does not say leaves no doubt, and a file that is gone does."""
    said = record.get("plan")
    if said and not plan.is_file():
        return False
    if plan.name == "plan.csv" and not buildings_are_as_written(plan, record):
        return False
    return plan.name != "plan.csv" or not said or bool(file_entry(plan)["sha256"] == said["sha256"])


def buildings_are_as_written(plan: Path, record: dict[str, Any]) -> bool:
    """Whether the buildings beside a run's own plan are those that the run wrote, and whether there are any only where it wrote some."""
    file, said = buildings_file(plan), record.get("buildings")
    return not file.is_file() if not said else file.is_file() and bool(file_entry(file)["sha256"] == said["sha256"])
