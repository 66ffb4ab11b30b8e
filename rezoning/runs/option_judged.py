"""Plans that become options: audited and measured anew, with what a run has proven of them, as far as that still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem
from rezoning.runs.directory import RUN
from rezoning.runs.leveled import plan_name
from rezoning.runs.leveled_option import (
    UNPROVEN,
    changed_plans,
    judge_levels,
    level_records,
    leveled_origin,
    levels_of_record,
    plan_files,
)
from rezoning.runs.option import Option
from rezoning.runs.origin import Found, Origin, found_by, origin_of, plan_is_as_written
from rezoning.runs.question import AGREEMENT
from rezoning.runs.run_record import CURE
from rezoning.scenario.levels import of_level
from rezoning.scenario.moved import name_of
from rezoning.scenario.resolve import question_key
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.district.plans.brought import BroughtPlan


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
    from rezoning.runs.record import counts_entry

    if scenario.pairing is not None and plan.buildings is None:
        plan, brought = _all_alone(key, scenario, district, plan, brought)
    origin = origin_of(path)
    if origin is not None and origin.is_own and found_by(origin.asked, scenario) == Found.FURTHER and _is_answered(origin):
        return measured(letter, key, origin.directory, scenario, district, plan, origin.record, origin, brought, is_run=True)
    record = _record(scenario, district, {"": brought or BroughtPlan(key, plan)}, {"counts": counts_entry(district, plan)})
    return measured(letter, key, path, scenario, district, plan, record, origin, brought)


def _record(scenario: Scenario, district: District, brought: Mapping[str, BroughtPlan], counts: Mapping[str, Any]) -> dict[str, Any]:
    """What run.json would say of plans that no run has found; `brought` by what is said before its notes."""
    from rezoning.runs.record import data_entries, inputs_entry, versions
    from rezoning.scenario.policy import uses_of

    return {
        "name": scenario.name,
        "goals": [{}] * len(scenario.goals),
        **counts,
        **data_entries(district),
        "attributes": uses_of(scenario),
        "notes": [*(f"{said}{note}" for said, one in brought.items() for note in one.notes), *district.notes],
        "warnings": [*(f"{said}{doubt}" for said, one in brought.items() for doubt in one.public), *district.warnings],
        "inputs": [*inputs_entry(scenario, district), *(asdict(file) for one in brought.values() for file in one.files)],
        "versions": versions(),
    }


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
        check_answers(origin.directory, origin.record, origin.asked)
    except DataError:
        return False
    return True


def check_answers(path: Path, record: dict[str, Any], scenario: Scenario) -> None:
    """The record must be that of a run that found a plan for the scenario beside it."""
    files = [plan_name(name) for name in scenario.levels] or ["plan.csv"]
    if not all((path / name).is_file() for name in files):
        raise DataError(Problem(str(path), "the run found no plan.", "Give a run that found one."))
    if [goal["minimize"] for goal in _without_own(record)[0]["goals"]] != [goal.minimize for goal in scenario.goals]:
        raise DataError(Problem(f"{path / RUN}, goals", "are not the goals of scenario.yaml beside it.", CURE))


def measured(
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
    """A plan with what is known of it; where it is that of a run, beside the record of that run."""
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
    record = _with_proofs(record, judged, is_changed=bool(changed))
    return Option(
        letter, key, key, path, scenario, district, plan, record, metrics, schools,
        audit(plan, district, scenario), audit_today(district, scenario), changed, is_run, None if origin is None else origin.asked, brought,
    )  # fmt: skip


def _with_proofs(record: dict[str, Any], judged: list[dict[str, Any]], *, is_changed: bool) -> dict[str, Any]:
    """The record with goals as they are judged now.

    Bounds that were proven for other data than those that are measured here are none; why the run ended stays what it was.
    """
    keys = ("ended",) if is_changed else ("ended", "bound", "gap", "best")
    kept = [{key: goal[key] for key in keys if key in goal} for goal in record["goals"]]
    goals = [{**goal, **UNPROVEN, **proof} for goal, proof in zip(judged, kept, strict=True)]
    return {**record, "goals": goals, **({"objective": None} if is_changed else {})}


def option_of_plans(
    letter: str, key: str, path: Path, scenario: Scenario, district: District, plans: Mapping[str, Plan], brought: Mapping[str, BroughtPlan]
) -> Option:
    """Anyone's plans of all levels, judged by a scenario; where a run found them for this very question, with what that run has proven.

    Parameters
    ----------
    path
        The folder of their files, or the directory of a run.
    plans, brought
        The plan of each level, and what is to be told of its reading.
    """
    origin = leveled_origin(path)
    if origin is not None and question_key(origin[0]) == question_key(scenario):
        return of_levels(letter, key, path, scenario, district, plans, origin[1], asked=origin[0], brought=brought, is_run=True)
    record = _record(scenario, district, {f"{name}: ": one for name, one in brought.items()}, {})
    return of_levels(letter, key, path, scenario, district, plans, record, asked=None if origin is None else origin[0], brought=brought)


def of_levels(
    letter: str,
    key: str,
    path: Path,
    scenario: Scenario,
    district: District,
    plans: Mapping[str, Plan],
    record: dict[str, Any],
    *,
    asked: Scenario | None,
    brought: Mapping[str, BroughtPlan] | None = None,
    is_run: bool = False,
) -> Option:
    """Plans of several levels with what is known of each and of all."""
    from rezoning.runs.record import file_entry

    districts = district.levels
    judged = judge_levels(scenario, plans, districts)
    changed: tuple[str, ...] = ()
    if is_run:
        changed = (*_changed(record, judged.goals, district), *(f"{name} has changed since the run." for name in changed_plans(path, record)))
        record = {**record, "inputs": [*record.get("inputs", ()), *map(file_entry, plan_files(path, list(districts)).values())]}
    record = {
        **_with_proofs(record, judged.goals, is_changed=bool(changed)),
        **levels_of_record(judged, scenario, districts, record.get("levels", {})),
    }
    own = level_records(record, judged, scenario, districts)
    levels = {
        name: Option(
            letter, key, key, path, one, districts[name], plans[name], own[name], judged.metrics[name], judged.schools[name],
            judged.audits[name], judged.audits_today[name], changed, is_run, None if asked is None else of_level(asked, name),
            None if brought is None else brought[name],
        )
        for name, one in judged.own.items()
    }  # fmt: skip
    lowest = next(iter(levels.values()))
    return Option(
        letter, key, key, path, scenario, district, lowest.plan, record, lowest.metrics, lowest.schools,
        judged.audit, judged.audit_today, changed, is_run, asked, lowest.brought, levels, judged.feeders,
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
