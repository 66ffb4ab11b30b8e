"""From a scenario to an ensemble: chains of plans, measured; where today's zones and some plans stand among them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.ensembles.chains import Work, clock, sample, sample_peer, spread, starts
from rezoning.commands.ensembles.measuring import Measurer
from rezoning.commands.ensembles.outcome import AUDITS, EVERY, LEAST, MIX, PEER_STEPS, PEERS, STEPS, Ensemble, Settings
from rezoning.commands.ensembles.writing import place_of, write_ensemble
from rezoning.commands.run import read_district, read_scenario
from rezoning.commands.unpaired import refuse_pairing
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import Problem, ScenarioError
from rezoning.optimize.result import Progress, Watcher
from rezoning.runs.option import MOST, Option
from rezoning.runs.question import DONE, INTERRUPTED, REJECTED
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District, Floats


def ensemble(
    scenario: Scenario | str | Path,
    plans: Sequence[str | Path] = (),
    out: str | Path | None = None,
    *,
    steps: int = STEPS,
    every: int = EVERY,
    chains: int = 2,
    seed: int | None = None,
    mix: float = MIX,
    start: str | Path | None = None,
    peer: str | None = None,
    peer_steps: int = PEER_STEPS,
    audits: int = AUDITS,
    keep_plans: int = 0,
    seconds: float | None = None,
    how: PlanReading = PLAINLY,
    overrides: Sequence[str] = (),
    replace: bool = False,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
) -> Ensemble:
    """Draw plans by a Markov chain under a scenario's hard rules, and say where plans stand among them; nothing is optimized.

    Counted in steps, so that a seed repeats it exactly on every machine; only `seconds`, `stop` and a start that is not found in
    `solve.time_limit` bring a clock in.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file. Its goals are measured and limit nothing.
    plans
        Plan files of any kind and run directories, at most eight; today's zones are always among them.
    out
        Directory for ensemble.json and .csv, a page, a figure and the plans that are kept; nothing is written when left out.
    steps, every, chains
        Steps of each chain, steps from sample to sample, and the number of chains.
    seed
        Of all chance; `solve.seed` when left out.
    mix
        Share of steps that recombine two zones, 0 to 1. At 0 the chain's stationary distribution is uniform over the plans that single flips
        reach; above 0 it has none that is known.
    start
        Plan or run at which the first chain begins; today's zones when left out, or a plan near them where these break a rule.
    peer
        ``gerrychain`` for a chain of single flips of that program beside ours, of `peer_steps` steps.
    audits
        Samples of each chain that the auditor checks, evenly spread.
    keep_plans
        Samples of all chains that are kept as plans.
    seconds
        When sampling ends at the latest, by the clock.
    replace
        Whether the ensemble of another scenario that stands at `out` may be replaced.
    how, overrides, watcher, stop
        As `evaluate` and `run` have them; what was sampled until a stop is told.

    Raises
    ------
    ScenarioError, DataError
        When scenario, data or plans are bad, the start breaks a rule, or there is nothing to compare.
    Infeasible, NoPlanFound
        No plan exists, or none was found to begin at.
    OutputError
        When `out` cannot be written, or holds what must stay.
    """
    asked = read_scenario(scenario, overrides)
    check_one_level(asked, "rezoning ensemble")
    refuse_pairing(asked, "An ensemble of plans", "Drop pairing: the chain moves units between zones.")
    paths, number = list(map(Path, plans)), asked.solve.seed if seed is None else seed
    settings = Settings(steps, every, chains, number, mix, audits, keep_plans, peer_steps, seconds)
    _check(settings, paths, peer)
    place = None if out is None else place_of(asked, Path(out), replace=replace)
    drawn = _Drawing(asked, settings, how, watcher, stop).ensemble(paths, None if start is None else Path(start), peer)
    return drawn if place is None else changed(drawn, refused=write_ensemble(place, drawn, replace=replace))


def _check(settings: Settings, plans: Sequence[Path], peer: str | None) -> None:
    problems = []
    if settings.samples < LEAST:
        said = f"{settings.steps:,} steps with a sample every {settings.every:,} give {settings.samples} samples; fewer than {LEAST} tell nothing."
        problems.append(Problem("--steps", said, "More --steps, or a smaller --every."))
    if not 0 <= settings.mix <= 1:
        problems.append(Problem("--mix", f"{settings.mix:g} is no share.", "Give a number from 0 to 1."))
    if settings.chains < 1:
        problems.append(Problem("--chains", "there must be a chain.", "Give 2 or more: one chain cannot show whether it has met another."))
    if len(plans) > MOST:
        problems.append(Problem("PLAN_OR_RUN", f"{len(plans)} plans are more than a page can hold apart.", f"Give at most {MOST}."))
    if peer is not None and peer not in PEERS:
        problems.append(Problem("--with", f"'{peer}' is no program that is known here.", f"One of: {', '.join(PEERS)}."))
    if problems:
        raise ScenarioError(problems)


class _Drawing:
    """One ensemble on its way."""

    def __init__(self, scenario: Scenario, settings: Settings, how: PlanReading, watcher: Watcher | None, stop: threading.Event | None) -> None:
        self.scenario, self.settings, self.how, self.watcher, self.stop = scenario, settings, how, watcher, stop

    def ensemble(self, paths: Sequence[Path], start: Path | None, peer: str | None) -> Ensemble:
        from rezoning.commands.ensembles.document import ensemble_record
        from rezoning.commands.evaluation import evaluate_plan, evaluate_plans
        from rezoning.metrics.measure import measure_today
        from rezoning.optimize.chain.question import formulate_all

        self._tell("read")
        district, settings = read_district(self.scenario), self.settings
        now = measure_today(district, self.scenario)
        options = tuple(evaluate_plans(self.scenario, district, paths, self.how)) if paths else ()
        if not options and now is None:
            said = "an ensemble shows where plans stand, and there is none: no zones of today, and no plan was given."
            raise ScenarioError(Problem("PLAN_OR_RUN", said, "Give a plan file or a run, or today's school of each unit."))
        given = None if start is None else evaluate_plan(self.scenario, district, start).plan
        self._tell("compile")
        problem = formulate_all(district, self.scenario)
        self._tell("start")
        begin, warnings = starts(problem, settings.chains, settings.seed, self.scenario.solve.time_limit, given, self.stop)
        measurer = Measurer(self.scenario, district)
        work = Work(problem, district, self.scenario, measurer, spread(settings.samples, settings.audits))
        goes_on = clock(settings.seconds, self.stop, self._sampling)
        found = sample(work, begin, settings.samples, settings.every, settings.mix, settings.seed, settings.keep, goes_on)
        if len(found[0].values) < min(LEAST, settings.samples):
            if self.stop is not None and self.stop.is_set():
                raise KeyboardInterrupt
            said = f"only {len(found[0].values)} samples of each chain were drawn in the time, and fewer than {LEAST} tell nothing."
            raise ScenarioError(Problem("--seconds", said, "Give more seconds, or a smaller --every."))
        if peer is not None:
            found.append(sample_peer(work, begin[0], settings.samples, settings.peer_every, settings.seed, goes_on))
        is_broken = any(one.broken for one in found)
        is_stopped = self.stop is not None and self.stop.is_set()
        code = REJECTED if is_broken else INTERRUPTED if is_stopped else DONE
        drawn = Ensemble(
            code, self.scenario, district, measurer.wanted, tuple(found), options, now, _standings(measurer, now, options, district), settings
        )
        return changed(drawn, record=ensemble_record(drawn, problem, warnings))

    def _tell(self, phase: str) -> None:
        if self.stop is not None and self.stop.is_set():
            raise KeyboardInterrupt
        if self.watcher is not None:
            self.watcher(Progress(phase, 0.0, None, None, 0))

    def _sampling(self, share: float) -> None:
        if self.watcher is not None:
            self.watcher(Progress(f"sampling {100 * share:.0f} %", 0.0, None, None, 0))


def _standings(measurer: Measurer, now: dict[str, Any] | None, options: Sequence[Option], district: District) -> dict[str, Floats]:
    """Today's numbers and those of every option."""
    from rezoning.district.plan import today
    from rezoning.metrics.goals import value_or_none

    found: dict[str, Floats] = {}
    if now is not None:
        zones, scenario = today(district), measurer.scenario
        goals: dict[int | None, float | None] = {
            k: None if zones is None else value_or_none(goal, zones, district, scenario.rules) for k, goal in enumerate(scenario.goals, 1)
        }
        found["today"] = measurer.told(now, goals)
    for one in options:
        found[one.letter] = measurer.told(one.metrics["plan"], {k: goal["value"] for k, goal in enumerate(one.goals, 1)})
    return found
