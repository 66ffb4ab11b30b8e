"""Who carries the change: the measures of burden as tables, and the rules that compare a group with everyone.

A measure of group g is ``M_g = sum_u table[u, school of u] / N_g``, with N_g all students of the group (new units included), and M_all the same
over all students. Its table counts students, or student-minutes (student-km).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.columns import texts
from rezoning.formulation.formulation import Floats, Pairs, RowName, Rows
from rezoning.formulation.sums import moved_pairs, one_row, stacked_rows
from rezoning.scenario.rules import BurdenRule, FlowBalance
from rezoning.scenario.schema import Scenario

TOLERANCE = 1e-6  # minutes or km: the contract's


def measure_table(district: District, measure: str, students: Floats, over: float | None = None) -> Floats:
    """What each pair adds to a measure of burden, before it is divided by all students of the group.

    Parameters
    ----------
    measure
        ``reassigned`` (students moved), ``added_travel`` (student-minutes over today's trip), ``walk_lost`` (students who can walk today and
        could not any more) or ``long_rides`` (students with a trip above `over`).
    students
        Students of the group in each unit, or all of them; shape (n,).
    over
        The trip from which a ride is long; for ``long_rides`` alone.

    Returns
    -------
    Shape (n, m). An unknown trip, new or today's, counts 0.

    Raises
    ------
    ValueError
        The measure is none of the four.
    """
    match measure:
        case "reassigned":
            return students[:, None] * moved_pairs(district)
        case "added_travel":
            return students[:, None] * added_trips(district)
        case "walk_lost":
            return students[:, None] * walks_lost(district)
        case "long_rides":
            assert district.travel is not None
            assert over is not None
            return students[:, None] * (district.travel > over + TOLERANCE)  # NaN is not above anything
    raise ValueError(measure)


def today_of(district: District, table: NDArray[np.float64]) -> Floats:
    """The value of a (unit, school) table at each unit's school of today; NaN where that is unknown or closed; shape (n,)."""
    today = district.stayable
    return np.where(today >= 0, table[np.arange(district.num_units), np.maximum(today, 0)], np.nan)


def added_trips(district: District) -> Floats:
    """Travel over today's, 0 where either is unknown; shape (n, m)."""
    assert district.travel is not None
    return np.nan_to_num(district.travel - today_of(district, district.travel)[:, None])


def walks_lost(district: District) -> NDArray[np.bool_]:
    """Whether a unit can walk to today's school and could not to this one; shape (n, m)."""
    assert district.walkable is not None
    walks_today = today_of(district, district.walkable.astype(float)) == 1
    return np.asarray(walks_today[:, None] & ~district.walkable)


def burden_limits(district: District, rule: BurdenRule) -> list[tuple[str, Floats, float]]:
    """Each limit of one rule as a table and the most that it may sum to: (key, table of shape (n, m), limit), in students or student-minutes.

    ``M_g <= r M_all`` is ``sum table_g - r (N_g / T) sum table_all <= 0``, and ``M_g <= M_all + e`` is the same with r = 1 and a limit of e N_g.
    """
    group = district.groups[rule.group]
    own = measure_table(district, rule.measure, group, rule.over)
    everyone = measure_table(district, rule.measure, district.students, rule.over) * (group.sum() / district.total_students)
    found = [] if rule.max_ratio is None else [("max_ratio", own - rule.max_ratio * everyone, 0.0)]
    return found if rule.max_extra is None else [*found, ("max_extra", own - everyone, float(rule.max_extra * group.sum()))]


def burden(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """No group carries more of the change than everyone, but for a ratio or a difference."""
    found = []
    for rule in scenario.rules.burden:
        found += [_at_most(pairs, table, limit, RowName("burden", rule.group)) for _, table, limit in burden_limits(district, rule)]
    return stacked_rows(found)


def _at_most(pairs: Pairs, table: Floats, limit: float, name: RowName) -> Rows:
    return Rows(one_row(pairs, table), np.array([-np.inf]), np.array([limit]), (name,))


def flows(district: District, rule: FlowBalance) -> tuple[Floats, Floats]:
    """Students who move from the first area to a school in the second, and those the other way; tables of shape (n, m)."""
    area = np.array(texts(district, rule.column), dtype=object)
    students = district.students if rule.group is None else district.groups[rule.group]
    moved = students[:, None] * moved_pairs(district)
    first, second = (area == text.strip() for text in rule.between)
    there = [np.outer(here, at[district.school_unit]) for here, at in ((first, second), (second, first))]
    return moved * there[0], moved * there[1]


def flow_balance(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Neither of two areas (or only not the first) sends more than a ratio times what the other sends."""
    found = []
    for rule in scenario.rules.flow_balance:
        there, back = flows(district, rule)
        a, b = rule.between
        found.append(_at_most(pairs, there - rule.max_ratio * back, 0.0, RowName("flow_balance", f"{a} to {b}")))
        if rule.ways == "both":
            found.append(_at_most(pairs, back - rule.max_ratio * there, 0.0, RowName("flow_balance", f"{b} to {a}")))
    return stacked_rows(found)
