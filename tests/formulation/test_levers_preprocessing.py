"""Merging and folding change no answer, whatever the levers."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import picture
from enumerated import vectors
from lever_truth import accepted, accepted_plans, district, obeys, scenario, true_plans
from test_levers import LEVERS

from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.formulation import presolve as module
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.formulation.presolve import COUNT_LAND
from rezoning.formulation.restrict import restrict

COUNTED = ["years", "phase-in", "reassigned groups", "either", "band, index", "burden, travel", "flows", "keep_together both", "isolation"]


def nobody(graph, *rest):
    return np.arange(graph.shape[0])


def kind(d: District) -> District:
    """The same district with water in the corners, whose neighbors all touch: where nobody lives, nobody will."""
    alive = ~np.isin(np.arange(9), [0, 2, 6, 8]) | np.isin(np.arange(9), d.school_unit)
    students = np.where(alive, np.maximum(d.students, 1), 0.0)
    counts = {name: {key: np.where(alive, n, 0.0) for key, n in getattr(d, name).items()} for name in ("groups", "years", "growth", "grades")}
    across = {(u, u + 4) for u in (0, 1, 3, 4)} | {(u, u + 2) for u in (1, 2, 4, 5)}
    edges = np.array(sorted({tuple(pair) for pair in d.edges.tolist()} | across))
    columns = {**d.columns, "index": np.where(d.columns["index"] == "", "2", d.columns["index"])}
    return replace(d, students=students, edges=edges, border_m=np.ones(len(edges)), columns=columns, **counts)


def sums(d: District, plans: set[tuple[int, ...]]) -> set[tuple[float, ...]]:
    """All that rows and goals can count of each plan: students of every kind by school of today and school of the plan, trips and walks."""
    t = np.nan_to_num(d.travel)
    kinds = [d.students, *d.groups.values(), *d.years.values(), *d.growth.values(), *d.grades.values()]
    found = set()
    for plan in plans:
        at = np.array(plan)
        parts = [np.bincount(4 * (d.current + 1) + at, weights=n, minlength=20) for n in kinds]
        trips = [d.students @ t[np.arange(9), at], d.students @ d.walkable[np.arange(9), at]]
        found.add(tuple(np.round(np.concatenate([*parts, trips]), 6)))
    return found


@pytest.mark.parametrize("name", COUNTED)
def test_folding_and_merging_reach_what_is_reached_without(name, monkeypatch):
    folded = 0
    for seed in range(10):
        d, sc = kind(district(seed)), scenario(LEVERS[name])
        with_all = accepted_plans(d, sc)
        with monkeypatch.context() as patch:
            patch.setattr(module, "fold_idle", nobody)
            patch.setattr(module, "cut_off_heads", nobody)
            without = accepted_plans(d, sc)
        assert without == true_plans(d, sc), f"seed {seed}"
        assert with_all <= without, f"seed {seed}"
        assert sums(d, with_all) == sums(d, without), f"seed {seed}"
        folded += len(with_all) < len(without)
    assert folded >= 2


@pytest.mark.parametrize("goal", sorted(COUNT_LAND))
def test_nothing_is_folded_where_units_count(goal):
    """Plans that students cannot tell apart are still different."""
    some = 0
    for seed in range(6):
        d = kind(district(seed))
        sc = scenario({}, [{"minimize": goal}])
        if goal == "polsby_popper":
            import geopandas as gpd
            from shapely import box

            d = replace(d, geometry=gpd.GeoSeries([box(9 * x, 9 * y, 9 * x + 9, 9 * y + 9) for y in range(3) for x in range(3)], crs=32618))
        assert accepted_plans(d, sc) == true_plans(d, sc)
        some += len(accepted_plans(d, scenario({}))) < len(true_plans(d, sc))
    assert some >= 2


def test_unity_keeps_water_that_is_a_neighbor():
    for seed in range(8):
        d, sc = kind(district(seed)), scenario({"unity": {"min_share": 0.6}})
        assert accepted_plans(d, sc) == true_plans(d, sc)


@pytest.mark.parametrize("who", ["students", "groups", "years", "growth", "grades"])
def test_a_unit_that_something_counts_is_not_folded(who):
    """The last unit hangs in a corner whose two neighbors touch: it could go, but for whom it holds."""
    edges = [(0, 1), (1, 2), (1, 4), (2, 3), (2, 4)]
    one = np.array([0.0, 0, 0, 0, 2])
    students = np.array([10.0, 10, 10, 10, 0])
    change = {"students": students + one} if who == "students" else {who: {"x": one}, "students": students}
    assert formulate(picture("AabBa", edges=edges, **change), scenario({})).pairs.num_nodes == 5
    assert formulate(picture("AabBa", edges=edges, students=students), scenario({})).pairs.num_nodes == 4


# -- keep_together ---------------------------------------------------------------------------------------------------

HOODS = [{"keep_together": {"column": "hood"}}, {"keep_together": [["00", "12"], ["02", "22", "21"]]}, {"keep_together": [["00", "01", "02"]]}]


@pytest.mark.parametrize("method", ["exact", "none", "closer_neighbor"])
@pytest.mark.parametrize("islands", ["keep", "forbid"])
def test_together_takes_away_the_plans_that_part_them(method, islands, monkeypatch):
    monkeypatch.setattr(module, "fold_idle", nobody)
    bites = 0
    for seed in range(10):
        d, contiguity = replace(district(seed), travel=None), {"contiguity": {"method": method, "islands": islands}}
        free = accepted_plans(d, scenario(contiguity))
        for hood in HOODS:
            sc = scenario(contiguity | hood)
            truth = {plan for plan in free if obeys(d, sc, plan)}
            assert accepted_plans(d, sc) == truth, f"seed {seed}"
            bites += 0 < len(truth) < len(free)
    assert bites >= 4


def compiled(rows: str, rules: dict, **changes) -> Formulation:
    return formulate(picture(rows, **changes), scenario(rules))


def test_units_that_touch_are_one_node():
    problem = compiled("Aaab/aabB", {"keep_together": [["01", "02", "12"], ["03", "10"]]})
    node = problem.pairs.node_of_unit.tolist()
    assert node[1] == node[2] == node[6]
    assert node[3] != node[4]
    assert [str(name) for name in problem.rows.names] == ["keep_together"] * 2
    assert (problem.rows.lower == 0).all()
    assert (problem.rows.upper == 0).all()


def test_without_contiguity_a_whole_group_is_one_node():
    rules = {"keep_together": [["01", "12"], ["12", "03"]], "contiguity": {"method": "none"}}
    problem = compiled("Aaab/aabB", rules)
    node = problem.pairs.node_of_unit.tolist()
    assert node[1] == node[6] == node[3]
    assert problem.pairs.num_nodes == 6
    assert problem.rows.names == ()


def test_closer_neighbor_keeps_units_apart_and_equal():
    problem = compiled("Aaab/aabB", {"keep_together": [["01", "02"]], "contiguity": {"method": "closer_neighbor"}})
    assert problem.pairs.num_nodes == 8
    assert [str(name) for name in problem.rows.names].count("keep_together") == 2


def test_a_group_with_a_school_goes_to_it():
    problem = compiled("Aaab/aabB", {"keep_together": [["00", "02"]]})
    v = problem.pairs.node_of_unit[2]
    assert problem.pairs.school[problem.pairs.first[v] : problem.pairs.first[v + 1]].tolist() == [0]


def test_a_pair_that_one_part_cannot_reach_goes_from_all():
    """Unit 02 cannot reach A, so its mate 10 cannot have A either; with A's unit in the group there is no plan."""
    forbid = {"forbid": [["01", "A"], ["12", "A"]]}
    problem = compiled("Aba/abb/bbB", forbid | {"keep_together": [["02", "10"]]})
    pairs, v = problem.pairs, problem.pairs.node_of_unit[3]
    assert pairs.school[pairs.first[v] : pairs.first[v + 1]].tolist() == [1]
    with pytest.raises(Infeasible):
        compiled("Aba/abb/bbB", forbid | {"keep_together": [["02", "00"]]})


