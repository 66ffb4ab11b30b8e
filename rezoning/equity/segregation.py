"""Findings 1, 2, 3 and 10: segregation against today and against nearest schools, isolation, and what chance may do to it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from rezoning.equity.case import EquityCase
from rezoning.equity.chance import Bools, is_sure, status_of
from rezoning.equity.statement import Fact, Finding, Improvement, Status, not_assessed, of_facts
from rezoning.metrics.leaving import index_when_leaving
from rezoning.metrics.uncertainty import EQUAL, IndexChange

STUDENTS = 1e-6
HAIR = 1e-9  # shares
SHOWN_AT = 50  # percent: what isolation is read at besides


def than_today(case: EquityCase) -> Finding:
    """1. The index of each judged group is not higher than today.

    Where it is higher, yet chance makes it not so in more than 1 - confidence of the draws, the finding is uncertain: another year's count might
    turn it around. Where it is lower by less than chance can do, it meets; that it may be chance is what finding 10 is for.
    """
    if case.today is None:
        return not_assessed(1, "no_today")
    facts = tuple(_compared(case, group, change, "today") for group, change in case.changes.items())
    return of_facts(1, facts, case.no_groups, ("new_units",) if case.has_new_units else ())


def than_nearest(case: EquityCase) -> Finding:
    """2. The index of each judged group is not higher than if everyone went to the nearest school, whatever its seats; likewise uncertain."""
    if case.nearest is None:
        return not_assessed(2, "no_travel")
    facts = tuple(_compared(case, group, change, "nearest") for group, change in case.changes_from_nearest.items())
    return of_facts(2, facts, case.no_groups, ("nearest_ignores_seats",))


def _compared(case: EquityCase, group: str, change: IndexChange, view: str) -> Fact:
    index, levels = case.settings.index, case.levels[group]
    plan = levels.get("plan")
    least = case.settings.min_change
    counts = Improvement(group, change.value, change.detectable if least is None else least).counts
    return Fact(
        "index", group, index, path=(index, group), status=not_higher(change, case.settings.confidence), is_better=counts and view == "today",
        today=case.value("today", index, group) if view == "today" else None,
        nearest=case.value("nearest", index, group) if view == "nearest" else None,
        plan=case.value("plan", index, group), low=None if plan is None else plan.low, high=None if plan is None else plan.high,
    )  # fmt: skip


def not_higher(change: IndexChange, confidence: float) -> Status:
    """Whether an index is not higher; uncertain where it is, by what may be chance."""
    if change.value <= EQUAL:
        return "meets"
    return "does_not_meet" if change.not_higher <= 1 - confidence else "uncertain"


def isolated(case: EquityCase) -> Finding:
    """3. Not more students of any judged group than today are in schools where it is `isolated_above` percent or more.

    The counts are compared; where new units bring students whom today's zones leave out, shares of the group are. Where there are more, yet in
    fewer than a share `confidence` of the draws, the finding is uncertain (`strict`: it does not meet). What it is at 50 percent is shown.
    """
    if case.today is None:
        return not_assessed(3, "no_today")
    shown = (_isolation(case, group, str(SHOWN_AT)) for group in case.judged if case.settings.isolated_above != SHOWN_AT)
    facts = (*(_isolated(case, group) for group in case.judged), *shown)
    return of_facts(3, facts, case.no_groups, ("new_units",) if case.has_new_units else ())


def _isolated(case: EquityCase, group: str) -> Fact:
    """Whether there are more, in shares of the group where new units make it another one."""
    assert case.today is not None
    fact, above = _isolation(case, group, str(case.settings.isolated_above)), case.settings.isolated_above / 100
    before, after = float(case.today.groups[group].sum()), float(case.after.groups[group].sum())
    if before <= 0 or fact.today is None or fact.plan is None:
        return fact  # a group that lives in new units alone has no today
    more = fact.plan * before - fact.today * after
    is_more, is_less = more > STUDENTS * before, more < -STUDENTS * before

    def grows(sign: float = 1.0) -> Bools:
        was, now = case.redrawn.isolated(group, above)
        return np.asarray(sign * (now - was) > HAIR)

    better = is_sure(case, is_less, partial(grows, sign=-1.0))
    return replace(fact, status=status_of(case, is_more, grows), students=more / before, is_better=better)


def _isolation(case: EquityCase, group: str, above: str) -> Fact:
    """Students of a group in schools that isolate it, without a judgement."""
    path = ("isolated_students", group, above)
    was, now = case.value("today", *path) or 0.0, case.value("plan", *path) or 0.0
    return Fact("isolated_students", group, above, was, case.value("nearest", *path), now, path=path)


def noise(case: EquityCase) -> Finding:
    """10. Finding 1 holds for each judged group in at least a share `confidence` of the draws, and when a share `opt_out` of movers leaves.

    A group for which it holds in 1 - confidence of the draws or fewer fails; in between, it is uncertain. With leaving, an index that is higher
    than today fails where it is by a detectable change, and is uncertain by less. Half of `opt_out` is shown and not judged.
    """
    if case.today is None:
        return not_assessed(10, "no_today")
    facts = [fact for group, change in case.changes.items() for fact in (_chance(case, group, change), *_leaving(case, group, change))]
    return of_facts(10, tuple(facts), case.no_groups)


def _chance(case: EquityCase, group: str, change: IndexChange) -> Fact:
    least = case.settings.confidence
    status: Status = "meets" if change.not_higher >= least else "does_not_meet" if change.not_higher <= 1 - least else "uncertain"
    return Fact("not_higher", group, case.settings.index, plan=change.not_higher, limit=least, low=change.low, high=change.high, status=status)


def _leaving(case: EquityCase, group: str, change: IndexChange) -> list[Fact]:
    """The index when some leave, and the smallest change that is not chance."""
    set_, facts = case.settings, []
    was = case.value("today", set_.index, group)
    assert was is not None
    for share in sorted({set_.opt_out / 2, set_.opt_out}):
        now = index_when_leaving(case.after, set_.index, group, share)
        more = None if now is None else now - was
        status: Status | None = None
        if share == set_.opt_out and more is not None:
            status = "meets" if more <= EQUAL else "does_not_meet" if more > change.detectable else "uncertain"
        facts.append(Fact("when_leaving", group, f"{share:g}", today=was, plan=now, status=status))
    return [*facts, Fact("detectable", group, set_.index, plan=change.value, limit=change.detectable)]
