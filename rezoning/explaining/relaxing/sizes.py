"""Edits of rules with a number for each school or unit: a few of them get their own, for many the number is raised for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil, isnan
from typing import Any

from rezoning.errors import shown
from rezoning.explaining.relaxing.broken import Broken
from rezoning.explaining.relaxing.edit import Edit
from rezoning.explaining.relaxing.knobs import HUGE, SHARE, counted, turn_one, turned

FEW_SCHOOLS, FEW_UNITS = 3, 12


def name_of(broken: Broken, school: str) -> str:
    """A school as a message names it: with the id where a name is not unique."""
    names = broken.district.school_names
    name = names[broken.district.school_index[school]]
    return name if names.count(name) == 1 else f"{name} ({school})"


def capacity(broken: Broken) -> list[Edit]:
    """Limits of their own for a few schools, other limits for all where many are concerned."""
    rule = broken.rules.capacity
    assert rule is not None
    schools = [text for text in broken.district.school_ids if any(_is_about(one.subject, text) for one in broken.violations)]
    if (len(schools) > FEW_SCHOOLS or len(schools) == broken.district.num_schools > 1) and not rule.schools:
        edits = turned(broken)
        if edits:
            return edits
    edits = []
    base = "seats" if rule.of == "capacity" else "enrollment of today"
    for school in schools:
        least, most = rule.limits(school)
        for key, now, loosest in (("max", most, HUGE), ("min", least, 0.0)):
            if now is None:
                continue
            side = 1 if key == "max" else -1

            def is_here(one: Any, school: str = school, side: int = side) -> bool:
                return _is_about(one.subject, school) and side * (one.amount - one.limit) > 0

            if not any(is_here(one) for one in broken.violations):
                continue
            value = turn_one(broken, ("capacity", "schools", school, key), now, loosest, is_here)
            if value is None:
                continue
            path = ("capacity", "schools", school, key)
            edits.append(replace(broken.edit(path, value, ""), phrase=_hold(name_of(broken, school), now, base), now=now, step=SHARE))
    return edits


def _hold(school: str, now: float, base: str) -> Callable[[float], str]:
    """``let Oak Hill hold up to 108 % of its seats instead of 105 %``, for any value."""

    def phrase(value: float) -> str:
        return f"let {school} hold {'up to' if value > now else 'as little as'} {100 * value:.4g} % of its {base} instead of {100 * now:.4g} %"

    return phrase


def _is_about(subject: str, school: str) -> bool:
    """Whether a violation's subject is a school, in whatever year."""
    return subject == school or subject.startswith(f"{school} ")


def travel(broken: Broken) -> list[Edit]:
    """Longer trips for a few units, other limits for all where many are concerned; a unit with an unknown trip is assigned by hand."""
    district = broken.district
    assert district.travel is not None
    if broken.rules.travel is None:
        return []  # a trip is unknown where a burden measures trips: no limit helps
    units = list(dict.fromkeys(one.subject for one in broken.violations))
    trips = {unit: float(district.travel[u, broken.plan.school[u]]) for unit in units for u in [district.unit_index[unit]]}
    known = {unit: trip for unit, trip in trips.items() if not isnan(trip)}
    edits = [_assigned(broken, unit) for unit in units if unit not in known]
    if not known:
        return edits
    if len(known) > FEW_UNITS:
        general = turned(broken)
        if general:
            return edits + general
        longest = _up(max(known.values()))
        words = f"allow any school within {longest:g} {district.travel_unit} (rules.travel.always_within)"
        return [*edits, broken.edit(("travel", "always_within"), longest, words)]
    return [*edits, _own_trips(broken, known)]


def _own_trips(broken: Broken, trips: dict[str, float]) -> Edit:
    """A limit of its own for each of a few units; in words the longest of them."""
    rule = broken.rules.travel
    assert rule is not None
    own = {unit: _up(trip) for unit, trip in trips.items()}
    name, most = broken.district.travel_unit, rule.max
    is_over_max = all(one.limit == most for one in broken.violations if one.subject in trips)

    def words(new: dict[str, float]) -> str:
        theirs = {unit: trip for unit, trip in new.items() if trip != rule.units.get(unit)}
        longest, listed = max(theirs.values()), shown(f"'{unit}'" for unit in theirs)
        for_whom = f"unit {listed}" if len(theirs) == 1 else f"{counted(len(theirs), 'unit')}: {listed}"
        if is_over_max:
            return f"raise rules.travel.max from {most:g} to {longest:g} {name} for {for_whom} (rules.travel.units)"
        return f"allow trips up to {longest:g} {name} for {for_whom} (rules.travel.units)"

    return broken.edit(("travel", "units"), {**rule.units, **own}, words)


def _assigned(broken: Broken, unit: str) -> Edit:
    """No limit of travel helps where no trip is known."""
    school = broken.district.school_ids[broken.plan.school[broken.district.unit_index[unit]]]
    words = f"assign unit '{unit}' to {name_of(broken, school)} (rules.assign), for its trips are not known"
    return broken.edit(("assign", unit), school, words)


def _up(trip: float) -> float:
    value = ceil(trip * 10 - 1e-6) / 10
    return int(value) if value.is_integer() else value


def bands(broken: Broken) -> list[Edit]:
    """Wider bands; a preset becomes the range that it stands for, so that it has numbers to widen."""
    plain, presets = broken.plain, {}
    for i, entry in enumerate(plain["bands"]):
        if "preset" in entry:
            ranges = broken.rules.bands[i].ranges_at(_district_share(broken, entry.get("group")))
            first, *others = (part.model_dump(mode="json", exclude_unset=True) for part in ranges)
            said = {key: value for key, value in entry.items() if key != "preset"} | first | ({"either": others} if others else {})
            presets[i] = said
    spelled = {**plain, "bands": [presets.get(i, entry) for i, entry in enumerate(plain["bands"])]}
    edits = turned(Broken("bands", broken.district, broken.plan, broken.rules, spelled, broken.violations))
    kept = [edit for edit in edits if edit.path[2] not in presets or edit.new is None]
    for i, entry in presets.items():
        turns = [edit for edit in edits if edit.path[2] == i and edit.new is not None]
        if turns:
            new = entry | {str(edit.path[3]): edit.new for edit in turns}
            words = " and ".join(edit.words for edit in turns)
            kept.append(broken.edit(("bands", i), new, f"{words}, in place of preset {plain['bands'][i]['preset']}"))
    return kept


def _district_share(broken: Broken, group: str | None) -> float:
    """The group's share of all students; of an index there is none."""
    counts = broken.district.groups.get(group or "")
    return 0.0 if counts is None else float(counts.sum()) / broken.district.total_students
