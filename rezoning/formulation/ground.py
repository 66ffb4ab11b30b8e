"""What contiguity is about: pieces of ground, and which of them have one school.

A unit that is drawn in several places is a piece in each, and all of them have one school, as have units that must go together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rezoning.district.column_values import texts
from rezoning.district.district import District, same_school_components
from rezoning.errors import Problems, shown
from rezoning.formulation.formulation import Ints, Matrix
from rezoning.formulation.graphs import anchors
from rezoning.formulation.sites import homes
from rezoning.scenario.schema import Scenario

FEW = 5  # pieces of ground without a school that are told one by one
PARTS_CURE = "draw the parts of '{0}' as units of their own, count them as one piece with data.adjacency.links: [['{0}', '{0}']]"


def anchors_of(district: District) -> list[Ints]:
    """One piece of ground per detached piece of each school's zone of today, as `anchors` says; the unit's main piece before its others."""
    unit = district.land.unit
    ids = [district.unit_ids[u] for u in unit]
    graph = district.land.graph
    return anchors(graph, district.stayable[unit], homes(district, graph), district.students[unit], ids)


def of_pieces(district: District, groups: list[Ints]) -> list[Ints]:
    """Groups of units, and each further unit that has several pieces of ground, as groups of pieces."""
    unit = district.land.unit
    grouped = {u for units in groups for u in units.tolist()}
    alone = [pieces for pieces in district.land.groups if int(unit[pieces[0]]) not in grouped]
    return [np.flatnonzero(np.isin(unit, units)) for units in groups] + alone


def together(district: District, scenario: Scenario, tied: Sequence[Ints] = ()) -> list[Ints]:
    """Units that `keep_together`, or what else ties them, gives one school, two at least; groups that share a unit are one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rule, n = scenario.rules.keep_together, district.num_units
    lists: list[list[int]] = [units.tolist() for units in tied]
    if rule is not None:
        lists += [[district.unit_index[text] for text in group] for group in rule.groups]
    if not lists and (rule is None or rule.column is None):
        return []
    if rule is not None and rule.column is not None:
        alike: dict[str, list[int]] = {}
        for u, text in enumerate(texts(district, rule.column)):
            alike.setdefault(text, []).append(u)
        lists += [units for text, units in alike.items() if text]
    ties = np.array([(units[0], u) for units in lists for u in units], dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ties)), (ties[:, 0], ties[:, 1])), shape=(n, n))
    labels = connected_components(graph, directed=False)[1].astype(np.int64)
    return [units for units in members(labels) if len(units) > 1]


def members(labels: Ints) -> list[Ints]:
    """The places of each label, labels in order, places sorted."""
    order = np.argsort(labels, kind="stable")
    return [np.asarray(part) for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(part)]


def heads_of(graph: Matrix, groups: list[Ints], is_exact: bool) -> Ints:
    """The node that each node of a group may be merged into, itself outside the groups; shape (N,).

    Where zones must hang together that is the first member that it hangs together with inside the group, else the group's first.
    """
    n = graph.shape[0]
    group = np.arange(n) + len(groups)
    for i, nodes in enumerate(groups):
        group[nodes] = i
    labels = same_school_components(graph, group) if is_exact else group
    first = np.full(int(labels.max(initial=0)) + 1, n)
    np.minimum.at(first, labels, np.arange(n))
    return np.asarray(first[labels])


def parts_without_school(district: District, scenario: Scenario, sources: np.ndarray, problems: Problems) -> np.ndarray:
    """Collect components of the land that hold no source, itself a piece of it; the units with ground in them, shape (n,) bool."""
    found, land = np.zeros(district.num_units, dtype=bool), district.land
    if scenario.rules.contiguity.method == "none":
        return found
    labels = same_school_components(land.graph, np.zeros(len(land.unit), dtype=np.int64))
    lost = ~np.isin(labels, labels[sources])
    found[land.unit[lost]] = True
    main, is_main_lost = labels[: district.num_units], lost[: district.num_units]
    pieces = [np.flatnonzero(main == label) for label in np.unique(main[is_main_lost])]
    parts = [np.unique(land.unit[labels == label]) for label in np.unique(labels[lost & ~np.isin(labels, main)])]  # mainly elsewhere
    for units in pieces if len(pieces) <= FEW else [np.sort(np.concatenate(pieces))]:
        hang = "hang together with no school" if len(pieces) <= FEW else f"lie in {len(pieces)} pieces of ground that hang together with no school"
        problems.add(
            scenario.rules.place("contiguity"),
            f"{len(units)} {'unit' if len(units) == 1 else 'units'} with {district.students[units].sum():g} students {hang}: "
            f"{shown(district.unit_ids[u] for u in units)}.",
            "Join them with data.adjacency.links (a bridge or ferry), widen data.adjacency.snap_m, or drop them from the units.",
        )
    for units in parts:
        one = len(units) == 1
        problems.add(
            scenario.rules.place("contiguity"),
            f"{'a part of a unit' if one else f'parts of {len(units)} units'} drawn in several places can be joined to no school over land: "
            f"{shown(district.unit_ids[u] for u in units)}.",
            f"D{PARTS_CURE.format(district.unit_ids[units[0]])[1:]}, or keep today's islands (contiguity.islands: keep).",
        )
    return found
