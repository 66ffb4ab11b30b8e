"""Streets and addresses of every zone, as rows for `tables.public_csv`, which makes texts harmless that look like formulas."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from rezoning.public.book import Book, View
from rezoning.public.pairing import Pairing
from rezoning.report.enrollment import views_of
from rezoning.report.finder.addresses import AddressBook
from rezoning.report.finder.facts import schools_at
from rezoning.report.finder.streets import folded, house_key, parity

Row = dict[str, str | int]
Run = tuple[int, str, str, str, int]  # school, first and last number, side, addresses


def zone_lists(book: Book, addresses: AddressBook) -> list[Row]:
    """For today and every option, the streets of each school's zone with ranges of house numbers.

    A range is the longest run of supplied numbers on one side of a street, next to one another, that go to the same school; ``both``
    sides where a whole street does. Addresses without a number have a row with blank ends. So each address is in exactly one row of
    each option. Units without a school have a blank one.

    Returns
    -------
    list
        Rows of option, school_id, school, street, from_number, to_number, parity (odd, even, both), addresses (their count);
        sorted by option, school, street and number. Where schools are paired, a row for each school that shares the zone, and `grades`: those
        that it has (blank: all).
    """
    streets = _streets(addresses)
    rows: list[Row] = []
    is_paired = any(view.pairing is not None for view in book.views.values())
    for view in views_of(book).values():
        schools = view.drawn[addresses.unit].tolist()
        found = [(run[0], k, street, run) for k, (street, sides) in enumerate(streets) for run in _runs(sides, schools, addresses)]
        found.sort(key=lambda one: (one[0] < 0, one[0], one[1]))
        rows.extend(row for _, _, street, run in found for row in _rows(view, book, street, run, is_paired=is_paired))
    return rows


def address_rows(book: Book, addresses: AddressBook) -> list[Row]:
    """Every address with its unit and its school today and under each option: address, unit, then <view>_school_id and <view>_school.

    Where schools are paired these stand for each grade, <view>_<grade>_school_id.
    """
    views = views_of(book)
    rows: list[Row] = []
    for text, unit in zip(addresses.texts, addresses.unit.tolist(), strict=True):
        row: Row = {"address": text, "unit": book.district.unit_ids[unit]}
        for key, view in views.items():
            zone = int(view.zone[unit])
            for name, s in [(key, zone)] if view.pairing is None else _by_grade(key, zone, view.pairing):
                row[f"{name}_school_id"], row[f"{name}_school"] = _school(book, s)
        rows.append(row)
    return rows


def _school(book: Book, s: int) -> tuple[str, str]:
    return ("", "") if s < 0 else (book.schools[s].id, book.schools[s].name)


def _by_grade(key: str, zone: int, pairing: Pairing) -> list[tuple[str, int]]:
    """The school in every grade, by what its columns are called."""
    return [(f"{key}_{grade}", -1 if zone < 0 else int(pairing.at[zone, g])) for g, grade in enumerate(pairing.grades)]


def _rows(view: View, book: Book, street: str, run: Run, *, is_paired: bool) -> Iterator[Row]:
    """A run of addresses, once for each school that their children go to."""
    s, low, high, side, number = run
    for one, grades in schools_at(view, s):
        school_id, school = _school(book, one)
        where: Row = {"option": view.key, "school_id": school_id, "school": school, **({"grades": grades} if is_paired else {})}
        yield {**where, "street": street, "from_number": low, "to_number": high, "parity": side, "addresses": number}


def _streets(addresses: AddressBook) -> list[tuple[str, list[list[int]]]]:
    """Every street by name with its sides: addresses in the order of their numbers; those without a number are a side of their own."""
    by_street: dict[int, list[int]] = {}
    for k, street in enumerate(addresses.street.tolist()):
        by_street.setdefault(street, []).append(k)
    order = sorted(by_street, key=lambda street: (folded(addresses.streets[street]), addresses.streets[street]))
    return [(addresses.streets[street], _sides(by_street[street], addresses)) for street in order]


def _sides(members: list[int], addresses: AddressBook) -> list[list[int]]:
    sides: dict[tuple[bool, str], list[int]] = {}
    for k in members:
        house = addresses.house[k]
        sides.setdefault((not house, parity(house)), []).append(k)
    ordered = [sides[side] for side in sorted(sides)]
    return [sorted(side, key=lambda k: (*house_key(addresses.house[k], addresses.flat[k]), k)) for side in ordered]


def _runs(sides: list[list[int]], schools: list[int], addresses: AddressBook) -> Iterator[Run]:
    numbered = [side for side in sides if addresses.house[side[0]]]
    whole = {schools[k] for side in numbered for k in side}
    if len(numbered) == 2 and len(whole) == 1:
        ends = sorted((k for side in numbered for k in (side[0], side[-1])), key=lambda k: house_key(addresses.house[k], addresses.flat[k]))
        yield whole.pop(), _label(ends[0], addresses), _label(ends[-1], addresses), "both", sum(map(len, numbered))
    else:
        for side in numbered:
            for school, run in groupby(side, key=lambda k: schools[k]):
                members = list(run)
                ends = [members[0], members[-1]]
                yield school, _label(ends[0], addresses), _label(ends[1], addresses), parity(addresses.house[ends[0]]), len(members)
    for side in sides:
        if not addresses.house[side[0]]:
            found, times = np.unique([schools[k] for k in side], return_counts=True)
            yield from ((int(school), "", "", "both", int(number)) for school, number in zip(found, times, strict=True))


def _label(k: int, addresses: AddressBook) -> str:
    return f"{addresses.house[k]} {addresses.flat[k]}".strip()
