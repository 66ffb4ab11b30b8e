"""The shared cases of joint levels at the level of the library: every question in them, with the values that an own brute force found."""

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import few

from rezoning.district.district import District
from rezoning.formulation.formulation import Formulation
from rezoning.formulation.stacked import Asked, split, stack
from rezoning.optimize.engine import solve
from rezoning.optimize.result import Result, Status
from rezoning.scenario.levels import of_level
from rezoning.scenario.schema import Scenario

SHARED = Path(__file__).resolve().parents[3] / "shared" / "structures"
SOLVERS = ("scip", "highs")
NAMES = ("elementary", "middle")
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared cases are not here")

MIXED = [{"minimize": "dissimilarity", "group": "low", "level": name, "weight": 1} for name in NAMES]
NO_SMALL = {"min_share": 0.25}


@cache
def districts(case: str) -> dict[str, District]:
    def rows(name: str) -> list[dict[str, str]]:
        with (SHARED / case / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    units, schools = rows("units.csv"), rows("schools.csv")
    place = {row["unit"]: u for u, row in enumerate(units)}
    edges = np.array(sorted(sorted((place[row["u"]], place[row["v"]])) for row in rows("adjacency.csv")))
    found = {}
    for name in NAMES:
        own = [row for row in schools if row["level"] == name]
        ids = tuple(row["school"] for row in own)
        today = np.array([ids.index(row[f"{name}_today"]) for row in units]) if f"{name}_today" in units[0] else None
        found[name] = District(
            unit_ids=tuple(place), students=np.array([float(row[f"students_{name}"]) for row in units]), school_ids=ids, school_names=ids,
            school_unit=np.array([place[row["unit"]] for row in own]), edges=edges, current=today,
            groups={"low": np.array([float(row[f"low_income_{name}"]) for row in units])},
            capacity=np.array([float(row["capacity"]) for row in own]),
        )  # fmt: skip
    return found


def reference(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHARED / case / "reference.json").read_text(encoding="utf-8"))
    return found


def answer(
    case: str, goals: list[dict[str, Any]], feeders: list[dict[str, Any]], solver: str,
    places: dict[str, District] | None = None, more: dict[str, dict[str, Any]] | None = None,
) -> tuple[Result, Formulation]:  # fmt: skip
    """The answer and its question; `more` is said of levels besides."""
    places, more = places or districts(case), more or {}
    level = {"students": "s", "groups": {"low": "l"}, "schools": {"path": "schools.csv", "capacity": "seats"}, "rules": {"capacity": {"max": 1}}}
    said = {
        "name": "case", "data": {"units": {"path": "units.csv"}}, "rules": {"feeders": feeders}, "goals": goals,
        "levels": {name: level | ({"current_school": "zone"} if places[name].has_current else {}) | more.get(name, {}) for name in NAMES},
        "solve": {"method": "exact", "solver": solver, "gap": 0, "gap_abs": 1e-9, "threads": 1},
    }  # fmt: skip
    scenario = Scenario.model_validate(said)
    problem = stack({name: Asked(district, of_level(scenario, name)) for name, district in places.items()}, scenario)
    return solve(problem, scenario.solve), problem


@pytest.mark.parametrize("solver", SOLVERS)
def test_joint_beats_sequence(solver):
    case = "B-joint-beats-sequence"
    wanted = reference(case)["values"]
    joint, _ = answer(case, MIXED, [NO_SMALL], solver)
    assert joint.status is Status.OPTIMAL
    assert joint.objective.value == pytest.approx(wanted["joint"], abs=1e-9)
    assert joint.objective.bound == pytest.approx(wanted["joint"], abs=1e-9)
    assert [goal.value for goal in joint.goals] == pytest.approx([wanted["joint_elementary"], wanted["joint_middle"]], abs=1e-9)
    assert joint.objective.value < wanted["sequence"]


STUDENTS = {"moved": {"minimize": "reassigned"}, "split": {"minimize": "split_feeders"}, "small": {"minimize": "small_feeders", "min_share": 0.25}}
TWO: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "fewest_split_schools_then_fewest_moved": ([STUDENTS["split"], STUDENTS["moved"]], []),
    "fewest_small_feeder_students_then_fewest_moved": ([STUDENTS["small"], STUDENTS["moved"]], []),
    "least_sum_of_dissimilarity": (MIXED, []),
    "least_sum_of_dissimilarity_without_small_feeders": (MIXED, [NO_SMALL]),
    "least_sum_of_dissimilarity_without_splits": (MIXED, [{"split": "none"}]),
}


@pytest.mark.parametrize(("question", "solver"), few(((question, solver) for question in TWO for solver in SOLVERS), 3))
def test_two_levels(question, solver):
    case = "B-two-levels"
    wanted, (goals, feeders) = reference(case)["values"][question], TWO[question]
    found, problem = answer(case, goals, feeders, solver)
    assert found.status is Status.OPTIMAL
    values = [goal.value for goal in found.goals]
    if goals is MIXED:
        assert found.objective.value == pytest.approx(wanted["dissimilarity_elementary"] + wanted["dissimilarity_middle"], abs=1e-9)
        assert found.objective.bound == pytest.approx(found.objective.value, abs=1e-9)
        return
    total = sum(float(district.students.sum()) for district in districts(case).values())
    first = "split_schools" if "split" in question else "students_in_small_feeders"
    moved = wanted["students_moved_elementary"] + wanted["students_moved_middle"]
    assert values == pytest.approx([wanted[first], moved / total], abs=1e-9)
    assert [goal.bound for goal in found.goals] == pytest.approx(values, abs=1e-9)
    assert [terms.today for terms in problem.terms] == pytest.approx([reference(case)["today"][first], 0.0])


@pytest.mark.slow
def test_one_level_after_the_other_is_worse():
    """Elementary zones for their own goal; then, with that level locked to them, the middle ones without small feeders."""
    case = "B-two-levels"
    wanted = reference(case)
    own = districts(case)[NAMES[0]]
    first, problem = answer(case, MIXED[:1], [], "highs")
    zones = split(problem, first.plan)[NAMES[0]].school
    found, _ = answer(case, MIXED, [NO_SMALL], "highs", {**districts(case), NAMES[0]: replace(own, current=zones)}, {NAMES[0]: {"locked": True}})
    assert found.objective.value == pytest.approx(wanted["sequential"]["value"], abs=1e-9)
    assert found.objective.value > wanted["values"]["least_sum_of_dissimilarity_without_small_feeders"]["dissimilarity_elementary"]
