"""Findings 5, 6 and 11: who is reassigned, whose trips get longer, and who is moved twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rezoning.equity.case import EquityCase
from rezoning.equity.chance import Event, status_of
from rezoning.equity.statement import Fact, Finding, made, not_assessed, of_facts
from rezoning.metrics.burden import per_student

FLAG = 1.25  # RB_g from which a group's burden is flagged: a screening convention after the four-fifths rule, no legal test
HAIR = 1e-9
SURE = 1.5  # times the least number that is not small: what a limit must leave open, so that a verdict tells of no few students


def reassigned(case: EquityCase) -> Finding:
    """5. RB_g = R_g / R_all, a group's share of reassigned students over everyone's, is at most `max_ratio` for every judged group.

    Where it is above, yet in fewer than a share `confidence` of the draws, the finding is uncertain (`strict`: it does not meet).
    Where nobody is reassigned nobody bears more. A ratio above FLAG is flagged besides. A group of whom no more than a few students may move
    within the limit is not judged: too few to say, and that it is kept would tell how few.
    """
    if case.today is None:
        return not_assessed(5, "no_today")
    if case.value("plan", "share_reassigned") == 0:
        return made(5, "meets", notes=("nobody_moves",))
    rate = case.value("plan", "share_reassigned") or 0.0
    some = tuple(group for group in case.judged if _is_enough(case, rate * case.settings.max_ratio * _size(case, group)))
    facts = tuple(_ratio(case, group, rate) for group in some)
    flagged = any(fact.plan is not None and fact.plan > FLAG + HAIR for fact in facts)
    return of_facts(5, facts, _none_of(case, some), (*(("flag",) if flagged else ()), *_few(case, some)))


def travel(case: EquityCase) -> Finding:
    """6. T_g - T_all, a group's mean added travel less everyone's, is at most `max_extra` for every judged group; uncertain likewise.

    Students whose trip is unknown, today or in the plan, are left out; where there are any, a note says so. A group is not judged where no more
    than a few of its students may have the longest trip that anybody gains, while the others' trips stay.
    """
    if case.shown.travel is None:
        return not_assessed(6, "no_travel")
    if case.today is None:
        return not_assessed(6, "no_today")
    notes = ("unknown_trips",) if case.value("plan", "added_travel_unknown_students") else ()
    some = tuple(group for group in case.judged if _is_enough(case, _longest_gained(case, group)))
    facts = tuple(_extra(case, group) for group in some)
    return of_facts(6, facts, _none_of(case, some), (*notes, *_few(case, some)))


def _is_enough(case: EquityCase, movers: float) -> bool:
    return abs(movers) >= SURE * case.scenario.report.min_cell - HAIR


def _size(case: EquityCase, group: str) -> float:
    return float(case.shown.groups[group].sum())


def _longest_gained(case: EquityCase, group: str) -> float:
    """How many of a group may have the longest trip that anybody gains within the limit, while the others' trips stay as they are.

    Below zero where everyone's trips get shorter by more than the limit: so many, at the least, have to have shorter ones.
    """
    added = per_student(case.after, "added_travel")
    everyone = case.value("plan", "burden", group, "added_travel", "all")
    most = 0.0 if added is None else float(np.nan_to_num(added[case.shown.students > 0], nan=0.0).max(initial=0.0))
    if everyone is None or most <= 0:
        return np.inf
    return _size(case, group) * (everyone + case.settings.max_extra) / most


def _few(case: EquityCase, some: tuple[str, ...]) -> tuple[str, ...]:
    return () if len(some) == len(case.judged) else ("few_movers",)


def _none_of(case: EquityCase, some: tuple[str, ...]) -> str:
    """Why no group is judged."""
    return "few_movers" if case.judged and not some else case.no_groups


def _ratio(case: EquityCase, group: str, rate: float) -> Fact:
    """A group's ratio, and its movers above what the limit lets."""
    limit, movers = case.settings.max_ratio, case.value("plan", "students_reassigned_by_group", group) or 0.0
    path = ("burden", group, "reassigned", "ratio")
    fact = _within(case, "ratio", path, limit, lambda: np.asarray(case.redrawn.reassigned_ratio(group) > limit + HAIR))
    return replace(fact, students=movers - limit * rate * _size(case, group), students_plan=movers)


def _extra(case: EquityCase, group: str) -> Fact:
    """A group's added travel beyond everyone's, and how many of it have another trip."""
    limit, movers = case.settings.max_extra, case.value("plan", "students_reassigned_by_group", group)
    path = ("burden", group, "added_travel", "gap")
    fact = _within(case, "extra_travel", path, limit, lambda: np.asarray(case.redrawn.extra_travel(group) > limit + HAIR))
    return replace(fact, students=movers, students_plan=movers)


def _within(case: EquityCase, measure: str, path: tuple[str, ...], limit: float, is_above: Event) -> Fact:
    """Whether a measure of the plan is at most its limit; no status where it is undefined."""
    value = case.value("plan", *path)
    if value is None:
        return Fact(measure, path[1], limit=limit, path=path)
    return Fact(measure, path[1], plan=value, limit=limit, path=path, status=status_of(case, value > limit + HAIR, is_above))


def moved_twice(case: EquityCase) -> Finding:
    """11. No unit is reassigned that changed schools after year - years, by the column of `rules.not_again`.

    Units whose school of today closes have to move, and count all the same: for who lives there it is the second time.
    """
    rule = case.scenario.rules.not_again
    if rule is None:
        return not_assessed(11, "no_history")
    if case.after.moved is None:
        return not_assessed(11, "no_today")
    changed = np.array([_year(text) for text in case.shown.columns[rule.column].tolist()])
    again = int((case.after.moved & (changed > rule.year - rule.years)).sum())
    fact = Fact("moved_twice", subject=f"{rule.years}", plan=float(again), limit=0.0, status="does_not_meet" if again else "meets")
    return of_facts(11, (fact,), "no_history")


def _year(text: object) -> float:
    try:
        return float(str(text).strip())
    except ValueError:
        return np.nan
