"""GerryChain's `SingleMetricOptimizer` as its users have it: a Markov chain of single flips on cut edges, in short bursts or tilted.

`python -m peers.markov_chain PROBLEM JOURNAL --run bursts|tilted`. The rules are the chain's constraints: a node goes to admissible schools only,
rows hold, and every piece of a zone holds a source. For the last one each school has a hub in its zone, a node more that never moves, with an edge
to each of its sources: a zone with its hub hangs together exactly where the rule holds, so GerryChain's own constraint serves, islands included.
One chain for each thread, apart but for their seeds; the better plan counts.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import Process, Queue
from typing import Any

import networkx
import numpy as np
from gerrychain import Partition
from gerrychain.constraints import single_flip_contiguous
from gerrychain.optimization import SingleMetricOptimizer
from scipy.sparse import csc_array, vstack

from peers.journal import Job, run_peer
from peers.problem import Ints, Problem

BURST = 10  # steps
TILT = 0.125  # probability that a worse plan is accepted: as in GerryChain's documentation
FOREVER = sys.maxsize  # steps: a clock ends the chain
BROKEN = 1e-6  # what the audit calls a broken row
TELL_EVERY = 0.1  # seconds: saying a plan takes time that the chain could use

Tell = Callable[[Ints], None]


class TimeOverError(Exception):
    """The limit is reached: a chain may propose for long without a step, so the proposal looks at the clock."""


@dataclass(frozen=True)
class Sums:
    """What a state adds up to: every row, every part of the goal, its linear costs; the goal's value and how far rows are broken, from these."""

    amounts: list[float]
    value: float
    broken: float


class Counter:
    """An updater: the sums of a state from its parent's, as GerryChain's own tallies are kept."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        cells = csc_array(vstack([problem.rows, problem.parts, csc_array(problem.linear[None, :])]))
        bounds = cells.indptr.tolist()
        indices, values = cells.indices.tolist(), cells.data.tolist()
        self._cells = [list(zip(indices[a:b], values[a:b], strict=True)) for a, b in pairwise(bounds)]
        self._pair = problem.lookup.tolist()
        no_rows, no_parts = np.zeros(len(problem.row_lower)), np.zeros(len(problem.target) + 1)
        self._low = np.concatenate([problem.row_lower, problem.target, [0.0]]).tolist()
        self._high = np.concatenate([problem.row_upper, problem.target, [0.0]]).tolist()
        self._under = np.concatenate([no_rows, problem.under, [-1.0]]).tolist()  # of a row nothing, of linear costs themselves
        self._over = np.concatenate([no_rows, problem.over, [1.0]]).tolist()
        self._is_row = np.concatenate([no_rows == 0, no_parts != 0]).tolist()

    def __call__(self, partition: Partition) -> Sums:
        """The updater."""
        parent = partition.parent
        if parent is None:
            return self._whole(partition.assignment_vector[: self._problem.num_nodes])
        old = parent["sums"]
        amounts = old.amounts.copy()
        changed: set[int] = set()
        for node, school in partition.flips.items():
            pairs = self._pair[node]
            for sign, pair in ((-1.0, pairs[parent.assignment.mapping[node]]), (1.0, pairs[school])):
                for i, amount in self._cells[pair]:
                    amounts[i] += sign * amount
                    changed.add(i)
        value, broken = old.value, old.broken
        for i in changed:
            more = self._beyond(i, amounts[i]), self._beyond(i, old.amounts[i])
            if self._is_row[i]:
                broken += more[0] - more[1]
            else:
                value += more[0] - more[1]
        return Sums(amounts, value, broken)

    def _beyond(self, i: int, amount: float) -> float:
        """How far a row is broken; what a part or the linear costs add to the goal."""
        if amount > self._high[i]:
            return (1.0 if self._is_row[i] else self._over[i]) * (amount - self._high[i])
        if amount < self._low[i]:
            return (1.0 if self._is_row[i] else self._under[i]) * (self._low[i] - amount)
        return 0.0

    def _whole(self, school_of_node: Ints) -> Sums:
        problem = self._problem
        x = problem.vector(school_of_node)
        amounts = [*(problem.rows @ x).tolist(), *(problem.parts @ x).tolist(), float(problem.linear @ x)]
        broken = sum(self._beyond(i, amounts[i]) for i in range(len(problem.row_lower)))
        return Sums(amounts, problem.value(school_of_node), broken)


def first_state(problem: Problem) -> Partition:
    """Today's zones on the graph of nodes, with the hub of each school behind them."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(problem.num_nodes + int(problem.num_schools)))
    edges = problem.graph.tocoo()
    graph.add_edges_from(zip(edges.row.tolist(), edges.col.tolist(), strict=True))
    for s in range(int(problem.num_schools)):
        graph.add_edges_from((problem.num_nodes + s, v) for v in problem.sources_of(s).tolist())
    zones = [*problem.start.tolist(), *range(int(problem.num_schools))]
    updaters = {"sums": Counter(problem), "cut_edges_in_order": lambda state: tuple(state["cut_edges"])}
    return Partition(graph, dict(enumerate(zones)), updaters)


