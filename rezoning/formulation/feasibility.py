"""Arithmetic that shows, before any solver, that the rules leave no plan; all findings at once, each with its cure."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District, same_school_components
from rezoning.errors import Problems, shown
from rezoning.formulation.formulation import Pairs
from rezoning.formulation.rules import capacity_base
from rezoning.scenario.schema import Scenario

SLACK = 1e-6  # students: the contract's tolerance


def unknown_ids(district: District, scenario: Scenario, problems: Problems) -> None:
    """Collect units and schools that the rules name and the district does not have."""
    rules = scenario.rules
    named: list[tuple[str, str | None, str | None]] = [(rules.place("assign", unit), unit, school) for unit, school in rules.assign.items()]
    named += [(rules.place("forbid", i), unit, school) for i, (unit, school) in enumerate(rules.forbid)]
    if rules.locked is not None:
        named += [(rules.locked.place("units", i), unit, None) for i, unit in enumerate(rules.locked.units)]
        named += [(rules.locked.place("schools", i), None, school) for i, school in enumerate(rules.locked.schools)]
    for place, unit, school in named:
        if unit is not None and unit not in district.unit_index:
            problems.add(place, f"there is no unit '{unit}' in the district.", "Write its id as in the units file.")
        if school is not None and school not in district.school_index:
            closed = school in district.closed_ids
            problems.add(
                place,
                f"the school '{school}' is closed in this scenario." if closed else f"there is no school '{school}' in the district.",
                f"The schools are {shown(district.school_ids, 10)}.",
            )


def parts_without_school(district: District, scenario: Scenario, sources: np.ndarray, problems: Problems) -> np.ndarray:
    """Collect components of the graph that hold no source; the units in them, shape (n,) bool."""
    if scenario.rules.contiguity.method == "none":
        return np.zeros(district.num_units, dtype=bool)
    labels = same_school_components(district.graph, np.zeros(district.num_units, dtype=np.int64))
    lost = ~np.isin(labels, labels[sources])
    for label in np.unique(labels[lost]):
        units = np.flatnonzero(labels == label)
        problems.add(
            scenario.rules.place("contiguity"),
            f"{len(units)} {'unit' if len(units) == 1 else 'units'} with {district.students[units].sum():g} students hang together with no school: "
            f"{shown(district.unit_ids[u] for u in units)}.",
            "Join them with data.adjacency.links (a bridge or ferry), widen data.adjacency.snap_m, or drop them from the units.",
        )
    return lost


def unreachable(district: District, scenario: Scenario, units: np.ndarray, problems: Problems) -> None:
    """Collect units whose admissible schools are all cut off from them by units that may not have those schools."""
    if len(units):
        problems.add(
            scenario.rules.place("contiguity"),
            f"{len(units)} {'unit cannot' if len(units) == 1 else 'units cannot'} be joined to any school they may have: "
            f"{shown(district.unit_ids[u] for u in units)}; the units between them and the school may not have that school.",
            "Loosen rules.travel for the units in between, keep today's islands (contiguity.islands: keep), or add data.adjacency.links.",
        )


def seats(pairs: Pairs, district: District, scenario: Scenario, problems: Problems) -> None:
    """Collect schools that cannot be filled to their least or must exceed their most, and a district with too few seats."""
    rule = scenario.rules.capacity
    if rule is None:
        return
    base, place = capacity_base(district, rule), scenario.rules.place("capacity")
    least = rule.min * base
    most = np.full(len(base), np.inf) if rule.max is None else rule.max * base
    total, load = district.total_students, pairs.per_node(district.students)
    if rule.max is not None and total > np.sum(most) + SLACK:
        problems.add(
            place,
            f"{total:g} students do not fit: all schools together may hold {np.sum(most):g} ({rule.max:g} of {base.sum():g}).",
            f"Raise rules.capacity.max to at least {_up(total / base.sum())}." if base.sum() else "Give the schools seats.",
        )
    if total < least.sum() - SLACK:
        problems.add(
            place,
            f"{total:g} students are too few: all schools together must hold {least.sum():g} ({rule.min:g} of {base.sum():g}).",
            f"Lower rules.capacity.min to at most {np.floor(total / base.sum() * 1000) / 1000:g}.",
        )
    reach = np.bincount(pairs.school, weights=np.maximum(load[pairs.node], 0), minlength=district.num_schools)
    forced = np.bincount(pairs.school[pairs.is_fixed], weights=load[pairs.node[pairs.is_fixed]], minlength=district.num_schools)
    for s, name in enumerate(district.school_names):
        if reach[s] < least[s] - SLACK:
            problems.add(
                place,
                f"{name} must hold at least {least[s]:g} students, but only {reach[s]:g} live where they may be assigned to it.",
                "Lower rules.capacity.min or loosen rules.travel.",
            )
        if rule.max is not None and forced[s] > most[s] + SLACK:
            problems.add(
                place,
                f"{name} may hold at most {most[s]:g} students, but {forced[s]:g} have no other school under the rules.",
                f"Raise rules.capacity.max to at least {_up(forced[s] / base[s])}, or loosen rules.travel." if base[s] else "Give the school seats.",
            )


def _up(share: float) -> str:
    return f"{np.ceil(share * 1000) / 1000:g}"
