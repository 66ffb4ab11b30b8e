"""How important streets, waters and places are on a map, by the classes that files give them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.district import Ints

MOTORWAY, MAIN, COLLECTOR, LOCAL, LEFT_OUT = range(5)
"""Ranks of streets; what is left out leads to houses and parking lots only, or is a path."""

STREETS: dict[str, int] = {
    **dict.fromkeys(("motorway", "trunk", "s1100", "interstate", "freeway", "expressway"), MOTORWAY),
    **dict.fromkeys(("primary", "secondary", "s1200", "highway", "principal arterial", "major arterial", "arterial", "minor arterial"), MAIN),
    **dict.fromkeys(("tertiary", "major collector", "collector", "minor collector", "ramp", "s1630"), COLLECTOR),
    **dict.fromkeys(("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"), COLLECTOR),
    **dict.fromkeys(("service", "s1500", "s1710", "s1720", "s1730", "s1750", "s1780", "s1810", "s1820", "s1830"), LEFT_OUT),
    **dict.fromkeys(("pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "track", "corridor", "proposed", "construction"), LEFT_OUT),
    **dict.fromkeys(("alley", "driveway", "parking lot", "sidewalk", "trail", "walkway", "footpath", "stairs", "bike path", "raceway"), LEFT_OUT),
    **dict.fromkeys(("platform", "busway", "elevator", "rest_area", "services", "abandoned", "razed"), LEFT_OUT),
}
"""Class in lower case to rank; any other is a local street."""

NEVER_NAMED = frozenset({"motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link", "ramp", "s1630"})
"""Ramps bear the name of no street that anybody lives on."""

BIG, MIDDLING, SMALL = range(3)
"""Ranks of waters and places, with `LESS` for the least of places."""
LESS = 3

RIVERS: dict[str, int] = {
    **dict.fromkeys(("river", "canal", "tidal_channel", "fairway", "streamriver"), BIG),
    **dict.fromkeys(("h3010", "h3013", "h3020", "stream", "connector", "artificialpath"), MIDDLING),
    **dict.fromkeys(("ditch", "drain", "pipeline", "dam", "weir", "canalditch"), SMALL),
}
NO_WATER = frozenset({"swimming_pool", "fountain", "wastewater", "basin", "infiltration", "sewage", "h2051"})
"""Waters that nobody finds the way by."""

PLACES: dict[str, int] = {
    "city": BIG,
    "town": MIDDLING,
    **dict.fromkeys(("village", "suburb", "borough", "quarter", "cdp"), SMALL),
    **dict.fromkeys(("neighbourhood", "neighborhood", "hamlet"), LESS),
}
"""Kinds of places that are drawn."""


def ranked(kinds: Any, known: dict[str, int], other: int) -> Ints:
    """The rank of every class of a column; each distinct one is looked at once."""
    codes, distinct = pd.factorize(np.asarray(kinds, dtype=object))
    found = [known.get(_first(text), other) for text in distinct]
    return np.array([*found, known.get("", other)], dtype=np.int64)[codes]


def is_any(kinds: Any, words: frozenset[str]) -> Any:
    """Whether every class of a column is one of some words."""
    return ranked(kinds, dict.fromkeys(words, 1), 0) == 1


def _first(text: Any) -> str:
    """A class in lower case; the first of a list, as OSMnx writes it."""
    return str(text).strip("[]").split(",")[0].strip(" '\"").lower()
