"""Real districts with schools that may close: one by one and as one tree say the same, and neither bound is above the other's plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rezoning.district.load import load_district
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.engine import solve
from rezoning.optimize.opensets import open_sets
from rezoning.optimize.result import Status
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Parts, Solve

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CASES = {
    "baltimore": ("relieve.yaml", ["rules.reassigned=null", "rules.capacity={max: 1.1}", "goals=[{minimize: travel}]"], 6, 2, 15),
    "mount_vernon": ("balance.yaml", ["rules.capacity={max: 1.15, of: capacity, min: 0}", "rules.travel=null"], 5, 1, 5),
}  # scenario, changes, how many of the smallest schools may close and how many do, sets

pytestmark = pytest.mark.slow


def question(place: str) -> Formulation:
    """The question with the smallest schools in the column of statuses, and so many to be closed."""
    file, changes, may, close, _ = CASES[place]
    if not (DATA / place).is_dir():
        pytest.skip(f"{DATA / place} is not there")
    scenario = load_scenario(DATA / place / file, [*changes, f"rules.openings={{close: {close}}}", "data.schools.status=status"])
    bare = load_scenario(DATA / place / file, changes)
    district = load_district(bare.data)
    locked = [] if bare.rules.locked is None else [district.school_index[text] for text in bare.rules.locked.schools]
    order = [s for s in np.argsort(district.enrollment(district.current)).tolist() if s not in locked]
    is_optional = np.isin(np.arange(district.num_schools), order[:may])
    return formulate(replace(district, optional=is_optional, is_candidate=np.zeros(district.num_schools, dtype=bool)), scenario)


@pytest.mark.parametrize("place", CASES)
def test_one_by_one_and_as_one_tree_agree(place):
    problem = question(place)
    sets = open_sets(problem)
    assert sets is not None
    assert len(sets) == CASES[place][4]
    assert (sets.is_open.sum(axis=1) == CASES[place][2] - CASES[place][3]).all()
    found = {way: solve(problem, Solve(time_limit=120, gap=0.002, threads=2, parts=Parts(open_sets=way))) for way in ("each", "joint")}
    values = {way: result.goals[0].value for way, result in found.items()}
    for result in found.values():
        assert result.status in (Status.OPTIMAL, Status.WITHIN_GAP, Status.FEASIBLE)
        assert result.goals[0].bound is not None
        assert result.goals[0].bound <= min(values.values()) + 1e-9
    assert found["each"].status is not Status.FEASIBLE
