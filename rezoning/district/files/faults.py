"""What is wrong with a file as a whole: not there, empty, damaged, something else than its name says."""

from __future__ import annotations

import difflib
import gzip
import logging
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from rezoning.district.files.table import Table
from rezoning.district.files.text import plain_name
from rezoning.errors import DataError, Problem
from rezoning.scenario.files import short, why_unopenable
from rezoning.scenario.formats import EXPECTED

log = logging.getLogger(__name__)

OF_NO_FORMAT = "recognized as"
"""What GDAL says of a file that no driver of it knows."""

UNREADABLE = (OSError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError, ValueError, RuntimeError, KeyError)
"""What pandas raises for a damaged text file: its own errors derive from ValueError."""


def safely(path: Path, read: Callable[[], Table]) -> Table:
    """A table with rows; whatever a library says of a damaged file becomes words."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            table = read()
    except DataError:
        raise
    except Exception as error:  # GDAL, GEOS and Arrow raise whatever they like about a damaged file; a list of it would never be complete
        raise unreadable(path, error) from error
    for said in caught:
        log.debug("%s: %s", path.name, said.message)
    table.frame.columns = pd.Index([plain_name(str(name)) for name in table.frame.columns], dtype=object)
    if not len(table.frame):  # a layer of mere shapes has rows and no columns
        raise DataError(Problem(path.name, "has no rows.", "Export it again, or name another file."))
    return table


def unreadable(path: Path, error: BaseException) -> DataError:
    """What to say of a damaged file: the first line of what the library said."""
    if not path.stat().st_size:
        return DataError(Problem(path.name, "is empty.", "Export it again, or name another file."))
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    if OF_NO_FORMAT in reason:
        holds = "no layer that can be read" if path.suffix.lower() == ".zip" else f"something else than its name says ({path.suffix})"
        return DataError(Problem(path.name, f"cannot be read: it holds {holds}.", f"{EXPECTED} Export it again, or name another file."))
    return DataError(Problem(path.name, f"cannot be read: {reason}.", "Export it again, or name another file."))


def check_there(path: Path, place: str) -> None:
    """Refuse a path that is no file that can be read."""
    fault = why_unopenable(path)
    if fault is None:
        return
    where = place or short(path.name)
    if not fault.is_missing:
        raise DataError(Problem(where, f"{short(path)} {fault.reason}.", fault.cure))
    near = difflib.get_close_matches(path.name, _neighbors(path), n=1, cutoff=0.7)
    cure = f"Did you mean '{near[0]}'?" if near else "Paths are relative to the scenario file."
    raise DataError(Problem(where, f"there is no file {short(path)}.", cure))


def _neighbors(path: Path) -> list[str]:
    try:
        return sorted(other.name for other in path.parent.iterdir())
    except OSError:
        return []
