"""Ground that is too narrow carries nothing through: what is left of the land, what holds up its pieces, and what thin ground hangs on.

Contiguity is then about the firm ground alone, and thin pieces need no support there: rows hold each to a piece of its zone that it may hang on.
Under `islands: keep` today's pieces of that kind stay: firm ones with an anchor each, thin ones that hang on nothing today with today's school.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, same_school_components, symmetric
from rezoning.district.strips import Strips, strips
from rezoning.errors import Problems, shown
from rezoning.formulation.formulation import Ints, Matrix, Pairs, RowName, Rows
from rezoning.formulation.graphs import anchors
from rezoning.formulation.sites import homes
from rezoning.formulation.sums import implications
from rezoning.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class Narrow:
    """What `min_width_m` makes of the land; pieces of ground are numbered as there.

    Parameters
    ----------
    strips
        What is thin, what carries, what hangs on what.
    graph
        The pairs that carry, symmetric 0/1 CSR, shape (l, l).
    anchors
        For each school one piece per detached piece of its zone of today on firm ground.
    stays
        School that a thin piece may keep though it hangs on nothing, -1 for none; shape (l,).
    differs
        Pieces with a border that does not carry: none of them may be taken for another.
    ways
        For each (piece, school) among the anchors and those that stay the pieces that join it to its school, or to an anchor of all ground, today.
    """

    strips: Strips
    graph: Matrix
    anchors: list[Ints]
    stays: Ints
    differs: Ints
    ways: dict[tuple[int, int], Ints] = field(default_factory=dict)

    @property
    def holding(self) -> list[Ints]:
        """What needs no further support, by school: anchors, and all thin ground."""
        thin = np.flatnonzero(self.strips.is_thin)
        return [np.unique(np.concatenate([own, thin])) for own in self.anchors]


def narrow(district: District, scenario: Scenario, stands: list[Ints]) -> Narrow | None:
    """What the scenario's width makes of the land; None without one, or where zones need not hang together.

    Parameters
    ----------
    stands
        Anchors on all ground, for each school.
    """
    rule = scenario.rules.shape
    if rule is None or not rule.min_width_m or scenario.rules.contiguity.method != "exact":
        return None
    found = strips(district, rule.min_width_m)
    land, unit = district.land, district.land.unit
    graph = symmetric(found.edges, len(unit))
    today = district.stayable[unit]
    stays = np.full(len(unit), -1, dtype=np.int64)
    none = np.array([], dtype=np.int64)
    differs = np.flatnonzero(np.bincount(land.edges.ravel(), minlength=len(unit)) != np.bincount(found.edges.ravel(), minlength=len(unit)))
    if scenario.rules.contiguity.islands == "forbid":
        return Narrow(found, graph, [none] * district.num_schools, stays, differs)
    ids = [district.unit_ids[u] for u in unit]
    own = anchors(graph, np.where(found.is_thin, -1, today), homes(district, graph), district.students[unit], ids)
    hung = found.hangs[:, 0][today[found.hangs[:, 0]] == today[found.hangs[:, 1]]]
    kept = found.is_thin & (today >= 0)
    kept[hung] = False
    stays[kept] = today[kept]
    wanted = [(int(g), s) for s, pieces in enumerate(own) for g in pieces] + [(int(g), int(stays[g])) for g in np.flatnonzero(kept)]
    return Narrow(found, graph, own, stays, differs, _ways(land.graph, today, district.school_unit, stands, wanted))


def _ways(graph: Matrix, today: Ints, roots: Ints, stands: list[Ints], wanted: list[tuple[int, int]]) -> dict[tuple[int, int], Ints]:
    """A shortest way inside today's zone from each piece to its school's unit or an anchor; without the piece itself."""
    from scipy.sparse.csgraph import breadth_first_order

    found: dict[tuple[int, int], Ints] = {}
    for s in sorted({s for _, s in wanted}):
        inside = np.flatnonzero(today == s)
        place = np.full(len(today), -1, dtype=np.int64)
        place[inside] = np.arange(len(inside))
        part = graph[inside][:, inside]
        above = np.full(len(inside), -1, dtype=np.int64)
        for source in (int(roots[s]), *stands[s].tolist()):
            if place[source] >= 0:
                order, before = breadth_first_order(part, int(place[source]), directed=False)
                above[order] = np.maximum(before[order], -1)
        for piece in (g for g, school in wanted if school == s):
            way, v = [], int(above[place[piece]])
            while v >= 0:
                way.append(int(inside[v]))
                v = int(above[v])
            found[piece, s] = np.array(way, dtype=np.int64)
    return found


def cut_off(district: District, scenario: Scenario, ground: Narrow, problems: Problems) -> NDArray[np.bool_]:
    """Collect firm ground that hangs together with no school and no anchor; the units with ground in it, shape (n,)."""
    unit, found = district.land.unit, np.zeros(district.num_units, dtype=bool)
    labels = same_school_components(ground.graph, np.zeros(len(unit), dtype=np.int64))
    lost = ~ground.strips.is_thin & ~np.isin(labels, labels[np.concatenate([district.school_unit, *ground.anchors])])
    found[unit[lost]] = True
    if lost.any():
        assert scenario.rules.shape is not None
        units, width = np.flatnonzero(found), scenario.rules.shape.min_width_m
        keep = "keep today's pieces (contiguity.islands: keep), " if district.has_current and scenario.rules.contiguity.islands == "forbid" else ""
        who = f"{len(units)} {'unit' if len(units) == 1 else 'units'} with {district.students[units].sum():g} students"
        problems.add(
            scenario.rules.place("shape", "min_width_m"),
            f"{who} can be reached from no school but through what is narrower than {width:g} m: {shown(district.unit_ids[u] for u in units)}.",
            f"Lower it, {keep}or join them with data.adjacency.links.",
        )
    return found


def hanging_rows(ground: Narrow, pairs: Pairs, node_of_piece: Ints, roots: Ints) -> Rows | None:
    """A thin piece belongs to a school only if one that it may hang on does: x[v, s] <= sum of x[w, s]; those that stay hang on the school's unit."""
    needed = []
    for v, holders, stays in hanging(ground, node_of_piece):
        for p in range(pairs.first[v], pairs.first[v + 1]):
            s = int(pairs.school[p])
            on = pairs.lookup[[*holders, *([int(roots[s])] if s in stays else [])], s]
            needed.append((p, on[on >= 0].tolist()))
    return implications(pairs, needed, RowName("shape", "min_width_m")) if needed else None


def hanging(ground: Narrow, node_of_piece: Ints) -> list[tuple[int, list[int], set[int]]]:
    """Each node that hangs on others, these, and the school that it may keep without them."""
    thin = np.flatnonzero(ground.strips.is_thin)
    on: dict[int, list[int]] = {int(g): [] for g in thin}
    for g, other in ground.strips.hangs.tolist():
        on[g].append(int(node_of_piece[other]))
    found = [(int(node_of_piece[g]), sorted(set(holders)), {int(ground.stays[g])} - {-1}) for g, holders in on.items()]
    return [(v, holders, stays) for v, holders, stays in found if v not in holders]


def ties(ground: Narrow, pairs: Pairs, node_of_piece: Ints) -> Ints:
    """Pairs (p, q) with x[p] <= x[q] that keep what stays joined as it is today, as far as that is admissible; shape (t, 2)."""
    found = []
    for (piece, s), way in ground.ways.items():
        p = int(pairs.lookup[node_of_piece[piece], s])
        nodes = np.unique(node_of_piece[way])
        others = pairs.lookup[nodes, s]
        if p >= 0 and (others >= 0).all():
            found += [(p, int(q)) for q in others if q != p]
    return np.array(found, dtype=np.int64).reshape(-1, 2)
