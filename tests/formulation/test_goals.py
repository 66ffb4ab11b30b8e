"""Every goal against its formula, unit by unit: plans, today, fewer pairs; convexity; few parts."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from direct import Direct
from drawn import case, picture, scenario
from hypothesis import assume, given
from hypothesis import strategies as st

from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Pairs
from rezoning.formulation.goals import GOALS, compile_terms
from rezoning.formulation.restrict import restrict_terms
from rezoning.scenario.goals import Goal
from rezoning.scenario.schema import Scenario

BANDS = [
    {"group": "low", "within": 0.1},
    {"group": "black", "min": 0.2, "max": 0.5, "soft": True, "except_schools": ["A"]},
    {"group": "white", "preset": "ct_diverse"},
    {"group": "low", "within": 0.05, "either": [{"min": 0.6}, {"max": 0.1}], "schools": ["B", "C"]},
    {"index": "tier", "min": 1.4, "max": 2.5, "soft": True},
    {"index": "tier", "min": 1.2, "max": 1.7, "either": [{"min": 2.6}]},
    {"group": "black", "within": 0.2, "relative": True},
]

ASKED = [
    {"minimize": "dissimilarity", "group": "low"},
    {"minimize": "dissimilarity", "group": "black", "versus": "white"},
    {"minimize": "imbalance"},
    {"minimize": "imbalance", "groups": ["low", "white"]},
    {"minimize": "normalized_exposure", "group": "low"},
    {"minimize": "isolation", "group": "black"},
    {"minimize": "theil_h"},
    {"minimize": "max_deviation", "group": "low"},
    {"minimize": "out_of_band"},
    {"minimize": "reassigned"},
    {"minimize": "schools_changed"},
    {"minimize": "burden_gap", "measure": "reassigned"},
    {"minimize": "burden_gap", "measure": "added_travel", "groups": ["black"]},
    {"minimize": "burden_gap", "measure": "walk_lost", "groups": ["low", "white"]},
    {"minimize": "burden_gap", "measure": "long_rides", "over": 4},
    {"minimize": "travel"},
    {"minimize": "added_travel"},
    {"minimize": "long_rides", "over": 3},
    {"minimize": "walk_lost"},
    {"minimize": "not_walking"},
    {"minimize": "over_capacity"},
    {"minimize": "out_of_utilization", "min": 0.8, "max": 1},
    {"minimize": "out_of_utilization", "max": 0.6},
    {"minimize": "utilization_spread"},
    {"minimize": "portables"},
    {"minimize": "boundary_length"},
    {"minimize": "cut_edges"},
    {"minimize": "polsby_popper"},
    {"minimize": "schools_open"},
    {"minimize": "cost"},
    {"minimize": "closure_burden", "group": "low"},
]  # fmt: skip
NEITHER = ("schools_changed", "polsby_popper", "out_of_band", "max_deviation")  # not convex, all or some of them


def goal(**said) -> Goal:
    return Goal.model_validate(said)


def name_of(said) -> str:
    return " ".join(str(value) for value in said.values())


def test_every_goal_is_asked_here():
    assert set(GOALS) == {said["minimize"] for said in ASKED}


# -- drawn districts with all that goals need --------------------------------------------------------------------------


def furnished(district: District, seed: int) -> District:
    """A drawn district with today's zones, seats, trips, walks, an index, polygons and borders added where it has none.

    Trips are unknown where nobody lives, and to a closed school: where they are measured no plan has others.
    """
    from geopandas import GeoSeries
    from shapely import box

    rng = np.random.default_rng(seed)
    n, m = district.num_units, district.num_schools
    sides = rng.uniform(300, 900, n)
    border = rng.uniform(20, 120, len(district.edges))
    border[rng.random(len(border)) < 0.1] = np.nan
    border[:1] = 50.0
    current = rng.integers(0, m, n) if district.current is None else np.where(rng.random(n) < rng.choice([0, 0.2]), m, district.current)
    has_closed = bool((current == m).any())
    current[int(np.argmax(district.students))] = max(int(current[int(np.argmax(district.students))]), 0) % m  # somebody's trip of today is known
    black, low, students = district.groups["black"], district.groups["low"], district.students
    return replace(
        district,
        partition=("black", "white") if rng.random() < 0.8 else ("white",),
        groups=district.groups | {"white": np.minimum(district.groups["white"], students - black), "low": np.minimum(low, 0.9 * students)},
        current=current,
        closed_ids=("Z",) if has_closed else (),
        closed_travel=np.where(rng.random((n, int(has_closed))) < 0.3, np.nan, rng.integers(0, 9, (n, int(has_closed)))),
        closed_walkable=rng.random((n, int(has_closed))) < 0.5,
        capacity=np.where(rng.random(m) < 0.2, 0.0, rng.integers(20, 90, m)) + np.eye(m)[0],
        portable_price=rng.integers(0, 5, m).astype(float) if rng.random() < 0.5 else None,
        travel=np.where((rng.random((n, m)) < 0.3) & (students == 0)[:, None], np.nan, rng.integers(0, 9, (n, m)).astype(float)),
        walkable=rng.random((n, m)) < 0.4,
        cost_if_open=np.arange(m) + 2.5,
        columns={"tier": np.array([str(x) for x in (rng.integers(1, 4, n) if rng.random() < 0.9 else [2] * n)])},
        border_m=border,
        geometry=GeoSeries([box(0, 0, a, 400) for a in sides], crs="EPSG:5070"),
    )


@cache
def question(seed: int, method: str) -> tuple[District, Scenario, Pairs]:
    """A furnished district and the pairs of its formulation: merged nodes under `exact`, every unit its own under `none`."""
    one = case(seed, 12, method=method)
    district = furnished(one.district, seed)
    rules = one.scenario.rules.model_dump(include={"contiguity", "forbid", "assign"}) | {"school_in_own_zone": True}
    bare = scenario(rules, [{"minimize": "reassigned"}])
    try:
        pairs = formulate(district, bare).pairs
    except Infeasible:
        return district, bare, Pairs(*[np.zeros(0, dtype=np.int64)] * 5)
    return district, scenario(rules | {"bands": BANDS}), pairs


@st.composite
def questions(draw, methods=("exact", "none")) -> tuple[District, Scenario, Pairs]:
    found = question(draw(st.integers(0, 60)), draw(st.sampled_from(methods)))
    assume(len(found[2]))
    return found


def some_school(pairs: Pairs, rng: np.random.Generator) -> np.ndarray:
    """An admissible school of each node."""
    return pairs.school[pairs.first[:-1] + np.floor(rng.random(pairs.num_nodes) * pairs.choices).astype(int)]


def vector(pairs: Pairs, school: np.ndarray) -> np.ndarray:
    return (pairs.school == school[pairs.node]).astype(float)


@pytest.mark.parametrize("said", ASKED, ids=name_of)
@given(asked=questions(), seed=st.integers(0, 10**6))
def test_value_of_plans(said, asked, seed):
    district, rules, pairs = asked
    terms = compile_terms(goal(**said), district, pairs, rules)
    assert min(terms.over.min(initial=0), terms.under.min(initial=0), *(block.weight for block in terms.blocks), 0) == 0
    assert all(len(block.param) == len(block.target) == block.parts.shape[0] for block in terms.blocks)
    rng = np.random.default_rng(seed)
    for school in (some_school(pairs, rng) for _ in range(4)):
        wanted = Direct(district, rules, school[pairs.node_of_unit]).value(goal(**said))
        assert terms.value(vector(pairs, school)) == pytest.approx(wanted, abs=1e-9)


def test_nodes_are_merged_in_some_districts():
    found = [question(seed, "exact") for seed in range(40)]
    assert sum(0 < pairs.num_nodes < district.num_units for district, _, pairs in found) > 5


@pytest.mark.parametrize("said", ASKED, ids=name_of)
@given(asked=questions())
def test_value_of_today(said, asked):
    """Today's zones are measured as they are, admissible or not; a zone may be empty."""
    district, rules, pairs = asked
    today = compile_terms(goal(**said), district, pairs, rules).today
    if (district.stayable < 0).any():
        assert today is None
    else:
        assert today == pytest.approx(Direct(district, rules, district.stayable).value(goal(**said)), abs=1e-9)


