"""Zones redrawn around clusters that are given: the question about zones with one of them for each cluster, its numbers those of the buildings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.district.graded import Graded, graded
from rezoning.district.graded_rules import graded_scenario
from rezoning.district.merged import Merged, merged, merged_rules
from rezoning.district.pairing import given_buildings
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible, Problems
from rezoning.formulation.admissible import Restriction, admissible
from rezoning.formulation.formulation import Criterion, Formulation, Ints, Matrix, Pairs, RowName, Rows, Terms
from rezoning.formulation.pairing.limits import FEEDER, FLOOR
from rezoning.formulation.pairing.substitute import numbers, substituted, terms_times, times
from rezoning.formulation.presolve import presolved
from rezoning.formulation.rules import anchors_need_the_school, capacity_limits, equal_schools
from rezoning.formulation.sums import gathered_by_school, stacked_rows
from rezoning.formulation.tables import Table, everything
from rezoning.formulation.tidy import tidy_criteria
from rezoning.scenario.schema import Scenario


def formulate_given(district: District, scenario: Scenario) -> Formulation:
    """Compile the question where zones run when clusters share them; "schools" of its pairs are clusters.

    Raises
    ------
    Infeasible
        Units have no cluster that all rules allow.
    """
    assert scenario.pairing is not None
    buildings = given_buildings(district, scenario.pairing)
    place, view = merged(district, buildings), graded(district, buildings.grades)
    asked = graded_scenario(scenario, district, view)
    of_zones = scenario.model_copy(update={"rules": merged_rules(scenario.rules, district, place)})
    table, restrictions = cluster_table(district, place, view, buildings, asked, of_zones)
    problems = Problems()
    _blame(district, scenario, table, restrictions, problems)
    problems.raise_as(Infeasible)
    reduced, idom = presolved(place.district, of_zones, _counted(district), table=(table, restrictions))
    pairs = reduced.pairs()
    ground = Ground(place, view, buildings, district)
    inner, a = ground.split(pairs)
    found = substituted(numbers(inner, view.district, asked), a)
    rows = [found.rows, equal_schools(pairs, reduced.together), *own_rows(inner, a, view.district, asked, buildings)]
    contiguity = reduced.contiguity(pairs, idom)
    if contiguity.is_exact and not scenario.rules.school_in_own_zone:
        rows.append(anchors_need_the_school(pairs, reduced.roots, contiguity.sources))
    weights = [goal.weight for goal in scenario.goals if goal.weight is not None]
    moved = tidy_criteria(view.district, asked)[0]
    *_, borders = tidy_criteria(place.district, of_zones)
    tidy: tuple[Criterion, ...] = (partial(_of_buildings, moved, ground), borders)
    return Formulation(
        pairs=pairs, rows=stacked_rows([one for one in rows if one is not None]) or _no_rows(len(pairs)), terms=found.terms,
        contiguity=contiguity, start=reduced.start(place.district), weights=tuple(weights) or None, held=found.held, either=found.either,
        tidy=tidy, travel_unit=district.travel_unit, decode=Redrawn(place, buildings, pairs.node_of_unit, district.stayable),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Redrawn:
    """From the cluster of each node to the plan: a unit's zone keeps the name of its school of today where that is one of the cluster."""

    place: Merged
    buildings: Buildings
    node_of_unit: Ints
    today: Ints

    def __call__(self, cluster_of_node: Ints) -> Plan:
        """The plan of a cluster for each node, shape (N,)."""
        return Plan(self.place.schools(cluster_of_node[self.node_of_unit], self.today), self.buildings)


@dataclass(frozen=True, eq=False)
class Ground:
    """How pairs of a node and a cluster are pairs of a graded district."""

    place: Merged
    view: Graded
    buildings: Buildings
    district: District

    def split(self, pairs: Pairs) -> tuple[Pairs, Matrix]:
        """Pairs of (node, grade) and building, shape (P,), and which of them each pair of a node and a cluster has, shape (P, Q).

        Students of no grade that is split stay at today's school in its cluster, so that a node is parted by it.
        """
        from scipy.sparse import csr_array

        view, place, num = self.view, self.place, len(self.view.grades)
        today = np.maximum(view.district.stayable, -1)
        slot = np.where(view.grade < num, view.grade, num + 1 + today)
        slots = num + 1 + self.district.num_schools
        keys, node_of_unit = np.unique(pairs.node_of_unit[view.unit] * slots + slot, return_inverse=True)
        outer, slot = keys // slots, keys % slots
        node = np.repeat(np.arange(len(keys)), pairs.choices[outer])
        pair = np.concatenate([np.arange(pairs.first[v], pairs.first[v + 1]) for v in outer]) if len(outer) else np.zeros(0, dtype=np.int64)
        cluster, its = pairs.school[pair], slot[node]
        rest = place.schools(cluster, np.maximum(its - num - 1, -1))
        school = np.where(its < num, self.buildings.at[place.lead[cluster], np.minimum(its, num - 1)], rest)
        order = np.lexsort((school, node))
        node, school, pair = node[order], school[order], pair[order]
        lookup = np.full((len(keys), self.district.num_schools), -1, dtype=np.int64)
        lookup[node, school] = np.arange(len(node))
        first = np.searchsorted(node, np.arange(len(keys) + 1))
        inner = Pairs(node.astype(np.int64), school.astype(np.int64), first.astype(np.int64), lookup, node_of_unit.ravel().astype(np.int64))
        a: Matrix = csr_array((np.ones(len(node)), (np.arange(len(node)), pair)), shape=(len(node), len(pairs)))
        return inner, a


