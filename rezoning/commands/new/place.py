"""The files that are written beside a planner's own: all or none, and never over what is not ours."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rezoning.errors import OutputError, Problem
from rezoning.runs.directory.problems import unwritable

TODAY, TODAY_TEXT, SOURCES = "today.json", "today.md", "SOURCES.md"
UNITS, SCHOOLS, ZONES, STREETS = "units.gpkg", "schools.csv", "zones.gpkg", "streets.gpkg"
"""Files that may be derived."""


def written_before(place: Path) -> dict[str, str]:
    """Files that an earlier call has written beside its scenario, with their hashes."""
    try:
        held = json.loads((place / TODAY).read_text(encoding="utf-8"))["written"]
        return {str(name): str(sha) for name, sha in held.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def free_name(place: Path, name: str) -> str:
    """A name for a file that is derived: the plain one, unless a file of the user's has it."""
    if name in written_before(place) or not (place / name).exists():
        return name
    stem, dot, ending = name.partition(".")
    return f"{stem}-made{dot}{ending}"


def check_free(scenario: Path, *, replace: bool) -> None:
    """Refuse to write where a scenario stands already, or where nothing can be written.

    Raises
    ------
    OutputError
        Nothing may be written there.
    """
    if scenario.suffix.lower() not in (".yaml", ".yml"):
        raise OutputError(Problem(str(scenario), "is no name of a scenario.", "Give --out a file that ends in .yaml."))
    if scenario.exists() and not replace:
        raise OutputError(Problem(str(scenario), "there is a scenario already, and it is kept.", "Give another --out, or add --replace."))
    if not scenario.parent.is_dir():
        raise OutputError(Problem(str(scenario.parent), "is no folder.", "Make it first, or give another --out."))
    try:
        with tempfile.TemporaryDirectory(prefix=".rezoning-", dir=scenario.parent):
            pass
    except OSError as error:
        raise unwritable(scenario.parent, error) from error


def check_unchanged(place: Path, names: Mapping[str, bytes]) -> None:
    """Refuse to replace a derived file that somebody has edited since.

    Raises
    ------
    OutputError
        Some was.
    """
    for name, sha in written_before(place).items():
        if name in names and (place / name).exists() and sha_of((place / name).read_bytes()) != sha:
            message = "has been changed since rezoning new wrote it, and would be lost."
            raise OutputError(Problem(str(place / name), message, "Give it another name, or remove it, and call again."))


def sha_of(content: bytes) -> str:
    """SHA-256."""
    return hashlib.sha256(content).hexdigest()


def write_all(place: Path, files: Mapping[str, bytes]) -> None:
    """Write all files or none.

    Raises
    ------
    OutputError
        The disk does not take them; what stood there stands there still.
    """
    try:
        scratch = Path(tempfile.mkdtemp(prefix=".rezoning-", dir=place))
    except OSError as error:
        raise unwritable(place, error) from error
    done: list[str] = []
    try:
        for name, content in files.items():
            with (scratch / name).open("wb") as stream:
                stream.write(content)
                os.fsync(stream.fileno())
        for name in files:
            if (place / name).exists():
                (place / name).rename(scratch / f"{name}.before")
            done.append(name)
            (scratch / name).rename(place / name)
    except OSError as error:
        _put_back(place, scratch, done)
        raise unwritable(place, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _put_back(place: Path, scratch: Path, done: list[str]) -> None:
    for name in done:
        with suppress(OSError):
            before = scratch / f"{name}.before"
            if before.exists():
                before.replace(place / name)
            else:
                (place / name).unlink()
