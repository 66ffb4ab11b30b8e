"""Where a table begins on a page that was made for people: below titles, under one row of names or several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from rezoning.district.files.text import plain_name

Cells = Sequence[str]
Range = tuple[int, int, int, int]
"""Top, left, bottom and right of cells that are one, counted from 0."""

MOST = 3
"""Rows of names."""

LOOKED_AT = 50
"""Records below a row that tell what it is."""

YEARS = (1990, 2100)
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

    It ends with the first row that is as full as most, or right above it, where that row is a record; titles have fewer cells. A row above belongs to
    it where it names groups of columns, by merged cells or where the row below has none.

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
    """The first row that is as full as most; the one above where it is a record, whose names are fewer than its cells."""
    counts = [0 if next(filter(None, cells), "").endswith(":") else _filled(cells) for cells in rows]  # "District: Springfield" is a title
    times = Counter(count for count in counts if count > 1) or Counter(count for count in counts if count)
    usual = max(times, key=lambda count: (times[count], count))
    row = next(k for k, count in enumerate(counts) if count >= usual)
    while row and counts[row - 1] > 1 and _is_record(rows[row], rows[row + 1 : row + 1 + LOOKED_AT], _has_names(row, rows)):
        row -= 1
    return row


def _has_names(row: int, rows: Sequence[Cells]) -> bool:
    """Whether something stands right above each cell of a row."""
    block = list(takewhile(any, reversed(rows[max(0, row - MOST) : row])))
    return all(any(above[at] for above in block) for at, cell in enumerate(rows[row]) if cell)


def _is_record(cells: Cells, below: Sequence[Cells], has_names: bool) -> bool:
    """Whether a row holds numbers wherever most rows below do; those may be years or grades, which are names, where no other name is above each."""
    seen = [row for row in below if any(row)]
    numeric = [at for at in range(len(cells)) if _mostly_numbers([row[at] for row in seen])]
    numbers = [float(cells[at].replace(",", "")) for at in numeric if NUMBER.fullmatch(cells[at])]
    if len(numbers) < sum(bool(cells[at]) for at in numeric) or not numbers:
        return False
    if has_names:
        return True
    are_years = all(number.is_integer() and YEARS[0] <= number <= YEARS[1] for number in numbers)
    return not (are_years or (_counts_on(numbers) and len(numbers) > 1))


def _mostly_numbers(cells: Sequence[str]) -> bool:
    given = [cell for cell in cells if cell]
    return 2 * sum(NUMBER.fullmatch(cell) is not None for cell in given) > len(given)


def _counts_on(numbers: Sequence[float]) -> bool:
    """Whether each number is one more than that before it, or begins anew."""
    return all(one in (before + 1, numbers[0]) for before, one in pairwise(numbers)) and len(set(numbers)) > 1


def _goes_on(row: int, rows: Sequence[Cells], merged: Sequence[Range]) -> bool:
    """Whether the row below names columns too: under the name of a group, and under none of the first column, which has its name already."""
    if any(top <= row < bottom for top, _, bottom, _ in merged):
        return True
    cells, below = rows[row], rows[row + 1]
    first = next(at for at, cell in enumerate(cells) if cell)
    under = rows[row + 2 : row + 2 + LOOKED_AT]
    return not below[first] and any(
        name and (not cell or (not NUMBER.fullmatch(name) and _mostly_numbers([one[at] for one in under])))
        for at, (cell, name) in enumerate(zip(cells, below, strict=True))
        if at > first
    )


def _names_groups(cells: Cells, below: Sequence[str], merged: Sequence[Range]) -> bool:
    """Whether a row names groups of the columns below it; a title names none, which begins with the first of them and stands alone."""
    given = [name for name in below if name]
    if not _filled(cells):
        return False
    if any(cell and not name for cell, name in zip(cells, below, strict=True)):
        return True
    first = next(at for at, name in enumerate(below) if name)
    if any(left < right and (_filled(cells) > 1 or left > first) for _, left, _, right in merged):
        return True
    return _filled(cells) > 1 and len(set(given)) < len(given)


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
