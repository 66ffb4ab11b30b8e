"""The frontier's directory and command: what is written, what is gone on with, what is refused, and how it ends."""

from __future__ import annotations

import csv
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from rezoning import auditing
from rezoning.auditing import Audit, Violation
from rezoning.cli.app import app
from rezoning.commands import frontier as tradeoff
from rezoning.commands.frontier import document
from rezoning.commands.frontier.points import Work
from rezoning.errors import GoalsError, Infeasible, OutputError, ScenarioError
from rezoning.optimize import frontier as engine
from rezoning.optimize.result import Progress, Status
from rezoning.runs.directory import json_text

GOALS = ("dissimilarity", "reassigned")
SECOND_GOAL = {"minimize": "dissimilarity", "group": "rich"}


@pytest.fixture(autouse=True)
def _no_picture(monkeypatch, request):
    """But where the test is about it: drawing takes longer than all the solves."""
    if "picture" not in request.node.name:
        monkeypatch.setattr(document, "draw_frontier", lambda _document, path, _ending, _language: path.touch())


@pytest.fixture
def solves(monkeypatch):
    """The questions that are really solved."""
    asked = []
    real = engine.solve_below

    def spy(problem, order, ceilings, *args, **kwargs):
        asked.append((order, ceilings))
        return real(problem, order, ceilings, *args, **kwargs)

    monkeypatch.setattr(engine, "solve_below", spy)
    return asked


def files(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def table(place: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((place / "frontier.csv").read_text().splitlines()))


def timeless(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


# -- what is written -------------------------------------------------------------------------------------------------


def test_the_directory_holds_table_picture_plans_and_points(tiny, tmp_path):
    found = tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=5)
    assert found.exit_code == 0
    names = set(files(tmp_path / "out"))
    assert names >= {"question.json", "frontier.csv", "frontier.json", "frontier.png", "frontier.svg", "points/prices.json"}
    assert {name for name in names if name.startswith("plans/")} == {f"plans/{k}.csv" for k in range(1, 6)}
    assert {name for name in names if name.endswith(".json") and name.startswith("points/end")} == {"points/end-1.json", "points/end-2.json"}
    rows = table(tmp_path / "out")
    assert list(rows[0]) == [
        "point", "ceiling_reassigned", "dissimilarity", "bound_dissimilarity", "gap", "reassigned", "seconds", "status", "plan",
        "same_plan_as",
    ]  # fmt: skip
    assert [row["ceiling_reassigned"] for row in rows] == ["0", "0.125", "0.25", "0.375", "0.5"]
    assert [row["status"] for row in rows] == ["optimal"] * 5
    assert [float(row["reassigned"]) <= float(row["ceiling_reassigned"]) + 1e-9 for row in rows] == [True] * 5
    assert (tmp_path / "out" / "frontier.png").stat().st_size > 10_000
    said = json.loads((tmp_path / "out" / "frontier.json").read_text())
    assert said == json.loads(json_text(found.document))
    assert said["today"]["passed"]
    assert [goal["minimize"] for goal in said["goals"]] == list(GOALS)


def test_slopes_are_between_neighbors(tiny, tmp_path):
    said = tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=5).document
    points = said["points"]
    assert [(slope["from"], slope["to"]) for slope in said["slopes"]] == [(1, 2), (2, 3), (3, 4), (4, 5)]
    for slope, before, after in zip(said["slopes"], points, points[1:], strict=False):
        apart = after["ceilings"][0] - before["ceilings"][0]
        assert slope["values"] == pytest.approx((before["values"][0] - after["values"][0]) / apart)
        assert slope["bounds"] == pytest.approx((before["bound"] - after["bound"]) / apart)


def test_three_goals_have_a_grid_and_a_slope_for_each_way(tiny, tmp_path):
    found = tradeoff.frontier(tiny(), [*GOALS, "travel"], tmp_path / "out", points=3)
    assert found.exit_code == 0
    rows = table(tmp_path / "out")
    assert len(rows) == 9
    assert {"ceiling_reassigned", "ceiling_travel", "travel"} <= set(rows[0])
    assert sorted((slope["goal"], slope["from"], slope["to"]) for slope in found.document["slopes"]) == [
        (1, 1, 4), (1, 2, 5), (1, 3, 6), (1, 4, 7), (1, 5, 8), (1, 6, 9), (2, 1, 2), (2, 2, 3), (2, 4, 5), (2, 5, 6), (2, 7, 8), (2, 8, 9),
    ]  # fmt: skip


