"""Streets of every zone where no addresses are known: those that run in and along its units."""

from __future__ import annotations

from rezoning.public.book import Book
from rezoning.report.enrollment import views_of
from rezoning.report.finder.facts import schools_at
from rezoning.report.finder.streets import folded
from rezoning.report.maps.basemap import street_names

Row = dict[str, str | int]


def zone_streets(book: Book) -> list[Row] | None:
    """For today and every option, the streets of each school's zone; None where no file of streets is named.

    Returns
    -------
    list
        Rows of option, school_id, school, street, part (``whole`` where all units along it go to the school, else ``part``); sorted by option,
        school and street. Units without a school have a blank one. Where schools are paired, a row for each school that shares
        the zone, and `grades`: those that it has (blank: all).
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
    is_paired = any(view.pairing is not None for view in book.views.values())
    for key, view in views_of(book).items():
        zone = view.drawn
        schools = {name: set(zone[along[name]].tolist()) for name in order}
        found = [(s, k, name) for k, name in enumerate(order) for s in schools[name]]
        for s, _, name in sorted(found, key=lambda one: (one[0] < 0, one[0], one[1])):
            part = "whole" if len(schools[name]) == 1 else "part"
            for one, grades in schools_at(view, s):
                school_id, school = ("", "") if one < 0 else (book.schools[one].id, book.schools[one].name)
                taught = {"grades": grades} if is_paired else {}
                rows.append({"option": key, "school_id": school_id, "school": school, **taught, "street": name, "part": part})
    return rows
