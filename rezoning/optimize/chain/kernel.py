"""The compiled part of the chain: single flips and recombination, on the search's own model and state, which keep rows and contiguity at every step.

A step either ends in another plan that obeys every rule or leaves the plan as it is. All chance comes from `SearchState.random`.

The cache on disk is told of changes in the search's file too, whose functions are compiled into these.
"""

# mypy: disable-error-code="no-any-return, return-value"
# (an element of an array is a number to numba, whatever numpy's types say)
from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rezoning.optimize.search import kernel
from rezoning.optimize.search.kernel import (
    ACTIVITY,
    BROKEN_HELD,
    CHANGE_OF,
    FIRST_NEAR,
    HELD,
    HELD_CHANGE,
    HELD_SCRATCH,
    HELD_VALUE,
    IS_SOURCE,
    LOGGED,
    MARK,
    NODE,
    PAIR,
    ROW,
    SCHOOL,
    STAMP,
    TOUCHED,
    UPPER,
    ZONE,
    Int32s,
    SearchModel,
    SearchState,
    compiled,
    inner,
)  # fmt: skip

_below, _uniform, _pair_of, _put, _undo, _commit = kernel._below, kernel._uniform, kernel._pair_of, kernel._put, kernel._undo, kernel._commit
_count_pair, _drop_touched, _copy, _excess = kernel._count_pair, kernel._drop_touched, kernel._copy, kernel._excess
_is_broken, _change_of_blocks = kernel._is_broken, kernel._change_of_blocks
_is_joined_here, _split = kernel._is_joined_here, kernel._split

# Places in Chain.tally: the number of moves that there are; then, of each kind, steps, steps that ended in another plan, and why others did not.
MOVES, FLIPS, FLIPPED, FLIP_CUTS, FLIP_BREAKS, FLIP_CORRECTED, RECOMBINATIONS, RECOMBINED, NO_CUT, SAME = range(10)
LIST, PLACE, TOUCHING = range(3)  # rows of Chain.pairs
NEXT, IS_IN, POSITION, MEMBER, FOLLOWS, FIRST_AT, CUTS, FROM, TO = range(9)  # rows of Chain.tree


class Chain(NamedTuple):
    """What the chain keeps besides the search's state.

    Parameters
    ----------
    pairs
        Shape (3, P): the pairs that are moves now, one after the other; the place of each pair among them, -1 for none; and how many neighbors of
        its node are in its school's zone.
    tree
        Shape (9, N + 3), scratch of a recombination. Of nodes and the two hubs: parent in the tree, whether it is in it, place on the way between the
        hubs; the nodes of both zones; lists of them by place (next, first); cuts that keep the rules; sources of either school.
    tally
        Counts, by the places named above.
    """

    pairs: Int32s
    tree: Int32s
    tally: NDArray[np.int64]


def new_chain(model: SearchModel) -> Chain:
    """A chain that has not been set out."""
    n, p = model.nodes.shape[1] - 1, model.pairs.shape[1] - 1
    return Chain(np.zeros((3, p), np.int32), np.zeros((9, n + 3), np.int32), np.zeros(10, np.int64))


# -- which moves there are -------------------------------------------------------------------------------------------


@inner
def _is_move(model: SearchModel, state: SearchState, chain: Chain, p: int) -> bool:
    """Whether the node of a pair could be given its school: it has another one now, and touches the zone or needs no neighbor there."""
    if state.nodes[PAIR, model.pairs[NODE, p]] == p:
        return False
    return model.is_exact == 0 or model.pairs[IS_SOURCE, p] == 1 or chain.pairs[TOUCHING, p] > 0


@inner
def _list(model: SearchModel, state: SearchState, chain: Chain, p: int) -> None:
    """Have a pair among the moves exactly where it is one; the last of them takes a place that becomes free."""
    place = chain.pairs[PLACE, p]
    if _is_move(model, state, chain, p):
        if place < 0:
            chain.pairs[LIST, chain.tally[MOVES]] = p
            chain.pairs[PLACE, p] = chain.tally[MOVES]
            chain.tally[MOVES] += 1
    elif place >= 0:
        chain.tally[MOVES] -= 1
        last = chain.pairs[LIST, chain.tally[MOVES]]
        chain.pairs[LIST, place] = last
        chain.pairs[PLACE, last] = place
        chain.pairs[PLACE, p] = -1


