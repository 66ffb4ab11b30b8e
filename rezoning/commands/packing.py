"""A run as one archive that replays, reports and evaluates anywhere, with what leaves the house in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, OutputError, Problem, Problems
from rezoning.runs.directory import json_text, whole_file
from rezoning.runs.directory.problems import unwritable
from rezoning.runs.packed import MANIFEST, is_packed, opened, write_archive
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.digest import files_in
from rezoning.scenario.files import is_folder, is_one_file
from rezoning.scenario.moved import INPUTS, Search, parts_of, path_items
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.scenario.tree import Keys

OF_SHAPEFILES = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix", ".shp.xml")
"""Endings of what belongs to a shapefile."""
BESIDE = {".gpkg": ("-wal",)}
"""What a program that has a file open may keep beside it, by the file's ending: what is added to its name."""
MOST = 20_000
"""Files of a run's directory, or of a folder that a scenario names; one with more is not that."""


@dataclass(frozen=True)
class Input:
    """A file, or what is one file in several, that a scenario names.

    Parameters
    ----------
    keys
        The keys of the scenario that name it.
    path
        Where it is.
    name
        Its path in the archive's run.
    files
        Path in the archive's run to the file on disk; empty where it is left out.
    """

    keys: tuple[str, ...]
    path: Path
    name: str
    files: Mapping[str, Path]


@dataclass(frozen=True)
class Told:
    """What an archive tells whoever gets it.

    Parameters
    ----------
    pupils
        Files with a row for each student.
    units
        Files with counts of students by unit; the plan is one.
    addresses
        Files of addresses.
    small, counts
        How many counts of students in a unit, of all or of a group, are above 0 and below `below`, and how many there are.
    below
        What the scenario calls few.
    """

    pupils: tuple[str, ...]
    units: tuple[str, ...]
    addresses: tuple[str, ...]
    small: int
    counts: int
    below: int


@dataclass(frozen=True)
class Prepared:
    """An archive that could be written, and what it would tell."""

    run: Path
    out: Path
    record: dict[str, Any]
    scenario: Scenario
    inputs: tuple[Input, ...]
    told: Told
    has_inputs: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Packed:
    """An archive that was written.

    Parameters
    ----------
    path
        Where it is.
    files
        Names in it, without the folder that all stand in.
    bytes
        Its size.
    told
        What it tells whoever gets it.
    notes
        What was left out.
    """

    path: Path
    files: tuple[str, ...]
    bytes: int
    told: Told
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Packed: {len(self.files):,} files, {self.bytes:,} bytes, {self.path}>"

    def to_dict(self) -> dict[str, Any]:
        """The document of ``--json``."""
        told = {key: list(value) if isinstance(value, tuple) else value for key, value in vars(self.told).items()}
        return {"path": str(self.path), "bytes": self.bytes, "files": list(self.files), "tells": told, "notes": list(self.notes)}


def pack(run: str | Path, out: str | Path | None = None, *, with_inputs: bool = True) -> Packed:
    """Write one archive with a run and the files that it was made from; it replays, reports and evaluates anywhere.

    The caller answers for it that counts of students by unit leave the house; the command asks.

    Parameters
    ----------
    run
        The directory of a run, or an archive of one.
    out
        The archive; ``<run>.zip`` beside the run when left out.
    with_inputs
        Whether the files go with it; their fingerprints do in any case, and who has the files can put them into its folder ``inputs``.

    Raises
    ------
    ScenarioError, DataError
        When the run cannot be read, or a file of it is nowhere.
    OutputError
        When the archive cannot be written.
    """
    return write_packed(prepare(Path(run), None if out is None else Path(out), with_inputs=with_inputs))


