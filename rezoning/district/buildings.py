"""Which building has which grades of a zone, where schools are paired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Buildings:
    """The building of every grade of every zone; immutable. Zones of a cluster have the same buildings.

    Students of no grade that is split (`grades`) go to the school of their zone, whatever building that has become.

    Parameters
    ----------
    at
        Index of the school that has grade g of zone s, shape (m, G).
    grades
        The grades that are split, lowest first.
    """

    at: NDArray[np.int64]
    grades: tuple[str, ...]

    def __init__(self, at: ArrayLike, grades: tuple[str, ...]) -> None:
        array = np.array(at, dtype=np.int64)
        array.setflags(write=False)
        object.__setattr__(self, "at", array)
        object.__setattr__(self, "grades", tuple(grades))

    def __repr__(self) -> str:
        paired = [cluster for cluster in self.clusters() if len(cluster) > 1]
        return f"<Buildings: {len(paired):,} clusters of {sum(map(len, paired)):,} schools, {len(self.grades)} grades>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Buildings) and self.grades == other.grades and np.array_equal(self.at, other.at)

    def __hash__(self) -> int:
        return hash((self.grades, self.at.tobytes()))

    @classmethod
    def alone(cls, num_schools: int, grades: tuple[str, ...]) -> Buildings:
        """Every zone its own school with all grades."""
        return cls(np.repeat(np.arange(num_schools)[:, None], len(grades), axis=1), grades)

    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """Schools that share zones or grades, those that are alone too; in the order of their first school, each sorted."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        m = len(self.at)
        zone, building = np.repeat(np.arange(m), self.at.shape[1]), self.at.ravel()
        joined = coo_array((np.ones(len(zone)), (zone, building)), shape=(m, m))
        labels = connected_components(joined, directed=False)[1]
        found: dict[int, list[int]] = {}
        for s, label in enumerate(labels.tolist()):
            found.setdefault(label, []).append(s)
        return tuple(tuple(cluster) for cluster in found.values())

    def cluster_of(self, s: int) -> tuple[int, ...]:
        """The cluster of a school, itself included."""
        return next(cluster for cluster in self.clusters() if s in cluster)

    def is_alone(self) -> NDArray[np.bool_]:
        """Schools that have all grades of their own zone and nobody else, shape (m,)."""
        own = np.arange(len(self.at))[:, None]
        at_others = np.where(self.at == own, -1, self.at)
        return np.asarray((self.at == own).all(axis=1) & ~np.isin(own[:, 0], at_others))

    def spans(self, s: int) -> tuple[str, ...]:
        """The grades of building s, lowest first."""
        has = (self.at == s).any(axis=0)
        return tuple(grade for grade, one in zip(self.grades, has, strict=True) if one)


def span_words(span: tuple[str, ...]) -> str:
    """A run of grades as people write it: ``K-2``, ``3``."""
    return "" if not span else span[0] if len(span) == 1 else f"{span[0]}-{span[-1]}"
