"""Goal by goal: the table of contents of a solve."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.asking import REMOTE, solver_name
from rezoning.optimize.auto import prove_then_search, runs_beside, search_alone, search_and_prove
from rezoning.optimize.interrupts import interruptible
from rezoning.optimize.opensets import OpenSets
from rezoning.optimize.outcome import Stage, ended, last_plan, outcome
from rezoning.optimize.proving import Prover, margin_of
from rezoning.optimize.result import TIDY, Ended, OnBound, OnPlan, Progress, Result, TracePoint, Watcher
from rezoning.optimize.search import anneal
from rezoning.optimize.search.anneal import Search
from rezoning.optimize.search.tracker import Objective, Tracker
from rezoning.optimize.set_by_set import SetBySet, SolvedSet, left_of, sets_of
from rezoning.optimize.solvers.apart import await_ready, call, warm_up
from rezoning.optimize.solvers.base import Clock, Ending, Limits, Watch, together
from rezoning.optimize.solvers.counted import Counted
from rezoning.optimize.telling import Listeners
from rezoning.optimize.threads import threads_for
from rezoning.optimize.tidying import Tidied, tidied
from rezoning.scenario.schema import Solve

REPAIR_SHARE = 0.1  # of a goal's time, for the exact method's start where today's zones break a rule
LEAST_LEFT = 0.02  # of all the time: what is left of it at the end is given to goals that are still open
EARLY = 0.5  # of the time it was given: a goal that ends before and is no further than it was would end so again
LONGEST_COMPILATION = 600.0  # seconds; then it is tried in this process
NOT_TIDIED = "The plan is not tidied: the search was still being compiled, as it is once on a machine. Run again to have needless moves taken back."
AFTER_COMPILING = 10.0  # seconds beyond the limit, where the search was compiled meanwhile
SEARCH_LEAST = 5.0  # seconds that the search has then, however long its compilation took; or the limit, if that is less
TIMED = ("time", "sec", "thread", "parallel", "concurrent")  # in names of solvers' options: what they do is not repeatable, or may not be
NEXT_SEED = 7_919  # another seed for every time that a goal is taken up again


@dataclass
class _Solve:
    """What all stages share."""

    problem: Formulation
    settings: Solve
    prover: Prover
    threads: int
    clock: Clock
    stop: threading.Event
    watcher: Watcher | None
    listeners: Listeners
    stages: list[Stage] = field(default_factory=list)
    nodes: int | None = None
    cuts: int = 0
    more: float = 0.0  # seconds beyond the limit, where the search was compiled meanwhile
    sets: OpenSets | None = None  # open sets that are solved one by one

    @property
    def counted(self) -> Counted | None:
        return None if self.settings.cycles is None else Counted(self.settings.cycles)

    def left(self) -> float:
        return self.settings.time_limit + self.more - self.clock()


@interruptible
def solve(
    problem: Formulation,
    settings: Solve,
    *,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
    on_plan: OnPlan | None = None,
    on_bound: OnBound | None = None,
) -> Result:
    """Answer a formulation.

    Goals without weights are solved in order: each gets the remaining time divided by the remaining goals, ends at `gap` or `gap_abs`, and becomes
    the row ``value <= found + give_up * |found| + gap_abs`` for those after it. What is left of the time goes to the goals whose gap is open, the
    most important first; where one of them improves, those after it are solved again. In the end the plan is tidied (`tidying`).

    Where `settings.cycles` is given, the work on each goal is counted in place of timed (`solvers.counted`): the search has so many coolings, then
    branch and cut so many nodes, and no goal gets what another left. `time_limit` still ends everything; `Result.is_counted` says whether it did,
    or anything else that another run may find otherwise. One thread then finds the same plan again; several promise none.

    Parameters
    ----------
    problem
        What was compiled.
    settings
        The scenario's `solve` section.
    watcher
        Told of progress.
    stop
        Set from outside to end early with the best plan.
    on_plan
        Called with every better plan, as soon as it is known, and with the natural value of each goal in it: ``on_plan(plan, values)``. It is checked
        against all of the formulation, and not audited yet. What `Result.plan` is in the end was told last.
    on_bound
        Called with every better bound, natural value: ``on_bound(goal, bound)``, the goal's place from 1, None for a weighted sum. One that is taken
        back, for its solver lied, is followed by the one that is left, or None.

        Either is called by whoever found the news, which may be another thread, and never two at a time; meanwhile that part of the work waits. One
        that raises an error is not called again: the error is logged, and the solve goes on. Ctrl-C in one ends the solve early, as `stop` does.

    Raises
    ------
    ScenarioError
        The solver is not here, or does not take an option.
    """
    settings = _settings_for(problem, settings)
    prepare(problem, settings, watcher)
    prover = Prover(_solver(settings, problem), settings.parts)
    stop = stop or threading.Event()
    listeners = Listeners(problem, on_plan, on_bound, stop)
    shared = _Solve(problem, settings, prover, threads_for(settings), Clock(), stop, watcher, listeners, sets=sets_of(problem, settings))
    was_late = anneal.code.is_late
    _one_after_the_other(shared, 0)
    if shared.counted is None:
        _use_up(shared)
    if was_late and not problem.is_partition and _is_open(shared):
        _go_on_with_the_search(shared)
    is_in_time = shared.left() > margin_of(settings.time_limit)
    plan = last_plan(shared.stages)
    is_missed = plan is not None and settings.tidy and not problem.is_partition and not _search_is_here(shared)
    tidy = None
    if plan is not None and problem.is_partition:
        tidy = _tidied_partition(shared, plan)
    elif plan is not None and not is_missed:
        tidy = tidied(problem, plan, settings, shared.stop, shared.clock, watcher)
    if tidy is not None:
        listeners.hear_plan(tidy.plan)
    result = outcome(problem, settings, shared.stages, shared.threads, prover, tidy, is_interrupted=shared.stop.is_set())
    is_counted = None if shared.counted is None else is_in_time and _is_repeatable(shared, tidy)
    result = replace(result, nodes=shared.nodes, cuts=shared.cuts, is_counted=is_counted)
    return replace(result, warnings=(*result.warnings, NOT_TIDIED)) if is_missed and not result.is_interrupted else result


def _settings_for(problem: Formulation, settings: Solve) -> Solve:
    """The settings as they are meant: a partition is proven in seconds, and to the end, unless the scenario says how near is near enough."""
    if problem.is_partition and "gap" not in settings.model_fields_set:
        return settings.model_copy(update={"gap": 0.0})
    return settings


def _tidied_partition(shared: _Solve, plan: Ints) -> Tidied | None:
    """Take needless changes back from a partition: of those as good in every goal one where the fewest students change buildings, by the solver."""
    problem, began = shared.problem, shared.clock()
    if not shared.settings.tidy or not problem.tidy or shared.stop.is_set() or shared.left() <= 0:
        return None
    x, held = problem.vector(plan), problem
    for terms in problem.terms:
        held = held.hold(terms, terms.value(x))
    criterion = problem.tidy[0](problem.pairs)
    tracker = Tracker(held, [(criterion, 1.0)], shared.clock, shared.watcher)
    stage = Stage(tracker, plan)
    ending = _prove(shared, stage, shared.clock() + shared.left())
    shared.nodes = together(shared.nodes, ending.nodes)
    found = plan if tracker.plan is None else tracker.plan
    return Tidied(found, shared.clock() - began, (TracePoint(shared.clock(), TIDY, criterion.value(problem.vector(found)), None),))


def _is_repeatable(shared: _Solve, tidy: Tidied | None) -> bool:
    """Whether nothing beside the goals' time was left to chance: no threads, interrupts or broken workers, nor the time of tidying."""
    is_sound = not shared.prover.broken and not shared.prover.overdue and not shared.stop.is_set()
    is_timed = any(word in name.lower() for name in shared.settings.options for word in TIMED)
    return is_sound and not is_timed and shared.threads == 1 and (tidy is None or not tidy.is_cut_short)


