"""The table of schools: seats, students, utilization, groups and trips, today and in an option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rezoning.public import Book, SchoolRow
from rezoning.report.language import NOTHING, Cell, Language
from rezoning.report.page.goals import capital
from rezoning.runs.option import Option

FULL, EMPTY = 1 + 1e-9, 0.8  # utilization from which a school is flagged
WIDE = 3  # groups from which a table leaves columns out on paper


@dataclass(frozen=True)
class Head:
    """A column that sorts: what it is called in its group, the whole name for a file, and whether it is left out on narrow paper."""

    label: str
    full: str
    starts: bool = False
    spare: bool = False


@dataclass(frozen=True)
class HeadGroup:
    """Columns under one heading, or a column that needs none; `first` is the place of the first in a row."""

    label: str
    heads: tuple[Head, ...]
    first: int


@dataclass(frozen=True)
class Entry:
    """A cell: its text, its number for sorting (empty: sorted last), a flag, ``over`` or ``under``."""

    text: str
    sort: str = ""
    flag: str = ""
    starts: bool = False
    spare: bool = False


@dataclass(frozen=True)
class Line:
    """A school."""

    name: str
    is_open: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class SchoolTable:
    """The table of an option."""

    letter: str
    name: str
    file: str
    groups: tuple[HeadGroup, ...]
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    is_wide: bool

    @property
    def columns(self) -> list[str]:
        """Names of all columns, for a file."""
        return [head.full for head in self.heads]


def school_table(book: Book, option: Option, language: Language) -> SchoolTable:
    """The table of an option; columns without any number are left out."""
    before = None if book.today is None else book.today.schools
    after = book.views[option.letter].schools
    at = [i for i, row in enumerate(after) if row.is_open or (before is not None and before[i].students != 0)]
    fields = [part for part in _fields(book, option, before, after, language) if any(e.text != NOTHING for i in at for e in part.entries[i])]
    heads = tuple(head for part in fields for head in part.heads)
    lines = tuple(Line(book.schools[i].name, after[i].is_open, tuple(e for part in fields for e in part.entries[i])) for i in at)
    places = accumulate((len(part.heads) for part in fields), initial=1)
    groups = tuple(HeadGroup(part.title, part.heads, place) for part, place in zip(fields, places, strict=False))
    return SchoolTable(option.letter, option.name, f"schools-{option.letter.lower()}.csv", groups, heads, lines, len(book.groups) > WIDE)


@dataclass(frozen=True)
class _Field:
    """Some columns of one kind: their heading, and for each school of the book their cells."""

    title: str
    heads: tuple[Head, ...]
    entries: tuple[tuple[Entry, ...], ...]


def _fields(book: Book, option: Option, before: Sequence[SchoolRow] | None, after: Sequence[SchoolRow], language: Language) -> Iterator[_Field]:
    make = _Maker(option.letter, before, after, language)
    yield make.seats()
    yield make.pair(language.text("page.column_students"), [row.students for row in after], _of(before, "students"), 0)
    used = [row.utilization for row in after]
    yield make.pair(language.text("page.column_utilization"), used, _of(before, "utilization"), 1, percent=True, flags=True)
    for name in book.groups:
        earlier = None if before is None else [row.shares.get(name) for row in before]
        yield make.pair(capital(language.group(name)), [row.shares.get(name) for row in after], earlier, 0, percent=True, change=True)
    unit = language.text(f"goals.unit_{option.district.travel_unit}")
    yield make.pair(language.text("page.column_trip", unit=unit), [row.travel_mean for row in after], _of(before, "travel_mean"), 1)


def _of(rows: Sequence[SchoolRow] | None, name: str) -> list[Cell] | None:
    return None if rows is None else [getattr(row, name) for row in rows]


class _Maker:
    """Makes fields of one option's table."""

    def __init__(self, letter: str, before: Sequence[SchoolRow] | None, after: Sequence[SchoolRow], language: Language) -> None:
        self.letter, self.before, self.after, self.language = letter, before, after, language

    def seats(self) -> _Field:
        """Seats in the option; those of today where it closes the school."""
        found = [row.capacity if row.capacity is not None or self.before is None else self.before[i].capacity for i, row in enumerate(self.after)]
        entries = tuple((Entry(self.language.count(seats), _sort(seats), starts=True),) for seats in found)
        label = self.language.text("page.column_seats")
        return _Field(label, (Head(label, label, starts=True),), entries)

    def pair(
        self, title: str, after: Sequence[Cell], before: Sequence[Cell] | None, digits: int,
        *, percent: bool = False, flags: bool = False, change: bool = False,
    ) -> _Field:  # fmt: skip
        """Today and the option, and the change between them in points where wanted."""

        def write(value: Cell) -> str:
            return self.language.percent(value, digits) if percent else self.language.number(value, digits)

        parts: list[tuple[Head, list[Entry]]] = []
        if before is not None:
            parts.append((self._head(title, "today"), [Entry(write(x), _sort(x), _flag(x) if flags else "") for x in before]))
        parts.append((self._head(title, "plan"), [Entry(write(x), _sort(x), _flag(x) if flags else "") for x in after]))
        if change and before is not None:
            differences = [_difference(x, y) for x, y in zip(after, before, strict=True)]
            entries = [Entry(self.language.points(d), _sort(d), spare=True) for d in differences]
            full = f"{title}: {self.language.text('page.column_change_full')}"
            parts.append((Head(self.language.text("page.column_change"), full, spare=True), entries))
        head, entries = parts[0]
        parts[0] = (Head(head.label, head.full, True), [Entry(e.text, e.sort, e.flag, True) for e in entries])
        return _Field(title, tuple(head for head, _ in parts), tuple(zip(*(entries for _, entries in parts), strict=True)))

    def _head(self, title: str, which: str) -> Head:
        label = self.language.text(f"page.column_{which}", letter=self.letter)
        return Head(label, f"{title}: {label}")


def _flag(value: Cell) -> str:
    if not isinstance(value, (int, float)):
        return ""
    return "over" if value > FULL else "under" if value < EMPTY else ""


def _difference(after: Cell, before: Cell) -> Cell:
    """Plan minus today; hidden where one of them is, undefined where one of them is."""
    for value in (after, before):
        if isinstance(value, str):
            return value
    return None if after is None or before is None else float(after) - float(before)


def _sort(value: Cell) -> str:
    return f"{value:.6g}" if isinstance(value, (int, float)) else ""
