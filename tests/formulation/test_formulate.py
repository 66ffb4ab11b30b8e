"""The compiled question against the oracle: admissible pairs, rows and goals."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import case, cases, picture, scenario
from enumerated import assignments, plans, vectors
from hypothesis import given
from oracle import Oracle

from rezoning.district.plan import Plan
from rezoning.errors import Infeasible
from rezoning.formulation.admissible import admissible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation, RowName
from rezoning.metrics.goals import goal_value


def compiled(one) -> Formulation | None:
    try:
        return formulate(one.district, one.scenario)
    except Infeasible:
        return None


# -- admissible pairs ------------------------------------------------------------------------------------------------


@given(one=cases(12))
def test_admissible_pairs(one):
    oracle = Oracle(one.district, one.scenario)
    wanted = np.logical_and.reduce(list(oracle.allowed.values()))
    if one.scenario.rules.school_in_own_zone:
        for s, u in enumerate(one.district.school_unit):
            wanted[u] &= np.arange(oracle.m) == s
    table, restrictions = admissible(one.district, one.scenario)
    assert (table == wanted).all()
    assert (np.logical_and.reduce([np.ones_like(table), *(restriction.allowed for restriction in restrictions)]) == table).all()


TRIPS = np.array([[0.0, 9.0], [3.0, 5.0], [8.0, 2.0], [9.0, 0.0]])


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ({"travel": {}}, ["AB", "AB", "AB", "AB"]),
        ({"travel": {"max": 5}}, ["A", "AB", "AB", "B"]),  # 02 is A's today, so it may stay
        ({"travel": {"max": 5}, "stay_allowed": False}, ["A", "AB", "B", "B"]),
        ({"travel": {"max": 5 - 0.9e-6}, "stay_allowed": False}, ["A", "AB", "B", "B"]),  # within the tolerance
        ({"travel": {"max": 5 - 1.1e-6}, "stay_allowed": False}, ["A", "A", "B", "B"]),
        ({"travel": {"max_increase": 0}}, ["A", "A", "AB", "B"]),
        ({"travel": {"max_increase": 0.7}}, ["A", "AB", "AB", "B"]),
        ({"travel": {"max_increase": 0, "always_within": 5}}, ["A", "AB", "AB", "B"]),
        ({"travel": {"max": 2, "always_within": 3}, "stay_allowed": False}, ["A", "A", "B", "B"]),
        ({"travel": {"max": 5}, "stay_allowed": False, "locked": {"units": ["02"]}}, ["A", "AB", "A", "B"]),  # a lock overrides travel
        ({"travel": {"max": 5}, "stay_allowed": False, "locked": {"schools": ["A"]}}, ["A", "A", "A", "B"]),
        ({"travel": {"max": 2}, "assign": {"01": "B"}}, ["A", "B", "AB", "B"]),  # and so does assign
        ({"travel": {"max": 5}, "forbid": [["01", "A"]]}, ["A", "B", "AB", "B"]),
    ],
)
def test_limits_of_travel(rules, allowed):
    rules = {"school_in_own_zone": False, **rules}
    table = admissible(picture("AaaB", travel=TRIPS), scenario(rules))[0]
    assert ["".join("AB"[s] for s in np.flatnonzero(row)) for row in table] == allowed


def test_unknown_trips():
    trips = np.array([[0.0, np.nan], [np.nan, 5.0], [8.0, np.nan], [np.nan, 0.0]])
    district = picture("AazB", travel=trips, current=np.array([0, 0, 2, 1]), closed_ids=("Z",))
    free = {"school_in_own_zone": False}
    assert admissible(district, scenario({**free, "travel": {"max": 9, "max_increase": 0}}))[0].tolist() == [
        [True, False],
        [True, True],  # today's though unknown; and an unknown trip of today limits no other
        [True, False],  # its school is closed: no limit of increase either
        [False, True],
    ]
    assert admissible(district, scenario({**free, "travel": {}, "stay_allowed": False}))[0][1].tolist() == [False, True]
    assert admissible(district, scenario(free))[0].all()
    known = ~np.isnan(trips)
    assert (admissible(district, scenario(free, [{"minimize": "travel"}]))[0] == known).all()  # not even today's may be unknown where it is measured
    added = admissible(district, scenario(free, [{"minimize": "added_travel"}]))[0]
    assert added.tolist() == (known | (np.arange(4)[:, None] == 1) & (np.arange(2) == 0)).tolist()  # who stays adds nothing
    nobody = replace(district, students=np.array([10.0, 0, 10, 10]))
    assert admissible(nobody, scenario(free, [{"minimize": "travel"}]))[0][1].tolist() == [True, True]  # where nobody lives nobody has the trip
    to_closed = replace(district, closed_travel=np.array([[1.0], [1], [8], [1]]))
    limits = {"travel": {"max": 9, "max_increase": 0}}
    assert admissible(to_closed, scenario({**free, **limits}))[0][2].tolist() == [True, False]
    near = replace(to_closed, closed_travel=np.ones((4, 1)))
    assert not admissible(near, scenario({**free, **limits}))[0][2].any()  # over the trip to the closed one


# -- rows ------------------------------------------------------------------------------------------------------------


@given(one=cases(8, method="none"))
def test_rows_say_what_the_oracle_says(one):
    """Without contiguity the rows are all there is beside the pairs."""
    problem = compiled(one)
    truth = {tuple(plan) for plan in Oracle(one.district, one.scenario).plans().tolist()}
    assert ({tuple(plan) for plan in plans(problem).tolist()} if problem else set()) == truth


@given(one=cases(8, method="closer_neighbor"))
def test_closer_neighbor(one):
    problem = compiled(one)
    truth = {tuple(plan) for plan in Oracle(one.district, one.scenario).plans().tolist()}
    assert ({tuple(plan) for plan in plans(problem).tolist()} if problem else set()) == truth
    assert problem is None or problem.is_restricted


def test_closer_neighbor_forbids_what_contiguity_allows():
    """Unit 2 is nearer to A than unit 1, by which alone A reaches it."""
    district = picture("AabB", travel=np.array([[0.0, 9], [5, 6], [1, 3], [9, 0]]))
    for method, has_both in (("none", True), ("exact", True), ("closer_neighbor", False)):
        found = {tuple(plan) for plan in plans(formulate(district, scenario({"contiguity": {"method": method}}))).tolist()}
        assert ((0, 0, 0, 1) in found, (0, 0, 1, 1) in found) == (has_both, True)


def test_names_of_rows():
    district = picture("AabB/aaab", capacity=np.array([50.0, 60.0]))
    rules = {"capacity": {"max": 1}, "reassigned": {"max_share": 0.1}, "school_in_own_zone": False}
    problem = formulate(picture("AabB/a.ba", capacity=np.array([50.0, 60.0])), scenario(rules | {"contiguity": {"islands": "keep"}}))
    assert problem.rows.names == (
        RowName("capacity", "A"),
        RowName("capacity", "B"),
        RowName("reassigned"),
        RowName("contiguity", "school's unit"),
    )
    assert [str(name) for name in problem.rows.names] == ["capacity[A]", "capacity[B]", "reassigned", "contiguity[school's unit]"]
    problem = formulate(district, scenario({"contiguity": {"method": "closer_neighbor"}}))
    assert set(problem.rows.names) == {RowName("closer_neighbor")}
    assert formulate(district, scenario()).rows.names == ()


@pytest.mark.parametrize(
    ("rule", "current", "seats", "lower", "upper"),
    [
        ({"min": 0.5, "max": 1.2}, "AaaB", [40, 20], [20, 10], [48, 24]),
        ({}, "AaaB", [40, 20], [0, 0], [np.inf, np.inf]),
        ({"min": 0.1, "max": 1, "of": "current"}, "AaaB", [99, 99], [3, 1], [30, 10]),
        ({"min": 0.1, "max": 1, "of": "current"}, "AaaB", None, [3, 1], [30, 10]),
        ({"max": 2, "of": "current"}, "Aa.B", [99, 25], [0, 0], [40, 20]),  # a new unit is in nobody's enrollment
    ],
)
def test_base_of_capacity(rule, current, seats, lower, upper):
    district = picture(current, capacity=None if seats is None else np.array(seats, dtype=float))
    rows = formulate(district, scenario({"capacity": rule, "contiguity": {"method": "none"}})).rows
    assert rows.lower == pytest.approx(lower)
    assert rows.upper == pytest.approx(upper)


def test_a_school_without_students_of_today_keeps_its_seats():
    district = picture("AaaB", capacity=np.array([99.0, 25.0]), current=np.zeros(4, dtype=np.int64))
    assert formulate(district, scenario({"capacity": {"max": 2, "of": "current"}})).rows.upper == pytest.approx([80, 50])


# -- goals -----------------------------------------------------------------------------------------------------------


@given(one=cases(9))
def test_values_of_goals(one):
    problem = compiled(one)
    if problem is None:
        return
    found = assignments(problem)
    found = found[np.random.default_rng(0).permutation(len(found))[:20]]
    oracle = Oracle(one.district, one.scenario)
    for school, x in zip(found, vectors(problem, found), strict=True):
        plan = problem.expand(school)
        assert (problem.vector(school) == x).all()
        said = [terms.value(x) for terms in problem.terms]
        assert said == pytest.approx(oracle.values(plan.school), abs=1e-9)
        assert said == pytest.approx([goal_value(goal, plan, one.district) for goal in one.scenario.goals], abs=1e-9)
        assert all((terms.over >= 0).all() and (terms.under >= 0).all() for terms in problem.terms)


@given(one=cases(9))
def test_today(one):
    problem, today = compiled(one), one.district.stayable
    if problem is None:
        return
    for goal, terms in zip(one.scenario.goals, problem.terms, strict=True):
        if (today < 0).any():
            assert terms.today is None
        else:
            assert terms.today == pytest.approx(goal_value(goal, Plan(today), one.district), abs=1e-9)
    admitted = np.array([s >= 0 and problem.pairs.lookup[v, s] >= 0 for v, s in enumerate(problem.start)])
    assert (problem.start[~admitted] == -1).all()
    if not Oracle(one.district, one.scenario).breaches(today) and (today >= 0).all():
        oracle = Oracle(one.district, one.scenario)  # today obeys every rule, and what idle units do counts nothing
        assert oracle.values(problem.expand(problem.start).school) == pytest.approx(oracle.values(today), abs=1e-9)


def test_groups_above_the_total_make_others_negative():
    """`groups_above_total: keep`: the formula stays the same, linear in the counts."""
    district = picture("AabB", students=[10, 0, 10, 10], groups={"low": np.array([4.0, 3.0, 1.0, 2.0])})
    problem = formulate(district, scenario(goals=[{"minimize": "dissimilarity", "group": "low"}]))
    value = problem.terms[0].value(problem.vector(problem.start))
    assert value == pytest.approx(0.5 * (abs(7 / 10 - 3 / 20) + abs(3 / 10 - 17 / 20)))


@pytest.mark.parametrize(("low", "nodes"), [(0.0, 4), (2.0, 5)])
def test_a_unit_that_only_a_group_lives_in_is_not_idle(low, nodes):
    """The unit's total is zero, and `groups_above_total: keep` lets a group count there all the same."""
    edges = [(0, 1), (1, 2), (1, 4), (2, 3), (2, 4)]
    groups = {"low": np.array([4.0, 3.0, 1.0, 2.0, low])}
    district = picture("AabBa", students=[10, 10, 10, 10, 0], edges=edges, groups=groups)
    assert formulate(district, scenario()).pairs.num_nodes == nodes


