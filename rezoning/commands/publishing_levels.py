"""Public outputs of plans of several levels: each level's own files in a folder of its name, and what is of all levels beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.place import Place
from rezoning.commands.published import (
    EXPORT,
    FIGURES,
    Published,
    addresses_in,
    linked,
    notes_on,
    notes_on_maps,
    parts,
    warnings_on,
)
from rezoning.report.estimated import book_labels
from rezoning.report.language import Language, language_of
from rezoning.report.levels.names import with_names
from rezoning.report.levels.page import folder_of, joined_page, levels_title
from rezoning.report.levels.record import feeder_rows, feeders_record
from rezoning.report.links import other_page
from rezoning.runs.directory import json_text
from rezoning.runs.files import put
from rezoning.runs.tables import public_csv

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.public.levels import LevelsBook
    from rezoning.report.finder import AddressBook
    from rezoning.runs.option import Option

LEVEL = "level"
"""The first column of tables that have rows of every level."""


def read_levels(options: Sequence[Option]) -> tuple[LevelsBook, Language]:
    """The books of all levels, each called what it is."""
    from rezoning.public.levels import make_levels_book

    book = make_levels_book(with_names(options))
    return book, language_of(book.settings)


def levels_report(place: Place, options: Sequence[Option], papers: Sequence[str], *, has_frontier: bool) -> Published:
    """The report of every level in a folder of its name, and all of them in one page beside who feeds whom."""
    book, language = read_levels(options)
    told = ["A frontier is of one level, and is not shown with several."] if has_frontier else []
    statements: dict[str, dict[str, Any]] = {}

    def fill(folder: Path) -> None:
        found = fill_report(folder, book, language, papers, other_page(book, place.directory, "report"), told)
        statements.update({f"{letter}, {name}": one for name, those in found.items() for letter, one in those.items()})

    written = place.written(fill)
    notes, warnings = _of_levels(book, notes_on_maps)
    return Published(place.directory, written, book, statements, (*notes, *told, *linked(book, place.directory, "report")), warnings)


def levels_finder(place: Place, options: Sequence[Option], addresses: Path | None) -> Published:
    """One page that finds a child's way through all levels."""
    book, language = read_levels(options)
    known = addresses_in(book.lowest, addresses)
    written = place.written(lambda folder: fill_finder(folder, book, language, known, other_page(book, place.directory, "finder"), place.name))
    notes, warnings = _of_levels(book, notes_on_maps)
    if known is not None:
        notes, warnings = (*notes, *known.notes), (*warnings, *known.warnings)
    return Published(place.directory, written, book, {}, (*notes, *linked(book, place.directory, "finder")), warnings)


def levels_export(place: Place, options: Sequence[Option], formats: Sequence[str], *, with_counts: bool) -> Published:
    """Every level in a folder of its name, and a GeoPackage with the layers of all."""
    from rezoning.report.exports.formats import FORMATS

    book, _ = read_levels(options)

    def fill(folder: Path) -> None:
        fill_export(folder, book, formats, lambda one, form: parts(one, FORMATS[form].holds_all_options), with_counts)
        said = {"formats": list(formats), "options": [option.name for option in book.options], "with_counts": with_counts, "levels": list(book.books)}
        put(folder / EXPORT, json_text({"name": place.name, **said}))

    return Published(place.directory, place.written(fill), book, {}, *_of_levels(book, lambda one: (notes_on(one), warnings_on(one))))


def levels_figures(place: Place, options: Sequence[Option], formats: Sequence[str]) -> Published:
    """The pictures of every level in a folder of its name."""
    book, language = read_levels(options)

    def fill(folder: Path) -> None:
        drawn = fill_figures(folder, book, formats, language)
        put(folder / FIGURES, json_text({"name": place.name, "options": [option.name for option in book.options], "files": drawn}))

    return Published(place.directory, place.written(fill), book, {}, *_of_levels(book, notes_on_maps))


