"""What every file becomes: columns, shapes, and the row numbers that a user sees."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.files.text import plain_name
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.formats import format_of

if TYPE_CHECKING:
    import geopandas as gpd

SHAPEFILE_LETTERS = 10
"""Of a column's name."""


@dataclass(frozen=True, eq=False)
class Table:
    """A file as it was read.

    Parameters
    ----------
    path
        The file.
    frame
        Its columns; the index holds the row numbers that a user sees (a text file's header is row 1, a layer starts at 1).
    geometry
        Shapes with the same index; None for a table without any.
    files
        Every file on disk that it came from.
    notes, warnings
        What was chosen or corrected while reading, and what is in doubt.
    keys
        Columns that are none of the file's own, and yet can be named: the number that a layer's features have, an index without a name.
    broken
        Why a shape cannot be made out, by row; the shape is missing then.
    joined
        Columns that came from other files, each with the records of its file in the order of this one; row 0 where that file has none.
    """

    path: Path
    frame: pd.DataFrame
    geometry: gpd.GeoSeries | None = None
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    keys: Mapping[str, pd.Series[Any]] = field(default_factory=dict)
    broken: Mapping[int, str] = field(default_factory=dict)
    joined: Mapping[str, Table] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name, as messages call it."""
        return self.path.name

    @property
    def columns(self) -> list[str]:
        """Names of the file's own columns."""
        return [str(name) for name in self.frame.columns]

    @property
    def is_text(self) -> bool:
        """Whether a cell can only be blank, and never say that its value is missing."""
        kind = format_of(self.path)
        return kind is not None and kind.is_text

    def place(self, rows: Sequence[Any]) -> str:
        """Where some rows are: ``'units.csv, row 4'`` or ``'units.csv, rows 4, 7 and 3 more'``; the file where they are not in it."""
        there = [row for row in rows if row]
        return f"{self.name}, row{'' if len(there) == 1 else 's'} {shown(there)}" if there else self.name

    def holding(self, name: str) -> Table:
        """The table whose rows a column's values stand in: the file that it was joined from, else this one."""
        return self.joined.get(plain_name(name), self)

    def find(self, wanted: str) -> pd.Series[Any] | None:
        """A column by its name, else by that of a key; None where there is neither. Breaks of lines in a name are spaces."""
        name, names = plain_name(wanted), self.columns
        return self.frame.iloc[:, names.index(name)] if name in names else self.keys.get(name)

    def rows(self, where: np.ndarray[Any, Any]) -> list[int]:
        """Row numbers of the records where a boolean array is true."""
        return [int(row) for row in self.frame.index[where]]

    def kept(self, where: np.ndarray[Any, Any]) -> Table:
        """The same table with some of its records."""
        shapes = None if self.geometry is None else self.geometry[where]
        keys = {name: values[where] for name, values in self.keys.items()}
        joined = {name: one.kept(where) for name, one in self.joined.items()}
        return replace(self, frame=self.frame[where], geometry=shapes, keys=keys, joined=joined)


def column(table: Table, wanted: str, place: str) -> pd.Series[Any]:
    """A column by its exact name.

    Raises
    ------
    DataError
        There is none; the nearest name and all names are shown.
    """
    found = table.find(wanted)
    if found is not None:
        return found
    names = table.columns
    by_case = {name.lower(): name for name in names}
    near = [by_case[low] for low in difflib.get_close_matches(wanted.lower(), by_case, n=1)]
    hint = f"Did you mean '{near[0]}'? " if near else ""
    cut = wanted.lower()[:SHAPEFILE_LETTERS]
    if len(wanted) > SHAPEFILE_LETTERS and cut in by_case:
        hint = f"Did you mean '{by_case[cut]}'? A Shapefile keeps the first ten letters of a name. "
    beside = shown(dict.fromkeys(one.name for one in table.joined.values()))
    files = f"{table.name} with {beside} has" if beside else f"{table.name} has"
    raise DataError(Problem(place, f"{files} no column '{wanted}'.", f"{hint}Columns: {shown(names, 40)}."))


def texts(values: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Every value as text, blank where there is none; numbers that are whole lose the ``.0`` that a format gave them."""
    if pd.api.types.is_float_dtype(values):
        return np.array([_plain(value) for value in values.astype(object)], dtype=object)
    filled = values.astype(object)
    if pd.api.types.is_string_dtype(values):
        return np.array([value.strip() if isinstance(value, str) else _plain(value) for value in filled], dtype=object)
    return np.array([_plain(value) for value in filled], dtype=object)


def _plain(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
