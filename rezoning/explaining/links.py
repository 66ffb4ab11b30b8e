"""Links that join units which hang together with no school to the rest: the shortest ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats, Ints, same_school_components
from rezoning.explaining.relaxing import Edit
from rezoning.scenario.schema import Scenario

LINKS = ("data", "adjacency", "links")


def with_links(district: District, edits: Iterable[Edit]) -> District:
    """The district as its files give it once the links of an edit are said."""
    said = [pair for edit in edits if edit.path == LINKS for pair in edit.new]
    if not said:
        return district
    pairs = [(district.unit_index[first], district.unit_index[second]) for first, second in said]
    added = np.array([sorted(pair) for pair in pairs if pair[0] != pair[1]], dtype=np.int64).reshape(-1, 2)
    parts = None if district.parts is None else district.parts.linked(pairs)
    return replace(district, edges=np.unique(np.concatenate([district.edges, added]), axis=0), border_m=None, parts=parts)


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
        else:  # parts of units that are mainly elsewhere: the parts of one of them count as one
            added.append([int(land.unit[labels == label][0])] * 2)
    said = [[district.unit_ids[u], district.unit_ids[v]] for u, v in added]
    old = [list(pair) for pair in scenario.data.adjacency.links]

    def words(new: list[list[str]]) -> str:
        pairs = ", ".join(f"'{a}' and '{b}'" if a != b else f"the parts of '{a}'" for a, b in new if [a, b] not in old)
        return f"count {pairs} as neighbors (data.adjacency.links)"

    edits = (Edit(LINKS, old or None, [*old, *said], words),)
    return with_links(district, edits), edits


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
