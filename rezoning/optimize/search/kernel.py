"""The compiled part of the search: moves of nodes between zones, with running totals and contiguity kept at every step.

A change is a transaction: nodes are shifted one by one, each time with the pieces that it would cut off; `SearchState.change` gathers what that does
to every quantity; then all of it is kept or undone. All chance comes from `SearchState.random`, so a seed repeats a search exactly.

Where a goal is flat nearly everywhere (whether a zone changed at all, a largest share), moves are also judged by a small `guide`, which knows what
leads to a change; it is no part of any total, so what is best is said by the goals alone.

One long file on purpose: numba's cache on disk notices a change only in the file of the function that Python calls, so everything that is compiled
into those functions, constants too, has to stand here.
"""

# mypy: disable-error-code="no-any-return, return-value"
# (an element of an array is a number to numba, whatever numpy's types say)
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.blocks import FEED, NOTHING, Floats

Int32s = NDArray[np.int32]
_Function = TypeVar("_Function", bound=Callable[..., Any])


# `_nrt`: without numba's reference counts, which took nine tenths of the time; nothing here makes an array.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
_INNER = _OPTIONS | {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: _Function) -> _Function:
    """Compile to machine code that is kept on disk and runs beside other threads."""
    return cast(_Function, numba.njit(cache=True, **_OPTIONS)(function))


def inner(function: _Function) -> _Function:
    """Compile into the compiled functions that call it."""
    return cast(_Function, numba.njit(**_INNER)(function))


def apart(function: _Function) -> _Function:
    """Compile to a function of its own: what few questions need shall not swell the loops of the others."""
    return cast(_Function, numba.njit(**_OPTIONS)(function))


OBJECTIVE, ROW, HELD = 0, 1, 2  # kind of a quantity or block; HELD + g for held goal g; -1 - b for a quantity of block b
PEAK, STEP, LEAST, RATIO, ENTROPY, DEVIATION, COMPACT, EXCESS, ISOLATED, SPLIT, SMALL = range(11)  # shapes of blocks, as `formulation.Shape` has them
# Rows of Model.nodes, pairs, limits and held. Few arrays with many rows: each array that a compiled function is handed costs time at every call.
FIRST_NEAR, FIRST_PAIR, IS_IDLE, FIRST_PARTNER = range(4)
FIRST_CELL, NODE, SCHOOL, IS_SOURCE, FIRST_LINK = range(5)
PARTNER, OFFSET = range(2)  # rows of Model.partners
LOW, HIGH, OVER, UNDER, PARAM = range(5)
CONSTANT, UPPER = range(2)
FIRST_OF, SHAPE, ROLE = range(3)  # rows of Model.blocks


class SearchModel(NamedTuple):
    """What does not change while searching.

    Indices: `v` node, `p` pair, `l` product of two pairs, `k` quantity, `g` held goal, `b` block. Partners are nodes with a product of their pairs.

    Parameters
    ----------
    is_exact
        1 where contiguity must be kept.
    nodes
        Shape (4, N + 1): where the neighbors and the pairs of v begin (v + 1: where they end), whether v is idle: nothing counts it; and where its
        partners begin.
    near
        Neighbors of all nodes, one after the other.
    mutual
        For each slot (v, w) of `near`: bit i is set when w is adjacent to the i-th neighbor of v; zero where v has more than 64.
    pairs
        Shape (5, P + 1): where the cells of p begin; its node; its school; whether the node is a source of the school; where its `products` begin.
    quantity, coefficient
        The cells: quantities that a pair counts in, then those that a product counts in.
    costs
        Shape (1 + G, P + L): cost of each pair and product in the objective (weights included), then in each held goal.
    kind, limits
        Per quantity, (K,) and (5, K). Slopes are those of the goal's value (weights included), for rows 1 / largest coefficient. A quantity of a
        block costs nothing by itself; `low` is its target.
    blocks, slope
        Shape (3, B + 1) and (B,): where the quantities of b begin (b + 1: where they end), its shape, what it counts for; and how much (weights
        included, for rules 1 / largest coefficient).
    held
        Shape (2, G): constant and upper side of each held goal.
    slots
        Shape (2, M), the possible moves: (v, w) where v has a choice and shares a school with its neighbor w, or (v, -1 - p) for a pair that needs no
        neighbor in its zone: those of sources, and without contiguity all.
    roomy
        Nodes with a choice that may have school s: ``roomy[roomy[s]:roomy[s + 1]]``.
    partners, products
        Shapes (2, number of partners) and (number,): the partners of all nodes, one node's after the other's, and an offset. The product of p and
        its node's i-th partner's pair q is ``products[pairs[FIRST_LINK, p] + partners[OFFSET, i] + q]``, -1 where it counts nowhere.
    product_cells
        Where the cells of product l begin, shape (L + 1,).
    twins
        Nodes of other levels that hold the same units: ``twins[twins[v]:twins[v + 1]]``.
    """

    is_exact: int
    nodes: Int32s
    near: Int32s
    mutual: NDArray[np.uint64]
    pairs: Int32s
    quantity: Int32s
    coefficient: Floats
    costs: Floats
    kind: Int32s
    limits: Floats
    blocks: Int32s
    slope: Floats
    held: Floats
    slots: Int32s
    roomy: Int32s
    partners: Int32s
    products: Int32s
    product_cells: Int32s
    twins: Int32s


# Places in State.tally
LOGGED, TOUCHED, STAMP, BROKEN, IS_AT_BEST, ACCEPTED, PROPOSED, CHAINED = range(8)
# Places in State.total
VALUE, PENALTY, BEST, CHANGE_VALUE, CHANGE_PENALTY, OBJECTIVE_WEIGHT, GUIDANCE = range(7)

BROKEN_ROW = 5e-8  # half of what the exact check allows
BROKEN_HELD = 5e-10

# Measured on drawn towns of 36 and 144 schools. A step by itself says nothing about where it is taken, so its guide from many changed units to none
# is worth more than the step; a largest quantity says something, and a strong guide would cost the other goals of a weighted sum dear.
GUIDE_STEP = 4.0
GUIDE_PEAK = 0.2  # steepness at the largest, over the shape's own


# Rows of State.nodes
ZONE, PAIR, BEST_ZONE, LOG_NODE, LOG_PAIR, IS_LOGGED, MARK, QUEUE, FOLLOW, LIST, WISH = range(11)
# Rows of State.flows and State.held
ACTIVITY, PRICE, CHANGE_OF = range(3)
HELD_VALUE, HELD_PRICE, HELD_CHANGE, HELD_SCRATCH = range(4)
# Rows of State.blocks: what the shape is worth; sum of what its quantities add, where it has one; price of its violation; where the guide begins and
# how steep it is; then, of the open transaction: change of the sum and of the guide, largest of the touched quantities before and after.
SHAPE_VALUE, RUNNING, BLOCK_PRICE, LEVEL, STEEPNESS, CHANGE_OF_SUM, CHANGE_OF_GUIDE, MOST_BEFORE, MOST_AFTER = range(9)


class SearchState(NamedTuple):
    """What changes while searching; one per thread.

    Parameters
    ----------
    nodes
        Shape (11, N): zone, pair and best zone of each node; the nodes that the open transaction shifted, the pairs they had, and whether a node is
        among them; marks, queue and links of the connectivity test; the nodes that shall move together, and where to.
    flows
        Shape (3, K): q[k]; price of a row's violation (over its largest coefficient); what the open transaction does to q[k].
    held
        Shape (4, G): value of each held goal, price of its excess, what the open transaction does to it, scratch.
    blocks
        Shape (9, B), by the places named above.
    touched, reached
        Shapes (2, K + 1) and (2, B): the quantities in the open transaction; whether a quantity is among them. The same of blocks.
    component
        Shape (6, largest degree): union-find of the connectivity test.
    total, tally, random
        Scalars, by the places named above; the generator's 64 bits.
    """

    nodes: Int32s
    flows: Floats
    held: Floats
    blocks: Floats
    touched: Int32s
    reached: Int32s
    component: Int32s
    total: Floats
    tally: NDArray[np.int64]
    random: NDArray[np.uint64]


