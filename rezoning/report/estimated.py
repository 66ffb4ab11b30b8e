"""What is estimated and neither counted nor measured, in words: every screen, table, map and file takes its label from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rezoning.report.language import ENGLISH, Language
from rezoning.report.pairing_words import not_counted
from rezoning.runs.record import data_entries
from rezoning.scenario.languages import LANGUAGES

if TYPE_CHECKING:
    from rezoning.public.book import Book

COLUMN = "estimated"
"""The column of a table's file that says so in every row; tables without estimates have none."""

SEPARATOR = "; "
NAMES = 8
"""Of what a label is true of; of more, the first."""


@dataclass(frozen=True)
class EstimateLabels:
    """What is said of estimates; empty where there are none.

    Parameters
    ----------
    trips, walks, students, grades
        A sentence each, for a page.
    trips_short, walks_short, students_short, grades_short
        A few words each, for a heading or a caption.
    """

    trips: str = ""
    walks: str = ""
    students: str = ""
    grades: str = ""
    trips_short: str = ""
    walks_short: str = ""
    students_short: str = ""
    grades_short: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a page says once, where it begins."""
        return tuple(filter(None, (self.students, self.grades, self.trips, self.walks)))

    @property
    def short(self) -> str:
        """The same in a few words, for a table that has all of them."""
        return SEPARATOR.join(filter(None, (self.students_short, self.grades_short, self.trips_short, self.walks_short)))

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rows of a table's file, with a column more where something is estimated."""
        return [{**row, **({COLUMN: self.short} if self.short else {})} for row in rows]


def estimate_labels(record: Mapping[str, Any], language: Language = ENGLISH) -> EstimateLabels:
    """The labels of a record: of run.json, or of the entries `travel`, `walk` and `students` that every record has.

    Parameters
    ----------
    record
        With the entries of `rezoning.runs.record.data_entries`; ``by_grade`` where schools are paired: what of them nobody counted by grade,
        ``students`` or ``groups``.
    language
        Of the words.
    """
    travel, walk = record["travel"], record["walk"]
    trips = f"trips_{travel['source']}" if travel is not None and travel["is_estimate"] else ""
    walks = "walks" if walk is not None and walk["is_estimate"] else ""
    counts = "students" if record["students"]["estimated"] else ""
    grades = f"grades_{record['by_grade']}" if record.get("by_grade") else ""
    said = [language.text(f"estimated.{key}{form}") if key else "" for form in ("", "_short") for key in (trips, walks, counts, grades)]
    return EstimateLabels(*said)


def book_labels(book: Book, language: Language = ENGLISH) -> EstimateLabels:
    """The labels of a book's options; one that is not true of all of them names those that it is true of. Without options those of its district."""
    if not book.options:
        return estimate_labels(data_entries(book.district), language)
    found = {
        option.letter: estimate_labels({**data_entries(option.district), "by_grade": not_counted(book.views[option.letter].pairing)}, language)
        for option in book.options
    }
    return _of_all(found.items(), language)


def row_labels(rows: Iterable[tuple[str, str | None]], language: Language = ENGLISH) -> EstimateLabels:
    """The labels of rows of runs, each as the name of what it is a row of and its column `estimates` (`rezoning.runs.row`)."""
    return _of_all([(name, estimate_labels(_entries(text), language)) for name, text in rows], language)


def _entries(text: str | None) -> dict[str, Any]:
    """What a row says, as records say it."""
    said = dict(part.split("=", 1) for part in (text or "").split())
    ways = {name: {"source": said[name], "is_estimate": True} if name in said else None for name in ("travel", "walk")}
    return {**ways, "students": {"estimated": "students" in said}}


def estimated_in(book: Book) -> frozenset[str]:
    """What besides students is estimated in some option: ``trips``, ``walks``."""
    labels = book_labels(book)
    return frozenset(name for name, text in (("trips", labels.trips), ("walks", labels.walks)) if text)


def labelled(text: str, label: str) -> str:
    """A heading with what is estimated of what stands under it."""
    return f"{text} ({label})" if label else text


def _of_all(found: Iterable[tuple[str, EstimateLabels]], language: Language) -> EstimateLabels:
    """The labels of all together."""
    pairs = list(found)
    return EstimateLabels(*(_joined([(name, getattr(one, field)) for name, one in pairs], language) for field in EstimateLabels.__dataclass_fields__))


def _joined(said: Sequence[tuple[str, str]], language: Language) -> str:
    """A label that is true of all, or each with the names that it is true of, the first of many."""
    by_text: dict[str, dict[str, None]] = {}
    for name, text in said:
        by_text.setdefault(text, {})[name] = None
    if len(by_text) == 1:
        return next(iter(by_text))
    return SEPARATOR.join(f"{_named(list(names), language)}: {text}" for text, names in by_text.items() if text)


def _named(names: Sequence[str], language: Language) -> str:
    said = ", ".join(names[:NAMES])
    return said if len(names) <= NAMES else language.text("page.and_more", names=said, more=language.count(len(names) - NAMES))


def sentences_by_language(book: Book) -> dict[str, Sequence[str]]:
    """The sentences in every language, for a page that can be read in each."""
    return {code: list(book_labels(book, Language(code)).sentences) for code in LANGUAGES}
