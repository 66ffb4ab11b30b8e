"""Every question of the cases on pairing, asked of the command line: SCIP and HiGHS find every right value and prove it.

Where several plans have the value the one with the fewest students who change buildings is asked for, as the references have it.
"""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from cases_reader import need, record_of, reference, scenario_of
from typer.testing import CliRunner

from rezoning.cli.app import app

SOLVERS = ("highs", "scip")
FIRST_BY_DEFAULT = [pytest.param(SOLVERS[0]), pytest.param(SOLVERS[1], marks=pytest.mark.slow)]
GRADES = ("K", "1", "2", "3", "4", "5")
HALVES = [["K", "1", "2"], ["3", "4", "5"]]
MOUNT = "A-mount-vernon"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "mount_vernon"


def question(pairing: dict[str, Any], rules: dict[str, Any] | None = None, *, by_grade: bool = True) -> dict[str, Any]:
    """The scenario of a case whose units count students and low-income students by grade."""
    units = {
        "path": "units.csv", "id": "unit", "students": "students", "groups": {"low_income": "low_income"}, "current_school": "current_school",
        "grades": {grade: f"students_{grade}" for grade in GRADES},
    }  # fmt: skip
    if by_grade:
        units["groups_by_grade"] = {"low_income": {grade: f"low_income_{grade}" for grade in GRADES}}
    return {
        "name": "pairing",
        "data": {
            "units": units,
            "schools": {"path": "schools.csv", "id": "school", "capacity": "capacity", "unit": "unit"},
            "adjacency": {"path": "adjacency.csv"},
        },
        "pairing": pairing,
        "rules": {"capacity": {"max": 1}, **(rules or {})},
        "goals": [{"minimize": "dissimilarity", "group": "low_income"}],
    }


def ran(file: Path, out: Path, solver: str) -> dict[str, Any]:
    """run.json of a run through the command line, which ends well, passes the audit and is proven."""
    done = CliRunner().invoke(app, ["run", str(file), "--out", str(out), "--set", f"solve.solver={solver}", "--set", "solve.threads=1", "--quiet"])
    assert done.exit_code == 0, done.output
    record = record_of(out)
    assert record["audit"]["passed"]
    assert record["status"] == "optimal", record["status"]
    assert record["solver"] == solver
    return record


def solved(case: str, said: dict[str, Any], tmp_path: Path, solver: str) -> dict[str, Any]:
    """The same of a case's scenario, its units made where the case has only totals."""
    file = scenario_of(case, tmp_path / "case", said)
    units = file.parent / "units.csv"
    rows = table(units) if units.is_file() else []
    if rows and "students" not in rows[0]:
        units.chmod(0o644)
        for row in rows:
            row |= {name: str(sum(int(row[f"{name}_{grade}"]) for grade in GRADES)) for name in ("students", "low_income")}
        write(units, rows)
    return ran(file, tmp_path / solver, solver)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, list(rows[0]))
        out.writeheader()
        out.writerows(rows)


def buildings(run: Path) -> dict[str, tuple[str, float, float]]:
    """Grades, students and students of the first group of every building, by school."""
    with (run / "buildings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    group = list(rows[0])[-1] if "poverty" not in rows[0] else "poverty"
    return {row["school"]: (row["grades"], float(row["students"]), float(row[group])) for row in rows}


def is_as(found: dict[str, tuple[str, float, float]], wanted: list[dict[str, Any]], grades: tuple[str, ...]) -> None:
    for one in wanted:
        first, _, last = one["grades"].partition("-")
        span = "; ".join(grades[grades.index(first) : grades.index(last or first) + 1])
        assert found[one["school"]][0] == span, one
        assert found[one["school"]][1:] == pytest.approx((one["students"], one["group"]), abs=1e-9)


PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "pairs_and_triples_pairwise_floor80": ({"most": 3, "min_of_own": 0.8}, {}),
    "pairs_only_floor80": ({"min_of_own": 0.8}, {}),
    "triples_connected_floor80": ({"most": 3, "triples": "connected", "min_of_own": 0.8}, {}),
    "no_floor": ({"most": 3}, {}),
    "no_floor_triples_connected": ({"most": 3, "triples": "connected"}, {}),
    "spans_K2_35_only": ({"most": 3, "min_of_own": 0.8, "spans": HALVES}, {}),
    "feeder_rows_floor80": ({"most": 3, "min_of_own": 0.8, "feeder_rows": True}, {}),
    "feeder_rows_no_floor": ({"most": 3, "feeder_rows": True}, {}),
    "budget_300_moved_pairs": ({"min_of_own": 0.8}, {"reassigned": {"max_share": 300 / 1432}}),
}


