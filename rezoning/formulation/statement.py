"""Findings of the equity impact statement as rules: who moves, whose trips get longer, programs, seats, bands, who is moved twice.

Each finding holds exactly as the statement makes it, without its allowance for chance. Findings 1 to 3 are limits on what goals measure
(`statement_mix`); finding 9 is what the other rules promise, and has no rows of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rezoning.district.column_values import numbers
from rezoning.district.district import District
from rezoning.district.questions import findings_held
from rezoning.formulation.bands import Limits, band_limits, band_load, band_schools, outside, share_at_most
from rezoning.formulation.burden import at_most, burden_limits
from rezoning.formulation.formulation import Either, Floats, Ints, Pairs, RowName, Rows
from rezoning.formulation.growth import enrollments
from rezoning.formulation.sums import gathered_by_school, moved_pairs, one_row, stacked_rows
from rezoning.scenario.bands import BandRule
from rezoning.scenario.findings import MOVED_TWICE, OF_BANDS, OF_MOVES, OF_PROGRAMS, OF_TRIPS
from rezoning.scenario.rules import BurdenRule
from rezoning.scenario.schema import Scenario
from rezoning.scenario.standard import Standard

SLACK, STUDENTS = 1e-6, 1e-6  # students: the contract's tolerance
NEARER = 1e-8  # shares: by how much a school must be nearer to its band
SHARP = 100.0  # times a student: rows that tell nearer from as near, for less than a row's tolerance would be a nearer share of a few students
EVERYONE = "all"


@dataclass(frozen=True, eq=False)
class HeldTo:
    """Which findings a plan is held to, of which groups, over which pairs."""

    pairs: Pairs
    district: District
    scenario: Scenario

    @cached_property
    def findings(self) -> tuple[int, ...]:
        """Numbers of the findings."""
        return findings_held(self.district, self.scenario.rules)

    @cached_property
    def standard(self) -> Standard:
        """Thresholds, and who is hidden."""
        return Standard.of(self.scenario)

    @cached_property
    def judged(self) -> dict[str, Floats]:
        """Groups with enough students, shape (n,) each."""
        return self.standard.judged(self.district.groups)

    @cached_property
    def settled(self) -> Floats:
        """Whether a unit has a school today, open or closed; shape (n,)."""
        assert self.district.current is not None
        return (self.district.current >= 0).astype(np.float64)


def name_of(finding: int, *whom: str) -> RowName:
    """The name of a finding's row: ``finding 5, hispanic``."""
    return RowName("statement", ", ".join([f"finding {finding}", *filter(None, whom)]))


def finding_of(name: RowName) -> int:
    """The finding that a row is of; 0 where it is of another rule."""
    return int(name.subject.partition(",")[0].split()[-1]) if name.rule == "statement" else 0


# -- rows --------------------------------------------------------------------------------------------------------------


