"""One answer after the other: from the disk, or solved below its ceilings, audited, measured again and kept."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.commands.frontier.store import Solved, Store
from rezoning.commands.run import no_plan_proven, witness
from rezoning.errors import Infeasible
from rezoning.optimize.result import Progress, Result, Status, Watcher
from rezoning.report.frontier import goal_alone, values_words
from rezoning.report.language import english_of, plain
from rezoning.runs.question import AGREEMENT, Findings, Question

if TYPE_CHECKING:
    from rezoning.district.plan import Plan
    from rezoning.formulation.formulation import Formulation
    from rezoning.optimize.frontier import Known

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Work:
    """What all solves of a frontier share.

    Parameters
    ----------
    question, problem, store
        What is asked, in numbers, and where answers are kept.
    count
        How many solves there will be, the one for prices included.
    seconds
        Wall clock for all of them together, earlier runs of the same question included.
    answers
        Those that are known, in the order of solving.
    spent, began
        Seconds that earlier runs took, and when this one began.
    """

    question: Question
    problem: Formulation
    store: Store
    count: int
    seconds: float
    watcher: Watcher | None
    stop: threading.Event
    answers: list[Solved] = field(default_factory=list)
    spent: float = 0.0
    began: float = field(default_factory=time.perf_counter)

    def left(self) -> float:
        """Seconds until the time for all of them is over; what earlier runs took (`spent`) counts, audits and files do too."""
        return self.seconds - self.spent - (time.perf_counter() - self.began)

    def share(self) -> float:
        """Seconds of the next solve: what is left, evenly."""
        return max(self.left() / max(self.count - len(self.answers), 1), 0.05)

    def known(self) -> list[Known]:
        """All answers as `optimize.frontier` reads them."""
        return [as_known(answer) for answer in self.answers]

    def plans(self) -> list[Plan]:
        """The plans that may be starts."""
        return [answer.plan for answer in self.answers if answer.plan is not None and not answer.is_rejected]


def as_known(answer: Solved) -> Known:
    """An answer as `optimize.frontier` reads it; where the audit found a fault, nothing is trusted."""
    from rezoning.optimize.frontier import Known

    if answer.is_rejected:
        return Known(answer.ceilings, None, None)
    return Known(answer.ceilings, answer.values, answer.bounds[0], answer.status == Status.INFEASIBLE)


def solve_ends(work: Work) -> list[Solved]:
    """Each goal alone, then the others: first those that get ceilings, last the first goal, from all the plans that are known by then.

    Raises
    ------
    Infeasible
        The solver proved that no plan exists.
    """
    num_goals = len(work.problem.terms)
    found: list[Solved] = []
    for goal in (*range(1, num_goals), 0):
        order = (goal, *(other for other in range(num_goals) if other != goal))
        asked, unit = work.question.scenario, work.question.district.travel_unit
        words = goal_alone(asked.goals[goal], unit, english_of(asked.report))
        answer = _answer(work, f"end-{goal + 1}", order, (np.inf,) * num_goals, words)
        if answer is None:
            break
        if answer.status == Status.INFEASIBLE:
            raise Infeasible(no_plan_proven(work.question.scenario))
        found.append(answer)
        if answer.plan is None or answer.is_rejected:
            break
    return found


def solve_points(work: Work, ceilings: Sequence[tuple[float, ...]]) -> None:
    """The points that what is known does not answer, the tightest first, so that each plan is a start for the next.

    Once the time is over nothing more is solved: the other points have the best of what is known.
    """
    from rezoning.optimize.frontier import is_answered

    for number, row in enumerate(ceilings, 1):
        known = work.known()
        if is_answered(row, known):
            continue
        work.count = len(work.answers) + sum(not is_answered(other, known) for other in ceilings[number - 1 :]) + 1
        if _answer(work, str(number), tuple(range(len(row))), row, f"point {number} of {len(ceilings)}") is None:
            return


def solve_prices(work: Work) -> dict[str, Any] | None:
    """Prices of the rules for the first goal without ceilings; None when it was interrupted."""
    kept = work.store.load_prices()
    if kept is not None:
        return kept
    if work.stop.is_set() or work.left() <= 0:
        return None
    from rezoning.optimize.asking import prices

    if work.watcher is not None:
        work.watcher(Progress("prices of the rules", 0.0, None, None, 0))
    question = work.question
    seconds = min(work.share(), question.scenario.solve.time_limit)
    record = prices(work.problem, work.problem.terms[0], question.district, question.scenario, seconds, work.stop)
    if work.stop.is_set():
        return None
    work.store.save_prices(record)
    return record


# -- one answer ------------------------------------------------------------------------------------------------------


def _answer(work: Work, name: str, order: tuple[int, ...], ceilings: tuple[float, ...], words: str) -> Solved | None:
    """An answer from the disk, or a new one; None when it was interrupted, or no time is left for more than the ends."""
    kept = work.store.load(name)
    if kept is not None and _stands(work, kept):
        work.answers.append(kept)
        work.spent += kept.seconds
        return kept
    from rezoning.optimize.frontier import solve_below

    if work.stop.is_set() or (work.left() <= 0 and not name.startswith("end")):
        return None
    settings = work.question.scenario.solve.model_copy(update={"time_limit": work.share()})
    began = time.perf_counter()
    result = solve_below(work.problem, order, ceilings, settings, work.plans(), watcher=_saying(work.watcher, words), stop=work.stop)
    if result.is_interrupted or work.stop.is_set():
        return None
    answer = _audited(work, name, ceilings, result, round(time.perf_counter() - began, 3))
    if answer.values is not None and order[0] != 0:  # the first goal was bounded below the value that was found for this one
        answer = replace(answer, ceilings=tuple(answer.values[j] if j == order[0] else ceiling for j, ceiling in enumerate(ceilings)))
    if answer.status != Status.NO_PLAN or np.isfinite(ceilings).any():  # without its ends a frontier is nothing: the next run tries again
        work.store.save(answer)
    work.answers.append(answer)
    log.info(_said(work, answer, words))
    return answer


def _audited(work: Work, name: str, ceilings: tuple[float, ...], result: Result, seconds: float) -> Solved:
    """The second witness: every rule checked, every goal recomputed, the ceilings too."""
    findings = witness(Findings(work.question, result))
    bounds: tuple[float | None, ...] = tuple(goal.bound for goal in result.goals) or (None,) * len(ceilings)
    if findings.plan is None or findings.values is None or findings.audit is None:
        return Solved(name, ceilings, None, None, bounds, str(result.status), seconds, warnings=result.warnings)
    broken = [violation.to_dict() for violation in findings.audit.violations]
    for goal, value, ceiling in zip(work.question.scenario.goals, findings.values, ceilings, strict=True):
        if value > ceiling + AGREEMENT * max(1.0, abs(ceiling)):
            said = f"ceiling: {goal.minimize} is {value:.9g}, above {ceiling:.9g}. This is a fault of the program; please report it."
            broken.append({"rule": "ceiling", "subject": goal.minimize, "amount": value, "limit": ceiling, "message": said})
    status = "rejected" if broken else str(result.status)
    return Solved(name, ceilings, findings.plan, tuple(findings.values), bounds, status, seconds, tuple(broken), result.warnings)


def _stands(work: Work, answer: Solved) -> bool:
    """Whether the plan on the disk still is what its record says."""
    from rezoning.auditing import audit
    from rezoning.metrics.goals import goal_value

    if answer.plan is None or answer.values is None:
        return True
    district, scenario = work.question.district, work.question.scenario
    values = [goal_value(goal, answer.plan, district, scenario.rules) for goal in scenario.goals]
    agrees = bool(np.allclose(values, answer.values, rtol=0, atol=1e-12))
    return agrees and (answer.is_rejected or audit(answer.plan, district, scenario).passed)


def _saying(watcher: Watcher | None, words: str) -> Watcher | None:
    """A watcher that says which point is being solved."""
    if watcher is None:
        return None
    return lambda progress: watcher(replace(progress, phase=f"{words}: {progress.phase}"))


def _said(work: Work, answer: Solved, words: str) -> str:
    """One line of progress."""
    if answer.values is None:
        return f"{words}: {'no plan exists' if answer.status == Status.INFEASIBLE else 'no plan found'}, {answer.seconds:.1f} s."
    asked, unit = work.question.scenario, work.question.district.travel_unit
    reached = plain(values_words(asked.goals, answer.values, unit, english_of(asked.report)))
    return f"{words}: {reached}{', rejected by the audit' if answer.is_rejected else ''}, {answer.seconds:.1f} s."
