"""The folder of many points: ``runs/<key>/`` for each that was answered, ``failed/<key>.json`` for each that was not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rezoning.commands.points.point import Point
from rezoning.commands.points.serving import Outcome
from rezoning.commands.points.solved import Solved
from rezoning.errors import OutputError, Problem
from rezoning.runs.directory import RUN, json_text, put_whole, read_json
from rezoning.runs.directory.problems import unwritable
from rezoning.runs.directory.scratch import locked, sweep_files
from rezoning.runs.question import DONE, INFEASIBLE, INTERRUPTED, NO_PLAN

LOCK = "points.lock"
RUNS, FAILED = "runs", "failed"
ANSWERED = (DONE, INFEASIBLE, NO_PLAN)
"""Exit codes of points that are not solved again, even where failures are."""


class Store:
    """Answers on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self, part: str = "") -> Iterator[None]:
        """Have the folder for ourselves, or with the other parts of one whole.

        Parameters
        ----------
        part
            The part of the points that will be solved, where several commands share the folder.

        Raises
        ------
        OutputError
            It holds something else, cannot be written, or somebody is at work there.
        """
        with ExitStack() as held:
            try:
                self._check()
                self.folder.mkdir(parents=True, exist_ok=True)
                self._hold(held, LOCK, is_shared=bool(part))  # first of all: it tells that the folder is one of points, whenever we are killed
                for name in (RUNS, FAILED):
                    (self.folder / name).mkdir(exist_ok=True)
                if part:
                    self._hold(held, f"points-{part}.lock")
                else:
                    sweep_files(self.folder / FAILED)
                    sweep_files(self.folder)
            except OSError as error:
                raise unwritable(self.folder, error) from error
            yield

    def _check(self) -> None:
        if self.folder.is_dir() and not (self.folder / LOCK).exists() and any(self.folder.iterdir()):
            said = "the directory is not empty and holds no points of a sweep, so nothing is put into it."
            raise OutputError(Problem(str(self.folder), said, "Give another --out."))

    def _hold(self, held: ExitStack, name: str, *, is_shared: bool = False) -> None:
        lock = locked(self.folder / name, is_shared=is_shared)
        if lock is None:
            cure = "Wait until it has ended and give the same command again (nothing is solved twice), or give another --out."
            raise OutputError(Problem(str(self.folder), "another command is solving points there right now.", cure))
        held.callback(os.close, lock)

    def place(self, key: str) -> Path:
        """The run directory of a point."""
        return self.folder / RUNS / key

    def load(self, point: Point, key: str) -> Solved | None:
        """What is known of a point; None when it must be solved, also where a worker was told to end and kept what it had."""
        record = read_json(self.place(key) / RUN)
        if record is not None and isinstance(code := record.get("exit_code"), int) and code != INTERRUPTED:
            return Solved(point, key, self.place(key), None, code, seconds=_total(record))
        failure = read_json(self._failed(key))
        if failure is None or not _is_failure(failure):
            return None
        return Solved(point, key, None, failure, failure["exit_code"], seconds=float(failure["seconds"]))

    def settle(self, point: Point, key: str, outcome: Outcome) -> Solved:
        """Keep how a point ended; a run directory is there already, and takes the place of an earlier failure."""
        if not outcome.problems:
            with suppress(FileNotFoundError):
                self._failed(key).unlink()
            return Solved(point, key, self.place(key), None, outcome.exit_code, is_new=True, seconds=outcome.seconds)
        failure = {
            "exit_code": outcome.exit_code, "error": outcome.error, "problems": [asdict(problem) for problem in outcome.problems],
            "seconds": round(outcome.seconds, 3), "tries": outcome.tries, "printed": outcome.printed,
            "scenario": str(point.scenario), "settings": point.overrides,
        }  # fmt: skip
        self._failed(key).parent.mkdir(parents=True, exist_ok=True)
        put_whole(self._failed(key), json_text(failure))
        return Solved(point, key, None, failure, outcome.exit_code, is_new=True, seconds=outcome.seconds)

    def count(self) -> int:
        """How many points are known, of whatever sweep."""
        return sum(1 for name in (RUNS, FAILED) for one in _entries(self.folder / name) if not one.name.startswith("."))

    def _failed(self, key: str) -> Path:
        return self.folder / FAILED / f"{key}.json"


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        yield from entries


def _total(record: dict[str, Any]) -> float:
    seconds = record.get("seconds")
    total = seconds.get("total") if isinstance(seconds, dict) else None
    return float(total) if isinstance(total, (int, float)) else 0.0


def _is_failure(document: dict[str, Any]) -> bool:
    """Whether it is what `settle` keeps; anything else is solved again."""
    problems = document.get("problems")
    return (
        isinstance(document.get("exit_code"), int)
        and isinstance(document.get("seconds"), (int, float))
        and isinstance(problems, list)
        and all(isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("place", "message", "cure")) for one in problems)
    )
