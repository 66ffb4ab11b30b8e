"""Reading a file by what its name says it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rezoning.district.files.faults import EXPECTED, check_there, safely
from rezoning.district.files.layers import LAYER_SUFFIXES, read_layer
from rezoning.district.files.parquet import PARQUET_SUFFIXES, read_parquet
from rezoning.district.files.table import TEXT_SUFFIXES, Table
from rezoning.district.files.text import always, layout_notes, read_columns, text_layout
from rezoning.errors import DataError, Problem
from rezoning.scenario.source import Source


def read_table(path: Path, layer: str | None = None, place: str = "") -> Table:
    """Read a table or a layer of shapes.

    Parameters
    ----------
    path
        The file; its ending says what it is.
    layer
        Layer of a file that has several.
    place
        The scenario's key that named the file, for messages.

    Raises
    ------
    DataError
        The file is missing, of an unknown kind, damaged, empty, or has no such layer.
    """
    check_there(path, place)
    return safely(path, lambda: _read(path, path.name.lower(), layer, place))


def read_source(source: Source) -> Table:
    """The table that a section of the scenario names."""
    return read_table(source.path, source.layer, source.place("path"))


def read_any(path: Path, is_header: Callable[[Sequence[str]], bool], layer: str | None = None, sheet: str | None = None) -> Table:  # noqa: ARG001
    """As `read_table`, with every ending that is no layer's taken for text, which may have no header."""
    check_there(path, "")
    if path.name.lower().endswith(LAYER_SUFFIXES + PARQUET_SUFFIXES):
        return read_table(path, layer)
    return safely(path, lambda: read_text(path, is_header))


def _read(path: Path, name: str, layer: str | None, place: str) -> Table:
    if name.endswith(LAYER_SUFFIXES):
        return read_layer(path, layer, place)
    if layer is not None:
        raise DataError(Problem(place or path.name, f"{path.name} has no layers.", "Leave the key layer out."))
    if name.endswith(TEXT_SUFFIXES):
        return read_text(path)
    if name.endswith(PARQUET_SUFFIXES):
        return read_parquet(path)
    raise DataError(Problem(place or path.name, f"{path.name} is of no kind that can be read.", EXPECTED))


def read_text(path: Path, is_header: Callable[[Sequence[str]], bool] = always) -> Table:
    """A delimited text file, every cell as text: nothing is taken for a number or for missing, so no id is lost.

    Parameters
    ----------
    path
        The file.
    is_header
        Whether the cells of its first record name columns.
    """
    layout = text_layout(path, is_header)
    return Table(path, read_columns(path, layout, str), files=(path,), notes=layout_notes(path, layout))
