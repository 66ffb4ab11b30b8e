"""Write options in a format of another program."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from rezoning.public.book import Book
from rezoning.report.buildings_table import building_rows
from rezoning.report.exports import words
from rezoning.report.exports.coverage import GAP_M
from rezoning.report.exports.formats import FORMATS, Format
from rezoning.report.exports.layers import Job, Written
from rezoning.report.exports.places import places_of
from rezoning.report.exports.readme import readme
from rezoning.report.exports.text import clean
from rezoning.runs.files import put
from rezoning.runs.tables import public_csv

README = "README.txt"


def export(book: Book, letter: str | None, to: str, place: Path, *, with_counts: bool = False) -> list[Path]:
    """Write options in a format of another program, with a README.txt.

    Parameters
    ----------
    book
        The options.
    letter
        The option to write; None for all.
    to
        A name of `FORMATS`.
    place
        An existing directory, empty.
    with_counts
        Whether units carry their numbers of students, where the format can hold them; the result is not for publication.

    Returns
    -------
    list of Path
        The files, README.txt last.

    Raises
    ------
    DataError
        When the format needs polygons and there are none, or cannot hold an id.
    """
    form = FORMATS[to]
    job = Job(book, tuple(book.views) if letter is None else (letter,), to, Path(place), with_counts)
    if form.needs_polygons:
        _ = job.ground  # before anything is written
    written: list[Written] = _function(form.write)(job)
    written += _buildings(job)
    path = job.place / README
    put(path, readme(job, form.about, form.opens_in, written, _notes(job, form)))
    return [*dict.fromkeys(one.path for one in written), path]


def _function(name: str) -> Callable[[Job], Any]:
    module, _, function = name.partition(":")
    return getattr(import_module(f"rezoning.report.exports.{module}"), function)  # type: ignore[no-any-return]


def _buildings(job: Job) -> list[Written]:
    """The buildings of all options in which schools share zones, beside any format; nothing where there are none."""
    found = []
    for letter in job.letters:
        rows = building_rows(job.book, letter)
        if rows:
            path = job.place / words.BUILDINGS.format(letter=letter)
            put(path, public_csv(rows))
            about = f"Which school has which grades under option {letter}; rezoning reads it back beside a plan of zones."
            found.append(Written(path, about, {name: words.building_meaning(name) for name in rows[0]}))
    return found


def _notes(job: Job, form: Format) -> list[str]:
    """What is said of the format, then of the ground and of schools without a place."""
    notes: list[str] = _function(form.notes)(job) if form.notes else []
    shared = [letter for letter in job.letters if job.book.views[letter].pairing is not None]
    notes += [words.SHARED.format(letters=", ".join(shared))] if shared else []
    if "ground" in job.__dict__:
        ground = job.ground
        notes += [words.mended_note(ground.closed_m2, GAP_M)] if ground.is_mended else []
    if form.holds_schools:
        places = places_of(job.book)
        lost = [clean(school.name) for school in job.book.schools if school.id not in places]
        notes += [words.unplaced_note(lost)] if lost else []
    return notes
