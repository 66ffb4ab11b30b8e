"""What it costs to decide otherwise about each school that may close or open: found, audited and measured again beside the plan of a run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.optimize.result import Result, Watcher
from rezoning.runs.question import Findings

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan


@dataclass(frozen=True, eq=False)
class OtherChoice:
    """One school decided otherwise.

    Parameters
    ----------
    number
        From 1; names its plan's file.
    school, is_open
        Its index, and whether it is open in this answer.
    findings
        The answer, witnessed; None where the rules leave no set of open schools with that.
    """

    number: int
    school: int
    is_open: bool
    findings: Findings | None

    @property
    def plan(self) -> Plan | None:
        """Its plan, where it has one that passed the audit."""
        found = self.findings
        return None if found is None or found.audit is None or not found.audit.passed else found.plan


def other_choices(
    findings: Findings, witness: Callable[[Findings], Findings], *, watcher: Watcher | None = None, stop: threading.Event | None = None
) -> tuple[OtherChoice, ...]:
    """Decide otherwise about each school; nothing where no school may close or open, or the plan did not pass its audit."""
    from rezoning.optimize.other_openings import other_openings

    question, result = findings.question, findings.result
    if question.problem is None or result is None or result.plan is None or findings.audit is None or not findings.audit.passed:
        return ()
    found = other_openings(question.problem, result, question.scenario.solve, watcher=watcher, stop=stop)
    answers = [None if one.result is None else witness(Findings(question, one.result)) for one in found]
    return tuple(OtherChoice(k, one.school, one.is_open, answer) for k, (one, answer) in enumerate(zip(found, answers, strict=True), 1))


def openings_record(findings: Findings, choices: tuple[OtherChoice, ...]) -> list[dict[str, Any]]:
    """The `other_openings` of run.json: a row for each school that was decided otherwise.

    ``school``, ``name``; ``is_open``: whether it is open there; ``status`` as of a run, ``no_set`` where the rules leave no set of open schools;
    ``file``: of its plan; ``open``: the schools that may close or open and are open in it; ``goals``: each goal's ``value`` beside the plan's own
    (``best``), the difference (``given_up``), and the ``bound`` that is proven for it; ``objective``: the same of a weighted sum; ``seats_empty``:
    share of the seats of open schools that nobody sits on, likewise.
    """
    return [_entry(findings, one) for one in choices]


def _entry(findings: Findings, one: OtherChoice) -> dict[str, Any]:
    district = findings.question.district
    result = None if one.findings is None else one.findings.result
    entry: dict[str, Any] = {
        "school": district.school_ids[one.school],
        "name": district.school_names[one.school],
        "is_open": one.is_open,
        "status": "no_set" if result is None else str(result.status),
        "file": None,
        "open": None,
        "goals": None,
        "objective": None,
        "seats_empty": None,
    }
    if result is None or one.plan is None:
        return entry
    is_open = one.plan.open_schools(district) & district.optional
    opened = [text for text, is_one in zip(district.school_ids, is_open, strict=True) if is_one]
    assert findings.plan is not None
    seats = [_seats_empty(plan, district) for plan in (one.plan, findings.plan)]
    return {
        **entry,
        "file": file_name(one),
        "open": opened,
        "goals": _goals(findings, one, result),
        "objective": _objective(findings, result),
        "seats_empty": None if seats[0] is None or seats[1] is None else {"value": seats[0], "best": seats[1]},
    }


def _seats_empty(plan: Plan, district: District) -> float | None:
    """1 - students / seats of the schools that are open in a plan; None where seats are not known, or there are none."""
    if district.capacity is None:
        return None
    seats = float(district.capacity[plan.open_schools(district)].sum())
    return 1 - district.total_students / seats if seats > 0 else None


def _objective(findings: Findings, result: Result) -> dict[str, Any] | None:
    """The weighted sum beside the plan's own; None where goals stand in order of importance."""
    own = None if findings.result is None else findings.result.objective
    if own is None or result.objective is None:
        return None
    return {"value": result.objective.value, "best": own.value, "bound": result.objective.bound}


def _goals(findings: Findings, one: OtherChoice, result: Result) -> list[dict[str, Any]]:
    from rezoning.optimize.result import relative_gap
    from rezoning.runs.record import goal_entry

    assert one.findings is not None
    values, ours = one.findings.values or [], findings.values or []
    bounds = [None if known.bound is None else min(known.bound, value) for known, value in zip(result.goals, values, strict=True)]
    return [
        goal_entry(goal, value=value, best=own, given_up=value - own, bound=bound, gap=relative_gap(value, bound))
        for goal, value, own, bound in zip(findings.question.scenario.goals, values, ours, bounds, strict=True)
    ]


def file_name(one: OtherChoice) -> str:
    """``plan.opening.1.csv``."""
    return f"plan.opening.{one.number}.csv"


def put_openings(partial: Path, findings: Findings, choices: tuple[OtherChoice, ...]) -> None:
    """The plans, into a directory that is being filled."""
    from rezoning.district.plans.write import write_plan

    for one in choices:
        if one.plan is not None:
            write_plan(partial / file_name(one), one.plan, findings.question.district)
