"""Results appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from rezoning.errors import OutputError, Problem
from rezoning.runs.directory.place import check_what_is_there
from rezoning.runs.directory.problems import unwritable
from rezoning.runs.directory.scratch import one_at_a_time, scratch, tidy
from rezoning.runs.directory.swap import take_place
from rezoning.scenario.moved import RUN


@contextmanager
def written_whole(directory: Path, check: Callable[[], None] | None = None) -> Iterator[Path]:
    """Give an empty directory to fill; when the block ends well it takes the place of `directory`, else nothing has happened.

    Parameters
    ----------
    check
        Looks once more at what stands there just before it is replaced, and raises if that must stay: another command may have written
        there since `check_place` looked.

    Raises
    ------
    OutputError
        When the disk does not take the files, or what stands there by now must stay.
    """
    try:
        # A link is followed, so that renaming replaces what it points to and not the link.
        directory = directory.resolve()
        tidy(directory)
        with scratch(directory) as place:
            new = place / "new"
            new.mkdir()
            yield new
            _settle(new)
            with one_at_a_time(directory.parent):
                if check is not None:
                    check()
                take_place(new, directory, place / "earlier")
    except OSError as error:
        raise unwritable(directory, error) from error


def write_or_rescue(place: Path, fill: Callable[[Path, Path], None], name: str | None = None, *, replace: bool = False) -> None:
    """Write a run directory whole; when its disk fails after a long solve, keep the results among the system's temporary files.

    Parameters
    ----------
    place
        The directory to write.
    fill
        Fills its first argument, an empty directory, that will stand at the second.
    name, replace
        As `check_place` has them.

    Raises
    ------
    OutputError
        When `place` cannot be written; says where the results were kept, if they could be kept anywhere.
    """
    try:
        with written_whole(place, partial(check_what_is_there, place, RUN, name, replace=replace)) as filled:
            fill(filled, place)
    except OutputError as error:
        try:
            rescue = Path(tempfile.mkdtemp(prefix="rezoning-")) / place.name
            with written_whole(rescue) as filled:
                fill(filled, rescue)
        except (OSError, OutputError):
            raise error from None
        raise OutputError([*error.problems, Problem(str(rescue), "the results are kept here instead.")]) from None


def _settle(folder: Path) -> None:
    """Have the disk keep what was written before the names change, so that not even a power cut leaves empty files under a finished name."""
    for inside, _, files in os.walk(folder):
        for name in (*files, ""):
            _sync(os.path.join(inside, name))  # noqa: PTH118 (a name that may be empty)


def _sync(path: str) -> None:
    with suppress(OSError):  # not every system can for a folder, not every file system at all
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
