"""Compiled simulated annealing over exactly the Formulation's pairs, rows, goals and contiguity.

Python only plans cycles and looks at the clock; every move happens in `kernel`. Whatever is handed out was checked from the formulation first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from rezoning.formulation.formulation import Floats, Formulation, Ints, Terms
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible, value
from rezoning.optimize.search import kernel
from rezoning.optimize.search.arrays import compile_model
from rezoning.optimize.search.code import Code
from rezoning.optimize.search.openings import Mask, OpenSets
from rezoning.optimize.search.repair import repair_contiguity
from rezoning.optimize.search.tracker import OnPlan
from rezoning.optimize.solvers.counted import Counted

CHUNK = 100_000  # draws between two looks at the clock: a few hundredths of a second
REPAIR_CHUNK = 20_000
REPAIR_STEPS = 40  # until prices are so high that nothing moves any more: then anew
REPAIR_HEAT = (0.05, 0.5, 2.0)  # of the mean change of a move, from attempt to attempt
NEXT_SEED = 7919
BETTER = 1e-12
MILDER, MILDEST = 0.3, 4  # heat of cycles of several levels: each cooler than the last, and the last of so many a fresh one
CHEAPEST, DEAREST = 1e-12, 1e12


@dataclass(frozen=True)
class Tuning:
    """How the search goes about it; none of it depends on the instance, whose temperatures are measured.

    Parameters
    ----------
    hot, cold
        First temperature of a fresh cycle and last of every one, over the mean change that a single move makes to the value.
    reheat
        First temperature of a cycle that sets out from the best plan, over `hot`.
    chance, length, tries
        Chains: share of too costly moves that get one, longest length, looks per step.
    piece
        Largest cut-off piece that goes along with a move.
    draws, draws_of_levels
        Draws of the shortest cycle per slot of a possible move, of one level and of several: with these a county's cycle ends within a turn.
    chunk
        Draws between two looks at the clock and at what is broken.
    guidance
        How much the guide of flat goals counts; in cycles from the best plan it fades, so that the goals alone have the last word there.
    price
        First price of a held goal's excess, in usual changes of the objective for a usual change of the goal.
    rise
        By how much what is broken grows dearer from chunk to chunk.
    together, feed
        Where levels feed each other: draws of a move of several nodes at once, over those of one node; most nodes of a feed that moves.
    sets
        Where schools may close and open: sets of open schools that are looked at before one is annealed.
    """

    hot: float = 1.0
    cold: float = 1e-3
    reheat: float = 0.3
    chance: float = 0.05
    length: int = 3
    tries: int = 20
    piece: int = 64
    draws: int = 400
    draws_of_levels: int = 60
    chunk: int = CHUNK
    guidance: float = 0.5
    price: float = 2.0
    rise: float = 1.3
    together: float = 0.01
    feed: int = 256
    sets: int = 4


@dataclass(eq=False)
class _Best:
    """The best plan of all threads, and who is to be told."""

    on_plan: OnPlan
    school: Ints | None = None
    value: float = np.inf
    lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, school: Ints, found: float) -> None:
        """Take a checked plan if it is better."""
        with self.lock:
            if found < self.value - BETTER:
                self.school, self.value = school, found
                self.on_plan(school, found)


code = Code()


def prepare(formulation: Formulation, objective: Sequence[tuple[Terms, float]], seed: int) -> None:
    """Compile the search, or load it from disk, once in a process, so that no time limit pays for it: half a minute the first time on a machine."""
    if not code.is_here:
        code.load(Search(formulation, objective, seed).prepare)


class Search:
    """A compiled search for one formulation and one weighted sum of goals.

    Parameters
    ----------
    formulation
        What every plan must obey.
    objective
        The goals to minimize, with weights.
    seed
        Repeats the search exactly, up to where a time limit cuts it off (one thread).
    """

    def __init__(self, formulation: Formulation, objective: Sequence[tuple[Terms, float]], seed: int, tuning: Tuning | None = None) -> None:
        self._formulation, self._objective, self._seed = formulation, tuple(objective), seed
        self._tuning = tuning or Tuning()
        self._separator = Separator(formulation)
        self._model = compile_model(formulation, objective)
        self._constant = sum(weight * terms.constant for terms, weight in objective)  # the kernel counts what moves change
        self._openings = OpenSets(formulation) if len(formulation.roots) else None

    def prepare(self) -> None:
        """Compile the search, or load it from disk, see `prepare`."""
        pairs = self._formulation.pairs
        anywhere = pairs.school[pairs.first[:-1]]
        walk = _Walk(self, self._seed)
        walk.set_out(anywhere, draws=0)
        walk._anneal(0, 1.0, 1.0)
        if self._openings is not None:
            kernel.vacate(self._model, walk._state, 0, -1, 0)
            kernel.open_zone(self._model, walk._state, 0, -1, 0, 0)
        self._separator.cuts(anywhere)
        repair_contiguity(self._formulation, self._model, anywhere, time.monotonic() + 1.0, self._seed)

    def repair(self, school_of_node: Ints, seconds: float, stop: threading.Event | None = None, counted: Counted | None = None) -> Ints | None:
        """A plan near any assignment: entries may be -1, zones may hang in the air, rows may be violated.

        None when the time was too short, or the work too little where it is counted.
        """
        deadline, attempts = time.monotonic() + seconds, None if counted is None else counted.repairs
        placed = repair_contiguity(self._formulation, self._model, np.asarray(school_of_node), deadline, self._seed, self._routes(counted))
        if placed is None or self._is_plan(placed):
            return placed
        for attempt in count() if attempts is None else range(attempts):
            walk = _Walk(self, self._seed + NEXT_SEED * attempt)
            walk.set_out(placed)
            walk.open_what_may_be(is_other=attempt > 0)
            for _ in range(REPAIR_STEPS):
                if time.monotonic() >= deadline or (stop is not None and stop.is_set()):
                    return None
                found = walk.repair_step(REPAIR_HEAT[attempt % len(REPAIR_HEAT)])
                if found is not None and self._is_plan(found):
                    return found
        return None

    def improve(
        self,
        school_of_node: Ints,
        seconds: float,
        stop: threading.Event,
        on_plan: OnPlan,
        threads: int = 1,
        cycles: int | None = None,
        counted: Counted | None = None,
    ) -> Ints:
        """Look for better plans until the time is over or `stop` is set.

        Parameters
        ----------
        school_of_node
            Where to start: a plan, or what `repair_contiguity` is to make one of.
        on_plan
            Called for every better plan with its value, one call at a time but from the searching threads.
        threads
            Searches with seeds of their own that exchange the best plan between cycles. One thread with `cycles` repeats exactly.
        cycles
            Stop after so many cycles per thread.
        counted
            Says how long contiguous zones are looked for, where that is not the clock's affair.

        Returns
        -------
        The best plan found, or the start where none was.
        """
        start = np.asarray(school_of_node, dtype=np.int64)
        deadline = time.monotonic() + seconds
        best = _Best(on_plan)
        if self._is_plan(start):
            best.school, best.value = start, value(self._objective, self._formulation, start)
        placed = repair_contiguity(self._formulation, self._model, start, deadline, self._seed, self._routes(counted))
        if placed is None or not self._model.slots.shape[1]:
            return start if best.school is None else best.school
        walks = [_Walk(self, self._seed + NEXT_SEED * i) for i in range(max(threads, 1))]
        if len(walks) == 1:
            walks[0].run(placed, best, deadline, stop, cycles)
        else:
            with ThreadPoolExecutor(len(walks)) as pool:
                for done in [pool.submit(walk.run, placed, best, deadline, stop, cycles) for walk in walks]:
                    done.result()
        return start if best.school is None else best.school

    def _routes(self, counted: Counted | None) -> int | None:
        return None if counted is None else counted.routes * self._formulation.pairs.num_nodes

    def _is_plan(self, school_of_node: Ints) -> bool:
        return is_feasible(self._formulation, school_of_node, self._separator)


def luby(i: int) -> int:
    """The i-th of 1, 1, 2, 1, 1, 2, 4, 1, … (Luby, Sinclair & Zuckerman 1993), i from 1."""
    power = i.bit_length()
    return 1 << (power - 1) if i == (1 << power) - 1 else luby(i - (1 << (power - 1)) + 1)


class _Walk:
    """One thread's search."""

    def __init__(self, search: Search, seed: int) -> None:
        self._search, self._model, self._tuning = search, search._model, search._tuning
        self._state = kernel.new_state(search._model, seed)
        self._is_row = self._model.kind == kernel.ROW
        self._has_levels = len(search._formulation.levels) > 1
        self._rng = None if search._openings is None else np.random.default_rng([seed, len(search._openings)])
        self._state.total[kernel.GUIDANCE] = self._tuning.guidance
        self._step = 0.0

    def set_out(self, school: Ints, draws: int = 20_000) -> None:
        """Start anew from contiguous zones, and measure with some draws what moves do there."""
        state, model = self._state, self._model
        state.nodes[kernel.ZONE] = school
        kernel.settle(model, state)
        if self._step == 0.0:
            own, *others = _sampled(model, state, draws)
            self._step = float(own.mean()) if len(own) else 0.0
            price = 2.0 * float(np.quantile(own, 0.9)) if len(own) else 1.0
            state.flows[kernel.PRICE] = state.blocks[kernel.BLOCK_PRICE] = price
            for g, found in enumerate(others):  # a held goal may be in other units than the objective
                usual = self._step / float(found.mean()) if len(found) and self._step > 0 else 1.0
                state.held[kernel.HELD_PRICE, g] = self._tuning.price * usual
            kernel.settle(model, state)

    def open_what_may_be(self, is_other: bool) -> None:
        """Close and open schools until the rows on them hold; `is_other` looks at some other sets and keeps the one that sets out best.

        What a set is worth shows only when its zones have settled, so that whoever calls this anneals, and keeps the plan or goes back.
        """
        sets, rng, state = self._search._openings, self._rng, self._state
        if sets is None or rng is None or not len(sets):
            return
        origin = state.nodes[kernel.ZONE].astype(np.int64)
        found, cost = origin, np.inf
        for _ in range(self._tuning.sets if is_other else 1):
            now = sets.of(origin)
            wanted = sets.other(now, rng) if is_other else sets.near(now, rng)
            if wanted is None or (wanted == now).all():
                continue
            self.set_out(origin)
            if self._reopen(sets, now, wanted) and (reached := float(state.total[kernel.VALUE] + state.total[kernel.PENALTY])) < cost:
                found, cost = state.nodes[kernel.ZONE].astype(np.int64), reached
        self.set_out(found)

    def _reopen(self, sets: OpenSets, now: Mask, wanted: Mask) -> bool:
        """Open what shall open, then close what shall close; whether both could be."""
        state, rng, usual = self._state, self._rng, self._tuning.tries
        assert rng is not None
        zones = max(len(np.unique(state.nodes[kernel.ZONE])), 1)
        for s, root in zip(sets.schools[wanted & ~now], sets.roots[wanted & ~now], strict=True):
            size = int(rng.uniform(0.3, 1.5) * state.nodes.shape[1] / zones) + 1
            if kernel.open_zone(self._model, state, int(s), int(root), size, usual) == 0:
                return False
        for s, root in zip(sets.schools[now & ~wanted], sets.roots[now & ~wanted], strict=True):
            if not kernel.vacate(self._model, state, int(s), int(root), usual):
                return False
        kernel.settle(self._model, state)
        return True

    def repair_step(self, heat: float) -> Ints | None:
        """A few moves at some share of a usual change's heat, with rows that grow dearer while they are broken; the plan, once none is."""
        warm = heat * self._step if self._step > 0 else 0.2 * heat
        self._anneal(REPAIR_CHUNK, warm, warm)
        self._reprice(2.0, 1.0)
        found = self._state.total[kernel.BEST] < np.inf
        return self._state.nodes[kernel.BEST_ZONE].astype(np.int64) if found else None

    def run(self, start: Ints, best: _Best, deadline: float, stop: threading.Event, cycles: int | None) -> None:
        """Annealing cycles, each other one from the best plan with less heat; lengths as in Luby's restarts, so that no one length is trusted."""
        self.set_out(start)
        if best.school is None:
            self.open_what_may_be(is_other=False)
        base, cycle = self._shortest(), 0
        if self._has_levels and (best.school is None or (best.school == self._search._formulation.start).all()):
            self._level_by_level(best, deadline, stop)
        while (cycles is None or cycle < cycles) and self._goes_on(deadline, stop):
            is_fresh = cycle % MILDEST == MILDEST - 1 if self._has_levels else cycle % 2 == 0
            is_reheat = not is_fresh and best.school is not None
            if is_reheat:
                self.set_out(best.school)  # type: ignore[arg-type]
                self.open_what_may_be(is_other=cycle % 4 == 1)
            hot = self._tuning.hot * self._step * (self._tuning.reheat if is_reheat else 1.0)
            if self._has_levels and is_reheat:
                hot *= MILDER ** (cycle % MILDEST)
            self._cycle(base * luby(cycle // 2 + 1), hot, 1.0 if is_reheat else 0.0, best, deadline, stop)
            cycle += 1

    def _shortest(self) -> int:
        """Draws of the shortest cycle."""
        draws = self._tuning.draws_of_levels if self._has_levels else self._tuning.draws
        return int(max(draws * self._model.slots.shape[1], self._tuning.chunk))

    def _level_by_level(self, best: _Best, deadline: float, stop: threading.Event) -> None:
        """One cycle of each level, lowest first, with the others as they stand: how districts do it, and where all at once set out from."""
        whole = self._model
        for level in self._search._formulation.levels:
            first, end = level.nodes
            moves = whole.slots[:, (whole.slots[0] >= first) & (whole.slots[0] < end)]
            if moves.shape[1]:
                self._model = whole._replace(slots=np.ascontiguousarray(moves))
                self._cycle(self._shortest(), self._tuning.hot * self._step, 1.0, best, deadline, stop)
                self._model = whole
                if best.school is not None:
                    self.set_out(best.school)

    def _cycle(self, draws: int, hot: float, fade: float, best: _Best, deadline: float, stop: threading.Event) -> None:
        cold = self._tuning.cold * self._step
        chunk = self._tuning.chunk
        chunks = max(draws // chunk, 1)
        for i in range(chunks):
            if not self._goes_on(deadline, stop):
                return
            falls = (cold / hot) if hot > 0 else 1.0
            self._state.total[kernel.GUIDANCE] = self._tuning.guidance * (1.0 - fade * (i + 1) / chunks)
            self._anneal(chunk, hot * falls ** (i / chunks), hot * falls ** ((i + 1) / chunks))
            self._offer(best)
            self._reprice(self._tuning.rise, 0.97)

    def _anneal(self, draws: int, hot: float, cold: float) -> None:
        tuning, model, state = self._tuning, self._model, self._state
        kernel.anneal(model, state, draws, hot, cold, tuning.chance, tuning.length, tuning.tries, tuning.piece)
        if self._has_levels and model is self._search._model:
            kernel.move_together(model, state, int(tuning.together * draws), cold, tuning.feed, tuning.piece)

    def _offer(self, best: _Best) -> None:
        """Hand over the best plan of this walk if it beats all, checked from the formulation."""
        search, state = self._search, self._state
        if state.total[kernel.BEST] < best.value - search._constant - BETTER:
            school = state.nodes[kernel.BEST_ZONE].astype(np.int64)
            if search._is_plan(school):
                best.offer(school, value(search._objective, search._formulation, school))
        state.total[kernel.BEST] = best.value - search._constant  # what the exact check refuses is no best to beat

    def _reprice(self, up: float, down: float) -> None:
        """Broken rows and held goals grow dearer, the others slowly cheaper."""
        state, model = self._state, self._model
        activity = state.flows[kernel.ACTIVITY]
        broken = (activity > model.limits[kernel.HIGH] + kernel.BROKEN_ROW) | (activity < model.limits[kernel.LOW] - kernel.BROKEN_ROW)
        state.flows[kernel.PRICE, self._is_row] *= np.where(broken, up, down)[self._is_row]
        state.held[kernel.HELD_PRICE] *= np.where(state.held[kernel.HELD_VALUE] > model.held[kernel.UPPER] + kernel.BROKEN_HELD, up, down)
        is_bad = (model.blocks[kernel.ROLE, :-1] == kernel.ROW) & (state.blocks[kernel.SHAPE_VALUE] > kernel.BROKEN_ROW)
        state.blocks[kernel.BLOCK_PRICE] *= np.where(is_bad, up, down)
        for prices in (state.flows[kernel.PRICE], state.held[kernel.HELD_PRICE], state.blocks[kernel.BLOCK_PRICE]):
            np.clip(prices, CHEAPEST, DEAREST, out=prices)  # where no plan exists they would rise for ever
        kernel.settle(model, state)

    @staticmethod
    def _goes_on(deadline: float, stop: threading.Event) -> bool:
        return time.monotonic() < deadline and not stop.is_set()


def _sampled(model: kernel.SearchModel, state: kernel.SearchState, draws: int) -> list[Floats]:
    """Sizes of what random moves do to the value, then to each held goal."""
    found = np.zeros((1 + model.held.shape[1], draws))
    num = np.zeros(len(found), dtype=np.int64)
    kernel.sample(model, state, draws, found, num)
    return [row[:size] for row, size in zip(found, num, strict=True)]
