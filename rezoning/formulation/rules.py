"""Rules that become rows: one short function each, (pairs, district, scenario) -> rows.

A row sums a coefficient over pairs, ``lower <= sum coefficient[p] x[p] <= upper``. Two shapes serve nearly every rule: a quantity that a school
gathers from its units (one row per school), and a table of costs (one row).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Ints, Pairs, RowName, Rows
from rezoning.formulation.graphs import pieces_of_today
from rezoning.formulation.openings import limits_of_open
from rezoning.formulation.sites import homes
from rezoning.formulation.sums import gathered_by_school, implications, stacked_rows
from rezoning.scenario.schema import CapacityRule, Scenario


def capacity_base(district: District, rule: CapacityRule) -> Floats:
    """Seats, or today's enrollment (a school without today's students keeps its seats); shape (m,)."""
    if rule.of == "capacity":
        assert district.capacity is not None
        return district.capacity
    enrollment = district.enrollment(district.stayable)
    return enrollment if district.capacity is None else np.where(enrollment > 0, enrollment, district.capacity)


def capacity_limits(district: District, scenario: Scenario) -> tuple[Floats, Floats]:
    """Least and most students of every zone, in every year alike: shares of the base, each school's own where it has them; shape (m,) each.

    Portable seats, where they may be used, come on top of the most. The most is infinite where neither the rule nor the school has one.
    The least of a school that may close or open is asked of it while it is open; `rules.openings.least` stands in place of the common one.
    """
    rule, openings = scenario.rules.capacity, scenario.rules.openings
    assert rule is not None
    base = capacity_base(district, rule)
    shares = [rule.limits(text) for text in district.school_ids]
    least = np.array([low for low, _ in shares]) * base
    if openings is not None and openings.least is not None:
        has_own = np.array([text in rule.schools and rule.schools[text].min is not None for text in district.school_ids], dtype=bool)
        least[district.optional & ~has_own] = 0.0
    most = np.array([np.inf if high is None else high * seats for (_, high), seats in zip(shares, base, strict=True)])
    if rule.portables and district.portables is not None:
        most = most + district.portables
    return least, most


def zone_sizes(pairs: Pairs, district: District, scenario: Scenario, load: Floats, beside: Floats, year: str = "") -> Rows:
    """Least <= students of a zone + those beside the plan <= most, for every school, where units hold `load` students, shape (n,).

    Of a school that may close or open both hold times o_s besides, and the least only so; beside the plan it has nobody.
    """
    least, most = capacity_limits(district, scenario)
    names = tuple(RowName("capacity", f"{text} {year}".strip()) for text in district.school_ids)
    held = gathered_by_school(pairs, load, np.arange(district.num_schools))
    rows = Rows(held, np.where(district.optional, -np.inf, least - beside), most - beside, names)
    of_open = limits_of_open(pairs, district, held, (least, most), names)
    return rows if of_open is None else stacked_rows([rows, of_open]) or rows


def capacity(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Min x base <= students of a zone <= max x base, for every school."""
    rule = scenario.rules.capacity
    return None if rule is None else zone_sizes(pairs, district, scenario, district.students, np.zeros(district.num_schools))


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

    The order is by travel, by hops where there is none, ties by id; the school's unit comes first, and units' parts in other places come last: they
    hold nothing up but each other. A site holds up what borders it. `exempt` pairs of pieces of ground and schools, shape (l, m), go free.
    Nodes are pieces of ground here: this rule is never contracted, for it is not contiguity.
    """
    from scipy.sparse.csgraph import dijkstra

    by_id = np.empty(district.num_units, dtype=np.int64)
    by_id[np.argsort(np.array(district.unit_ids), kind="stable")] = np.arange(district.num_units)
    needed, graph, unit = [], district.land.graph, district.land.unit
    is_further, sites = np.arange(len(unit)) >= district.num_units, {} if pairs.sites is None else dict(enumerate(pairs.sites.tolist()))
    for s, root in enumerate(district.school_unit):
        far = district.travel[unit, s] if district.travel is not None else dijkstra(graph, unweighted=True, indices=[int(root)])[0]
        place = np.empty(len(unit), dtype=np.int64)
        place[np.lexsort((by_id[unit], np.where(np.isnan(far), np.inf, far), is_further))] = np.arange(len(unit))
        place[root] = -1
        for p in np.flatnonzero(pairs.school == s):
            u = int(pairs.node[p])
            if u == root or u >= len(unit) or exempt[u, s]:  # sites have rows of their own
                continue
            near = graph.indices[graph.indptr[u] : graph.indptr[u + 1]]
            earlier = pairs.lookup[near[place[near] < place[u]], s]
            if root in near and sites.get(s, -1) >= 0:
                earlier = np.append(earlier, pairs.lookup[sites[s], s])
            needed.append((int(p), [int(q) for q in earlier if q >= 0]))
    return implications(pairs, needed, RowName("closer_neighbor"))


def detached(district: District, scenario: Scenario) -> NDArray[np.bool_]:
    """Ground in detached pieces of today, with today's school, which `closer_neighbor` exempts under `islands: keep`; shape (l, m)."""
    land = district.land
    exempt = np.zeros((len(land.unit), district.num_schools), dtype=bool)
    if scenario.rules.contiguity.islands == "keep":
        today = district.stayable[land.unit]
        labels = pieces_of_today(land.graph, today, district.num_schools)
        main = [labels[u] for s, own in enumerate(homes(district, land.graph)) for u in own if today[u] == s]
        units = np.flatnonzero((today >= 0) & ~np.isin(labels, main))
        exempt[units, today[units]] = True
    return exempt


