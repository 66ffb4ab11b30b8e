"""Leaving: what a plan does when some of those who are reassigned go elsewhere, to a private or charter school say."""

from __future__ import annotations

from rezoning.metrics.indices import INDICES
from rezoning.metrics.zones import Zones


def index_when_leaving(zones: Zones, index: str, group: str, share: float) -> float | None:
    """An index of a group when a share of every reassigned unit's students leaves the district: n'_gu = n_gu (1 - share m_u).

    All groups leave alike. The district's own share of the group changes with those who leave, and the index is of those who stay.

    Parameters
    ----------
    share
        0 where all stay, 1 where nobody does.

    Returns
    -------
    float or None
        None where the index is undefined, or without today's schools.

    References
    ----------
    Gillani et al. 2023, who let a part of the rezoned families opt out.
    """
    if zones.moved is None:
        return None
    stay = 1 - share * zones.moved
    return INDICES[index](zones.gather(zones.district.groups[group] * stay), zones.gather(zones.district.students * stay))