@pytest.mark.parametrize("solver", FIRST_BY_DEFAULT)
@pytest.mark.parametrize("name", [name if k == 2 else pytest.param(name, marks=pytest.mark.slow) for k, name in enumerate(PAIRS)])
def test_pairs_and_triples(name: str, solver: str, tmp_path: Path) -> None:
    pairing, rules = PAIRS[name]
    wanted = reference("A-pairs")[name]
    record = solved("A-pairs", question(pairing, rules), tmp_path, solver)
    (goal,) = record["goals"]
    assert goal["value"] == pytest.approx(wanted["dissimilarity"], abs=1e-9)
    assert goal["bound"] == pytest.approx(wanted["dissimilarity"], abs=1e-9)
    assert goal["today"] == pytest.approx(reference("A-pairs")["today"]["dissimilarity"], abs=1e-9)
    assert record["counts"]["moved_students"] == pytest.approx(wanted["students_moved"], abs=1e-9)
    is_as(buildings(tmp_path / solver), wanted.get("buildings", []), GRADES)


def test_every_question_of_the_case_is_asked() -> None:
    assert {*PAIRS, "today"} == set(reference("A-pairs"))
    assert {"today", *MOUNTED} == set(reference(MOUNT))


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
def test_uniform_grades_and_true_grades_are_not_the_same(solver: str, tmp_path: Path) -> None:
    """What a program that spreads totals over grades would find, claim, and really get."""
    values, pairing = reference("A-grade-mix"), {"most": 3, "min_of_own": 0.8}
    true = solved("A-grade-mix", question(pairing), tmp_path, solver)
    assert true["goals"][0]["value"] == pytest.approx(values["true_grades"]["dissimilarity"], abs=1e-9)
    assert true["counts"]["moved_students"] == values["true_grades"]["students_moved"]
    assert true["pairing"]["assumed"] == []
    is_as(buildings(tmp_path / solver), values["true_grades"]["buildings"], GRADES)


@pytest.mark.parametrize("solver", FIRST_BY_DEFAULT)
def test_uniform_grades_are_said_and_judged_by_true_ones(solver: str, tmp_path: Path) -> None:
    values, pairing = reference("A-grade-mix"), {"most": 3, "min_of_own": 0.8, "grades": list(GRADES)}
    uniform = question(pairing, by_grade=False)
    del uniform["data"]["units"]["grades"]
    wanted = values["what_uniform_grades_would_claim"]
    record = solved("A-grade-mix", uniform, tmp_path, solver)
    assert record["goals"][0]["value"] == pytest.approx(wanted["dissimilarity"], abs=1e-9)
    assert record["counts"]["moved_students"] == pytest.approx(wanted["students_moved"], abs=1e-9)
    (said,) = record["pairing"]["assumed"]
    assert "no columns count them" in said
    clusters = {frozenset(one["school"] for one in cluster) for cluster in record["pairing"]["clusters"]}
    assert clusters == {frozenset(cluster) for cluster in wanted["clusters"] if len(cluster) > 1}
    truth = tmp_path / "case" / "truth.yaml"
    truth.write_text(json.dumps(question({"most": 3})), encoding="utf-8")
    written = tmp_path / "chosen.csv"
    number = {school: k for k, cluster in enumerate(wanted["clusters"]) for school in cluster}
    write(written, [{"cluster": number[one["school"]], "school": one["school"], "grades": one["grades"]} for one in wanted["buildings"]])
    plan = str(tmp_path / solver / "plan.csv")
    judged = CliRunner().invoke(app, ["evaluate", str(truth), plan, "--buildings", str(written), "--json"])
    value = json.loads(judged.stdout)["goals"][0]["value"]
    assert value == pytest.approx(values["true_dissimilarity_of_the_uniform_choice"], abs=1e-9)


