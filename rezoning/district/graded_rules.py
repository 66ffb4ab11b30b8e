"""Rules as they are of the graded district: whoever a rule names is named in every grade, and what is about land is about zones alone."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.district.graded import Graded
from rezoning.scenario.rules import ContiguityRule
from rezoning.scenario.schema import Rules, Scenario


def graded_scenario(scenario: Scenario, district: District, view: Graded) -> Scenario:
    """The scenario that is asked of a graded district; its pairing and its goals are the same."""
    rules = graded_rules(scenario.rules, district, view)
    if scenario.pairing is not None and scenario.pairing.given:  # who may be in which zone is asked of zones
        rules = rules.model_copy(update={"assign": {}, "forbid": (), **dict.fromkeys(("locked", "protected", "not_again"))})
    return scenario.model_copy(update={"rules": rules})


def graded_rules(rules: Rules, district: District, view: Graded) -> Rules:
    """The rules of a graded district.

    `locked`, `protected`, `assign`, `forbid` and `travel.units` hold for every grade of a unit. Whether zones are in one piece and hold their
    school is asked of zones, and no building has one.
    """
    ids, ends = view.district.unit_ids, np.searchsorted(view.unit, np.arange(district.num_units + 1))

    def every(unit: str) -> tuple[str, ...]:
        u = district.unit_index[unit]
        return ids[ends[u] : ends[u + 1]]

    said: dict[str, object] = {
        "contiguity": ContiguityRule(method="none"),
        "school_in_own_zone": False,
        "keep_together": None,
        "assign": {text: school for unit, school in rules.assign.items() for text in every(unit)},
        "forbid": tuple((text, school) for unit, school in rules.forbid for text in every(unit)),
    }
    for key in ("locked", "protected"):
        rule = getattr(rules, key)
        if rule is not None:
            said[key] = rule.model_copy(update={"units": tuple(text for unit in rule.units for text in every(unit))})
    if rules.travel is not None and rules.travel.units:
        own = {text: longest for unit, longest in rules.travel.units.items() for text in every(unit)}
        said["travel"] = rules.travel.model_copy(update={"units": own})
    return rules.model_copy(update=said)
