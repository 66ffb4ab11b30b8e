"""Programs: who is zoned to a school that offers one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import Floats
from rezoning.metrics.segregation import NOBODY
from rezoning.metrics.zones import Zones

EVERYONE = "all"  # beside the groups: all students


def access(zones: Zones) -> dict[str, dict[str, float | None]] | None:
    """For each program, the share of everyone (``all``) and of each group zoned to a school that offers it, Σ_u n_gu o_s(u) / Σ_u n_gu.

    Units without a school here are left out of both sums. None where the group has no students; of everything where no programs are known.
    """
    district, counted = zones.district, zones.counted
    if not district.programs:
        return None
    groups = {**district.groups, EVERYONE: district.students}
    found = {}
    for program, offers in district.programs.items():
        has = counted & offers[np.where(counted, zones.school, 0)]
        found[program] = {name: _share(group, counted, has) for name, group in groups.items()}
    return found


def _share(group: Floats, counted: NDArray[np.bool_], has: NDArray[np.bool_]) -> float | None:
    total = float(group[counted].sum())
    return None if total <= NOBODY else float(group[has].sum()) / total
