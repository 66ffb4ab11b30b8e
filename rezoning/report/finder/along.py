"""Streets of every zone where no addresses are known: those that run in and along its units."""

from __future__ import annotations

from rezoning.public.book import Book
from rezoning.report.finder.facts import zones
from rezoning.report.finder.streets import folded
from rezoning.report.maps.basemap import street_names

Row = dict[str, str | int]


def zone_streets(book: Book) -> list[Row] | None:
    """For today and every option, the streets of each school's zone; None where no file of streets is named.

    Returns
    -------
    list
        Rows of option, school_id, school, street, part (``whole`` where all units along it go to the school, else ``part``); sorted by option,
        school and street. Units without a school have a blank one.
    """
    streets = street_names(book)
    if streets is None:
        return None
    along: dict[str, list[int]] = {}
    for u, names in enumerate(streets):
        for name in names:
            along.setdefault(name, []).append(u)
    order = sorted(along, key=lambda name: (folded(name), name))
    rows: list[Row] = []
    for key, zone in zones(book).items():
        schools = {name: set(zone[along[name]].tolist()) for name in order}
        found = [(s, k, name) for k, name in enumerate(order) for s in schools[name]]
        for s, _, name in sorted(found, key=lambda one: (one[0] < 0, one[0], one[1])):
            school_id, school = ("", "") if s < 0 else (book.schools[s].id, book.schools[s].name)
            part = "whole" if len(schools[name]) == 1 else "part"
            rows.append({"option": key, "school_id": school_id, "school": school, "street": name, "part": part})
    return rows
