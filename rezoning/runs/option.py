"""Options: the plans that a public output puts side by side, read again from their run directories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, Problem, Problems, RezoningError
from rezoning.runs.directory import RUN
from rezoning.runs.judge import Districts, Judge, asked_first, is_run
from rezoning.runs.names import letters, option_names
from rezoning.runs.run_record import CURE, read_run_record
from rezoning.scenario.files import is_folder
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.district.plans.brought import BroughtPlan

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
    brought
        For a plan file, what is to be told of its reading.
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
    brought: BroughtPlan | None = None

    def __repr__(self) -> str:
        goals = [f"{goal['minimize']}{' ' + goal['group'] if goal['group'] else ''} {goal['value']:.6g}" for goal in self.goals]
        return f"<Option {self.letter} ({self.name}): {'; '.join(goals)}; {len(self.audit.violations):,} rules broken>"

    @property
    def goals(self) -> list[dict[str, Any]]:
        """The goals of the record, in order."""
        return list(self.record["goals"])


def read_options(paths: Sequence[str | Path], overrides: Sequence[str] = (), how: PlanReading = PLAINLY) -> tuple[Option, ...]:
    """Read runs, each with its own scenario, and plan files, judged by a scenario that is named first or by that of the first run, as options.

    Parameters
    ----------
    paths
        A scenario file, or none; then run directories and plan files of any kind. Without a scenario file the first is a run.
    overrides
        ``key=value`` settings that win over every scenario, ``report.title=…`` say.
    how
        What the user says of the plan files.

    Raises
    ------
    ScenarioError, DataError
        When a run cannot be read, holds no plan, or is of another district than the first.
    """
    asked, plans = asked_first(list(map(Path, paths)))
    _check_number(plans)
    problems, known = Problems(), Districts()
    judge = None if asked is None else _judge(asked, overrides, known)
    found: list[Option] = []
    hows = how.for_each([not is_run(path) for path in plans])
    for letter, name, path, read in zip(letters(), option_names(plans, hows), plans, hows, strict=False):
        try:
            if is_run(path) or (judge is None and is_folder(path)):
                option = _option_of_run(letter, name, path, overrides, known)
            elif judge is not None:
                option = _option_of_file(letter, name, path, judge, read)
            else:
                cure = "Give the directory of a run first, or the scenario file that judges the plan."
                raise DataError(Problem(str(path), "is not a run directory, and the first must be one.", cure))
            _check_same_place(option, found, judge)
            judge = judge or Judge(option.scenario, option.district)
            found.append(option)
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return tuple(found)


def _judge(path: Path, overrides: Sequence[str], known: Districts) -> Judge:
    from rezoning.scenario.load import load_scenario

    scenario = load_scenario(path, overrides)
    return Judge(scenario, known.of(scenario))


def option_of_plan(
    letter: str,
    name: str,
    path: Path,
    scenario: Scenario,
    district: District,
    plan: Plan,
    known: dict[str, Any] | None = None,
    brought: BroughtPlan | None = None,
) -> Option:
    """Anyone's plan, judged by a scenario.

    Parameters
    ----------
    known
        The record of the run that found it, if one did and was asked this very question.
    brought
        What is to be told of its reading.
    """
    if known is not None:
        return _measured(letter, name, path, scenario, district, plan, known, is_run=True, brought=brought)
    from rezoning.district.plans.brought import BroughtPlan
    from rezoning.runs.record import counts_entry, data_entries, inputs_entry, versions
    from rezoning.scenario.policy import uses_of

    read = brought or BroughtPlan(name, plan)
    record: dict[str, Any] = {
        "name": scenario.name,
        "goals": [{}] * len(scenario.goals),
        "counts": counts_entry(district, plan),
        **data_entries(district),
        "attributes": uses_of(scenario),
        "notes": [*read.notes, *district.notes],
        "warnings": [*read.public, *district.warnings],
        "inputs": [*inputs_entry(scenario, district), *map(asdict, read.files)],
        "versions": versions(),
    }
    return _measured(letter, name, path, scenario, district, plan, record, is_run=False, brought=brought)


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


def has_several_questions(options: Sequence[Option]) -> bool:
    """Whether plans were judged by different scenarios, so that "rules" alone does not say whose."""
    return len({(option.scenario.name, option.scenario.rules.model_dump_json()) for option in options}) > 1


def rules_of(option: Option, options: Sequence[Option]) -> str:
    """What the rules of an option are called beside others: whose they are, where scenarios differ."""
    return f"rules of {option.scenario.name}" if has_several_questions(options) else "rules"


# -- a run -----------------------------------------------------------------------------------------------------------


def _option_of_run(letter: str, name: str, path: Path, overrides: Sequence[str], known: Districts) -> Option:
    from rezoning.district.plans.read import read_written_plan
    from rezoning.scenario.load import load_scenario

    record = read_run_record(path)
    scenario = load_scenario(path / "scenario.yaml", overrides)
    _check_answers(path, record, scenario)
    district = known.of(scenario)
    plan = read_written_plan(path / "plan.csv", district)
    return _measured(letter, name, path, scenario, district, plan, record, is_run=True)


def _check_answers(path: Path, record: dict[str, Any], scenario: Scenario) -> None:
    """The record must be that of a run that found a plan for the scenario beside it."""
    if not (path / "plan.csv").is_file():
        raise DataError(Problem(str(path), "the run found no plan.", "Give a run that found one."))
    if [goal["minimize"] for goal in record["goals"]] != [goal.minimize for goal in scenario.goals]:
        raise DataError(Problem(f"{path / RUN}, goals", "are not the goals of scenario.yaml beside it.", CURE))


def _measured(
    letter: str,
    name: str,
    path: Path,
    scenario: Scenario,
    district: District,
    plan: Plan,
    record: dict[str, Any],
    *,
    is_run: bool,
    brought: BroughtPlan | None = None,
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
        audit(plan, district, scenario), audit_today(district, scenario), changed, is_run, brought,
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


def _option_of_file(letter: str, name: str, path: Path, judge: Judge, how: PlanReading) -> Option:
    from rezoning.district.plans.read import bring_plan, plan_file

    brought = bring_plan(plan_file(path, "Give run directories, and plan files after the first."), judge.district, how)
    return option_of_plan(letter, name, path, judge.scenario, judge.district, brought.plan, brought=brought)


def _check_number(paths: Sequence[str | Path]) -> None:
    if not 1 <= len(paths) <= MOST:
        raise DataError(Problem("options", f"{len(paths)} plans were given.", f"Give 1 to {MOST}; more cannot be told apart in one table."))


def _check_same_place(option: Option, found: Sequence[Option], judge: Judge | None) -> None:
    """Options can be compared only where units, students and today's zones are the same."""
    if judge is None or option.district is judge.district:
        return
    ours, first = option.district, judge.district
    which = found[0].path if found else judge.scenario.name
    if ours.unit_ids != first.unit_ids:
        raise DataError(Problem(str(option.path), f"its units are not those of {which}.", "Compare runs of one district."))
    if (ours.students != first.students).any():
        message = f"its numbers of students are not those of {which}."
        raise DataError(Problem(str(option.path), message, "Compare runs of the same year and level."))
