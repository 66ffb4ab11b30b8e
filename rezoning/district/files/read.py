"""Reading a file by what its name says it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rezoning.district.files.faults import check_there, safely, unreadable
from rezoning.district.files.kinds import check_kind
from rezoning.district.files.layers import layer_names, read_layer
from rezoning.district.files.parquet import read_parquet
from rezoning.district.files.table import Table
from rezoning.district.files.text import always, layout_notes, read_columns, text_layout
from rezoning.district.files.workbook import read_workbook, sheet_names
from rezoning.district.files.written_shapes import with_shapes
from rezoning.errors import DataError, Problem
from rezoning.scenario.formats import EXPECTED, LAYERS, OLD_WORKBOOKS, PARQUET, TEXT, WORKBOOK, Format, Part, format_of
from rezoning.scenario.source import Sourced, may_have

IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class Asked:
    """Which part of a file is wanted, and by whom.

    Parameters
    ----------
    part
        The layer or the sheet; its only one where none is named.
    place
        The scenario's key that named the file, for messages.
    is_header
        Whether the cells of its first record name columns.
    """

    part: str | None = None
    place: str = ""
    is_header: IsHeader = always


def read_table(path: Path, layer: str | None = None, place: str = "", sheet: str | None = None) -> Table:
    """Read a table or a layer of shapes.

    Parameters
    ----------
    path
        The file; its ending says what it is.
    layer, sheet
        Layer or sheet of a file that has several.
    place
        The scenario's key that named the file, for messages.

    Raises
    ------
    DataError
        The file is missing, of an unknown kind, damaged, empty, or has no such layer or sheet.
    """
    return _read_as(path, format_of(path), layer, sheet, place, always)


def read_source(section: Sourced) -> Table:
    """The table that a section of the scenario names."""
    assert section.path is not None
    return read_table(section.path, section.layer, section.place("path"), section.sheet)


def part_names(path: Path) -> list[str]:
    """Names of a file's layers or sheets that hold anything; none where a file of this kind has but one table.

    Raises
    ------
    DataError
        The file is missing, of an unknown kind, or damaged.
    """
    kind = format_of(path)
    check_there(path, "")
    if kind is None:
        raise _unknown(path, "")
    if kind.part is None:
        return []
    try:
        return sheet_names(path) if kind.part == "sheet" else layer_names(path)
    except DataError:
        raise
    except Exception as error:  # GDAL and zip archives raise whatever they like about a damaged file
        raise unreadable(path, error) from error


def read_any(path: Path, is_header: IsHeader, layer: str | None = None, sheet: str | None = None) -> Table:
    """As `read_table`, with every ending that is not known taken for text, and with tables that may have no header."""
    kind = None if path.name.lower().endswith(OLD_WORKBOOKS) else format_of(path) or TEXT
    return _read_as(path, kind, layer, sheet, "", is_header)


def _read_as(path: Path, kind: Format | None, layer: str | None, sheet: str | None, place: str, is_header: IsHeader) -> Table:
    check_there(path, place)
    check_kind(path)
    if kind is None:
        raise _unknown(path, place)
    given: tuple[tuple[Part, str | None], ...] = (("layer", layer), ("sheet", sheet))
    for part, wanted in given:
        if wanted is not None and not may_have(path, part):
            raise DataError(Problem(place or path.name, f"{path.name} has no {part}s.", f"Leave {part} out."))
    asked = Asked(sheet if kind.part == "sheet" else layer, place, is_header)
    return safely(path, lambda: READERS[kind](path, asked))


def _unknown(path: Path, place: str) -> DataError:
    """A file of no kind that is read; of one that a spreadsheet can save anew, that is said."""
    if path.name.lower().endswith(OLD_WORKBOOKS):
        message = f"{path.name} is a workbook of a kind that is not read."
        return DataError(Problem(place or path.name, message, "Open it and save it as an Excel workbook (.xlsx), or each sheet as CSV."))
    return DataError(Problem(place or path.name, f"{path.name} is of no kind that can be read.", EXPECTED))


def read_text(path: Path, is_header: IsHeader = always) -> Table:
    """A delimited text file, every cell as text: nothing is taken for a number or for missing, so no id is lost.

    Parameters
    ----------
    path
        The file.
    is_header
        Whether the cells of its first record name columns.
    """
    layout = text_layout(path, is_header)
    return with_shapes(Table(path, read_columns(path, layout, str), files=(path,), notes=layout_notes(path, layout)))


READERS: dict[Format, Callable[[Path, Asked], Table]] = {
    TEXT: lambda path, asked: read_text(path, asked.is_header),
    WORKBOOK: lambda path, asked: with_shapes(read_workbook(path, asked.part, asked.place, asked.is_header)),
    PARQUET: lambda path, _: read_parquet(path),
    **dict.fromkeys(LAYERS, lambda path, asked: read_layer(path, asked.part, asked.place)),
}
