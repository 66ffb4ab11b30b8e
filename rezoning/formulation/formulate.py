"""The table of contents: district + scenario -> Formulation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.district.rule_names import unknown_names
from rezoning.errors import Infeasible, Problems, ScenarioError
from rezoning.formulation import arithmetic, feasibility
from rezoning.formulation.admissible import admissible, blame
from rezoning.formulation.bands import band_choices, bands, isolation
from rezoning.formulation.burden import burden, burden_choices, flow_balance
from rezoning.formulation.culprits import Culprits
from rezoning.formulation.formulation import Contiguity, Either, Formulation, Ints, Pairs, Rows
from rezoning.formulation.goals import COUNT_LAND, compile_terms, undefined
from rezoning.formulation.graphs import cut_off_heads, fold_idle
from rezoning.formulation.ground import drafted
from rezoning.formulation.growth import growth
from rezoning.formulation.presolve import Draft, reach
from rezoning.formulation.rules import anchors_need_the_school, capacity, closer_neighbor, detached
from rezoning.formulation.stability import equal_schools, heads_of, reassigned, together, unity
from rezoning.formulation.sums import stacked_rows
from rezoning.scenario.schema import Scenario

ROW_RULES: tuple[Callable[[Pairs, District, Scenario], Rows | None], ...] = (
    capacity, growth, reassigned, bands, isolation, burden, flow_balance, unity,
)  # fmt: skip
CHOICE_RULES: tuple[Callable[[Pairs, District, Scenario], list[Either]], ...] = (band_choices, burden_choices)


def formulate(district: District, scenario: Scenario) -> Formulation:
    """Compile the question that a scenario asks about a district.

    Parameters
    ----------
    district, scenario
        The place and the question; `scenario.data` is not read again.

    Raises
    ------
    ScenarioError
        A rule names a unit, school, group, grade, column or area that is not there, or a goal has no value in this district.
    Infeasible
        Arithmetic shows that the rules leave no plan; every reason found is named.
    """
    problems = Problems()
    problems.extend(unknown_names(district, scenario.rules))
    undefined(scenario.goals, district, problems, scenario)
    problems.raise_as(ScenarioError)
    culprits = Culprits(scenario, lambda other: _shrunken(district, other)[0].pairs())
    try:
        draft, idom = _shrunken(district, scenario)
    except feasibility.Stranded as found:
        raise feasibility.Stranded(district, scenario, found.units, _cures(culprits, district)) from None
    return _compile(draft, idom, district, scenario, culprits)


def _shrunken(district: District, scenario: Scenario) -> tuple[Draft, Ints]:
    draft = _draft(district, scenario)
    return draft, _shrink(draft, district, scenario)


def _cures(culprits: Culprits, district: District) -> list[str]:
    """What joins units to schools again: rules without which they are joined; today's islands, where these join them."""
    scenario, cures = culprits.scenario, [culprits.loosen(lambda *_: True)]
    if district.has_current and scenario.rules.contiguity.islands == "forbid":
        keep = scenario.rules.contiguity.model_copy(update={"islands": "keep"})
        try:
            _shrunken(district, scenario.model_copy(update={"rules": scenario.rules.model_copy(update={"contiguity": keep})}))
            cures.append("keep today's islands (contiguity.islands: keep)")
        except Infeasible:
            pass
    return cures


def _draft(district: District, scenario: Scenario) -> Draft:
    """Every piece of ground a node of its own, but for those that must go together; raises Infeasible where one has no school or no way to any.

    What must go together and hangs together is one node: it is in the same zone, so whatever one piece of it is joined to, all are.
    """
    rule, problems = scenario.rules.contiguity, Problems()
    table, restrictions = admissible(district, scenario)
    groups = together(district, scenario)
    draft, lost = drafted(district, scenario, table, groups, problems)
    blame(district, scenario, np.flatnonzero(~table.any(axis=1) & ~lost), restrictions, problems)
    problems.raise_as(Infeasible)
    arithmetic.torn_apart(district, scenario, groups, table, problems)
    problems.raise_as(Infeasible)
    draft.agree()
    if rule.method != "closer_neighbor":  # its rows are about units
        draft.merge(heads_of(draft.graph, draft.together, draft.is_exact), draft.allowed)
    return draft