@inner
def _relist(model: SearchModel, state: SearchState, chain: Chain, old: int, new: int) -> None:
    """The moves after a node has changed from one of its pairs to another."""
    v, s, t = model.pairs[NODE, old], model.pairs[SCHOOL, old], model.pairs[SCHOOL, new]
    for e in range(model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1]):
        w = model.near[e]
        p = _pair_of(model, w, s)
        if p >= 0:
            chain.pairs[TOUCHING, p] -= 1
            _list(model, state, chain, p)
        p = _pair_of(model, w, t)
        if p >= 0:
            chain.pairs[TOUCHING, p] += 1
            _list(model, state, chain, p)
    _list(model, state, chain, old)
    _list(model, state, chain, new)


@inner
def _list_all(model: SearchModel, state: SearchState, chain: Chain) -> None:
    """All moves of the plan, in the order of pairs."""
    chain.tally[MOVES] = 0
    for p in range(chain.pairs.shape[1]):
        v, s = model.pairs[NODE, p], model.pairs[SCHOOL, p]
        chain.pairs[PLACE, p] = -1
        chain.pairs[TOUCHING, p] = 0
        for e in range(model.nodes[FIRST_NEAR, v], model.nodes[FIRST_NEAR, v + 1]):
            if state.nodes[ZONE, model.near[e]] == s:
                chain.pairs[TOUCHING, p] += 1
        _list(model, state, chain, p)


# -- whether a change keeps the rules --------------------------------------------------------------------------------


@inner
def _breaks(model: SearchModel, state: SearchState) -> bool:
    """Whether the open transaction breaks a row, a rule that leaves a choice, or a limit; the plan before it breaks none."""
    held = state.held[HELD_SCRATCH]
    _copy(held, state.held[HELD_CHANGE])
    for i in range(state.tally[TOUCHED]):
        k = state.touched[0, i]
        q = state.flows[ACTIVITY, k]
        after = q + state.flows[CHANGE_OF, k]
        if model.kind[k] == ROW:
            if _is_broken(model, k, after) == 1:
                return True
        elif model.kind[k] >= HELD:
            held[model.kind[k] - HELD] += _excess(model, k, after) - _excess(model, k, q)
    if len(model.slope) > 0:
        _value, _penalty, _guide, broken = _change_of_blocks(
            model.kind, model.limits, model.blocks, model.slope, state.flows, state.blocks, state.touched, state.reached, state.tally[TOUCHED],
            model.held[UPPER], state.held, HELD_SCRATCH, False,
        )  # fmt: skip
        if broken > 0:
            return True
    for g in range(len(held)):  # noqa: SIM110 (numba compiles no generators)
        if state.held[HELD_VALUE, g] + held[g] > model.held[UPPER, g] + BROKEN_HELD:
            return True
    return False


@inner
def _cuts_off(model: SearchModel, state: SearchState, v: int, old: int) -> bool:
    """Whether the node that has just left a pair left something behind that hangs in the air."""
    if model.is_exact == 0:
        return False
    was_source = model.pairs[IS_SOURCE, old] == 1
    s = model.pairs[SCHOOL, old]
    if not was_source and _is_joined_here(model, state, v, s):
        return False
    return _split(model, state, v, s, was_source) > 0


# -- single flips ----------------------------------------------------------------------------------------------------


@inner
def _flip(model: SearchModel, state: SearchState, chain: Chain) -> None:
    """Propose one of the moves, each alike; take it where it keeps the rules with probability min(1, moves now / moves then).

    A move is undone by a move, and every move of a plan is proposed with 1 / its moves; so accepted (Hastings 1970), the chain is reversible and
    every plan that it can reach is as likely as any other.
    """
    chain.tally[FLIPS] += 1
    moves = chain.tally[MOVES]
    if moves == 0:
        return
    p = chain.pairs[LIST, _below(state, moves)]
    v = model.pairs[NODE, p]
    old = state.nodes[PAIR, v]
    _put(model, state, v, p)
    if _breaks(model, state):
        _undo(model, state)
        chain.tally[FLIP_BREAKS] += 1
        return
    if _cuts_off(model, state, v, old):
        _undo(model, state)
        chain.tally[FLIP_CUTS] += 1
        return
    _relist(model, state, chain, old, p)
    if chain.tally[MOVES] > moves and _uniform(state) * chain.tally[MOVES] > moves:
        _undo(model, state)
        _relist(model, state, chain, p, old)
        chain.tally[FLIP_CORRECTED] += 1
        return
    _commit(model, state, 0.0, 0.0)
    chain.tally[FLIPPED] += 1


