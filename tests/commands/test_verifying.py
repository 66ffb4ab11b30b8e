"""The audit alone finds whatever does not fit inputs and plan, and needs no solver for it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from made_runs import make_run

from rezoning.commands.verifying import verify
from rezoning.errors import DataError
from rezoning.runs.origin import plan_is_as_written


@pytest.fixture
def made(tiny, tmp_path):
    return make_run(tiny(), tmp_path / "runs" / "one")


def edited(run, change):
    record = json.loads((run / "run.json").read_text())
    change(record)
    (run / "run.json").write_text(json.dumps(record))


def test_an_honest_run_agrees(made, call):
    assert verify(made).differences == ()
    code, out, _ = call("verify", made)
    assert code == 0
    assert "Everything that the run says agrees" in out
    assert [row.split()[-1] for row in out.splitlines()[3:12]] == ["agrees"] * 9


@pytest.mark.parametrize(
    ("change", "about", "said"),
    [
        (lambda one: one["goals"][0].update(value=0.1), "goals", "goal 1, dissimilarity: run.json says value 0.1"),
        (lambda one: one["goals"][0].update(bound=0.9), "goals", "no plan is below 0.9, and this one has 0.5"),
        (lambda one: one["goals"][0].update(gap=0.5), "goals", "says gap 0.5"),
        (lambda one: one["goals"][0].update(today=0.1), "goals", "says today 0.1"),
        (lambda one: one["goals"][0].update(minimize="isolation"), "goals", "not those of scenario.yaml"),
        (lambda one: one["counts"].update(moved_units=3), "counts", "moved_units: 3 is said, and it is 0"),
        (lambda one: one["audit_today"].update(passed=not one["audit_today"]["passed"]), "today", "says that today's zones"),
        (lambda one: one["plan"].update(sha256="0" * 64), "plan", "plan.csv is not the file that the run wrote"),
        (lambda one: one.update(asked_sha256="0" * 64), "scenario", "asks something else"),
        (lambda one: one["inputs"].pop(), "inputs", "does not say what"),
        (lambda one: one.update(status="optimal"), "goals", "says optimal, and that this goal ended by limit"),
        (lambda one: one.update(status="optimal", goals=[{**goal, "ended": "proven"} for goal in one["goals"]]), "goals", "are not ruled out"),
        (lambda one: one.update(status="infeasible"), "goals", "says infeasible, and there is a plan"),
        (lambda one: one["counts"].update(moved_units=10**300), "counts", "moved_units"),
    ],
)
def test_a_record_that_was_changed_is_found_out(made, change, about, said):
    edited(made, change)
    found = verify(made)
    assert found.exit_code == 7
    assert [check.about for check in found.checks if check.differences] == [about]
    assert any(said in one for one in found.differences)


@pytest.mark.parametrize("broken", [[1], {"passed": True, "violations": None}, {"passed": True, "violations": ["x"]}])
def test_an_audit_that_is_none_is_refused_with_its_key(made, broken):
    edited(made, lambda one: one.update(audit=broken))
    with pytest.raises(DataError, match=r"run\.json, audit"):
        verify(made)


@pytest.mark.parametrize("plans", [[1], [{"file": "plan.csv", "goals": [3]}], [{"file": "plan.csv", "goals": 3}], [{"file": None}]])
def test_further_plans_that_are_none_are_no_fault_of_the_program(made, plans):
    (made / "alternatives.json").write_text(json.dumps({"plans": plans}))
    assert [check.about for check in verify(made).checks][-1] == "further"


def test_measures_beyond_every_number_are_a_difference(made):
    (made / "metrics.json").write_text(json.dumps({"plan": {"cut_edges": 10**400}}))
    assert [check.about for check in verify(made).checks if check.differences] == ["measures"]


def test_a_plan_that_was_changed_is_found_out(made, call):
    plan = made / "plan.csv"
    plan.write_text(plan.read_text().replace("u-1-1,A,A", "u-1-1,B,A"))
    code, out, _ = call("verify", made, "--json")
    record = json.loads(out)
    assert (code, record["exit_code"], record["passed"]) == (7, 7, False)
    assert {check["about"] for check in record["checks"] if not check["passed"]} >= {"plan", "counts", "goals", "measures", "schools"}
    plan.write_text(plan.read_text().replace("u-1-1,B,A", "u-1-1,nowhere,A"))
    found = verify(made)
    assert found.exit_code == 7
    assert any("nowhere" in one for one in found.differences)


def test_a_plan_that_breaks_a_rule_is_rejected(tiny, tmp_path):
    run = make_run(tiny(rules={"capacity": {"max": 0.9, "min": None}}), tmp_path / "full", [0] * 12)
    found = verify(run)
    assert found.exit_code == 7
    assert [check.about for check in found.checks if check.differences] == ["audit"]


def test_inputs_and_measures_that_were_changed_are_found_out(made, tmp_path):
    metrics = json.loads((made / "metrics.json").read_text())
    metrics["plan"]["dissimilarity"]["poor"] = 0.001
    (made / "metrics.json").write_text(json.dumps(metrics))
    (made / "schools.csv").write_text((made / "schools.csv").read_text().replace("A Elementary,70", "A Elementary,71"))
    assert {check.about for check in verify(made).checks if check.differences} == {"measures", "schools"}
    units = tmp_path / "tiny" / "units.csv"
    units.write_text(units.read_text().replace("u-0-0,10,9", "u-0-0,10,2"))
    found = verify(made)
    assert "units.csv holds something else than what the run read." in found.differences
    assert {"inputs", "goals"} <= {check.about for check in found.checks if check.differences}


def test_a_scenario_that_was_changed_is_found_out(made):
    scenario = made / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("max: 1\n", "max: 2\n"))
    assert [check.about for check in verify(made).checks if check.differences] == ["scenario"]


def test_an_older_record_says_what_it_does_not_know(made):
    edited(made, lambda one: [one.pop(key) for key in ("asked_sha256", "named", "plan")])
    found = verify(made)
    assert found.exit_code == 0
    assert [check.about for check in found.checks if not check.is_known] == ["scenario", "plan"]


def test_what_is_no_run_or_found_no_plan_is_said(made, tmp_path):
    with pytest.raises(DataError, match="is not the directory of a run"):
        verify(tmp_path)
    (made / "plan.csv").unlink()
    with pytest.raises(DataError, match="the run found no plan"):
        verify(made)


@pytest.mark.slow
def test_no_solver_is_loaded(made):
    solvers = "{'pulp', 'highspy', 'pyscipopt'}"
    code = f"import sys\nfrom rezoning import verify\nprint(verify({str(made)!r}).exit_code, {solvers} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "set()"]


def test_a_plan_that_is_gone_is_not_as_written(made):
    record = json.loads((made / "run.json").read_text())
    assert plan_is_as_written(made / "plan.csv", record)
    (made / "plan.csv").unlink()
    assert not plan_is_as_written(made / "plan.csv", record)
