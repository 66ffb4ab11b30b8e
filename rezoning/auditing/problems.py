"""Why rules cannot be checked on a district: data that it lacks, names that it does not have, columns that say no number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from rezoning.auditing.case import as_number, texts
from rezoning.auditing.staying import NO, YES
from rezoning.district.district import District
from rezoning.errors import Problem, shown
from rezoning.scenario.schema import Rules
from rezoning.scenario.tree import Keys

Needs = list[tuple[Keys, bool]]  # where a rule stands, and whether the scenario has it


def problems(district: District, rules: Rules) -> Iterator[Problem]:
    """Everything about the rules that this district cannot answer."""
    yield from _needs_today(district, rules)
    yield from _needs_data(district, rules)
    yield from _unknown_names(district, rules)
    for keys, column in _columns(rules):
        if column not in district.columns:
            yield Problem(rules.place(*keys), f"the units have no column '{column}'.", "Use the name of a column of the units file.")
    yield from _no_answers(district, rules)
    yield from _no_numbers(district, rules)
    yield from _no_areas(district, rules)


def _needs_today(district: District, rules: Rules) -> Iterator[Problem]:
    """Rules that are measured against today's zones."""
    if district.current is not None:
        return
    capacity, travel = rules.capacity, rules.travel
    modes = () if travel is None or travel.modes is None else (("walk", travel.modes.walk), ("bus", travel.modes.bus))
    needs: Needs = [
        (("capacity", "of"), capacity is not None and capacity.of == "current"),
        (("travel", "max_increase"), travel is not None and travel.max_increase is not None),
        *((("travel", "modes", mode, "max_increase"), limits.max_increase is not None) for mode, limits in modes),
        (("contiguity", "islands"), rules.contiguity.islands == "keep"),
        *(((key,), getattr(rules, key) is not None) for key in ("locked", "protected", "not_again")),
        (("walk", "guarantee"), rules.walk is not None and rules.walk.guarantee == "keep"),
        *(((key,), getattr(rules, key) is not None) for key in ("unity", "reassigned")),
        *(((key,), bool(getattr(rules, key))) for key in ("phase_in", "flow_balance")),
        *((("burden", i), rule.measure != "long_rides") for i, rule in enumerate(rules.burden)),
    ]
    for keys in (keys for keys, is_needed in needs if is_needed):
        message = "today's zones are needed, and the district has none."
        yield Problem(rules.place(*keys), message, "Give data.units.current_school, or drop it.")


def _needs_data(district: District, rules: Rules) -> Iterator[Problem]:
    """Rules that need seats, travel, walks or barriers."""
    capacity, travel = rules.capacity, rules.travel
    if capacity is not None and capacity.of == "capacity" and district.capacity is None:
        yield Problem(rules.place("capacity"), "the schools have no capacity.", "Give data.schools.capacity, or write of: current.")
    if capacity is not None and capacity.portables and district.portables is None:
        yield Problem(rules.place("capacity", "portables"), "the schools have no portables.", "Give data.schools.portables, or drop it.")
    if rules.phase_in and capacity is None:
        message = "there is no capacity to check the years of the transition against."
        yield Problem(rules.place("phase_in"), message, "Give rules.capacity, or drop it.")
    trips: Needs = [
        (("travel",), travel is not None),
        (("nearest",), rules.nearest is not None),
        *((("burden", i), rule.measure in ("added_travel", "long_rides")) for i, rule in enumerate(rules.burden)),
    ]
    walks: Needs = [
        (("travel", "modes"), travel is not None and travel.modes is not None),
        (("walk",), rules.walk is not None),
        *((("burden", i), rule.measure == "walk_lost") for i, rule in enumerate(rules.burden)),
    ]
    crossings: Needs = [(("no_crossing",), rules.no_crossing is not None)]
    lacks = [
        ("travel", "data.travel", district.travel is None, trips),
        ("walks", "data.walk", district.walkable is None, walks),
        ("barriers", "data.barriers", district.crossed is None, crossings),
    ]
    for noun, key, is_lacking, needs in lacks:
        for keys in (keys for keys, is_needed in needs if is_needed and is_lacking):
            yield Problem(rules.place(*keys), f"the district has no {noun}.", f"Give {key}, or drop the rule.")


