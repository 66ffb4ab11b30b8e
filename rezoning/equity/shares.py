"""Findings 4 and 7: bands on schools' shares, and who has access to programs."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import Floats
from rezoning.equity.case import EquityCase
from rezoning.equity.statement import Fact, Finding, made, not_assessed, of_facts
from rezoning.metrics.programs import EVERYONE
from rezoning.metrics.shares import students_outside
from rezoning.metrics.zones import Zones
from rezoning.scenario.bands import BandRule
from rezoning.scenario.policy import hidden_groups

STUDENTS = 1e-6
SHARE = 1e-9


def bands(case: EquityCase) -> Finding:
    """4. Every open school lies in each band, hard or soft, or nearer to it than today.

    Nearer is meant in shares (in the mean of an index): students outside over students. A school that is out of band and has nobody today has
    nothing to be nearer than, and counts as no nearer. Without today's zones the finding meets where all are in band.
    """
    hidden = hidden_groups(case.scenario)
    rules = tuple(band for band in case.scenario.rules.bands if band.group not in hidden)
    if not rules:
        return not_assessed(4, "no_bands")
    facts = tuple(fact for k, band in enumerate(rules) for fact in _band(case, k, band))
    if case.today is None and any(fact.status == "does_not_meet" for fact in facts):
        return made(4, "not_assessed", "no_today", facts)
    return of_facts(4, facts, "no_bands")


def _band(case: EquityCase, k: int, band: BandRule) -> list[Fact]:
    """Schools outside today and in the plan, and then each school that is no nearer."""
    now = _distance(case.after, band)
    if now is None:
        return []
    m = case.shown.num_schools
    was = None if case.today is None else _distance(case.today, band)
    outside = now[:m] > SHARE
    before = np.full(m, np.nan) if was is None else was[:m]
    no_nearer = outside & ~(now[:m] < before - SHARE)
    name = band.preset or f"{k + 1}"
    counts = Fact(
        "out_of_band", band.group, name, case.value("today", "out_of_band", k, "schools"), case.value("nearest", "out_of_band", k, "schools"),
        float(outside.sum()), path=("out_of_band", k, "schools"), status="does_not_meet" if no_nearer.any() else "meets",
    )  # fmt: skip
    return [counts, *(Fact("no_nearer", band.group, case.shown.school_names[s]) for s in np.flatnonzero(no_nearer).tolist())]


def _distance(zones: Zones, band: BandRule) -> Floats | None:
    """How far each school's share is from the band, shape (M,); NaN where nobody is, for such a school is neither in it nor out."""
    outside = students_outside(zones, band)
    if outside is None:
        return None
    n = zones.students
    outside = np.where(outside > STUDENTS, outside, 0.0)
    return np.asarray(np.divide(outside, n, out=np.full(len(n), np.nan), where=n > 0))


def programs(case: EquityCase) -> Finding:
    """7. The share of each judged group, and of everyone, that is zoned to a school with a program is not lower than today, for each program."""
    if not case.shown.programs:
        return not_assessed(7, "no_programs")
    if case.today is None:
        return not_assessed(7, "no_today")
    facts = tuple(
        fact for program in case.shown.programs for group in (EVERYONE, *case.judged) if (fact := _access(case, program, group)) is not None
    )
    return of_facts(7, facts, case.no_groups, ("new_units",) if case.has_new_units else ())


def _access(case: EquityCase, program: str, group: str) -> Fact | None:
    path = ("program_access", program, group)
    was, now = case.value("today", *path), case.value("plan", *path)
    if was is None or now is None:
        return None
    status = "does_not_meet" if now < was - SHARE else "meets"
    return Fact("program_access", group, program, was, case.value("nearest", *path), now, path=path, status=status)  # type: ignore[arg-type]