def new_state(model: SearchModel, seed: int) -> SearchState:
    """A state without zones; `settle` computes the totals once they are set."""
    n, k, g, b = model.nodes.shape[1] - 1, len(model.kind), model.held.shape[1], len(model.slope)
    degree = int(np.diff(model.nodes[FIRST_NEAR]).max(initial=0)) + 2
    total = np.zeros(7)
    total[[BEST, OBJECTIVE_WEIGHT, GUIDANCE]] = np.inf, 1.0, 0.5
    blocks = np.zeros((9, b))
    blocks[BLOCK_PRICE] = 1.0
    random = np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)
    return SearchState(
        nodes=np.zeros((11, n), np.int32),
        flows=np.ones((3, k)) * [[0.0], [1.0], [0.0]],
        held=np.ones((4, g)) * [[0.0], [1.0], [0.0], [0.0]],
        blocks=blocks,
        touched=np.zeros((2, k + 1), np.int32),
        reached=np.zeros((2, b), np.int32),
        component=np.zeros((6, degree), np.int32),
        total=total,
        tally=np.zeros(8, np.int64),
        random=random,
    )


@compiled
def mutual_bits(near_first: Int32s, near: Int32s, place: Int32s, bits: NDArray[np.uint64]) -> None:
    """For each slot (v, w) the bits of v's neighbors that w is adjacent to; zero where v has more than 64."""
    for v in range(len(near_first) - 1):
        a, b = near_first[v], near_first[v + 1]
        if b - a > 64:
            continue
        for e in range(a, b):
            place[near[e]] = e - a
        for e in range(a, b):
            w = near[e]
            for f in range(near_first[w], near_first[w + 1]):
                if place[near[f]] >= 0:
                    bits[e] |= np.uint64(1) << np.uint64(place[near[f]])
        for e in range(a, b):
            place[near[e]] = -1


@inner
def _copy(into: NDArray[Any], values: NDArray[Any]) -> None:
    for i in range(len(into)):
        into[i] = values[i]


@inner
def _fill(into: Floats, number: float) -> None:
    for i in range(len(into)):
        into[i] = number


@inner
def _draw(state: SearchState) -> np.uint64:
    """64 random bits (Marsaglia's xorshift, multiplied)."""
    x = state.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.random[0] = x
    return x * np.uint64(2685821657736338717)