def _unknown_names(district: District, rules: Rules) -> Iterator[Problem]:
    """Units, schools, groups and grades that the district does not have."""
    is_school: Mapping[str, int] = district.school_index | dict.fromkeys(district.closed_ids, -1)
    unit, school, either = ("unit", district.unit_index), ("open school", district.school_index), ("school", is_school)
    group, grade = ("group", district.groups), ("grade", district.grades)
    named: list[tuple[Keys, tuple[str, Mapping[str, object]], Iterable[str]]] = [
        (("locked", "units"), unit, rules.locked.units if rules.locked else ()),
        (("locked", "schools"), school, rules.locked.schools if rules.locked else ()),
        (("assign",), unit, rules.assign),
        (("assign",), school, rules.assign.values()),
        (("forbid",), unit, [text for text, _ in rules.forbid]),
        (("forbid",), either, [text for _, text in rules.forbid]),
        (("capacity", "schools"), either, rules.capacity.schools if rules.capacity else ()),
        (("travel", "units"), unit, rules.travel.units if rules.travel else ()),
        (("protected", "units"), unit, rules.protected.units if rules.protected else ()),
        (("keep_together", "groups"), unit, [text for units in rules.keep_together.groups for text in units] if rules.keep_together else ()),
        (("reassigned", "groups"), group, rules.reassigned.groups if rules.reassigned else ()),
        (("reassigned", "schools"), either, rules.reassigned.schools if rules.reassigned else ()),
        *((("phase_in", i, "stay"), grade, year.stay) for i, year in enumerate(rules.phase_in)),
        *((("bands", i, "schools"), either, (*(band.schools or ()), *band.except_schools)) for i, band in enumerate(rules.bands)),
        *((keys, group, [name]) for keys, name in _groups(rules)),
    ]
    for keys, (noun, known), names in named:
        unknown = sorted({f"'{text}'" for text in names if text not in known})
        if unknown:
            cure = "Name it under data.units.groups." if noun == "group" else "Name it under data.units.grades." if noun == "grade" else ""
            yield Problem(rules.place(*keys), f"the district has no {noun} {shown(unknown)}.", cure or "Use the ids of the data files.")


def _groups(rules: Rules) -> Iterator[tuple[Keys, str]]:
    """Groups that entries of lists name, with their places."""
    for key in ("bands", "isolation", "burden", "flow_balance"):
        for i, rule in enumerate(getattr(rules, key)):
            if rule.group is not None:
                yield (key, i, "group"), rule.group


def _columns(rules: Rules) -> Iterator[tuple[Keys, str]]:
    """Columns of the units file that rules name, with their places."""
    for key in ("protected", "not_again", "keep_together"):
        column = getattr(getattr(rules, key), "column", None)
        if column is not None:
            yield (key, "column"), column
    yield from (((("bands", i, "index"), band.index)) for i, band in enumerate(rules.bands) if band.index is not None)
    yield from ((("flow_balance", i, "column"), rule.column) for i, rule in enumerate(rules.flow_balance))


def _no_answers(district: District, rules: Rules) -> Iterator[Problem]:
    """Units of which the column of protected ones says neither yes nor no."""
    column = None if rules.protected is None else rules.protected.column
    if column is not None and column in district.columns:
        said = texts(district, column)
        wrong = [u for u, text in enumerate(said) if text.lower() not in YES | NO]
        yield from _wrong_texts(district, rules.place("protected", "column"), said, wrong, "is neither yes nor no", "Write yes, no or nothing.")


def _no_numbers(district: District, rules: Rules) -> Iterator[Problem]:
    """Units whose year or index is no number. A unit without students needs no index, and a blank year means never."""
    if rules.not_again is not None and rules.not_again.column in district.columns:
        years = texts(district, rules.not_again.column)
        wrong = [u for u, text in enumerate(years) if text and not as_number(text).is_integer()]
        cure = "Write whole numbers; leave it blank for never."
        yield from _wrong_texts(district, rules.place("not_again", "column"), years, wrong, "is no year", cure)
    for i, band in enumerate(rules.bands):
        if band.index is not None and band.index in district.columns:
            index = texts(district, band.index)
            wrong = [u for u, text in enumerate(index) if not np.isfinite(as_number(text)) and (text or district.students[u] > 0)]
            cure = "Give every unit with students a number."
            yield from _wrong_texts(district, rules.place("bands", i, "index"), index, wrong, "is no number", cure)


def _wrong_texts(district: District, place: str, said: list[str], wrong: list[int], what: str, cure: str) -> Iterator[Problem]:
    if wrong:
        found = shown(f"'{said[u]}' of unit '{district.unit_ids[u]}'" for u in wrong)
        yield Problem(place, f"{found} {what}.", cure)


def _no_areas(district: District, rules: Rules) -> Iterator[Problem]:
    """Areas of flow_balance in which no unit lies."""
    for i, rule in enumerate(rules.flow_balance):
        if rule.column in district.columns:
            areas = set(texts(district, rule.column))
            missing = [f"'{area}'" for area in rule.between if area.strip() not in areas]
            if missing:
                message = f"no unit has {shown(missing)} in column '{rule.column}'."
                yield Problem(rules.place("flow_balance", i, "between"), message, "Use texts of that column.")
