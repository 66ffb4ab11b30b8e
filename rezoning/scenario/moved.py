"""Where the files of a run are now: a run may have been moved since it was written, alone or with everything around it.

The scenario.yaml of a run names files as they were seen from where it was written, and run.json beside it holds the fingerprint of each. So a file is
looked for as it is written, where the run read it, in the folder ``inputs`` beside, and under the folders above; it is believed only where the
fingerprint agrees. Where none does, a file that is there as written is read as it is; whoever compares it with the record says that it has changed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from rezoning.errors import Problem
from rezoning.scenario.digest import digest
from rezoning.scenario.formats import SIDECARS
from rezoning.scenario.section import Section
from rezoning.scenario.shape import is_mapping, path_keys, sections
from rezoning.scenario.tree import Item, Keys

RUN = "run.json"
"""The record of a run; it tells the directory of a run from other folders."""
INPUTS = "inputs"
"""The folder beside it in which a run's files may lie."""
MOST = 10_000
"""Files of that folder that are looked at."""

Parts = tuple[str, ...]
_OF_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def parts_of(recorded: str) -> Parts:
    r"""The names on the way to a file, as a record of any system has it: ``D:\data\units.csv`` is ``("D:", "data", "units.csv")``."""
    text = recorded.replace("\\", "/") if _OF_WINDOWS.match(recorded) else recorded
    return tuple(part for part in text.split("/") if part)


def name_of(recorded: str) -> str:
    """The file's own name in such a path."""
    return next(reversed(parts_of(recorded)), "")


@dataclass(frozen=True)
class Known:
    """A file of a run as its record knows it.

    Parameters
    ----------
    path
        Where the run read it.
    members
        Fingerprints of all that belongs to it, by what leads there from it: by an ending for the parts of a shapefile (the empty one for the file
        itself), by names for what was read of a folder.
    """

    path: str
    members: Mapping[str | Parts, str]

    def why_not(self, place: Path) -> str | None:
        """Why what lies at a place is not this file; None where it is."""
        for part, sha in self.members.items():
            file = place if not part else place.with_suffix(part) if isinstance(part, str) else place.joinpath(*part)
            try:
                if digest(file) != sha:
                    return "holds something else"
            except (OSError, ValueError):
                return "not there" if not os.path.lexists(file) else "cannot be read"
        return None


def path_items(item: Item, model: type[Section], keys: Keys = ()) -> Iterator[tuple[Keys, Item]]:
    """Every value of a scenario's tree that names a file, with its keys."""
    if not isinstance(item.value, dict):
        return
    inner, paths = sections(model), path_keys(model)
    for key, value in item.value.items():
        here = (*keys, key)
        if key in inner and isinstance(value.value, list):
            for k, entry in enumerate(value.value):
                yield from path_items(entry, inner[key], (*here, k))
        elif key in inner and is_mapping(model, key) and isinstance(value.value, dict):
            for own, entry in value.value.items():
                yield from path_items(entry, inner[key], (*here, own))
        elif key in inner:
            yield from path_items(value, inner[key], here)
        elif key in paths and isinstance(value.value, str):
            yield here, value


def found_now(root: Item, model: type[Section]) -> tuple[Item, dict[Keys, Problem]]:
    """A scenario's tree with the files of runs where they are now, and what is to be said of those that are nowhere, by their keys."""
    named = [(keys, item) for keys, item in path_items(root, model) if item.source.keys is None]  # not what --set says now
    lost: dict[Keys, Problem] = {}
    for folder in dict.fromkeys(item.source.folder for _, item in named):
        if not (folder / RUN).is_file():
            continue
        ours = [(keys, item) for keys, item in named if item.source.folder == folder]
        search = Search(folder, [Path(item.value) for _, item in ours])
        for keys, item in ours:
            place, problem = search.find(Path(item.value), partial(root.place, keys))
            root = put_value(root, keys, str(place))
            if problem is not None:
                lost[keys] = problem
    return root, lost


def put_value(item: Item, keys: Keys, path: str) -> Item:
    """A tree with another value at `keys`."""
    if not keys:
        return replace(item, value=path)
    inner = item.value.copy()
    inner[keys[0]] = put_value(inner[keys[0]], keys[1:], path)
    return replace(item, value=inner)


