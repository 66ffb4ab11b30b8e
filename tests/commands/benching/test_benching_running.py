"""What a bench runs, in which order; and a whole one of the smallest instance."""

import json
import sys
import threading
from pathlib import Path

import pytest
from benching_cases import trial

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

import instances

import rezoning
from rezoning.commands.benching.running import Bench, in_order, standing
from rezoning.commands.benching.settings import read_settings
from rezoning.errors import OutputError, ScenarioError
from rezoning.scenario.load import load_scenario

SMALLEST = "plain-60x3"
RIVERBEND = Path(__file__).resolve().parents[3] / "scenarios" / "riverbend-unshaped.yaml"


@pytest.fixture(scope="module")
def smallest(tmp_path_factory):
    return instances.build(SMALLEST, tmp_path_factory.mktemp("instances"))


def test_seed_by_seed_each_instance_with_every_setting(smallest):
    bench = Bench({"a": smallest, "b": smallest}, read_settings(["default", "highs"]), seconds=2.0, seeds=2)
    labels = [tuple(point.labels.values()) for point in bench.points()]
    assert labels == [(name, setting, seed) for seed in (0, 1) for name in "ab" for setting in ("default", "highs")]
    assert len(labels) == bench.runs


def test_runs_are_told_in_the_order_in_which_they_are_asked_for(smallest):
    bench = Bench({"b": smallest, "a": smallest}, read_settings(["highs", "default"]), seeds=2)
    asked = [trial(setting, seed, name) for seed in (0, 1) for name in ("b", "a") for setting in ("highs", "default")]
    assert in_order(bench, reversed(asked)) == asked
    assert in_order(bench, asked[5:2:-1]) == asked[3:6]


def test_all_settings_have_the_same_but_for_what_they_change(smallest):
    bench = Bench({"a": smallest}, read_settings(["default", "search-off", "closer-neighbor"]), seconds=2.0, seeds=1, threads=2)
    default, off, closer = (load_scenario(point.scenario, point.overrides) for point in bench.points())
    assert (default.solve.time_limit, default.solve.threads, default.solve.gap, default.solve.tidy) == (2.0, 2, 0.0, False)
    assert off.solve == default.solve.model_copy(update={"method": "exact"})
    assert closer.solve == default.solve
    assert closer.rules != default.rules


def test_goals_in_order_are_asked_for_the_first_alone():
    point = next(Bench({"a": RIVERBEND}, read_settings(["default"])).points())
    asked, whole = load_scenario(point.scenario, point.overrides), load_scenario(RIVERBEND)
    assert len(whole.goals) == 3
    assert [goal.minimize for goal in asked.goals] == ["dissimilarity"]
    assert asked.rules == whole.rules


def test_nothing_stands_where_nothing_was_run(smallest, tmp_path):
    assert list(standing(Bench({"a": smallest}, read_settings(["default"])), tmp_path)) == []


def test_all_that_is_wrong_is_said_before_anything_is_run(smallest, tmp_path):
    with pytest.raises(ScenarioError) as caught:
        rezoning.bench([smallest, tmp_path / "no.yaml", smallest], settings=["hihgs"], out=tmp_path / "out")
    assert [problem.place for problem in caught.value.problems] == ["--settings hihgs", str(tmp_path / "no.yaml"), f"{smallest}, name"]
    assert not (tmp_path / "out").exists()


def test_solvers_that_are_not_here_are_left_out_and_nothing_else_is_refused(smallest, tmp_path):
    (tmp_path / "gone.toml").write_text('[solve]\nsolver = "nosuch"\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="nosuch are not on this machine"):
        rezoning.bench([smallest], settings=[str(tmp_path / "gone.toml")], out=tmp_path / "out")


def test_keys_that_no_scenario_has_are_said_before_anything_is_run(smallest, tmp_path):
    (tmp_path / "typo.toml").write_text("[solve]\nsovler = 'scip'\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"--settings typo, .*sovler") as caught:
        rezoning.bench([smallest], settings=["default", str(tmp_path / "typo.toml")], out=tmp_path / "out")
    assert len(caught.value.problems) == 1
    assert not (tmp_path / "out").exists()


def test_a_directory_that_holds_something_else_is_left_alone(smallest, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        rezoning.bench([smallest], settings=["default"], out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_the_smallest_instance_with_two_settings(smallest, tmp_path):
    """Tables and page of what was run; again nothing is run, and what was stopped goes on."""
    heard, stop = [], threading.Event()

    def hear(progress):
        heard.append((progress.done, progress.left is None))
        stop.set()

    asked = {"seconds": 1.0, "seeds": 1, "out": tmp_path / "out"}
    stopped = rezoning.bench([smallest], settings=["default", "tree-off"], **asked, watcher=hear, stop=stop)
    assert stopped.exit_code == 130
    assert stopped.document["runs"]["there"] == 1
    whole = rezoning.bench([smallest], settings=["default", "tree-off"], **asked)
    assert whole.exit_code == 0
    first = (tmp_path / "out" / "bench.csv").read_text(encoding="utf-8")
    values = {trial.setting: trial.value for trial in whole.comparison.trials}
    assert values["default"] == pytest.approx(values["tree-off"], rel=0.2)
    assert whole.comparison.runs["tree-off"][SMALLEST, 0].bound is None
    again = rezoning.bench(
        [smallest], settings=["default", "tree-off"], **asked, watcher=lambda progress: heard.append((progress.done, progress.left is None))
    )
    assert heard[-2:] == [(1, True), (2, True)]  # all was there
    assert (tmp_path / "out" / "bench.csv").read_text(encoding="utf-8") == first
    record = json.loads((tmp_path / "out" / "bench.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in record["settings"]] == ["default", "tree-off"]
    assert record["settings"] == again.document["settings"]
    page = (tmp_path / "out" / "bench.html").read_text(encoding="utf-8")
    assert "plan alone" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
