"""Tables of every format, with the row numbers a user sees; nothing here knows what a unit or a school is."""

from __future__ import annotations

import difflib
import gzip
import logging
import mmap
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.text_files import always, layout_notes, plain_name, read_columns, text_layout
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.files import plainly_named, short, why_unopenable

if TYPE_CHECKING:
    import geopandas as gpd

log = logging.getLogger(__name__)

TEXT_SUFFIXES = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip")
PARQUET_SUFFIXES = (".parquet", ".geoparquet")
GEOJSON = (".geojson", ".json")
SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
EXPECTED = "Expected .gpkg, .geojson, .shp (or zipped), .parquet, .csv or .csv.gz."

OF_NO_FORMAT = "recognized as"
"""What GDAL says of a file that no driver of it knows."""

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
    notes, warnings
        What was chosen or corrected while reading, and what is in doubt.
    keys
        Columns that are none of the file's own, and yet can be named: the number that a layer's features have, an index without a name.
    broken
        Why a shape cannot be made out, by row; the shape is missing then.
    """

    path: Path
    frame: pd.DataFrame
    geometry: gpd.GeoSeries | None = None
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    keys: Mapping[str, pd.Series[Any]] = field(default_factory=dict)
    broken: Mapping[int, str] = field(default_factory=dict)

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
        return self.path.name.lower().endswith(TEXT_SUFFIXES)

    def place(self, rows: Sequence[Any]) -> str:
        """Where some rows are: ``'units.csv, row 4'`` or ``'units.csv, rows 4, 7 and 3 more'``."""
        return f"{self.name}, row{'' if len(rows) == 1 else 's'} {shown(rows)}"

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
        return replace(self, frame=self.frame[where], geometry=shapes, keys=keys)


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
    return _safely(path, lambda: _read(path, path.name.lower(), layer, place))


def read_any(path: Path, is_header: Callable[[Sequence[str]], bool]) -> Table:
    """As `read_table`, with every ending that is no layer's taken for text, which may have no header."""
    check_there(path, "")
    if path.name.lower().endswith(LAYER_SUFFIXES + PARQUET_SUFFIXES):
        return read_table(path)
    return _safely(path, lambda: read_text(path, is_header))


