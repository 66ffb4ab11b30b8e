"""The compiled part of the search: moves of nodes between zones, with running totals and contiguity kept at every step.

A change is a transaction: nodes are shifted one by one, each time with the pieces that it would cut off; `State.change` gathers what that does to
every quantity; then all of it is kept or undone. All chance comes from `State.random`, so a seed repeats a search exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from rezoning.optimize.arrays import HELD, OBJECTIVE, ROW, Bytes, Floats, Int32s, Model

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile to machine code that is kept on disk and runs beside other threads."""
    return cast(_Function, numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True, _nrt=False)(function))


# Places in State.count
LOGGED, TOUCHED, STAMP, BROKEN, IS_AT_BEST, ACCEPTED, PROPOSED, CHAINED = range(8)
# Places in State.total
VALUE, PENALTY, BEST, CHANGE_VALUE, CHANGE_PENALTY, OBJECTIVE_WEIGHT = range(6)

BROKEN_ROW = 5e-8  # half of what the exact check allows
BROKEN_HELD = 5e-10


class State(NamedTuple):
    """What changes while searching; one per thread.

    Parameters
    ----------
    zone, pair
        School and pair of each node, shape (N,).
    activity
        q[k], shape (K,).
    held
        Value of each held goal, shape (G,).
    price, held_price
        Cost of a row's violation (over its largest coefficient), shape (K,), and of a held goal's excess, shape (G,).
    best
        The best feasible assignment, shape (N,).
    total, count, random
        Scalars, by the places named above; the generator's 64 bits.
    change, touched, is_touched, held_change
        The open transaction's effect on the quantities.
    log_node, log_pair, is_logged
        Nodes that it shifted, and the pairs they had.
    mark, queue, follow, component
        Scratch of the connectivity test.
    """

    zone: Int32s
    pair: Int32s
    activity: Floats
    held: Floats
    price: Floats
    held_price: Floats
    best: Int32s
    total: Floats
    count: NDArray[np.int64]
    random: NDArray[np.uint64]
    change: Floats
    touched: Int32s
    is_touched: Bytes
    held_change: Floats
    held_scratch: Floats
    log_node: Int32s
    log_pair: Int32s
    is_logged: Bytes
    mark: NDArray[np.int64]
    queue: Int32s
    follow: Int32s
    component: NDArray[np.int32]


def new_state(model: Model, seed: int) -> State:
    """An empty state; `settle` fills it."""
    n, k, g = len(model.near_first) - 1, len(model.kind), len(model.held_upper)
    degree = int(np.diff(model.near_first).max(initial=0)) + 2
    ints, floats = np.int32, np.float64
    total = np.zeros(6)
    total[[BEST, OBJECTIVE_WEIGHT]] = np.inf, 1.0
    mixed = np.random.SeedSequence(seed).generate_state(1, np.uint64)
    return State(
        zone=np.zeros(n, ints), pair=np.zeros(n, ints), activity=np.zeros(k, floats), held=np.zeros(g, floats), price=np.ones(k, floats),
        held_price=np.ones(g, floats), best=np.full(n, -1, ints), total=total, count=np.zeros(8, np.int64), random=mixed | np.uint64(1),
        change=np.zeros(k, floats), touched=np.zeros(k + 1, ints), is_touched=np.zeros(k + 1, np.uint8), held_change=np.zeros(g, floats), held_scratch=np.zeros(g, floats),
        log_node=np.zeros(n, ints), log_pair=np.zeros(n, ints), is_logged=np.zeros(n, np.uint8),
        mark=np.zeros(n, np.int64), queue=np.zeros(n, ints), follow=np.zeros(n, ints), component=np.zeros((6, degree), ints),
    )  # fmt: skip


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


@compiled
def _copy(into: NDArray[Any], values: NDArray[Any]) -> None:
    for i in range(len(into)):
        into[i] = values[i]


@compiled
def _fill(into: Floats, number: float) -> None:
    for i in range(len(into)):
        into[i] = number


