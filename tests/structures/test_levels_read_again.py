"""A run with several levels read again: verified, replayed, packed, compared, evaluated, as an option; what was changed since is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cases_reader import scenario_of
from levels_cases import LEVELS, TWO, asked, commanded, document, put_plans, solved, whole

from rezoning.runs.option import read_options

pytestmark = pytest.mark.slow

SMALL = {"count": "elementary", "of": "lower", "min_share": 0.25}
GOALS = [{"minimize": "small_feeders", **SMALL}, {"minimize": "dissimilarity", "group": "low_income", "level": "middle"}, {"minimize": "reassigned"}]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return solved(TWO, asked(TWO, GOALS, SMALL), tmp_path_factory.mktemp("levels"), "highs")


def test_files_of_each_level_and_no_others(run: Path) -> None:
    names = {f"{kind}.{name}.csv" for kind in ("plan", "schools") for name in LEVELS}
    assert {path.name for path in run.iterdir()} == names | {"run.json", "scenario.yaml", "metrics.json", "trace.csv", "solver.log"}
    record = document(run)
    assert set(record["levels"]) == set(LEVELS)
    assert record["counts"]["moved_students"] == sum(one["counts"]["moved_students"] for one in record["levels"].values())
    assert record["counts"]["pairs"] == sum(one["counts"]["pairs"] for one in record["levels"].values())
    assert [goal.get("level") for goal in record["goals"]] == [None, "middle", None]
    assert record["feeders"]["asked"] == [{"from": "elementary", "to": "middle", "count": "elementary", "of": "lower", "min_share": 0.25}]


def test_verified_and_replayed_and_packed(run: Path, tmp_path: Path) -> None:
    assert commanded("verify", run).exit_code == 0
    packed = tmp_path / "run.zip"
    assert commanded("pack", run, "--yes", "--out", packed).exit_code == 0
    assert commanded("verify", packed).exit_code == 0
    again = commanded("replay", packed, "--json")
    assert (again.exit_code, json.loads(again.stdout)["same"]) == (0, True)


def test_what_was_changed_since_is_found(run: Path, tmp_path: Path) -> None:
    import shutil

    other = tmp_path / "run"
    shutil.copytree(run, other)
    plan = other / "plan.middle.csv"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("u1,M1", "u1,M2") if "u1,M1" in text else text.replace("u1,M2", "u1,M1"), encoding="utf-8")
    done = commanded("verify", other, "--json")
    checks = {one["about"]: one["passed"] for one in json.loads(done.stdout)["checks"]}
    assert done.exit_code == 7
    assert not checks["plan"]
    assert not checks["goals"]
    (option,) = read_options([other])
    assert "plan.middle.csv has changed since the run." in option.changed
    assert all(goal["bound"] is None for goal in option.goals)


def test_an_option_has_the_option_of_each_level(run: Path) -> None:
    (option,) = read_options([run])
    assert not option.changed
    assert list(option.levels) == list(LEVELS)
    for name, one in option.levels.items():
        assert (one.name, one.key) == (option.name, option.key)
        assert one.metrics["plan"] == document(run, "metrics.json")["levels"][name]["plan"]
        assert one.record["counts"]["students"] == one.district.total_students
    assert option.feeders == document(run, "metrics.json")["feeders"]
    middle = option.levels["middle"]
    assert [goal["minimize"] for goal in middle.goals] == ["dissimilarity", "reassigned"]
    assert middle.goals[0]["bound"] == pytest.approx(middle.goals[0]["value"])
    assert middle.goals[1]["bound"] is None  # over all levels: no bound of one
    assert middle.goals[1]["value"] == pytest.approx(middle.metrics["plan"]["share_reassigned"])


def test_plans_beside_each_other(run: Path, tmp_path: Path) -> None:
    file = scenario_of(TWO, tmp_path / "case", asked(TWO, GOALS, SMALL))
    right = whole(TWO)["values"]["fewest_split_schools_then_fewest_moved"]
    folder = put_plans(tmp_path / "unsplit", {name: right[name] for name in LEVELS})
    done = commanded("compare", file, run, folder, "--json")
    assert done.exit_code == 0, done.output
    rows = {row["measure"]: row for row in json.loads(done.stdout)["rows"]}
    split = rows["feeders elementary to middle, elementary students, of lower, min_share 0.25: split_feeders"]
    assert (split["today"], split["unsplit"]) == (2, 0)
    assert rows["middle: dissimilarity[low_income]"]["unsplit"] == pytest.approx(right["dissimilarity_middle"])
    assert rows["goal 2: dissimilarity of low_income at middle"]["unsplit"] == pytest.approx(right["dissimilarity_middle"])


def test_why_no_plan_exists(tmp_path: Path) -> None:
    tight = scenario_of(TWO, tmp_path / "tight", asked(TWO, GOALS, middle={"rules": {"capacity": {"max": 0.5}}}))
    done = commanded("explain", tight, "--json")
    record = json.loads(done.stdout)
    assert record["plan_exists"] is False
    assert all(key.startswith("levels.middle.rules.capacity") for key in record["conflict"]["rules"])
    assert record["relaxations"][0]["edits"][0]["path"][:4] == ["levels", "middle", "rules", "capacity"]
    between = scenario_of(TWO, tmp_path / "between", asked(TWO, GOALS, {"split": "none"}, {"min_share": 0.9, "of": "upper"}))
    record = json.loads(commanded("explain", between, "--json").stdout)
    assert record["plan_exists"] is False
    assert record["conflict"]["rules"] == ["rules.feeders[1]"]
    assert "elementary students of the upper school" in record["relaxations"][0]["words"]
    out = tmp_path / "none"
    assert commanded("run", between, "--out", out, "--quiet").exit_code == 4
    assert {path.name for path in out.iterdir()} >= {"run.json", "scenario.yaml", "solver.log", "explanation.json"}
    assert not list(out.glob("plan.*"))
