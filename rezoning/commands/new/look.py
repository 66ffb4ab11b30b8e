"""Every file of a folder, opened: tables and layers, public files, scenarios, streets, and what cannot be read and why. Nothing is fatal."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rezoning.commands.new.looked import Looked
from rezoning.district.census.kinds import Kind, kind_of
from rezoning.district.census.read import looked_at
from rezoning.district.files.read import part_names, read_table
from rezoning.errors import DataError
from rezoning.scenario.formats import TEXT, WORKBOOK, format_of

COMPANIONS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".atx", ".ixs", ".mxs", ".fbn", ".fbx", ".qmd", ".shp.xml", ".aux.xml")
"""Files that belong to another one of the same name."""

STREETS = (".osm.pbf", ".osm", ".graphml")
SCENARIOS = (".yaml", ".yml")
DOCUMENTS = (
    ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".md", ".html", ".htm", ".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".svg", ".mxd", ".aprx",
    ".qgz", ".qgs", ".lyr", ".lyrx", ".sld", ".py", ".r", ".ipynb", ".log", ".bak", ".tmp",
)  # fmt: skip
PROSE = ("readme", "license", "licence", "copying", "notice", "changelog")
OWN = ("today.md", "today.json", "SOURCES.md")
"""What an earlier call has written."""

KEPT = re.compile(r"travel-(drive|walk)-[0-9a-f]+\.(csv|json)")
"""Tables of trips along streets that a run has put beside its scenario."""

RUN_FILES = ("run.json", "evaluation.json", "statement.json", "explanation.json", "frontier.json")
EXPLAINING = ("-column-metadata.csv", "-table-notes.txt")
"""How texts end that data.census.gov packs beside a table."""


@dataclass(frozen=True)
class Unread:
    """A file that holds no table: why, or what it is instead.

    Parameters
    ----------
    path
        The file.
    name
        How people call it.
    what
        ``scenario``, ``streets``, ``document``, ``own`` (written by an earlier call), ``run`` (a folder of results) or ``unreadable``.
    why
        A sentence.
    """

    path: Path
    name: str
    what: str
    why: str


@dataclass(frozen=True)
class Public:
    """A file of the Census Bureau or of NCES, told by its columns and not read yet.

    Parameters
    ----------
    path
        The file, or what was unpacked of it.
    source
        The file in the folder.
    name
        How people call it.
    kind
        What it is.
    columns
        Its columns.
    layer
        Its layer, where the file has several.
    """

    path: Path
    source: Path
    name: str
    kind: Kind
    columns: tuple[str, ...]
    layer: str | None = None


Seen = Looked | Public | Unread


def look(folder: Path, scratch: Path, but: frozenset[str] = frozenset()) -> list[Seen]:
    """Open everything in a folder and below it.

    Parameters
    ----------
    scratch
        Where tables are unpacked that lie in zip files.
    but
        Names of files in the folder itself that an earlier call has derived from the others.
    """
    seen: list[Seen] = []
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if path.parent == folder and (path.name in but or path.name in OWN or KEPT.fullmatch(path.name)):
            seen.append(Unread(path, name, "own", "written by rezoning"))
        else:
            seen += _opened(path, path, name, scratch)
    return seen


def _files(folder: Path) -> Iterator[Path]:
    """Files by name, those of a folder before those of its folders; a geodatabase is one file, a run directory too."""
    inside = sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name.lower()))
    names = {path.name.lower() for path in inside}
    for path in inside:
        if path.name.startswith((".", "~$", "__MACOSX")) or _is_companion(path.name.lower(), names):
            continue
        if not path.is_dir() or path.suffix.lower() == ".gdb" or any((path / name).exists() for name in RUN_FILES):
            yield path
        else:
            yield from _files(path)


def _is_companion(name: str, names: set[str]) -> bool:
    ending = next((ending for ending in COMPANIONS if name.endswith(ending)), None)
    return ending is not None and any(other != name and other.startswith(name.removesuffix(ending) + ".") for other in names)


def _opened(path: Path, source: Path, name: str, scratch: Path) -> Iterator[Seen]:
    low = path.name.lower()
    if path.is_dir() and path.suffix.lower() != ".gdb":
        yield Unread(path, name, "run", "results of an earlier run")
    elif low.endswith(STREETS):
        yield Unread(path, name, "streets", "a network of streets")
    elif low.endswith(SCENARIOS):
        yield Unread(path, name, "scenario", "rules and goals") if _is_scenario(path) else Unread(path, name, "document", "no data")
    elif low.endswith((*DOCUMENTS, *EXPLAINING)) or low.startswith(PROSE):
        yield Unread(path, name, "document", "a document or picture")
    elif low.endswith(".zip") and (texts := _packed_texts(path)):
        yield from _unpacked(path, name, texts, scratch)
    else:
        yield from _tables(path, source, name)


def _is_scenario(path: Path) -> bool:
    head = path.read_bytes()[: 1 << 20].decode("utf-8", "replace")
    return any(line.startswith(("data:", "extends:", "goals:", "rules:")) for line in head.splitlines())


# -- tables ----------------------------------------------------------------------------------------------------------


def _tables(path: Path, source: Path, name: str) -> Iterator[Seen]:
    """Every layer or sheet of a file."""
    try:
        public = _public_text(path, source, name)
        if public is not None:
            yield public
            return
        parts = part_names(path)
    except DataError as error:
        yield Unread(path, name, "unreadable", error.problems[0].message)
        return
    for part in parts if len(parts) > 1 else [None]:
        yield _table(path, source, name if part is None else f"{name}, {part}", part)


def _public_text(path: Path, source: Path, name: str) -> Public | None:
    """A public file that comes as text or as the API's answer, told by its first records: many are of the whole country."""
    if format_of(path) is not TEXT and path.suffix.lower() != ".json":
        return None
    try:
        found = looked_at(path)
    except DataError:
        return None
    return None if found.kind is None else Public(path, source, name, found.kind, found.columns)


