"""Goals of shape: borders between zones, and how compact a zone is.

A border between nodes v and w lies between zones where their schools differ: 1 = Σ_s max(0, x[v, s] - x[w, s]) at every plan. Edges inside a
node cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.asked import Asked, from_blocks, from_linear, stacked
from rezoning.formulation.formulation import NOTHING, Block, Floats, Ints, Matrix, Pairs, Shape, Terms
from rezoning.formulation.sums import gathered_by_school


@dataclass(frozen=True, eq=False)
class Borders:
    """Borders between two nodes, and which pairs meet there.

    Parameters
    ----------
    v, w, length
        The nodes and what their border counts, shape (e,).
    edge, near, far
        For each border and each school of v: its index, the pair of v, and that of w, -1 where the school is not admissible for w.
    """

    v: Ints
    w: Ints
    length: Floats
    edge: Ints
    near: Ints
    far: Ints


def borders(district: District, pairs: Pairs, length: Floats, turned: bool = False) -> Borders:
    """Edges of units, each with a length of at least 0, as borders of nodes; `turned` swaps v and w."""
    ends = np.sort(pairs.node_of_unit[district.edges], axis=1)
    used = (ends[:, 0] != ends[:, 1]) & (length > 0)
    both, place = np.unique(ends[used], axis=0, return_inverse=True)
    v, w = both.T[::-1] if turned else both.T
    total = counted(place.ravel(), length[used], len(both))
    count = pairs.choices[v]
    edge = np.repeat(np.arange(len(v)), count)
    near = pairs.first[v][edge] + np.arange(len(edge)) - (np.cumsum(count) - count)[edge]
    return Borders(v, w, total, edge, near, pairs.lookup[w[edge], pairs.school[near]])


def counted(place: Ints, amount: Floats, size: int) -> Floats:
    """Sum of the amounts at each place, shape (size,)."""
    return np.bincount(place, weights=amount, minlength=size).astype(np.float64)


def boundary_length(asked: Asked) -> Terms:
    """Border between different zones in km, over the edges whose length is known."""
    return _cut(asked, known_km(asked.district))


def cut_edges(asked: Asked) -> Terms:
    """Number of pairs of adjacent units in different zones."""
    return _cut(asked, np.ones(len(asked.district.edges)))


def known_km(district: District) -> Floats:
    """Length of each edge in km, 0 where unknown; shape (e,)."""
    assert district.border_m is not None
    return np.nan_to_num(district.border_m) / 1000


def _cut(asked: Asked, length: Floats) -> Terms:
    """Σ over borders of length · Σ_s max(0, x[v, s] - x[w, s]), with as few parts as say so.

    Where only v can have the school, or v has no other, the part is linear; where w has no other, it is 0. Where both have the same two schools,
    one row's absolute value says what the two rows say.
    """
    pairs = asked.pairs
    all_borders = borders(asked.district, pairs, length)
    edge, near, far = all_borders.edge, all_borders.near, all_borders.far
    cost = all_borders.length[edge]
    meets = far >= 0
    fixed_near, fixed_far = pairs.is_fixed[near], meets & pairs.is_fixed[far]
    linear = counted(near[~meets], cost[~meets], len(pairs))
    settled = meets & fixed_near & ~fixed_far
    linear += counted(near[settled], cost[settled], len(pairs))
    linear -= counted(far[settled], cost[settled], len(pairs))
    is_open = meets & ~fixed_near & ~fixed_far
    same_two = (np.bincount(edge[is_open], minlength=len(all_borders.v)) == 2) & (pairs.choices[all_borders.v] == 2)
    same_two &= pairs.choices[all_borders.w] == 2
    second = same_two[edge] & np.append(False, edge[1:] == edge[:-1])
    row = np.flatnonzero(is_open & ~second)
    return replace(
        from_linear(asked, linear),
        parts=differences(near[row], far[row], len(pairs)),
        target=np.zeros(len(row)),
        over=cost[row],
        under=np.where(same_two[edge[row]], cost[row], 0.0),
    )


def differences(one: Ints, other: Ints, num_pairs: int) -> Matrix:
    """A row x[one] - x[other] for each two pairs."""
    from scipy.sparse import csr_array

    row = np.arange(len(one))
    values = np.concatenate([np.ones(len(one)), -np.ones(len(one))])
    return csr_array((values, (np.concatenate([row, row]), np.concatenate([one, other]))), shape=(len(one), num_pairs))


def polsby_popper(asked: Asked) -> Terms:
    """1 - mean of 4 pi A_s / L_s² over schools with an area (Polsby & Popper 1991).

    A border b between two units of one zone counts in neither's perimeter: 2 b x_u x_v = b (x_u + x_v - |x_u - x_v|) at every plan, so
    L_s = Σ_{u in s} outline_u + Σ_borders b |x_us - x_vs|, with outline_u the part of the unit's perimeter that is no known border.
    """
    pairs = asked.pairs
    area = gathered_by_school(pairs, areas_km2(asked.district), asked.schools)
    met = zone_borders(asked.district, pairs)
    perimeter = summed_by_school(pairs, pairs.from_units(outlines_km(asked.district)) + met.alone)
    schools = np.flatnonzero(np.asarray(area.max(axis=1).todense()).ravel() > NOTHING)
    blocks = []
    for s in schools.tolist():
        rows = np.flatnonzero(pairs.school[met.near] == s)
        parts = stacked([area[[s]], perimeter[[s]], differences(met.near[rows], met.far[rows], len(pairs))], len(pairs))
        param = np.concatenate([[0.0, 1.0], met.km[rows]])
        blocks.append(Block(Shape.COMPACT, parts, np.zeros(len(param)), 1 / len(schools), param, asked.district.school_ids[s]))
    return from_blocks(asked, blocks)


@dataclass(frozen=True, eq=False)
class ZoneBorders:
    """What each zone's border with other zones is made of: Σ alone[p] x[p] + Σ_k km[k] |x[near[k]] - x[far[k]]| over the pairs of its school.

    Parameters
    ----------
    alone
        Border of each pair with nodes that cannot have its school, shape (P,).
    near, far, km
        Two pairs of a school at a border, and its length.
    """

    alone: Floats
    near: Ints
    far: Ints
    km: Floats


def zone_borders(district: District, pairs: Pairs) -> ZoneBorders:
    """The borders of known length between nodes, by the zones that may lie on either side."""
    ahead, behind = (borders(district, pairs, known_km(district), turned) for turned in (False, True))
    both = np.flatnonzero(ahead.far >= 0)
    alone = [counted(found.near[found.far < 0], found.length[found.edge[found.far < 0]], len(pairs)) for found in (ahead, behind)]
    return ZoneBorders(alone[0] + alone[1], ahead.near[both], ahead.far[both], ahead.length[ahead.edge[both]])


def summed_by_school(pairs: Pairs, values: Floats) -> Matrix:
    """A quantity of pairs, summed over each school; shape (m, P)."""
    from scipy.sparse import csr_array

    return csr_array((values, (pairs.school, np.arange(len(pairs)))), shape=(pairs.num_schools, len(pairs)))


def areas_km2(district: District) -> Floats:
    """Area of each unit, shape (n,)."""
    assert district.geometry is not None
    return np.asarray(district.geometry.area, dtype=np.float64) / 1e6


def outlines_km(district: District) -> Floats:
    """What of each unit's perimeter is no known border, shape (n,); below 0 where borders are drawn longer than perimeters."""
    assert district.geometry is not None
    perimeter = np.asarray(district.geometry.length, dtype=np.float64) / 1000
    return np.asarray(perimeter - counted(district.edges.ravel(), np.repeat(known_km(district), 2), district.num_units))
