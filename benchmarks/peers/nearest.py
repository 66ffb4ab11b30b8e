"""Every unit to the admissible school with the shortest trip; seats and contiguity are not looked at."""

import numpy as np

from peers.journal import Job, run_peer
from peers.problem import Ints, Problem


def nearest(job: Job) -> None:
    """One plan, at once."""
    job.journal.plan(nearest_first(job.problem))
    job.journal.end("done")


def nearest_first(problem: Problem) -> Ints:
    """School of each node; an unknown trip comes last, ties by school."""
    order = np.lexsort((problem.school, np.where(np.isnan(problem.minutes), np.inf, problem.minutes), problem.node))
    return problem.school[order[problem.first[:-1]]]


if __name__ == "__main__":
    run_peer(nearest)
