"""Delimited text whose layout nobody promised: any delimiter, any encoding, with or without a header."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rezoning.district.readers import UNREADABLE
from rezoning.errors import DataError, Problem

DELIMITERS = "|\t;,"
"""In the order in which they are believed: a comma is often part of a school's name, a pipe never is."""

SNIFFED = 200
"""Records looked at to tell the delimiter."""


class Record(NamedTuple):
    """One record and the number of the row that it stands in, counted from 1."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Records:
    """The records of a file that are not blank, cells stripped, and what was chosen while reading."""

    records: tuple[Record, ...]
    notes: tuple[str, ...] = ()


def read_records(path: Path) -> Records:
    """Every record of a text file (plain or .gz).

    Raises
    ------
    DataError
        The file cannot be opened, is no text, or is empty.
    """
    text, notes = _decoded(path)
    lines = list(io.StringIO(text, newline=""))
    delimiter = _delimiter(lines)
    try:
        rows = [tuple(cell.strip() for cell in cells) for cells in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)]
    except csv.Error as error:
        raise DataError(Problem(path.name, f"cannot be read as a table: {error}.", "Export it again as CSV.")) from error
    records = tuple(Record(row, cells) for row, cells in enumerate(rows, start=1) if any(cells))
    if not records:
        raise DataError(Problem(path.name, "is empty.", "Export it again, or name another file."))
    if delimiter != ",":
        notes = (*notes, f"{path.name}: columns separated by {delimiter!r}")
    return Records(records, notes)


def _decoded(path: Path) -> tuple[str, tuple[str, ...]]:
    """The file's text: UTF-8 (with or without a mark), UTF-16 with a mark (Excel's "Unicode text"), else Latin-1."""
    try:
        raw = gzip.open(path, "rb").read() if path.suffix.lower() == ".gz" else path.read_bytes()  # noqa: SIM115
    except UNREADABLE as error:
        raise DataError(Problem(path.name, f"cannot be read: {error}.", "Export it again, or name another file.")) from error
    utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    if raw.startswith(b"PK") or (b"\0" in raw and not utf16):
        raise DataError(Problem(path.name, "is no text.", "Save the workbook's sheet as CSV, or export the layer as CSV or GeoPackage."))
    try:
        return raw.decode("utf-16" if utf16 else "utf-8-sig"), ()
    except UnicodeDecodeError:
        return raw.decode("latin-1"), (f"{path.name}: read as Latin-1, for it is not UTF-8",)


def _delimiter(lines: list[str]) -> str:
    """The delimiter that splits the first records most evenly into two cells or more; a comma when none does."""
    sample = [line for line in lines[:SNIFFED] if line.strip()]

    def evenness(mark: str) -> float:
        try:
            widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=mark))
        except csv.Error:
            return 0.0
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return count / widths.total() if width > 1 else 0.0

    best = max(DELIMITERS, key=evenness)
    return best if evenness(best) > 0 else ","
