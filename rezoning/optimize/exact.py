"""Branch and cut: lazily inside SCIP's tree, or solve, cut, solve again for every other solver. Both share one separator.

What is cut off: zones that hang in the air, and columns below what they stand for (tangents of curved goals, see `shapes`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from rezoning.formulation.formulation import Floats, Ints
from rezoning.optimize.cuts.capacity import Spreading
from rezoning.optimize.cuts.curves import least_cut
from rezoning.optimize.cuts.feasible import value
from rezoning.optimize.cuts.relaxation import tighten
from rezoning.optimize.cuts.rest import Rest
from rezoning.optimize.model.epigraph import Cut
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.proving import RELAXATION
from rezoning.optimize.search.tracker import LIE, Tracker
from rezoning.optimize.solvers.base import Answer, Backend, Ending, Limits, Outcome, Watch, together
from rezoning.optimize.solvers.counted import Counted
from rezoning.scenario.schema import Parts

RELAXATION_SHARE = 0.3  # of the time, for rounds that bring little or much on big questions; small ones end long before
SPREADING_SHARE = 0.2  # of the time, where borders are counted
CURVES_SHARE, CURVES_MOST = 0.4, 30.0  # of it, and seconds, for the shortest closed ways round zones
FEW = 3  # schools: with so many those ways say more than trees of full zones
BIG, BIG_OF_FEW = 100, 40  # nodes that have a choice; with fewer the tree alone proves sooner
FIRST_GAP = 0.02  # early rounds of the loop need no proof, only pieces to cut
MANY_PARTS = 5_000  # quantities of limits, beyond which their relaxation is not waited for
ALL = Parts()
NEARLY = 1e-6  # natural value: a column that is short by less, though its rows are there, is the solver's rounding


@dataclass
class _Job:
    """What one run of branch and cut works with."""

    tracker: Tracker
    backend: Backend
    limits: Limits
    watch: Watch
    milp: Milp
    rest: Rest
    parts: Parts
    repair: Callable[[Ints], Ints | None] | None
    ends: float  # on the tracker's clock
    nodes: int | None = None  # of all trees so far, None where none told
    forbidden: set[bytes] = field(default_factory=set)  # assignments that cuts in the model break

    def left(self) -> float:
        return self.ends - self.tracker.clock()

    @property
    def counted(self) -> Counted | None:
        return self.limits.counted

    def share(self, share: float) -> float:
        """Seconds that a part of the work may have: a share of what is left, or all of that where the work is counted."""
        return self.left() if self.counted else share * self.left()

    @property
    def relaxations(self) -> int | None:
        return self.counted.relaxations if self.counted else None

    def nodes_left(self) -> int | None:
        """What a tree may have; None where it is not counted."""
        return max(self.counted.nodes - (self.nodes or 0), 0) if self.counted else None

    def has_forbidden(self, plan: Ints) -> bool:
        return plan.tobytes() in self.forbidden


def branch_and_cut(
    tracker: Tracker,
    backend: Backend,
    limits: Limits,
    watch: Watch,
    repair: Callable[[Ints], Ints | None] | None = None,
    *,
    parts: Parts = ALL,
    is_relaxed_first: bool = True,
) -> Ending:
    """Minimize the tracker's objective exactly; plans and bounds go to the tracker.

    Parameters
    ----------
    limits
        `seconds` counts from now.
    repair
        Makes a plan of an assignment whose zones hang in the air; used by the loop, whose rounds end with such.
    parts
        What is left out or exchanged.
    is_relaxed_first
        Cut the linear relaxation before; else the solver starts from bare rows.
    """
    ends = tracker.clock() + limits.seconds
    tracker.say("building the model")
    milp = _built(tracker, parts)
    if milp.broken:
        return Ending(is_infeasible=True)
    if len(milp.free) == 0:
        return _only_one(tracker, milp)
    rest = Rest(tracker.formulation, milp, cuts_fractions=parts.separators and parts.contiguity == "cuts")
    job = _Job(tracker, backend, limits, watch, milp, rest, parts, repair, ends)
    if is_relaxed_first:
        tracker.credit(RELAXATION)
        if rest.cuts_fractions:
            _relax(job)
        if not _goes_on(job):
            return Ending()
        is_gone_round = _go_round(job)
        if rest.cuts_fractions and _goes_on(job) and not (is_gone_round and tracker.formulation.pairs.num_schools <= FEW):
            _spread(job)
    if not _goes_on(job):
        return Ending()
    tracker.credit(backend.name)
    ending = replace(_inside_the_tree(job) if backend.cuts_inside_tree else _loop(job), nodes=job.nodes)
    if ending.is_proven and tracker.value is not None and tracker.bound is not None and tracker.value <= tracker.bound + _rounding(tracker.bound):
        tracker.raise_bound(tracker.value)
    return ending


def _built(tracker: Tracker, parts: Parts) -> Milp:
    """The model of what the tracker knows by now."""
    has_flow = parts.contiguity == "flow"
    return build(tracker.formulation, tracker.objective, has_flow=has_flow, known=(tracker.bound, tracker.value))


def _rounding(value: float) -> float:
    """What a solver's rounding may make of a value."""
    return NEARLY * max(1.0, abs(value))


