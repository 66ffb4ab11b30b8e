"""Delimited text as data frames: its layout found once, its cells read as text or straight as numbers, its rows numbered as a user sees them."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import union_categoricals

from rezoning.district.files.titles import titles_above
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.files import DATA_BYTES, too_large

CHUNK = 500_000
PIECE = 1 << 20
SAMPLE = 1 << 18
"""Characters looked at to tell the delimiter and to find the header."""

LONGEST_LINE = 1 << 26

SNIFFED = 200
"""Records looked at to tell the delimiter."""

DELIMITERS = "|\t;,"
"""In the order in which they are believed: a comma is often part of a school's name, a pipe never is."""

SEPARATOR = re.compile(r'"?sep=(.)"?[,;\t]*', re.IGNORECASE)
"""The first line with which spreadsheets say what separates columns."""

UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
"""Marks that take no room: copied along from pages and documents."""

MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

csv.field_size_limit(2**31 - 1)  # a shape written out in a cell has a million characters


@dataclass(frozen=True)
class TextLayout:
    """How a text file is written: found once, used for every pass over it.

    Parameters
    ----------
    columns
        Names in the header, blank where it has none.
    delimiter, encoding
        As Python calls them.
    skipped
        Records before the first that holds data: the header and what stands above it.
    titles
        Of these, how many stand above the header and hold something.
    """

    columns: tuple[str, ...]
    delimiter: str
    encoding: str
    skipped: int
    titles: int = 0

    @property
    def names(self) -> list[str]:
        """The columns' names, made up where the header has none."""
        return [name or f"column {number}" for number, name in enumerate(self.columns, start=1)]


def always(_cells: Sequence[str]) -> bool:
    """Tables have a header."""
    return True


def text_layout(path: Path, is_header: Callable[[Sequence[str]], bool] = always) -> TextLayout:
    """Columns, delimiter and encoding of a text file.

    Parameters
    ----------
    path
        The file, plain or packed (.gz).
    is_header
        Whether the cells of the first record name columns; columns have no names where they do not.

    Raises
    ------
    DataError
        It is no text, has no end or no records, or a header that names a column twice.
    """
    encoding = _encoding(path)
    with opened(path, encoding) as stream:
        sample = stream.read(SAMPLE) + stream.readline(LONGEST_LINE)
    lines = list(io.StringIO(sample, newline="\n"))  # neither a byte 0x85 nor a line separator of Unicode ends a record
    said = _said_separator(lines)
    start = 0 if said is None else said[0]
    delimiter = _delimiter(lines[start:]) if said is None else said[1]
    records = _records(path, lines[start:], delimiter)
    above = titles_above(records[:SNIFFED])
    titles = sum(map(any, records[:above]))
    number, cells = next(((number, cells) for number, cells in enumerate(records[above:], start=start + above + 1) if any(cells)), (0, []))
    if not number:
        raise DataError(Problem(path.name, "is empty.", "Export it again, or name another file."))
    if not is_header(cells):
        return TextLayout(("",) * len(cells), delimiter, encoding, number - 1, titles)
    columns = tuple(plain_name(cell) for cell in cells)
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise DataError(Problem(f"{path.name}, row {number}", f"names a column twice: '{shown(twice)}'.", "Rename or delete one of them."))
    return TextLayout(columns, delimiter, encoding, number, titles)


def plain_name(name: str) -> str:
    """A column's name as people see it: breaks of lines are spaces, and what takes no room is not there."""
    return " ".join(UNSEEN.sub("", name).split())


def _records(path: Path, lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in cells] for cells in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)]
    except csv.Error as error:
        raise DataError(Problem(path.name, f"cannot be read as a table: {error}.", "Export it again as CSV.")) from error


def _said_separator(lines: list[str]) -> tuple[int, str] | None:
    """What a spreadsheet's first line says, and how many lines are over with it."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            said = SEPARATOR.fullmatch(line.strip("\n "))
            return None if said is None else (number, said[1])
    return None


def _delimiter(lines: list[str]) -> str:
    """The mark that splits the most records into as many cells as the first, two or more; a comma when none does."""
    sample = [line for line in lines[:SNIFFED] if line.strip()]

    def evenness(mark: str) -> tuple[float, int]:
        try:
            widths = [len(cells) for cells in csv.reader(sample, delimiter=mark, skipinitialspace=True)]
        except csv.Error:
            return 0.0, 0
        width = widths[0] if widths else 0
        if width == 1 and widths and (usual := Counter(widths).most_common(1)[0])[1] > len(widths) / 2:  # titles may stand above
            return (usual[1] / len(widths) / 2, usual[0]) if usual[0] > 1 else (0.0, 0)
        return (Counter(widths)[width] / len(widths), width) if width > 1 else (0.0, 0)

    best = max(DELIMITERS, key=evenness)
    return best if evenness(best) > (0.0, 0) else ","


# -- bytes -----------------------------------------------------------------------------------------------------------


def _binary(path: Path) -> gzip.GzipFile | io.BufferedReader:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def opened(path: Path, encoding: str) -> io.TextIOWrapper:
    """A text file from its first character on; its lines end as this program's do, whatever system they came from."""
    raw = _binary(path)
    if encoding == "cp1252" and raw.read(3) != codecs.BOM_UTF8:
        raw.seek(0)
    return io.TextIOWrapper(raw, encoding=encoding, errors="replace")


