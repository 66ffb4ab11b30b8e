"""The streets of areas, for people who do not know areas by number: of the map's streets, or else of the addresses that the finder knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rezoning.report.maps.basemap import street_names

if TYPE_CHECKING:
    from rezoning.district.district import Ints
    from rezoning.public.book import Book

Streets = tuple[tuple[str, ...], ...]


def streets_of(book: Book) -> Streets | None:
    """For each unit the names of its streets, the main one first; None where the scenario names neither streets nor addresses."""
    return street_names(book) or _addressed(book)


def streets_in(streets: Streets, units: Ints | Sequence[int]) -> list[str]:
    """The streets of some units: those of most units first."""
    found = Counter(name for u in np.asarray(units).tolist() for name in streets[u])
    return [name for name, _ in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def _addressed(book: Book) -> Streets | None:
    from rezoning.report.finder import read_addresses

    section = book.settings.addresses
    if section is None or book.district.geometry is None:
        return None
    known = read_addresses(section, book.district)
    counts: list[Counter[str]] = [Counter() for _ in range(book.district.num_units)]
    for street, unit in zip(known.street.tolist(), known.unit.tolist(), strict=True):
        counts[unit][known.streets[street]] += 1
    return tuple(tuple(name for name, _ in count.most_common()) for count in counts)
