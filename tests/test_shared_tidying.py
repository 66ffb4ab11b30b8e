"""Real districts before and after they are tidied: the same values of the goals, and less of what is needless; by the second witness."""

from pathlib import Path

import pytest
from conftest import EACH_REAL, SHARED_DATA

import rezoning
from rezoning.metrics.goals import goal_value

RIVERBEND = Path(__file__).resolve().parents[1] / "scenarios" / "riverbend.yaml"


def scenario_of(name: str) -> Path:
    path = RIVERBEND if name == "riverbend" else SHARED_DATA / f"{name}.yaml"
    if not path.is_file():
        pytest.skip("needs the real districts in ../shared/data")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", [*EACH_REAL, "riverbend"])
def test_goals_stay_and_needless_changes_go(name, tmp_path):
    outcome = rezoning.run(scenario_of(name), tmp_path / "run", overrides=["solve.time_limit=20"])
    assert outcome.exit_code == 0
    question, entry = outcome.question, outcome.record["tidy"]
    found, plan = outcome.result.untidied.plan, outcome.plan
    values = [[goal_value(goal, one, question.district, question.scenario.rules) for goal in question.scenario.goals] for one in (found, plan)]
    assert all(now <= was + 1e-9 for was, now in zip(*values, strict=True))
    before, after = ([entry[key][k] for key in ("moved_students", "moved_units", "border_km")] for k in (0, 1))
    assert after < before
    assert entry["moved_units_without_students"][1] < entry["moved_units_without_students"][0]
    assert entry["seconds"] < 60