# -- the formulation itself ------------------------------------------------------------------------------------------


def test_sizes_and_bounds_of_a_small_question():
    problem = formulate(picture("AaabB"), scenario())
    assert problem.pairs.choices.tolist() == [1, 2, 2, 2, 1]
    assert problem.num_pairs_with_choice() == 6
    assert problem.pairs.is_fixed.tolist() == [True, *[False] * 6, True]
    assert problem.pairs.from_units(np.arange(5.0)).tolist() == [0, 1, 1, 2, 2, 3, 3, 4]
    assert problem.pairs.per_node(np.ones((5, 2))).tolist() == [[1, 1]] * 5
    assert problem.start.tolist() == [0, 0, 0, 1, 1]
    held = problem.hold(problem.terms[0], 0.2)
    assert (len(problem.held), len(held.held), held.held[0].upper) == (0, 1, 0.2)
    assert problem.weights is None
    weighted = scenario(goals=[{"minimize": "reassigned", "weight": 2}])
    assert formulate(picture("AaabB"), weighted).weights == (2.0,)


def test_the_same_question_twice_is_the_same():
    one = case(5, 12, method="exact")
    first, second = formulate(one.district, one.scenario), formulate(one.district, one.scenario)
    assert (first.pairs.lookup == second.pairs.lookup).all()
    assert (first.rows.matrix != second.rows.matrix).nnz == 0
    assert (first.contiguity.dominator == second.contiguity.dominator).all()


def test_sources_are_the_school_and_the_anchors():
    """A's island of 03 and 13 is held up by its unit with the most students, B's of 02 and 12 by the smaller id."""
    district = picture("AabaB/aabab", students=[1, 1, 1, 5, 1, 1, 1, 1, 9, 1])
    keep, forbid = ({"contiguity": {"islands": islands}} for islands in ("keep", "forbid"))
    problem = formulate(district, scenario(keep))
    node = problem.pairs.node_of_unit
    assert [nodes.tolist() for nodes in problem.contiguity.sources] == [[node[0], node[8]], [node[4], node[2]]]
    problem = formulate(district, scenario(forbid))
    assert [len(nodes) for nodes in problem.contiguity.sources] == [1, 1]