def prepare(path: Path, out: Path | None = None, *, with_inputs: bool = True) -> Prepared:
    """Everything but the writing: what goes into the archive, and what it tells whoever gets it."""
    from rezoning.scenario.load import load_scenario

    run = opened(path)
    record = read_run_record(run)
    place = out if out is not None else path.resolve().with_name(f"{path.resolve().name.removesuffix('.zip')}.zip")
    if place.resolve() == path.resolve():
        place = place.with_name(f"{place.stem}-packed.zip")
    _check_place(place, run)
    scenario = load_scenario(run / "scenario.yaml")
    if with_inputs and scenario.lost:
        raise DataError(scenario.lost)
    inputs, notes = _inputs(run, scenario, with_inputs)
    district = _district(scenario) if with_inputs or not scenario.lost else None
    told = _told(run, scenario, inputs if with_inputs else (), district)
    notes += [f"{one.name} is a link, and stays here." for one in sorted(run.iterdir()) if one.is_symlink()]
    return Prepared(run, place, record, scenario, inputs, told, with_inputs, tuple(notes))


def _check_place(place: Path, run: Path) -> None:
    """Only another packed run is replaced, and no archive stands in the run; a place that cannot be written is known before any work is done."""
    if place.resolve().is_relative_to(run.resolve()):
        raise OutputError(Problem(str(place), "is in the run itself, and the next archive would hold this one.", "Give another --out."))
    if place.is_dir() or (place.exists() and not is_packed(place)):
        raise OutputError(Problem(str(place), "is there, and is no packed run, so it is kept.", "Give another --out, or move it away."))
    try:
        with tempfile.TemporaryFile(dir=place.resolve().parent):
            pass
    except OSError as error:
        raise unwritable(place, error) from error


def write_packed(prepared: Prepared) -> Packed:
    """Write the archive, whole or not at all."""
    from rezoning.scenario.resolve import said_again

    names = {one.path: one.name for one in prepared.inputs}
    files: dict[str, Path | bytes] = dict(_own_files(prepared.run))
    files["scenario.yaml"] = said_again(prepared.scenario, lambda path: names[path]).encode("utf-8", "backslashreplace")
    for one in prepared.inputs:
        files |= one.files
    files[MANIFEST] = json_text(_manifest(prepared)).encode()
    _check_names(prepared.run, files)
    root = prepared.run.resolve().name
    with whole_file(prepared.out) as partial:
        write_archive(partial, {f"{root}/{name}": held for name, held in files.items()})
    return Packed(prepared.out, tuple(sorted(files)), prepared.out.stat().st_size, prepared.told, prepared.notes)


def _manifest(prepared: Prepared) -> dict[str, Any]:
    from rezoning.scenario.digest import digest

    entries = [
        {"path": one.name, "keys": list(one.keys), "sha256": digest(one.path) if one.path.is_file() or is_one_file(one.path) else None}
        for one in prepared.inputs
    ]
    return {"name": prepared.scenario.name, "has_inputs": prepared.has_inputs, "inputs": entries, "notes": list(prepared.notes)}


def _check_names(run: Path, files: Mapping[str, Path | bytes]) -> None:
    problems = Problems()
    for name in files:
        if "\\" in name or any(ord(letter) < 32 or "\ud800" <= letter <= "\udfff" for letter in name):
            problems.add(f"{run}, {name!r}", "has a name that not every system can hold.", "Rename the file, and run the scenario again.")
    problems.raise_as(DataError)


# -- what goes into it -------------------------------------------------------------------------------------------------


def _own_files(run: Path) -> Iterator[tuple[str, Path]]:
    """The files of a run's directory by their names; links stay out, and so do inputs and what is hidden, which come from elsewhere."""
    for count, one in enumerate(sorted(run.rglob("*"))):
        if count > MOST:
            raise DataError(Problem(str(run), f"holds more than {MOST:,} files.", "Move away what is not of the run."))
        parts = one.relative_to(run).parts
        if one.is_file() and not one.is_symlink() and parts[0] != INPUTS and not any(part.startswith(".") for part in parts):
            yield "/".join(parts), one