@inner
def _below(state: SearchState, n: int) -> int:
    """A random whole number from 0 to n - 1."""
    return np.int64(((_draw(state) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@inner
def _uniform(state: SearchState) -> float:
    """A random number in (0, 1]."""
    return (np.float64(_draw(state) >> np.uint64(11)) + 1.0) * (1.0 / 9007199254740992.0)


@inner
def _pair_of(model: SearchModel, v: int, s: int) -> int:
    """The pair (v, s), -1 where not admissible."""
    for p in range(model.nodes[FIRST_PAIR, v], model.nodes[FIRST_PAIR, v + 1]):
        if model.pairs[SCHOOL, p] == s:
            return p
    return -1


# -- running totals --------------------------------------------------------------------------------------------------


@inner
def _excess(model: SearchModel, k: int, q: float) -> float:
    """Cost of a quantity at q."""
    if q > model.limits[HIGH, k]:
        return model.limits[OVER, k] * (q - model.limits[HIGH, k])
    if q < model.limits[LOW, k]:
        return model.limits[UNDER, k] * (model.limits[LOW, k] - q)
    return 0.0


@inner
def _is_broken(model: SearchModel, k: int, q: float) -> int:
    return 1 if q > model.limits[HIGH, k] + BROKEN_ROW or q < model.limits[LOW, k] - BROKEN_ROW else 0


# -- blocks ----------------------------------------------------------------------------------------------------------


@inner
def _after(limits: Floats, flows: Floats, k: int) -> float:
    """A quantity of a block as the open transaction leaves it; rounded exactly as `_commit` will, so that equal stays equal."""
    return (flows[ACTIVITY, k] + flows[CHANGE_OF, k]) - limits[LOW, k]


@inner
def _rate(surplus: float, students: float) -> float:
    return abs(surplus) / students if students > NOTHING else 0.0


@inner
def _lure(blocks: Floats, b: int, q: float) -> float:
    """Guide of one of the quantities that a largest one is sought of: it is steep near the largest only, so that other goals are left in peace."""
    above = max(q - blocks[LEVEL, b], 0.0)
    return above * above * above * above * blocks[STEEPNESS, b]


@inner
def _pull(blocks: Floats, b: int, q: float) -> float:
    """Guide of one feed of a school that is split while it has several: concave, so that the small ones run dry and do not even out."""
    return np.log(1.0 + max(q, 0.0)) * blocks[STEEPNESS, b]


@apart
def _shape_of(limits: Floats, shapes: Int32s, flows: Floats, b: int, running: float) -> float:  # noqa: PLR0911, PLR0912 (a table of functions)
    """The table of `formulation.Shape` after the open transaction; STEP, SPLIT, COMPACT and EXCESS by their running sums."""
    first, end, shape = shapes[FIRST_OF, b], shapes[FIRST_OF, b + 1], shapes[SHAPE, b]
    if shape == STEP:
        return 1.0 if running > 0.5 else 0.0
    if shape == SPLIT:
        return 1.0 if running > 1.5 else 0.0
    if shape == COMPACT:
        area, length = _after(limits, flows, first), _after(limits, flows, first + 1) + running
        return 1.0 - 4.0 * np.pi * area / (length * length) if area > NOTHING else 0.0
    if shape == EXCESS:
        return max(0.0, _after(limits, flows, first) + running)
    if shape == RATIO:
        group, students = _after(limits, flows, first), _after(limits, flows, first + 1)
        return group * group / students if students > NOTHING else 0.0
    if shape == ISOLATED:
        group, students = _after(limits, flows, first), _after(limits, flows, first + 1)
        return group if students > NOTHING and group >= (limits[PARAM, first] - NOTHING) * students else 0.0
    found = 0.0
    if shape == PEAK:
        found = -np.inf
        for k in range(first, end):
            found = max(found, _after(limits, flows, k))
    elif shape == DEVIATION:
        for k in range(first, end, 2):
            found = max(found, _rate(_after(limits, flows, k), _after(limits, flows, k + 1)))
    elif shape == SMALL:
        whole = _after(limits, flows, end - 1)
        for k in range(first, end - 1):
            q = _after(limits, flows, k)
            if q > FEED and q < limits[PARAM, k] * whole - FEED:
                found += q
    elif shape == ENTROPY:
        whole = 0.0
        for k in range(first, end):
            whole += _after(limits, flows, k)
        for k in range(first, end):
            q = _after(limits, flows, k)
            if q > NOTHING:
                found += q * np.log(q / (limits[PARAM, k] * whole))
    else:  # LEAST; alternatives stand one after the other
        found, own = np.inf, 0.0
        for k in range(first, end):
            own += max(_after(limits, flows, k), 0.0)
            if k + 1 == end or limits[PARAM, k + 1] != limits[PARAM, k]:
                found, own = min(found, own), 0.0
    return found


@apart
def _settle_block(limits: Floats, shapes: Int32s, flows: Floats, blocks: Floats, b: int) -> float:
    """Recompute a block, without an open transaction, and where its guide begins; what the shape is worth."""
    first, end, shape = shapes[FIRST_OF, b], shapes[FIRST_OF, b + 1], shapes[SHAPE, b]
    running, mean = 0.0, 0.0
    for k in range(first, end):
        q = _after(limits, flows, k)
        mean += q / (end - first)
        if (shape == STEP and q > NOTHING) or (shape == SPLIT and q > FEED):
            running += 1.0
        elif shape == COMPACT and k >= first + 2:
            running += limits[PARAM, k] * abs(q)
        elif shape == EXCESS and k > first:
            running += limits[PARAM, k] * max(q, 0.0)
    value = _shape_of(limits, shapes, flows, b, running)
    level = mean if shape == PEAK else 0.0
    blocks[SHAPE_VALUE, b], blocks[RUNNING, b], blocks[LEVEL, b] = value, running, level
    if shape == STEP:
        blocks[STEEPNESS, b] = GUIDE_STEP / np.log(1.0 + end - first)
    elif shape == SPLIT:
        blocks[STEEPNESS, b] = GUIDE_STEP / np.log(2.0 + mean * (end - first))
    else:
        span = value - level
        blocks[STEEPNESS, b] = 0.25 * GUIDE_PEAK / (span * span * span) if span > 1e-6 else 0.0
    return value


@apart
def _gather_blocks(kind: Int32s, limits: Floats, shapes: Int32s, flows: Floats, blocks: Floats, touched: Int32s, reached: Int32s, size: int) -> int:
    """Sum up by block what the open transaction does to its quantities; the number of blocks, which `reached` lists."""
    num = 0
    for i in range(size):
        k = touched[0, i]
        b = -1 - kind[k]
        if b < 0:
            continue
        if reached[1, b] == 0:
            reached[1, b] = 1
            reached[0, num] = b
            num += 1
            blocks[CHANGE_OF_SUM, b], blocks[CHANGE_OF_GUIDE, b], blocks[MOST_BEFORE, b], blocks[MOST_AFTER, b] = 0.0, 0.0, -np.inf, -np.inf
        first, shape = shapes[FIRST_OF, b], shapes[SHAPE, b]
        was, now = flows[ACTIVITY, k] - limits[LOW, k], _after(limits, flows, k)
        if shape == STEP:
            blocks[CHANGE_OF_SUM, b] += (1.0 if now > NOTHING else 0.0) - (1.0 if was > NOTHING else 0.0)
        elif shape == SPLIT:
            blocks[CHANGE_OF_SUM, b] += (1.0 if now > FEED else 0.0) - (1.0 if was > FEED else 0.0)
            blocks[CHANGE_OF_GUIDE, b] += _pull(blocks, b, now) - _pull(blocks, b, was)
        elif shape == COMPACT and k >= first + 2:
            blocks[CHANGE_OF_SUM, b] += limits[PARAM, k] * (abs(now) - abs(was))
        elif shape == EXCESS and k > first:
            blocks[CHANGE_OF_SUM, b] += limits[PARAM, k] * (max(now, 0.0) - max(was, 0.0))
        elif shape in (PEAK, DEVIATION):
            if shape == DEVIATION:
                a = k - (k - first) % 2
                if k != a and touched[1, a] == 1:
                    continue  # the two count once
                was = _rate(flows[ACTIVITY, a] - limits[LOW, a], flows[ACTIVITY, a + 1] - limits[LOW, a + 1])
                now = _rate(_after(limits, flows, a), _after(limits, flows, a + 1))
            blocks[MOST_BEFORE, b] = max(blocks[MOST_BEFORE, b], was)
            blocks[MOST_AFTER, b] = max(blocks[MOST_AFTER, b], now)
            blocks[CHANGE_OF_GUIDE, b] += _lure(blocks, b, now) - _lure(blocks, b, was)
    return num


@apart
def _change_of_blocks(
    kind: Int32s, limits: Floats, shapes: Int32s, slope: Floats, flows: Floats, blocks: Floats, touched: Int32s, reached: Int32s, size: int,
    upper: Floats, held: Floats, row: int, keep: bool,
) -> tuple[float, float, float, int]:  # fmt: skip
    """What the open transaction does to blocks: to the value, the penalty, the guide, and the number of broken rules.

    Held goals are changed in the given row of `held`; `keep` makes it last.
    """
    value, penalty, guide, broken = 0.0, 0.0, 0.0, 0
    for i in range(_gather_blocks(kind, limits, shapes, flows, blocks, touched, reached, size)):
        b = reached[0, i]
        reached[1, b] = 0
        was, shape, role = blocks[SHAPE_VALUE, b], shapes[SHAPE, b], shapes[ROLE, b]
        running = blocks[RUNNING, b] + blocks[CHANGE_OF_SUM, b]
        now = was
        if shape not in (PEAK, DEVIATION):
            now = _shape_of(limits, shapes, flows, b, running)
        elif blocks[MOST_AFTER, b] >= was:
            now = blocks[MOST_AFTER, b]
        elif blocks[MOST_BEFORE, b] >= was - NOTHING:  # the largest itself falls
            now = _shape_of(limits, shapes, flows, b, running)
        lure = blocks[CHANGE_OF_GUIDE, b]
        if shape == STEP:
            lure = (np.log(1.0 + running) - np.log(1.0 + blocks[RUNNING, b])) * blocks[STEEPNESS, b]
        step = slope[b] * (now - was)
        if role == OBJECTIVE:
            value += step
            guide += slope[b] * lure
        elif role == ROW:
            penalty += blocks[BLOCK_PRICE, b] * step
            broken += (1 if now > BROKEN_ROW else 0) - (1 if was > BROKEN_ROW else 0)
        else:
            g = role - HELD
            held[row, g] += step
            if held[HELD_VALUE, g] > upper[g]:
                guide += held[HELD_PRICE, g] * slope[b] * lure
        if keep:
            blocks[SHAPE_VALUE, b], blocks[RUNNING, b] = now, running
    return value, penalty, guide, broken


# -- running totals, continued ---------------------------------------------------------------------------------------


@apart
def _settle_products(
    nodes: Int32s, pairs: Int32s, partners: Int32s, products: Int32s, product_cells: Int32s, quantity: Int32s, coefficient: Floats, costs: Floats,
    pair: Int32s, flows: Floats, held: Floats,
) -> float:  # fmt: skip
    """Add every product whose pairs the nodes have; its share of the value."""
    value = 0.0
    for v in range(len(pair)):
        for i in range(nodes[FIRST_PARTNER, v], nodes[FIRST_PARTNER, v + 1]):
            if partners[PARTNER, i] < v:
                continue  # the two count once
            link = products[pairs[FIRST_LINK, pair[v]] + partners[OFFSET, i] + pair[partners[PARTNER, i]]]
            if link < 0:
                continue
            column = link + pairs.shape[1] - 1
            value += costs[0, column]
            for g in range(held.shape[1]):
                held[HELD_VALUE, g] += costs[1 + g, column]
            for c in range(product_cells[link], product_cells[link + 1]):
                flows[ACTIVITY, quantity[c]] += coefficient[c]
    return value


@compiled
def settle(model: SearchModel, state: SearchState) -> None:  # noqa: PLR0912 (everything that is counted, once)
    """Recompute all totals from the zones."""
    _fill(state.flows[ACTIVITY], 0.0)
    _copy(state.held[HELD_VALUE], model.held[CONSTANT])
    value = 0.0
    for v in range(state.nodes.shape[1]):
        p = _pair_of(model, v, state.nodes[ZONE, v])
        state.nodes[PAIR, v] = p
        value += model.costs[0, p]
        for g in range(state.held.shape[1]):
            state.held[HELD_VALUE, g] += model.costs[1 + g, p]
        for i in range(model.pairs[FIRST_CELL, p], model.pairs[FIRST_CELL, p + 1]):
            state.flows[ACTIVITY, model.quantity[i]] += model.coefficient[i]
    if len(model.products) > 0:
        value += _settle_products(
            model.nodes, model.pairs, model.partners, model.products, model.product_cells, model.quantity, model.coefficient, model.costs,
            state.nodes[PAIR], state.flows, state.held,
        )  # fmt: skip
    penalty = 0.0
    broken = 0
    for k in range(len(model.kind)):
        cost = _excess(model, k, state.flows[ACTIVITY, k])
        if model.kind[k] == OBJECTIVE:
            value += cost
        elif model.kind[k] == ROW:
            penalty += state.flows[PRICE, k] * cost
            broken += _is_broken(model, k, state.flows[ACTIVITY, k])
        elif model.kind[k] >= HELD:
            state.held[HELD_VALUE, model.kind[k] - HELD] += cost
    for b in range(len(model.slope)):
        shape = _settle_block(model.limits, model.blocks, state.flows, state.blocks, b)
        role = model.blocks[ROLE, b]
        if role == OBJECTIVE:
            value += model.slope[b] * shape
        elif role == ROW:
            penalty += state.blocks[BLOCK_PRICE, b] * model.slope[b] * shape
            broken += 1 if shape > BROKEN_ROW else 0
        else:
            state.held[HELD_VALUE, role - HELD] += model.slope[b] * shape
    for g in range(state.held.shape[1]):
        over = state.held[HELD_VALUE, g] - model.held[UPPER, g]
        penalty += state.held[HELD_PRICE, g] * max(over, 0.0)
        broken += 1 if over > BROKEN_HELD else 0
    state.total[VALUE] = value
    state.total[PENALTY] = penalty
    state.tally[BROKEN] = broken


@inner
def _count_pair(model: SearchModel, state: SearchState, p: int, sign: float) -> None:
    """Add a pair to the open transaction, or take it out."""
    state.total[CHANGE_VALUE] += sign * model.costs[0, p]
    for g in range(state.held.shape[1]):
        state.held[HELD_CHANGE, g] += sign * model.costs[1 + g, p]
    for i in range(model.pairs[FIRST_CELL, p], model.pairs[FIRST_CELL, p + 1]):
        k = model.quantity[i]
        if state.touched[1, k] == 0:
            state.touched[1, k] = 1
            state.touched[0, state.tally[TOUCHED]] = k
            state.tally[TOUCHED] += 1
        state.flows[CHANGE_OF, k] += sign * model.coefficient[i]
    if len(model.products) > 0:
        _count_products(
            model.nodes, model.pairs, model.partners, model.products, model.product_cells, model.quantity, model.coefficient, model.costs,
            state.nodes[PAIR], state.flows, state.held, state.touched, state.total, state.tally, p, sign,
        )  # fmt: skip


@apart
def _count_products(
    nodes: Int32s, pairs: Int32s, partners: Int32s, products: Int32s, product_cells: Int32s, quantity: Int32s, coefficient: Floats, costs: Floats,
    pair: Int32s, flows: Floats, held: Floats, touched: Int32s, total: Floats, tally: NDArray[np.int64], p: int, sign: float,
) -> None:  # fmt: skip
    """Add the products of a pair with what its node's partners have now to the open transaction, or take them out."""
    v = pairs[NODE, p]
    for i in range(nodes[FIRST_PARTNER, v], nodes[FIRST_PARTNER, v + 1]):
        link = products[pairs[FIRST_LINK, p] + partners[OFFSET, i] + pair[partners[PARTNER, i]]]
        if link < 0:
            continue
        column = link + pairs.shape[1] - 1
        total[CHANGE_VALUE] += sign * costs[0, column]
        for g in range(held.shape[1]):
            held[HELD_CHANGE, g] += sign * costs[1 + g, column]
        for c in range(product_cells[link], product_cells[link + 1]):
            k = quantity[c]
            if touched[1, k] == 0:
                touched[1, k] = 1
                touched[0, tally[TOUCHED]] = k
                tally[TOUCHED] += 1
            flows[CHANGE_OF, k] += sign * coefficient[c]


@inner
def _cost_of_change(model: SearchModel, state: SearchState) -> tuple[float, float, float]:
    """What the open transaction does to the value, to the penalty and to the guide."""
    value = state.total[CHANGE_VALUE]
    penalty, guide = 0.0, 0.0
    held = state.held[HELD_SCRATCH]
    _copy(held, state.held[HELD_CHANGE])
    for i in range(state.tally[TOUCHED]):
        k = state.touched[0, i]
        q = state.flows[ACTIVITY, k]
        step = _excess(model, k, q + state.flows[CHANGE_OF, k]) - _excess(model, k, q)
        if model.kind[k] == OBJECTIVE:
            value += step
        elif model.kind[k] == ROW:
            penalty += state.flows[PRICE, k] * step
        elif model.kind[k] >= HELD:
            held[model.kind[k] - HELD] += step
    if len(model.slope) > 0:
        more, fines, guide, _broken = _change_of_blocks(
            model.kind, model.limits, model.blocks, model.slope, state.flows, state.blocks, state.touched, state.reached, state.tally[TOUCHED],
            model.held[UPPER], state.held, HELD_SCRATCH, False,
        )  # fmt: skip
        value += more
        penalty += fines
        guide *= state.total[GUIDANCE]
    for g in range(len(held)):
        was = max(state.held[HELD_VALUE, g] - model.held[UPPER, g], 0.0)
        penalty += state.held[HELD_PRICE, g] * (max(state.held[HELD_VALUE, g] + held[g] - model.held[UPPER, g], 0.0) - was)
    return value, penalty, guide


@inner
def _drop_touched(state: SearchState) -> None:
    """Forget what a look at a move, not made, left among the quantities."""
    for i in range(state.tally[TOUCHED]):
        state.flows[CHANGE_OF, state.touched[0, i]] = 0.0
        state.touched[1, state.touched[0, i]] = 0
    state.total[CHANGE_VALUE] = 0.0
    _fill(state.held[HELD_CHANGE], 0.0)
    state.tally[TOUCHED] = 0


@inner
def _forget_change(state: SearchState) -> None:
    _drop_touched(state)
    for i in range(state.tally[LOGGED]):
        state.nodes[IS_LOGGED, state.nodes[LOG_NODE, i]] = 0
    state.tally[LOGGED] = 0


@inner
def _undo(model: SearchModel, state: SearchState) -> None:
    """Give the nodes of the open transaction their schools back."""
    for i in range(state.tally[LOGGED]):
        v = state.nodes[LOG_NODE, i]
        state.nodes[PAIR, v] = state.nodes[LOG_PAIR, i]
        state.nodes[ZONE, v] = model.pairs[SCHOOL, state.nodes[LOG_PAIR, i]]
    _forget_change(state)


@inner
def _commit(model: SearchModel, state: SearchState, value: float, penalty: float) -> None:
    """Keep the open transaction, which changes value and penalty by this much."""
    broken = 0
    if len(model.slope) > 0:
        _value, _penalty, _guide, broken = _change_of_blocks(
            model.kind, model.limits, model.blocks, model.slope, state.flows, state.blocks, state.touched, state.reached, state.tally[TOUCHED],
            model.held[UPPER], state.held, HELD_CHANGE, True,
        )  # fmt: skip
    for i in range(state.tally[TOUCHED]):
        k = state.touched[0, i]
        q = state.flows[ACTIVITY, k]
        after = q + state.flows[CHANGE_OF, k]
        if model.kind[k] == ROW:
            broken += _is_broken(model, k, after) - _is_broken(model, k, q)
        elif model.kind[k] >= HELD:
            state.held[HELD_CHANGE, model.kind[k] - HELD] += _excess(model, k, after) - _excess(model, k, q)
        state.flows[ACTIVITY, k] = after
    for g in range(state.held.shape[1]):
        limit = model.held[UPPER, g] + BROKEN_HELD
        was = 1 if state.held[HELD_VALUE, g] > limit else 0
        state.held[HELD_VALUE, g] += state.held[HELD_CHANGE, g]
        broken += (1 if state.held[HELD_VALUE, g] > limit else 0) - was
    state.tally[BROKEN] += broken
    if state.tally[IS_AT_BEST] == 1 and (value > 0.0 or state.tally[BROKEN] > 0):  # only when the best is left is it worth a copy
        _copy(state.nodes[BEST_ZONE], state.nodes[ZONE])
        for i in range(state.tally[LOGGED]):
            state.nodes[BEST_ZONE, state.nodes[LOG_NODE, i]] = model.pairs[SCHOOL, state.nodes[LOG_PAIR, i]]
        state.tally[IS_AT_BEST] = 0
    state.total[VALUE] += value
    state.total[PENALTY] += penalty
    state.tally[ACCEPTED] += 1
    _forget_change(state)
    if state.tally[BROKEN] == 0 and state.total[VALUE] < state.total[BEST] - 1e-12:
        state.total[BEST] = state.total[VALUE]
        state.tally[IS_AT_BEST] = 1


# -- contiguity ------------------------------------------------------------------------------------------------------


@inner
def _is_joined_here(model: SearchModel, state: SearchState, v: int, s: int) -> bool:
    """Whether v's neighbors in zone s are joined to each other by edges among them; then v's leaving cuts nothing off."""
    a, b = model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1]
    if b - a > 64:
        return False
    inside = np.uint64(0)
    reached = np.uint64(0)
    for e in range(a, b):
        if state.nodes[ZONE, model.near[e]] == s:
            inside |= np.uint64(1) << np.uint64(e - a)
            if reached == np.uint64(0):
                reached = inside
    waiting = reached
    while waiting != np.uint64(0):
        fresh = np.uint64(0)
        for e in range(a, b):
            if (waiting >> np.uint64(e - a)) & np.uint64(1):
                fresh |= model.mutual[e]
        waiting = fresh & inside & ~reached
        reached |= waiting
    return reached == inside


# Rows of State.component: a union-find over the neighbors' floods, with the queue of each
PARENT, HEAD, TAIL, HAS_SOURCE, IS_DONE, SEED = range(6)


@inner
def _find(component: Int32s, c: int) -> int:
    while component[PARENT, c] != c:
        component[PARENT, c] = component[PARENT, component[PARENT, c]]
        c = component[PARENT, c]
    return c


@inner
def _split(model: SearchModel, state: SearchState, v: int, s: int, was_source: bool) -> int:  # noqa: PLR0912 (one loop, round by round)
    """Floods zone s from the neighbors of v, which has left it, side by side until all but one flood have met or ended.

    Returns the number of pieces that hold no source; `component[SEED, i]` has a node of each. Unless v was itself a source, the last flood needs
    no end: v's piece held a source, so when no ended flood has one the last has.
    """
    component = state.component
    base = state.tally[STAMP] + 1
    num = 0
    for e in range(model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1]):
        w = model.near[e]
        if state.nodes[ZONE, w] == s:
            state.nodes[MARK, w] = base + num
            state.nodes[FOLLOW, w] = -1
            component[PARENT, num] = num
            component[HEAD, num] = w
            component[TAIL, num] = w
            component[HAS_SOURCE, num] = 0
            component[IS_DONE, num] = 0
            component[SEED, num] = w
            num += 1
    state.tally[STAMP] = base + num
    growing = num
    is_source_left = was_source
    while growing > 0:
        if growing == 1 and not is_source_left:
            break
        unsafe = 0
        for c in range(num):
            if component[PARENT, c] != c or component[IS_DONE, c] == 1:
                continue
            x = component[HEAD, c]
            if x < 0:
                component[IS_DONE, c] = 1
                growing -= 1
                if component[HAS_SOURCE, c] == 1:
                    is_source_left = True
                continue
            component[HEAD, c] = state.nodes[FOLLOW, x]
            if component[HEAD, c] < 0:
                component[TAIL, c] = -1
            if model.pairs[IS_SOURCE, state.nodes[PAIR, x]] == 1:
                component[HAS_SOURCE, c] = 1
            growing -= _grow(model, state, x, s, c, base, num)
            if component[PARENT, c] == c and component[HAS_SOURCE, c] == 0:
                unsafe += 1
        if unsafe == 0 and _is_all_safe(component, num):
            break
    loose = 0
    for c in range(num):
        if component[PARENT, c] == c and component[IS_DONE, c] == 1 and component[HAS_SOURCE, c] == 0:
            component[SEED, loose] = component[SEED, c]
            loose += 1
    return loose


@inner
def _is_all_safe(component: Int32s, num: int) -> bool:
    """Whether every flood that still grows holds a source."""
    for c in range(num):  # noqa: SIM110 (numba compiles no generators)
        if component[PARENT, c] == c and component[IS_DONE, c] == 0 and component[HAS_SOURCE, c] == 0:
            return False
    return True


@inner
def _grow(model: SearchModel, state: SearchState, x: int, s: int, c: int, base: int, num: int) -> int:
    """Flood c takes in the neighbors of x in zone s; the number of other floods it met and swallowed."""
    component = state.component
    met = 0
    for e in range(model.nodes[FIRST_NEAR, x], model.nodes[FIRST_NEAR, x + 1]):
        y = model.near[e]
        if state.nodes[ZONE, y] != s:
            continue
        if state.nodes[MARK, y] < base or state.nodes[MARK, y] >= base + num:
            state.nodes[MARK, y] = base + c
            state.nodes[FOLLOW, y] = -1
            if component[TAIL, c] >= 0:
                state.nodes[FOLLOW, component[TAIL, c]] = y
            else:
                component[HEAD, c] = y
            component[TAIL, c] = y
        else:
            other = _find(component, state.nodes[MARK, y] - base)
            if other != c:
                component[PARENT, other] = c
                component[HAS_SOURCE, c] |= component[HAS_SOURCE, other]
                if component[HEAD, other] >= 0:
                    if component[TAIL, c] >= 0:
                        state.nodes[FOLLOW, component[TAIL, c]] = component[HEAD, other]
                    else:
                        component[HEAD, c] = component[HEAD, other]
                    component[TAIL, c] = component[TAIL, other]
                met += 1
    return met


@inner
def _flood(model: SearchModel, state: SearchState, origin: int, s: int, limit: int) -> int:
    """Writes the piece of zone s around a node into State.queue; its size, or -1 when larger than the limit."""
    state.tally[STAMP] += 1
    stamp = state.tally[STAMP]
    state.nodes[QUEUE, 0] = origin
    state.nodes[MARK, origin] = stamp
    size = 1
    at = 0
    while at < size:
        x = state.nodes[QUEUE, at]
        at += 1
        for e in range(model.nodes[FIRST_NEAR, x], model.nodes[FIRST_NEAR, x + 1]):
            y = model.near[e]
            if state.nodes[ZONE, y] == s and state.nodes[MARK, y] != stamp:
                if size >= limit:
                    return -1
                state.nodes[MARK, y] = stamp
                state.nodes[QUEUE, size] = y
                size += 1
    return size


# -- moves -----------------------------------------------------------------------------------------------------------


@inner
def _put(model: SearchModel, state: SearchState, v: int, p: int) -> bool:
    """Give v the pair p within the open transaction; False where v is in it already."""
    if state.nodes[IS_LOGGED, v] == 1:
        return False
    old = state.nodes[PAIR, v]
    state.nodes[LOG_NODE, state.tally[LOGGED]] = v
    state.nodes[LOG_PAIR, state.tally[LOGGED]] = old
    state.tally[LOGGED] += 1
    state.nodes[IS_LOGGED, v] = 1
    _count_pair(model, state, old, -1.0)
    _count_pair(model, state, p, 1.0)
    state.nodes[PAIR, v] = p
    state.nodes[ZONE, v] = model.pairs[SCHOOL, p]
    return True


@inner
def _takes(model: SearchModel, state: SearchState, size: int, t: int) -> bool:
    """Whether every node of the piece in State.queue may have school t and has not been moved yet."""
    for i in range(size):  # noqa: SIM110
        if state.nodes[IS_LOGGED, state.nodes[QUEUE, i]] == 1 or _pair_of(model, state.nodes[QUEUE, i], t) < 0:
            return False
    return True


@inner
def _home(model: SearchModel, state: SearchState, size: int, s: int, t: int) -> int:
    """A zone for the piece in State.queue that was cut off from zone s: t, else the first next to it that all of it may have; -1 for none."""
    if _takes(model, state, size, t):
        return t
    tried = t
    for i in range(size):
        x = state.nodes[QUEUE, i]
        for e in range(model.nodes[FIRST_NEAR, x], model.nodes[FIRST_NEAR, x + 1]):
            u = state.nodes[ZONE, model.near[e]]
            if u not in (s, t, tried):
                tried = u
                if _takes(model, state, size, u):
                    return u
    return -1


@inner
def _shift(model: SearchModel, state: SearchState, v: int, p: int, limit: int) -> bool:
    """Move v, which must touch the zone or be its source, with every piece that this cuts off; False where that cannot be. Does not undo."""
    s, old = state.nodes[ZONE, v], state.nodes[PAIR, v]
    if not _put(model, state, v, p):
        return False
    if model.is_exact == 0:
        return True
    was_source = model.pairs[IS_SOURCE, old] == 1
    if not was_source and _is_joined_here(model, state, v, s):
        return True
    loose = _split(model, state, v, s, was_source)
    for i in range(loose):
        size = _flood(model, state, state.component[SEED, i], s, limit)
        if size < 0:
            return False
        u = _home(model, state, size, s, state.nodes[ZONE, v])
        if u < 0:
            return False
        for j in range(size):
            _put(model, state, state.nodes[QUEUE, j], _pair_of(model, state.nodes[QUEUE, j], u))
    return True


@inner
def _touches(model: SearchModel, state: SearchState, v: int, t: int) -> bool:
    for e in range(model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1]):  # noqa: SIM110
        if state.nodes[ZONE, model.near[e]] == t:
            return True
    return False


