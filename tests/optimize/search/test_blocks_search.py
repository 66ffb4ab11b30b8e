"""The search and the shapes that are no sums: every running total against numpy, the best of all plans found, everything undone."""

import threading
from dataclasses import replace
from functools import cache

import numba
import numpy as np
import pytest
from conftest import few
from drawn import grid, picture, scenario
from enumerated import plans
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, vstack

from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Block, Either, Formulation, RowName, Shape, Terms
from rezoning.formulation.sums import gathered_by_school
from rezoning.optimize.cuts.feasible import is_feasible, value
from rezoning.optimize.search import kernel
from rezoning.optimize.search.anneal import Search, Tuning
from rezoning.optimize.search.arrays import compile_model
from rezoning.optimize.search.destroy import Promise

GO = threading.Event()  # never set
SHORT = Tuning(draws=20)
PICTURES = ("AaBb/acCb", "AacC/aBbc", "aAbB/aabb", "AaB./zaCc")


@cache
def question(seed: int, method: str = "exact") -> Formulation:
    """Eight units of a picture with drawn students; a school may be left without a zone."""
    rng = np.random.default_rng(seed)
    rows = PICTURES[seed % len(PICTURES)]
    students = np.where(rng.random(8) < 0.2, 0.0, rng.integers(1, 40, 8))
    district = picture(rows, students=students, groups={"low": np.floor(students * rng.random(8))})
    rules = {"contiguity": {"method": method, "islands": "keep"}, "school_in_own_zone": False}
    return formulate(district, scenario(rules, [{"minimize": "reassigned"}]))


def gathered(problem: Formulation, quantity: np.ndarray) -> csr_array:
    return gathered_by_school(problem.pairs, quantity, np.arange(problem.pairs.num_schools))


def blocks_of(shape: Shape, problem: Formulation, seed: int) -> tuple[Block, ...]:  # noqa: PLR0911 (a table)
    """Blocks as goals and rules have them: of one school each, or one of all."""
    rng = np.random.default_rng([seed, list(Shape).index(shape)])
    n, m = len(problem.pairs.node_of_unit), problem.pairs.num_schools
    number = rng.integers(0, 30, n).astype(float)
    group = np.floor(number * rng.random(n))
    students, low = gathered(problem, number), gathered(problem, group)
    schools, weight = range(m), float(rng.choice([0.25, 1.0, 3.0]))
    match shape:
        case Shape.PEAK:
            floor = csr_array((1, len(problem.pairs)))
            target = np.append(rng.integers(20, 60, m), 0.0)
            most = Block(shape, vstack([students, floor], format="csr"), target, weight)
            return (most, Block(shape, -students, np.full(m, 2.5), 0.5))
        case Shape.STEP:
            return tuple(_changed(problem, s, weight) for s in schools)
        case Shape.LEAST:
            return tuple(_ranges(students, s, rng, weight) for s in schools)
        case Shape.RATIO:
            surplus = low - 0.4 * students
            return tuple(Block(shape, vstack([surplus[[s]], students[[s]]], format="csr"), np.zeros(2), weight) for s in schools)
        case Shape.ENTROPY:
            shares = np.array([0.4, 0.6])
            parts = [vstack([low[[s]], students[[s]] - low[[s]]], format="csr") for s in schools]
            return tuple(Block(shape, own, np.zeros(2), weight, shares) for own in parts)
        case Shape.DEVIATION:
            both = vstack([vstack([low[[s]] - 0.4 * students[[s]], students[[s]]]) for s in schools], format="csr")
            return (Block(shape, both, np.zeros(2 * m), weight),)
        case Shape.COMPACT:
            return tuple(_compact(problem, s, rng, weight) for s in schools)
        case Shape.EXCESS:
            compact = [_compact(problem, s, rng, weight) for s in schools]
            target = np.concatenate([[rng.uniform(5, 15)], np.zeros(len(compact[0].target) - 2)])
            return tuple(Block(shape, own.parts[1:], target, weight, own.param[1:]) for own in compact)
        case Shape.ISOLATED:
            param = np.array([0.45, 0.0])
            return tuple(Block(shape, vstack([low[[s]], students[[s]]], format="csr"), np.zeros(2), weight, param) for s in schools)
        case Shape.SPLIT:
            return (Block(shape, students, np.zeros(m), weight), Block(shape, low[:2], np.zeros(2), 0.5))
        case Shape.SMALL:
            parts = vstack([low, csr_array(low.sum(axis=0).reshape(1, -1))], format="csr")
            return (Block(shape, parts, np.zeros(m + 1), weight, np.append(rng.uniform(0.2, 0.6, m), 0.0)),)


