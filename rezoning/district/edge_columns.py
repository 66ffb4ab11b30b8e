"""Which columns of a file of neighbors hold the pairs, and which their shared length."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rezoning.district.checks import quoted
from rezoning.district.detect import Lookup, row_numbers, said_row_numbers, words_of
from rezoning.district.readers import Table, texts
from rezoning.district.reading import Reading
from rezoning.errors import shown

NO_LENGTH = frozenset({"weight", "weights", "w", "wt", "queen", "rook", "type", "kind", "touch", "touches", "adjacent", "neighbor", "contiguous"})
"""Words of a third column that weighs pairs, or says how they meet, and does not measure them."""


def edge_columns(table: Table, lookup: Lookup, reading: Reading) -> pd.DataFrame:
    """The two columns of units, and the third one where it is a length; columns that number the rows are passed over, and told.

    A column without a name that counts its rows is no unit's id where two others hold some.

    Parameters
    ----------
    table
        The file, of any kind.
    lookup
        Finds units.
    """
    names = table.columns
    numbers = row_numbers(names, table.frame) if len(names) > 2 else []
    kept = [name for name in names if name not in numbers]
    if sum(_holds(table, name, lookup) for name in kept) < 2:
        kept, numbers = names, []
    reading.notes.extend(said_row_numbers(numbers, table.name))
    frame = table.frame[kept[:3]].copy()
    if len(kept) > 2 and NO_LENGTH & set(words_of(kept[2])):
        reading.note(f"{table.name}: column '{kept[2]}' is no shared length, and is passed over")
        return frame[kept[:2]]
    if numbers or len(kept) > 3:
        length = f", shared length from '{kept[2]}'" if len(kept) > 2 else ""
        reading.note(f"{table.name}: pairs from {shown(quoted(kept[:2]))}{length}")
    return frame


def _holds(table: Table, name: str, lookup: Lookup) -> bool:
    """Whether most of a column are units."""
    found, _ = lookup.find_all(texts(table.frame[name]))
    return bool(np.mean(found >= 0) > 0.5)
