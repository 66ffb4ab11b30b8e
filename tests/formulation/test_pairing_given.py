"""Zones redrawn around given clusters, against every assignment of units that the auditor passes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pairing_drawn as drawn
import pytest

from rezoning.auditing import audit
from rezoning.district.buildings import Buildings
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.metrics.goals import goal_value
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.engine import solve
from rezoning.scenario.schema import Solve

EXACTLY = Solve(gap=0, gap_abs=0, threads=1, method="exact", time_limit=60, tidy=False)


def buildings(m: int) -> Buildings:
    """B has K of the zone that A and B share, A grades 1 and 2; all others are alone."""
    at = np.repeat(np.arange(m)[:, None], 3, axis=1)
    at[:2] = (1, 0, 0)
    return Buildings(at, drawn.GRADES)


def every_plan(case: drawn.Drawn) -> dict[tuple[int, ...], Plan]:
    """Every assignment of the units to clusters that the auditor passes; who is of A or B today keeps that name, all others get B's."""
    m, today = case.district.num_schools, case.district.current
    assert today is not None
    found = {}
    free = [range(1, m)] * case.district.num_units
    for s, unit in enumerate(case.district.school_unit.tolist()):
        free[unit] = range(max(s, 1), max(s, 1) + 1)
    for zones in product(*free):
        school = np.array([today[u] if z == 1 and today[u] < 2 else z for u, z in enumerate(zones)])
        plan = Plan(school, buildings(m))
        if audit(plan, case.district, case.scenario).passed:
            found[tuple(school.tolist())] = plan
    return found


def check(seed: int, *, is_solved: bool) -> bool:
    case = drawn.given(seed)
    wanted = every_plan(case)
    try:
        problem = formulate(case.district, case.scenario)
    except Infeasible:
        assert not wanted
        return False
    pairs, goals, seen = problem.pairs, case.scenario.goals, set()
    for chosen in product(*(pairs.school[pairs.first[v] : pairs.first[v + 1]] for v in range(pairs.num_nodes))):
        nodes = np.array(chosen, dtype=np.int64)
        if not is_feasible(problem, nodes):
            continue
        plan = problem.expand(nodes)
        seen.add(tuple(plan.school.tolist()))
        assert tuple(plan.school.tolist()) in wanted, audit(plan, case.district, case.scenario)
        values = [goal_value(goal, plan, case.district, case.scenario.rules) for goal in goals]
        assert [terms.value(problem.vector(nodes)) for terms in problem.terms] == pytest.approx(values, abs=1e-9)
    best = [min((goal_value(goal, plan, case.district, case.scenario.rules) for plan in wanted.values()), default=None) for goal in goals]
    least = [
        min((goal_value(goal, wanted[one], case.district, case.scenario.rules) for one in seen), default=None) for goal in goals
    ]  # idle units may be folded away
    assert least == pytest.approx(best, abs=1e-9)
    if is_solved and wanted:
        result = solve(problem, EXACTLY)
        assert str(result.status) == "optimal"
        assert result.goals[0].value == pytest.approx(best[0], abs=1e-7)
        assert result.plan is not None
        assert audit(result.plan, case.district, case.scenario).passed
    return bool(wanted)


SMALL = [seed for seed in range(300) if np.random.default_rng(seed).integers(3, 6) <= 4]


def test_redrawn_zones_are_those_that_the_auditor_passes() -> None:
    assert sum(check(seed, is_solved=False) for seed in SMALL[6:10]) > 1


@pytest.mark.slow
@pytest.mark.parametrize("start", range(10, 130, 20))
def test_redrawn_zones_in_many_districts(start: int) -> None:
    assert sum(check(seed, is_solved=True) for seed in SMALL[start : start + 20]) > 3
