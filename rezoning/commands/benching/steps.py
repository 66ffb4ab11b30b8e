"""The steps of a bench: read what is asked, run what is not there, and write tables and a page of everything that is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.benching.running import SETTING, Bench, in_order, run_bench
from rezoning.commands.benching.settings import USUAL, Setting, read_settings
from rezoning.commands.points.point import Reader
from rezoning.errors import Problem, Problems, ScenarioError
from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.document import bench_document, csv_text
from rezoning.report.benching.page import bench_page
from rezoning.report.benching.trials import Trial
from rezoning.report.language import language_of
from rezoning.runs.directory import json_text, put_whole
from rezoning.runs.question import DONE, INTERRUPTED
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

TABLE, RECORD, PAGE = "bench.csv", "bench.json", "bench.html"


@dataclass(frozen=True)
class BenchProgress:
    """Runs that are known, of all, and seconds left; None as long as none was made."""

    done: int
    total: int
    left: float | None

    @property
    def words(self) -> str:
        """As a line."""
        from rezoning.report.benching.screen import progress_words

        return progress_words(self.done, self.total, self.left)


@dataclass(frozen=True, eq=False)
class BenchOutcome(Displayed):
    """What came of a bench.

    Parameters
    ----------
    exit_code
        0 done, 130 interrupted.
    directory
        Where everything is.
    comparison
        The runs against each other.
    document
        The content of bench.json.
    """

    exit_code: int
    directory: Path
    comparison: Comparison
    document: dict[str, Any]

    def __repr__(self) -> str:
        return f"<Bench: {len(self.comparison.trials)} runs of {len(self.comparison.settings)} settings, {self.directory}>"

    def to_frame(self) -> pd.DataFrame:
        """The table of all runs: a row for each, by ``instance``, ``setting`` and ``seed``.

        Returns
        -------
        DataFrame
            ``load`` of the machine, ``solved_seconds``, ``target_seconds`` (a plan within 1 % of the best that is known), ``primal_integral`` and
            ``primal_dual_integral`` in seconds, then the columns of `rezoning.runs.row.COLUMNS`.
        """
        frame: pd.DataFrame = display(self).frame(self)
        return frame


def bench(
    scenarios: Sequence[str | Path],
    out: str | Path | None = None,
    *,
    settings: Sequence[str] = USUAL,
    seconds: float = 20.0,
    seeds: int = 3,
    workers: int = 1,
    watcher: Callable[[BenchProgress], object] | None = None,
    stop: threading.Event | None = None,
) -> BenchOutcome:
    """Find out which settings serve some scenarios best: each scenario, setting and seed is a run of its own.

    Parameters
    ----------
    scenarios
        Scenario files. Each is asked for its first goal alone, or for its weighted sum.
    out
        Directory; ``runs/<name>-bench`` when left out. What is there already is not run again.
    settings
        Names of settings that come with the program, or TOML files. Those whose solver is not on this machine are left out.
    seconds
        Time limit of each solve.
    seeds
        Runs of each setting on each scenario.
    workers
        Runs at a time, each with one thread.
    watcher
        Is told how it goes.
    stop
        When set, what is being solved is dropped, and what is there is compared.

    Raises
    ------
    ScenarioError
        Scenarios or settings are wrong.
    OutputError
        The directory holds something else, or cannot be written.
    """
    paths, wanted = _read(scenarios, settings)
    there, skipped = _available(wanted)
    directory = Path(out) if out is not None else Path("runs") / f"{next(iter(paths))}-bench"
    stop = stop or threading.Event()
    asked = Bench({name: path for name, (path, _) in paths.items()}, there, seconds, seeds)
    _check(asked)
    trials: list[Trial] = []
    began, known = time.monotonic(), 0
    for trial, is_new in run_bench(asked, directory, workers=workers, stop=stop):
        trials.append(trial)
        known += not is_new
        if watcher is not None:
            watcher(BenchProgress(len(trials), asked.runs, _left(time.monotonic() - began, len(trials) - known, asked.runs - len(trials))))
    found = Comparison(in_order(asked, trials), [setting.name for setting in there], seconds)
    code = INTERRUPTED if stop.is_set() and len(trials) < asked.runs else DONE
    about = [(setting.name, setting.about, dict(setting.settings)) for setting in there]
    document = {"exit_code": code, **bench_document(found, list(paths), about, seeds, asked.runs, [(one.name, one.solver) for one in skipped])}
    _write(directory, found, document, next(iter(paths.values()))[1])
    return BenchOutcome(code, directory, found, document)


def _left(seconds: float, made: int, waiting: int) -> float | None:
    return seconds / made * waiting if made else None


def _read(scenarios: Sequence[str | Path], settings: Sequence[str]) -> tuple[dict[str, tuple[Path, Scenario]], list[Setting]]:
    """Scenarios by name, and settings, each checked; all that is wrong with any of them at once."""
    problems, found, wanted = Problems(), dict[str, tuple[Path, Scenario]](), list[Setting]()
    try:
        wanted = read_settings(settings)
    except ScenarioError as error:
        problems.extend(error.problems)
    for path in map(Path, scenarios):
        try:
            scenario = load_scenario(path)
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        check_one_level(scenario, "rezoning bench")
        if scenario.name in found:
            said = f"is called {scenario.name}, like {found[scenario.name][0]}."
            problems.add(f"{path}, name", said, "Give each scenario a name of its own: results are told apart by it.")
        found[scenario.name] = path, scenario
    problems.raise_as(ScenarioError)
    return found, wanted


def _check(asked: Bench) -> None:
    """Every setting over every scenario, before anything is run: keys that no scenario has, values that do not fit its rules."""
    problems, reader = Problems(), Reader()
    for point in replace(asked, seeds=1).points():
        try:
            reader.scenario(point)
        except ScenarioError as error:
            problems.extend(replace(one, place=f"--settings {point.labels[SETTING]}, {one.place}") for one in error.problems)
    problems.raise_as(ScenarioError)


def _available(settings: Sequence[Setting]) -> tuple[list[Setting], list[Setting]]:
    """Settings whose solver is on this machine, and the others."""
    from rezoning.optimize.solvers.registry import backend

    there, others = list[Setting](), list[Setting]()
    for setting in settings:
        try:
            if setting.solver != "auto":
                backend(setting.solver)
            there.append(setting)
        except ScenarioError:
            others.append(setting)
    if not there:
        said = f"the solvers {', '.join(setting.solver for setting in others)} are not on this machine, and no other setting was given."
        raise ScenarioError(Problem("--settings", said, "Give default too; `rezoning doctor` lists the solvers that are here."))
    return there, others


def _write(directory: Path, found: Comparison, document: dict[str, Any], first: Scenario) -> None:
    page = bench_page(found, document, language_of(first.report))
    for name, text in ((TABLE, csv_text(found)), (RECORD, json_text(document)), (PAGE, page)):
        put_whole(directory / name, text)
