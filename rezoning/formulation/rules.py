"""Rules that become rows: one short function each, (pairs, district, scenario) -> rows.

A row sums a coefficient over pairs, ``lower <= sum coefficient[p] x[p] <= upper``. Two shapes serve nearly every rule: a quantity that a school
gathers from its units (one row per school), and a table of costs (one row).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Ints, Pairs, RowName, Rows
from rezoning.formulation.sums import gathered_by_school, implications, moved_students, one_row
from rezoning.scenario.schema import CapacityRule, Scenario


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
    if rule is None or rule.max_share is None:
        return None
    limit = np.array([rule.max_share * district.total_students])
    return Rows(one_row(pairs, moved_students(district)), np.array([-np.inf]), limit, (RowName("reassigned"),))


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
