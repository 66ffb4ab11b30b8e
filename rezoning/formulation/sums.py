"""Sums over the plan as rows of a matrix over pairs: what rules and goals are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Ints, Matrix, Pairs, RowName, Rows


def gathered_by_school(pairs: Pairs, quantity: Floats, schools: Ints) -> Matrix:
    """Matrix whose row i sums a unit quantity over the zone of ``schools[i]``; CSR of shape (len(schools), P)."""
    from scipy.sparse import csr_array

    row_of_school = np.full(pairs.num_schools, -1)
    row_of_school[schools] = np.arange(len(schools))
    row, coefficient = row_of_school[pairs.school], pairs.from_units(quantity)
    used = (row >= 0) & (coefficient != 0)
    return csr_array((coefficient[used], (row[used], np.flatnonzero(used))), shape=(len(schools), len(pairs)))


def one_row(pairs: Pairs, table: Floats) -> Matrix:
    """Matrix with the single row that sums a (unit, school) table over the plan; CSR of shape (1, P)."""
    from scipy.sparse import csr_array

    return csr_array(pairs.from_table(table)[None, :])


def row_of_units(pairs: Pairs, units: Ints, table: Floats) -> Matrix:
    """Like `one_row`, for a table of a few units alone, shape (len(units), m): the time goes with their number."""
    from scipy.sparse import csr_array

    place = pairs.lookup[pairs.node_of_unit[units]]
    used = (place >= 0) & (table != 0)
    column = place[used]
    return csr_array((table[used], (np.zeros(len(column), dtype=np.int64), column)), shape=(1, len(pairs)))


def least_activity(pairs: Pairs, row: Matrix) -> float:
    """The least that a row can sum to when every node has one admissible school, whichever is cheapest; the row is CSR of shape (1, P)."""
    entries = np.zeros(len(pairs))
    entries[row.indices] = row.data
    return float(np.minimum.reduceat(entries, pairs.first[:-1]).sum())


def moved_pairs(district: District) -> NDArray[np.bool_]:
    """Whether a unit changes schools with a school: it has one today, and that is another or closed; shape (n, m)."""
    if district.current is None:
        return np.ones((district.num_units, district.num_schools), dtype=bool)
    return np.asarray((district.current >= 0)[:, None] & (district.stayable[:, None] != np.arange(district.num_schools)))


def implications(pairs: Pairs, needed: list[tuple[int, list[int]]], name: RowName) -> Rows:
    """One row x[p] <= sum of x[q] over the pairs q that p needs; ``needed`` holds (p, [q, ...])."""
    from scipy.sparse import csr_array

    row = [i for i, (_, others) in enumerate(needed) for _ in range(len(others) + 1)]
    column = [q for p, others in needed for q in (p, *others)]
    value = [v for _, others in needed for v in (1.0, *[-1.0] * len(others))]
    matrix = csr_array((value, (row, column)), shape=(len(needed), len(pairs)))
    return Rows(matrix, np.full(len(needed), -np.inf), np.zeros(len(needed)), (name,) * len(needed))


def stacked_rows(blocks: Sequence[Rows]) -> Rows | None:
    """Rows over the same pairs, one under the other; None where there are none."""
    from scipy.sparse import csr_array, vstack

    if not blocks:
        return None
    return Rows(
        csr_array(vstack([block.matrix for block in blocks], format="csr")),
        np.concatenate([block.lower for block in blocks]),
        np.concatenate([block.upper for block in blocks]),
        tuple(name for block in blocks for name in block.names),
    )
