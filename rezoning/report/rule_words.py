"""Rules in the words of a language: each rule of a scenario as a phrase that a planner can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rezoning.report.catalogue.kinds import given, settled
from rezoning.report.language import Language
from rezoning.scenario.bands import BandRule, Range
from rezoning.scenario.findings import ALL
from rezoning.scenario.schema import CapacityRule, Rules, TravelRule

MOST_NAMES = 6  # schools that a rule names
NO_NAMES: Mapping[str, str] = {}


def rules_words(
    rules: Rules, travel_unit: str, language: Language, schools: Mapping[str, str] = NO_NAMES, *, are_zones_drawn: bool = True
) -> list[str]:
    """Every rule of a scenario as a phrase, in the scenario's order; schools by the names of their ids, where these are given.

    Where zones are not drawn, for schools that are paired in today's, nothing is said of zones in one piece.
    """
    speaker = _Speaker(travel_unit, language, schools)
    if rules.locked is not None and rules.locked.all:
        return [speaker.said("locked_all")]  # nothing else is asked of zones that stay as they are
    return [
        *speaker.capacity(rules.capacity),
        *speaker.travel(rules),
        *(speaker.contiguity(rules) if are_zones_drawn else ()),
        *speaker.shape(rules),
        *speaker.lists(rules),
        *speaker.access(rules),
        *speaker.stability(rules),
        *speaker.reassigned(rules),
        *speaker.mix(rules),
        *speaker.burden(rules),
        *speaker.feeders(rules),
        *speaker.openings(rules),
        *speaker.statement(rules),
    ]


@dataclass(frozen=True)
class _Speaker:
    """Says rules in a language, trips in a unit, schools by their names."""

    travel_unit: str
    language: Language
    schools: Mapping[str, str]

    def said(self, key: str, /, **values: object) -> str:
        return self.language.text(f"rules.{key}", **values)

    def share(self, share: float | None) -> str:
        return "" if share is None else self.language.share(share)

    def trip(self, length: float) -> str:
        return given(length, settled("travel", self.travel_unit), self.language)

    def points(self, share: float) -> str:
        return self.said("points", points=f"{100 * share:g}")

    def counted(self, items: Sequence[object], noun: str) -> str:
        """``3 schools``; nothing where there is none."""
        return self.said(f"{noun}_{'one' if len(items) == 1 else 'many'}", count=f"{len(items):,}") if items else ""

    def school(self, text: str) -> str:
        """A school's name."""
        return self.schools.get(text, text)

    def several(self, schools: Sequence[str], noun: str = "school") -> str:
        """Schools by their names where they are few and known, else how many."""
        if not schools or len(schools) > MOST_NAMES or not all(text in self.schools for text in schools):
            return self.counted(schools, noun)
        return self.said(f"{noun}_named", names=", ".join(map(self.school, schools)))

    def capacity(self, rule: CapacityRule | None) -> Iterator[str]:
        if rule is None:
            return
        key = "capacity_min" if rule.max is None else "capacity_max" if rule.min == 0 else "capacity_both"
        portables = self.said("portables") if rule.portables else ""
        yield self.said(key, min=self.share(rule.min), max=self.share(rule.max), base=self.said(f"of_{rule.of}"), portables=portables)
        if rule.schools:
            yield self.said("capacity_schools", schools=self.several(tuple(rule.schools)))

    def travel(self, rules: Rules) -> Iterator[str]:
        rule = rules.travel
        if rule is None:
            return
        yield from self.limits(rule.max, rule.max_increase, "trip")
        if rule.always_within is not None:
            yield self.said("always_within", max=self.trip(rule.always_within))
        yield from self.modes(rule)
        if rule.units:
            yield self.said("travel_units", units=self.counted(tuple(rule.units), "unit"))
        if rules.stay_allowed:
            yield self.said("stay_allowed")

    def modes(self, rule: TravelRule) -> Iterator[str]:
        if rule.modes is not None:
            yield from self.limits(rule.modes.walk.max, rule.modes.walk.max_increase, "walk")
            yield from self.limits(rule.modes.bus.max, rule.modes.bus.max_increase, "bus")

    def limits(self, most: float | None, increase: float | None, what: str) -> Iterator[str]:
        if most is not None:
            yield self.said(f"{what}_max", max=self.trip(most))
        if increase is not None:
            yield self.said(f"{what}_max_increase", share=self.share(increase))

    def contiguity(self, rules: Rules) -> Iterator[str]:
        rule = rules.contiguity
        yield self.said(f"contiguity_{rule.method}", islands=self.said("islands") if rule.islands == "keep" else "")
        if not rules.school_in_own_zone:
            yield self.said("school_elsewhere")

    def shape(self, rules: Rules) -> Iterator[str]:
        rule = rules.shape
        if rule is None:
            return
        for key, most in (("borders_all", rule.max_boundary_increase), ("borders_each", rule.each_school)):
            if most is not None:
                yield self.said(key, share=self.share(most)) if most else self.said(f"{key}_none")
        if rule.min_width_m:
            yield self.said("min_width", width=given(rule.min_width_m, "m", self.language))

    def lists(self, rules: Rules) -> Iterator[str]:
        if rules.locked is not None:
            units, zones = self.counted(rules.locked.units, "unit"), self.several(rules.locked.schools, "zone")
            what = self.said("and", one=units, other=zones) if units and zones else units or zones
            yield from [self.said("locked_all")] if rules.locked.all else [self.said("locked", what=what)] if what else []
        if rules.assign:
            yield self.said("assigned", units=self.counted(tuple(rules.assign), "unit"))
        if rules.forbid:
            yield self.said("forbidden", pairs=self.counted(rules.forbid, "pair"))

    def access(self, rules: Rules) -> Iterator[str]:
        if rules.walk is not None:
            yield self.said(f"walk_{rules.walk.guarantee}")
        if rules.nearest is not None:
            yield self.said("nearest", within=self.trip(rules.nearest.within))
        if rules.no_crossing is not None:
            yield self.said(f"crossing_{rules.no_crossing.today}")

    def stability(self, rules: Rules) -> Iterator[str]:
        if rules.protected is not None:
            yield self.said("protected", which=self.counted(rules.protected.units, "unit") or self.said("protected_column"))
        if rules.not_again is not None:
            yield self.said("not_again", years=rules.not_again.years, year=rules.not_again.year)
        together = rules.keep_together
        if together is not None and together.column is not None:
            yield self.said("together_column", column=together.column)
        elif together is not None:
            yield self.said("together_groups", groups=self.counted(together.groups, "group"))
        if rules.unity is not None:
            yield self.said("unity", share=self.share(rules.unity.min_share))

    def reassigned(self, rules: Rules) -> Iterator[str]:
        budget = rules.reassigned
        if budget is not None:
            yield from [self.said("moved_all", share=self.share(budget.max_share))] if budget.max_share is not None else []
            yield from (self.said("moved_group", share=self.share(share), group=self.language.group(name)) for name, share in budget.groups.items())
            yield from (self.said("moved_school", share=self.share(share), school=self.school(school)) for school, share in budget.schools.items())
            yield from [self.said("moved_each", share=self.share(budget.each_school))] if budget.each_school is not None else []
        for year in rules.phase_in:
            stay = ", ".join(self.said("phase_in_grade", share=self.share(share), grade=grade) for grade, share in year.stay.items())
            yield self.said("phase_in", year=year.year, stay=stay or self.said("phase_in_nobody"))

    def mix(self, rules: Rules) -> Iterator[str]:
        yield from map(self.band, rules.bands)
        for rule in rules.isolation:
            yield self.said("isolation", above=self.share(rule.above), group=self.language.group(rule.group))

    def band(self, band: BandRule) -> str:
        where = self.said("band_everywhere") if band.schools is None else self.several(band.schools)
        if band.except_schools:
            where = self.said("band_but", where=where, schools=self.several(band.except_schools))
        source = "" if band.preset is None else self.language.text(f"statement.preset.{band.preset}").removesuffix(".")
        values = {
            "where": where,
            "range": self.said("band_or").join(self.range(part, is_share=band.index is None) for part in band.ranges),
            "preset": "" if band.preset is None else self.said("band_preset", name=band.preset, source=source),
        }
        if band.group is None:
            said = self.said("band_index", index=band.index, **values)
        else:
            said = self.said("band_group", group=self.language.group(band.group), **values)
        return self.said("band_soft", band=said) if band.soft else said

    def range(self, part: Range, *, is_share: bool) -> str:
        def number(value: float | None) -> str:
            return "" if value is None else self.share(value) if is_share else f"{value:g}"

        if part.within is not None:
            middle = self.said("band_district") if part.target is None else self.said("band_target", target=number(part.target))
            near = number(part.within) if part.relative else f"{100 * part.within:g}"
            return self.said("band_relative" if part.relative else "band_within", near=near, middle=middle)
        key = "band_most" if part.min is None else "band_least" if part.max is None else "band_between"
        return self.said(key, min=number(part.min), max=number(part.max))

    def burden(self, rules: Rules) -> Iterator[str]:
        for rule in rules.burden:
            measure = self.language.text(f"goals.measure_{rule.measure}")
            measure = measure if rule.over is None else self.said("burden_over", measure=measure, over=self.trip(rule.over))
            values = {"measure": measure, "group": self.language.group(rule.group)}
            if rule.max_ratio is not None:
                yield self.said("burden_ratio", ratio=f"{rule.max_ratio:g}", **values)
            if rule.max_extra is not None:
                extra = self.trip(rule.max_extra) if rule.measure == "added_travel" else self.points(rule.max_extra)
                yield self.said("burden_extra", extra=extra, **values)
        for flow in rules.flow_balance:
            who = self.said("flow_students") if flow.group is None else self.said("flow_group", group=self.language.group(flow.group))
            one, other = flow.between
            yield self.said(f"flow_{flow.ways}", one=one, other=other, column=flow.column, who=who, ratio=f"{flow.max_ratio:g}")

    def feeders(self, rules: Rules) -> Iterator[str]:
        for rule in rules.feeders:
            ends = {"lower": rule.lower or "", "upper": rule.to or "", "count": rule.count or rule.lower or ""}
            if rule.min_share is not None:
                end = ends["upper" if rule.of == "upper" else "lower"]
                yield self.said("feeders_share", share=self.share(rule.min_share), end=end, **ends)
            if rule.split == "none":
                yield self.said("feeders_whole", **ends)
            elif rule.most_split is not None:
                yield self.said("feeders_most_one" if rule.most_split == 1 else "feeders_most", most=rule.most_split, **ends)

    def openings(self, rules: Rules) -> Iterator[str]:
        rule = rules.openings
        if rule is None:
            return
        for key, count in (("open", rule.open), ("close", rule.close), ("total", rule.total)):
            if count is not None:
                ends = "exact" if count.min == count.max else "most" if count.min is None else "least" if count.max is None else "between"
                yield self.said(f"openings_{key}", count=self.said(f"count_{ends}", min=count.min, max=count.max))
        if rule.least is not None:
            yield self.said("openings_least", least=self.share(rule.least))
        if rules.travel is not None and rules.travel.max_increase is not None:
            yield self.said("openings_trip")
        for key, schools in (("must_open", rule.must_open), ("must_close", rule.must_close)):
            if schools:
                yield self.said(f"openings_{key}", schools=self.several(schools))
        for key, ties in (("not_both", rule.not_both), ("together", rule.together)):
            yield from (self.said(f"openings_{key}", one=self.school(one), other=self.school(other)) for one, other in ties)

    def statement(self, rules: Rules) -> Iterator[str]:
        numbers = rules.statement
        if numbers:
            key = "all" if numbers == ALL else "one" if len(numbers) == 1 else "many"
            yield self.said(f"statement_{key}", findings=", ".join(str(number) for number in numbers))
