"""Two names change places in one step, where the system can."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

_HERE = -100  # AT_FDCWD of Linux
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2, RENAME_SWAP of renamex_np
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_TRIES = 100  # another process may take the name, or give it up, between two of our steps


def exchange(one: Path, other: Path) -> bool:
    """Let two names that exist change places at once; False where system or file system cannot.

    Raises
    ------
    OSError
        When they could, but this exchange failed.
    """
    call = _system_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _system_call() -> Callable[[bytes, bytes], int] | None:
    if sys.platform not in ("linux", "darwin"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        swap = getattr(library, "renamex_np", None)
        return None if swap is None else lambda one, other: int(swap(one, other, ctypes.c_uint(_EXCHANGE)))
    rename = getattr(library, "renameat2", None)  # not in every C library
    return None if rename is None else lambda one, other: int(rename(_HERE, one, _HERE, other, ctypes.c_uint(_EXCHANGE)))


def take_place(new: Path, directory: Path, aside: Path) -> None:
    """Let `new` have the name `directory`; what stood there has the name `new` or `aside` afterwards.

    `aside` exists only between two renames of a system that cannot exchange: who finds it knows that `new` was complete.
    """
    for _ in range(_TRIES):
        try:
            if not _is_there(directory):
                new.rename(directory)
                return
            if exchange(new, directory):
                return
            directory.rename(aside)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST) and _is_there(new):
                continue
            raise
        _finish(new, directory, aside)
        return
    raise OSError(errno.EBUSY, "another command is writing there all the time", str(directory))


def _finish(new: Path, directory: Path, aside: Path) -> None:
    try:
        new.rename(directory)
    except OSError:
        if not _is_there(directory):
            aside.rename(directory)
        raise
    aside.rename(aside.with_name("gone"))  # no longer what must be given back


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)
