"""Columns: every cluster of one to three schools, in every order of its buildings and every cut of the grades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.district.pairing import cuts, grades_of, zone_neighbors
from rezoning.formulation.formulation import Floats, Ints
from rezoning.scenario.schema import Scenario

Cluster = tuple[int, ...]
MOST = 3  # schools of a cluster


@dataclass(frozen=True, eq=False)
class Columns:
    """Ways to form one cluster, C of them.

    Parameters
    ----------
    members
        Schools of the cluster in the order of their buildings, lowest grades first, then -1; shape (C, 3).
    at
        The school that has each grade, shape (C, G).
    """

    members: Ints
    at: Ints

    def __len__(self) -> int:
        return len(self.at)

    @property
    def sizes(self) -> Ints:
        """Schools of each, shape (C,)."""
        return np.asarray((self.members >= 0).sum(axis=1))

    @property
    def is_alone(self) -> NDArray[np.bool_]:
        """Whether a column leaves its school alone, shape (C,)."""
        return np.asarray(self.sizes == 1)

    def kept(self, which: NDArray[np.bool_]) -> Columns:
        """Some of the columns."""
        return Columns(self.members[which], self.at[which])

    def by_school(self, num_schools: int) -> list[Ints]:
        """The columns that each school is in, m arrays."""
        column, place = np.nonzero(self.members >= 0)
        school = self.members[column, place]
        order = np.argsort(school, kind="stable")
        ends = np.searchsorted(school[order], np.arange(num_schools + 1))
        return [column[order[a:b]] for a, b in pairwise(ends.tolist())]

    def clusters(self) -> Ints:
        """The schools of each column sorted, shape (C, 3): equal rows are equal clusters."""
        return np.sort(self.members, axis=1)


def clusters(district: District, scenario: Scenario) -> list[Cluster]:
    """The clusters that may be formed, single schools first: of neighbors, and as `keep`, `forbid` and `except_schools` say."""
    pairing = scenario.pairing
    assert pairing is not None
    m, near = district.num_schools, zone_neighbors(district, pairing.min_shared_m)
    still = {district.school_index[text] for text in pairing.except_schools}
    free = [s for s in range(m) if s not in still]
    kept, parted = ([frozenset(district.school_index[text] for text in one) for one in lists] for lists in (pairing.keep, pairing.forbid))

    def may_be(cluster: Cluster) -> bool:
        inside = set(cluster)
        is_whole = all(inside.isdisjoint(one) or one <= inside for one in kept)
        return is_whole and all(len(inside & one) < 2 for one in parted)

    found: list[Cluster] = [(s,) for s in range(m)]
    found += [(a, b) for a, b in combinations(free, 2) if near[a, b]]
    if pairing.most >= MOST:
        found += list(_triples(near, free, 3 if pairing.triples == "pairwise" else 2))
    return [cluster for cluster in found if may_be(cluster)]


def _triples(near: NDArray[np.bool_], free: list[int], borders: int) -> Iterator[Cluster]:
    """Three schools with so many of the three possible borders between them, each three once."""
    seen = set()
    for s in free:
        around = [a for a in free if near[s, a]]
        for a, b in combinations(around, 2):
            three = tuple(sorted((s, a, b)))
            if three not in seen and int(near[s, a]) + int(near[s, b]) + int(near[a, b]) >= borders:
                seen.add(three)
                yield three


def all_columns(district: District, scenario: Scenario) -> Columns:
    """Every order and every cut of every cluster."""
    pairing = scenario.pairing
    assert pairing is not None
    grades = grades_of(district, pairing)
    lengths: dict[int, list[tuple[int, ...]]] = {1: [(len(grades),)]}
    for size in range(2, MOST + 1):
        lengths[size] = [tuple(len(span) for span in cut) for cut in cuts(grades, size, pairing.spans)]
    members, at = [], []
    for cluster in clusters(district, scenario):
        for order in permutations(cluster):
            for runs in lengths[len(cluster)]:
                members.append((*order, *[-1] * (MOST - len(order))))
                at.append(np.repeat(order, runs))
    shape = (len(members), len(grades))
    return Columns(np.array(members, dtype=np.int64).reshape(-1, MOST), np.array(at, dtype=np.int64).reshape(shape))


def undominated(columns: Columns, costs: Floats) -> NDArray[np.bool_]:
    """Columns to keep, shape (C,): of the same cluster none is as cheap in everything and cheaper in something, or the same and before it.

    Parameters
    ----------
    costs
        All that a column counts anywhere, of which less is never worse, shape (K, C).
    """
    kept = np.ones(len(columns), dtype=bool)
    _, group = np.unique(columns.clusters(), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(group.ravel()[order])) + 1):
        if len(own) < 2:
            continue
        mine = costs[:, own]
        as_cheap = (mine[:, :, None] <= mine[:, None, :]).all(axis=0)  # [i, j]: i is no dearer than j anywhere
        before = np.arange(len(own))[:, None] < np.arange(len(own))[None, :]
        kept[own] = ~(as_cheap & (~as_cheap.T | before)).any(axis=0)
    return kept
