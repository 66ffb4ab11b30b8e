"""All figures of options as files."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.errors import DataError, Problem
from rezoning.public.book import Book
from rezoning.report.charts.parts import letters_text, main_groups
from rezoning.report.charts.proof import public_stages
from rezoning.report.charts.trace import stages
from rezoning.report.estimated import book_labels
from rezoning.report.figures.before_after import before_after_figure, missing
from rezoning.report.figures.change import change_figure
from rezoning.report.figures.dumbbell import dumbbell_figure
from rezoning.report.figures.saving import FORMATS, save
from rezoning.report.figures.trace import trace_figure
from rezoning.report.language import Language
from rezoning.report.maps.basemap import base_of
from rezoning.report.maps.colors import option_fills
from rezoning.report.maps.drawn import drawn_plan
from rezoning.runs.option import Option
from rezoning.scenario.languages import FALLBACK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)

Draw = Callable[[], "Figure | str"]
"""Draws a figure, or says why it cannot be drawn."""


def figures_of(book: Book, directory: str | Path, formats: Sequence[str] = ("png", "svg"), language: Language | None = None) -> list[Path]:
    """Write every figure that can be drawn of a book's options; a warning in the log says why another cannot.

    For each option, by its letter: ``zones-a`` (today and the plan), ``changes-a`` (what moves where), ``trace-a`` (value and bound over time),
    and ``frontier-a`` where its directory is a frontier's. ``shares-<group>`` for each group that goals and bands are about, options together.

    Parameters
    ----------
    directory
        Made when it is not there.
    formats
        ``png``, ``svg``, ``pdf``.

    Returns
    -------
    list of Path
        What was written, in order.

    Raises
    ------
    DataError
        When a format is not known.
    """
    unknown = [one for one in formats if one not in FORMATS]
    if unknown:
        raise DataError(Problem("formats", f"'{unknown[0]}' is no format of figures.", f"Give one or more of {', '.join(FORMATS)}."))
    place, language, written = Path(directory), language or Language(), []
    place.mkdir(parents=True, exist_ok=True)
    notes = book_labels(book, language).sentences
    for name, draw in _all(book, language):
        figure = draw()
        if isinstance(figure, str):
            log.warning("%s is not drawn: %s", name, figure)
        else:
            written += [save(figure, place / f"{name}.{ending}", notes) for ending in formats]
    return written


def _all(book: Book, language: Language) -> Iterator[tuple[str, Draw]]:
    """Name of each figure and how it is drawn."""
    for option in book.options:
        letter = option.letter.lower()
        yield f"zones-{letter}", partial(_zones, book, option, language)
        yield f"changes-{letter}", partial(_changes, book, option, language)
        yield f"trace-{letter}", partial(_trace, book, option, language)
        if (option.path / "frontier.json").is_file():
            yield f"frontier-{letter}", partial(_frontier, option.path / "frontier.json", language)
    groups = main_groups(book)
    if not groups:
        yield "shares", lambda: "there are no groups that may be shown."
    for name, group in zip(file_names(groups), groups, strict=True):
        yield f"shares-{name}", partial(dumbbell_figure, book, group, language)


def _zones(book: Book, option: Option, language: Language) -> Figure | str:
    if missing(option.district):
        return f"the district has no {missing(option.district)}."
    captions = (language.text("charts.today"), language.text("charts.option", letter=option.letter, name=option.name))
    return before_after_figure(option.district, option.plan, option_fills(book, option), captions, language, base_of(book))


def _changes(book: Book, option: Option, language: Language) -> Figure | str:
    if missing(option.district):
        return f"the district has no {missing(option.district)}."
    if not drawn_plan(option.district, option.plan).changed.any():
        return "nothing changes."
    caption = letters_text([option.letter], book, language)
    return change_figure(option.district, option.plan, option_fills(book, option), caption, language, base_of(book))


def _trace(book: Book, option: Option, language: Language) -> Figure | str:
    if not option.is_run:
        return "the plan comes from a file, not from a run."
    if option.changed:
        return "data have changed since the run."
    if not stages(option):
        return f"{option.path} has no trace.csv that can be read."
    shown = public_stages(book, option)
    return trace_figure(shown, option.district.travel_unit, language) if shown else "its goals are about numbers that are kept back."


def _frontier(path: Path, language: Language) -> Figure | str:
    from rezoning.report.figures.frontier import frontier_figure

    try:
        return frontier_figure(json.loads(path.read_text(encoding="utf-8")), replace(language, code=FALLBACK))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return f"{path} is not the record of a frontier."


def file_names(groups: Sequence[str]) -> list[str]:
    """A name that any file system takes for each group, no two alike."""
    found: list[str] = []
    for group in groups:
        base = re.sub(r"[^a-z0-9]+", "-", group.lower()).strip("-")[:40] or "group"
        name, k = base, 2
        while name in found:
            name, k = f"{base}-{k}", k + 1
        found.append(name)
    return found