def _search_is_here(shared: _Solve) -> bool:
    """Whether what is compiled on a machine's first run is ready; so long as the limit and some seconds more a run waits for it."""
    late, ends = anneal.code.is_late, shared.settings.time_limit + AFTER_COMPILING
    return not late or anneal.code.wait(lambda: shared.stop.is_set() or shared.clock() > ends)


def prepare(problem: Formulation, settings: Solve, watcher: Watcher | None = None) -> None:
    """Compile the search and let solvers load, where that is not done yet, so that no goal's time is spent on it.

    Where the search runs beside branch and cut, its first compilation does so too, and nobody waits for it here.
    """
    warm_up()
    if problem.is_partition:
        await_ready()
        return
    if watcher is not None:
        watcher(Progress("compiling the search", 0.0, None, None, 0))
    objective = _objectives(problem)[0]
    if settings.method == "auto" and settings.cycles is None and runs_beside(Prover(_solver(settings, problem)), threads_for(settings)):
        load = anneal.Search(problem, objective, settings.seed).prepare
        anneal.code.fetch(lambda: call(f"{REMOTE}:compile_search", problem, objective, settings.seed, seconds=LONGEST_COMPILATION), load)
    else:
        anneal.prepare(problem, objective, settings.seed)
    await_ready()


def _objectives(problem: Formulation) -> list[Objective]:
    if problem.weights is not None:
        return [list(zip(problem.terms, problem.weights, strict=True))]
    return [[(terms, 1.0)] for terms in problem.terms]


