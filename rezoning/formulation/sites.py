"""Schools in a unit that another keeps: each has a site, a node without students beside the unit's own.

A site borders the unit and what borders the unit, and is the source of its school's zone; where the school is not open it follows the unit. So a zone
that lies around a site is in one piece with it, whoever has the unit, and o_s is the pair (site, s) as it is the pair (unit, s) for other schools.
"""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulation import Ints, Matrix, Pairs, RowName, Rows
from rezoning.formulation.sums import implications, stacked_rows
from rezoning.scenario.schema import Scenario

NAME = RowName("openings", "school's unit")


def homes(district: District, graph: Matrix) -> list[Ints]:
    """Ground that holds up a piece of each school's zone: that of its unit, and around a site what borders it; the unit's own first."""
    around = [graph.indices[graph.indptr[u] : graph.indptr[u + 1]] for u in district.school_unit]
    alone = np.array([], dtype=np.int64)
    return [np.array([u, *(near if has_site else alone)]) for u, near, has_site in zip(district.school_unit, around, district.has_site, strict=True)]


def with_sites(graph: Matrix, district: District) -> tuple[Matrix, Ints]:
    """A graph of ground with a node for each site behind, and the node of each school's site, -1 for a school without one, shape (m,)."""
    from scipy.sparse import coo_array, csr_array

    schools, size = np.flatnonzero(district.has_site), graph.shape[0]
    site = np.full(district.num_schools, -1, dtype=np.int64)
    site[schools] = size + np.arange(len(schools))
    around = homes(district, graph)
    new = np.concatenate([np.repeat(site[s], len(around[s])) for s in schools])
    near = np.concatenate([around[s] for s in schools])
    edges = coo_array(graph)
    i, j = np.concatenate([edges.row, new, near]), np.concatenate([edges.col, near, new])
    wider = csr_array((np.ones(len(i), dtype=graph.dtype), (i, j)), shape=(size + len(schools),) * 2)
    wider.sort_indices()
    return wider, site


def site_rows(pairs: Pairs, district: District) -> Rows | None:
    """What makes a node a site; None where no school has one.

    With v the unit's node and z the site: x[z, t] <= x[v, t] for every school t but s, so that a site without its school follows the unit; x[z, s] is
    at most the sum of all x[b, s], for a school without a unit is not open; and x[z, s] <= x[v, s] + o of the schools before it in the unit, where
    none of these always is open: the unit belongs to the first that is.
    """
    if pairs.sites is None:
        return None
    needed = []
    own = np.where(pairs.sites >= 0, pairs.lookup[pairs.sites, np.arange(len(pairs.sites))], -1)
    mains = np.unique(pairs.node_of_unit)
    for schools in district.sharing:
        v = int(pairs.node_of_unit[district.school_unit[schools[0]]])
        kept = int(pairs.lookup[v, schools[0]])
        for k, s in enumerate(schools[1:], start=1):
            z = int(pairs.sites[s])
            others = [p for p in range(pairs.first[z], pairs.first[z + 1]) if pairs.school[p] != s]
            needed += [(p, [q] if (q := int(pairs.lookup[v, pairs.school[p]])) >= 0 else []) for p in others]
            if own[s] < 0:
                continue
            needed.append((int(own[s]), [int(p) for p in pairs.lookup[mains, s] if p >= 0]))
            if district.optional[schools[0]]:
                before = [int(pairs.lookup[v, s]), kept, *(int(own[t]) for t in schools[1:k])]
                needed.append((int(own[s]), [p for p in before if p >= 0]))
    return implications(pairs, needed, NAME)


def open_sites(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """x[site, s] >= 1 for a school that must be open, or always is and is in its own zone: what `admissible` asks of the units of other schools."""
    from scipy.sparse import csr_array

    if pairs.sites is None:
        return None
    rules, found = scenario.rules, []
    must = () if rules.openings is None else rules.openings.must_open
    for s in np.flatnonzero(district.has_site).tolist():
        text, p = district.school_ids[s], int(pairs.lookup[pairs.sites[s], s])
        is_asked, rule = (text in must, "openings") if district.optional[s] else (rules.school_in_own_zone, "school_in_own_zone")
        if is_asked:
            row = csr_array(([1.0], ([0], [p])), shape=(1, len(pairs))) if p >= 0 else csr_array((1, len(pairs)))
            found.append(Rows(row, np.ones(1), np.full(1, np.inf), (RowName(rule, text),)))
    return stacked_rows(found)
