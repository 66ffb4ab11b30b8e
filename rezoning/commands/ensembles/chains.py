"""Chains that run side by side: where each begins, its samples, and what of them was audited."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rezoning.errors import NoPlanFound, Problem, ScenarioError
from rezoning.optimize.chain.chain import Chain
from rezoning.optimize.cuts.feasible import is_feasible

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.district import District, Floats, Ints
    from rezoning.district.plan import Plan
    from rezoning.formulation.formulation import Formulation
    from rezoning.scenario.schema import Scenario

NEXT_SEED = 7919
FURTHER = 0.3  # of the limit: how long a second start is looked for anywhere, before one near today's zones will do

From = Literal["given", "today", "near_today", "search"]


@dataclass(frozen=True)
class Start:
    """Where a chain begins: the plan that was given, today's zones, a plan that the search found near them, or one that it grew from the schools."""

    origin: From
    school: Ints


@dataclass(eq=False)
class Sampled:
    """What came of one chain.

    Parameters
    ----------
    engine
        ``rezoning``, or that of a chain beside ours.
    start
        Where it began.
    values
        Of each sample what is wanted.
    kept
        Numbers of the samples that are kept as plans, from 1.
    plans
        These plans, by number.
    audited, broken
        Number of samples that were audited, and the audits of those that were rejected, by their number.
    chain
        Ours, with its counts.
    """

    engine: str
    start: Start
    kept: frozenset[int] = frozenset()
    values: list[Floats] = field(default_factory=list)
    plans: dict[int, Plan] = field(default_factory=dict)
    audited: int = 0
    broken: dict[int, Audit] = field(default_factory=dict)
    chain: Chain | None = None

    @property
    def table(self) -> Floats:
        """Shape (samples, wanted)."""
        return np.array(self.values)


def starts(
    problem: Formulation, count: int, seed: int, seconds: float, given: Plan | None, stop: threading.Event | None
) -> tuple[list[Start], list[str]]:
    """Where the chains begin, each somewhere else, and what is to be said of that.

    Raises
    ------
    ScenarioError
        The plan that was given breaks a rule.
    NoPlanFound
        The search found none in the time.
    """
    from rezoning.optimize.chain.starts import searched_start

    found, warnings = [_first(problem, seed, seconds, given, stop)], []
    for number in range(1, count):
        own = seed + NEXT_SEED * number
        school, origin = searched_start(problem, None, own, FURTHER * seconds, stop), "search"
        if school is None:
            school, origin = searched_start(problem, problem.start, own, FURTHER * seconds, stop), "near_today"
        if school is None:
            school, origin = found[0].school, found[0].origin
        if any((school == one.school).all() for one in found):
            warnings.append("same_start")
        found.append(Start(origin, school))  # type: ignore[arg-type]
    return found, list(dict.fromkeys(warnings))


def _first(problem: Formulation, seed: int, seconds: float, given: Plan | None, stop: threading.Event | None) -> Start:
    from rezoning.optimize.chain.starts import searched_start

    if given is not None:
        school = problem.pairs.of_units(given.school)
        if not (problem.expand(school) == given and _is_start(problem, school)):
            message = "the plan breaks a rule, and a chain can only begin at a plan that breaks none."
            raise ScenarioError(Problem("--start", message, "rezoning evaluate says which rules; leave --start away to begin at today's zones."))
        return Start("given", school)
    if _is_start(problem, problem.start):
        return Start("today", problem.start)
    found = searched_start(problem, problem.start, seed, seconds, stop)
    if found is None and not (stop is not None and stop.is_set()):
        found = searched_start(problem, None, seed, seconds, stop)
    if stop is not None and stop.is_set():
        raise KeyboardInterrupt
    if found is None:
        cure = "Give more time (--set solve.time_limit=…), or a plan that keeps the rules (--start); rezoning explain says whether there is one."
        raise NoPlanFound(Problem("the chain", f"no plan to begin at was found in {seconds:g} s.", cure))
    return Start("near_today", found)


def _is_start(problem: Formulation, school: Ints) -> bool:
    if not is_feasible(problem, school):
        return False
    try:
        Chain(problem, school, 0)
    except ValueError:  # a second contiguity that the chain keeps more strictly
        return False
    return True


@dataclass(frozen=True, eq=False)
class Work:
    """What is done with every sample.

    Parameters
    ----------
    audited
        Numbers of the samples of each chain that are audited, from 1.
    """

    problem: Formulation
    district: District
    scenario: Scenario
    measure: Callable[[Plan], Floats]
    audited: frozenset[int]

    def take(self, one: Sampled, school: Ints) -> None:
        """Measure a sample, and audit and keep it where it is one of those."""
        from rezoning.auditing import audit

        plan = self.problem.expand(school)
        one.values.append(self.measure(plan))
        number = len(one.values)
        if number in self.audited:
            found = audit(plan, self.district, self.scenario)
            one.audited += 1
            if not found.passed:
                one.broken[number] = found
        if number in one.kept:
            one.plans[number] = plan


def sample(
    work: Work, begin: Sequence[Start], samples: int, every: int, mix: float, seed: int, keep: int, goes_on: Callable[[float], bool]
) -> list[Sampled]:
    """Run the chains side by side, so that all have as many samples whenever it ends; `keep` of all samples are kept as plans."""
    found = []
    for c, start in enumerate(begin):
        kept = spread(samples, keep // len(begin) + (c < keep % len(begin)))
        found.append(Sampled("rezoning", start, kept, chain=Chain(work.problem, start.school, seed + NEXT_SEED * c, mix)))
    for number in range(samples):
        if not goes_on(number / samples):
            break
        for one in found:
            assert one.chain is not None
            one.chain.advance(every)
            work.take(one, one.chain.school)
    return found


def sample_peer(work: Work, start: Start, samples: int, every: int, seed: int, goes_on: Callable[[float], bool]) -> Sampled:
    """A chain of GerryChain's from the same start."""
    from rezoning.optimize.chain.peer import peer_samples

    found = Sampled("gerrychain", start)
    for number, school in enumerate(peer_samples(work.problem, start.school, seed, samples, every)):
        if not goes_on(number / samples):
            break
        work.take(found, school)
    return found


def spread(count: int, wanted: int) -> frozenset[int]:
    """So many of the numbers from 1 to `count`, evenly spread, the last among them; all of them where there are fewer."""
    wanted = min(wanted, count)
    return frozenset(-(-count * i // wanted) for i in range(1, wanted + 1))


def clock(seconds: float | None, stop: threading.Event | None, tell: Callable[[float], None]) -> Callable[[float], bool]:
    """Whether chains go on: until somebody stops them, or some seconds are over; told the share that is done."""
    ends = float("inf") if seconds is None else time.monotonic() + seconds

    def goes_on(share: float) -> bool:
        tell(share)
        return time.monotonic() < ends and not (stop is not None and stop.is_set())

    return goes_on


def rows_of(found: Sequence[Sampled], keys: Sequence[str], every: Sequence[int]) -> Iterator[dict[str, Any]]:
    """A row for each sample: of which chain, after how many steps, and its measures."""
    for number, (one, apart) in enumerate(zip(found, every, strict=True), 1):
        for k, values in enumerate(one.values, 1):
            measures = {key: None if np.isnan(value) else value for key, value in zip(keys, values.tolist(), strict=True)}
            yield {"engine": one.engine, "chain": number, "sample": k, "step": k * apart, **measures}