def _table(path: Path, source: Path, name: str, part: str | None) -> Seen:
    is_sheet = format_of(path) is WORKBOOK
    try:
        table = read_table(path, None if is_sheet else part, sheet=part if is_sheet else None)
    except DataError as error:
        return Unread(path, name, "unreadable", error.problems[0].message)
    kind = kind_of(table.columns, table.frame.head(20).astype(str).to_numpy().tolist())
    if kind is not None and not is_sheet:
        return Public(path, source, name, kind, tuple(table.columns), part)
    return Looked(path, table, part, name)


# -- zip files -------------------------------------------------------------------------------------------------------


def _packed_texts(path: Path) -> list[str]:
    """Texts and workbooks in a zip file that holds no layers."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = [name for name in packed.namelist() if not name.startswith("__MACOSX") and not name.endswith("/")]
    except (OSError, zipfile.BadZipFile):
        return []
    kinds = {name: format_of(name) for name in names}
    if any(kind is not None and kind not in (TEXT, WORKBOOK) and not name.lower().endswith(".dbf") for name, kind in kinds.items()):
        return []
    return [name for name, kind in kinds.items() if kind in (TEXT, WORKBOOK) and not name.lower().endswith(EXPLAINING)]


def _unpacked(path: Path, name: str, members: list[str], scratch: Path) -> Iterator[Seen]:
    """Tables of a zip file, each unpacked under a name of its own; of a plain table the user is asked to unpack it, for a scenario names files."""
    folder = scratch / f"{len(list(scratch.iterdir()))}"
    folder.mkdir()
    with zipfile.ZipFile(path) as packed:
        for member in members:
            inside = folder / Path(member).name
            try:
                inside.write_bytes(packed.read(member))
            except (OSError, RuntimeError, zipfile.BadZipFile) as error:
                yield Unread(path, f"{name}, {member}", "unreadable", f"cannot be unpacked ({error}).")
                continue
            for one in _opened(inside, path, f"{name}, {member}" if len(members) > 1 else name, scratch):
                yield Unread(path, one.name, "unreadable", "a table in a zip file: unpack it first.") if isinstance(one, Looked) else one
