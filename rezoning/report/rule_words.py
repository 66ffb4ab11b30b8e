"""Rules in words: each rule of a scenario as a phrase that a planner can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rezoning.report.goal_words import MEASURES
from rezoning.scenario.bands import NOT_ADVICE, PRESETS, BandRule, Range
from rezoning.scenario.schema import CapacityRule, Rules, TravelRule


def rules_words(rules: Rules, travel_unit: str = "min") -> list[str]:
    """Every rule of a scenario as a phrase, in the scenario's order."""
    return [
        *_capacity_words(rules.capacity),
        *_travel_words(rules, travel_unit),
        *_contiguity_words(rules),
        *_list_words(rules),
        *_access_words(rules, travel_unit),
        *_stability_words(rules),
        *_mix_words(rules),
        *_burden_words(rules, travel_unit),
    ]


def rule_keys(rules: Rules) -> list[str]:
    """Keys of the rules that a scenario has and that could be loosened."""
    always = {"contiguity", "school_in_own_zone", "stay_allowed"}
    said = [name for name in type(rules).model_fields if name not in always and getattr(rules, name) not in (None, (), {})]
    if rules.contiguity.method != "none":
        said.insert(sum(name in ("capacity", "travel") for name in said), "contiguity")
    return [f"rules.{name}" for name in said] or ["rules.school_in_own_zone"]


def _capacity_words(rule: CapacityRule | None) -> Iterator[str]:
    if rule is None:
        return
    base = "its seats" if rule.of == "capacity" else "today's enrollment"
    portables = ", portable seats on top" if rule.portables else ""
    if rule.max is None:
        yield f"every school filled to at least {_percent(rule.min)} of {base}"
    elif rule.min == 0:
        yield f"no school above {_percent(rule.max)} of {base}{portables}"
    else:
        yield f"every school between {_percent(rule.min)} and {_percent(rule.max)} of {base}{portables}"
    if rule.schools:
        yield f"other limits for {_counted(tuple(rule.schools), 'school')}"


def _travel_words(rules: Rules, unit: str) -> Iterator[str]:
    rule = rules.travel
    if rule is None:
        return
    yield from _limits(rule, unit)
    modes = () if rule.modes is None else (("walk", rule.modes.walk), ("bus ride", rule.modes.bus))
    for name, mode in modes:
        if mode.max is not None:
            yield f"no {name} over {mode.max:g} {unit}"
        if mode.max_increase is not None:
            yield f"no {name} more than {_percent(mode.max_increase)} longer than today's"
    if rule.units:
        yield f"limits of their own for {_counted(tuple(rule.units), 'unit')}"
    if rules.stay_allowed:
        yield "any unit may keep today's school"


def _limits(rule: TravelRule, unit: str) -> Iterator[str]:
    if rule.max is not None:
        yield f"no trip over {rule.max:g} {unit}"
    if rule.max_increase is not None:
        yield f"no trip more than {_percent(rule.max_increase)} longer than today's"
    if rule.always_within is not None:
        yield f"trips up to {rule.always_within:g} {unit} always allowed"


def _contiguity_words(rules: Rules) -> Iterator[str]:
    rule = rules.contiguity
    islands = ", today's islands may stay" if rule.islands == "keep" else ""
    yield {
        "exact": f"every zone in one piece with its school{islands}",
        "closer_neighbor": f"a unit joins a school only with a neighbor closer to it{islands} (the published rule, stricter than contiguity)",
        "none": "zones may fall into pieces",
    }[rule.method]
    if not rules.school_in_own_zone:
        yield "a school's own unit may go to another school"


def _list_words(rules: Rules) -> Iterator[str]:
    if rules.locked is not None:
        parts = [part for part in (_counted(rules.locked.units, "unit"), _counted(rules.locked.schools, "zone")) if part]
        yield from [f"{' and '.join(parts)} locked as today"] if parts else []
    if rules.assign:
        yield f"{_counted(tuple(rules.assign), 'unit')} assigned by hand"
    if rules.forbid:
        yield f"{_counted(rules.forbid, 'pair')} of unit and school forbidden"


