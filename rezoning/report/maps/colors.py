"""One fill for each school everywhere: in every picture, page and file, today and under every option; neighbors never alike.

Fills are light enough for dark ink. Any two of `PALETTE` are at least 10 apart (CIEDE2000) to normal vision, with protanopia, deuteranopia and
tritanopia: as they are, dimmed as at night, and at four fifths over white paper. Where more than ten zones touch each other, a pattern helps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.public.book import Book
    from rezoning.runs.option import Option

Ints = NDArray[np.int64]
Pairs = frozenset[tuple[int, int]]

PALETTE = ("#FFEE99", "#4488EE", "#998855", "#AAEEFF", "#DDEEDD", "#88AABB", "#33CCFF", "#EEAA99", "#AABB44", "#DD6688")
PATTERNS = ("", "dots", "lines")
"""What is drawn over a fill; most schools have none."""
NIGHT = 0.82  # how bright fills are on dark pages, of 1, as in assets/map.css
OPACITY = 0.8  # of fills that let something shine through, as in files for Google Earth

# How far any two colors are apart at worst, rounded down; a test computes it.
APART = (
    (0, 41, 19, 30, 14, 26, 41, 12, 11, 24),
    (41, 0, 37, 19, 25, 11, 11, 36, 28, 18),
    (19, 37, 0, 32, 22, 24, 37, 11, 11, 11),
    (30, 19, 32, 0, 11, 11, 11, 21, 23, 23),
    (14, 25, 22, 11, 0, 14, 20, 11, 12, 17),
    (26, 11, 24, 11, 14, 0, 11, 18, 14, 10),
    (41, 11, 37, 11, 20, 11, 0, 29, 29, 20),
    (12, 36, 11, 21, 11, 18, 29, 0, 12, 12),
    (11, 28, 11, 23, 12, 14, 29, 12, 0, 19),
    (24, 18, 11, 23, 17, 10, 20, 12, 19, 0),
)


@dataclass(frozen=True)
class Fill:
    """What a school's zone is filled with.

    Parameters
    ----------
    color
        One of `PALETTE`.
    pattern
        One of `PATTERNS`.
    """

    color: str
    pattern: str = ""


def school_colors(book: Book) -> tuple[str, ...]:
    """A color for each of `Book.schools`, in their order."""
    return tuple(fill.color for fill in school_fills(book))


@lru_cache(maxsize=4)  # every page, picture and file of a book asks
def school_fills(book: Book) -> tuple[Fill, ...]:
    """A fill for each of `Book.schools`, in their order; zones that touch today, in any option or among the nearest schools have different ones.

    Colors follow from today's zones and the schools' ids alone, as long as that keeps the neighbors of every option apart: neither another option nor
    another order of options changes them. A school that is new, or touches one of its color in some option, gets another.
    """
    ids = [school.id for school in book.schools]
    meet = touching(book.district)
    today = () if book.today is None else (book.today.zone,)
    shown = [*today, *(view.drawn for view in book.views.values()), *_nearest(book)]
    return fills(ids, neighbors(meet, today), neighbors(meet, shown), _used(today))


def option_fills(book: Book, option: Option) -> tuple[Fill, ...]:
    """The fills of an option's own schools, in the order of its district."""
    found = dict(zip((school.id for school in book.schools), school_fills(book), strict=True))
    return tuple(found[text] for text in option.district.school_ids)


def plan_fills(district: District, *assignments: Ints) -> tuple[Fill, ...]:
    """Fills of a district's schools where there is no book: zones that touch in any of the assignments, the first of them today's, differ."""
    meet = touching(district)
    return fills(district.school_ids, neighbors(meet, assignments[:1]), neighbors(meet, assignments), _used(assignments[:1]))


