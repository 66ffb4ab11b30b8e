"""What may be opened: files that end, under names that every library takes for names."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rezoning.scenario.formats import format_of

RUN = "run.json"
"""The record of a run; it tells the directory of a run from other folders."""

SCENARIO_BYTES = 16 * 1024**2
"""A scenario is a page of text; a file of this size is another one."""

DATA_BYTES = 4 * 1024**3
"""Tables are held in memory: more than this would not fit, and a packed file that never ends is noticed."""

NO_FILE = {
    stat.S_IFDIR: ("is a folder", "Name the file in it."),
    stat.S_IFIFO: ("is a pipe", "Files are read more than once: write it to a file first."),
    stat.S_IFSOCK: ("is a socket", "Name a file."),
    stat.S_IFCHR: ("is a device", "Name a file."),
    stat.S_IFBLK: ("is a device", "Name a file."),
}

NO_ACCESS = ("may not be read by you", "Ask for permission, or copy it.")

URL_MARKS = "!;?"
"""GDAL's readers take what follows these for a part of an archive, or of an address."""


@dataclass(frozen=True)
class Unopenable:
    """Why a path cannot be read: the end of a sentence that begins with its name, and a cure."""

    reason: str
    cure: str
    is_missing: bool = False
    is_folder: bool = False


def why_unopenable(path: Path, limit: int = DATA_BYTES) -> Unopenable | None:
    """Why a path is no file that can be read; None where it is one. Nothing is opened, for a pipe would wait for its writer."""
    try:
        state = path.stat()
    except (OSError, ValueError) as error:
        return _why_not_there(path, error)
    kind = stat.S_IFMT(state.st_mode)
    if kind == stat.S_IFDIR and is_one_file(path):
        return None if os.access(path, os.R_OK | os.X_OK) else Unopenable(*NO_ACCESS)
    if kind in NO_FILE:
        return Unopenable(*NO_FILE[kind], is_folder=kind == stat.S_IFDIR)
    if state.st_size > limit:
        return Unopenable(too_large(limit), "Name another file, or split it.")
    if not os.access(path, os.R_OK):
        return Unopenable(*NO_ACCESS)
    return None


def is_one_file(path: Path) -> bool:
    """Whether a folder is read as one file, as its name says."""
    kind = format_of(path)
    return kind is not None and kind.is_folder


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; one that cannot be looked at is none."""
    return os.path.isdir(path)  # noqa: PTH112 (Path.is_dir raises where a name is too long)


def too_large(limit: int) -> str:
    """The end of a sentence about a file beyond a limit."""
    size = f"{limit // 1024**3} GB" if limit >= 1024**3 else f"{limit // 1024**2} MB"
    return f"is larger than {size}, the most that is read"


def _why_not_there(path: Path, error: Exception) -> Unopenable:
    code = getattr(error, "errno", None)
    if isinstance(error, ValueError):
        return Unopenable("is no name of a file", "Check the name.")
    if code == errno.ENAMETOOLONG:
        return Unopenable("has a name longer than the system allows", "Check the name: it may be two, or a file's content.")
    if code == errno.ELOOP:
        return Unopenable("is a link that leads back to itself", "Name the file itself.")
    if code in (errno.ENOENT, errno.ENOTDIR):
        if path.is_symlink():
            return Unopenable(f"is a link to '{path.readlink()}', which does not exist", "Name a file that is there.")
        return Unopenable("does not exist", "Check the name and the folder.", is_missing=True)
    reason = (getattr(error, "strerror", None) or "reason unknown").lower()
    return Unopenable(f"cannot be read: {reason}", "Check the name and who may read it.")


def short(path: Path | str) -> str:
    """A path for a message: whole, unless nobody would read it."""
    text = str(path).replace("\0", "\\0")
    return text if len(text) <= 200 else f"{text[:80]}…{text[-40:]}"


@contextmanager
def plainly_named(path: Path, *beside: Path) -> Iterator[Path]:
    """A name for a file, or for one that will be written, that GDAL's readers take for nothing but a name.

    Parameters
    ----------
    path
        The file.
    beside
        Files that belong to it and are there (those of a shapefile).
    """
    if not set(URL_MARKS) & set(str(path)):
        yield path
        return
    plain = next((place for place in (tempfile.gettempdir(), "/tmp", "/var/tmp") if not set(URL_MARKS) & set(place)), None)
    with tempfile.TemporaryDirectory(prefix="rezoning-", dir=plain) as place:
        if set(URL_MARKS) & set(path.name):
            stem = path.name.partition(".")[0]
            for each in (path, *beside):
                Path(place, f"layer{each.name.removeprefix(stem)}").symlink_to(each.absolute())
            yield Path(place, f"layer{path.name.removeprefix(stem)}")
        else:
            Path(place, "folder").symlink_to(path.parent.absolute(), target_is_directory=True)
            yield Path(place, "folder", path.name)
