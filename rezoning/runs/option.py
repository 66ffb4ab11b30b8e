"""Options: the plans that a public output puts side by side, read again from their run directories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, Problem, Problems
from rezoning.runs.directory import RUN
from rezoning.runs.judge import Districts, Judge, asked_first, is_run
from rezoning.runs.names import letters, option_keys, people_names
from rezoning.runs.origin import Found, Origin, found_by, origin_of, plan_is_as_written
from rezoning.runs.packed import opened
from rezoning.runs.question import AGREEMENT
from rezoning.runs.run_record import CURE, read_run_record
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.files import is_folder
from rezoning.scenario.moved import name_of
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.district.plans.brought import BroughtPlan

MOST = 8  # options that a table, and colors that eyes, can still hold apart


@dataclass(frozen=True, eq=False)
class Option(Displayed):
    """A plan with everything that is known of it, measured and audited again from plan and data.

    Parameters
    ----------
    letter
        ``A``, ``B``, … in the order given.
    key
        Name of the run directory or of the plan file, for documents that programs read; no two options have the same.
    name
        What people call it; no two options have the same (`rezoning.runs.names.people_names`).
    path
        The run directory, or the plan file.
    scenario, district, plan
        What was asked, of which place, and the answer.
    record
        run.json; for a plan file only what can be said of it: `name`, `goals` without bounds, `counts`, `inputs`, `versions`. Its `inputs` are all
        files that were read, the plan's last.
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
        Whether it is the plan of a run that was asked this very question, so that its bounds are proven.
    asked
        What the run that found it was asked; None where no run is known.
    brought
        For a plan file, what is to be told of its reading.
    levels
        With several levels the option of each by its name, lowest first: an ordinary option of that level's question. Empty without. The whole has
        the district, plan, schools and measures of the lowest level, and the goals, audits and record of all.
    feeders
        With several levels ``today`` and ``plan`` as in metrics.json: see `rezoning.metrics.feeders.measure_feeders`. None without.
    """

    letter: str
    key: str
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
    asked: Scenario | None = None
    brought: BroughtPlan | None = None
    levels: dict[str, Option] = field(default_factory=dict)
    feeders: dict[str, Any] | None = None

    def __repr__(self) -> str:
        goals = [f"{goal['minimize']}{' ' + goal['group'] if goal['group'] else ''} {goal['value']:.6g}" for goal in self.goals]
        return f"<Option {self.letter} ({self.name}): {'; '.join(goals)}; {len(self.audit.violations):,} rules broken>"

    @property
    def found(self) -> Found:
        """How the plan came to be, as far as that is known."""
        if self.is_run:
            return Found.RUN
        return Found.FILE if self.asked is None else found_by(self.asked, self.scenario)

    @property
    def goals(self) -> list[dict[str, Any]]:
        """The goals of the record, in order."""
        return list(self.record["goals"])

    # -- in a notebook ------------------------------------------------------------------------------------------------

    def to_frame(self, of: Literal["goals", "measures", "schools", "units", "violations"] = "goals") -> pd.DataFrame:
        """What is known of the plan as a table.

        Parameters
        ----------
        of
            ``goals``: a row for each, by its place from 1: ``minimize``, ``group``, ``value``, ``bound``, ``gap``, ``today``.
            ``measures``, ``schools``: as `rezoning.runs.question.Measures.to_frame` has them. ``units``: see `Plan.to_frame`.
            ``violations``: see `Audit.to_frame`.
        """
        frame: pd.DataFrame = display(self).frame(self, of)
        return frame

    def zones(self) -> gpd.GeoDataFrame:
        """The plan's zones: see `Plan.zones`."""
        frame: gpd.GeoDataFrame = display(self).zones(self)
        return frame

    def units(self) -> gpd.GeoDataFrame:
        """The units in the plan: see `Plan.units`."""
        frame: gpd.GeoDataFrame = display(self).units(self)
        return frame

    def plot(
        self,
        show: Literal["plan", "changes", "today", "schools"] = "plan",
        *,
        measure: str = "utilization",
        ax: Axes | None = None,
        names: bool = True,
    ) -> Axes:
        """Draw the plan, what changes, today, or a measure of every school.

        Parameters
        ----------
        show
            A map of ``plan``, ``changes`` or ``today`` (see `Plan.plot`), or ``schools`` (a row for each, today and plan).
        measure
            Of schools: ``students``, ``utilization``, ``travel_mean``, or a group: its share of the school's students.
        ax
            Where to draw; a new figure when left out.
        names
            Whether schools have their names on a map.

        Raises
        ------
        DataError
            There is no such measure, or the district has no polygons.
        """
        drawn: Axes = display(self).plot(self, show, measure=measure, ax=ax, names=names)
        return drawn


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
    plans = list(map(opened, plans))
    _check_number(plans)
    problems, known = Problems(), Districts()
    judge = None if asked is None else _judge(asked, overrides, known)
    found: list[Option] = []
    hows = how.for_each([not is_run(path) for path in plans])
    for letter, key, path, read in zip(letters(), option_keys(plans, hows), plans, hows, strict=False):
        try:
            if is_run(path) or (judge is None and is_folder(path)):
                option = _option_of_run(letter, key, path, overrides, known)
            elif judge is not None:
                option = _option_of_file(letter, key, path, judge, read)
            else:
                cure = "Give the directory of a run first, or the scenario file that judges the plan."
                raise DataError(Problem(str(path), "is not a run directory, and the first must be one.", cure))
            _check_same_place(option, found, judge)
            judge = judge or Judge(option.scenario, option.district)
            found.append(option)
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return named(found)


