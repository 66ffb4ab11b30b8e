"""Shape: pieces and borders of zones. Water and other units without students count like any other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import same_school_components
from rezoning.metrics.zones import Zones


def is_cut(zones: Zones) -> NDArray[np.bool_]:
    """Edges between two different zones, shape (e,); a unit that is left out lies in no zone."""
    ends = zones.school[zones.district.edges]
    return np.asarray((ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1))


def cut_edges(zones: Zones) -> int:
    """Pairs of adjacent units in different zones, |{(i, j) in E: s(i) != s(j)}|."""
    return int(is_cut(zones).sum())


def boundary_km(zones: Zones) -> float | None:
    """Border between different zones in km, over the edges whose length is known; None where no edge's is."""
    border = zones.district.border_m
    if border is None or np.isnan(border).all():
        return None
    return float(np.nansum(border[is_cut(zones)]) / 1000)


def boundary_km_by_school(zones: Zones) -> dict[str, float] | None:
    """Each zone's border with other zones in km, by school id; None where no edge's length is known. A border counts for both of its zones."""
    district = zones.district
    if district.border_m is None or np.isnan(district.border_m).all():
        return None
    cut = is_cut(zones)
    km = np.repeat(np.nan_to_num(district.border_m[cut]) / 1000, 2)
    own = np.bincount(zones.school[district.edges[cut]].ravel(), weights=km, minlength=len(zones.ids))
    return dict(zip(zones.ids, own.tolist(), strict=True))


def polsby_popper(zones: Zones) -> dict[str, float | None] | None:
    """Roundness of each zone by school id, from near 0 to a circle's 1: 4π A_s / L_s²; None where a zone has no area, and without polygons.

    The area A_s is the sum of its units', the perimeter L_s the sum of theirs less twice the borders that two of them share, as far as
    their length is known.

    References
    ----------
    Polsby & Popper 1991.
    """
    district = zones.district
    if district.geometry is None:
        return None
    area = zones.gather(np.asarray(district.geometry.area, dtype=np.float64) / 1e6)
    length = zones.gather(np.asarray(district.geometry.length, dtype=np.float64) / 1e3)
    if district.border_m is not None:
        ends = zones.school[district.edges]
        inside = (ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)
        length -= 2 * np.bincount(ends[inside, 0], weights=np.nan_to_num(district.border_m[inside]) / 1e3, minlength=len(zones.ids))
    return {
        text: 4 * np.pi * a / perimeter**2 if a > 0 and perimeter > 0 else None
        for text, a, perimeter in zip(zones.ids, area.tolist(), length.tolist(), strict=True)
    }


def mean(roundness: dict[str, float | None] | None) -> float | None:
    """Mean roundness of the zones that have an area; None where none has."""
    values = [value for value in (roundness or {}).values() if value is not None]
    return sum(values) / len(values) if values else None


def pieces(zones: Zones) -> dict[str, int]:
    """Connected pieces of each school's zone by school id, as a map shows them: 1 is contiguous, 0 is empty."""
    land = zones.district.land
    school = zones.school[land.unit]
    labels = same_school_components(land.graph, school)
    counted = school >= 0
    _, first = np.unique(labels[counted], return_index=True)
    counts = np.bincount(school[counted][first], minlength=len(zones.ids))
    is_listed = counts > 0  # a closed school is listed for its units only
    is_listed[: zones.district.num_schools] |= zones.is_open
    return {text: count for text, count, listed in zip(zones.ids, counts.tolist(), is_listed, strict=True) if listed}
