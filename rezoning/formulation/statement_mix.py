"""Findings 1 to 3 of the equity impact statement as limits on what goals measure: segregation of each group, and who is isolated.

The goals' own terms say what a plan has; what today's zones and those of nearest schools have is said here, of the numbers that their schools gather.
"""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.formulation import mixing
from rezoning.formulation.asked import Asked, by_school, from_blocks
from rezoning.formulation.formulation import NOTHING, Floats, Held, Ints, Pairs, Shape, Terms
from rezoning.formulation.statement import HeldTo, name_of
from rezoning.scenario.schema import Goal, Scenario

HAIR = 1e-12  # of an index: engines take as kept what is above its limit by as much as the statement takes for equal, and sums round otherwise
INDICES = {"dissimilarity": mixing.dissimilarity, "normalized_exposure": mixing.normalized_exposure, "isolation": mixing.isolation}


def statement_limits(pairs: Pairs, district: District, scenario: Scenario) -> list[Held]:
    """The findings that are limits: 1 and 2, of which the tighter one says both, and 3."""
    if not scenario.rules.statement:
        return []
    asked = HeldTo(pairs, district, scenario)
    found = []
    for group in asked.judged:
        limits = [(upper, number) for number, upper in _index_limits(asked, group) if upper is not None]
        if limits:
            upper, number = min(limits)
            found.append(Held(_index_terms(asked, group), upper - HAIR, name_of(number, group)))
        if 3 in asked.findings and (most := _isolated_today(asked, group)) is not None:
            found.append(Held(_isolated_terms(asked, group), most, name_of(3, group)))
    return found


def _index_limits(asked: HeldTo, group: str) -> list[tuple[int, float | None]]:
    """What the index of a group may be by each of the findings 1 and 2 that are asked; None where it is undefined."""
    a, n = asked.judged[group], asked.district.students
    if _index(asked.standard.settings.index, a, n) is None:
        return []
    views = {1: asked.district.current, 2: _nearest(asked.district)}
    found: list[tuple[int, float | None]] = []
    for number, school in views.items():
        if number in asked.findings and school is not None:
            found.append((number, _index(asked.standard.settings.index, *(_gathered(school, load) for load in (a, n)))))
    return found


def _nearest(district: District) -> Ints | None:
    """The nearest open school of each unit, whatever its seats, ties to the first; -1 where no trip is known; shape (n,)."""
    if district.travel is None:
        return None
    far = np.where(np.isnan(district.travel), np.inf, district.travel)
    return np.where(np.isinf(far.min(axis=1)), -1, far.argmin(axis=1))


def _gathered(school: Ints, load: Floats) -> Floats:
    """What schools hold of a load; who has none is left out; shape (number of schools,)."""
    held = school >= 0
    return np.bincount(school[held], weights=load[held], minlength=1).astype(np.float64)


def _index(index: str, a: Floats, n: Floats) -> float | None:
    """An index of a_s students of a group among n_s, as `mixing` has it of a plan; None where it is undefined."""
    group, total = float(a.sum()), float(n.sum())
    if group <= NOTHING or (index != "isolation" and total - group <= NOTHING):
        return None
    if index == "dissimilarity":
        return float(np.abs(a / group - (n - a) / (total - group)).sum() / 2)
    mean = float(np.divide(a * a, n, out=np.zeros(len(n)), where=n > NOTHING).sum()) / group
    share = group / total
    return mean if index == "isolation" else (mean - share) / (1 - share)


def _index_terms(asked: HeldTo, group: str) -> Terms:
    index = asked.standard.settings.index
    goal = Goal.model_validate({"minimize": index, "group": group})
    return INDICES[index](Asked(goal, asked.district, asked.pairs, asked.scenario))


# -- isolation ---------------------------------------------------------------------------------------------------------


def _isolated_today(asked: HeldTo, group: str) -> float | None:
    """Students of a group who may be where it is so many percent or more: as many as today, or as large a share where there are new units."""
    now, students = asked.district.current, asked.judged[group]
    assert now is not None
    a, n = _gathered(now, students), _gathered(now, asked.district.students)
    share = asked.standard.settings.isolated_above / 100
    before = float(a.sum())
    isolated = float(a[(n > NOTHING) & (a >= (share - NOTHING) * n)].sum())
    return isolated * (float(students.sum()) / before) if before > 0 else None


def _isolated_terms(asked: HeldTo, group: str) -> Terms:
    goal = Goal.model_construct(minimize="isolated_students", group=group, give_up=0.0)  # none that a scenario may ask for
    by = Asked(goal, asked.district, asked.pairs, asked.scenario)
    param = np.array([asked.standard.settings.isolated_above / 100, 0.0])
    return from_blocks(by, by_school(by, Shape.ISOLATED, [asked.judged[group], asked.district.students], 1.0, param))