def test_progress_names_the_point(tiny, tmp_path):
    told: list[Progress] = []
    tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=3, watcher=told.append)
    phases = {progress.phase.partition(":")[0] for progress in told}
    assert phases >= {"compiling the search", "students who change schools alone", "dissimilarity of poor students alone", "point 2 of 3"}
    assert told[-1].phase == "prices of the rules"


def test_the_time_is_shared_and_what_is_left_over_is_passed_on(tiny, tmp_path, monkeypatch):
    seconds = []
    real = engine.solve_below

    def spy(problem, order, ceilings, settings, *args, **kwargs):
        seconds.append(settings.time_limit)
        return real(problem, order, ceilings, settings, *args, **kwargs)

    monkeypatch.setattr(engine, "solve_below", spy)
    tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=4, seconds=50)
    assert seconds[0] == pytest.approx(10, abs=0.1)  # four points, two of them ends, and the prices
    assert seconds == sorted(seconds)


def test_once_the_time_is_over_nothing_more_is_solved_and_every_point_has_what_is_known(tiny, tmp_path, monkeypatch, solves):
    monkeypatch.setattr("rezoning.commands.frontier.points.Work.left", lambda work: 200.0 if len(work.answers) < 3 else 0.0)
    found = tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=40, seconds=200)
    assert len(solves) == 3  # both ends and one point
    assert found.exit_code == 0
    assert len(found.document["points"]) == 40
    assert all(point["values"] is not None and point["bound"] is not None for point in found.document["points"])


def test_the_time_runs_from_the_first_solve_and_counts_what_earlier_runs_took():
    work = Work(None, None, None, 10, 60.0, None, threading.Event(), spent=20.0)
    assert 39 < work.left() <= 40
    assert work.share() == pytest.approx(4, abs=0.1)


def test_points_that_are_one_plan_say_so(tiny, tmp_path):
    document = tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=9).document
    plans = {point["point"]: (tmp_path / "out" / point["plan"]).read_bytes() for point in document["points"]}
    for point in document["points"]:
        same = [number for number in plans if number < point["point"] and plans[number] == plans[point["point"]]]
        assert point["same_plan_as"] == (same[0] if same else None)
    assert len(set(plans.values())) < 9


# -- going on --------------------------------------------------------------------------------------------------------


def test_the_same_question_again_solves_nothing_and_changes_no_file(tiny, tmp_path, solves):
    path = tiny()
    tradeoff.frontier(path, GOALS, tmp_path / "out", points=5)
    before, count = files(tmp_path / "out"), len(solves)
    tradeoff.frontier(path, GOALS, tmp_path / "out", points=5)
    assert len(solves) == count
    assert files(tmp_path / "out") == before


def test_a_stop_keeps_finished_points_and_the_next_run_goes_on(tiny, tmp_path, monkeypatch):
    path, stop, asked = tiny(), threading.Event(), []
    real = engine.solve_below

    def stopping(problem, order, ceilings, *args, **kwargs):
        asked.append(ceilings)
        if len(asked) == 4:
            stop.set()
        return real(problem, order, ceilings, *args, **kwargs)

    whole = tradeoff.frontier(path, GOALS, tmp_path / "whole", points=5)
    monkeypatch.setattr(engine, "solve_below", stopping)
    first = tradeoff.frontier(path, GOALS, tmp_path / "out", points=5, stop=stop)
    assert first.exit_code == 130
    kept = files(tmp_path / "out")
    assert {name for name in kept if name.startswith("points/")} == {
        "points/2.csv", "points/2.json", "points/end-1.csv", "points/end-1.json", "points/end-2.csv", "points/end-2.json",
    }  # fmt: skip
    assert len(table(tmp_path / "out")) == 5  # what is known serves every point, solved or not
    second = tradeoff.frontier(path, GOALS, tmp_path / "out", points=5)
    assert (second.exit_code, len(asked)) == (0, 6)
    now = files(tmp_path / "out")
    assert all(now[name] == content for name, content in kept.items() if name.startswith("points/"))
    assert timeless(table(tmp_path / "out")) == timeless(table(whole.directory))
    assert {name: content for name, content in now.items() if name.startswith("plans/")} == {
        name: content for name, content in files(whole.directory).items() if name.startswith("plans/")
    }
    assert set(now) == set(files(whole.directory))


