"""Tables of trips beside the scenario: kept by what they were made of, and believed only where nothing about them has changed."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rezoning.district.district import Floats

VERSION = 2
"""Of what stands in this room; another one makes other tables, so none of an earlier one is taken."""

DECIMALS = 2
"""Of a minute."""

RESULTS = "run.json"
"""A folder with it holds results, to which nothing is added; the scenario there asks again what another one asked."""


def place_for(folder: Path | None, units: Path) -> tuple[Path | None, Sequence[Path]]:
    """Where a table is put, and where it may lie already: beside the scenario; for one among results, beside that from which they came.

    Parameters
    ----------
    folder
        The scenario's; None where it is in no file.
    units
        The file of units.
    """
    if folder is None or not (folder / RESULTS).exists():
        return folder, ()
    return None, (units.parent, *folder.parents[:3])


@dataclass(frozen=True, eq=False)
class Kept:
    """A table of trips and what was said when it was made.

    Parameters
    ----------
    minutes
        Shape (n, m); NaN where there is no way.
    notes, warnings
        As they were told.
    """

    minutes: Floats
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """The place of one table: a CSV file with a row per unit and a column per school, and a JSON file that says what it is.

    Parameters
    ----------
    folder
        The scenario's; None where nothing may be put.
    elsewhere
        Folders where it may lie already.
    made_of
        All that the table depends on, as plain values.
    units, schools
        Ids of its rows and columns.
    """

    folder: Path | None
    elsewhere: Sequence[Path]
    made_of: dict[str, Any]
    units: Sequence[str]
    schools: Sequence[str]

    @property
    def key(self) -> str:
        """SHA-256 of all that the table is made of."""
        everything = {"version": VERSION, **self.made_of, "units": list(self.units), "schools": list(self.schools)}
        return hashlib.sha256(_canonical(everything)).hexdigest()

    @property
    def name(self) -> str:
        """The table's name."""
        return f"travel-{self.made_of['mode']}-{self.key[:12]}.csv"

    def find(self) -> Kept | None:
        """The table, if it is there, whole, and of exactly these files, settings and places; None otherwise."""
        folders = dict.fromkeys(self.elsewhere if self.folder is None else (self.folder, *self.elsewhere))
        return next((kept for kept in map(self._in, folders) if kept is not None), None)

    def _in(self, folder: Path) -> Kept | None:
        table = folder / self.name
        try:
            record = json.loads(table.with_suffix(".json").read_bytes())
            content = table.read_bytes()
            if record["key"] != self.key or record["sha256"] != _seal(content, record):
                return None
            return Kept(_minutes(content, self.units, self.schools), tuple(record["notes"]), tuple(record["warnings"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def is_spoiled(self) -> bool:
        """Whether something lies in the table's place that is not believed."""
        if self.folder is None:
            return False
        table = self.folder / self.name
        return any(map(os.path.lexists, (table, table.with_suffix(".json")))) and self._in(self.folder) is None

    def put(self, kept: Kept) -> None:
        """Write table and record, each whole or not at all, the record last.

        Raises
        ------
        OSError
            The folder does not take them.
        """
        if self.folder is None:
            return
        content = _content(kept.minutes, self.units, self.schools)
        record = {
            "what": f"Minutes from units (rows) to schools (columns), mode {self.made_of['mode']}, along streets: free flow, no traffic, no turn "
            "restrictions. Made by rezoning; it may be deleted, and is made again when it is needed.",
            "key": self.key,
            "made_of": self.made_of,
            "notes": list(kept.notes),
            "warnings": list(kept.warnings),
        }
        record["sha256"] = _seal(content, record)
        table = self.folder / self.name
        _write(table, content)
        _write(table.with_suffix(".json"), (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())


def rounded(minutes: Floats) -> Floats:
    """Trips as a table has them, so that they are the same whether it is read or made; NaN where there is no way."""
    return np.where(np.isfinite(minutes), np.round(minutes, DECIMALS), np.nan)


def digest(values: NDArray[Any]) -> str:
    """SHA-256 of places in degrees, to a centimeter, or of flags."""
    return hashlib.sha256(np.round(np.nan_to_num(values.astype(np.float64), nan=999.0), 7).astype("<f8").tobytes()).hexdigest()


def _content(minutes: Floats, units: Sequence[str], schools: Sequence[str]) -> bytes:
    frame = pd.DataFrame(minutes, index=pd.Index(units, name="unit"), columns=list(schools))
    return frame.to_csv(float_format=f"%.{DECIMALS}f", lineterminator="\n").encode()


def _minutes(content: bytes, units: Sequence[str], schools: Sequence[str]) -> Floats:
    found = pd.read_csv(StringIO(content.decode()), header=None, skiprows=1, usecols=range(1, 1 + len(schools)), dtype=np.float64)
    if found.shape != (len(units), len(schools)):
        raise ValueError("a table of another shape")
    return found.to_numpy()


def _seal(content: bytes, record: dict[str, Any]) -> str:
    """SHA-256 of the table and of all that its record says, but for this."""
    said = {key: value for key, value in record.items() if key != "sha256"}
    return hashlib.sha256(content + _canonical(said)).hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{secrets.token_hex(4)}.{path.name}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
