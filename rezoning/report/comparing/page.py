"""The page that puts options side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.public import Book, SchoolRow
from rezoning.public.book import EVERYONE
from rezoning.report.comparing.goals import unit_kind
from rezoning.report.comparing.measures import measure_rows
from rezoning.report.comparing.rows import DIGITS, Column, Row, Section, written
from rezoning.report.comparing.rules import Broken, broken_rules
from rezoning.report.comparing.sheet import columns_of
from rezoning.report.comparing.units import differences, trip
from rezoning.report.html import render
from rezoning.report.language import Cell, Language
from rezoning.report.outcome import option_outcome
from rezoning.report.page.goals import Proof, proofs
from rezoning.report.page.provenance import files, policy, versions
from rezoning.report.titles import title_of
from rezoning.runs.option import Option

MOST_SUBJECTS = 8  # schools and units that a card names for a rule
LONGEST = 120  # letters of a name in a list to choose from
COLORS = 8  # after which options begin with the first color again


@dataclass(frozen=True, eq=False)
class Card:
    """An option in a paragraph."""

    option: Option
    status: str
    moves: str
    proofs: tuple[Proof, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A cell of the tables of schools: what stands there, the number to sort by, if it has one, and how much more it is than today."""

    text: str
    sort: str
    more: str


@dataclass(frozen=True, eq=False)
class SchoolMeasure:
    """A measure of a school: how it is read, and how it and a change of it are written."""

    key: str
    title: str
    read: Callable[[SchoolRow], Cell]
    write: Callable[[Cell], str]
    write_change: Callable[[Cell], str]


@dataclass(frozen=True, eq=False)
class SchoolTable:
    """A measure of every school in every view; `rows` are name, whether it is open in some view, and cells."""

    key: str
    title: str
    rows: tuple[tuple[str, bool, tuple[Entry, ...]], ...]


def comparison_page(book: Book, language: Language) -> str:
    """Options as columns: facts of each, all measures, every school, every unit that changes, and where it all comes from.

    Parameters
    ----------
    book
        The options, with what may be shown of them.
    language
        Of every text on the page.

    Returns
    -------
    str
        HTML that needs nothing but itself.
    """
    shown = columns_of(book, language)
    views = tuple(column for column in shown if column.key != "nearest")
    sections = measure_rows(book, language)
    return render(
        "compare.html.j2",
        language,
        book=book,
        title=title_of(book),
        columns=shown,
        css=css_of(shown),
        cards=[_card(book, option, language) for option in book.options],
        sections=[(section, _written(section, language)) for section in sections],
        views=views,
        tables=_tables(book, views, language),
        units=_units(book, views, language),
        files=files(book),
        versions=versions(book),
        policy=policy(book, language),
    )


def css_of(columns: Sequence[Column]) -> dict[str, str]:
    """The class that gives a column its color."""
    letters = [column.key for column in columns if column.is_option]
    colors = {letter: f"option-{chr(ord('a') + i % COLORS)}" for i, letter in enumerate(letters)}
    return {column.key: colors.get(column.key, f"option-{column.key}") for column in columns}


def status_words(option: Option, language: Language) -> str:
    """How good an option is known to be, as a sentence."""
    if not option.is_run:
        return language.text("compare.status_plan")
    if option.changed:
        return language.text("compare.changed_since")
    return option_outcome(option, language)


def _card(book: Book, option: Option, language: Language) -> Card:
    broken = tuple(_broken_words(one, language) for one in broken_rules(book, option.letter, language))
    return Card(option, status_words(option, language), moves_words(book, option, language), tuple(proofs(book, option, language)), broken)


def moves_words(book: Book, option: Option, language: Language) -> str:
    """How many would change schools, as a sentence; nothing without schools of today."""
    change = book.changes.get(option.letter)
    if change is None:
        return ""
    if not len(change.moved):
        return language.text("compare.moves_nobody")
    everyone = change.movers[EVERYONE]
    students, enrolled, rate = language.count(everyone.moved), language.count(everyone.enrolled), language.percent(everyone.rate)
    return language.text("compare.moves", students=students, enrolled=enrolled, rate=rate, units=language.count(float(len(change.moved))))


def _broken_words(broken: Broken, language: Language, most: int = MOST_SUBJECTS) -> str:
    named = [name if len(name) <= LONGEST else f"{name[:LONGEST]}…" for name in broken.subjects[:most]]
    if len(broken.subjects) > most:
        named.append(language.text("compare.and_more", count=language.count(float(len(broken.subjects) - most))))
    key = "compare.broken_once" if broken.times == 1 else "compare.broken"
    return language.text(key, rule=broken.rule, times=language.count(float(broken.times)), subjects=", ".join(named))


