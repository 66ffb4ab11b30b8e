"""Every scenario, setting and seed as a run of its own, seed by seed, so that a bench that is stopped is a whole one of fewer seeds."""

from __future__ import annotations

import csv
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rezoning.commands.benching.settings import Setting
from rezoning.commands.points import Point, Solved, solve_points
from rezoning.commands.points.point import Reader
from rezoning.commands.points.store import Store
from rezoning.errors import ScenarioError
from rezoning.report.benching.trials import Trial, trial_of
from rezoning.runs.directory.scratch import whole_file
from rezoning.scenario.load import load_scenario

LOADS = "load.csv"
INSTANCE, SETTING, SEED = "instance", "setting", "seed"


@dataclass(frozen=True)
class Bench:
    """What is run.

    Parameters
    ----------
    scenarios
        Scenario file of each instance, by the instance's name.
    settings
        How each is solved.
    seconds
        Time limit of each solve.
    seeds
        Runs of each setting on each instance, with the seeds 0, 1, ...
    threads
        Of each solve.
    memory_gb
        Address space that a run, and each process that solves for it, may have.
    """

    scenarios: Mapping[str, Path]
    settings: Sequence[Setting]
    seconds: float = 20.0
    seeds: int = 3
    threads: int = 1
    memory_gb: float | None = 8.0

    @property
    def runs(self) -> int:
        """How many there are in all."""
        return len(self.scenarios) * len(self.settings) * self.seeds

    def points(self) -> Iterator[Point]:
        """Seed by seed, instance by instance."""
        first = {name: _first_goal(path) for name, path in self.scenarios.items()}
        same = {"solve.time_limit": self.seconds, "solve.threads": self.threads, "solve.gap": 0.0, "solve.tidy": False}
        for seed in range(self.seeds):
            for name, path in self.scenarios.items():
                for setting in self.settings:
                    settings = {**setting.settings, **same, "solve.seed": seed, **first[name]}
                    yield Point(path, settings, {INSTANCE: name, SETTING: setting.name, SEED: seed})


def _first_goal(path: Path) -> dict[str, Any]:
    """Goals in order of importance are asked for the first alone: what later ones can reach rests on how it came out. A weighted sum is one goal."""
    scenario = load_scenario(path)
    alone: dict[str, Any] = {} if scenario.alternatives is None else {"alternatives": None}
    if len(scenario.goals) > 1 and scenario.goals[0].weight is None:
        alone["goals"] = [scenario.goals[0].asked]
    return alone


def run_bench(
    bench: Bench,
    folder: Path,
    *,
    workers: int = 1,
    retry: bool = False,
    watcher: Callable[[Point], object] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[tuple[Trial, bool]]:
    """Run what is not there yet; each run is given as soon as it is known, those that are there first, with whether it was made now.

    A run is a process of its own that nobody used before. The load of the machine when it ended is kept beside it.
    """  # fmt: skip
    same = {setting.name: not setting.asks_otherwise for setting in bench.settings}
    loads = _read_loads(folder)
    answers = solve_points(bench.points(), folder, workers=workers, memory_gb=bench.memory_gb, is_fresh=True, retry=retry, watcher=watcher, stop=stop)
    for solved in answers:
        if solved.is_new and (load := _load()) is not None:
            loads[solved.key] = load
            _keep_load(folder, loads)
        yield _trial(solved, same, loads), solved.is_new


def standing(bench: Bench, folder: Path) -> Iterator[Trial]:
    """What is there already; nothing is run."""
    same = {setting.name: not setting.asks_otherwise for setting in bench.settings}
    reader, store, loads = Reader(), Store(folder), _read_loads(folder)
    for point in bench.points():
        with suppress(ScenarioError):
            solved = store.load(point, reader.key(reader.scenario(point)))
            if solved is not None:
                yield _trial(solved, same, loads)


def _trial(solved: Solved, same: Mapping[str, bool], loads: Mapping[str, float]) -> Trial:
    labels = solved.point.labels
    name = str(labels[SETTING])
    return trial_of(
        str(labels[INSTANCE]),
        name,
        int(labels[SEED]),
        solved.directory,
        solved.failure or {},
        is_same_question=same[name],
        load=loads.get(solved.key),
    )


# -- how busy the machine was --------------------------------------------------------------------------------------------


def _load() -> float | None:
    """Processes that ran or waited to run, in the mean over the last minute; None where the system does not say."""
    try:
        return round(os.getloadavg()[0], 2)
    except (OSError, AttributeError):  # Windows has none
        return None


def _read_loads(folder: Path) -> dict[str, float]:
    try:
        with (folder / LOADS).open(encoding="utf-8", newline="") as file:
            return {row["key"]: float(row["load"]) for row in csv.DictReader(file)}
    except (OSError, ValueError, KeyError):
        return {}


def _keep_load(folder: Path, loads: Mapping[str, float]) -> None:
    with whole_file(folder / LOADS) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("key", "load"), *((key, f"{load:.2f}") for key, load in loads.items())])
