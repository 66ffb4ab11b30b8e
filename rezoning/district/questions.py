"""The one door for questions: what a scenario asks of a district that cannot answer it. Every command asks here, before anything else.

Sections say what they need and name (`scenario.needs`); here a district says what it has. A closed school may be named where that says something of
today (`reassigned.schools`) or asks for nothing (`forbid`, `capacity.schools`, the schools of a band): nobody will be there. Where it would have to
have a zone (`assign`, `locked.schools`) it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.district.column_values import flags, texts, unreadable
from rezoning.district.district import District
from rezoning.errors import Problem, shown
from rezoning.scenario.bands import PRESETS, BandRule
from rezoning.scenario.findings import ALL, CAN_BE_RULES, OF_NEAREST, OF_PROMISES
from rezoning.scenario.naming import Names
from rezoning.scenario.needs import names_in, place_of_names, unmet
from rezoning.scenario.plain import is_said
from rezoning.scenario.schema import Goal, Rules
from rezoning.scenario.tree import dotted
from rezoning.scenario.words import unknown


def problems(district: District, rules: Rules, goals: tuple[Goal, ...] = ()) -> Iterator[Problem]:
    """Everything in rules and goals that this district cannot answer: data and names that it does not have, columns that say something else."""
    sections: tuple[Rules | Goal, ...] = (rules, *goals)
    for section in sections:
        yield from _asked(district, section, rules)
    yield from _bands_for_no_school(district, rules)
    yield from _unknown_areas(district, rules)
    yield from _no_border_to_grow(district, rules)
    yield from _no_promises(rules)
    yield from _of_optional(district, rules)
    yield from _of_sites(district, rules)


def can_be_asked(district: District, goal: Goal, rules: Rules) -> bool:
    """Whether the district has what a goal needs and names."""
    return not any(_asked(district, goal, rules))


def _asked(district: District, section: Rules | Goal, rules: Rules) -> Iterator[Problem]:
    """What one section needs and names, and there is not."""
    above, model = section.usual_keys, type(section)
    for _, keys, message, cure in unmet(model, section, above, _lacking(district, rules)):
        yield Problem(section.place(*keys[len(above) :]), message, cure)
    for name, keys, text in names_in(model, section):
        yield from _unknown(district, section.place(*keys), name, text)


def findings_held(district: District, rules: Rules) -> tuple[int, ...]:
    """The findings that a plan is held to: those that `rules.statement` lists; for ``all`` those that the data can judge."""
    if rules.statement != ALL:
        return rules.statement
    lacking = _lacking(district, rules)
    unjudged: set[object] = {OF_NEAREST} if district.has_optional else set()
    unjudged |= {need.value for need in Rules.needs if need.key == "statement" and need.what in lacking}
    if not promises_of(rules):
        unjudged.add(OF_PROMISES)
    return tuple(number for number in CAN_BE_RULES if number not in unjudged)


def rule_notes(district: District, rules: Rules) -> Iterator[str]:
    """What the rules say less than it may seem, in this district; nothing where they name what it does not have."""
    if any(problems(district, rules)):
        return
    for name, keys, text in names_in(Rules, rules):
        if name.kind == "school" and text in district.closed_ids and keys[0] != "reassigned":
            yield f"{rules.place(*keys)}: '{text}' is closed, so this asks for nothing"
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
    listed = set(rules.protected.units)
    said = np.array([unit in listed for unit in district.unit_ids], dtype=bool)
    if rules.protected.column is not None:
        said |= flags(district, rules.protected.column)
    return [district.unit_ids[u] for u in np.flatnonzero(said & (district.stayable < 0))]


# -- what there is ---------------------------------------------------------------------------------------------------


def _lacking(district: District, rules: Rules) -> frozenset[str]:
    """What is not there of all that a question may need."""
    there = {
        "today": district.current, "travel": district.travel, "walk": district.walkable, "barriers": district.crossed,
        "borders": None if district.border_m is None or np.isnan(district.border_m).all() else district.border_m,
        "portables": district.portables, "seats to fill": district.capacity, "seats": district.capacity,
        "polygons": district.geometry, "polygons of strips": district.geometry,
        "groups": district.groups or None, "partition": district.partition or None,
        "programs": district.programs or None, "seats of schools": district.capacity, "history": rules.not_again,
        "statuses": district.optional, "costs": district.cost_if_open,
        "capacity": rules.capacity if is_said(rules.capacity) else None, "bands": rules.bands or None,
    }  # fmt: skip
    return frozenset(what for what, held in there.items() if held is None)


def _unknown(district: District, place: str, name: Names, text: str) -> Iterator[Problem]:
    """A name that the district does not have, or a column that does not say what its rule reads."""
    known = {"group": district.groups, "grade": district.grades, "program": district.programs}.get(name.kind, {})
    schools = f"The schools are {shown(district.school_ids, 10)}."
    match name.kind:
        case "unit" if text not in district.unit_index:
            yield Problem(place, f"there is no unit '{text}' in the district.", "Write its id as in the units file.")
        case "school" if text in district.closed_ids and name.has_zone:
            yield Problem(place, f"the school '{text}' is closed in this scenario.", f"{schools} Name one of them, or open it in the schools file.")
        case "school" if text not in district.school_index and text not in district.closed_ids:
            yield Problem(place, f"there is no school '{text}' in the district.", schools)
        case "group" | "grade" | "program" if text not in known:
            given = dotted(place_of_names(name.kind, district.student_points is not None))
            yield Problem(place, f"'{text}' is not a {name.kind} of {given}.", unknown(text, known))
        case "column" if text not in district.columns:
            yield Problem(place, f"there is no column '{text}' in the units file.", unknown(text, district.columns))
        case "column" if name.says != "text":
            yield from unreadable(district, text, name.says, place)


def _bands_for_no_school(district: District, rules: Rules) -> Iterator[Problem]:
    """Bands whose schools are all closed."""
    for k, band in enumerate(rules.bands):
        named = {*(band.schools or ()), *band.except_schools}
        if named and named <= {*district.school_ids, *district.closed_ids} and not any(band.holds_for(text) for text in district.school_ids):
            cure = f"Name an open school in schools, or take one out of except_schools. The schools are {shown(district.school_ids, 10)}."
            yield Problem(rules.place("bands", k), "its schools and except_schools leave no open school that the band is for.", cure)


def _no_border_to_grow(district: District, rules: Rules) -> Iterator[Problem]:
    """A limit on how much longer borders become, where today's zones have none of known length."""
    rule, today, border = rules.shape, district.current, district.border_m
    if rule is None or today is None or border is None or np.isnan(border).all():
        return
    ends = today[district.edges]
    if np.nansum(border[(ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)]) > 0:
        return
    for key in ("max_boundary_increase", "each_school"):
        if getattr(rule, key) is not None:
            message = "borders are compared with today's, and no two zones of today meet at a border of known length."
            yield Problem(rules.place("shape", key), message, "Drop it, or minimize boundary_length.")


