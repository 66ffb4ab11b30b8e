"""The linear relaxation at its optimum: with all rules, and with a finding of the statement less."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.questions import findings_held
from rezoning.formulation.formulation import Floats, Formulation, Rows, Terms
from rezoning.formulation.statement import statement, statement_choices
from rezoning.formulation.statement_mix import statement_limits
from rezoning.formulation.sums import stacked_rows
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.cuts.relaxation import tighten
from rezoning.optimize.model.epigraph import Cut, Row
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.model.program import Program, program_of
from rezoning.optimize.solvers.base import Clock, Watch
from rezoning.optimize.solvers.highs import STATUS, solved, use_threads

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.scenario.schema import Scenario

CUT_SHARE = 0.7  # of the time, for cuts; the rest is for the multipliers
PLAIN_SHARE = 0.5  # of the time, over it, for the relaxation without cuts where that with them was not solved


@dataclass(frozen=True, eq=False)
class Optimum:
    """The relaxation at its optimum, with the cuts that bind there: over pairs alone, so that they hold for the same pairs under fewer rules.

    `is_cut` says whether there was time for cuts; only what was cut alike can be compared.
    """

    milp: Milp
    program: Program
    columns: Floats
    dual: Floats
    bound: float
    cuts: tuple[Cut, ...]
    is_cut: bool


def relaxed(problem: Formulation, terms: Terms, cuts: Iterable[Cut], seconds: float, watch: Watch, *, is_cut: bool = True) -> Optimum | None:
    """Cut and solve the relaxation, without cuts where these take too long; None where there is no point, or no time for one."""
    clock, milp = Clock(), build(problem, [(terms, 1.0)], is_relaxed=True)
    if milp.broken:
        return None
    milp.add_cuts(cuts)
    found: list[Cut | Row] = []
    if ((is_cut and problem.contiguity.is_exact) or milp.bent) and len(milp.free):
        found = tighten(milp, Fractional(problem), CUT_SHARE * seconds, clock, watch).cuts
        milp.add_cuts(found)
    program = program_of(milp.problem, milp.columns)
    at_end = optimum(program, max(seconds - clock(), 0.1))
    if at_end is None:
        return relaxed(problem, terms, (), PLAIN_SHARE * seconds, watch, is_cut=False) if is_cut and (cuts or found) else None
    value, columns, dual = at_end
    return Optimum(milp, program, columns, dual, milp.natural(value), (*cuts, *(cut for cut in found if isinstance(cut, Cut))), is_cut)


def without_finding(problem: Formulation, district: District, scenario: Scenario, number: int) -> Formulation:
    """The same question, over the same pairs, with one finding less in `rules.statement`."""
    left = tuple(other for other in findings_held(district, scenario.rules) if other != number)
    other = scenario.model_copy(update={"rules": scenario.rules.model_copy(update={"statement": left})})
    is_kept = np.array([name.rule != "statement" for name in problem.rows.names], dtype=bool)
    rows = Rows(
        problem.rows.matrix[np.flatnonzero(is_kept)], problem.rows.lower[is_kept], problem.rows.upper[is_kept],
        tuple(name for name in problem.rows.names if name.rule != "statement"),
    )  # fmt: skip
    added = statement(problem.pairs, district, other)
    held = [one for one in problem.held if one.name is None or one.name.rule != "statement"]
    either = [one for one in problem.either if one.name.rule != "statement"]
    return replace(
        problem,
        rows=rows if added is None else stacked_rows([rows, added]) or rows,
        held=(*held, *statement_limits(problem.pairs, district, other)),
        either=(*either, *statement_choices(problem.pairs, district, other)),
    )


def optimum(program: Program, seconds: float) -> tuple[float, Floats, Floats] | None:
    """Optimal value, columns and multipliers of a linear program, at a corner; None when there was no time, or no point."""
    use_threads(1)
    with solved(program, {"output_flag": False, "threads": 1, "time_limit": seconds}) as (highs, is_well):
        if not is_well or highs.getModelStatus() != STATUS.kOptimal:
            return None
        solution = highs.getSolution()
        return float(highs.getInfo().objective_function_value), np.array(solution.col_value), np.array(solution.row_dual)
