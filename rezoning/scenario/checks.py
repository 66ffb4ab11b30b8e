"""What one part of a scenario needs from another: checked before any data is read.

The checks look at the plain values as they were written, not at a valid scenario, so that they speak even where something else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rezoning.scenario.findings import wrong_index
from rezoning.scenario.needs import DATA, KNOWN, names_in, unmet
from rezoning.scenario.plain import Misfit, get, goals, is_said
from rezoning.scenario.policy import attribute_policy
from rezoning.scenario.schema import Scenario, wrong_weights
from rezoning.scenario.tree import dotted
from rezoning.scenario.words import unknown


def cross_check(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Everything that does not fit together in a scenario given as plain values, as a file says it or as `Scenario.model_dump` does."""
    yield from _needs(said)
    yield from _compared_modes(said)
    yield from _names(said)
    yield from attribute_policy(said)
    for wrong in wrong_weights([get(goal, "weight") for _, goal in goals(said)]):
        yield Misfit(wrong.at, *wrong.said, rests_on=wrong.at)
    for wrong in wrong_index(get(said, "rules", "statement"), get(said, "report", "statement", "index")):
        yield Misfit(wrong.at, *wrong.said, rests_on=("report", "statement", "index"))


def _needs(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """What sections cannot do without, and the scenario does not give."""
    lacking = {what for what, datum in DATA.items() if not any(is_said(get(said, *place)) for place in (datum.place, datum.or_place) if place)}
    for what, keys, message, cure in unmet(Scenario, said, (), lacking):
        yield Misfit(keys, message, cure, rests_on=DATA[what].place)


def _names(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Groups and grades that the scenario names without saying their columns."""
    for name, keys, text in names_in(Scenario, said):
        if name.kind in KNOWN and isinstance(text, str) and not (keys[-1] == "versus" and text == "others"):
            place = KNOWN[name.kind]
            listed = get(said, *place)
            known = list(listed) if isinstance(listed, Mapping) else []
            if text not in known:
                yield Misfit(keys, f"'{text}' is not a {name.kind} of {dotted(place)}.", unknown(text, known), rests_on=place)


def _compared_modes(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """A limit on the increase over today's trip, whatever its mode: walks and rides must be measured alike."""
    kinds = {get(said, "data", key, "measure") in ("minutes", "seconds", None) for key in ("travel", "walk")}
    if get(said, "data", "walk", "path") is None or get(said, "data", "travel") is None or len(kinds) < 2:
        return
    for mode in ("walk", "bus"):
        keys = ("rules", "travel", "modes", mode, "max_increase")
        if not is_said(get(said, *keys)):
            continue
        message = f"{dotted(keys)} compares with today's trip, on foot or by bus, and of data.walk and data.travel one is time, the other distance."
        yield Misfit(keys, message, "Give both in minutes or both as distances, or drop it.", rests_on=("data", "walk"))
