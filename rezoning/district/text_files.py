"""Delimited text as data frames: its layout found once, its cells read as text or straight as numbers, its rows numbered as a user sees them."""

from __future__ import annotations

import csv
import gzip
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import union_categoricals

from rezoning.errors import DataError, Problem, shown

CHUNK = 500_000
DELIMITERS = (",", "|", ";", "\t")


@dataclass(frozen=True)
class TextLayout:
    """How a text file is written: found once from its beginning, used for every pass over it."""

    columns: tuple[str, ...]
    delimiter: str
    encoding: str
    header_row: int


def text_layout(path: Path) -> TextLayout:
    """Columns, delimiter and encoding of a text file; raises DataError when its header cannot serve."""
    raw = _beginning(path)
    encoding = _encoding(raw)
    if encoding is None:
        raise DataError(Problem(path.name, "is no text.", "Save the workbook's sheet as CSV, or export the layer as CSV or GeoPackage."))
    lines = raw.decode(encoding, "replace").splitlines()
    header_row = next((number for number, line in enumerate(lines, start=1) if line.strip()), 0)
    if not header_row:
        raise DataError(Problem(path.name, "is empty.", "Export it again, or name another file."))
    first = lines[header_row - 1]
    delimiter = max(DELIMITERS, key=lambda mark: (first.count(mark), -DELIMITERS.index(mark)))
    columns = tuple(cell.strip() for cell in next(csv.reader([first], delimiter=delimiter, skipinitialspace=True)))
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise DataError(Problem(f"{path.name}, row {header_row}", f"names a column twice: '{shown(twice)}'.", "Rename or delete one of them."))
    return TextLayout(columns, delimiter, encoding, header_row)


def _encoding(raw: bytes) -> str | None:
    """UTF-8 with or without a mark, UTF-16 with a mark (Excel's "Unicode text"), else Latin-1; None for what is no text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if raw.startswith(b"PK") or b"\0" in raw:
        return None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _beginning(path: Path) -> bytes:
    """The first megabyte of a text file, cut at a line's end."""
    size = 1 << 20
    with gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb") as stream:
        raw: bytes = stream.read(size)
    return raw if len(raw) < size else raw[: raw.rfind(b"\n") + 1]


def read_columns(path: Path, layout: TextLayout, types: Any, rows: int | None = None) -> pd.DataFrame:
    """The records of a text file under its own column names; wholly blank rows are left out, row numbers are kept.

    Parameters
    ----------
    path, layout
        The file and how it is written.
    types
        Type of every column, or one for all, as `pandas.read_csv` takes it. ``str`` loses nothing. Columns of type ``"category"`` hold text
        that repeats; they are read in pieces, so that ten million rows need no more room than their codes.
    rows
        How many records to read; all when left out.
    """
    repeating = [name for name, kind in types.items() if kind == "category"] if isinstance(types, dict) else []
    kinds = types | dict.fromkeys(repeating, str) if repeating else types
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = _parsed(path, layout, kinds, rows, repeating)
    except UnicodeDecodeError:
        return read_columns(path, replace(layout, encoding="latin-1"), types, rows)
    except pd.errors.ParserWarning:
        message = f"has records with more fields than the {len(layout.columns)} columns of its header."
        raise DataError(Problem(path.name, message, "Give every column a name, and put quotes round text that holds a comma.")) from None
    except pd.errors.ParserError as error:
        raise DataError(Problem(path.name, f"cannot be read: {_field_fault(error)}", "Put quotes round text that holds a comma.")) from error
    first = layout.header_row + 1
    frame.index = pd.RangeIndex(first, first + len(frame))
    given = frame.notna().any(axis=1)
    return frame if given.all() else frame.loc[given]


def _parsed(path: Path, layout: TextLayout, types: Any, rows: int | None, repeating: list[str]) -> pd.DataFrame:
    names = [column or f"column {number}" for number, column in enumerate(layout.columns, start=1)]
    pieces = pd.read_csv(
        path, sep=layout.delimiter, encoding=layout.encoding, header=layout.header_row - 1, names=names, dtype=types, nrows=rows,
        skip_blank_lines=False, index_col=False, skipinitialspace=True, chunksize=CHUNK,
    )  # fmt: skip
    with pieces:
        read = [piece.assign(**{name: piece[name].astype("category") for name in repeating}) for piece in pieces]
    if len(read) == 1:
        return read[0]
    whole = {name: union_categoricals([piece.pop(name) for piece in read]) for name in repeating}
    return pd.concat(read, ignore_index=True).assign(**whole)[names]


def _field_fault(error: Exception) -> str:
    said = str(error).strip().rstrip(".").removeprefix("Error tokenizing data. C error: ")
    return said.replace("in line", "in row") + "."


def layout_notes(path: Path, layout: TextLayout) -> tuple[str, ...]:
    """What a user should know about how a text file was understood."""
    notes = []
    if layout.encoding == "latin-1":
        notes.append(f"{path.name}: read as Latin-1, for it is not UTF-8")
    if layout.delimiter != ",":
        notes.append(f"{path.name}: columns are separated by {layout.delimiter!r}")
    return tuple(notes)