def fills(ids: Sequence[str], today: Pairs, always: Pairs, known: Iterable[int]) -> tuple[Fill, ...]:
    """Fills of schools from who is whose neighbor.

    Parameters
    ----------
    ids
        Of the schools; their order decides between equals.
    today, always
        Pairs of schools that touch today, and that touch in anything that is shown.
    known
        Schools with a zone today.
    """
    rank = {s: k for k, s in enumerate(sorted(range(len(ids)), key=lambda s: ids[s]))}
    order = sorted(rank, key=rank.__getitem__)
    old = set(known)
    kept = _colored({}, [s for s in order if s in old], today, rank)
    clashing = {max(a, b, key=rank.__getitem__) for a, b in always if a in kept and b in kept and kept[a] == kept[b]}
    found = _colored({s: c for s, c in kept.items() if s not in clashing}, order, always, rank)
    if max(found.values(), default=0) >= len(PALETTE):
        anew = _colored({}, order, always, rank)
        found = min(found, anew, key=lambda those: sum(c >= len(PALETTE) for c in those.values()))
    return tuple(Fill(PALETTE[found[s] % len(PALETTE)], PATTERNS[found[s] // len(PALETTE)]) for s in range(len(ids)))


def neighbors(meet: Ints, assignments: Iterable[Ints]) -> Pairs:
    """Pairs of schools whose zones touch in any of some assignments; `meet` are pairs of units, shape (m, 2)."""
    found: set[tuple[int, int]] = set()
    for zone in assignments:
        a, b = zone[meet[:, 0]], zone[meet[:, 1]]
        is_border = (a != b) & (a >= 0) & (b >= 0)
        pairs = np.unique(np.sort(np.column_stack([a[is_border], b[is_border]]), axis=1), axis=0)
        found |= {(int(one), int(other)) for one, other in pairs}
    return frozenset(found)


@lru_cache(maxsize=2)
def touching(district: District) -> Ints:
    """Pairs of units that a reader sees beside each other, whatever rules say of the border between them, shape (m, 2)."""
    if district.geometry is None:
        return district.edges
    import shapely

    shapes = np.asarray(district.geometry.array)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return np.concatenate([district.edges, np.column_stack([a[a < b], b[a < b]])])


# -- parts -----------------------------------------------------------------------------------------------------------


def _used(assignments: Iterable[Ints]) -> set[int]:
    return {int(s) for zone in assignments for s in np.unique(zone) if s >= 0}


def _nearest(book: Book) -> Iterator[Ints]:
    """Zones of the nearest schools, as indices into `Book.schools`, where they are known."""
    from rezoning.metrics.zones import nearest_to

    found = nearest_to(book.district, book.options[0].plan if book.options else None)
    if found is not None:
        place = {school.id: i for i, school in enumerate(book.schools)}
        index = np.array([*(place[text] for text in book.district.school_ids), -1], dtype=np.int64)
        yield index[found.school]


def _colored(given: dict[int, int], schools: Sequence[int], pairs: Pairs, rank: dict[int, int]) -> dict[int, int]:
    """Color, and pattern in tens of colors, of some schools beside those given: the one with the most colors around it first (DSATUR)."""
    around: dict[int, set[int]] = {s: set() for s in rank}
    for a, b in pairs:
        around[a].add(b)
        around[b].add(a)
    found, left = dict(given), [s for s in schools if s not in given]
    while left:
        s = max(left, key=lambda one: (len({found[t] for t in around[one] if t in found}), len(around[one]), -rank[one]))
        left.remove(s)
        beyond = {found[u] for t in around[s] for u in around[t] if u in found}
        found[s] = _chosen([found[t] for t in around[s] if t in found], beyond, list(found.values()))
    return found


def _chosen(near: Sequence[int], beyond: set[int], used: Sequence[int]) -> int:
    """A color that no neighbor has; rather without a pattern, unlike neighbors' neighbors, seldom used, and far from the neighbors' colors."""
    size = len(PALETTE)

    def merit(c: int) -> tuple[bool, int, bool, int, int, int]:
        least = min((APART[c % size][other % size] for other in near if other // size == c // size), default=0)
        return c in near, c // size, c in beyond, used.count(c), -least, c

    return min(range(size * len(PATTERNS)), key=merit)
