"""Which schools to re-optimize together: neighbors whose surpluses and deficits could cancel, or whose units would save by crossing over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Floats, Formulation, Ints, Terms
from rezoning.optimize.tracker import Objective

RANDOM_SHARE = 0.2  # of the draws that look at nothing but the borders
CHAIN_SHARE = 0.4  # of the others that go from a school to one that could take what it has too much of, through those between


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Parts of one goal that count one school each, as tables kind by school (a group's surplus, say); where a school has none, weights are 0."""

    part: Ints  # (kinds, m), -1 for none
    over: Floats
    under: Floats


class Promise:
    """What is known of a formulation before any plan: its borders, and whose sums every goal counts.

    A set S of schools promises what the goals' parts would be worth pooled: for each kind of part k the costs of the schools' own d[k, s] minus
    the cost of their sum, and to this what units of the zones would save by themselves with another school of S.
    """

    def __init__(self, formulation: Formulation, objective: Objective) -> None:
        self._formulation = formulation
        pairs, graph = formulation.pairs, formulation.contiguity.graph.tocoo()
        keep = pairs.choices[graph.row] > 1
        self._from, self._to = graph.row[keep], graph.col[keep]
        self._linear = sum((weight * terms.linear for terms, weight in objective), np.zeros(len(pairs)))
        self._goals = [(terms, _kinds(terms, weight, formulation)) for terms, weight in objective]

    def of(self, plan: Ints) -> Borders:
        """What a plan's zones promise."""
        pairs = self._formulation.pairs
        nodes = np.arange(pairs.num_nodes)
        own = pairs.lookup[nodes, plan]
        m = pairs.num_schools
        near = np.zeros((m, m), dtype=bool)
        if self._formulation.contiguity.is_exact:
            s, t = plan[self._from], plan[self._to]
            crosses = (s != t) & (pairs.lookup[self._from, t] >= 0)
            near[s[crosses], t[crosses]] = True
        else:
            near[plan[pairs.node], pairs.school] = True
        near |= near.T
        np.fill_diagonal(near, False)
        saving = np.zeros((m, m))
        np.add.at(saving, (plan[pairs.node], pairs.school), np.maximum(self._linear[own][pairs.node] - self._linear, 0.0))
        x = self._formulation.vector(plan)
        sums = [(kinds, (terms.parts @ x - terms.target)) for terms, kinds in self._goals]
        tables = [(np.where(kinds.part >= 0, d[kinds.part], 0.0) if d.size else np.zeros(kinds.part.shape), kinds) for kinds, d in sums]
        return Borders(near, saving + saving.T, tables)


def _kinds(terms: Terms, weight: float, formulation: Formulation) -> _Kinds:
    """A goal's parts by kind and school: the first part of each school is of the first kind, and so on; parts over several schools do not count."""
    m, matrix = formulation.pairs.num_schools, terms.parts
    found: list[list[int]] = [[] for _ in range(m)]
    for k in range(matrix.shape[0]):
        schools = np.unique(formulation.pairs.school[matrix.indices[matrix.indptr[k] : matrix.indptr[k + 1]]])
        if len(schools) == 1:
            found[int(schools[0])].append(k)
    part = np.full((max(map(len, found), default=0), m), -1, dtype=np.int64)
    for s, parts in enumerate(found):
        part[: len(parts), s] = parts
    over, under = (np.where(part >= 0, weight * np.append(side, 0.0)[part], 0.0) for side in (terms.over, terms.under))
    return _Kinds(part, over, under)


@dataclass(frozen=True, eq=False)
class Borders:
    """The schools of a plan as a graph.

    Parameters
    ----------
    near
        Whether a unit could cross from one zone to the other, shape (m, m).
    saving
        What units would save by themselves between two zones, shape (m, m).
    tables
        For each goal d of each kind and school, and its kinds.
    """

    near: NDArray[np.bool_]
    saving: Floats
    tables: list[tuple[Floats, _Kinds]]

    def promise(self, schools: list[int]) -> float:
        """What the schools could gain together at most, were units as fine as sand."""
        total = float(self.saving[np.ix_(schools, schools)].sum()) / 2
        for d, kinds in self.tables:
            own, over, under = d[:, schools], kinds.over[:, schools], kinds.under[:, schools]
            apart = (over * np.maximum(own, 0.0) + under * np.maximum(-own, 0.0)).sum()
            pooled = own.sum(axis=1)
            together = over.min(axis=1) * np.maximum(pooled, 0.0) + under.min(axis=1) * np.maximum(-pooled, 0.0)
            total += float(apart - together.sum())
        return total

    def draw(self, rng: np.random.Generator, size: int) -> list[int]:
        """Up to `size` schools that hang together, those that promise more sooner; fewer where no more hang together."""
        m = len(self.near)
        blind = rng.random() < RANDOM_SHARE
        open_schools = np.flatnonzero(self.near.any(axis=1))
        if len(open_schools) == 0:
            return []
        first = int(self._pick(rng, [], open_schools, blind))
        chosen = [first]
        if not blind and size > 2 and rng.random() < CHAIN_SHARE:
            far = np.array([t for t in range(m) if t != first])
            target = int(self._pick(rng, chosen, far, blind))
            way = self._way(first, target)
            chosen = way if 0 < len(way) <= size else chosen
        while len(chosen) < size:
            beside = np.flatnonzero(self.near[chosen].any(axis=0) & ~np.isin(np.arange(m), chosen))
            if len(beside) == 0:
                break
            chosen.append(int(self._pick(rng, chosen, beside, blind)))
        return sorted(chosen)

    def _pick(self, rng: np.random.Generator, chosen: list[int], others: Ints, blind: bool) -> int:
        if blind:
            return int(rng.choice(others))
        if chosen:
            gains = np.array([self.promise([*chosen, int(t)]) for t in others]) - self.promise(chosen)
        else:
            gains = np.array([self.promise([int(s), *np.flatnonzero(self.near[s]).tolist()]) for s in others])
        gains = np.maximum(gains, 0.0) + 1e-12
        gains += 0.05 * gains.mean()
        return int(rng.choice(others, p=gains / gains.sum()))

    def _way(self, first: int, last: int) -> list[int]:
        """Schools on a shortest way between two, both included; empty where there is none."""
        before = {first: first}
        queue = [first]
        for s in queue:
            for t in np.flatnonzero(self.near[s]).tolist():
                if t not in before:
                    before[t] = s
                    queue.append(t)
        if last not in before:
            return []
        way = [last]
        while way[-1] != first:
            way.append(before[way[-1]])
        return way
