"""The verdict: what twelve findings come to, and what of it is better, worse and unknown."""

from __future__ import annotations

from collections.abc import Sequence

from rezoning.equity.statement import Finding, Improvement, Point, Status
from rezoning.scenario.reporting import Statement as Settings

DETAILS = {"bands": "no_nearer"}
"""The measure that says who fails a finding, where another one only adds up how many."""

NOTHING_TO_LOSE = ("no_programs",)
"""Why a finding is not assessed where a district has named nothing of what it is about: open, and told, yet no reason to doubt all the others."""


def verdict_of(findings: Sequence[Finding], settings: Settings, improvements: Sequence[Improvement]) -> tuple[Status, tuple[int, ...]]:
    """Whether a plan advances equal educational opportunity in the sense of this tool, and which required findings stand in the way.

    ``does_not_meet`` where a required finding does not meet, or no judged group's index improves by what counts: by `min_change`, or by what chance
    could not do when that is left out. ``meets`` where an index does and every required finding meets; with `definition: chance` it is enough that
    something in each meets: what is uncertain for someone is told as unknown, and so is finding 7 where the data name no programs. ``uncertain``
    otherwise: a required finding is open as a whole, or there is no index to compare.
    """
    wanted = [findings[number - 1] for number in sorted(set(settings.required))]
    failed = tuple(finding.number for finding in wanted if finding.status == "does_not_meet")
    open_ = tuple(finding.number for finding in wanted if not _holds(finding, is_strict=settings.definition == "strict"))
    improves = any(improvement.counts for improvement in improvements)
    if failed or (improvements and not improves):
        return "does_not_meet", failed
    return ("meets", ()) if improves and not open_ else ("uncertain", open_)


def _holds(finding: Finding, *, is_strict: bool) -> bool:
    """Whether a finding meets; unless the definition is strict, whether something in it does, or there is nothing that it is about."""
    if finding.status == "meets" or is_strict:
        return finding.status == "meets"
    return finding.reason in NOTHING_TO_LOSE or (finding.status == "uncertain" and any(fact.status == "meets" for fact in finding.facts))


def better(findings: Sequence[Finding]) -> tuple[Point, ...]:
    """What the plan makes better than today, by more than chance can do."""
    return tuple(Point(finding, fact) for finding in findings for fact in finding.facts if fact.is_better)


def worse(findings: Sequence[Finding]) -> tuple[Point, ...]:
    """What does not meet, of any finding; that a group's index is higher is said once, though findings 1 and 10 both know it."""
    failed = [finding for finding in findings if finding.status == "does_not_meet"]
    return tuple(point for finding in failed for point in _telling(finding) if point.fact is not None and point.fact.measure != "not_higher")


def unknown(findings: Sequence[Finding], required: Sequence[int]) -> tuple[Point, ...]:
    """What cannot be told of the required findings: for whom it is uncertain, or, where no fact says so, the finding as a whole."""
    points: list[Point] = []
    for finding in (findings[number - 1] for number in sorted(set(required))):
        unsure = [] if finding.status == "not_assessed" else _telling(finding, "uncertain")
        points += unsure or ([Point(finding)] if finding.status in ("uncertain", "not_assessed") else [])
    return tuple(points)


def _telling(finding: Finding, status: Status = "does_not_meet") -> list[Point]:
    """The facts of a status that say of whom the finding speaks."""
    wanted = DETAILS.get(finding.key)
    return [Point(finding, fact) for fact in finding.facts if fact.status == status and wanted in (None, fact.measure)]
