"""The fingerprint of a file: SHA-256 of what it holds, wherever it lies and whatever it is called."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest(path: Path) -> str:
    """The SHA-256 of a file; of a folder, that of the names and the bytes of all that is in it but locks, which come and go as it is looked at."""
    if not path.is_dir():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    said = "".join(f"{one.relative_to(path).as_posix()}\0{digest(one)}\n" for one in files_in(path))
    return hashlib.sha256(said.encode()).hexdigest()


def files_in(folder: Path) -> list[Path]:
    """All files of a folder that is one file, in order, but for locks."""
    return sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix.lower() != ".lock")