@pytest.mark.parametrize("solver", FIRST_BY_DEFAULT)
def test_only_one_orientation_fits(solver: str, tmp_path: Path) -> None:
    wanted = reference("A-orientation")["capacity_150_185"]
    record = solved("A-orientation", question({"spans": HALVES, "min_of_own": 0.7}), tmp_path, solver)
    assert record["goals"][0]["value"] == pytest.approx(wanted["dissimilarity"], abs=1e-9)
    assert record["counts"]["moved_students"] == wanted["students_moved"]
    is_as(buildings(tmp_path / solver), wanted["buildings"], GRADES)


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
def test_no_orientation_fits_where_both_have_150_seats(solver: str, tmp_path: Path) -> None:
    wanted, said = reference("A-orientation")["both_150"], question({"spans": HALVES, "min_of_own": 0.7})
    said["data"]["schools"]["capacity"] = "seats"
    scenario_of("A-orientation", tmp_path / "case", said)
    schools = tmp_path / "case" / "schools.csv"
    schools.chmod(0o644)
    schools.write_text("school,seats,unit\nNorth,150,n\nSouth,150,s\n", encoding="utf-8")
    units = tmp_path / "case" / "units.csv"
    units.chmod(0o644)
    rows = table(units)
    for row in rows:
        row |= {name: str(sum(int(row[f"{name}_{grade}"]) for grade in GRADES)) for name in ("students", "low_income")}
    write(units, rows)
    record = ran(tmp_path / "case" / "scenario.yaml", tmp_path / solver, solver)
    assert record["goals"][0]["value"] == pytest.approx(wanted["dissimilarity"], abs=1e-9)
    assert record["counts"]["moved_students"] == 0
    assert record["pairing"]["clusters"] == []


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
def test_free_spans_reach_nothing_below_zero(solver: str, tmp_path: Path) -> None:
    record = solved("A-orientation", question({"min_of_own": 0.7}), tmp_path, solver)
    assert record["goals"][0]["value"] == pytest.approx(reference("A-orientation")["free_spans_dissimilarity"], abs=1e-9)


# -- mount vernon: zones as units --------------------------------------------------------------------------------------

SEVEN = ("K", "1", "2", "3", "4", "5", "6")
APART = {"except_schools": ["Fort Belvoir Primary"], "grades": list(SEVEN), "min_shared_m": 0}
MOUNTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "pairs_floor80": ({"min_of_own": 0.8}, {}),
    "pairs_and_triples_pairwise_floor80": ({"most": 3, "min_of_own": 0.8}, {}),
    "pairs_and_triples_pairwise_no_floor": ({"most": 3}, {}),
    "pairs_triples_connected_floor80": ({"most": 3, "triples": "connected", "min_of_own": 0.8}, {}),
    "pairs_floor80_mean_trip_at_most_8_min": ({"min_of_own": 0.8}, {"travel": {"max": 8}}),
    "pairs_triples_floor80_feeder_rows": ({"most": 3, "min_of_own": 0.8, "feeder_rows": True}, {}),
}


