"""The table of contents: a district whose schools may be paired -> Formulation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rezoning.district import questions
from rezoning.district.buildings import Buildings
from rezoning.district.district import District, symmetric
from rezoning.district.graded import Graded, graded
from rezoning.district.graded_rules import graded_scenario
from rezoning.district.pairing import grades_of, pairing_problems
from rezoning.district.plan import Plan
from rezoning.errors import Problems, ScenarioError
from rezoning.formulation.admissible import Restriction, admissible
from rezoning.formulation.formulation import Contiguity, Floats, Formulation, Ints, Matrix, Pairs, RowName, Rows, Terms
from rezoning.formulation.goal_checks import undefined
from rezoning.formulation.pairing.collapse import Collapse, Collapsed
from rezoning.formulation.pairing.columns import Columns, all_columns, undominated
from rezoning.formulation.pairing.limits import own_limits
from rezoning.formulation.pairing.substitute import Numbers, numbers, substituted
from rezoning.formulation.pairing.without import check_every_zone
from rezoning.formulation.sums import stacked_rows
from rezoning.formulation.tidy import tidy_criteria
from rezoning.scenario.schema import Scenario


def formulate_pairing(district: District, scenario: Scenario) -> Formulation:
    """Compile the question which schools share their zones of today, and who has which grades.

    Nodes are zones, and their "schools" are the columns: a cluster with an order of its buildings and a cut of the grades. What the zones of a
    cluster choose is tied by rows. `Formulation.decode` gives the plan with its buildings.

    Raises
    ------
    ScenarioError
        The section names what is not there, or a goal has no value.
    Infeasible
        Some zone has no cluster that all rules allow.
    """
    pairing = scenario.pairing
    assert pairing is not None
    check_question(district, scenario)
    if pairing.given:
        from rezoning.formulation.pairing.given import formulate_given

        return formulate_given(district, scenario)
    view = graded(district, grades_of(district, pairing))
    asked = graded_scenario(scenario, district, view)
    columns = all_columns(district, scenario)
    table, restrictions = zone_table(view, asked, district)
    has_way = allowed_columns(columns, table)
    kept = columns.kept(has_way)
    pairs = graded_pairs(table, kept, view)
    a = incidence(kept, pairs, len(view.grades))
    is_exempt = kept.is_alone & (pairing.alone == "exempt")
    found = numbers(pairs, view.district, asked)
    moved = tidy_criteria(view.district, asked)[0](pairs)
    found = replace(found, terms=(*found.terms, moved))  # the last is no goal: by it needless changes are taken back
    collapsed = Collapse(pairs.school, a, kept, district.num_schools, is_exempt)(found)
    broken = collapsed.broken | own_limits(pairs, a, kept, view.district, asked)
    check_every_zone(district, scenario, columns, has_way, restrictions, kept, broken)
    stays = ~np.any([np.zeros(len(kept), dtype=bool), *broken.values()], axis=0)
    if scenario.alternatives is None:  # another plan may be wanted for being another
        within = np.flatnonzero(stays)
        stays[within] = undominated(kept.kept(stays), _costs(collapsed.numbers)[:, within])
    return _compiled(district, scenario, kept.kept(stays), _picked(collapsed, stays), view)


def check_question(district: District, scenario: Scenario) -> None:
    """Everything that is wrong with the question, before it is compiled."""
    assert scenario.pairing is not None
    problems = Problems()
    problems.extend(questions.problems(district, scenario.rules, scenario.goals))
    problems.extend(pairing_problems(district, scenario.pairing))
    problems.raise_as(ScenarioError)
    undefined(scenario.goals, graded(district, grades_of(district, scenario.pairing)).district, problems, scenario)
    problems.raise_as(ScenarioError)


# -- pairs of (zone, grade) and building -----------------------------------------------------------------------------


def zone_table(view: Graded, asked: Scenario, district: District) -> tuple[NDArray[np.bool_], list[Restriction]]:
    """Schools that each (zone, grade) may have, shape (m, G + 1, m): those that all of its units may have; and the restrictions of the rules."""
    table, restrictions = admissible(view.district, asked)
    return by_zone(table, view, district), restrictions


def by_zone(table: NDArray[np.bool_], view: Graded, district: District) -> NDArray[np.bool_]:
    """A table of (unit, grade) and school as one of (zone, grade) and school: what holds of all units; (k, m) to (m, G + 1, m)."""
    m, grades = district.num_schools, len(view.grades) + 1
    zone = district.stayable[view.unit]
    inside = zone >= 0
    found = np.ones((m * grades, m), dtype=bool)
    np.logical_and.at(found, zone[inside] * grades + view.grade[inside], table[inside])
    return found.reshape(m, grades, m)


def allowed_columns(columns: Columns, table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Columns all of whose children may have the buildings that they get, shape (C,)."""
    allowed = np.ones(len(columns), dtype=bool)
    for place in range(columns.members.shape[1]):
        zone = columns.members[:, place]
        has = np.flatnonzero(zone >= 0)
        at = columns.at[has]
        allowed[has] &= table[zone[has][:, None], np.arange(at.shape[1]), at].all(axis=1) & table[zone[has], -1, zone[has]]
    return allowed


