"""The planner's measures, options as columns: what every packet of options has, in the order in which boards discuss it.

Counts come from the book alone; what it hides stays hidden, and what follows from a hidden number is hidden too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rezoning.report.comparing.goals import goal_rows, unit_kind
from rezoning.report.comparing.rows import Column, Direction, Kind, Row, Section, make_row
from rezoning.report.comparing.rules import rule_rows
from rezoning.report.language import HIDDEN, Cell, Language
from rezoning.report.option import Option
from rezoning.report.public import Book, SchoolRow, View
from rezoning.report.public.book import EVERYONE

FULL, CROWDED, ROOMY, EMPTY = 1.0, 1.1, 0.9, 0.8
"""Utilizations at which boards look twice: over 110 % and under 80 to 90 % in most policies."""


def columns_of(book: Book, language: Language) -> tuple[Column, ...]:
    """Today where it is known, the options, and the nearest schools where travel is known."""
    now = (Column("today", language.text("compare.today"), False),) if book.today is not None else ()
    near = (Column("nearest", language.text("compare.nearest"), False),) if book.nearest is not None else ()
    return (*now, *(Column(option.letter, language.text("compare.option", letter=option.letter), True) for option in book.options), *near)


def measure_rows(book: Book, language: Language) -> list[Section]:
    """All measures, under headings; rows about what the data do not have are left out."""
    sheet = Sheet(book, language, columns_of(book, language))
    made = [
        sheet.section("goals", goal_rows(book, sheet.columns, language, sheet.travel_unit)),
        sheet.section("reassigned", _reassigned(sheet)),
        sheet.section("demographics", _demographics(sheet)),
        sheet.section("transport", _transport(sheet)),
        sheet.section("capacity", _capacity(sheet)),
        sheet.section("shape", _shape(sheet)),
        sheet.section("rules", rule_rows(book, sheet.columns, language)),
    ]
    return [section for section in made if section.rows]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What all sections need: the book, the words, the columns, and how to look a measure up in every column."""

    book: Book
    language: Language
    columns: tuple[Column, ...]

    @property
    def travel_unit(self) -> str:
        """Unit of travel, for people."""
        return self.language.text(f"compare.unit_{self.book.district.travel_unit}")

    @property
    def views(self) -> dict[str, View]:
        """Today and the options."""
        return ({} if self.book.today is None else {"today": self.book.today}) | dict(self.book.views)

    def section(self, key: str, rows: Iterable[Row]) -> Section:
        """Rows under their heading; those without any value are left out."""
        kept = tuple(row for row in rows if any(value is not None for value in row.values.values()))
        note = self.language.text(f"compare.note_{key}", one=self.language.number(1.0, 2))
        return Section(key, self.language.text(f"compare.section_{key}"), kept, note)

    def row(
        self,
        key: str,
        kind: Kind,
        values: Mapping[str, Cell],
        direction: Direction | None = None,
        *,
        name: str = "",
        words: Mapping[str, str] | None = None,
    ) -> Row:
        """A row; `name` is the label's string where `key` is that of one row among several like it, `words` fill the label in."""
        unit = {"travel": self.travel_unit, "km": "km"}.get(kind, "")
        label = self.language.text(f"compare.{name or key}", **(words or {}))
        return make_row(self.columns, key, label, unit_kind(kind, self.book), values, direction=direction, unit=unit)

    def looked_up(self, *path: str) -> dict[str, Cell]:
        """A measure in every column, by its place in metrics.json."""
        found = {key: look(view.measures, *path) for key, view in self.views.items()}
        return found if self.book.nearest is None else {**found, "nearest": look(self.book.nearest, *path)}

    def from_schools(self, count: Callable[[tuple[SchoolRow, ...]], Cell]) -> dict[str, Cell]:
        """Something that is read off the schools; unknown for the nearest schools, of which the book has no rows."""
        return {key: count(view.schools) for key, view in self.views.items()}

    def from_movers(self, group: str, what: str) -> dict[str, Cell]:
        """Something of a group's movers, for every option."""
        return {letter: getattr(change.movers[group], what) for letter, change in self.book.changes.items() if group in change.movers}


def look(measures: Mapping[str, Any] | None, *path: str) -> Cell:
    """A measure by its place; None where there is none, HIDDEN where all that holds it is hidden."""
    found: Any = measures
    for key in path:
        if found == HIDDEN:
            return HIDDEN
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) or found is None else float(found)


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


# -- whether there is room -------------------------------------------------------------------------------------------


def _capacity(sheet: Sheet) -> Iterator[Row]:
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
