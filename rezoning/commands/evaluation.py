"""Any plan file beside today's zones: audited by the scenario's rules and measured, with no solver."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.run import ask, read_district, read_scenario
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, Problem, Problems
from rezoning.runs.directory import COMPARISON, EVALUATION, check_place, check_what_is_there, json_text, written_whole
from rezoning.runs.judge import is_run
from rezoning.runs.names import letters, option_key, option_keys
from rezoning.runs.option import MOST, Option
from rezoning.runs.packed import given, opened
from rezoning.runs.question import Findings, Question
from rezoning.scenario.policy import uses_of
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plans.brought import BroughtPlan


def evaluate(
    scenario: Scenario | str | Path,
    plan: str | Path,
    out: str | Path | None = None,
    *,
    how: PlanReading = PLAINLY,
    overrides: Sequence[str] = (),
    replace: bool = False,
) -> Option:
    """Audit anyone's plan by a scenario's rules and measure it beside today's zones; nothing is solved.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    plan
        A plan file of any kind, or the directory of a run.
    out
        Directory for evaluation.json, metrics.json and schools.csv; nothing is written when left out.
    how
        What the plan file does not say by itself: the column that holds the school, what becomes of units that it leaves out, and so on.
    overrides
        ``key=value`` settings that win over the file, for a path.
    replace
        Whether the evaluation by another scenario that stands at `out` may be replaced.

    Returns
    -------
    Option
        With `audit`, `metrics`, `schools` and `goals`; goals have bounds only where the plan is that of a run which was asked the same question.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad, or the file does not give every unit exactly one school.
    OutputError
        When `out` cannot be written, or holds what must stay.
    """
    asked = read_scenario(scenario, overrides)
    if out is not None:
        check_place(Path(out), EVALUATION, asked.name, replace=replace)
    found = evaluate_plan(asked, read_district(asked), Path(plan), how)
    if out is not None:
        write_evaluation(Path(out), evaluation_record(asked, found.district, found), replace=replace)
    return found


def evaluate_plan(scenario: Scenario, district: District, path: Path, how: PlanReading = PLAINLY, letter: str = "A", key: str = "") -> Option:
    """Read a plan file (or the plan of a run directory), audit and measure it.

    Goals have bounds only where the plan is that of a run which was asked the same question.

    Raises
    ------
    DataError
        When the file does not give every unit exactly one open school.
    """
    from rezoning.district.plans.read import bring_plan, plan_file
    from rezoning.runs.option import named
    from rezoning.runs.option_judged import option_of_plan
    from rezoning.runs.option_read import option_of_folder

    path = opened(path)
    _check_buildings(scenario, path, how)
    if scenario.levels:
        read = PLAINLY if is_run(path) else how.for_each([True])[0]
        (option,) = named([option_of_folder(letter, key or option_key(path), path, scenario, district, read)])
        return option
    file = plan_file(path, "Give a plan file, or the directory of a run that found a plan.")
    brought = bring_plan(file, district, PLAINLY if is_run(path) else how.for_each([True])[0])
    if is_run(path):
        brought = dataclasses.replace(brought, notes=())  # how this program writes a plan is no news
    (option,) = named([option_of_plan(letter, key or option_key(path), path, scenario, district, brought.plan, brought)])
    return option


def _check_buildings(scenario: Scenario, path: Path, how: PlanReading) -> None:
    """Buildings are read beside a plan file of one level; anywhere else they would be passed over."""
    if how.buildings is None or not (scenario.levels or is_run(path)):
        return
    said = "with levels no school is paired." if scenario.levels else f"{path} is a run, which has its own buildings."
    raise DataError(Problem(f"--buildings {how.buildings}", said, "Drop it." if scenario.levels else f"Drop it, or give {path / 'plan.csv'}."))


def evaluate_plans(scenario: Scenario, district: District, paths: Sequence[Path], how: PlanReading = PLAINLY) -> list[Option]:
    """Evaluate several plans; what is wrong with any of their files is reported for all of them at once."""
    from rezoning.runs.option import named

    problems, found = Problems(), list[Option]()
    paths = list(map(opened, paths))
    hows = how.for_each([not is_run(path) for path in paths])
    for letter, key, path, read in zip(letters(), option_keys(paths, hows), paths, hows, strict=False):
        try:
            found.append(evaluate_plan(scenario, district, path, read, letter, key))
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return list(named(found))


def validate(scenario: Scenario | str | Path, *, overrides: Sequence[str] = ()) -> Question:
    """Read and check scenario and data, and compile the question; nothing is solved and nothing written.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    overrides
        ``key=value`` settings that win over the file, for a path.

    Returns
    -------
    Question
        With `district`, `problem` (the formulation), `problems` (why no plan exists, as far as arithmetic says it) and `audit_today`.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad: all problems of all files at once.
    """
    asked = read_scenario(scenario, overrides)
    return ask(asked, read_district(asked))


def validation_record(question: Question) -> dict[str, Any]:
    """The document of ``rezoning validate --json``."""
    from rezoning.runs.leveled import leveled_record
    from rezoning.runs.record import counts_entry, data_entries, inputs_entry, problems_entry, split_entry

    return {
        "name": question.scenario.name,
        "valid": question.problem is not None,
        "exit_code": 0 if question.problem is not None else 4,
        "problems": problems_entry(question.problems),
        "audit_today": None if question.audit_today is None else question.audit_today.to_dict(),
        "counts": counts_entry(question.district, None, question.problem),
        **data_entries(question.district),
        "today_split": split_entry(question.district.today_split, question.district),
        "attributes": uses_of(question.scenario),
        **leveled_record(Findings(question, None)),
        "possibilities": list(question.possibilities),
        "notes": list(question.district.notes),
        "warnings": list(question.district.warnings),
        "inputs": inputs_entry(question.scenario, question.district),
    }


def evaluation_record(scenario: Scenario, district: District, evaluation: Option) -> dict[str, Any]:
    """The document of ``rezoning evaluate --json``."""
    from rezoning.runs.record import data_entries, inputs_entry, paired, versions

    now, told = evaluation.audit_today, _brought(evaluation)
    counts, asked, found = (_of_levels if evaluation.levels else _of_one)(evaluation)
    return {
        "name": scenario.name,
        "plan": str(given(evaluation.path)),
        "exit_code": 0 if evaluation.audit.passed else 7,
        "goals": goals_without_bounds(evaluation),
        **paired(scenario, district, evaluation.plan),
        "audit": evaluation.audit.to_dict(),
        "audit_today": None if now is None else now.to_dict(),
        "counts": counts,
        **data_entries(district),
        **asked,
        **found,
        "attributes": uses_of(scenario),
        "reading": _reading(evaluation),
        "notes": [*(f"{said}{note}" for said, one in told for note in one.notes), *district.notes],
        "warnings": [*(f"{said}{doubt}" for said, one in told for doubt in one.doubts), *district.warnings],
        "inputs": [*inputs_entry(scenario, district), *(asdict(file) for _, one in told for file in one.files)],
        "versions": versions(),
    }


def _brought(evaluation: Option) -> list[tuple[str, BroughtPlan]]:
    """Every plan that was read, with what is said before its notes."""
    levels = {f"{name}: ": one.brought for name, one in evaluation.levels.items()} or {"": evaluation.brought}
    return [(said, brought) for said, brought in levels.items() if brought is not None]


def _reading(evaluation: Option) -> dict[str, Any] | None:
    """How plans were read; by level where there are several."""
    if evaluation.levels:
        return {name: found for name, one in evaluation.levels.items() if (found := _reading(one)) is not None}
    return None if evaluation.brought is None else evaluation.brought.to_dict(evaluation.district)


def _of_one(evaluation: Option) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Counts, what is said of today, and measures."""
    from rezoning.runs.record import counts_entry, split_entry

    district = evaluation.district
    split = {"today_split": split_entry(district.today_split, district)}
    return counts_entry(district, evaluation.plan), split, {"metrics": evaluation.metrics, "schools": evaluation.schools}


