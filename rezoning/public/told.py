"""What a book tells of students besides counts: mean trips, and that the rules of the scenario are kept.

Each is an inequality on sums of students, and a reader who is held to know it is not underrated.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.district.district import Floats
from rezoning.district.questions import findings_held
from rezoning.metrics import burden
from rezoning.metrics.measure import long_ride
from rezoning.public.book import EVERYONE
from rezoning.public.counting import Counted, ShownZones
from rezoning.public.ledger import Bools, Ledger, Population
from rezoning.public.people import People
from rezoning.public.rounding import Rounding
from rezoning.runs.option import Option
from rezoning.scenario.bands import BandRule
from rezoning.scenario.findings import OF_MOVES, OF_PROGRAMS, OF_TRIPS
from rezoning.scenario.rules import BurdenRule, CapacityRule, ReassignedRule
from rezoning.scenario.standard import Standard

# What is lost with a mean of each kind, on the scale of `rezoning.public.counting`.
MEAN, MEAN_GROUP, MEAN_SCHOOL = 400.0, 60.0, 12.0
BORNE = ("added_travel", "added_minutes_only")


def tell_means(ledger: Ledger, people: People, one: ShownZones, found: Counted, rounding: Rounding) -> None:
    """Mean trips of everyone, of groups and of schools, and what trips grow by, as exact as they are shown."""
    zones, half = one.zones, rounding.half_trip
    if zones.trips is None:
        return
    known = ~np.isnan(zones.trips)
    trips = np.where(known, zones.trips, 0.0)
    for name, kind in one.people.items():
        cost = MEAN if name == EVERYONE else MEAN_GROUP
        found.means["trip", name] = _mean(ledger, kind, trips, known, half, cost)
        for measure in BORNE:
            borne = burden.per_student(zones, measure)
            if borne is not None:
                is_known = ~np.isnan(borne)
                found.means[measure, name] = _mean(ledger, kind, np.where(is_known, borne, 0.0), is_known, half, cost)
    if one.has_schools:
        for k in np.unique(one.zone[one.zone >= 0]).tolist():
            found.means["school", str(k)] = _mean(ledger, people.everyone, trips, known & (one.zone == k), half, MEAN_SCHOOL)
    for k, cells in found.closing.items():
        found.means["closing", str(k)] = _mean(ledger, people.everyone, trips, known & cells.units, half, MEAN_SCHOOL)


def _mean(ledger: Ledger, kind: Population, values: Floats, units: Bools, half: float, cost: float) -> tuple[int, ...]:
    """A mean over some units, told as a rounded number: it lies no further than `half` from that."""
    total = float(kind.weights[units].sum())
    if total <= 0:
        return ()
    mean = round(float(kind.weights[units] @ values[units]) / total / (2 * half)) * 2 * half
    above, below = (units * sign * (values - mean) - units * half for sign in (1.0, -1.0))
    return ledger.fact([(kind, above)], 0.0, cost), ledger.fact([(kind, below)], 0.0, cost)


def tell_rules(ledger: Ledger, people: People, one: ShownZones, option: Option) -> None:
    """Rules that are published with an audit that passed."""
    rules = option.scenario.rules
    if not option.audit.passed:
        return
    if rules.capacity is not None:
        _capacity(ledger, people, one, rules.capacity)
    if rules.openings is not None and rules.openings.least is not None:
        _least_of_open(ledger, people, one, rules.openings.least)
    if rules.reassigned is not None:
        _budgets(ledger, one, rules.reassigned)
    for band in rules.bands:
        if not band.soft and band.group in one.people:
            _band(ledger, one, band)
    for rule in rules.isolation:
        if rule.group in one.people:
            _isolation(ledger, one, rule.group, rule.above)
    for burdened in (*rules.burden, *_burdens_of_findings(one, option)):
        _burden(ledger, one, burdened, long_ride(option.scenario))
    if OF_PROGRAMS in findings_held(one.zones.district, rules):
        _programs(ledger, one, Standard.of(option.scenario))


def _burdens_of_findings(one: ShownZones, option: Option) -> Iterator[BurdenRule]:
    """Findings 5 and 6 where they are rules: kept for every group that is judged, also for those of whom the statement would not say so."""
    district, standard = one.zones.district, Standard.of(option.scenario)
    held, settings = findings_held(district, option.scenario.rules), standard.settings
    for group in standard.judged(district.groups):
        if OF_MOVES in held:
            yield BurdenRule(group=group, measure="reassigned", max_ratio=settings.max_ratio)
        if OF_TRIPS in held:
            yield BurdenRule(group=group, measure="added_travel", max_extra=settings.max_extra)


def _capacity(ledger: Ledger, people: People, one: ShownZones, rule: CapacityRule) -> None:
    zones, district = one.zones, one.zones.district
    kinds = [people.everyone, *(people.other_kind(f"year {name}", students) for name, students in district.years.items())]
    kinds += [people.other_kind(f"growth {name}", students) for name, students in district.growth.items()]
    for s in np.flatnonzero(zones.is_open).tolist():  # of a closed school nothing is asked
        inside = (zones.school == s).astype(np.float64)
        least, most = rule.limits(zones.ids[s])
        least = 0.0 if district.optional[s] else least
        more = 0.0 if district.portables is None or not rule.portables else float(district.portables[s])
        for kind in kinds:
            if rule.of == "capacity" and district.capacity is not None:
                base = float(district.capacity[s])
                ledger.fact([(kind, -inside)], -least * base)
                if most is not None:
                    ledger.fact([(kind, inside)], most * base + more)
            elif rule.of == "current" and district.has_current:
                here = (district.stayable == s).astype(np.float64)
                ledger.fact([(kind, -inside), (people.everyone, least * here)], 0.0)
                if most is not None:
                    ledger.fact([(kind, inside), (people.everyone, -most * here)], more)


def _least_of_open(ledger: Ledger, people: People, one: ShownZones, least: float) -> None:
    zones, district = one.zones, one.zones.district
    seats = district.capacity
    if seats is None:
        return
    for s in np.flatnonzero(zones.is_open & district.optional).tolist():
        ledger.fact([(people.everyone, -(zones.school == s).astype(np.float64))], -least * float(seats[s]))


def _budgets(ledger: Ledger, one: ShownZones, rule: ReassignedRule) -> None:
    moved = one.zones.moved
    if moved is None:
        return
    shares = rule.groups | ({} if rule.max_share is None else {EVERYONE: rule.max_share})
    for name, share in shares.items():
        if name in one.people:
            ledger.fact([(one.people[name], np.asarray(moved - share, dtype=np.float64))], 0.0)
    for s, text in enumerate(one.zones.ids):
        most = rule.schools.get(text, rule.each_school)
        if most is not None:
            ledger.fact([(one.people[EVERYONE], (one.zones.district.stayable == s) * (moved - most))], 0.0)


def _band(ledger: Ledger, one: ShownZones, band: BandRule) -> None:
    zones, group = one.zones, one.people[str(band.group)]
    students = float(zones.district.students.sum())
    ranges = [found.limits(float(group.weights.sum()) / students) for found in band.ranges] if students > 0 else []
    if not ranges:
        return
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    for s, text in enumerate(zones.ids[: zones.district.num_schools]):
        if band.holds_for(text):
            _share(ledger, one, group, s, high)
            if np.isfinite(low):
                inside = (zones.school == s).astype(np.float64)
                ledger.fact([(group, -inside), (one.people[EVERYONE], low * inside)], 0.0)


def _isolation(ledger: Ledger, one: ShownZones, name: str, above: float) -> None:
    """A school above the share today may stay so far above it."""
    zones, group = one.zones, one.people[name]
    today = zones.district.stayable
    for s in range(zones.district.num_schools):
        here = today == s
        students = float(zones.district.students[here].sum())
        before = float(group.weights[here].sum()) / students if students > 0 else 0.0
        _share(ledger, one, group, s, max(above, before))


def _share(ledger: Ledger, one: ShownZones, group: Population, s: int, most: float) -> None:
    """A group's share of a school's students is at most so much."""
    inside = (one.zones.school == s).astype(np.float64)
    if np.isfinite(most):
        ledger.fact([(group, inside), (one.people[EVERYONE], -most * inside)], 0.0)


def _burden(ledger: Ledger, one: ShownZones, rule: BurdenRule, long: float | None) -> None:
    """A group bears no more than so many times, or so much more than, everyone."""
    borne, everyone = burden.per_student(one.zones, rule.measure, long if rule.over is None else rule.over), one.people[EVERYONE]
    group = one.people.get(rule.group)
    if borne is None or group is None or min(float(group.weights.sum()), float(everyone.weights.sum())) <= 0:
        return
    ours, all_of = borne / float(group.weights.sum()), borne / float(everyone.weights.sum())
    for times, extra in ((rule.max_ratio, 0.0), (1.0, rule.max_extra)):
        if times is not None and extra is not None:
            ledger.fact([(group, ours), (everyone, -times * all_of)], extra)


def _programs(ledger: Ledger, one: ShownZones, standard: Standard) -> None:
    """Finding 7 where it is a rule: of everyone and of each group that is judged, no fewer students than today have a program.

    Where students live in units without a school today, it is their share that is no smaller.
    """
    district = one.zones.district
    assert district.current is not None
    is_settled = district.current >= 0
    for offers in district.programs.values():
        has, had = (np.asarray(offers[np.maximum(school, 0)], dtype=np.float64) for school in (one.zones.school, district.current))
        for name in (EVERYONE, *standard.judged(district.groups)):
            group = one.people.get(name)
            settled = 0.0 if group is None else float(group.weights[is_settled].sum())
            if group is not None and settled > 0:
                is_all = settled >= float(group.weights.sum())
                was = np.where(is_settled, had, 0.0) if is_all else float((group.weights * had)[is_settled].sum()) / settled
                ledger.fact([(group, was - has)], 0.0)
