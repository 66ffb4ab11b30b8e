"""Where a table begins on a page that was made for people: below titles, under one row of names or several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rezoning.district.files.text import plain_name

Cells = Sequence[str]
Range = tuple[int, int, int, int]
"""Top, left, bottom and right of cells that are one, counted from 0."""

NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?")


@dataclass(frozen=True)
class Header:
    """The rows of names, counted from 0, and what each column is called; blank where it has no name.

    Parameters
    ----------
    top, bottom
        The first and the last of these rows.
    names
        With the name of the group before that of the column.
    short
        The names without those of the groups.
    """

    top: int
    bottom: int
    names: tuple[str, ...]
    short: tuple[str, ...]


def header_of(rows: Sequence[Cells], merged: Sequence[Range] = ()) -> Header:
    """The header of a table.

    It ends with the first row that is as full as most, or right above it, where that row holds numbers under names; titles have fewer cells. A row
    above belongs to it where it names groups of columns, by merged cells or where the row below has none.

    Parameters
    ----------
    rows
        All rows of equal width, some of them not blank.
    merged
        Cells that are one.
    """
    bottom = _last(rows)
    while bottom + 2 < len(rows) and _goes_on(bottom, rows, merged):
        bottom += 1
    top, names = bottom, [plain_name(cell) for cell in rows[bottom]]
    short = list(names)
    while top > 0 and _names_groups(rows[top - 1], names, [one for one in merged if one[0] <= top - 1 <= one[2]]):
        top -= 1
        group = _spread(top, rows[top], names, merged)
        names = [" ".join(filter(None, (over, name))) for over, name in zip(group, names, strict=True)]
        short = [name or over for over, name in zip(group, short, strict=True)]
    return Header(top, bottom, tuple(names), tuple(short))


def _filled(cells: Cells) -> int:
    return sum(bool(cell) for cell in cells)


def _last(rows: Sequence[Cells]) -> int:
    """The row of the columns' own names."""
    counts = [0 if next(filter(None, cells), "").endswith(":") else _filled(cells) for cells in rows]  # "District: Springfield" is a title
    times = Counter(count for count in counts if count > 1) or Counter(count for count in counts if count)
    usual = max(times, key=lambda count: (times[count], count))
    first = next(k for k, count in enumerate(counts) if count >= usual)
    above = rows[first - 1] if first else ()
    if _filled(above) > 1 and any(
        NUMBER.fullmatch(cell) and over and not NUMBER.fullmatch(over) for cell, over in zip(rows[first], above, strict=True)
    ):
        return first - 1
    if _filled(above) > 1 and all(over for over in above[1:]) and not above[0]:  # a column of row numbers without a name
        return first - 1
    return first


def _goes_on(row: int, rows: Sequence[Cells], merged: Sequence[Range]) -> bool:
    """Whether the row below names columns too: under the name of a group, and under none of the first column, which has its name already."""
    cells, below = rows[row], rows[row + 1]
    if _filled(cells) > 1 and any(top == row and left < right for top, left, _, right in merged):
        return True
    first = next(at for at, cell in enumerate(cells) if cell)
    return not below[first] and any(name and not cell for cell, name in zip(cells[first:], below[first:], strict=True))


def _names_groups(cells: Cells, below: Sequence[str], merged: Sequence[Range]) -> bool:
    """Whether a row names groups of the columns below it; a title over all of them names none."""
    if not _filled(cells):
        return False
    if any(cell and not name for cell, name in zip(cells, below, strict=True)):
        return True
    return _filled(cells) > 1 and any(left < right for _, left, _, right in merged)


def _spread(row: int, cells: Cells, below: Sequence[str], merged: Sequence[Range]) -> list[str]:
    """The group's name over each of its columns: over merged cells, else up to the next name."""
    group = [plain_name(cell) for cell in cells]
    here = [one for one in merged if one[0] <= row <= one[2] and one[1] < one[3]]
    for _, left, _, right in here:
        group[left : right + 1] = [group[left]] * (right + 1 - left)
    if here:
        return group
    for at in range(1, len(group)):
        if not group[at] and below[at] and below[at - 1]:
            group[at] = group[at - 1]
    return group
