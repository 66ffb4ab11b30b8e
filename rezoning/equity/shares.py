"""Findings 4 and 7: bands on schools' shares, and who has access to programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from rezoning.district.district import Floats
from rezoning.equity.case import EquityCase
from rezoning.equity.chance import Bools, is_sure, status_of
from rezoning.equity.statement import Fact, Finding, Status, made, not_assessed, of_facts, worst
from rezoning.metrics.programs import EVERYONE
from rezoning.metrics.shares import students_outside
from rezoning.scenario.bands import BandRule
from rezoning.scenario.policy import hidden_groups

STUDENTS = 1e-6
SHARE = 1e-9
Drawn = Callable[[], tuple[Floats, Floats]]


def bands(case: EquityCase) -> Finding:
    """4. Every open school lies in each band, hard or soft, or nearer to it than today.

    Nearer is meant in shares (in the mean of an index): students outside over students. A school that is out of band and has nobody today has
    nothing to be nearer than, and counts as no nearer. A school that is outside and no nearer in fewer than a share `confidence` of the draws is
    uncertain (`strict`: it does not meet). Without today's zones the finding meets where all are in band.
    """
    hidden = hidden_groups(case.scenario)
    rules = tuple(band for band in case.scenario.rules.bands if band.group not in hidden)
    if not rules:
        return not_assessed(4, "no_bands")
    facts = tuple(fact for k, band in enumerate(rules) for fact in _band(case, k, band))
    if case.today is None and any(fact.status not in ("meets", None) for fact in facts):
        return made(4, "not_assessed", "no_today", facts)
    return of_facts(4, facts, "no_bands")


def _band(case: EquityCase, k: int, band: BandRule) -> list[Fact]:
    """Schools outside today and in the plan, and then each school that is no nearer."""
    now = _distance(students_outside(case.after, band), case.after.students)
    if now is None:
        return []
    m = case.shown.num_schools
    was = None if case.today is None else _distance(students_outside(case.today, band), case.today.students)
    outside = now[:m] > SHARE
    before = np.full(m, np.nan) if was is None else was[:m]
    no_nearer = outside & ~(now[:m] < before - SHARE)
    drawn = cache(partial(_drawn, case, band))
    each: dict[int, Status] = {s: status_of(case, True, partial(_is_no_nearer, drawn, s)) for s in np.flatnonzero(no_nearer).tolist()}
    said = tuple(Fact("no_nearer", band.group, case.shown.school_names[s], status=status) for s, status in each.items())
    return [_in_band(case, k, band, drawn, float(outside.sum()), "meets" if not said else worst(said)), *said]


def _in_band(case: EquityCase, k: int, band: BandRule, drawn: Drawn, outside: float, status: Status) -> Fact:
    """How many schools are outside, and how many students, today and in the plan."""
    path = ("out_of_band", k)
    was, now = (case.value(view, *path, "students") for view in ("today", "plan"))
    more = None if was is None or now is None else now - was
    return Fact(
        "out_of_band", band.group, band.preset or f"{k + 1}", case.value("today", *path, "schools"), case.value("nearest", *path, "schools"), outside,
        path=(*path, "schools"), status=status, students=more, students_today=was, students_plan=now,
        is_better=more is not None and is_sure(case, more < -STUDENTS, partial(_are_fewer_outside, drawn)),
    )  # fmt: skip


def _drawn(case: EquityCase, band: BandRule) -> tuple[Floats, Floats]:
    """Students outside and all students of each school on draws, shape (views, m, K) each."""
    found = case.redrawn.outside(band)
    assert found is not None
    return found


def _is_no_nearer(drawn: Drawn, s: int) -> Bools:
    """Whether a school is outside and no nearer than today, in each draw."""
    outside, students = drawn()
    distance = _distance(outside[:, s], students[:, s])
    assert distance is not None
    was = distance[0] if len(distance) > 1 else np.full(distance.shape[1], np.nan)
    return np.asarray((distance[-1] > SHARE) & ~(distance[-1] < was - SHARE))


def _are_fewer_outside(drawn: Drawn) -> Bools:
    was, now = drawn()[0].sum(axis=1)
    return np.asarray(now < was - STUDENTS)


def _distance(outside: Floats | None, n: Floats) -> Floats | None:
    """How far each school's share is from the band, in the shape of `n`; NaN where nobody is, for such a school is neither in it nor out."""
    if outside is None:
        return None
    outside = np.where(outside > STUDENTS, outside, 0.0)
    return np.asarray(np.divide(outside, n, out=np.full(n.shape, np.nan), where=n > 0))


def programs(case: EquityCase) -> Finding:
    """7. The share of each judged group, and of everyone, that is zoned to a school with a program is not lower than today, for each program.

    Where it is lower, yet in fewer than a share `confidence` of the draws, the finding is uncertain (`strict`: it does not meet).
    """
    if not case.shown.programs:
        return not_assessed(7, "no_programs")
    if case.today is None:
        return not_assessed(7, "no_today")
    facts = tuple(
        fact for program in case.shown.programs for group in (EVERYONE, *case.judged) if (fact := _access(case, program, group)) is not None
    )
    return of_facts(7, facts, case.no_groups, ("new_units",) if case.has_new_units else ())


def _access(case: EquityCase, program: str, group: str) -> Fact | None:
    """The shares, and the students that these are: of today's zones so many as would have it if these held all who have a school in the plan."""
    path = ("program_access", program, group)
    was, now = case.value("today", *path), case.value("plan", *path)
    if was is None or now is None:
        return None
    size = float((case.shown.students if group == EVERYONE else case.shown.groups[group])[case.after.counted].sum())

    def falls(sign: float = 1.0) -> Bools:
        before, after = case.redrawn.access(group, program)
        return np.asarray(sign * (before - after) > SHARE)

    return Fact(
        "program_access", group, program, was, case.value("nearest", *path), now, path=path, status=status_of(case, now < was - SHARE, falls),
        students=(now - was) * size, students_today=was * size, students_plan=now * size,
        is_better=is_sure(case, now > was + SHARE, partial(falls, sign=-1.0)),
    )  # fmt: skip