def _goes_on(job: _Job) -> bool:
    return job.left() > 0 and not job.tracker.is_within(job.limits.gap, job.limits.gap_abs)


def _relax(job: _Job) -> None:
    """Raise the bound by the relaxation, and give its cuts that bind to the model."""
    tracker, milp = job.tracker, job.milp
    if tracker.formulation.contiguity.is_exact or milp.bent or milp.sharp:
        tracker.say("relaxation")
        telling = replace(job.watch, on_bound=tracker.raise_bound)
        has_bound = _relax_without_limits(job, telling)
        seconds, first = job.share(RELAXATION_SHARE), None if has_bound else job.left()
        relaxed = tighten(milp, job.rest.fractional, seconds, tracker.clock, telling, first, rounds=job.relaxations)
        tracker.add_cuts(milp.add_cuts(relaxed.cuts))


def _relax_without_limits(job: _Job, telling: Watch) -> bool:
    """Where limits of rules make the relaxation long, first the bound without them, and its cuts for the model; whether that was done.

    A border has a column for each school on either side of it: of a large district the relaxation with all of them may not end in time.
    """
    tracker, formulation = job.tracker, job.tracker.formulation
    left = tuple(held for held in formulation.held if held.name is None)
    if sum(held.terms.num_parts for held in formulation.held if held.name is not None) < MANY_PARTS:
        return False
    fewer = build(replace(formulation, held=left), tracker.objective, known=(tracker.bound, tracker.value))
    seconds = job.share(RELAXATION_SHARE)
    relaxed = tighten(fewer, job.rest.fractional, seconds, tracker.clock, telling, first=job.left(), rounds=job.relaxations)
    tracker.add_cuts(job.milp.add_cuts(cut for cut in relaxed.cuts if isinstance(cut, Cut)))
    return True


def _is_big(job: _Job, least: int = BIG) -> bool:
    return int((job.milp.formulation.pairs.choices > 1).sum()) >= least


def _go_round(job: _Job) -> bool:
    """Raise the bound of the number of cut edges by shortest closed ways round zones, if the tree alone does not prove sooner; whether it was."""
    tracker = job.tracker
    terms, weight = tracker.objective[0]
    least = BIG_OF_FEW if tracker.formulation.pairs.num_schools <= FEW else BIG
    if terms.goal.minimize != "cut_edges" or weight != 1.0 or len(tracker.objective) > 1 or not _is_big(job, least):
        return False
    tracker.say("shortest borders")
    seconds = min(job.counted.curves if job.counted else CURVES_SHARE * job.left(), CURVES_MOST)
    ends = job.ends if job.counted else tracker.clock() + 2.0 * seconds
    found = least_cut(tracker.formulation, terms, tracker.value, seconds, lambda: tracker.clock() > ends or job.watch.must_end(), tracker.offer)
    tracker.raise_bound(found)
    return found is not None


def _spread(job: _Job) -> None:
    """Raise the bound of a goal of borders by the rows of trees; the solver is not given them, for they are long and make its every node slow."""
    if job.tracker.is_surrogate or (job.milp.formulation.pairs.num_schools < 3 and not _is_big(job)):
        return
    spreading = Spreading(job.milp)
    if not spreading.is_idle:
        job.tracker.say("borders of full zones")
        telling = replace(job.watch, on_bound=job.tracker.raise_bound)
        seconds = job.share(SPREADING_SHARE)
        tighten(job.milp, job.rest.fractional, seconds, job.tracker.clock, telling, spreading=spreading, rounds=job.relaxations)


