"""The judgement; `FINDINGS` is its table of contents."""

from __future__ import annotations

from collections.abc import Callable

from rezoning.equity.burden import moved_twice, reassigned, travel
from rezoning.equity.case import EquityCase
from rezoning.equity.promises import capacity, promises, reproducible
from rezoning.equity.segregation import isolated, noise, than_nearest, than_today
from rezoning.equity.shares import bands, programs
from rezoning.equity.statement import EquityStatement, Finding, Improvement
from rezoning.equity.verdict import better, unknown, verdict_of, worse

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
    """Make the twelve findings and say what they come to (`rezoning.equity.verdict`)."""
    findings = tuple(find(case) for find in FINDINGS)
    improvements = _improvements(case)
    verdict, standing = verdict_of(findings, case.settings, improvements)
    points = better(findings), worse(findings), unknown(findings, case.settings.required)
    return EquityStatement(findings, verdict, standing, *points, improvements, case.judged, case.too_small)


def _improvements(case: EquityCase) -> tuple[Improvement, ...]:
    least = case.settings.min_change
    return tuple(Improvement(group, change.value, change.detectable if least is None else least) for group, change in case.changes.items())
