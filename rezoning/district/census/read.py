"""Public files as tables: text with a header or without, workbooks, layers, and what the Census Bureau's API answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from rezoning.district.census.kinds import Kind, is_points_record, kind_of
from rezoning.district.files.faults import check_there, safely
from rezoning.district.files.read import read_table
from rezoning.district.files.table import Table
from rezoning.district.files.text import CHUNK, TextLayout, layout_notes, opened, text_layout
from rezoning.errors import DataError, Problem
from rezoning.scenario.formats import TEXT

SHOWN = 20
"""Records that are looked at to tell a file's kind."""

POINT_COLUMNS = (
    "NCESSCH", "LEAID", "NAME", "OPSTFIPS", "STREET", "CITY", "STATE", "ZIP", "STFIP", "CNTY", "NMCNTY", "LOCALE", "LAT", "LON", "CBSA", "NMCBSA",
    "CBSATYPE", "CSA", "NMCSA", "CD", "SLDL", "SLDU", "SCHOOLYEAR",
)  # fmt: skip
"""Columns of EDGE points, which come as text without them."""


@dataclass(frozen=True)
class Looked:
    """What a look at a file's first records found.

    Parameters
    ----------
    kind
        What it is; None where it is none of the public files.
    columns
        Names of its columns.
    """

    kind: Kind | None
    columns: tuple[str, ...]


def looked_at(path: Path, layer: str | None = None) -> Looked:
    """What a file is, by its first records; only those are read of text.

    Raises
    ------
    DataError
        It cannot be read.
    """
    check_there(path, "")
    if path.name.lower().endswith(TEXT.endings):
        layout = _layout(path)
        rows = _records(path, layout, {}, SHOWN).astype(str).to_numpy().tolist()
        return Looked(kind_of(layout.columns, rows), layout.columns)
    table = public_table(path, layer)
    return Looked(kind_of(table.columns, table.frame.head(SHOWN).astype(str).to_numpy().tolist()), tuple(table.columns))


def public_table(path: Path, layer: str | None = None, wanted: Mapping[str, str] | None = None) -> Table:
    """A public file as a table.

    Parameters
    ----------
    path, layer
        The file, and its layer where it has several.
    wanted
        Columns and the value that the records to keep have there: files of the whole country are read in pieces, and only a district's rows are
        kept. A zero that was lost in front does not matter. Only for text.

    Raises
    ------
    DataError
        It cannot be read.
    """
    check_there(path, "")
    if path.name.lower().endswith(TEXT.endings):
        return safely(path, lambda: _text(path, wanted or {}))
    if path.suffix.lower() == ".json" and _is_answer(path):
        return safely(path, lambda: _answer(path))
    return read_table(path, layer)


def _layout(path: Path) -> TextLayout:
    layout = text_layout(path, lambda cells: not is_points_record(cells))
    return layout if any(layout.columns) else replace(layout, columns=POINT_COLUMNS)


def _text(path: Path, wanted: Mapping[str, str]) -> Table:
    layout = _layout(path)
    notes = layout_notes(path, layout)
    if layout.columns == POINT_COLUMNS and layout.skipped == 0:
        notes = (*notes, f"{path.name}: has no header; read with the columns of EDGE points")
    return Table(path, _records(path, layout, wanted, None), files=(path,), notes=notes)


def _records(path: Path, layout: TextLayout, wanted: Mapping[str, str], most: int | None) -> pd.DataFrame:
    """Records as text under their row numbers; those that are not wanted are dropped piece by piece."""
    names, kept = layout.names, []
    there = {name.upper(): name for name in names}
    with opened(path, layout.encoding) as stream:
        pieces = pd.read_csv(
            stream, sep=layout.delimiter, header=None, names=names, dtype=str, skiprows=layout.skipped, nrows=most, keep_default_na=False,
            skipinitialspace=True, index_col=False, chunksize=CHUNK,
        )  # fmt: skip
        for piece in pieces:
            piece.index = pd.RangeIndex(layout.skipped + 1 + piece.index[0], layout.skipped + 1 + piece.index[0] + len(piece))
            is_wanted = pd.Series(data=True, index=piece.index)
            for name, value in wanted.items():
                if name.upper() in there:
                    is_wanted &= piece[there[name.upper()]].str.strip().str.lstrip("0") == value.lstrip("0")
            kept.append(piece[is_wanted])
    return pd.concat(kept) if kept else pd.DataFrame(columns=names)


def _is_answer(path: Path) -> bool:
    """Whether a file begins as a list of lists, which is how the API answers."""
    with path.open("rb") as stream:
        return stream.read(200).lstrip(b"\xef\xbb\xbf \t\r\n").replace(b" ", b"").replace(b"\n", b"").startswith(b"[[")


def _answer(path: Path) -> Table:
    """The API's answer: names of columns in the first list, a record in each other."""
    lists: Any = json.loads(path.read_text("utf-8-sig"))
    if not _has_lists_of_one_width(lists):
        raise DataError(Problem(path.name, "is no answer of the Census Bureau: its lists are not of one length.", "Download it again."))
    frame = pd.DataFrame([["" if cell is None else str(cell) for cell in row] for row in lists[1:]], columns=[str(name) for name in lists[0]])
    frame = frame.loc[:, ~frame.columns.duplicated()]  # the API repeats ids that were asked for and are given anyway
    return Table(path, frame.set_axis(pd.RangeIndex(2, 2 + len(frame))), files=(path,))


def _has_lists_of_one_width(lists: Sequence[Any]) -> bool:
    return all(isinstance(row, list) and len(row) == len(lists[0]) for row in lists)
