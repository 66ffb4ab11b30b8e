"""Branch and cut: lazily inside SCIP's tree, or solve, cut, solve again for every other solver. Both share one separator."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rezoning.formulation.formulation import Floats, Formulation, Ints
from rezoning.optimize.backends import Answer, Backend, Limits, Outcome, Watch
from rezoning.optimize.contiguity import Separator
from rezoning.optimize.feasible import is_feasible
from rezoning.optimize.fractional import Fractional
from rezoning.optimize.milp import ROW_TOLERANCE, Cut, Milp, build
from rezoning.optimize.relaxation import tighten
from rezoning.optimize.tracker import Tracker

RELAXATION_SHARE = 0.3  # of the time, for rounds that bring little or much on big questions; small ones end long before
NODE_VIOLATION = 0.05  # of a node: what a cut must be broken by inside the tree
NODE_CUTS = 200
FIRST_GAP = 0.02  # early rounds of the loop need no proof, only pieces to cut


@dataclass
class Ending:
    """How the exact method left the goal: proven optimal, proven infeasible, or neither; and what the solver printed."""

    is_proven: bool = False
    is_infeasible: bool = False
    log: str = ""


@dataclass
class _Job:
    """What one run of branch and cut works with."""

    tracker: Tracker
    backend: Backend
    limits: Limits
    watch: Watch
    milp: Milp
    rest: _Rest
    repair: Callable[[Ints], Ints | None] | None
    ends: float  # on the tracker's clock

    def left(self) -> float:
        return self.ends - self.tracker.clock()


def branch_and_cut(
    tracker: Tracker, backend: Backend, limits: Limits, watch: Watch, repair: Callable[[Ints], Ints | None] | None = None
) -> Ending:
    """Minimize the tracker's objective exactly; plans and bounds go to the tracker.

    Parameters
    ----------
    limits
        `seconds` counts from now.
    repair
        Makes a plan of an assignment whose zones hang in the air; used by the loop, whose rounds end with such.
    """
    ends = tracker.clock() + limits.seconds
    tracker.say("building the model")
    milp = build(tracker.formulation, tracker.objective)
    if milp.broken:
        return Ending(is_infeasible=True)
    if len(milp.free) == 0:
        return _only_one(tracker, milp)
    job = _Job(tracker, backend, limits, watch, milp, _Rest(tracker.formulation), repair, ends)
    if tracker.formulation.contiguity.is_exact:
        tracker.say("relaxation")
        telling = replace(watch, on_bound=tracker.raise_bound)
        relaxed = tighten(milp, job.rest.fractional, RELAXATION_SHARE * job.left(), tracker.clock, telling, first=job.left())
        tracker.add_cuts(milp.add_cuts(relaxed.cuts))
        if tracker.is_within(limits.gap, limits.gap_abs) or job.left() <= 0:
            return Ending()
    ending = _inside_the_tree(job) if backend.cuts_inside_tree else _loop(job)
    if ending.is_proven and tracker.value is not None:
        tracker.raise_bound(tracker.value)
    return ending


def _only_one(tracker: Tracker, milp: Milp) -> Ending:
    """Every node is fixed: that plan or none."""
    plan = milp.assignment(np.zeros(0))
    tracker.offer(plan)
    tracker.raise_bound(tracker.value)
    return Ending(is_proven=tracker.plan is not None, is_infeasible=tracker.plan is None)


class _Rest:
    """What a solver's rows do not hold: zones in one piece, and rows that its tolerance let through."""

    def __init__(self, formulation: Formulation) -> None:
        self._formulation, self._separator, self.fractional = formulation, Separator(formulation), Fractional(formulation)

    def holds(self, school_of_node: Ints) -> bool:
        """Whether it is a plan."""
        return is_feasible(self._formulation, school_of_node, self._separator)

    def cuts(self, school_of_node: Ints) -> list[Cut]:
        """Separator cuts for loose pieces; else cuts for this very choice on every broken row."""
        return self._separator.cuts(school_of_node) or _no_goods(self._formulation, school_of_node)

    def fractional_cuts(self, x: Floats) -> list[Cut]:
        """The separator cuts that a fractional x breaks by the most."""
        return self.fractional.cuts(x, NODE_VIOLATION, NODE_CUTS, is_sparing=True)


