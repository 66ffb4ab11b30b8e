"""The command line as its users meet it: exit codes, what goes to stdout and what to stderr, and no traceback, ever."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import typer

import rezoning
from rezoning.cli.guard import guarded
from rezoning.cli.progress import Board, board
from rezoning.optimize.result import Progress
from rezoning.report.progress import progress_line

# -- run -------------------------------------------------------------------------------------------------------------


def test_run_prints_a_page_and_writes_the_directory(call, tiny, tmp_path):
    code, out, err = call("run", tiny())
    assert code == 0
    assert err == ""
    place = next((tmp_path / "runs").iterdir())
    assert re.fullmatch(r"tiny-[0-9a-f]{8}", place.name)
    for heading in ("Asked", "Found", "Who changes schools", "Travel in min", "Schools, today → plan", "Today's zones", "Files"):
        assert f"\n{heading}\n" in out
    assert f"runs/{place.name}" in out
    assert "An independent audit found no broken rule." in out
    assert "\x1b" not in out
    assert max(len(line) for line in out.splitlines()) <= 96


def test_run_json_is_one_document_and_that_of_run_json(call, tiny, tmp_path):
    code, out, err = call("run", tiny(), "--json", "--out", "here")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document.pop("directory") == "here"
    assert document == json.loads((tmp_path / "here" / "run.json").read_text())


def test_run_quiet_prints_only_the_directory(call, tiny):
    assert call("run", tiny(), "--quiet", "--out", "here") == (0, "here\n", "")


def test_set_wins_over_the_file(call, tiny):
    _, out, _ = call("run", tiny(), "--json", "--set", "solve.seed=7", "--set", "name=other")
    document = json.loads(out)
    assert (document["seed"], document["name"]) == (7, "other")


def test_a_place_that_cannot_be_written_is_found_before_the_solve(call, tiny, tmp_path):
    (tmp_path / "file").write_text("")
    code, out, err = call("run", tiny(), "--out", "file", "--set", "solve.time_limit=1e9")
    assert (code, out) == (2, "")
    assert err == "cannot write the results:\n  file: there is a file of this name. Give --out a directory, or move the file away.\n"


@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_missing_scenario_is_exit_3(call, command):
    code, out, err = call(command, "nowhere.yaml")
    assert (code, out) == (3, "")
    assert err.startswith("bad scenario:\n  nowhere.yaml")


def test_all_problems_are_listed_and_nothing_is_written(call, tiny, tmp_path):
    path = tiny(rules={"capcity": {}}, solve={"thread": 1})
    code, out, err = call("run", path)
    assert (code, out) == (3, "")
    assert err.startswith("bad scenario (2 problems):\n")
    assert "capacity" in err
    assert "threads" in err
    assert not (tmp_path / "runs").exists()


def test_errors_are_a_document_too(call, tiny):
    code, out, err = call("run", tiny(rules={"capcity": {}}), "--json")
    document = json.loads(out)
    assert (code, document["exit_code"], document["error"]) == (3, 3, "bad scenario")
    (problem,) = document["problems"]
    assert set(problem) == {"place", "message", "cure"}
    assert problem["message"] in err


def test_bad_data_is_exit_3_with_its_row(call, tiny):
    path = tiny()
    units = path.parent / "units.csv"
    units.write_text(units.read_text().replace("u-0-1,10,", "u-0-1,-10,"))
    code, _, err = call("run", path)
    assert code == 3
    assert err.startswith("bad data")
    assert "units.csv, row 3" in err


def test_no_plan_exists_is_exit_4_and_says_why(call, tiny, tmp_path):
    path = tiny(rules={"capacity": {"min": 0, "max": 0.5}})
    code, out, err = call("run", path, "--out", "here")
    assert (code, err) == (4, "No plan exists under these rules.\n")
    document = json.loads((tmp_path / "here" / "run.json").read_text())
    assert document["status"] == "infeasible"
    message = document["problems"][0]["message"]
    assert message in " ".join(out.split())
    assert message in call("run", path, "--out", "here", "--json")[2]
    written = {path.name for path in (tmp_path / "here").iterdir()}
    assert written == {"run.json", "scenario.yaml", "solver.log", "explanation.json", "relaxation.1.yaml"}


def test_a_failed_run_says_where_it_is_when_a_finished_one_stands_in_its_place(call, tiny, tmp_path):
    call("run", tiny(), "--quiet", "--out", "here")
    code, out, err = call("run", tiny(rules={"capacity": {"min": 0, "max": 0.5}}), "--quiet", "--out", "here")
    assert (code, out) == (4, "here.failed\n")
    assert err.startswith("warning: A finished run stands in here and was not touched; this one is in here.failed.\n")
    assert (tmp_path / "here" / "plan.csv").exists()


def test_usage_errors_are_exit_2(call):
    assert call("run")[0] == 2
    assert call("fly")[0] == 2
    assert call("run", "x.yaml", "--fast")[0] == 2


def test_version(call):
    assert call("--version") == (0, f"rezoning {rezoning.__version__}\n", "")


# -- validate, show --------------------------------------------------------------------------------------------------


def test_validate_solves_and_writes_nothing(call, tiny, tmp_path):
    code, out, err = call("validate", tiny())
    assert (code, err) == (0, "")
    assert "Scenario and data are sound." in out
    assert "12 units, 2 schools, 120 students, 17 pairs of neighbors, 20 pairs of unit and school to" in out
    assert not (tmp_path / "runs").exists()


def test_validate_says_what_todays_zones_violate(call, tiny):
    code, out, _ = call("validate", tiny("AABB AAAB AABB"), "--json", "--set", "rules.capacity.min=0.8")
    document = json.loads(out)
    assert (code, document["valid"]) == (0, True)
    assert [violation["rule"] for violation in document["audit_today"]["violations"]] == ["capacity"]
    code, out, _ = call("validate", tiny("AABB AAAB AABB"), "--set", "rules.capacity.min=0.8")
    assert "Today's zones break rules once:" in out


def test_validate_has_the_exit_codes_of_run(call, tiny):
    path = tiny(rules={"capacity": {"min": 0, "max": 0.5}})
    code, out, err = call("validate", path, "--json")
    document = json.loads(out)
    assert (code, document["exit_code"], document["valid"]) == (4, 4, False)
    assert document["problems"][0]["message"] in err


def test_validate_refuses_a_solver_that_is_not_here(call, tiny):
    code, _, err = call("validate", tiny(), "--set", "solve.solver=gurobbi")
    assert code == 3
    assert "the solver 'gurobbi' is not on this machine." in err


def test_show_prints_a_scenario_that_says_the_same(call, tiny, tmp_path):
    code, out, err = call("show", tiny(), "--set", "solve.seed=3")
    assert (code, err) == (0, "")
    (tmp_path / "again.yaml").write_text(out)
    assert call("show", tmp_path / "again.yaml")[1] == out
    assert "seed: 3" in out


# -- evaluate, compare, doctor ---------------------------------------------------------------------------------------


def write_plan(path: Path, drawing: str) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "school"])
        for i, row in enumerate(drawing.split()):
            writer.writerows([f"u-{i}-{j}", letter] for j, letter in enumerate(row))
    return path


def test_evaluate_a_plan_that_obeys(call, tiny, tmp_path):
    code, out, _ = call("evaluate", tiny(), write_plan(tmp_path / "mine.csv", "AABB AABB ABBB"))
    assert code == 0
    assert "The plan obeys every rule." in out


def test_evaluate_a_plan_that_does_not_is_exit_7_and_measured_all_the_same(call, tiny, tmp_path):
    plan = write_plan(tmp_path / "mine.csv", "AABA AABB AABB")
    code, out, _ = call("evaluate", tiny(), plan, "--json", "--out", "said")
    document = json.loads(out)
    assert (code, document["exit_code"], document["audit"]["passed"]) == (7, 7, False)
    assert [violation["rule"] for violation in document["audit"]["violations"]] == ["contiguity"]
    assert document["goals"][1]["value"] == pytest.approx(1 / 12)
    assert document["metrics"]["plan"]["pieces"]["A"] == 2
    assert json.loads((tmp_path / "said" / "evaluation.json").read_text()) == document
    assert {path.name for path in (tmp_path / "said").iterdir()} == {"evaluation.json", "metrics.json", "schools.csv"}


def test_evaluate_a_run_directory(call, tiny):
    path = tiny()
    call("run", path, "--quiet", "--out", "here")
    code, out, _ = call("evaluate", path, "here", "--json")
    assert (code, json.loads(out)["audit"]["passed"]) == (0, True)


def test_evaluate_takes_the_column_that_is_asked_for(call, tiny, tmp_path):
    plan = tmp_path / "options.csv"
    plan.write_text("unit,one,two\n" + "".join(f"u-{i}-{j},{'AABB'[j]},{'ABBB'[j]}\n" for i in range(3) for j in range(4)))
    moved = [json.loads(call("evaluate", tiny(), plan, "--column", name, "--json")[1])["counts"]["moved_units"] for name in ("one", "two")]
    assert moved == [0, 3]


@pytest.mark.parametrize("name", ["nowhere.csv", "empty"])
def test_evaluate_without_a_plan_is_exit_3(call, tiny, tmp_path, name):
    (tmp_path / "empty").mkdir()
    code, _, err = call("evaluate", tiny(), name)
    said = {
        "nowhere.csv": "there is no such file. Give a plan file, or the directory of a run that found a plan.",
        "empty": "is a folder that holds no file that may be a plan. Name a table or a layer of units and their schools.",
    }
    assert (code, err) == (3, f"bad data:\n  {name}: {said[name]}\n")


def test_compare_puts_plans_side_by_side_today_first(call, tiny, tmp_path):
    path = tiny()
    plans = [write_plan(tmp_path / f"{name}.csv", drawing) for name, drawing in {"keep": "AABB AABB AABB", "west": "ABBB ABBB ABBB"}.items()]
    code, out, _ = call("compare", path, *plans, plans[0], "--json", "--out", "table")
    document = json.loads(out)
    assert code == 0
    assert document["columns"] == ["today", "keep", "west", "keep (2)", "nearest"]
    rows = {row["measure"]: row for row in document["rows"]}
    assert rows["students_reassigned"] == {"measure": "students_reassigned", "today": 0, "keep": 0, "west": 30, "keep (2)": 0, "nearest": 0}
    assert (rows["rules_broken"]["today"], rows["rules_broken"]["west"]) == (0, 2)
    table = list(csv.reader((tmp_path / "table" / "compare.csv").read_text().splitlines()))
    assert table[0] == ["measure", *document["columns"]]
    assert len(table) == len(rows) + 1
    short, whole = (call("compare", path, *plans, *more)[1] for more in ((), ("--all",)))
    assert short.count("Students who change schools ") == 1
    assert "Broken rules" in short
    assert "Broken rules" in whole
    assert len(whole.splitlines()) > 2 * len(short.splitlines())
    assert "--all" not in whole


def test_compare_names_every_plan_that_cannot_be_read(call, tiny):
    code, _, err = call("compare", tiny(), "a.csv", "b.csv")
    assert code == 3
    assert err.startswith("bad data (2 problems):\n  a.csv: ")


def test_doctor_finds_the_solvers_that_are_installed(call):
    code, out, _ = call("doctor", "--json")
    document = json.loads(out)
    assert code == 0
    names = {solver["name"] for solver in document["solvers"] if solver["is_available"]}
    assert {"scip", "highs"} <= names
    assert document["versions"]["pulp"].startswith("3.")
    assert "scip" in call("doctor")[1]


# -- faults and pipes ------------------------------------------------------------------------------------------------


def broken():
    raise ValueError("two\nlines")


def test_a_fault_of_ours_is_one_line_and_exit_1(call, capsys):
    with pytest.raises(typer.Exit) as ended:
        guarded(broken, as_json=True)
    said = capsys.readouterr()
    assert ended.value.exit_code == 1
    assert re.fullmatch(r"a fault of the program: ValueError: two \(test_cli\.py, line \d+\)\. Please report it; REZONING_DEBUG=1 .*\n", said.err)
    assert json.loads(said.out)["exit_code"] == 1


def test_the_traceback_is_there_for_those_who_ask(capsys, monkeypatch):
    monkeypatch.setenv("REZONING_DEBUG", "1")
    with pytest.raises(typer.Exit):
        guarded(broken)
    assert "Traceback" in capsys.readouterr().err


def start(*args, cwd, **kwargs):
    return subprocess.Popen([sys.executable, "-m", "rezoning", *map(str, args)], cwd=cwd, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)  # fmt: skip


def test_a_reader_who_leaves_early_sees_no_traceback(tiny, tmp_path):
    shown = start("show", tiny(), cwd=tmp_path)
    shown.stdout.close()
    assert "Traceback" not in shown.stderr.read()
    shown.wait()
    shown.stderr.close()


def test_progress_says_only_what_is_known():
    assert progress_line(Progress("read", 0, None, None, 0), 0.4).split() == ["read", "0", "s"]
    line = progress_line(Progress("solve", 12, 0.2051, 0.181, 340), 12.3)
    assert re.sub(r"  +", "  ", line) == "solve  12 s  value 0.2051  bound 0.181  gap 11.8 %  cuts 340"


def test_progress_names_goal_and_limit():
    progress = Progress("scip", 12, 0.189, 0.106, 340, 1, "goal 1 of 2, dissimilarity of low-income students: 0.189, not below 0.106", 60.0)
    assert progress_line(progress, 12.3) == "goal 1 of 2, dissimilarity of low-income students: 0.189, not below 0.106, 12 of 60 s (scip)"
    assert progress_line(replace(progress, limit=None), 12.3).endswith("0.106, 12 s (scip)")


def test_nothing_is_drawn_where_there_is_no_terminal(capsys):
    with board(is_quiet=False) as shown:
        shown(Progress("solve", 1, 0.5, 0.4, 3))
        shown.tick()
    assert isinstance(shown, Board)
    assert capsys.readouterr() == ("", "")
