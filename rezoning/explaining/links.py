"""Links that join units which hang together with no school to the rest: the shortest ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats, Ints, Land, same_school_components
from rezoning.relaxing import Edit
from rezoning.scenario.schema import Scenario


def links(district: District, scenario: Scenario) -> tuple[District, tuple[Edit, ...]]:
    """The district with the links that are missing, and the edit that adds them; no edit where every unit hangs together with some school."""
    land, n = district.land, district.num_units
    labels = same_school_components(land.graph, np.zeros(len(land.unit), dtype=np.int64))
    held = set(labels[district.school_unit].tolist())
    lost = [label for label in np.unique(labels).tolist() if label not in held]
    if not lost:
        return district, ()
    where, outside = _places(district), np.flatnonzero(np.isin(labels[:n], sorted(held)))
    added = []
    for label in lost:
        whole = np.flatnonzero(labels[:n] == label)
        if len(whole):
            added.append(sorted(_nearest(where, whole, outside).tolist()))
        else:  # parts of units whose main part is elsewhere: these units' parts count as one
            added += [[int(land.unit[piece]), int(piece)] for piece in np.flatnonzero(labels == label)[:1]]
    new = np.array(added, dtype=np.int64)
    edges = np.unique(np.concatenate([district.edges, new[new[:, 1] < n]]), axis=0)
    parts = None if district.parts is None else Land(land.unit, np.unique(np.concatenate([land.edges, new]), axis=0))
    joined = replace(district, edges=edges, border_m=None, parts=parts)
    said = [[district.unit_ids[land.unit[u]], district.unit_ids[land.unit[v]]] for u, v in added]
    old = [list(pair) for pair in scenario.data.adjacency.links]
    pairs = ", ".join(f"'{a}' and '{b}'" if a != b else f"the parts of '{a}'" for a, b in said)
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