@pytest.mark.parametrize("said", ASKED, ids=name_of)
@given(asked=questions(), seed=st.integers(0, 10**6))
def test_value_without_some_pairs(said, asked, seed):
    """Targets stay right when columns go: what is left is the same function where the others are 0."""
    district, rules, pairs = asked
    terms, rng = compile_terms(goal(**said), district, pairs, rules), np.random.default_rng(seed)
    school = some_school(pairs, rng)
    x = vector(pairs, school)
    kept = (x > 0) | (rng.random(len(pairs)) < 0.4)
    left = restrict_terms(terms, kept)
    assert left.value(x[kept]) == pytest.approx(terms.value(x), abs=1e-12)
    assert all(block.parts.shape == (len(block.target), kept.sum()) for block in left.blocks)


def fractional(pairs: Pairs, rng: np.random.Generator) -> np.ndarray:
    """Every node in shares of its schools, some of them none."""
    x = rng.random(len(pairs)) * (rng.random(len(pairs)) < 0.7)
    x[pairs.first[:-1]] += 0.01
    return x / np.add.reduceat(x, pairs.first[:-1])[pairs.node]


@pytest.mark.parametrize("said", [said for said in ASKED if said["minimize"] not in NEITHER], ids=name_of)
@given(asked=questions(), seed=st.integers(0, 10**6), at=st.floats(0.05, 0.95))
def test_convex_goals_are_convex(said, asked, seed, at):
    district, rules, pairs = asked
    terms, rng = compile_terms(goal(**said), district, pairs, rules), np.random.default_rng(seed)
    x, y = fractional(pairs, rng), fractional(pairs, rng)
    assert terms.value(at * x + (1 - at) * y) <= at * terms.value(x) + (1 - at) * terms.value(y) + 1e-9


