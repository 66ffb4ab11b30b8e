"""What a district's files lack, and which rules, goals and measures that rules out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rezoning.commands.new.rules import has_borders
from rezoning.scenario.needs import needing
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District

WORDS: dict[str, tuple[str, str]] = {
    "today": ("today's zones", "a column of the units with today's school, zones as polygons, or a plan file"),
    "travel": ("trips from units to schools", "a table of travel times, or the streets of the county (.osm.pbf, TIGER edges)"),
    "groups": ("groups of students", "columns of the units that count students from low-income homes, or by race"),
    "seats": ("seats of the schools", "a column of capacities: only the district knows them"),
    "walk": ("who can walk", "walk zones as polygons, or a table of walks"),
    "barriers": ("barriers", "lines that children should not cross: highways, rails, rivers"),
    "borders": ("lengths of borders", "polygons of the units, or a third column with meters in the pairs of neighbors"),
    "programs": ("programs of the schools", "a yes/no column for each program in the table of schools"),
    "portables": ("portable classrooms", "a column of seats in portables in the table of schools"),
    "partition": ("groups that do not overlap", "columns of the units by race"),
    "addresses": ("addresses", "a table of all addresses (number, street, lon, lat), for the school finder"),
    "forecast": ("students of years to come", "columns of the units with the planning office's forecast"),
}
"""What may be missing, in a planner's words, and what would be added."""

NEEDS = {"seats": ("seats", "seats to fill", "seats of schools"), "borders": ("borders",), "addresses": (), "forecast": ()}
ALSO = {
    "groups": ["every goal and rule about a group (dissimilarity, burden, bands, isolation)"],
    "addresses": ["looking up an address in the school finder"],
    "forecast": ["telling whether there will be room in years to come"],
}
WELCOME = frozenset({"programs", "portables", "barriers", "forecast", "addresses", "partition"})
"""What few districts have in their first folder, and few questions need."""


def missing(district: District, data: Mapping[str, Any], report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is missing: what it is, what it rules out, and what would be added."""
    lacking = [what for what, is_there in _there(district, data, report).items() if not is_there]
    found = []
    for what in lacking:
        name, add = WORDS[what]
        out = [said for need in NEEDS.get(what, (what,)) for said in needing(Scenario, need)]
        out = [*ALSO.get(what, []), *out]
        found.append({"missing": name, "rules_out": list(dict.fromkeys(map(shortened, out))), "add": add, "is_welcome": what in WELCOME})
    return found


def _there(district: District, data: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, bool]:
    return {
        "today": district.current is not None,
        "travel": district.travel is not None,
        "groups": bool(district.groups),
        "seats": district.capacity is not None,
        "borders": has_borders(district),
        "walk": district.walkable is not None,
        "programs": bool(district.programs),
        "partition": bool(district.partition) or not district.groups,
        "portables": district.portables is not None,
        "barriers": "barriers" in data,
        "forecast": bool(district.years or district.growth),
        "addresses": "addresses" in report,
    }


def shortened(said: str) -> str:
    """A key as the scenario's sections call it: goals by their name."""
    place, _, value = said.partition(": ")
    if place == "goals.minimize":
        return f"goal {value}"
    if place == "rules.statement":
        return f"finding {value} as a rule"
    return said


def estimated_students(district: District) -> str | None:
    """What to say of students whom nobody counted."""
    if district.estimate is None:
        return None
    factors = sorted(one.factor for one in district.estimate.schools if one.factor is not None)
    told = f" Students by child of the census: {factors[0]:.2f} to {factors[-1]:.2f} by school." if factors else ""
    return (
        f"Students are ESTIMATED, not counted: each school's own counts, spread over its zone of today as children of the census live.{told} "
        "SOURCES.md says how well; the district's own counts by block are better."
    )


def estimated_trips(district: District) -> str | None:
    """What to say of trips that no file has."""
    return {
        "straight_line": "Trips are estimated from straight lines: limits on trips and the burden of added travel rest on that. "
        "Add a table of travel times, or the streets of the county.",
        "streets": "Trips are along streets at free flow, without traffic.",
    }.get(district.travel_source)