def zones_as_units(tmp_path: Path, pairing: dict[str, Any], rules: dict[str, Any]) -> Path:
    """The case with a unit for every zone, their borders as adjacency; the one school without trips has one to itself alone."""
    said = {
        "name": "zones",
        "data": {
            "units": {"path": "units.csv", "id": "zone", "students": "students", "groups": {"poverty": "poverty"}, "current_school": "school"},
            "schools": {"path": "seats.csv", "id": "school", "capacity": "capacity", "unit": "school"},
            "travel": {"path": "trips.csv", "measure": "minutes"},
            "adjacency": {"path": "school_neighbors.csv"},
        },
        "pairing": APART | pairing,
        "rules": {"capacity": {"max": 1}, **rules},
        "goals": [{"minimize": "dissimilarity", "group": "poverty"}],
    }
    file = scenario_of(MOUNT, tmp_path / "case", said)
    schools = table(file.parent / "schools.csv")
    units = [
        {"zone": row["school"], "school": row["school"], "students": row["students_in_zone"], "poverty": row["poverty_in_zone"]} for row in schools
    ]
    write(file.parent / "units.csv", units)
    write(file.parent / "seats.csv", [{"school": row["school"], "capacity": row["capacity"]} for row in schools])
    trips = table(file.parent / "travel.csv")
    long = [{"zone": row["zone"], "school": name, "minutes": value} for row in trips for name, value in row.items() if name != "zone" and value]
    write(file.parent / "trips.csv", [*long, {"zone": "Fort Belvoir Primary", "school": "Fort Belvoir Primary", "minutes": "3"}])
    return file


@pytest.mark.parametrize("solver", FIRST_BY_DEFAULT)
@pytest.mark.parametrize("name", [name if k == 3 else pytest.param(name, marks=pytest.mark.slow) for k, name in enumerate(MOUNTED)])
def test_mount_vernon_by_zones(name: str, solver: str, tmp_path: Path) -> None:
    wanted = reference(MOUNT)[name]
    record = ran(zones_as_units(tmp_path, *MOUNTED[name]), tmp_path / solver, solver)
    (goal,) = record["goals"]
    assert goal["value"] == pytest.approx(wanted["dissimilarity"], abs=1e-9)
    assert goal["bound"] == pytest.approx(wanted["dissimilarity"], abs=1e-9)
    assert goal["today"] == pytest.approx(reference(MOUNT)["today"]["dissimilarity"], abs=1e-9)
    assert record["counts"]["moved_students"] <= wanted["students_moved"] + 1e-6
    assert [one["school"] for one in record["pairing"]["over_limit_alone"] if one["school"] == "Fort Belvoir Primary"]


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", [name for name in MOUNTED if "trip" not in name])
def test_mount_vernon_by_blocks(name: str, solver: str, tmp_path: Path) -> None:
    """The real blocks with their islands; a limit on the mean trip of a zone is another question there."""
    if not REAL.is_dir():
        pytest.skip(f"{REAL} is not there")
    need(MOUNT)
    said = {
        "extends": str(REAL / "balance.yaml"), "name": "blocks", "pairing": APART | MOUNTED[name][0],
        "rules": {"capacity": {"min": 0, "max": 1, "of": "capacity"}, "travel": None}, "solve": {"time_limit": 60},
    }  # fmt: skip
    file = tmp_path / "scenario.yaml"
    file.write_text(json.dumps(said), encoding="utf-8")
    record = ran(file, tmp_path / solver, solver)
    assert record["goals"][0]["value"] == pytest.approx(reference(MOUNT)[name]["dissimilarity"], abs=1e-9)
    assert record["seconds"]["compile"] + record["seconds"]["solve"] < 60


def test_pairs_of_every_variant_are_those_that_touch() -> None:
    """The neighbors of the case are those of its adjacency."""
    folder = need("A-pairs")
    units = {row["unit"]: row["current_school"] for row in table(folder / "units.csv")}
    edges = [(units[row["u"]], units[row["v"]]) for row in table(folder / "adjacency.csv")]
    named = {frozenset(row.values()) for row in table(folder / "school_neighbors.csv")}
    assert {frozenset(pair) for pair in edges if pair[0] != pair[1]} == named
    assert len(named) == len(list(itertools.chain(named)))
