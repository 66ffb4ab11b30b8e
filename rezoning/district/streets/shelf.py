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

from rezoning.district.district import Floats

VERSION = 1
"""Of what stands in this room; another one makes other tables, so none of an earlier one is taken."""

DECIMALS = 2
"""Of a minute."""


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
        The scenario's.
    made_of
        All that the table depends on, as plain values.
    units, schools
        Ids of its rows and columns.
    """

    folder: Path
    made_of: dict[str, Any]
    units: Sequence[str]
    schools: Sequence[str]

    @property
    def key(self) -> str:
        """SHA-256 of all that the table is made of."""
        everything = {"version": VERSION, **self.made_of, "units": list(self.units), "schools": list(self.schools)}
        return hashlib.sha256(_canonical(everything)).hexdigest()

    @property
    def table(self) -> Path:
        """The table's file."""
        return self.folder / f"travel-{self.made_of['mode']}-{self.key[:12]}.csv"

    @property
    def record(self) -> Path:
        """The file that says what the table is; it is written last."""
        return self.table.with_suffix(".json")

    def find(self) -> Kept | None:
        """The table, if it is there, whole, and of exactly these files, settings and places; None otherwise."""
        try:
            record = json.loads(self.record.read_bytes())
            content = self.table.read_bytes()
            if record["key"] != self.key or record["sha256"] != _seal(content, record):
                return None
            return Kept(_minutes(content, self.units, self.schools), tuple(record["notes"]), tuple(record["warnings"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def is_spoiled(self) -> bool:
        """Whether something lies in the table's place that is not believed."""
        return (os.path.lexists(self.table) or os.path.lexists(self.record)) and self.find() is None

    def put(self, kept: Kept) -> None:
        """Write table and record, each whole or not at all, the record last.

        Raises
        ------
        OSError
            The folder does not take them.
        """
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
        _write(self.table, content)
        _write(self.record, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())


def rounded(minutes: Floats) -> Floats:
    """Trips as a table has them, so that they are the same whether it is read or made; NaN where there is no way."""
    return np.where(np.isfinite(minutes), np.round(minutes, DECIMALS), np.nan)


def digest(values: Floats) -> str:
    """SHA-256 of places in degrees, to a centimeter."""
    return hashlib.sha256(np.round(np.nan_to_num(values, nan=999.0), 7).astype("<f8").tobytes()).hexdigest()


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