def _of_buildings(criterion: Criterion, ground: Ground, pairs: Pairs) -> Terms:
    """A criterion of the graded district over pairs of nodes and clusters."""
    inner, a = ground.split(pairs)
    return terms_times(criterion(inner), a)


def cluster_table(
    district: District, place: Merged, view: Graded, buildings: Buildings, asked: Scenario, of_zones: Scenario
) -> tuple[Table, list[Restriction]]:
    """Clusters that each unit may have, shape (n, k), and what each rule allows: of trips for every grade's building, of zones as it says."""
    graded_table, by_trips = admissible(view.district, asked)
    found, by_zones = admissible(place.district, of_zones)
    num, k = len(view.grades), len(place.lead)
    restrictions = list(by_zones)

    def of_clusters(table: Table) -> Table:
        allowed = everything(place.district)
        for c in range(k):
            cluster = np.full(len(view.unit), c)
            rest = place.schools(cluster, view.district.stayable)
            at = np.where(view.grade < num, buildings.at[place.lead[c], np.minimum(view.grade, num - 1)], rest)
            np.logical_and.at(allowed[:, c], view.unit, table[np.arange(len(at)), at])
        return allowed

    restrictions += [Restriction(one.rule, of_clusters(one.allowed)) for one in by_trips]
    own = everything(place.district)
    own[district.school_unit] = False
    own[district.school_unit, place.cluster] = True
    restrictions.append(Restriction("pairing", own))
    return found & of_clusters(graded_table) & own, restrictions


def _blame(district: District, scenario: Scenario, table: Table, restrictions: list[Restriction], problems: Problems) -> None:
    """Say which rules leave units no cluster."""
    assert scenario.pairing is not None
    for u in np.flatnonzero(~table.any(axis=1))[:5].tolist():
        said = [one.rule for one in restrictions if not one.allowed[u].all()]
        message = f"unit '{district.unit_ids[u]}' has no cluster that all rules allow ({', '.join(dict.fromkeys(said))})."
        problems.add(scenario.pairing.place("given"), message, "Take one of these rules back for this unit.")


def _counted(district: District) -> np.ndarray:
    """What a unit counts for besides its students and groups."""
    return np.zeros(district.num_units)


def own_rows(inner: Pairs, a: Matrix, district: District, asked: Scenario, buildings: Buildings) -> list[Rows | None]:
    """The floor on a building's own students of today, and the published rows, of buildings of clusters."""
    pairing = asked.pairing
    assert pairing is not None
    clusters = [sorted(one, key=lambda s: int(np.argmax(buildings.at[one[0]] == s))) for one in buildings.clusters() if len(one) > 1]
    schools = np.array([s for one in clusters for s in one], dtype=np.int64)
    students = times(gathered_by_school(inner, district.students, np.arange(district.num_schools)), a)
    floor = pairing.min_of_own * district.enrollment(district.stayable)
    infinite = np.full(len(schools), np.inf)
    names = tuple(RowName(FLOOR, district.school_ids[s]) for s in schools)
    rows: list[Rows | None] = [Rows(students[schools], floor[schools], infinite, names)] if pairing.min_of_own > 0 and len(schools) else []
    if not pairing.feeder_rows:
        return rows
    rule = asked.rules.capacity
    least, most = (np.zeros(len(floor)), np.full(len(floor), np.inf)) if rule is None else capacity_limits(district, asked)
    steps = [(low, high) for one in clusters for k, low in enumerate(one) for high in one[k + 1 :]]
    lows, highs = (np.array(one, dtype=np.int64) for one in zip(*steps, strict=True))
    feeder = tuple(RowName(FEEDER, district.school_ids[s]) for s in highs)
    return [*rows, Rows(students[lows], np.maximum(least, floor)[highs], most[highs], feeder)]


def _no_rows(num_pairs: int) -> Rows:
    from scipy.sparse import csr_array

    return Rows(csr_array((0, num_pairs)), np.zeros(0), np.zeros(0), ())
