"""A made-up town to try things on, where no clone of the project is at hand: its files come from a seed, so that no package need carry them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rezoning.errors import OutputError, Problem
from rezoning.runs.directory import RUN, check_place, check_what_is_there, written_whole
from rezoning.synthetic import RIVERBEND, make_district, write_district

NAME = "riverbend"
MAX_INCREASE = 0.5  # of a trip over today's, in the scenario


def write_example(folder: Path | None) -> list[Path]:
    """Write riverbend's files and a scenario into a new folder, whole or not at all; gives their paths.

    Raises
    ------
    OutputError
        No folder is named, or it holds something.
    """
    if folder is None:
        raise OutputError(Problem("command line", "--example wants a folder to write to.", "rezoning new my-town --example"))
    if folder.is_dir() and any(folder.iterdir()):
        raise OutputError(Problem(str(folder), "holds something already, and it is kept.", "Name a new folder."))
    check_place(folder, RUN, NAME)
    town = make_district(**RIVERBEND)
    with written_whole(folder, partial(check_what_is_there, folder, RUN, NAME, replace=False)) as place:
        files = write_district(place, town, MAX_INCREASE, NAME, streets=True)
        return [folder / file.name for file in files]
