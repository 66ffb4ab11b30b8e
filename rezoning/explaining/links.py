"""Links that join units which hang together with no school to the rest: the shortest ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats, Ints, same_school_components
from rezoning.relaxing import Edit
from rezoning.scenario.schema import Scenario


def links(district: District, scenario: Scenario) -> tuple[District, tuple[Edit, ...]]:
    """The district with the links that are missing, and the edit that adds them; no edit where every unit hangs together with some school."""
    labels = same_school_components(district.graph, np.zeros(district.num_units, dtype=np.int64))
    held = set(labels[district.school_unit].tolist())
    lost = [label for label in np.unique(labels).tolist() if label not in held]
    if not lost:
        return district, ()
    where, outside = _places(district), np.isin(labels, sorted(held))
    added = np.array([sorted(_nearest(where, np.flatnonzero(labels == label), np.flatnonzero(outside))) for label in lost], dtype=np.int64)
    joined = replace(district, edges=np.unique(np.concatenate([district.edges, added]), axis=0), border_m=None)
    said = [[district.unit_ids[u], district.unit_ids[v]] for u, v in added]
    old = [list(pair) for pair in scenario.data.adjacency.links]
    pairs = ", ".join(f"'{a}' and '{b}'" for a, b in said)
    words = f"count {pairs} as neighbors (data.adjacency.links)"
    return joined, (Edit(("data", "adjacency", "links"), old or None, [*old, *said], words),)


def _places(district: District) -> Floats:
    """Something by which near units are alike: where they lie, else how far they are from every school; shape (n, k)."""
    if district.geometry is not None:
        points: Any = district.geometry.representative_point()
        return np.column_stack([points.x, points.y])
    if district.travel is not None:
        return np.nan_to_num(district.travel, nan=float(np.nanmax(district.travel)))
    return np.zeros((district.num_units, 1))


def _nearest(where: Floats, here: Ints, there: Ints) -> NDArray[np.int64]:
    """The two units, one of each set, that are nearest to each other."""
    from scipy.spatial import cKDTree

    distance, index = cKDTree(where[there]).query(where[here])
    k = int(np.argmin(distance))
    return np.array([here[k], there[np.asarray(index)[k]]])
