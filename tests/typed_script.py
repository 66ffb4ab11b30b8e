"""A script as a user types it; never run, but read by mypy in `test_library`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import rezoning


def rows(district: rezoning.District) -> Iterator[rezoning.Limit]:
    yield rezoning.Limit({(0, 0): 1.0}, upper=1)


def check(plan: rezoning.Plan, district: rezoning.District) -> Iterator[rezoning.Breach]:
    if int(plan.school[0]) > district.num_schools:
        yield rezoning.Breach("A")


def main() -> float:
    rule = rezoning.CustomRule("mine", rows, check)
    goal = rezoning.CustomGoal("ours", lambda district: [rezoning.Linear({})], lambda plan, district: 0.0)
    outcome = rezoning.run("scenario.yaml", custom=[rule, goal], watcher=rezoning.show_progress())
    if outcome.result is None or outcome.plan is None:
        raise SystemExit(outcome.exit_code)
    frame = outcome.to_frame("goals")
    axes = outcome.plot("changes", names=False)
    axes.set_title("mine")
    district = rezoning.load_district(rezoning.load_scenario("scenario.yaml").data)
    area = outcome.plan.zones(district).area.sum()
    found = rezoning.evaluate("scenario.yaml", "plan.csv")
    table = rezoning.compare("scenario.yaml", [outcome.directory, "plan.csv"]).to_frame()
    try:
        rezoning.validate("scenario.yaml", overrides=["solve.time_limit=1"])
    except rezoning.RezoningError as error:
        for problem in error.problems:
            assert problem.cure
    return float(np.asarray(frame["value"]).sum() + area + len(found.goals) + len(table))