def graded_pairs(table: NDArray[np.bool_], columns: Columns, view: Graded) -> Pairs:
    """Pairs of a node (zone, grade) and the buildings that some column gives it; node z (G + 1) + g."""
    m, grades, _ = table.shape
    used = np.zeros_like(table)
    used[np.arange(m), -1, np.arange(m)] = True
    for place in range(columns.members.shape[1]):
        zone = columns.members[:, place]
        has = np.flatnonzero(zone >= 0)
        used[zone[has][:, None], np.arange(grades - 1), columns.at[has]] = True
    flat = used.reshape(m * grades, m)
    node, school = np.nonzero(flat)
    lookup = np.full(flat.shape, -1, dtype=np.int64)
    lookup[node, school] = np.arange(len(node))
    first = np.concatenate([[0], np.cumsum(flat.sum(axis=1))])
    zone = view.district.stayable
    return Pairs(node.astype(np.int64), school.astype(np.int64), first.astype(np.int64), lookup, np.maximum(zone, 0) * grades + view.grade)


def incidence(columns: Columns, pairs: Pairs, num_grades: int) -> Matrix:
    """A: which pairs of (zone, grade) and building each column has, shape (P, C)."""
    from scipy.sparse import csr_array

    rows, cols = [], []
    for place in range(columns.members.shape[1]):
        zone = columns.members[:, place]
        has = np.flatnonzero(zone >= 0)
        node = zone[has][:, None] * (num_grades + 1) + np.arange(num_grades)
        rows += [pairs.lookup[node, columns.at[has]].ravel(), pairs.lookup[zone[has] * (num_grades + 1) + num_grades, zone[has]]]
        cols += [np.repeat(has, num_grades), has]
    row, col = np.concatenate(rows), np.concatenate(cols)
    return csr_array((np.ones(len(row)), (row, col)), shape=(len(pairs), len(columns)))


# -- columns to pairs of zone and column -----------------------------------------------------------------------------


def _costs(found: Numbers) -> Floats:
    """All that columns count anywhere, of which less is never worse, shape (K, C): what may be wanted large or small stands there twice."""
    either_way: list[Matrix] = [one.block.parts for one in found.either]
    costs: list[Floats] = []
    for terms in (*found.terms, *(held.terms for held in found.held)):
        costs.append(terms.linear[None, :])
        either_way += [terms.parts, *(block.parts for block in terms.blocks)]
    if found.rows is not None:
        dense = found.rows.matrix.toarray()
        costs += [dense[np.isfinite(found.rows.upper)], -dense[np.isfinite(found.rows.lower)]]
    for matrix in either_way:
        dense = matrix.toarray()
        costs += [dense, -dense]
    return np.vstack(costs)


def _picked(collapsed: Collapsed, stays: NDArray[np.bool_]) -> Numbers:
    """The numbers of some of the columns."""
    found, which = collapsed.numbers, np.flatnonzero(stays)

    def of_terms(terms: Terms) -> Terms:
        blocks = tuple(replace(block, parts=block.parts[:, which]) for block in terms.blocks)
        return replace(terms, linear=terms.linear[which], parts=terms.parts[:, which], blocks=blocks)

    return Numbers(
        None if found.rows is None else replace(found.rows, matrix=found.rows.matrix[:, which]),
        tuple(of_terms(terms) for terms in found.terms),
        tuple(replace(held, terms=of_terms(held.terms)) for held in found.held),
        tuple(replace(one, block=replace(one.block, parts=one.block.parts[:, which])) for one in found.either),
    )


