"""Rules that say which schools a unit may have: each gives one table of allowed (unit, school) pairs.

What is left after all of them are the admissible pairs. Where nothing is left, the tables say which rules are to blame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.errors import Problems, shown
from rezoning.scenario.schema import Scenario

Table = NDArray[np.bool_]
TOLERANCE = 1e-6  # minutes or km: the contract's tolerance of audit and pruning alike


@dataclass(frozen=True, eq=False)
class Restriction:
    """What one rule allows: its key under ``rules`` and a table of shape (n, m)."""

    rule: str
    allowed: Table

    def words(self, u: int, names: tuple[str, ...]) -> str:
        """What the rule says about one unit: ``assign: only Oak Hill``."""
        row = self.allowed[u]
        few = np.flatnonzero(row)
        if len(few) <= len(row) // 2:
            return f"{self.rule}: only {shown(names[s] for s in few)}" if len(few) else f"{self.rule}: no school"
        return f"{self.rule}: not {shown(names[s] for s in np.flatnonzero(~row))}"


def _everything(district: District) -> Table:
    return np.ones((district.num_units, district.num_schools), dtype=bool)


Places = tuple[NDArray[np.int64], NDArray[np.int64]]  # units, and the one school of each (-1: none that is open)


def locked_places(district: District, scenario: Scenario) -> Places:
    """Locked units and the units of locked schools, with today's school."""
    rule, today = scenario.rules.locked, district.stayable
    if rule is None:
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    stays = np.isin(today, [district.school_index[text] for text in rule.schools])
    stays[[district.unit_index[text] for text in rule.units]] = True
    units = np.flatnonzero(stays)
    return units, today[units]


def assigned_places(district: District, scenario: Scenario) -> Places:
    """The units that `assign` names, with its school."""
    wanted = scenario.rules.assign
    units = np.array([district.unit_index[text] for text in wanted], dtype=np.int64)
    return units, np.array([district.school_index[text] for text in wanted.values()], dtype=np.int64)


def _only(table: Table, places: Places) -> Table:
    """Let each of the units have its one school and no other; a school of -1 leaves it none."""
    units, schools = places
    table[units] = False
    known = schools >= 0
    table[units[known], schools[known]] = True
    return table


def locked(district: District, scenario: Scenario) -> Table | None:
    """Locked units keep today's school; a locked school's zone neither gains nor loses a unit."""
    rule = scenario.rules.locked
    if rule is None:
        return None
    table = _everything(district)
    table[:, [district.school_index[text] for text in rule.schools]] = False
    return _only(table, locked_places(district, scenario))


def assign(district: District, scenario: Scenario) -> Table | None:
    """Units that must have a certain school."""
    return _only(_everything(district), assigned_places(district, scenario)) if scenario.rules.assign else None


def forbid(district: District, scenario: Scenario) -> Table | None:
    """Pairs that may not hold."""
    if not scenario.rules.forbid:
        return None
    table = _everything(district)
    for unit, school in scenario.rules.forbid:
        table[district.unit_index[unit], district.school_index[school]] = False
    return table


def school_in_own_zone(district: District, scenario: Scenario) -> Table | None:
    """The unit that holds a school belongs to that school."""
    if not scenario.rules.school_in_own_zone:
        return None
    return _only(_everything(district), (district.school_unit, np.arange(district.num_schools)))


def travel(district: District, scenario: Scenario) -> Table | None:
    """Trips within the limits, or today's where a unit may stay.

    Allowed: today's school (`stay_allowed`), or t <= always_within, or both t <= max and t <= (1 + max_increase) t_today. A unit without a trip
    of today (new, its school closed, or unknown) has no limit of increase. An unknown trip is never allowed unless it is today's.
    """
    rule, t = scenario.rules.travel, district.travel
    if t is None or (rule is None and all(goal.minimize != "travel" for goal in scenario.goals)):
        return None
    table = ~np.isnan(t)
    units, today = np.arange(district.num_units), district.stayable
    if rule is not None:
        limit = np.full((district.num_units, 1), np.inf if rule.max is None else rule.max)
        if rule.max_increase is not None:
            now = np.where(today >= 0, t[units, today], np.nan)
            limit = np.fmin(limit, (1 + rule.max_increase) * now[:, None])  # fmin: an unknown trip of today sets no limit
        within = t <= limit + TOLERANCE
        if rule.always_within is not None:
            within |= t <= rule.always_within + TOLERANCE
        table &= within
    if scenario.rules.stay_allowed:
        table[units[today >= 0], today[today >= 0]] = True
    for placed, schools in (locked_places(district, scenario), assigned_places(district, scenario)):  # they override this rule and no other
        table[placed[schools >= 0], schools[schools >= 0]] = True
    return table


RULES: tuple[Callable[[District, Scenario], Table | None], ...] = (locked, assign, forbid, school_in_own_zone, travel)


def admissible(district: District, scenario: Scenario) -> tuple[Table, list[Restriction]]:
    """All admissible pairs, shape (n, m), and the restriction of each rule that has one."""
    tables = [(rule.__name__, rule(district, scenario)) for rule in RULES]
    restrictions = [Restriction(name, table) for name, table in tables if table is not None]
    return np.logical_and.reduce([_everything(district), *(restriction.allowed for restriction in restrictions)]), restrictions


def blame(district: District, scenario: Scenario, units: NDArray[np.int64], restrictions: list[Restriction], problems: Problems) -> None:
    """Say why each of the units has no admissible school: contradicting rules one by one, too long trips together."""
    far = []
    for u in units:
        touching = [restriction for restriction in restrictions if not restriction.allowed[u].all()]
        if [restriction.rule for restriction in touching] == ["travel"]:
            far.append(int(u))
            continue
        said = "; ".join(restriction.words(u, district.school_names) for restriction in touching)
        problems.add(
            scenario.rules.place(*(() if len(touching) > 1 else (touching[0].rule,))),
            f"unit '{district.unit_ids[u]}' has no school that all rules allow ({said}).",
            "Take one of these rules back for this unit.",
        )
    if far:
        _blame_travel(district, scenario, far, problems)


def _blame_travel(district: District, scenario: Scenario, units: list[int], problems: Problems) -> None:
    assert district.travel is not None
    known = np.where(np.isnan(district.travel[units]), np.inf, district.travel[units]).min(axis=1)
    reachable = known[np.isfinite(known)]
    cure = ""
    if len(reachable):
        rule = scenario.rules.travel  # always_within lifts every limit; max lifts its own, so it helps only where no other binds
        keys = "rules.travel.max or rules.travel.always_within" if rule is not None and rule.max_increase is None else "rules.travel.always_within"
        cure = f"Raise {keys} to {np.ceil(reachable.max() * 100) / 100:g} {district.travel_unit}, or drop the limits."
    if len(reachable) < len(units):
        cure = f"{cure} The travel file knows no trip at all for {len(units) - len(reachable)} of them: add their rows.".strip()
    problems.add(
        scenario.rules.place("travel"),
        f"{len(units)} {'unit has' if len(units) == 1 else 'units have'} no school within the travel limits: "
        f"{shown(district.unit_ids[u] for u in units)}.",
        cure,
    )
