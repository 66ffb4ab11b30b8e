"""Blocks, rules that leave a choice and borders in the exact method, against every plan of small drawn grids."""

import threading
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from conftest import few
from drawn import picture, scenario
from enumerated import plans
from scipy.sparse import csr_array, vstack

from rezoning.district.district import District
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Block, Either, Formulation, RowName, Shape, Terms
from rezoning.optimize.cuts.feasible import either_excess, is_feasible, total_violation
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.cuts.relaxation import tighten
from rezoning.optimize.engine import solve
from rezoning.optimize.exact import Ending, branch_and_cut
from rezoning.optimize.model.milp import UNIT, build
from rezoning.optimize.result import PROVEN, Status
from rezoning.optimize.search.neighborhoods import Neighborhoods
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Clock, Limits, Watch
from rezoning.optimize.solvers.registry import backend

SEEDS = range(3)
PICTURES = ("aabb/AabB/aabb", "aabbcc/AabBcC", "AaabbB/aaabbb")
each_solver = pytest.mark.parametrize("solver", ["scip", "highs", "cbc"])
each_shape = pytest.mark.parametrize("shape", list(Shape))
exact_shape = pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.COMPACT])


@cache
def question(seed: int) -> tuple[District, Formulation]:
    """Twelve units, two or three schools, seats for half as many again; `low` and `mid` are groups that do not overlap."""
    rng = np.random.default_rng(seed)
    students = rng.integers(1, 20, 12).astype(float)
    groups = {"low": np.floor(students * rng.random(12) / 2), "mid": np.floor(students * rng.random(12) / 2)}
    district = picture(PICTURES[seed % 3], students=students, groups=groups)
    district = replace(district, capacity=np.full(district.num_schools, students.sum() / district.num_schools))
    return district, formulate(district, scenario({"capacity": {"min": 0.5, "max": 1.5}}, [{"minimize": "reassigned"}]))


def gathered(problem: Formulation, quantity: np.ndarray, s: int) -> csr_array:
    pairs = problem.pairs
    return csr_array(np.where(pairs.school == s, pairs.from_units(quantity), 0.0)[None, :])


def border(problem: Formulation, district: District, s: int) -> csr_array:
    """x[a, s] - x[b, s] for every edge."""
    pairs = problem.pairs
    matrix = np.zeros((len(district.edges), len(pairs)))
    for row, edge in zip(matrix, pairs.node_of_unit[district.edges], strict=True):
        for node, sign in zip(edge, (1.0, -1.0), strict=True):
            if pairs.lookup[node, s] >= 0:
                row[pairs.lookup[node, s]] += sign
    return csr_array(matrix)


def blocks(seed: int, shape: Shape) -> tuple[Block, ...]:
    """A block of a shape for every school; of DEVIATION one for all."""
    district, problem = question(seed)
    return tuple(block for s in range(district.num_schools) for block in _block(district, problem, shape, s))


