"""A page of cells as a table: what stands above its header and below its last record is left out and told, or refused with its row."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from rezoning.district.files.header import NUMBER, Cells, Header, Range, header_of
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem, shown

TOTAL = re.compile(
    r"((grand|sub|district|overall|school|all|column|elementary|middle|high)[ -]?)*(totals?|sum|average|mean|median)"
    r"( (students|enrollment|capacity|seats|units|schools|elementary|middle|high))*:?",
    re.IGNORECASE,
)
"""How rows are called that sum up the others."""

SUBTOTAL = re.compile(r"(sub[ -]?)?totals?\b|.*\b(sub[ -]?)?totals?:?$", re.IGNORECASE)
"""How rows may be called that sum up a part of the others, ``Total North`` or ``North Total``: they do where every number of theirs is a sum."""

AVERAGE = re.compile(r"average|mean|median", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """All cells of a page as texts, in rows of equal width; rows and columns are counted from 0.

    Parameters
    ----------
    merged
        Cells that are one; their text stands in the first.
    dates
        Cells that hold a date.
    unknown
        Cells whose value is not in the file, and what people call them.
    """

    rows: Sequence[Cells]
    merged: tuple[Range, ...] = ()
    dates: frozenset[tuple[int, int]] = frozenset()
    unknown: Mapping[tuple[int, int], str] = field(default_factory=dict)


def table_of(path: Path, grid: Grid, is_header: Callable[[Sequence[str]], bool]) -> Table:
    """The table that a page holds.

    Raises
    ------
    DataError
        A column is named twice, a total stands among the records or adds up to something else, or a value is not in the file.
    """
    if not any(any(cells) for cells in grid.rows):
        raise DataError(Problem(path.name, "is empty.", "Export it again, or name another file."))
    header = header_of(grid.rows, grid.merged)
    if not is_header(grid.rows[header.bottom]):
        header = Header(header.bottom, header.bottom - 1, ("",) * len(grid.rows[0]), ())
    _check_names(path, header)
    records = [r for r in range(header.bottom + 1, len(grid.rows)) if any(grid.rows[r])]
    again = [r for r in records if header.short and list(grid.rows[r]) == list(grid.rows[header.bottom])]
    records = sorted(set(records).difference(again))
    notes = [
        *_told_header(path, header, grid.rows),
        *(
            [f"{path.name}: {listed(again)} {'repeats the header, and is' if len(again) == 1 else 'repeat the header, and are'} left out"]
            if again
            else []
        ),
    ]
    records, left_out = _without_end(path, grid.rows, records)
    columns = [at for at in range(len(grid.rows[0])) if header.names[at] or any(grid.rows[r][at] for r in records)]
    names = [header.names[at] or f"column {at + 1}" for at in columns]
    _check_known(path, grid, [*range(header.top, header.bottom + 1), *records], columns)
    data = {name: [grid.rows[r][at] or None for r in records] for name, at in zip(names, columns, strict=True)}
    frame = pd.DataFrame(data, index=pd.Index([r + 1 for r in records], dtype="int64"), dtype=object)
    bare = {at: header.short[at] for at in columns if header.short and header.short[at] != header.names[at]}
    keys = {name: frame[header.names[at]] for at, name in bare.items() if list(header.short).count(name) == 1 and name not in names}
    dated = [f"{path.name}: {_dates(grid, records, at, name)}" for name, at in zip(names, columns, strict=True) if _dates(grid, records, at, name)]
    return Table(path, frame, files=(path,), notes=(*notes, *left_out), warnings=tuple(dated), keys=keys)


def listed(rows: Sequence[int]) -> str:
    """``'row 4'`` or ``'rows 1, 2'``, counted as a sheet counts them."""
    return f"row{'' if len(rows) == 1 else 's'} {shown(r + 1 for r in rows)}"


# -- above -----------------------------------------------------------------------------------------------------------


def _check_names(path: Path, header: Header) -> None:
    names = [name for name in header.names if name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        where = f"{path.name}, {listed(range(header.top, header.bottom + 1))}"
        raise DataError(Problem(where, f"names a column twice: '{shown(twice)}'.", "Rename or delete one of them."))


def _told_header(path: Path, header: Header, rows: Sequence[Cells]) -> Iterator[str]:
    titles = [r for r in range(header.top) if any(rows[r])]
    if not header.short:
        return
    place = listed(range(header.top, header.bottom + 1))
    if titles:
        yield f"{path.name}: the columns are named in {place}; {listed(titles)} above {'is' if len(titles) == 1 else 'are'} left out"
    if header.top < header.bottom:
        grouped = [f"'{name}'" for name, short in zip(header.names, header.short, strict=True) if name != short]
        yield f"{path.name}: names of columns from {place}: {shown(grouped)}"


# -- below -----------------------------------------------------------------------------------------------------------


def _without_end(path: Path, rows: Sequence[Cells], records: list[int]) -> tuple[list[int], list[str]]:
    """The records without totals and the remarks at their end, and what to say of these.

    Raises
    ------
    DataError
        A row is called a total or an average, and is neither that of all records above nor of those since the last one.
    """
    kept, notes = list(records), list[str]()
    remarks = list[int]()
    while len(kept) > 1 and _is_remark(rows[kept[-1]], rows[kept[0]]):
        remarks.insert(0, kept.pop())
    if remarks:
        held = shown([f"'{_short(_first(rows[r]))}'" for r in remarks])
        notes.append(f"{path.name}: {listed(remarks)} below the table left out: {held}")
    found, since, totals, strange = list[int](), list[int](), list[int](), list[int]()
    for r in kept:
        is_total = TOTAL.fullmatch(_first(rows[r])) is not None
        if found and (_sums_up(rows, found, r) or _sums_up(rows, since, r) if is_total else _sums_up_part(rows, since, r)):
            totals.append(r)
            since = []
        elif is_total:
            strange.append(r)
        else:
            found.append(r)
            since.append(r)
    if totals:
        named, has = _called(rows, totals), "sums up rows above, and is" if len(totals) == 1 else "sum up rows above, and are"
        notes.append(f"{path.name}: {listed(totals)} ({named}) {has} left out")
    if strange:
        message = f"called {_called(rows, strange)}, and not that of the rows above: what sums them up is no record."
        raise DataError(Problem(f"{path.name}, {listed(strange)}", message, "Delete the row, or correct it."))
    return found, notes


def _called(rows: Sequence[Cells], some: Sequence[int]) -> str:
    return shown(dict.fromkeys(f"'{_first(rows[r])}'" for r in some))


def _first(cells: Cells) -> str:
    return next((cell for cell in cells if cell), "")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_remark(cells: Cells, record: Cells) -> bool:
    """A sentence alone in its row, in a table of several columns."""
    given = [cell for cell in cells if cell]
    if len(given) != 1 or sum(bool(cell) for cell in record) < 2:
        return False
    return given[0].startswith(("*", "(", "†", "Note", "Source")) or len(given[0].split()) > 2


def number_in(text: str) -> float | None:
    """A number as people write it, with or without commas between thousands."""
    return float(text.replace(",", "")) if NUMBER.fullmatch(text) else None


def _sums_up(rows: Sequence[Cells], above: Sequence[int], row: int) -> bool:
    """Whether some number of a row is the sum of those above, or their average as it says; percentages beside it need not be."""
    is_average = AVERAGE.search(_first(rows[row])) is not None
    for at, cell in enumerate(rows[row]):
        said = number_in(cell)
        numbers = [number for r in above if (number := number_in(rows[r][at])) is not None]
        if said and numbers:
            known = (statistics.fmean(numbers), statistics.median(numbers)) if is_average else (math.fsum(numbers),)
            if any(math.isclose(one, said, rel_tol=1e-3 if is_average else 1e-9, abs_tol=0.01) for one in known):
                return True
    return all(number_in(cell) in (None, 0.0) for cell in rows[row])


def _sums_up_part(rows: Sequence[Cells], above: Sequence[int], row: int) -> bool:
    """Whether a row is called the total of some part, and every number in it is the sum of those above."""
    if not SUBTOTAL.match(_first(rows[row])):
        return False
    said = {at: number for at, cell in enumerate(rows[row]) if (number := number_in(cell))}
    sums = {at: math.fsum(number for r in above if (number := number_in(rows[r][at])) is not None) for at in said}
    return bool(above and said) and all(math.isclose(sums[at], said[at], abs_tol=0.01) for at in said)


# -- cells -----------------------------------------------------------------------------------------------------------


def _check_known(path: Path, grid: Grid, rows: Sequence[int], columns: Sequence[int]) -> None:
    lost = [grid.unknown[r, at] for r in rows for at in columns if (r, at) in grid.unknown]
    if lost:
        message = f"{'a formula has' if len(lost) == 1 else f'{len(lost)} formulas have'} no value: {shown(lost)}."
        cure = "Open it in a spreadsheet and save it, so that formulas are worked out, or paste their values."
        raise DataError(Problem(path.name, message, cure))


def _dates(grid: Grid, records: Sequence[int], at: int, name: str) -> str:
    """Doubt dates among other values: spreadsheets take an id like 1-2 for a day."""
    dates = [r for r in records if (r, at) in grid.dates]
    others = [r for r in records if grid.rows[r][at] and (r, at) not in grid.dates]
    if not dates or not others:
        return ""
    held = shown(dict.fromkeys(f"'{grid.rows[r][at]}'" for r in dates))
    return f"{listed(dates)}: column '{name}' holds dates among other values ({held}); a spreadsheet may have made them from ids like 1-2"
