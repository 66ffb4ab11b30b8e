"""Which place results may take: what stands there, whose it is, and what protects it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rezoning.errors import OutputError, Problem
from rezoning.runs.directory.problems import unwritable
from rezoning.runs.directory.scratch import scratch, tidy
from rezoning.scenario.moved import RUN

# The file that tells what a directory is: a run is replaced by a run only, an evaluation by an evaluation.
EVALUATION, COMPARISON, EXPLANATION, TRAVELS = "evaluation.json", "compare.json", "explanation.json", "travels.json"


def check_place(directory: Path, marker: str = RUN, name: str | None = None, *, replace: bool = False) -> None:
    """Find out before the solve whether `directory` can be written, and replaces nothing but what holds `marker` and is of the same scenario.

    What killed commands left there is given back or cleaned away first.

    Parameters
    ----------
    name
        The scenario's; None where it is not known yet.
    replace
        Whether results of another scenario may be replaced.

    Raises
    ------
    OutputError
        When it is a file, holds things that are not ours or are another scenario's, or its parent cannot be written.
    """
    try:
        _check_names(directory)
        tidy(directory.resolve())
        check_what_is_there(directory, marker, name, replace=replace)
        parent = _existing_parent(directory)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise unwritable(directory, error if isinstance(error, OSError) else OSError(str(error))) from None
    try:
        with scratch(parent / directory.name):
            pass
    except OSError as error:
        raise unwritable(parent, error) from None


def check_what_is_there(directory: Path, marker: str, name: str | None, *, replace: bool) -> None:
    """Refuse to replace what is not ours, or is another scenario's.

    Raises
    ------
    OutputError
        When it must stay.
    """
    if directory.is_dir():
        if not (directory / marker).exists() and any(directory.iterdir()):
            message = f"the directory is not empty and holds no {marker}, so it is not replaced."
            raise OutputError(Problem(str(directory), message, "Give another --out."))
        if not replace and (directory / marker).exists():
            _check_whose(directory, marker, name)
    elif directory.exists() or directory.is_symlink():
        kind = "file" if directory.is_file() else "thing that is no directory"
        raise OutputError(Problem(str(directory), f"there is a {kind} of this name.", "Give --out a directory, or move the file away."))


def _check_whose(directory: Path, marker: str, name: str | None) -> None:
    try:
        there = name_in(directory / marker)
    except (OSError, ValueError):
        said = f"its {marker} cannot be read, so it is not known whose results these are, and they are kept."
    else:
        if there is None or name is None or there == name:
            return
        said = f"the directory holds results of the scenario {there!r}, not of {name!r}, and they are kept."
    raise OutputError(Problem(str(directory), said, "Give another --out, or add --replace to put these results in their place."))


def name_in(marker: Path) -> str | None:
    """Name of the scenario that a directory's results are of; None where its file does not say.

    Raises
    ------
    OSError, ValueError
        When the file cannot be read.
    """
    try:
        document = json.loads(marker.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("no record") from error
    if not isinstance(document, dict):
        raise ValueError("no record")
    first: Any = document.get("A")  # a statement is kept by option
    name = first.get("scenario") if isinstance(first, dict) else document.get("name")
    return name if isinstance(name, str) else None


def check_new_file(path: Path, *, may_replace: bool) -> None:
    """Find out before any work whether a file can be written, and replaces nothing that must stay.

    Raises
    ------
    OutputError
        When it is a directory, is there already and must stay, or its folder cannot be written.
    """
    try:
        _check_names(path)
        if path.is_dir():
            raise OutputError(Problem(str(path), "is a directory.", "Give --out the name of a file."))
        if os.path.lexists(path) and not may_replace:
            message = "is there already, and is kept."
            raise OutputError(Problem(str(path), message, "Give another --out, or add --replace to put the new file in its place."))
        if not path.resolve().parent.is_dir():
            raise OutputError(Problem(str(path), "its folder does not exist.", "Make the folder, or give another --out."))
        with scratch(path.resolve()):
            pass
    except (OSError, RuntimeError) as error:
        raise unwritable(path, error if isinstance(error, OSError) else OSError(str(error))) from None


def place_for(directory: Path, exit_code: int, name: str | None = None) -> Path:
    """Where a run with this exit code is written: `directory`, or a sibling when a finished run stands there and this one failed.

    A finished run (exit code 0) is replaced by a finished run only; what failed before is replaced by anything of the same scenario.
    """
    if exit_code == 0 or not directory.exists() or _earlier_exit_code(directory) not in (0, None):
        return directory
    if not any(directory.iterdir()):
        return directory
    ending = ".interrupted" if exit_code == 130 else ".failed"
    siblings = (directory.with_name(f"{directory.name}{ending}{number}") for number in ("", *range(2, 1000)))
    return next(place for place in siblings if not os.path.lexists(place) or _is_run_of(place, name))


def _is_run_of(place: Path, name: str | None) -> bool:
    try:
        return name_in(place / RUN) in (None, name) or name is None
    except (OSError, ValueError):
        return False


def _earlier_exit_code(directory: Path) -> int | None:
    """Exit code of the run that stands in `directory`; None when it cannot be read, which protects it."""
    try:
        code = json.loads((directory / RUN).read_text(encoding="utf-8"))["exit_code"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return code if isinstance(code, int) else None


def _check_names(directory: Path) -> None:
    """Every name on the way must be one that the system takes, also where its folder is not made yet."""
    parent = _existing_parent(directory)
    for part in directory.parts:
        try:
            os.lstat(parent / part)
        except (FileNotFoundError, NotADirectoryError):
            continue
    os.path.lexists(directory)


def _existing_parent(directory: Path) -> Path:
    parent = directory.resolve().parent
    while not parent.exists():
        parent = parent.parent
    return parent