def _block(district: District, problem: Formulation, shape: Shape, s: int) -> list[Block]:  # noqa: PLR0911 (a table of shapes)
    n, low, mid = district.students, district.groups["low"], district.groups["mid"]
    total, share, m = n.sum(), low.sum() / n.sum(), district.num_schools
    surplus, students, poor, middle = (gathered(problem, quantity, s) for quantity in (low - share * n, n, low, mid))
    if shape is Shape.PEAK:
        sign = 1.0 if s == 0 else -1.0  # of the surplus everywhere; of the deficit everywhere
        parts = vstack([sign * gathered(problem, low - share * n, t) for t in range(m)], format="csr")
        return [Block(shape, parts, np.zeros(m), 0.1 / (1 + s))]
    if shape is Shape.STEP:
        pairs = np.flatnonzero(problem.pairs.school == s)[::2]
        moved = csr_array((np.where(np.arange(len(pairs)) % 2, -1.0, 1.0), (np.arange(len(pairs)), pairs)), shape=(len(pairs), len(problem.pairs)))
        return [Block(shape, moved, np.where(np.arange(len(pairs)) % 2, -1.0, 0.0), 1.0 + s)]
    if shape is Shape.LEAST:
        parts = vstack([poor - 0.2 * students, 0.1 * students - poor, 0.35 * students - poor], format="csr")
        return [Block(shape, parts, np.zeros(3), 0.1, np.array([0, 0, 1.0]))]
    if shape is Shape.RATIO:
        return [Block(shape, vstack([surplus, students], format="csr"), np.zeros(2), 1 / (total * share * (1 - share)))]
    if shape is Shape.ENTROPY:
        whole = np.array([low.sum(), mid.sum(), (n - low - mid).sum()]) / total
        return [Block(shape, vstack([poor, middle, students - poor - middle], format="csr"), np.zeros(3), 1 / total, whole)]
    if shape is Shape.ISOLATED:
        return [Block(shape, vstack([poor, students], format="csr"), np.zeros(2), 0.1, np.array([0.25, 0.0]))]
    if shape in (Shape.SPLIT, Shape.SMALL):  # who goes on to three schools whose zones are given, and has students in few of them
        area, counted = np.arange(12) // 2 % 3, np.arange(12) % 3 == 0 if shape is Shape.SPLIT else n > 4
        feeds = [gathered(problem, np.where((area == k) & counted, n, 0.0), s) for k in range(3)]
        if shape is Shape.SPLIT:
            return [Block(shape, vstack(feeds, format="csr"), np.zeros(3), 1.0 + s)]
        return [Block(shape, vstack([*feeds, sum(feeds[1:], feeds[0])], format="csr"), np.zeros(4), 0.1, np.array([0.3, 0.3, 0.4, 0.0]))]
    if shape is Shape.COMPACT:
        degree = np.bincount(district.edges.ravel(), minlength=12)
        parts = vstack([gathered(problem, np.ones(12), s), gathered(problem, 4.0 - degree, s), border(problem, district, s)], format="csr")
        return [Block(shape, parts, np.zeros(parts.shape[0]), 1 / m, np.ones(parts.shape[0]))]
    if shape is Shape.EXCESS:
        parts = vstack([gathered(problem, np.ones(12), s), border(problem, district, s)], format="csr")
        return [Block(shape, parts, np.append(6.0, np.zeros(parts.shape[0] - 1)), 0.1, np.linspace(0.0, 2.0, parts.shape[0]))]
    rows = [gathered(problem, quantity, t) for t in range(m) for quantity in (low - share * n, n)]
    return [Block(shape, vstack(rows, format="csr"), np.zeros(2 * m))] if s == 0 else []


def terms_of(problem: Formulation, *, linear=None, own=(), parts=None, over=None) -> Terms:
    width = len(problem.pairs)
    parts = csr_array((0, width)) if parts is None else parts
    count = parts.shape[0]
    over = np.zeros(0) if over is None else over
    linear = np.zeros(width) if linear is None else linear
    return Terms(problem.terms[0].goal, linear, parts, np.zeros(count), over, np.zeros(count), blocks=tuple(own))


def asked(seed: int, shape: Shape) -> tuple[Formulation, Terms]:
    problem = question(seed)[1]
    terms = terms_of(problem, own=blocks(seed, shape))
    return replace(problem, terms=(terms,)), terms


@cache
def every(seed: int) -> np.ndarray:
    return plans(question(seed)[1])


def worth(problem: Formulation, terms: Terms, found: np.ndarray) -> np.ndarray:
    return np.array([terms.value(problem.vector(plan)) for plan in found])


def run(problem: Formulation, terms: Terms, solver: str) -> tuple[Tracker, Ending]:
    tracker = Tracker(problem, [(terms, 1.0)], Clock())
    return tracker, branch_and_cut(tracker, backend(solver), Limits(60.0), Watch())


def check(problem: Formulation, terms: Terms, solver: str, best: float) -> Tracker:
    """The optimum, proven, and no bound on the way above it."""
    tracker, ending = run(problem, terms, solver)
    assert tracker.value == pytest.approx(best, abs=1e-8)
    assert all(point.bound is None or point.bound <= best + 1e-8 for point in tracker.trace)
    assert ending.is_proven or tracker.is_within(0.0, PROVEN)
    return tracker


# -- every shape as a goal, as a held goal, in the relaxation ---------------------------------------------------------


