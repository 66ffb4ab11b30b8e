"""What the auditor says of a run's plans: `python -m peers.score SCENARIO MARKS (--journal FILE | --run DIRECTORY)`; one JSON document on stdout.

Value, pieces, cut edges and broken rules come from plan, district and scenario alone, by the same functions for every method.
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
from rezoning.district.plans.read import read_plan
from rezoning.metrics.goals import goal_value
from rezoning.metrics.shape import cut_edges, pieces
from rezoning.metrics.zones import Zones, today_zones
from rezoning.scenario.schema import Scenario

ROUNDING = 1e-4  # every goal is at least 0: a bound further below says nothing
FIRST = "1"  # the first goal's place, as a trace has it
NO_PLAN: dict[str, Any] = {"value": None, "pieces": None, "broken": None, "rules": [], "cut_edges": None, "detached": None}


def score(plan: Plan, district: District, scenario: Scenario) -> dict[str, Any]:
    """Value of the first goal, detached pieces that the rules do not allow, what else is broken, and the shape."""
    violations = audit(plan, district, scenario.rules).violations
    others = [violation for violation in violations if violation.rule != "contiguity"]
    return {
        "value": goal_value(scenario.goals[0], plan, district),
        "pieces": len(violations) - len(others),
        "broken": len(others),
        "rules": sorted({violation.rule for violation in others}),
        **shape(Zones(district, plan.school)),
    }


def shape(zones: Zones) -> dict[str, int]:
    """Pairs of neighbors in different zones, and pieces of zones beyond one each, allowed ones too."""
    return {"cut_edges": cut_edges(zones), "detached": sum(max(count - 1, 0) for count in pieces(zones).values())}


def journal_record(path: Path, marks: list[float], district: District, scenario: Scenario) -> dict[str, Any]:
    """A peer's run: its last plan at each mark, the last mark taking what came in the time of grace too; bound, ending, claimed values."""
    said = list(entries(path))
    plans = [entry for entry in said if "school" in entry]
    scores: dict[int, dict[str, Any]] = {}
    found = []
    for mark in marks:
        until = [i for i, entry in enumerate(plans) if entry["seconds"] <= mark or mark == marks[-1]]
        if not until:
            found.append({"at": mark, "seconds": None, **NO_PLAN})
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
    """A run of this program: values at the marks from its trace, where its engine checked every plan; the last plan is audited here once more.

    Values of the goals after the first are no values of the first: before the last plan is there, those that the first one's own stage had count.
    """
    record = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    plans = _plans(directory / "trace.csv")
    trace = [[seconds, value] for seconds, goal, value in plans if goal == FIRST]
    plan = next((directory / name for name in ("plan.csv", "plan.rejected.csv") if (directory / name).exists()), None)
    last = None if plan is None else score(read_plan(plan, district), district, scenario)
    found = []
    for mark in marks:
        until = [point for point in trace if point[0] <= mark or mark == marks[-1]]
        if last is None or not until:
            found.append({"at": mark, "seconds": None, **NO_PLAN})
        elif mark == marks[-1] or plans[-1][0] <= mark:
            found.append({"at": mark, "seconds": plans[-1][0], **last})
        else:
            found.append({"at": mark, "seconds": until[-1][0], **NO_PLAN, "value": until[-1][1], "pieces": 0, "broken": 0})
    bound = record["goals"][0]["bound"] if record["goals"] else None
    return {"marks": found, "bound": bound, "status": record["status"], "own_bound": bound, "trace": trace, "versions": record["versions"]}


def _plans(path: Path) -> list[tuple[float, str, float]]:
    """Seconds, goal and its value, of every plan in a trace."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [(float(row["seconds"]), row["goal"], float(row["value"])) for row in csv.DictReader(stream) if row["value"]]


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
        record = journal_record(options.journal, marks, district, scenario)
    else:
        record = run_record(options.run, marks, district, scenario)
    zones = today_zones(district)
    print(json.dumps({**record, "shape_today": None if zones is None else shape(zones)}))


if __name__ == "__main__":
    main()
