"""The page that puts options side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import Cell, is_number, look
from rezoning.report.broken import BrokenRule, broken_rules
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.kinds import MANNERS, Together, in_units, settled, unit_of, written
from rezoning.report.catalogue.rows import ComparedRow
from rezoning.report.catalogue.schools import SchoolMeasure, school_measures
from rezoning.report.comparing.measures import MeasureSection, columns_of, measure_rows
from rezoning.report.comparing.units import differences, trip
from rezoning.report.estimated import book_labels
from rezoning.report.files import files
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.outcome import option_outcome
from rezoning.report.page.goals import Proof, proofs
from rezoning.report.page.provenance import audit_words, versions
from rezoning.report.pairing_words import bound_words, cluster_words
from rezoning.report.policy import policy_table
from rezoning.report.statement import option_verdict
from rezoning.report.titles import title_of
from rezoning.runs.option import Option


@dataclass(frozen=True, eq=False)
class OptionCard:
    """An option in a paragraph."""

    option: Option
    css: str
    status: str
    moves: str
    proofs: tuple[Proof, ...]
    broken: tuple[BrokenRule, ...]
    rules: str
    verdict: Mapping[str, Any]
    shared: str = ""


@dataclass(frozen=True)
class ComparedCell:
    """A cell of the tables of schools: what stands there, the number to sort by, if it has one, and how much more it is than today."""

    text: str
    sort: str
    more: str


@dataclass(frozen=True, eq=False)
class ComparedSchools:
    """A measure of every school in every view; `rows` are name, whether it is open in some view, and cells; `label` is what is estimated."""

    key: str
    title: str
    rows: tuple[tuple[str, bool, tuple[ComparedCell, ...]], ...]
    label: str


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
        title=title_of(book, language),
        columns=shown,
        cards=[_card(book, side, language) for side in shown if side.is_option],
        sections=[(section, _written(section)) for section in sections],
        views=views,
        tables=_tables(book, views, language),
        units=_units(book, views, language),
        files=files(book),
        versions=versions(book),
        policy=policy_table(book, language),
        estimates=book_labels(book, language),
    )


def status_words(option: Option, language: Language) -> str:
    """How good an option is known to be, as a sentence."""
    if option.changed:
        return language.text("compare.changed_since")
    return option_outcome(option, language)


def _card(book: Book, side: Side, language: Language) -> OptionCard:
    option = next(option for option in book.options if option.letter == side.key)
    broken = broken_rules(option, option.audit.violations, language)
    said = status_words(option, language), moves_words(book, option, language), tuple(proofs(book, option, language))
    verdict = option_verdict(book, option.letter, language)
    return OptionCard(option, side.css, *said, broken, audit_words(option, broken, language), verdict, _shared(book, option, language))


def _shared(book: Book, option: Option, language: Language) -> str:
    """The zones that schools share in an option, and what its bound is of; nothing where there are none."""
    pairing = book.views[option.letter].pairing
    if pairing is None or not pairing.clusters:
        return ""
    zones = "; ".join(cluster_words(book, cluster, language) for cluster in pairing.clusters)
    return " ".join([f"{language.text('pairing.shared')}: {zones}.", *bound_words(option, language)])


def moves_words(book: Book, option: Option, language: Language) -> str:
    """How many would change schools, as a sentence; nothing without schools of today."""
    change, measures = book.changes.get(option.letter), book.views[option.letter].measures
    if change is None:
        return ""
    if not len(change.moved):
        return language.text("compare.moves_nobody")
    students, enrolled = (language.count(look(measures, key)) for key in ("students_reassigned", "students"))
    rate = written(look(measures, "share_reassigned"), "percent", language)
    units = language.text("charts.units_one" if len(change.moved) == 1 else "charts.units_many", units=language.count(float(len(change.moved))))
    return language.text("compare.moves", students=students, enrolled=enrolled, rate=rate, units=units)


def _written(section: MeasureSection) -> list[tuple[ComparedRow, str, dict[str, str]]]:
    """Each row with its unit, where the values do not say it, and its values as text, by column."""
    return [(row, row.unit, {key: row.text(key) for key in row.values}) for row in section.rows]


# -- schools ---------------------------------------------------------------------------------------------------------


def _tables(book: Book, views: Sequence[Side], language: Language) -> list[ComparedSchools]:
    """Students, utilization, each group's share and trips; those of which nothing is known are left out."""
    return [_table(book, views, one, language) for one in school_measures(book, language)]


def _table(book: Book, views: Sequence[Side], measure: SchoolMeasure, language: Language) -> ComparedSchools:
    rows = []
    for i, school in enumerate(book.schools):
        is_open = any(side.view.schools[i].is_open for side in views if side.view is not None)
        now = measure.cells["today"][i] if "today" in measure.cells else None
        said = measure.together(i, language)
        rows.append((school.name, is_open, tuple(_entry(said, measure.cells[side.key][i], now) for side in views)))
    return ComparedSchools(measure.key, measure.title, tuple(rows), measure.label(book_labels(book, language)))


def _entry(said: Together, cell: Cell, now: Cell) -> ComparedCell:
    """A cell, and how much more than today where both are known and a reader can tell them apart."""
    is_told = is_number(cell) and is_number(now) and not said.is_same(cell, now)
    return ComparedCell(said.text(cell), f"{cell:.10g}" if is_number(cell) else "", said.change_with_unit(cell, now) if is_told else "")


# -- units -----------------------------------------------------------------------------------------------------------


def _units(book: Book, views: Sequence[Side], language: Language) -> dict[str, Any]:
    """Units whose school differs, for the script that shows them a page at a time."""
    found = differences(book)
    places = range(len(found.keys))
    by_key, kind = {view.key: view for view in views}, settled("travel", book.district.travel_unit)

    def length(value: float) -> float | None:
        told = trip(value)
        return round(in_units(told, kind, language), MANNERS[kind].digits + 1) if is_number(told) else None

    trips = None if found.trips is None else [[length(value) for value in found.trips[:, k].tolist()] for k in places]
    return {
        "ids": [book.district.unit_ids[u] for u in found.units.tolist()],
        "students": None if found.students is None else list(found.students),
        "views": [{"key": key, "title": by_key[key].title, "css": by_key[key].css} for key in found.keys],
        "schools": [place.name for place in found.places],
        "zones": [found.schools[:, k].tolist() for k in places],
        "trips": trips,
        "unit": unit_of(kind, language),
        "language": language.code,
        "digits": MANNERS[kind].digits,
        "nobody": language.text("compare.new_unit"),
    }
