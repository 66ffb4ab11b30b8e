"""Goals of change and of trips: who moves, how far children travel, who can walk, and whether one group carries more of it."""

from __future__ import annotations

import numpy as np

from rezoning.formulation.asked import Asked, from_blocks, from_costs, stacked
from rezoning.formulation.burden import measure_table, who_count
from rezoning.formulation.formulation import Block, Floats, Ints, Matrix, Pairs, Shape, Terms
from rezoning.formulation.sums import one_row


def burden(asked: Asked) -> Terms:
    """A measure of burden over all students who count: `reassigned`, `added_travel`, `walk_lost` or `long_rides`, see `burden.measure_table`."""
    district = asked.district
    table = measure_table(district, asked.goal.minimize, district.students, asked.goal.over)
    return from_costs(asked, table / who_count(district, asked.goal.minimize, district.students).sum())


def travel(asked: Asked) -> Terms:
    """Mean travel per student. No plan has a trip that is unknown, but where nobody lives."""
    district = asked.district
    assert district.travel is not None
    return from_costs(asked, district.students[:, None] * np.nan_to_num(district.travel) / district.total_students)


def not_walking(asked: Asked) -> Terms:
    """Share of students who live outside the walk zone of their school."""
    district = asked.district
    assert district.walkable is not None
    return from_costs(asked, district.students[:, None] * ~district.walkable / district.total_students)


def burden_gap(asked: Asked) -> Terms:
    """max(0, max_g M_g - M_all) over the goal's groups, with M a measure of burden: a peak whose floor is a quantity that is always 0."""
    from scipy.sparse import csr_array

    goal, district = asked.goal, asked.district

    def mean(students: Floats) -> Floats:
        table = measure_table(district, str(goal.measure), students, goal.over)
        return np.asarray(table / who_count(district, str(goal.measure), students).sum())

    everyone = mean(district.students)
    rows = [one_row(asked.pairs, mean(district.groups[name]) - everyone) for name in goal.groups or district.groups]
    floor = csr_array((1, len(asked.pairs)))
    none = np.zeros(len(rows) + 1)
    return from_blocks(asked, [Block(Shape.PEAK, stacked([*rows, floor], len(asked.pairs)), none, param=none)])


def schools_changed(asked: Asked) -> Terms:
    """Number of open schools whose zone gains or loses a unit against today; a new unit is a gain.

    A node with a unit that is not the school's today is a gain where it gets the school; one with a unit of the school's today is a loss where it
    does not. A node may hold both.
    """
    pairs, district = asked.pairs, asked.district
    assert district.current is not None
    held = _units_of_today(pairs, district.current)
    units = np.bincount(pairs.node_of_unit, minlength=pairs.num_nodes)
    gains = np.flatnonzero(units[pairs.node] > held[pairs.node, pairs.school])
    node, school = np.nonzero(held)
    losses = pairs.lookup[node, school]
    sign = np.concatenate([np.ones(len(gains)), -np.ones(len(losses))])
    matrix = _signed(np.concatenate([gains, losses]), sign, len(pairs))
    target = np.where(sign > 0, 0.0, -1.0)
    of_school = np.concatenate([pairs.school[gains], school])
    order = np.argsort(of_school, kind="stable")
    ends = np.searchsorted(of_school[order], np.arange(pairs.num_schools + 1))
    blocks = []
    for name, start, end in zip(district.school_ids, ends[:-1], ends[1:], strict=True):
        rows = order[start:end]
        if len(rows):
            blocks.append(Block(Shape.STEP, matrix[rows], target[rows], param=np.zeros(len(rows)), name=name))
    return from_blocks(asked, blocks)


def _units_of_today(pairs: Pairs, current: Ints) -> Ints:
    """Units of each node that are each open school's today; shape (N, m)."""
    held = np.zeros((pairs.num_nodes, pairs.num_schools), dtype=np.int64)
    has_one = (current >= 0) & (current < pairs.num_schools)
    np.add.at(held, (pairs.node_of_unit[has_one], current[has_one]), 1)
    return held


def _signed(pair: Ints, sign: Floats, num_pairs: int) -> Matrix:
    """One row per pair, with its sign; an empty row where the pair is not admissible (-1)."""
    from scipy.sparse import csr_array

    row = np.flatnonzero(pair >= 0)
    return csr_array((sign[row], (row, pair[row])), shape=(len(pair), num_pairs))