def _access_words(rules: Rules, unit: str) -> Iterator[str]:
    if rules.walk is not None:
        yield "who can walk to school today keeps that school" if rules.walk.guarantee == "keep" else "who can walk to a school gets one to walk to"
    if rules.nearest is not None:
        yield f"who lives within {rules.nearest.within:g} {unit} of the nearest school goes there"
    if rules.no_crossing is not None:
        yield f"nobody is sent across a barrier{', but for those who are today' if rules.no_crossing.today == 'keep' else ''}"


def _stability_words(rules: Rules) -> Iterator[str]:
    if rules.protected is not None:
        yield f"protected units ({_counted(rules.protected.units, 'unit') or 'a column of the data'}) are not moved"
    if rules.not_again is not None:
        yield f"nobody who was moved within {rules.not_again.years} years before {rules.not_again.year} is moved again"
    if rules.keep_together is not None:
        together = rules.keep_together
        who = f"of one {together.column}" if together.column is not None else f"of {_counted(together.groups, 'listed group')}"
        yield f"units {who} stay together"
    if rules.unity is not None:
        yield f"who changes schools does so with at least {_percent(rules.unity.min_share)} of the neighbors in the same zone"
    budget = rules.reassigned
    if budget is not None:
        yield from [f"at most {_percent(budget.max_share)} of students change schools"] if budget.max_share is not None else []
        yield from (f"at most {_percent(share)} of {group} students change schools" for group, share in budget.groups.items())
        yield from (f"at most {_percent(share)} of {school}'s students leave it" for school, share in budget.schools.items())
        yield from [f"at most {_percent(budget.each_school)} of a school's students leave it"] if budget.each_school is not None else []
    for year in rules.phase_in:
        stay = ", ".join(f"{_percent(share)} of grade {grade}" for grade, share in year.stay.items())
        yield f"in {year.year} {stay or 'nobody'} may finish where they are, and every school still fits"


def _mix_words(rules: Rules) -> Iterator[str]:
    for band in rules.bands:
        yield band_words(band)
    for rule in rules.isolation:
        yield f"no new school with more than {_percent(rule.above)} {rule.group} students"


def band_words(band: BandRule) -> str:
    """One band as a phrase."""
    what = f"the mean of {band.index}" if band.index is not None else f"the share of {band.group} students"
    where = "every school" if band.schools is None else f"{_counted(band.schools, 'school')}"
    where += f" but {_counted(band.except_schools, 'school')}" if band.except_schools else ""
    ranges = " or ".join(_range_words(part, is_share=band.index is None) for part in band.ranges)
    aim = "aimed at: " if band.soft else ""
    preset = f" ({band.preset}: {PRESETS[band.preset].source}; {NOT_ADVICE})" if band.preset is not None else ""
    return f"{aim}in {where} {what} is {ranges}{preset}"


def _range_words(part: Range, *, is_share: bool) -> str:
    number = _percent if is_share else (lambda value: f"{value:g}")
    if part.within is not None:
        middle = "the district's" if part.target is None else number(part.target)
        return f"within {number(part.within)} of {middle}" if part.relative else f"within {100 * part.within:g} points of {middle}"
    if part.min is None or part.max is None:
        return f"at least {number(part.min)}" if part.min is not None else f"at most {number(part.max or 0.0)}"
    return f"from {number(part.min)} to {number(part.max)}"


def _burden_words(rules: Rules, unit: str) -> Iterator[str]:
    for rule in rules.burden:
        measure = MEASURES[rule.measure] + (f", over {rule.over:g} {unit}" if rule.over is not None else "")
        if rule.max_ratio is not None:
            yield f"of the burden ({measure}), {rule.group} students carry at most {rule.max_ratio:g} times what everyone carries"
        if rule.max_extra is not None:
            extra = f"{rule.max_extra:g} {unit}" if rule.measure == "added_travel" else f"{100 * rule.max_extra:g} points"
            yield f"of the burden ({measure}), {rule.group} students carry at most {extra} more than everyone"
    for flow in rules.flow_balance:
        who = f"{flow.group} students" if flow.group is not None else "students"
        each = "neither sends" if flow.ways == "both" else f"{flow.between[0]} does not send"
        a, b = flow.between
        yield f"between {a} and {b} ({flow.column}), counting {who}, {each} more than {flow.max_ratio:g} times what it gets"


def _counted(items: Sequence[object], noun: str) -> str:
    return f"{len(items):,} {noun}{'' if len(items) == 1 else 's'}" if items else ""


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
