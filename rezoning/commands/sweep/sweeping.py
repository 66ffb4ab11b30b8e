"""The steps of a sweep: read it, solve what is not there, gather everything that is, and write table, summary and page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.points import Solved, solve_points
from rezoning.commands.points.store import Store
from rezoning.commands.sweep.asked import Asked, part_of, read_sweep
from rezoning.commands.sweep.gathered import Keys, rows
from rezoning.commands.sweep.summary import Summary
from rezoning.commands.sweep.table import Spool, has_parquet
from rezoning.errors import DataError
from rezoning.report.language import language_of
from rezoning.runs.directory import json_text, put_whole
from rezoning.runs.directory.problems import unwritable
from rezoning.runs.question import DONE, FAULT, INTERRUPTED, NO_PLAN, REJECTED
from rezoning.runs.record import versions
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Report

if TYPE_CHECKING:
    import pandas as pd

RECORD, PAGE = "sweep.json", "sweep.html"
CHARTS = 6  # districts whose points are drawn
WEIGHT = (REJECTED, FAULT, 3, 2, NO_PLAN)
"""Exit codes of points, the gravest first: the sweep has that of its gravest point. Where no plan exists, that is an answer."""


@dataclass(frozen=True)
class SweepProgress:
    """How a sweep goes.

    Parameters
    ----------
    done, total
        Points that are known, and all.
    failed
        Failures among them.
    left
        Seconds until the end, by the points that were solved in this command; None before the first.
    point
        What is known last; None when a point has only begun.
    """

    done: int
    total: int
    failed: int
    seconds: float
    left: float | None
    point: Solved | None = None

    @property
    def words(self) -> str:
        """As a line."""
        from rezoning.report.sweep.screen import progress_words

        return progress_words(self.done, self.total, self.failed, self.seconds, self.left)


@dataclass(frozen=True, eq=False)
class SweepOutcome(Displayed):
    """What came of a sweep.

    Parameters
    ----------
    exit_code
        0 every point was answered, a proof that none exists being an answer; else that of the gravest point: 7 a plan was rejected by the audit,
        1 a worker broke or a fault, 3 bad scenario or data, 2 results could not be written, 5 a limit came before a plan. 130 interrupted.
    directory
        Where everything is.
    document
        The content of sweep.json.
    """

    exit_code: int
    directory: Path
    document: dict[str, Any]

    def __repr__(self) -> str:
        return f"<Sweep: exit code {self.exit_code}, {self.document['counts']}, {self.directory}>"

    def to_frame(self) -> pd.DataFrame:
        """The table of all points: a row for each, by its number.

        Returns
        -------
        DataFrame
            ``district``, a column for each lever, ``key`` (the name of its folder in ``runs/``), then the columns of `rezoning.runs.row.COLUMNS`; no
            rows for a part of the points (`only`), of which no table is written.
        """
        frame: pd.DataFrame = display(self).frame(self)
        return frame


def sweep(
    path: str | Path,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    retry: bool = False,
    only: tuple[int, int] | None = None,
    overrides: Sequence[str] = (),
    watcher: Callable[[SweepProgress], object] | None = None,
    stop: threading.Event | None = None,
) -> SweepOutcome:
    """Answer every point of a sweep file, and gather the answers.

    Parameters
    ----------
    path
        The sweep file.
    out
        Directory; ``runs/<name>-sweep`` when left out. What is there already is not solved again: points are known by their content.
    workers, scheduler, retry
        As `solve_points` has them.
    only
        ``(I, N)``: the I-th of N parts of the points, for several machines on one disk; nothing is gathered then.
    overrides
        ``key=value`` settings that win over those of the file, for every scenario.
    watcher
        Is told how it goes.
    stop
        When set, what is being solved is dropped, and what is known is gathered.

    Raises
    ------
    ScenarioError
        The file is wrong, or what it sets; what only some scenarios refuse is a failure of their points.
    OutputError, ClusterError
        As `solve_points`.
    """
    asked = read_sweep(path, overrides)
    directory = place_of(asked, out)
    stop = stop or threading.Event()
    points = asked.points() if only is None else part_of(asked.points(), *only)
    part = "" if only is None else f"{only[0]}-of-{only[1]}"
    try:
        with Keys() as keys:
            work = _Work(asked, directory, watcher, keys)
            for solved in solve_points(points, directory, workers=workers, scheduler=scheduler, retry=retry, part=part, stop=stop):
                work.take(solved)
            code = INTERRUPTED if stop.is_set() and work.done < work.total else work.code
            return SweepOutcome(code, directory, _part_record(work, part, code) if part else _gathered(work, code))
    except OSError as error:  # a full disk, here or among the temporary files; points that ended are kept
        raise unwritable(directory, error) from error


def _part_record(work: _Work, part: str, code: int) -> dict[str, Any]:
    """What is told of a part of the points."""
    return {"name": work.asked.sweep.name, "exit_code": code, "points": work.asked.num_points, "part": part, "counts": work.counts}


def place_of(asked: Asked, out: str | Path | None) -> Path:
    """The directory of a sweep."""
    return Path(out) if out is not None else Path("runs") / f"{asked.sweep.name}-sweep"


@dataclass
class _Work:
    """What is known of a sweep while it goes on."""

    asked: Asked
    directory: Path
    watcher: Callable[[SweepProgress], object] | None
    keys: Keys
    codes: dict[int, int] = field(default_factory=dict)
    done: int = 0
    solved: int = 0
    failed: int = 0
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.total, self.store = self.asked.num_points, Store(self.directory.absolute())
        self.ahead = self.store.count()  # answers on the disk that were not met yet, as far as they are of this sweep

    @property
    def code(self) -> int:
        """The exit code by the gravest point."""
        return next((code for code in WEIGHT if self.codes.get(code)), DONE if not set(self.codes) - {DONE, 4} else FAULT)

    @property
    def counts(self) -> dict[str, int]:
        """Points by their exit codes."""
        return {str(code): count for code, count in sorted(self.codes.items())}

    def take(self, solved: Solved) -> None:
        """Take an answer."""
        self.keys.put(solved)
        self.done += 1
        self.codes[solved.exit_code] = self.codes.get(solved.exit_code, 0) + 1
        self.failed += solved.failure is not None
        if solved.is_new:
            self.solved += 1
        else:
            self.ahead = max(self.ahead - 1, 0)
        if self.watcher is not None:
            seconds = time.perf_counter() - self.began
            waiting = max(self.total - self.done - self.ahead, 0)
            left = seconds / self.solved * waiting if self.solved else None
            self.watcher(SweepProgress(self.done, self.total, self.failed, seconds, left, solved))


def _gathered(work: _Work, code: int) -> dict[str, Any]:
    """Table, summary and page; gives the document."""
    from rezoning.report.sweep import sweep_page

    asked, folder = work.asked, work.directory
    summary = Summary(asked.sweep)
    with Spool((*asked.labels, "key")) as spool:
        for row, solved in rows(asked, work.store, work.keys):
            spool.put(row)
            summary.take(row, partial(_record, solved))
        tables = spool.write(folder)
    document = {
        "name": asked.sweep.name,
        "exit_code": code,
        "points": asked.num_points,
        "districts": len(asked.districts),
        "counts": {**summary.counts, "waiting": asked.num_points - sum(summary.counts.values())},
        "seconds": {"points": round(summary.seconds, 3), "wall": round(time.perf_counter() - work.began, 3)},
        "levers": summary.levers(),
        "best": summary.districts(),
        "failures": summary.failures(),
        "charts": summary.charts(CHARTS),
        "tables": tables,
        "notes": [] if has_parquet() else [NO_PARQUET],
        "asked": {**asked.sweep.model_dump(mode="json"), "overrides": dict(asked.overrides)},
        "versions": versions(),
    }
    for name, text in ((RECORD, json_text(document)), (PAGE, sweep_page(document, language_of(_report(asked))))):
        put_whole(folder / name, text)
    return document


NO_PARQUET = "sweep.parquet was not written: it needs pyarrow (pip install 'rezoning[parquet]')."


def _record(solved: Solved) -> dict[str, Any] | None:
    """run.json of a point that has one."""
    try:
        return None if solved.directory is None else read_run_record(solved.directory)
    except DataError:
        return None


def _report(asked: Asked) -> Report:
    """What the first scenario says of outputs: language, names of groups."""
    for point in asked.points():
        try:
            return load_scenario(point.scenario).report
        except Exception:  # noqa: BLE001 (its points are failures; the page needs only words)
            break
    return Report()