def _only_one(tracker: Tracker, milp: Milp) -> Ending:
    """Every node is fixed: that plan or none."""
    plan = milp.assignment(np.zeros(0))
    tracker.offer(plan)
    tracker.raise_bound(tracker.value)
    return Ending(is_proven=tracker.plan is not None, is_infeasible=tracker.plan is None)


def _inside_the_tree(job: _Job) -> Ending:
    """One solve; the separator is asked inside the tree."""
    tracker = job.tracker
    tracker.say("branch and cut")
    listening = replace(job.watch, on_plan=lambda plan: _found(job, plan), on_bound=tracker.raise_bound, on_cuts=tracker.add_cuts)
    answer = _asked(job, job.limits, listening, job.rest)
    broken = _broken(job, answer)
    if broken is None or not broken.is_nonsense:
        _take(job, answer)
    if broken is not None:
        return broken
    return Ending(_is_proven(job, answer), answer.outcome is Outcome.INFEASIBLE and tracker.plan is None, answer.log)


def _asked(job: _Job, limits: Limits, watch: Watch, separation: Rest | None = None) -> Answer:
    """The solver's answer to the model as it stands."""
    job.watch.at_work(job.backend.name)
    start = job.tracker.plan if job.parts.warm_start else None
    answer = job.backend.solve(job.milp, replace(limits, seconds=job.left(), nodes=job.nodes_left()), start, watch, separation)
    job.watch.at_work("")
    job.nodes = together(job.nodes, answer.nodes)
    return answer


def _broken(job: _Job, answer: Answer) -> Ending | None:
    """The ending after an answer that is none; None after any other."""
    if answer.outcome is Outcome.FAILED:
        said = answer.failure.removeprefix(f"{job.backend.name} ").removesuffix(".")
        return Ending(log=answer.log, failure=said or "failed and does not say how", is_nonsense=answer.is_nonsense)
    nonsense = _nonsense(job, answer)
    return Ending(log=answer.log, failure=nonsense, is_nonsense=True) if nonsense else None


def _nonsense(job: _Job, answer: Answer) -> str:
    """What in an answer cannot be, as the rest of a sentence about its solver; empty where nothing is."""
    values = answer.values
    if answer.bound is not None and not np.isfinite(answer.bound):
        return f"gave a bound that is no number ({answer.bound})"
    if values is not None and (np.shape(values) != (len(job.milp.columns),) or not np.isfinite(values).all()):
        return "gave a plan whose values are no numbers"
    if answer.outcome is Outcome.PROVEN and (values is None or answer.bound is None):
        return f"said that a plan is optimal and gave no {'plan' if values is None else 'bound'}"
    # products may leave out plans that are no better than what is known
    if answer.outcome is Outcome.INFEASIBLE and job.tracker.plan is not None and not job.milp.products():
        return "said that no plan exists, though one is known"
    if answer.outcome is Outcome.PROVEN and values is not None and answer.bound is not None:
        return _false_proof(job, job.milp.assignment(values), answer.bound)
    return ""


def _false_proof(job: _Job, plan: Ints, bound: float) -> str:
    """What is wrong with a proof: the plan is none though the solver was asked about all that a plan must obey, or costs more than is said."""
    if not job.rest.holds(plan):
        return "said that a plan is optimal which breaks a rule" if job.backend.cuts_inside_tree else ""
    found = value(job.tracker.objective, job.tracker.formulation, plan)
    if found > bound + LIE * max(1.0, abs(found)) and not job.milp.bent and not job.tracker.is_surrogate:
        return f"said that a plan is optimal with {bound:.6g} which has {found:.6g}"
    return ""


def _found(job: _Job, plan: Ints) -> None:
    """A better plan of the tree: the tracker's, and news for whoever runs beside."""
    if job.tracker.offer(plan):
        job.watch.on_plan(plan)


