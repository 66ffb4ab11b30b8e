"""What the auditor says of a run's plans: `python -m peers.score SCENARIO MARKS (--journal FILE | --run DIRECTORY)`; one JSON document on stdout.

Value, detached pieces and broken rules come from plan, district and scenario alone, by the same functions for every method.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from peers.journal import entries
from rezoning import audit, load_district, load_scenario
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.district.plan_files import read_plan
from rezoning.metrics.goals import goal_value
from rezoning.scenario.schema import Scenario

ROUNDING = 1e-4  # every goal is at least 0: a bound further below says nothing


def score(plan: Plan, district: District, scenario: Scenario) -> dict[str, Any]:
    """Value of the first goal, number of detached pieces, and what else is broken."""
    violations = audit(plan, district, scenario.rules).violations
    others = [violation for violation in violations if violation.rule != "contiguity"]
    return {
        "value": goal_value(scenario.goals[0], plan, district),
        "pieces": len(violations) - len(others),
        "broken": len(others),
        "rules": sorted({violation.rule for violation in others}),
    }


def journal_record(path: Path, marks: list[float], district: District, scenario: Scenario) -> dict[str, Any]:
    """A peer's run: its last plan at each mark, the last mark taking what came in the time of grace too; bound, ending, claimed values."""
    said = list(entries(path))
    plans = [entry for entry in said if "school" in entry]
    scores: dict[int, dict[str, Any]] = {}
    found = []
    for mark in marks:
        until = [i for i, entry in enumerate(plans) if entry["seconds"] <= mark or mark == marks[-1]]
        if not until:
            found.append({"at": mark, "seconds": None, "value": None, "pieces": None, "broken": None, "rules": []})
            continue
        if until[-1] not in scores:
            scores[until[-1]] = score(Plan(plans[until[-1]]["school"]), district, scenario)
        found.append({"at": mark, "seconds": plans[until[-1]]["seconds"], **scores[until[-1]]})
    bounds = [max(entry["bound"], 0.0) for entry in said if entry.get("bound", -1.0) > -ROUNDING]
    ending = said[-1] if said and "status" in said[-1] else {"status": "cut off", "own_bound": None}
    return {
        "marks": found,
        "bound": max(bounds, default=None),
        "status": ending["status"],
        "own_bound": ending["own_bound"],
        "trace": [[entry["seconds"], entry["value"]] for entry in plans],
    }


def run_record(directory: Path, marks: list[float], district: District, scenario: Scenario) -> dict[str, Any]:
    """A run of this program: values at the marks from its trace, where its engine checked every plan; the last plan is audited here once more."""
    record = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    trace = [[seconds, value] for seconds, value in _trace(directory / "trace.csv") if value is not None]
    plan = next((directory / name for name in ("plan.csv", "plan.rejected.csv") if (directory / name).exists()), None)
    last = None if plan is None else score(read_plan(plan, district), district, scenario)
    found = []
    for mark in marks:
        until = [point for point in trace if point[0] <= mark or mark == marks[-1]]
        if last is None or not until:
            found.append({"at": mark, "seconds": None, "value": None, "pieces": None, "broken": None, "rules": []})
        elif until[-1] == trace[-1]:
            found.append({"at": mark, "seconds": until[-1][0], **last})
        else:
            found.append({"at": mark, "seconds": until[-1][0], "value": until[-1][1], "pieces": 0, "broken": 0, "rules": []})
    bound = record["goals"][0]["bound"] if record["goals"] else None
    return {"marks": found, "bound": bound, "status": record["status"], "own_bound": bound, "trace": trace, "versions": record["versions"]}


def _trace(path: Path) -> list[tuple[float, float | None]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [(float(row["seconds"]), float(row["value"]) if row["value"] else None) for row in csv.DictReader(stream)]


def main() -> None:
    """Score one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", type=Path)
    parser.add_argument("marks", help="seconds, with commas")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--journal", type=Path)
    source.add_argument("--run", type=Path)
    options = parser.parse_args()
    marks = [float(mark) for mark in options.marks.split(",")]
    scenario = load_scenario(options.scenario)
    district = load_district(scenario.data)
    if options.journal is not None:
        print(json.dumps(journal_record(options.journal, marks, district, scenario)))
    else:
        print(json.dumps(run_record(options.run, marks, district, scenario)))


if __name__ == "__main__":
    main()