@pytest.mark.parametrize("harm", ["cut", "gone", "edited"])
def test_a_point_whose_files_do_not_fit_is_solved_again(tiny, tmp_path, solves, harm):
    path = tiny()
    tradeoff.frontier(path, GOALS, tmp_path / "out", points=5)
    before, count = table(tmp_path / "out"), len(solves)
    record, plan = tmp_path / "out" / "points" / "3.json", tmp_path / "out" / "points" / "3.csv"
    if harm == "cut":
        record.write_text(record.read_text()[:40])
    elif harm == "gone":
        plan.unlink()
    else:
        head, first, *rest = plan.read_text().splitlines(keepends=True)
        unit, school, more = first.split(",", 2)
        plan.write_text("".join([head, f"{unit},{'A' if school == 'B' else 'B'},{more}", *rest]))
    tradeoff.frontier(path, GOALS, tmp_path / "out", points=5)
    assert [ceilings[1] for _, ceilings in solves[count:]] == [0.25]
    assert timeless(table(tmp_path / "out")) == timeless(before)


def test_another_question_is_refused_and_the_old_one_kept(tiny, tmp_path):
    path, out = tiny(), tmp_path / "out"
    tradeoff.frontier(path, GOALS, out, points=3)
    before = files(out)
    for changes in ({"points": 4}, {"points": 3, "seconds": 99.0}, {"points": 3, "overrides": ["rules.capacity.max=1.1"]}):
        with pytest.raises(OutputError) as error:
            tradeoff.frontier(path, GOALS, out, **changes)
        assert error.value.exit_code == 2
        assert str(error.value) == (
            f"{out}: the directory holds the frontier of another question (other rules, goals, points, time or data), and it is kept. "
            "Give another --out, or add --replace to trace this one in its place."
        )
    assert files(out) == before


def test_a_directory_of_something_else_is_left_alone(tiny, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"the directory is not empty and holds no question.json, so it is not replaced"):
        tradeoff.frontier(tiny(), GOALS, tmp_path / "out")
    assert set(files(tmp_path / "out")) == {"mine.txt"}


# -- how it ends -----------------------------------------------------------------------------------------------------


def test_a_rejected_plan_is_kept_aside_and_is_no_point(tiny, tmp_path, monkeypatch):
    broken = Violation("travel", "u-0-0", 9, 5, "travel: unit 'u-0-0' would travel 9 min.")
    real = auditing.audit
    refused = Audit(False, (broken,))
    monkeypatch.setattr(auditing, "audit", lambda plan, *rest, **more: refused if plan.school.sum() in {5, 7} else real(plan, *rest, **more))
    found = tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=5)
    assert found.exit_code == 7
    assert found.document["rejected"]
    rejected = {name for name in files(tmp_path / "out") if ".rejected" in name}
    assert rejected == {f"points/{one['answer']}.rejected.csv" for one in found.document["rejected"]}
    assert found.document["rejected"][0]["violations"][0]["message"] == broken.message
    assert all(point["answer"] not in {one["answer"] for one in found.document["rejected"]} for point in found.document["points"])


def test_an_engine_that_breaks_a_ceiling_is_caught(tiny, tmp_path, monkeypatch):
    real = engine.solve_below
    free = [float("inf")] * 2
    monkeypatch.setattr(engine, "solve_below", lambda problem, order, _ceilings, *rest, **more: real(problem, order, free, *rest, **more))
    found = tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=3)
    assert found.exit_code == 7
    assert found.document["rejected"][0]["violations"][0]["message"] == (
        "ceiling: reassigned is 0.5, above 0.25. This is a fault of the program; please report it."
    )


