"""The areas that change schools under an option: each in one piece, from one school to one other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import Ints, same_school_components
from rezoning.public.book import Book


@dataclass(frozen=True, eq=False)
class FamilyArea:
    """Units next to each other that go from one school to another.

    Parameters
    ----------
    letter
        Of the option.
    origin, target
        Indices into the book's schools.
    units
        Indices, in order.
    """

    letter: str
    origin: int
    target: int
    units: Ints


def family_areas(book: Book) -> list[FamilyArea]:
    """Every area of every option, by the names of its schools; the largest of several first."""
    found = [area for option in book.options if option.letter in book.changes for area in _areas(book, option.letter)]
    names = [school.name.casefold() for school in book.schools]
    return sorted(found, key=lambda area: (area.letter, names[area.origin], names[area.target], -len(area.units), int(area.units[0])))


def _areas(book: Book, letter: str) -> Iterator[FamilyArea]:
    assert book.today is not None
    district, moved = book.district, book.changes[letter].moved
    before, after = book.today.zone, book.views[letter].zone
    pair = np.full(district.num_units, -1, dtype=np.int64)
    pair[moved] = before[moved] * len(book.schools) + after[moved]
    piece = same_school_components(district.graph, pair)
    for label in np.unique(piece[moved]).tolist():
        units = moved[piece[moved] == label]
        yield FamilyArea(letter, int(before[units[0]]), int(after[units[0]]), units)
