"""The table of schools: seats, students, utilization, groups and trips, today and in an option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rezoning.metrics.seats import EMPTY
from rezoning.public.book import Book
from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.kinds import Together, difference_as_shown, together
from rezoning.report.catalogue.schools import SchoolMeasure, school_measures
from rezoning.report.language import Language
from rezoning.runs.option import Option

FULL = 1 + 1e-9  # utilization from which a school is flagged; below EMPTY it is, too
WIDE = 3  # groups from which a table leaves columns out on paper


@dataclass(frozen=True)
class SortHead:
    """A column that sorts: what it is called in its group, the whole name for a file, and whether it is left out on narrow paper."""

    label: str
    full: str
    starts: bool = False
    spare: bool = False


@dataclass(frozen=True)
class SortGroup:
    """Columns under one heading, or a column that needs none; `first` is the place of the first in a row."""

    label: str
    heads: tuple[SortHead, ...]
    first: int


@dataclass(frozen=True)
class SortedCell:
    """A cell: its text, its number for sorting (empty: sorted last), a flag, ``over`` or ``under``."""

    text: str
    sort: str = ""
    flag: str = ""
    starts: bool = False
    spare: bool = False


@dataclass(frozen=True)
class SchoolLine:
    """A school; `status` says what becomes of it where something does: ``closed`` or ``opens``, a key of the part ``page`` after ``school_``."""

    name: str
    is_open: bool
    status: str
    entries: tuple[SortedCell, ...]


@dataclass(frozen=True)
class OptionSchools:
    """The table of an option."""

    letter: str
    name: str
    file: str
    groups: tuple[SortGroup, ...]
    heads: tuple[SortHead, ...]
    lines: tuple[SchoolLine, ...]
    is_wide: bool

    @property
    def columns(self) -> list[str]:
        """Names of all columns, for a file."""
        return [head.full for head in self.heads]


def school_table(book: Book, option: Option, language: Language) -> OptionSchools:
    """The table of an option: seats, then today, the option, and for groups the change in points."""
    rows, before = book.views[option.letter].schools, None if book.today is None else book.today.schools
    at = [i for i, row in enumerate(rows) if row.is_open or (before is not None and before[i].students != 0)]
    found = sorted((one for one in school_measures(book, language) if not one.is_of_shape), key=lambda measure: measure.key != "seats")
    fields = [field for measure in found if (field := _field(measure, option.letter, at, language)) is not None]
    heads = tuple(head for _, heads, _ in fields for head in heads)
    status = ["closed" if not rows[i].is_open else "opens" if before is not None and not before[i].is_open else "" for i in at]
    lines = tuple(
        SchoolLine(_name(book, option, i), rows[i].is_open, status[k], tuple(e for _, _, cells in fields for e in cells[k])) for k, i in enumerate(at)
    )
    places = accumulate((len(heads) for _, heads, _ in fields), initial=1)
    groups = tuple(SortGroup(title, heads, place) for (title, heads, _), place in zip(fields, places, strict=False))
    return OptionSchools(option.letter, option.name, f"schools-{option.letter.lower()}.csv", groups, heads, lines, len(book.groups) > WIDE)


def _name(book: Book, option: Option, i: int) -> str:
    """A school, with the grades that it has in the option, where it shares a zone."""
    return f"{book.schools[i].name} {book.views[option.letter].grades_at(i)}".rstrip()


Field = tuple[str, tuple[SortHead, ...], list[tuple[SortedCell, ...]]]
"""Columns under one heading: that, theirs, and for each school their cells."""


def _field(measure: SchoolMeasure, letter: str, at: Sequence[int], language: Language) -> Field | None:
    """None where nothing is known of any school of the table."""
    after, before = (None if key not in measure.cells else [measure.cells[key][i] for i in at] for key in (letter, "today"))
    assert after is not None
    if all(cell is None for cell in (*after, *(before or ()))):
        return None
    if measure.key == "seats":  # those of today where the option closes the school
        seats = after if before is None else [was if now is None else now for now, was in zip(after, before, strict=True)]
        heads_of_seats = (SortHead(measure.title, measure.title, starts=True),)
        alone = [together([cell], measure.kind, language) for cell in seats]
        return (
            measure.title,
            heads_of_seats,
            [(replace(_entry(cell, measure, said), starts=True),) for cell, said in zip(seats, alone, strict=True)],
        )
    columns = [("plan", after)] if before is None else [("today", before), ("plan", after)]
    said = [measure.together(i, language) for i in at]
    heads = [_head(measure.title, name, letter, language) for name, _ in columns]
    cells = [[_entry(cell, measure, one) for cell, one in zip(column, said, strict=True)] for _, column in columns]
    if measure.key.startswith("share") and before is not None:
        heads.append(_head(measure.title, "change", letter, language))
        cells.append([_change(now, was, one) for now, was, one in zip(after, before, said, strict=True)])
    heads[0], cells[0] = replace(heads[0], starts=True), [replace(cell, starts=True) for cell in cells[0]]
    return measure.title, tuple(heads), list(zip(*cells, strict=True))


def _head(title: str, name: str, letter: str, language: Language) -> SortHead:
    label = language.text(f"page.column_{name}", letter=letter)
    full = language.text("page.column_change_full") if name == "change" else label
    return SortHead(label, f"{title}, {full}", spare=name == "change")


def _change(now: Cell, was: Cell, said: Together) -> SortedCell:
    more = difference_as_shown(now, was, said.kind)
    return SortedCell(said.change(now, was), f"{more:.6g}" if is_number(more) else "", spare=True)


def _entry(cell: Cell, measure: SchoolMeasure, said: Together) -> SortedCell:
    flag = "over" if is_number(cell) and cell > FULL else "under" if is_number(cell) and cell < EMPTY else ""
    return SortedCell(said.text(cell), f"{cell:.6g}" if is_number(cell) else "", flag if measure.key == "utilization" else "")