@dataclass(frozen=True, eq=False)
class Decoded:
    """From the column of each zone to the plan: zones as they are, and the buildings.

    Parameters
    ----------
    zone
        Zone of each unit, shape (n,).
    at, grades
        The school that has each grade in each column, shape (C, G).
    """

    zone: Ints
    at: Ints
    grades: tuple[str, ...]

    def __call__(self, column_of_zone: Ints) -> Plan:
        """The plan of a column for each zone, shape (m,)."""
        return Plan(self.zone, Buildings(self.at[column_of_zone], self.grades))


def _compiled(district: District, scenario: Scenario, columns: Columns, found: Numbers, view: Graded) -> Formulation:
    """The formulation over pairs of a zone and a column it is in; a column counts at its first zone, and its other zones choose it too."""
    pairs = _zone_pairs(columns, district)
    lift = _lifted(columns, pairs)
    lifted = substituted(found, lift)
    *goals, moved = lifted.terms
    rows = [one for one in (lifted.rows, _tied(columns, pairs, district)) if one is not None]
    weights = [goal.weight for goal in scenario.goals if goal.weight is not None]
    alone = np.full(district.num_schools, -1, dtype=np.int64)
    alone[columns.members[columns.is_alone, 0]] = np.flatnonzero(columns.is_alone)
    return Formulation(
        pairs=pairs, rows=stacked_rows(rows) or _no_rows(len(pairs)), terms=tuple(goals), contiguity=_none(pairs), start=alone,
        weights=tuple(weights) or None, held=lifted.held, either=lifted.either, travel_unit=district.travel_unit,
        tidy=(partial(_same, moved),),
        decode=Decoded(np.maximum(district.stayable, 0), columns.at, view.grades), is_partition=True,
    )  # fmt: skip


def _same(terms: Terms, pairs: Pairs) -> Terms:
    """A criterion that is made already, for the only pairs that it is asked about."""
    assert len(terms.linear) == len(pairs)
    return terms


def _zone_pairs(columns: Columns, district: District) -> Pairs:
    m, num = district.num_schools, len(columns)
    lookup = np.full((m, num), -1, dtype=np.int64)
    column, place = np.nonzero(columns.members >= 0)
    lookup[columns.members[column, place], column] = 0
    node, chosen = np.nonzero(lookup == 0)
    lookup[node, chosen] = np.arange(len(node))
    first = np.searchsorted(node, np.arange(m + 1))
    return Pairs(node.astype(np.int64), chosen.astype(np.int64), first.astype(np.int64), lookup, np.maximum(district.stayable, 0))


def _lifted(columns: Columns, pairs: Pairs) -> Matrix:
    """From pairs of zone and column to columns, shape (C, Q)."""
    from scipy.sparse import csr_array

    every = np.arange(len(columns))
    return csr_array((np.ones(len(columns)), (every, pairs.lookup[columns.members[:, 0], every])), shape=(len(columns), len(pairs)))


def _tied(columns: Columns, pairs: Pairs, district: District) -> Rows | None:
    """All zones of a cluster choose it, or none."""
    from scipy.sparse import csr_array

    column, place = np.nonzero(columns.members[:, 1:] >= 0)
    if not len(column):
        return None
    one, other = pairs.lookup[columns.members[column, 0], column], pairs.lookup[columns.members[column, place + 1], column]
    row = np.arange(len(column))
    value = np.concatenate([np.ones(len(row)), -np.ones(len(row))])
    matrix = csr_array((value, (np.concatenate([row, row]), np.concatenate([one, other]))), shape=(len(row), len(pairs)))
    ids = district.school_ids
    names = tuple(RowName("pairing", ", ".join(ids[s] for s in columns.members[c] if s >= 0)) for c in column.tolist())
    none = np.zeros(len(row))
    return Rows(matrix, none, none, names)


def _none(pairs: Pairs) -> Contiguity:
    """Nothing about land."""
    empty = np.zeros(0, dtype=np.int64)
    graph = symmetric(np.zeros((0, 2), dtype=np.int64), pairs.num_nodes)
    return Contiguity(False, graph, (empty,) * pairs.num_schools, np.full(len(pairs), -1, dtype=np.int64))


def _no_rows(num_pairs: int) -> Rows:
    from scipy.sparse import csr_array

    return Rows(csr_array((0, num_pairs)), np.zeros(0), np.zeros(0), ())
