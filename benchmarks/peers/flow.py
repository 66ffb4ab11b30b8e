"""Exact contiguity by flow (Shirabe 2005, one commodity per school): every node of a zone takes one unit of flow that a source sent.

It forbids no plan, so its bound is a bound. `python -m peers.flow PROBLEM JOURNAL --solver highs|cbc`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from itertools import pairwise

import numpy as np
import pulp
from scipy.sparse.csgraph import breadth_first_order

from peers.journal import Job, run_peer
from peers.mixed import assignment_milp, solve_milp
from peers.problem import Floats, Ints, Problem
from rezoning.optimize.model.milp import Milp


@dataclass(frozen=True)
class Arcs:
    """The arcs a school's flow may take: between its admissible nodes, never into a source."""

    school: int
    tail: Ints
    head: Ints
    sources: Ints


@dataclass(eq=False)
class FlowMilp(Milp):
    """The assignment model with flow columns behind all others; a start fills them too."""

    problem_arrays: Problem | None = None
    arcs: list[Arcs] = field(default_factory=list)

    def start(self, school_of_node: Ints) -> Floats:
        """The columns' values for an assignment whose every piece holds a source."""
        assert self.problem_arrays is not None
        flows = [flow_of(self.problem_arrays, arcs, school_of_node) for arcs in self.arcs]
        return np.concatenate([super().start(school_of_node), *flows])


def arcs_of(problem: Problem, s: int) -> Arcs:
    """Arcs of school s."""
    inside = problem.lookup[:, s] >= 0
    tail = np.repeat(np.arange(problem.num_nodes), np.diff(problem.graph_first))
    head = problem.neighbors
    sources = problem.sources_of(s)
    keep = inside[tail] & inside[head] & ~np.isin(head, sources)
    return Arcs(s, tail[keep], head[keep], sources)


def flow_of(problem: Problem, arcs: Arcs, school_of_node: Ints) -> Floats:
    """A flow that holds up the zone of an assignment: along a breadth-first forest from the sources in it."""
    from scipy.sparse import csr_array

    n = problem.num_nodes
    mine = school_of_node == arcs.school
    inside = mine[arcs.tail] & mine[arcs.head]
    own = arcs.sources[mine[arcs.sources]]
    tail, head = np.concatenate([arcs.tail[inside], np.full(len(own), n)]), np.concatenate([arcs.head[inside], own])
    graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(n + 1, n + 1))
    order, parent = breadth_first_order(graph, n)  # node n stands behind all sources
    carried = np.zeros(n + 1)
    carried[order] = 1.0
    for v in order[:0:-1].tolist():
        carried[parent[v]] += carried[v]
    return np.where(inside & (parent[arcs.head] == arcs.tail), carried[arcs.head], 0.0)


def flow_milp(problem: Problem) -> FlowMilp:
    """The whole model."""
    plain = assignment_milp(problem)
    milp = FlowMilp(**{f.name: getattr(plain, f.name) for f in fields(plain)}, problem_arrays=problem)
    for s in range(int(problem.num_schools)):
        _add_flow(milp, arcs_of(problem, s))
    return milp


def _add_flow(milp: FlowMilp, arcs: Arcs) -> None:
    """Columns and rows of one school: a node of the zone keeps one unit, and only nodes of the zone are passed."""
    problem = milp.problem_arrays
    assert problem is not None
    nodes = np.flatnonzero(problem.lookup[:, arcs.school] >= 0)
    taking = np.setdiff1d(nodes, arcs.sources)
    most = float(len(taking))
    first = len(milp.columns)
    flow = [milp.problem.add_variable(f"zzf{first + i:08d}", 0, most) for i in range(len(arcs.tail))]
    milp.columns += flow
    milp.arcs.append(arcs)
    into, out = _by_node(arcs.head), _by_node(arcs.tail)
    for v in taking.tolist():
        _row(milp, [(flow[i], 1.0) for i in into.get(v, [])] + [(flow[i], -1.0) for i in out.get(v, [])], v, arcs.school, 1.0, is_equal=True)
        _row(milp, [(flow[i], 1.0) for i in into.get(v, [])], v, arcs.school, most, is_equal=False)
    for v in arcs.sources.tolist():
        _row(milp, [(flow[i], 1.0) for i in out.get(v, [])], v, arcs.school, most, is_equal=False)


def _row(milp: FlowMilp, flow: list[tuple[pulp.LpVariable, float]], v: int, s: int, factor: float, *, is_equal: bool) -> None:
    """``flow = factor x[v, s]`` or ``flow <= factor x[v, s]``."""
    j = int(milp.column_of_pair[milp.formulation.pairs.lookup[v, s]])
    left = pulp.LpAffineExpression(flow if j < 0 else [*flow, (milp.columns[j], -factor)])
    right = factor if j < 0 else 0.0
    milp.problem += left == right if is_equal else left <= right


def _by_node(nodes: Ints) -> dict[int, list[int]]:
    """Positions of each node in a list of nodes."""
    order = np.argsort(nodes, kind="stable")
    there, first = np.unique(nodes[order], return_index=True)
    ends = [*first.tolist(), len(order)]
    return {v: order[a:b].tolist() for v, (a, b) in zip(there.tolist(), pairwise(ends), strict=True)}


def flow(job: Job) -> None:
    """Build and solve, from today's zones where they are a plan."""
    milp = flow_milp(job.problem)
    start = job.start
    is_plan = start is not None and is_held_up(job.problem, milp.arcs, start)
    solve_milp(job, milp, job.options.solver, start if is_plan else None, forbids_plans=False)


def is_held_up(problem: Problem, arcs: list[Arcs], school_of_node: Ints) -> bool:
    """Whether the sources send something to every node of their zone that is none."""
    for each in arcs:
        reached = np.zeros(problem.num_nodes, dtype=bool)
        reached[each.sources] = True
        reached[each.head[flow_of(problem, each, school_of_node) > 0]] = True
        if not reached[school_of_node == each.school].all():
            return False
    return True


if __name__ == "__main__":
    run_peer(flow, lambda parser: parser.add_argument("--solver", choices=["highs", "cbc"], default="highs"))