def _of_levels(evaluation: Option) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The same of plans of several levels: metrics as in metrics.json, rows of schools by level."""
    levels, record = evaluation.levels, evaluation.record
    metrics = {"levels": {name: one.metrics for name, one in levels.items()}, "feeders": evaluation.feeders}
    schools = {name: one.schools for name, one in levels.items()}
    return record["counts"], {key: record[key] for key in ("levels", "feeders")}, {"metrics": metrics, "schools": schools}


def write_evaluation(place: Path, record: dict[str, Any], *, replace: bool = False) -> None:
    """evaluation.json, metrics.json and schools.csv, whole or not at all."""
    from rezoning.report.estimated import estimate_labels
    from rezoning.runs import leveled
    from rezoning.runs.files import put, put_measures

    with written_whole(place, partial(check_what_is_there, place, EVALUATION, record["name"], replace=replace)) as directory:
        put(directory / EVALUATION, json_text(record))
        if "levels" in record:
            leveled.put_measures(directory, record["metrics"], record["schools"])
        else:
            put_measures(directory, record["metrics"], estimate_labels(record).rows(record["schools"]))


def comparison(scenario: Scenario, district: District, options: Sequence[Option]) -> dict[str, Any]:
    """One table, plans as columns and today first: ``{"columns": [...], "rows": [{"measure", column: value, ...}]}``.

    Measures by group or school are one row each, named ``measure[group]``. Rows: the goals, the number of broken rules, every measure.
    """
    from rezoning.runs.record import data_entries, goal_entry

    first = options[0]
    columns: dict[str, dict[str, Any]] = {}
    now = first.audit_today
    if now is not None and (today := _measures(first, "today")):
        columns["today"] = {**_goal_rows(first.goals, "today"), "rules_broken": len(now.violations), **today}
    for one in options:
        columns[one.key] = {**_goal_rows(one.goals, "value"), "rules_broken": len(one.audit.violations), **_measures(one, "plan")}
    if nearest := _measures(first, "nearest"):
        columns["nearest"] = nearest
    keys = list(dict.fromkeys(key for values in columns.values() for key in values))
    rows = [{"measure": key, **{name: values.get(key) for name, values in columns.items()}} for key in keys]
    paths = {one.key: str(given(one.path)) for one in options}
    told = {one.key: one.brought for one in options if one.brought is not None}
    return {
        "name": scenario.name,
        "goals": [goal_entry(goal) for goal in scenario.goals],
        **data_entries(district),
        "columns": list(columns),
        "plans": paths,
        "names": {one.key: one.name for one in options},
        "attributes": uses_of(scenario),
        "reading": {name: brought.to_dict(district) for name, brought in told.items()},
        "notes": [*(note for brought in told.values() for note in brought.notes)],
        "warnings": [*(doubt for brought in told.values() for doubt in brought.doubts)],
        **({"levels": {name: data_entries(one.district) for name, one in first.levels.items()}} if first.levels else {}),
        "rows": rows,
    }


def write_comparison(place: Path, document: dict[str, Any], options: Sequence[Option], *, replace: bool = False) -> DataError | None:
    """compare.csv and compare.json with every number; page, workbook and changed units with those that may be shown. Whole or not at all.

    Page and workbook hold at most `MOST` plans, so they are left out where there are more; and where they would give small numbers away, which
    is why then.
    """
    from rezoning.commands.comparing_levels import put_levels
    from rezoning.public.build import make_book
    from rezoning.report.comparing import changed_units, comparison_page, write_workbook
    from rezoning.report.estimated import estimate_labels
    from rezoning.report.language import language_of
    from rezoning.runs.files import put
    from rezoning.runs.tables import csv_text, public_csv

    with written_whole(place, partial(check_what_is_there, place, COMPARISON, document["name"], replace=replace)) as directory:
        put(directory / COMPARISON, json_text(document))
        put(directory / "compare.csv", csv_text(estimate_labels(document).rows(document["rows"])))
        if len(options) <= MOST:
            try:
                if options[0].levels:
                    put_levels(directory, options)
                    return None
                book = make_book(options)
            except DataError as refused:  # the tables with every number are for those who may see them
                return refused
            language = language_of(book.settings)
            put(directory / "compare.html", comparison_page(book, language))
            write_workbook(book, directory / "compare.xlsx", language)
            put(directory / "changes.csv", public_csv(changed_units(book)))
    return None


def goals_without_bounds(option: Option) -> list[dict[str, Any]]:
    """Goals of a plan that was looked at and not solved: value and today's."""
    return [{key: value for key, value in goal.items() if key not in ("bound", "gap", "best")} for goal in option.goals]


