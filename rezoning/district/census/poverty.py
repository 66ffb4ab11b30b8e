"""Children in poverty by census tract, from the American Community Survey: where low-income students live, as far as is published."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from rezoning.district.census.cells import Cell, cells_of
from rezoning.district.census.codes import all_known, geoids, known
from rezoning.district.district import Floats
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem

BELOW = (*range(4, 10), *range(18, 24))
"""Cells of table B17001: boys and girls under 18 below the poverty line."""

ABOVE = (*range(33, 39), *range(47, 53))
"""Likewise at or above it."""

UNDER_185 = range(2, 7)
"""Cells of table C17002: people with less than 1.85 times the poverty line, from which on a reduced-price lunch costs its full price."""


def poverty_by_tract(table: Table) -> pd.DataFrame:
    """Children below the poverty line by tract (B17001), or, of all ages, people below 1.85 times that line (C17002).

    Returns
    -------
    DataFrame
        By the eleven digits of a tract: ``poor``, ``all``, ``share`` (NaN where nobody lives or a number is not known), and ``poor_margin`` and
        ``share_margin``: 90 % margins of error, combined as the root of the sum of squares; NaN where the file has none, or one of them is not known.

    Raises
    ------
    DataError
        The file has not all the cells that are summed, or its ids are no tracts.
    """
    cells = {cell: name for name, cell in cells_of(table.columns).items()}
    is_children = any(cell.table == "B17001" for cell in cells)
    name, poor, everyone = ("B17001", BELOW, (*BELOW, *ABOVE)) if is_children else ("C17002", UNDER_185, (1,))
    missing = [f"{name}_{number:03}E" for number in {*poor, *everyone} if Cell(name, "", number) not in cells]
    if missing:
        raise DataError(Problem(table.name, f"lacks {', '.join(sorted(missing))}.", f"Download table {name} whole."))

    def summed(numbers: Iterable[int]) -> tuple[Floats, Floats]:
        return _summed(table, cells, name, numbers)

    (below, margin), (total, total_margin) = summed(poor), summed(everyone)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total > 0, below / total, np.nan)
        share_margin = _margin_of_share(share, margin, total, total_margin)
    found = {"poor": below, "all": total, "share": share, "poor_margin": margin, "share_margin": share_margin}
    ids = geoids(table, 11)
    frame = pd.DataFrame(found, index=pd.Index(ids, name="GEOID"))
    return frame[frame.index != ""]


def _summed(table: Table, cells: dict[Cell, str], name: str, numbers: Iterable[int]) -> tuple[Floats, Floats]:
    """A sum of cells and its margin of error."""
    estimates = all_known(known(table.frame[cells[Cell(name, "", number)]]) for number in numbers)
    margins = [cells.get(Cell(name, "", number, is_margin=True)) for number in numbers]
    if None in margins:
        return estimates, np.full(len(estimates), np.nan)
    return estimates, np.sqrt(all_known(known(table.frame[margin]) ** 2 for margin in margins if margin is not None))


def _margin_of_share(share: Floats, margin: Floats, total: Floats, total_margin: Floats) -> Floats:
    """Margin of a proportion as the Census Bureau's handbook has it; as of a ratio where that would be the root of less than nothing."""
    inside = margin**2 - share**2 * total_margin**2
    return np.asarray(np.sqrt(np.where(inside >= 0, inside, margin**2 + share**2 * total_margin**2)) / total)


def low_income_by_block(children: pd.Series[float], poverty: pd.DataFrame) -> tuple[pd.Series[float], list[str]]:
    """Children of each block times the share of its tract, as a seed for low-income students.

    Returns
    -------
    low_income
        By block. In a tract of which the share is not known, that of all known tracts that have children here is taken.
    unknown
        These tracts.
    """
    tracts = children.index.str[:11]
    share = poverty["share"].reindex(tracts).to_numpy(dtype=np.float64)
    counts = children.to_numpy(dtype=np.float64)
    is_known = ~np.isnan(share) & ~np.isnan(counts)
    usual = float((share * counts)[is_known].sum() / counts[is_known].sum()) if counts[is_known].sum() > 0 else np.nan
    unknown = sorted(set(tracts[np.isnan(share) & (counts > 0)]))
    return pd.Series(counts * np.where(np.isnan(share), usual, share), index=children.index, name="low_income"), unknown