def _no_goods(formulation: Formulation, school_of_node: Ints) -> list[Cut]:
    """Forbid exactly this choice on the pairs of every row that is broken by more than our tolerance and less than the solver's."""
    x, rows = formulation.vector(school_of_node), formulation.rows
    activity = rows.matrix @ x
    broken = np.flatnonzero((activity > rows.upper + ROW_TOLERANCE) | (activity < rows.lower - ROW_TOLERANCE))
    supports = [rows.matrix[[r], :].indices.astype(np.int64) for r in broken]
    for held in formulation.held:
        if held.terms.value(x) > held.upper + 1e-9:
            supports.append(np.flatnonzero((held.terms.linear != 0) | (abs(held.terms.parts).sum(axis=0) > 0)))
    cuts = []
    for support in supports:
        chosen = tuple(int(p) for p in support if x[p])
        cuts.append(Cut(chosen, tuple(int(p) for p in support if not x[p]), len(chosen) - 1.0))
    return cuts


def _inside_the_tree(job: _Job) -> Ending:
    """One solve; the separator is asked inside the tree."""
    tracker = job.tracker
    tracker.say("branch and cut")
    listening = replace(job.watch, on_plan=lambda plan: _found(job, plan), on_bound=tracker.raise_bound, on_cuts=tracker.add_cuts)
    answer = job.backend.solve(job.milp, replace(job.limits, seconds=job.left()), tracker.plan, listening, job.rest)
    _take(tracker, job.milp, answer)
    return Ending(answer.outcome is Outcome.PROVEN, answer.outcome is Outcome.INFEASIBLE and tracker.plan is None, answer.log)


def _found(job: _Job, plan: Ints) -> None:
    """A better plan of the tree: the tracker's, and news for whoever runs beside."""
    if job.tracker.offer(plan):
        job.watch.on_plan(plan)


def _take(tracker: Tracker, milp: Milp, answer: Answer) -> Ints | None:
    """Give an answer's plan and bound to the tracker; the plan, whether it was taken or not."""
    plan = None
    if answer.values is not None:
        plan = milp.assignment(answer.values)
        tracker.offer(plan)
    tracker.raise_bound(answer.bound)
    return plan


def _loop(job: _Job) -> Ending:
    """Solve, separate, solve again with the best plan as start, until no piece is loose and the solver is done."""
    tracker, gap, ending = job.tracker, max(job.limits.gap, FIRST_GAP), Ending()
    for number in itertools.count(1):
        if job.left() <= 0 or job.watch.stop.is_set():
            break
        tracker.say(f"round {number}")
        seen: list[Ints] = []
        listening = replace(job.watch, on_plan=seen.append, on_bound=tracker.raise_bound)
        answer = job.backend.solve(job.milp, replace(job.limits, seconds=job.left(), gap=gap), tracker.plan, listening)
        ending.log += answer.log
        if answer.outcome is Outcome.INFEASIBLE:  # of a relaxation: there is no plan, or none better than the start
            ending.is_infeasible = tracker.plan is None
            break
        plan = _take(tracker, job.milp, answer)
        added = 0 if plan is None else _cut_off(job, [plan, *seen])
        ending.is_proven = answer.outcome is Outcome.PROVEN and plan is not None and job.rest.holds(plan)
        if ending.is_proven or tracker.is_within(job.limits.gap, job.limits.gap_abs):
            break
        if added:
            continue
        if answer.outcome is Outcome.LIMIT:  # or of the solver's own: the same question again would end the same way
            break
        if answer.outcome is Outcome.GAP and gap <= job.limits.gap:
            break
        gap = job.limits.gap  # contiguous within the loose gap: now prove what was asked
    return ending


def _cut_off(job: _Job, plans: list[Ints]) -> int:
    """Add the cuts that a round's plans break, and offer the last one repaired; the number of cuts."""
    cuts = dict.fromkeys(cut for plan in plans for cut in job.rest.cuts(plan))
    if cuts and job.repair is not None:
        repaired = job.repair(plans[0])
        if repaired is not None:
            job.tracker.offer(repaired)
    added = job.milp.add_cuts(cuts)
    job.tracker.add_cuts(added)
    return added
