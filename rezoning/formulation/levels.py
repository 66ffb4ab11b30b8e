"""Where a level stands in a stacked question, and what moves between it and the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.formulation.blocks import Matrix
from rezoning.formulation.pairs import Pairs

if TYPE_CHECKING:
    from rezoning.formulation.blocks import Ints


@dataclass(frozen=True)
class Level:
    """A level: its name, and where its units, schools, nodes and pairs begin and end in the stacked question."""

    name: str
    units: tuple[int, int]
    schools: tuple[int, int]
    nodes: tuple[int, int]
    pairs: tuple[int, int]

    def own(self, pairs: Pairs) -> Pairs:
        """The level's own pairs out of those of the whole, or of fewer of them: numbers as they were before it was stacked."""
        (u, v), (n, _), (s, t) = self.units, self.nodes, self.schools
        nodes = slice(*self.nodes)
        start, end = int(pairs.first[self.nodes[0]]), int(pairs.first[self.nodes[1]])
        place = pairs.lookup[nodes, s:t]
        unit = None if pairs.unit_of_node is None else pairs.unit_of_node[nodes] - u
        sites = None if pairs.sites is None else np.where(pairs.sites[s:t] >= 0, pairs.sites[s:t] - n, -1)
        return Pairs(
            pairs.node[start:end] - n, pairs.school[start:end] - s, pairs.first[self.nodes[0] : self.nodes[1] + 1] - start,
            np.where(place >= 0, place - start, -1), pairs.node_of_unit[u:v] - n, unit, sites,
        )  # fmt: skip

    def shifted(self, matrix: Matrix, pairs: Pairs, width: int) -> Matrix:
        """A matrix over the level's own pairs as one over `width` columns of which the first are all `pairs`."""
        from scipy.sparse import csr_array

        start = int(pairs.first[self.nodes[0]])
        return csr_array((matrix.data, matrix.indices + start, matrix.indptr), shape=(matrix.shape[0], width))


def side_by_side(parts: list[Pairs], levels: tuple[Level, ...]) -> Pairs:
    """The pairs of all levels as one set of them."""
    nodes, schools = levels[-1].nodes[1], levels[-1].schools[1]
    lookup = np.full((nodes, schools), -1, dtype=np.int64)
    for own, level in zip(parts, levels, strict=True):
        lookup[slice(*level.nodes), slice(*level.schools)] = np.where(own.lookup >= 0, own.lookup + level.pairs[0], -1)
    both = list(zip(parts, levels, strict=True))
    return Pairs(
        np.concatenate([own.node + level.nodes[0] for own, level in both]),
        np.concatenate([own.school + level.schools[0] for own, level in both]),
        np.concatenate([[0], *(own.first[1:] + level.pairs[0] for own, level in both)]).astype(np.int64),
        lookup,
        np.concatenate([own.node_of_unit + level.nodes[0] for own, level in both]),
        None if all(own.unit_of_node is None for own in parts) else np.concatenate([_units(own) + level.units[0] for own, level in both]),
        None if all(own.sites is None for own in parts) else np.concatenate([_sites(own, level) for own, level in both]),
    )


def _sites(pairs: Pairs, level: Level) -> Ints:
    """Node of the site of each school of a level in the whole, -1 for a school without one."""
    own = np.full(pairs.num_schools, -1, dtype=np.int64) if pairs.sites is None else pairs.sites
    return np.where(own >= 0, own + level.nodes[0], -1)


def _units(pairs: Pairs) -> Ints:
    """A unit with ground in each node."""
    if pairs.unit_of_node is not None:
        return pairs.unit_of_node
    unit = np.empty(pairs.num_nodes, dtype=np.int64)
    unit[pairs.node_of_unit[::-1]] = np.arange(len(pairs.node_of_unit))[::-1]
    return unit
