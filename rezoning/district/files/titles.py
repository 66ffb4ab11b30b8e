"""Titles, dates and remarks that stand above a table's header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MOST = 20
"""Lines above a header; where there are more, something else is wrong."""

NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d*)?%?")


def titles_above(records: Sequence[Sequence[str]]) -> int:
    """How many records of a text stand above the one that names the columns.

    A title is one cell alone, at the left. The header below it is as full as most records, and names things: no cell of it is a number.

    Parameters
    ----------
    records
        The first ones, cells stripped.
    """
    given = [sum(map(bool, cells)) for cells in records]
    usual = Counter(number for number in given if number > 1).most_common(1)
    if not usual:
        return 0
    header = next(at for at, number in enumerate(given) if number > 1)
    above = [cells for cells in records[:header] if any(cells)]
    if not above or header > MOST or given[header] < usual[0][0] or not all(cells[0] for cells in above):
        return 0
    return 0 if any(NUMBER.fullmatch(cell) for cell in records[header]) else header