def test_without_a_plan_for_each_goal_alone_there_is_no_frontier(tiny, tmp_path, monkeypatch):
    real = engine.solve_below

    def fruitless(*args, **kwargs):
        return replace(real(*args, **kwargs), status=Status.NO_PLAN, plan=None, goals=())

    monkeypatch.setattr(engine, "solve_below", fruitless)
    found = tradeoff.frontier(tiny(), GOALS, tmp_path / "out")
    assert (found.exit_code, found.document["points"]) == (5, [])
    assert set(files(tmp_path / "out")) == {"question.json", "frontier.json"}
    monkeypatch.undo()
    assert tradeoff.frontier(tiny(), GOALS, tmp_path / "out").exit_code == 0


def test_a_point_that_no_plan_reaches_says_so(tiny, tmp_path, monkeypatch):
    real = engine.solve_below

    def unlucky(problem, order, ceilings, *args, **kwargs):
        result = real(problem, order, ceilings, *args, **kwargs)
        return replace(result, status=Status.NO_PLAN, plan=None, goals=()) if ceilings[1] == 0.25 else result

    monkeypatch.setattr(engine, "solve_below", unlucky)
    found = tradeoff.frontier(tiny(), GOALS, tmp_path / "out", points=3)
    assert found.exit_code == 0
    assert [row["status"] for row in table(tmp_path / "out")] == ["optimal", "feasible", "optimal"]
    assert found.document["points"][1]["answer"] == "end-2"


def test_rules_that_leave_no_plan_are_named(tiny, tmp_path):
    with pytest.raises(Infeasible):
        tradeoff.frontier(tiny(rules={"capacity": {"max": 0.5}}), GOALS, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_the_solver_proves_impossible_is_said(tiny, tmp_path):
    path = tiny(rules={"capacity": {"schools": {"A": {"max": 0.75}}}, "reassigned": {"max_share": 0.05}})  # one unit of 10 in 120 must leave A
    with pytest.raises(Infeasible) as error:
        tradeoff.frontier(path, GOALS, tmp_path / "out")
    assert error.value.exit_code == 4
    assert str(error.value).endswith(
        ", rules: the solver proved that no plan obeys all rules together. "
        "Which of them conflict, and what lets a plan exist, says: rezoning explain."
    )


# -- the goals' names ------------------------------------------------------------------------------------------------


def refused(path, *goals) -> str:
    with pytest.raises(GoalsError) as error:
        tradeoff.chosen_goals(path, goals)
    assert error.value.exit_code == 2
    return str(error.value)


def test_goals_that_cannot_be_told(tiny):
    path = tiny()
    assert refused(path, "reassigned") == (
        "--goals: a frontier is between two or three goals, not 1. Write --goals dissimilarity:low_income,reassigned."
    )
    assert refused(path, "disimilarity", "reassigned") == "--goals disimilarity: 'disimilarity' is no goal. Did you mean 'dissimilarity'?"
    assert refused(path, "reassigned", "reassigned") == "--goals reassigned: the goal is named twice. Name another one."
    assert refused(path, "dissimilarity:grup=poor", "reassigned") == (
        "--goals dissimilarity:grup=poor: 'grup' is no key of a goal here. Did you mean 'group'?"
    )
    two = tiny(goals=[{"minimize": "dissimilarity", "group": "poor"}, SECOND_GOAL], data={"units": {"groups": {"rich": "students"}}})
    assert refused(two, "dissimilarity", "reassigned") == (
        "--goals dissimilarity: the scenario has 2 goals of this name. Write dissimilarity:poor or dissimilarity:rich."
    )
    none = tiny(goals=[{"minimize": "reassigned"}], data={"units": {"groups": {"rich": "students"}}})
    assert refused(none, "dissimilarity", "reassigned") == (
        "--goals dissimilarity: dissimilarity needs a group. Write dissimilarity:poor or dissimilarity:rich."
    )


def test_a_goal_is_the_scenarios_or_a_new_one(tiny):
    path = tiny(goals=[{"minimize": "dissimilarity", "group": "poor", "weight": 2}, {"minimize": "reassigned", "weight": 1}])
    scenario = tradeoff.chosen_goals(path, ["travel", "dissimilarity:poor", "long_rides:over=4"])
    assert [(goal.minimize, goal.group, goal.over, goal.weight) for goal in scenario.goals] == [
        ("travel", None, None, None), ("dissimilarity", "poor", None, None), ("long_rides", None, 4.0, None),
    ]  # fmt: skip


def test_the_only_group_need_not_be_named(tiny):
    scenario = tradeoff.chosen_goals(tiny(goals=[{"minimize": "reassigned"}]), ["isolation", "reassigned"])
    assert scenario.goals[0].group == "poor"


def test_a_goal_that_does_not_fit_the_scenario_is_refused_like_any_other(tiny):
    with pytest.raises(ScenarioError, match="long_rides needs over"):
        tradeoff.chosen_goals(tiny(), ["long_rides", "reassigned"])
    with pytest.raises(ScenarioError, match="rich"):
        tradeoff.chosen_goals(tiny(), ["dissimilarity:rich", "reassigned"])


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Run the command in a fresh working directory; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*args):
        with pytest.raises(SystemExit) as ended:
            app(["frontier", *(str(arg) for arg in args)])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return ended.value.code, said.out, said.err

    return command


