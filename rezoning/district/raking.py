"""Iterative proportional fitting: a table that keeps the pattern of a seed and has given sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CLOSE, EXACT = 1e-9, 1e-13
MOST = 2000


@dataclass(frozen=True, eq=False)
class Raked:
    """A table that was fitted.

    Parameters
    ----------
    table
        Shape (r, c), with the sums of its columns exact.
    off
        Largest difference of the sum of a row from what it should be, as a share of the whole.
    """

    table: Floats
    off: float

    @property
    def has_converged(self) -> bool:
        """Whether the rows have their sums as well."""
        return self.off <= CLOSE


def rake(seed: Floats, rows: Floats, columns: Floats) -> Raked:
    """Scale rows and columns of a seed by turns, until their sums are as they should be.

    Where the seed is 0, the table is; so are rows and columns without a seed, whatever their sums should be. Of all tables with these sums it is the
    nearest to the seed (least relative entropy), and it does not depend on the seed's scale, of the whole or of any row or column.

    Parameters
    ----------
    seed
        Not negative, shape (r, c).
    rows, columns
        Sums, not negative, with the same total, shapes (r,) and (c,).
    """
    table, whole = np.asarray(seed, dtype=np.float64).copy(), max(float(columns.sum()), np.finfo(np.float64).tiny)
    off = np.inf
    for _ in range(MOST):
        table *= _over(rows, table.sum(axis=1))[:, None]
        table *= _over(columns, table.sum(axis=0))
        off = float(np.abs(table.sum(axis=1) - rows).max(initial=0.0)) / whole
        if off <= EXACT:
            break
    return Raked(table, off)


def _over(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(found), where=found > 0)