# -- recombination ---------------------------------------------------------------------------------------------------


@inner
def _gather(model: SearchModel, state: SearchState, chain: Chain, a: int, b: int) -> tuple[int, int, int]:
    """The nodes of two zones and the sources of either school among them, each with their number; marks nodes of neither."""
    tree, num, num_from, num_to = chain.tree, 0, 0, 0
    for v in range(state.nodes.shape[1]):
        tree[IS_IN, v] = -1
        s = state.nodes[ZONE, v]
        if s not in (a, b):
            continue
        tree[IS_IN, v] = 0
        tree[MEMBER, num] = v
        num += 1
        if _is_source(model, v, a):
            tree[FROM, num_from] = v
            num_from += 1
        if _is_source(model, v, b):
            tree[TO, num_to] = v
            num_to += 1
    return num, num_from, num_to


@inner
def _is_source(model: SearchModel, v: int, s: int) -> bool:
    p = _pair_of(model, v, s)
    return p >= 0 and model.pairs[IS_SOURCE, p] == 1


@inner
def _neighbor(model: SearchModel, state: SearchState, chain: Chain, x: int, a: int, b: int, num_from: int, num_to: int) -> int:
    """A neighbor of a node or hub in the merged ground, each alike. A hub stands for a school and neighbors its sources."""
    n, tree = state.nodes.shape[1], chain.tree
    if x == n:
        return tree[FROM, _below(state, num_from)]
    if x == n + 1:
        return tree[TO, _below(state, num_to)]
    first = model.nodes[FIRST_NEAR, x]
    degree = model.nodes[FIRST_NEAR, x + 1] - first
    is_from, is_to = _is_source(model, x, a), _is_source(model, x, b)
    slots = degree + (1 if is_from else 0) + (1 if is_to else 0)
    while True:
        r = _below(state, slots)
        if r >= degree:
            return n if is_from and r == degree else n + 1
        y = model.near[first + r]
        if tree[IS_IN, y] >= 0:
            return y


@inner
def _wander(model: SearchModel, state: SearchState, chain: Chain, x: int, a: int, b: int, num_from: int, num_to: int) -> int:
    """Wilson's (1996) random walk from x to the tree; `NEXT` leads along it without its loops. Where it met the tree."""
    while chain.tree[IS_IN, x] != 1:
        y = _neighbor(model, state, chain, x, a, b, num_from, num_to)
        chain.tree[NEXT, x] = y
        x = y
    return x


@inner
def _draw_tree(model: SearchModel, state: SearchState, chain: Chain, a: int, b: int, num: int, num_from: int, num_to: int) -> int:
    """A spanning tree of the merged ground with both hubs, every one alike; gives the length of the way between the hubs in it.

    `POSITION` of a node is the place on that way, from the first hub, at which it hangs.
    """
    n, tree = state.nodes.shape[1], chain.tree
    tree[IS_IN, n], tree[IS_IN, n + 1] = 1, 0
    tree[POSITION, n] = 0
    _wander(model, state, chain, n + 1, a, b, num_from, num_to)
    length, x = 0, n + 1
    while x != n:
        length += 1
        x = tree[NEXT, x]
    x = n + 1
    for i in range(length):
        tree[IS_IN, x], tree[POSITION, x] = 1, length - i
        x = tree[NEXT, x]
    for i in range(num):
        x = tree[MEMBER, i]
        at = tree[POSITION, _wander(model, state, chain, x, a, b, num_from, num_to)]
        while tree[IS_IN, x] != 1:
            tree[IS_IN, x], tree[POSITION, x] = 1, at
            x = tree[NEXT, x]
    return length


@inner
def _sort_by_place(model: SearchModel, chain: Chain, a: int, b: int, num: int, length: int) -> tuple[int, int]:
    """Lists of the nodes that hang at each place; the first and the last cut at which all have a school that they may have.

    Cut j leaves the first school what hangs at places below j.
    """
    tree, lowest, highest = chain.tree, 1, length
    for j in range(length + 1):
        tree[FIRST_AT, j] = -1
    for i in range(num):
        v = tree[MEMBER, i]
        at = tree[POSITION, v]
        tree[FOLLOWS, v] = tree[FIRST_AT, at]
        tree[FIRST_AT, at] = v
        if _pair_of(model, v, b) < 0:
            lowest = max(lowest, at + 1)
        if _pair_of(model, v, a) < 0:
            highest = min(highest, at)
    return lowest, highest