@inner
def _may_enter(model: SearchModel, state: SearchState, v: int, p: int) -> bool:
    """Whether v, as it stands now, would hang on to the zone of pair p."""
    return model.is_exact == 0 or model.pairs[IS_SOURCE, p] == 1 or _touches(model, state, v, model.pairs[SCHOOL, p])


@inner
def _propose(model: SearchModel, state: SearchState) -> tuple[int, int]:
    """A random node at a border and a pair it could have across it; (-1, -1) where the draw is none."""
    r = _below(state, model.slots.shape[1])
    v, w = model.slots[0, r], model.slots[1, r]
    if w < 0:  # an entry: a pair that needs no neighbor
        return (v, -1 - w) if state.nodes[PAIR, v] != -1 - w else (-1, -1)
    t = state.nodes[ZONE, w]
    if t == state.nodes[ZONE, v]:
        return -1, -1
    p = _pair_of(model, v, t)
    return (v, p) if p >= 0 else (-1, -1)


@inner
def _carry(model: SearchModel, state: SearchState, v: int, limit: int) -> bool:
    """After an idle node moved, the nodes behind it follow up to the first that counts: a way for it to a zone it does not touch."""
    t = state.nodes[ZONE, v]
    for _ in range(6):
        a, b = model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1]
        w, p = -1, -1
        offset = _below(state, b - a)
        for i in range(b - a):
            x = model.near[a + (i + offset) % (b - a)]
            if state.nodes[ZONE, x] != t and state.nodes[IS_LOGGED, x] == 0:
                p = _pair_of(model, x, t)
                if p >= 0:
                    w = x
                    break
        if w < 0 or not _shift(model, state, w, p, limit):
            return False
        if model.nodes[IS_IDLE, w] == 0:
            return True
        v = w
    return False


