"""Levels side by side as one question: products, what presolve makes of them, and questions with fewer pairs."""

from contextlib import suppress
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from levels_drawn import Joint, drawn_levels, locked
from scipy.optimize import linprog

from rezoning.district.plan import Plan
from rezoning.errors import Infeasible, ScenarioError
from rezoning.formulation.formulation import Formulation, Links, Pairs
from rezoning.formulation.restrict import restrict
from rezoning.formulation.stacked import joined, split, stack

LINKED = (15, 18, 36, 39, 45, 49, 56, 62, 94)  # seeds of questions with products
PLAIN = (0, 1, 2, 5, 8, 9)


@cache
def questions(seeds: tuple[int, ...] = LINKED) -> list[tuple[Joint, Formulation]]:
    found = []
    for levels in map(drawn_levels, seeds):
        with suppress(Infeasible):
            found.append((Joint(levels), levels.formulated()))
    return [(joint, problem) for joint, problem in found if joint.holds.any()]


def plans_of(joint: Joint) -> list[dict[str, Plan]]:
    """A few plans of all levels that obey the rules."""
    places = np.argwhere(joint.holds)
    chosen = places[np.linspace(0, len(places) - 1, min(len(places), 5)).astype(int)]
    return [{name: Plan(joint.plans[name][k]) for name, k in zip(joint.names, place, strict=True)} for place in chosen]


def test_every_plan_of_all_levels_is_a_point_with_its_values():
    seen = 0
    for joint, problem in questions(LINKED + PLAIN):
        for plans in plans_of(joint):
            whole = joined(problem, plans)
            assert split(problem, whole) == plans
            nodes = problem.pairs.of_units(whole.school)
            if problem.expand(nodes) != whole:  # units that count nowhere go with a neighbor
                continue
            x = problem.vector(nodes)
            seen += 1
            assert (problem.pairs.lookup[np.arange(len(nodes)), nodes] >= 0).all()
            wanted = [float(value[joint.place(plans)]) for value in joint.values]
            assert [terms.value(x) for terms in problem.terms] == pytest.approx(wanted, abs=1e-9)
            assert all(held.terms.value(x) <= held.upper + 1e-9 for held in problem.held)
    assert seen > 20


def test_products_at_their_hull_are_products_wherever_pairs_are_whole():
    rng = np.random.default_rng(0)
    assert len(questions()) == len(LINKED)
    for joint, problem in questions():
        x = problem.vector(problem.pairs.of_units(joined(problem, plans_of(joint)[0]).school))
        num, hull = len(problem.pairs), problem.links.hull(len(problem.pairs)).toarray()
        assert abs(hull @ x).max() == 0
        for cost in rng.normal(size=(3, len(problem.links))):
            found = linprog(cost, A_eq=hull[:, num:], b_eq=-hull[:, :num] @ x[:num], bounds=(0, None))
            assert found.x == pytest.approx(x[num:], abs=1e-9)


@pytest.mark.parametrize("sizes", [(2, 2), (3, 2), (2, 4)])
def test_of_two_nodes_every_corner_of_the_hull_is_whole(sizes):
    rng, num = np.random.default_rng(0), sum(sizes)
    node, school = np.repeat([0, 1], sizes), np.concatenate([np.arange(size) for size in sizes])
    pairs = Pairs(node, school, np.array([0, sizes[0], num]), np.zeros((2, 4), dtype=np.int64), np.arange(2))
    links = Links.between(pairs, np.array([0]), np.array([1]))
    rows = np.vstack([links.hull(num).toarray(), *(np.append(node == v, np.zeros(len(links)))[None, :] for v in (0, 1))])
    for cost in rng.normal(size=(50, num + len(links))):
        found = linprog(cost, A_eq=rows, b_eq=np.append(np.zeros(num), [1.0, 1.0]), bounds=(0, None)).x
        assert found == pytest.approx(np.round(found), abs=1e-9)
        assert found[num:] == pytest.approx(links.values(found[:num]))


def test_products_are_of_two_nodes_that_both_have_a_choice():
    for _, problem in questions():
        links, pairs = problem.links, problem.pairs
        assert (pairs.choices[pairs.node[links.first]] > 1).all()
        assert (pairs.choices[pairs.node[links.second]] > 1).all()
        lower, upper = (pairs.choices[pairs.node[end[links.starts[:-1]]]] for end in (links.first, links.second))
        assert (np.diff(links.starts) == lower * upper).all()
        two = {(int(pairs.node[p]), int(pairs.node[q])) for p, q in zip(links.first, links.second, strict=True)}
        assert len(two) == len(links.starts) - 1


def test_a_locked_level_makes_products_linear():
    seen = 0
    for joint, problem in questions():
        name = next(iter(joint.names))
        if joint.levels.districts[name].has_current and joint.levels.districts[name].stayable.min() >= 0:
            try:
                alone = locked(joint.levels, name).formulated()
            except Infeasible:
                continue
            seen += 1
            assert alone.links is None
            assert (alone.pairs.choices[alone.pairs.node_of_unit[: len(joint.levels.districts[name].unit_ids)]] == 1).all()
            assert [terms.parts.shape[1] for terms in alone.terms] == [len(alone.pairs)] * len(problem.terms)
    assert seen


def test_units_of_a_fixed_school_that_must_not_be_split_are_one_node():
    """Where they hang together; their plans are those of the question whose units are nodes of their own."""
    seen = 0
    for joint, _ in questions(LINKED + PLAIN):
        low, district = joint.names[0], joint.levels.districts[joint.names[0]]
        if not district.has_current or district.stayable.min() < 0:
            continue
        levels = locked(joint.levels, low)
        rules = levels.scenario.rules
        rule = {"from": low, "to": joint.names[1], "split": "none"}
        scenario = levels.scenario.model_copy(update={"rules": type(rules).model_validate({"feeders": [rule]})})
        try:
            merged = stack(levels.asked, scenario)
        except Infeasible:
            continue
        nodes = merged.pairs.node_of_unit[district.num_units :]
        for e in range(district.num_schools):
            own = np.flatnonzero((district.current == e) & (district.students > 0))
            seen += len(own) > 1 and len(set(nodes[own].tolist())) == 1
    assert seen > 3


def test_fewer_pairs_are_fewer_products():
    rng = np.random.default_rng(1)
    for joint, problem in questions():
        plan = problem.pairs.of_units(joined(problem, plans_of(joint)[0]).school)
        own = problem.pairs.school == plan[problem.pairs.node]
        small = restrict(problem, own | (rng.random(len(own)) < 0.5))
        assert small.links.starts[-1] == len(small.links) == len(small.lifted) - len(small.pairs)
        x, whole = small.vector(plan), problem.vector(plan)
        assert len(x) == len(small.lifted)
        for one, other in zip((*small.terms, *(h.terms for h in small.held)), (*problem.terms, *(h.terms for h in problem.held)), strict=True):
            assert one.value(x) == pytest.approx(other.value(whole), abs=1e-9)
        assert small.rows.matrix @ x == pytest.approx(problem.rows.matrix @ whole)
        assert abs(small.links.hull(len(small.pairs)) @ x).max() == 0
        only = restrict(problem, own)
        assert only.lifted.is_fixed.all()


def test_levels_of_other_units_are_refused():
    levels = drawn_levels(0)
    (first, asked), (second, other) = levels.asked.items()
    renamed = replace(other.district, unit_ids=tuple(f"x{text}" for text in other.district.unit_ids))
    with pytest.raises(ScenarioError, match="do not have the same units"):
        stack({first: asked, second: replace(other, district=renamed)}, levels.scenario)
