"""Addresses: streets that go on straight through their corners, named, with houses on both sides where people live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import shapely

from rezoning.synthetic.fabric import Fabric, Ints, to_degrees
from rezoning.synthetic.ids import FIRST, SECOND
from rezoning.synthetic.land import ARTERIAL, BANK, COLLECTOR, LOCAL, OUTLINE, RAIL
from rezoning.synthetic.noise import Floats
from rezoning.synthetic.people import USES, Homes
from rezoning.synthetic.planning import Flags

STRAIGHT = np.cos(np.radians(40.0))
"""Two stretches that meet at a corner and turn less than this are one street."""
LOT_M, SETBACK_M = 110.0, 14.0
PER_STRETCH = 100
"""House numbers begin anew at the next hundred behind every corner, odd on the left."""
NAMES = (
    "Alder", "Ash", "Beech", "Dogwood", "Elm", "Hickory", "Linden", "Locust", "Magnolia", "Poplar", "Sycamore", "Willow",
    "Adams", "Jefferson", "Douglass", "Tubman", "Garfield", "Harrison", "Jackson", "Grant", "Sherman", "Chávez", "Peña", "Muñoz", "Nguyễn",
    "Mill", "Church", "School", "Front", "Water", "Canal", "High", "Bridge", "Chestnut", "Cherry", "Plum", "Apple", "Peach", "Pear",
    "Lilac", "Rose", "Violet", "Aster", "Clover", "Fern", "Ivy",
)  # fmt: skip
TURNS = ("", "Old ", "New ", "Upper ", "Lower ", "East ", "West ", "North ", "South ")
"""What tells streets of one name apart in a town with more streets than names; after these they are numbered."""
EDGES = {OUTLINE: "Town Line Road", BANK: "Riverside Drive", RAIL: "Railroad Street"}
"""Streets along what is no street by itself."""


Chain = list[tuple[int, bool]]  # edges in walking order, and whether each is walked from its first corner to its second


@dataclass(frozen=True, eq=False)
class Houses:
    """Houses of a made-up district.

    Parameters
    ----------
    number, street
        House number, and index into `names`, shape (k,) each.
    names
        Streets.
    place
        Longitude and latitude, shape (k, 2).
    block
        The block that each house stands in, shape (k,).
    """

    number: Ints
    street: Ints
    names: tuple[str, ...]
    place: Floats
    block: Ints


def lay_addresses(fabric: Fabric, homes: Homes, seed: int) -> Houses:
    """Name the streets and number the houses.

    Parameters
    ----------
    fabric
        The blocks and what runs along their edges.
    homes
        Land use and students: houses stand where students live.
    seed
        Of the district; the draws are not those of `make_district`.
    """
    is_lived_in, beside = _lived_in(fabric, homes)
    chains, names, _ = _named(fabric, homes, seed)
    stretches = [(street, k, e, is_forward) for street, chain in enumerate(chains) for k, (e, is_forward) in enumerate(chain) if beside[e].any()]
    street, rank, edge, forward = (np.array(column) for column in zip(*stretches, strict=True))
    which, number, points = _lots(fabric, edge, forward)
    stands, block = _blocks(fabric, edge[which], points, is_lived_in)
    which, number, points = which[stands], number[stands], points[stands]
    numbers = number + PER_STRETCH * (rank[which] + 1)
    return Houses(numbers, street[which], names[: len(chains)], to_degrees(points), block)


def names_of_edges(fabric: Fabric, homes: Homes, seed: int) -> tuple[str, ...]:
    """The name of the street along each edge of a block: those of the addresses, then those where nobody lives; blank over water."""
    lived, names, others = _named(fabric, homes, seed)
    found = [EDGES.get(kind, "") for kind in fabric.kind.tolist()]
    for chain, name in zip([*lived, *others], names, strict=True):
        for e, _ in chain:
            found[e] = name
    return tuple(found)


def _lived_in(fabric: Fabric, homes: Homes) -> tuple[Flags, Flags]:
    """Blocks where students live, and on which sides of each edge they do."""
    is_lived_in = (homes.use == USES.index("homes")) & (homes.students > 0)
    return is_lived_in, np.where(fabric.beside >= 0, is_lived_in[fabric.beside], False)


def _named(fabric: Fabric, homes: Homes, seed: int) -> tuple[list[Chain], tuple[str, ...], list[Chain]]:
    """Streets with homes, the names of all, and the streets without homes, whose names come last."""
    rng = np.random.Generator(np.random.PCG64([seed, len("addresses")]))
    _, beside = _lived_in(fabric, homes)
    chains = list(_chains(fabric))
    is_lived = [any(beside[e].any() for e, _ in chain) for chain in chains]
    lived, others = ([chain for chain, lives in zip(chains, is_lived, strict=True) if lives is wanted] for wanted in (True, False))
    return lived, _names(fabric, [*lived, *others], rng), others


def _chains(fabric: Fabric) -> list[Chain]:
    """Streets: at every corner the pairs of stretches that go on straightest are joined, each stretch to one at most."""
    is_street = np.isin(fabric.kind, (LOCAL, COLLECTOR, ARTERIAL))
    follows: dict[tuple[int, int], int] = {}  # (edge, corner) -> the edge behind that corner
    for corner, edges in _at_corners(fabric, is_street).items():
        ways = {e: _direction(fabric, e, corner) for e in edges}
        straightest = sorted((float(ways[e] @ ways[f]), e, f) for e, f in combinations(edges, 2))
        for cosine, e, f in straightest:
            if cosine > -STRAIGHT:
                break
            if (e, corner) not in follows and (f, corner) not in follows:
                follows[e, corner], follows[f, corner] = f, e
    return list(_walks(fabric, np.flatnonzero(is_street).tolist(), follows))


def _at_corners(fabric: Fabric, is_street: Flags) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for e in np.flatnonzero(is_street).tolist():
        for corner in fabric.edge[e].tolist():
            found.setdefault(corner, []).append(e)
    return found


def _direction(fabric: Fabric, e: int, corner: int) -> Floats:
    """Unit vector out of a corner along a stretch."""
    a, b = fabric.edge[e].tolist()
    way = fabric.corner[b if a == corner else a] - fabric.corner[corner]
    return np.asarray(np.round(way / max(float(np.hypot(*way)), 1e-9), 9))


def _walks(fabric: Fabric, edges: list[int], follows: dict[tuple[int, int], int]) -> Iterator[Chain]:
    """Every street once, from an end of it; of a ring from its first edge."""
    seen: set[int] = set()
    ends = [e for e in edges if any((e, corner) not in follows for corner in fabric.edge[e].tolist())]
    for start in (*ends, *edges):
        if start in seen:
            continue
        a, b = fabric.edge[start].tolist()
        corner = a if (start, a) not in follows else b
        if (start, corner) in follows:
            corner = a
        chain: Chain = []
        e = start
        while e not in seen:
            seen.add(e)
            first, second = fabric.edge[e].tolist()
            chain.append((e, first == corner))
            corner = second if first == corner else first
            e = follows.get((e, corner), e)
        yield chain


def _lots(fabric: Fabric, edge: Ints, forward: Flags) -> tuple[Ints, Ints, Floats]:
    """Lots on both sides of stretches: which stretch, number in it (odd on the left), and place in plane meters."""
    ends = fabric.corner[np.where(forward[:, None], fabric.edge[edge], fabric.edge[edge][:, ::-1])]
    way = ends[:, 1] - ends[:, 0]
    length = np.maximum(np.hypot(*way.T), 1e-9)
    count = np.minimum(length / LOT_M, PER_STRETCH // 2 - 1).astype(np.int64)
    which = np.repeat(np.arange(len(edge)), count)
    k = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    along = ends[which, 0] + way[which] * ((k + 0.5) / count[which])[:, None]
    left = np.column_stack([-way[:, 1], way[:, 0]]) / length[:, None] * SETBACK_M
    points = np.concatenate([along + left[which], along - left[which]])
    return np.tile(which, 2), np.concatenate([2 * k + 1, 2 * k]), points


def _blocks(fabric: Fabric, edge: Ints, points: Floats, is_lived_in: Flags) -> tuple[Ints, Ints]:
    """The points that stand in a block beside their stretch where people live, and that block."""
    block = np.full(len(points), -1, dtype=np.int64)
    for side in fabric.beside[edge].T:
        maybe = np.flatnonzero((side >= 0) & is_lived_in[side])
        inside = maybe[shapely.contains_xy(fabric.plane[side[maybe]], *points[maybe].T)]
        block[inside] = side[inside]
    stands = np.flatnonzero(block >= 0)
    return stands, block[stands]


def _names(fabric: Fabric, chains: list[Chain], rng: np.random.Generator) -> tuple[str, ...]:
    """A name for each street, none twice: avenues run north and south, streets east and west."""
    plain = [*NAMES, *(f"{first} {second}" for second in SECOND if second != "Lane" for first in FIRST)]
    order = [plain[k] for k in np.argsort(rng.random(len(plain)), kind="stable")]
    names = []
    for k, chain in enumerate(chains):
        corners = fabric.corner[fabric.edge[[e for e, _ in chain]]].reshape(-1, 2)
        across, along = np.ptp(corners, axis=0)
        kind = "Lane" if len(chain) == 1 else "Avenue" if along > across else "Street"
        turn = k // len(order)
        before = TURNS[turn] if turn < len(TURNS) else f"{turn} "
        names.append(f"{before}{order[k % len(order)]} {kind}")
    return tuple(names)