def _of_levels(book: LevelsBook, said: Callable[[Book], tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and warnings of every level, with its name; what all of them say stands once, without."""
    found = {name: said(one) for name, one in book.books.items()}
    notes, warnings = (_named({name: both[k] for name, both in found.items()}) for k in (0, 1))
    return notes, warnings


def _named(said: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    every = [text for text in next(iter(said.values()), ()) if all(text in those for those in said.values())]
    return (*every, *(f"{name}: {text}" for name, those in said.items() for text in those if text not in every))


# -- what is in a directory -------------------------------------------------------------------------------------------


def fill_report(
    folder: Path, book: LevelsBook, language: Language, papers: Sequence[str], finder: str, told: list[str]
) -> dict[str, dict[str, dict[str, Any]]]:
    """The report of every level in its folder, and all of them in one page; gives the statements by level and letter."""
    from rezoning.report.maps.embed import MAP, map_page
    from rezoning.report.page import report_page
    from rezoning.report.papers import Edition, write_paper
    from rezoning.report.statement import statement_record, statement_rows

    pages, statements, rows = {}, {}, []
    for name, one, place in _places(folder, book):
        said = {option.letter: statement_record(one, option.letter, language) for option in one.options}
        edition = Edition(one, said, language)
        pages[name] = report_page(one, said, language, drawn=edition.atlas, papers=papers)
        put(place / "report.html", pages[name])
        if edition.atlas is not None:
            put(place / MAP, map_page(one, language, edition.atlas))
        for paper in papers:
            told.extend(write_paper(paper, edition, place))
        statements[name] = said
        rows += [{LEVEL: name, **row} for row in book_labels(one, language).rows(statement_rows(said))]
    put(folder / "report.html", joined_page(book, pages, language, "report.html", other="finder", link=finder))
    put(folder / "statement.json", json_text({"levels": statements, "feeders": feeders_record(book.feeds)}))
    put(folder / "statement.csv", public_csv(rows))
    put(folder / "feeders.csv", public_csv(feeder_rows(book.feeds)))
    return statements


def fill_finder(folder: Path, book: LevelsBook, language: Language, known: AddressBook | None, report: str, name: str | None) -> None:
    """One page that finds a child's way through all levels; documents and lists have every level."""
    from rezoning.report.finder import address_rows, finder_page, finder_record, zone_lists, zone_streets
    from rezoning.report.finder.page import LevelsWay
    from rezoning.report.levels.way import levels_facts
    from rezoning.report.links import plans_of

    put(folder / "finder.html", finder_page(book.lowest, language, known, report, LevelsWay(plans_of(book), levels_facts(book))))
    records = {level: finder_record(one, language) for level, one in book.books.items()}
    put(folder / "finder.json", json_text({"name": name, "title": levels_title(book, language), "levels": records}))
    if known is not None:
        put(folder / "addresses.csv", public_csv(_rows_of_addresses(book, lambda one: address_rows(one, known))))
    lists = {
        level: book_labels(one, language).rows(zone_lists(one, known) if known is not None else zone_streets(one) or ())
        for level, one in book.books.items()
    }
    rows = [{LEVEL: level, **row} for level, those in lists.items() for row in those]
    if rows:
        put(folder / "streets.csv", public_csv(rows))


def fill_export(
    folder: Path, book: LevelsBook, formats: Sequence[str], parts: Callable[[Book, str], list[tuple[str | None, str]]], counts: bool
) -> None:
    """Every format of every level in the level's folder; a GeoPackage has the layers of all levels."""
    from rezoning.report.exports.export import export
    from rezoning.report.exports.levels import gather_layers

    for _, one, place in _places(folder, book):
        for form in formats:
            for letter, part in parts(one, form):
                inside = place / (form if len(formats) > 1 else "") / part
                inside.mkdir(parents=True, exist_ok=True)
                export(one, letter, form, inside, with_counts=counts)
    if "gpkg" in formats:
        gather_layers(
            {name: place / ("gpkg" if len(formats) > 1 else "") / "plan.gpkg" for name, _, place in _places(folder, book)}, folder / "levels.gpkg"
        )


def fill_figures(folder: Path, book: LevelsBook, formats: Sequence[str], language: Language) -> list[str]:
    """The pictures of every level in its folder; gives the names of the files."""
    from rezoning.report.figures import figures_of

    return [f"{place.name}/{path.name}" for _, one, place in _places(folder, book) for path in figures_of(one, place, formats, language)]


def _places(folder: Path, book: LevelsBook) -> Iterator[tuple[str, Book, Path]]:
    for name, one in book.books.items():
        place = folder / folder_of(name)
        place.mkdir(parents=True, exist_ok=True)
        yield name, one, place


def _rows_of_addresses(book: LevelsBook, rows_of: Callable[[Book], Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Every address once, with its schools of every level."""
    found: list[dict[str, Any]] = []
    for level, one in book.books.items():
        rows = rows_of(one)
        found = found or [{key: row[key] for key in ("address", "unit")} for row in rows]
        for row, said in zip(found, rows, strict=True):
            row |= {f"{level}_{key}": value for key, value in said.items() if key not in ("address", "unit")}
    return found
