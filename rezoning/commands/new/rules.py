"""Rules and goals of a first scenario: what boards usually ask, as far as the data can say it, and so that today's zones show what is possible."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.commands.new.draft import Draft
from rezoning.commands.new.words import LABELS

if TYPE_CHECKING:
    from rezoning.district.district import District, Floats

MOST, LEAST = 1.05, 0.75
"""Shares of its seats that a school should hold."""

OF_TODAY = (0.85, 1.15)
"""Where seats are not known: shares of today's students, as in the published national study."""

MAX_INCREASE, GIVE_UP, LONGER_BORDERS = 0.5, 0.05, 0.05
NEAR = {"min": 5.0, "km": 2.0}
EXTRA = {"min": 1.0, "km": 0.5}
MAX_RATIO = 1.1
FEWEST = 30


@dataclass(eq=False)
class Asked:
    """Rules and goals, with a sentence for a key.

    Parameters
    ----------
    rules, goals
        As the scenario has them.
    notes
        A sentence by dotted key.
    relaxed
        What was loosened so that a plan exists.
    """

    rules: dict[str, Any] = field(default_factory=dict)
    goals: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    relaxed: list[str] = field(default_factory=list)


def wanted(draft: Draft, district: District) -> Asked:
    """Rules and goals as one would want them, whether or not a plan exists."""
    asked = Asked()
    _capacity(asked, district)
    has_today = district.current is not None
    if district.travel is not None and has_today:
        near = NEAR[district.travel_unit]
        asked.rules["travel"] = {"max_increase": MAX_INCREASE, "always_within": near}
        far = "minutes" if district.travel_unit == "min" else "km"
        asked.notes["rules.travel"] = f"A trip may be half longer than today's, and up to {near:g} {far} any school will do."
    asked.rules["contiguity"] = {"method": "exact", "islands": "keep" if has_today else "forbid"}
    asked.notes["rules.contiguity"] = "Each zone in one piece around its school" + ("; today's islands may stay." if has_today else ".")
    if has_today and zones_meet(district):
        asked.rules["shape"] = {"max_boundary_increase": LONGER_BORDERS}
        asked.notes["rules.shape"] = "Borders between zones at most a twentieth longer than today's."
    if has_today:
        _burden(asked, district)
    _goals(asked, draft, district)
    return asked


def has_borders(district: District) -> bool:
    """Whether it is known how long the borders between units are."""
    return district.border_m is not None and bool(np.isfinite(district.border_m).any())


def zones_meet(district: District) -> bool:
    """Whether two zones of today meet at a border of known length."""
    if district.current is None or district.border_m is None:
        return False
    one, other = district.current[district.edges].T
    return bool(np.nansum(np.where(one != other, district.border_m, 0.0)) > 0)


def shares_of_seats(district: District, of: Callable[..., Any] = np.max) -> Floats | None:
    """Today's students of each school over its seats, the fullest year of each, shape (m,); None where seats or zones are not known.

    With `of` the emptiest (``np.min``).
    """
    if district.capacity is None or district.current is None:
        return None
    m = len(district.school_ids)
    inside = (district.current >= 0) & (district.current < m)
    years = [district.students, *district.years.values(), *district.growth.values()]
    counts = [np.bincount(district.current[inside], weights=students[inside], minlength=m)[:m] for students in years]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(of(counts, axis=0) / district.capacity, dtype=np.float64)


def _capacity(asked: Asked, district: District) -> None:
    if district.capacity is None:
        if district.current is not None:
            least, most = OF_TODAY
            asked.rules["capacity"] = {"min": least, "max": most, "of": "current"}
            asked.notes["rules.capacity"] = "No file has seats: each school keeps its students of today, 15 % more or less."
        return
    students = max(float(one.sum()) for one in (district.students, *district.years.values(), *district.growth.values()))
    seats = float(district.capacity.sum())
    most = MOST
    said = "No school above 105 % of its seats"
    if students > (MOST - 0.03) * seats:
        most = math.ceil((students / seats + 0.05) * 20) / 20
        said = f"There are {students:,.0f} students for {seats:,.0f} seats, so no limit near 100 % can hold: none above {100 * most:.0f} %"
    rule: dict[str, Any] = {"max": round(most, 2)}
    least_today = shares_of_seats(district, np.min)
    least = LEAST if least_today is None else min(LEAST, math.floor(float(least_today.min()) * 20 + 1e-9) / 20)
    if least_today is not None and least > 0:
        rule = {"min": round(least, 2), **rule}
        said += f", and none below {100 * least:.0f} %" + (", as empty as the emptiest is today" if least < LEAST else "")
    years = " Now, and in each year or forecast below." if district.years or district.growth else ""
    asked.rules["capacity"] = rule
    asked.notes["rules.capacity"] = f"{said}.{years}"