def _encoding(path: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 and 32 with a mark (Excel's "Unicode text"), else Windows-1252.

    The whole file is looked at: the first letter that is none in UTF-8 may stand in its last row.
    """
    decoder, is_utf8, size = codecs.getincrementaldecoder("utf-8")(), True, 0
    with _binary(path) as stream:
        piece = stream.read(PIECE)
        marked = next((encoding for mark, encoding in MARKS.items() if piece.startswith(mark)), None)
        while piece:
            size += len(piece)
            if size > DATA_BYTES:
                raise DataError(Problem(path.name, f"{too_large(DATA_BYTES)}.", "Name another file, or split it."))
            if not marked and (b"\0" in piece or (size == len(piece) and piece.startswith(b"PK\x03\x04"))):
                cure = "Call it .xlsx if it is a workbook, .zip if it is packed; else export it as CSV."
                raise DataError(Problem(path.name, "is no text.", cure))
            is_utf8 = is_utf8 and not marked and _goes_on(decoder, piece)
            piece = stream.read(PIECE)
    return marked or ("utf-8-sig" if is_utf8 and _goes_on(decoder, b"", final=True) else "cp1252")


def _goes_on(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


# -- records ---------------------------------------------------------------------------------------------------------


def read_columns(path: Path, layout: TextLayout, types: Any, rows: int | None = None) -> pd.DataFrame:
    """The records of a text file under its own column names; wholly blank rows are left out, row numbers are kept.

    Nothing but an empty cell is missing: ``NA`` is a text like any other.

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
        frame = _parsed(path, layout, layout.names, kinds, rows, repeating)
    except (pd.errors.ParserWarning, pd.errors.ParserError) as error:
        spare = [f"spare {k}" for k in range(_spare_cells(path, layout))]
        if not spare:
            raise DataError(Problem(path.name, f"cannot be read: {_fault(error, layout)}", "Put quotes round text that holds a comma.")) from error
        if isinstance(kinds, dict):
            kinds = kinds | dict.fromkeys(spare, str)
        frame = _parsed(path, layout, [*layout.names, *spare], kinds, rows, repeating)[layout.names]
    frame.index = pd.RangeIndex(layout.skipped + 1, layout.skipped + 1 + len(frame))
    given = frame.notna().any(axis=1)
    return frame if given.all() else frame.loc[given]


def _parsed(path: Path, layout: TextLayout, names: list[str], types: Any, rows: int | None, repeating: list[str]) -> pd.DataFrame:
    with warnings.catch_warnings(), opened(path, layout.encoding) as stream:
        warnings.simplefilter("error", pd.errors.ParserWarning)
        _skip(stream, layout)
        try:
            pieces = pd.read_csv(
                stream, sep=layout.delimiter, header=None, names=names, dtype=types, nrows=rows, skip_blank_lines=False, index_col=False,
                skipinitialspace=True, keep_default_na=False, na_values=[""], chunksize=CHUNK,
            )  # fmt: skip
        except pd.errors.EmptyDataError:
            return pd.DataFrame(columns=names)
        with pieces:
            read = [piece.assign(**{name: piece[name].astype("category") for name in repeating}) for piece in pieces]
    if len(read) == 1:
        return read[0]
    whole = {name: union_categoricals([piece.pop(name) for piece in read]) for name in repeating}
    return pd.concat(read, ignore_index=True).assign(**whole)[names]


def _skip(stream: io.TextIOWrapper, layout: TextLayout) -> None:
    """Go to the first record that holds data; a header may have several lines."""
    records = csv.reader(stream, delimiter=layout.delimiter, skipinitialspace=True)
    for _ in range(layout.skipped):
        next(records)


def _spare_cells(path: Path, layout: TextLayout) -> int:
    """How many cells the longest record has beyond the header's; 0 where they are not the cause of a fault.

    Raises
    ------
    DataError
        Some of them hold something: whose column that is, nobody knows.
    """
    width, longest, long = len(layout.columns), 0, []
    with opened(path, layout.encoding) as stream:
        try:
            for row, cells in enumerate(csv.reader(stream, delimiter=layout.delimiter, skipinitialspace=True), start=1):
                longest = max(longest, len(cells))
                if row > layout.skipped and any(cell.strip() for cell in cells[width:]):
                    long.append(row)
        except csv.Error:
            return 0
    if long:
        rows = "1 row" if len(long) == 1 else f"{len(long):,} rows"
        message = f"has {rows} with more than the header's {width} field{'' if width == 1 else 's'}: {shown(long)}."
        raise DataError(Problem(path.name, message, "Give every column a name, and put quotes round text that holds the delimiter."))
    return max(0, longest - width)


def _fault(error: Exception, layout: TextLayout) -> str:
    """What the parser said, with the row as a user counts it: the parser starts below the header, at 0 or 1 as it pleases."""
    said = str(error).strip().rstrip(".").removeprefix("Error tokenizing data. C error: ")
    return re.sub(r"at row (\d+)", lambda found: f"at row {int(found[1]) + layout.skipped + 1}", said) + "."


def layout_notes(path: Path, layout: TextLayout) -> tuple[str, ...]:
    """What a user should know about how a text file was understood."""
    notes = []
    if layout.encoding == "cp1252":
        notes.append(f"{path.name}: read as Windows-1252, for it is not UTF-8")
    if layout.titles:
        lines = "1 line" if layout.titles == 1 else f"{layout.titles} lines"
        notes.append(f"{path.name}: the columns are named in row {layout.skipped}; {lines} above left out")
    if layout.delimiter != ",":
        notes.append(f"{path.name}: columns are separated by {layout.delimiter!r}")
    return tuple(notes)
