"""Shares: how far schools are from the district's share of a group, from the bands of a scenario, and whom they isolate.

Notation as in `segregation`: n_s students and a_s of a group in school s, p_s = a_s / n_s, P = A / T.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.metrics.segregation import NOBODY
from rezoning.metrics.zones import Zones
from rezoning.scenario.bands import BandRule

ISOLATING = (50, 75, 90)  # percent
HAIR = 1e-9  # shares


def max_deviation(a: Floats, n: Floats) -> float | None:
    """Largest distance of a school's share from the district's, max_s |p_s - P| over schools with students; None without students."""
    some = n > NOBODY
    return None if not some.any() else float(np.abs(a[some] / n[some] - a.sum() / n.sum()).max())


def isolated_students(a: Floats, n: Floats) -> dict[str, float]:
    """Students of the group in schools where it is at least 50, 75 and 90 % of all, Σ_s a_s [p_s >= κ]."""
    return {str(share): float(a[(n > NOBODY) & (a >= (share / 100 - HAIR) * n)].sum()) for share in ISOLATING}


@dataclass(frozen=True, eq=False)
class BandCount:
    """What a band adds up: students of a group, or students times an index.

    Parameters
    ----------
    counts
        By unit, shape (n,).
    share
        The district's share of the group, P; 0 for an index.
    scale
        What makes the sums students: 1 for a group; for an index the largest less the least of units with students (1 where these are equal), so
        that it is as many students as would have to change places between the two ends.
    """

    counts: Floats
    share: float
    scale: float


def counted(district: District, band: BandRule) -> BandCount | None:
    """What a band adds up; None where the district has no such group or column, or a text of the column is no number."""
    total = float(district.students.sum())
    if band.group is not None:
        if band.group not in district.groups:
            return None
        counts = district.groups[band.group]
        return BandCount(counts, float(counts.sum()) / total if total > 0 else 0.0, 1.0)
    if band.index is None or band.index not in district.columns:
        return None
    try:
        index = np.array([float(text) if str(text).strip() else np.nan for text in district.columns[band.index]])
    except ValueError:
        return None
    known = index[~np.isnan(index) & (district.students > 0)]
    reach = float(known.max() - known.min()) if known.size else 0.0
    return BandCount(np.nan_to_num(index) * district.students, 0.0, reach if reach > 0 else 1.0)


def students_outside(zones: Zones, band: BandRule) -> Floats | None:
    """Students of each school to the nearest range of a band, shape (M,): min over ranges of max(0, a_s - U n_s) + max(0, L n_s - a_s).

    For an index a_s = Σ_u n_u index_u, and the sums are divided by the largest less the least index of students. Schools that it is not on have 0.
    """
    found = counted(zones.district, band)
    if found is None:
        return None
    limits = np.array(limits_at(band, found.share))
    return outside(zones.gather(found.counts), zones.students, limits, band, zones.ids) / found.scale


def limits_at(band: BandRule, share: float) -> list[tuple[float, float]]:
    """Least and largest share of each range of a band in a district whose share is given; one that does not hold there is as the first."""
    ranges = band.ranges_at(share)
    return [part.limits(share) for part in (*ranges, *ranges[:1] * (len(band.ranges) - len(ranges)))]


def outside(a: Floats, n: Floats, limits: Floats, band: BandRule, ids: Sequence[str]) -> Floats:
    """Students outside from those at each school, shape (M,) or, of K draws, (M, K), and limits of shape (ranges, 2) or (ranges, 2, K)."""
    least = np.min([_beyond(a, n, high, 1.0) + _beyond(a, n, low, -1.0) for low, high in limits], axis=0)
    is_on = np.array([band.holds_for(text) for text in ids], dtype=bool)
    return np.asarray(np.where(is_on.reshape(-1, *[1] * (a.ndim - 1)), least, 0.0))


def _beyond(a: Floats, n: Floats, limit: Floats, sign: float) -> Floats:
    """Students beyond a limit, above it (sign 1) or below; nobody where there is none."""
    is_limit = np.isfinite(limit)
    return np.asarray(np.where(is_limit, np.maximum(sign * (a - np.where(is_limit, limit, 0.0) * n), 0.0), 0.0))


def out_of_band(zones: Zones, bands: tuple[BandRule, ...]) -> float | None:
    """Students outside all bands, hard and soft, over the students of the district, Σ_bands Σ_s outside_s / T; None without bands."""
    total, found = float(zones.district.students.sum()), [students_outside(zones, band) for band in bands]
    if not bands or total <= 0 or any(students is None for students in found):
        return None
    return float(sum(students.sum() for students in found if students is not None)) / total


def by_band(zones: Zones, bands: tuple[BandRule, ...]) -> list[dict[str, Any]]:
    """For each band, students and schools outside; schools by more than 1e-6 students."""
    rows = []
    for band in bands:
        found = students_outside(zones, band)
        row: dict[str, Any] = {"group": band.group, "index": band.index, "preset": band.preset, "soft": band.soft}
        row["students"] = None if found is None else float(found.sum())
        row["schools"] = None if found is None else int((found > 1e-6).sum())
        rows.append(row)
    return rows
