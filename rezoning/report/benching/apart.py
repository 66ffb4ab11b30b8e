"""Where names stand beside the ends of lines."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def apart(heights: Sequence[float], least: float, top: float) -> list[float]:
    """Places as near to some heights as they can be without two being closer than `least`: pushed up from below, and back down from the top."""
    order = sorted(range(len(heights)), key=lambda k: (heights[k], -k))
    places = list(heights)
    for before, after in itertools.pairwise(order):
        places[after] = max(places[after], places[before] + least)
    for k in reversed(order):
        places[k] = min(places[k], top)
        top = places[k] - least
    return places
