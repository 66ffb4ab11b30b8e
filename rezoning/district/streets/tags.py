"""What people write about speeds and one-ways, as numbers; whole columns at a time, each distinct text looked at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.district import Floats, Ints

KMH_PER_MPH = 1.609344
SPEED = re.compile(r"(\d+(?:\.\d+)?) ?(mph|mi/h|km/h|kmh|kph|km/ph|knots)?", re.IGNORECASE)
KMH = {"mph": KMH_PER_MPH, "mi/h": KMH_PER_MPH, "knots": 1.852}
PLACE = re.compile(r"(?:([A-Za-z]{2})(?:-[A-Za-z]+)?:)?(?:zone:?|bicycle_road:)?([a-z_]+|\d+)")
BY_WORD = {"urban": 50.0, "rural": 90.0, "trunk": 100.0, "motorway": 110.0, "living_street": 20.0, "walk": 5.0}
"""What a limit that is named after the kind of place comes to in most countries."""
BY_COUNTRY = {("RU", "urban"): 60.0, ("KZ", "urban"): 60.0, ("GB", "nsl_single"): 96.5, ("GB", "nsl_dual"): 112.7, ("DE", "rural"): 100.0}
LIKELY = (1.0, 161.0)
"""Kilometers an hour that are posted somewhere."""

FORWARD, BACKWARD, BOTH, NEITHER, UNKNOWN = 1, -1, 0, 2, 3
ONE_WAYS = {
    **dict.fromkeys(("yes", "true", "1", "y", "ft", "forward", "f->t", "oneway", "one-way", "one way"), FORWARD),
    **dict.fromkeys(("-1", "reverse", "tf", "backward", "t->f"), BACKWARD),
    **dict.fromkeys(("", "no", "false", "0", "b", "both", "bi", "two-way", "two way", "twoway", "reversible", "alternating"), BOTH),
    "n": BOTH,
}


def mapped(values: Any, meaning: Callable[[str], float]) -> Floats:
    """The meaning of every text of a column, shape (k,); a missing one is an empty text."""
    codes, distinct = pd.factorize(np.asarray(values, dtype=object))
    found = np.array([*(meaning(str(text).strip()) for text in distinct), meaning("")], dtype=np.float64)
    return found[codes]


def posted_kmh(text: str, plain: float = 1.0) -> float:
    """A posted limit in km/h, NaN where none can be made out: ``25 mph``, ``50``, ``RU:urban``, ``25;30`` (the lower), ``50|30`` (lanes: the higher).

    Parameters
    ----------
    text
        As it is written; OSMnx writes lists in brackets.
    plain
        Kilometers an hour of a plain number's one.
    """
    found = [kmh for kmh in (_one_kmh(part.strip(" '\""), plain) for part in re.split(r"[;,|]", text.strip("[] "))) if not isnan(kmh)]
    if not found:
        return nan
    return max(found) if "|" in text else min(found)


def _one_kmh(text: str, plain: float) -> float:
    number, place = SPEED.fullmatch(text), PLACE.fullmatch(text)
    if number is not None:
        kmh = float(number[1]) * (KMH.get(number[2].lower(), 1.0) if number[2] else plain)
    elif place is not None:
        country, word = (place[1] or "").upper(), place[2]
        kmh = float(word) if word.isdecimal() else BY_COUNTRY.get((country, word), BY_WORD.get(word, nan))
    else:
        return nan
    return kmh if LIKELY[0] <= kmh <= LIKELY[1] else nan


def may_be_mph(text: str) -> bool:
    """Whether a posted limit is a plain number that stands on signs in mph: 25, not 89."""
    return text.isdecimal() and int(text) % 5 == 0 and 15 <= int(text) <= 75


def one_ways(values: Any) -> Ints:
    """What a column says of directions, shape (k,): along the line, against it, both, neither, or nothing that is known.

    Beside ``B``, ``F`` and ``T`` mean along and against; ``N`` is no, but beside ``FT`` and ``TF`` no travel.
    """
    held = {str(text).strip().lower() for text in pd.unique(np.asarray(values, dtype=object)) if not pd.isna(text)}
    here = dict(ONE_WAYS)
    if held & {"ft", "tf"}:
        here["n"] = NEITHER
    if "b" in held and not held & {"ft", "tf"}:
        here |= {"f": FORWARD, "t": BACKWARD}
    return mapped(values, lambda text: here.get(text.strip("[]'\" ").lower(), UNKNOWN)).astype(np.int64)
