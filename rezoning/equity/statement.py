"""What a statement says: findings with the facts they rest on, and a verdict. Keys and true numbers; words and privacy are up to the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["meets", "does_not_meet", "uncertain", "not_assessed"]
STATUSES: tuple[Status, ...] = ("meets", "does_not_meet", "uncertain", "not_assessed")

KEYS = (
    "than_today", "than_nearest", "isolated", "bands", "reassigned", "travel", "programs", "capacity", "promises", "noise", "moved_twice",
    "reproducible",
)  # fmt: skip
"""Keys of the findings 1 to 12, in this order."""


@dataclass(frozen=True)
class Fact:
    """One measure that a finding rests on.

    Parameters
    ----------
    measure
        Its key.
    group, subject
        Of which group it is, and of what else: a program, a band, a school, a rule.
    today, nearest, plan, limit
        Its value in each, where it is known and has a part in the finding.
    low, high
        Interval of the plan's value; of today's where `plan` is None.
    path
        Where metrics.json has the value of today, nearest and plan; empty for values that are not in it.
    time
        ``now``, a coming year, a growth scenario or a year of the transition; None where it is of now as a matter of course.
    status
        What this fact alone would make of the finding; None for one that only informs.
    students
        How many students it concerns: in the plan more than today (below 0: fewer), above what the limit lets, or those whose trips change; None
        where it counts none.
    students_today, students_plan
        How many it counts in each, where these are not its values already.
    is_better
        Whether the plan is better than today here, by more than chance can do; by anything where the definition is strict.
    """

    measure: str
    group: str | None = None
    subject: str | None = None
    today: float | None = None
    nearest: float | None = None
    plan: float | None = None
    limit: float | None = None
    low: float | None = None
    high: float | None = None
    path: tuple[str | int, ...] = ()
    time: str | None = None
    status: Status | None = None
    students: float | None = None
    students_today: float | None = None
    students_plan: float | None = None
    is_better: bool = False


@dataclass(frozen=True)
class Finding:
    """One of the twelve.

    Parameters
    ----------
    number, key
        1 to 12, and its name among KEYS.
    status
        The answer.
    reason
        Key of why it is uncertain or not assessed, where the facts do not say; None otherwise.
    facts
        What it rests on.
    notes
        Keys of what a reader must know besides.
    """

    number: int
    key: str
    status: Status
    reason: str | None = None
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def against(self) -> tuple[Fact, ...]:
        """Facts that have the finding's own status, where this is not that it meets: who or what it fails for."""
        return () if self.status == "meets" else tuple(fact for fact in self.facts if fact.status == self.status)


@dataclass(frozen=True)
class Point:
    """One thing of which a verdict speaks: a fact of a finding, or, where `fact` is None, the finding as a whole."""

    finding: Finding
    fact: Fact | None = None


@dataclass(frozen=True)
class Improvement:
    """The change of the chosen index for a group, negative where it improves, and the least that counts; `counts` says whether it does."""

    group: str
    change: float
    least: float

    @property
    def counts(self) -> bool:
        """Whether the index falls, and by no less than counts."""
        return self.change < 0 and -self.change >= self.least


@dataclass(frozen=True)
class EquityStatement:
    """The twelve findings of a plan and what they come to.

    Parameters
    ----------
    findings
        1 to 12 in order.
    verdict
        ``meets`` where the plan advances equal educational opportunity in the sense of this tool; never ``not_assessed``.
    standing_in_the_way
        Numbers of required findings that do not meet (``does_not_meet``), or leave it open (``uncertain``).
    better, worse, unknown
        What the plan makes better than today, what does not meet, and what cannot be told, of the required findings.
    improvements
        For each judged group whose index is known today and in the plan.
    judged, too_small
        Groups that are judged, and those with too few students to be.
    """

    findings: tuple[Finding, ...]
    verdict: Status
    standing_in_the_way: tuple[int, ...]
    better: tuple[Point, ...]
    worse: tuple[Point, ...]
    unknown: tuple[Point, ...]
    improvements: tuple[Improvement, ...]
    judged: tuple[str, ...]
    too_small: tuple[str, ...]

    def finding(self, number: int) -> Finding:
        """A finding by its number."""
        return self.findings[number - 1]


def made(number: int, status: Status, reason: str | None = None, facts: tuple[Fact, ...] = (), notes: tuple[str, ...] = ()) -> Finding:
    """A finding with the key of its number."""
    return Finding(number, KEYS[number - 1], status, reason, facts, notes)


def not_assessed(number: int, reason: str) -> Finding:
    """A finding that cannot be made, and why."""
    return made(number, "not_assessed", reason)


def worst(facts: tuple[Fact, ...]) -> Status:
    """What facts come to together: one against is enough, then one in doubt."""
    said, order = {fact.status for fact in facts}, ("does_not_meet", "uncertain", "meets")
    return next((status for status in order if status in said), "not_assessed")


def of_facts(number: int, facts: tuple[Fact, ...], nothing: str, notes: tuple[str, ...] = ()) -> Finding:
    """A finding that is what its facts come to; `nothing` is the reason where none of them judges."""
    status = worst(facts)
    return not_assessed(number, nothing) if status == "not_assessed" else made(number, status, None, facts, notes)