def _shrink(draft: Draft, district: District, scenario: Scenario) -> Ints:
    """Exact preprocessing; returns the immediate dominator of each (node, school), -1 for none, shape (N, m).

    1. Units that one other unit cuts off from every source take that unit's school: merged.
    2. Pairs that no admissible way joins to a source go; a node with one school left fixes its dominators; until nothing changes.
    3. Idle units (no students, no costs) go with a neighbor where `fold_idle` shows that to be exact; then step 2 again.
    """
    none = np.full(draft.allowed.shape, -1, dtype=np.int64)
    if not draft.is_exact:
        return none
    everyone = np.concatenate([draft.roots, *draft.anchors])
    head = cut_off_heads(draft.graph, everyone)
    common = draft.allowed.copy()
    np.logical_and.at(common, head, draft.allowed)
    draft.merge(head, common)
    idom = reach(draft, district, scenario)
    idle = np.bincount(draft.node_of_unit, weights=_matters(district, scenario), minlength=draft.graph.shape[0]) == 0
    idle[np.concatenate([draft.roots, *draft.anchors, *draft.together])] = False
    before = len(idle)
    draft.merge(fold_idle(draft.graph, draft.allowed, idle), draft.allowed)
    return idom if draft.graph.shape[0] == before else reach(draft, district, scenario)


def _matters(district: District, scenario: Scenario) -> NDArray[np.float64]:
    """Zero for a unit that no row and no goal counts, else positive; shape (n,).

    All rows and goals weigh units by their students of some kind, but for those that count neighbors, units or borders.
    """
    if scenario.rules.unity is not None or any(goal.minimize in COUNT_LAND for goal in scenario.goals):
        return np.ones(district.num_units)
    counts = [district.students]
    for kind in (district.groups, district.years, district.growth, district.grades):
        counts += kind.values()
    return np.asarray(np.abs(counts).sum(axis=0))


def _compile(draft: Draft, idom: Ints, district: District, scenario: Scenario, culprits: Culprits) -> Formulation:
    """Pairs, rows and terms of the shrunken question."""
    pairs = draft.pairs()
    problems = Problems()
    feasibility.seats(pairs, district, scenario, problems, culprits)
    arithmetic.hopeless(pairs, district, scenario, problems, culprits)
    problems.raise_as(Infeasible)
    rules = scenario.rules
    sources = tuple(draft.sources(s) for s in range(district.num_schools))
    rows = [rule(pairs, district, scenario) for rule in ROW_RULES] + [equal_schools(pairs, draft.together)]
    is_exact = draft.is_exact
    if rules.contiguity.method == "closer_neighbor":
        rows.append(closer_neighbor(pairs, district, detached(district, scenario)))
        is_exact = rules.contiguity.islands == "keep"  # what the rows exempt must still hang together with an anchor
    if is_exact and not rules.school_in_own_zone:
        rows.append(anchors_need_the_school(pairs, draft.roots, sources))
    cut_by = idom[pairs.node, pairs.school]
    dominator = np.where(cut_by >= 0, pairs.lookup[np.maximum(cut_by, 0), pairs.school], -1)
    weights = [goal.weight for goal in scenario.goals if goal.weight is not None]
    return Formulation(
        pairs=pairs,
        rows=stacked_rows([block for block in rows if block is not None]) or _no_rows(len(pairs)),
        terms=tuple(compile_terms(goal, district, pairs, scenario) for goal in scenario.goals),
        contiguity=Contiguity(is_exact, draft.graph, sources, dominator),
        start=draft.start(district),
        weights=tuple(weights) or None,
        is_restricted=rules.contiguity.method == "closer_neighbor",
        either=tuple(choice for rule in CHOICE_RULES for choice in rule(pairs, district, scenario)),
    )


def _no_rows(num_pairs: int) -> Rows:
    from scipy.sparse import csr_array

    return Rows(csr_array((0, num_pairs)), np.zeros(0), np.zeros(0), ())
