"""What rules name and a district may not have: units, schools, groups, grades, columns, areas. Every command asks here, before anything else.

A closed school may be named where that says something of today (`reassigned.schools`) or asks for nothing (`forbid`, `capacity.schools`, the schools
of a band): nobody will be there. Where it would have to have a zone (`assign`, `locked.schools`) it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from rezoning.district.district import District
from rezoning.errors import Problem, shown
from rezoning.scenario.bands import PRESETS, BandRule
from rezoning.scenario.schema import Rules
from rezoning.scenario.words import unknown

YES = frozenset({"yes", "true", "1", "y", "t", "x"})
NO = frozenset({"no", "false", "0", "n", "f", ""})

Named = Iterator[tuple[str, str]]  # place, id


def unknown_names(district: District, rules: Rules) -> Iterator[Problem]:
    """Everything that the rules name and the district does not have, and columns that do not say what their rule asks."""
    for place, unit in _units(rules):
        if unit not in district.unit_index:
            yield Problem(place, f"there is no unit '{unit}' in the district.", "Write its id as in the units file.")
    yield from _unknown_schools(district, rules)
    for place, group in _groups(rules):
        if group not in district.groups:
            yield Problem(place, f"there is no group '{group}' in the district.", unknown(group, district.groups))
    for k, year in enumerate(rules.phase_in):
        for grade in year.stay:
            if grade not in district.grades:
                place = rules.place("phase_in", k, "stay", grade)
                yield Problem(place, f"there is no grade '{grade}' in data.units.grades.", unknown(grade, district.grades))
    yield from _columns(district, rules)


def rule_notes(district: District, rules: Rules) -> Iterator[str]:
    """What the rules say less than it may seem, in this district; nothing where they name what it does not have."""
    if any(unknown_names(district, rules)):
        return
    for place, school in _schools_that_may_be_closed(rules):
        if school in district.closed_ids and not place.startswith("rules.reassigned"):
            yield f"{place}: '{school}' is closed, so this asks for nothing"
    kept = [] if rules.protected is None or district.current is None else _protected_without_a_school(district, rules)
    if kept:
        named = shown(f"'{unit}'" for unit in kept)
        yield f"rules.protected: {named} are new, or their school of today is closed: there is no school to keep"
    for k, band in enumerate(rules.bands):
        yield from _narrowed(district, band, rules.place("bands", k, "preset"))


def _narrowed(district: District, band: BandRule, place: str) -> Iterator[str]:
    if band.preset is None or band.group not in district.groups or district.total_students <= 0:
        return
    share = float(district.groups[band.group].sum() / district.total_students)
    if band.ranges_at(share) != band.ranges:
        law, near = PRESETS[band.preset].from_share, PRESETS[band.preset].ranges[0].within or 0.0
        yield (
            f"{place}: {band.preset} knows its further range in districts where the group has {100 * law:g} % and more, and '{band.group}' has "
            f"{100 * share:.3g} % here: every school has to be within {100 * near:g} points of that"
        )


def _protected_without_a_school(district: District, rules: Rules) -> list[str]:
    assert rules.protected is not None
    column = [""] * district.num_units if rules.protected.column is None else texts(district, rules.protected.column)
    listed = set(rules.protected.units)
    return [
        unit
        for unit, text, s in zip(district.unit_ids, column, district.stayable.tolist(), strict=True)
        if s < 0 and (unit in listed or text.lower() in YES)
    ]


# -- names -----------------------------------------------------------------------------------------------------------


def _units(rules: Rules) -> Named:
    yield from ((rules.place("assign", unit), unit) for unit in rules.assign)
    yield from ((rules.place("forbid", i), unit) for i, (unit, _) in enumerate(rules.forbid))
    for key, units in (("locked", rules.locked.units if rules.locked else ()), ("protected", rules.protected.units if rules.protected else ())):
        yield from ((rules.place(key, "units", i), unit) for i, unit in enumerate(units))
    if rules.travel is not None:
        yield from ((rules.place("travel", "units", unit), unit) for unit in rules.travel.units)
    for k, group in enumerate(rules.keep_together.groups if rules.keep_together else ()):
        yield from ((rules.place("keep_together", "groups", k, i), unit) for i, unit in enumerate(group))


def _unknown_schools(district: District, rules: Rules) -> Iterator[Problem]:
    known = f"The schools are {shown(district.school_ids, 10)}."
    for place, school in _schools_with_a_zone(rules):
        if school in district.closed_ids:
            yield Problem(place, f"the school '{school}' is closed in this scenario.", f"{known} Name one of them, or open it in the schools file.")
        elif school not in district.school_index:
            yield Problem(place, f"there is no school '{school}' in the district.", known)
    for place, school in _schools_that_may_be_closed(rules):
        if school not in district.school_index and school not in district.closed_ids:
            yield Problem(place, f"there is no school '{school}' in the district.", known)
    for k, band in enumerate(rules.bands):
        named = {*(band.schools or ()), *band.except_schools}
        if named and named <= {*district.school_ids, *district.closed_ids} and not any(band.holds_for(text) for text in district.school_ids):
            cure = f"Name an open school in schools, or take one out of except_schools. {known}"
            yield Problem(rules.place("bands", k), "its schools and except_schools leave no open school that the band is for.", cure)


def _schools_with_a_zone(rules: Rules) -> Named:
    yield from ((rules.place("assign", unit), school) for unit, school in rules.assign.items())
    if rules.locked is not None:
        yield from ((rules.place("locked", "schools", i), school) for i, school in enumerate(rules.locked.schools))


def _schools_that_may_be_closed(rules: Rules) -> Named:
    yield from ((rules.place("forbid", i), school) for i, (_, school) in enumerate(rules.forbid))
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


# -- columns ---------------------------------------------------------------------------------------------------------


def texts(district: District, column: str) -> list[str]:
    """The column's texts without blanks around them, one per unit."""
    return [str(text).strip() for text in district.columns[column]]


