"""The audit of a run alone: inputs, plan, rules, goals and measures held against its record, by the second witness and with no solver."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.held_against import SCHOOLS, audits_apart, document_apart, goals_apart, is_same, rows_apart, values_apart, written
from rezoning.errors import DataError, Problem
from rezoning.runs.directory import RUN, read_json
from rezoning.runs.judge import Districts, is_run
from rezoning.runs.leveled import plan_name, schools_name
from rezoning.runs.leveled_option import changed_plans, judge_levels, levels_of_record, read_level_plans
from rezoning.runs.option_judged import changed_inputs
from rezoning.runs.origin import plan_is_as_written
from rezoning.runs.packed import opened
from rezoning.runs.question import DONE, REJECTED
from rezoning.runs.record import OTHER_SCENARIO, is_asked_as, judged_goals
from rezoning.runs.run_record import CURE, read_run_record
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.moved import name_of

if TYPE_CHECKING:
    import pandas as pd

    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.scenario.schema import Scenario

METRICS, ALTERNATIVES = "metrics.json", "alternatives.json"
MOST = 20
"""Differences of one kind that are told; their number is in any case."""


@dataclass(frozen=True)
class Check:
    """One thing that was held against the record.

    Parameters
    ----------
    about
        ``scenario``, ``inputs``, ``plan``, ``audit``, ``today``, ``counts``, ``goals``, ``measures``, ``schools`` or ``further``.
    differences
        Every difference as a sentence; empty where all agrees.
    is_known
        Whether the record says anything to hold it against.
    """

    about: str
    differences: tuple[str, ...]
    is_known: bool = True


@dataclass(frozen=True, eq=False)
class Verified(Displayed):
    """What an audit of a run came to."""

    run: Path
    name: str
    checks: tuple[Check, ...]
    audit: dict[str, Any] | None
    goals: list[dict[str, Any]]

    def __repr__(self) -> str:
        return f"<Verified: {self.name}, {len(self.checks)} looked at, {len(self.differences):,} differences>"

    def to_frame(self) -> pd.DataFrame:
        """A row for each difference: ``about`` what it is (see `Check`), and ``difference``, a sentence; none where all agrees."""
        frame: pd.DataFrame = display(self).frame(self)
        return frame

    @property
    def differences(self) -> tuple[str, ...]:
        """Every difference that was found."""
        return tuple(said for check in self.checks for said in check.differences)

    @property
    def exit_code(self) -> int:
        """0 where all agrees, else 7."""
        return REJECTED if self.differences else DONE

    def to_dict(self) -> dict[str, Any]:
        """The document of ``--json``."""
        checks = [
            {"about": one.about, "passed": not one.differences, "known": one.is_known, "differences": list(one.differences)} for one in self.checks
        ]
        return {
            "name": self.name,
            "run": str(self.run),
            "exit_code": self.exit_code,
            "passed": not self.differences,
            "checks": checks,
            "audit": self.audit,
            "goals": self.goals,
        }


def verify(run: str | Path) -> Verified:
    """Audit a run anew and hold everything that it says against what its inputs and its plan give; nothing is solved, and no solver is loaded.

    Parameters
    ----------
    run
        The directory of a run that found a plan, or an archive of one.

    Raises
    ------
    ScenarioError, DataError
        When it is no run, found no plan, or its inputs are nowhere or cannot be read.
    """
    from rezoning.scenario.load import load_scenario

    path = opened(Path(run))
    if not is_run(path):
        raise DataError(Problem(str(run), f"holds no {RUN}, so it is not the directory of a run.", "Give a directory that rezoning run has written."))
    record = read_run_record(path)
    scenario = load_scenario(path / "scenario.yaml")
    files = [plan_name(name) for name in scenario.levels] or ["plan.csv"]
    if not all((path / name).is_file() for name in files):
        raise DataError(Problem(str(run), "the run found no plan.", "Give a run that found one."))
    district = Districts().of(scenario)
    is_asked = is_asked_as(record, scenario)
    first = [
        _of("scenario", [OTHER_SCENARIO] if is_asked is False else [], is_asked is not None),
        _of("inputs", _inputs(record, district), bool(record.get("inputs"))),
    ]
    if scenario.levels:
        return _of_levels(Path(run), path, record, scenario, district.levels, first)
    plan, unread = _plan(path, district)
    own = [] if plan_is_as_written(path / "plan.csv", record) else ["plan.csv is not the file that the run wrote."]
    first.append(_of("plan", [*own, *unread], bool(record.get("plan"))))
    if plan is None:
        return Verified(Path(run), scenario.name, tuple(first), None, [])
    audit, rest = _of_plan(path, record, scenario, district, plan)
    return Verified(Path(run), scenario.name, (*first, *rest), audit, judged_goals(scenario, plan, district))


def _of_levels(run: Path, path: Path, record: dict[str, Any], scenario: Scenario, districts: Mapping[str, District], first: list[Check]) -> Verified:
    """The same of a run with several levels: the plans of all are read, audited and measured, and what is between them."""
    own = [f"{name} is not the file that the run wrote." for name in changed_plans(path, record)]
    is_known = all(one.get("plan") for one in record.get("levels", {}).values())
    try:
        plans = read_level_plans(path, districts)
    except DataError as error:
        return Verified(run, scenario.name, (*first, _of("plan", [*own, *map(str, error.problems)], is_known)), None, [])
    found = judge_levels(scenario, plans, districts)
    now = levels_of_record(found, scenario, districts)
    said = read_json(path / METRICS)
    metrics = {"levels": found.metrics, "feeders": found.feeders}
    schools = [f"{name}: {one}" for name, rows in found.schools.items() for one in rows_apart(_read_rows(path / schools_name(name)), rows)]
    counts = {key: value for key, value in now["counts"].items() if key != "pairs"}
    audit, today = found.audit.to_dict(), None if found.audit_today is None else found.audit_today.to_dict()
    rest = [
        _of("plan", own, is_known),
        _of("audit", [*(one.message for one in found.audit.violations), *audits_apart("the plans", record.get("audit"), audit)], "audit" in record),
        _of("today", audits_apart("today's zones", record.get("audit_today"), today), "audit_today" in record),
        _of("counts", values_apart("", record.get("counts") or {}, counts), "counts" in record),
        _of("goals", goals_apart(record, scenario, found.goals)),
        _of("measures", document_apart(said, metrics, METRICS), said is not None),
        _of("schools", schools),
    ]
    return Verified(run, scenario.name, (*first, *rest), audit, found.goals)


def _of(about: str, differences: Any, is_known: bool = True) -> Check:
    found = list(differences)
    more = [f"And {len(found) - MOST:,} more of {about}."] if len(found) > MOST else []
    return Check(about, (*found[:MOST], *more), is_known)


def _plan(path: Path, district: District) -> tuple[Plan | None, list[str]]:
    from rezoning.district.plans.read import read_written_plan

    try:
        return read_written_plan(path / "plan.csv", district), []
    except DataError as error:
        return None, [str(problem) for problem in error.problems]


def _of_plan(path: Path, record: dict[str, Any], scenario: Scenario, district: District, plan: Plan) -> tuple[dict[str, Any], list[Check]]:
    from rezoning.auditing import audit, audit_today
    from rezoning.metrics.measure import measure_all
    from rezoning.runs.record import counts_entry

    found, now = audit(plan, district, scenario), audit_today(district, scenario)
    metrics, schools = measure_all(plan, district, scenario)
    said_metrics, said_schools = read_json(path / METRICS), _read_rows(path / SCHOOLS)
    goals = judged_goals(scenario, plan, district)
    counts = {key: value for key, value in counts_entry(district, plan).items() if key != "pairs"}
    return found.to_dict(), [
        _of(
            "audit", [*(one.message for one in found.violations), *audits_apart("the plan", record.get("audit"), found.to_dict())], "audit" in record
        ),
        _of("today", audits_apart("today's zones", record.get("audit_today"), None if now is None else now.to_dict()), "audit_today" in record),
        _of("counts", values_apart("", record.get("counts") or {}, counts), "counts" in record),
        _of("goals", goals_apart(record, scenario, goals)),
        _of("measures", document_apart(said_metrics, metrics, METRICS), said_metrics is not None),
        _of("schools", rows_apart(said_schools, schools), said_schools is not None),
        *_further(path, scenario, district),
    ]


def _inputs(record: dict[str, Any], district: District) -> Iterator[str]:
    """Files that hold something else now, and files of which the record says nothing, so that nobody can tell."""
    yield from (f"{name} holds something else than what the run read." for name in changed_inputs(record, district))
    said = {name_of(one["path"]) for one in record.get("inputs", ())}
    for name in dict.fromkeys(Path(one.path).name for one in district.inputs) if said else ():
        if name not in said:
            yield f"{RUN} does not say what {name} held, which scenario.yaml reads."


def _further(path: Path, scenario: Scenario, district: District) -> Iterator[Check]:
    """The same of further plans: each is audited, and its goals are computed again."""
    from rezoning.auditing import audit

    said = read_json(path / ALTERNATIVES)
    if said is None or not isinstance(said.get("plans"), list):
        return
    found: list[str] = []
    for one in said["plans"]:
        if not isinstance(one, dict) or not all(isinstance(goal, dict) for goal in _list(one.get("goals"))):
            found.append(f"{ALTERNATIVES} is not as rezoning run writes it.")
            continue
        name = Path(str(one.get("file", ""))).name
        if not name.endswith(".csv") or name.endswith(".rejected.csv"):
            continue
        try:
            plan = _read_named(path / name, district)
        except DataError as error:
            found += [str(problem) for problem in error.problems]
            continue
        found += [f"{name}: {violation.message}" for violation in audit(plan, district, scenario).violations]
        for was, now in zip(_list(one.get("goals")), judged_goals(scenario, plan, district), strict=False):
            if not is_same(was.get("value"), now["value"]):
                found.append(f"{name}, {was.get('minimize')}: {written(was.get('value'))} is said, and it is {written(now['value'])}.")
    yield _of("further", found)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_named(path: Path, district: District) -> Plan:
    from rezoning.district.plans.read import read_written_plan

    if not path.is_file():
        raise DataError(Problem(str(path), "is not there.", CURE))
    return read_written_plan(path, district)


def _read_rows(path: Path) -> list[dict[str, str]] | None:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, ValueError, csv.Error):
        return None
