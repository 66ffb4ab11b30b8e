"""The areas that change schools under an option: each in one piece, from one school to one other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import District, Ints, same_school_components
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
    grades
        The grades that go there, where schools share their zones: ``3–5``; empty where all do.
    """

    letter: str
    origin: int
    target: int
    units: Ints
    grades: str = ""


def family_areas(book: Book) -> list[FamilyArea]:
    """Every area of every option, by the names of its schools; the largest of several first."""
    found = [area for option in book.options if option.letter in book.changes for area in _areas(book, option.letter)]
    names = [school.name.casefold() for school in book.schools]
    return sorted(found, key=lambda area: (area.letter, names[area.origin], names[area.target], -len(area.units), int(area.units[0])))


def _areas(book: Book, letter: str) -> Iterator[FamilyArea]:
    assert book.today is not None
    district, moved = book.district, book.changes[letter].moved
    before, after = book.today.zone, book.views[letter].zone
    if book.views[letter].pairing is not None:
        yield from _by_grade(book, letter, before, moved)
        return
    for units in _pieces(district, moved, before[moved] * len(book.schools) + after[moved]):
        yield FamilyArea(letter, int(before[units[0]]), int(after[units[0]]), units)


def _by_grade(book: Book, letter: str, before: Ints, moved: Ints) -> Iterator[FamilyArea]:
    """Where schools share their zones: areas some of whose grades go to a school that is not theirs today."""
    view = book.views[letter]
    for s in range(len(book.schools)):
        comes = moved[view.goes_to(s)[moved] & (before[moved] != s)]
        for units in _pieces(book.district, comes, before[comes]):
            yield FamilyArea(letter, int(before[units[0]]), s, units, view.grades_at(s))


def _pieces(district: District, units: Ints, kind: Ints) -> Iterator[Ints]:
    """Units of one kind next to each other."""
    label = np.full(district.num_units, -1, dtype=np.int64)
    label[units] = kind
    piece = same_school_components(district.graph, label)
    for one in np.unique(piece[units]).tolist():
        yield units[piece[units] == one]