class Search:
    """Looks for the files of one run.

    Parameters
    ----------
    folder
        Its directory.
    written
        The paths that its scenario names, made absolute from there.
    """

    def __init__(self, folder: Path, written: Iterable[Path]) -> None:
        self.folder = folder
        self._known = _matched({path: _tail(path, folder) for path in written}, _recorded(folder))
        self._found: dict[Path, tuple[Path, list[str]]] = {}

    def known(self, written: Path) -> Known | None:
        """What the record knows of a file; None where the run did not read it."""
        return self._known.get(written)

    def known_at(self, place: Path) -> Known | None:
        """The same of a file that was found, and may be elsewhere than it is written."""
        return self.known(place) or next((one for one in self._known.values() if one.why_not(place) is None), None)

    def find(self, written: Path, place: Callable[[], str]) -> tuple[Path, Problem | None]:
        """Where a file is, and the problem where it is nowhere.

        Parameters
        ----------
        place
            Says where the scenario names it.
        """
        known = self.known(written)
        if known is None:
            return written, None
        if written not in self._found:
            self._found[written] = self._looked(written, known)
        found, tried = self._found[written]
        if not tried:
            return found, None
        message = f"{written.name} of this run is in none of the places where it was looked for: {'; '.join(tried)}."
        sha = next(iter(known.members.values()))
        cure = f"Put it into {self.folder / INPUTS} (SHA-256 {sha[:12]}…), or take the archive that rezoning pack makes of a run where its files are."
        return found, Problem(place(), message, cure)

    def _looked(self, written: Path, known: Known) -> tuple[Path, list[str]]:
        tried: dict[str, str] = {}
        for place in self._places(written, known):
            why = known.why_not(place)
            if why is None:
                return place, []
            tried.setdefault(str(place), why)
        if os.path.lexists(written):  # what has changed since is read, and said to have changed
            return written, []
        if _is_foreign(known.path):
            tried[known.path] = "a place of another system"
        tried.setdefault(str(self.folder / INPUTS), "not in it")
        return written, [f"{name} ({why})" for name, why in tried.items()]

    def _places(self, written: Path, known: Known) -> Iterator[Path]:
        yield written
        tail = _tail(written, self.folder)
        real = Path(os.path.realpath(self.folder))
        if real != self.folder and not os.path.isabs(relative := _relative(written, self.folder)):  # noqa: PTH117 (a text)
            yield Path(os.path.normpath(real / relative))
        if not _is_foreign(known.path):
            yield Path(known.path)
        yield from sorted(one for one in islice((self.folder / INPUTS).rglob("*"), MOST) if one.name == tail[-1])
        for above in real.parents:
            place = above.joinpath(*tail)
            if os.path.lexists(place):
                yield place


# -- what the record says -----------------------------------------------------------------------------------------------


def _recorded(folder: Path) -> dict[Parts, tuple[str, str]]:
    """Path and fingerprint of every file that the record names, by its names; nothing where it cannot be read, which its readers say."""
    try:
        record = json.loads((folder / RUN).read_bytes())
        entries = [*record.get("inputs", ()), *record.get("named", ())]
        return {parts_of(one["path"]): (one["path"], one["sha256"]) for one in entries if isinstance(one["sha256"], str)}
    except (OSError, ValueError, RecursionError, AttributeError, TypeError, KeyError):
        return {}


def _matched(tails: Mapping[Path, Parts], recorded: Mapping[Parts, tuple[str, str]]) -> dict[Path, Known]:
    """Which recorded file each path means: the one whose names end as those of the path do, as far as possible; no file is meant by two."""
    found, taken = dict[Path, Known](), set[Parts]()
    order = sorted(tails.items(), key=lambda item: -len(item[1]))
    for is_whole in (True, False):  # who is named in full has the first choice
        for path, tail in order:
            alike = {parts: _shared(parts, tail) for parts in recorded if parts not in taken and parts[-1:] == tail[-1:]}
            fitting = [parts for parts, length in alike.items() if length == (len(tail) if is_whole else max(alike.values()))]
            if path not in found and fitting:
                parts = min(fitting, key=len)
                taken.add(parts)
                found[path] = Known(recorded[parts][0], _with_sidecars(parts, recorded))
    folders = {path: _inside(tail, recorded) for path, tail in order if path not in found}
    return found | {path: known for path, known in folders.items() if known is not None}


def _shared(parts: Parts, tail: Parts) -> int:
    """How many names at their ends are the same."""
    return next((k for k, (one, other) in enumerate(zip(reversed(parts), reversed(tail), strict=False)) if one != other), min(len(parts), len(tail)))


def _with_sidecars(parts: Parts, recorded: Mapping[Parts, tuple[str, str]]) -> dict[str | Parts, str]:
    stem, dot, ending = parts[-1].rpartition(".")
    members: dict[str | Parts, str] = {"": recorded[parts][1]}
    for side in SIDECARS.get(f"{dot}{ending}".lower(), ()):
        for cased in (side, side.upper()):
            beside = recorded.get((*parts[:-1], f"{stem}{cased}"))
            if beside is not None:
                members[cased] = beside[1]
    return members


def _inside(tail: Parts, recorded: Mapping[Parts, tuple[str, str]]) -> Known | None:
    """A folder, of which the record knows what was read in it."""
    for parts in recorded:
        at = next((k for k in range(len(parts) - len(tail)) if parts[k : k + len(tail)] == tail), None)
        if at is not None:
            head = parts[: at + len(tail)]
            members: dict[str | Parts, str] = {other[len(head) :]: sha for other, (_, sha) in recorded.items() if other[: len(head)] == head}
            return Known(_head(recorded[parts][0], len(parts) - len(head)), members)
    return None


def _head(recorded: str, less: int) -> str:
    text: Any = recorded.replace("\\", "/") if _OF_WINDOWS.match(recorded) else recorded
    return str(text.rsplit("/", less)[0])


def _relative(path: Path, folder: Path) -> str:
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # another drive
        return str(path)


def _tail(path: Path, folder: Path) -> Parts:
    """The names of a path but for the steps up from the folder, which no other place has."""
    names = tuple(part for part in parts_of(Path(_relative(path, folder)).as_posix()) if part != "..")
    return names[1:] if names[:1] == (INPUTS,) and len(names) > 1 else names


def _is_foreign(recorded: str) -> bool:
    """Whether a recorded place is none of this system."""
    return not os.path.isabs(recorded) or (os.name != "nt" and _OF_WINDOWS.match(recorded) is not None)  # noqa: PTH117 (a text)
