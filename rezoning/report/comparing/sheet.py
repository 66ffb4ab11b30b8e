"""What all sections of a comparison need: the book, the words, the columns, and how to look a measure up in every column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rezoning.public import Book, SchoolRow, View
from rezoning.report.comparing.goals import unit_kind
from rezoning.report.comparing.rows import Column, Direction, Kind, Row, Section, make_row
from rezoning.report.language import HIDDEN, Cell, Language


def columns_of(book: Book, language: Language) -> tuple[Column, ...]:
    """Today where it is known, the options, and the nearest schools where travel is known."""
    now = (Column("today", language.text("compare.today"), False),) if book.today is not None else ()
    near = (Column("nearest", language.text("compare.nearest"), False),) if book.nearest is not None else ()
    return (*now, *(Column(option.letter, language.text("compare.option", letter=option.letter), True) for option in book.options), *near)


@dataclass(frozen=True, eq=False)
class Sheet:
    """What all sections need: the book, the words, the columns, and how to look a measure up in every column."""

    book: Book
    language: Language
    columns: tuple[Column, ...]

    @property
    def travel_unit(self) -> str:
        """Unit of travel, for people."""
        return self.language.text(f"compare.unit_{self.book.district.travel_unit}")

    @property
    def views(self) -> dict[str, View]:
        """Today and the options."""
        return ({} if self.book.today is None else {"today": self.book.today}) | dict(self.book.views)

    def section(self, key: str, rows: Iterable[Row]) -> Section:
        """Rows under their heading; those without any value are left out."""
        kept = tuple(row for row in rows if any(value is not None for value in row.values.values()))
        note = self.language.text(f"compare.note_{key}", one=self.language.number(1.0, 2))
        return Section(key, self.language.text(f"compare.section_{key}"), kept, note)

    def row(
        self,
        key: str,
        kind: Kind,
        values: Mapping[str, Cell],
        direction: Direction | None = None,
        *,
        name: str = "",
        words: Mapping[str, str] | None = None,
    ) -> Row:
        """A row; `name` is the label's string where `key` is that of one row among several like it, `words` fill the label in."""
        unit = {"travel": self.travel_unit, "km": "km"}.get(kind, "")
        label = self.language.text(f"compare.{name or key}", **(words or {}))
        return make_row(self.columns, key, label, unit_kind(kind, self.book), values, direction=direction, unit=unit)

    def looked_up(self, *path: str) -> dict[str, Cell]:
        """A measure in every column, by its place in metrics.json."""
        found = {key: look(view.measures, *path) for key, view in self.views.items()}
        return found if self.book.nearest is None else {**found, "nearest": look(self.book.nearest, *path)}

    def from_schools(self, count: Callable[[tuple[SchoolRow, ...]], Cell]) -> dict[str, Cell]:
        """Something that is read off the schools; unknown for the nearest schools, of which the book has no rows."""
        return {key: count(view.schools) for key, view in self.views.items()}

    def from_movers(self, group: str, what: str) -> dict[str, Cell]:
        """Something of a group's movers, for every option."""
        return {letter: getattr(change.movers[group], what) for letter, change in self.book.changes.items() if group in change.movers}


def look(measures: Mapping[str, Any] | None, *path: str) -> Cell:
    """A measure by its place; None where there is none, HIDDEN where all that holds it is hidden."""
    found: Any = measures
    for key in path:
        if found == HIDDEN:
            return HIDDEN
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) or found is None else float(found)
