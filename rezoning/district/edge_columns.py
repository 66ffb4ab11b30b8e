"""Which columns of a file of neighbors hold the pairs, and which their shared length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pandas as pd

from rezoning.district.checks import quoted
from rezoning.district.detect import Lookup, row_numbers, said_row_numbers, words_of
from rezoning.district.files.table import Table, texts
from rezoning.district.reading import Reading, counted
from rezoning.errors import DataError, Problem, shown

NO_LENGTH = frozenset({"weight", "weights", "w", "wt", "queen", "rook", "type", "kind", "touch", "touches", "adjacent", "neighbor", "contiguous"})
"""Words of a third column that weighs pairs, or says how they meet, and does not measure them."""

APART = frozenset({"distance", "dist", "gap"})
"""Words of a column that says how far two units are apart: 0 is next door, and no length of a border either."""

LENGTH = frozenset({"length", "len", "shared", "share", "border", "boundary", "edge", "perimeter", "m", "meters", "ft", "feet", "km"})
"""Words of a column that measures the border."""

SIDES = (
    ("from", "to"), ("source", "target"), ("src", "nbr"), ("src", "dst"), ("origin", "destination"), ("focal", "neighbor"), ("unit", "neighbor"),
    ("left", "right"), ("u", "v"), ("i", "j"), ("a", "b"), ("1", "2"), ("id", "nid"),
)  # fmt: skip
"""What the names of the two columns of a pair differ by."""

NO_BORDER = frozenset({"false", "f", "no", "n"})
"""How a column beside the pairs says, but for 0, that two units are no neighbors."""


def edge_columns(table: Table, lookup: Lookup, reading: Reading) -> pd.DataFrame:
    """The two columns of units, and the third one where it is a length; columns that number the rows are passed over, and told.

    A column without a name that counts its rows is no unit's id where two others hold some. Pairs that are said to share nothing are left out.

    Parameters
    ----------
    table
        The file, of any kind.
    lookup
        Finds units.

    Raises
    ------
    DataError
        The first row holds units and no names; or the table is a matrix.
    """
    names = table.columns
    _check_names(names, table.name, lookup)
    numbers = row_numbers(names, table.frame) if len(names) > 2 else []
    kept = [name for name in names if name not in numbers]
    holding = [name for name in kept if _holds(table, name, lookup)]
    if len(holding) < 2:
        kept, numbers = names, []
    pair = _pair(kept, holding)
    third = next(iter(kept[max(map(kept.index, pair), default=0) + 1 :]), None)
    is_length = third is not None and not (NO_LENGTH | APART) & set(words_of(third))
    reading.notes.extend(said_row_numbers(numbers, table.name))
    if third is not None and not is_length:
        reading.note(f"{table.name}: column '{third}' is no shared length, and is passed over")
    elif numbers or len(kept) > 3 or pair != kept[:2]:
        length = "" if third is None else f", shared length from '{third}'"
        reading.note(f"{table.name}: pairs from {shown(quoted(pair))}{length}")
    frame = table.frame if third is None else _bordering(table, third, reading)
    return frame[[*pair, third] if third is not None and is_length else pair].copy()


def _check_names(names: Sequence[str], file: str, lookup: Lookup) -> None:
    """The first row names two columns: units in it are a pair that would be lost, or the columns of a matrix."""
    units = [name for name in names if lookup.find(name) >= 0]
    if len(names) > 3 and len(units) > 2:
        message = f"is a matrix: its columns are the units {shown(quoted(units))}."
        raise DataError(Problem(f"{file}, row 1", message, "Give one pair of neighbors a row, under two names, e.g. u,v."))
    if len(names) > 1 and {names[0], names[1]} <= set(units):
        message = f"holds the units {shown(quoted(names[:2]))} where names of columns were expected."
        raise DataError(Problem(f"{file}, row 1", message, "Write a first row with names, e.g. u,v."))


def _pair(kept: list[str], holding: list[str]) -> list[str]:
    """The columns of the pairs: the only two that hold units, or the two of several whose names belong together; else the first two."""
    if len(holding) == 2:
        return holding
    named = [[one, other] for one, other in permutations(holding, 2) if _are_sides(one.lower(), other.lower())]
    return named[0] if len(named) == 1 else kept[:2]


def _are_sides(one: str, other: str) -> bool:
    return any(re.sub(rf"(?<![a-z]){first}(?![a-z])", second, one) == other != one for first, second in SIDES)


def _bordering(table: Table, name: str, reading: Reading) -> pd.DataFrame:
    """The records but for those of which a column says, by 0 or no, that the pair shares no border."""
    held, words = pd.Series(texts(table.frame[name])), set(words_of(name))
    nothing = ((pd.to_numeric(held, errors="coerce") == 0) | held.str.lower().isin(NO_BORDER)).to_numpy(dtype=bool)
    if words & APART or not nothing.any():
        return table.frame
    pairs = counted(int(nothing.sum()), "pair")
    if not words & (LENGTH | NO_LENGTH):
        doubt = f"{table.name}: column '{name}' holds 0 for {pairs}, which stay neighbors"
        reading.warn(f"{doubt}; if it says that they share no border, call it shared_m")
        return table.frame
    reading.note(f"{table.name}: {pairs} left out, for column '{name}' says that they share no border")
    return table.frame[~nothing]


def _holds(table: Table, name: str, lookup: Lookup) -> bool:
    """Whether most of a column are units."""
    found, _ = lookup.find_all(texts(table.frame[name]))
    return bool(np.mean(found >= 0) > 0.5)
