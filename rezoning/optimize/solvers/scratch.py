"""Folders for the files of workers, which outlive no kill for long, on a machine where process ids mean little too.

Each is held by a lock that ends with the process that made it, and the next one to need a folder takes away those that nobody holds.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows: there a folder that is left stays
    fcntl = None

PREFIX, OWNER = "rezoning-solver-", "owner"
YOUNG = 60.0  # seconds: a folder that nobody holds yet may be one that is just being made


@dataclass(frozen=True)
class Scratch:
    """A folder, and the open file whose lock says that somebody needs it."""

    path: Path
    owner: IO[bytes] | None

    def remove(self) -> None:
        """Take it away with all that is in it."""
        if self.owner is not None:
            self.owner.close()
        shutil.rmtree(self.path, ignore_errors=True)


def scratch() -> Scratch:
    """A new folder, after those that others left are gone."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_left(path):
                shutil.rmtree(path, ignore_errors=True)
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    if fcntl is None:
        return Scratch(path, None)
    new = path / f".{OWNER}"
    owner = new.open("wb")
    fcntl.flock(owner, fcntl.LOCK_EX)
    new.rename(path / OWNER)  # who finds it finds it locked
    return Scratch(path, owner)


def _is_left(path: Path) -> bool:
    if fcntl is None:
        return False
    try:
        owner = (path / OWNER).open("rb")
    except FileNotFoundError:
        return time.time() - path.stat().st_mtime > YOUNG
    with owner:
        try:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