def test_the_command_prints_a_page(call, tiny, tmp_path):
    code, out, err = call(tiny(), "--goals", "dissimilarity,reassigned", "--points", 3)
    assert code == 0
    place = next((tmp_path / "runs").iterdir())
    assert place.name.startswith("tiny-frontier-")
    points = "Points: the least dissimilarity of poor students below each ceiling"
    for heading in ("Each goal alone", points, "What a step along it buys, in plans found", "Files"):
        assert f"\n{heading}\n" in out
    assert "An independent audit found no broken rule in any of these plans." in out
    assert "point 2 of 3: dissimilarity of poor students 0.309, students who change schools 25.0 %" in err
    assert max(len(line) for line in out.splitlines()) <= 96


def test_what_solvers_did_wrong_is_told_and_kept_with_the_points(call, tiny, tmp_path, monkeypatch):
    real, asked, said = engine.solve_below, (tiny(), "--goals", "dissimilarity,reassigned", "--points", 2, "--out", "here"), "scip crashed."
    monkeypatch.setattr(engine, "solve_below", lambda *args, **more: replace(real(*args, **more), warnings=(said,)))
    code, out, _ = call(*asked)
    assert code == 0
    assert f"\nWarnings\n  - {said}\n" in out
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert json.loads(call(*asked, "--json")[1])["warnings"] == [said]


def test_json_is_one_document_and_that_of_frontier_json(call, tiny, tmp_path):
    code, out, _ = call(tiny(), "--goals", "dissimilarity,reassigned", "--points", 3, "--json", "--out", "here")
    document = json.loads(out)
    assert (code, document.pop("directory")) == (0, "here")
    assert document == json.loads((tmp_path / "here" / "frontier.json").read_text())


def test_quiet_prints_the_place(call, tiny):
    assert call(tiny(), "--goals", "dissimilarity,reassigned", "--points", 2, "--quiet", "--out", "here")[:2] == (0, "here\n")


def test_usage_and_another_question_exit_with_2(call, tiny):
    path = tiny()
    assert call(path)[0] == 2
    assert call(path, "--goals", "reassigned")[0] == 2
    assert call(path, "--goals", "dissimilarity,reassigned", "--points", 2, "--out", "here")[0] == 0
    code, _, err = call(path, "--goals", "dissimilarity,reassigned", "--points", 3, "--out", "here")
    assert (code, "another question" in err) == (2, True)


def test_what_went_wrong_is_said(call, tiny, monkeypatch):
    real = engine.solve_below
    monkeypatch.setattr(engine, "solve_below", lambda *args, **more: replace(real(*args, **more), status=Status.NO_PLAN, plan=None, goals=()))
    code, out, err = call(tiny(), "--goals", "dissimilarity,reassigned", "--out", "here")
    assert code == 5
    assert "Students who change schools: no plan found." in out
    assert "The limit came before a plan was found for each goal alone. Give it more time: --time-limit-total, or --set solve.time_limit.\n" in err
