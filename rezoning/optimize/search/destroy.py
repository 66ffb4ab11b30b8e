"""Destroy: which schools to take apart and re-optimize together, as in large neighborhood search (Shaw 1998; Pisinger & Ropke 2019).

Chosen are neighbors whose surpluses and deficits could cancel, or whose units would save by crossing over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.blocks import FEED
from rezoning.formulation.formulation import Block, Floats, Formulation, Ints, Matrix, Shape, Terms, shape_value
from rezoning.optimize.search.tracker import Objective

RANDOM_SHARE = 0.2  # of the draws that look at nothing but the borders
CHAIN_SHARE = 0.4  # of the others that go from a school to one that could take what it has too much of, through those between
MOST_KINDS = 64  # a goal with more parts for a school counts its borders, not sums that it gathers: pooling evens out none of them


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Parts of one goal that count one school each, as tables kind by school (a group's surplus, say); where a school has none, weights are 0."""

    part: Ints  # (kinds, m), -1 for none
    over: Floats
    under: Floats


@dataclass(frozen=True, eq=False)
class _Pooled:
    """Quantities of each school under one shape, `width` rows a school; where a school has none, the rows are empty."""

    shape: Shape
    weight: float
    matrix: Matrix  # (m width, P)
    target: Floats
    width: int
    param: Floats

    def table(self, x: Floats) -> Floats:
        """Quantities by school, shape (m, width)."""
        return np.asarray(self.matrix @ x - self.target).reshape(-1, self.width)

    def promise(self, q: Floats) -> float:
        """What quantities of schools, shape (schools, width), are worth apart less pooled; of a largest one, by how much it falls."""
        own = [shape_value(self.shape, row, self.param) for row in q]
        if self.shape is Shape.PEAK:
            return self.weight * (max(own) - sum(own) / len(own))
        apart = max(own) if self.shape is Shape.DEVIATION else sum(own)
        return self.weight * (apart - shape_value(self.shape, q.sum(axis=0), self.param))


class Promise:
    """What is known of a formulation before any plan: its borders, and whose sums every goal counts.

    A set S of schools promises what the goals' parts would be worth pooled: for each kind of part k the costs of the schools' own d[k, s] minus
    the cost of their sum, and to this what units of the zones would save by themselves with another school of S. Shapes of a few sums that each
    school has (its mix, say) are pooled likewise. What else counts one zone, its borders or whether it changed, promises what it costs; so do feeds
    of a school that is split, or small ones, to the schools of both levels.
    """

    def __init__(self, formulation: Formulation, objective: Objective) -> None:
        self._formulation = formulation
        pairs, graph = formulation.pairs, formulation.contiguity.graph.tocoo()
        keep = pairs.choices[graph.row] > 1
        self._from, self._to = graph.row[keep], graph.col[keep]
        self._linear = sum((weight * terms.linear[: len(pairs)] for terms, weight in objective), np.zeros(len(pairs)))
        school, m = _school_of_columns(formulation), pairs.num_schools
        self._goals = [(terms, _kinds(terms, weight, school, m)) for terms, weight in objective]
        self._costs = [_borders(terms, weight, school, m) for terms, weight in objective]
        blocks = [(block, weight * block.weight) for terms, weight in objective for block in terms.blocks]
        self._pools, self._single, self._feeds = _pools(blocks, school, m), _single(blocks, school), _feeds(blocks, formulation)

    def of(self, plan: Ints) -> ZoneGraph:
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
        saving = np.zeros((m, m))
        np.add.at(saving, (plan[pairs.node], pairs.school), np.maximum(self._linear[own][pairs.node] - self._linear, 0.0))
        x = self._formulation.vector(plan)
        sums = [(kinds, (terms.parts @ x - terms.target)) for terms, kinds in self._goals]
        tables = [(np.where(kinds.part >= 0, d[kinds.part], 0.0) if d.size else np.zeros(kinds.part.shape), kinds) for kinds, d in sums]
        alone = np.zeros(m)
        for (school, over, under), (_, d) in zip(self._costs, sums, strict=True):
            np.add.at(alone, school[school >= 0], (over * np.maximum(d, 0.0) + under * np.maximum(-d, 0.0))[school >= 0])
        for only, block, weight in self._single:
            alone[only] += weight * shape_value(block.shape, block.parts @ x - block.target, block.param)
        for block, weight, touched in self._feeds:
            q = block.parts @ x - block.target
            worth = weight * shape_value(block.shape, q, block.param)
            for schools in touched[q > FEED] if worth > 0 else ():
                near[np.ix_(schools, schools)] = True
                alone[schools] += worth
        near |= near.T
        np.fill_diagonal(near, False)
        return ZoneGraph(near, saving + saving.T, tables, alone, [(pool, pool.table(x)) for pool in self._pools])