def _columns(district: District, rules: Rules) -> Iterator[Problem]:
    """Columns that are not there, or that say what their rule cannot read; and areas that no unit is in."""
    for place, column, kind in _named_columns(rules):
        if column not in district.columns:
            yield Problem(place, f"there is no column '{column}' in the units file.", unknown(column, district.columns))
        elif kind:
            yield from _unreadable(district, column, kind, place)
    for k, flow in enumerate(rules.flow_balance):
        if flow.column in district.columns:
            areas = sorted(set(texts(district, flow.column)) - {""})
            for i, area in enumerate(flow.between):
                if area.strip() not in areas:
                    place, cure = rules.place("flow_balance", k, "between", i), unknown(area, areas)
                    yield Problem(place, f"no unit has '{area}' in column '{flow.column}'.", cure)


def _named_columns(rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Place, column, and what it must say."""
    if rules.protected is not None and rules.protected.column is not None:
        yield rules.place("protected", "column"), rules.protected.column, "yes"
    if rules.keep_together is not None and rules.keep_together.column is not None:
        yield rules.place("keep_together", "column"), rules.keep_together.column, ""
    if rules.not_again is not None:
        yield rules.place("not_again", "column"), rules.not_again.column, "year"
    for k, band in enumerate(rules.bands):
        if band.index is not None:
            yield rules.place("bands", k, "index"), band.index, "number"
    for k, flow in enumerate(rules.flow_balance):
        yield rules.place("flow_balance", k, "column"), flow.column, ""


EXPECTED = {
    "yes": ("yes, no or blank", "Write yes where the unit is protected, and no or nothing where it is not."),
    "year": ("a whole number, or blank", "Write a year like 2021, or leave it blank."),
    "number": ("a number in every unit with students", "Write a number, with a point for decimals."),
}


def _unreadable(district: District, column: str, kind: str, place: str) -> Iterator[Problem]:
    """Units whose text is not what the rule asks for: a promise is not dropped in silence. Only units with students need an index."""
    said = texts(district, column)
    wrong = [u for u, text in enumerate(said) if not _is_fine(text, kind) and (kind != "number" or district.students[u] != 0)]
    if wrong:
        expected, cure = EXPECTED[kind]
        found = shown(f"unit '{district.unit_ids[u]}' " + (f"has '{said[u]}'" if said[u] else "is blank") for u in wrong)
        yield Problem(place, f"column '{column}' needs {expected}; {found}.", cure)


def _is_fine(text: str, kind: str) -> bool:
    if kind == "yes":
        return text.lower() in YES | NO
    try:
        value = float(text)
    except ValueError:
        return kind == "year" and not text
    return isfinite(value) and (kind == "number" or value == np.floor(value))
