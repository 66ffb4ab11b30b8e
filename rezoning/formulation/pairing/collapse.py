"""What is about one school alone as a constant of each column: a filter where it is a rule, a cost where it is part of a goal.

A school is in exactly one of the columns that are chosen. A quantity q that only this school gathers is therefore what its column gathers of it, and
f(q) the sum of f(q_c) over the columns c that it is in, each times whether c is chosen: linear, whatever f is, and exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import NOTHING, Block, Either, Floats, Held, Ints, Matrix, RowName, Rows, Shape, Terms, shape_value
from rezoning.formulation.pairing.columns import Columns
from rezoning.formulation.pairing.substitute import Numbers, blocks_times, terms_times, times

TOLERANCE = 1e-7  # of a row's own unit, as every plan is judged
HELD_TOLERANCE = 1e-9  # natural values
MANY, NONE = -2, -1


@dataclass(frozen=True, eq=False)
class Collapsed:
    """Numbers of columns, and what forbids some of them.

    Parameters
    ----------
    numbers
        What is left that is about several schools, over the C columns.
    broken
        Rule to whether it forbids a column for what a school of it would be, shape (C,) each.
    """

    numbers: Numbers
    broken: dict[RowName, NDArray[np.bool_]]


class Collapse:
    """Turns numbers over pairs of a graded district into numbers over columns.

    Parameters
    ----------
    school
        School of each pair, shape (P,).
    a
        Which pairs each column has, shape (P, C).
    is_exempt
        Columns to which limits of seats mean nothing, shape (C,).
    """

    def __init__(self, school: Ints, a: Matrix, columns: Columns, num_schools: int, is_exempt: NDArray[np.bool_]) -> None:
        self._school, self._a, self._columns, self._is_exempt = school, a, columns, is_exempt
        self._of_school = columns.by_school(num_schools)

    def __call__(self, found: Numbers) -> Collapsed:
        """All numbers."""
        broken: dict[RowName, NDArray[np.bool_]] = {}
        rows = None if found.rows is None else self._rows(found.rows, broken)
        held = tuple(limit for one in found.held if (limit := self._held(one, broken)) is not None)
        either = tuple(choice for one in found.either if (choice := self._either(one, broken)) is not None)
        return Collapsed(Numbers(rows, tuple(self.terms(one) for one in found.terms), held, either), broken)

    def terms(self, terms: Terms) -> Terms:
        """A goal: parts and shapes of one school are costs of columns."""
        owners = self._owners(terms.parts)
        linear: Floats = np.asarray(self._a.T @ terms.linear)
        constant = terms.constant
        every = times(terms.parts, self._a)
        for k in np.flatnonzero(owners != MANY).tolist():
            s = int(owners[k])
            if s == NONE:
                constant += float(_bent(terms, k, np.zeros(1))[0])
                continue
            mine = self._of_school[s]
            linear[mine] += _bent(terms, k, _dense(every, k)[mine])
        left = owners == MANY
        blocks, cost = self._blocks(terms.blocks)
        return replace(
            terms, linear=linear + cost, constant=constant, parts=every[left], target=terms.target[left], over=terms.over[left],
            under=terms.under[left], blocks=blocks,
        )  # fmt: skip

    def _blocks(self, blocks: Sequence[Block]) -> tuple[tuple[Block, ...], Floats]:
        """Shapes that are left, and what the others cost in each column."""
        left, cost = [], np.zeros(len(self._columns))
        for block in blocks:
            owners = self._owners(block.parts)
            held = set(owners.tolist())
            if len(held) == 1 and held.isdisjoint((MANY, NONE)):
                mine = self._of_school[held.pop()]
                cost[mine] += block.weight * self._values(block, mine)
            elif block.shape is Shape.DEVIATION and MANY not in held:
                left.append(self._peak(block, owners))
            else:
                left.extend(blocks_times([block], self._a))
        return tuple(left), cost

    def _values(self, block: Block, mine: Ints) -> Floats:
        """The shape's value in each of some columns."""
        q = times(block.parts, self._a)[:, mine].toarray() - block.target[:, None]
        return np.array([shape_value(block.shape, q[:, c], block.param) for c in range(len(mine))])

    def _peak(self, block: Block, owners: Ints) -> Block:
        """The largest deviation of a school is a peak of constants: one quantity for each school."""
        from scipy.sparse import lil_array

        q, num = times(block.parts, self._a), len(owners) // 2
        peak = lil_array((num + 1, len(self._columns)))  # the last is 0, below which no deviation is
        for i in range(num):
            s = int(owners[2 * i + 1] if owners[2 * i + 1] >= 0 else owners[2 * i])
            if s < 0:
                continue
            mine = self._of_school[s]
            surplus, students = (_dense(q, 2 * i + j)[mine] - block.target[2 * i + j] for j in (0, 1))
            peak[i, mine] = np.where(students > NOTHING, np.abs(surplus) / np.maximum(students, NOTHING), 0.0)
        none = np.zeros(num + 1)
        return Block(Shape.PEAK, peak.tocsr(), none, block.weight, none, block.name)

    def _rows(self, rows: Rows, broken: dict[RowName, NDArray[np.bool_]]) -> Rows | None:
        """Rows of several schools; those of one forbid columns."""
        owners, every = self._owners(rows.matrix), times(rows.matrix, self._a)
        for r in np.flatnonzero(owners >= 0).tolist():
            mine = self._of_school[int(owners[r])]
            found = _dense(every, r)[mine]
            is_out = (found > rows.upper[r] + TOLERANCE) | (found < rows.lower[r] - TOLERANCE)
            if rows.names[r].rule == "capacity":
                is_out &= ~self._is_exempt[mine]
            self._forbid(broken, rows.names[r], mine[is_out])
        left = np.flatnonzero(owners < 0)
        if not len(left):
            return None
        return Rows(every[left], rows.lower[left], rows.upper[left], tuple(rows.names[r] for r in left))

    def _held(self, held: Held, broken: dict[RowName, NDArray[np.bool_]]) -> Held | None:
        """A limit of one school forbids columns."""
        s = self._only(held.terms)
        if s is None:
            return replace(held, terms=self.terms(held.terms))
        mine, terms = self._of_school[s], terms_times(held.terms, self._a)
        values = np.array([terms.value(_unit(len(self._columns), c)) for c in mine.tolist()])
        self._forbid(broken, held.name or RowName("rules"), mine[values > held.upper + HELD_TOLERANCE])
        return None

    def _either(self, either: Either, broken: dict[RowName, NDArray[np.bool_]]) -> Either | None:
        """A choice of one school forbids columns that keep none of its alternatives."""
        held = set(self._owners(either.block.parts).tolist())
        if len(held) > 1 or not held.isdisjoint((MANY, NONE)):
            return replace(either, block=blocks_times([either.block], self._a)[0])
        mine = self._of_school[held.pop()]
        self._forbid(broken, either.name, mine[self._values(either.block, mine) > TOLERANCE])
        return None

    def _forbid(self, broken: dict[RowName, NDArray[np.bool_]], name: RowName, columns: Ints) -> None:
        broken.setdefault(name, np.zeros(len(self._columns), dtype=bool))[columns] = True

    def _only(self, terms: Terms) -> int | None:
        """The one school that terms without costs of pairs are about; None where they are about more."""
        held = {s for parts in (terms.parts, *(block.parts for block in terms.blocks)) for s in self._owners(parts).tolist()}
        return held.pop() if len(held) == 1 and held.isdisjoint((MANY, NONE)) and not terms.linear.any() else None

    def _owners(self, matrix: Matrix) -> Ints:
        """The one school whose pairs each row is over, `MANY` or `NONE`; shape (R,)."""
        return row_owners(matrix, self._school)


def row_owners(matrix: Matrix, school: Ints) -> Ints:
    """The one school whose pairs each row of a matrix over pairs is over, `MANY` or `NONE`; shape (R,)."""
    owners = np.full(matrix.shape[0], NONE, dtype=np.int64)
    for r in range(matrix.shape[0]):
        touched = school[matrix.indices[matrix.indptr[r] : matrix.indptr[r + 1]]]
        if len(touched):
            owners[r] = touched[0] if (touched == touched[0]).all() else MANY
    return owners


def _bent(terms: Terms, k: int, q: Floats) -> Floats:
    """What a part costs at values of its quantity."""
    d = q - terms.target[k]
    return np.asarray(terms.over[k] * np.maximum(d, 0.0) + terms.under[k] * np.maximum(-d, 0.0))


def _dense(matrix: Matrix, row: int) -> Floats:
    values = np.zeros(matrix.shape[1])
    own = slice(matrix.indptr[row], matrix.indptr[row + 1])
    values[matrix.indices[own]] = matrix.data[own]
    return values


def _unit(size: int, place: int) -> Floats:
    values = np.zeros(size)
    values[place] = 1.0
    return values