def promises_of(rules: Rules) -> tuple[str, ...]:
    """The rules that promise what finding 9 is about: zones in one piece, walks, near schools, barriers, neighbors."""
    said = [key for key in ("walk", "nearest", "no_crossing", "keep_together", "unity") if getattr(rules, key) is not None]
    return (*["contiguity"] * (rules.contiguity.method != "none"), *["school_in_own_zone"] * rules.school_in_own_zone, *said)


def _no_promises(rules: Rules) -> Iterator[Problem]:
    if rules.statement != ALL and OF_PROMISES in rules.statement and not promises_of(rules):
        message = "finding 9 of rules.statement is about promises of the other rules (zones in one piece, walks, near schools), and there is none."
        yield Problem(rules.place("statement"), message, "Give one of them, or drop it.")


def _of_optional(district: District, rules: Rules) -> Iterator[Problem]:
    """What has no meaning where a plan says which schools are open, and what is asked of schools that no plan closes or opens."""
    if rules.statement != ALL and OF_NEAREST in rules.statement and district.has_optional:
        message = "finding 2 of rules.statement compares with the nearest of the open schools, and which are open is for the plan to say."
        yield Problem(rules.place("statement"), message, "Drop it; the statement of a run has it all the same.")
    for k, text in enumerate(rules.openings.must_close if rules.openings is not None else ()):
        s = district.school_index.get(text, -1)
        if s >= 0 and not district.optional[s]:
            assert rules.openings is not None
            cure = "Give it the status may_close or closed in the schools file, or drop it here."
            yield Problem(rules.openings.place("must_close", k), f"the school '{text}' is open and may not close.", cure)


def _of_sites(district: District, rules: Rules) -> Iterator[Problem]:
    """What is not known where a zone may begin beside its school's unit."""
    if rules.shape is not None and rules.shape.min_width_m and district.sharing:
        schools = shown(f"'{district.school_ids[s]}'" for s in district.sharing[0])
        unit = district.unit_ids[district.school_unit[district.sharing[0][0]]]
        cure = "Drop it, or name another unit for one of them with data.schools.unit."
        message = f"how wide a zone is at its school is not known where one unit ('{unit}') has {schools}."
        yield Problem(rules.place("shape", "min_width_m"), message, cure)


def _unknown_areas(district: District, rules: Rules) -> Iterator[Problem]:
    """Areas that no unit is in."""
    for k, flow in enumerate(rules.flow_balance):
        areas = sorted(set(texts(district, flow.column)) - {""}) if flow.column in district.columns else None
        for i, area in enumerate(flow.between):
            if areas is not None and area.strip() not in areas:
                place, cure = rules.place("flow_balance", k, "between", i), unknown(area, areas)
                yield Problem(place, f"no unit has '{area}' in column '{flow.column}'.", cure)
