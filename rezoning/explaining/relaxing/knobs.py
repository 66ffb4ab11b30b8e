"""Rules that are loosened by one number: where it stands, and which way it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rezoning.explaining.relaxing.broken import Broken, Filter, smallest
from rezoning.explaining.relaxing.edit import Edit, found
from rezoning.scenario.tree import Keys, dotted

SHARE, TRIP, METER = 0.001, 0.1, 1.0  # grid of shares, of minutes and km, of meters
HUGE = 1000.0


@dataclass(frozen=True)
class Knob:
    """A number that loosens a rule towards `loosest`, on a grid of steps."""

    path: Keys
    loosest: float
    step: float = SHARE
    unit: str = ""


# Key under the rule, or under each entry where the rule is a list, with `*` for every key of a section.
KNOBS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "capacity": (("max", HUGE, SHARE), ("min", 0, SHARE), ("schools.*.max", HUGE, SHARE), ("schools.*.min", 0, SHARE)),
    "travel": (
        ("max", HUGE, TRIP), ("max_increase", HUGE, SHARE), ("modes.walk.max", HUGE, TRIP), ("modes.walk.max_increase", HUGE, SHARE),
        ("modes.bus.max", HUGE, TRIP), ("modes.bus.max_increase", HUGE, SHARE),
    ),
    "not_again": (("years", 1, 1),),
    "nearest": (("within", 0, TRIP),),
    "unity": (("min_share", 0, SHARE),),
    "shape": (("max_boundary_increase", HUGE, SHARE), ("each_school", HUGE, SHARE), ("min_width_m", 0, METER)),
    "reassigned": (("max_share", 1, SHARE), ("each_school", 1, SHARE), ("groups.*", 1, SHARE), ("schools.*", 1, SHARE)),
    "bands": (("within", 1, SHARE), ("min", 0, SHARE), ("max", HUGE, SHARE)),
    "isolation": (("above", 1, SHARE),),
    "burden": (("max_ratio", HUGE, SHARE), ("max_extra", HUGE, SHARE)),
    "flow_balance": (("max_ratio", HUGE, SHARE),),
    "openings": (
        ("open.min", 0, 1), ("open.max", HUGE, 1), ("close.min", 0, 1), ("close.max", HUGE, 1), ("total.min", 0, 1), ("total.max", HUGE, 1),
        ("least", 0, SHARE),
    ),
    "feeders": (("min_share", SHARE, SHARE), ("most_split", HUGE, 1)),
}  # fmt: skip


def turned(broken: Broken) -> list[Edit]:
    """Edits of numbers that let the plan obey the rule; an entry of a list that no number helps is taken away. Empty where a rule has none."""
    said = broken.plain.get(broken.rule)
    if not isinstance(said, list):
        return _turned(broken, (broken.rule,), (broken.rule,))
    edits = []
    for i, entry in enumerate(said):
        alone = replace(broken, plain={**broken.plain, broken.rule: [entry]})
        left = alone.remaining({})
        if left:
            here = (broken.rule, i)
            found_here = _turned(replace(alone, violations=left), (broken.rule, 0), here)
            edits += found_here or [_given_up(broken, here)]
    return edits


def _given_up(broken: Broken, place: Keys) -> Edit:
    """An entry that no number helps: a band may still be aimed at, anything else goes."""
    if broken.rule == "bands":
        return broken.edit((*place, "soft"), True, f"make {dotted(('rules', *place))} no rule (soft: true)")
    return broken.edit(place, None, f"drop {dotted(('rules', *place))}")


def _turned(broken: Broken, inside: Keys, outside: Keys) -> list[Edit]:
    """Each number's nearest value that holds when all others are out of the way; `inside` is the section's place here, `outside` in the scenario."""
    knobs = [
        Knob(keys, loosest, step, broken.district.travel_unit if step == TRIP else "m" if name.endswith("_m") else "")
        for name, loosest, step in KNOBS.get(broken.rule, ())
        for keys in _present(found(broken.plain, inside), name.split("."))
    ]
    if broken.rule == "bands" and found(broken.plain, (*inside, "group")) is not None:
        knobs = [replace(knob, loosest=min(knob.loosest, 1.0)) for knob in knobs]  # shares, where those of an index are means
    loosest = {(*inside, *knob.path): knob.loosest for knob in knobs}
    if not knobs or not broken.holds(loosest):
        return []
    edits = []
    for knob in knobs:
        path = (*inside, *knob.path)
        now = float(found(broken.plain, path))
        value = smallest(now, knob.loosest, knob.step, lambda x, path=path: broken.holds({**loosest, path: x}))  # type: ignore[misc]
        if value is not None and value != now:
            place = ("rules", *outside, *knob.path)
            edits.append(Edit(place, number(now), number(value), turn(place, knob.unit, now, _for_whom(broken)), now, knob.step))
    return edits


def _present(said: Any, keys: list[str]) -> Iterator[tuple[str, ...]]:
    """Paths below a section that are said, with `*` for any key."""
    if not keys:
        if said is not None:
            yield ()
        return
    if isinstance(said, Mapping):
        for key in said if keys[0] == "*" else keys[:1]:
            yield from ((key, *rest) for rest in _present(said.get(key), keys[1:]))


def turn_one(broken: Broken, path: Keys, now: float, loosest: float, concerned: Filter) -> float | None:
    """The nearest value of one number for which no violation of those concerned is left."""
    value = smallest(now, loosest, SHARE, lambda x: broken.holds({path: x}, concerned))
    return None if value is None else number(value)


def number(value: float) -> float:
    """A whole number without a point."""
    return int(value) if float(value).is_integer() else value


def turn(place: Keys, unit: str, now: float, for_whom: str) -> Callable[[float], str]:
    """``raise rules.travel.max from 20 to 24 min for 12 units``, for any value."""

    def phrase(value: float) -> str:
        return f"{'raise' if value > now else 'lower'} {dotted(place)} from {now:g} to {value:g}{f' {unit}' if unit else ''}{for_whom}"

    return phrase


def _for_whom(broken: Broken) -> str:
    """For how many units or schools, where the violations are about such."""
    subjects = {one.subject for one in broken.violations}
    if broken.rule in ("travel", "unity", "nearest", "not_again"):
        return f" for {counted(len(subjects), 'unit')}"
    return f" for {counted(len(subjects), 'school')}" if broken.rule in ("bands", "isolation") else ""


def counted(number: int, noun: str) -> str:
    """``1 unit``, ``12 units``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
