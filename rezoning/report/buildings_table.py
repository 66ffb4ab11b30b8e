"""The buildings of an option as a file, by numbers that may be shown: in the columns of a run's buildings.csv, so that it reads back."""

from __future__ import annotations

from typing import Any

from rezoning.district.plans.buildings import COLUMNS, SEPARATOR
from rezoning.public.book import Book


def building_rows(book: Book, letter: str) -> list[dict[str, Any]]:
    """A row for each building of an option, schools that share zones first; none where no schools are paired.

    Returns
    -------
    list
        Rows of cluster (a number from 1), zones (ids of the schools whose zones it has), school (id), name, grades, students, capacity, and a
        column for each group.
    """
    view = book.views[letter]
    pairing = view.pairing
    if pairing is None:
        return []
    alone = [(pairing.buildings(s), (s,)) for s, row in enumerate(view.schools) if row.is_open and s not in pairing.cluster_of]
    rows: list[dict[str, Any]] = []
    for number, (buildings, zones) in enumerate([*((one.buildings, one.zones) for one in pairing.clusters), *alone], 1):
        for one in buildings:
            school, found = book.schools[one.school], view.schools[one.school]
            row = {"cluster": number, "zones": SEPARATOR.join(book.schools[s].id for s in zones), "school": school.id, "name": school.name}
            row |= {"grades": SEPARATOR.join(one.grades), "students": found.students, "capacity": found.capacity}
            rows.append(row | {f"group_{name}" if name in COLUMNS else name: found.groups.get(name) for name in book.groups})
    return rows
