"""The section of paired schools: every shared zone with its buildings, their grades, students and groups, today and in each option."""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.public.cell import is_number, look
from rezoning.public.pairing import Cluster, Pairing
from rezoning.report.catalogue.kinds import written
from rezoning.report.catalogue.schools import SchoolMeasure, school_measures
from rezoning.report.language import Language, capital
from rezoning.report.pairing_words import cluster_words, pairing_notes
from rezoning.report.story.claim import number_word
from rezoning.runs.option import Option

MEASURES = ("students", "utilization", "share", "trip")
"""What is told of a building, by the first word of the measure's key."""


@dataclass(frozen=True)
class BuildingLine:
    """A building: its school, its grades in the plan, and its numbers, today's and the plan's in turn."""

    name: str
    grades: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SharedZone:
    """A zone that schools share, and its buildings."""

    title: str
    lines: tuple[BuildingLine, ...]


@dataclass(frozen=True)
class PairedOption:
    """What is told of the paired schools of an option.

    Parameters
    ----------
    letter, name
        As the book has them.
    sentences
        What is true of buildings, before the table.
    heads
        What the pairs of columns, today and in the plan, are of.
    zones
        Every shared zone.
    views
        What stands in each pair of columns.
    notes
        What a reader must know.
    """

    letter: str
    name: str
    sentences: tuple[str, ...]
    heads: tuple[str, ...]
    views: tuple[str, ...]
    zones: tuple[SharedZone, ...]
    notes: tuple[str, ...]


def paired_options(book: Book, language: Language) -> list[PairedOption]:
    """The options in which schools are paired."""
    return [_option(book, option, pairing, language) for option in book.options if (pairing := book.views[option.letter].pairing) is not None]


def _option(book: Book, option: Option, pairing: Pairing, language: Language) -> PairedOption:
    measures = [one for one in school_measures(book, language) if one.key.split("-")[0] in MEASURES]
    keys = [*(["today"] if book.today is not None else []), option.letter]
    views = tuple(language.text("pairing.today" if key == "today" else "pairing.plan") for key in keys)
    zones = tuple(_zone(book, cluster, measures, keys, language) for cluster in pairing.clusters)
    heads = tuple(one.title for one in measures)
    sentences = tuple(_sentences(book, option, pairing, language))
    return PairedOption(option.letter, option.name, sentences, heads, views, zones, tuple(pairing_notes(book, option, language)))


def _zone(book: Book, cluster: Cluster, measures: list[SchoolMeasure], keys: list[str], language: Language) -> SharedZone:
    lines = []
    for one in cluster.buildings:
        said = [(measure, measure.together(one.school, language)) for measure in measures]
        cells = tuple(together.text(measure.cells[key][one.school]) for measure, together in said for key in keys)
        lines.append(BuildingLine(book.schools[one.school].name, one.span, cells))
    return SharedZone(cluster_words(book, cluster, language), tuple(lines))


def _sentences(book: Book, option: Option, pairing: Pairing, language: Language) -> list[str]:
    schools = float(len(pairing.cluster_of))
    several = len(book.options) > 1
    plan = language.text("pairing.option_name", letter=option.letter) if several else language.text("pairing.plan_name")
    each = {len(cluster.buildings) for cluster in pairing.clusters}
    sizes = language.text(f"pairing.sizes_{'two' if each == {2} else 'three' if each == {3} else 'both'}")
    said = [language.text("pairing.lead_one" if schools == 2 else "pairing.lead", plan=plan, schools=number_word(schools, language), sizes=sizes)]
    if sum(row.is_open for row in book.views[option.letter].schools) > schools:
        said.append(language.text("pairing.alone"))
    if option.letter in book.changes:
        moved, students, rate = (look(book.views[option.letter].measures, key) for key in ("students_reassigned", "students", "share_reassigned"))
        if is_number(moved) and is_number(students):
            words = {"students": language.count(moved), "all": language.count(students), "percent": written(rate, "percent", language)}
            said.append(language.text("pairing.moved", **words))
        else:
            said.append(language.text("pairing.moved_hidden"))
    return [capital(sentence) for sentence in said]
