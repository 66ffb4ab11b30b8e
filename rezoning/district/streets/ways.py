"""Lines of streets, whatever file they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import Floats, Ints

Flags = NDArray[np.bool_]
HEAD = 9
"""Bytes of well-known binary before the vertices of a line."""

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Streets as lines.

    Parameters
    ----------
    points
        Longitude and latitude of all their vertices, one line after the other, shape (k, 2).
    starts
        Where each line begins among the points, and the end of the last, shape (w + 1,).
    kind
        Class of each, shape (w,).
    posted
        Posted km/h along the line and against it, shape (w, 2); NaN where nothing is posted.
    oneway
        1 along the line only, -1 against it only, 0 both ways, shape (w,).
    private
        Streets that only those may use who live there, shape (w,).
    nodes
        Where the file says itself which lines meet: first and last node of each, shape (w, 2). Else they meet where they share a vertex.
    names
        What each is called, where that was read; no trip hangs on it.
    num_read
        Lines that the file had, usable or not.
    has_own_classes
        Whether classes are words of whoever keeps the file: one that is not known is a street all the same.
    files
        Every file on disk that they came from.
    notes, warnings
        What was chosen while reading, and what is in doubt.
    """

    points: Floats
    starts: Ints
    kind: NDArray[np.object_]
    posted: Floats
    oneway: Ints
    private: Flags
    nodes: Ints | None = None
    names: NDArray[np.object_] | None = None
    num_read: int = 0
    has_own_classes: bool = False
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def kept(self, where: Flags) -> Ways:
        """Some of the lines."""
        if where.all():
            return self
        sizes = np.diff(self.starts)
        return replace(
            self, points=self.points[np.repeat(where, sizes)], starts=_starts(sizes[where]), kind=self.kind[where], posted=self.posted[where],
            oneway=self.oneway[where], private=self.private[where], nodes=None if self.nodes is None else self.nodes[where],
            names=None if self.names is None else self.names[where],
        )  # fmt: skip

    def inside(self, box: Box) -> Ways:
        """The lines of which some vertex is in a box."""
        west, south, east, north = box
        x, y = self.points.T
        within = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        if within.all():
            return self
        return self.kept(np.add.reduceat(within, self.starts[:-1]) > 0 if len(self.kind) else within)


def vertices(written: NDArray[Any]) -> tuple[Floats, Ints]:
    """Vertices of plain lines in well-known binary, and where each line begins: a head, then pairs of doubles in the machine's own order."""
    sizes = np.fromiter(map(len, written), dtype=np.int64, count=len(written))
    content = np.frombuffer(b"".join(written), dtype=np.uint8)
    ends = np.cumsum(sizes)
    is_head = np.zeros(len(content), dtype=bool)
    is_head[((ends - sizes)[:, None] + np.arange(HEAD)).ravel()] = True
    return np.frombuffer(content[~is_head].tobytes(), dtype=np.float64).reshape(-1, 2), _starts((sizes - HEAD) // 16)


def drawn(shapes: NDArray[Any]) -> tuple[Floats, Ints, Ints]:
    """Vertices of lines, where each line begins, and the shape that it is of: a shape of several parts gives several lines, another shape none."""
    import shapely

    kinds = shapely.get_type_id(shapes)
    parts, of = (shapes, np.arange(len(shapes))) if np.isin(kinds, (-1, 1, 2)).all() else shapely.get_parts(shapes, return_index=True)
    is_line = np.isin(shapely.get_type_id(parts), (1, 2)) & (shapely.get_num_coordinates(parts) > 1)
    parts, of = parts[is_line], of[is_line]
    return shapely.get_coordinates(parts), _starts(shapely.get_num_coordinates(parts)), of


def _starts(sizes: Any) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