def _take(job: _Job, answer: Answer) -> Ints | None:
    """Give an answer's plan and bound to the tracker; the plan, whether it was taken or not."""
    plan = None
    if answer.values is not None:
        plan = job.milp.assignment(answer.values)
        job.tracker.offer(plan)
    job.tracker.raise_bound(answer.bound)
    return plan


def _is_proven(job: _Job, answer: Answer) -> bool:
    """Whether a proof of the tree is one of the best plan there is, be it the tree's or another's."""
    if answer.outcome is not Outcome.PROVEN or job.tracker.value is None or answer.bound is None:
        return False
    return job.milp.bent != [] or job.tracker.is_surrogate or job.tracker.value <= answer.bound + LIE * max(1.0, abs(answer.bound))


def _loop(job: _Job) -> Ending:
    """Solve, separate, solve again with the best plan as start, until no piece is loose and the solver is done."""
    tracker, ending = job.tracker, Ending()
    limits, *nearer = _nearer_and_nearer(job)
    for number in itertools.count(1):
        if job.left() <= 0 or job.watch.stop.is_set() or (job.counted and (job.nodes_left() == 0 or number > job.counted.rounds)):
            break
        tracker.say(f"round {number}")
        seen: list[Ints] = []
        listening = replace(job.watch, on_plan=seen.append, on_bound=tracker.raise_bound)
        answer = _asked(job, limits, listening)
        ending.log += answer.log
        broken = _broken(job, answer)
        if broken is not None:
            if not broken.is_nonsense:
                _take(job, answer)
            return replace(broken, log=ending.log)
        if answer.outcome is Outcome.INFEASIBLE:  # of a relaxation: there is no plan, or none better than the start
            ending.is_infeasible = tracker.plan is None
            break
        plan = _take(job, answer)
        if plan is not None and job.has_forbidden(plan):
            return Ending(log=ending.log, failure="gave a plan that its rows forbid", is_nonsense=True)
        added = 0 if plan is None else _cut_off(job, plan, answer.values, seen)
        ending.is_proven = answer.outcome is Outcome.PROVEN and plan is not None and not added and _is_true(job, plan, answer)
        if ending.is_proven or tracker.is_within(job.limits.gap, job.limits.gap_abs):
            break
        if added:
            continue
        if answer.outcome in (Outcome.LIMIT, Outcome.PROVEN):  # or of the solver's own: the same question again would end the same way
            break
        if not nearer:
            break
        limits, *nearer = nearer  # contiguous within the loose gap: now prove what was asked
    return ending


def _nearer_and_nearer(job: _Job) -> list[Limits]:
    """What a solver is asked for: little, what was asked, and a proof where its word for a bound falls short of the gap that it says it closed."""
    asked = job.limits
    gaps = [(max(asked.gap, FIRST_GAP), asked.gap_abs), (asked.gap, asked.gap_abs)] + [(0.0, 0.0)] * job.tracker.is_bounded
    return [replace(asked, gap=gap, gap_abs=gap_abs) for gap, gap_abs in dict.fromkeys(gaps)]


def _is_true(job: _Job, plan: Ints, answer: Answer) -> bool:
    """Whether it is a plan whose value is what the solver thinks it is."""
    if not job.rest.holds(plan):
        return False
    if not job.milp.bent or answer.bound is None:
        return True
    return value(job.tracker.objective, job.tracker.formulation, plan) <= answer.bound + _rounding(answer.bound)


def _cut_off(job: _Job, plan: Ints, values: Floats | None, seen: list[Ints]) -> int:
    """Add the cuts that a round's plans break, and offer the last one repaired; the number of cuts.

    Goals whose shape is not convex get a new model, with what is known by now.
    """
    own = job.rest.cuts(plan, values)
    cuts = dict.fromkeys([*own, *(cut for other in seen for cut in job.rest.cuts(other))])
    if any(isinstance(cut, Cut) for cut in own):
        job.forbidden.add(plan.tobytes())
    if job.repair is not None and not job.rest.holds(plan):
        repaired = job.repair(plan)
        if repaired is not None:
            job.tracker.offer(repaired)
    tracker, before = job.tracker, job.milp
    if before.products() and own:
        job.milp = job.rest.milp = _built(tracker, job.parts)
        job.milp.add_cuts(before.added)
    added = job.milp.add_cuts(cuts)
    tracker.add_cuts(added)
    return added