def _goal_rows(goals: Sequence[dict[str, Any]], key: str) -> dict[str, Any]:
    return {f"goal {i + 1}: {goal['minimize']}{_whose(goal)}": goal[key] for i, goal in enumerate(goals)}


def _whose(goal: dict[str, Any]) -> str:
    group = f" of {goal['group']}" if goal["group"] else ""
    return f"{group} at {goal['level']}" if goal.get("level") else group


def _measures(option: Option, side: str) -> dict[str, Any]:
    """Every number of one side of metrics.json; with several levels each with the name of its level, then what is between them."""
    if not option.levels:
        return _flat(option.metrics[side] or {})
    found = {f"{name}: {key}": value for name, one in option.levels.items() for key, value in _measures(one, side).items()}
    for entry in (option.feeders or {}).get(side) or ():
        asked = f"feeders {entry['from']} to {entry['to']}, {entry['count']} students, of {entry['of']}"
        least = "" if entry["min_share"] is None else f", min_share {entry['min_share']:g}"
        found |= {f"{asked}{least}: {key}": entry[key] for key in ("split_feeders", "small_feeds", "small_feeders", "feeder_change")}
    return found


def _flat(measures: dict[str, Any]) -> dict[str, Any]:
    """Measures by group, school or year as one number each; lists (flows, bands) are tables of their own and stay out."""
    flat: dict[str, Any] = {}
    for key, value in measures.items():
        if isinstance(value, dict):
            flat |= {f"{key}[{name.replace('[', ', ').rstrip(']')}]": one for name, one in _flat(value).items()}
        elif not isinstance(value, (list, str)):
            flat[key] = value
    return flat
