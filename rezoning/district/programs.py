"""Columns that say yes or no of each school: whether it is open, and which programs it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask, quoted
from rezoning.district.files.table import Table, column, texts
from rezoning.district.reading import Reading
from rezoning.errors import shown

if TYPE_CHECKING:
    from rezoning.scenario.schema import Schools

YES = {"true", "1", "yes", "t", "y"}
NO = {"false", "0", "no", "f", "n"}


def yes_or_no(table: Table, name: str, place: str, reading: Reading) -> Mask | None:
    """Whether a column says yes, by row; None where some cell says neither yes nor no, which is a problem then.

    Raises
    ------
    DataError
        There is no such column.
    """
    values = texts(column(table, name, place))
    is_yes = np.array([text.lower() in YES for text in values], dtype=bool)
    unclear = ~is_yes & np.array([text.lower() not in NO for text in values], dtype=bool)
    if unclear.any():
        message = f"column '{name}' holds {shown(quoted(values[unclear]))}, neither yes nor no."
        held = table.holding(name)
        reading.problems.add(held.place(held.rows(unclear)), message, "Write true or false, yes or no, 1 or 0.")
        return None
    return is_yes


def read_programs(section: Schools, table: Table, is_open: Mask, reading: Reading) -> dict[str, Mask]:
    """Whether each school has a program, by its name: the open schools followed by the closed ones, shape (m + closed,) each.

    A blank cell is a problem: a school of which nothing is said is not one without the program.
    """
    order = np.concatenate([np.flatnonzero(is_open), np.flatnonzero(~is_open)])
    found = {}
    for program, name in section.programs.items():
        with reading.gathering():
            has = yes_or_no(table, name, section.place("programs", program), reading)
            if has is not None:
                found[program] = has[order]
    return found