def test_start_and_today_are_still_those_of_today():
    d = picture("Aaab/aabB", students=[1, 2, 3, 4, 5, 6, 7, 8])
    problem = formulate(d, scenario({"keep_together": [["01", "12"], ["02", "03"]]}))
    start = problem.expand(problem.start).school
    assert start.tolist() == [0, 0, 1, 1, 0, 0, 1, 1]  # the node of 02 and 03 is where its unit with the most students is
    assert problem.terms[0].today == 0
    assert len(accepted(problem))


# -- what engines build on it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["either of three", "keep_together both", "unity, half", "phase-in", "band"])
def test_restricted_questions_have_the_plans_of_kept_pairs(name):
    tried = 0
    for seed in range(10):
        try:
            problem = formulate(district(seed), scenario(LEVERS[name]))
        except Infeasible:
            continue
        every = accepted(problem)
        if not len(every):
            continue
        x = vectors(problem, every)
        rng = np.random.default_rng(seed)
        keep = (x[rng.integers(len(every))] > 0) | (rng.random(len(problem.pairs)) < 0.6)
        less = restrict(problem, keep)
        wanted = {tuple(plan) for plan, row in zip(every.tolist(), x, strict=True) if keep[row > 0].all()}
        assert {tuple(plan) for plan in accepted(less).tolist()} == wanted, f"seed {seed}"
        tried += 0 < len(wanted) < len(every)
    assert tried >= 2


@pytest.mark.parametrize("hood", HOODS)
def test_dominators_hold_where_units_are_merged(hood):
    seen = 0
    for seed in range(10):
        try:
            problem = formulate(district(seed), scenario(hood))
        except Infeasible:
            continue
        p = np.flatnonzero(problem.contiguity.dominator >= 0)
        x = vectors(problem, accepted(problem))
        assert (x[:, p] <= x[:, problem.contiguity.dominator[p]]).all()
        seen += len(p)
    assert seen >= 5
