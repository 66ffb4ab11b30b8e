"""Re-optimize a few neighboring schools at a time, everything else fixed to the best plan.

Moves of single units stall where many of them would have to change at once. Two to four zones with all their units are a question small enough for a
MILP solver, which knows which of them. Contiguity is held by order rows drawn anew for every solve: they let the solver prove most of these questions
within a second, where cuts separated inside a tree took twice as long and brought half as much.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.formulation.restrict import columns, restrict, restrict_terms
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible, value
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.search.destroy import Promise, ZoneGraph
from rezoning.optimize.search.ordering import order_rows
from rezoning.optimize.search.tracker import Objective, OnPlan
from rezoning.optimize.solvers.base import Backend, Limits, Outcome, Watch

SIZES = (2, 3, 4)  # schools at a time
SHORTEST, LONGEST = 2.0, 64.0  # seconds of one solve: doubled whenever nothing is left to try
FEWEST, MOST = 100, 3_200  # nodes of one solve, likewise, where these are counted
DRAWS = 40  # neighborhoods drawn in vain before that
GAP = 5e-5  # of the whole value: what a solve may leave
BETTER = 1e-9
TANGENT_ROUNDS = 4  # solves of one neighborhood
FADING = 0.9  # of a size's record, per solve
AT_LEAST = 0.1  # of the draws for every size


@dataclass
class _Yield:
    """What solves of one size have brought, and in how many seconds, or nodes where these are counted; older ones fade."""

    gain: float = 0.0
    effort: float = 0.0

    def add(self, gain: float, effort: float) -> None:
        self.gain, self.effort = FADING * self.gain + gain, FADING * self.effort + effort


class Neighborhoods:
    """Improves plans of one formulation and one weighted sum of goals, a few schools at a time.

    Parameters
    ----------
    formulation
        What every plan must obey.
    objective
        The goals to minimize, with weights.
    backend
        Solves the small questions, in one thread.
    seed
        Repeats the choice of schools.
    sizes
        How many schools at a time.
    """

    def __init__(self, formulation: Formulation, objective: Objective, backend: Backend, seed: int, sizes: tuple[int, ...] = SIZES) -> None:
        self._formulation, self._objective, self._backend, self._seed = formulation, objective, backend, seed
        self._promise, self._separator = Promise(formulation, objective), Separator(formulation)
        self._rng = np.random.default_rng(seed)
        self._records = {size: _Yield() for size in sizes}
        self._tried: dict[tuple[int, ...], tuple[int, float]] = {}  # schools: zones they had, effort that a solve was given
        self._effort, self._longest = SHORTEST, LONGEST
        self._nodes = 0  # of the last solve

    def improve(self, plan: Ints, seconds: float, stop: threading.Event, on_plan: OnPlan, solves: int | None = None) -> Ints:
        """Look for better plans until the time is over, `stop` is set, or every neighborhood drawn is exhausted.

        Parameters
        ----------
        plan
            Where to start; it must obey every rule.
        on_plan
            Called for every better plan with its value.
        solves
            At most so many, each of a counted number of nodes in place of seconds.

        Returns
        -------
        The best plan found, or the start where none was.
        """
        deadline = time.monotonic() + seconds
        best, borders = value(self._objective, self._formulation, plan), self._promise.of(plan)
        self._effort, self._longest = (SHORTEST, LONGEST) if solves is None else (FEWEST, MOST)
        done = 0
        while time.monotonic() < deadline and not stop.is_set() and done != solves:
            size, schools = self._next(borders, plan)
            if not schools:
                break
            done, began = done + 1, time.monotonic()
            limit = min(self._effort, deadline - began) if solves is None else self._effort
            left, nodes = (limit, None) if solves is None else (deadline - began, int(limit))
            found = self._solve(plan, schools, left, nodes, stop)
            if stop.is_set() and found is None:
                break
            reached = best if found is None else value(self._objective, self._formulation, found)
            if found is not None and reached < best - BETTER and is_feasible(self._formulation, found, self._separator):
                self._records[size].add(best - reached, self._spent(began, solves))
                plan, best, borders = found, reached, self._promise.of(found)
                on_plan(plan, best)
            else:
                self._records[size].add(0.0, self._spent(began, solves))
            self._tried[tuple(schools)] = (_zones(plan, schools), limit)
        return plan

    def _spent(self, began: float, solves: int | None) -> float:
        """Seconds since a solve began, or its nodes where these are counted."""
        return time.monotonic() - began if solves is None else 1.0 + self._nodes

    def _next(self, borders: ZoneGraph, plan: Ints) -> tuple[int, list[int]]:
        """A size, and schools that were not tried as they stand with as much effort; none when even the longest brought nothing."""
        while True:
            for _ in range(DRAWS):
                size = self._size()
                schools = borders.draw(self._rng, size)
                zones, effort = self._tried.get(tuple(schools), (0, 0.0))
                if len(schools) > 1 and (effort < self._effort or zones != _zones(plan, schools)):
                    return size, schools
            if self._effort >= self._longest:
                return 0, []
            self._effort *= 2

    def _size(self) -> int:
        """A number of schools, by what it brought for its effort."""
        rate = np.array([record.gain / record.effort if record.effort else 0.0 for record in self._records.values()])
        share = AT_LEAST + (rate / rate.sum() if rate.any() else np.ones(len(rate)))
        return int(self._rng.choice(list(self._records), p=share / share.sum()))

    def _solve(self, plan: Ints, schools: list[int], seconds: float, nodes: int | None, stop: threading.Event) -> Ints | None:
        """The best plan the solver finds when only these schools' zones may change; None where it has none."""
        pairs = self._formulation.pairs
        inside = np.isin(plan, schools)
        small = restrict(self._formulation, (pairs.school == plan[pairs.node]) | (inside[pairs.node] & np.isin(pairs.school, schools)))
        if small.pairs.is_fixed.all():
            return None
        kept, links = columns(self._formulation, small), self._formulation.links
        kept = kept if links is None else np.concatenate([kept, links.kept(kept)])
        milp = build(small, [(restrict_terms(terms, kept), weight) for terms, weight in self._objective])
        milp.add_cuts(order_rows(small, plan, schools, self._rng))
        milp.add_cuts(milp.tangents(small.vector(plan), None, is_plan=True))
        return self._found(milp, plan, seconds, nodes, stop)

    def _found(self, milp: Milp, plan: Ints, seconds: float, nodes: int | None, stop: threading.Event) -> Ints | None:
        """The solver's plan; where it is good only because a tangent was missing, that tangent is added and the solver asked again."""
        found, ends, self._nodes = None, time.monotonic() + seconds, 0
        for _ in range(TANGENT_ROUNDS if milp.bent else 1):
            limits = Limits(max(ends - time.monotonic(), 0.01), gap=GAP, seed=self._seed, nodes=nodes)
            answer = self._backend.solve(milp, limits, plan, Watch(stop))
            self._nodes += answer.nodes or 0
            if answer.values is None or answer.outcome is Outcome.INFEASIBLE:
                return found
            found = milp.assignment(answer.values)
            tangents = milp.tangents(milp.formulation.vector(found), answer.values, is_plan=True)
            if not milp.add_cuts(tangents) or time.monotonic() >= ends or stop.is_set():
                break
        return found


def _zones(plan: Ints, schools: list[int]) -> int:
    return hash(np.where(np.isin(plan, schools), plan, -1).tobytes())