@each_solver
@exact_shape
def test_a_goal_of_a_shape_is_minimized_and_proven(shape, solver):
    spread = 0.0
    for seed in SEEDS:
        problem, terms = asked(seed, shape)
        values = worth(problem, terms, every(seed))
        spread += np.ptp(values)
        assert check(problem, terms, solver, values.min()).bound == pytest.approx(values.min(), abs=1e-8)
    assert spread > 0


@each_solver
def test_a_sum_of_shapes_is_minimized_and_proven(solver):
    """With weights, a linear cost and an excess beside them: no shape is alone."""
    for seed in SEEDS:
        problem, _ = asked(seed, Shape.RATIO)
        own = [block for shape in Shape if shape is not Shape.COMPACT for block in blocks(seed, shape)]
        cost = np.random.default_rng(seed).normal(size=len(problem.pairs))
        parts = vstack([gathered(problem, question(seed)[0].students, s) for s in range(problem.pairs.num_schools)], format="csr")
        terms = terms_of(problem, linear=0.02 * cost, own=own, parts=parts, over=np.full(parts.shape[0], 0.01))
        check(replace(problem, terms=(terms,)), terms, solver, worth(problem, terms, every(seed)).min())


@pytest.mark.parametrize(("shape", "solver"), few(product(Shape, ["scip", "highs", "cbc"]), 2))
def test_a_held_goal_of_a_shape_is_kept(shape, solver):
    tight = 0
    for seed in SEEDS:
        problem, terms = asked(seed, shape)
        values, cost = worth(problem, terms, every(seed)), terms_of(problem, linear=np.random.default_rng(seed).random(len(problem.pairs)))
        upper = float(np.quantile(values, 0.02, method="lower"))
        left = worth(problem, cost, every(seed))
        best = left[values <= upper].min()
        check(replace(problem, terms=(cost,)).hold(terms, upper), cost, solver, best)
        tight += best > left.min()
    assert tight


@exact_shape
def test_no_bound_of_the_relaxation_is_above_the_best_plan(shape):
    for seed in range(6):
        problem, terms = asked(seed, shape)
        told: list[float] = []
        milp = build(problem, [(terms, 1.0)])
        tighten(milp, Fractional(problem), 20.0, Clock(), Watch(on_bound=told.append))
        assert max(told) <= worth(problem, terms, every(seed)).min() + 1e-8


@pytest.mark.parametrize("shape", [Shape.RATIO, Shape.ENTROPY])
def test_tangents_raise_the_bound(shape):
    """Of isolation (the group itself, not its surplus) and of the divergence."""
    raised = 0
    for seed in range(6):
        problem, terms = asked(seed, shape)
        if shape is Shape.RATIO:
            poor = [gathered(problem, question(seed)[0].groups["low"], s) for s in range(problem.pairs.num_schools)]
            own = [replace(block, parts=vstack([group, block.parts[[1], :]], format="csr")) for group, block in zip(poor, terms.blocks, strict=True)]
            terms = replace(terms, blocks=tuple(own))
        told: list[float] = []
        tighten(build(problem, [(terms, 1.0)]), Fractional(problem), 20.0, Clock(), Watch(on_bound=told.append))
        raised += max(told) > told[0] + 1e-6
    assert raised


@exact_shape
def test_a_start_obeys_the_problem_and_costs_its_value(shape):
    for seed in SEEDS:
        problem, terms = asked(seed, shape)
        milp = build(problem, [(terms, 1.0)])
        for plan in every(seed)[::7]:
            start = milp.start(plan)
            said = dict(zip([column.name for column in milp.columns], start.tolist(), strict=True))
            cost = sum(value * said[column.name] for column, value in milp.problem.objective.items())
            assert cost / UNIT == pytest.approx(terms.value(problem.vector(plan)), abs=1e-9)
            assert all(column.lowBound - 1e-9 <= said[column.name] <= column.upBound + 1e-9 for column in milp.columns)
            for row in milp.problem.constraints():
                total = sum(value * said[column.name] for column, value in row.items())
                assert row.getLb() is None or total >= row.getLb() - 1e-7
                assert row.getUb() is None or total <= row.getUb() + 1e-7
            assert milp.tangents(problem.vector(plan), start, is_plan=True) == []


# -- shapes with an odd place -----------------------------------------------------------------------------------------