def named(options: Sequence[Option]) -> tuple[Option, ...]:
    """The options by the names that people call them by when they stand beside each other."""
    names = names_in(options, options[0].scenario.report.language)
    return tuple(replace(one, name=name) for one, name in zip(options, names, strict=True))


def names_in(options: Sequence[Option], code: str) -> list[str]:
    """What people call options in a language, for pages that speak several."""
    return people_names([one.key for one in options], [one.asked for one in options], code)


def _judge(path: Path, overrides: Sequence[str], known: Districts) -> Judge:
    from rezoning.scenario.load import load_scenario

    scenario = load_scenario(path, overrides)
    return Judge(scenario, known.of(scenario))


def option_of_plan(
    letter: str, key: str, path: Path, scenario: Scenario, district: District, plan: Plan, brought: BroughtPlan | None = None
) -> Option:
    """Anyone's plan, judged by a scenario; where a run found it for this very question, with what that run has proven.

    Parameters
    ----------
    key
        What it is called in documents for programs.
    path
        The plan's file, or the directory of a run.
    brought
        What is to be told of its reading.
    """
    from rezoning.district.plans.brought import BroughtPlan
    from rezoning.runs.record import counts_entry, data_entries, inputs_entry, versions
    from rezoning.scenario.policy import uses_of

    if scenario.pairing is not None and plan.buildings is None:
        plan, brought = _all_alone(key, scenario, district, plan, brought)
    origin = origin_of(path)
    if origin is not None and origin.is_own and found_by(origin.asked, scenario) == Found.FURTHER and _is_answered(origin):
        return _measured(letter, key, origin.directory, scenario, district, plan, origin.record, origin, brought, is_run=True)
    read = brought or BroughtPlan(key, plan)
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
    return _measured(letter, key, path, scenario, district, plan, record, origin, brought)


def _all_alone(key: str, scenario: Scenario, district: District, plan: Plan, brought: BroughtPlan | None) -> tuple[Plan, BroughtPlan]:
    """A plan without buildings, judged where schools may be paired: none is."""
    from rezoning.district.buildings import Buildings
    from rezoning.district.pairing import grades_of
    from rezoning.district.plan import Plan
    from rezoning.district.plans.brought import BroughtPlan

    assert scenario.pairing is not None
    plan = Plan(plan.school, Buildings.alone(district.num_schools, grades_of(district, scenario.pairing)))
    read = brought or BroughtPlan(key, plan)
    said = f"{read.name}: no buildings.csv stands beside it, so that every school is taken to have all grades of its zone"
    return plan, replace(read, plan=plan, notes=(*read.notes, said))


def _is_answered(origin: Origin) -> bool:
    try:
        _check_answers(origin.directory, origin.record, origin.asked)
    except DataError:
        return False
    return True


def has_several_questions(options: Sequence[Option]) -> bool:
    """Whether plans were judged by different scenarios, so that "rules" alone does not say whose."""
    return len({(option.scenario.name, option.scenario.rules.model_dump_json()) for option in options}) > 1


def rules_of(option: Option, options: Sequence[Option]) -> str:
    """What the rules of an option are called beside others: whose they are, where scenarios differ."""
    return f"rules of {option.scenario.name}" if has_several_questions(options) else "rules"


# -- a run -----------------------------------------------------------------------------------------------------------


