"""Feeds of one school as columns and rows: SPLIT, more than one feed has students; SMALL, the students of feeds above 0 and below their share.

A feed is q = sum_j n_j c_j over columns c_j that are 0 or 1 at plans (a product, or a pair whose partner is fixed), n_j > 0 students,
and what is fixed.

    SPLIT   sum_j c_j <= |J| z_k, z_k in 0..1           z_k is 1 where the feed has students, be they ever so few
            sum_k z_k - 1 <= (K - 1) t, t in 0..1       and t where more than one has
    SMALL   q_k - most_k b_k <= v_k, b_k in 0..1        v_k counts the feed but where b_k is 1
            d_k >= least_k (1 - b_k), d_k = q_k - s Q   which it is only where the feed has its share
            where no small feed is allowed: v_k = 0, and sum_j c_j <= |J| b_k

These rows say all of plans and little of fractional points. For those there are more, added where they are broken: ``c_j <= z_k`` (and b_k where v_k
is 0), ``t >= z_k + z_l - 1``, and ``v_k >= sum over j in S of n_j (c_j - b_k)`` for the S of all j with c_j > b_k. In small blocks the first kind is
there from the start.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from rezoning.formulation.formulation import FEED, Block, Floats, Ints
from rezoning.optimize.model.epigraph import EpigraphRows, Quantities, Row, Sharp, Space, model_of, wider
from rezoning.optimize.model.isolated import step_of

DIRECT = 400  # columns of a block: so many have their own rows from the start
BROKEN = 0.01  # of a column: what a row for a fractional point must be broken by
MOST = 100  # such rows of a block at a time


class Split(Sharp):
    """Columns z of the feeds that may have students, then t."""

    def __init__(self, space: Space, q: Quantities, weight: float) -> None:
        self._q = q.only(np.flatnonzero(q.most > FEED))
        self._always = self._q.least > FEED  # what is fixed there has students
        count = len(self._q)
        self._is_said = count > 1 and int(self._always.sum()) < 2
        self.is_sharp = self._is_said
        self.model: EpigraphRows
        if not self._is_said:
            self.model = model_of(space, constant=weight * float(count > 1))
            return
        self._cells = _Cells(self._q)
        rows, own = self._cells.rows(count + 1)
        several = csr_array(np.append(np.ones(count), -(count - 1.0))[None, :])
        zero = np.zeros(rows.shape[0])
        self.model = model_of(
            space, vstack([rows, csr_array((1, len(space.free)))]), vstack([own, several]),
            lower=np.append(self._always.astype(float), 0.0), upper=np.ones(count + 1), cost=np.append(np.zeros(count), weight),
            is_integer=np.ones(count + 1, dtype=bool), row_upper=np.append(zero, 1.0),
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        """Whether each feed has students, and whether more than one has."""
        if not self._is_said:
            return np.zeros(0)
        has = self._q.at(x) > FEED
        return np.append(has, has.sum() > 1).astype(float)

    def cuts(self, x: Floats, z: Floats | None, *, is_plan: bool) -> list[Row]:
        """Rows that a fractional point breaks."""
        if is_plan or z is None or not self._is_said:
            return []
        found = self._cells.above(x, z[:-1], self.first)
        one, other = np.argsort(-z[:-1], kind="stable")[:2].tolist()
        if z[one] + z[other] - 1 > z[-1] + BROKEN:
            found.append(Row((self.first + one, self.first + other, self.first + len(z) - 1), (1.0, 1.0, -1.0), 1.0))
        return found


class Small(Sharp):
    """Columns b of the feeds that may be small and may be not, then v of each, in the size of its largest part.

    Parameters
    ----------
    most
        The value is not more than that in plans that matter.
    """

    def __init__(self, space: Space, block: Block, q: Quantities, most: float) -> None:
        feed, share = np.arange(len(q) - 1), block.param[:-1]
        mix = csr_array(hstack([csr_array((np.ones(len(feed)), (feed, feed))), csr_array(-share[:, None])])) if len(feed) else csr_array((0, 1))
        over = Quantities.of(space, csr_array(mix @ block.parts), np.asarray(mix @ block.target))
        self._step = step_of(np.append(over.matrix.data, over.constant))
        line = np.full(len(feed), -max(self._step / 2, FEED))
        has_some = q.most[:-1] > FEED
        never, always = over.most < line, over.least >= line
        small, told = np.flatnonzero(has_some & never), np.flatnonzero(has_some & ~never & ~always)
        self._feed, self._over, self._line = q.only(told), over.only(told), line[told]
        self._none = most < _least_part(q.only(np.concatenate([small, told])))  # no feed may be small
        self.is_sharp = len(told) > 0
        straight = q.only(small)
        linear, constant = block.weight * np.ones(len(small)) @ straight.matrix, block.weight * float(straight.constant.sum())
        self._scale = 1.0 / self._feed.largest()
        self.model = self._rows(space, block.weight, np.asarray(linear), constant)

    def _rows(self, space: Space, weight: float, linear: Floats, constant: float) -> EpigraphRows:
        count = len(self._feed)
        if not count:
            return model_of(space, linear=linear, constant=constant)
        self._cells = _Cells(self._feed)
        index, size = np.arange(count), 1.0 / self._over.largest()
        over, gap = self._over.only(index, -size), size * np.maximum(self._line - self._over.least, 0.0)  # gap > 0: it may be small
        by = csr_array((gap, (index, index)), shape=(count, 2 * count))
        rows, own, upper = [over.matrix], [by], [gap - size * self._line - over.constant]
        v = np.ones(count) if not self._none else np.zeros(count)
        if self._none:
            cells, held = self._cells.rows(2 * count)
            rows, own, upper = [*rows, cells], [*own, held], [*upper, np.zeros(cells.shape[0])]
        else:
            feed = self._feed.only(index, self._scale)
            both = csr_array(hstack([csr_array((-feed.most, (index, index))), csr_array((-v, (index, index)))]))
            rows, own, upper = [*rows, feed.matrix], [*own, both], [*upper, -feed.constant]
        return model_of(
            space, vstack(rows), vstack(own), lower=np.concatenate([(self._feed.constant > FEED) & self._none, np.zeros(count)]).astype(float),
            upper=np.concatenate([np.ones(count), wider(self._scale * self._feed.most, up=True) * v]),
            cost=np.concatenate([np.zeros(count), weight / self._scale]), is_integer=np.arange(2 * count) < count,
            row_upper=np.concatenate(upper), linear=linear, constant=constant,
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        """Whether each feed has its share, and its students where it has not."""
        if not len(self._feed):
            return np.zeros(0)
        feed = self._feed.at(x)
        has = (self._over.at(x) >= self._line) & (feed > FEED)
        return np.concatenate([has.astype(float), self._scale * feed * ~has])

    def cuts(self, x: Floats, z: Floats | None, *, is_plan: bool) -> list[Row]:
        """Rows that a fractional point breaks."""
        if is_plan or z is None or not len(self._feed):
            return []
        count = len(self._feed)
        if self._none:
            return self._cells.above(x, z[:count], self.first)
        return [row for k in range(count) if (row := self._above(k, x, float(z[k]), float(z[count + k]))) is not None]

    def _above(self, k: int, x: Floats, b: float, v: float) -> Row | None:
        """The row for what of the k-th feed is above b, where v is less than its students; None where it is not."""
        column, students = self._cells.of(k)
        chosen = x[column] > b
        column, students = column[chosen], self._scale[k] * students[chosen]
        fixed = self._scale[k] * max(float(self._feed.constant[k]), 0.0)
        if float(students @ (x[column] - b)) + fixed * (1.0 - b) <= v + BROKEN:
            return None
        columns = (*column.tolist(), self.first + k, self.first + len(self._feed) + k)
        return Row(columns, (*students.tolist(), -(float(students.sum()) + fixed), -1.0), -fixed)


class _Cells:
    """The columns of each feed, and which of them have rows of their own."""

    def __init__(self, q: Quantities) -> None:
        self.start, self.column, self.value = q.matrix.indptr, q.matrix.indices.astype(np.int64), q.matrix.data
        self.feed = np.repeat(np.arange(len(q)), np.diff(self.start))
        self._shape, self._is_direct = q.matrix.shape, len(self.column) <= DIRECT

    def of(self, k: int) -> tuple[Ints, Floats]:
        """The columns of the k-th feed and their students."""
        at = slice(self.start[k], self.start[k + 1])
        return self.column[at], self.value[at]

    def rows(self, width: int) -> tuple[csr_array, csr_array]:
        """``sum_j c_j - |J| z_k <= 0`` or ``c_j - z_k <= 0``, over the free pairs and over `width` columns of which the first are z."""
        count = len(self.start) - 1
        if self._is_direct:
            row = np.arange(len(self.column))
            return (
                csr_array((np.ones(len(row)), (row, self.column)), shape=(len(row), self._shape[1])),
                csr_array((-np.ones(len(row)), (row, self.feed)), shape=(len(row), width)),
            )
        size = np.diff(self.start).astype(float)
        return (
            csr_array((np.ones(len(self.column)), (self.feed, self.column)), shape=(count, self._shape[1])),
            csr_array((-size, (np.arange(count), np.arange(count))), shape=(count, width)),
        )

    def above(self, x: Floats, z: Floats, first: int) -> list[Row]:
        """The rows ``c_j <= z_k`` that a point breaks by the most."""
        lack = x[self.column] - z[self.feed]
        worst = np.argsort(-lack, kind="stable")[:MOST]
        worst = worst[lack[worst] > BROKEN] if not self._is_direct else worst[:0]
        return [Row((int(self.column[j]), first + int(self.feed[j])), (1.0, -1.0), 0.0) for j in worst]


def _least_part(q: Quantities) -> float:
    """The fewest students that a feed that has some can have."""
    parts = np.concatenate([q.matrix.data, q.constant])
    return 0.5 * float(np.min(parts[parts > FEED], initial=np.inf))
