"""The planner's measures, options as columns: what every packet of options has, in the order in which boards discuss it.

Counts come from the book alone; what it hides stays hidden, and what follows from a hidden number is hidden too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from rezoning.public import Book, SchoolRow, View
from rezoning.public.book import EVERYONE
from rezoning.report.comparing.goals import goal_rows
from rezoning.report.comparing.room import capacity_rows
from rezoning.report.comparing.rows import Row, Section
from rezoning.report.comparing.rules import rule_rows
from rezoning.report.comparing.sheet import Sheet, columns_of, look
from rezoning.report.language import HIDDEN, Cell, Language
from rezoning.runs.option import Option


def measure_rows(book: Book, language: Language) -> list[Section]:
    """All measures, under headings; rows about what the data do not have are left out."""
    sheet = Sheet(book, language, columns_of(book, language))
    made = [
        sheet.section("goals", goal_rows(book, sheet.columns, language, sheet.travel_unit)),
        sheet.section("reassigned", _reassigned(sheet)),
        sheet.section("demographics", _demographics(sheet)),
        sheet.section("transport", _transport(sheet)),
        sheet.section("capacity", capacity_rows(sheet)),
        sheet.section("shape", _shape(sheet)),
        sheet.section("rules", rule_rows(book, sheet.columns, language)),
    ]
    return [section for section in made if section.rows]


# -- who moves -------------------------------------------------------------------------------------------------------


def _reassigned(sheet: Sheet) -> Iterator[Row]:
    if sheet.book.today is None:
        return
    near = {key: value for key, value in sheet.looked_up("students_reassigned").items() if key == "nearest"}
    near_share = {key: value for key, value in sheet.looked_up("share_reassigned").items() if key == "nearest"}
    units = {letter: float(len(change.moved)) for letter, change in sheet.book.changes.items()}
    schools = {key: value for key, value in sheet.looked_up("schools_changed").items() if key != "today"}
    yield sheet.row("students_moved", "count", sheet.from_movers(EVERYONE, "moved") | near, "lower")
    yield sheet.row("share_moved", "percent", sheet.from_movers(EVERYONE, "rate") | near_share, "lower")
    yield sheet.row("units_moved", "count", units, "lower")
    yield sheet.row("schools_changed", "count", schools, "lower")
    for group in sheet.book.groups:
        words = {"group": sheet.language.group(group)}
        near_rate = {"nearest": look(sheet.book.nearest, "reassigned_by_group", group)}
        near_ratio = {"nearest": look(sheet.book.nearest, "burden", group, "reassigned", "ratio")}
        yield sheet.row(f"group_moved.{group}", "count", sheet.from_movers(group, "moved"), "lower", name="group_moved", words=words)
        yield sheet.row(f"group_rate.{group}", "percent", sheet.from_movers(group, "rate") | near_rate, "lower", name="group_rate", words=words)
        yield sheet.row(f"group_ratio.{group}", "ratio", sheet.from_movers(group, "ratio") | near_ratio, name="group_ratio", words=words)


# -- who goes to school with whom ------------------------------------------------------------------------------------


def _demographics(sheet: Sheet) -> Iterator[Row]:
    above = str(sheet.book.settings.statement.isolated_above)
    for group in sheet.book.groups:
        words = {"group": sheet.language.group(group)}
        share = _district_share(sheet.book, group)
        yield sheet.row(
            f"district_share.{group}", "percent", dict.fromkeys((column.key for column in sheet.columns), share), name="district_share", words=words
        )
        yield sheet.row(f"lowest.{group}", "percent", sheet.from_schools(_extreme_share(group, min)), name="lowest", words=words)
        yield sheet.row(f"highest.{group}", "percent", sheet.from_schools(_extreme_share(group, max)), name="highest", words=words)
        yield sheet.row(f"max_deviation.{group}", "points", sheet.looked_up("max_deviation", group), "lower", name="max_deviation", words=words)
        yield sheet.row(f"dissimilarity.{group}", "index", sheet.looked_up("dissimilarity", group), "lower", name="dissimilarity", words=words)
        isolated = sheet.looked_up("isolated_students", group, above)
        yield sheet.row(f"isolated.{group}", "count", isolated, "lower", name="isolated", words=words | {"above": above})
    yield sheet.row("theil_h", "index", sheet.looked_up("theil_h"), "lower")


def _district_share(book: Book, group: str) -> Cell:
    """The group's share of all students, from what is shown of movers, or else of the schools."""
    for change in book.changes.values():
        everyone, own = change.movers[EVERYONE].enrolled, change.movers[group].enrolled if group in change.movers else None
        return _share(own, everyone)
    rows = next(iter(book.views.values())).schools
    return _share(_total(row.groups.get(group, 0.0) for row in rows), _total(row.students for row in rows))


