"""What one part of a scenario needs from another: checked before any data is read.

The checks look at the plain values as they were written, not at a valid scenario, so that they speak even where something else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rezoning.scenario.data import wrong_counts
from rezoning.scenario.findings import wrong_index
from rezoning.scenario.level_checks import level_misfits
from rezoning.scenario.needs import DATA, KNOWN, names_in, place_of_names, unmet
from rezoning.scenario.pairing import wrong_with_pairing
from rezoning.scenario.plain import Misfit, get, goals, is_said, named
from rezoning.scenario.policy import attribute_policy
from rezoning.scenario.schema import Scenario, wrong_weights
from rezoning.scenario.tree import Keys, dotted
from rezoning.scenario.words import unknown


def cross_check(said: Mapping[str, Any], *, is_level: bool = False) -> Iterator[Misfit]:
    """Everything that does not fit together in a scenario given as plain values, as a file says it or as `Scenario.model_dump` does.

    Of one with several levels only what is between them: each is a scenario by itself (`rezoning.scenario.levels`), which says so by `is_level`.
    """
    is_whole = is_said(get(said, "levels"))
    yield from level_misfits(said) if is_whole or not is_level else ()
    yield from () if is_whole else _of_one_level(said)
    for wrong in wrong_weights([get(goal, "weight") for _, goal in goals(said)]):
        yield Misfit(wrong.at, *wrong.said, rests_on=wrong.at)
    for wrong in wrong_index(get(said, "rules", "statement"), get(said, "report", "statement", "index")):
        yield Misfit(wrong.at, *wrong.said, rests_on=("report", "statement", "index"))


def _of_one_level(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """What concerns one level of schools: of several each is asked by itself."""
    yield from _needs(said)
    yield from _compared_modes(said)
    yield from _names(said)
    yield from attribute_policy(said)
    if isinstance(get(said, "data", "units"), Mapping):
        for wrong in wrong_counts(get(said, "data")):
            yield Misfit(("data", *wrong.at), *wrong.said, rests_on=("data", *wrong.at))
    for wrong in wrong_with_pairing(said):
        yield Misfit(wrong.at, *wrong.said, rests_on=wrong.at)


def _needs(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """What sections cannot do without, and the scenario does not give."""
    lacking = {what for what, datum in DATA.items() if not any(is_said(get(said, *place)) for place in (datum.place, datum.or_place) if place)}
    for what, keys, message, cure in unmet(Scenario, said, (), lacking):
        yield Misfit(keys, message, cure, rests_on=DATA[what].place)


def _names(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Groups and grades that the scenario names without saying their columns."""
    for name, keys, text in names_in(Scenario, said):
        if name.kind in KNOWN and isinstance(text, str) and not (keys[-1] == "versus" and text == "others"):
            place = place_of_names(name.kind, is_said(get(said, "data", "students")))
            listed = get(said, *place)
            known = [one for one in map(named, listed) if isinstance(one, str)] if isinstance(listed, (Mapping, list, tuple)) else []
            if text not in known and not _told_by_data(said, place, known):
                yield Misfit(keys, f"'{text}' is not a {name.kind} of {dotted(place)}.", unknown(text, known), rests_on=place)


def _told_by_data(said: Mapping[str, Any], place: Keys, known: list[Any]) -> bool:
    """Whether the names are all that a column of students' points holds, which nobody knows yet."""
    return place == ("data", "students", "grades") and not known and is_said(get(said, "data", "students", "grade"))


def _compared_modes(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """A limit on the increase over today's trip, whatever its mode: walks and rides must be measured alike."""
    kinds = {get(said, "data", key, "measure") in ("minutes", "seconds", None) for key in ("travel", "walk")}
    is_measured = any(get(said, "data", "walk", key) is not None for key in ("path", "streets"))
    if not is_measured or get(said, "data", "travel") is None or len(kinds) < 2:
        return
    for mode in ("walk", "bus"):
        keys = ("rules", "travel", "modes", mode, "max_increase")
        if not is_said(get(said, *keys)):
            continue
        message = f"{dotted(keys)} compares with today's trip, on foot or by bus, and of data.walk and data.travel one is time, the other distance."
        yield Misfit(keys, message, "Give both in minutes or both as distances, or drop it.", rests_on=("data", "walk"))