@each_solver
@pytest.mark.parametrize("shape", [Shape.RATIO, Shape.DEVIATION])
def test_students_of_a_group_where_there_are_none(shape, solver):
    """A unit with three of the group and nobody (`groups_above_total: keep`): no tangent is valid there, the answer is."""
    district, problem = question(1)
    students = district.students.copy()
    students[[2, 3]] = 0.0
    low = district.groups["low"] + 3.0 * (students == 0)
    rows = [gathered(problem, quantity, s) for s in range(district.num_schools) for quantity in (low - 0.3 * students, students)]
    if shape is Shape.DEVIATION:
        own = [Block(shape, vstack(rows, format="csr"), np.zeros(len(rows)))]
    else:
        own = [Block(shape, vstack(rows[i : i + 2], format="csr"), np.zeros(2), 0.1) for i in range(0, len(rows), 2)]
    terms = terms_of(problem, own=own)
    check(replace(problem, terms=(terms,)), terms, solver, worth(problem, terms, every(1)).min())


@each_solver
def test_a_value_may_be_below_zero(solver):
    """As added travel is: neither the bound nor the row that holds it stops at 0."""
    for seed in SEEDS:
        problem, _ = asked(seed, Shape.PEAK)
        saved = terms_of(problem, linear=-np.random.default_rng(seed).random(len(problem.pairs)))
        best = worth(problem, saved, every(seed)).min()
        assert best < 0
        assert check(replace(problem, terms=(saved,)), saved, solver, best).bound == pytest.approx(best, abs=1e-8)


def test_a_share_given_up_of_a_value_below_zero_is_room():
    problem, moved = question(0)[1], question(0)[1].terms[0]
    saved = terms_of(problem, linear=-np.random.default_rng(0).random(len(problem.pairs)))
    saved = replace(saved, goal=moved.goal.model_copy(update={"give_up": 0.1}))
    result = solve(replace(problem, terms=(saved, moved)), scenario().solve)
    first, second = worth(problem, saved, every(0)), worth(problem, moved, every(0))
    assert result.status is Status.OPTIMAL
    assert result.goals[1].value == pytest.approx(second[first <= 0.9 * first.min() + 2e-9].min(), abs=1e-8)


# -- Polsby-Popper: no model, no bound --------------------------------------------------------------------------------


@each_solver
def test_compact_zones_have_a_true_value_and_no_bound(solver):
    for seed in SEEDS:
        problem, terms = asked(seed, Shape.COMPACT)
        tracker, _ = run(problem, terms, solver)
        values = worth(problem, terms, every(seed))
        assert (tracker.bound, is_feasible(problem, tracker.plan)) == (None, True)
        assert tracker.value == terms.value(problem.vector(tracker.plan))
        assert tracker.value <= np.median(values)


def test_what_stands_for_compact_zones_is_said():
    problem, _ = asked(0, Shape.COMPACT)
    result = solve(problem, scenario(time_limit=2).solve)
    assert (result.status, result.goals[0].bound) == (Status.FEASIBLE, None)
    assert "reassigned: solvers minimize the length of borders in its stead, the search the goal itself; no bound is given." in result.warnings


# -- rules that leave a choice ----------------------------------------------------------------------------------------


def choices(seed: int, low: float, high: float) -> tuple[Formulation, np.ndarray]:
    """In every school the poor are at most `low` or at least `high` of the students; and which plans that leaves."""
    district, problem = question(seed)
    rules = []
    for s in range(district.num_schools):
        students, poor = gathered(problem, district.students, s), gathered(problem, district.groups["low"], s)
        block = Block(Shape.LEAST, vstack([poor - low * students, high * students - poor], format="csr"), np.zeros(2), 1.0, np.array([0.0, 1.0]))
        rules.append(Either(RowName("bands", district.school_ids[s]), block))
    problem = replace(problem, either=tuple(rules))
    kept = np.array([(either_excess(problem, problem.vector(plan)) <= 1e-7).all() for plan in every(seed)])
    return problem, kept


@each_solver
def test_a_choice_is_kept(solver):
    asked_for = 0
    for seed in range(6):
        problem, kept = choices(seed, 0.18, 0.27)
        terms = problem.terms[0]
        if not kept.any():
            assert run(problem, terms, solver)[1].is_infeasible
            continue
        values = worth(problem, terms, every(seed))
        check(problem, terms, solver, values[kept].min())
        asked_for += values[kept].min() > values.min()
    assert asked_for