@inner
def _answer(model: SearchModel, state: SearchState, t: int, gives: bool) -> tuple[int, int]:
    """A random further move: a node of zone t out of it (`gives`) or one beside it into it; (-1, -1) where the draw is none."""
    a, b = model.roomy[t], model.roomy[t + 1]
    if a == b:
        return -1, -1
    v = model.roomy[a + _below(state, b - a)]
    if state.nodes[IS_LOGGED, v] == 1 or (state.nodes[ZONE, v] == t) != gives:
        return -1, -1
    if not gives:
        p = _pair_of(model, v, t)
        return (v, p) if _may_enter(model, state, v, p) else (-1, -1)
    if model.is_exact == 0:
        p = model.nodes[FIRST_PAIR, v] + _below(state, model.nodes[FIRST_PAIR, v + 1] - model.nodes[FIRST_PAIR, v])
        return (v, p) if model.pairs[SCHOOL, p] != t else (-1, -1)
    i, num = model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1] - model.nodes[FIRST_NEAR, v]
    if num == 0:
        return -1, -1
    u = state.nodes[ZONE, model.near[i + _below(state, num)]]
    p = _pair_of(model, v, u) if u != t else -1
    return (v, p) if p >= 0 else (-1, -1)


@inner
def _cost_with(model: SearchModel, state: SearchState, v: int, p: int, weight: float) -> float:
    """Cost of the open transaction if v had pair p too, without the pieces that it would cut off."""
    _count_pair(model, state, state.nodes[PAIR, v], -1.0)
    _count_pair(model, state, p, 1.0)
    value, penalty, guide = _cost_of_change(model, state)
    _count_pair(model, state, p, -1.0)
    _count_pair(model, state, state.nodes[PAIR, v], 1.0)
    return weight * (value + guide) + penalty


