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
from rezoning.formulation.access import nearest, no_crossing, place_of_measure, travel, walk
from rezoning.formulation.formulation import Floats
from rezoning.formulation.tables import Table, assigned_places, everything, firm, locked_places, not_again_places, only, protected_places
from rezoning.scenario.schema import Scenario

FEW = 5  # units with the same contradiction that are named one by one


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


def locked(district: District, scenario: Scenario) -> Table | None:
    """Locked units keep today's school; a locked school's zone neither gains nor loses a unit."""
    rule = scenario.rules.locked
    if rule is None:
        return None
    table = everything(district)
    table[:, [district.school_index[text] for text in rule.schools]] = False
    return only(table, locked_places(district, scenario))


def assign(district: District, scenario: Scenario) -> Table | None:
    """Units that must have a certain school."""
    return only(everything(district), assigned_places(district, scenario)) if scenario.rules.assign else None


def forbid(district: District, scenario: Scenario) -> Table | None:
    """Pairs that may not hold."""
    if not scenario.rules.forbid:
        return None
    table = everything(district)
    for unit, school in scenario.rules.forbid:
        if school in district.school_index:  # nobody is in a closed school's zone
            table[district.unit_index[unit], district.school_index[school]] = False
    return table


def school_in_own_zone(district: District, scenario: Scenario) -> Table | None:
    """The unit that holds a school belongs to that school; where it may close or open, it does so if it is open, by what open means."""
    if not scenario.rules.school_in_own_zone:
        return None
    schools = np.flatnonzero(~district.optional & ~district.has_site)
    return only(everything(district), (district.school_unit[schools], schools))


def openings(district: District, scenario: Scenario) -> Table | None:
    """A school that must be open has its unit, or its site (`sites`); one that must be closed has none."""
    rule = scenario.rules.openings
    if rule is None or not (rule.must_open or rule.must_close):
        return None
    is_firm = district.optional & ~district.has_site
    schools = np.array([s for text in rule.must_open if is_firm[s := district.school_index[text]]], dtype=np.int64)
    table = only(everything(district), (district.school_unit[schools], schools))
    table[:, [district.school_index[text] for text in rule.must_close]] = False
    return table


def protected(district: District, scenario: Scenario) -> Table | None:
    """Protected units keep today's school."""
    return None if scenario.rules.protected is None else only(everything(district), firm(district, protected_places(district, scenario)))


def not_again(district: District, scenario: Scenario) -> Table | None:
    """Units that changed schools lately keep today's school."""
    return None if scenario.rules.not_again is None else only(everything(district), firm(district, not_again_places(district, scenario)))


RULES: tuple[Callable[[District, Scenario], Table | None], ...] = (
    locked, protected, not_again, assign, forbid, school_in_own_zone, openings, walk, nearest, no_crossing, travel,
)  # fmt: skip


def admissible(district: District, scenario: Scenario) -> tuple[Table, list[Restriction]]:
    """All admissible pairs, shape (n, m), and the restriction of each rule that has one."""
    tables = [(rule.__name__, rule(district, scenario)) for rule in RULES]
    restrictions = [Restriction(name, table) for name, table in tables if table is not None]
    return np.logical_and.reduce([everything(district), *(restriction.allowed for restriction in restrictions)]), restrictions


def blame(district: District, scenario: Scenario, units: NDArray[np.int64], restrictions: list[Restriction], problems: Problems) -> None:
    """Say why each of the units has no admissible school: too long trips together, and so contradictions that many units share."""
    sharing: dict[tuple[str, ...], list[int]] = {}
    for u in units.tolist():
        sharing.setdefault(tuple(restriction.rule for restriction in restrictions if not restriction.allowed[u].all()), []).append(u)
    far = sharing.pop(("travel",), [])
    for touching, alike in sharing.items():
        place = scenario.rules.place(*(() if len(touching) > 1 else touching))
        if len(alike) > FEW:
            names, ids = ", ".join(touching), shown(district.unit_ids[u] for u in alike)
            problems.add(place, f"{len(alike)} units have no school that all rules allow ({names}): {ids}.", "Take one of these rules back for them.")
            continue
        for u in alike:
            said = "; ".join(restriction.words(u, district.school_names) for restriction in restrictions if restriction.rule in touching)
            sentence = f"unit '{district.unit_ids[u]}' has no school that all rules allow ({said})."
            problems.add(place, sentence, "Take one of these rules back for this unit.")
    if far:
        _blame_travel(district, scenario, far, problems)


def _blame_travel(district: District, scenario: Scenario, units: list[int], problems: Problems) -> None:
    assert district.travel is not None
    rule, known = scenario.rules.travel, np.where(np.isnan(district.travel), np.inf, district.travel).min(axis=1)
    if rule is None:
        _blame_measure(district, scenario, units, known, problems)
        return
    own = [u for u in units if district.unit_ids[u] in rule.units and np.isfinite(known[u])]
    for u in own:
        text = district.unit_ids[u]
        message = f"unit '{text}' has no school within its own limit of {rule.units[text]:g} {district.travel_unit}."
        problems.add(scenario.rules.place("travel", "units", text), message, f"Raise it to {_up(known[u])} {district.travel_unit}, or drop it.")
    units = [u for u in units if u not in own]
    reachable = known[units][np.isfinite(known[units])]
    cure = ""
    if len(reachable):  # always_within lifts every limit; max lifts its own, so it helps only where no other binds
        lifts = rule.max_increase is None and rule.modes is None
        keys = "rules.travel.max or rules.travel.always_within" if lifts else "rules.travel.always_within"
        cure = f"Raise {keys} to {_up(reachable.max())} {district.travel_unit}, or drop the limits."
    if len(reachable) < len(units):
        cure = f"{cure} {_lost(district, len(units) - len(reachable))}: {_cure_of_lost(district).lower()}.".strip()
    if units:
        message = f"{_without(units)} within the travel limits: {shown(district.unit_ids[u] for u in units)}."
        problems.add(scenario.rules.place("travel"), message, cure)


def _blame_measure(district: District, scenario: Scenario, units: list[int], known: Floats, problems: Problems) -> None:
    """Units that may have no school but one to which their trip is unknown, where something measures trips."""
    lost = sum(not np.isfinite(known[u]) for u in units)
    how = f" {_lost(district, lost)}." if lost else ""
    cure = f"{_cure_of_lost(district, ' to the travel file')}, or drop the goal or rule.{how}"
    named = shown(district.unit_ids[u] for u in units)
    problems.add(place_of_measure(scenario), f"trips are measured, and {_without(units)} to which a trip is known: {named}.", cure)


def _lost(district: District, count: int) -> str:
    """That no trip is known from some units."""
    if district.travel_source == "streets":
        return f"No school is reached along the streets from {count} of them"
    return f"The travel file knows no trip at all for {count} of them"


def _cure_of_lost(district: District, where: str = "") -> str:
    return "Give streets that lead there" if district.travel_source == "streets" else f"Add their rows{where}"


def _without(units: list[int]) -> str:
    return f"{len(units)} {'unit has' if len(units) == 1 else 'units have'} no school"


def _up(trip: float) -> str:
    return f"{np.ceil(trip * 100) / 100:g}"
