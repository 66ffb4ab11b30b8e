"""Who carries the change: the measures of burden as tables, and the rules that compare a group with everyone.

A measure of group g is ``M_g = sum_u table[u, school of u] / N_g``, with N_g all students of the group (new units included), and M_all the same
over all students. Its table counts students, or student-minutes (student-km). Of `added_travel` those are left out, above and below the line,
whose trip of today is unknown: nothing can be added to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rezoning.district.column_values import texts
from rezoning.district.district import District
from rezoning.formulation.formulation import Block, Either, Floats, Pairs, RowName, Rows, Shape
from rezoning.formulation.sums import moved_pairs, one_row, stacked_rows
from rezoning.scenario.rules import BurdenRule, FlowBalance
from rezoning.scenario.schema import Scenario

TOLERANCE = 1e-6  # minutes or km: the contract's


def measure_table(district: District, measure: str, students: Floats, over: float | None = None) -> Floats:
    """What each pair adds to a measure of burden, before it is divided by the students who count.

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
    Shape (n, m). Pairs whose trip is unknown have 0: no plan may have them, but where nobody counts.

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
            assert district.walkable is not None
            assert district.walks_today is not None
            return students[:, None] * (district.walks_today[:, None] & ~district.walkable)
        case "long_rides":
            assert district.travel is not None
            assert over is not None
            return students[:, None] * (district.travel > over + TOLERANCE)  # NaN is not above anything
    raise ValueError(measure)


def who_count(district: District, measure: str, students: Floats) -> Floats:
    """The students over whom a measure is a mean; shape (n,)."""
    if measure != "added_travel":
        return students
    assert district.trips_today is not None
    assert district.current is not None
    return np.where((district.current < 0) | ~np.isnan(district.trips_today), students, 0.0)


def added_trips(district: District) -> Floats:
    """Travel over today's, 0 where either is unknown, and in new units; shape (n, m)."""
    assert district.travel is not None
    assert district.trips_today is not None
    return np.nan_to_num(district.travel - district.trips_today[:, None])


@dataclass(frozen=True, eq=False)
class Limit:
    """One limit of a rule on burden: one of the tables, shape (n, m), must sum to no more than `most`, in students or student-minutes.

    Parameters
    ----------
    key
        Of the rule: ``max_ratio`` or ``max_extra``.
    """

    key: str
    tables: tuple[Floats, ...]
    most: float


def burden_limits(district: District, rule: BurdenRule) -> list[Limit]:
    """The limits of one rule.

    ``M_g <= r M_all`` is ``sum table_g - r (N_g / T) sum table_all <= 0``, and ``M_g <= M_all + e`` is the same with r = 1 and a limit of e N_g.

    Where the average M_all is not above 0, as only added travel can be, a ratio asks for ``M_g <= M_all``. That is the larger of the two limits
    for r above 1, so that one of them must hold, and the smaller one for r below 1, so that both must.
    """
    group = district.groups[rule.group]
    held, everyone = (float(who_count(district, rule.measure, students).sum()) for students in (group, district.students))
    own = measure_table(district, rule.measure, group, rule.over)
    average = measure_table(district, rule.measure, district.students, rule.over) * (held / everyone if everyone > 0 else 0.0)
    found = []
    if rule.max_ratio is not None:
        as_often, no_worse = own - rule.max_ratio * average, own - average
        if rule.measure != "added_travel":
            found = [Limit("max_ratio", (as_often,), 0.0)]
        elif rule.max_ratio > 1:
            found = [Limit("max_ratio", (as_often, no_worse), 0.0)]
        else:
            found = [Limit("max_ratio", (as_often,), 0.0), Limit("max_ratio", (no_worse,), 0.0)]
    return found if rule.max_extra is None else [*found, Limit("max_extra", (own - average,), rule.max_extra * held)]


def burden(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """No group carries more of the change than everyone, but for a ratio or a difference."""
    return stacked_rows([
        at_most(pairs, limit.tables[0], limit.most, RowName("burden", rule.group))
        for rule in scenario.rules.burden for limit in burden_limits(district, rule) if len(limit.tables) == 1
    ])  # fmt: skip


def burden_choices(pairs: Pairs, district: District, scenario: Scenario) -> list[Either]:
    """Limits of which one of two rows must hold: a ratio above 1 of a measure whose average may be below 0."""
    found = []
    for rule in scenario.rules.burden:
        for limit in burden_limits(district, rule):
            if len(limit.tables) > 1:
                found.append(Either(RowName("burden", rule.group), _either(pairs, limit, rule.group)))
    return found


def _either(pairs: Pairs, limit: Limit, name: str) -> Block:
    from scipy.sparse import csr_array, vstack

    rows, k = csr_array(vstack([one_row(pairs, table) for table in limit.tables], format="csr")), len(limit.tables)
    return Block(Shape.LEAST, rows, np.full(k, limit.most), 1.0, np.arange(k, dtype=np.float64), name)


def at_most(pairs: Pairs, table: Floats, limit: float, name: RowName) -> Rows:
    """The row of a table whose sum over the plan may be so much at most."""
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
        found.append(at_most(pairs, there - rule.max_ratio * back, 0.0, RowName("flow_balance", f"{a} to {b}")))
        if rule.ways == "both":
            found.append(at_most(pairs, back - rule.max_ratio * there, 0.0, RowName("flow_balance", f"{b} to {a}")))
    return stacked_rows(found)


ROWS = (burden, flow_balance)