@inner
def _chain(model: SearchModel, state: SearchState, s: int, t: int, threshold: float, length: int, tries: int, limit: int) -> bool:
    """Answer an open transaction that moved something from s to t, and costs too much, with further moves until it may be kept.

    Each step looks at random moves out of the zone that gained last, or into the one that lost last, takes the first that brings the cost under
    the threshold, else the best of those seen. Leaves the transaction open; True where it may be kept.
    """
    weight = state.total[OBJECTIVE_WEIGHT]
    gives = _below(state, 2) == 0
    for _ in range(length):
        best_v, best_p, best = -1, -1, np.inf
        for _ in range(tries):
            v, p = _answer(model, state, t if gives else s, gives)
            if v < 0:
                continue
            cost = _cost_with(model, state, v, p, weight)
            if cost < best:
                best_v, best_p, best = v, p, cost
                if cost <= threshold:
                    break
        if best_v < 0:
            return False
        came, goes = state.nodes[ZONE, best_v], model.pairs[SCHOOL, best_p]
        if not _shift(model, state, best_v, best_p, limit):
            return False
        value, penalty, guide = _cost_of_change(model, state)
        if weight * (value + guide) + penalty <= threshold:
            return True
        if gives:
            t = goes
        else:
            s = came
    return False


@inner
def _step(model: SearchModel, state: SearchState, temperature: float, chance: float, length: int, tries: int, limit: int) -> bool:
    """One proposal, kept or not; False where the draw was none."""
    v, p = _propose(model, state)
    if v < 0:
        return False
    weight = state.total[OBJECTIVE_WEIGHT]
    threshold = -temperature * np.log(_uniform(state))
    s, t = state.nodes[ZONE, v], model.pairs[SCHOOL, p]
    is_carrier = model.nodes[IS_IDLE, v] == 1 and (_draw(state) >> np.uint64(63)) == np.uint64(0)
    is_cheap = model.nodes[IS_IDLE, v] == 1 or _cost_with(model, state, v, p, weight) <= threshold
    _drop_touched(state)
    if not is_cheap and (chance == 0.0 or _uniform(state) > chance):
        return True
    if not _shift(model, state, v, p, limit) or (is_carrier and not _carry(model, state, v, limit)):
        _undo(model, state)
        return True
    value, penalty, guide = _cost_of_change(model, state)
    if weight * (value + guide) + penalty > threshold:
        if is_cheap or not _chain(model, state, s, t, threshold, length, tries, limit):
            _undo(model, state)
            return True
        value, penalty, _guide = _cost_of_change(model, state)
        state.tally[CHAINED] += 1
    _commit(model, state, value, penalty)
    return True


