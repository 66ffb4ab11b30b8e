"""Why rules cannot be checked on a district: data that it lacks, and names that it does not have."""

from __future__ import annotations

from collections.abc import Iterator

from rezoning.district.district import District
from rezoning.district.rule_names import unknown_names
from rezoning.errors import Problem
from rezoning.scenario.schema import Rules
from rezoning.scenario.tree import Keys

Needs = list[tuple[Keys, bool]]  # where a rule stands, and whether the scenario has it


def problems(district: District, rules: Rules) -> Iterator[Problem]:
    """Everything about the rules that this district cannot answer."""
    yield from _needs_today(district, rules)
    yield from _needs_data(district, rules)
    yield from unknown_names(district, rules)


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