def _school_of_columns(formulation: Formulation) -> Ints:
    """The school of each pair, and of each product the lower of its two."""
    school, links = formulation.pairs.school, formulation.links
    return school if links is None else np.concatenate([school, school[links.first]])


def _school_of_rows(matrix: Matrix, school: Ints, m: int) -> Ints:
    """The school of the columns that each row counts; -1 where they are several schools', or none."""
    cells = matrix.tocoo()
    least, most = np.full(matrix.shape[0], m), np.full(matrix.shape[0], -1)
    np.minimum.at(least, cells.row, school[cells.col])
    np.maximum.at(most, cells.row, school[cells.col])
    return np.where(least == most, most, -1)


def _is_border(school: Ints) -> bool:
    """Whether the parts are too many for sums that the schools gather."""
    return len(school) > 0 and np.bincount(school[school >= 0], minlength=1).max() > MOST_KINDS


def _kinds(terms: Terms, weight: float, column_school: Ints, m: int) -> _Kinds:
    """A goal's parts by kind and school: the first part of each school is of the first kind, and so on; parts over several schools do not count."""
    school = _school_of_rows(terms.parts, column_school, m)
    found: list[list[int]] = [[] for _ in range(m)]
    if not _is_border(school):
        for k in np.flatnonzero(school >= 0).tolist():
            found[school[k]].append(k)
    part = np.full((max(map(len, found), default=0), m), -1, dtype=np.int64)
    for s, parts in enumerate(found):
        part[: len(parts), s] = parts
    over, under = (np.where(part >= 0, weight * np.append(side, 0.0)[part], 0.0) for side in (terms.over, terms.under))
    return _Kinds(part, over, under)


def _borders(terms: Terms, weight: float, column_school: Ints, m: int) -> tuple[Ints, Floats, Floats]:
    """School, over and under of each part that counts a border of one zone; school -1 where it does not."""
    school = _school_of_rows(terms.parts, column_school, m)
    return school if _is_border(school) else np.full(len(school), -1), weight * terms.over, weight * terms.under


def _single(blocks: list[tuple[Block, float]], column_school: Ints) -> list[tuple[int, Block, float]]:
    """Blocks of one school each that pooling says nothing about, with their school and weight."""
    found = []
    for block, weight in blocks:
        school = np.unique(column_school[block.parts.indices])
        if block.shape in (Shape.STEP, Shape.COMPACT, Shape.LEAST, Shape.EXCESS, Shape.ISOLATED) and len(school) == 1:
            found.append((int(school[0]), block, weight))
    return found


def _feeds(blocks: list[tuple[Block, float]], formulation: Formulation) -> list[tuple[Block, float, NDArray[np.object_]]]:
    """Blocks of feeds with their weights, and the schools of both levels that have to do with each feed: they are worth looking at together."""
    school, links, size = formulation.pairs.school, formulation.links, len(formulation.pairs)
    found = []
    for block, weight in blocks:
        if block.shape not in (Shape.SPLIT, Shape.SMALL):
            continue
        touched = np.empty(len(block.target), dtype=object)
        for k in range(len(touched)):
            own = block.parts.indices[block.parts.indptr[k] : block.parts.indptr[k + 1]]
            pair, product = own[own < size], own[own >= size] - size
            both = [] if links is None else [school[links.first[product]], school[links.second[product]]]
            touched[k] = np.unique(np.concatenate([school[pair], *both]))
        if block.shape is Shape.SMALL:
            touched[-1] = np.zeros(0, dtype=np.int64)  # what they are shares of is no feed
        found.append((block, weight, touched))
    return found