@compiled
def anneal(model: SearchModel, state: SearchState, draws: int, hot: float, cold: float, chance: float, length: int, tries: int, limit: int) -> float:
    """A number of draws while the temperature falls geometrically; leaves the best so far among State.nodes and all totals exact.

    Parameters
    ----------
    draws
        Draws of a border slot; those that lie inside a zone are cheap and count too, so that the call ends.
    hot, cold
        First and last temperature, in the goals' value.
    chance, length, tries
        Of a chain after a proposal that costs too much; its longest length; looks per step.
    limit
        Largest piece that goes along.

    Returns
    -------
    How far the running totals had drifted from the exact ones.
    """
    if state.tally[STAMP] > 1 << 30:  # marks are 32 bits wide
        state.tally[STAMP] = 0
        for v in range(state.nodes.shape[1]):
            state.nodes[MARK, v] = 0
    temperature = hot
    factor = (cold / hot) ** (64.0 / max(draws, 1)) if hot > 0.0 else 1.0
    if model.slots.shape[1] == 0:
        return 0.0
    for i in range(draws):
        if i % 64 == 63:
            temperature *= factor
        if _step(model, state, temperature, chance, length, tries, limit):
            state.tally[PROPOSED] += 1
    if state.tally[IS_AT_BEST] == 1:
        _copy(state.nodes[BEST_ZONE], state.nodes[ZONE])
        state.tally[IS_AT_BEST] = 0
    value, penalty, broken = state.total[VALUE], state.total[PENALTY], state.tally[BROKEN]
    settle(model, state)
    drift = max(abs(value - state.total[VALUE]), abs(penalty - state.total[PENALTY]))
    return max(drift, float(abs(broken - state.tally[BROKEN])))


# -- one place at several levels -------------------------------------------------------------------------------------


@inner
def _wish(state: SearchState, size: int, v: int, t: int) -> int:
    """One more node that shall move to zone t; the number of them."""
    state.nodes[LIST, size] = v
    state.nodes[WISH, size] = t
    return size + 1


@inner
def _twin_in(model: SearchModel, state: SearchState, v: int, f: int) -> bool:
    """Whether some of v's ground is in zone f, of another level."""
    for i in range(model.twins[v], model.twins[v + 1]):  # noqa: SIM110
        if state.nodes[ZONE, model.twins[i]] == f:
            return True
    return False


@inner
def _wish_as_beside(model: SearchModel, state: SearchState, v: int, w: int, t: int) -> int:
    """Node v shall move to t, and what is on the same ground at other levels, each by the toss of a coin, to the zone there that w's ground has."""
    size = _wish(state, 0, v, t)
    num = model.twins[w + 1] - model.twins[w] if w >= 0 else 0
    for i in range(model.twins[v], model.twins[v + 1]):
        u = model.twins[i]
        if (_draw(state) >> np.uint64(63)) == np.uint64(0):
            continue
        if w < 0:
            p = model.nodes[FIRST_PAIR, u] + _below(state, model.nodes[FIRST_PAIR, u + 1] - model.nodes[FIRST_PAIR, u])
            size = _wish(state, size, u, model.pairs[SCHOOL, p])
            continue
        offset = _below(state, num) if num > 0 else 0
        for j in range(num):
            s = state.nodes[ZONE, model.twins[model.twins[w] + (j + offset) % num]]
            if _pair_of(model, u, s) >= 0:
                size = _wish(state, size, u, s)
                break
    return size


@inner
def _wish_feed(model: SearchModel, state: SearchState, v: int, f: int, t: int, most: int) -> int:
    """What hangs on v in its zone and has ground in zone f, of another level, shall move to t: a feed, or the part of it around v."""
    s = state.nodes[ZONE, v]
    state.tally[STAMP] += 1
    stamp = state.tally[STAMP]
    size = _wish(state, 0, v, t)
    state.nodes[MARK, v] = stamp
    if model.is_exact == 0:
        for i in range(model.roomy[s], model.roomy[s + 1]):
            x = model.roomy[i]
            if size < most and x != v and state.nodes[ZONE, x] == s and _twin_in(model, state, x, f):
                size = _wish(state, size, x, t)
        return size
    at = 0
    while at < size:
        x = state.nodes[LIST, at]
        at += 1
        for e in range(model.nodes[FIRST_NEAR, x], model.nodes[FIRST_NEAR, x + 1]):
            y = model.near[e]
            if state.nodes[ZONE, y] == s and state.nodes[MARK, y] != stamp and size < most and _twin_in(model, state, y, f):
                state.nodes[MARK, y] = stamp
                size = _wish(state, size, y, t)
    return size


@inner
def _shift_all(model: SearchModel, state: SearchState, size: int, limit: int) -> bool:
    """Move the listed nodes where they shall go and can, one after the other; False where one tears its zone."""
    for i in range(size):
        v, t = state.nodes[LIST, i], state.nodes[WISH, i]
        if state.nodes[IS_LOGGED, v] == 1 or state.nodes[ZONE, v] == t:
            continue
        p = _pair_of(model, v, t)
        if p >= 0 and _may_enter(model, state, v, p) and not _shift(model, state, v, p, limit):
            return False
    return True


@compiled
def move_together(model: SearchModel, state: SearchState, draws: int, temperature: float, most: int, limit: int) -> int:
    """Moves of one place at several levels at once, and of whole feeds: what moves of one node at one level reach by worse plans only.

    Parameters
    ----------
    draws
        Of a border slot.
    temperature
        In the goals' value.
    most
        Nodes of a feed that are looked for.
    limit
        Largest piece that goes along.

    Returns
    -------
    How many were kept. Leaves the best so far among State.nodes.
    """
    kept = 0
    if model.slots.shape[1] == 0:
        return kept
    weight = state.total[OBJECTIVE_WEIGHT]
    for _ in range(draws):
        r = _below(state, model.slots.shape[1])
        v, w = model.slots[0, r], model.slots[1, r]
        t = model.pairs[SCHOOL, -1 - w] if w < 0 else state.nodes[ZONE, w]
        num = model.twins[v + 1] - model.twins[v]
        if t == state.nodes[ZONE, v] or num == 0 or _pair_of(model, v, t) < 0:
            continue
        if (_draw(state) >> np.uint64(63)) == np.uint64(0):
            size = _wish_as_beside(model, state, v, w, t)
        else:
            size = _wish_feed(model, state, v, state.nodes[ZONE, model.twins[model.twins[v] + _below(state, num)]], t, most)
        if size < 2:
            continue
        threshold = -temperature * np.log(_uniform(state))
        if not _shift_all(model, state, size, limit):
            _undo(model, state)
            continue
        value, penalty, guide = _cost_of_change(model, state)
        if weight * (value + guide) + penalty > threshold:
            _undo(model, state)
            continue
        _commit(model, state, value, penalty)
        kept += 1
    if state.tally[IS_AT_BEST] == 1:
        _copy(state.nodes[BEST_ZONE], state.nodes[ZONE])
        state.tally[IS_AT_BEST] = 0
    return kept


