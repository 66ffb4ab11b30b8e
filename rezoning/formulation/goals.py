"""Goals in numbers: one short function each, (goal, district) -> Measure; then the same numbers over pairs.

Σ_s of a group's surplus over all schools is zero in every plan, so Σ_s |surplus| = 2 Σ_s max(0, surplus): half the variables say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import District
from rezoning.errors import Problems
from rezoning.formulation.formulation import Floats, Pairs, Terms
from rezoning.formulation.sums import gathered_by_school, moved_students
from rezoning.scenario.schema import Goal


@dataclass(frozen=True, eq=False)
class Measure:
    """A goal over units and schools: a table of costs, and quantities that schools gather.

    ``value = Σ_u cost[u, school of u] + Σ_c Σ_s over[c] max(0, d[c, s])``, with d[c, s] = Σ_{u in s} load[c, u] - target[c, s].

    Parameters
    ----------
    cost
        Shape (n, m), or None for no cost.
    load, target, over
        Shapes (c, n), (c, m) and (c,).
    """

    cost: Floats | None
    load: Floats
    target: Floats
    over: Floats

    def value(self, district: District, school: np.ndarray) -> float:
        """Natural value of an assignment of units, shape (n,)."""
        total = 0.0 if self.cost is None else float(self.cost[np.arange(district.num_units), school].sum())
        for load, target, over in zip(self.load, self.target, self.over, strict=True):
            held = np.bincount(school, weights=load, minlength=district.num_schools)
            total += over * float(np.maximum(held - target, 0).sum())
        return total


def _costs(district: District, cost: Floats) -> Measure:
    return Measure(cost, np.zeros((0, district.num_units)), np.zeros((0, district.num_schools)), np.zeros(0))


def dissimilarity(goal: Goal, district: District) -> Measure:
    """D = ½ Σ_s |a_s/A - b_s/B| with a the group and b the others or another group (Duncan & Duncan 1955)."""
    assert goal.group is not None
    a = district.groups[goal.group]
    b = district.groups[goal.versus] if goal.versus not in (None, "others") else district.students - a
    load = a / a.sum() - b / b.sum()
    return Measure(None, load[None, :], np.zeros((1, district.num_schools)), np.array([1.0]))


def imbalance(goal: Goal, district: District) -> Measure:
    """Σ_g Σ_s |n_gs - P_g n_s| / T over the goal's groups, with P_g the district's share of group g."""
    total = district.total_students
    groups = [district.groups[name] for name in goal.groups or district.groups]
    load = np.array([(g - g.sum() / total * district.students) / total for g in groups])
    return Measure(None, load, np.zeros((len(groups), district.num_schools)), np.full(len(groups), 2.0))


def reassigned(goal: Goal, district: District) -> Measure:  # noqa: ARG001 (one signature for all goals)
    """Share of students whose school changes."""
    return _costs(district, moved_students(district) / district.total_students)


def travel(goal: Goal, district: District) -> Measure:  # noqa: ARG001
    """Mean travel per student. A trip that is unknown counts nothing; the only such one that a plan may have is today's."""
    assert district.travel is not None
    return _costs(district, district.students[:, None] * np.nan_to_num(district.travel) / district.total_students)


def over_capacity(goal: Goal, district: District) -> Measure:  # noqa: ARG001
    """Σ_s max(0, n_s - seats_s) / T."""
    assert district.capacity is not None
    total = district.total_students
    return Measure(None, district.students[None, :] / total, district.capacity[None, :] / total, np.array([1.0]))


GOALS: dict[str, Callable[[Goal, District], Measure]] = {
    "dissimilarity": dissimilarity,
    "imbalance": imbalance,
    "reassigned": reassigned,
    "travel": travel,
    "over_capacity": over_capacity,
}


def undefined(goals: tuple[Goal, ...], district: District, problems: Problems) -> None:
    """Collect the goals that have no value in this district: nobody to compare."""
    for goal in goals:
        if district.total_students <= 0:
            problems.add(goal.place("minimize"), "the district has no students, so no goal has a value.", "Check data.units.students.")
            return
        if goal.minimize != "dissimilarity" or goal.group is None:
            continue
        a = district.groups[goal.group].sum()
        others = goal.versus in (None, "others")
        b = district.total_students - a if others else district.groups[str(goal.versus)].sum()
        for name, count in ((goal.group, a), ("others" if others else str(goal.versus), b)):
            if count <= 0:
                problems.add(
                    goal.place("group"), f"dissimilarity compares '{name}', which has {count:g} students in this district.", "Choose another group."
                )


def compile_terms(goal: Goal, district: District, pairs: Pairs) -> Terms:
    """The goal over pairs, with the value of today's zones where they are a plan."""
    from scipy.sparse import csr_array, vstack

    measure = GOALS[goal.minimize](goal, district)
    schools = np.arange(district.num_schools)
    blocks = [gathered_by_school(pairs, load, schools) for load in measure.load]
    parts = vstack(blocks, format="csr") if blocks else csr_array((0, len(pairs)))
    linear = np.zeros(len(pairs)) if measure.cost is None else pairs.from_table(measure.cost)
    today = district.stayable
    return Terms(
        goal=goal,
        linear=linear,
        parts=parts,
        target=measure.target.ravel(),
        over=np.repeat(measure.over, district.num_schools),
        under=np.zeros(measure.target.size),
        today=measure.value(district, today) if district.has_current and (today >= 0).all() else None,
    )