@given(asked=questions(), seed=st.integers(0, 10**6), at=st.floats(0.05, 0.95))
def test_level_sets_of_max_deviation_are_convex(asked, seed, at):
    district, rules, pairs = asked
    terms = compile_terms(goal(minimize="max_deviation", group="low"), district, pairs, rules)
    x, y = (fractional(pairs, rng) for rng in np.random.default_rng(seed).spawn(2))
    assert terms.value(at * x + (1 - at) * y) <= max(terms.value(x), terms.value(y)) + 1e-9


# -- few parts -------------------------------------------------------------------------------------------------------


def parts_of(district: District, rules=None, **said):
    asked = scenario(rules or {"contiguity": {"method": "none"}}, [said])
    return formulate(district, asked).terms[0], formulate(district, asked)


def test_borders_take_one_part_each_between_two_schools():
    """Of a/b-b-a-A only edges of two free units need a part: 01-02 and 02-03; 00 and 04 are fixed by their schools."""
    terms, problem = parts_of(picture("BbbaA"), minimize="cut_edges")
    assert (terms.parts.shape[0], terms.over.tolist(), terms.under.tolist()) == (2, [1, 1], [1, 1])
    for school in product((0, 1), repeat=3):
        plan = np.array([1, *school, 0])
        assert terms.value(problem.vector(plan)) == (plan[1:] != plan[:-1]).sum()


def test_borders_of_three_schools_take_a_part_per_school():
    terms, _ = parts_of(picture("AabbBC"), minimize="cut_edges")
    assert (terms.parts.shape[0], terms.under.tolist()) == (6, [0] * 6)


def test_borders_within_a_node_cost_nothing():
    """Units 11 and 12 hang on 01 and go where it goes."""
    edges = [(0, 1), (1, 2), (2, 3), (1, 5), (5, 6), (1, 6), (0, 4), (3, 7)]
    terms, problem = parts_of(picture("AabB/.aa.", edges=edges), {"contiguity": {"method": "exact"}}, minimize="cut_edges")
    assert len(set(problem.pairs.node_of_unit[[1, 5, 6]])) == 1
    for s in (0, 1):
        school = np.where(problem.pairs.lookup[:, s] >= 0, s, 1 - s)
        plan = problem.expand(school).school
        assert terms.value(problem.vector(school)) == 1 == (plan[[0, 1, 2]] != plan[[1, 2, 3]]).sum()


def test_a_band_that_nobody_can_leave_has_no_parts():
    terms, _ = parts_of(
        picture("AabB", groups={"low": np.array([5.0, 4, 6, 5])}),
        {"contiguity": {"method": "none"}, "bands": [{"group": "low", "within": 0.5, "soft": True}]},
        minimize="out_of_band",
    )
    assert (terms.parts.shape[0], terms.blocks) == (0, ())
