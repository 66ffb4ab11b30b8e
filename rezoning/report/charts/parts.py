"""What all charts share: tables of what they draw, legends, and the views that they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from rezoning.public.book import EVERYONE, Book, View
from rezoning.report.charts import svg
from rezoning.report.language import NOTHING, Language


@dataclass(frozen=True)
class ChartTable:
    """A table as text; the first cell of each row names the row.

    Parameters
    ----------
    caption
        What it is a table of.
    head
        Names of columns.
    rows
        Written cells.
    wide
        How many cells from the left are words.
    has_trips
        Whether some of its numbers are made from trips, which may be estimates.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: int = 1
    has_trips: bool = False


@dataclass(frozen=True)
class Sign:
    """An entry of a legend."""

    picture: Markup
    text: str


@dataclass(frozen=True)
class ChartRow:
    """A row of a chart: what it is, its picture, and its values in words, one a line.

    Parameters
    ----------
    name
        What the row is of.
    picture
        Its strip.
    values
        Key of the view (for its letter and color) and text.
    note
        A remark under the name.
    """

    name: str
    picture: Markup
    values: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """Rows along one scale, with what they say in a sentence and in a table."""

    title: str
    message: str
    axis: Markup
    rows: tuple[ChartRow, ...]
    legend: tuple[Sign, ...]
    table: ChartTable


def without_empty(table: ChartTable) -> ChartTable:
    """The table without columns that have nothing in any row, for the district has no data for them."""
    kept = [k for k in range(len(table.head)) if k < table.wide or any(row[k] != NOTHING for row in table.rows)]
    head, rows = tuple(table.head[k] for k in kept), tuple(tuple(row[k] for k in kept) for row in table.rows)
    return replace(table, head=head, rows=rows)


def views(book: Book) -> tuple[View, ...]:
    """Today, where it is known, and the options."""
    return (*((book.today,) if book.today is not None else ()), *book.views.values())


def view_name(key: str, book: Book, language: Language) -> str:
    """What a view is called: Today, or the option's letter and name."""
    if key == svg.TODAY:
        return language.text("charts.today")
    name = next(option.name for option in book.options if option.letter == key)
    return language.text("charts.option", letter=key, name=name)


def short_name(key: str, language: Language) -> str:
    """What a view is called where there is little room."""
    return language.text("charts.today") if key == svg.TODAY else language.text("charts.option_short", letter=key)


def signs(book: Book, language: Language, *, today: bool = True) -> list[Sign]:
    """The legend's entries of the views."""
    shown = [view.key for view in views(book) if today or view.key != svg.TODAY]
    return [Sign(svg.sample(key), view_name(key, book, language)) for key in shown]


def named(book: Book, index: int, language: Language) -> str:
    """Name of a school, by its index into the book."""
    return book.schools[index].name if index >= 0 else language.text("charts.no_school")


def group_name(name: str, language: Language) -> str:
    """What people call a group, or everyone."""
    return language.text("charts.everyone") if name == EVERYONE else language.group(name)


def main_groups(book: Book) -> tuple[str, ...]:
    """The groups that goals and bands are about; the first group where none is."""
    asked: set[str] = set()
    for option in book.options:
        for goal in option.scenario.goals:
            asked |= {goal.group or "", goal.versus or "", *(goal.groups or ())}
        asked |= {band.group or "" for band in option.scenario.rules.bands}
    found = tuple(name for name in book.groups if name in asked)
    return found or book.groups[:1]


def letters_text(letters: Sequence[str], book: Book, language: Language) -> str:
    """Which options something holds for; nothing when it holds for all."""
    return "" if len(letters) == len(book.options) else some_options(letters, language)


def some_options(letters: Sequence[str], language: Language) -> str:
    """The options that a remark is about."""
    return language.text("charts.only_option" if len(letters) == 1 else "charts.only_options", letters=", ".join(letters))