def _changed(problem: Formulation, s: int, weight: float) -> Block:
    """Whether a zone gains a unit or loses one."""
    pairs = problem.pairs
    own = np.flatnonzero(pairs.school == s)
    stays = problem.start[pairs.node[own]] == s
    sign = np.where(stays, -1.0, 1.0)
    parts = csr_array((sign, (np.arange(len(own)), own)), shape=(len(own), len(pairs)))
    return Block(Shape.STEP, parts, np.where(stays, -1.0, 0.0), weight)


def _ranges(students: csr_array, s: int, rng: np.random.Generator, weight: float) -> Block:
    """Students within one of three ranges, the quantities of the alternatives mixed up."""
    low = np.sort(rng.integers(0, 90, 3)).astype(float)
    high, order = low + rng.integers(0, 20, 3), rng.permutation(6)
    parts = vstack([students[[s]]] * 3 + [-students[[s]]] * 3, format="csr")
    return Block(Shape.LEAST, parts[order], np.concatenate([high, -low])[order], weight, np.array([0.0, 1, 2, 0, 1, 2])[order])


def _compact(problem: Formulation, s: int, rng: np.random.Generator, weight: float) -> Block:
    """1 - 4 pi A / L² of one zone; L by half sums, so that a border counts where just one side is in the zone."""
    pairs, n = problem.pairs, len(problem.pairs.node_of_unit)
    edges = [(pairs.lookup[pairs.node_of_unit[a], s], pairs.lookup[pairs.node_of_unit[b], s]) for a, b in sorted(grid(2, 4))]
    border = csr_array((len(edges), len(pairs))).tolil()
    for i, (p, q) in enumerate(edges):
        border[i, [p for p in (p,) if p >= 0]] = 1.0
        border[i, [q for q in (q,) if q >= 0]] = -1.0
    area, outer = gathered(problem, rng.uniform(1, 3, n))[[s]], gathered(problem, rng.uniform(1, 4, n))[[s]]
    parts = vstack([area, outer, border], format="csr")
    return Block(Shape.COMPACT, parts, np.zeros(2 + len(edges)), weight, np.concatenate([[0, 0], rng.uniform(0, 2, len(edges))]))


def goal_of(shapes: list[Shape], problem: Formulation, seed: int) -> Terms:
    """A goal of blocks of the shapes."""
    terms, blocks = problem.terms[0], [block for shape in shapes for block in blocks_of(shape, problem, seed)]
    return replace(terms, linear=0.0 * terms.linear, blocks=tuple(blocks))


def choice_of(problem: Formulation, seed: int) -> tuple[Either, ...]:
    blocks = blocks_of(Shape.LEAST, problem, seed)
    return tuple(Either(RowName("bands", str(s)), replace(block, weight=1.0)) for s, block in enumerate(blocks))


def obeys(problem: Formulation, plan: np.ndarray) -> bool:
    """Whether a plan keeps held goals and choices too, by the formulas of `formulation`."""
    x = problem.vector(plan)
    return all(held.terms.value(x) <= held.upper + 1e-9 for held in problem.held) and all(e.block.value(x) <= 1e-7 for e in problem.either)


mixes = st.lists(st.sampled_from(list(Shape)), min_size=1, max_size=4, unique=True)


@given(st.integers(0, 99), mixes, mixes, st.booleans(), st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([1e-9, 0.1, 1e3]))
def test_totals_hold_after_thousands_of_moves(seed, shapes, held, is_chosen, chance, temperature):
    plain = question(seed, "none" if seed % 5 == 0 else "exact")
    objective = [(goal_of(shapes, plain, seed), 1.0), (plain.terms[0], 0.5)]
    kept = goal_of(held, plain, seed + 1)
    problem = plain.hold(kept, 0.6 * abs(kept.value(np.full(len(plain.pairs), 0.3))))
    problem = replace(problem, either=choice_of(problem, seed) if is_chosen else ())
    model, state = compile_model(problem, objective), None
    start = Search(plain, objective, seed).repair(np.full(plain.pairs.num_nodes, -1), 5.0)
    state = kernel.new_state(model, seed)
    state.nodes[kernel.ZONE] = start
    kernel.settle(model, state)
    for _ in range(4):
        assert kernel.anneal(model, state, 2_000, temperature, temperature, chance, 3, 10, 8) < 1e-9
        zones = state.nodes[kernel.ZONE].astype(np.int64)
        assert state.total[kernel.VALUE] == pytest.approx(value(objective, problem, zones), abs=1e-9)
        assert state.held[kernel.HELD_VALUE, 0] == pytest.approx(kept.value(problem.vector(zones)), abs=1e-9)
        assert (state.tally[kernel.BROKEN] == 0) == (is_feasible(plain, zones) and obeys(problem, zones))
        if state.total[kernel.BEST] < np.inf:
            best = state.nodes[kernel.BEST_ZONE].astype(np.int64)
            assert is_feasible(plain, best)
            assert obeys(problem, best)
            assert state.total[kernel.BEST] == pytest.approx(value(objective, problem, best), abs=1e-9)


