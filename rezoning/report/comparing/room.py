"""Whether there is room: the section of a comparison about seats, now and in coming years."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from rezoning.public import Book, SchoolRow, View
from rezoning.report.comparing.rows import Row
from rezoning.report.comparing.sheet import Sheet, look
from rezoning.report.language import HIDDEN, Cell, Language

FULL, CROWDED, ROOMY, EMPTY = 1.0, 1.1, 0.9, 0.8
"""Utilizations at which boards look twice: over 110 % and under 80 to 90 % in most policies."""


def capacity_rows(sheet: Sheet) -> Iterator[Row]:
    """Utilization now and in coming years, schools beyond the usual limits, seats that lack, and how long the plan lasts."""
    yield sheet.row("utilization_min", "percent", sheet.looked_up("utilization_min"), "higher")
    yield sheet.row("utilization_max", "percent", sheet.looked_up("utilization_max"), "lower")
    for key, limit, is_above in (("over_110", CROWDED, True), ("over_100", FULL, True), ("under_90", ROOMY, False), ("under_80", EMPTY, False)):
        yield sheet.row(key, "count", sheet.from_schools(_schools_beyond(limit, is_above)), "lower")
    yield sheet.row("over_seats", "count", sheet.looked_up("over_capacity_students"), "lower")
    yield sheet.row("portables", "count", sheet.looked_up("portable_students"), "lower")
    for name in _coming(sheet):
        words = {"when": when(sheet.book, name, sheet.language)}
        yield sheet.row(f"year_min.{name}", "percent", sheet.looked_up("utilization_by_year", name, "min"), "higher", name="year_min", words=words)
        yield sheet.row(f"year_max.{name}", "percent", sheet.looked_up("utilization_by_year", name, "max"), "lower", name="year_max", words=words)
    yield from _longevity(sheet)


def _schools_beyond(limit: float, is_above: bool) -> Callable[[tuple[SchoolRow, ...]], Cell]:
    """Number of open schools above or below a utilization; none can be counted where the seats are not known."""

    def found(rows: tuple[SchoolRow, ...]) -> Cell:
        uses = [row.utilization for row in rows if row.is_open]
        if HIDDEN in uses:
            return HIDDEN
        known = [float(use) for use in uses if use is not None]
        beyond = [use for use in known if (use > limit + 1e-9 if is_above else use < limit - 1e-9)]
        return float(len(beyond)) if known else None

    return found


def _coming(sheet: Sheet) -> list[str]:
    """Names of coming years, years of the transition and growth scenarios of any option, years in their order first."""
    names = [name for view in sheet.views.values() for name in _by_year(view)]
    return sorted(dict.fromkeys(names), key=lambda name: (any(name in option.district.growth for option in sheet.book.options), _number(name), name))


def _by_year(view: View) -> list[str]:
    found = view.measures.get("utilization_by_year")
    return list(found) if isinstance(found, Mapping) else []


def when(book: Book, name: str, language: Language) -> str:
    """What a coming year, a growth scenario or a year of the transition is called."""
    for option in book.options:
        if name in option.district.years:
            return language.text("compare.when_year", name=name)
        if name in option.district.growth:
            return language.text("compare.when_growth", name=name)
    return language.text("compare.when_transition", name=name.removeprefix("phase_in "))


def _number(name: str) -> float:
    found = re.search(r"\d{4}", name)
    return float(found.group()) if found else 9999.0


def _longevity(sheet: Sheet) -> Iterator[Row]:
    """First year in which some school is above the limit: how long a plan lasts, as far as the coming years are known."""
    names = dict.fromkeys(name for option in sheet.book.options for name in option.district.years)
    years = sorted((name for name in names if re.search(r"\d{4}", name)), key=_number)
    if not years:
        return
    limit = _limit(sheet.book)
    said = sheet.language.text
    lasts = said("compare.lasts", name=years[-1])
    values: dict[str, Cell] = {}
    for column in sheet.columns:
        measures = sheet.book.nearest if column.key == "nearest" else sheet.views[column.key].measures
        coming = [look(measures, "utilization_by_year", name, "max") for name in years]
        if any(use is not None for use in coming):
            uses = [look(measures, "utilization_max"), *coming]
            values[column.key] = _first_beyond(uses, [said("compare.already"), *years], limit, lasts)
    yield sheet.row("longevity", "text", values, words={"limit": sheet.language.percent(limit, 0)})


def _first_beyond(uses: Sequence[Cell], names: Sequence[str], limit: float, lasts: str) -> Cell:
    """Name of the first use beyond the limit; nothing can be said past a hidden one."""
    for use, name in zip(uses, names, strict=True):
        if use == HIDDEN:
            return HIDDEN
        if use is not None and float(use) > limit + 1e-9:
            return name
    return lasts


def _limit(book: Book) -> float:
    """The utilization that no school may exceed: the first option's rule where that speaks of seats, else all seats."""
    rule = book.first.scenario.rules.capacity
    return rule.max if rule is not None and rule.max is not None and rule.of == "capacity" else FULL