# -- schools that close and open ---------------------------------------------------------------------------------------


@inner
def _keep(model: SearchModel, state: SearchState) -> None:
    """Keep the open transaction, whatever it costs."""
    value, penalty, _guide = _cost_of_change(model, state)
    _commit(model, state, value, penalty)


@inner
def _give(model: SearchModel, state: SearchState, s: int, size: int, tries: int, must: bool) -> tuple[int, int]:
    """A node out of those listed, of zone s, and a pair of it beside the zone: the cheapest of random looks, sources only if nothing else is left.

    `must` looks at all of them. (-1, -1) where there is none.
    """
    best_v, best_p, best, is_source = -1, -1, np.inf, True
    weight = state.total[OBJECTIVE_WEIGHT]
    for i in range(size if must else tries):
        v = state.nodes[LIST, i if must else _below(state, size)]
        at_root = model.pairs[IS_SOURCE, state.nodes[PAIR, v]] == 1
        if at_root and not (must and is_source):
            continue
        a, num = model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1] - model.nodes[FIRST_NEAR, v]
        if model.is_exact == 0:
            a, num = model.nodes[FIRST_PAIR, v], model.nodes[FIRST_PAIR, v + 1] - model.nodes[FIRST_PAIR, v]
        offset = _below(state, num) if num > 0 else 0
        for j in range(num):
            e = a + (j + offset) % num
            u = model.pairs[SCHOOL, e] if model.is_exact == 0 else state.nodes[ZONE, model.near[e]]
            p = _pair_of(model, v, u) if u != s else -1
            if p < 0:
                continue
            cost = _cost_with(model, state, v, p, weight)
            _drop_touched(state)
            if cost < best or (is_source and not at_root):
                best_v, best_p, best, is_source = v, p, cost, at_root
            if not must:
                break
    return best_v, best_p


@compiled
def vacate(model: SearchModel, state: SearchState, s: int, root: int, tries: int) -> bool:
    """Close a school: its zone goes to those beside it piece by piece, always the cheapest of a few looks, the school's own node last.

    Parameters
    ----------
    s, root
        The school and its own node; -1 does nothing.
    tries
        Looks for each piece.

    Returns
    -------
    Whether nothing is left of the zone.
    """
    if root < 0:
        return False
    failed = 0
    n = state.nodes.shape[1]
    while failed < 20:
        size = 0
        for i in range(model.roomy[s], model.roomy[s + 1]):
            v = model.roomy[i]
            if state.nodes[ZONE, v] == s:
                size = _wish(state, size, v, s)
        if size == 0:
            break
        v, p = _give(model, state, s, size, tries, failed > 0)
        if v < 0 and failed == 0:
            v, p = _give(model, state, s, size, tries, True)
        if v < 0:
            return False
        if _shift(model, state, v, p, n):
            _keep(model, state)
        else:
            _undo(model, state)
            failed += 1
    if state.tally[IS_AT_BEST] == 1:
        _copy(state.nodes[BEST_ZONE], state.nodes[ZONE])
        state.tally[IS_AT_BEST] = 0
    for v in range(n):  # noqa: SIM110
        if state.nodes[ZONE, v] == s:
            return False
    return True


@compiled
def open_zone(model: SearchModel, state: SearchState, s: int, root: int, size: int, tries: int) -> int:
    """Open a school: its own node, then node by node beside the zone, always the cheapest of a few looks; never a node that holds up its zone.

    Parameters
    ----------
    s, root
        The school and its own node; -1 does nothing.
    size
        Nodes that the zone grows to, if it can.
    tries
        Looks for each node.

    Returns
    -------
    Nodes that were moved, 0 where the school cannot open.
    """
    if root < 0:
        return 0
    n, moved, failed = state.nodes.shape[1], 0, 0
    weight = state.total[OBJECTIVE_WEIGHT]
    best_v, best_p = root, _pair_of(model, root, s)
    while best_v >= 0 and best_p >= 0 and moved < size and failed < 20:
        if _shift(model, state, best_v, best_p, n):
            moved += state.tally[LOGGED]
            _keep(model, state)
        else:
            _undo(model, state)
            failed += 1
            if moved == 0:
                break
        num = 0
        for i in range(model.roomy[s], model.roomy[s + 1]):
            v = model.roomy[i]
            if state.nodes[ZONE, v] != s and model.pairs[IS_SOURCE, state.nodes[PAIR, v]] == 0:  # noqa: SIM102 (read before the look around)
                if model.is_exact == 0 or _touches(model, state, v, s):
                    num = _wish(state, num, v, s)
        best_v, best = -1, np.inf
        for _ in range(min(tries, num)):
            v = state.nodes[LIST, _below(state, num)]
            p = _pair_of(model, v, s)
            cost = _cost_with(model, state, v, p, weight)
            _drop_touched(state)
            if cost < best:
                best_v, best_p, best = v, p, cost
    if state.tally[IS_AT_BEST] == 1:
        _copy(state.nodes[BEST_ZONE], state.nodes[ZONE])
        state.tally[IS_AT_BEST] = 0
    return moved


# -- what moves do ---------------------------------------------------------------------------------------------------


@inner
def _stir(model: SearchModel, state: SearchState, change: float, role: int) -> float:
    """Size of a change: at least what the touched steps would be worth where nothing else has changed, for they are flat nearly everywhere."""
    flat = 0.0
    if len(model.slope) > 0:
        for i in range(state.tally[TOUCHED]):
            b = -1 - model.kind[state.touched[0, i]]
            if b >= 0 and model.blocks[SHAPE, b] in (STEP, SPLIT) and model.blocks[ROLE, b] == role:
                flat += model.slope[b]
    return max(abs(change), flat)


@compiled
def sample(model: SearchModel, state: SearchState, draws: int, found: Floats, num: NDArray[np.int64]) -> None:
    """How much single moves of nodes that count change the value, and each held goal: the sizes of random proposals' changes that are not zero.

    Parameters
    ----------
    draws
        Of proposals.
    found, num
        Shapes (1 + G, draws) and (1 + G,): the sizes for the value and for the held goals, and how many were found.
    """
    for row in range(len(num)):
        num[row] = 0
    if model.slots.shape[1] == 0:
        return
    for _ in range(draws):
        v, p = _propose(model, state)
        if v < 0 or model.nodes[IS_IDLE, v] == 1:
            continue
        _count_pair(model, state, state.nodes[PAIR, v], -1.0)
        _count_pair(model, state, p, 1.0)
        value, _penalty, _guide = _cost_of_change(model, state)
        for row in range(len(num)):
            size = _stir(model, state, value, OBJECTIVE) if row == 0 else _stir(model, state, state.held[HELD_SCRATCH, row - 1], HELD + row - 1)
            if size > 1e-15:
                found[row, num[row]] = size
                num[row] += 1
        _drop_touched(state)
