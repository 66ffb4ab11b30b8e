"""The closer-neighbor program: a unit may have a school only if a neighbor with a shorter trip does. PuLP on HiGHS; it forbids plans: no bound."""

from __future__ import annotations

from peers.journal import Job, run_peer
from peers.mixed import assignment_milp, solve_milp
from peers.needs import Need, closer_needs
from peers.problem import Ints, Problem
from rezoning.optimize.model.milp import Cut


def closer(job: Job) -> None:
    """Build and solve, from today's zones where they obey the rule."""
    needs = closer_needs(job.problem)
    milp = assignment_milp(job.problem)
    milp.add_cuts(Cut((need.pair,), need.others) for need in needs)
    start = job.start
    is_allowed = start is not None and obeys(job.problem, needs, start)
    solve_milp(job, milp, "highs", start if is_allowed else None, forbids_plans=True)


def obeys(problem: Problem, needs: list[Need], school_of_node: Ints) -> bool:
    """Whether an assignment picks no pair without one that it needs."""
    x = problem.vector(school_of_node)
    return all(x[need.pair] == 0 or x[list(need.others)].any() for need in needs)


if __name__ == "__main__":
    run_peer(closer)
