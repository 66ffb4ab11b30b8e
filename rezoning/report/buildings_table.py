"""The table of buildings of schools that share their zones, for files: one row a building, numbers that may be shown."""

from __future__ import annotations

from typing import Any

from rezoning.public.book import Book


def building_rows(book: Book, letter: str) -> list[dict[str, Any]]:
    """The buildings of an option, in the columns of buildings.csv; none where no schools are paired.

    Returns
    -------
    list
        Rows of cluster (a number from 1), zones (ids of the schools whose zones are shared), school (id), name, grades, students, capacity, and
        a column for each group, ``group_<name>``.
    """
    view = book.views[letter]
    rows = []
    for number, cluster in enumerate(() if view.pairing is None else view.pairing.clusters, 1):
        zones = ";".join(book.schools[s].id for s in cluster.zones)
        for one in cluster.buildings:
            row = view.schools[one.school]
            facts = {"school": book.schools[one.school].id, "name": book.schools[one.school].name, "grades": one.span}
            groups = {f"group_{name}": row.groups.get(name) for name in book.groups}
            rows.append({"cluster": number, "zones": zones, **facts, "students": row.students, "capacity": row.capacity, **groups})
    return rows