@pytest.mark.parametrize(("seed", "method"), few([(0, "exact"), (1, "exact"), (2, "exact"), (3, "exact"), (0, "none")], 4))
@pytest.mark.parametrize("shape", list(Shape))
def test_finds_the_best_of_all_plans(shape, seed, method):
    problem = question(seed, method)
    objective = [(goal_of([shape], problem, seed), 1.0)]
    best = min(value(objective, problem, plan) for plan in plans_of(seed, method))
    assert value(objective, problem, improved(problem, objective, seed)) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("seed", few(range(4), 2))
def test_finds_the_best_plan_that_keeps_a_held_goal(shape, seed):
    plain = question(seed)
    kept = goal_of([shape], plain, seed)
    reached = np.array([kept.value(plain.vector(plan)) for plan in plans_of(seed, "exact")])
    upper = float(np.quantile(reached, 0.1)) + 1e-6
    problem, objective = plain.hold(kept, upper), [(goal_of([Shape.RATIO], plain, seed + 1), 1.0)]
    best = min(value(objective, problem, plan) for plan in plans_of(seed, "exact")[reached <= upper])
    found = improved(problem, objective, seed)
    assert kept.value(problem.vector(found)) <= upper + 1e-9
    assert value(objective, problem, found) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", few(range(12), 3))
def test_finds_the_best_plan_that_makes_a_choice(seed):
    plain = question(seed)
    problem, objective = replace(plain, either=choice_of(plain, seed)), [(goal_of([Shape.RATIO], plain, seed), 1.0)]
    allowed = [plan for plan in plans_of(seed, "exact") if obeys(problem, plan)]
    search = Search(problem, objective, seed, SHORT)
    found = search.repair(problem.start, 10.0 if allowed else 0.2)
    if not allowed:
        assert found is None
        return
    assert obeys(problem, found)
    found = search.improve(found, 60.0, GO, lambda _plan, _value: None, cycles=6)
    assert value(objective, problem, found) == pytest.approx(min(value(objective, problem, plan) for plan in allowed), abs=1e-9)


@cache
def plans_of(seed: int, method: str) -> np.ndarray:
    found = plans(question(seed, method))
    return found[np.random.default_rng(seed).permutation(len(found))]


def improved(problem: Formulation, objective: list[tuple[Terms, float]], seed: int) -> np.ndarray:
    search = Search(problem, objective, seed, SHORT)
    start = search.repair(problem.start, 10.0)
    assert start is not None
    return search.improve(start, 60.0, GO, lambda _plan, _value: None, cycles=8)


def test_repeats_itself_for_a_seed():
    problem = question(0)
    objective = [(goal_of(list(Shape), problem, 0), 1.0)]

    def run(seed: int) -> list[tuple[list[int], float]]:
        told = []
        Search(problem, objective, seed, SHORT).improve(problem.start, 60.0, GO, lambda p, v: told.append((p.tolist(), v)), cycles=3)
        return told

    assert run(1) == run(1)


@numba.njit(error_model="numpy", _nrt=False)
def _look_and_undo(model, state, v, p):
    kernel._put(model, state, v, p)
    value, penalty, _guide = kernel._cost_of_change(model, state)
    kernel._undo(model, state)
    return value, penalty


def test_undo_leaves_everything_as_it_was():
    plain = question(1, "none")
    goal = goal_of(list(Shape), plain, 1)
    problem = replace(plain.hold(goal_of(list(Shape), plain, 2), 1.0), either=choice_of(plain, 3))
    model = compile_model(problem, [(goal, 1.0)])
    state = kernel.new_state(model, 0)
    state.nodes[kernel.ZONE] = problem.pairs.school[problem.pairs.first[:-1]]
    kernel.settle(model, state)
    lasting = [state.nodes[: kernel.LOG_NODE], state.flows, state.held[: kernel.HELD_SCRATCH], state.blocks[: kernel.CHANGE_OF_SUM]]
    before = [array.copy() for array in [*lasting, state.touched[1], state.reached[1], state.total]]
    for p, v in enumerate(problem.pairs.node):
        plan = state.nodes[kernel.ZONE].astype(np.int64)
        moved = np.where(np.arange(len(plan)) == v, problem.pairs.school[p], plan)
        change, _penalty = _look_and_undo(model, state, v, p)
        assert change == pytest.approx(goal.value(problem.vector(moved)) - goal.value(problem.vector(plan)), abs=1e-9)
        for array, was in zip([*lasting, state.touched[1], state.reached[1], state.total], before, strict=True):
            np.testing.assert_array_equal(array, was)