def _option_of_run(letter: str, key: str, path: Path, overrides: Sequence[str], known: Districts) -> Option:
    from rezoning.district.plans.read import read_written_plan
    from rezoning.scenario.load import load_scenario

    record = read_run_record(path)
    scenario = load_scenario(path / "scenario.yaml", overrides)
    _check_answers(path, record, scenario)
    district = known.of(scenario)
    plan = read_written_plan(path / "plan.csv", district)
    return _measured(letter, key, path, scenario, district, plan, record, Origin(path, path / "plan.csv", scenario, record), is_run=True)


def _check_answers(path: Path, record: dict[str, Any], scenario: Scenario) -> None:
    """The record must be that of a run that found a plan for the scenario beside it."""
    if not (path / "plan.csv").is_file():
        raise DataError(Problem(str(path), "the run found no plan.", "Give a run that found one."))
    if [goal["minimize"] for goal in _without_own(record)[0]["goals"]] != [goal.minimize for goal in scenario.goals]:
        raise DataError(Problem(f"{path / RUN}, goals", "are not the goals of scenario.yaml beside it.", CURE))


def _measured(
    letter: str,
    key: str,
    path: Path,
    scenario: Scenario,
    district: District,
    plan: Plan,
    record: dict[str, Any],
    origin: Origin | None,
    brought: BroughtPlan | None = None,
    *,
    is_run: bool = False,
) -> Option:
    from rezoning.auditing import audit, audit_today
    from rezoning.metrics.measure import measure_all
    from rezoning.runs.record import file_entry, judged_goals

    metrics, schools = measure_all(plan, district, scenario)
    judged = judged_goals(scenario, plan, district)
    record, own = _without_own(record)
    changed = (*own, *_changed(record, judged, district)) if is_run else ()
    if origin is not None and is_run:
        changed = (*changed, *([] if plan_is_as_written(origin.plan, record) else ["plan.csv has changed since the run."]))
        record = {**record, "inputs": [*record.get("inputs", ()), file_entry(origin.plan)]}
    # Bounds that were proven for other data than those that are measured here are none; why the run ended stays what it was.
    keys = ("ended",) if changed else ("ended", "bound", "gap", "best")
    kept = [{key: goal[key] for key in keys if key in goal} for goal in record["goals"]]
    unproven = {"bound": None, "gap": None}
    record = {**record, "goals": [{**goal, **unproven, **proof} for goal, proof in zip(judged, kept, strict=True)]}
    if changed:
        record["objective"] = None
    return Option(
        letter, key, key, path, scenario, district, plan, record, metrics, schools,
        audit(plan, district, scenario), audit_today(district, scenario), changed, is_run, None if origin is None else origin.asked, brought,
    )  # fmt: skip


def _without_own(record: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The record of a run without the goals that a program brought along, and what a reader must know of these and of such rules."""
    own = record.get("own") or {"rules": [], "goals": []}
    names = [*own["rules"], *own["goals"]]
    if not names:
        return record, []
    said = f"The run was asked for {', '.join(names)} besides, which its scenario does not say: its bounds are of another question."
    return {**record, "goals": [goal for goal in record["goals"] if goal["minimize"] not in own["goals"]]}, [said]


def _changed(record: dict[str, Any], judged: list[dict[str, Any]], district: District) -> tuple[str, ...]:
    """What a reader must know before comparing this plan with the record of its run."""
    found = [f"{name} has changed since the run." for name in changed_inputs(record, district)]
    for goal, entry in zip(judged, record["goals"], strict=True):
        value, was = goal["value"], entry["value"]
        if was is not None and value is not None and abs(value - was) > AGREEMENT * max(1.0, abs(was)):
            found.append(f"{goal['minimize']} is {value:.6g}, and was {was:.6g} when the run was made.")
    return tuple(found)


def changed_inputs(record: dict[str, Any], district: District) -> list[str]:
    """Names of the files that a run has read and that hold something else now."""
    said = {(name_of(one["path"]), one["sha256"]) for one in record.get("inputs", ())}
    names = {name for name, _ in said}
    now = ((Path(one.path).name, one.sha256) for one in district.inputs)
    return list(dict.fromkeys(name for name, sha in now if name in names and (name, sha) not in said))


# -- a plan file, and what must be the same --------------------------------------------------------------------------


def _option_of_file(letter: str, key: str, path: Path, judge: Judge, how: PlanReading) -> Option:
    from rezoning.district.plans.read import bring_plan, plan_file

    brought = bring_plan(plan_file(path, "Give run directories, and plan files after the first."), judge.district, how)
    return option_of_plan(letter, key, path, judge.scenario, judge.district, brought.plan, brought)


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