class Flip:
    """A proposal: GerryChain's `propose_random_flip`, drawn again where the node may not have the school, before a state is made of it."""

    def __init__(self, problem: Problem, deadline: float) -> None:
        self._may = [set(np.flatnonzero(pairs >= 0).tolist()) for pairs in problem.lookup] + [set()] * int(problem.num_schools)
        self._deadline = deadline

    def __call__(self, state: Partition, *, rng: random.Random) -> Partition:
        """The proposal."""
        edges, zone = state["cut_edges_in_order"], state.assignment.mapping
        while time.monotonic() < self._deadline:
            edge = rng.choice(edges) if edges else (0, 0)
            node, other = edge if rng.random() < 0.5 else edge[::-1]
            if zone[other] in self._may[node] and zone[other] != zone[node]:
                return state.flip({node: zone[other]})
        raise TimeOverError


def keeps_rows(state: Partition) -> bool:
    """A constraint: no row is broken."""
    return bool(state["sums"].broken <= BROKEN)


def states(run: str, optimizer: SingleMetricOptimizer) -> Iterator[Partition]:
    """The chain, until the clock ends it."""
    chain = optimizer.short_bursts(BURST, FOREVER) if run == "bursts" else optimizer.tilted_run(FOREVER, TILT)
    try:
        yield from chain
    except TimeOverError:
        return


def walk(problem: Problem, run: str, deadline: float, seed: int, tell: Tell) -> None:
    """Today's zones, first until rows hold where they do not, then for the goal; every better plan is told, now and then."""
    state: Partition | None = first_state(problem)
    if not single_flip_contiguous(state):
        return
    optimizer = partial(SingleMetricOptimizer, Flip(problem, deadline), maximize=False, rng=random.Random(seed))
    if not keeps_rows(state):
        asked = optimizer([single_flip_contiguous], state, lambda each: each["sums"].broken)
        state = next((each for each in states(run, asked) if keeps_rows(each)), None)
    if state is None:
        return
    best, told, told_at = None, None, -np.inf
    for each in states(run, optimizer([single_flip_contiguous, keeps_rows], state, lambda each: each["sums"].value)):
        if best is None or each["sums"].value < best["sums"].value - 1e-12:
            best = each
        if best is not told and time.monotonic() - told_at >= TELL_EVERY:
            tell(best.assignment_vector[: problem.num_nodes].copy())
            told, told_at = best, time.monotonic()
    if best is not told and best is not None:
        tell(best.assignment_vector[: problem.num_nodes].copy())


def _work(queue: Queue[Any], *asked: Any) -> None:
    """A chain in a process of its own: its plans, and None at its end."""
    try:
        walk(*asked, queue.put)
    finally:
        queue.put(None)


def markov_chain(job: Job) -> None:
    """One chain for each thread; the best plan of all goes to the journal."""
    problem, queue = job.problem, Queue()
    if not problem.has_start:
        job.journal.end("no start")
        return
    asked = (problem, job.options.run, time.monotonic() + job.left)
    chains = [Process(target=_work, args=(queue, *asked, job.seed + 1000 * i)) for i in range(job.threads)]
    for chain in chains:
        chain.start()
    best, running = np.inf, len(chains)
    while running:
        plan = queue.get()
        running -= plan is None
        if plan is not None and problem.value(plan) < best:
            best = problem.value(plan)
            job.journal.plan(plan)
    for chain in chains:
        chain.join()
    if any(chain.exitcode for chain in chains):
        raise SystemExit("a chain broke")
    job.journal.end("limit" if np.isfinite(best) else "no start")


if __name__ == "__main__":
    run_peer(markov_chain, lambda parser: parser.add_argument("--run", choices=["bursts", "tilted"], default="bursts"))
