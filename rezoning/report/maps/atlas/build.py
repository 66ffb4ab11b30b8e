"""The atlas of a book: what the map of a page needs to know, and nothing that counts students."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.report.catalogue.kinds import manner, settled
from rezoning.report.estimated import sentences_by_language
from rezoning.report.maps.atlas.arcs import arcs_of, packed
from rezoning.report.maps.atlas.basemap import embedded
from rezoning.report.maps.atlas.coverage import Grid
from rezoning.report.maps.atlas.facts import school_facts
from rezoning.report.maps.atlas.labels import in_grid, regions
from rezoning.report.maps.atlas.pictures import base_of_pictures, pictures
from rezoning.report.maps.atlas.places import Place, grid_of, school_places
from rezoning.report.maps.atlas.views import DrawnView, pooled_entry, views_of_maps
from rezoning.report.maps.basemap import areas, base_of, notes_by_language
from rezoning.report.maps.colors import school_fills
from rezoning.report.maps.names import lines_of, map_names

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.report.language import Language


def atlas(book: Book, language: Language, *, for_paper: bool = True) -> dict[str, Any] | None:
    """Everything that map.js draws, ready for JSON; None for a district without polygons.

    Parameters
    ----------
    for_paper
        Whether to draw `pictures` too; a page that prints no map spares the work.

    Returns
    -------
    dict
        ``units`` (ids), ``shapes`` (`arcs`, see `packed`; `origin` and `step` of the grid), ``bounds``, ``views`` (`key`, `name`, `zone`: an index
        into ``schools`` or -1; `trips`: rounded to ``travel.digits`` as whole numbers, None where unknown; `walks`: 0 or 1, or None; `arrows`: areas
        that change, x, y and radius of the widest circle on the grid and the school that they go to, one after the other; where schools are paired
        also what `pooled_entry` says; where schools may close or open also ``closed``: those that are
        not open, and ``written``: lines beside schools),
        ``schools`` (as in the book; `short`: lines of the name on maps; `lat` and `lon` None for one that is closed everywhere), ``colors``,
        ``patterns`` (see `rezoning.report.maps.colors`), ``facts`` (see `school_facts`), ``travel``, ``estimates`` (language to sentences),
        ``language``, ``basemap`` (what lies under the zones, None without any), ``areas`` (their streets, likewise), ``base_notes`` (language to
        sentences), and ``pictures`` for paper with what lies ``under`` them, which scripts do not need.
    """
    district, grid, base = book.district, grid_of(book), base_of(book)
    if grid is None:
        return None
    fills, points, names = school_fills(book), school_places(book, grid), map_names([school.name for school in book.schools])
    views = views_of_maps(book, names)
    named = [(view, _name(book, view.key, language)) for view in views]
    digits = 0 if district.travel_unit == "min" else 1
    told = manner(settled("travel", district.travel_unit), language)
    travel = {"unit": told.unit, "digits": digits, "is_known": district.travel is not None}
    drawn: dict[str, Any] = {
        "units": list(district.unit_ids),
        "shapes": {"arcs": packed(arcs_of(grid.shapes)), "origin": [round(x, 3) for x in grid.origin], "step": grid.step},
        "bounds": grid.bounds(),
        "views": [{"key": view.key, "name": name, **_entry(book, view, digits, told.size), "arrows": _arrows(grid, view)} for view, name in named],
        "schools": _schools(book, grid, points, names),
        "colors": [fill.color for fill in fills],
        "patterns": [fill.pattern for fill in fills],
        "facts": school_facts(book),
        "travel": travel,
        "estimates": sentences_by_language(book),
        "basemap": None if base is None else embedded(base, grid),
        "areas": areas(book),
        "base_notes": notes_by_language(base),
        "language": language.code,
    }
    if for_paper:
        stills = pictures(grid, [(view, name) for view, name in named if view.key != "nearest"], fills, points)
        drawn |= {"pictures": stills, "under": base_of_pictures(base, grid, stills)}
    return drawn


def _name(book: Book, key: str, language: Language) -> str:
    if key in ("today", "nearest"):
        return language.text(f"map.{key}")
    if len(book.options) == 1:
        return language.text("map.plan")
    return language.text("map.option", letter=key)


def _entry(book: Book, view: DrawnView, digits: int, size: float) -> dict[str, Any]:
    trips, walks = view.zones.trips, view.zones.walks
    scaled = None if trips is None else [None if np.isnan(trip) else round(trip / size * 10**digits) for trip in trips.tolist()]
    entry = {"zone": view.drawn.zone.tolist(), "trips": scaled, "walks": None if walks is None else walks.astype(int).tolist()}
    lines = [list(lines_of(name)) for name in view.drawn.names]
    if view.drawn.closed is not None and view.drawn.closed.any():
        entry |= {"closed": np.flatnonzero(view.drawn.closed).tolist(), "written": lines}
    if view.drawn.pairing is None:
        return entry
    district = view.zones.district
    place = district.school_index
    columns = np.array([place.get(school.id, -1) for school in book.schools], dtype=np.int64)
    travel = None if district.travel is None else np.round(district.travel / size * 10**digits)
    return entry | pooled_entry(view.drawn, columns, travel, district.walkable, lines)


def _arrows(grid: Grid, view: DrawnView) -> list[int]:
    """Areas that change from today; none where there are no zones of today, and none of the nearest schools."""
    found = regions(in_grid(grid), view.drawn.before, view.drawn.zone)
    return [part for one in found for part in (round(one.x), round(one.y), round(one.radius), one.school)]


def _schools(book: Book, grid: Grid, points: list[Place], names: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    for school, point, name in zip(book.schools, points, names, strict=True):
        lat, lon = (None, None) if point is None else grid.degrees(np.array([point]))[0]
        found.append({"id": school.id, "name": school.name, "short": list(lines_of(name)), "lat": lat, "lon": lon})
    return found