def _solver(settings: Solve, problem: Formulation) -> str:
    """The name of the solver that comes first."""
    if settings.solver.lower() != "auto":
        return solver_name(settings.solver, settings.place("solver"))
    return "scip" if problem.contiguity.is_exact else "highs"


def _one_after_the_other(shared: _Solve, first: int) -> None:
    """Solve the goals from the `first` on, each from the plan of the one before; ends with one that has no plan."""
    objectives, is_sum = _objectives(shared.problem), shared.problem.weights is not None
    del shared.stages[first:]
    for i in range(first, len(objectives)):
        formulation, start = _held(shared, i)
        tracker = Tracker(formulation, objectives[i], shared.clock, shared.watcher, None if is_sum else i + 1, on_news=shared.listeners.hear)
        stage = Stage(tracker, start, sets=_sets_left(shared, formulation, i))
        shared.stages.append(stage)
        _work(shared, stage, shared.left() if shared.counted else shared.left() / (len(objectives) - i))
        if tracker.plan is None and not stage.ending.is_infeasible and not shared.stop.is_set():
            _work(shared, stage, shared.left())  # the goals to come are nothing without a plan
        if tracker.plan is None:
            break


def _held(shared: _Solve, i: int) -> tuple[Formulation, Ints]:
    """The question of the i-th goal, with those before it held, and the plan to start from."""
    if i == 0:
        return shared.problem, shared.problem.start
    before = shared.stages[i - 1].tracker
    assert before.value is not None
    assert before.plan is not None
    terms = shared.problem.terms[i - 1]
    upper = before.value + terms.goal.give_up * abs(before.value) + shared.settings.gap_abs  # a value may be below 0
    return before.formulation.hold(terms, upper), before.plan


def _sets_left(shared: _Solve, formulation: Formulation, i: int) -> list[SolvedSet]:
    """The open sets of the i-th goal: those that goals before it leave, which are held in the formulation."""
    if shared.sets is None:
        return []
    if i == 0:
        return [SolvedSet(k) for k in range(len(shared.sets))]
    return left_of(shared.stages[i - 1].sets, formulation.held[-1].upper)


def _use_up(shared: _Solve) -> None:
    """Give what is left of the time to the goals that are open."""
    while (open_one := _most_important_open(shared)) is not None:
        _take_up_again(shared, open_one)


def _is_open(shared: _Solve) -> bool:
    """Whether a search could still help: a goal is open, or there is no plan and none has said that there cannot be one."""
    if shared.stop.is_set():
        return False
    endings = [ended(stage, shared.settings, is_stopped=False) for stage in shared.stages]
    return any(end is Ended.LIMIT for end in endings) and not shared.stages[-1].ending.is_infeasible


