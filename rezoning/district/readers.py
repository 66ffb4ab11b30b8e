"""Tables of every format, with the row numbers a user sees; nothing here knows what a unit or a school is."""

from __future__ import annotations

import difflib
import gzip
import logging
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.text_files import layout_notes, read_columns, text_layout
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    import geopandas as gpd

log = logging.getLogger(__name__)

TEXT_SUFFIXES = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip")
PARQUET_SUFFIXES = (".parquet", ".geoparquet")
SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
EXPECTED = "Expected .gpkg, .geojson, .shp (or zipped), .parquet, .csv or .csv.gz."

UNREADABLE = (OSError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError, ValueError, RuntimeError, KeyError)
"""What pandas raises for a damaged text file: its own errors derive from ValueError."""


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
    notes
        What was chosen or corrected while reading.
    """

    path: Path
    frame: pd.DataFrame
    geometry: gpd.GeoSeries | None = None
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name, as messages call it."""
        return self.path.name

    def place(self, rows: Sequence[Any]) -> str:
        """Where some rows are: ``'units.csv, row 4'`` or ``'units.csv, rows 4, 7 and 3 more'``."""
        return f"{self.name}, row{'' if len(rows) == 1 else 's'} {shown(rows)}"

    def rows(self, where: np.ndarray[Any, Any]) -> list[int]:
        """Row numbers of the records where a boolean array is true."""
        return [int(row) for row in self.frame.index[where]]

    def kept(self, where: np.ndarray[Any, Any]) -> Table:
        """The same table with some of its records."""
        shapes = None if self.geometry is None else self.geometry[where]
        return Table(self.path, self.frame[where], shapes, self.files, self.notes)


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
    name = path.name.lower()
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            table = _read(path, name, layer, place)
    except DataError:
        raise
    except Exception as error:  # GDAL, GEOS and Arrow raise whatever they like about a damaged file; a list of it would never be complete
        raise unreadable(path, error) from error
    for said in caught:
        log.debug("%s: %s", path.name, said.message)
    table.frame.columns = table.frame.columns.map(str)
    if not len(table.frame):  # a layer of mere shapes has rows and no columns
        raise DataError(Problem(path.name, "has no rows.", "Export it again, or name another file."))
    return table


def unreadable(path: Path, error: BaseException) -> DataError:
    """What to say of a damaged file: the first line of what the library said."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return DataError(Problem(path.name, f"cannot be read: {reason}.", "Export it again, or name another file."))


def check_there(path: Path, place: str) -> None:
    """Refuse a path that is no file."""
    where = place or path.name
    if path.is_dir():
        raise DataError(Problem(where, f"{path} is a folder, not a file.", "Name the file in it."))
    if not path.exists():
        near = difflib.get_close_matches(path.name, _neighbors(path), n=1, cutoff=0.7)
        cure = f"Did you mean '{near[0]}'?" if near else "Paths are relative to the scenario file."
        raise DataError(Problem(where, f"there is no file {path}.", cure))


def _neighbors(path: Path) -> list[str]:
    try:
        return sorted(other.name for other in path.parent.iterdir())
    except OSError:
        return []


def _read(path: Path, name: str, layer: str | None, place: str) -> Table:
    if name.endswith(LAYER_SUFFIXES):
        return _read_layer(path, layer, place)
    if layer is not None:
        raise DataError(Problem(place or path.name, f"{path.name} has no layers.", "Leave the key layer out."))
    if name.endswith(TEXT_SUFFIXES):
        return read_text(path)
    if name.endswith(PARQUET_SUFFIXES):
        return _read_parquet(path)
    raise DataError(Problem(place or path.name, f"{path.name} is of no kind that can be read.", EXPECTED))


# -- text ------------------------------------------------------------------------------------------------------------


def read_text(path: Path) -> Table:
    """A delimited text file, every cell as text: nothing is taken for a number, so no id loses a zero."""
    layout = text_layout(path)
    return Table(path, read_columns(path, layout, str), files=(path,), notes=layout_notes(path, layout))


# -- layers and parquet ----------------------------------------------------------------------------------------------


def _read_layer(path: Path, layer: str | None, place: str) -> Table:
    import geopandas as gpd
    import pyogrio

    layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    where = place or path.name
    if not layers:
        raise DataError(Problem(where, f"{path.name} has no layers.", "Export it again, or name another file."))
    if layer is not None and layer not in layers:
        near = difflib.get_close_matches(layer, layers, n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise DataError(Problem(where, f"{path.name} has no layer '{layer}'.", f"{hint}Layers: {', '.join(layers)}."))
    if layer is None and len(layers) > 1:
        raise DataError(Problem(where, f"{path.name} has {len(layers)} layers.", f"Say which with the key layer: {', '.join(layers)}."))
    read = gpd.read_file(path, layer=layer or layers[0])
    frame = pd.DataFrame(read.drop(columns="geometry", errors="ignore"))
    frame.index = pd.RangeIndex(1, 1 + len(frame))
    shapes = read.geometry.set_axis(frame.index) if isinstance(read, gpd.GeoDataFrame) else None
    return Table(path, frame, shapes, files=_on_disk(path))


def _on_disk(path: Path) -> tuple[Path, ...]:
    """A shapefile is several files; everything else is one."""
    if path.suffix.lower() != ".shp":
        return (path,)
    beside = (path.with_suffix(cased) for ending in SIDECARS for cased in (ending, ending.upper()))
    return (path, *(other for other in beside if other.exists()))


def _read_parquet(path: Path) -> Table:
    try:
        import pyarrow.parquet
    except ImportError:
        raise DataError(Problem(path.name, "needs pyarrow to be read.", "Run: pip install 'rezoning[parquet]'")) from None
    import geopandas as gpd

    metadata = pyarrow.parquet.read_schema(path).metadata or {}
    if b"geo" not in metadata:
        frame = pd.read_parquet(path).reset_index(drop=True)
        return Table(path, frame.set_axis(pd.RangeIndex(1, 1 + len(frame))), files=(path,))
    read = gpd.read_parquet(path)
    frame = pd.DataFrame(read.drop(columns=read.geometry.name))
    frame.index = pd.RangeIndex(1, 1 + len(frame))
    return Table(path, frame, read.geometry.set_axis(frame.index).rename("geometry"), files=(path,))


# -- columns ---------------------------------------------------------------------------------------------------------


def column(table: Table, wanted: str, place: str) -> pd.Series[Any]:
    """A column by its exact name.

    Raises
    ------
    DataError
        There is none; the nearest name and all names are shown.
    """
    names = [str(name) for name in table.frame.columns]
    if wanted in names:
        return table.frame.iloc[:, names.index(wanted)]
    by_case = {name.lower(): name for name in names}
    near = [by_case[low] for low in difflib.get_close_matches(wanted.lower(), by_case, n=1)]
    hint = f"Did you mean '{near[0]}'? " if near else ""
    raise DataError(Problem(place, f"{table.name} has no column '{wanted}'.", f"{hint}Columns: {shown(names, 40)}."))


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