# -- many parts, many rows --------------------------------------------------------------------------------------------


def town(side: int, rules: dict, goals: list[dict]) -> Formulation:
    """A square of units with four schools, zones of today a quarter each."""
    half = side // 2
    line = ["a" * half + "b" * half] * half + ["c" * half + "d" * half] * half
    near, far = half // 2, half + half // 2
    for r, c, name in ((near, near, "A"), (near, far, "B"), (far, near, "C"), (far, far, "D")):
        line[r] = line[r][:c] + name + line[r][c + 1 :]
    students = np.random.default_rng(side).integers(0, 9, side * side).astype(float)
    return formulate(picture("/".join(line), students=students, capacity=students.sum() / 4 * np.array([0.9, 1, 1, 1.3])), scenario(rules, goals))


def test_tens_of_thousands_of_borders_keep_their_totals():
    problem = town(60, {}, [{"minimize": "cut_edges"}])
    objective = [(problem.terms[0], 1.0)]
    model = compile_model(problem, objective)
    assert len(model.kind) > 4 * 6_500
    assert model.quantity.nbytes + model.limits.nbytes + model.costs.nbytes < 5e6  # nothing is (parts, pairs)
    state = kernel.new_state(model, 0)
    state.nodes[kernel.ZONE] = problem.start
    kernel.settle(model, state)
    assert state.total[kernel.VALUE] == 120
    assert kernel.anneal(model, state, 100_000, 3.0, 0.01, 0.05, 3, 20, 64) < 1e-9
    zones = state.nodes[kernel.ZONE].astype(np.int64)
    assert state.total[kernel.VALUE] == pytest.approx(sum(zones[a] != zones[b] for a, b in grid(60, 60)))
    best = state.nodes[kernel.BEST_ZONE]
    assert state.total[kernel.BEST] == pytest.approx(sum(best[a] != best[b] for a, b in grid(60, 60)))
    assert len(Promise(problem, objective).of(problem.start).tables[0][0]) == 0  # no table of a row for each border
    assert Promise(problem, objective).of(problem.start).promise([0]) > 0


def test_repairs_a_thousand_rows_of_neighbors():
    """Neighbors that move together: a row for each unit and school, and today's zones are too full."""
    rules = {"capacity": {"max": 1.0, "of": "capacity"}, "unity": {"min_share": 0.5}}
    problem = town(16, rules, [{"minimize": "reassigned"}])
    assert len(problem.rows.names) > 700
    assert not is_feasible(problem, problem.start)
    found = Search(problem, [(problem.terms[0], 1.0)], 0).repair(problem.start, 20.0)
    assert found is not None
    assert is_feasible(problem, found)


# -- which schools to look at together --------------------------------------------------------------------------------


def promise_of(shapes: list[Shape], schools: list[int]) -> tuple[float, tuple[Block, ...], np.ndarray]:
    problem = question(0)
    goal = goal_of(shapes, problem, 0)
    borders = Promise(problem, [(replace(goal, parts=goal.parts[:0], target=np.zeros(0), over=np.zeros(0), under=np.zeros(0)), 2.0)])
    return borders.of(problem.start).promise(schools), goal.blocks, problem.vector(problem.start)


@pytest.mark.parametrize("shape", [Shape.RATIO, Shape.ENTROPY])
def test_promise_is_what_a_common_mix_would_save(shape):
    found, blocks, x = promise_of([shape], [0, 2])
    pooled = replace(blocks[0], parts=blocks[0].parts + blocks[2].parts)
    assert found == pytest.approx(2.0 * (blocks[0].value(x) + blocks[2].value(x) - pooled.value(x)))
    assert found > 0


def test_promise_of_a_largest_deviation_is_how_far_it_would_fall():
    found, (block,), x = promise_of([Shape.DEVIATION], [0, 2])
    q = block.parts @ x
    own, pooled = np.abs(q[[0, 4]]) / q[[1, 5]], abs(q[0] + q[4]) / (q[1] + q[5])
    assert found == pytest.approx(2.0 * block.weight * (own.max() - pooled))


@pytest.mark.parametrize("shape", [Shape.STEP, Shape.COMPACT, Shape.LEAST, Shape.ISOLATED])
def test_promise_of_a_zone_by_itself_is_what_it_costs(shape):
    found, blocks, x = promise_of([shape], [1])
    assert found == pytest.approx(2.0 * blocks[1].value(x))
