"""A run once more: the same inputs by their fingerprints, the same seed, threads and settings; the same plan, or what changed."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.run import run as run_again
from rezoning.district.graded import buildings_view
from rezoning.district.plans.buildings import buildings_file
from rezoning.errors import DataError, OutputError, Problem
from rezoning.runs.leveled import plan_name
from rezoning.runs.leveled_option import changed_plans
from rezoning.runs.option_judged import changed_inputs
from rezoning.runs.origin import plan_is_as_written
from rezoning.runs.packed import opened
from rezoning.runs.question import DONE, RunOutcome
from rezoning.runs.record import OTHER_SCENARIO, file_entry, is_asked_as
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.display import Displayed

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.optimize.result import Watcher
    from rezoning.scenario.schema import Scenario

COUNT = "A plan comes again for sure only with one thread and solve.cycles."

OTHER = 6
"""Exit code: answered, and not with the same plan. It is no 7, for the audit has rejected nothing."""


@dataclass(frozen=True)
class Change:
    """Something that is not as it was, which may be why the plan is another.

    Parameters
    ----------
    kind
        ``scenario``, ``inputs``, ``versions``, ``machine``, ``clock`` or ``threads``: the likelier a reason, the earlier.
    said
        A sentence.
    is_known
        Whether the record says how it was; where it does not, nobody can tell.
    """

    kind: str
    said: str
    is_known: bool = True


@dataclass(frozen=True, eq=False)
class Replayed(Displayed):
    """A run and the same once more.

    Parameters
    ----------
    run
        Which run.
    outcome
        Of the second; its directory is kept only where one was asked for.
    is_same
        Whether plan.csv is the same, byte for byte.
    changes
        What is not as it was, the likeliest reason first.
    apart
        Units and students that have another school than in the first plan, and the goals of both; None where either found no plan.
    """

    run: Path
    outcome: RunOutcome
    is_same: bool
    changes: tuple[Change, ...]
    apart: dict[str, Any] | None
    is_kept: bool = False

    def __repr__(self) -> str:
        return f"<Replayed: {self.outcome.record['name']}, {'the same plan' if self.is_same else f'exit code {self.exit_code}'}>"

    @property
    def exit_code(self) -> int:
        """0 for the same plan, 6 for another one, else that of the second run."""
        if self.is_same:
            return DONE
        return OTHER if self.outcome.exit_code == DONE else self.outcome.exit_code

    def to_dict(self) -> dict[str, Any]:
        """The document of ``--json``."""
        return {
            "name": self.outcome.record["name"],
            "run": str(self.run),
            "exit_code": self.exit_code,
            "same": self.is_same,
            "changes": [vars(one) for one in self.changes],
            "apart": self.apart,
            "directory": str(self.outcome.directory) if self.is_kept else None,
            "seconds": self.outcome.record["seconds"],
        }


def replay(
    run: str | Path,
    out: str | Path | None = None,
    *,
    replace: bool = False,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
) -> Replayed:
    """Solve a run again from its inputs, seed, threads and settings, and hold the plan against the first one byte for byte.

    A plan comes again exactly where one thread found it and no clock decided anything (`solve.cycles`); else it may.

    Parameters
    ----------
    run
        The directory of a run, or an archive of one.
    out
        Where the second run is written; nowhere when left out.
    replace
        Whether results of another scenario there may be replaced.
    watcher, stop
        As of `rezoning.run`.

    Raises
    ------
    ScenarioError, DataError
        When it is no run, or its inputs are nowhere or cannot be read.
    OutputError
        When `out` cannot be written, or is the run itself.
    """
    path = opened(Path(run))
    record, scenario = asked_again(path)
    if out is not None:
        if Path(out).resolve() == path.resolve():
            raise OutputError(Problem(str(out), "is the run itself, which would be replaced.", "Give another --out."))
        return _compared(Path(run), path, record, scenario, run_again(scenario, out, replace=replace, watcher=watcher, stop=stop), is_kept=True)
    with tempfile.TemporaryDirectory(prefix="rezoning-replay-") as place:
        outcome = run_again(scenario, Path(place) / "run", watcher=watcher, stop=stop)
        return _compared(Path(run), path, record, scenario, outcome)


def asked_again(path: Path) -> tuple[dict[str, Any], Scenario]:
    """The record of a run, and its scenario with the threads and the seed that it really had."""
    from rezoning.scenario.load import load_scenario

    record = read_run_record(path)
    had = [f"solve.{key}={record[key]}" for key in ("threads", "seed") if isinstance(record.get(key), int)]
    return record, load_scenario(path / "scenario.yaml", had)


def _compared(run: Path, path: Path, record: dict[str, Any], scenario: Scenario, outcome: RunOutcome, *, is_kept: bool = False) -> Replayed:
    if scenario.levels:
        return _levels_compared(run, path, record, scenario, outcome, is_kept=is_kept)
    before, after = path / "plan.csv", outcome.directory / "plan.csv"
    said = (record.get("plan") or {}).get("sha256") or (file_entry(before)["sha256"] if before.is_file() else None)
    now = file_entry(after)["sha256"] if after.is_file() else None
    is_same = said == now and (said is not None or record["status"] == outcome.record["status"])
    is_same = is_same and _buildings(path) == _buildings(outcome.directory)
    changes = tuple(changes_of(path, record, scenario, outcome))
    return Replayed(run, outcome, is_same, changes, _apart(before, record, outcome) if now is not None else None, is_kept)


def _buildings(run: Path) -> bytes | None:
    """Who has which grades in a run's plan; None where no schools are paired."""
    file = buildings_file(run / "plan.csv")
    return file.read_bytes() if file.is_file() else None


