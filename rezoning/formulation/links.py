"""Products of two pairs: a unit in one zone of a lower level and in one zone of an upper level, for what counts who goes on from where to where.

A feed of lower school e to upper school m is ``F[e, m] = sum_u students[u] w[u, e, m]`` with ``w[u, e, m] = x[u, e] x[u, m]``. Products are made for
pairs of two levels, never for ways through three, of which there are many more.

For one unit the convex hull of all (x, w) at whole points is ``sum_m w[u, e, m] = x[u, e]`` and ``sum_e w[u, e, m] = x[u, m]`` with w >= 0 (a
transportation polytope between two simplices; Balas 1965), so that no w needs to be a binary. McCormick's rows for each product by itself are weaker.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.blocks import Floats, Ints, Matrix
from rezoning.formulation.pairs import Pairs


@dataclass(frozen=True, eq=False)
class Links:
    """L products ``w[l] = x[first[l]] * x[second[l]]``, and the J twos of nodes that they are of.

    All products of the pairs of two nodes stand together, sorted by the first's pair, then the second's. Two nodes are there where somebody who is
    counted lives in both and both have a choice; where one has none, the product is the other's pair.

    Parameters
    ----------
    first, second
        Pair of the lower and of the upper level's node, shape (L,).
    starts
        Products of the j-th two nodes are ``starts[j]:starts[j + 1]``; shape (J + 1,).
    """

    first: Ints
    second: Ints
    starts: Ints

    @classmethod
    def between(cls, pairs: Pairs, lower: Ints, upper: Ints) -> Links:
        """All products of the pairs of the nodes ``lower[j]`` and ``upper[j]``, shape (J,) each."""
        count = pairs.choices[upper]
        size = pairs.choices[lower] * count
        starts = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        place, two = np.arange(starts[-1]) - np.repeat(starts[:-1], size), np.repeat(np.arange(len(size)), size)
        first = pairs.first[lower][two] + place // count[two]
        return cls(first.astype(np.int64), (pairs.first[upper][two] + place % count[two]).astype(np.int64), starts)

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def two(self) -> Ints:
        """Which two nodes each product is of, shape (L,)."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def values(self, x: Floats) -> Floats:
        """The products at the values of the pairs, shape (P,) to (L,)."""
        return np.asarray(x[self.first] * x[self.second])

    def hull(self, num_pairs: int) -> Matrix:
        """``matrix @ (x, w) = 0``: for every pair of two nodes the sum of its products less the pair; CSR of P + L columns."""
        from scipy.sparse import csr_array

        rows: list[tuple[Ints, Ints, Ints]] = []
        count = 0
        for pair in (self.first, self.second):
            key, row = np.unique(self.two * num_pairs + pair, return_inverse=True)
            rows.append((row + count, num_pairs + np.arange(len(self)), key % num_pairs))
            count += len(key)
        products, column = (np.concatenate([part[k] for part in rows]) for k in (0, 1))
        own = np.concatenate([part[2] for part in rows])
        value = np.concatenate([np.ones(len(products)), -np.ones(len(own))])
        index = np.concatenate([products, np.arange(count)]), np.concatenate([column, own])
        return csr_array((value, index), shape=(count, num_pairs + len(self)))

    def kept(self, pairs: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The products of pairs that are kept, shape (P,) to (L,)."""
        return np.asarray(pairs[self.first] & pairs[self.second])

    def without(self, pairs: NDArray[np.bool_]) -> Links:
        """The products of kept pairs, whose numbers are new."""
        kept, number = self.kept(pairs), np.cumsum(pairs) - 1
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        return Links(number[self.first[kept]], number[self.second[kept]], starts.astype(np.int64))

    def lifted(self, pairs: Pairs) -> Pairs:
        """Pairs and products as pairs: every two nodes are one more node, whose choices are their products; `lookup` has none of them."""
        node = np.concatenate([pairs.node, pairs.num_nodes + self.two])
        school = np.concatenate([pairs.school, np.full(len(self), -1)])
        first = np.concatenate([pairs.first, len(pairs) + self.starts[1:]])
        return Pairs(node, school, first, pairs.lookup, pairs.node_of_unit, pairs.unit_of_node, pairs.sites)
