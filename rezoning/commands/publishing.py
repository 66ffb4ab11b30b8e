"""Public outputs of runs: report, finder, exports and figures. Nothing here finds a plan; every directory is written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.place import Place
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, Problem, ScenarioError, shown
from rezoning.report.estimated import book_labels
from rezoning.report.language import Language, language_of
from rezoning.report.links import Kind, led_back, other_page
from rezoning.report.maps.basemap import notes_of
from rezoning.runs.directory import json_text
from rezoning.runs.files import put
from rezoning.runs.judge import asked_first, is_run
from rezoning.runs.option import Option, rules_of
from rezoning.runs.option_read import read_options
from rezoning.runs.packed import given, opened
from rezoning.runs.tables import public_csv

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.public.levels import LevelsBook
    from rezoning.report.finder import AddressBook
    from rezoning.runs.traced import Frontier

# The file that tells what a directory is: a report is replaced by a report only.
STATEMENT, FINDER, EXPORT, FIGURES = "statement.json", "finder.json", "export.json", "figures.json"
CLOSURES = "closures.json"  # beside a report, where a school may close or open


@dataclass(frozen=True, eq=False)
class Published:
    """What was written.

    Parameters
    ----------
    directory
        Where it is.
    files
        Names of the files in it.
    book
        What they were made from.
    statements
        Letter to equity impact statement; empty where none was asked for.
    notes, warnings
        What was chosen or left out while writing, as sentences.
    """

    directory: Path
    files: tuple[str, ...]
    book: Book | LevelsBook
    statements: dict[str, dict[str, Any]]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Published: {len(self.files)} files in {self.directory}>"

    def to_dict(self) -> dict[str, Any]:
        """The document of ``--json``."""
        return {
            "directory": str(self.directory),
            "files": list(self.files),
            "options": [{"letter": option.letter, "name": option.name, "path": str(given(option.path))} for option in self.book.options],
            "verdicts": {letter: statement["verdict"] for letter, statement in self.statements.items()},
            "numbers_hidden": self.book.is_hidden,
            "notes": list(self.notes),
            "warnings": list(self.warnings),
        }


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
        return _levels_report(place, options, papers, has_frontier=frontier is not None)
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
    notes, warnings = _on_maps(book)
    return Published(place.directory, written, book, statements, (*notes, *told, *_linked(book, place.directory, "report")), warnings)


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
        return _levels_finder(place, options, addresses)
    book, language = _book(options)
    known, labels = _addresses(book, addresses), book_labels(book, language)

    def fill(folder: Path) -> None:
        put(folder / "finder.html", finder_page(book, language, known, other_page(book, place.directory, "finder")))
        put(folder / FINDER, json_text({"name": place.name, **finder_record(book, language)}))
        if known is not None:
            put(folder / "addresses.csv", public_csv(labels.rows(address_rows(book, known))))
            put(folder / "streets.csv", public_csv(labels.rows(zone_lists(book, known))))
        elif (along := zone_streets(book)) is not None:
            put(folder / "streets.csv", public_csv(labels.rows(along)))

    written = place.written(fill)
    notes, warnings = _on_maps(book)
    if known is not None:
        notes, warnings = (*notes, *known.notes), (*warnings, *known.warnings)
    return Published(place.directory, written, book, {}, (*notes, *_linked(book, place.directory, "finder")), warnings)


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
        return _levels_export(place, options, formats, with_counts=with_counts)
    book, _ = _book(options)

    def fill(folder: Path) -> None:
        for name in formats:
            for letter, part in _parts(book, FORMATS[name].holds_all_options):
                inside = folder / (name if len(formats) > 1 else "") / part
                inside.mkdir(parents=True, exist_ok=True)
                export(book, letter, name, inside, with_counts=with_counts)
        said = {"formats": list(formats), "options": [option.name for option in book.options], "with_counts": with_counts}
        put(folder / EXPORT, json_text({"name": place.name, **said}))

    return Published(place.directory, place.written(fill), book, {}, _notes(book), _warnings(book))


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
        return _levels_figures(place, options, formats)
    book, language = _book(options)

    def fill(folder: Path) -> None:
        drawn = figures_of(book, folder, formats, language)
        said = {"options": [option.name for option in book.options], "files": [path.name for path in drawn]}
        put(folder / FIGURES, json_text({"name": place.name, **said}))

    return Published(place.directory, place.written(fill), book, {}, *_on_maps(book))


# -- several levels of schools ---------------------------------------------------------------------------------------


def _levels_report(place: Place, options: Sequence[Option], papers: Sequence[str], *, has_frontier: bool) -> Published:
    """The report of every level in a folder of its name, and all of them in one page beside who feeds whom."""
    from rezoning.commands.publishing_levels import fill_report, read_levels

    book, language = read_levels(options)
    told = ["A frontier is of one level, and is not shown with several."] if has_frontier else []
    statements: dict[str, dict[str, Any]] = {}

    def fill(folder: Path) -> None:
        found = fill_report(folder, book, language, papers, other_page(book, place.directory, "report"), told)
        statements.update({f"{letter}, {name}": one for name, those in found.items() for letter, one in those.items()})

    written = place.written(fill)
    notes, warnings = _of_levels(book, _on_maps)
    return Published(place.directory, written, book, statements, (*notes, *told, *_linked(book, place.directory, "report")), warnings)


def _levels_finder(place: Place, options: Sequence[Option], addresses: Path | None) -> Published:
    """One page that finds a child's way through all levels."""
    from rezoning.commands.publishing_levels import fill_finder, read_levels

    book, language = read_levels(options)
    known = _addresses(book.lowest, addresses)
    written = place.written(lambda folder: fill_finder(folder, book, language, known, other_page(book, place.directory, "finder"), place.name))
    notes, warnings = _of_levels(book, _on_maps)
    if known is not None:
        notes, warnings = (*notes, *known.notes), (*warnings, *known.warnings)
    return Published(place.directory, written, book, {}, (*notes, *_linked(book, place.directory, "finder")), warnings)


