"""What a sweep asks: its scenarios, its points one after the other, and whether the file itself is at fault."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rezoning.commands.points.point import Point, Reader
from rezoning.errors import Problem, Problems, ScenarioError
from rezoning.scenario.sweep import Sweep, load_sweep
from rezoning.scenario.tree import Source, read_tree

TRIED = 3  # scenarios that must all refuse a setting before the sweep is said to be at fault
POINT, DISTRICT = "point", "district"
"""Labels besides the levers."""


@dataclass(frozen=True)
class Asked:
    """A sweep file with its scenarios found.

    Parameters
    ----------
    path, sweep
        The file, and what it says.
    districts
        What each scenario is called in the table, and its file.
    overrides
        Settings of the command line, which win over all others.
    """

    path: Path
    sweep: Sweep
    districts: Mapping[str, Path]
    overrides: Mapping[str, Any]

    @property
    def num_points(self) -> int:
        """How many points there are."""
        return len(self.districts) * self.sweep.num_settings

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns that say which point a row is."""
        return (POINT, DISTRICT, *self.sweep.levers)

    def points(self) -> Iterator[Point]:
        """All points, one at a time; those of a district stand together, for who solves them remembers it."""
        number = 0
        for name, path in self.districts.items():
            for settings, labels in self.sweep.choices():
                number += 1
                yield Point(path, _over(settings, self.overrides), {POINT: number, DISTRICT: name, **labels})


def part_of(points: Iterable[Point], number: int, count: int) -> Iterator[Point]:
    """Every `count`-th point, from the `number`-th on."""
    return (point for k, point in enumerate(points) if k % count == number - 1)


def read_sweep(path: str | Path, overrides: Sequence[str] = ()) -> Asked:
    """Read a sweep file, find its scenarios, and try its settings on them.

    Parameters
    ----------
    overrides
        ``KEY=VALUE`` each, for the scenarios.

    Raises
    ------
    ScenarioError
        The file is wrong, names no scenario, or says what no scenario can be told. What only some refuse is a failure of their points.
    """
    path, problems = Path(path), Problems()
    sweep = load_sweep(path)
    files = list(dict.fromkeys(file for position, named in enumerate(sweep.districts) for file in _found(sweep, position, named, path, problems)))
    settings = dict(_parsed(text, path, problems) for text in overrides)
    problems.raise_as(ScenarioError)
    asked = Asked(path, sweep, dict(zip(_names(files), files, strict=True)), settings)
    _try(asked)
    return asked


def _found(sweep: Sweep, position: int, named: str, path: Path, problems: Problems) -> Iterator[Path]:
    """The files that an entry of `districts` stands for."""
    folder = sweep.folder or path.absolute().parent
    if not glob.has_magic(named):
        file = Path(os.path.abspath(folder / named))  # noqa: PTH100 (a link stays as the user named it)
        if not file.is_file():
            said = "is a folder" if file.is_dir() else "does not exist"
            problems.add(sweep.place("districts", position), f"'{named}' {said}.", f"A scenario file is looked for in {folder}; check the name.")
        yield file
        return
    files = sorted(Path(file) for file in glob.glob(str(folder / named), recursive=True) if Path(file).is_file())  # noqa: PTH207
    if not files:
        problems.add(sweep.place("districts", position), f"no file fits '{named}'.", f"It is looked for in {folder}; check the pattern.")
    yield from files


def _names(files: Sequence[Path]) -> list[str]:
    """The end of each path that tells it from the others: ``balance``, or ``mount_vernon/balance``."""
    ends = [file.with_suffix("").parts for file in files]
    for length in range(1, max(map(len, ends), default=1) + 1):
        names = ["/".join(end[-length:]) for end in ends]
        if len(set(names)) == len(names):
            return names
    return [str(file) for file in files]


def _parsed(text: str, path: Path, problems: Problems) -> tuple[str, Any]:
    """Key and value of a setting of the command line."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        problems.add(f"--set {text}", "this is not KEY=VALUE.", "Write --set solve.time_limit=60.")
        return "", None
    item = read_tree(value, Source(f"--set {key}", path.absolute().parent, (key,)), problems)
    return key.strip(), None if item is None else item.plain()


def _over(settings: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with others over them: these come last, for the later wins."""
    return {**{key: value for key, value in settings.items() if key not in overrides}, **overrides}


def _try(asked: Asked) -> None:
    """Refuse settings that the first scenarios all refuse, each at its place in the file."""
    files, reader, problems = list(asked.districts.values())[:TRIED], Reader(), Problems()
    for at, settings in asked.sweep.trials():
        refused = [_refused(reader, Point(file, _over(settings, asked.overrides))) for file in files]
        if all(refused):
            problems.extend(_placed(problem, asked.sweep, at, [*settings, *asked.overrides]) for problem in refused[0])
            if at == ("set",):
                break  # whatever else is set, these stay
    problems.raise_as(ScenarioError)


def _refused(reader: Reader, point: Point) -> tuple[Problem, ...]:
    try:
        reader.scenario(point)
    except ScenarioError as error:
        return error.problems
    return ()


def _placed(problem: Problem, sweep: Sweep, at: tuple[str | int, ...], keys: Sequence[str]) -> Problem:
    """A problem that a setting makes, told at the setting in the sweep file; what the scenarios have without it stays where it is."""
    key = problem.place.removeprefix("--set ")
    if key != problem.place and any(key.startswith(name) for name in keys):
        return replace(problem, place=f"{sweep.place(*at)}, {key}")
    return problem if at == ("set",) else replace(problem, place=f"{sweep.place(*at)}, over {problem.place}")
