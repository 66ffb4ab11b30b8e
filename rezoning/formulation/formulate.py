"""The table of contents: district + scenario -> Formulation.

Data and scenario give the admissible pairs (`admissible`), these the smallest question with the same plans (`reduced`, `presolve`), its pairs the
rows and goals (`rows`, `goals`); what no choice of pairs can meet is told by `arithmetic`. Each reads what comes before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rezoning.district import questions
from rezoning.district.custom import Custom, with_custom
from rezoning.district.district import District
from rezoning.errors import Infeasible, Problem, Problems, ScenarioError
from rezoning.formulation import arithmetic
from rezoning.formulation.culprits import Culprits
from rezoning.formulation.custom import Own, read_custom
from rezoning.formulation.formulation import Floats, Formulation, Ints, Rows
from rezoning.formulation.goal_checks import undefined
from rezoning.formulation.goals import compile_terms
from rezoning.formulation.openings import need_their_unit, roots
from rezoning.formulation.pairing import formulate_pairing
from rezoning.formulation.presolve import Stranded, presolved
from rezoning.formulation.reduced import Reduced
from rezoning.formulation.rows import CHOICE_RULES, LIMIT_RULES, ROW_RULES
from rezoning.formulation.rules import anchors_need_the_school, closer_neighbor, detached, equal_schools
from rezoning.formulation.sites import site_rows
from rezoning.formulation.sums import stacked_rows
from rezoning.formulation.tidy import tidy_criteria
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Scenario


def formulate(
    district: District, scenario: Scenario, custom: Sequence[Custom] = (), *, counted: Floats | None = None, tied: Sequence[Ints] = ()
) -> Formulation:
    """Compile the question that a scenario asks about a district.

    Parameters
    ----------
    district, scenario
        The place and the question; `scenario.data` is not read again.
    custom
        Rules and goals of your own, `CustomRule` and `CustomGoal`.
    counted
        Who is counted in each unit beside what district and scenario say, shape (n,): such a unit is not folded away.
    tied
        Units that have one school, for a rule that is not the scenario's alone (`stacked`).

    Raises
    ------
    ScenarioError
        A rule names a unit, school, group, grade, column or area that is not there, or a goal has no value in this district; or a function of a
        rule or goal of your own fails, or gives what cannot be.
    Infeasible
        Arithmetic shows that the rules leave no plan; every reason found is named.
    """
    check_one_level(scenario, "formulate", "Stack the questions of its levels: rezoning.formulation.stacked.stack.")
    scenario = with_custom(scenario, custom)
    if scenario.pairing is not None:
        _refuse_custom(scenario, custom)
        return formulate_pairing(district, scenario)
    problems = Problems()
    problems.extend(questions.problems(district, scenario.rules, scenario.goals))
    undefined(scenario.goals, district, problems, scenario)
    problems.raise_as(ScenarioError)
    own = read_custom(custom, district)
    culprits = Culprits(district, scenario)
    try:
        reduced, idom = presolved(district, scenario, own.counted(district) + (0.0 if counted is None else counted), tied)
    except Stranded as found:
        raise Stranded(district, scenario, found.units, _cures(culprits)) from None
    return _compile(reduced, idom, district, scenario, culprits, own)


def _refuse_custom(scenario: Scenario, custom: Sequence[Custom]) -> None:
    """Rules and goals of a program's own speak of units and their schools, and where schools are paired children of one unit have several."""
    if custom:
        assert scenario.pairing is not None
        named = ", ".join(one.name for one in custom)
        message = f"rules and goals of your own ({named}) are over units and schools, and pairing sends children of one unit to several buildings."
        raise ScenarioError(Problem(scenario.pairing.place(), message, "Leave them out, or drop pairing."))


def _cures(culprits: Culprits) -> list[str]:
    """What joins units to schools again: rules without which they are joined; today's islands, where these join them."""
    district, scenario, cures = culprits.district, culprits.scenario, [culprits.loosen(lambda *_: True)]
    if district.has_current and scenario.rules.contiguity.islands == "forbid":
        keep = scenario.rules.contiguity.model_copy(update={"islands": "keep"})
        try:
            presolved(district, scenario.model_copy(update={"rules": scenario.rules.model_copy(update={"contiguity": keep})}))
            cures.append("keep today's islands (contiguity.islands: keep)")
        except Infeasible:
            pass
    return cures


def _compile(reduced: Reduced, idom: Ints, district: District, scenario: Scenario, culprits: Culprits, own: Own) -> Formulation:
    """Pairs, rows and terms of the presolved question."""
    pairs = reduced.pairs()
    problems = Problems()
    arithmetic.hopeless(pairs, district, scenario, problems, culprits)
    problems.raise_as(Infeasible)
    rules = scenario.rules
    contiguity = reduced.contiguity(pairs, idom)
    rows = [rule(pairs, district, scenario) for rule in ROW_RULES]
    rows += [equal_schools(pairs, reduced.together), reduced.hanging_rows(pairs), site_rows(pairs, district), own.rows(pairs)]
    is_exact = contiguity.is_exact
    if rules.contiguity.method == "closer_neighbor":
        rows.append(closer_neighbor(pairs, district, detached(district, scenario)))
        is_exact = rules.contiguity.islands == "keep"  # what the rows exempt must still hang together with an anchor
    if is_exact and (district.has_optional or not rules.school_in_own_zone):
        rows.append(anchors_need_the_school(pairs, reduced.roots, contiguity.sources))
    if not is_exact:
        rows.append(need_their_unit(pairs, district))
    weights = [goal.weight for goal in scenario.goals if goal.weight is not None]
    return Formulation(
        pairs=pairs,
        rows=stacked_rows([block for block in rows if block is not None]) or _no_rows(len(pairs)),
        terms=tuple(own.terms(goal, district, pairs) if goal.is_own else compile_terms(goal, district, pairs, scenario) for goal in scenario.goals),
        contiguity=replace(contiguity, is_exact=is_exact),
        start=reduced.start(district),
        weights=tuple(weights) or None,
        held=tuple(limit for rule in LIMIT_RULES for limit in rule(pairs, district, scenario)),
        is_restricted=rules.contiguity.method == "closer_neighbor",
        either=tuple(choice for rule in CHOICE_RULES for choice in rule(pairs, district, scenario)),
        tidy=tidy_criteria(district, scenario),
        travel_unit=district.travel_unit,
        roots=roots(pairs, district),
    )


def _no_rows(num_pairs: int) -> Rows:
    from scipy.sparse import csr_array

    return Rows(csr_array((0, num_pairs)), np.zeros(0), np.zeros(0), ())
