"""From a scenario file to a run directory: read, check, formulate, solve, audit, measure, write; one function per step."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rezoning.commands import leveled
from rezoning.commands.agreement import agree_about_today
from rezoning.commands.aims import aimed
from rezoning.commands.run_files import check_out, run_place, write_run
from rezoning.commands.watching import watched
from rezoning.district.custom import check_kinds, rules_in
from rezoning.errors import Infeasible, Problem
from rezoning.optimize.interrupts import interruptible
from rezoning.optimize.result import OnBound, OnPlan, Result, Status, Watcher
from rezoning.runs.question import (
    AGREEMENT,
    DONE,
    FAULT,
    INFEASIBLE,
    INTERRUPTED,
    NO_PLAN,
    REJECTED,
    Findings,
    Measures,
    Question,
    RunOutcome,
    Stopwatch,
)
from rezoning.scenario.doubts import doubts
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Data, Scenario

if TYPE_CHECKING:
    from rezoning.auditing import Violation
    from rezoning.commands.alternatives import FurtherPlans
    from rezoning.commands.openings import OtherChoice
    from rezoning.district.custom import Custom
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.formulation.formulation import Formulation

T = TypeVar("T")
log = logging.getLogger(__name__)

UNEXPLAINED = "Why no plan exists could not be explained, by a fault of the program; please report it."
UNFOUND = "Further plans could not be looked for, by a fault of the program; please report it. The plan is audited and kept."
UNPRICED = "What other openings cost could not be found, by a fault of the program; please report it. The plan is audited and kept."
UNMEASURED = "The measures could not be computed, by a fault of the program; please report it. The plan is audited and kept."


@interruptible
def run(
    scenario: Scenario | str | Path,
    out: str | Path | None = None,
    *,
    overrides: Sequence[str] = (),
    custom: Sequence[Custom] = (),
    replace: bool = False,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
    on_plan: OnPlan | None = None,
    on_bound: OnBound | None = None,
    load: Callable[[Data], District] | None = None,
) -> RunOutcome:
    """Answer a scenario and write the run directory.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    out
        The run directory; ``runs/<name>-<first 8 of the input hash>`` in the working directory when left out.
    overrides
        ``key=value`` settings that win over the file, for a path.
    custom
        Rules and goals of your own, `CustomRule` and `CustomGoal`. No file says them, so that no command can ask for them again: run.json names them,
        and whoever reads the directory is told that its bounds are of another question than that of its scenario.yaml.
    replace
        Whether results of another scenario (another `name`) that stand at `out` may be replaced.
    watcher
        Is told how the run goes; in a notebook a line shows it when left out (`show_progress`).
    stop
        When set, the solve ends early with the best plan so far; before the solve the run ends with KeyboardInterrupt. When left out, Ctrl-C (or a
        notebook's interrupt) sets it: the run writes what it has and gives it, with exit code 130; a second one ends at once.
    on_plan, on_bound
        Called with every better plan, once it is audited, and with every better bound (see `rezoning.solve`).
    load
        Reads the district, for one who asks much of the same; `load_district` when left out.

    Raises
    ------
    ScenarioError, DataError
        When scenario or data are bad, or the two functions of a rule or goal of your own disagree about today's zones; nothing is written then.
    OutputError
        When the results cannot be written, or would replace those of another scenario; known before the solve, unless the disk fails later.
    """
    with watched(watcher) as told:
        return _run(Stopwatch(told), scenario, out, overrides, custom, replace, told, stop, on_plan, on_bound, load)


def _run(
    clock: Stopwatch,
    scenario: Scenario | str | Path,
    out: str | Path | None,
    overrides: Sequence[str],
    custom: Sequence[Custom],
    replace: bool,
    watcher: Watcher | None,
    stop: threading.Event | None,
    on_plan: OnPlan | None,
    on_bound: OnBound | None,
    load: Callable[[Data], District] | None,
) -> RunOutcome:
    """All steps of a run."""
    with clock.phase("read"):
        scenario = read_scenario(scenario, overrides)
        check_out(scenario, out, replace)
        _warm_up()
        district = read_district(scenario, load)
    check_kinds(custom)
    directory = run_place(scenario, district, out, replace, [one.name for one in custom])
    _go_on(stop)
    with clock.phase("compile"):
        question = ask(scenario, district, custom)
        ready(question, watcher)
    for sentence in question.possibilities:
        log.info(sentence)
    _go_on(stop)
    with clock.phase("solve"):
        findings = answer(question, watcher, stop, on_plan, on_bound)
    with clock.phase("audit"):
        findings = witness(findings)
        code, findings = _measured(findings)
    if code == INFEASIBLE:
        with clock.phase("explain"):
            findings = explained(findings, stop)
    further = None
    if code == DONE and scenario.alternatives is not None:
        with clock.phase("solve"):
            further = further_plans(findings, watcher, stop)
            code = INTERRUPTED if further is not None and further.ending == "interrupted" else code
    choices: tuple[OtherChoice, ...] = ()
    if code == DONE and district.has_optional:
        with clock.phase("solve"):
            choices = _other_choices(findings, watcher, stop)
    return write_run(clock, directory, code, findings, further, choices, may_replace=replace)


# -- the steps -------------------------------------------------------------------------------------------------------


def read_scenario(scenario: Scenario | str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """The scenario itself, or the one in a file."""
    return scenario if isinstance(scenario, Scenario) else load_scenario(Path(scenario), overrides)


def read_district(scenario: Scenario, load: Callable[[Data], District] | None = None) -> District:
    """The district that a scenario names, read by `load` or afresh; with several levels that of the lowest, with those of all in it.

    What the rules say less than it may seem in it is among its notes, what they hardly mean a warning.
    """
    from rezoning.district.levels import load_levels
    from rezoning.district.load import load_district
    from rezoning.district.questions import rule_notes

    if scenario.levels:
        return load_levels(scenario, functools.partial(read_district, load=load))
    district = (load or load_district)(scenario.data)
    notes, warnings = (*district.notes, *rule_notes(district, scenario.rules)), (*district.warnings, *doubts(scenario))
    return replace(district, notes=notes, warnings=warnings)


def ask(scenario: Scenario, district: District, custom: Sequence[Custom] = ()) -> Question:
    """Compile the question. That no plan exists is a finding, kept in the question; bad input is an error."""
    from rezoning.auditing import audit_today
    from rezoning.district.custom import with_custom
    from rezoning.formulation.arithmetic import possibilities
    from rezoning.formulation.formulate import formulate
    from rezoning.optimize.asking import check_solver

    check_solver(scenario.solve)
    if scenario.levels:
        return leveled.ask(scenario, district, custom)
    scenario = with_custom(scenario, custom)
    if custom:
        agree_about_today(scenario, district, custom)
    problem: Formulation | None = None
    problems: tuple[Problem, ...] = ()
    try:
        problem = formulate(district, scenario, custom)
    except Infeasible as finding:
        problems = finding.problems
    now = audit_today(district, scenario)
    return Question(scenario, district, problem, problems, now, possibilities(district, scenario), tuple(custom))


def ready(question: Question, watcher: Watcher | None = None) -> None:
    """Compile the engine before the solve's clock runs: half a minute, once on a machine."""
    if question.problem is not None:
        from rezoning.optimize.engine import prepare

        prepare(question.problem, question.scenario.solve, watcher)


def answer(
    question: Question,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
    on_plan: OnPlan | None = None,
    on_bound: OnBound | None = None,
) -> Findings:
    """Solve the question, unless arithmetic has answered it."""
    if question.problem is None:
        return Findings(question, None)
    from rezoning.optimize.engine import solve

    try:
        told = None if on_plan is None else _audited(question, on_plan)
        result = solve(question.problem, question.scenario.solve, watcher=aimed(question, watcher), stop=stop, on_plan=told, on_bound=on_bound)
    except Infeasible as finding:
        return Findings(replace(question, problems=finding.problems), None)
    if result.status is Status.INFEASIBLE:
        question = replace(question, problems=(no_plan_proven(question.scenario, question.custom),))
    return Findings(question, result)


def _audited(question: Question, on_plan: OnPlan) -> OnPlan:
    """Whom to tell of plans, told only of those that the auditor passes."""
    from rezoning.auditing import audit

    if question.levels:
        return leveled.audited(question, on_plan)

    @functools.wraps(on_plan)  # who reads that it raised something looks for its own name
    def hear(plan: Plan, values: tuple[float, ...]) -> None:
        if audit(plan, question.district, question.scenario, custom=question.custom).passed:
            on_plan(plan, values)

    return hear


def no_plan_proven(scenario: Scenario, custom: Sequence[Custom] = ()) -> Problem:
    """What is known of a question of which a solver proved that nothing answers it; which rules conflict is for `explain` to find."""
    own = [one.name for one in rules_in(custom)]
    if own:
        cure = f"Leave your own out ({', '.join(own)}), or loosen them; without them, rezoning explain says what conflicts."
        return Problem(scenario.rules.place(), "the solver proved that no plan obeys all rules together.", cure)
    cure = "Which of them conflict, and what lets a plan exist, says: rezoning explain."
    return Problem(scenario.rules.place(), "the solver proved that no plan obeys all rules together.", cure)


def witness(findings: Findings) -> Findings:
    """Check the plan and recompute every goal from plan and district alone; a goal that disagrees is a violation like any other."""
    from rezoning.auditing import Audit, audit
    from rezoning.metrics.custom import custom_value
    from rezoning.metrics.goals import goal_value

    plan, result, district, scenario = findings.plan, findings.result, findings.question.district, findings.question.scenario
    if plan is None or result is None:
        return findings
    if findings.question.levels:
        return leveled.witness(findings, _disagreements)
    custom = findings.question.custom
    found = audit(plan, district, scenario, custom=custom)
    values = [
        custom_value(goal.minimize, custom, plan, district) if goal.is_own else goal_value(goal, plan, district, scenario.rules)
        for goal in scenario.goals
    ]
    disagreements = tuple(_disagreements(values, result, scenario))
    return replace(findings, values=values, audit=Audit(found.passed and not disagreements, (*found.violations, *disagreements)))


def _disagreements(values: Sequence[float], result: Result, scenario: Scenario) -> Iterator[Violation]:
    """Goals of which the engine says something else than the plan, or proved what it refutes."""
    from rezoning.auditing import Violation

    for value, goal, asked in zip(values, result.goals, scenario.goals, strict=True):
        fault = "The goal's functions terms and value say different things." if asked.is_own else "This is a fault of the program; please report it."
        tolerance = AGREEMENT * max(1.0, abs(value))
        if not abs(value - goal.value) <= tolerance:
            sentence = f"objective: the engine says {goal.minimize} is {goal.value:.9g}, the plan has {value:.9g}. {fault}"
            yield Violation("objective", goal.minimize, value, goal.value, sentence)
        elif goal.bound is not None and not goal.bound <= value + tolerance:
            sentence = f"objective: the engine says no plan has {goal.minimize} below {goal.bound:.9g}, this one has {value:.9g}. {fault}"
            yield Violation("objective", goal.minimize, value, goal.bound, sentence)


def _measured(findings: Findings) -> tuple[int, Findings]:
    """Exit code and measures. A plan that took an hour is kept even if a measure fails by a fault of ours."""
    from rezoning.metrics.measure import measure_all

    code, plan = exit_code_of(findings), findings.plan
    if plan is None or code == REJECTED:
        return code, findings
    if findings.question.levels:
        measured = _spared(lambda: leveled.measured(findings), UNMEASURED)
    else:
        measures = _spared(lambda: Measures(*measure_all(plan, findings.question.district, findings.question.scenario)), UNMEASURED)
        measured = None if measures is None else replace(findings, measures=measures)
    if measured is not None:
        return code, measured
    assert findings.result is not None
    return FAULT, replace(findings, result=replace(findings.result, warnings=(*findings.result.warnings, UNMEASURED)))


def _spared(work: Callable[[], T], fault: str) -> T | None:
    """The outcome of work that comes after the plan; None where it fails by a fault of ours, which is logged and harms nothing found before."""
    try:
        return work()
    except Exception:
        log.exception(fault)
        return None


def explained(findings: Findings, stop: threading.Event | None = None) -> Findings:
    """Why no plan exists, and what would let one exist. A finding is kept even if its explanation fails by a fault of ours.

    Nothing is said where a program brought rules along: what they say cannot be loosened.
    """
    from rezoning.explaining import explain

    if rules_in(findings.question.custom):
        return findings
    return replace(findings, explanation=_spared(lambda: explain(findings.question, stop=stop), UNEXPLAINED))


def further_plans(findings: Findings, watcher: Watcher | None = None, stop: threading.Event | None = None) -> FurtherPlans | None:
    """Further plans, where the scenario asks for them. The best plan is kept even if the search for others fails by a fault of ours."""
    from rezoning.commands.alternatives import find_alternatives

    return _spared(lambda: find_alternatives(findings, witness, watcher=watcher, stop=stop), UNFOUND)


def _other_choices(findings: Findings, watcher: Watcher | None, stop: threading.Event | None) -> tuple[OtherChoice, ...]:
    """What it costs to decide otherwise about each school that may close or open. The plan is kept even if that fails by a fault of ours."""
    from rezoning.commands.openings import other_choices

    if findings.question.levels:
        return ()  # prices are of one level's open sets
    return _spared(lambda: other_choices(findings, witness, watcher=aimed(findings.question, watcher), stop=stop), UNPRICED) or ()


def exit_code_of(findings: Findings) -> int:
    """The contract's exit code of a run that went to its end. A rejected plan weighs more than an interrupt."""
    result, audit = findings.result, findings.audit
    if audit is not None and not audit.passed:
        return REJECTED
    if result is None:
        return INFEASIBLE
    if result.is_interrupted:
        return INTERRUPTED
    if result.status is Status.INFEASIBLE:
        return INFEASIBLE
    return NO_PLAN if result.plan is None else DONE


def _warm_up() -> None:
    """Let a process for the solver load what it needs while data is read."""
    from rezoning.optimize.solvers.apart import warm_up

    warm_up()


def _go_on(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise KeyboardInterrupt
