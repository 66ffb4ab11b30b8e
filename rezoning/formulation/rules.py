"""Rules that become rows: one short function each, (pairs, district, scenario) -> rows.

A row sums a coefficient over pairs, ``lower <= sum coefficient[p] x[p] <= upper``. Two shapes serve nearly every rule: a quantity that a school
gathers from its units (one row per school), and a table of costs (one row).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Ints, Matrix, Pairs, RowName, Rows
from rezoning.scenario.schema import CapacityRule, Scenario


def gathered_by_school(pairs: Pairs, quantity: Floats, schools: Ints) -> Matrix:
    """Matrix whose row i sums a unit quantity over the zone of ``schools[i]``; CSR of shape (len(schools), P)."""
    from scipy.sparse import csr_array

    row_of_school = np.full(pairs.num_schools, -1)
    row_of_school[schools] = np.arange(len(schools))
    row, coefficient = row_of_school[pairs.school], pairs.from_units(quantity)
    used = (row >= 0) & (coefficient != 0)
    return csr_array((coefficient[used], (row[used], np.flatnonzero(used))), shape=(len(schools), len(pairs)))


def one_row(pairs: Pairs, table: Floats) -> Matrix:
    """Matrix with the single row that sums a (unit, school) table over the plan; CSR of shape (1, P)."""
    from scipy.sparse import csr_array

    return csr_array(pairs.from_table(table)[None, :])


def moved_students(district: District) -> Floats:
    """Students that change schools when a unit gets a school; shape (n, m). New units never do."""
    table = np.repeat(district.students[:, None], district.num_schools, axis=1)
    if district.current is not None:
        table[district.current < 0] = 0.0
        stays = np.flatnonzero(district.stayable >= 0)
        table[stays, district.stayable[stays]] = 0.0
    return table


def capacity_base(district: District, rule: CapacityRule) -> Floats:
    """Seats, or today's enrollment (a school without today's students keeps its seats); shape (m,)."""
    if rule.of == "capacity":
        assert district.capacity is not None
        return district.capacity
    enrollment = district.enrollment(district.stayable)
    return enrollment if district.capacity is None else np.where(enrollment > 0, enrollment, district.capacity)


def capacity(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Min x base <= students of a zone <= max x base, for every school."""
    rule = scenario.rules.capacity
    if rule is None:
        return None
    base = capacity_base(district, rule)
    schools = np.arange(district.num_schools)
    upper = np.full(len(base), np.inf) if rule.max is None else rule.max * base
    names = tuple(RowName("capacity", district.school_ids[s]) for s in schools)
    return Rows(gathered_by_school(pairs, district.students, schools), rule.min * base, upper, names)


def reassigned(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Students whose school changes <= max_share of all students."""
    rule = scenario.rules.reassigned
    if rule is None:
        return None
    limit = np.array([rule.max_share * district.total_students])
    return Rows(one_row(pairs, moved_students(district)), np.array([-np.inf]), limit, (RowName("reassigned"),))


ROW_RULES: tuple[Callable[[Pairs, District, Scenario], Rows | None], ...] = (capacity, reassigned)


def implications(pairs: Pairs, needed: list[tuple[int, list[int]]], name: RowName) -> Rows:
    """One row x[p] <= sum of x[q] over the pairs q that p needs; ``needed`` holds (p, [q, ...])."""
    from scipy.sparse import csr_array

    row = [i for i, (_, others) in enumerate(needed) for _ in range(len(others) + 1)]
    column = [q for p, others in needed for q in (p, *others)]
    value = [v for _, others in needed for v in (1.0, *[-1.0] * len(others))]
    matrix = csr_array((value, (row, column)), shape=(len(needed), len(pairs)))
    return Rows(matrix, np.full(len(needed), -np.inf), np.zeros(len(needed)), (name,) * len(needed))


def anchors_need_the_school(pairs: Pairs, roots: Ints, sources: tuple[Ints, ...]) -> Rows:
    """A zone that is not empty holds its school's unit, so an anchor's piece may stay only beside it. Only without `school_in_own_zone`."""
    needed = []
    for s, nodes in enumerate(sources):
        own = pairs.lookup[roots[s], s]
        for v in nodes[nodes != roots[s]]:
            needed.append((int(pairs.lookup[v, s]), [int(own)] if own >= 0 else []))
    return implications(pairs, needed, RowName("contiguity", "school's unit"))


def closer_neighbor(pairs: Pairs, district: District, exempt: NDArray[np.bool_]) -> Rows:
    """The published rule: a unit may belong to a school only if an adjacent unit that is earlier in the school's order does.

    The order is by travel, by hops where there is none, ties by id; the school's unit comes first. `exempt` pairs, shape (n, m), go free.
    Nodes are units here: this rule is never contracted, for it is not contiguity.
    """
    from scipy.sparse.csgraph import dijkstra

    by_id = np.empty(district.num_units, dtype=np.int64)
    by_id[np.argsort(np.array(district.unit_ids), kind="stable")] = np.arange(district.num_units)
    needed, graph = [], district.graph
    for s, root in enumerate(district.school_unit):
        far = district.travel[:, s] if district.travel is not None else dijkstra(graph, unweighted=True, indices=[int(root)])[0]
        place = np.empty(district.num_units, dtype=np.int64)
        place[np.lexsort((by_id, np.where(np.isnan(far), np.inf, far)))] = np.arange(district.num_units)
        place[root] = -1
        for p in np.flatnonzero(pairs.school == s):
            u = int(pairs.node[p])
            if u == root or exempt[u, s]:
                continue
            near = graph.indices[graph.indptr[u] : graph.indptr[u + 1]]
            earlier = pairs.lookup[near[place[near] < place[u]], s]
            needed.append((int(p), [int(q) for q in earlier if q >= 0]))
    return implications(pairs, needed, RowName("closer_neighbor"))
