"""Every question of the cases on closing and siting, asked of the command line: SCIP and HiGHS find every right value and prove it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases_reader import plan_of, record_of, reference, scenario_of
from typer.testing import CliRunner

from rezoning.cli.app import app

SOLVERS = ("highs", "scip")
FEW, ONE = "G-how-many", "G-open-one"
EXACTLY = ("--set", "solve.gap_abs=0", "--quiet")


def how_many(**openings: Any) -> dict[str, Any]:
    """Two to four of four schools: student-minutes plus costs, least."""
    return {
        "name": "openings",
        "data": {
            "units": {"path": "units.csv", "id": "unit", "students": "students"},
            "schools": {
                "path": "schools.csv", "id": "school", "capacity": "capacity", "unit": "unit", "status": "status",
                "cost_if_open": "cost_if_open", "least_students": "least_students_if_open",
            },
            "travel": {"path": "travel.csv", "measure": "minutes"},
            "adjacency": {"path": "adjacency.csv"},
        },
        "rules": {"capacity": {"max": 1}, "openings": openings},
        "goals": [{"minimize": "travel", "weight": 240}, {"minimize": "cost", "weight": 1}],
    }  # fmt: skip


def open_one(site: str | None = None) -> dict[str, Any]:
    """Two schools stay, one of four sites opens, or a certain one: least mean travel."""
    said = how_many(open=1, **({} if site is None else {"must_open": [site]}))
    del said["data"]["schools"]["cost_if_open"], said["data"]["schools"]["least_students"]
    return {**said, "goals": [{"minimize": "travel"}]}


def solved(case: str, said: dict[str, Any], tmp_path: Path, solver: str) -> Path:
    """The run of a case's scenario through the command line, which ends well, passes the audit and is proven."""
    file = scenario_of(case, tmp_path / "case", said)
    table = file.parent / "schools.csv"
    if "status" not in table.read_text(encoding="utf-8"):
        first, *rest = table.read_text(encoding="utf-8").split()
        table.chmod(0o644)
        table.write_text("\n".join([f"{first},status", *(f"{line},may close" for line in rest)]), encoding="utf-8")
    out = tmp_path / solver
    done = CliRunner().invoke(app, ["run", str(file), "--out", str(out), "--set", f"solve.solver={solver}", "--set", "solve.gap=0", *EXACTLY])
    assert done.exit_code == 0, done.output
    record = record_of(out)
    assert record["audit"]["passed"]
    assert record["status"] == "optimal", record["status"]
    return out


def total(run: Path) -> float:
    """The sum of a run's goals by their weights."""
    value: float = record_of(run)["objective"]["value"]
    return value


FIRST_BY_DEFAULT = [pytest.param(SOLVERS[0]), pytest.param(SOLVERS[1], marks=pytest.mark.slow)]
SETS = ("AB", "AC", "AD", "BC", "BD", "CD", "ABC", "ABD", "ACD", "BCD", "ABCD")
SITES = ("N1", "N2", "N3", "N4")


@pytest.mark.parametrize("solver", FIRST_BY_DEFAULT)
def test_how_many_schools_are_open_and_which(solver: str, tmp_path: Path) -> None:
    right = reference(FEW)
    run = solved(FEW, how_many(total={"min": 2, "max": 4}), tmp_path, solver)
    assert plan_of(run) == right["plan"]
    assert sorted(set(plan_of(run).values())) == right["open"]
    assert total(run) == pytest.approx(right["total"], abs=1e-9)
    travel, cost = (goal["value"] for goal in record_of(run)["goals"])
    assert travel * 240 == pytest.approx(right["student_minutes"], abs=1e-9)
    assert cost == right["total"] - right["student_minutes"]


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("open_set", SETS)
def test_what_each_set_of_open_schools_costs(open_set: str, solver: str, tmp_path: Path) -> None:
    right = reference(FEW)["by_open_set"]
    assert set(right) == set(SETS)
    run = solved(FEW, how_many(must_open=list(open_set), must_close=[s for s in "ABCD" if s not in open_set]), tmp_path, solver)
    assert set(plan_of(run).values()) == set(open_set)
    assert total(run) == pytest.approx(right[open_set], abs=1e-9)


@pytest.mark.parametrize("solver", FIRST_BY_DEFAULT)
def test_where_a_new_school_goes(solver: str, tmp_path: Path) -> None:
    right = reference(ONE)
    run = solved(ONE, open_one(), tmp_path, solver)
    assert plan_of(run) == right["plan"]
    assert set(plan_of(run).values()) == {"A", "B", right["best_site"]}
    assert record_of(run)["goals"][0]["value"] == pytest.approx(right["mean_travel"], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("site", SITES)
def test_what_each_site_comes_to(site: str, solver: str, tmp_path: Path) -> None:
    run = solved(ONE, open_one(site), tmp_path, solver)
    assert set(plan_of(run).values()) == {"A", "B", site}
    assert record_of(run)["goals"][0]["value"] == pytest.approx(reference(ONE)["by_site"][site], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
def test_nearest_schools_without_seats_and_contiguity_take_another_site(solver: str, tmp_path: Path) -> None:
    right, found = reference(ONE), {}
    for site in (None, *SITES):
        said = open_one(site)
        said["rules"] = {"contiguity": {"method": "none"}, "openings": said["rules"]["openings"]}
        run = solved(ONE, said, tmp_path / str(site), solver)
        found[site] = record_of(run)["goals"][0]["value"]
        if site is None:
            assert set(plan_of(run).values()) == {"A", "B", right["its_best_site"]}
    best = found.pop(None)
    assert found == pytest.approx(right["nearest_school_without_seats_and_contiguity"], abs=1e-9)
    assert best == min(found.values())
