"""What was published, and what every public output has to say: how plans were read, what is estimated, what a reader must know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem
from rezoning.report.estimated import book_labels
from rezoning.report.links import Kind, led_back
from rezoning.report.maps.basemap import notes_of
from rezoning.runs.option import rules_of
from rezoning.runs.packed import given

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.public.levels import LevelsBook
    from rezoning.report.finder import AddressBook

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


def parts(book: Book, is_whole: bool) -> list[tuple[str | None, str]]:
    """Letters and their folders: one for all options, or one for each; a single option needs no folder of its own."""
    if is_whole:
        return [(None, "")]
    return [(option.letter, option.letter if len(book.options) > 1 else "") for option in book.options]


def addresses_in(book: Book, path: Path | None) -> AddressBook | None:
    """The addresses of a file, or of the scenario's, in the units of a book; None where neither names any."""
    from rezoning.report.finder import read_addresses
    from rezoning.scenario.reporting import Addresses as Section

    section = book.settings.addresses if path is None else Section(path=path)
    if section is None:
        return None
    if book.district.geometry is None:
        raise DataError(Problem(str(section.path), "addresses are found in the polygons of units, and there are none.", "Give the units' polygons."))
    return read_addresses(section, book.district)


def notes_on(book: Book) -> tuple[str, ...]:
    """How plan files were read, and what is estimated; the files say so in their language."""
    brought = (note for option in book.options if option.brought is not None for note in option.brought.notes)
    return (*brought, *book_labels(book).sentences)


def notes_on_maps(book: Book) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and warnings of what has maps: besides the others, how the files under them were read."""
    notes, warnings = notes_of(book)
    return (*notes_on(book), *notes), (*warnings_on(book), *warnings)


def linked(book: Book | LevelsBook, directory: Path, kind: Kind) -> tuple[str, ...]:
    """That the other page beside this one leads to it from now on."""
    page = led_back(book, directory, kind)
    return () if page is None else (f"{page} links to this {kind} from now on.",)


def warnings_on(book: Book) -> tuple[str, ...]:
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
