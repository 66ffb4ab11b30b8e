"""Plans of several levels of schools judged anew: the goals, measures and audits of each and of all, by the second witness alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem, RezoningError
from rezoning.runs.leveled import all_counts, level_entry, plan_name
from rezoning.runs.record import audit_entry, file_entry, goal_entry, judged_goals
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.levels import each_level, feedings, goals_of
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.district.plan import Plan

UNPROVEN = {"bound": None, "gap": None}


@dataclass(frozen=True, eq=False)
class Judged:
    """What is known of the plans of all levels; fields as those of `Option`.

    Parameters
    ----------
    own
        The ordinary question of each level.
    metrics, schools
        Of each level.
    audits, audits_today
        Of each level; today's None where it has no zones of today.
    goals
        Of all levels: value and today's, without bounds.
    """

    own: dict[str, Scenario]
    plans: dict[str, Plan]
    metrics: dict[str, dict[str, Any]]
    schools: dict[str, list[dict[str, Any]]]
    audits: dict[str, Audit]
    audits_today: dict[str, Audit | None]
    audit: Audit
    audit_today: Audit | None
    between: Audit
    between_today: Audit | None
    feeders: dict[str, Any]
    goals: list[dict[str, Any]]


def judge_levels(scenario: Scenario, plans: Mapping[str, Plan], districts: Mapping[str, District]) -> Judged:
    """Audit and measure the plans of all levels."""
    from rezoning.auditing import audit, audit_today
    from rezoning.auditing.feeders import audit_feeders, audit_feeders_today, audit_levels_today, together
    from rezoning.metrics.levels import measure_levels

    own = each_level(scenario)
    metrics, schools = measure_levels(scenario, plans, districts)
    audits = {name: audit(plans[name], districts[name], one) for name, one in own.items()}
    between = audit_feeders({name: plan.school for name, plan in plans.items()}, districts, scenario)
    return Judged(
        own, dict(plans), metrics["levels"], schools, audits,
        {name: audit_today(districts[name], one) for name, one in own.items()},
        together(audits, between), audit_levels_today(districts, scenario), between, audit_feeders_today(districts, scenario),
        metrics["feeders"], goals_of_levels(scenario, plans, districts),
    )  # fmt: skip


def goals_of_levels(scenario: Scenario, plans: Mapping[str, Plan], districts: Mapping[str, District]) -> list[dict[str, Any]]:
    """The goals of plans that were not solved here, in order: value and today's, without bound and gap."""
    from rezoning.metrics.levels import level_values, values_of_today

    values, now = level_values(scenario, plans, districts), values_of_today(scenario, districts)
    return [goal_entry(goal, value=value, today=before) for goal, value, before in zip(scenario.goals, values, now, strict=True)]


def level_records(record: Mapping[str, Any], judged: Judged, scenario: Scenario, districts: Mapping[str, District]) -> dict[str, dict[str, Any]]:
    """A record for each level as a run of it alone would have one: goals over all levels have its own value, and no bound.

    Parameters
    ----------
    record
        Of all levels, with the bounds that hold for them.
    """
    found = {}
    for name, own in judged.own.items():
        judged_alone = judged_goals(own, judged.plans[name], districts[name])
        goals = [
            record["goals"][k] if own.goals[i].level == name else {**goal, **UNPROVEN}
            for i, (k, goal) in enumerate(zip(goals_of(scenario, name), judged_alone, strict=True))
        ]
        said = record.get("levels", {}).get(name, {})
        entry = {
            **level_entry(own, districts[name], judged.plans[name], said.get("counts", {}).get("pairs")),
            "audit": audit_entry(judged.audits[name]),
        }
        left = {key: value for key, value in record.items() if key not in ("levels", "feeders")}
        found[name] = {**left, **entry, "plan": said.get("plan"), "goals": goals, "objective": None}
    return found


def levels_of_record(
    judged: Judged, scenario: Scenario, districts: Mapping[str, District], said: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """The entries of run.json about levels, judged anew: `counts`, `levels`, `feeders`.

    Parameters
    ----------
    said
        What the record of a run says under `levels`: of the question's size, and of the files of plans.
    """
    known = said or {}
    levels = {
        name: {
            **level_entry(own, districts[name], judged.plans[name], known.get(name, {}).get("counts", {}).get("pairs")),
            "audit": audit_entry(judged.audits[name]),
            "audit_today": audit_entry(judged.audits_today[name]),
            "locked": scenario.levels[name].locked,
            "plan": known.get(name, {}).get("plan"),
        }
        for name, own in judged.own.items()
    }
    return {
        "counts": all_counts([one["counts"] for one in levels.values()], next(iter(districts.values()))),
        "levels": levels,
        "feeders": {
            "asked": [one.to_record() for one in feedings(scenario)],
            "measures": judged.feeders,
            "audit": audit_entry(judged.between),
            "audit_today": audit_entry(judged.between_today),
        },
    }


# -- plans on disk ---------------------------------------------------------------------------------------------------


def plan_files(path: Path, names: Sequence[str]) -> dict[str, Path]:
    """The plan file of each level in the directory of a run, or in any folder that has them.

    Raises
    ------
    DataError
        Some level has none there.
    """
    missing = [plan_name(name) for name in names if not (path / plan_name(name)).is_file()]
    if missing:
        wanted = ", ".join(map(plan_name, names))
        message = f"with levels there is a plan for each, and {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not there."
        raise DataError(Problem(str(path), message, f"Give the directory of a run that found a plan, or a folder with {wanted}."))
    return {name: path / plan_name(name) for name in names}


def read_level_plans(path: Path, districts: Mapping[str, District]) -> dict[str, Plan]:
    """The plans of all levels as this program wrote them."""
    from rezoning.district.plans.read import read_written_plan

    return {name: read_written_plan(file, districts[name]) for name, file in plan_files(path, list(districts)).items()}


def changed_plans(path: Path, record: Mapping[str, Any]) -> list[str]:
    """Names of the plans of levels that are not the files that the run wrote."""
    said = {name: one.get("plan") for name, one in record.get("levels", {}).items()}
    return [plan_name(name) for name, one in said.items() if one and not _holds(path / plan_name(name), one["sha256"])]


def _holds(file: Path, sha256: str) -> bool:
    return file.is_file() and file_entry(file)["sha256"] == sha256


def leveled_origin(path: Path) -> tuple[Scenario, dict[str, Any]] | None:
    """What a run with levels was asked, and its record; None where the directory is none, or its plans are not as it wrote them."""
    from rezoning.runs.judge import is_run
    from rezoning.scenario.load import load_scenario

    if not is_run(path):
        return None
    try:
        record, asked = read_run_record(path), load_scenario(path / "scenario.yaml")
        return None if not asked.levels or changed_plans(path, record) else (asked, record)
    except (RezoningError, OSError):
        return None
