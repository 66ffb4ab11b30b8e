"""Schools decided otherwise than a run decided: their plans, read and measured again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rezoning.runs.option import Option
from rezoning.runs.question import AGREEMENT


@dataclass(frozen=True, eq=False)
class Otherwise:
    """One school decided otherwise.

    Parameters
    ----------
    entry
        As in `other_openings` of run.json.
    option
        Its plan, judged as the run's own is; None where there is none.
    """

    entry: Mapping[str, Any]
    option: Option | None


def read_otherwise(option: Option) -> tuple[Otherwise, ...]:
    """Every school that a run decided otherwise; nothing for a plan file, and where data or measures changed since, for then no price holds."""
    if not option.is_run or option.changed:
        return ()
    return tuple(Otherwise(entry, _judged(option, entry)) for entry in option.record.get("other_openings", ()))


def _judged(option: Option, entry: Mapping[str, Any]) -> Option | None:
    """The plan as an option; None where its file is gone, breaks a rule now, or has other values than the run said."""
    from rezoning.auditing import audit
    from rezoning.district.plans.read import read_written_plan
    from rezoning.metrics.measure import measure_all
    from rezoning.runs.record import judged_goals

    file = None if entry["file"] is None else option.path / entry["file"]
    if file is None or not file.is_file():
        return None
    plan = read_written_plan(file, option.district)
    found, goals = audit(plan, option.district, option.scenario), judged_goals(option.scenario, plan, option.district)
    is_as_said = all(
        now["value"] is not None and abs(now["value"] - was["value"]) <= AGREEMENT * max(1.0, abs(was["value"]))
        for now, was in zip(goals, entry["goals"], strict=True)
    )
    if not found.passed or not is_as_said:
        return None
    metrics, schools = measure_all(plan, option.district, option.scenario)
    proven = [{**goal, "bound": said["bound"], "gap": said["gap"]} for goal, said in zip(goals, entry["goals"], strict=True)]
    record = {**option.record, "goals": proven, "objective": None}
    return replace(option, plan=plan, record=record, metrics=metrics, schools=schools, audit=found)