def _share(part: Cell, whole: Cell) -> Cell:
    if HIDDEN in (part, whole):
        return HIDDEN
    return float(part) / float(whole) if part is not None and whole else None


def _total(cells: Iterable[Cell]) -> Cell:
    values = list(cells)
    return HIDDEN if HIDDEN in values else sum(float(value) for value in values if value is not None)


def _extreme_share(group: str, extreme: Callable[[list[float]], float]) -> Callable[[tuple[SchoolRow, ...]], Cell]:
    def found(rows: tuple[SchoolRow, ...]) -> Cell:
        shares = [row.shares.get(group) for row in rows if row.is_open]
        if HIDDEN in shares:
            return HIDDEN
        known = [float(share) for share in shares if share is not None]
        return extreme(known) if known else None

    return found


# -- how they get there ----------------------------------------------------------------------------------------------


def _transport(sheet: Sheet) -> Iterator[Row]:
    yield sheet.row("travel_mean", "travel", sheet.looked_up("travel_mean"), "lower")
    yield sheet.row("travel_p90", "travel", sheet.looked_up("travel_p90"), "lower")
    yield sheet.row("travel_max", "travel", sheet.looked_up("travel_max"), "lower")
    for group in sheet.book.groups:
        values, words = sheet.looked_up("travel_mean_by_group", group), {"group": sheet.language.group(group)}
        yield sheet.row(f"travel_mean.{group}", "travel", values, "lower", name="travel_mean_group", words=words)
    yield sheet.row("walk_share", "percent", sheet.looked_up("walk_share"), "higher")
    yield sheet.row("nearest_share", "percent", sheet.looked_up("nearest_share"), "higher")
    over = {limit for option in sheet.book.options if (limit := _long(option)) is not None}
    if len(over) == 1:  # long rides are comparable only where all mean the same
        words = {"over": f"{over.pop():g} {sheet.travel_unit}"}
        rides = {key: _everyones(view.measures, "long_rides") for key, view in sheet.views.items()}
        near = {} if sheet.book.nearest is None else {"nearest": _everyones(sheet.book.nearest, "long_rides")}
        yield sheet.row("long_rides", "percent", rides | near, "lower", words=words)
    yield sheet.row("travel_unknown", "count", _unless_zero(sheet.looked_up("travel_unknown_students")))


def _long(option: Option) -> float | None:
    """The first trip from which an option's scenario calls a ride long, as its measures have it."""
    said = [*(rule.over for rule in option.scenario.rules.burden), *(goal.over for goal in option.scenario.goals)]
    return next((over for over in said if over is not None), None)


def _everyones(measures: Mapping[str, Any], what: str) -> Cell:
    """What everyone bears; it stands beside each group's in the measures."""
    groups = measures.get("burden")
    for group in groups if isinstance(groups, Mapping) else ():
        return look(measures, "burden", group, what, "all")
    return None


def _unless_zero(values: dict[str, Cell]) -> dict[str, Cell]:
    return values if any(value not in (None, 0.0) for value in values.values()) else {}


# -- what the zones look like ----------------------------------------------------------------------------------------


def _shape(sheet: Sheet) -> Iterator[Row]:
    yield sheet.row("islands", "count", _islands(sheet), "lower")
    yield sheet.row("boundary", "km", sheet.looked_up("boundary_km"), "lower")
    yield sheet.row("cut_edges", "count", sheet.looked_up("cut_edges"), "lower")
    yield sheet.row("roundness", "index", sheet.looked_up("polsby_popper", "mean"), "higher")
    yield sheet.row("outside", "count", {key: _outside(sheet.book, key, view) for key, view in sheet.views.items()}, "lower")


def _islands(sheet: Sheet) -> dict[str, Cell]:
    """Zones in more than one piece."""
    measured = {key: view.measures.get("pieces") for key, view in sheet.views.items()}
    if sheet.book.nearest is not None:
        measured["nearest"] = sheet.book.nearest.get("pieces")
    return {key: float(sum(n is not None and n > 1 for n in found.values())) for key, found in measured.items() if isinstance(found, Mapping)}


def _outside(book: Book, key: str, view: View) -> Cell:
    """Open schools that do not lie in their own zone."""
    district = next((option.district for option in book.options if option.letter == key), book.district)
    place = {school.id: i for i, school in enumerate(book.schools)}
    own = np.array([place[text] for text in district.school_ids], dtype=np.int64)
    return float((view.zone[district.school_unit] != own).sum())