def _pools(blocks: list[tuple[Block, float]], column_school: Ints, m: int) -> list[_Pooled]:
    """Blocks whose quantities are sums that each school gathers: one pool of all blocks alike, or of the rows of a block of all schools."""
    own: dict[tuple[Shape, float, bytes], list[tuple[int, int]]] = {}
    pools: list[_Pooled | None] = []
    for b, (block, weight) in enumerate(blocks):
        school = _school_of_rows(block.parts, column_school, m)
        if block.shape in (Shape.RATIO, Shape.ENTROPY):
            schools = np.unique(school[school >= 0])
            if len(schools) == 1:
                own.setdefault((block.shape, weight, block.param.tobytes()), []).append((int(schools[0]), b))
        elif block.shape in (Shape.PEAK, Shape.DEVIATION):
            width = 2 if block.shape is Shape.DEVIATION else 1
            first = np.flatnonzero(school[width - 1 :: width] >= 0) * width  # of two the second, students, says whose they are
            rows = {int(school[k + width - 1]): int(k) for k in first}
            pools.append(_pool(block, weight, {s: (block.parts[k : k + width], block.target[k : k + width]) for s, k in rows.items()}, m))
    for (_shape, weight, _param), members in own.items():
        pools.append(_pool(blocks[members[0][1]][0], weight, {s: (blocks[b][0].parts, blocks[b][0].target) for s, b in members}, m))
    return [pool for pool in pools if pool is not None]


def _pool(block: Block, weight: float, rows: dict[int, tuple[Matrix, Floats]], m: int) -> _Pooled | None:
    """A pool like the block from the quantities of each school; None where too few schools have any."""
    from scipy.sparse import csr_array, vstack

    if len(rows) < 2:
        return None
    width = len(next(iter(rows.values()))[1])
    empty = (csr_array((width, block.parts.shape[1])), np.zeros(width))
    matrices, targets = zip(*(rows.get(s, empty) for s in range(m)), strict=True)
    return _Pooled(block.shape, weight, vstack(matrices, format="csr"), np.concatenate(targets), width, block.param)


@dataclass(frozen=True, eq=False)
class ZoneGraph:
    """The schools of a plan as a graph.

    Parameters
    ----------
    near
        Whether a unit could cross from one zone to the other, shape (m, m).
    saving
        What units would save by themselves between two zones, shape (m, m).
    tables
        For each goal d of each kind and school, and its kinds.
    alone
        What one zone costs that no pooling evens out, shape (m,).
    pools
        Shapes of sums that each school gathers, and the sums.
    """

    near: NDArray[np.bool_]
    saving: Floats
    tables: list[tuple[Floats, _Kinds]]
    alone: Floats
    pools: list[tuple[_Pooled, Floats]]

    def promise(self, schools: list[int]) -> float:
        """What the schools could gain together at most, were units as fine as sand."""
        total = float(self.saving[np.ix_(schools, schools)].sum()) / 2 + float(self.alone[schools].sum())
        total += sum(pool.promise(q[schools]) for pool, q in self.pools)
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
        first = int(self._next_school(rng, [], open_schools, blind))
        chosen = [first]
        if not blind and size > 2 and rng.random() < CHAIN_SHARE:
            far = np.array([t for t in range(m) if t != first])
            target = int(self._next_school(rng, chosen, far, blind))
            way = self._way(first, target)
            chosen = way if 0 < len(way) <= size else chosen
        while len(chosen) < size:
            beside = np.flatnonzero(self.near[chosen].any(axis=0) & ~np.isin(np.arange(m), chosen))
            if len(beside) == 0:
                break
            chosen.append(int(self._next_school(rng, chosen, beside, blind)))
        return sorted(chosen)

    def _next_school(self, rng: np.random.Generator, chosen: list[int], others: Ints, blind: bool) -> int:
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