def _burden(asked: Asked, district: District) -> None:
    """No group carries more of the change than everyone: for each group that is large enough to be judged."""
    everyone = float(district.students.sum())
    groups = [name for name, count in district.groups.items() if FEWEST <= float(count.sum()) <= everyone - FEWEST]
    rules: list[dict[str, Any]] = [{"group": group, "measure": "reassigned", "max_ratio": MAX_RATIO} for group in groups]
    said = "No group has more of its students change schools than 1.1 times everyone's share"
    if district.travel is not None and groups:
        extra = EXTRA[district.travel_unit]
        rules += [{"group": group, "measure": "added_travel", "max_extra": extra} for group in groups]
        unit = "minute" if district.travel_unit == "min" else "km"
        said += f", and none is sent on average more than {extra:g} {unit} farther than everyone"
    if rules:
        asked.rules["burden"] = rules
        asked.notes["rules.burden"] = f"{said}."


def _goals(asked: Asked, draft: Draft, district: District) -> None:
    shape = "boundary_length" if has_borders(district) else "reassigned" if district.current is not None else None
    if draft.main is not None:
        asked.goals.append({"minimize": "dissimilarity", "group": draft.main, "give_up": GIVE_UP})
        label = LABELS.get(draft.main, draft.main)
        asked.notes["goals"] = (
            f"Every school with the same share of students who are {label} (0: all alike, 1: wholly apart); "
            f"a twentieth of that may go for {'shorter borders' if shape == 'boundary_length' else 'fewer students who change schools'}."
        )
        asked.goals += [{"minimize": shape}] if shape else []
        return
    shares = shares_of_seats(district)
    if district.capacity is not None and (shares is None or shares.max() > 1):
        asked.goals.append({"minimize": "over_capacity"})
    if district.current is not None and asked.goals:
        asked.goals.append({"minimize": "reassigned", "give_up": GIVE_UP})
    elif district.travel is not None:
        asked.goals.append({"minimize": "travel", "give_up": GIVE_UP})
    if shape and shape not in {goal["minimize"] for goal in asked.goals}:
        asked.goals.append({"minimize": shape})
    if not asked.goals:
        asked.goals.append({"minimize": "cut_edges"})
    asked.notes["goals"] = "No file has groups of students, so nothing can be evened out: seats, change and borders are what is left to make small."


def relax_seats(asked: Asked, district: District) -> bool:
    """Let each school that is over the limit today be as full as it is, and make that small first. False where no school is, or it was done."""
    rule, shares = asked.rules.get("capacity"), shares_of_seats(district)
    if rule is None or shares is None or rule.get("of") == "current" or "schools" in rule:
        return False
    over = {district.school_ids[s]: share for s, share in enumerate(shares) if share > rule["max"]}
    if not over:
        return False
    rule["schools"] = {school: {"max": math.ceil(share * 100 - 1e-9) / 100} for school, share in over.items()}
    names = [f"{district.school_names[district.school_index[school]]} ({100 * share:.0f} %)" for school, share in over.items()]
    said = f"No plan was found that brings every school below {100 * rule['max']:.0f} %: {', '.join(names)} may stay as full as today"
    asked.notes["rules.capacity"] += f" {said}, and the first goal empties them as far as can be."
    asked.relaxed.append(f"{said}; the first goal empties them.")
    if asked.goals[0]["minimize"] != "over_capacity":
        asked.goals.insert(0, {"minimize": "over_capacity"})
    return True


def drop(asked: Asked, *keys: str, said: str) -> bool:
    """Take a rule away and say so; False where it is not there."""
    section, key = asked.rules, keys[-1]
    if key not in section:
        return False
    del section[key]
    asked.relaxed.append(said)
    return True