def _written(section: Section, language: Language) -> list[tuple[Row, dict[str, str]]]:
    """Each row with its values as text, by column."""
    return [(row, {key: written(value, row.kind, language) for key, value in row.values.items()}) for row in section.rows]


# -- schools ---------------------------------------------------------------------------------------------------------


def _tables(book: Book, views: Sequence[Column], language: Language) -> list[SchoolTable]:
    """Students, utilization, each group's share and trips; those of which nothing is known are left out."""
    unit = language.text(f"compare.unit_{book.district.travel_unit}")
    points, count = _points(language), _counted(language)

    digits = DIGITS[unit_kind("travel", book)]

    def trip_words(value: Cell) -> str:
        return language.number(value, digits)

    def more_words(value: Cell) -> str:
        return language.change(value, digits)

    wanted = [
        SchoolMeasure("students", language.text("compare.schools_students"), lambda row: row.students, language.count, count),
        SchoolMeasure("utilization", language.text("compare.schools_utilization"), lambda row: row.utilization, language.percent, points),
        SchoolMeasure("seats", language.text("compare.seats"), lambda row: row.capacity, language.count, count),
    ]
    for group in book.groups:
        title = language.text("compare.schools_share", group=language.group(group))
        wanted.append(SchoolMeasure(f"share-{len(wanted)}", title, share_of(group), language.percent, points))
    title = language.text("compare.schools_trip", unit=unit)
    wanted.append(SchoolMeasure("trip", title, lambda row: row.travel_mean, trip_words, more_words))
    tables = [_table(book, views, one) for one in wanted]
    return [table for table in tables if any(entry.sort for _, _, entries in table.rows for entry in entries)]


def share_of(group: str) -> Callable[[SchoolRow], Cell]:
    """A group's share of a school's students."""
    return lambda row: row.shares.get(group)


def _points(language: Language) -> Callable[[Cell], str]:
    return lambda value: language.text("compare.points", points=language.points(value))


def _counted(language: Language) -> Callable[[Cell], str]:
    return lambda value: language.change(value, 0)


def _table(book: Book, views: Sequence[Column], measure: SchoolMeasure) -> SchoolTable:
    rows = []
    there = [view for view in (book.today if column.key == "today" else book.views[column.key] for column in views) if view is not None]
    for i, school in enumerate(book.schools):
        own = [view.schools[i] for view in there]
        now = None if book.today is None else measure.read(book.today.schools[i])
        entries = tuple(_entry(measure, measure.read(row), now) for row in own)
        rows.append((school.name, any(row.is_open for row in own), entries))
    return SchoolTable(measure.key, measure.title, tuple(rows))


def _entry(measure: SchoolMeasure, cell: Cell, now: Cell) -> Entry:
    """A cell, and how much more than today where both are known and a reader can tell them apart."""
    is_known = isinstance(cell, (int, float)) and isinstance(now, (int, float))
    differs = is_known and measure.write(cell) != measure.write(now)
    more = measure.write_change(float(cell) - float(now)) if differs and cell is not None and now is not None else ""
    return Entry(measure.write(cell), "" if cell is None or isinstance(cell, str) else f"{cell:.10g}", more)


# -- units -----------------------------------------------------------------------------------------------------------


def _units(book: Book, views: Sequence[Column], language: Language) -> dict[str, Any]:
    """Units whose school differs, for the script that shows them a page at a time."""
    found = differences(book)
    css = css_of(columns_of(book, language))
    places = range(len(found.keys))
    trips = None if found.trips is None else [[trip(value) for value in found.trips[:, k].tolist()] for k in places]
    titles = {view.key: view.title for view in views}
    return {
        "ids": [book.district.unit_ids[u] for u in found.units.tolist()],
        "students": None if found.students is None else list(found.students),
        "views": [{"key": key, "title": titles[key], "css": css[key]} for key in found.keys],
        "schools": [school.name for school in book.schools],
        "zones": [found.schools[:, k].tolist() for k in places],
        "trips": trips,
        "unit": language.text(f"compare.unit_{book.district.travel_unit}"),
        "language": language.code,
        "digits": DIGITS[unit_kind("travel", book)],
        "nobody": language.text("compare.new_unit"),
    }
