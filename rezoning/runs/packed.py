"""A run as one archive: a zip file with the run's directory in it and, beside its record, the files that it was made from.

An archive comes from anywhere and is believed nothing: no name in it may lead out of the folder it is unpacked into, it may not be larger than it
looks, and what is damaged is said.
"""

from __future__ import annotations

import atexit
import errno
import lzma
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from rezoning.errors import DataError, Problem
from rezoning.scenario.files import RUN

MANIFEST = "pack.json"
"""What a packed run says of its files."""
MOST_FILES = 100_000
MOST_BYTES = 16 * 1024**3
"""Files and bytes of an archive, unpacked."""
RATIO, SMALL = 200, 256 * 1024**2
"""What is larger than SMALL and shrinks by more than RATIO is no data of a district."""
THEN = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive: the same files give the same bytes."""
CURE = "Ask for it again, or unpack it yourself and give the directory of the run."

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, UnicodeDecodeError)
_OF_ARCHIVE = (None, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL)
"""Reasons of the system that are the archive's fault: bytes that are none (bz2 gives no number), a name that is a file's and a folder's."""
_unpacked: dict[tuple[str, int, int], Path] = {}


def write_archive(path: Path, files: Mapping[str, Path | bytes]) -> None:
    """Write a zip file of files by their names in it; the same content gives the same bytes.

    Parameters
    ----------
    files
        Name to a file on disk, or to the bytes themselves.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name in sorted(files):
            told = zipfile.ZipInfo(name, THEN)
            told.compress_type, told.create_system, told.external_attr = zipfile.ZIP_DEFLATED, 3, (stat.S_IFREG | 0o644) << 16
            held = files[name]
            with packed.open(told, "w", force_zip64=not isinstance(held, bytes) and held.stat().st_size > 2**31 - 2**20) as inside:
                if isinstance(held, bytes):
                    inside.write(held)
                else:
                    with held.open("rb") as stream:
                        shutil.copyfileobj(stream, inside, 2**20)


def opened(path: Path) -> Path:
    """The directory of a run, where `path` is a run that was packed; any other path as it is.

    An archive is unpacked once, among the system's temporary files, and is gone when the process ends.

    Raises
    ------
    DataError
        The archive is damaged, too large, or holds names that lead elsewhere.
    """
    if path.suffix.lower() != ".zip" or not path.is_file():
        return path
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            if stream.read(4) == b"PK\x03\x04":
                raise _damaged(path, zipfile.BadZipFile("its end is missing"))
        return path
    state = path.stat()
    key = (str(path.resolve()), state.st_size, state.st_mtime_ns)
    if key not in _unpacked:
        with _reading(path) as packed:
            root = _root_of(packed)
            if root is None:  # a plan file in a zip, say
                return path
            folder = Path(tempfile.mkdtemp(prefix="rezoning-run-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            unpack(packed, path, folder)
        _unpacked[key] = _named(folder, root, path)
    return _unpacked[key]


def given(path: Path) -> Path:
    """What a user named: the archive where a directory was unpacked from one."""
    return next((Path(archive) for (archive, *_), folder in _unpacked.items() if folder == path), path)


def is_packed(path: Path) -> bool:
    """Whether a path is an archive of a run; one that cannot be read is none."""
    try:
        with zipfile.ZipFile(path) as packed:
            return _root_of(packed) is not None
    except (OSError, *_DAMAGED):
        return False


def _named(folder: Path, root: str, path: Path) -> Path:
    """The run's directory; one whose files stand in the archive without a folder is called by the archive."""
    if root:
        return folder / root
    named = folder.with_name(f"{folder.name}-all") / path.stem
    named.parent.mkdir()
    atexit.register(shutil.rmtree, named.parent, ignore_errors=True)
    folder.rename(named)
    return named


def _reading(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, *_DAMAGED) as error:
        raise _damaged(path, error) from error