def _go_on_with_the_search(shared: _Solve) -> None:
    """The first time on a machine, the search comes when its compilation is done: then it has some seconds more, whatever the limit."""
    anneal.code.wait(shared.stop.is_set)
    limit, now = shared.settings.time_limit, shared.clock()
    shared.more = max(min(limit, AFTER_COMPILING), now - limit + min(limit, SEARCH_LEAST))
    if shared.stages[-1].tracker.plan is None:
        _one_after_the_other(shared, len(shared.stages) - 1)
    for stage in shared.stages:
        stage.is_exhausted = False
    _use_up(shared)


def _most_important_open(shared: _Solve) -> int | None:
    """The first goal that time can still help; None when there is no time, no such goal, or no plan."""
    if shared.stop.is_set() or shared.left() < LEAST_LEFT * shared.settings.time_limit or shared.stages[-1].tracker.plan is None:
        return None
    endings = [ended(stage, shared.settings, is_stopped=False) for stage in shared.stages]
    return next((i for i, end in enumerate(endings) if end is Ended.LIMIT and not shared.stages[i].is_exhausted), None)


def _take_up_again(shared: _Solve, i: int) -> None:
    """Give an open goal more time; where its value improves, the goals after it are solved again, in as much time as they needed."""
    stage, later = shared.stages[i], shared.stages[i + 1 :]
    value, bound = stage.tracker.value, stage.tracker.bound
    needed = min(sum(one.seconds for one in later), 0.5 * shared.left())
    _work(shared, stage, shared.left() - needed)
    if stage.tracker.value != value:
        _one_after_the_other(shared, i + 1)
    elif stage.tracker.bound == bound and stage.is_early:
        stage.is_exhausted = True


def _work(shared: _Solve, stage: Stage, seconds: float) -> None:
    """Improve plan and bound of a stage for so many seconds at most."""
    began, cuts = shared.clock(), stage.tracker.cuts
    ending = _minimize(shared, stage, seconds)
    took = shared.clock() - began
    shared.nodes, shared.cuts = together(shared.nodes, ending.nodes), shared.cuts + stage.tracker.cuts - cuts
    stage.add(ending, took, is_early=took < EARLY * seconds, is_abandoned=shared.prover.solver is None)


def _minimize(shared: _Solve, stage: Stage, seconds: float) -> Ending:
    """One objective, from the tracker's plan or from a start which may be no plan yet."""
    settings, tracker, ends = shared.settings, stage.tracker, shared.clock() + seconds
    tracker.say("first plan")
    if tracker.formulation.is_partition:
        return _prove(shared, stage, ends)
    search = Search(tracker.formulation, tracker.objective, settings.seed + stage.turns * NEXT_SEED)
    if tracker.plan is None and not _offered(tracker, stage.start) and settings.method == "exact":
        share = max(REPAIR_SHARE * seconds, 1.0) if shared.counted is None else seconds
        repaired = search.repair(stage.start, share, shared.stop, shared.counted)
        if repaired is not None:
            tracker.offer(repaired)
    if shared.stop.is_set():
        return Ending()
    limits = _limits(shared, max(ends - shared.clock(), 0.0))
    watch = Watch(shared.stop)
    how = {"auto": search_and_prove, "anneal": search_alone, "exact": prove_then_search}[settings.method]
    if shared.sets is not None and shared.prover.solver is not None:
        return SetBySet(tracker, shared.sets, shared.prover, limits, watch, how, stage.sets).run()
    return how(tracker, shared.prover, limits, watch, search, stage.start)


def _limits(shared: _Solve, seconds: float) -> Limits:
    settings = shared.settings
    return Limits(seconds, settings.gap, settings.gap_abs, shared.threads, settings.seed, dict(settings.options), shared.counted)


def _prove(shared: _Solve, stage: Stage, ends: float) -> Ending:
    """One objective by the exact engine alone, from the start where it is a plan."""
    tracker = stage.tracker
    if tracker.plan is None:
        _offered(tracker, stage.start)
    if shared.stop.is_set():
        return Ending()
    return shared.prover.prove(tracker, _limits(shared, max(ends - shared.clock(), 0.0)), Watch(shared.stop))


def _offered(tracker: Tracker, start: Ints) -> bool:
    """Whether the start is a plan, and the tracker's now."""
    return bool((start >= 0).all()) and tracker.offer(start)