def _levels_compared(run: Path, path: Path, record: dict[str, Any], scenario: Scenario, outcome: RunOutcome, *, is_kept: bool) -> Replayed:
    """The same of a run with several levels: every level's plan is the same, or they are others."""
    names = list(scenario.levels)
    said = {name: (record.get("levels", {}).get(name, {}).get("plan") or {}).get("sha256") for name in names}
    now = {name: file_entry(file)["sha256"] if (file := outcome.directory / plan_name(name)).is_file() else None for name in names}
    has_plan = None not in said.values()
    is_same = said == now and (has_plan or record["status"] == outcome.record["status"])
    apart = None if None in now.values() else _levels_apart(path, record, outcome)
    return Replayed(run, outcome, is_same, tuple(changes_of(path, record, scenario, outcome)), apart, is_kept)


def _levels_apart(path: Path, record: dict[str, Any], outcome: RunOutcome) -> dict[str, Any] | None:
    """How far the second plans are from the first, all levels together."""
    from rezoning.runs.leveled_option import read_level_plans

    try:
        first = read_level_plans(path, outcome.question.district.levels)
    except DataError:
        return None
    units, students = 0, 0.0
    for name, one in outcome.levels.items():
        if one.plan is None:
            return None
        other = first[name].school != one.plan.school
        units, students = units + int(other.sum()), students + float(one.question.district.students[other].sum())
    total = outcome.record["counts"]["students"]
    return {"units": units, "students": students, "share": students / total if total else 0.0, "goals": _goals_apart(record, outcome)}


def _goals_apart(record: dict[str, Any], outcome: RunOutcome) -> list[dict[str, Any]]:
    pairs = zip(record["goals"], outcome.record["goals"], strict=False)
    return [{"minimize": was["minimize"], "group": was.get("group"), "was": was["value"], "is": now["value"]} for was, now in pairs]


def _apart(before: Path, record: dict[str, Any], outcome: RunOutcome) -> dict[str, Any] | None:
    """How far the second plan is from the first."""
    from rezoning.district.plans.read import read_written_plan

    district, plan = outcome.question.district, outcome.plan
    if plan is None or not before.is_file():
        return None
    try:
        first = read_written_plan(before, district)
    except DataError:
        return None
    one, place = buildings_view(first, district)
    two, _ = buildings_view(plan, district)
    if len(one.school) != len(two.school):
        return None
    other, district = one.school != two.school, place
    students = float(district.students[other].sum())
    share = students / district.total_students if district.total_students else 0.0
    return {"units": int(other.sum()), "students": students, "share": share, "goals": _goals_apart(record, outcome)}


