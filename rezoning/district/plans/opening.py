"""The table of a plan, whatever it is packed in: a file, one layer or sheet of several, one file of a zip or of a folder."""

from __future__ import annotations

import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from rezoning.district.files.faults import check_there
from rezoning.district.files.kinds import check_kind
from rezoning.district.files.read import read_any
from rezoning.district.files.table import Table
from rezoning.district.plans.how import PlanReading
from rezoning.district.plans.jsons import read_json_plan
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.files import DATA_BYTES, is_folder, short, too_large

T = TypeVar("T")
IsHeader = Callable[[Sequence[str]], bool]

TEXTS = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
JSONS = (".json", ".json.gz")
LAYERED = (".gpkg", ".kml", ".kmz", ".topojson", ".xlsx", ".xlsm", ".gdb")
"""Files with several layers or sheets, of which one may be the plan."""
OTHERS = (".geojson", ".shp", ".parquet", ".fgb")
READ = (*TEXTS, *JSONS, *LAYERED, *OTHERS)

ABOUT = ("readme", "namelookup", "plan_districts", "data_dictionary", "export.json", "run.json", "metrics.json")
"""How names of files begin that lie beside a plan and are none."""

MOST = 200
"""Files that are looked into; a folder with more is not the folder of a plan."""

UNPACKED = (".kmz", ".xlsx", ".xlsm", ".qgz", ".aprx")
"""Files that are zip files and yet one thing."""


@dataclass(frozen=True)
class Part:
    """A table that may be the plan.

    Parameters
    ----------
    name
        What names it: the file's name in its folder, its layer or its sheet.
    read
        Reads it.
    """

    name: str
    read: Callable[[], Table]


@contextmanager
def parts_of(path: Path, how: PlanReading, is_header: IsHeader) -> Iterator[list[Part]]:
    """Every table of a path that may be the plan; the ones that the user means where they are named.

    Raises
    ------
    DataError
        The path cannot be read, or holds no file or layer of the name.
    """
    if is_folder(path) and path.suffix.lower() != ".gdb":
        yield _of_folder(path, _files(path), how, is_header, path)
        return
    check_there(path, "")
    if is_folder(path):
        yield _of_file(path, how, is_header)
        return
    check_kind(path)
    if not _is_archive(path):
        yield _of_file(path, how, is_header)
        return
    with tempfile.TemporaryDirectory(prefix="rezoning-") as place:
        folder = Path(place)
        _unpack(path, folder)
        yield _of_folder(path, _files(folder), how, is_header, folder)


def table_at(path: Path, layer: str | None, sheet: str | None, is_header: IsHeader) -> Table:
    """One file as a table."""
    if path.name.lower().endswith(JSONS):
        found = read_json_plan(path)
        if found is not None:
            return found
    return read_any(path, is_header) if layer is None and sheet is None else read_any(path, is_header, layer, sheet)


# -- folders and zip files -------------------------------------------------------------------------------------------


def _is_archive(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"PK" and path.suffix.lower() not in UNPACKED and zipfile.is_zipfile(path)


def _unpack(path: Path, folder: Path) -> None:
    """All files of an archive."""
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > DATA_BYTES:
                raise DataError(Problem(path.name, f"{too_large(DATA_BYTES)}.", "Unpack it, and name the file in it."))
            packed.extractall(folder)
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError) as error:
        reason = "it is protected by a password" if "password" in str(error) else str(error).rstrip(".") or type(error).__name__
        raise DataError(Problem(path.name, f"cannot be unpacked: {reason}.", "Unpack it yourself, and name the file in it.")) from error


def _files(folder: Path) -> list[Path]:
    """Files of a folder, and of those in it, that may be a plan; what lies in a geodatabase is one file."""
    found = []
    for one in sorted(folder.rglob("*")):
        inside = [place.suffix.lower() for place in one.relative_to(folder).parents]
        hidden = any(part.startswith((".", "__MACOSX")) for part in one.relative_to(folder).parts)
        if hidden or ".gdb" in inside or one.name.lower().startswith(ABOUT):
            continue
        if one.name.lower().endswith(READ) and (one.is_file() or one.suffix.lower() == ".gdb"):
            found.append(one)
    return found


def _of_folder(path: Path, files: Sequence[Path], how: PlanReading, is_header: IsHeader, folder: Path) -> list[Part]:
    """The tables of all files; of the one that the user names."""
    if len(files) > MOST:
        raise DataError(Problem(short(path.name), f"holds {len(files):,} files.", "Name the one that is the plan."))
    if not files:
        what = "is a folder that holds" if folder == path else "holds"
        raise DataError(Problem(short(path.name), f"{what} no file that may be a plan.", "Name a table or a layer of units and their schools."))
    named = {one.relative_to(folder).as_posix(): one for one in files}
    wanted = None if how.layer is None else _named(how.layer, named)
    if wanted is not None:
        how, named = replace(how, layer=None), {wanted: named[wanted]}
    elif how.layer is not None:
        named = {name: one for name, one in named.items() if one.name.lower().endswith(LAYERED)}
        if not named:
            cure = f"Files: {shown([one.relative_to(folder).as_posix() for one in files], 40)}."
            raise DataError(Problem(short(path.name), f"holds no file '{how.layer}'.", cure))
    if how.sheet is not None:
        named = {name: one for name, one in named.items() if one.suffix.lower() in (".xlsx", ".xlsm")} or named
    return [_within(part, name, path, folder) for name, one in named.items() for part in _of_file(one, how, is_header)]


def _named(wanted: str, names: Iterable[str]) -> str | None:
    """The name that a user means: whole, without its folder, or without its ending."""
    low = wanted.lower()
    for form in (str.lower, lambda name: name.rpartition("/")[2].lower(), lambda name: name.rpartition("/")[2].partition(".")[0].lower()):
        found = [name for name in names if form(name) == low]
        if len(found) == 1:
            return found[0]
    return None


def _within(part: Part, name: str, path: Path, folder: Path) -> Part:
    """A table of a file in a folder, or in an archive: that is the file on disk then."""
    is_alone = part.name == name.rpartition("/")[2]

    def read() -> Table:
        table = part.read()
        return table if folder == path else replace(table, files=(path,))

    return Part(name if is_alone else f"{name}: {part.name}", read)


# -- files -----------------------------------------------------------------------------------------------------------


def _of_file(path: Path, how: PlanReading, is_header: IsHeader) -> list[Part]:
    """The tables of one file: its layers or sheets, where there are several and none is named."""
    one = Part(path.name, lambda: table_at(path, how.layer, how.sheet, is_header))
    if how.layer is not None or how.sheet is not None or not path.name.lower().endswith(LAYERED):
        return [one]
    is_workbook = path.suffix.lower() in (".xlsx", ".xlsm")
    names = _layers(path)
    if len(names) < 2:
        return [one]
    if is_workbook:
        return [Part(name, lambda name=name: table_at(path, None, name, is_header)) for name in names]  # type: ignore[misc]
    return [Part(name, lambda name=name: table_at(path, name, None, is_header)) for name in names]  # type: ignore[misc]


def _layers(path: Path) -> list[str]:
    """Names of a file's layers or sheets; none where it cannot be looked into, which is said when it is read."""
    import pyogrio

    from rezoning.scenario.files import plainly_named

    try:
        with plainly_named(path) as named, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [str(name) for name in pyogrio.list_layers(named)[:, 0]]
    except Exception:  # noqa: BLE001 (GDAL raises whatever it likes about a damaged file)
        return []
