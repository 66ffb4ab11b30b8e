"""What a solver says is held against the model, for status, bound and plan come from three different mouths.

A point's value is computed again from the model, and so are all its rows. Where the parts of an answer contradict each other or what is known for
certain, the solver is asked again without a start, then without presolve; what stood the test is kept meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

from rezoning.errors import ScenarioError
from rezoning.formulation.formulation import Floats, Ints
from rezoning.optimize.model.milp import Milp
from rezoning.optimize.model.program import Program, program_of
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Separation, together

ROUNDING = 1e-5  # of a row's or a value's own size: coarser than any solver's tolerance, finer than what anybody would call another plan
PROVEN = 1e-6  # natural value, or of it: farther than this from its bound no plan is optimal
FINE = 1e-9  # a start that obeys its rows to this is a plan, whatever a solver says
WHOLE = 1e-4  # a column that is farther from a whole number is none

logger = logging.getLogger(__name__)

Ask = Callable[[Limits, Ints | None], Answer]


@dataclass(frozen=True, eq=False)
class Judge:
    """A model in arrays, to hold answers against; `is_integer` has shape (C,)."""

    milp: Milp
    program: Program
    is_integer: NDArray[np.bool_]

    @classmethod
    def of(cls, milp: Milp) -> Judge:
        """Of a model as it stands now, with the cuts added so far."""
        whole = np.array([column.cat == pulp.LpInteger for column in milp.columns], dtype=bool)
        return cls(milp, program_of(milp.problem, milp.columns), whole)

    def value(self, values: Floats) -> float:
        """Natural value of a point."""
        return self.milp.natural(float(self.program.cost @ values))

    def wrong(self, values: Floats) -> str:
        """What makes values no point of the model, in words; empty where nothing does."""
        if values.shape != self.program.cost.shape:
            return f"returned {values.size:,} numbers for {len(self.program.cost):,} columns"
        if not np.isfinite(values).all():
            return "returned a plan with numbers that are none"
        if (np.abs(values - np.round(values))[self.is_integer] > WHOLE).any():
            return "returned a plan in fractions"
        return "" if self.obeys(values, ROUNDING) else "returned a plan that breaks a row"

    def obeys(self, values: Floats, rounding: float) -> bool:
        """Whether a point is within all rows and ends of columns, each up to `rounding` of its size."""
        program = self.program
        size = np.maximum(1.0, abs(program.matrix) @ np.abs(values))
        return _within(program.matrix @ values, program.row_lower, program.row_upper, rounding * size) and _within(
            values, program.lower, program.upper, rounding * np.maximum(1.0, np.abs(values))
        )

    def fault(self, answer: Answer, known: float) -> str:
        """How an answer contradicts itself, or the `known` value of a plan (inf: none is known); empty where it does not."""
        if answer.outcome is Outcome.INFEASIBLE:
            return "called impossible what has a plan" if np.isfinite(known) else ""
        if answer.values is None:
            is_lost = answer.outcome in (Outcome.PROVEN, Outcome.GAP)
            return "called a plan optimal and returned none" if is_lost else _of_bound(answer.bound, known)
        found = self.wrong(answer.values) or _of_value(self.value(answer.values), answer.claimed)
        if found:
            return found
        value = self.value(answer.values)
        return _of_bound(answer.bound, min(known, value)) or (_of_proof(value, answer.bound) if answer.outcome is Outcome.PROVEN else "")


def _of_value(value: float, claimed: float | None) -> str:
    if claimed is None or abs(value - claimed) <= _slack(value, PROVEN):
        return ""
    return f"returned a plan of {value:.6g} and said that it is one of {claimed:.6g}"


def _of_bound(bound: float | None, known: float) -> str:
    if bound is None:
        return ""
    if not np.isfinite(bound):
        return "gave a bound that is no number"
    return f"gave a bound of {bound:.6g} although there is a plan of {known:.6g}" if bound > known + _slack(known, ROUNDING) else ""


def _of_proof(value: float, bound: float | None) -> str:
    if bound is not None and value <= bound + _slack(value, PROVEN):
        return ""
    return f"called a plan of {value:.6g} optimal {'without a bound' if bound is None else f'beside a bound of {bound:.6g}'}"


def _within(found: Floats, lower: Floats, upper: Floats, slack: Floats) -> bool:
    return bool(((found >= lower - slack) & (found <= upper + slack)).all())


def _slack(value: float, rounding: float) -> float:
    return rounding * max(1.0, abs(value))


@dataclass
class _Kept:
    """The best plan and bound of all answers so far that stood the test, and the value of the best plan that is known."""

    known: float
    values: Floats | None = None
    bound: float | None = None

    def add(self, judge: Judge, answer: Answer, separation: Separation | None) -> None:
        """Keep what an answer has that is true."""
        values = answer.values
        if values is not None and not judge.wrong(values) and (separation is None or separation.holds(judge.milp.assignment(values))):
            if self.values is None or judge.value(values) < judge.value(self.values):
                self.values = values
            self.known = min(self.known, judge.value(values))
        if answer.bound is not None and np.isfinite(answer.bound):
            self.bound = answer.bound if self.bound is None else max(self.bound, answer.bound)
        if self.bound is not None and self.bound > self.known + _slack(self.known, ROUNDING):
            self.bound = None  # a plan has refuted it


def settled(
    judge: Judge, name: str, limits: Limits, start: Ints | None, ask: Ask, no_presolve: dict[str, Any], separation: Separation | None = None
) -> Answer:
    """An answer whose parts agree with each other and with the model, or one that is FAILED.

    Parameters
    ----------
    ask
        One call of the solver, with what is left of the limits and with a start or none.
    no_presolve
        The solver's options that switch its presolve off; empty where it has none.
    separation
        What the solver was given beside the rows.
    """
    ends, faults = time.monotonic() + limits.seconds, list[str]()
    kept = _Kept(_value_of_start(judge, start, separation))
    ways: list[tuple[Ints | None, dict[str, Any]]] = [(start, {})] + [(None, {})] * (start is not None) + [(None, no_presolve)] * bool(no_presolve)
    answer, nodes = Answer(Outcome.LIMIT, None, None), None
    for origin, options in ways:
        left = max(ends - time.monotonic(), 0.0)
        if faults and left <= 0:
            break
        answer = _asked(name, ask, replace(limits, seconds=left, options={**limits.options, **options}), origin)
        nodes = together(nodes, answer.nodes)
        fault = "" if answer.outcome is Outcome.FAILED else judge.fault(answer, kept.known)
        kept.add(judge, answer, separation)
        if not fault:
            break
        faults.append(fault)
        logger.debug("%s %s", name, fault)
    return replace(_outcome(judge, name, answer, kept, faults, ways=len(ways)), nodes=nodes)


def _asked(name: str, ask: Ask, limits: Limits, start: Ints | None) -> Answer:
    """One call; an exception from a solver is an answer too."""
    try:
        return ask(limits, start)
    except ScenarioError:
        raise
    except MemoryError:
        return Answer(Outcome.FAILED, None, None, failure=f"{name} had too little memory.")
    except Exception as error:  # noqa: BLE001 (a solver may raise anything)
        said = str(error).rstrip(".") or type(error).__name__
        return Answer(Outcome.FAILED, None, None, failure=f"{name} stopped with a fault of its own: {said}.")


def _value_of_start(judge: Judge, start: Ints | None, separation: Separation | None) -> float:
    """What a start is worth if it is a plan for certain; else inf."""
    if start is None or (separation is not None and not separation.holds(start)):
        return np.inf
    values = judge.milp.start(start)
    return judge.value(values) if values.shape == judge.program.cost.shape and judge.obeys(values, FINE) else np.inf


def _outcome(judge: Judge, name: str, answer: Answer, kept: _Kept, faults: list[str], *, ways: int) -> Answer:
    """The last answer where it is sound, with what was kept of those before."""
    if not faults and answer.outcome is not Outcome.FAILED:
        return answer
    if answer.outcome is Outcome.FAILED:
        failure = answer.failure
    elif len(faults) == ways:
        answer = replace(answer, is_nonsense=True)
        failure = f"{name} contradicts itself: it {faults[-1]}{', and did so again when asked in other ways' if ways > 1 else ''}."
    elif judge.fault(answer, kept.known):  # no time was left to ask again
        return replace(answer, outcome=Outcome.LIMIT, values=kept.values, bound=kept.bound)
    else:
        return replace(answer, values=kept.values if answer.values is None else answer.values, bound=_higher(answer.bound, kept.bound))
    return replace(answer, outcome=Outcome.FAILED, values=kept.values, bound=kept.bound, failure=failure)


def _higher(one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else max(one, other)
