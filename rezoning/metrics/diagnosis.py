"""What a board asks of today's zones before anybody looks for others: the table of contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rezoning.district.district import Floats
from rezoning.metrics import necks, shares
from rezoning.metrics.beside import Beside, difference, pooled, schools_beside, shares_of
from rezoning.metrics.indices import INDICES
from rezoning.metrics.islands import Island, islands
from rezoning.metrics.nearer import Nearer, nearer_schools
from rezoning.metrics.residence import Residence, residence
from rezoning.metrics.seats import school_seats
from rezoning.metrics.splits import Split, best_splits
from rezoning.metrics.zones import Zones
from rezoning.scenario.bands import PRESETS, BandRule
from rezoning.scenario.policy import uses_of
from rezoning.scenario.schema import Scenario

POOLED = ("dissimilarity", "normalized_exposure")  # what is told of zones that are pooled


@dataclass(frozen=True, eq=False)
class OutOfBand:
    """A band, and which schools are outside.

    Parameters
    ----------
    band
        The band; with a preset one that a policy has used.
    is_rule
        Whether the scenario has it, as a rule or as a wish.
    limits
        Least and largest share of each range, in this district.
    outside
        Students of each school to the nearest range, shape (M,).
    """

    band: BandRule
    is_rule: bool
    limits: list[tuple[float, float]]
    outside: Floats


@dataclass(frozen=True, eq=False)
class Pooled:
    """Two neighboring zones pooled, as when two schools are paired: each teaches some grades of all children of both (the Princeton plan).

    A building then holds the mix of both zones, if the groups' shares are the same in every grade. So its index is that of zones of which these two
    are one, exactly, however the grades are split.

    Parameters
    ----------
    beside
        The two schools.
    students
        Of both zones: each has a child who would go to the other building in some grades.
    after
        Index and group to its value with the two zones pooled; None where it is undefined.
    room
        Seats of both together less their students, as many as may be used; None where seats are not known.
    """

    beside: Beside
    students: float
    after: dict[str, dict[str, float | None]]
    room: float | None


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Everything that is measured of today's zones.

    Parameters
    ----------
    zones
        Today's, of the district without groups that must not be shown.
    groups
        The groups, the one that the scenario is about first.
    chosen
        Those of them that zones may be drawn for: only of these is told which schools to pair.
    seats, nearer
        None where seats, or trips, are not known.
    islands, corridors, necks
        As the measures of these names.
    beside, bands, residence, pooled
        Schools that are neighbors, bands, where people live, what pairing would do; pairs with the largest gain first.
    now
        Index and group to today's value.
    splits
        The best way to split the grades of pairs that are worth a look, those that lower the first group's index most first; None where grades are
        not counted.
    """

    zones: Zones
    groups: tuple[str, ...]
    chosen: tuple[str, ...]
    seats: list[dict[str, Any]] | None
    beside: list[Beside]
    nearer: list[Nearer] | None
    islands: list[Island]
    corridors: dict[str, list[str]]
    necks: dict[str, float | None] | None
    bands: list[OutOfBand]
    residence: dict[str, Residence]
    now: dict[str, dict[str, float | None]]
    pooled: list[Pooled]
    splits: list[Split] | None = None

    def most_unequal(self, group: str) -> list[tuple[Beside, float]]:
        """Neighbors with the difference |p_one - p_other| of a group's share, the most unequal first; schools without students are left out."""
        known = shares_of(self.zones, group)
        found = [(pair, gap) for pair in self.beside if (gap := difference(known, pair.one, pair.other)) is not None]
        return sorted(found, key=lambda one: (-one[1], one[0].one, one[0].other))


def seats_of_open(found: Diagnosis) -> Iterator[tuple[int, dict[str, Any]]]:
    """Schools that are open today with their seats and times; a candidate is none, and not 0 % full."""
    return ((s, row) for s, row in enumerate(found.seats or ()) if found.zones.is_open[s])


def diagnose(zones: Zones, scenario: Scenario, allowed: Floats | None, least: Floats | None) -> Diagnosis:
    """Measure today's zones.

    Parameters
    ----------
    zones
        Today's, of the district without groups that must not be shown.
    allowed, least
        Most and fewest students that each open school may hold by the rules, shape (m,); None where seats are not known, or no rule gives a least.
    """
    beside = schools_beside(zones)
    groups = _groups(scenario, zones)
    chosen = tuple(name for name in groups if uses_of(scenario).get(name) == "optimize")
    now = {index: {name: INDICES[index](zones.groups[name], zones.students) for name in groups} for index in POOLED}
    return Diagnosis(
        zones=zones,
        groups=groups,
        chosen=chosen,
        seats=school_seats(zones, allowed, least),
        beside=beside,
        nearer=nearer_schools(zones, allowed),
        islands=islands(zones),
        corridors=necks.corridors(zones),
        necks=necks.necks(zones),
        bands=list(_bands(zones, scenario, groups)),
        residence={name: residence(zones, name) for name in groups},
        now=now,
        pooled=_pooled(zones, beside, chosen, allowed, now),
        splits=None if len(zones.district.grades) < 2 else best_splits(zones, beside, chosen, allowed),
    )


def _groups(scenario: Scenario, zones: Zones) -> tuple[str, ...]:
    first = [goal.group for goal in scenario.goals if goal.group in zones.groups]
    return tuple(dict.fromkeys([*(name for name in first if name is not None), *zones.groups]))


def _bands(zones: Zones, scenario: Scenario, groups: tuple[str, ...]) -> Iterator[OutOfBand]:
    """The scenario's bands, then for each group those that policies have used for every school."""
    usual = [name for name, preset in PRESETS.items() if not preset.needs]
    ours = [band for band in scenario.rules.bands if band.group is None or band.group in groups]
    bands = [(band, True) for band in ours] + [(BandRule.model_validate({"group": g, "preset": p}), False) for g in groups for p in usual]
    for band, is_rule in bands:
        found, outside = shares.counted(zones.district, band), shares.students_outside(zones, band)
        if found is not None and outside is not None:
            yield OutOfBand(band, is_rule, shares.limits_at(band, found.share), outside)


def _pooled(
    zones: Zones, beside: list[Beside], groups: tuple[str, ...], allowed: Floats | None, now: dict[str, dict[str, float | None]]
) -> list[Pooled]:
    """Every two neighbors, by how much the first group's dissimilarity falls, the most first."""

    def after(pair: Beside, index: str, group: str) -> float | None:
        return INDICES[index](*(pooled(counts, pair.one, pair.other) for counts in (zones.groups[group], zones.students)))

    found = []
    for pair in beside:
        both = np.array([pair.one, pair.other])
        students = float(zones.students[both].sum())
        room = None if allowed is None else float(allowed[both].sum()) - students
        found.append(Pooled(pair, students, {index: {name: after(pair, index, name) for name in groups} for index in POOLED}, room))

    def rank(one: Pooled) -> tuple[float, int, int]:
        change = gain(now, one, groups[0]) if groups else None
        return -(change or 0.0), one.beside.one, one.beside.other

    return sorted(found, key=rank)


def gain(now: dict[str, dict[str, float | None]], one: Pooled, group: str, index: str = "dissimilarity") -> float | None:
    """By how much an index falls when two zones are pooled; None where it is undefined."""
    before, after = now[index][group], one.after[index][group]
    return None if before is None or after is None else before - after