def _root_of(packed: zipfile.ZipFile) -> str | None:
    """The folder in an archive that is the run's: empty where its files stand at the top; None where there is no run."""
    names = {PurePosixPath(one.filename).parts for one in packed.infolist()}
    roots = [parts[:-1] for parts in names if parts[-1:] == (RUN,) and len(parts) <= 2 and (*parts[:-1], "scenario.yaml") in names]
    return "/".join(roots[0]) if len(roots) == 1 else None


def unpack(packed: zipfile.ZipFile, path: Path, folder: Path) -> None:
    """Unpack an archive into an empty folder.

    Raises
    ------
    DataError
        With everything that is wrong with its names and sizes, before anything is written; or that it is damaged.
    """
    problems = list(_wrongs(packed, path, folder))
    if problems:
        raise DataError(problems)
    try:
        for one in packed.infolist():
            place = folder.joinpath(*PurePosixPath(one.filename).parts)
            if one.is_dir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(one) as inside, place.open("xb") as stream:
                _copied(inside, stream, one.file_size)
    except _DAMAGED as error:
        raise _damaged(path, error) from error
    except OSError as error:
        if error.errno in _OF_ARCHIVE:
            raise _damaged(path, error) from error
        message = f"cannot be unpacked into {folder}: {(error.strerror or 'reason unknown').lower()}."
        raise DataError(Problem(str(path), message, "Make room there, or unpack it yourself and give the directory of the run.")) from error


def _copied(inside: object, stream: BinaryIO, size: int) -> None:
    """Copy as much as the archive said that there is, and not a byte more."""
    left = size
    while block := inside.read(min(2**20, left + 1)):  # type: ignore[attr-defined]
        left -= len(block)
        if left < 0:
            raise zipfile.BadZipFile("a file is longer than it says")
        stream.write(block)
    if left:
        raise zipfile.BadZipFile("a file is shorter than it says")


def _damaged(path: Path, error: Exception) -> DataError:
    locked = "password" in str(error) or "encrypted" in str(error)
    said = (isinstance(error, OSError) and error.strerror) or str(error)
    reason = "it is protected by a password" if locked else said.rstrip(".") or type(error).__name__
    return DataError(Problem(str(path), f"cannot be unpacked: {reason}.", CURE))


def _wrongs(packed: zipfile.ZipFile, path: Path, folder: Path) -> Iterator[Problem]:
    files = packed.infolist()
    size, own = sum(one.file_size for one in files), max(path.stat().st_size, 1)
    if len(files) > MOST_FILES:
        yield Problem(str(path), f"holds {len(files):,} files, and {MOST_FILES:,} are the most that are unpacked.", CURE)
    if size > MOST_BYTES or (size > SMALL and size > RATIO * own):
        yield Problem(str(path), f"would be {size / 1024**3:,.1f} GB unpacked, and is {own / 1024**2:,.1f} MB: no run is like that.", CURE)
    elif size > shutil.disk_usage(folder).free:
        cure = "Make room, or set TMPDIR to a place that has it."
        yield Problem(str(path), f"would be {size / 1024**2:,.0f} MB unpacked, and {folder.parent} has no room for that.", cure)
    seen, kept = set[str](), 0
    for one in files:
        why = _why_not(one, seen)
        if why is not None and (kept := kept + 1) <= 5:
            yield Problem(f"{path}, {one.filename[:80]!r}", f"{why}.", "Do not trust this archive; ask for it again.")


def _why_not(one: zipfile.ZipInfo, seen: set[str]) -> str | None:
    """Why a file of an archive is not unpacked."""
    name = one.filename
    parts = name.split("/")
    if one.orig_filename != name or "\\" in name or any(ord(letter) < 32 for letter in name):
        return "is a name that not every system can hold"
    if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":") or not name.strip("/. "):
        return "is a name that leads out of the folder"
    if stat.S_ISLNK(one.external_attr >> 16):
        return "is a link, which may lead anywhere"
    if any(len(os.fsencode(part)) > 255 for part in parts):
        return "is a name that is too long"
    plain = "/".join(part for part in parts if part not in ("", "."))
    if plain in seen:
        return "is there twice"
    seen.add(plain)
    return None