def _levels_export(place: Place, options: Sequence[Option], formats: Sequence[str], *, with_counts: bool) -> Published:
    """Every level in a folder of its name, and a GeoPackage with the layers of all."""
    from rezoning.commands.publishing_levels import fill_export, read_levels
    from rezoning.report.exports.formats import FORMATS

    book, _ = read_levels(options)

    def fill(folder: Path) -> None:
        fill_export(folder, book, formats, lambda one, form: _parts(one, FORMATS[form].holds_all_options), with_counts)
        said = {"formats": list(formats), "options": [option.name for option in book.options], "with_counts": with_counts, "levels": list(book.books)}
        put(folder / EXPORT, json_text({"name": place.name, **said}))

    return Published(place.directory, place.written(fill), book, {}, *_of_levels(book, lambda one: (_notes(one), _warnings(one))))


def _levels_figures(place: Place, options: Sequence[Option], formats: Sequence[str]) -> Published:
    """The pictures of every level in a folder of its name."""
    from rezoning.commands.publishing_levels import fill_figures, read_levels

    book, language = read_levels(options)

    def fill(folder: Path) -> None:
        drawn = fill_figures(folder, book, formats, language)
        put(folder / FIGURES, json_text({"name": place.name, "options": [option.name for option in book.options], "files": drawn}))

    return Published(place.directory, place.written(fill), book, {}, *_of_levels(book, _on_maps))


def _of_levels(book: LevelsBook, said: Callable[[Book], tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and warnings of every level, with its name; what all of them say stands once, without."""
    found = {name: said(one) for name, one in book.books.items()}
    notes, warnings = (_named({name: both[k] for name, both in found.items()}) for k in (0, 1))
    return notes, warnings


def _named(said: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    every = [text for text in next(iter(said.values()), ()) if all(text in those for those in said.values())]
    return (*every, *(f"{name}: {text}" for name, those in said.items() for text in those if text not in every))


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


def _parts(book: Book, is_whole: bool) -> list[tuple[str | None, str]]:
    """Letters and their folders: one for all options, or one for each; a single option needs no folder of its own."""
    if is_whole:
        return [(None, "")]
    return [(option.letter, option.letter if len(book.options) > 1 else "") for option in book.options]


def _addresses(book: Book, path: Path | None) -> AddressBook | None:
    from rezoning.report.finder import read_addresses
    from rezoning.scenario.reporting import Addresses as Section

    section = book.settings.addresses if path is None else Section(path=path)
    if section is None:
        return None
    if book.district.geometry is None:
        raise DataError(Problem(str(section.path), "addresses are found in the polygons of units, and there are none.", "Give the units' polygons."))
    return read_addresses(section, book.district)


def _notes(book: Book) -> tuple[str, ...]:
    """How plan files were read, and what is estimated; the files say so in their language."""
    brought = (note for option in book.options if option.brought is not None for note in option.brought.notes)
    return (*brought, *book_labels(book).sentences)


def _on_maps(book: Book) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and warnings of what has maps: besides the others, how the files under them were read."""
    notes, warnings = notes_of(book)
    return (*_notes(book), *notes), (*_warnings(book), *warnings)


def _linked(book: Book | LevelsBook, directory: Path, kind: Kind) -> tuple[str, ...]:
    """That the other page beside this one leads to it from now on."""
    page = led_back(book, directory, kind)
    return () if page is None else (f"{page} links to this {kind} from now on.",)


def _warnings(book: Book) -> tuple[str, ...]:
    """What the reader of a file must know, and who hands it on even more."""
    found = [f"Option {option.letter} ({option.name}): {sentence}" for option in book.options for sentence in option.changed]
    found += [doubt for option in book.options if option.brought is not None for doubt in option.brought.doubts]
    broken = [option for option in book.options if not option.audit.passed]
    found += [f"Option {option.letter} ({option.name}) breaks {rules_of(option, book.options)}: see the report." for option in broken]
    from rezoning.public.refusal import listed

    if book.joint:
        found.append(
            f"These options together would tell of fewer than {book.settings.min_cell} students ({listed(book.joint)}), so that more is hidden here "
            "than in a report of each. Do not publish such reports beside this one: publish all options in one, or leave one out."
        )
    if book.rests:
        found.append(
            f"Fewer than {book.settings.min_cell} students can be found by subtracting a group from all, whatever is hidden: {listed(book.rests)}. "
            "Leave such groups out (attributes: exclude) if that is too much."
        )
    if book.settings.min_cell == 0:
        found.append("report.min_cell is 0: numbers of few students are shown. This is not for publication.")
    return tuple(found)
