"""What follows from measures and schools of the book, beside the measures themselves; hidden as soon as anything that it follows from is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from rezoning.metrics.measure import long_ride
from rezoning.public.book import Book, View
from rezoning.public.cell import HIDDEN, Cell, is_number, look, ratio
from rezoning.report.crowding import is_over, limits_of, option_of, over_allowed
from rezoning.report.language import Language

BEYOND = {"over_110": (1.1, 1), "over_100": (1.0, 1), "under_90": (0.9, -1), "under_80": (0.8, -1)}
"""Utilizations at which boards look twice: above 110 % and below 80 to 90 % in most policies; 1 is above, -1 below."""


def derived(book: Book, key: str, language: Language) -> dict[str, Any]:
    """Further measures of ``today``, ``nearest`` or an option; of the nearest schools the book has no rows, so that less is known of them."""
    view = book.today if key == "today" else book.views.get(key)
    measures = book.nearest if view is None else view.measures
    found: dict[str, Any] = {"district_share": {group: district_share(book, group) for group in book.groups}}
    found["long_rides"] = _long_rides(book, measures)
    found["islands"] = _islands(measures)
    found["narrowest_neck"] = _narrowest(measures)
    found["corridor_units"] = _corridors(measures)
    if view is not None:
        found |= {name: schools_beyond(view, name) for name in BEYOND}
        found["over_allowed"] = over_allowed(book, view)
        found["lowest_share"] = {group: _extreme_share(view, group, min) for group in book.groups}
        found["highest_share"] = {group: _extreme_share(view, group, max) for group in book.groups}
        found["units_moved"] = float(len(book.changes[key].moved)) if key in book.changes else None
        found["schools_outside"] = _outside(book, view)
        found["longevity"] = _longevity(book, view, language)
    return found


def district_share(book: Book, group: str) -> Cell:
    """A group's share of the district's students."""
    measures = book.views[book.first.letter].measures
    return ratio(look(measures, "students_by_group", group), look(measures, "students"))


def schools_beyond(view: View, name: str) -> Cell:
    """Number of open schools above or below a utilization; none can be counted where the seats are not known."""
    limit, side = BEYOND[name]
    uses = [row.utilization for row in view.schools if row.is_open]
    if HIDDEN in uses:
        return HIDDEN
    known = [use for use in uses if is_number(use)]
    return float(sum(side * (use - limit) > 1e-9 for use in known)) if known else None


def _extreme_share(view: View, group: str, extreme: Callable[[Iterable[float]], float]) -> Cell:
    shares = [row.shares.get(group) for row in view.schools if row.is_open]
    if HIDDEN in shares:
        return HIDDEN
    known = [share for share in shares if is_number(share)]
    return extreme(known) if known else None


def _long_rides(book: Book, measures: Mapping[str, Any] | None) -> Cell:
    """Everyone's, which stand beside each group's; comparable only where all options mean the same by long."""
    groups = () if measures is None or long_rides_from(book) is None else measures.get("burden") or ()
    return next((look(measures, "burden", group, "long_rides", "all") for group in groups), None)


def long_rides_from(book: Book) -> float | None:
    """The trip from which rides are long in all options that say so; None where none does, or they say different things."""
    said = {over for option in book.options if (over := long_ride(option.scenario)) is not None}
    return said.pop() if len(said) == 1 else None


def _islands(measures: Mapping[str, Any] | None) -> Cell:
    """Zones in more than one piece."""
    found = None if measures is None else measures.get("pieces")
    return float(sum(n is not None and n > 1 for n in found.values())) if isinstance(found, Mapping) else None


def _narrowest(measures: Mapping[str, Any] | None) -> Cell:
    """The narrowest neck of all zones."""
    widths = [] if measures is None else [width for width in (measures.get("necks") or {}).values() if width is not None]
    return min(widths, default=None)


def _corridors(measures: Mapping[str, Any] | None) -> Cell:
    """Units without students that students hang on."""
    found = None if measures is None else measures.get("corridors")
    return float(sum(map(len, found.values()))) if isinstance(found, Mapping) else None


def _outside(book: Book, view: View) -> Cell:
    """Open schools that do not lie in their own zone; one in a unit that another keeps lies beside it."""
    district = option_of(book, view).district
    place = {school.id: i for i, school in enumerate(book.schools)}
    own = np.array([place[text] for text in district.school_ids], dtype=np.int64)
    is_outside = (view.zone[district.school_unit] != own) & ~district.has_site
    return float((is_outside & (~district.optional | np.isin(own, view.zone))).sum())


def _longevity(book: Book, view: View, language: Language) -> Cell:
    """First year in which some school holds more than its seats may: how long a plan lasts, as far as the coming years are known."""
    years = coming_years(book)
    limits = limits_of(book, view)
    if not years or limits is None or not any(row.by_year for row in view.schools):
        return None
    for name, said in ((None, language.text("measures.already")), *((year, year) for year in years)):
        over = [is_over(row.students if name is None else row.by_year.get(name), limit) for row, limit in zip(view.schools, limits, strict=True)]
        if any(over) or None in over:
            return said if any(over) else HIDDEN
    return language.text("measures.lasts", name=years[-1])


def coming_years(book: Book) -> list[str]:
    """Coming years of any option, in their order."""
    names = dict.fromkeys(name for option in book.options for name in option.district.years)
    return sorted((name for name in names if re.search(r"\d{4}", name)), key=year_of)


def year_of(name: str) -> float:
    """The year that a name says; far away where it says none."""
    found = re.search(r"\d{4}", name)
    return float(found.group()) if found else 9999.0