@each_solver
def test_a_choice_that_nobody_can_make_is_infeasible(solver):
    problem, kept = choices(0, 0.0, 0.9)
    assert not kept.any()
    tracker, ending = run(problem, problem.terms[0], solver)
    assert (ending.is_infeasible, tracker.plan) == (True, None)
    assert solve(problem, scenario(solver=solver, time_limit=10).solve).status is Status.INFEASIBLE


def test_plans_are_judged_by_their_choices():
    problem, kept = choices(3, 0.18, 0.27)
    assert kept.any()
    assert not kept.all()
    for plan, is_kept in zip(every(3), kept, strict=True):
        assert is_feasible(problem, plan) is bool(is_kept)
        assert (total_violation(problem, plan) == 0) is bool(is_kept)


# -- borders ----------------------------------------------------------------------------------------------------------


def borders(seed: int, *, is_weighted: bool) -> tuple[Formulation, Terms, np.ndarray]:
    """Number or length of the edges between zones, as parts; and the same counted from the plans."""
    district, problem = question(seed)
    length = np.random.default_rng(seed).uniform(0.2, 2.0, len(district.edges)) if is_weighted else np.ones(len(district.edges))
    parts = vstack([border(problem, district, s) for s in range(district.num_schools)], format="csr")
    terms = terms_of(problem, parts=parts, over=np.tile(length, district.num_schools))
    units = every(seed)[:, problem.pairs.node_of_unit]
    counted = (units[:, district.edges[:, 0]] != units[:, district.edges[:, 1]]) @ length
    return replace(problem, terms=(terms,)), terms, counted


@each_solver
@pytest.mark.parametrize("is_weighted", [False, True])
def test_borders_are_minimized_and_proven(is_weighted, solver):
    for seed in SEEDS:
        problem, terms, counted = borders(seed, is_weighted=is_weighted)
        np.testing.assert_allclose(worth(problem, terms, every(seed)), counted)
        check(problem, terms, solver, counted.min())


def test_what_cannot_bend_has_no_column():
    """An edge whose nodes have one school each costs nothing or all, and one whose other end cannot have the school is linear."""
    district, problem = question(0)
    _, terms, _ = borders(0, is_weighted=False)
    milp = build(problem, [(terms, 1.0)])
    pairs = problem.pairs
    edges = pairs.node_of_unit[district.edges]
    bends = sum(int(((pairs.lookup[[v, w]] >= 0).all(axis=0) & (pairs.choices[[v, w]] > 1).all()).sum()) for v, w in edges)
    assert len(milp.columns) - len(milp.free) - (milp.constant is not None) == bends < terms.parts.shape[0]


# -- the engine and its neighborhoods ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["auto", "exact", "anneal"])
def test_the_engine_holds_one_shape_and_minimizes_the_next(method):
    problem, first = asked(0, Shape.DEVIATION)
    second = terms_of(problem, own=blocks(0, Shape.STEP))
    first = replace(first, goal=first.goal.model_copy(update={"give_up": 0.5}))
    problem = replace(problem, terms=(first, second))
    result = solve(problem, scenario(method=method, time_limit=2 if method == "anneal" else 60, threads=2).solve)
    held, values = worth(problem, first, every(0)), worth(problem, second, every(0))
    best = values[held <= 1.5 * held.min() + 2e-9].min()
    assert result.goals[1].value == pytest.approx(best, abs=1e-8)
    assert result.status is (Status.FEASIBLE if method == "anneal" else Status.OPTIMAL)


@pytest.mark.parametrize("shape", [Shape.RATIO, Shape.ENTROPY, Shape.DEVIATION, Shape.STEP, Shape.LEAST])
def test_neighborhoods_know_the_shapes(shape):
    problem, terms = asked(0, shape)
    values = worth(problem, terms, every(0))
    search = Neighborhoods(problem, [(terms, 1.0)], backend("highs"), 0)
    found = search.improve(every(0)[int(np.argmax(values))], 1.5, threading.Event(), lambda _plan, _value: None)
    assert terms.value(problem.vector(found)) < values.max()
    assert terms.value(problem.vector(found)) <= np.quantile(values, 0.1) + 1e-9