@inner
def _legal_cuts(model: SearchModel, state: SearchState, chain: Chain, a: int, b: int, num: int, lowest: int, highest: int) -> int:
    """Writes the cuts between the two that keep every rule into `CUTS`; their number."""
    tree, found = chain.tree, 0
    for i in range(num):
        v = tree[MEMBER, i]
        p = _pair_of(model, v, a if tree[POSITION, v] < lowest else b)
        if p != state.nodes[PAIR, v]:
            _count_pair(model, state, state.nodes[PAIR, v], -1.0)
            _count_pair(model, state, p, 1.0)
    for j in range(lowest, highest + 1):
        if j > lowest:
            v = tree[FIRST_AT, j - 1]
            while v >= 0:
                _count_pair(model, state, _pair_of(model, v, b), -1.0)
                _count_pair(model, state, _pair_of(model, v, a), 1.0)
                v = tree[FOLLOWS, v]
        if not _breaks(model, state):
            tree[CUTS, found] = j
            found += 1
    _drop_touched(state)
    return found


@inner
def _recombine(model: SearchModel, state: SearchState, chain: Chain) -> None:
    """Merge two zones that touch, draw a spanning tree of them, and cut it between the schools where the rules are kept, each such cut alike.

    Each school has a hub, joined to its sources: what hangs together with the hub in a tree hangs together with a source, islands included.
    There is no correction: this step favors plans in no way that could be written down.
    """
    chain.tally[RECOMBINATIONS] += 1
    if chain.tally[MOVES] == 0 or model.is_exact == 0:
        chain.tally[NO_CUT] += 1
        return
    p = chain.pairs[LIST, _below(state, chain.tally[MOVES])]
    a, b = state.nodes[ZONE, model.pairs[NODE, p]], model.pairs[SCHOOL, p]
    num, num_from, num_to = _gather(model, state, chain, a, b)
    if chain.pairs[TOUCHING, p] == 0 or num_from == 0 or num_to == 0:
        chain.tally[NO_CUT] += 1
        return
    length = _draw_tree(model, state, chain, a, b, num, num_from, num_to)
    lowest, highest = _sort_by_place(model, chain, a, b, num, length)
    cuts = 0 if lowest > highest else _legal_cuts(model, state, chain, a, b, num, lowest, highest)
    if cuts == 0:
        chain.tally[NO_CUT] += 1
        return
    cut = chain.tree[CUTS, _below(state, cuts)]
    for i in range(num):
        v = chain.tree[MEMBER, i]
        q = _pair_of(model, v, a if chain.tree[POSITION, v] < cut else b)
        if q != state.nodes[PAIR, v]:
            _put(model, state, v, q)
    changed = state.tally[LOGGED]
    if changed == 0 or _breaks(model, state):  # summed in another order, a row may be broken by a hair
        _undo(model, state)
        chain.tally[SAME if changed == 0 else NO_CUT] += 1
        return
    for i in range(changed):
        v = state.nodes[kernel.LOG_NODE, i]
        _relist(model, state, chain, state.nodes[kernel.LOG_PAIR, i], state.nodes[PAIR, v])
    _commit(model, state, 0.0, 0.0)
    chain.tally[RECOMBINED] += 1


@compiled
def set_out(model: SearchModel, state: SearchState, chain: Chain) -> None:
    """List the moves of the plan in `State.nodes`, whose totals are settled."""
    _list_all(model, state, chain)


@compiled
def walk(model: SearchModel, state: SearchState, chain: Chain, steps: int, mix: float) -> None:
    """A number of steps, each a recombination with probability `mix`, else a flip."""
    if state.tally[STAMP] > 1 << 29:  # marks are 32 bits wide
        state.tally[STAMP] = 0
        for v in range(state.nodes.shape[1]):
            state.nodes[MARK, v] = 0
    for _ in range(steps):
        if mix > 0.0 and _uniform(state) <= mix:
            _recombine(model, state, chain)
        else:
            _flip(model, state, chain)


def _stamp_with_search(function: Any) -> None:
    """Let numba's cache of a function count as stale where the search's file has changed, whose functions are compiled into it."""
    index = getattr(getattr(function, "_cache", None), "_cache_file", None)
    if index is not None:
        stat = Path(kernel.__file__).stat()
        index._source_stamp = (index._source_stamp, stat.st_mtime, stat.st_size)


for _function in (set_out, walk):
    _stamp_with_search(_function)