# -- what changed ------------------------------------------------------------------------------------------------------


def changes_of(path: Path, record: dict[str, Any], scenario: Scenario, outcome: RunOutcome) -> Iterator[Change]:
    """Everything that is not as it was, the likeliest reason for another plan first; what the record does not say is said to be so."""
    yield from _scenario(path, record)
    yield from _inputs(path, record, outcome.question.district)
    yield from _versions(record.get("versions") or {}, outcome.record["versions"])
    yield from _machine(record.get("machine"), outcome.record.get("machine"))
    yield from _clock(record, outcome.record, scenario)
    yield from _threads(record)


def _scenario(path: Path, record: dict[str, Any]) -> Iterator[Change]:
    from rezoning.scenario.load import load_scenario

    is_same = is_asked_as(record, load_scenario(path / "scenario.yaml"))
    if is_same is None:
        yield Change("scenario", "The record does not say whether scenario.yaml is as it was.", is_known=False)
    elif not is_same:
        yield Change("scenario", OTHER_SCENARIO)


def _inputs(path: Path, record: dict[str, Any], district: District) -> Iterator[Change]:
    if not record.get("inputs"):
        yield Change("inputs", "The record does not say what its inputs held.", is_known=False)
    said = {Path(one["path"]).name: one["sha256"] for one in record.get("inputs", ())}
    now = {Path(one.path).name: one.sha256 for one in district.inputs}
    for name in changed_inputs(record, district):
        yield Change("inputs", f"{name} holds something else than what the run read (SHA-256 {said.get(name, '')[:12]}…, now {now[name][:12]}…).")
    for name in changed_plans(path, record):
        yield Change("inputs", f"{name} is not the file that the run wrote; the second plan is held against the one that it was.")
    if not record.get("levels") and not plan_is_as_written(path / "plan.csv", record):
        yield Change("inputs", "plan.csv is not the file that the run wrote; the second plan is held against the one that it was.")


def _versions(said: dict[str, str | None], now: dict[str, str | None]) -> Iterator[Change]:
    if not said:
        yield Change("versions", "The record does not say which versions it was made with.", is_known=False)
    for name, version in now.items():
        if name in said and said[name] != version:
            yield Change("versions", f"{name} was {said[name] or 'not installed'}, and is {version or 'not installed'}.")


def _machine(said: dict[str, Any] | None, now: dict[str, Any] | None) -> Iterator[Change]:
    if not said:
        yield Change("machine", "The record does not say on which machine it was made.", is_known=False)
        return
    for key in ("system", "cpu", "cores"):
        if now and said.get(key) != now.get(key):
            yield Change("machine", f"The machine's {key} was {said.get(key)}, and is {now.get(key)}.")


def _clock(record: dict[str, Any], now: dict[str, Any], scenario: Scenario) -> Iterator[Change]:
    limit = f"{scenario.solve.time_limit:g} s"
    ended = [str(number) for number, goal in enumerate(record["goals"], 1) if goal.get("ended") in ("limit", "interrupted")]
    if record.get("is_counted"):
        if now.get("is_counted") is False:
            yield Change("clock", f"The time limit of {limit} ended the counted search now, and did not then: this machine is slower.")
    elif ended:
        yield Change("clock", f"The clock decided how much was searched: the limit of {limit} ended goal {', '.join(ended)}. {COUNT}")
    elif "is_counted" in record:
        yield Change("clock", f"The search was timed and not counted, so that a faster machine searches more of it. {COUNT}")
    else:
        yield Change("clock", "The record does not say whether the clock decided how much was searched.", is_known=False)


def _threads(record: dict[str, Any]) -> Iterator[Change]:
    threads = record.get("threads")
    if threads is None:
        yield Change("threads", "The record does not say how many threads it had.", is_known=False)
    elif threads > 1:
        yield Change("threads", f"It had {threads} threads, which take turns as the system likes.")
