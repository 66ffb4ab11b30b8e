"""The published CP-SAT model (Plural Connections, attendance-boundaries): one school per unit, rows, the hop rule, hint: today's zones.

Whole numbers take the place of its scaled divisions, so its objective is the goal exactly. Neither pulp nor highspy may be imported here:
they cannot share a process with ortools.
"""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from peers.integers import whole_goal, whole_row
from peers.journal import Job, Journal, run_peer
from peers.needs import hop_needs
from peers.problem import Ints, Problem


class _Model:
    """The CP-SAT model of a problem: one 0/1 variable per pair, fixed pairs are the constant 1."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.whole = problem, whole_goal(problem)
        self.model = cp_model.CpModel()
        self.x = [1 if fixed else self.model.new_bool_var("") for fixed in problem.is_fixed]
        self.excess: list[tuple[cp_model.IntVar, int, int]] = []  # variable, part, side
        self._one_school_each()
        self._rows()
        self._contiguity()
        self._objective()

    def _one_school_each(self) -> None:
        first = self.problem.first
        for v in np.flatnonzero(np.diff(first) > 1):
            self.model.add_exactly_one(self.x[first[v] : first[v + 1]])

    def _rows(self) -> None:
        problem = self.problem
        for r, (lower, upper) in enumerate(zip(problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True)):
            cells = slice(problem.rows_first[r], problem.rows_first[r + 1])
            values, low, high = whole_row(problem.rows_value[cells], lower, upper)
            total = self._sum(problem.rows_pair[cells], values)
            if low is not None:
                self.model.add(total >= low)
            if high is not None:
                self.model.add(total <= high)

    def _contiguity(self) -> None:
        for need in hop_needs(self.problem):
            if not any(self.problem.is_fixed[q] for q in need.others):
                picked = self.x[need.pair]
                self.model.add_bool_or([self.x[q] for q in need.others] + ([] if isinstance(picked, int) else [picked.negated()]))

    def _objective(self) -> None:
        problem, whole = self.problem, self.whole
        used = np.flatnonzero(whole.linear)
        total = self._sum(used, whole.linear[used])
        for side, weights in ((1, problem.over), (-1, problem.under)):
            for k in np.flatnonzero(weights):
                cells = slice(problem.parts_first[k], problem.parts_first[k + 1])
                d = self._sum(problem.parts_pair[cells], side * whole.parts[cells]) - side * int(whole.target[k])
                most = int(np.abs(whole.parts[cells]).sum() + abs(whole.target[k]))
                z = self.model.new_int_var(0, most, "")
                self.model.add(z >= d)
                self.excess.append((z, int(k), side))
                total += int(weights[k]) * z
        self.model.minimize(total)

    def _sum(self, pairs: Ints, values: Ints) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum([self.x[p] for p in pairs.tolist()], values.tolist())

    def hint(self, school_of_node: Ints) -> None:
        """Begin from an assignment."""
        x = self.problem.vector(school_of_node)
        for variable, value in zip(self.x, x.tolist(), strict=True):
            if not isinstance(variable, int):
                self.model.add_hint(variable, bool(value))
        d = np.rint((self.problem.parts @ x - self.problem.target) * self.whole.scale).astype(np.int64)
        for z, k, side in self.excess:
            self.model.add_hint(z, max(int(side * d[k]), 0))

    def natural(self, objective: float) -> float:
        """Natural value of an objective."""
        return float(self.problem.constant) + objective / self.whole.scale


class _Teller(cp_model.CpSolverSolutionCallback):
    """Writes every better plan into the journal."""

    def __init__(self, built: _Model, journal: Journal) -> None:
        super().__init__()
        self._built, self._journal = built, journal

    def on_solution_callback(self) -> None:
        self._journal.plan(assignment(self._built.problem, [1 if isinstance(x, int) else self.value(x) for x in self._built.x]))


def assignment(problem: Problem, values: list[int]) -> Ints:
    """School of each node from the values of all pairs."""
    picked = np.flatnonzero(np.array(values) == 1)
    school = np.empty(problem.num_nodes, dtype=np.int64)
    school[problem.node[picked]] = problem.school[picked]
    return school


def hop_closer(job: Job) -> None:
    """Build, hint, solve."""
    if not (whole_weights(job.problem)):
        raise SystemExit("the weights of the goal's parts are not whole: this model has no use for them")
    built = _Model(job.problem)
    if job.problem.has_start:
        built.hint(job.problem.start)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = job.left
    solver.parameters.num_workers = job.threads
    solver.parameters.random_seed = job.seed
    status = solver.solve(built.model, _Teller(built, job.journal))
    has_bound = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    job.journal.end(solver.status_name(status).lower(), built.natural(solver.best_objective_bound) if has_bound else None)


def whole_weights(problem: Problem) -> bool:
    """Whether the weights of a goal's parts are whole numbers, as all of today's goals have them."""
    weights = np.concatenate([problem.over, problem.under])
    return bool((weights == np.rint(weights)).all())


if __name__ == "__main__":
    run_peer(hop_closer)
