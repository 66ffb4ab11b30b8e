"""Runs that pair schools, through the commands: files, words, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rezoning.cli.app import app
from rezoning.commands.evaluation import evaluate, validate
from rezoning.commands.explanation import explain
from rezoning.commands.run import run
from rezoning.commands.verifying import verify
from rezoning.district.plans.how import PlanReading
from rezoning.errors import DataError, ScenarioError
from rezoning.runs.option_read import read_options

UNITS = """id,n,low,zone,k,g1,g2,low_k,low_1,low_2
a,36,30,A,12,12,10,10,10,8
b,36,0,B,12,12,12,0,0,0
c,40,18,C,14,13,13,6,6,6
d,40,20,D,14,13,13,7,7,6
"""
EDGES = "u,v,m\na,b,100\nb,c,100\nc,d,100\n"
SCHOOLS = "school,seats,unit\nA,40,a\nB,40,b\nC,44,c\nD,30,d\n"
TRAVEL = "id,A,B,C,D\na,2,6,9,12\nb,6,2,5,9\nc,9,5,2,4\nd,12,9,4,2\n"


def question(folder: Path, **more: Any) -> Path:
    """Four schools in a row; D is over its seats, and a has students of no grade."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("units.csv", UNITS), ("edges.csv", EDGES), ("schools.csv", SCHOOLS), ("travel.csv", TRAVEL)):
        (folder / name).write_text(text, encoding="utf-8")
    units = {
        "path": "units.csv", "id": "id", "students": "n", "groups": {"low": "low"}, "current_school": "zone",
        "grades": {"K": "k", "1": "g1", "2": "g2"}, "groups_by_grade": {"low": {"K": "low_k", "1": "low_1", "2": "low_2"}},
    }  # fmt: skip
    said: dict[str, Any] = {
        "name": "row",
        "data": {
            "units": units, "schools": {"path": "schools.csv", "id": "school", "capacity": "seats", "unit": "unit"},
            "adjacency": {"path": "edges.csv"}, "travel": {"path": "travel.csv", "measure": "minutes"},
        },
        "pairing": {"most": 2},
        "rules": {"capacity": {"max": 1.25, "schools": {"D": {"max": 1}}}},
        "goals": [{"minimize": "dissimilarity", "group": "low"}],
        "solve": {"solver": "highs", "threads": 1},
    }  # fmt: skip
    for key, value in more.items():
        said[key] = {**said[key], **value} if isinstance(said.get(key), dict) and isinstance(value, dict) else value
    file = folder / "scenario.yaml"
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a run."""
    folder = tmp_path_factory.mktemp("paired")
    outcome = run(question(folder / "case"), folder / "run")
    assert outcome.exit_code == 0
    return folder / "run"


def test_the_files_of_a_run(made: Path) -> None:
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert record["status"] == "optimal"
    assert [{one["school"] for one in cluster} for cluster in record["pairing"]["clusters"]] == [{"A", "B"}]
    assert record["pairing"]["ungraded_students"] == 2
    assert record["pairing"]["over_limit_alone"] == [{"school": "D", "students": 40.0, "limit": 30.0}]
    assert record["counts"]["moved_students"] > 0
    assert {row["school_id"] for row in rows(made / "plan.csv")} == set("ABCD")
    assert all(row["school_id"] == row["previous_school_id"] for row in rows(made / "plan.csv"))
    paired = {row["school"]: row for row in rows(made / "buildings.csv")}
    assert {row["zones"] for school, row in paired.items() if school in "AB"} == {"A; B"}
    assert paired["D"]["grades"] == "K; 1; 2"
    assert sum(float(row["students"]) for row in paired.values()) == 152
    schools = {row["id"]: row for row in rows(made / "schools.csv")}
    assert schools["C"]["grades"] == "K-2"
    assert all(float(schools[s]["students_after"]) == float(paired[s]["students"]) for s in "ABCD")


def test_a_run_is_read_again_and_verified(made: Path, tmp_path: Path) -> None:
    (option,) = read_options([made])
    assert option.plan.buildings is not None
    assert option.changed == ()
    assert option.goals[0]["bound"] == pytest.approx(option.goals[0]["value"])
    assert verify(made).exit_code == 0
    judged = evaluate(made / "scenario.yaml", made / "plan.csv")
    assert judged.goals[0]["value"] == pytest.approx(option.goals[0]["value"], abs=1e-12)
    other = tmp_path / "elsewhere.csv"
    other.write_text((made / "plan.csv").read_text(encoding="utf-8"), encoding="utf-8")
    alone = evaluate(made / "scenario.yaml", other)
    assert alone.brought is not None
    assert any("no buildings.csv stands beside it" in note for note in alone.brought.notes)
    assert alone.goals[0]["value"] == pytest.approx(alone.goals[0]["today"], abs=1e-12)


def test_other_buildings_are_not_those_of_the_run(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in made.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    text = (copy / "buildings.csv").read_text(encoding="utf-8")
    (copy / "buildings.csv").write_text(text.replace(",3", ",4"), encoding="utf-8")
    (said,) = [check for check in verify(copy).checks if check.about == "plan"]
    assert said.differences


@pytest.mark.slow
def test_buildings_files_that_cannot_be_read(made: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    for text, message in (
        ("cluster,school\n1,A\n", "no column grades"),
        ("cluster,school,grades\n1,A,K-2\n1,X,1\n", "no school 'X'"),
        ("cluster,school,grades\n1,A,K-2\n2,B,K-2\n3,C,K-2\n", "says nothing of D"),
        ("cluster,school,grades\n1,A,K-1\n1,B,1-2\n3,C,K-2\n4,D,K-2\n", "two buildings"),
        ("cluster,school,grades\n1,A,K\n1,B,2\n3,C,K-2\n4,D,K-2\n", "nobody has the grades 1"),
    ):
        wrong.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(app, ["evaluate", str(made / "scenario.yaml"), str(made / "plan.csv"), "--buildings", str(wrong)])
        assert done.exit_code == 3
        assert message in " ".join((done.output + done.stderr).split())


def test_the_terminal_says_who_has_which_grades(made: Path) -> None:
    done = CliRunner().invoke(app, ["evaluate", str(made / "scenario.yaml"), str(made / "plan.csv")])
    said = " ".join(done.stdout.split())
    assert "Buildings of shared zones" in said
    assert "D is left alone as it is: 40 students, and its limit is 30." in said
    assert "2 students are in none of these grades" in said


def test_a_school_over_its_seats_may_have_to_share(tmp_path: Path) -> None:
    asked = validate(question(tmp_path, pairing={"most": 2, "alone": "held", "except_schools": ["C"]}))
    (problem,) = asked.problems
    assert "D has no way to be alone or in a cluster" in problem.message
    assert "rules.capacity (D): 1" in problem.message


def test_what_conflicts_is_named(tmp_path: Path) -> None:
    file = question(
        tmp_path,
        pairing={"keep": [["A", "B"]], "min_of_own": 0.5},
        rules={"reassigned": {"max_share": 0.01}, "isolation": [{"group": "low", "above": 1}]},
    )
    outcome = run(file, tmp_path / "out")
    assert outcome.exit_code == 4
    found = json.loads((tmp_path / "out" / "explanation.json").read_text(encoding="utf-8"))
    assert set(found["conflict"]["rules"]) == {"rules.reassigned", "pairing.keep"}
    assert found["conflict"]["is_minimal"]


@pytest.mark.slow
def test_a_question_that_has_a_plan_is_said_to_have_one(tmp_path: Path) -> None:
    assert explain(question(tmp_path)).plan_exists


def test_buildings_are_not_passed_over(tmp_path: Path) -> None:
    file = question(tmp_path)
    run(file, tmp_path / "out")
    with pytest.raises(DataError, match="is a run, which has its own buildings"):
        evaluate(file, tmp_path / "out", how=PlanReading(buildings=tmp_path / "out" / "buildings.csv"))


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"goals": [{"minimize": "cut_edges"}]}, "cut_edges is about borders"),
    ({"rules": {"unity": {"min_share": 0.5}}}, "rules.unity is not known"),
    ({"rules": {"keep_together": [["a", "b"]]}}, "nobody can be kept together"),
    ({"solve": {"method": "anneal"}}, "proven by a solver"),
    ({"alternatives": {"count": 2}}, "further plans are not looked for"),
    ({"pairing": {"keep": [["A", "X"]]}}, "no school 'X'"),
    ({"pairing": {"spans": [["K", "2"]]}}, "no run of the grades"),
    ({"pairing": {"grades": ["K", "1", "3"]}}, "'3' is not a grade"),
    ({"pairing": {"given": [["A", "B"]]}}, "given clusters need spans"),
    ({"pairing": {"given": [["A", "B"]], "spans": [["K"], ["1"]]}}, "no runs of pairing.spans follow"),
    ({"pairing": {"given": [["A", "B"]], "spans": [["K"], ["1", "2"]], "min_shared_m": 5}}, "clusters that are given need not be"),
    ({"pairing": {"keep": [["A", "B", "C"]]}}, "more than most: 2"),
)


@pytest.mark.parametrize(("more", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(more: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises((ScenarioError, DataError), match=said):
        validate(question(tmp_path, **more))


def test_commands_that_do_not_know_shared_zones_refuse_them(tmp_path: Path) -> None:
    file = str(question(tmp_path))
    goals = ["--goals", "dissimilarity,travel"]
    for words in (["frontier", file, *goals], ["ensemble", file], ["model", file, "--out", str(tmp_path / "m.mps")]):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 2, (words, done.output)
        assert "is not known for schools that share zones" in " ".join((done.output + done.stderr).split())


def test_rules_of_ones_own_are_refused(tmp_path: Path) -> None:
    from rezoning import CustomGoal

    own = CustomGoal("mine", terms=lambda district: [], value=lambda plan, district: 0.0)
    with pytest.raises(ScenarioError, match="rules and goals of your own"):
        run(question(tmp_path), tmp_path / "out", custom=[own])


def test_groups_by_grade_must_fit(tmp_path: Path) -> None:
    file = question(tmp_path)
    (tmp_path / "units.csv").write_text(UNITS.replace("b,36,0,B,12,12,12,0,0,0", "b,36,0,B,12,12,12,1,0,0"), encoding="utf-8")
    with pytest.raises(DataError, match="more low students in the grades"):
        validate(file)


@pytest.mark.slow
def test_scip_agrees(made: Path, tmp_path: Path) -> None:
    outcome = run(question(tmp_path / "case"), tmp_path / "run", overrides=["solve.solver=scip"])
    assert (outcome.directory / "buildings.csv").read_bytes() == (made / "buildings.csv").read_bytes()
