"""The directory of an ensemble: every number, a page that everybody may see, a figure, and the plans that are kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.commands.ensembles.outcome import Ensemble
from rezoning.errors import DataError
from rezoning.runs.directory import check_place, check_what_is_there, json_text, written_whole
from rezoning.runs.files import put
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.public.book import Book

ENSEMBLE = "ensemble.json"
"""The file that tells what a directory is: an ensemble is replaced by an ensemble only."""


def place_of(scenario: Scenario, out: Path | None, *, replace: bool = False) -> Path:
    """Where an ensemble goes, known to be writable before any work is done: the place asked for, or ``<scenario>-ensemble`` in the current folder.

    Raises
    ------
    OutputError
        When it cannot be written, or holds what must stay.
    """
    place = Path(f"{scenario.name}-ensemble") if out is None else out
    check_place(place, ENSEMBLE, scenario.name, replace=replace)
    return place


def write_ensemble(place: Path, found: Ensemble, *, replace: bool = False) -> DataError | None:
    """ensemble.json and .csv (.parquet with pyarrow) with every number, plans/, and with those that may be shown ensemble.html, .png and .svg.

    Whole or not at all. The page and the figure are left out where they would give small numbers away, which is why then, and where the audit
    rejected a sample.
    """
    from rezoning.district.plans.write import write_plan

    refused = None
    with written_whole(place, partial(check_what_is_there, place, ENSEMBLE, found.scenario.name, replace=replace)) as directory:
        put(directory / ENSEMBLE, json_text(found.record))
        _put_samples(directory, found)
        kept = [(number, k, plan) for number, one in enumerate(found.ours, 1) for k, plan in one.plans.items()]
        if kept:
            (directory / "plans").mkdir()
        for number, k, plan in kept:
            write_plan(directory / "plans" / f"{number}-{k * found.settings.every}.csv", plan, found.district)
        if not any(one.broken for one in found.chains):
            try:
                _put_public(directory, found)
            except DataError as why:  # the documents are for those who may see all
                refused = why
    return refused


def book_of(found: Ensemble) -> Book:
    """What may be shown of the plans, or of today's zones where there are none.

    Raises
    ------
    DataError
        Where small numbers could be worked out whatever is hidden.
    """
    from rezoning.public.build import book_of_today, make_book

    return make_book(found.options) if found.options else book_of_today(found, lambda *_: None)[0]


def _put_public(directory: Path, found: Ensemble) -> None:
    from rezoning.report.ensemble import ensemble_page, shown_rows
    from rezoning.report.figures.ensemble import draw_ensemble
    from rezoning.report.language import language_of

    language = language_of(found.scenario.report)
    book = book_of(found)
    rows, hidden = shown_rows(found.record, found.samples(), book, language)
    put(directory / "ensemble.html", ensemble_page(found.record, rows, hidden, book, language))
    for ending in ("png", "svg"):
        draw_ensemble(found.record, rows, directory / f"ensemble.{ending}", language)


def _put_samples(directory: Path, found: Ensemble) -> None:
    from rezoning.report.estimated import estimate_labels
    from rezoning.runs.tables import csv_text

    rows = estimate_labels(found.record).rows(found.rows())
    put(directory / "ensemble.csv", csv_text(rows))
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:  # the same stands in the CSV file
        return
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), directory / "ensemble.parquet")
