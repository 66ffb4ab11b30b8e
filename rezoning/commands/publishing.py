"""Public outputs of runs: report, finder, exports and figures. Nothing here finds a plan; every directory is written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.commands.place import Place
from rezoning.commands.published import (
    CLOSURES,
    EXPORT,
    FIGURES,
    FINDER,
    STATEMENT,
    Published,
    addresses_in,
    linked,
    notes_on,
    notes_on_maps,
    parts,
    warnings_on,
)
from rezoning.commands.publishing_levels import levels_export, levels_figures, levels_finder, levels_report
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, Problem, ScenarioError, shown
from rezoning.report.estimated import book_labels
from rezoning.report.language import Language, language_of
from rezoning.report.links import other_page
from rezoning.runs.directory import json_text
from rezoning.runs.files import put
from rezoning.runs.judge import asked_first, is_run
from rezoning.runs.option import Option
from rezoning.runs.option_read import read_options
from rezoning.runs.packed import opened
from rezoning.runs.tables import public_csv

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.runs.traced import Frontier


def write_report(
    paths: Sequence[str | Path],
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    *,
    papers: Sequence[str] = (),
    frontier: str | Path | None = None,
    how: PlanReading = PLAINLY,
    replace: bool = False,
) -> Published:
    """One page with everything about the options, and the equity impact statement as JSON and CSV.

    Parameters
    ----------
    paths
        Run directories, and plan files after the first; or a scenario file and plan files.
    out
        The directory; ``<first plan>-report`` beside the first plan when left out.
    overrides
        ``key=value`` settings that win over every scenario: ``report.title=…``.
    papers
        What else to make of it: names of `rezoning.report.papers.PAPERS`.
    frontier
        Directory of a frontier to show the options on; that in which a run lies, when left out.
    how
        What the plan files do not say by themselves.
    replace
        Whether a report of another scenario that stands there may be replaced.

    Raises
    ------
    ScenarioError, DataError
        When a run cannot be read or holds no plan.
    OutputError
        When the place cannot be written, or holds what must stay.
    """
    from rezoning.report.closures.record import closure_records
    from rezoning.report.maps.embed import MAP, map_page
    from rezoning.report.page import report_page
    from rezoning.report.papers import Edition, write_paper
    from rezoning.report.statement import statement_record, statement_rows

    place = Place.of(paths, out, "report", STATEMENT, overrides, replace)
    options = _options(paths, overrides, how)
    if options[0].levels:
        return levels_report(place, options, papers, has_frontier=frontier is not None)
    book, language = _book(options)
    statements = {option.letter: statement_record(book, option.letter, language) for option in book.options}
    closures = closure_records(book)
    edition = Edition(book, statements, language)
    traced, told = _frontier(list(map(Path, paths)), None if frontier is None else Path(frontier), book)

    def fill(folder: Path) -> None:
        finder = other_page(book, place.directory, "report")
        page = report_page(book, statements, language, traced, finder=finder, drawn=edition.atlas, papers=papers, closures=closures)
        put(folder / "report.html", page)
        if edition.atlas is not None:
            put(folder / MAP, map_page(book, language, edition.atlas))
        put(folder / STATEMENT, json_text(statements))
        if closures:
            put(folder / CLOSURES, json_text(closures))
        put(folder / "statement.csv", public_csv(book_labels(book, language).rows(statement_rows(statements))))
        for name in papers:
            told.extend(write_paper(name, edition, folder))

    written = place.written(fill)
    notes, warnings = notes_on_maps(book)
    return Published(place.directory, written, book, statements, (*notes, *told, *linked(book, place.directory, "report")), warnings)


def write_finder(
    paths: Sequence[str | Path],
    addresses: Path | None = None,
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    *,
    how: PlanReading = PLAINLY,
    replace: bool = False,
) -> Published:
    """The school finder's page and its data, and with addresses, or streets under the maps, the streets of every zone.

    Parameters
    ----------
    addresses
        A table of addresses with coordinates; the scenario's `report.addresses` when left out.
    """
    from rezoning.report.finder import address_rows, finder_page, finder_record, zone_lists, zone_streets

    place = Place.of(paths, out, "finder", FINDER, overrides, replace)
    options = _options(paths, overrides, how)
    if options[0].levels:
        return levels_finder(place, options, addresses)
    book, language = _book(options)
    known, labels = addresses_in(book, addresses), book_labels(book, language)

    def fill(folder: Path) -> None:
        put(folder / "finder.html", finder_page(book, language, known, other_page(book, place.directory, "finder")))
        put(folder / FINDER, json_text({"name": place.name, **finder_record(book, language)}))
        if known is not None:
            put(folder / "addresses.csv", public_csv(labels.rows(address_rows(book, known))))
            put(folder / "streets.csv", public_csv(labels.rows(zone_lists(book, known))))
        elif (along := zone_streets(book)) is not None:
            put(folder / "streets.csv", public_csv(labels.rows(along)))

    written = place.written(fill)
    notes, warnings = notes_on_maps(book)
    if known is not None:
        notes, warnings = (*notes, *known.notes), (*warnings, *known.warnings)
    return Published(place.directory, written, book, {}, (*notes, *linked(book, place.directory, "finder")), warnings)


def write_export(
    paths: Sequence[str | Path],
    formats: Sequence[str],
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    *,
    with_counts: bool = False,
    how: PlanReading = PLAINLY,
    replace: bool = False,
) -> Published:
    """Plans in the formats of other programs: one format straight into the directory, several in a folder each.

    Parameters
    ----------
    formats
        Names of `rezoning.report.exports.FORMATS`.
    with_counts
        Whether the units' numbers of students are written too; they are not for publication.
    """
    from rezoning.report.exports.export import export
    from rezoning.report.exports.formats import FORMATS

    place = Place.of(paths, out, "export", EXPORT, overrides, replace)
    options = _options(paths, overrides, how)
    if options[0].levels:
        return levels_export(place, options, formats, with_counts=with_counts)
    book, _ = _book(options)

    def fill(folder: Path) -> None:
        for name in formats:
            for letter, part in parts(book, FORMATS[name].holds_all_options):
                inside = folder / (name if len(formats) > 1 else "") / part
                inside.mkdir(parents=True, exist_ok=True)
                export(book, letter, name, inside, with_counts=with_counts)
        said = {"formats": list(formats), "options": [option.name for option in book.options], "with_counts": with_counts}
        put(folder / EXPORT, json_text({"name": place.name, **said}))

    return Published(place.directory, place.written(fill), book, {}, notes_on(book), warnings_on(book))


def write_figures(
    paths: Sequence[str | Path],
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    formats: Sequence[str] = ("png", "svg"),
    *,
    how: PlanReading = PLAINLY,
    replace: bool = False,
) -> Published:
    """Maps and charts of each option as pictures."""
    from rezoning.report.figures import figures_of

    place = Place.of(paths, out, "figures", FIGURES, overrides, replace)
    options = _options(paths, overrides, how)
    if options[0].levels:
        return levels_figures(place, options, formats)
    book, language = _book(options)

    def fill(folder: Path) -> None:
        drawn = figures_of(book, folder, formats, language)
        said = {"options": [option.name for option in book.options], "files": [path.name for path in drawn]}
        put(folder / FIGURES, json_text({"name": place.name, **said}))

    return Published(place.directory, place.written(fill), book, {}, *notes_on_maps(book))


# -- what they share -------------------------------------------------------------------------------------------------


def _options(paths: Sequence[str | Path], overrides: Sequence[str], how: PlanReading) -> tuple[Option, ...]:
    strange = [one for one in overrides if not one.startswith("report.")]
    asked, plans = asked_first(list(map(Path, paths)))
    if strange and (asked is None or any(is_run(opened(plan)) for plan in plans)):
        message = f"{shown(strange)} would ask another question than the one that was answered."
        raise ScenarioError(Problem("--set", message, "Set keys of report only, or run the scenario again."))
    return read_options(paths, overrides, how)


def _book(options: Sequence[Option]) -> tuple[Book, Language]:
    from rezoning.public.build import make_book

    book = make_book(options)
    return book, language_of(book.settings)


def _frontier(paths: Sequence[Path], asked: Path | None, book: Book) -> tuple[Frontier | None, list[str]]:
    """The frontier that is asked for, else that in which a run lies, where it fits; and what is to be known of it."""
    from rezoning.runs.traced import frontier_beside, read_frontier

    if asked is not None:
        return read_frontier(asked, book.options), []
    found = frontier_beside(paths)
    try:
        return (None, []) if found is None else (read_frontier(found, book.options), [])
    except DataError as error:
        return None, [f"The frontier in {found} is not shown: {problem.place}: {problem.message}" for problem in error.problems[:1]]
