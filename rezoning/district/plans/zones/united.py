"""Zones by school: the rows of one school as one polygon, and what lies on top of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.checks import Mask
from rezoning.district.detect import Texts, folded
from rezoning.district.labels import Labels
from rezoning.district.plans.zones.layer import ZoneRows
from rezoning.district.plans.zones.shares import LEAST, SLIVER_M

if TYPE_CHECKING:
    from rezoning.district.district import Floats
    from rezoning.district.geometry import Shapes


@dataclass(frozen=True, eq=False)
class Zones:
    """A layer's zones, k of them: those of the district's schools in their order, then those of labels that no school has.

    Parameters
    ----------
    labels
        As the layer writes them, the first of each.
    school
        Index of each zone's school as `Labels` finds it, -1 where it is none.
    rows
        Rows of the layer, a list for each zone.
    shapes
        One polygon each, shape (k,).
    spellings
        Labels of one school that are not the same, with their rows and own polygons.
    """

    labels: tuple[str, ...]
    school: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    shapes: Shapes
    spellings: tuple[tuple[tuple[str, int, Any], ...], ...]

    @property
    def known(self) -> Mask:
        """Zones of the district's schools, shape (k,)."""
        return np.array(self.school) >= 0

    def kept(self, where: Mask) -> Zones:
        """Some of the zones."""
        some = np.flatnonzero(where).tolist()
        return Zones(
            tuple(self.labels[k] for k in some), tuple(self.school[k] for k in some), tuple(self.rows[k] for k in some),
            self.shapes[where], tuple(self.spellings[k] for k in some),
        )  # fmt: skip


def united(found: ZoneRows, written: Texts, labels: Labels) -> Zones:
    """The zones of each school as one; rows without a label hold no school and are left out."""
    import shapely

    groups: dict[tuple[int, str], list[int]] = {}
    for k, label in enumerate(written.tolist()):
        if not labels.is_blank(label):
            s = labels.find(label)
            groups.setdefault((s, "" if s >= 0 else folded(label)), []).append(k)
    order = sorted(groups, key=lambda key: (key[0] < 0, key[0], groups[key][0]))
    rows = found.table.rows(np.ones(len(written), dtype=bool))
    shapes, spellings = np.empty(len(order), dtype=object), []
    for at, key in enumerate(order):
        members = groups[key]
        alone: dict[str, list[int]] = {}
        for k in members:
            alone.setdefault(folded(written[k]), []).append(k)
        parts = [(written[ks[0]], rows[ks[0]], shapely.union_all(found.shapes[ks])) for ks in alone.values()]
        shapes[at] = parts[0][2] if len(parts) == 1 else shapely.union_all([part for _, _, part in parts])
        spellings.append(tuple(parts) if len(parts) > 1 else ())
    first = [written[groups[key][0]] for key in order]
    return Zones(tuple(first), tuple(s for s, _ in order), tuple(tuple(rows[k] for k in groups[key]) for key in order), shapes, tuple(spellings))


def doubled(zones: Zones) -> list[tuple[tuple[str, int], tuple[str, int]]]:
    """Pairs of labels (with row) that mean one school by their names, and whose zones lie on each other: schools of two levels, say."""
    import shapely

    found = []
    for parts in zones.spellings:
        for a, (label, row, shape) in enumerate(parts):
            for other, other_row, other_shape in parts[a + 1 :]:
                common = shapely.area(shapely.intersection(shape, other_shape))
                if common > LEAST * min(shapely.area(shape), shapely.area(other_shape)):
                    found.append(((label, row), (other, other_row)))
    return found


@dataclass(frozen=True)
class ZoneOverlap:
    """Two zones on the same ground.

    Parameters
    ----------
    first, second
        Their labels.
    hectares
        Area of the common ground.
    """

    first: str
    second: str
    hectares: float

    def __str__(self) -> str:
        return f"'{self.first}' and '{self.second}' by {self.hectares:,.1f} ha"


def zone_overlaps(zones: Zones) -> list[ZoneOverlap]:
    """Every two zones of different schools that share more land than two drawings of one border do, the largest first."""
    import shapely

    hits = shapely.STRtree(zones.shapes).query(zones.shapes, predicate="intersects")
    first, second = hits[:, hits[0] < hits[1]]
    common = shapely.intersection(zones.shapes[first], zones.shapes[second])
    found = [
        ZoneOverlap(zones.labels[a], zones.labels[b], float(area) / 10_000)
        for a, b, area in zip(first, second, _beyond_slivers(common), strict=True)
        if area > 0
    ]
    return sorted(found, key=lambda one: (-one.hectares, one.first, one.second))


def _beyond_slivers(shapes: Shapes) -> Floats:
    """Area of the parts of each shape that are not mere slivers of digitizing."""
    import shapely

    parts, of = shapely.get_parts(shapes, return_index=True)
    area, length = shapely.area(parts), shapely.length(parts)
    wide = 2 * area > SLIVER_M * length
    return np.bincount(of[wide], area[wide], len(shapes)).astype(np.float64)
