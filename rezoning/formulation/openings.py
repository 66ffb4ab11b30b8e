"""Schools that a plan may close or open: when they are, and what holds only of open ones.

No binary is new. A zone is in one piece that holds its school's unit, so that a school is open exactly where its unit is in its zone: o_s is the pair
(node of the school's unit, s), and every other pair of the zone implies it.
"""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulation import Ints, Pairs

ALWAYS, NEVER = -1, -2
"""In place of a pair: a school that no plan closes, and one that no plan can open."""


def opened(pairs: Pairs, district: District) -> Ints:
    """The pair that says whether each school is open, o_s = x[pair]; `ALWAYS` (-1) for one that always is, `NEVER` (-2) where it cannot be; (m,)."""
    root = pairs.node_of_unit[district.school_unit]
    own = pairs.lookup[root, np.arange(district.num_schools)]
    return np.where(district.optional, np.where(own >= 0, own, NEVER), ALWAYS)
