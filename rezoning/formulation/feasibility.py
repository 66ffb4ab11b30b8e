"""Arithmetic that shows, before any solver, that the rules leave no plan; all findings at once, each with its cure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.district.district import District, same_school_components
from rezoning.errors import Problems, shown
from rezoning.formulation.columns import has_column, numbers_of_students, texts, whole_or_blank, yes_or_no
from rezoning.formulation.formulation import Floats, Pairs
from rezoning.formulation.growth import Enrollment, enrollments
from rezoning.formulation.rules import capacity_base, capacity_limits
from rezoning.scenario.schema import CapacityRule, Rules, Scenario
from rezoning.scenario.words import unknown

SLACK = 1e-6  # students: the contract's tolerance

PARTS_CURE = (
    "Draw the parts of '{0}' as units of their own, count them as one piece with data.adjacency.links: [['{0}', '{0}']], "
    "or keep today's islands (contiguity.islands: keep)."
)


def unknown_ids(district: District, scenario: Scenario, problems: Problems) -> None:
    """Collect what the rules name and the district does not have: units, schools, groups, grades, columns, areas."""
    for place, unit in _units(scenario.rules):
        if unit not in district.unit_index:
            problems.add(place, f"there is no unit '{unit}' in the district.", "Write its id as in the units file.")
    for place, school in _schools(scenario.rules):
        if school not in district.school_index:
            closed = school in district.closed_ids
            problems.add(
                place,
                f"the school '{school}' is closed in this scenario." if closed else f"there is no school '{school}' in the district.",
                f"The schools are {shown(district.school_ids, 10)}.",
            )
    for place, group in _groups(scenario.rules):
        if group not in district.groups:
            problems.add(place, f"there is no group '{group}' in the district.", unknown(group, district.groups))
    for k, year in enumerate(scenario.rules.phase_in):
        for grade in year.stay:
            if grade not in district.grades:
                place = scenario.rules.place("phase_in", k, "stay", grade)
                problems.add(place, f"there is no grade '{grade}' in data.units.grades.", unknown(grade, district.grades))
    _columns(district, scenario.rules, problems)


Named = Iterator[tuple[str, str]]  # place, id


def _units(rules: Rules) -> Named:
    yield from ((rules.place("assign", unit), unit) for unit in rules.assign)
    yield from ((rules.place("forbid", i), unit) for i, (unit, _) in enumerate(rules.forbid))
    for key, units in (("locked", rules.locked.units if rules.locked else ()), ("protected", rules.protected.units if rules.protected else ())):
        yield from ((rules.place(key, "units", i), unit) for i, unit in enumerate(units))
    if rules.travel is not None:
        yield from ((rules.place("travel", "units", unit), unit) for unit in rules.travel.units)
    for k, group in enumerate(rules.keep_together.groups if rules.keep_together else ()):
        yield from ((rules.place("keep_together", "groups", k, i), unit) for i, unit in enumerate(group))


def _schools(rules: Rules) -> Named:
    yield from ((rules.place("assign", unit), school) for unit, school in rules.assign.items())
    yield from ((rules.place("forbid", i), school) for i, (_, school) in enumerate(rules.forbid))
    if rules.locked is not None:
        yield from ((rules.place("locked", "schools", i), school) for i, school in enumerate(rules.locked.schools))
    for key, named in (("capacity", rules.capacity), ("reassigned", rules.reassigned)):
        yield from ((rules.place(key, "schools", school), school) for school in (named.schools if named else ()))
    for k, band in enumerate(rules.bands):
        for key, schools in (("schools", band.schools or ()), ("except_schools", band.except_schools)):
            yield from ((rules.place("bands", k, key, i), school) for i, school in enumerate(schools))


def _groups(rules: Rules) -> Named:
    yield from ((rules.place("reassigned", "groups", group), group) for group in (rules.reassigned.groups if rules.reassigned else ()))
    for key in ("bands", "isolation", "burden", "flow_balance"):
        for k, rule in enumerate(getattr(rules, key)):
            if rule.group is not None:
                yield rules.place(key, k, "group"), rule.group


def _columns(district: District, rules: Rules, problems: Problems) -> None:
    """Collect columns that are not there, or say what their rule cannot read; and areas that no unit is in."""
    for key in ("protected", "keep_together"):
        rule = getattr(rules, key)
        if rule is not None and rule.column is not None:
            place = rules.place(key, "column")
            if has_column(district, rule.column, place, problems) and key == "protected":
                yes_or_no(district, rule.column, place, problems)
    if rules.not_again is not None:
        place = rules.place("not_again", "column")
        if has_column(district, rules.not_again.column, place, problems):
            whole_or_blank(district, rules.not_again.column, place, problems)
    for k, band in enumerate(rules.bands):
        if band.index is not None and has_column(district, band.index, rules.place("bands", k, "index"), problems):
            numbers_of_students(district, band.index, rules.place("bands", k, "index"), problems)
    for k, flow in enumerate(rules.flow_balance):
        if has_column(district, flow.column, rules.place("flow_balance", k, "column"), problems):
            areas = sorted(set(texts(district, flow.column)) - {""})
            for i, area in enumerate(flow.between):
                if area.strip() not in areas:
                    place, cure = rules.place("flow_balance", k, "between", i), unknown(area, areas)
                    problems.add(place, f"no unit has '{area}' in column '{flow.column}'.", cure)


def parts_without_school(district: District, scenario: Scenario, sources: np.ndarray, problems: Problems) -> np.ndarray:
    """Collect components of the land that hold no source, itself a piece of it; the units with ground in them, shape (n,) bool."""
    found, land = np.zeros(district.num_units, dtype=bool), district.land
    if scenario.rules.contiguity.method == "none":
        return found
    labels = same_school_components(land.graph, np.zeros(len(land.unit), dtype=np.int64))
    lost = ~np.isin(labels, labels[sources])
    for label in np.unique(labels[lost]):
        pieces = np.flatnonzero(labels == label)
        units = np.unique(land.unit[pieces])
        found[units] = True
        if (pieces >= district.num_units).all():
            _part_without_school(district, scenario, units, problems)
            continue
        problems.add(
            scenario.rules.place("contiguity"),
            f"{len(units)} {'unit' if len(units) == 1 else 'units'} with {district.students[units].sum():g} students hang together with no school: "
            f"{shown(district.unit_ids[u] for u in units)}.",
            "Join them with data.adjacency.links (a bridge or ferry), widen data.adjacency.snap_m, or drop them from the units.",
        )
    return found


def _part_without_school(district: District, scenario: Scenario, units: np.ndarray, problems: Problems) -> None:
    one = len(units) == 1
    problems.add(
        scenario.rules.place("contiguity"),
        f"{'a part of a unit' if one else f'parts of {len(units)} units'} drawn in several places can be joined to no school over land: "
        f"{shown(district.unit_ids[u] for u in units)}.",
        PARTS_CURE.format(district.unit_ids[units[0]]),
    )


def parted(district: District, units: np.ndarray) -> np.ndarray:
    """Those of the units that are drawn in several places."""
    return np.asarray(units[np.bincount(district.land.unit)[units] > 1])


def unreachable(district: District, scenario: Scenario, units: np.ndarray, problems: Problems) -> None:
    """Collect units whose admissible schools are all cut off from them by units that may not have those schools."""
    if not len(units):
        return
    several = parted(district, units)
    cure = "Loosen rules.travel for the units in between, keep today's islands (contiguity.islands: keep), or add data.adjacency.links."
    where = ""
    if len(several):
        where = f" ({shown(district.unit_ids[u] for u in several)}: drawn in several places, which must all hang together with the school)"
        cure = PARTS_CURE.format(district.unit_ids[several[0]])
    problems.add(
        scenario.rules.place("contiguity"),
        f"{len(units)} {'unit cannot' if len(units) == 1 else 'units cannot'} be joined to any school they may have: "
        f"{shown(district.unit_ids[u] for u in units)}{where}; the units between them and the school may not have that school.",
        cure,
    )


def seats(pairs: Pairs, district: District, scenario: Scenario, problems: Problems) -> None:
    """Collect, for every year, schools that cannot be filled to their least or must exceed their most, and a district with too few seats."""
    rule = scenario.rules.capacity
    if rule is not None:
        for year in enrollments(district, scenario):
            _seats_of_all(district, scenario, rule, year, problems)
            _seats_of_each(pairs, district, scenario, rule, year, problems)


def _seats_of_all(district: District, scenario: Scenario, rule: CapacityRule, year: Enrollment, problems: Problems) -> None:
    place, when = scenario.rules.place("capacity"), f" ({year.name})" if year.name else ""
    base, (least, most) = capacity_base(district, rule), capacity_limits(district, rule)
    total = float(year.load.sum() + year.beside.sum())
    own = [rule.schools.get(text) for text in district.school_ids]
    if total > most.sum() + SLACK:
        alike = rule.max is not None and most.sum() == rule.max * base.sum()
        movable = base[[one is None or one.max is None for one in own]].sum()
        how = "Raise the limits of rules.capacity.schools." if base.sum() else "Give the schools seats."
        if movable:
            how = f"Raise rules.capacity.max to at least {_up((total - most.sum()) / movable + (rule.max or 0.0))}."
        of = f" ({rule.max:g} of {base.sum():g})" if alike else ""
        problems.add(place, f"{total:g} students{when} do not fit: all schools together may hold {most.sum():g}{of}.", how)
    if total < least.sum() - SLACK:
        alike = least.sum() == (rule.min * base).sum()
        movable = base[[one is None or one.min is None for one in own]].sum()
        lower = rule.min - (least.sum() - total) / movable if movable else -1.0
        key = f"rules.capacity.min to at most {_down(lower)}" if lower >= 0 else "rules.capacity.schools, the least of some of them"
        of = f" ({rule.min:g} of {base.sum():g})" if alike else ""
        problems.add(place, f"{total:g} students{when} are too few: all schools together must hold {least.sum():g}{of}.", f"Lower {key}.")


def _seats_of_each(pairs: Pairs, district: District, scenario: Scenario, rule: CapacityRule, year: Enrollment, problems: Problems) -> None:
    place, when = scenario.rules.place("capacity"), f" ({year.name})" if year.name else ""
    base, (least, most) = capacity_base(district, rule), capacity_limits(district, rule)
    fewest, reach = within_reach(pairs, year.load, year.beside)
    for s, (text, name) in enumerate(zip(district.school_ids, district.school_names, strict=True)):
        own = rule.schools.get(text)
        if reach[s] < least[s] - SLACK:
            key = "rules.capacity.min" if own is None or own.min is None else f"rules.capacity.schools.{text}.min"
            problems.add(
                place,
                f"{name} must hold at least {least[s]:g} students, but only {reach[s]:g}{when} live where they may be assigned to it.",
                f"Lower {key} or loosen rules.travel.",
            )
        if fewest[s] > most[s] + SLACK:
            key = "rules.capacity.max" if own is None or own.max is None else f"rules.capacity.schools.{text}.max"
            share = (fewest[s] - most[s]) / base[s] + (rule.limits(text)[1] or 0.0) if base[s] else 0.0
            problems.add(
                place,
                f"{name} may hold at most {most[s]:g} students, but {fewest[s]:g}{when} have no other school under the rules.",
                f"Raise {key} to at least {_up(share)}, or loosen rules.travel." if base[s] else "Give the school seats.",
            )


def within_reach(pairs: Pairs, load: Floats, beside: Floats) -> tuple[Floats, Floats]:
    """Fewest and most that any choice of admissible schools gives each school; shape (m,) each."""
    held = pairs.per_node(load)[pairs.node]
    fewest = np.where(pairs.is_fixed, held, np.minimum(held, 0.0))
    most = np.where(pairs.is_fixed, held, np.maximum(held, 0.0))
    ends = (np.bincount(pairs.school, weights=end, minlength=pairs.num_schools) for end in (fewest, most))
    low, high = (end + beside for end in ends)
    return low, high


def _up(share: float) -> str:
    return f"{np.ceil(share * 1000 - 1e-9) / 1000:g}"


def _down(share: float) -> str:
    return f"{np.floor(share * 1000 + 1e-9) / 1000:g}"
