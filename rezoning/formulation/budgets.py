"""Budgets of reassigned students: everyone's, the groups', the schools' of today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Matrix, Pairs, RowName, Rows
from rezoning.formulation.sums import moved_pairs, row_of_units, stacked_rows
from rezoning.scenario.schema import Scenario
from rezoning.scenario.tree import Keys


@dataclass(frozen=True, eq=False)
class Budget:
    """Students who may change schools at most: a share of all of some students.

    Parameters
    ----------
    keys
        Where it stands under ``rules.reassigned``.
    subject
        Whose students: empty for all, a group, a school's id.
    students
        Those that count, shape (n,).
    share
        Largest share of them.
    """

    keys: Keys
    subject: str
    students: Floats
    share: float

    @property
    def limit(self) -> float:
        """Students who may change schools."""
        return float(self.share * self.students.sum())


def budgets(district: District, scenario: Scenario) -> list[Budget]:
    """All budgets of `rules.reassigned`: everyone's, the groups', the schools' of today, closed ones too, which everyone leaves."""
    rule = scenario.rules.reassigned
    if rule is None or district.current is None:
        return []
    found = [] if rule.max_share is None else [Budget(("max_share",), "", district.students, rule.max_share)]
    found += [Budget(("groups", name), name, district.groups[name], share) for name, share in rule.groups.items()]
    for s, text in enumerate((*district.school_ids, *district.closed_ids)):
        share = rule.schools.get(text, rule.each_school)
        if share is not None:
            own = np.where(district.current == s, district.students, 0.0)
            found.append(Budget(("schools", text) if text in rule.schools else ("each_school",), text, own, share))
    return found


def reassigned(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Students whose school changes <= share of all, of each group's, of each school's."""
    moved, none = moved_pairs(district), np.array([-np.inf])
    found = [(one, moved_of(pairs, one, moved)) for one in budgets(district, scenario)]
    return stacked_rows([Rows(row, none, np.array([one.limit]), (RowName("reassigned", one.subject),)) for one, row in found])


def moved_of(pairs: Pairs, budget: Budget, moved: NDArray[np.bool_]) -> Matrix:
    """The row that counts a budget's students who change schools; CSR of shape (1, P)."""
    units = np.flatnonzero(budget.students)
    return row_of_units(pairs, units, budget.students[units, None] * moved[units])


ROWS = (reassigned,)
