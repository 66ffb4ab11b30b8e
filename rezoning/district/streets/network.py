"""Streets cut where they meet, and what of them hangs together: stretches between nodes, with minutes both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from rezoning.district.district import Floats, Ints
from rezoning.district.streets.classes import LIMITED_ACCESS, RAMP
from rezoning.district.streets.speeds import Speeds
from rezoning.district.streets.ways import Flags, Ways

SAME = 1e7
"""Places per degree: vertices that agree to a centimeter are one."""

SAME_M = 0.5
"""Two stretches between the same nodes that differ by less are one street."""

MAJOR_M, FLATNESS = 6_378_137.0, 1 / 298.257223563


@dataclass(frozen=True, eq=False)
class Network:
    """Stretches of street between nodes.

    Parameters
    ----------
    ends
        First and last node of each, shape (p, 2).
    minutes
        Along it and against it, shape (p, 2); infinite where one may not go.
    meters
        Length of each, shape (p,).
    first, last
        Where the vertices of each stand among `points`, both included, shape (p,) each.
    points
        Longitude and latitude, shape (k, 2).
    is_junction
        Nodes at which three streets meet that lead further than to houses, shape (number of nodes,).
    delay_s
        Seconds lost on arriving at a junction.
    """

    ends: Ints
    minutes: Floats
    meters: Floats
    first: Ints
    last: Ints
    points: Floats
    is_junction: Flags
    delay_s: float

    @property
    def num_nodes(self) -> int:
        """Nodes, those without any stretch included."""
        return len(self.is_junction)

    @property
    def num_junctions(self) -> int:
        """Junctions in use."""
        return int(self.is_junction[np.unique(self.ends)].sum())

    @property
    def delay(self) -> Floats:
        """Minutes lost on arriving at each node."""
        return np.where(self.is_junction, self.delay_s / 60, 0.0)

    def kept(self, where: Flags) -> Network:
        """Some of the stretches, among the same nodes."""
        return replace(
            self, ends=self.ends[where], minutes=self.minutes[where], meters=self.meters[where], first=self.first[where], last=self.last[where]
        )

    def arcs(self) -> tuple[Ints, Ints, Floats]:
        """Where one may go in one step: from, to, and minutes, delay at the end included."""
        start = np.concatenate([self.ends[:, 0], self.ends[:, 1]])
        end = np.concatenate([self.ends[:, 1], self.ends[:, 0]])
        minutes = np.concatenate([self.minutes[:, 0], self.minutes[:, 1]]) + self.delay[end]
        open_to_go = np.isfinite(minutes) & (start != end)
        return start[open_to_go], end[open_to_go], minutes[open_to_go]


def laid(ways: Ways, speeds: Speeds, delay_s: float) -> Network:
    """Cut lines where they meet.

    Parameters
    ----------
    ways
        Lines in use; they meet at the nodes that their file names, else where they share a vertex.
    speeds
        Of the lines.
    delay_s
        Seconds lost at each junction.
    """
    points, of, at_end = ways.points, np.repeat(np.arange(len(ways.kind)), np.diff(ways.starts)), np.zeros(len(ways.points), dtype=bool)
    at_end[ways.starts[:-1]] = at_end[ways.starts[1:] - 1] = True
    if ways.nodes is None:
        _, place, times = np.unique(_keys(points), return_inverse=True, return_counts=True)
        is_node = at_end | (times[place] > 1)
        node = place[is_node]
    else:
        is_node, node = at_end, _apart(ways).ravel()
    where = np.flatnonzero(is_node)
    joined = of[where[1:]] == of[where[:-1]]
    first, last, way = where[:-1][joined], where[1:][joined], of[where[:-1][joined]]
    node = np.unique(node, return_inverse=True)[1].astype(np.int64)
    ends = np.column_stack([node[:-1][joined], node[1:][joined]])
    along = np.concatenate([[0.0], np.cumsum(steps_m(points))])
    meters = along[last] - along[first]
    real = meters > 0
    ends, first, last, way, meters = ends[real], first[real], last[real], way[real], meters[real]
    kmh = speeds.kmh[way]
    minutes = np.divide(0.06 * meters[:, None], kmh, out=np.full(kmh.shape, np.inf), where=kmh > 0)
    keep, minutes = _merged(ends, meters, minutes)
    ends, meters, minutes, first, last, way = ends[keep], meters[keep], minutes[keep], first[keep], last[keep], way[keep]
    meeting = np.bincount(ends[~speeds.is_drive[way]].ravel(), minlength=int(node.max(initial=-1)) + 1)
    return Network(ends, minutes, meters, first, last, points, meeting > 2, delay_s)


def _merged(ends: Ints, meters: Floats, minutes: Floats) -> tuple[Flags, Floats]:
    """Stretches to keep, with their minutes: a street that a file draws once for each direction is one street, which a house lies on both ways."""
    pair = ends.min(axis=1) * (int(ends.max(initial=0)) + 1) + ends.max(axis=1)
    order = np.lexsort((np.arange(len(pair)), meters, pair))
    again = (np.diff(pair[order]) == 0) & (np.diff(meters[order]) < SAME_M) & (ends[order, 0] != ends[order, 1])[1:]
    if not again.any():
        return np.ones(len(pair), dtype=bool), minutes
    starts = np.append(True, ~again)
    of = np.empty_like(order)
    of[order] = order[starts][np.cumsum(starts) - 1]
    turned = np.where((ends[:, 0] == ends[of, 0])[:, None], minutes, minutes[:, ::-1])
    least = minutes.copy()
    np.minimum.at(least, of, turned)
    return of == np.arange(len(of)), least


def main_part(network: Network) -> Network:
    """The stretches on which one gets from everywhere to everywhere: the longest such part. Elsewhere a trip may have no way, or no way back."""
    start, end, _ = network.arcs()
    graph = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(network.num_nodes, network.num_nodes))
    _, part = connected_components(csr_array(graph), directed=True, connection="strong")
    of = np.where(part[network.ends[:, 0]] == part[network.ends[:, 1]], part[network.ends[:, 0]], -1)
    inside = of >= 0
    if not inside.any():
        return network.kept(inside)
    return network.kept(of == np.argmax(np.bincount(of[inside], weights=network.meters[inside])))


def steps_m(points: Floats) -> Floats:
    """Meters from each point to the next on the ellipsoid, shape (k - 1,); right to a millionth for steps of up to a few kilometers."""
    longitude, latitude = np.radians(points.T)
    middle = (latitude[1:] + latitude[:-1]) / 2
    north, east = _radii(np.sin(middle), np.cos(middle))
    turn = np.abs(np.diff(longitude))
    found: Floats = np.hypot(np.diff(latitude) * north, np.minimum(turn, 2 * np.pi - turn) * east)
    return found


def plane(points: Floats, center: Floats) -> Floats:
    """Meters east and north of a center, shape (k, 2): right near it, and to a hundredth in a district around it."""
    latitude = radians(float(center[1]))
    north, east = _radii(np.array(sin(latitude)), np.array(cos(latitude)))
    turn = (points[:, 0] - center[0] + 180) % 360 - 180
    return np.column_stack([np.radians(turn) * east, np.radians(points[:, 1] - center[1]) * north])


def _radii(sine: Floats, cosine: Floats) -> tuple[Floats, Floats]:
    """Meters per radian of latitude and of longitude."""
    square = FLATNESS * (2 - FLATNESS)
    bend = 1 - square * sine**2
    return MAJOR_M * (1 - square) / bend**1.5, MAJOR_M / np.sqrt(bend) * cosine


def _keys(points: Floats) -> Ints:
    """One number for each place."""
    east, north = np.round((points + np.array([180.0, 90.0])) * SAME).astype(np.int64).T
    return np.asarray(east * 2**31 + north)


def _apart(ways: Ways) -> Ints:
    """Nodes of TIGER's lines, which meet wherever they cross: where a limited-access road leads over or under a street, the two are taken apart.

    Without a ramp none turns off there; where such a road ends, it does lead on into a street.
    """
    assert ways.nodes is not None
    nodes = ways.nodes
    limited = np.repeat(ways.kind == LIMITED_ACCESS, 2)
    ramp = np.repeat(ways.kind == RAMP, 2)
    if not limited.any():
        return nodes
    flat, size = nodes.ravel(), int(nodes.max()) + 1
    count = [np.bincount(flat[kind], minlength=size) for kind in (limited, ramp, ~limited & ~ramp)]
    passes = (count[0] > 1) & (count[1] == 0) & (count[2] > 1)
    return np.where(limited & passes[flat], flat + size, flat).reshape(-1, 2)
