"""A run directory is written whole or not at all, and a failure never touches an earlier run."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rezoning.errors import Problem, RezoningError

# The file that tells what a directory is: a run is replaced by a run only, an evaluation by an evaluation.
RUN, EVALUATION, COMPARISON, EXPLANATION = "run.json", "evaluation.json", "compare.json", "explanation.json"


class OutputError(RezoningError):
    """The place for the results cannot be written."""

    exit_code = 2
    title = "cannot write the results"


def check_place(directory: Path, marker: str = RUN) -> None:
    """Find out before the solve whether `directory` can be written, and replaces nothing but what holds `marker`.

    Raises
    ------
    OutputError
        When it is a file, holds things that are not ours, or its parent cannot be written.
    """
    try:
        _check_what_is_there(directory, marker)
        parent = _existing_parent(directory)
    except OSError as error:
        raise OutputError(_unwritable(directory, error)) from None
    probe = parent / f".{directory.name}.{os.getpid()}.probe"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise OutputError(_unwritable(parent, error)) from None


def _check_what_is_there(directory: Path, marker: str) -> None:
    if directory.is_dir():
        if not (directory / marker).exists() and any(directory.iterdir()):
            message = f"the directory is not empty and holds no {marker}, so it is not replaced."
            raise OutputError(Problem(str(directory), message, "Give another --out."))
    elif directory.exists() or directory.is_symlink():
        raise OutputError(Problem(str(directory), "there is a file of this name.", "Give --out a directory, or move the file away."))


def place_for(directory: Path, exit_code: int) -> Path:
    """Where a run with this exit code is written: `directory`, or a sibling when a finished run stands there and this one failed.

    A finished run (exit code 0) is replaced by a finished run only; what failed before is replaced by anything.
    """
    if exit_code == 0 or not directory.exists() or _earlier_exit_code(directory) not in (0, None):
        return directory
    if not any(directory.iterdir()):
        return directory
    ending = ".interrupted" if exit_code == 130 else ".failed"
    siblings = (directory.with_name(f"{directory.name}{ending}{number}") for number in ("", *range(2, 1000)))
    return next(place for place in siblings if not place.exists() or (place / RUN).exists())


@contextmanager
def written_whole(directory: Path) -> Iterator[Path]:
    """Give an empty directory to fill; when the block ends well it takes the place of `directory`, else nothing has happened.

    Raises
    ------
    OutputError
        When the disk does not take the files.
    """
    # A link is followed, so that renaming replaces what it points to and not the link.
    directory = directory.resolve()
    partial = directory.with_name(f".{directory.name}.{os.getpid()}.partial")
    earlier = directory.with_name(f".{directory.name}.{os.getpid()}.earlier")
    try:
        partial.mkdir(parents=True)
        yield partial
        _exchange(partial, directory, earlier)
    except OSError as error:
        raise OutputError(_unwritable(directory, error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_or_rescue(place: Path, fill: Callable[[Path, Path], None]) -> None:
    """Write a directory whole; when its disk fails after a long solve, keep the results among the system's temporary files.

    Parameters
    ----------
    place
        The directory to write.
    fill
        Fills its first argument, an empty directory, that will stand at the second.

    Raises
    ------
    OutputError
        When `place` cannot be written; says where the results were kept, if they could be kept anywhere.
    """
    try:
        with written_whole(place) as partial:
            fill(partial, place)
    except OutputError as error:
        try:
            rescue = Path(tempfile.mkdtemp(prefix="rezoning-")) / place.name
            with written_whole(rescue) as partial:
                fill(partial, rescue)
        except (OSError, OutputError):
            raise error from None
        raise OutputError([*error.problems, Problem(str(rescue), "the results are kept here instead.")]) from None


def plan_path(path: Path) -> Path:
    """The plan file that a user means: the file itself, or the plan of a run directory."""
    return path / "plan.csv" if path.is_dir() else path


def json_text(document: Any) -> str:
    """JSON with null where a number is undefined, never NaN; numpy's numbers as plain ones."""
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy's arrays and numbers, without importing numpy
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, str | Path) else value


def _exchange(partial: Path, directory: Path, earlier: Path) -> None:
    had_earlier = directory.exists()
    if had_earlier:
        directory.rename(earlier)
    try:
        partial.rename(directory)
    except OSError:
        if had_earlier:
            earlier.rename(directory)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _earlier_exit_code(directory: Path) -> int | None:
    """Exit code of the run that stands in `directory`; None when it cannot be read, which protects it."""
    try:
        code = json.loads((directory / RUN).read_text(encoding="utf-8"))["exit_code"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, int) else None


def _existing_parent(directory: Path) -> Path:
    parent = directory.resolve().parent
    while not parent.exists():
        parent = parent.parent
    return parent


def _unwritable(place: Path, error: OSError) -> Problem:
    reason = error.strerror or str(error)
    return Problem(str(place), f"cannot be written ({reason}).", "Give --out a place that you may write and that has room.")
