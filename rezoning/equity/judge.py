"""The judgement; `FINDINGS` is its table of contents."""

from __future__ import annotations

from collections.abc import Callable

from rezoning.equity.burden import moved_twice, reassigned, travel
from rezoning.equity.case import EquityCase
from rezoning.equity.promises import capacity, promises, reproducible
from rezoning.equity.segregation import isolated, noise, than_nearest, than_today
from rezoning.equity.shares import bands, programs
from rezoning.equity.statement import EquityStatement, Finding, Improvement, Status

FINDINGS: tuple[Callable[[EquityCase], Finding], ...] = (
    than_today,
    than_nearest,
    isolated,
    bands,
    reassigned,
    travel,
    programs,
    capacity,
    promises,
    noise,
    moved_twice,
    reproducible,
)


def judge(case: EquityCase) -> EquityStatement:
    """Make the twelve findings and say what they come to.

    A plan advances equal educational opportunity in the sense of this tool (``meets``) where every finding in `report.statement.required` meets
    and the chosen index of at least one judged group improves by at least `min_change` (by what chance could not do, when that is left out).
    Where a required finding does not meet, or no index improves so, it does not (``does_not_meet``). Otherwise a required finding is uncertain or
    not assessed, or no index can be compared, and so is the verdict (``uncertain``).
    """
    findings = tuple(find(case) for find in FINDINGS)
    improvements = _improvements(case)
    verdict, standing = _verdict(findings, case.settings.required, improvements)
    return EquityStatement(findings, verdict, standing, improvements, case.judged, case.too_small)


def _improvements(case: EquityCase) -> tuple[Improvement, ...]:
    least = case.settings.min_change
    return tuple(Improvement(group, change.value, change.detectable if least is None else least) for group, change in case.changes.items())


def _verdict(findings: tuple[Finding, ...], required: tuple[int, ...], improvements: tuple[Improvement, ...]) -> tuple[Status, tuple[int, ...]]:
    wanted = [findings[number - 1] for number in sorted(set(required))]
    failed = tuple(finding.number for finding in wanted if finding.status == "does_not_meet")
    open_ = tuple(finding.number for finding in wanted if finding.status in ("uncertain", "not_assessed"))
    improves = any(improvement.counts for improvement in improvements)
    if failed or (improvements and not improves):
        return "does_not_meet", failed
    return ("meets", ()) if improves and not open_ else ("uncertain", open_)
