"""The base of a map as text inside a page: simplified, on the atlas's grid, in bundles that lie near each other, for `assets/map_basemap.js`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap.features import Features
from rezoning.district.basemap.ranks import LEFT_OUT, LOCAL
from rezoning.report.maps.atlas.arcs import letters
from rezoning.report.maps.atlas.places import features_on_grid

if TYPE_CHECKING:
    from rezoning.report.maps.atlas.coverage import Grid
    from rezoning.report.maps.basemap.base import Basemap

MOST_LETTERS = 1_000_000
"""Of all shapes together; with their names and those of areas a page grows by at most 1.5 MB."""

MOST_NAMES = 180_000
"""Bytes of all names together; the names of the shortest streets go first."""

BUNDLE = 2000
"""Points of shapes that are drawn together or not at all."""

SHARPNESS = ((4.0, 2), (8.0, 4), (16.0, 4), (24.0, 8))
"""Tolerance of simplifying in cells of the grid, and cells of a step: the first with which everything is small enough."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Names:
    """Names in the order in which they were first asked for."""

    known: dict[str, int]

    def numbers(self, names: NDArray[np.object_]) -> list[int]:
        return [self.known.setdefault(str(name), len(self.known)) for name in names]


def embedded(base: Basemap, grid: Grid) -> dict[str, Any]:
    """What a page's script draws under the zones.

    Returns
    -------
    dict
        ``step`` (cells of the grid in one of these); ``names`` (the first is blank); ``streets`` (bundles of each rank), ``rivers`` (likewise),
        ``lakes`` (bundles); a bundle is ``[[west, south, east, north], text]``; ``places`` (x, y, rank, index of name each, the greatest first).
        A text is, for each shape: index of its name, number of its parts, and for each part the number of its points and their steps from the
        last point; all as the atlas writes numbers.
    """
    placed = {what: features_on_grid(getattr(base.geography, what), grid) for what in ("streets", "rivers", "lakes", "places")}
    found: dict[str, Any] = {}
    for streets in _ever_fewer(placed["streets"]):
        for tolerance, step in SHARPNESS:
            found = _packed({**placed, "streets": _with_names(streets)}, tolerance, step)
            if _size(found) <= MOST_LETTERS:
                return found
    return found


def _ever_fewer(streets: Features) -> Any:
    """All streets; those that are named or more than local; those that are more than local; only the first two ranks."""
    yield streets
    yield streets.kept((streets.name != "") | (streets.rank < LOCAL))
    yield streets.kept(streets.rank < LOCAL)
    yield streets.kept(streets.rank < LOCAL - 1)


def _with_names(streets: Features) -> Features:
    """The names of the most important and longest streets, as many as a page can carry."""
    import shapely

    names, of = np.unique(streets.name.astype(str), return_inverse=True)
    best = np.full(len(names), LEFT_OUT)
    np.minimum.at(best, of, streets.rank)
    order = np.lexsort((-np.bincount(of, weights=shapely.length(streets.shapes), minlength=len(names)), best))
    size = np.cumsum([len(names[k].encode()) + 3 for k in order])
    kept = np.zeros(len(names), dtype=bool)
    kept[order[size <= MOST_NAMES]] = True
    return Features(streets.shapes, streets.rank, np.where(kept[of], streets.name, ""))


def _size(found: dict[str, Any]) -> int:
    return sum(len(text) + 30 for kind in (*found["streets"], *found["rivers"], found["lakes"]) for _, text in kind)


def _packed(placed: dict[str, Features], tolerance: float, step: int) -> dict[str, Any]:
    import shapely

    names = _Names({"": 0})
    streets, rivers, lakes, places = (placed[what] for what in ("streets", "rivers", "lakes", "places"))
    points = np.round(shapely.get_coordinates(places.shapes) / step).astype(int).tolist()
    order = np.argsort(places.rank, kind="stable").tolist()
    found = {
        "step": step,
        "streets": [_bundles(streets.kept(streets.rank == rank), tolerance, step, names) for rank in range(LEFT_OUT)],
        "rivers": [_bundles(rivers.kept(rivers.rank == rank), tolerance, step, names) for rank in range(3)],
        "lakes": _bundles(lakes, tolerance, step, names),
        "places": [[*points[k], int(places.rank[k]), names.numbers(places.name[k : k + 1])[0]] for k in order],
    }
    return {**found, "names": list(names.known)}


def _bundles(features: Features, tolerance: float, step: int, names: _Names) -> list[list[Any]]:
    """Shapes simplified and rounded, those that lie near each other together; what is no more than a dot is left out."""
    import shapely

    shapes = shapely.transform(shapely.simplify(features.shapes, tolerance, preserve_topology=False), lambda points: np.round(points / step))
    boxes = shapely.bounds(shapes)
    seen = np.flatnonzero(np.nan_to_num(boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0) >= 1) if len(shapes) else np.empty(0, dtype=np.int64)
    order = seen[np.argsort(_along_a_curve(boxes[seen]), kind="stable")]
    if not len(order):
        return []
    sizes = shapely.get_num_coordinates(shapes[order])
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // BUNDLE)) + 1
    found = []
    for members in np.split(order, cuts):
        box = shapely.total_bounds(shapes[members]).astype(int).tolist()
        found.append([box, _text(shapes[members], names.numbers(features.name[members]))])
    return found


def _along_a_curve(boxes: NDArray[np.float64]) -> Ints:
    """A number for each box that is near where its middle is near, each coordinate's bits between the other's."""
    if not len(boxes):
        return np.empty(0, dtype=np.int64)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    low, high = middle.min(axis=0), middle.max(axis=0)
    cell = np.minimum(63, (middle - low) / np.maximum(high - low, 1) * 64).astype(np.int64)
    bits = np.arange(6)
    spread = ((cell[:, :, None] >> bits & 1) << (2 * bits)).sum(axis=2)
    return np.asarray(spread[:, 0] + 2 * spread[:, 1])


def _text(shapes: NDArray[Any], names: list[int]) -> str:
    import shapely

    numbers: list[int] = []
    here = np.zeros(2, dtype=np.int64)
    for shape, name in zip(shapes, names, strict=True):
        parts = shapely.get_parts(shape)
        parts = shapely.get_rings(parts) if shapely.get_dimensions(shape) == 2 else parts
        runs = [run for run in map(_run, parts) if len(run) > 1]
        numbers += [name, len(runs)]
        for run in runs:
            steps = np.diff(run, axis=0, prepend=here[None, :])
            numbers += [len(run), *steps.ravel().tolist()]
            here = run[-1]
    return letters(np.array(numbers, dtype=np.int64))


def _run(part: Any) -> Ints:
    """Points of a line or a ring, none twice in a row."""
    import shapely

    points = shapely.get_coordinates(part).astype(np.int64)
    found: Ints = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
    return found