def equal_schools(pairs: Pairs, groups: list[Ints]) -> Rows | None:
    """Nodes that must go together and are not one node: x[a, s] = x[b, s] for every school; their admissible schools are the same."""
    from scipy.sparse import csr_array

    a = np.array([nodes[0] for nodes in groups for _ in nodes[1:]], dtype=np.int64)
    b = np.array([v for nodes in groups for v in nodes[1:]], dtype=np.int64)
    one, other = pairs.lookup[a], pairs.lookup[b]
    used = (one >= 0) & (other >= 0) & (pairs.choices[a] > 1)[:, None]
    p, q = one[used], other[used]
    rows = np.arange(len(p))
    value = np.concatenate([np.ones(len(p)), -np.ones(len(p))])
    matrix = csr_array((value, (np.concatenate([rows, rows]), np.concatenate([p, q]))), shape=(len(p), len(pairs)))
    zero = np.zeros(len(p))
    return Rows(matrix, zero, zero, (RowName("keep_together"),) * len(p)) if len(p) else None


def unity(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """A unit that gets a new school takes a share of its zone-mates next door along: share x |Z| x[u, s] <= sum of x[j, s] over j in Z.

    The zone is today's, be its school open or closed: whoever goes to school together now goes on doing so.
    """
    from scipy.sparse import csr_array

    rule, today = scenario.rules.unity, district.current
    if rule is None or today is None:
        return None
    ways = np.concatenate([district.edges, district.edges[:, ::-1]])
    ways = ways[(today[ways[:, 0]] >= 0) & (today[ways[:, 0]] == today[ways[:, 1]])]
    mates = np.bincount(ways[:, 0], minlength=district.num_units)
    table = pairs.lookup[pairs.node_of_unit]
    units, schools = np.nonzero((table >= 0) & (np.arange(district.num_schools) != today[:, None]) & (mates > 0)[:, None])
    row_of = np.full(table.shape, -1, dtype=np.int64)
    row_of[units, schools] = np.arange(len(units))
    way, s = np.nonzero((row_of[ways[:, 0]] >= 0) & (table[ways[:, 1]] >= 0))
    row = np.concatenate([np.arange(len(units)), row_of[ways[way, 0], s]])
    column = np.concatenate([table[units, schools], table[ways[way, 1], s]])
    value = np.concatenate([rule.min_share * mates[units], -np.ones(len(way))])
    matrix = csr_array((value, (row, column)), shape=(len(units), len(pairs)))
    names = tuple(RowName("unity", district.unit_ids[u]) for u in units)
    return Rows(matrix, np.full(len(units), -np.inf), np.zeros(len(units)), names) if len(units) else None