def statement(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """The findings that are rows: 4 to 8 and 11."""
    if not scenario.rules.statement:
        return None
    asked = HeldTo(pairs, district, scenario)
    return stacked_rows([rows for number, find in _ROWS.items() if number in asked.findings for rows in find(asked)])


def _reassigned(asked: HeldTo) -> Iterator[Rows]:
    """5. A group's share of reassigned students is at most `max_ratio` times everyone's."""
    for group in asked.judged:
        yield from _burden(asked, 5, BurdenRule(group=group, measure="reassigned", max_ratio=asked.standard.settings.max_ratio), asked.district)


def _travel(asked: HeldTo) -> Iterator[Rows]:
    """6. A group's mean added travel is at most `max_extra` above everyone's, of students whose trips are known."""
    district = _of_known_trips(asked.district, asked.scenario)
    for group in asked.judged:
        rule = BurdenRule(group=group, measure="added_travel", max_extra=asked.standard.settings.max_extra)
        yield from _burden(asked, 6, rule, district)


def _of_known_trips(district: District, scenario: Scenario) -> District:
    """The district without the students whom `assign` puts where no trip is known: nobody knows what is added to theirs."""
    assert district.travel is not None
    lost = [
        u for unit, school in scenario.rules.assign.items()
        if np.isnan(district.travel[u := district.unit_index[unit], district.school_index[school]])
    ]  # fmt: skip
    known = ~np.isin(np.arange(district.num_units), lost)
    return replace(district, students=district.students * known, groups={name: group * known for name, group in district.groups.items()})


def _burden(asked: HeldTo, finding: int, rule: BurdenRule, district: District) -> Iterator[Rows]:
    for limit in burden_limits(district, rule):
        (table,) = limit.tables
        yield at_most(asked.pairs, table, limit.most, name_of(finding, rule.group))


def _programs(asked: HeldTo) -> Iterator[Rows]:
    """7. The share of each group, and of everyone, at a school with a program is not lower than today, closed schools included."""
    district, now = asked.district, asked.district.current
    assert now is not None
    for program, offers in district.programs.items():
        for name, students in {EVERYONE: district.students, **asked.judged}.items():
            known = students * asked.settled
            if known.sum() > SLACK:
                was = float((known * offers[np.maximum(now, 0)]).sum()) / float(known.sum()) * float(students.sum())
                row = one_row(asked.pairs, np.outer(students, offers[: district.num_schools]))
                yield Rows(row, np.array([was]), np.array([np.inf]), (name_of(7, name, program),))


def _seats(asked: HeldTo) -> Iterator[Rows]:
    """8. No school holds more students than it may, now and in each year that the scenario knows.

    Of a school whose most is a share of its seats `rules.capacity` says the same, and nothing is added.
    """
    district, rule = asked.district, asked.scenario.rules.capacity
    assert district.capacity is not None
    portables = rule is not None and rule.portables and district.portables is not None
    most = district.capacity + (district.portables if portables and district.portables is not None else 0.0)
    is_said = [rule is not None and rule.of == "capacity" and rule.limits(text)[1] is not None for text in district.school_ids]
    schools = np.flatnonzero(~np.array(is_said, dtype=bool))
    for year in enrollments(district, asked.scenario) if len(schools) else ():
        names = tuple(name_of(8, district.school_ids[s], year.name) for s in schools)
        yield Rows(gathered_by_school(asked.pairs, year.load, schools), np.full(len(schools), -np.inf), (most - year.beside)[schools], names)


def _moved_twice(asked: HeldTo) -> Iterator[Rows]:
    """11. Nobody is reassigned who changed schools lately; whose school closes is, so that no plan can keep it."""
    rule, district = asked.scenario.rules.not_again, asked.district
    if rule is None:  # taken away, to see whether it stands in the way
        return
    lately = numbers(district, rule.column) > rule.year - rule.years
    yield at_most(asked.pairs, (moved_pairs(district) & lately[:, None]).astype(np.float64), 0.0, name_of(MOVED_TWICE))


# -- bands -------------------------------------------------------------------------------------------------------------


def soft_bands(asked: HeldTo) -> Iterator[tuple[BandRule, Ints, Floats, list[Limits]]]:
    """Bands that are no rules of their own, their schools, how far from each these may be, and the ranges.

    A school that is out of band today may be as far as that, but for a little; any other has to be in band.
    """
    for band in asked.scenario.rules.bands:
        if band.soft and band.group not in asked.standard.hidden:
            schools, limits = band_schools(asked.district, band), band_limits(asked.district, band)
            yield band, schools, _room(asked.district, band, limits)[schools], limits


def _room(district: District, band: BandRule, limits: list[Limits]) -> Floats:
    """How far from a band each school may be: nearer than today, 0 where it is in band today or nobody is there; shape (m,)."""
    load, scale = band_load(district, band), _reach(district, band)
    n = district.enrollment(district.stayable)
    inside = district.stayable >= 0
    a = np.bincount(district.stayable[inside], weights=load[inside], minlength=district.num_schools).astype(np.float64)
    lacking = np.min([np.maximum(_beyond(a, n, high), _beyond(-a, n, -low)) for low, high in limits], axis=0)
    far = np.where((n > 0) & (lacking > STUDENTS * scale), lacking / np.where(n > 0, n, 1.0), 0.0)
    return np.maximum(far - NEARER * scale, 0.0)


def _beyond(a: Floats, n: Floats, most: float) -> Floats:
    """What each school has above a share of its students."""
    return np.maximum(a - most * n, 0.0) if np.isfinite(most) else np.zeros(len(n))


def _reach(district: District, band: BandRule) -> float:
    """Students of a band's group are counted as such; of an index the sum is so many times the students who would have to change places."""
    if band.index is None:
        return 1.0
    known = numbers(district, band.index)[district.students > 0]
    reach = float(known.max() - known.min()) if len(known) else 0.0
    return reach if reach > 0 else 1.0


def _bands(asked: HeldTo) -> Iterator[Rows]:
    """4. Every school in each band, or nearer to it than today: bands of one range."""
    for band, schools, room, limits in soft_bands(asked):
        if len(limits) == 1:
            names, load = tuple(name_of(4, asked.district.school_ids[s]) for s in schools), band_load(asked.district, band)
            for share, sign in ((limits[0][1], 1.0), (limits[0][0], -1.0)):
                if np.isfinite(share):
                    rows = share_at_most(asked.pairs, asked.district, sign * load, schools, sign * share + room, names)
                    yield replace(rows, matrix=SHARP * rows.matrix)


def statement_choices(pairs: Pairs, district: District, scenario: Scenario) -> list[Either]:
    """Finding 4 for bands of several ranges: each school keeps one of them, or is nearer to one than today."""
    if not scenario.rules.statement:
        return []
    asked = HeldTo(pairs, district, scenario)
    if 4 not in asked.findings:
        return []
    found = []
    for band, schools, room, limits in soft_bands(asked):
        if len(limits) > 1:
            load = band_load(district, band)
            for s, more in zip(schools.tolist(), room.tolist(), strict=True):
                wider = [(low - more, high + more) for low, high in limits]
                block = outside(pairs, district, load, s, wider)
                found.append(Either(name_of(4, district.school_ids[s]), replace(block, parts=SHARP * block.parts)))
    return found


_ROWS = {OF_BANDS: _bands, OF_MOVES: _reassigned, OF_TRIPS: _travel, OF_PROGRAMS: _programs, 8: _seats, MOVED_TWICE: _moved_twice}
