"""What a card says of an area, in sentences; never how many students live there."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import Floats
from rezoning.public.book import Book
from rezoning.report.enrollment import grade_name
from rezoning.report.finder.facts import staying, travel_unit, walks
from rezoning.report.language import Language
from rezoning.report.papers.cards.areas import FamilyArea
from rezoning.report.plain_numbers import length, trip_change


def who_may_stay(book: Book, area: FamilyArea, language: Language) -> list[str]:
    """Who may finish at today's school, year by year; that nothing is said of it where nothing is; and that the school closes, if it does."""
    option = next(option for option in book.options if option.letter == area.letter)
    school = book.schools[area.origin].name
    if not book.views[area.letter].schools[area.origin].is_open:
        return [language.text("cards.closes", school=school)]
    found = []
    for year in staying(option):
        by_share: dict[float, list[str]] = {}
        for grade, share in year["grades"]:
            by_share.setdefault(share, []).append(grade_name(grade, language))
        if not by_share:
            found.append(language.text("finder.none_stay", year=year["year"], school=school))
        for share, grades in by_share.items():
            key, percent = "may_stay" if share >= 1 else "some_stay", language.percent(share, 0)
            found.append(language.text(f"finder.{key}", year=year["year"], school=school, grades=listed(grades, language), percent=percent))
    return [*(found or [language.text("cards.nobody_stays", school=school)]), language.text("cards.siblings")]


def trip_words(book: Book, area: FamilyArea, travel: Floats | None, language: Language) -> str:
    """The trip of the middle block of an area, before and after, and the difference; of blocks, not of students."""
    if travel is None:
        return language.text("finder.trip_unknown")
    before, after = (travel[area.units, s] for s in (area.origin, area.target))
    known = ~np.isnan(before) & ~np.isnan(after)
    if not known.any():
        return language.text("finder.trip_unknown")
    unit = travel_unit(book)
    now, then = (float(np.median(trips[known])) for trips in (before, after))
    if unit == "min":
        now, then = float(round(now)), float(round(then))
    said = trip_change(then - now, language, unit)
    return language.text("cards.trip_then", now=_trip(now, unit, language), then=_trip(then, unit, language), change=said)


def walk_words(book: Book, area: FamilyArea, language: Language) -> str:
    """Whether an area leaves a walk zone, or comes into one; nothing where that is not known, or not alike for all of it."""
    known = walks(book)[area.units]
    before, after = known[:, area.origin], known[:, area.target]
    if (before < 0).any() or (after < 0).any():
        return ""
    if not (before == before[0]).all() or not (after == after[0]).all():
        return language.text("cards.walk_some") if (before == 1).any() or (after == 1).any() else ""
    key = {(1, 1): "both", (1, 0): "lost", (0, 1): "won"}.get((int(before[0]), int(after[0])))
    names = {"today": book.schools[area.origin].name, "then": book.schools[area.target].name}
    return "" if key is None else language.text(f"cards.walk_{key}", **names)


def listed(names: list[str], language: Language) -> str:
    """Names in a row: ``grade 4 and grade 5``."""
    if len(names) < 2:
        return "".join(names)
    return language.text("finder.and", list=", ".join(names[:-1]), last=names[-1])


def _trip(value: float, unit: str, language: Language) -> str:
    if unit != "min":
        return length(value, language)
    if value < 1:
        return language.text("finder.less_than_minute")
    return language.text("finder.minute") if value == 1 else language.text("finder.minutes", number=language.count(value))
