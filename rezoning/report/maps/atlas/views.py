"""The views that maps draw: zones, which of them schools share, what is written on them, and what changes from today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.report.maps.drawn import Drawn, closed_in, drawn_zones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rezoning.metrics.zones import Zones
    from rezoning.public.book import Book


@dataclass(frozen=True, eq=False)
class DrawnView:
    """A view: ``today``, an option's letter, or ``nearest``; as maps draw it, and the measures' own account of its zones."""

    key: str
    drawn: Drawn
    zones: Zones


def views_of_maps(book: Book, names: tuple[str, ...]) -> list[DrawnView]:
    """Today, the options, and the nearest schools; those of them that there are.

    Parameters
    ----------
    names
        What maps call each school of the book.
    """
    from rezoning.metrics.zones import Zones, nearest_to, today_zones

    place = {school.id: i for i, school in enumerate(book.schools)}
    today = None if book.today is None else book.today.zone
    found, now = [], today_zones(book.district)
    if book.today is not None and now is not None:
        found.append(DrawnView("today", drawn_zones(book.today.zone, None, names, closed=closed_in(book, book.today)), now))
    for option in book.options:
        view, zones = book.views[option.letter], Zones(option.district, option.plan.school)
        found.append(DrawnView(option.letter, drawn_zones(view.zone, today, names, view.pairing, closed_in(book, view)), zones))
    near = nearest_to(book.district, book.options[0].plan if book.options else None)
    if near is not None:  # which nobody proposes, so that nothing is said to change
        index = np.array([*(place[text] for text in book.district.school_ids), -1], dtype=np.int64)
        found.append(DrawnView("nearest", drawn_zones(index[near.school], None, names), near))
    return found


def pooled_entry(view: Drawn, columns: Ints, scaled: Floats | None, walkable: NDArray[np.bool_] | None, lines: Sequence[Any]) -> dict[str, Any]:
    """What an atlas says of a view with paired schools besides.

    Parameters
    ----------
    columns
        Column of each of the book's schools in the option's travel, -1 for none.
    scaled
        Trips as the atlas writes them, shape (n, m); None without travel.
    walkable
        Walk zones, shape (n, m); None where they are not known.
    lines
        What is written beside each school, in lines.

    Returns
    -------
    dict
        ``pools``: by the school that a shared zone is drawn as, ``[school, grades]`` for each building; ``trips`` and ``walks``: of units in these
        zones one for each building; ``changed``: 0, 1, or 2 where only some grades change; ``written``: lines beside schools.
    """
    pairing = view.pairing
    assert pairing is not None
    assert view.grades is not None
    pools = {cluster.lead: [[one.school, one.span] for one in cluster.buildings] for cluster in pairing.clusters}
    part = np.where(view.grades == 0, 0, np.where(view.grades == len(pairing.grades), 1, 2))
    entry: dict[str, Any] = {"pools": pools, "changed": part.tolist(), "written": list(lines)}
    at = [[s for s, _ in pools.get(lead, [[lead, ""]])] for lead in view.zone.tolist()]
    if scaled is not None:
        entry["trips"] = _each(at, lambda u, s: None if columns[s] < 0 or np.isnan(scaled[u, columns[s]]) else int(scaled[u, columns[s]]))
    if walkable is not None:
        entry["walks"] = _each(at, lambda u, s: int(columns[s] >= 0 and walkable[u, columns[s]]))
    return entry


def _each(at: list[list[int]], value: Any) -> list[Any]:
    """A value of each unit, or one for each of its buildings where it has several."""
    found = [[value(u, s) for s in those if s >= 0] for u, those in enumerate(at)]
    return [those if len(those) > 1 else those[0] if those else None for those in found]