def _inputs(run: Path, scenario: Scenario, with_inputs: bool) -> tuple[tuple[Input, ...], list[str]]:
    """What the scenario names, each once, under a folder that is called as the one where it lay."""
    root = scenario._origin.root
    assert root is not None
    keys: dict[Path, list[Keys]] = {}
    for at, item in path_items(root, Scenario):
        keys.setdefault(Path(item.value), []).append(at)
    search = Search(run, keys)
    known = {path: search.known_at(path) for path in keys}
    folders = _folders({path: parts_of(one.path if one is not None else path.as_posix())[:-1] for path, one in known.items()})
    found, notes = [], []
    for path, places in keys.items():
        name = "/".join((INPUTS, *folders[path], path.name))
        files: dict[str, Path] = {}
        if with_inputs:
            read = [part for part in one.members if isinstance(part, tuple)] if (one := known[path]) is not None else None
            files = {f"{PurePosixPath(name).parent}/{part}": file for part, file in _members(path, read)}
            if not files:
                notes.append(f"{path.name} is not there, and was not read by the run: {', '.join(map(_dotted, places))}.")
        found.append(Input(tuple(map(_dotted, places)), path, name, files))
    return tuple(found), notes


def _dotted(keys: Keys) -> str:
    from rezoning.scenario.tree import dotted

    return dotted(keys)


def _folders(parents: Mapping[Path, tuple[str, ...]]) -> dict[Path, tuple[str, ...]]:
    """For each file the last names of its folder, as many as it takes to tell the folders apart on every system."""
    distinct = dict.fromkeys(parents.values())
    length = dict.fromkeys(distinct, 1)
    while True:
        short = {whole: tuple(part.rstrip(":") for part in whole[-length[whole] :]) for whole in distinct}
        times: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for whole, part in short.items():
            times.setdefault(tuple(one.casefold() for one in part), []).append(whole)
        longer = [whole for several in times.values() if len(several) > 1 for whole in several if length[whole] < len(whole)]
        if not longer:
            return {path: short[whole] for path, whole in parents.items()}
        for whole in longer:
            length[whole] += 1


def _members(path: Path, read: list[tuple[str, ...]] | None) -> Iterator[tuple[str, Path]]:
    """Every file on disk that a path stands for, by its name from the path's folder on."""
    if is_folder(path):
        inside = [path.joinpath(*part) for part in read] if read and not is_one_file(path) else files_in(path)
        if len(inside) > MOST:
            raise DataError(Problem(str(path), f"holds {len(inside):,} files.", "Name the file in it that is meant, and run the scenario again."))
        yield from ((one.relative_to(path.parent).as_posix(), one) for one in inside)
        return
    if not path.is_file():
        return
    yield path.name, path
    beside = [f"{path.name}{more}" for more in BESIDE.get(path.suffix.lower(), ())]
    if path.suffix.lower() in (".shp", ".dbf"):
        stem = path.name[: -len(path.suffix)].casefold()
        beside += [one.name for one in path.parent.iterdir() if one.name.casefold() in {f"{stem}{ending}" for ending in OF_SHAPEFILES}]
    yield from ((name, path.with_name(name)) for name in sorted(set(beside) - {path.name}) if path.with_name(name).is_file())


# -- what it tells -----------------------------------------------------------------------------------------------------


def _district(scenario: Scenario) -> District:
    from rezoning.runs.judge import Districts

    return Districts().of(scenario)


def _told(run: Path, scenario: Scenario, inputs: tuple[Input, ...], district: District | None) -> Told:
    def named(*starts: str) -> tuple[str, ...]:
        return tuple(one.name for one in inputs if one.files and any(key.startswith(starts) for key in one.keys))

    below = scenario.report.min_cell or 10
    plans = tuple(name for name, _ in _own_files(run) if name.startswith("plan.") and name.endswith(".csv"))
    each = [] if district is None else list(district.levels.values()) or [district]
    small, counts = (sum(one) for one in zip((0, 0), *(_small(one, below) for one in each), strict=True))
    return Told(named("data.students"), (*plans, *named("data.units.path", "data.units.join")), named("report.addresses"), small, counts, below)


def _small(district: District, below: int) -> tuple[int, int]:
    """How many counts of students in a unit are few, and how many there are: of all students and of every group."""
    columns = [district.students, *district.groups.values()]
    return sum(int(((one > 0) & (one < below)).sum()) for one in columns), sum(len(one) for one in columns)
