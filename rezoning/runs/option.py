"""Options: the plans that a public output puts side by side, read again from their run directories."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem, Problems, RezoningError
from rezoning.runs.directory import RUN
from rezoning.runs.run_record import CURE, read_run_record
from rezoning.scenario.files import is_folder
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.district.plan import Plan

MOST = 8  # options that a table, and colors that eyes, can still hold apart
AGREEMENT = 1e-6  # a value measured again may differ from the one of the run by this, relative to max(1, |value|)


@dataclass(frozen=True, eq=False)
class Option:
    """A plan with everything that is known of it, measured and audited again from plan and data.

    Parameters
    ----------
    letter
        ``A``, ``B``, … in the order given.
    name
        Name of the run directory or of the plan file; no two options have the same.
    path
        The run directory, or the plan file.
    scenario, district, plan
        What was asked, of which place, and the answer.
    record
        run.json; for a plan file only what can be said of it: `name`, `goals` without bounds, `counts`, `inputs`, `versions`.
    metrics
        ``today``, ``plan`` and ``nearest`` as in metrics.json; measured again, not read.
    schools
        Rows as in schools.csv, likewise.
    audit
        What the auditor says of the plan now.
    audit_today
        What today's zones violate; None without them.
    changed
        What is no longer as it was when the run was made, as sentences: data files, measures. Empty for a plan file.
    is_run
        Whether it comes from a run directory, so that its bounds are proven.
    """

    letter: str
    name: str
    path: Path
    scenario: Scenario
    district: District
    plan: Plan
    record: dict[str, Any]
    metrics: dict[str, Any]
    schools: list[dict[str, Any]]
    audit: Audit
    audit_today: Audit | None
    changed: tuple[str, ...] = ()
    is_run: bool = True

    def __repr__(self) -> str:
        goals = [f"{goal['minimize']}{' ' + goal['group'] if goal['group'] else ''} {goal['value']:.6g}" for goal in self.goals]
        return f"<Option {self.letter} ({self.name}): {'; '.join(goals)}; {len(self.audit.violations):,} rules broken>"

    @property
    def goals(self) -> list[dict[str, Any]]:
        """The goals of the record, in order."""
        return list(self.record["goals"])


def read_options(paths: Sequence[str | Path], overrides: Sequence[str] = ()) -> tuple[Option, ...]:
    """Read runs, and plan files to be judged by the scenario of the first run, as options A, B, C ….

    Parameters
    ----------
    paths
        Run directories; among them may be plan files of any kind, after the first.
    overrides
        ``key=value`` settings that win over every run's scenario, ``report.title=…`` say.

    Raises
    ------
    ScenarioError, DataError
        When a run cannot be read, holds no plan, or is of another district than the first.
    """
    _check_number(paths)
    problems, known = Problems(), _Known()
    found: list[Option] = []
    names = distinct([option_name(Path(path)) for path in paths])
    for letter, name, path in zip(letters(), names, map(Path, paths), strict=False):
        try:
            if is_folder(path):
                option = _option_of_run(letter, name, path, overrides, known)
            elif found:
                option = _option_of_file(letter, name, path, found[0])
            else:
                raise DataError(Problem(str(path), "is not a run directory, and the first must be one.", "Give the directory of a run first."))
            _check_same_place(option, found)
            found.append(option)
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return tuple(found)


def option_of_plan(
    letter: str, name: str, path: Path, scenario: Scenario, district: District, plan: Plan, known: dict[str, Any] | None = None
) -> Option:
    """Anyone's plan, judged by a scenario.

    Parameters
    ----------
    known
        The record of the run that found it, if one did and was asked this very question.
    """
    if known is not None:
        return _measured(letter, name, path, scenario, district, plan, known, is_run=True)
    from rezoning.runs.record import counts_entry, data_entries, inputs_entry, versions
    from rezoning.scenario.policy import uses_of

    record: dict[str, Any] = {
        "name": scenario.name,
        "goals": [{}] * len(scenario.goals),
        "counts": counts_entry(district, plan),
        **data_entries(district),
        "attributes": uses_of(scenario),
        "notes": list(district.notes),
        "warnings": list(district.warnings),
        "inputs": inputs_entry(scenario, district),
        "versions": versions(),
    }
    return _measured(letter, name, path, scenario, district, plan, record, is_run=False)


def record_of_question(path: Path, scenario: Scenario) -> dict[str, Any] | None:
    """run.json of a run directory, if the run was asked the same: data, rules and goals; None for any other path."""
    from rezoning.scenario.load import load_scenario

    try:
        asked = load_scenario(path / "scenario.yaml")
        same = all(getattr(asked, key) == getattr(scenario, key) for key in ("data", "rules", "goals"))
        record = read_run_record(path) if same else None
        if record is not None:
            _check_answers(path, record, asked)
        return record
    except (RezoningError, OSError):
        return None


def option_name(path: Path) -> str:
    """What an option is called: the run directory's name, or the file's without its endings."""
    return path.resolve().name if is_folder(path) else path.name.split(".")[0]


def letters() -> Iterator[str]:
    """A, B and so on to Z, then AA, AB."""
    for length in itertools.count(1):
        for several in itertools.product(string.ascii_uppercase, repeat=length):
            yield "".join(several)


def distinct(names: Sequence[str]) -> list[str]:
    """Names that differ from one another and from today and nearest: repeated ones are numbered."""
    taken = {"today", "nearest", "measure"}
    found = []
    for name in names:
        unique, k = name, 2
        while unique in taken:
            unique, k = f"{name} ({k})", k + 1
        taken.add(unique)
        found.append(unique)
    return found


# -- a run -----------------------------------------------------------------------------------------------------------


class _Known:
    """Districts that were read, by what their scenarios say of the data: two runs of one district read it once."""

    def __init__(self) -> None:
        self.districts: dict[str, District] = {}

    def district(self, scenario: Scenario) -> District:
        from rezoning.district.load import load_district

        key = scenario.data.model_dump_json()
        if key not in self.districts:
            self.districts[key] = load_district(scenario.data)
        return self.districts[key]


def _option_of_run(letter: str, name: str, path: Path, overrides: Sequence[str], known: _Known) -> Option:
    from rezoning.district.plan_files import read_written_plan
    from rezoning.scenario.load import load_scenario

    record = read_run_record(path)
    scenario = load_scenario(path / "scenario.yaml", overrides)
    _check_answers(path, record, scenario)
    district = known.district(scenario)
    plan = read_written_plan(path / "plan.csv", district)
    return _measured(letter, name, path, scenario, district, plan, record, is_run=True)


def _check_answers(path: Path, record: dict[str, Any], scenario: Scenario) -> None:
    """The record must be that of a run that found a plan for the scenario beside it."""
    if not (path / "plan.csv").is_file():
        raise DataError(Problem(str(path), "the run found no plan.", "Give a run that found one."))
    if [goal["minimize"] for goal in record["goals"]] != [goal.minimize for goal in scenario.goals]:
        raise DataError(Problem(f"{path / RUN}, goals", "are not the goals of scenario.yaml beside it.", CURE))


def _measured(
    letter: str, name: str, path: Path, scenario: Scenario, district: District, plan: Plan, record: dict[str, Any], *, is_run: bool
) -> Option:
    from rezoning.auditing import audit, audit_today
    from rezoning.metrics.measure import measure_all
    from rezoning.runs.record import judged_goals

    metrics, schools = measure_all(plan, district, scenario)
    judged = judged_goals(scenario, plan, district)
    changed = _changed(record, judged, district) if is_run else ()
    # Bounds that were proven for other data than those that are measured here are none; why the run ended stays what it was.
    keys = ("ended",) if changed else ("ended", "bound", "gap")
    kept = [{key: goal[key] for key in keys if key in goal} for goal in record["goals"]]
    unproven = {"bound": None, "gap": None}
    record = {**record, "goals": [{**goal, **unproven, **proof} for goal, proof in zip(judged, kept, strict=True)]}
    if changed:
        record["objective"] = None
    return Option(
        letter, name, path, scenario, district, plan, record, metrics, schools,
        audit(plan, district, scenario), audit_today(district, scenario), changed, is_run,
    )  # fmt: skip


def _changed(record: dict[str, Any], judged: list[dict[str, Any]], district: District) -> tuple[str, ...]:
    """What a reader must know before comparing this plan with the record of its run."""
    said = {Path(one["path"]).name: one["sha256"] for one in record.get("inputs", ())}
    now = {Path(one.path).name: one.sha256 for one in district.inputs}
    found = [f"{name} has changed since the run." for name, digest in now.items() if name in said and said[name] != digest]
    for goal, entry in zip(judged, record["goals"], strict=True):
        value, was = goal["value"], entry["value"]
        if was is not None and value is not None and abs(value - was) > AGREEMENT * max(1.0, abs(was)):
            found.append(f"{goal['minimize']} is {value:.6g}, and was {was:.6g} when the run was made.")
    return tuple(found)


# -- a plan file, and what must be the same --------------------------------------------------------------------------


def _option_of_file(letter: str, name: str, path: Path, first: Option) -> Option:
    from rezoning.district.plan_files import plan_file, read_plan

    plan = read_plan(plan_file(path, "Give run directories, and plan files after the first."), first.district)
    return option_of_plan(letter, name, path, first.scenario, first.district, plan)


def _check_number(paths: Sequence[str | Path]) -> None:
    if not 1 <= len(paths) <= MOST:
        raise DataError(Problem("options", f"{len(paths)} plans were given.", f"Give 1 to {MOST}; more cannot be told apart in one table."))


def _check_same_place(option: Option, found: Sequence[Option]) -> None:
    """Options can be compared only where units, students and today's zones are the same."""
    if not found:
        return
    ours, first = option.district, found[0].district
    if ours is first:
        return
    if ours.unit_ids != first.unit_ids:
        message = f"its units are not those of {found[0].path}."
        raise DataError(Problem(str(option.path), message, "Compare runs of one district."))
    if (ours.students != first.students).any():
        message = f"its numbers of students are not those of {found[0].path}."
        raise DataError(Problem(str(option.path), message, "Compare runs of the same year and level."))
