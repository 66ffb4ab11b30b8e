"""Further plans beside the best one, each audited and measured again: `alternatives` of a scenario."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.optimize.result import Result, Watcher
from rezoning.runs.question import Findings

if TYPE_CHECKING:
    from rezoning.district.plan import Plan

ALTERNATIVES = "alternatives.json"

SHARE = 1e-9  # the contract's tolerance of shares
FAULT_WORDS = "This is a fault of the program; please report it."


@dataclass(frozen=True, eq=False)
class FurtherPlan:
    """One further plan.

    Parameters
    ----------
    number
        2 for the first of them: the best plan is number 1.
    findings
        What the audit and the second witness of the goals say.
    distances
        Share of students who have another school than in each plan before it, the best one first.
    """

    number: int
    findings: Findings
    distances: tuple[float, ...]

    @property
    def plan(self) -> Plan:
        """Who goes where."""
        assert self.findings.plan is not None
        return self.findings.plan

    @property
    def is_sound(self) -> bool:
        """Whether the audit found no broken rule."""
        return self.findings.audit is not None and self.findings.audit.passed


@dataclass(frozen=True, eq=False)
class FurtherPlans:
    """All of them, and why there are no more (a key of `report.further.ENDINGS`)."""

    plans: tuple[FurtherPlan, ...] = field(default=())
    ending: str = "enough"


def find_alternatives(
    findings: Findings, witness: Callable[[Findings], Findings], *, watcher: Watcher | None = None, stop: threading.Event | None = None
) -> FurtherPlans | None:
    """Look for further plans where the scenario asks for them and there is a plan that passed its audit; None elsewhere.

    Parameters
    ----------
    findings
        Of a run, witnessed.
    witness
        Audits a plan and recomputes its goals (`run.witness`).
    """
    question, result = findings.question, findings.result
    asked = question.scenario.alternatives
    if asked is None or question.problem is None or result is None or result.plan is None or findings.audit is None or not findings.audit.passed:
        return None
    from rezoning.optimize.alternatives import alternatives

    found = alternatives(question.problem, result, question.district.students, asked, question.scenario.solve, watcher=watcher, stop=stop)
    plans = [result.plan, *(further.plan for further in found.results if further.plan is not None)]
    further = []
    for k, one in enumerate(found.results, 1):
        distances = tuple(_distance(question.district.students, plans[k], other) for other in plans[:k])
        further.append(FurtherPlan(k + 1, _apart(witness(Findings(question, one)), min(distances), asked.distance), distances))
    return FurtherPlans(tuple(further), str(found.ending))


def _apart(findings: Findings, nearest: float, asked: float) -> Findings:
    """With one violation more where a plan is nearer to another than was asked."""
    from rezoning.auditing import Audit, Violation

    if findings.audit is None or nearest >= asked - SHARE:
        return findings
    said = f"alternatives: {100 * nearest:.4g} % of students have another school than in an earlier plan, not {100 * asked:g} %. {FAULT_WORDS}"
    near = Violation("alternatives", "district", nearest, asked, said)
    return replace(findings, audit=Audit(False, (*findings.audit.violations, near)))


def _distance(students: Any, plan: Plan, other: Plan) -> float:
    """Share of students with another school, counted anew and not by the rows of the engine."""
    return float(students @ (plan.school != other.school) / students.sum())


def alternatives_record(findings: Findings, further: FurtherPlans) -> dict[str, Any]:
    """The content of alternatives.json: what was asked, each plan with its distances and its goals beside the best plan's, and how it ended."""
    asked, result = findings.question.scenario.alternatives, findings.result
    assert asked is not None
    assert result is not None
    return {
        "asked": asked.model_dump(),
        "ending": further.ending,
        "plans": [_plan_entry(findings, result, one) for one in further.plans],
    }


def _plan_entry(findings: Findings, best: Result, one: FurtherPlan) -> dict[str, Any]:
    from rezoning.optimize.result import relative_gap
    from rezoning.runs.record import goal_entry

    values, first = one.findings.values or [], findings.values or []
    goals = [
        goal_entry(goal, value=value, best=found, given_up=value - found, bound=known.bound, gap=relative_gap(value, known.bound))
        for goal, value, found, known in zip(findings.question.scenario.goals, values, first, best.goals, strict=True)
    ]
    return {
        "plan": one.number,
        "file": file_name(one),
        "distances": list(one.distances),
        "goals": goals,
        "audit": None if one.findings.audit is None else one.findings.audit.to_dict(),
    }


def file_name(one: FurtherPlan) -> str:
    """``plan.2.csv``; a rejected plan has a name of its own, so that nobody takes it for a plan."""
    return f"plan.{one.number}.csv" if one.is_sound else f"plan.{one.number}.rejected.csv"


def put_alternatives(partial: Path, findings: Findings, further: FurtherPlans) -> None:
    """plan.2.csv, plan.3.csv … and alternatives.json, into a directory that is being filled."""
    from rezoning.district.plans.write import write_plan
    from rezoning.runs.directory import json_text
    from rezoning.runs.files import put

    for one in further.plans:
        write_plan(partial / file_name(one), one.plan, findings.question.district)
    put(partial / ALTERNATIVES, json_text(alternatives_record(findings, further)))
