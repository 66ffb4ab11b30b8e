"""The audit of a run alone: inputs, plan, rules, goals and measures held against its record, by the second witness and with no solver."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem, shown
from rezoning.optimize.result import Ended, Status, relative_gap
from rezoning.runs.directory import RUN
from rezoning.runs.judge import is_run
from rezoning.runs.option import AGREEMENT, changed_inputs
from rezoning.runs.origin import plan_is_as_written
from rezoning.runs.packed import opened
from rezoning.runs.question import DONE, REJECTED
from rezoning.runs.record import fingerprint_of, judged_goals
from rezoning.runs.run_record import CURE, read_run_record
from rezoning.scenario.moved import name_of

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.scenario.schema import Scenario

METRICS, SCHOOLS, ALTERNATIVES = "metrics.json", "schools.csv", "alternatives.json"
CLOSE = 1e-5
"""What a plan that is called optimal may be above its bound, relative to max(1, value): later goals may take `solve.gap_abs` of it."""
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


@dataclass(frozen=True)
class Verified:
    """What an audit of a run came to."""

    run: Path
    name: str
    checks: tuple[Check, ...]
    audit: dict[str, Any] | None
    goals: list[dict[str, Any]]

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
    from rezoning.district.load import load_district
    from rezoning.scenario.load import load_scenario

    path = opened(Path(run))
    if not is_run(path):
        raise DataError(Problem(str(run), f"holds no {RUN}, so it is not the directory of a run.", "Give a directory that rezoning run has written."))
    record = read_run_record(path)
    scenario = load_scenario(path / "scenario.yaml")
    if not (path / "plan.csv").is_file():
        raise DataError(Problem(str(run), "the run found no plan.", "Give a run that found one."))
    district = load_district(scenario.data)
    first = [
        _of("scenario", _scenario(record, scenario), record.get("asked_sha256") is not None),
        _of("inputs", _inputs(record, district), bool(record.get("inputs"))),
    ]
    plan, unread = _plan(path, district)
    own = [] if plan_is_as_written(path / "plan.csv", record) else ["plan.csv is not the file that the run wrote."]
    first.append(_of("plan", [*own, *unread], bool(record.get("plan"))))
    if plan is None:
        return Verified(Path(run), scenario.name, tuple(first), None, [])
    audit, rest = _of_plan(path, record, scenario, district, plan)
    return Verified(Path(run), scenario.name, (*first, *rest), audit, judged_goals(scenario, plan, district))


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
    said_metrics, said_schools = _read_json(path / METRICS), _read_rows(path / SCHOOLS)
    goals = judged_goals(scenario, plan, district)
    counts = {key: value for key, value in counts_entry(district, plan).items() if key != "pairs"}
    return found.to_dict(), [
        _of("audit", [*(one.message for one in found.violations), *_audits("the plan", record.get("audit"), found.to_dict())], "audit" in record),
        _of("today", _audits("today's zones", record.get("audit_today"), None if now is None else now.to_dict()), "audit_today" in record),
        _of("counts", _apart("", record.get("counts") or {}, counts), "counts" in record),
        _of("goals", _goals(record, scenario, goals)),
        _of("measures", _document(said_metrics, metrics, METRICS), said_metrics is not None),
        _of("schools", _rows(said_schools, schools), said_schools is not None),
        *_further(path, scenario, district),
    ]


# -- what is held against what -----------------------------------------------------------------------------------------


def _scenario(record: dict[str, Any], scenario: Scenario) -> Iterator[str]:
    said = record.get("asked_sha256")
    if said is not None and said != fingerprint_of(scenario):
        yield "scenario.yaml asks something else than what the run was asked."


def _inputs(record: dict[str, Any], district: District) -> Iterator[str]:
    """Files that hold something else now, and files of which the record says nothing, so that nobody can tell."""
    yield from (f"{name} holds something else than what the run read." for name in changed_inputs(record, district))
    said = {name_of(one["path"]) for one in record.get("inputs", ())}
    for name in dict.fromkeys(Path(one.path).name for one in district.inputs) if said else ():
        if name not in said:
            yield f"{RUN} does not say what {name} held, which scenario.yaml reads."


def _audits(whose: str, said: dict[str, Any] | None, now: dict[str, Any] | None) -> Iterator[str]:
    """Rules that were broken then or are now, and not both."""
    if said is None or now is None:
        if said is not None:
            yield f"{RUN} says which rules {whose} break, and there are none to audit."
        elif now is not None:
            yield f"{RUN} does not say which rules {whose} break."
        return
    before, after = ({(one.get("rule"), one.get("subject")) for one in side.get("violations", ())} for side in (said, now))
    if said.get("passed") != now["passed"]:
        yield f"{RUN} says that {whose} {_obey(said.get('passed'))}; the audit says that they {_obey(now['passed'])}."
    for rule, subject in sorted(before - after, key=str):
        yield f"{RUN} says that {whose} break {rule} ({subject}); the audit does not."
    for rule, subject in sorted(after - before, key=str):
        yield f"the audit says that {whose} break {rule} ({subject}); {RUN} does not."


def _obey(passed: Any) -> str:
    return "break no rule" if passed else "break rules"


def _goals(record: dict[str, Any], scenario: Scenario, now: list[dict[str, Any]]) -> Iterator[str]:
    said = record["goals"]
    yield from _status(record)
    asked = [(goal.minimize, getattr(goal, "group", None)) for goal in scenario.goals]
    if [(goal["minimize"], goal.get("group")) for goal in said] != asked:
        yield f"the goals of {RUN} are not those of scenario.yaml."
        return
    for number, (was, found) in enumerate(zip(said, now, strict=True), 1):
        name = f"goal {number}, {was['minimize']}"
        for key in ("value", "today"):
            if not _same(was.get(key), found[key]) and (key == "value" or was.get(key) is not None):
                yield f"{name}: {RUN} says {key} {_shown(was.get(key))}, and it is {_shown(found[key])}."
        bound, value = was.get("bound"), found["value"]
        if bound is not None and value is not None and bound > value + AGREEMENT * max(1.0, abs(value)):
            yield f"{name}: {RUN} says that no plan is below {_shown(bound)}, and this one has {_shown(value)}."
        if was.get("gap") is not None and value is not None and not _same(was["gap"], relative_gap(value, bound)):
            yield f"{name}: {RUN} says gap {_shown(was['gap'])}, and value and bound give {_shown(relative_gap(value, bound))}."


def _status(record: dict[str, Any]) -> Iterator[str]:
    """A status that the record itself does not bear out: optimal, or within the gap, with a goal that was not closed."""
    status = record["status"]
    if status in (Status.INFEASIBLE, Status.NO_PLAN):
        yield f"{RUN} says {status}, and there is a plan."
        return
    if status == Status.FEASIBLE:
        return
    closed = (Ended.PROVEN,) if status == Status.OPTIMAL else (Ended.PROVEN, Ended.GAP)
    for number, goal in enumerate(record["goals"], 1):
        value, bound, name = goal["value"], goal.get("bound"), f"goal {number}, {goal['minimize']}"
        if goal.get("ended") is not None and goal["ended"] not in closed:
            yield f"{name}: {RUN} says {status}, and that this goal ended by {goal['ended']}."
        elif status == Status.OPTIMAL and None not in (value, bound) and value - bound > CLOSE * max(1.0, abs(value)):
            yield f"{name}: {RUN} says optimal, and that plans down to {_shown(bound)} are not ruled out; this one has {_shown(value)}."


def _document(said: Any, now: Any, name: str) -> Iterator[str]:
    if said is None:
        yield f"{name} is not there, or cannot be read."
    else:
        yield from (f"{name}, {one}" for one in _apart("", said, now))


def _apart(place: str, said: Any, now: Any) -> Iterator[str]:
    """Differences of what both sides have; what only a later version measures is none."""
    if isinstance(said, dict) and isinstance(now, dict):
        for key, value in said.items():
            if str(key) in {str(one) for one in now}:
                yield from _apart(f"{place}.{key}".lstrip("."), value, next(one for own, one in now.items() if str(own) == str(key)))
    elif isinstance(said, list) and isinstance(now, (list, tuple)):
        if len(said) != len(now):
            yield f"{place}: {len(said):,} entries, and there are {len(now):,}."
        else:
            for k, pair in enumerate(zip(said, now, strict=True)):
                yield from _apart(f"{place}[{k}]", *pair)
    elif not _same(said, now):
        yield f"{place}: {_shown(said)} is said, and it is {_shown(now)}."


def _same(said: Any, now: Any) -> bool:
    if hasattr(now, "item"):  # numpy's number
        now = now.item()
    if isinstance(now, float) and now != now:  # noqa: PLR0124 (NaN, which JSON has as null)
        now = None
    if isinstance(said, bool) or isinstance(now, bool) or not (isinstance(said, (int, float)) and isinstance(now, (int, float))):
        return bool(said == now)
    try:
        return abs(said - now) <= AGREEMENT * max(1.0, abs(now))
    except OverflowError:  # a whole number that no measure can have
        return False


def _shown(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300:
        return f"{value:.6g}"
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)[:60]


def _rows(said: list[dict[str, str]] | None, now: list[dict[str, Any]]) -> Iterator[str]:
    """Differences of schools.csv, whose every cell is text."""
    if said is None:
        yield f"{SCHOOLS} is not there, or cannot be read."
        return
    ids = [row.get("id") for row in said]
    if ids != [row["id"] for row in now]:
        yield f"{SCHOOLS} has the schools {shown(ids)}, and they are {shown(row['id'] for row in now)}."
        return
    for was, found in zip(said, now, strict=True):
        for key, text in was.items():
            if key in found and not _same_text(text, found[key]):
                yield f"{SCHOOLS}, {was['id']}, {key}: {text or 'nothing'} is said, and it is {_shown(found[key])}."


def _same_text(text: str | None, now: Any) -> bool:
    if isinstance(now, str) or not text:
        return (text or None) == (now or None if isinstance(now, str) else now)
    try:
        return _same(float(text), None if now is None else float(now))
    except ValueError:
        return False


def _further(path: Path, scenario: Scenario, district: District) -> Iterator[Check]:
    """The same of further plans: each is audited, and its goals are computed again."""
    from rezoning.auditing import audit

    said = _read_json(path / ALTERNATIVES)
    if not isinstance(said, dict) or not isinstance(said.get("plans"), list):
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
            if not _same(was.get("value"), now["value"]):
                found.append(f"{name}, {was.get('minimize')}: {_shown(was.get('value'))} is said, and it is {_shown(now['value'])}.")
    yield _of("further", found)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_named(path: Path, district: District) -> Plan:
    from rezoning.district.plans.read import read_written_plan

    if not path.is_file():
        raise DataError(Problem(str(path), "is not there.", CURE))
    return read_written_plan(path, district)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _read_rows(path: Path) -> list[dict[str, str]] | None:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, ValueError, csv.Error):
        return None