def _safely(path: Path, read: Callable[[], Table]) -> Table:
    """A table with rows; whatever a library says of a damaged file becomes words."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            table = read()
    except DataError:
        raise
    except Exception as error:  # GDAL, GEOS and Arrow raise whatever they like about a damaged file; a list of it would never be complete
        raise unreadable(path, error) from error
    for said in caught:
        log.debug("%s: %s", path.name, said.message)
    table.frame.columns = pd.Index([plain_name(str(name)) for name in table.frame.columns], dtype=object)
    if not len(table.frame):  # a layer of mere shapes has rows and no columns
        raise DataError(Problem(path.name, "has no rows.", "Export it again, or name another file."))
    return table


def unreadable(path: Path, error: BaseException) -> DataError:
    """What to say of a damaged file: the first line of what the library said."""
    if not path.stat().st_size:
        return DataError(Problem(path.name, "is empty.", "Export it again, or name another file."))
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    if OF_NO_FORMAT in reason:
        holds = "no layer that can be read" if path.suffix.lower() == ".zip" else f"something else than its name says ({path.suffix})"
        return DataError(Problem(path.name, f"cannot be read: it holds {holds}.", f"{EXPECTED} Export it again, or name another file."))
    return DataError(Problem(path.name, f"cannot be read: {reason}.", "Export it again, or name another file."))


def check_there(path: Path, place: str) -> None:
    """Refuse a path that is no file that can be read."""
    fault = why_unopenable(path)
    if fault is None:
        return
    where = place or short(path.name)
    if not fault.is_missing:
        raise DataError(Problem(where, f"{short(path)} {fault.reason}.", fault.cure))
    near = difflib.get_close_matches(path.name, _neighbors(path), n=1, cutoff=0.7)
    cure = f"Did you mean '{near[0]}'?" if near else "Paths are relative to the scenario file."
    raise DataError(Problem(where, f"there is no file {short(path)}.", cure))


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


# -- layers and parquet ----------------------------------------------------------------------------------------------


def _read_layer(path: Path, layer: str | None, place: str) -> Table:
    _check_records(path)
    with plainly_named(path, *_on_disk(path)[1:]) as named:
        table = _layer(path, _inside(named) if path.suffix.lower() == ".zip" else named, layer, place)
    if path.suffix.lower() in GEOJSON:
        table = _as_its_server_said(table)
    if path.suffix.lower() == ".shp" and len(table.files) > 1 and not any(file.suffix.lower() == ".cpg" for file in table.files):
        table = _decoded(table)
    return table


def _check_records(path: Path) -> None:
    """A shapefile's attributes are those of its shapes only where there is one record for each."""
    beside = {file.suffix.lower(): file for file in _on_disk(path)}
    if ".shx" not in beside or ".dbf" not in beside:
        return
    with beside[".dbf"].open("rb") as stream:
        header = stream.read(8)
    shapes, records = max(0, (beside[".shx"].stat().st_size - 100) // 8), int.from_bytes(header[4:8], "little")
    if len(header) == 8 and shapes != records:
        message = f"has {shapes:,} shapes, and {beside['.dbf'].name} {records:,} records: they are not of the same layer."
        raise DataError(Problem(path.name, message, "Copy .shp, .shx and .dbf together, or export the layer again."))


def _inside(named: Path) -> Path | str:
    """Where the layers of a zip file lie: often in a folder, in which GDAL does not look."""
    if not zipfile.is_zipfile(named):
        return named
    with zipfile.ZipFile(named) as packed:
        members = [name for name in packed.namelist() if name.lower().endswith(LAYER_SUFFIXES[:-1]) and not name.startswith("__MACOSX")]
    folders = {name.rpartition("/")[0] for name in members}
    if len(members) == 1:
        return f"/vsizip/{named}/{members[0]}"
    return f"/vsizip/{named}/{folders.pop()}" if len(folders) == 1 and folders != {""} else named


def _layer(path: Path, named: Path | str, layer: str | None, place: str) -> Table:
    """A layer of `path`, which GDAL knows as `named`."""
    import pyogrio

    layers = [str(name) for name in pyogrio.list_layers(named)[:, 0]]
    where = place or path.name
    if not layers:
        raise DataError(Problem(where, f"{path.name} has no layers.", "Export it again, or name another file."))
    if layer is not None and layer not in layers:
        near = difflib.get_close_matches(layer, layers, n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise DataError(Problem(where, f"{path.name} has no layer '{layer}'.", f"{hint}Layers: {', '.join(layers)}."))
    if layer is None and len(layers) > 1:
        raise DataError(Problem(where, f"{path.name} has {len(layers)} layers.", f"Say which with the key layer: {', '.join(layers)}."))
    return _features(path, named, layer or layers[0])


def _features(path: Path, named: Path | str, layer: str) -> Table:
    """Attributes as the file has them; shapes one by one where some are broken."""
    import geopandas as gpd
    import pyogrio

    kept = {"DATE_AS_STRING": "YES"} if path.suffix.lower() in GEOJSON else {}  # an id may look like a day
    about, numbers, written, values = pyogrio.raw.read(named, layer=layer, return_fids=True, datetime_as_string=True, **kept)
    rows = pd.RangeIndex(1, 1 + len(numbers))
    frame = pd.DataFrame(dict(zip(map(str, about["fields"]), values, strict=True)), index=rows)
    fid = pyogrio.read_info(named, layer=layer)["fid_column"] if path.suffix.lower() == ".gpkg" else ""
    keys = {name: pd.Series(numbers, index=rows) for name in dict.fromkeys(["fid", fid]) if name}
    if written is None:
        return Table(path, frame, files=_on_disk(path), keys=keys)
    shapes, broken = _shapes(written)
    geometry = gpd.GeoSeries(shapes, index=rows, crs=_crs(path, about["crs"]), name="geometry")
    return Table(path, frame, geometry, files=_on_disk(path), keys=keys, broken=broken)


def _crs(path: Path, written: str | None) -> Any:
    """The CRS that a layer names; None where it names none."""
    import pyproj

    try:
        return None if written is None else pyproj.CRS.from_user_input(written)
    except pyproj.exceptions.CRSError:
        message = f"names a CRS that is not known: {short(' '.join(written.split()))}."  # type: ignore[union-attr]
        cure = f"Ask who made the file which CRS its coordinates are in, and set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg {path.name}"
        raise DataError(Problem(path.name, message, cure)) from None


def _shapes(written: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], dict[int, str]]:
    """Shapes in the features' order, None where one is missing or broken; and why, by row."""
    import shapely

    try:
        return _all_numbers(np.asarray(shapely.from_wkb(written)), {})
    except shapely.errors.GEOSException:
        shapes, broken = np.full(len(written), None, dtype=object), {}
    for k, one in enumerate(written):
        try:
            shapes[k] = shapely.from_wkb(one)
        except shapely.errors.GEOSException as error:
            broken[k + 1] = str(error).partition(": ")[2].strip().rstrip(".") or str(error)
    return _all_numbers(shapes, broken)


def _all_numbers(shapes: np.ndarray[Any, Any], broken: dict[int, str]) -> tuple[np.ndarray[Any, Any], dict[int, str]]:
    """The shapes, without those of which some coordinate is no number."""
    import shapely

    coordinates, of = shapely.get_coordinates(shapes, return_index=True)
    for k in np.unique(of[~np.isfinite(coordinates).all(axis=1)]).tolist():
        shapes[k] = None
        broken[k + 1] = "a coordinate is no number"
    return shapes, broken


CUT_SHORT = re.compile(rb'"exceededTransferLimit"\s*:\s*true')
NAMED_CRS = re.compile(rb'"crs"\s*:\s*\{\s*"type"\s*:\s*"name"\s*,\s*"properties"\s*:\s*\{\s*"name"\s*:\s*"([^"]*)"')


def _as_its_server_said(table: Table) -> Table:
    """A GeoJSON layer, doubted where a map server gave a part of it; refused where it names a CRS that GDAL passes over."""
    with table.path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        named = NAMED_CRS.search(content)
        crs = named[1].decode("utf-8", "replace") if named else None
        is_cut_short = CUT_SHORT.search(content) is not None
    _crs(table.path, crs)
    if not is_cut_short:
        return table
    doubt = f"{table.name}: its server says exceededTransferLimit: it gave {len(table.frame):,} features and kept the rest back"
    return replace(table, warnings=(f"{doubt}; fetch the layer in pages (resultOffset) or as a file",))


def _decoded(table: Table) -> Table:
    """Texts of a shapefile that does not say how it is encoded: as UTF-8 where all of them are, else as Windows-1252.

    GDAL reads them as Latin-1, in which every byte is some letter.
    """
    frame, found = table.frame.copy(), ""
    held = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    odd = {text for name in held for text in frame[name] if isinstance(text, str) and not text.isascii()}
    if not odd or any(ord(letter) > 255 for text in odd for letter in text):
        return table
    raw = {text: text.encode("latin-1") for text in odd}
    try:
        meant = {text: written.decode("utf-8") for text, written in raw.items()}
        found = "UTF-8"
    except UnicodeDecodeError:
        meant = {text: written.decode("cp1252", "replace") for text, written in raw.items()}
        found = "Windows-1252"
    for name in held:
        frame[name] = [meant.get(text, text) if isinstance(text, str) else text for text in frame[name]]
    return replace(table, frame=frame, notes=(*table.notes, f"{table.name}: read as {found}, for no .cpg file says how it is encoded"))


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

    with path.open("rb") as stream:  # by its name, some characters would make it an address
        metadata = pyarrow.parquet.read_schema(stream).metadata or {}
    with path.open("rb") as stream:
        read = gpd.read_parquet(stream) if b"geo" in metadata else pd.read_parquet(stream)
    rows, keys = pd.RangeIndex(1, 1 + len(read)), {}
    if isinstance(read.index, pd.MultiIndex) or (read.index.name is not None and read.index.name not in read.columns):
        read = read.reset_index()
    elif not isinstance(read.index, pd.RangeIndex):
        keys["index"] = pd.Series(read.index.to_numpy(), index=rows)
    shapes = read.geometry.set_axis(rows).rename("geometry") if isinstance(read, gpd.GeoDataFrame) else None
    frame = pd.DataFrame(read if shapes is None else read.drop(columns=read.geometry.name)).set_axis(rows)
    return Table(path, frame, shapes, files=(path,), keys=keys)


# -- columns ---------------------------------------------------------------------------------------------------------


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