@compiled
def _draw(state: State) -> np.uint64:
    """64 random bits (Marsaglia's xorshift, multiplied)."""
    x = state.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.random[0] = x
    return x * np.uint64(2685821657736338717)


@compiled
def _below(state: State, n: int) -> int:
    """A random whole number from 0 to n - 1."""
    return np.int64(((_draw(state) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@compiled
def _uniform(state: State) -> float:
    """A random number in (0, 1]."""
    return (np.float64(_draw(state) >> np.uint64(11)) + 1.0) * (1.0 / 9007199254740992.0)


@compiled
def _pair_of(model: Model, v: int, s: int) -> int:
    """The pair (v, s), -1 where not admissible."""
    for p in range(model.pair_first[v], model.pair_first[v + 1]):
        if model.school[p] == s:
            return p
    return -1


# -- running totals --------------------------------------------------------------------------------------------------


@compiled
def _excess(model: Model, k: int, q: float) -> float:
    """Cost of a quantity at q."""
    if q > model.high[k]:
        return model.over[k] * (q - model.high[k])
    if q < model.low[k]:
        return model.under[k] * (model.low[k] - q)
    return 0.0


@compiled
def _is_broken(model: Model, k: int, q: float) -> int:
    return 1 if q > model.high[k] + BROKEN_ROW or q < model.low[k] - BROKEN_ROW else 0


@compiled
def settle(model: Model, state: State) -> None:
    """Recompute all totals from the zones."""
    _fill(state.activity, 0.0)
    _copy(state.held, model.held_constant)
    value = 0.0
    for v in range(len(state.zone)):
        p = _pair_of(model, v, state.zone[v])
        state.pair[v] = p
        value += model.linear[p]
        for g in range(len(state.held)):
            state.held[g] += model.held_linear[g, p]
        for i in range(model.column_first[p], model.column_first[p + 1]):
            state.activity[model.quantity[i]] += model.coefficient[i]
    penalty = 0.0
    broken = 0
    for k in range(len(model.kind)):
        cost = _excess(model, k, state.activity[k])
        if model.kind[k] == OBJECTIVE:
            value += cost
        elif model.kind[k] == ROW:
            penalty += state.price[k] * cost
            broken += _is_broken(model, k, state.activity[k])
        else:
            state.held[model.kind[k] - HELD] += cost
    for g in range(len(state.held)):
        over = state.held[g] - model.held_upper[g]
        penalty += state.held_price[g] * max(over, 0.0)
        broken += 1 if over > BROKEN_HELD else 0
    state.total[VALUE] = value
    state.total[PENALTY] = penalty
    state.count[BROKEN] = broken


@compiled
def _count_pair(model: Model, state: State, p: int, sign: float) -> None:
    """Add a pair to the open transaction, or take it out."""
    state.total[CHANGE_VALUE] += sign * model.linear[p]
    for g in range(len(state.held)):
        state.held_change[g] += sign * model.held_linear[g, p]
    for i in range(model.column_first[p], model.column_first[p + 1]):
        k = model.quantity[i]
        if state.is_touched[k] == 0:
            state.is_touched[k] = 1
            state.touched[state.count[TOUCHED]] = k
            state.count[TOUCHED] += 1
        state.change[k] += sign * model.coefficient[i]


@compiled
def _cost_of_change(model: Model, state: State) -> tuple[float, float]:
    """What the open transaction does to the value and to the penalty."""
    value = state.total[CHANGE_VALUE]
    penalty = 0.0
    held = state.held_scratch
    _copy(held, state.held_change)
    for i in range(state.count[TOUCHED]):
        k = state.touched[i]
        q = state.activity[k]
        step = _excess(model, k, q + state.change[k]) - _excess(model, k, q)
        if model.kind[k] == OBJECTIVE:
            value += step
        elif model.kind[k] == ROW:
            penalty += state.price[k] * step
        else:
            held[model.kind[k] - HELD] += step
    for g in range(len(held)):
        was = max(state.held[g] - model.held_upper[g], 0.0)
        penalty += state.held_price[g] * (max(state.held[g] + held[g] - model.held_upper[g], 0.0) - was)
    return value, penalty


@compiled
def _drop_touched(state: State) -> None:
    """Forget what a look at a move, not made, left among the quantities."""
    for i in range(state.count[TOUCHED]):
        state.change[state.touched[i]] = 0.0
        state.is_touched[state.touched[i]] = 0
    state.total[CHANGE_VALUE] = 0.0
    _fill(state.held_change, 0.0)
    state.count[TOUCHED] = 0


@compiled
def _forget_change(state: State) -> None:
    _drop_touched(state)
    for i in range(state.count[LOGGED]):
        state.is_logged[state.log_node[i]] = 0
    state.count[LOGGED] = 0


@compiled
def _undo(model: Model, state: State) -> None:
    """Give the nodes of the open transaction their schools back."""
    for i in range(state.count[LOGGED]):
        v = state.log_node[i]
        state.pair[v] = state.log_pair[i]
        state.zone[v] = model.school[state.log_pair[i]]
    _forget_change(state)


@compiled
def _commit(model: Model, state: State, value: float, penalty: float) -> None:
    """Keep the open transaction, which changes value and penalty by this much."""
    broken = 0
    for i in range(state.count[TOUCHED]):
        k = state.touched[i]
        q = state.activity[k]
        after = q + state.change[k]
        if model.kind[k] == ROW:
            broken += _is_broken(model, k, after) - _is_broken(model, k, q)
        elif model.kind[k] >= HELD:
            state.held_change[model.kind[k] - HELD] += _excess(model, k, after) - _excess(model, k, q)
        state.activity[k] = after
    for g in range(len(state.held)):
        limit = model.held_upper[g] + BROKEN_HELD
        was = 1 if state.held[g] > limit else 0
        state.held[g] += state.held_change[g]
        broken += (1 if state.held[g] > limit else 0) - was
    state.count[BROKEN] += broken
    if state.count[IS_AT_BEST] == 1 and (value > 0.0 or state.count[BROKEN] > 0):  # only when the best is left is it worth a copy
        _copy(state.best, state.zone)
        for i in range(state.count[LOGGED]):
            state.best[state.log_node[i]] = model.school[state.log_pair[i]]
        state.count[IS_AT_BEST] = 0
    state.total[VALUE] += value
    state.total[PENALTY] += penalty
    state.count[ACCEPTED] += 1
    _forget_change(state)
    if state.count[BROKEN] == 0 and state.total[VALUE] < state.total[BEST] - 1e-12:
        state.total[BEST] = state.total[VALUE]
        state.count[IS_AT_BEST] = 1


# -- contiguity ------------------------------------------------------------------------------------------------------


@compiled
def _is_joined_here(model: Model, state: State, v: int, s: int) -> bool:
    """Whether v's neighbors in zone s are joined to each other by edges among them; then v's leaving cuts nothing off."""
    a, b = model.near_first[v], model.near_first[v + 1]
    if b - a > 64:
        return False
    inside = np.uint64(0)
    reached = np.uint64(0)
    for e in range(a, b):
        if state.zone[model.near[e]] == s:
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


@compiled
def _find(component: Int32s, c: int) -> int:
    while component[PARENT, c] != c:
        component[PARENT, c] = component[PARENT, component[PARENT, c]]
        c = component[PARENT, c]
    return c


@compiled
def _split(model: Model, state: State, v: int, s: int, was_source: bool) -> int:
    """Floods zone s from the neighbors of v, which has left it, side by side until all but one flood have met or ended.

    Returns the number of pieces that hold no source; `component[SEED, i]` has a node of each. Unless v was itself a source, the last flood needs
    no end: v's piece held a source, so when no ended flood has one the last has.
    """
    component = state.component
    base = state.count[STAMP] + 1
    num = 0
    for e in range(model.near_first[v], model.near_first[v + 1]):
        w = model.near[e]
        if state.zone[w] == s:
            state.mark[w] = base + num
            state.follow[w] = -1
            component[PARENT, num] = num
            component[HEAD, num] = w
            component[TAIL, num] = w
            component[HAS_SOURCE, num] = 0
            component[IS_DONE, num] = 0
            component[SEED, num] = w
            num += 1
    state.count[STAMP] = base + num
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
            component[HEAD, c] = state.follow[x]
            if component[HEAD, c] < 0:
                component[TAIL, c] = -1
            if model.is_source[state.pair[x]] == 1:
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


@compiled
def _is_all_safe(component: Int32s, num: int) -> bool:
    """Whether every flood that still grows holds a source."""
    for c in range(num):
        if component[PARENT, c] == c and component[IS_DONE, c] == 0 and component[HAS_SOURCE, c] == 0:
            return False
    return True


@compiled
def _grow(model: Model, state: State, x: int, s: int, c: int, base: int, num: int) -> int:
    """Flood c takes in the neighbors of x in zone s; the number of other floods it met and swallowed."""
    component = state.component
    met = 0
    for e in range(model.near_first[x], model.near_first[x + 1]):
        y = model.near[e]
        if state.zone[y] != s:
            continue
        if state.mark[y] < base or state.mark[y] >= base + num:
            state.mark[y] = base + c
            state.follow[y] = -1
            if component[TAIL, c] >= 0:
                state.follow[component[TAIL, c]] = y
            else:
                component[HEAD, c] = y
            component[TAIL, c] = y
        else:
            other = _find(component, state.mark[y] - base)
            if other != c:
                component[PARENT, other] = c
                component[HAS_SOURCE, c] |= component[HAS_SOURCE, other]
                if component[HEAD, other] >= 0:
                    if component[TAIL, c] >= 0:
                        state.follow[component[TAIL, c]] = component[HEAD, other]
                    else:
                        component[HEAD, c] = component[HEAD, other]
                    component[TAIL, c] = component[TAIL, other]
                met += 1
    return met


@compiled
def _flood(model: Model, state: State, origin: int, s: int, limit: int) -> int:
    """Writes the piece of zone s around a node into State.queue; its size, or -1 when larger than the limit."""
    state.count[STAMP] += 1
    stamp = state.count[STAMP]
    state.queue[0] = origin
    state.mark[origin] = stamp
    size = 1
    at = 0
    while at < size:
        x = state.queue[at]
        at += 1
        for e in range(model.near_first[x], model.near_first[x + 1]):
            y = model.near[e]
            if state.zone[y] == s and state.mark[y] != stamp:
                if size >= limit:
                    return -1
                state.mark[y] = stamp
                state.queue[size] = y
                size += 1
    return size


# -- moves -----------------------------------------------------------------------------------------------------------


@compiled
def _put(model: Model, state: State, v: int, p: int) -> bool:
    """Give v the pair p within the open transaction; False where v is in it already."""
    if state.is_logged[v] == 1:
        return False
    old = state.pair[v]
    state.log_node[state.count[LOGGED]] = v
    state.log_pair[state.count[LOGGED]] = old
    state.count[LOGGED] += 1
    state.is_logged[v] = 1
    _count_pair(model, state, old, -1.0)
    _count_pair(model, state, p, 1.0)
    state.pair[v] = p
    state.zone[v] = model.school[p]
    return True


@compiled
def _takes(model: Model, state: State, size: int, t: int) -> bool:
    """Whether every node of the piece in State.queue may have school t and has not been moved yet."""
    for i in range(size):
        if state.is_logged[state.queue[i]] == 1 or _pair_of(model, state.queue[i], t) < 0:
            return False
    return True


@compiled
def _home(model: Model, state: State, size: int, s: int, t: int) -> int:
    """A zone for the piece in State.queue that was cut off from zone s: t, else the first next to it that all of it may have; -1 for none."""
    if _takes(model, state, size, t):
        return t
    tried = t
    for i in range(size):
        x = state.queue[i]
        for e in range(model.near_first[x], model.near_first[x + 1]):
            u = state.zone[model.near[e]]
            if u not in (s, t, tried):
                tried = u
                if _takes(model, state, size, u):
                    return u
    return -1


@compiled
def _shift(model: Model, state: State, v: int, p: int, limit: int) -> bool:
    """Move v, which must touch the zone or be its source, with every piece that this cuts off; False where that cannot be. Does not undo."""
    s, old = state.zone[v], state.pair[v]
    if not _put(model, state, v, p):
        return False
    if model.is_exact == 0:
        return True
    was_source = model.is_source[old] == 1
    if not was_source and _is_joined_here(model, state, v, s):
        return True
    loose = _split(model, state, v, s, was_source)
    for i in range(loose):
        size = _flood(model, state, state.component[SEED, i], s, limit)
        if size < 0:
            return False
        u = _home(model, state, size, s, state.zone[v])
        if u < 0:
            return False
        for j in range(size):
            _put(model, state, state.queue[j], _pair_of(model, state.queue[j], u))
    return True


@compiled
def _touches(model: Model, state: State, v: int, t: int) -> bool:
    for e in range(model.near_first[v], model.near_first[v + 1]):
        if state.zone[model.near[e]] == t:
            return True
    return False


@compiled
def _may_enter(model: Model, state: State, v: int, p: int) -> bool:
    """Whether v, as it stands now, would hang on to the zone of pair p."""
    return model.is_exact == 0 or model.is_source[p] == 1 or _touches(model, state, v, model.school[p])


@compiled
def _propose(model: Model, state: State) -> tuple[int, int]:
    """A random node at a border and a pair it could have across it; (-1, -1) where the draw is none."""
    slots = len(model.edge_from)
    r = _below(state, slots + len(model.entries))
    if r >= slots:
        p = model.entries[r - slots]
        v = model.node[p]
        return (v, p) if state.pair[v] != p else (-1, -1)
    v = model.edge_from[r]
    t = state.zone[model.edge_to[r]]
    if t == state.zone[v]:
        return -1, -1
    p = _pair_of(model, v, t)
    return (v, p) if p >= 0 else (-1, -1)


@compiled
def _carry(model: Model, state: State, v: int, limit: int) -> bool:
    """After an idle node moved, the nodes behind it follow up to the first that counts: a way for it to a zone it does not touch."""
    t = state.zone[v]
    for _ in range(6):
        a, b = model.near_first[v], model.near_first[v + 1]
        w, p = -1, -1
        offset = _below(state, b - a)
        for i in range(b - a):
            x = model.near[a + (i + offset) % (b - a)]
            if state.zone[x] != t and state.is_logged[x] == 0:
                p = _pair_of(model, x, t)
                if p >= 0:
                    w = x
                    break
        if w < 0 or not _shift(model, state, w, p, limit):
            return False
        if model.is_idle[w] == 0:
            return True
        v = w
    return False


@compiled
def _answer(model: Model, state: State, t: int, gives: bool) -> tuple[int, int]:
    """A random further move: a node of zone t out of it (`gives`) or one beside it into it; (-1, -1) where the draw is none."""
    a, b = model.roomy_first[t], model.roomy_first[t + 1]
    if a == b:
        return -1, -1
    v = model.roomy[a + _below(state, b - a)]
    if state.is_logged[v] == 1 or (state.zone[v] == t) != gives:
        return -1, -1
    if not gives:
        p = _pair_of(model, v, t)
        return (v, p) if _may_enter(model, state, v, p) else (-1, -1)
    if model.is_exact == 0:
        p = model.pair_first[v] + _below(state, model.pair_first[v + 1] - model.pair_first[v])
        return (v, p) if model.school[p] != t else (-1, -1)
    i, num = model.near_first[v], model.near_first[v + 1] - model.near_first[v]
    if num == 0:
        return -1, -1
    u = state.zone[model.near[i + _below(state, num)]]
    p = _pair_of(model, v, u) if u != t else -1
    return (v, p) if p >= 0 else (-1, -1)


@compiled
def _cost_with(model: Model, state: State, v: int, p: int, weight: float) -> float:
    """Cost of the open transaction if v had pair p too, without the pieces that it would cut off."""
    _count_pair(model, state, state.pair[v], -1.0)
    _count_pair(model, state, p, 1.0)
    value, penalty = _cost_of_change(model, state)
    _count_pair(model, state, p, -1.0)
    _count_pair(model, state, state.pair[v], 1.0)
    return weight * value + penalty


@compiled
def _chain(model: Model, state: State, s: int, t: int, threshold: float, length: int, tries: int, limit: int) -> bool:
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
        came, goes = state.zone[best_v], model.school[best_p]
        if not _shift(model, state, best_v, best_p, limit):
            return False
        value, penalty = _cost_of_change(model, state)
        if weight * value + penalty <= threshold:
            return True
        if gives:
            t = goes
        else:
            s = came
    return False


@compiled
def _step(model: Model, state: State, temperature: float, chance: float, length: int, tries: int, limit: int) -> bool:
    """One proposal, kept or not; False where the draw was none."""
    v, p = _propose(model, state)
    if v < 0:
        return False
    weight = state.total[OBJECTIVE_WEIGHT]
    threshold = -temperature * np.log(_uniform(state))
    s, t = state.zone[v], model.school[p]
    is_carrier = model.is_idle[v] == 1 and (_draw(state) >> np.uint64(63)) == np.uint64(0)
    is_cheap = model.is_idle[v] == 1 or _cost_with(model, state, v, p, weight) <= threshold
    _drop_touched(state)
    if not is_cheap and (chance == 0.0 or _uniform(state) > chance):
        return True
    if not _shift(model, state, v, p, limit) or (is_carrier and not _carry(model, state, v, limit)):
        _undo(model, state)
        return True
    value, penalty = _cost_of_change(model, state)
    if weight * value + penalty > threshold:
        if is_cheap or not _chain(model, state, s, t, threshold, length, tries, limit):
            _undo(model, state)
            return True
        value, penalty = _cost_of_change(model, state)
        state.count[CHAINED] += 1
    _commit(model, state, value, penalty)
    return True


@compiled
def anneal(model: Model, state: State, draws: int, hot: float, cold: float, chance: float, length: int, tries: int, limit: int) -> None:
    """A number of draws while the temperature falls geometrically; leaves the best so far in State.best and all totals exact.

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
    """
    temperature = hot
    factor = (cold / hot) ** (64.0 / max(draws, 1)) if hot > 0.0 else 1.0
    if len(model.edge_from) + len(model.entries) == 0:
        return
    for i in range(draws):
        if i % 64 == 63:
            temperature *= factor
        if _step(model, state, temperature, chance, length, tries, limit):
            state.count[PROPOSED] += 1
    if state.count[IS_AT_BEST] == 1:
        _copy(state.best, state.zone)
        state.count[IS_AT_BEST] = 0
    settle(model, state)


@compiled
def sample(model: Model, state: State, draws: int, found: Floats) -> int:
    """How much single moves of nodes that count change the value: |change| of random proposals, where it is not zero."""
    num = 0
    if len(model.edge_from) + len(model.entries) == 0:
        return 0
    for _ in range(draws):
        v, p = _propose(model, state)
        if v < 0 or model.is_idle[v] == 1:
            continue
        _count_pair(model, state, state.pair[v], -1.0)
        _count_pair(model, state, p, 1.0)
        value, _penalty = _cost_of_change(model, state)
        _drop_touched(state)
        if abs(value) > 1e-15:
            found[num] = abs(value)
            num += 1
    return num
