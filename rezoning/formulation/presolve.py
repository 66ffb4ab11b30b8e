"""Presolve, exact: from all admissible pairs to the nodes and pairs that some contiguous plan may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.errors import Infeasible, Problem, Problems, shown
from rezoning.formulation.admissible import Restriction, admissible, blame
from rezoning.formulation.formulation import Ints
from rezoning.formulation.graphs import UNREACHED, cut_off_heads, dominators, fold_idle
from rezoning.formulation.ground import PARTS_CURE, heads_of, together
from rezoning.formulation.reduced import Reduced, unreduced
from rezoning.formulation.tables import Table
from rezoning.scenario.schema import Scenario

COUNT_LAND = frozenset({"schools_changed", "boundary_length", "cut_edges", "polsby_popper"})
"""Goals to which a unit without students matters like any other."""


def _parted(district: District, units: np.ndarray) -> np.ndarray:
    """Those of the units that are drawn in several places."""
    return np.asarray(units[np.bincount(district.land.unit)[units] > 1])


class Stranded(Infeasible):
    """Units whose admissible schools are all cut off from them by units that may not have those schools."""

    def __init__(self, district: District, scenario: Scenario, units: np.ndarray, cures: Sequence[str] = ()) -> None:
        self.units = units
        several = _parted(district, units)
        where = f" ({shown(district.unit_ids[u] for u in several)}: drawn in several places, which must all hang together with the school)"
        message = (
            f"{len(units)} {'unit cannot' if len(units) == 1 else 'units cannot'} be joined to any school they may have: "
            f"{shown(district.unit_ids[u] for u in units)}{where if len(several) else ''}; "
            "the units between them and the school may not have that school."
        )
        if len(several):
            cures = (*cures, PARTS_CURE.format(district.unit_ids[several[0]]))
        cured = [one for one in (*cures, "add data.adjacency.links") if one]
        said = f"{', '.join(cured[:-1])}, or {cured[-1]}" if len(cured) > 1 else cured[0]
        super().__init__(Problem(scenario.rules.place("contiguity"), message, f"{said[:1].upper()}{said[1:]}."))


def presolved(
    district: District,
    scenario: Scenario,
    counted: NDArray[Any] | None = None,
    tied: Sequence[Ints] = (),
    table: tuple[Table, list[Restriction]] | None = None,
) -> tuple[Reduced, Ints]:
    """The question made as small as it can be, and the immediate dominator of each (node, school), -1 for none, shape (N, m).

    `counted` are units that matter besides, shape (n,): those that rules and goals of a program's own, or of other levels, count. `tied` are units
    that have one school beside those of `keep_together`. `table` is who may have which school, with what each rule allows, where the rules alone do
    not say it.

    Raises
    ------
    Infeasible
        A unit has no admissible school, or no way to any.
    """
    reduced = _unreduced(district, scenario, tied, table)
    matters = _matters(district, scenario)
    return reduced, _reduce(reduced, district, scenario, matters if counted is None else matters + counted)


def _unreduced(district: District, scenario: Scenario, tied: Sequence[Ints], known: tuple[Table, list[Restriction]] | None) -> Reduced:
    """Every piece of ground a node of its own, but for those that must go together; raises Infeasible where one has no school or no way to any.

    What must go together and hangs together is one node: it is in the same zone, so whatever one piece of it is joined to, all are.
    """
    rule, problems = scenario.rules.contiguity, Problems()
    table, restrictions = admissible(district, scenario) if known is None else known
    groups = together(district, scenario, tied)
    reduced, lost = unreduced(district, scenario, table, groups, problems)
    blame(district, scenario, np.flatnonzero(~table.any(axis=1) & ~lost), restrictions, problems)
    problems.raise_as(Infeasible)
    _torn_apart(district, scenario, groups, table, problems, is_tied=len(tied) > 0)
    problems.raise_as(Infeasible)
    reduced.agree()
    if rule.method != "closer_neighbor":  # its rows are about units
        reduced.merge(heads_of(reduced.graph, reduced.together, reduced.is_exact), reduced.allowed)
    return reduced


def _reduce(reduced: Reduced, district: District, scenario: Scenario, matters: NDArray[np.float64]) -> Ints:
    """Exact preprocessing; returns the immediate dominator of each (node, school), -1 for none, shape (N, m).

    1. Units that one other unit cuts off from every source take that unit's school: merged.
    2. Pairs that no admissible way joins to a source go; a node with one school left fixes its dominators; until nothing changes.
    3. Idle units (no students, no costs) go with a neighbor where `fold_idle` shows that to be exact; then step 2 again.
    """
    none = np.full(reduced.allowed.shape, -1, dtype=np.int64)
    if not reduced.is_exact:
        return none
    everyone = np.concatenate([reduced.roots, *reduced.anchors])
    head = cut_off_heads(reduced.graph, everyone)
    common = reduced.allowed.copy()
    np.logical_and.at(common, head, reduced.allowed)
    reduced.merge(head, common)
    idom = reach(reduced, district, scenario)
    idle = np.bincount(reduced.node_of_unit, weights=matters, minlength=reduced.graph.shape[0]) == 0
    idle[np.concatenate([reduced.roots, *reduced.anchors, *reduced.together])] = False
    for _, _, node in reduced.sites or ():  # a school is open where its zone has a unit, with or without students
        idle[reduced.graph.indices[reduced.graph.indptr[node] : reduced.graph.indptr[node + 1]]] = False
    if reduced.narrow is not None:
        idle[reduced.node_of_piece[reduced.narrow.differs]] = False
    before = len(idle)
    reduced.merge(fold_idle(reduced.graph, reduced.allowed, idle), reduced.allowed)
    return idom if reduced.graph.shape[0] == before else reach(reduced, district, scenario)


def _matters(district: District, scenario: Scenario) -> NDArray[np.float64]:
    """Zero for a unit that no row and no goal counts, else positive; shape (n,).

    All rows and goals weigh units by their students of some kind, but for those that count neighbors, units or borders.
    """
    rules = scenario.rules
    limits_borders = rules.shape is not None and rules.shape.limits_borders
    if rules.unity is not None or limits_borders or any(goal.minimize in COUNT_LAND for goal in scenario.goals):
        return np.ones(district.num_units)
    counts = [district.students]
    for kind in (district.groups, district.years, district.growth, district.grades):
        counts += kind.values()
    return np.asarray(np.abs(counts).sum(axis=0))


def _torn_apart(district: District, scenario: Scenario, groups: list[Ints], table: Table, problems: Problems, *, is_tied: bool) -> None:
    """Collect groups of units that must go together and have no school in common."""
    for units in groups:
        if not table[units].all(axis=0).any():
            few = dict.fromkeys(table[u].tobytes() for u in units)  # units that may have the same schools are said once
            chosen = [next(u for u in units if table[u].tobytes() == row) for row in few]
            said = shown((f"'{district.unit_ids[u]}' only {shown(district.school_names[s] for s in np.flatnonzero(table[u]))}" for u in chosen), 3)
            problems.add(
                scenario.rules.place("feeders" if is_tied else "keep_together"),
                f"units {shown(district.unit_ids[u] for u in units)} must go to one school, and none is allowed to all of them ({said}).",
                "Take a unit out of the group, or the rule that binds it.",
            )


def reach(reduced: Reduced, district: District, scenario: Scenario) -> Ints:
    """Prune pairs to those with a way to a source and fix what forced nodes force, to a fixpoint.

    Returns
    -------
    The immediate dominator of each (node, school), -1 for none, shape (N, m).

    Raises
    ------
    Stranded
        A unit has no way left to any school.
    """
    allowed = reduced.allowed
    idom = np.full(allowed.shape, -1, dtype=np.int64)
    stale = set(range(allowed.shape[1]))
    while stale:
        before = allowed.copy()
        for s in sorted(stale):
            idom[:, s] = dominators(reduced.graph, allowed[:, s], reduced.sources(s))
            allowed[:, s] &= idom[:, s] != UNREACHED
        _fix_forced(allowed, idom)
        reduced.hang()
        reduced.agree()
        if not allowed.any(axis=1).all():
            break  # told by what is at fault, not by what follows from it
        stale = set(np.flatnonzero((allowed != before).any(axis=0)).tolist())
    empty = np.flatnonzero(~allowed.any(axis=1))
    if len(empty):
        raise Stranded(district, scenario, np.unique(reduced.land.unit[np.isin(reduced.node_of_piece, empty)]))
    return np.where(allowed, idom, -1)


def _fix_forced(allowed: NDArray[np.bool_], idom: Ints) -> None:
    """A node with one school left gives that school to every node that cuts it off from the school's sources."""
    for v in np.flatnonzero(allowed.sum(axis=1) == 1):
        s = int(np.argmax(allowed[v]))
        w = int(idom[v, s])
        while w >= 0:
            keep = allowed[w, s]
            allowed[w] = False
            allowed[w, s] = keep
            w = int(idom[w, s])
