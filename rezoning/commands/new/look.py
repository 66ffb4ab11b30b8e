"""Every file of a folder, opened: tables and layers, scenarios, streets, and what cannot be read and why. Nothing is fatal."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rezoning.commands.new.looked import Looked
from rezoning.district.files.read import read_table
from rezoning.errors import DataError

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

RUN_FILES = ("run.json", "evaluation.json", "statement.json", "explanation.json", "frontier.json")


@dataclass(frozen=True)
class Unread:
    """A file that holds no table: why, or what it is instead.

    Parameters
    ----------
    path, folder
        The file, and the folder that is looked at.
    what
        ``scenario``, ``streets``, ``document``, ``own`` (written by an earlier call), ``run`` (a folder of results) or ``unreadable``.
    why
        A sentence.
    """

    path: Path
    folder: Path
    what: str
    why: str

    @property
    def name(self) -> str:
        """How people call it."""
        return self.path.relative_to(self.folder).as_posix()


def look(folder: Path, but: frozenset[str] = frozenset()) -> tuple[list[Looked], list[Unread]]:
    """Open everything in a folder and below it.

    Parameters
    ----------
    but
        Names of files in the folder itself that an earlier call has derived from the others.
    """
    seen: list[Looked] = []
    unread: list[Unread] = []
    for path in _files(folder):
        for one in [Unread(path, folder, "own", "written by rezoning new")] if path.parent == folder and path.name in but else _opened(path, folder):
            (seen if isinstance(one, Looked) else unread).append(one)  # type: ignore[arg-type]
    return seen, unread


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


def _opened(path: Path, folder: Path) -> Iterator[Looked | Unread]:
    name = path.name.lower()
    if path.is_dir() and path.suffix.lower() != ".gdb":
        yield Unread(path, folder, "run", "results of an earlier run")
    elif name in {own.lower() for own in OWN}:
        yield Unread(path, folder, "own", "written by rezoning new")
    elif name.endswith(STREETS):
        yield Unread(path, folder, "streets", "a network of streets")
    elif name.endswith(SCENARIOS):
        yield Unread(path, folder, "scenario", "a scenario") if _is_scenario(path) else Unread(path, folder, "document", "no data")
    elif name.endswith(DOCUMENTS) or name.startswith(PROSE):
        yield Unread(path, folder, "document", "a document or picture, no data")
    else:
        yield from _tables(path, folder)


def _is_scenario(path: Path) -> bool:
    head = path.read_bytes()[: 1 << 20].decode("utf-8", "replace")
    return any(line.startswith(("data:", "extends:", "goals:", "rules:")) for line in head.splitlines())


def _tables(path: Path, folder: Path) -> Iterator[Looked | Unread]:
    """Every layer or sheet of a file."""
    try:
        layers = layers_of(path)
    except DataError as error:
        yield Unread(path, folder, "unreadable", error.problems[0].message)
        return
    for layer in layers:
        try:
            yield Looked(path, read_table(path, layer), layer, folder)
        except DataError as error:
            said = error.problems[0].message
            yield Unread(path, folder, "unreadable", said if layer is None else f"layer {layer}: {said}")


def layers_of(path: Path) -> list[str | None]:
    """The layers of a file that has several; nothing but None of another."""
    if path.suffix.lower() not in (".gpkg", ".gdb", ".zip"):
        return [None]
    import pyogrio

    try:
        found = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except Exception:  # noqa: BLE001 (what is wrong with the file, its reader says in words)
        return [None]
    if path.suffix.lower() == ".zip" and not zipfile.is_zipfile(path):
        return [None]
    return list(found) if len(found) > 1 else [None]
