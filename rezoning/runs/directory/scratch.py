"""Temporary places beside the results: names that nobody else has, and what killed commands left of them.

Beside ``here`` stands ``.here.x7k2m9qa.partial`` while it is written: ``new`` is filled there, and takes the name ``here`` in the end.
``owner`` is locked by the living process that writes; the system lets go of the lock however the process ends, so a process id, which
a container gives again and again, is not needed to tell a place that is in use from one that was left.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rezoning.runs.directory.problems import unwritable

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be deleted, which is a lock too
    fcntl = None  # type: ignore[assignment]

TRIES = 100  # folders, before a place is one where none can be made
_LONGEST = 180  # bytes of a name that leave room for what is added to it
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_SIBLINGS = r"(?:\.(?:failed|interrupted)\d*)?"  # `place_for` writes there
_BUSY = {errno.EWOULDBLOCK, errno.EACCES}


@contextmanager
def scratch(directory: Path) -> Iterator[Path]:
    """A folder of our own beside `directory`, on the same file system; gone when the block ends."""
    if not os.path.lexists(directory.parent):
        directory.parent.mkdir(parents=True, exist_ok=True)
    place, lock = _made(directory)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(lock)
        shutil.rmtree(place, ignore_errors=True)  # where an open file cannot be deleted


def tidy(directory: Path) -> None:
    """Give back or clean away what killed commands left beside `directory`; what a living one is writing stays."""
    names = re.compile(rf"\.(?P<name>{re.escape(_stem(directory.name))}{_SIBLINGS})\.[0-9a-z_]+\.(?P<kind>partial|earlier)")
    with suppress(OSError):
        for entry in list(os.scandir(directory.parent)):
            found = names.fullmatch(entry.name)
            if found and entry.is_dir(follow_symlinks=False):
                target = directory if found["name"] == _stem(directory.name) else directory.with_name(found["name"])
                _tidied(Path(entry.path), target, is_earlier=found["kind"] == "earlier")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write a file to; when the block ends well it takes the place of `path`.

    Raises
    ------
    OutputError
        When the disk does not take it.
    """
    partial = path.with_name(f".{_token()}.{path.name}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def put_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all, the same way on every system.

    Raises
    ------
    OutputError
        When the disk does not take it.
    """
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def sweep_files(folder: Path) -> None:
    """Clean away what killed commands left of `whole_file`; for one who knows that nobody else is writing there."""
    for path in folder.glob(".*.*.*"):
        with suppress(OSError):
            path.unlink()


# -- locks -----------------------------------------------------------------------------------------------------------


def locked(path: Path, *, is_needed: bool = False, is_shared: bool = False) -> int | None:
    """Open and lock a file, which is made where it is not; None while a living process holds the lock.

    The lock lasts until the descriptor is closed or the process ends, however it ends.

    Parameters
    ----------
    is_needed
        Whether a file system that knows no locks counts as one where the lock is held.
    is_shared
        Whether others may hold the lock too, who share it likewise.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if fcntl is not None:
            fcntl.flock(lock, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY or is_needed:
            os.close(lock)
            return None
    if os.fstat(lock).st_nlink == 0:  # who held the lock before us has deleted the file
        os.close(lock)
        return None
    return lock


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until nobody else changes names in `folder`, where the system can lock a folder; only for what takes no time."""
    lock = None
    with suppress(OSError):
        if fcntl is not None:
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _made(directory: Path) -> tuple[Path, int]:
    tried = 0
    while True:
        tried += 1
        place = directory.with_name(f".{_stem(directory.name)}.{_token()}.partial")
        try:
            place.mkdir()
            lock = locked(place / "owner")
        except (FileExistsError, FileNotFoundError):  # somebody tidied it away before it was ours
            if tried == TRIES or not directory.parent.is_dir():  # in some places, such as /proc, nothing can be made for good
                raise
            continue
        if lock is not None:
            return place, lock


def _tidied(left: Path, target: Path, *, is_earlier: bool) -> None:
    if os.name == "nt":
        with suppress(FileNotFoundError):
            (left / "owner").unlink()  # fails where its process lives
    lock = None if is_earlier else locked(left / "owner", is_needed=True)
    if lock is None and not is_earlier:
        return
    try:
        # A kill between two renames: the new results were complete, so they are finished rather than taken back.
        complete = [left] if is_earlier else [left / "new", left / "earlier"] if (left / "earlier").exists() else []
        for one in complete:
            if one.is_dir() and not os.path.lexists(target):
                one.rename(target)
        shutil.rmtree(left, ignore_errors=True)
    finally:
        if lock is not None:
            os.close(lock)


def _token() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def _stem(name: str) -> str:
    """The name itself; of a long one its beginning and a hash, so that there is room for more."""
    written = os.fsencode(name)
    if len(written) <= _LONGEST:
        return name
    return f"{written[:60].decode('utf-8', 'ignore')}-{hashlib.sha256(written).hexdigest()[:12]}"
